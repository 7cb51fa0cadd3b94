"""Which units made up a territory on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Min, Q
from django.shortcuts import get_object_or_404
from django.utils import timezone

from hatang.places.models import Place, PlaceQuerySet, PlaceSuccession

AROUND_DEG = 0.3


def units_on(on: date, *kinds: str) -> PlaceQuerySet:
    """Give the units in force on that day, of these kinds if any are named."""
    units = Place.objects.in_force(on)
    return units.of_kind(*kinds) if kinds else units


def provinces_on(on: date) -> PlaceQuerySet:
    """Give the provinces in force on that day."""
    return units_on(on, Place.Kind.PROVINCE)


def province_by_code(code: str) -> Place:
    """Give today's province of that code, or answer 404; former provinces may have borne the same code."""
    return get_object_or_404(provinces_on(timezone.localdate()), code=code)


def of_territory(places: PlaceQuerySet, territory: Place) -> PlaceQuerySet:
    """Keep what lies, or lay before a merger, in the territory: today's or a former province, a district, a commune."""
    if territory.kind != Place.Kind.PROVINCE:
        return places.within(territory)
    former = PlaceSuccession.objects.filter(successor=territory).values("predecessor")
    return places.filter(Q(province=territory) | Q(former_province=territory) | Q(province__in=former))


def communes_of(territory: Place, on: date) -> PlaceQuerySet:
    """Give the communes of a territory in force on that day.

    For today's province and a day before its merger: those of the provinces that it was made of. For a former province
    and a later day: those that came wholly from it.
    """
    return of_territory(Place.objects.communes().in_force(on), territory)


def around(province: Place | None) -> tuple[float, float, float, float] | None:
    """Give where a province's features should lie: around the points of its communes."""
    if province is None:
        return None
    points = Place.objects.communes().filter(province=province, lon__isnull=False, lat__isnull=False)
    edges = points.aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    if edges["west"] is None:
        return None
    west, south, east, north = (edges[side] for side in ("west", "south", "east", "north"))
    return west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG
