"""What people should know before they save: unmatched features, overlaps, gaps, areas, stray points, missing units."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db.models import Q

from hatang.core.polygons import METRES_PER_DEGREE, WGS84, gaps, overlaps
from hatang.core.vector_files import Feature
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.places.services.boundaries.matching import Match, names
from hatang.places.services.boundaries.outcome import (
    AREA,
    GAP,
    MISSING,
    OVERLAP,
    POINT,
    WRONG,
    BoundaryOutcome,
    Drawn,
    Finding,
)
from hatang.places.services.boundaries.recognising import Asked
from hatang.places.services.territory import of_territory

AREA_DIFFERS_PERCENT = 20.0
"""How much a polygon's area may differ from the official one before it is listed. Official figures of 2025 count tidal
flats and disputed strips differently from map publishers; of the 3,321 communes about one in fourteen exceeds this."""
HAIRLINE_M = 50.0
"""Overlaps and gaps narrower than this everywhere are left by drawing, and are not listed."""
COARSE_HAIRLINE_M = 250.0
COARSE_STEP_M = 150.0
"""Where vertices stand this far apart, polygons were simplified one by one: neighbours no longer meet, by up to the
width of two such simplifications, and only wider overlaps and gaps are listed."""
POINT_STRAYS_M = 100.0
"""A point this near to its unit's border may lie outside: points of places are rounded to about 100 m."""
ISOLATED_BATCH = 500


def wrong_findings(outcome: BoundaryOutcome, features: Sequence[Feature]) -> list[Finding]:
    """List the features that have no unit, with the units that they might be."""
    wheres = {f.number: f.geometry for f in features}
    return [wrong_finding(m, wheres[m.number]) for m in outcome.matches if m.wrong]


def wrong_finding(match: Match, geometry: Any) -> Finding:
    """Say what is wrong with one feature and what would be right."""
    todo = f"Có thể là: {names(match.candidates)}. " if match.candidates else ""
    todo += "Sửa mã hoặc tên trong tệp, chọn đơn vị ở đây, hoặc bỏ qua đối tượng này."
    lon, lat = middle(geometry)
    candidates = tuple((p.pk, f"{p.full_name} ({p.code})") for p in match.candidates)
    name = match.label or f"Đối tượng số {match.number}"
    return Finding(WRONG, name, match.wrong, todo, match.number, None, lon, lat, candidates)


def middle(geometry: Any) -> tuple[float | None, float | None]:
    """Give a point in a geometry."""
    if geometry is None or shapely.is_empty(geometry):
        return None, None
    point = shapely.point_on_surface(geometry)
    return (None, None) if shapely.is_empty(point) else (float(point.x), float(point.y))


def hairline_m(drawn: Sequence[Drawn]) -> float:
    """Choose the width below which overlaps and gaps are only traces of drawing."""
    shapes = [d.geometry for d in drawn]
    vertices = sum(shapely.get_num_coordinates(shapes))
    around_m = float(sum(shapely.length(shapes))) * METRES_PER_DEGREE
    return COARSE_HAIRLINE_M if vertices and around_m / vertices > COARSE_STEP_M else HAIRLINE_M


def fit_findings(drawn: Sequence[Drawn], hairline: float) -> Iterator[Finding]:
    """List where units of one level overlap, and what lies between them."""
    shapes = [d.geometry for d in drawn]
    for found in overlaps(shapes, tolerance_m=hairline):
        one, other = drawn[found.first], drawn[found.second]
        what = f"Chồng {number(found.area_km2, 3)} km² với {other.place}."
        todo = "Hỏi cơ quan giữ hồ sơ địa giới phần này thuộc nơi nào, rồi sửa tệp."
        yield Finding(OVERLAP, str(one.place), what, todo, one.number, one.place.pk, *found.point)
    for gap in gaps(shapes, tolerance_m=hairline):
        around = [drawn[i].place for i in gap.neighbours]
        what = f"Trống {number(gap.area_km2, 3)} km² giữa {names(around)}."
        todo = "Có thể là đơn vị thiếu trong tệp, hồ lớn, hoặc hình vẽ hở; xem lại."
        yield Finding(
            GAP, str(around[0]) if around else "", what, todo, None, around[0].pk if around else None, *gap.point
        )


