"""Functions that give a number, a truth or a text."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import shapely
from shapely import lib

from hatang.geosqlite import ewkb
from hatang.geosqlite.memory import Remembered


def same_srid(a: bytes, b: bytes) -> None:
    """Refuse to compare geometries of two reference systems."""
    if a[5:9] != b[5:9] and ewkb.srid_of(a) != ewkb.srid_of(b):
        raise ewkb.GeometryError(f"geometries of different SRID: {ewkb.srid_of(a)} and {ewkb.srid_of(b)}")


def distance(a: bytes, b: bytes) -> float | None:
    """Give the distance in the plane; NULL where one is empty."""
    same_srid(a, b)
    found = float(lib.distance(ewkb.read(a), ewkb.read(b)))
    return None if math.isnan(found) else found


def relate(a: bytes, b: bytes, pattern: str) -> bool:
    """Say whether the intersection matrix fits a pattern."""
    same_srid(a, b)
    return bool(shapely.relate_pattern(ewkb.read(a), ewkb.read(b), pattern))


def area(blob: bytes) -> float:
    """Give the area in the plane."""
    return float(lib.area(ewkb.read(blob)))


def length(blob: bytes) -> float:
    """Give the length of lines in the plane; surfaces have none."""
    return float(_sum(ewkb.read(blob), lines=True))


def perimeter(blob: bytes) -> float:
    """Give the length of the borders of surfaces in the plane; lines have none."""
    return float(_sum(ewkb.read(blob), lines=False))


def _sum(geometry: Any, *, lines: bool) -> float:
    parts = shapely.get_parts(geometry)
    if lib.get_type_id(geometry) == 7:
        return sum(_sum(part, lines=lines) for part in parts)
    surface = lib.get_type_id(geometry) in (3, 6)
    return 0.0 if surface is lines else float(lib.length(geometry))


def azimuth(a: bytes, b: bytes) -> float | None:
    """Give the direction from one point to another, clockwise from north, in radians."""
    same_srid(a, b)
    one, two = ewkb.read(a), ewkb.read(b)
    if lib.get_type_id(one) or lib.get_type_id(two):
        raise ewkb.GeometryError("an azimuth is between two points")
    dx, dy = lib.get_x(two) - lib.get_x(one), lib.get_y(two) - lib.get_y(one)
    return None if not (dx or dy) or dx + dy != dx + dy else float(math.atan2(dx, dy) % (2 * math.pi))


def locate(line: bytes, point: bytes) -> float:
    """Say where along a line the place nearest to a point lies, from 0 to 1."""
    same_srid(line, point)
    one = ewkb.read(line)
    if lib.get_type_id(one) != 1:
        raise ewkb.GeometryError("only along a simple line can a point be located")
    return float(shapely.line_locate_point(one, ewkb.read(point), normalized=True))


def count_parts(blob: bytes) -> int:
    """Count the parts; 0 of an empty geometry."""
    geometry = ewkb.read(blob)
    return 0 if lib.is_empty(geometry) else int(lib.get_num_geometries(geometry))


def as_text(blob: bytes, digits: int = 15) -> str:
    """Write WKT in PostGIS's manner, without blanks before brackets and after commas."""
    text: str = shapely.to_wkt(ewkb.read(blob), rounding_precision=digits, trim=True, output_dimension=3)
    return re.sub(r"([A-Z]) \(", r"\1(", text).replace(", ", ",").replace("Z(", "Z (")


def as_geojson(blob: bytes, digits: int = 9, options: int = 0) -> str:
    """Write GeoJSON with so many decimals; option 1 adds the box, option 2 the reference system."""
    geometry = ewkb.read(blob)
    made: dict[str, Any] = {"type": _geojson(geometry, digits)["type"]}
    if options & 2 and (srid := ewkb.srid_of(blob)):
        made["crs"] = {"type": "name", "properties": {"name": f"EPSG:{srid}"}}
    if options & 1 and (box := ewkb.box_of(geometry)):
        made["bbox"] = [round(side, digits) for side in box]
    return json.dumps(made | _geojson(geometry, digits), separators=(",", ":"))


def _geojson(geometry: Any, digits: int) -> dict[str, Any]:
    if lib.is_empty(geometry):
        inside = "geometries" if lib.get_type_id(geometry) == 7 else "coordinates"
        return {"type": geometry.geom_type, inside: []}
    return dict(_rounded(shapely.geometry.mapping(geometry), digits))


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, dict):
        return {key: _rounded(inner, digits) for key, inner in value.items()}
    return [_rounded(inner, digits) for inner in value] if isinstance(value, list | tuple) else value


def functions() -> dict[str, tuple[Any, ...]]:
    """Make the functions of one connection, each with the numbers of arguments that it takes."""
    constant = Remembered()

    def near(a: bytes, b: bytes, within: float) -> bool:
        """Say whether two geometries are no farther apart than so much in the plane."""
        same_srid(a, b)
        return bool(lib.dwithin(constant.read(b), ewkb.read(a), float(within)))

    return {
        "ST_DWithin": (near, 3),
        "ST_Distance": (distance, 2),
        "ST_Relate": (relate, 3),
        "ST_Area": (area, 1),
        "ST_Length": (length, 1),
        "ST_Perimeter": (perimeter, 1),
        "ST_Azimuth": (azimuth, 2),
        "ST_LineLocatePoint": (locate, 2),
        "ST_NumGeometries": (count_parts, 1),
        "ST_NPoints": (lambda blob: int(lib.get_num_coordinates(ewkb.read(blob))), 1),
        "ST_IsValid": (lambda blob: bool(lib.is_valid(ewkb.read(blob))), 1),
        "ST_IsEmpty": (lambda blob: bool(lib.is_empty(ewkb.read(blob))), 1),
        "ST_SRID": (ewkb.srid_of, 1),
        "ST_X": (lambda blob: _coordinate(lib.get_x, blob), 1),
        "ST_Y": (lambda blob: _coordinate(lib.get_y, blob), 1),
        "ST_AsText": (as_text, 1, 2),
        "ST_AsGeoJSON": (as_geojson, 1, 2, 3),
        "ST_AsBinary": (lambda blob: shapely.to_wkb(ewkb.read(blob), flavor="iso", byte_order=1), 1),
    }


def _coordinate(get: Any, blob: bytes) -> float | None:
    found = float(get(ewkb.read(blob)))
    return None if math.isnan(found) else found
