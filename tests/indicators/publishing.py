"""Publishing by two people, for tests."""

from __future__ import annotations

from hatang.accounts.models import Person
from hatang.indicators import services
from hatang.indicators.models import Publication, Value, ValueQuerySet
from tests.conftest import World


def publish(
    world: World, people: dict[str, Person], values: ValueQuerySet | None = None, year: int = 2025, reason: str = ""
) -> Publication:
    """Let the head approve, an officer propose and the head publish figures of a year."""
    chosen = Value.objects.all() if values is None else values
    services.approve_values(actor=people["department_head"], values=chosen)
    proposed = services.propose_publication(
        actor=people["department_officer"], province=world.province, year=year, values=chosen, reason=reason
    )
    return services.confirm_publication(actor=people["department_head"], publication=proposed)
