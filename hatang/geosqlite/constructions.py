"""Functions that give a geometry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from shapely import lib

from hatang.geosqlite import ewkb
from hatang.geosqlite.measures import same_srid


def of_one(make: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """Make a function of one geometry."""
    return lambda blob: ewkb.write(make(ewkb.read(blob)), ewkb.srid_of(blob))


def of_two(make: Callable[[Any, Any], Any]) -> Callable[[bytes, bytes], bytes | None]:
    """Make a function of two geometries of one reference system."""

    def call(a: bytes, b: bytes) -> bytes | None:
        same_srid(a, b)
        made = make(ewkb.read(a), ewkb.read(b))
        return None if made is None else ewkb.write(made, ewkb.srid_of(a))

    return call


def make_point(x: float, y: float) -> bytes:
    """Make a point without SRID, as PostGIS does."""
    return ewkb.write_point(float(x), float(y), 0)


def set_srid(blob: bytes, srid: int) -> bytes:
    """Say in which reference system the coordinates are."""
    if ewkb.is_point(blob):
        x, y = ewkb.unpack_point(blob)[3:]
        return ewkb.write_point(x, y, srid)
    return ewkb.write(ewkb.read(blob), srid)


def from_wkb(blob: bytes, srid: int = 0) -> bytes:
    """Read WKB."""
    return ewkb.write(ewkb.read(bytes(blob)), srid)


def from_text(text: str, srid: int = 0) -> bytes:
    """Read WKT."""
    try:
        return ewkb.write(shapely.from_wkt(text), srid)
    except shapely.errors.GEOSException as error:
        raise ewkb.GeometryError(f"not a geometry (WKT): {str(error)[:80]}") from error


def point_between(a: Any, b: Any) -> Any:
    """Give the place on the first geometry that is nearest to the second."""
    line = shapely.shortest_line(a, b)
    return None if line is None else shapely.get_point(line, 0)


def collect(a: Any, b: Any) -> Any:
    """Put two geometries together without dissolving them."""
    return collection([a, b])


def collection(parts: list[Any]) -> Any:
    """Put geometries together: a Multi of one simple type, otherwise a collection."""
    kinds = {int(lib.get_type_id(part)) for part in parts}
    if len(kinds) == 1 and (kind := kinds.pop()) in (0, 1, 3):
        make = {0: shapely.multipoints, 1: shapely.multilinestrings, 3: shapely.multipolygons}[kind]
        return make(parts)
    return shapely.geometrycollections(parts)


def scale(blob: bytes, x: float, y: float, z: float = 1.0) -> bytes:
    """Multiply coordinates."""
    return _changed(blob, lambda c: c * np.array([x, y, z], float)[: c.shape[1]])


def translate(blob: bytes, x: float, y: float, z: float = 0.0) -> bytes:
    """Add to coordinates."""
    return _changed(blob, lambda c: c + np.array([x, y, z], float)[: c.shape[1]])


def snap_to_grid(blob: bytes, *numbers: float) -> bytes:
    """Round coordinates to a grid: (size), (size x, size y) or (origin x, origin y, size x, size y)."""
    if len(numbers) == 4:
        origin, size = np.array(numbers[:2], float), np.array(numbers[2:], float)
    else:
        origin, size = np.zeros(2), np.array([numbers[0], numbers[-1]], float)

    def snap(coordinates: Any) -> Any:
        snapped = coordinates.copy()
        for axis in (0, 1):
            if size[axis] > 0:
                steps = np.rint((coordinates[:, axis] - origin[axis]) / size[axis])
                snapped[:, axis] = steps * size[axis] + origin[axis]
        return snapped

    return _changed(blob, snap, tidy=True)


def _changed(blob: bytes, change: Callable[[Any], Any], *, tidy: bool = False) -> bytes:
    geometry = ewkb.read(blob)
    moved = shapely.transform(geometry, change, include_z=bool(lib.has_z(geometry)))
    return ewkb.write(_without_collapsed(moved) if tidy else moved, ewkb.srid_of(blob))


def _without_collapsed(geometry: Any) -> Any:
    """Drop repeated points, and lines and rings that have become points or strokes."""
    kind = int(lib.get_type_id(geometry))
    if kind == 1:
        points = _distinct(shapely.get_coordinates(geometry, include_z=bool(lib.has_z(geometry))))
        return shapely.linestrings(points) if len(points) > 1 else shapely.LineString()
    if kind == 3:
        rings = [_distinct(shapely.get_coordinates(r)) for r in (geometry.exterior, *geometry.interiors)]
        outer, *holes = rings if rings else [[]]
        return shapely.Polygon(outer, [h for h in holes if len(h) > 3]) if len(outer) > 3 else shapely.Polygon()
    if kind in (5, 6, 7):
        parts = [_without_collapsed(part) for part in shapely.get_parts(geometry)]
        return type(geometry)([part for part in parts if not lib.is_empty(part)])
    return geometry


def _distinct(points: Any) -> Any:
    kept = np.ones(len(points), bool)
    kept[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[kept]


def envelope(geometry: Any) -> Any:
    """Give the box as a polygon; as a line or a point where it has no breadth, and an empty geometry as it is."""
    box = ewkb.box_of(geometry)
    if box is None:
        return geometry
    minx, miny, maxx, maxy = box
    if minx == maxx and miny == maxy:
        return shapely.Point(minx, miny)
    if minx == maxx or miny == maxy:
        return shapely.LineString([(minx, miny), (maxx, maxy)])
    return shapely.Polygon([(minx, miny), (minx, maxy), (maxx, maxy), (maxx, miny)])


def clockwise(geometry: Any) -> Any:
    """Turn outer rings clockwise and holes the other way."""
    return shapely.orient_polygons(geometry, exterior_cw=True)


FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "ST_MakePoint": (make_point, 2),
    "ST_SetSRID": (set_srid, 2),
    "ST_GeomFromWKB": (from_wkb, 1, 2),
    "ST_GeomFromText": (from_text, 1, 2),
    "ST_Centroid": (of_one(shapely.centroid), 1),
    "ST_PointOnSurface": (of_one(shapely.point_on_surface), 1),
    "ST_Envelope": (of_one(envelope), 1),
    "ST_MakeValid": (of_one(shapely.make_valid), 1),
    "ST_Reverse": (of_one(shapely.reverse), 1),
    "ST_ForcePolygonCW": (of_one(clockwise), 1),
    "ST_Intersection": (of_two(shapely.intersection), 2),
    "ST_Difference": (of_two(shapely.difference), 2),
    "ST_SymDifference": (of_two(shapely.symmetric_difference), 2),
    "ST_Union": (of_two(shapely.union), 2),
    "ST_Collect": (of_two(collect), 2),
    "ST_ClosestPoint": (of_two(point_between), 2),
    "ST_Scale": (scale, 3, 4),
    "ST_Translate": (translate, 3, 4),
    "ST_SnapToGrid": (snap_to_grid, 2, 3, 5),
}
