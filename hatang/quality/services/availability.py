"""Availability of communes by operator, service and month, from the outages that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.availability import Outage as Stretch
from hatang.core.availability import availability_percent, lost_minutes
from hatang.places.models import Place
from hatang.quality.models import Outage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


@dataclass(frozen=True)
class Cell:
    """One commune, one operator: share of the time with service, minutes lost, how many outages."""

    percent: float
    lost_min: float
    outages: int


@dataclass(frozen=True)
class MonthOfOutages:
    """A month: who ever told an outage, and each commune's cells in the order of the operators."""

    begin: datetime
    end: datetime
    operators: list[Organisation]
    lines: list[tuple[Place, list[Cell]]]
    count: int
    simulated: bool


def month_of(year: int, month: int) -> tuple[datetime, datetime]:
    """Give a month's first instant and the first one after it, or now where it is still running."""
    first = timezone.make_aware(datetime(year, month, 1))
    following = timezone.make_aware(datetime(year + month // 12, month % 12 + 1, 1))
    return first, max(min(following, timezone.now()), first + timedelta(minutes=1))


def availability(
    person: AbstractBaseUser | AnonymousUser, province: Place, *, service: str, year: int, month: int
) -> MonthOfOutages:
    """Give the month as the person may see it; an operator who never told an outage has no figure at all."""
    begin, end = month_of(year, month)
    seen = Outage.objects.visible_to(person).filter(province=province, service=service).counting()
    tellers = seen.order_by().values("operator").distinct()
    operators = list(Organisation.objects.filter(pk__in=tellers).order_by("name"))
    outages = list(seen.touching(begin, end).whole())
    stretches, counts = by_place(outages, end)
    communes = Place.objects.communes().in_force(timezone.localdate(begin)).filter(province=province)
    lines = [
        (commune, [cell_of(stretches[key], counts[key], begin, end) for key in keys_of(commune, operators)])
        for commune in communes.visible_to(person).order_by("sort_key")
    ]
    simulated = any(outage.simulated for outage in outages)
    return MonthOfOutages(begin, end, operators, lines, len(outages), simulated)


def keys_of(commune: Place, operators: Iterable[Organisation]) -> list[tuple[int, int]]:
    return [(commune.pk, operator.pk) for operator in operators]


def by_place(
    outages: Iterable[Outage], now: datetime
) -> tuple[dict[tuple[int, int], list[Stretch]], dict[tuple[int, int], int]]:
    """Sort outages by commune and operator."""
    stretches: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for outage in outages:
        until = max(outage.ended_at or now, outage.began_at)
        for place in outage.touched.all():
            key = (place.commune_id, outage.operator_id)
            stretches[key].append((outage.began_at, until, place.part))
            counts[key] += 1
    return stretches, counts


def cell_of(stretches: list[Stretch], count: int, begin: datetime, end: datetime) -> Cell:
    """Sum one commune of one operator."""
    percent = availability_percent(stretches, begin=begin, end=end)
    return Cell(percent, lost_minutes(stretches, begin=begin, end=end), count)
