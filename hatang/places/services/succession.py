"""Follow places to their successors, and fill in how much of a place passed to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.core.vietnamese import number
from hatang.places.models import Place, PlaceSuccession
from hatang.places.services.changes import keep_first_state

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

MOST_STEPS = 6
SHARES = {"population_percent": "dân số", "area_percent": "diện tích"}


@dataclass(frozen=True)
class Passing:
    """A place to which a former one passed, since when, and how much of the former one (None: unknown)."""

    place: Place
    since: date | None = None
    population_percent: float | None = 100
    area_percent: float | None = 100

    @property
    def whole(self) -> bool:
        """Whether everything passed on to this place."""
        return self.population_percent == 100 and self.area_percent == 100


def ended(place: Place, on: date) -> bool:
    """Tell whether the place no longer existed on that day."""
    return place.valid_to is not None and place.valid_to < on


def follow(places: Iterable[Place], on: date) -> dict[int, list[Passing]]:
    """Give for each place, by its id, what stood for it on that day: itself, or its successors with their shares.

    One query for each generation of successors, however many places. A former district without a successor of its own
    is followed through its province.
    """
    found = {place.pk: [Passing(place)] for place in places}
    for _ in range(MOST_STEPS):
        gone = {p.place.pk: p.place for passings in found.values() for p in passings if ended(p.place, on)}
        if not gone:
            break
        links = links_from(gone, on)
        found = {pk: merged(next_passings(passings, links, on)) for pk, passings in found.items()}
    return {pk: [p for p in passings if not ended(p.place, on)] for pk, passings in found.items()}


def links_from(gone: Mapping[int, Place], on: date) -> dict[int, list[Passing]]:
    """Read the direct successors of places that are gone."""
    links: dict[int, list[Passing]] = defaultdict(list)
    rows = PlaceSuccession.objects.filter(predecessor__in=gone, on__lte=on)
    for row in rows.select_related("successor__province").order_by("successor__sort_key", "pk"):
        passing = Passing(row.successor, row.on, row.population_percent, row.area_percent)
        links[row.predecessor_id].append(passing)
    for pk, place in gone.items():
        if pk not in links and place.kind == Place.Kind.DISTRICT and place.province:
            links[pk].append(Passing(place.province))
    return links


def next_passings(passings: list[Passing], links: Mapping[int, list[Passing]], on: date) -> list[Passing]:
    """Take each place that is gone one generation further."""
    further: list[Passing] = []
    for passing in passings:
        if not ended(passing.place, on):
            further.append(passing)
            continue
        further += [onward(passing, link) for link in links.get(passing.place.pk, [])]
    return further


def onward(passing: Passing, link: Passing) -> Passing:
    """Give what arrives over two successions: a part of a part, unknown if either is."""
    return replace(
        link,
        since=link.since or passing.since,
        population_percent=part_of(passing.population_percent, link.population_percent),
        area_percent=part_of(passing.area_percent, link.area_percent),
    )


def part_of(first: float | None, second: float | None) -> float | None:
    """Multiply two shares in per cent."""
    return None if first is None or second is None else first * second / 100


def merged(passings: list[Passing]) -> list[Passing]:
    """Add up what reached the same place by several ways."""
    by_place: dict[int, Passing] = {}
    for passing in passings:
        known = by_place.get(passing.place.pk)
        by_place[passing.place.pk] = together(known, passing) if known else passing
    return list(by_place.values())


def together(one: Passing, other: Passing) -> Passing:
    """Add two parts that reached the same place."""
    return replace(
        one,
        population_percent=sum_of(one.population_percent, other.population_percent),
        area_percent=sum_of(one.area_percent, other.area_percent),
    )


def sum_of(first: float | None, second: float | None) -> float | None:
    """Add two shares in per cent."""
    return None if first is None or second is None else first + second


def successors_on(place: Place, on: date) -> list[Place]:
    """Give the places that stood for this one on that day: itself while it existed; empty if none is known."""
    return [passing.place for passing in follow([place], on)[place.pk]]


@transaction.atomic
def record_shares(
    *,
    predecessor: Place,
    shares: Mapping[int, Mapping[str, float | None]],
    actor: AbstractBaseUser | AnonymousUser,
) -> int:
    """Store the shares of a place that passed to its successors (by the succession's id); give how many rows changed.

    What passed on cannot exceed the whole: sums run over all rows of the predecessor, those left alone included.
    """
    rows = list(PlaceSuccession.objects.select_for_update().filter(predecessor=predecessor).select_related("successor"))
    changed = []
    for row in rows:
        before = [getattr(row, field) for field in SHARES]
        for field in SHARES:
            setattr(row, field, shares.get(row.pk, {}).get(field, getattr(row, field)))
        if before != [getattr(row, field) for field in SHARES]:
            changed.append(row)
    if not all(actor.has_perm("places.change_place", row.successor) for row in changed):  # type: ignore[union-attr]
        raise PermissionDenied
    check_sums(predecessor, rows)
    for row in changed:
        row.full_clean(exclude=["predecessor", "successor", "legal"], validate_unique=False)
        keep_first_state(row)
        row.save()
    return len(changed)


def check_sums(predecessor: Place, rows: Iterable[PlaceSuccession]) -> None:
    """Refuse shares of one place that add up to more than all of it."""
    rows = list(rows)
    for field, word in SHARES.items():
        total = sum(getattr(row, field) or 0 for row in rows)
        if total > 100.005:
            message = f"Tổng phần {word} của {predecessor.full_name} chuyển đi là {number(total, 2)} %, vượt quá 100 %."
            raise ValidationError(message)
