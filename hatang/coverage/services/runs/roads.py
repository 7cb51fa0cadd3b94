"""Roads of a province as points along them, each standing for its piece of road."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from numpy.typing import NDArray

from hatang.places.models import Boundary, Place, Road

PIECE_KM = 0.1
NO_BOUNDARIES = "Chưa có ranh giới xã, tỉnh trong hệ thống nên không đếm km đường."
NO_ROADS = "Chưa có tuyến đường nào trong hệ thống nên không đếm km đường."
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Roads:
    """Middles of pieces of road: degrees, the length of each in km, the commune it lies in (0: not known); `note` says
    from what they come, or why there are none.
    """

    lons_deg: Doubles
    lats_deg: Doubles
    lengths_km: Doubles
    communes: NDArray[np.int64]
    note: str


def no_roads(note: str) -> Roads:
    """Give no roads, and why."""
    return Roads(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), note)


def roads_of(province: Place, on: date) -> Roads:
    """Cut the roads inside a province into pieces of about 100 m; railways are no roads.

    Where several sources draw roads, only the one that draws most is taken: the others draw the same roads again.
    """
    keys, shapes, note = ground_of(province, on)
    if not keys:
        return no_roads(NO_BOUNDARIES)
    best: Roads | None = None
    for source in Road.objects.order_by("source").values_list("source", flat=True).distinct():
        found = pieces_of(source, keys, shapes, note)
        if found.lengths_km.sum() > (best.lengths_km.sum() if best else 0):
            best = found
    return best or no_roads(NO_ROADS)


def ground_of(province: Place, on: date) -> tuple[list[int], NDArray[np.object_], str]:
    """Give boundaries to tell where a road lies: of the communes that day, else of the province (under key 0)."""
    communes = Place.objects.communes().filter(province=province).in_force(on)
    current = Boundary.objects.current()
    rows = list(current.filter(place__in=communes).values_list("place_id", "illustrative", "geometry"))
    note = "Theo xã bằng ranh giới xã."
    if any(illustrative for _, illustrative, _ in rows):
        note = "Theo xã bằng ranh giới minh hoạ, vì chưa có ranh giới thật."
    if not rows:
        rows = [(0, *row) for row in current.filter(place=province).values_list("illustrative", "geometry")]
        note = "Chưa có ranh giới xã: chỉ đếm toàn tỉnh."
    shapes = shapely.from_wkb([bytes(geometry.wkb) for _, _, geometry in rows])
    return [key for key, _, _ in rows], np.asarray(shapes, dtype=object), note


def pieces_of(source: str, keys: list[int], shapes: NDArray[np.object_], note: str) -> Roads:
    """Cut one source's roads and keep the pieces whose middle lies on the ground given."""
    box = Polygon.from_bbox(tuple(shapely.total_bounds(shapes)))
    box.srid = 4326
    rows = Road.objects.filter(source=source, path__bboverlaps=box).exclude(road_class=Road.Class.RAILWAY)
    found = list(rows.order_by("pk").values_list("path", "length_km"))
    if not found:
        return no_roads(NO_ROADS)
    lines = shapely.from_wkb([bytes(path.wkb) for path, _ in found])
    lengths = np.array([length for _, length in found])
    lons, lats, pieces = cut(lines, lengths)
    inside, point = shapely.STRtree(shapely.points(lons, lats)).query(shapes, predicate="covers")
    communes = np.full(len(lons), -1, dtype=np.int64)
    communes[point[::-1]] = np.array(keys)[inside[::-1]]
    kept = communes >= 0
    return Roads(lons[kept], lats[kept], pieces[kept], communes[kept], f"Nguồn: {source}. {note}")


def cut(lines: NDArray[np.object_], lengths_km: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Give the middles (lon, lat) of the pieces of lines and each piece's length.

    >>> lons, lats, km = cut(np.array([shapely.LineString([(106, 21), (106.002, 21)])]), np.array([0.2]))
    >>> lons.round(4).tolist(), km.tolist()
    ([106.0005, 106.0015], [0.1, 0.1])
    """
    counts = np.maximum(np.rint(lengths_km / PIECE_KM), 1).astype(np.int64)
    which = np.repeat(np.arange(len(lines)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    share = (np.arange(len(which)) - first + 0.5) / counts[which]
    spots = shapely.line_interpolate_point(np.asarray(lines)[which], share, normalized=True)
    return shapely.get_x(spots), shapely.get_y(spots), lengths_km[which] / counts[which]
