"""Points, lines and polygons as people write them: lines of “kinh độ; vĩ độ”, or GeoJSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from shapely.geometry.base import BaseGeometry

WGS84 = 4326
LON_RANGE, LAT_RANGE = (102.0, 118.0), (6.0, 24.0)
DECIMALS = 7
LARGEST = 1e300
MOST_VERTICES = 100_000
HOLE = "lỗ"
HOLE_WORDS = {HOLE, "lo", f"{HOLE}:", "hole"}
LEAST = {"Point": 1, "LineString": 2, "Polygon": 3}
NAMES = {"Point": "điểm", "LineString": "đường", "Polygon": "vùng"}
BASES = {name.upper(): name for name in LEAST}
RIGHT_LINE = "Viết kinh độ; vĩ độ, ví dụ 106,7614; 21,8530."
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
REASON = re.compile(r"(?P<what>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+?)\]")
FAULTS = {
    "Self-intersection": "Các cạnh cắt nhau tại {at}. Dời đỉnh để đường bao không tự cắt.",
    "Ring Self-intersection": "Đường bao tự chạm tại {at}. Dời đỉnh để đường bao không tự chạm.",
    "Hole lies outside shell": "Lỗ ở gần {at} nằm ngoài vùng. Lỗ phải nằm trong đường bao.",
    "Holes are nested": "Lỗ ở gần {at} nằm trong một lỗ khác.",
    "Nested shells": "Vùng ở gần {at} nằm trong một vùng khác của cùng hình.",
    "Interior is disconnected": "Lỗ cắt vùng thành nhiều mảnh tại {at}.",
    "Duplicate Rings": "Hai đường bao trùng nhau ở gần {at}.",
}

Position = tuple[float, float]
Part = list[list[Position]]


@dataclass(frozen=True)
class Shape:
    """What was written: points, lines or polygons, each of rings; a point is a ring of one, rings are open."""

    base: str
    parts: list[Part]

    def vertices(self) -> int:
        """Count the vertices."""
        return sum(len(ring) for part in self.parts for ring in part)


def read_shape(text: str, geom_type: str = "GEOMETRY") -> GEOSGeometry:
    """Read a geometry of a type (POINT, MULTIPOLYGON …) in WGS 84; a message in Vietnamese says what is wrong where."""
    single, multi = geom_type.removeprefix("MULTI"), geom_type.startswith("MULTI")
    base = BASES.get(single, "")
    shape = from_geojson(text) if text.lstrip().startswith("{") else from_lines(text, base or "Point")
    check(shape, base, single_only=bool(base) and not multi)
    built = build(shape, multi=multi or len(shape.parts) > 1)
    if not built.is_valid:
        raise ValidationError(fault(shapely.is_valid_reason(built)), code="invalid_shape")
    return GEOSGeometry(memoryview(built.wkb), srid=WGS84)


def from_lines(text: str, base: str) -> Shape:
    """Read one vertex from each line; an empty line begins the next part, a line “lỗ” a hole."""
    parts: list[Part] = []
    fresh = True
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if not words:
            fresh = True
        elif base == "Polygon" and words.lower() in HOLE_WORDS and parts:
            parts[-1].append([])
        else:
            if fresh or base == "Point":
                parts.append([[]])
            fresh = False
            parts[-1][-1].append(position(words, f"Dòng {number}"))
    return Shape(base, [[opened(ring) if base == "Polygon" else ring for ring in part] for part in parts])


def position(words: str, where: str) -> Position:
    """Read the two numbers of a line."""
    halves = words.split(";") if ";" in words else words.split()
    numbers = [float(half.strip().replace(",", ".")) for half in halves if NUMBER.fullmatch(half.strip())]
    if len(halves) != 2 or len(numbers) != 2:
        raise ValidationError(f"{where}: “{words[:40]}” không phải hai số. {RIGHT_LINE}", code="not_numbers")
    return in_vietnam(numbers[0], numbers[1], where)


def in_vietnam(lon: float, lat: float, where: str) -> Position:
    """Refuse a vertex outside Việt Nam; say so when only the two numbers changed places."""
    if LON_RANGE[0] <= lon <= LON_RANGE[1] and LAT_RANGE[0] <= lat <= LAT_RANGE[1]:
        return lon, lat
    if LON_RANGE[0] <= lat <= LON_RANGE[1] and LAT_RANGE[0] <= lon <= LAT_RANGE[1]:
        raise ValidationError(f"{where}: kinh độ và vĩ độ đổi chỗ. {RIGHT_LINE}", code="swapped")
    told = f"{where}: {written(lon)}; {written(lat)} nằm ngoài Việt Nam (kinh độ 102 đến 118, vĩ độ 6 đến 24)."
    raise ValidationError(told, code="outside")


def from_geojson(text: str) -> Shape:
    """Read a geometry, a feature, or features of one kind."""
    try:
        found = list(geometries(json.loads(text)))
    except json.JSONDecodeError as error:
        told = f"GeoJSON sai ở dòng {error.lineno}, ký tự {error.colno}."
        raise ValidationError(told, code="not_json") from error
    except ValueError as error:  # a number of more digits than Python turns into an integer
        raise ValidationError("GeoJSON có số quá dài.", code="not_json") from error
    except RecursionError as error:
        raise ValidationError("GeoJSON lồng quá sâu.", code="not_json") from error
    bases = {kind.removeprefix("Multi") for kind, _ in found}
    if len(bases) != 1 or not bases <= LEAST.keys():
        raise ValidationError("GeoJSON phải có điểm, đường hoặc vùng, chỉ một loại.", code="kinds")
    base = bases.pop()
    reader = Reader(base)
    parts = [part for kind, numbers in found for part in reader.parts(numbers, multi=kind.startswith("Multi"))]
    return Shape(base, parts)


def geometries(value: Any) -> Iterator[tuple[str, Any]]:
    """Find the geometries in a GeoJSON object: their types and coordinates."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "Feature":
        yield from geometries(value.get("geometry"))
    elif kind in ("FeatureCollection", "GeometryCollection"):
        inner = value.get("features" if kind == "FeatureCollection" else "geometries")
        for one in inner if isinstance(inner, list) else ():
            yield from geometries(one)
    elif isinstance(kind, str):
        yield kind, value.get("coordinates")


