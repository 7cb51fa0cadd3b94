"""Read the evidence of services: at places, for a person, and where its levels disagree."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from hatang.coverage.models import MARKS, Challenge, CountedService, Level, people_first
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

STRENGTH = {level.value: place for place, level in enumerate(Level)}


@dataclass(frozen=True)
class Anybody:
    """Whether anybody serves a place by a technology, and by which level that counts: what everybody may know."""

    technology: str
    served: bool
    level: str
    simulated: bool

    @property
    def mark(self) -> str:
        """The mark of the level."""
        return MARKS[self.level]

    @property
    def word(self) -> str:
        """The level's name."""
        return str(Level(self.level).label)


@dataclass
class EvidenceHere:
    """The evidence of services at a place: of anybody by technology, and named as far as the person may know."""

    anybody: list[Anybody] = field(default_factory=list)
    named: list[CountedService] = field(default_factory=list)

    @property
    def simulated(self) -> bool:
        """Whether anything of it is simulated."""
        return any(row.simulated for row in self.anybody)


def evidence_at(places: Collection[Place], on: date, person: Someone | None = None) -> dict[int, EvidenceHere]:
    """Give the evidence at places on a day, by their keys; without a person what everybody may know. Two queries."""
    found = {place.pk: EvidenceHere() for place in places}
    rows = CountedService.objects.on(on).filter(place__in=found)
    told: dict[tuple[int, str], list[CountedService]] = {}
    for row in rows:
        told.setdefault((row.place_id, row.technology), []).append(row)
    for (place, _), group in sorted(told.items(), key=lambda item: item[0], reverse=True):
        found[place].anybody.append(of_anybody(group))
    if person is not None and person.is_authenticated:
        named = rows.visible_to(person).select_related("operator")
        for row in named.order_by("operator__sort_key", "operator_id", "-technology"):
            found[row.place_id].named.append(row)
    return found


def of_anybody(rows: Iterable[CountedService]) -> Anybody:
    """Join the rows of a technology: served if by anybody, with the strongest level of those that say so."""
    group = list(rows)
    serving = [row for row in group if row.served] or group
    best = min(serving, key=lambda row: STRENGTH[row.level])
    return Anybody(best.technology, best.served, best.level, any(row.simulated for row in group))


# Where levels disagree

KINDS: dict[str, tuple[str, Q]] = {
    "du-doan": ("khai báo có, dự đoán không", Q(declared=True, predicted=False)),
    "do": ("khai báo có, đo không đạt", Q(declared=True, measured=False)),
    "xa": ("khai báo có, xã xác minh không", Q(declared=True, verified=False)),
    "chua-khai": ("chưa khai báo mà có nơi khác cho là có", Q(declared=False)),
}
"""Kinds of disagreement by the word in the address."""


def disagreements(person: Someone, province: Place) -> QuerySet[CountedService]:
    """Give today's services of a province on which the levels disagree and nothing was decided yet.

    Each with the people of its place and, in `asked`, whether the operator is being asked to verify it.
    """
    rows = CountedService.objects.visible_to(person).on(timezone.localdate()).disagreeing()
    asked = Challenge.objects.open().filter(
        place=OuterRef("place"), operator=OuterRef("operator"), technology=OuterRef("technology")
    )
    here = rows.filter(place__province=province, decided__isnull=True)
    return here.annotate(people=people_first("place"), asked=Exists(asked)).select_related("place__parent", "operator")


def affected(rows: QuerySet[CountedService]) -> dict[str, Any]:
    """Count services, those declared among them, places and people behind disagreements; a place counts once."""
    places = Place.objects.filter(pk__in=rows.values("place"))
    claimed = rows.filter(declared=True).count()
    return {"services": rows.count(), "claimed": claimed} | places.aggregate(
        places=Count("pk"), people=Sum("population")
    )


def kinds_of(row: CountedService) -> list[str]:
    """Say in words how the levels of a row disagree."""
    said = [
        ("du-doan", row.declared and row.predicted is False),
        ("do", row.declared and row.measured is False),
        ("xa", row.declared and row.verified is False),
        ("chua-khai", not row.declared),
    ]
    return [KINDS[name][0] for name, holds in said if holds]


def snapshot(row: CountedService) -> dict[str, Any]:
    """Give what the levels say, to be kept with a challenge."""
    names = (*CountedService.LEVELS, "served", "level")
    return {name: getattr(row, name) for name in names} | {"on": timezone.localdate().isoformat()}


def said_in(grounds: dict[str, Any]) -> list[tuple[str, str, bool | None]]:
    """Give what a snapshot says: each level's mark, word, and yes, no or nothing."""
    return [(MARKS[name], str(Level(name).label), grounds.get(name)) for name in CountedService.LEVELS]


def by_place(rows: Iterable[CountedService]) -> dict[int, list[CountedService]]:
    """Group rows by their place."""
    grouped: dict[int, list[CountedService]] = {}
    for row in rows:
        grouped.setdefault(row.place_id, []).append(row)
    return grouped


def at_villages(person: Someone, villages: Collection[Place]) -> dict[int, list[CountedService]]:
    """Give today's rows of villages that the person may see, by village."""
    rows = CountedService.objects.visible_to(person).on(timezone.localdate()).filter(place__in=villages)
    return by_place(rows.select_related("operator").order_by(F("operator__sort_key"), "-technology"))
