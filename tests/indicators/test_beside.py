"""What the platform counts itself stands beside what others report, for who may see it, and is never added."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import beside
from hatang.places.models import Place
from hatang.utilities.models import BodyCertificate
from tests.conftest import World
from tests.indicators.conftest import make_indicator

SEEN = {"department_officer", "department_head", "auditor"}


@pytest.fixture
def certificates(world: World) -> list[BodyCertificate]:
    """Register certificates: two of persons in use, one that has ended, one of a body."""
    now, day = timezone.now(), timedelta(days=1)
    return [
        BodyCertificate.objects.create(
            province=world.province, owner=world.department, use=use, name=f"Cán bộ {n}", serial=str(n),
            fingerprint=str(n), begins_at=now - 9 * day, ends_at=now + days * day,
        )
        for n, (use, days) in enumerate((("person", 5), ("person", 90), ("person", -1), ("body", 90)))
    ]  # fmt: skip


def figure(indicator: Indicator, place: Place) -> Value:
    return Value.objects.create(
        indicator=indicator, place=place, year=2025, on=date(2025, 12, 31), value=0.5, known_from=timezone.now()
    )


def counted(value: Value, people: dict[str, Person], who: str) -> int | None:
    found = beside(value=value, person=people[who])
    return None if found is None else found.count


def test_who_signs_in_by_an_identity_of_elsewhere_is_counted_once(world: World, people: dict[str, Person]) -> None:
    for n, who in enumerate(("department_officer", "department_officer", "commune_officer", "stranger", "analyst")):
        SocialAccount.objects.create(user=people[who], provider=f"issuer-{n}", uid=str(n))
    Person.objects.filter(pk=people["analyst"].pk).update(is_active=False)
    value = figure(make_indicator("digital-identities-per-person"), world.province)
    seen = {who: counted(value, people, who) for who in people}
    assert seen["administrator"] == 2
    assert {who for who, count in seen.items() if count is not None} == {
        who for who, person in people.items() if person.has_perm("accounts.view_person", world.province)
    }
    assert counted(figure(make_indicator("villages-fibre"), world.province), people, "administrator") is None


def test_signatures_of_persons_are_counted_while_they_hold(
    world: World, people: dict[str, Person], certificates: list[BodyCertificate]
) -> None:
    indicator = make_indicator("adults-digital-signature")
    value = figure(indicator, world.province)
    assert {who for who in people if counted(value, people, who) == 2} >= SEEN
    assert [counted(value, people, who) for who in ("operator", "commune_officer", "stranger")] == [None] * 3
    assert counted(figure(indicator, world.commune), people, "auditor") is None, "a commune's are not known"
