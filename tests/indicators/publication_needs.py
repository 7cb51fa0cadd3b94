"""What the addresses of the measuring cycle need, for the access table."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Publication, Value
from hatang.indicators.services import log_published
from tests.conftest import World
from tests.indicators.conftest import make_indicator

People = dict[str, Person]


def commune_figure(world: World, **more: Any) -> Value:
    """Make a figure of the commune."""
    facts: dict[str, Any] = {"year": 2025, "on": date(2025, 12, 31), "how": "reported", "known_from": timezone.now()}
    facts |= {"numerator": 1, "denominator": 2, "value": 50.0}
    indicator = make_indicator("dien-thoai-thong-minh", name="Người dùng điện thoại thông minh")
    return Value.objects.create(indicator=indicator, place=world.commune, **facts | more)


def published_year(world: World, people: People) -> dict[str, Any]:
    """Publish the figures of a year."""
    commune_figure(world, state="published")
    log_published(province=world.province, year=2025)
    return {"code": world.province.code, "year": 2025}


def published_set(world: World, people: People) -> dict[str, Any]:
    """Address what was published."""
    published_year(world, people)
    return {"pk": Publication.objects.get().pk}


def proposed_set(world: World, people: People) -> dict[str, Any]:
    """Address what the auditor, who lost that role since, proposed: it waits for a second person."""
    row = Publication.objects.create(
        province=world.province, year=2025, title="Số liệu", proposed_by=people["auditor"], proposed_at=timezone.now()
    )
    commune_figure(world, state="approved", publication=row)
    return {"pk": row.pk}
