"""In which province, commune, village and zone a point lies on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Q
from numpy.typing import NDArray

from hatang.core.polygons import WGS84
from hatang.core.vietnamese import day, number
from hatang.places.models import Boundary, Place, PlaceSuccession
from hatang.places.services.territory import communes_of

Points = NDArray[np.float64]
Kind = Place.Kind
AT_A_TIME = 200
"""Boundaries held in memory at once; a full-resolution commune may have 20,000 vertices."""
IDS_AT_A_TIME = 5_000
NEAREST_VILLAGE_M = 20_000
"""A village further away than this is not named as the nearest: the largest communes are some 40 km across, and what
lies further is a wrong point or a commune whose villages are not recorded there."""
BY_CELL = "theo ranh giới minh hoạ"
FIELDS = ("kind", "title", "name", "code", "parent", "province", "lon", "lat", "valid_from", "valid_to")


@dataclass
class Whereabouts:
    """Where a point lies; what is not known is None, and `note` says why, or how sure it is."""

    province: Place | None = None
    commune: Place | None = None
    village: Place | None = None
    zone: Place | None = None
    certain: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def note(self) -> str:
        """The remarks as one text, beginning with a capital."""
        text = "; ".join(self.notes)
        return f"{text[0].upper()}{text[1:]}." if text else ""


@dataclass(frozen=True)
class Hit:
    """A boundary that contains a point."""

    place_id: int
    kind: str
    illustrative: bool


def locate(points: Points, *, on: date, province: Place | None = None) -> list[Whereabouts]:
    """Say for each point (n x 2, lon and lat, WGS 84) where it lies among the units of that day.

    Communes by boundary; where it is only an illustrative cell, `certain` is False and the note says so. Zones by
    boundary. Villages by boundary where they have one, else the nearest village point of that commune, with its
    distance. With `province`, only its communes are asked. A point outside everything has no units, and a note.
    """
    spots = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    hits = boundaries_around(spots, on, province)
    places = read_places(hit.place_id for found in hits for hit in found)
    answers = [first_answer(found, places) for found in hits]
    for answer in answers:
        if answer.commune is None:
            answer.notes.append(outside_words(answer, on, province))
    add_nearest_villages(answers, spots, on)
    return answers


def locate_one(lon: float, lat: float, *, on: date) -> Whereabouts:
    """Say where one point lies."""
    return locate(np.array([[lon, lat]]), on=on)[0]


# Boundaries


def boundaries_around(spots: Points, on: date, province: Place | None) -> list[list[Hit]]:
    """Give for each point the boundaries that contain it, real ones first."""
    found: list[list[Hit]] = [[] for _ in spots]
    usable = np.flatnonzero(np.isfinite(spots).all(axis=1))
    if not len(usable):
        return found
    tree = shapely.STRtree(shapely.points(spots[usable]))
    for hits, shapes in in_batches(candidates(spots[usable], on, province)):
        which, point = tree.query(shapes, predicate="covers")
        for i, j in zip(which, point, strict=True):
            found[usable[j]].append(hits[i])
    for one in found:
        one.sort(key=lambda hit: (hit.illustrative, hit.place_id))
    return found


def candidates(spots: Points, on: date, province: Place | None) -> Any:
    """Give the current boundaries, of units in force that day, whose boxes meet the points' box."""
    west, south = spots.min(axis=0)
    east, north = spots.max(axis=0)
    margin = 1e-9
    around = Polygon.from_bbox((west - margin, south - margin, east + margin, north + margin))
    around.srid = 4326
    begun = Q(place__valid_from__isnull=True) | Q(place__valid_from__lte=on)
    not_ended = Q(place__valid_to__isnull=True) | Q(place__valid_to__gte=on)
    rows = Boundary.objects.current().filter(begun, not_ended, geometry__bboverlaps=around)
    if province is not None:
        communes = communes_of(province, on).values("pk")
        rows = rows.filter(Q(place__in=communes) | Q(place=province) | Q(place__province=province))
    return rows.values_list("place_id", "place__kind", "illustrative", "geometry").iterator(chunk_size=AT_A_TIME)


def in_batches(rows: Iterable[tuple[int, str, bool, Any]]) -> Iterable[tuple[list[Hit], Any]]:
    """Give boundaries a few hundred at a time, as what they bound and as polygons."""
    hits: list[Hit] = []
    shapes: list[bytes] = []
    for place_id, kind, illustrative, geometry in rows:
        hits.append(Hit(place_id, kind, illustrative))
        shapes.append(bytes(geometry.wkb))
        if len(hits) == AT_A_TIME:
            yield hits, shapely.from_wkb(shapes)
            hits, shapes = [], []
    if hits:
        yield hits, shapely.from_wkb(shapes)


def read_places(pks: Iterable[int]) -> dict[int, Place]:
    """Read the places that were hit, with their provinces."""
    wanted = list(set(pks))
    found: dict[int, Place] = {}
    for start in range(0, len(wanted), IDS_AT_A_TIME):
        rows = Place.objects.filter(pk__in=wanted[start : start + IDS_AT_A_TIME]).select_related("province", "parent")
        found |= {place.pk: place for place in rows.defer("point", "province__point", "parent__point")}
    return found


