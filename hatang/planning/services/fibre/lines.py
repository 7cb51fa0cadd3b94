"""Along what a new cable may go, out of the registers: roads, poles with room, ducts with room, trenches to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Q, Sum
from shapely.geometry.base import BaseGeometry

from hatang.core.lengths import length_km
from hatang.core.polygons import METRES_PER_DEGREE
from hatang.network.models import JointWork, PoleLine, UndergroundWork
from hatang.places.models import Place, Road
from hatang.places.services.territory import around
from hatang.planning.models import Way

BESIDE_M = 30.0
"""A road this near another sector's work is dug up with it; no law says how near."""
SHORTEST_KM = 0.02
"""A shorter piece left by cutting a road at a work's ends is not worth a price of its own."""
ALONG_ROADS = (Way.NEW_POLES, Way.BURIED)
NO_PLACE = "Tỉnh chưa có tọa độ của xã nào nên chưa biết lấy đường ở đâu. Ghi tọa độ các xã rồi tính lại."
LONGEST_NAME = 200
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Line:
    """A line in WGS 84 along which cable may go in one of several ways, and what it is called on the ground."""

    path: shapely.LineString
    ways: tuple[Way, ...]
    name: str
    simulated: bool = False


@dataclass
class Lines:
    """All lines of a province and its margin, how many of each register, and which source draws the roads."""

    lines: list[Line] = field(default_factory=list)
    roads_source: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, found: Iterable[Line]) -> None:
        """Add the lines of a register."""
        rows = list(found)
        self.counts[kind] = len(rows)
        self.lines += rows


def lines_of(province: Place, *, on: date, last_year: int) -> Lines:
    """Gather the lines on a day; works of other sectors count that end by the last year. No owner is named.

    Raises ValueError where no commune of the province has a point.
    """
    box = box_of(province)
    found = Lines()
    area = Polygon.from_bbox(box)
    area.srid = 4326
    works = works_to_come(province, on, last_year)
    found.roads_source = source_of_roads(area)
    roads = roads_in(area, found.roads_source)
    found.add("roads", beside_works(roads, works))
    found.add("joint_works", apart_from_roads(works, roads))
    found.add("pole_lines", pole_lines(area, on))
    found.add("underground", ducts(area, on))
    return found


def box_of(province: Place) -> Box:
    """Give the box of the province and its margin. Raises ValueError where nothing says where it lies."""
    box = around(province)
    if box is None:
        raise ValueError(NO_PLACE)
    return box


def source_of_roads(area: Polygon) -> str:
    """Name the source that draws most road here: the others draw the same roads again."""
    rows = Road.objects.through(area).exclude(road_class=Road.Class.RAILWAY).values("source")
    best = rows.annotate(km=Sum("length_km")).order_by("-km", "source").first()
    return best["source"] if best else ""


def roads_in(area: Polygon, source: str) -> list[Line]:
    """Give one source's roads; along a road stand new poles, or the cable is buried."""
    rows = Road.objects.through(area).filter(source=source).exclude(road_class=Road.Class.RAILWAY)
    return [Line(shape(row.path), ALONG_ROADS, str(row)[:LONGEST_NAME], row.simulated) for row in rows.order_by("pk")]


def pole_lines(area: Polygon, on: date) -> Iterable[Line]:
    """Give the pole lines: the cable hangs there where there is room or nobody said how much, else on new poles."""
    for row in PoleLine.objects.in_use(on).filter(path__bboverlaps=area).order_by("pk"):
        ways = ALONG_ROADS if row.spare == 0 else (Way.AERIAL,)
        yield Line(shape(row.path), ways, name_of(row, "tuyến cột"), row.simulated)


def ducts(area: Polygon, on: date) -> Iterable[Line]:
    """Give the underground works that are known to have room."""
    for row in UndergroundWork.objects.in_use(on).filter(path__bboverlaps=area, spare__gt=0).order_by("pk"):
        yield Line(shape(row.path), (Way.DUCT,), name_of(row, "công trình ngầm"), row.simulated)


