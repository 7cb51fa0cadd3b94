"""Geometries: built from coordinates as files give them, and settled into what we store: WGS 84, two dimensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hatang.core.polygons import degrees, polygons_of
from hatang.core.vector_files.faults import ShapeError
from hatang.core.vietnamese import number

Numbers = NDArray[np.float64]
Project = Callable[[Numbers], Numbers]

DEEPEST = 5
KINDS = {
    "Point": "điểm",
    "MultiPoint": "các điểm",
    "LineString": "đường",
    "LinearRing": "đường",
    "MultiLineString": "các đường",
    "Polygon": "vùng",
    "MultiPolygon": "các vùng",
    "GeometryCollection": "tập hợp hình",
}
CLOSED = "Vòng chưa khép: đã nối đỉnh cuối với đỉnh đầu."
FLATTENED = "Bỏ độ cao (Z), chỉ giữ kinh độ, vĩ độ."
MEASURES = "Bỏ giá trị M của các đỉnh."
SWAPPED = "Kinh độ và vĩ độ bị đảo: đã đổi lại."
OUTSIDE = "Nằm ngoài Việt Nam (kinh độ 102–118, vĩ độ 6–24)."
COLLECTION = "Tập hợp hình (GeometryCollection): chỉ lấy các vùng."
VIETNAM = (102.0, 6.0, 118.0, 24.0)


def vertices(values: object, notes: set[str]) -> Numbers:
    """Give the (n, 2) array of a list of positions; Z is dropped with a note, what is no number raises ShapeError.

    Types are asked before numpy sees the values: it would make every cell as wide as the longest text among them.
    """
    if not isinstance(values, list) or not values:
        raise ShapeError("Không có tọa độ.")
    lengths = {len(p) if type(p) is list else 0 for p in values}
    if min(lengths) < 2 or not set(map(type, chain.from_iterable(values))) <= {int, float}:
        raise ShapeError(f"Tọa độ phải là các cặp số [kinh độ, vĩ độ]; {odd_one(values)}.")
    if max(lengths) > 2:
        notes.add(FLATTENED)
        values = [position[:2] for position in values]
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError as error:
        raise ShapeError("Tọa độ phải là các cặp số [kinh độ, vĩ độ]; có số dài hơn 300 chữ số.") from error


def odd_one(values: Sequence[object]) -> str:
    """Name the first position that is no pair of numbers."""
    for place, position in enumerate(values, start=1):
        if not (
            isinstance(position, list)
            and len(position) >= 2
            and all(isinstance(v, int | float) and not isinstance(v, bool) for v in position)
        ):
            return f"đỉnh {place} ghi {str(position)[:40]}"
    return "có chỗ không phải cặp số"


def checked(points: Numbers) -> Numbers:
    """Refuse coordinates that are not finite, naming the first."""
    if not np.isfinite(points).all():
        bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
        raise ShapeError(f"Đỉnh {number(int(bad[0]) + 1)} có tọa độ không phải số (NaN hoặc vô cực).")
    return points


def ring(points: Numbers, notes: set[str]) -> Numbers:
    """Close a ring, and refuse one that has no inside."""
    checked(points)
    if not np.array_equal(points[0], points[-1]):
        notes.add(CLOSED)
        points = np.vstack([points, points[:1]])
    if len(points) < 4 or not three_apart(points):
        x, y = points[0]
        raise ShapeError(f"Vòng tại {degrees(x)}; {degrees(y)} có ít hơn 3 đỉnh khác nhau.")
    return points


def three_apart(points: Numbers) -> bool:
    """Tell whether at least three of the points differ.

    >>> three_apart(np.array([(0, 0), (1, 1), (0, 0), (1, 1)])), three_apart(np.array([(0, 0), (0, 0), (1, 1), (2, 2)]))
    (False, True)
    """
    other = (points != points[0]).any(axis=1)
    second = points[np.argmax(other)]
    return bool((other & (points != second).any(axis=1)).any())


def polygon(rings: Sequence[Numbers], notes: set[str]) -> Polygon:
    """Give a polygon of a shell and its holes; a hole without an inside is left out with a note."""
    if not rings:
        raise ShapeError("Vùng không có vòng nào.")
    shell = ring(rings[0], notes)
    holes = []
    for hole in rings[1:]:
        try:
            holes.append(ring(hole, notes))
        except ShapeError as fault:
            notes.add(f"Bỏ một lỗ: {fault}")
    return Polygon(shell, holes)


def from_geojson(value: object, notes: set[str], depth: int = 0) -> BaseGeometry:
    """Build a geometry out of a parsed GeoJSON geometry object (RFC 7946, section 3.1)."""
    if not isinstance(value, dict):
        raise ShapeError("Trường “geometry” phải là một đối tượng có “type” và “coordinates”.")
    kind = value.get("type")
    if kind == "GeometryCollection":
        members = value.get("geometries")
        if not isinstance(members, list) or depth > DEEPEST:
            raise ShapeError("Tập hợp hình (GeometryCollection) sai cấu trúc hoặc lồng quá sâu.")
        return shapely.GeometryCollection([from_geojson(m, notes, depth + 1) for m in members])
    if not isinstance(kind, str) or kind not in BUILDERS:
        raise ShapeError(f"Không hiểu loại hình “{str(kind)[:30]}”; cần Polygon hoặc MultiPolygon.")
    coordinates = value.get("coordinates")
    if coordinates == []:
        raise ShapeError("Hình rỗng, không có tọa độ.")
    return BUILDERS[kind](coordinates, notes)


def each(values: object) -> list[Any]:
    """Give a list's members, or refuse what is no list."""
    if not isinstance(values, list):
        raise ShapeError("“coordinates” sai cấu trúc: cần danh sách lồng nhau của các cặp số.")
    return values