def first_answer(found: Sequence[Hit], places: dict[int, Place]) -> Whereabouts:
    """Make an answer of the boundaries that contain a point."""
    answer = Whereabouts()
    of_kind: dict[str, list[Hit]] = defaultdict(list)
    for hit in found:
        of_kind[hit.kind].append(hit)
    communes = [h for h in of_kind[Kind.COMMUNE] if h.illustrative == of_kind[Kind.COMMUNE][0].illustrative]
    if communes:
        answer.commune = places[communes[0].place_id]
        answer.province = answer.commune.province
        answer.certain = len(communes) == 1 and not communes[0].illustrative
        answer.notes += [BY_CELL] if communes[0].illustrative else []
        answer.notes += shared_words([places[h.place_id] for h in communes])
    elif of_kind[Kind.PROVINCE]:
        answer.province = places[of_kind[Kind.PROVINCE][0].place_id]
    add_small(answer, of_kind, places)
    return answer


def shared_words(communes: Sequence[Place]) -> list[str]:
    """Say that several units claim the point."""
    if len(communes) < 2:
        return []
    return [f"điểm nằm trên đường biên hoặc chỗ chồng của {' và '.join(c.full_name for c in communes[:3])}"]


def add_small(answer: Whereabouts, of_kind: dict[str, list[Hit]], places: dict[int, Place]) -> None:
    """Add the zone and the village whose boundaries contain the point, and name a district that is all we know."""
    zones, villages = of_kind[Kind.ZONE], of_kind[Kind.VILLAGE]
    answer.zone = places[zones[0].place_id] if zones else None
    answer.village = places[villages[0].place_id] if villages else None
    if answer.commune is None and of_kind[Kind.DISTRICT]:
        district = places[of_kind[Kind.DISTRICT][0].place_id]
        answer.province = answer.province or district.province
        answer.notes.append(f"trong {district.full_name}")


def outside_words(answer: Whereabouts, on: date, province: Place | None) -> str:
    """Say why no commune is known."""
    if answer.province is not None:
        return f"không có ranh giới xã nào chứa điểm này vào ngày {day(on)}"
    where = province.full_name if province else "mọi ranh giới"
    return f"điểm nằm ngoài {where} vào ngày {day(on)}"


# Villages without a boundary


def add_nearest_villages(answers: Sequence[Whereabouts], spots: Points, on: date) -> None:
    """Give each point without a village the nearest village point of its commune."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for position, answer in enumerate(answers):
        if answer.commune is not None and answer.village is None:
            waiting[answer.commune.pk].append(position)
    villages = villages_of(list(waiting), on)
    for commune, positions in waiting.items():
        if villages[commune]:
            choose_nearest([answers[i] for i in positions], spots[positions], villages[commune])


def villages_of(communes: Sequence[int], on: date) -> dict[int, list[Place]]:
    """Give the villages with a point that lie in communes, or in those that a former commune passed to."""
    found: dict[int, list[Place]] = defaultdict(list)
    heirs: dict[int, set[int]] = {pk: {pk} for pk in communes}
    for start in range(0, len(communes), IDS_AT_A_TIME):
        rows = PlaceSuccession.objects.filter(predecessor__in=communes[start : start + IDS_AT_A_TIME], on__gt=on)
        for before, after in rows.values_list("predecessor", "successor"):
            heirs[before].add(after)
    by_parent = read_villages(list({pk for own in heirs.values() for pk in own}), on)
    for commune, own in heirs.items():
        for parent in own:
            found[commune] += by_parent[parent]
    return found


def read_villages(parents: Sequence[int], on: date) -> dict[int, list[Place]]:
    """Read the villages with a point, by the commune that they lie in now."""
    found: dict[int, list[Place]] = defaultdict(list)
    for start in range(0, len(parents), IDS_AT_A_TIME):
        rows = (
            Place.objects.villages()
            .in_force(on)
            .filter(parent__in=parents[start : start + IDS_AT_A_TIME], lon__isnull=False)
        )
        for village in rows.filter(lat__isnull=False).only(*FIELDS, "simulated").order_by("pk"):
            found[village.parent_id or 0].append(village)
    return found


def choose_nearest(answers: Sequence[Whereabouts], spots: Points, villages: Sequence[Place]) -> None:
    """Give each point its nearest village; which is nearest is told on the plane, how far on the ellipsoid."""
    homes = np.array([[v.lon, v.lat] for v in villages], dtype=np.float64)
    scale = np.array([np.cos(np.radians(spots[:, 1].mean())), 1.0])
    nearest = (((spots[:, None, :] - homes[None, :, :]) * scale) ** 2).sum(axis=2).argmin(axis=1)
    chosen = homes[nearest]
    metres = WGS84.inv(spots[:, 0], spots[:, 1], chosen[:, 0], chosen[:, 1])[2]
    for answer, i, away in zip(answers, nearest, metres, strict=True):
        if away > NEAREST_VILLAGE_M:
            answer.notes.append(f"không biết thôn nào trong vòng {number(NEAREST_VILLAGE_M / 1_000)} km")
            continue
        answer.village = villages[i]
        answer.notes.append(f"thôn gần nhất, cách {number(float(away))} m")


def strayed(place: Place, *, on: date) -> str:
    """Say that a place's point lies in another commune than its own, or nothing."""
    if place.lon is None or place.lat is None or place.kind in (Kind.PROVINCE, Kind.DISTRICT):
        return ""
    own = place if place.kind == Kind.COMMUNE else place.parent
    where = locate_one(place.lon, place.lat, on=on)
    if own is None or where.commune is None or not where.certain or where.commune.pk == own.pk:
        return ""
    return f"Điểm vừa đặt nằm trong {where.commune.full_name}, ngoài {own.full_name}: kiểm tra lại tọa độ."