def name_of(row: PoleLine | UndergroundWork, otherwise: str) -> str:
    """Call a line by where it runs: its code is not for rivals, its owner no matter of the plan."""
    return (row.along or row.address or otherwise)[:LONGEST_NAME]


def shape(geometry: Any) -> shapely.LineString:
    """Take a geometry of the database."""
    return shapely.from_wkb(bytes(geometry.wkb))


# Works of other sectors


@dataclass(frozen=True)
class Trench:
    """A work of another sector that opens the ground."""

    shape: BaseGeometry
    name: str
    simulated: bool


def works_to_come(province: Place, on: date, last_year: int) -> list[Trench]:
    """Give the works that are not over and end by the last year."""
    rows = JointWork.objects.to_come(on).filter(Q(ends_on__year__lte=last_year), province=province).order_by("pk")
    return [Trench(shapely.from_wkb(bytes(row.shape.wkb)), row.title, row.simulated) for row in rows]


def beside_works(roads: Sequence[Line], works: Sequence[Trench]) -> list[Line]:
    """Cut roads where works run beside them: along those parts the trench may be shared."""
    if not roads or not works:
        return list(roads)
    near = [beside(work.shape) for work in works]
    road, work = shapely.STRtree(near).query([line.path for line in roads], predicate="intersects")
    met: dict[int, list[int]] = {}
    for i, j in zip(road.tolist(), work.tolist(), strict=True):
        met.setdefault(i, []).append(j)
    found: list[Line] = []
    for i, line in enumerate(roads):
        touched = [works[j] for j in sorted(met.get(i, ()))]
        found += cut(line, touched) if touched else [line]
    return found


def cut(line: Line, works: Sequence[Trench]) -> list[Line]:
    """Cut a road into the parts beside works, where the trench may be shared, and the rest."""
    area = shapely.union_all([beside(work.shape) for work in works])
    inside = [part for part in parts(line.path.intersection(area)) if length_km(part) >= SHORTEST_KM]
    if not inside:
        return [line]
    name = f"{line.name}, cùng {works[0].name}"[:LONGEST_NAME]
    simulated = line.simulated or any(work.simulated for work in works)
    shared = [Line(part, (*line.ways, Way.SHARED_TRENCH), name, simulated) for part in inside]
    return shared + [Line(part, line.ways, line.name, line.simulated) for part in parts(line.path.difference(area))]


def apart_from_roads(works: Sequence[Trench], roads: Sequence[Line]) -> list[Line]:
    """Give the works' own lines where no road of the register runs beside them."""
    drawn = [(work, part) for work in works for part in parts(work.shape)]
    if not drawn:
        return []
    tree = shapely.STRtree([line.path for line in roads])
    found = []
    for work, part in drawn:
        near = tree.query(part, predicate="dwithin", distance=BESIDE_M / METRES_PER_DEGREE) if roads else []
        taken = shapely.union_all([beside(roads[i].path) for i in near]) if len(near) else shapely.Polygon()
        left = [piece for piece in parts(part.difference(taken)) if length_km(piece) >= SHORTEST_KM]
        found += [Line(piece, (Way.SHARED_TRENCH,), work.name[:LONGEST_NAME], work.simulated) for piece in left]
    return found


def beside(geometry: BaseGeometry) -> BaseGeometry:
    """Give the ground within `BESIDE_M` of a shape; across the meridians a little less, at our latitudes."""
    return geometry.buffer(BESIDE_M / METRES_PER_DEGREE)


def parts(geometry: BaseGeometry) -> list[shapely.LineString]:
    """Give the lines that a shape is made of; points and areas have none."""
    found = shapely.get_parts(geometry).tolist()
    return [part for part in found if part.geom_type == "LineString" and not part.is_empty]