def point_of(values: object, notes: set[str]) -> BaseGeometry:
    """Build a point."""
    return shapely.Point(checked(vertices([values], notes))[0])


def points_of(values: object, notes: set[str]) -> BaseGeometry:
    """Build several points."""
    return shapely.MultiPoint(checked(vertices(values, notes)))


def line_of(values: object, notes: set[str]) -> BaseGeometry:
    """Build a line of two vertices or more."""
    points = checked(vertices(values, notes))
    if len(points) < 2:
        raise ShapeError("Đường có ít hơn 2 đỉnh.")
    return shapely.LineString(points)


def lines_of(values: object, notes: set[str]) -> BaseGeometry:
    """Build several lines."""
    return shapely.MultiLineString([line_of(line, notes) for line in each(values)])


def polygon_of(values: object, notes: set[str]) -> BaseGeometry:
    """Build a polygon."""
    return polygon([vertices(r, notes) for r in each(values)], notes)


def multipolygon_of(values: object, notes: set[str]) -> BaseGeometry:
    """Build several polygons; one without an inside is left out with a note while others remain."""
    parts, broken = [], []
    for part in each(values):
        try:
            parts.append(polygon_of(part, notes))
        except ShapeError as fault:
            broken.append(fault)
    if not parts:
        raise broken[0]
    notes.update(f"Bỏ một mảnh: {fault}" for fault in broken)
    return MultiPolygon(parts)


BUILDERS: dict[str, Callable[[object, set[str]], BaseGeometry]] = {
    "Point": point_of,
    "MultiPoint": points_of,
    "LineString": line_of,
    "MultiLineString": lines_of,
    "Polygon": polygon_of,
    "MultiPolygon": multipolygon_of,
}


def flattened(geometry: BaseGeometry, notes: set[str]) -> BaseGeometry:
    """Drop Z and M with a note, refuse the empty and what is not finite."""
    if geometry.is_empty:
        raise ShapeError("Hình rỗng, không có tọa độ.")
    if geometry.has_z:
        notes.add(FLATTENED)
    if geometry.has_m:
        notes.add(MEASURES)
    with np.errstate(invalid="ignore"):
        geometry = shapely.force_2d(geometry)
    checked(shapely.get_coordinates(geometry))
    return geometry


def simple(geometry: BaseGeometry, notes: set[str]) -> BaseGeometry:
    """Take the polygons out of a collection; keep other kinds as they are."""
    if geometry.geom_type != "GeometryCollection":
        return geometry
    parts = polygons_of(geometry)
    if not parts:
        raise ShapeError("Tập hợp hình (GeometryCollection) không có vùng nào.")
    notes.add(COLLECTION)
    return MultiPolygon(parts) if len(parts) > 1 else parts[0]


def within(points: Numbers, extent: tuple[float, float, float, float]) -> bool:
    """Tell whether all points lie within (west, south, east, north)."""
    west, south, east, north = extent
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(low[0] >= west and low[1] >= south and high[0] <= east and high[1] <= north)


def swapped(geometry: BaseGeometry, extent: tuple[float, float, float, float], notes: set[str]) -> BaseGeometry:
    """Exchange x and y where only that brings the geometry into the extent."""
    points = shapely.get_coordinates(geometry)
    if within(points, extent) or not within(points[:, ::-1], extent):
        return geometry
    notes.add(SWAPPED)
    turned: BaseGeometry = shapely.transform(geometry, lambda xy: xy[:, ::-1])
    return turned


def on_earth(geometry: BaseGeometry, notes: set[str]) -> BaseGeometry:
    """Refuse degrees that do not exist or a shape across the 180th meridian; note what is outside Viet Nam."""
    points = shapely.get_coordinates(geometry)
    if within(points, VIETNAM):
        return geometry
    wrong = np.flatnonzero(~(np.abs(points) <= (180, 90)).all(axis=1))
    if len(wrong):
        x, y = points[wrong[0]]
        raise ShapeError(
            f"Đỉnh {number(int(wrong[0]) + 1)} ({degrees(x)}; {degrees(y)}) ngoài kinh độ ±180, vĩ độ ±90."
        )
    if np.ptp(points[:, 0]) > 180:
        raise ShapeError("Hình vắt qua kinh tuyến 180°; tách thành hai mảnh ở hai bên kinh tuyến.")
    notes.add(OUTSIDE)
    return geometry
