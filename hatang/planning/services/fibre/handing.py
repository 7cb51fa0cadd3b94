"""What of the registers is handed to the core: lines, prices, points at which today's cables may be joined."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.fibre import Prices, RoadLine, Spot
from hatang.core.fibre import Way as CoreWay
from hatang.planning.models import Way
from hatang.planning.services.fibre.ends import End, Today
from hatang.planning.services.fibre.lines import ALONG_ROADS, Line, Lines
from hatang.planning.services.prices import Price

ROOT_EVERY_M = 250.0
"""Along today's cables a new one may be joined at points this far apart."""
METRES_PER_DEGREE = 111_000.0
LONGEST_STRAIGHT_M = 5_000.0
"""How far a place may lie from a line, or from the next place, and still be joined straight."""
OFF_ROAD_M = 50.0
"""A place nearer to a line is joined by a mere drop."""
NO_LINE = "ngoài đường trong sổ"
BESIDE_CABLE = "dọc tuyến cáp hiện có"


def walkable(lines: Lines, network: Today) -> list[Line]:
    """Give all lines along which cable may go; where a cable runs today, a new one may be laid beside it."""
    return [*lines.lines, *(Line(path, ALONG_ROADS, BESIDE_CABLE) for path in network.cables)]


def core_line(line: Line) -> RoadLine:
    """Hand a line to the core."""
    return RoadLine(shapely.get_coordinates(line.path), tuple(CoreWay(way) for way in line.ways), line.name)


def core_prices(prices: dict[str, Price]) -> Prices:
    """Hand the prices of a km to the core."""
    return Prices(**{way.value: float(prices[way_code(way)].amount_vnd) for way in Way})


def way_code(way: Way) -> str:
    """Give the code of a way's price in the table of unit costs."""
    return f"fibre_{way.value}_km"


def root_spots(network: Today) -> list[Spot]:
    """Give where a new cable may be joined: closures, and points along the cables."""
    spots = np.concatenate([network.closures, along(network.cables)])
    return [Spot(f"r{at}", lon, lat) for at, (lon, lat) in enumerate(spots.tolist())]


def along(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    """Give points along lines, about `ROOT_EVERY_M` apart, their ends among them; (n, 2), degrees."""
    if not len(lines):
        return np.zeros((0, 2))
    counts = np.maximum(np.ceil(shapely.length(lines) * METRES_PER_DEGREE / ROOT_EVERY_M), 1).astype(np.int64) + 1
    which = np.repeat(np.arange(len(lines)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    spots = shapely.line_interpolate_point(lines[which], step / (counts[which] - 1), normalized=True)
    return np.asarray(shapely.get_coordinates(spots))


def straight_lines(ends: Sequence[End], lines: Sequence[Line]) -> list[Line]:
    """Give straight lines from places off every road to the nearest one, and between such places near each other.

    The register of roads is rarely whole: without them such a place could not be joined at all.
    """
    if not ends or not lines:
        return []
    spots = np.array([(end.lon, end.lat) for end in ends])
    scale = np.array([np.cos(np.radians(spots[:, 1].mean())), 1.0]) * METRES_PER_DEGREE
    points = shapely.points(spots * scale)
    flat = shapely.transform(np.array([line.path for line in lines], dtype=object), lambda c: c * scale)
    at, which = shapely.STRtree(flat).query_nearest(points, all_matches=False)
    ways = shapely.shortest_line(points[at], flat[which])
    off = ways[shapely.length(ways) > OFF_ROAD_M]
    starts = shapely.multipoints(shapely.get_point(off, 0))
    between = shapely.get_parts(shapely.delaunay_triangles(starts, only_edges=True))
    near = [line for line in (*off, *between) if shapely.length(line) <= LONGEST_STRAIGHT_M]
    return [Line(shapely.transform(line, lambda c: c / scale), (Way.NEW_POLES,), NO_LINE) for line in near]