def area_findings(drawn: Sequence[Drawn]) -> Iterator[Finding]:
    """List the units whose area differs much from the official one."""
    for d in drawn:
        official = d.place.area_km2
        if official and abs(d.area_km2 - official) > AREA_DIFFERS_PERCENT / 100 * official:
            percent = (d.area_km2 - official) / official * 100
            what = f"Hình rộng {number(d.area_km2, 2)} km², số công bố {number(official, 2)} km² ({percent:+.0f} %)."
            todo = "Kiểm tra hình và số công bố; diện tích trong sổ không bị đổi."
            yield Finding(AREA, str(d.place), what, todo, d.number, d.place.pk, *middle(d.geometry))


def point_findings(drawn: Sequence[Drawn], on: date) -> Iterator[Finding]:
    """List the points of places (the units' own, and of what lies in them) outside their unit, the furthest first."""
    units = {d.place.pk: d for d in drawn}
    rows = list(points_of(list(units), on))
    if not rows:
        return
    holders = np.array([units[holder].geometry for _, holder in rows], dtype=object)
    points = shapely.points([(place.lon, place.lat) for place, _ in rows])
    for prepared in units.values():
        shapely.prepare(prepared.geometry)
    stray = np.flatnonzero(~shapely.covers(holders, points)) if len(rows) else np.empty(0, int)
    away = distances_m(holders[stray], points[stray]) if len(stray) else np.empty(0)
    for i, metres in sorted(zip(stray, away, strict=True), key=lambda pair: -pair[1]):
        place, holder = rows[i]
        if metres > POINT_STRAYS_M:
            yield point_finding(place, units[holder], float(metres))


def points_of(pks: Sequence[int], on: date) -> Iterator[tuple[Place, int]]:
    """Give the places with a point that are these units or lie in them, each with its unit."""
    fields = ("kind", "title", "name", "lon", "lat", "parent_id", "simulated")
    for start in range(0, len(pks), ISOLATED_BATCH):
        batch = pks[start : start + ISOLATED_BATCH]
        places = Place.objects.in_force(on).filter(Q(pk__in=batch) | Q(parent__in=batch), lon__isnull=False)
        wanted = set(batch)
        for place in places.filter(lat__isnull=False).only(*fields).order_by("pk"):
            for holder in {place.pk, place.parent_id} & wanted:
                yield place, holder  # type: ignore[misc]


def distances_m(polygons: Any, points: Any) -> Any:
    """Give how far points lie from polygons along the ellipsoid, in metres."""
    ends = shapely.get_coordinates(shapely.shortest_line(polygons, points)).reshape(-1, 2, 2)
    return WGS84.inv(ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1])[2]


def point_finding(place: Place, holder: Drawn, metres: float) -> Finding:
    """Say how far a point lies outside; a unit's point is real even where the sample made up its population."""
    own = place.pk == holder.place.pk
    what = f"Điểm {'của đơn vị' if own else f'của {place}'} nằm ngoài {holder.place} {number(metres)} m."
    todo = "Sửa tọa độ ở trang Sửa của nơi ấy, hoặc kiểm tra hình."
    made_up, at = place.simulated and not own, (place.lon, place.lat)
    return Finding(POINT, str(place), what, todo, holder.number, place.pk, *at, simulated=made_up)


def missing_findings(outcome: BoundaryOutcome, asked: Asked) -> list[Finding]:
    """List the units of the territory of which the file has no polygon; what is stored of them stays.

    Without a territory it is the provinces of which the file has most units.
    """
    units = outcome.found.levels[0]
    had = {d.place.pk for d in outcome.drawn}
    if asked.province:
        kept = set(
            of_territory(Place.objects.filter(pk__in=list(units.by_pk)), asked.province).values_list("pk", flat=True)
        )
        wanted = [p for p in units.places if p.pk in kept or p.pk == asked.province.pk]
    else:
        provinces = touched(outcome)
        wanted = [p for p in units.places if holder_of(p) in provinces]
    todo = "Nếu tệp phải có nơi này, bổ sung hình rồi tải lên lại."
    return [
        Finding(MISSING, str(p), f"Không có hình nào cho {p} ({p.code}).", todo, None, p.pk, p.lon, p.lat)
        for p in wanted
        if p.pk not in had
    ]


def holder_of(place: Place) -> int:
    """Give the province of a unit, or 0 for provinces, which belong together."""
    return place.province_id or 0 if place.kind != Place.Kind.PROVINCE else 0


def touched(outcome: BoundaryOutcome) -> set[int]:
    """Give the provinces half or more of whose units the file draws."""
    drawn = Counter(holder_of(d.place) for d in outcome.drawn)
    whole: dict[int, int] = defaultdict(int)
    for place in outcome.found.levels[0].places:
        whole[holder_of(place)] += 1
    return {holder for holder, n in drawn.items() if whole.get(holder) and n >= 0.5 * whole[holder]}