class Reader:
    """Coordinates of GeoJSON as parts, vertices counted so that a message can name one."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.count = 0

    def parts(self, numbers: Any, *, multi: bool) -> list[Part]:
        """Read the coordinates of one geometry."""
        return [self.part(one) for one in (self.several(numbers) if multi else [numbers])]

    def part(self, numbers: Any) -> Part:
        """Read a point, a line or a polygon with its holes."""
        if self.base == "Point":
            return [[self.position(numbers)]]
        if self.base == "LineString":
            return [[self.position(one) for one in self.several(numbers)]]
        return [opened([self.position(one) for one in self.several(ring)]) for ring in self.several(numbers)]

    def several(self, numbers: Any) -> list[Any]:
        """Refuse what is not a list."""
        if not isinstance(numbers, list):
            raise ValidationError(f"GeoJSON: tọa độ của {NAMES[self.base]} không đủ lớp ngoặc.", code="not_list")
        return numbers

    def position(self, numbers: Any) -> Position:
        """Read one vertex; a height is left away."""
        self.count += 1
        two = numbers[:2] if isinstance(numbers, list) else []
        if len(two) != 2 or not all(type(n) in (int, float) and abs(n) < LARGEST for n in two):
            raise ValidationError(f"Đỉnh thứ {self.count}: không phải hai số. {RIGHT_LINE}", code="not_numbers")
        return in_vietnam(float(two[0]), float(two[1]), f"Đỉnh thứ {self.count}")


def opened(ring: list[Position]) -> list[Position]:
    """Leave out the last vertex of a ring when it repeats the first."""
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def check(shape: Shape, base: str, *, single_only: bool) -> None:
    """Refuse another kind than asked, too few vertices, too many, or several parts where one is asked."""
    if base and shape.base != base:
        raise ValidationError(f"Cần một {NAMES[base]}, nhưng đây là {NAMES[shape.base]}.", code="other_kind")
    if single_only and len(shape.parts) > 1:
        told = f"Chỉ nhận một {NAMES[base]}, nhưng ở đây có {len(shape.parts)}."
        raise ValidationError(told, code="several")
    if shape.vertices() > MOST_VERTICES:
        raise ValidationError("Quá 100.000 đỉnh. Nhập ranh giới lớn bằng tệp.", code="too_many")
    rings = [ring for part in shape.parts for ring in part] if all(shape.parts) and shape.parts else [[]]
    if min(len(set(ring)) for ring in rings) < LEAST[shape.base]:
        told = f"Một {NAMES[shape.base]} cần ít nhất {LEAST[shape.base]} đỉnh khác nhau."
        raise ValidationError(told, code="too_few")


def build(shape: Shape, *, multi: bool) -> BaseGeometry:
    """Build the geometry."""
    made = [one_part(shape.base, part) for part in shape.parts]
    if not multi:
        return made[0]
    several = {"Point": shapely.multipoints, "LineString": shapely.multilinestrings, "Polygon": shapely.multipolygons}
    return several[shape.base](made)


def one_part(base: str, part: Part) -> BaseGeometry:
    """Build one point, line or polygon."""
    if base == "Point":
        return shapely.Point(part[0][0])
    return shapely.LineString(part[0]) if base == "LineString" else shapely.Polygon(part[0], part[1:])


def fault(reason: str) -> str:
    """Say in Vietnamese why a polygon is not valid, and where."""
    found = REASON.match(reason)
    if found is None or found["what"] not in FAULTS:
        return "Hình không hợp lệ. Vẽ lại, tránh các cạnh cắt hoặc chạm nhau."
    return FAULTS[found["what"]].format(at=f"{written(float(found['lon']), 5)}; {written(float(found['lat']), 5)}")


def written(value: float, decimals: int = DECIMALS) -> str:
    """Write degrees with a comma and without needless zeros.

    >>> written(106.7614), written(21.0)
    ('106,7614', '21')
    """
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".").replace(".", ",")


def lines_of(geometry: GEOSGeometry) -> str:
    """Write a geometry as lines that `read_shape` reads back."""
    shape = from_geojson(geometry.json)
    return written_lines(shape)


def written_lines(shape: Shape) -> str:
    """Write a shape: a vertex a line, an empty line between parts, a line “lỗ” before each hole."""
    parts = [
        f"\n{HOLE}\n".join("\n".join(f"{written(x)}; {written(y)}" for x, y in ring) for ring in part)
        for part in shape.parts
    ]
    return ("\n" if shape.base == "Point" else "\n\n").join(parts)
