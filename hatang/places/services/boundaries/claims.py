"""Ground that a file claims and others hold: stored boundaries, and points, of units that the file does not draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon

from hatang.core.polygons import overlaps
from hatang.core.vietnamese import number
from hatang.pages.shapes import written
from hatang.places.models import Boundary, Place
from hatang.places.services.boundaries.findings import ISOLATED_BATCH, POINT_STRAYS_M, distances_m
from hatang.places.services.boundaries.outcome import FOREIGN, OVERLAP, Drawn, Finding

FOREIGN_KM2 = 1.0
"""Two maps of one provincial border differ by strips; what another province loses beyond this is told first of all."""
WHERE_DECIMALS = 4
ASK_OFFICE = "Hỏi cơ quan giữ hồ sơ địa giới phần này thuộc nơi nào, rồi sửa tệp."
CHECK_POINT = "Nơi này không có trong tệp: kiểm tra hình, hoặc tọa độ của nơi ấy trong sổ."


def claim_findings(drawn: Sequence[Drawn], kind: str, on: date, hairline: float) -> Iterator[Finding]:
    """List where polygons of one level cover what units outside the file hold, another province's first."""
    if not drawn:
        return
    tree = shapely.STRtree([d.geometry for d in drawn])
    told: set[tuple[int, int]] = set()
    found = []
    for other, geometry in stored_others(drawn, kind, on):
        for i in sorted(tree.query(geometry, predicate="intersects")):
            if own(drawn[i], other):
                continue
            for overlap in overlaps([drawn[i].geometry, geometry], tolerance_m=hairline):
                told.add((int(i), other.pk))
                found.append((overlap.area_km2, ground_finding(drawn[i], other, overlap.area_km2, overlap.point)))
    yield from (finding for _, finding in sorted(found, key=lambda pair: -pair[0]))
    yield from point_claims(drawn, tree, kind, on, told)


def own(drawn: Drawn, other: Place) -> bool:
    """Tell whether a unit is the province that a drawn unit lies in, or lies in a drawn province."""
    return other.kind != drawn.place.kind and home(drawn.place) == home(other)


def home(place: Place) -> int:
    """Give the province of a unit; a province is its own."""
    return place.pk if place.kind == Place.Kind.PROVINCE else place.province_id or 0


def levels_beside(kind: str) -> set[str]:
    """Give the levels whose units a drawn unit must not cover: its own, and the provinces."""
    return {kind, str(Place.Kind.PROVINCE)}


def stored_others(drawn: Sequence[Drawn], kind: str, on: date) -> Iterator[tuple[Place, Any]]:
    """Give the current real boundaries around the file of units that the file does not draw."""
    west, south, east, north = (float(edge) for edge in shapely.total_bounds([d.geometry for d in drawn]))
    around = Polygon.from_bbox((west, south, east, north))
    around.srid = 4326
    units = Place.objects.in_force(on).filter(kind__in=levels_beside(kind)).values("pk")
    rows = Boundary.objects.current().real().filter(geometry__bboverlaps=around, place__in=units)
    drawn_here = {d.place.pk for d in drawn}
    wanted = [pk for pk, place in rows.order_by("pk").values_list("pk", "place_id") if place not in drawn_here]
    for start in range(0, len(wanted), ISOLATED_BATCH):
        batch = Boundary.objects.filter(pk__in=wanted[start : start + ISOLATED_BATCH]).select_related("place__province")
        for row in batch.defer("place__point", "place__province__point").order_by("pk"):
            yield row.place, shapely.from_wkb(bytes(row.geometry.wkb))


def ground_finding(drawn: Drawn, other: Place, km2: float, point: tuple[float, float]) -> Finding:
    """Say how much of another unit's stored ground a polygon covers, and where."""
    foreign = home(drawn.place) != home(other) and km2 > FOREIGN_KM2
    what = f"Chồng {number(km2, 3)} km² lên ranh giới đang có của {with_province(other)}, gần {spot(point)}."
    return Finding(
        FOREIGN if foreign else OVERLAP, str(drawn.place), what, ASK_OFFICE, drawn.number, drawn.place.pk, *point
    )


def with_province(place: Place) -> str:
    """Name a unit with its province."""
    return str(place) if place.kind == Place.Kind.PROVINCE or not place.province else f"{place}, {place.province}"


def spot(point: tuple[float, float]) -> str:
    """Write where a point lies."""
    return f"{written(point[0], WHERE_DECIMALS)}; {written(point[1], WHERE_DECIMALS)}"


def point_claims(
    drawn: Sequence[Drawn], tree: Any, kind: str, on: date, told: set[tuple[int, int]]
) -> Iterator[Finding]:
    """List the units outside the file whose points lie well inside a polygon of another unit."""
    drawn_here = {d.place.pk for d in drawn}
    others = [place for place in points_around(drawn, kind, on) if place.pk not in drawn_here]
    if not others:
        return
    spots = shapely.points([(place.lon, place.lat) for place in others])
    pairs = zip(*tree.query(spots, predicate="intersects"), strict=True)
    for i, j in pairs:
        if (int(j), others[i].pk) in told or own(drawn[j], others[i]):
            continue
        inside_m = distances_m(shapely.boundary(np.array([drawn[j].geometry])), spots[[i]])[0]
        if inside_m > POINT_STRAYS_M:
            yield point_claim(drawn[j], others[i])


def points_around(drawn: Sequence[Drawn], kind: str, on: date) -> Iterator[Place]:
    """Give the units of the level with a point around the file; for provinces of today also the communes."""
    west, south, east, north = (float(edge) for edge in shapely.total_bounds([d.geometry for d in drawn]))
    today = kind == Place.Kind.PROVINCE and all(d.place.valid_to is None for d in drawn)
    kinds = {kind, str(Place.Kind.COMMUNE)} if today else {kind}
    places = Place.objects.in_force(on).filter(kind__in=kinds, lon__range=(west, east), lat__range=(south, north))
    yield from places.select_related("province").defer("point", "province__point").order_by("pk")


def point_claim(drawn: Drawn, other: Place) -> Finding:
    """Say whose point a polygon covers."""
    lon, lat = other.lon or 0.0, other.lat or 0.0
    what = f"Hình chứa điểm của {with_province(other)}, ở {spot((lon, lat))}."
    list_of = FOREIGN if home(drawn.place) != home(other) else OVERLAP
    return Finding(list_of, str(drawn.place), what, CHECK_POINT, drawn.number, drawn.place.pk, lon, lat)
