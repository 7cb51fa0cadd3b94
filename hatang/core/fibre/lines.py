"""A graph of roads and pole lines: split where they cross or nearly end on each other, points joined by drops.

Distances that decide (what is near, which stretch is nearest) are measured in a plane scaled at the middle latitude of
the lines (within 1 % across a province); lengths are on the WGS 84 ellipsoid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.fibre.kernels.csr import arcs_of, parts_of
from hatang.core.lengths import WGS84
from hatang.core.overlapping_routes import CROSSING
from hatang.core.polygons import METRES_PER_DEGREE

Numbers = NDArray[np.float64]
Nodes = NDArray[np.int32]
Flags = NDArray[np.bool_]

SAME_M = 0.1
"""Cuts of one line no further apart are one."""


class Way(StrEnum):
    """How a cable runs."""

    AERIAL = "aerial"
    NEW_POLES = "new_poles"
    DUCT = "duct"
    BURIED = "buried"
    SHARED_TRENCH = "shared_trench"


WAYS = tuple(Way)
ON_A_ROAD = (Way.NEW_POLES, Way.BURIED)
"""What may be built where there is nothing but a road, and for drops."""


@dataclass(frozen=True)
class Prices:
    """Đồng per km of cable laid, by way; None: that way is not built. Raises ValueError below 0.

    >>> Prices(aerial=60e6, buried=400e6).cheapest((Way.BURIED, Way.AERIAL))
    <Way.AERIAL: 'aerial'>
    """

    aerial: float | None = None
    new_poles: float | None = None
    duct: float | None = None
    buried: float | None = None
    shared_trench: float | None = None

    def __post_init__(self) -> None:
        for way in WAYS:
            price = self.of(way)
            if price is not None and not 0 <= price < float("inf"):
                raise ValueError(f"Đơn giá của “{way}” là {price}. Cần một số từ 0 trở lên, đồng/km.")

    def of(self, way: Way) -> float | None:
        """Give a way's price in đồng per km."""
        price: float | None = getattr(self, way.value)
        return price

    def cheapest(self, ways: Sequence[Way]) -> Way | None:
        """Give the cheapest of some ways that have a price, the first of equals; None where none has."""
        priced = [(price, at) for at, way in enumerate(ways) if (price := self.of(way)) is not None]
        return ways[min(priced)[1]] if priced else None


@dataclass(frozen=True)
class RoadLine:
    """A road, a pole line or a duct along which cable may run: path (n, 2) in lon, lat degrees, ways, name."""

    path: Numbers
    ways: tuple[Way, ...] = ON_A_ROAD
    name: str = ""


@dataclass(frozen=True)
class Spot:
    """A place to be joined, or a closure or office that the network is reached at; `people` count for weak points."""

    id: str
    lon: float
    lat: float
    name: str = ""
    people: float = 0.0


@dataclass(frozen=True)
class Graph:
    """Stretches between nodes.

    `nodes` (n, 2) lon, lat; stretch e joins `ones[e]` and `twos[e]`, is `length_km[e]` long and costs `cost_vnd[e]`
    (laid by `WAYS[ways[e]]`); `lines[e]` is the place of its line, -1 for a drop; its path is `spots` from `firsts[e]`
    to `firsts[e + 1]`. `ends` and `roots` are the nodes of the points that were joined, -1 of those that were not;
    `why` says why not, by the place among the ends. `joints` tells which nodes are ends or crossings of lines.
    """

    nodes: Numbers
    ones: Nodes
    twos: Nodes
    length_km: Numbers
    cost_vnd: Numbers
    ways: NDArray[np.int8]
    lines: Nodes
    firsts: NDArray[np.int64]
    spots: Numbers
    ends: Nodes
    roots: Nodes
    joints: Flags
    why: dict[int, str] = field(default_factory=dict)

    @property
    def drops(self) -> Flags:
        """Tell which stretches are drops."""
        return np.asarray(self.lines < 0)

    def path(self, stretch: int) -> Numbers:
        """Give the path of a stretch, lon and lat, from its one node to its other."""
        return self.spots[self.firsts[stretch] : self.firsts[stretch + 1]]


FAR = "không có đường hay tuyến cột nào trong vòng {} m"
APART = "mạng đường ở đây không nối tới măng xông nào"
NO_ROOT = "không có măng xông nào nằm gần đường hay tuyến cột"


def lay_graph(
    lines: Sequence[RoadLine],
    prices: Prices,
    *,
    ends: Sequence[Spot] = (),
    roots: Sequence[Spot] = (),
    tolerance_m: float = 5.0,
    longest_drop_m: float = 2000.0,
    crossings_join: bool = True,
) -> Graph:
    """Make a graph of lines and join points to the nearest stretch.

    Lines are joined where they cross (unless `crossings_join` is false: cables that cross are not spliced) and where
    one ends within `tolerance_m` of another. A root is joined to the nearest line within `longest_drop_m`, an end to
    the nearest of those that lead to a root (of all, where no roots are given); drops are new poles or buried,
    whichever is cheaper. Raises ValueError for a line none of whose ways has a price.

    >>> road = RoadLine(np.array([[106.0, 21.0], [106.02, 21.0]]), name="ĐT.226")
    >>> side = RoadLine(np.array([[106.01, 21.00001], [106.01, 21.01]]))
    >>> graph = lay_graph([road, side], Prices(new_poles=100e6), ends=[Spot("T1", 106.005, 21.001)])
    >>> len(graph.ones), graph.length_km.round(2).tolist()
    (5, [0.52, 0.52, 1.04, 1.11, 0.11])
    """
    laid = Laid.of(lines)
    cuts = Cuts.of(laid, tolerance_m, crossings_join)
    drop = prices.cheapest(ON_A_ROAD)
    if (len(ends) or len(roots)) and drop is None:
        raise ValueError("Thiếu đơn giá cột mới hoặc chôn: đoạn nối từ đường vào điểm cần một trong hai.")
    feet = cuts.join(laid, roots, longest_drop_m, np.ones(len(lines), dtype=np.bool_))
    part = cuts.parts(len(lines))
    usable = np.isin(part, part[cuts.line[feet[feet >= 0]]]) if len(roots) else np.ones(len(lines), dtype=np.bool_)
    end_feet = cuts.join(laid, ends, longest_drop_m, usable)
    why = {int(at): NO_ROOT if not usable.any() else "" for at in np.flatnonzero(end_feet < 0)}
    if why and usable.any():
        near = laid.nearest(points_of(ends)[list(why)], longest_drop_m, np.ones(len(lines), dtype=np.bool_))[0] >= 0
        why = {at: APART if there else FAR.format(round(longest_drop_m)) for at, there in zip(why, near, strict=True)}
    road_ways = np.array([way_index(line, prices) for line in lines], dtype=np.int8)
    return whole(laid, cuts, road_ways, prices, (roots, feet), (ends, end_feet), why)


def way_index(line: RoadLine, prices: Prices) -> int:
    """Give the place in `WAYS` of the cheapest way along a line."""
    way = prices.cheapest(line.ways)
    if way is None:
        ways = ", ".join(line.ways) or "không có cách đi nào"
        raise ValueError(f"Đường “{line.name}” ({ways}) không có đơn giá. Thêm đơn giá cho một cách đi của đường.")
    return WAYS.index(way)


def points_of(spots: Sequence[Spot]) -> Numbers:
    """Give places as (n, 2) lon, lat. Raises ValueError for one that is not in degrees."""
    points = np.array([(spot.lon, spot.lat) for spot in spots], dtype=np.float64).reshape(-1, 2)
    good = (np.abs(points) <= (180, 85)).all(axis=1)
    if not good.all():
        raise ValueError(f"“{spots[int(np.argmin(good))].id}” cần kinh độ, vĩ độ bằng độ.")
    return points


@dataclass(frozen=True)
class Laid:
    """All lines in one plane: vertices in degrees and metres, each one's line and metres from its line's start.

    `segments` are the vertices (places) that begin one; `reach` the length of each line in metres.
    """

    spots: Numbers
    flat: Numbers
    line: Nodes
    along: Numbers
    segments: NDArray[np.int64]
    firsts: NDArray[np.int64]
    reach: Numbers
    scale: Numbers
    shapes: NDArray[np.object_]

    @classmethod
    def of(cls, lines: Sequence[RoadLine]) -> Laid:
        """Lay lines out. Raises ValueError where there is none, or one of fewer than two vertices or not in degrees."""
        paths = [np.asarray(line.path, dtype=np.float64) for line in lines]
        for line, path in zip(lines, paths, strict=True):
            if path.ndim != 2 or path.shape[1] != 2 or len(path) < 2 or not (np.abs(path) <= (180, 85)).all():
                raise ValueError(f"Đường “{line.name}” cần ít nhất hai điểm kinh độ, vĩ độ (độ).")
        if not paths:
            raise ValueError("Không có đường hay tuyến cột nào.")
        spots = np.concatenate(paths)
        line_of = np.repeat(np.arange(len(paths), dtype=np.int32), [len(path) for path in paths])
        middle = np.radians((spots[:, 1].min() + spots[:, 1].max()) / 2)
        scale = np.array([METRES_PER_DEGREE * np.cos(middle), METRES_PER_DEGREE])
        flat = spots * scale
        steps = np.hypot(*np.diff(flat, axis=0).T)
        same = line_of[1:] == line_of[:-1]
        walked = np.concatenate([[0.0], np.cumsum(np.where(same, steps, 0.0))])
        firsts = np.searchsorted(line_of, np.arange(len(paths)))
        along = walked - walked[firsts][line_of]
        segments = np.flatnonzero(same)
        shapes = shapely.linestrings(np.stack([flat[segments], flat[segments + 1]], axis=1))
        reach = along[np.append(firsts[1:], len(spots)) - 1]
        return cls(spots, flat, line_of, along, segments, firsts, reach, scale, shapes)

    def project(self, points: Numbers, segments: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
        """Give how far along its line each point's foot on a segment lies, and how far away; all in metres."""
        one, step = self.flat[segments], self.flat[segments + 1] - self.flat[segments]
        squared = np.maximum((step**2).sum(axis=1), 1e-12)
        share = np.clip(((points - one) * step).sum(axis=1) / squared, 0.0, 1.0)
        foot = one + share[:, None] * step
        return self.along[segments] + share * np.sqrt(squared), np.hypot(*(points - foot).T)

    def nearest(self, points: Numbers, within_m: float, usable: Flags) -> tuple[NDArray[np.int64], Numbers]:
        """Give the nearest line of those usable to each point (degrees), -1 where none is near, and metres along it."""
        line, along = np.full(len(points), -1, dtype=np.int64), np.zeros(len(points))
        allowed = usable[self.line[self.segments]]
        if not len(points) or not allowed.any():
            return line, along
        tree, flat = shapely.STRtree(self.shapes[allowed]), points * self.scale
        which, found = tree.query_nearest(shapely.points(flat), max_distance=within_m, all_matches=False)
        segments = self.segments[allowed][found]
        line[which] = self.line[segments]
        along[which] = self.project(flat[which], segments)[0]
        return line, along

    def at(self, line: NDArray[np.int64], along: Numbers) -> Numbers:
        """Give the places so many metres along lines, in degrees."""
        offset = np.concatenate([[0.0], np.cumsum(self.reach + 1.0)])
        vertex = np.searchsorted(self.along + offset[self.line], along + offset[line], side="right") - 1
        last = np.append(self.firsts[1:], len(self.spots))[line] - 2
        vertex = np.clip(vertex, self.firsts[line], last)
        length = np.maximum(self.along[vertex + 1] - self.along[vertex], 1e-12)
        share = np.clip((along - self.along[vertex]) / length, 0.0, 1.0)[:, None]
        return np.asarray(self.spots[vertex] * (1 - share) + self.spots[vertex + 1] * share)


@dataclass
class Cuts:
    """Where lines are cut: line and metres along it, which cuts are one node, and how many are joints of lines."""

    line: NDArray[np.int64]
    along: Numbers
    pairs: NDArray[np.int64]
    joints: int

    @classmethod
    def of(cls, laid: Laid, tolerance_m: float, crossings_join: bool) -> Cuts:
        """Cut lines at their ends, where they cross, and where another ends on them or nearly."""
        count = len(laid.firsts)
        ends = np.repeat(np.arange(count), 2)
        cuts = cls(ends, np.column_stack([np.zeros(count), laid.reach]).ravel(), np.zeros((0, 2), dtype=np.int64), 0)
        cuts.join_near_ends(laid, tolerance_m)
        if crossings_join:
            cuts.join_crossings(laid)
        cuts.joints = len(cuts.line)
        return cuts

    def add(self, line: NDArray[np.int64], along: Numbers) -> NDArray[np.int64]:
        """Add cuts and give their numbers."""
        first = len(self.line)
        self.line, self.along = np.concatenate([self.line, line]), np.concatenate([self.along, along])
        return np.arange(first, len(self.line))

    def unite(self, one: NDArray[np.int64], two: NDArray[np.int64]) -> None:
        """Make one node of cuts."""
        self.pairs = np.concatenate([self.pairs, np.column_stack([one, two])])

    def join_near_ends(self, laid: Laid, tolerance_m: float) -> None:
        """Join each end of a line to the nearest place of every line within the tolerance, its own further on too."""
        spots = laid.at(self.line, self.along) * laid.scale
        end, found = shapely.STRtree(laid.shapes).query(
            shapely.points(spots), predicate="dwithin", distance=tolerance_m
        )
        segment = laid.segments[found]
        along, away = laid.project(spots[end], segment)
        elsewhere = np.abs(along - self.along[end]) > CROSSING * tolerance_m
        other = (laid.line[segment] != self.line[end]) | elsewhere
        end, segment, along, away = end[other], segment[other], along[other], away[other]
        order = np.lexsort((away, laid.line[segment], end))
        end, along, line = end[order], along[order], laid.line[segment][order].astype(np.int64)
        first = np.ones(len(end), dtype=np.bool_)
        first[1:] = (end[1:] != end[:-1]) | (line[1:] != line[:-1])
        self.unite(end[first], self.add(line[first], along[first]))

    def join_crossings(self, laid: Laid) -> None:
        """Join lines where they cross; those that run along each other do not."""
        one, two = shapely.STRtree(laid.shapes).query(laid.shapes, predicate="intersects")
        later = one < two
        first, second = laid.segments[one[later]], laid.segments[two[later]]
        apart = (laid.line[first] != laid.line[second]) | (second != first + 1)
        first, second = first[apart], second[apart]
        step, other = (laid.flat[at + 1] - laid.flat[at] for at in (first, second))
        between = laid.flat[second] - laid.flat[first]
        turned = step[:, 0] * other[:, 1] - step[:, 1] * other[:, 0]
        lengths = np.hypot(*step.T), np.hypot(*other.T)
        slanted = np.abs(turned) > 1e-9 * lengths[0] * lengths[1]
        safe = np.where(slanted, turned, 1.0)
        shares = [
            np.clip((between[:, 0] * way[:, 1] - between[:, 1] * way[:, 0]) / safe, 0.0, 1.0) for way in (other, step)
        ]
        places = [
            self.add(laid.line[at][slanted].astype(np.int64), (laid.along[at] + share * length)[slanted])
            for at, share, length in zip((first, second), shares, lengths, strict=True)
        ]
        self.unite(*places)

    def join(self, laid: Laid, spots: Sequence[Spot], within_m: float, usable: Flags) -> NDArray[np.int64]:
        """Cut the nearest line at the foot of each point; give the cuts' numbers, -1 where no line is near."""
        line, along = laid.nearest(points_of(spots), within_m, usable)
        near, feet = line >= 0, np.full(len(spots), -1, dtype=np.int64)
        feet[near] = self.add(line[near], along[near])
        return feet

    def parts(self, lines: int) -> Nodes:
        """Number the connected parts that lines belong to."""
        one, two = self.line[self.pairs].T if len(self.pairs) else np.zeros((2, 0), dtype=np.int64)
        return united(lines, one, two)

    def nodes(self) -> Nodes:
        """Give the node of each cut; cuts of a line next to each other are one."""
        order = np.lexsort((self.along, self.line))
        line, along = self.line[order], self.along[order]
        close = (line[1:] == line[:-1]) & (along[1:] - along[:-1] < SAME_M)
        one = np.concatenate([self.pairs[:, 0], order[:-1][close]])
        two = np.concatenate([self.pairs[:, 1], order[1:][close]])
        return united(len(self.line), one, two)


def united(count: int, one: NDArray[np.int64], two: NDArray[np.int64]) -> Nodes:
    """Number from 0 the sets that pairs make of so many things, and give each thing's."""
    parts: Nodes = parts_of(arcs_of(count, one.astype(np.int32), two.astype(np.int32), np.zeros(len(one))))
    return parts


Points = tuple[Sequence[Spot], NDArray[np.int64]]


def whole(
    laid: Laid,
    cuts: Cuts,
    road_ways: NDArray[np.int8],
    prices: Prices,
    roots: Points,
    ends: Points,
    why: dict[int, str],
) -> Graph:
    """Put stretches between cuts and drops together."""
    node_of = cuts.nodes()
    count = int(node_of.max()) + 1
    places = np.zeros((count, 2))
    places[node_of] = laid.at(cuts.line, cuts.along)
    joints = np.zeros(count, dtype=np.bool_)
    joints[node_of[: cuts.joints]] = True
    one, two, line, length_km, sizes, spots = between_cuts(laid, cuts, node_of, places)
    drops = [drops_of(*points, node_of, places) for points in (roots, ends)]
    feet = np.concatenate([foot for foot, _, _ in drops])
    tips = count + np.arange(len(feet))
    tip_spots = np.concatenate([spot for _, spot, _ in drops])
    drop_km = WGS84.inv(*places[feet].T, *tip_spots.T)[2] / 1000 if len(feet) else np.zeros(0)
    drop_way = prices.cheapest(ON_A_ROAD) or Way.BURIED
    ways = np.concatenate([road_ways[line], np.full(len(feet), WAYS.index(drop_way))]).astype(np.int8)
    lengths = np.concatenate([length_km, drop_km])
    by_way = np.array([prices.of(way) or 0.0 for way in WAYS])
    firsts = np.concatenate([[0], np.cumsum(np.concatenate([sizes, np.full(len(feet), 2)]))]).astype(np.int64)
    joined = [here.copy() for _, _, here in drops]
    joined[1][joined[1] >= 0] += len(drops[0][0])
    return Graph(
        nodes=np.concatenate([places, tip_spots]),
        ones=np.concatenate([one, feet]).astype(np.int32),
        twos=np.concatenate([two, tips]).astype(np.int32),
        length_km=lengths,
        cost_vnd=lengths * by_way[ways],
        ways=ways,
        lines=np.concatenate([line, np.full(len(feet), -1)]).astype(np.int32),
        firsts=firsts,
        spots=np.concatenate([spots, np.stack([places[feet], tip_spots], axis=1).reshape(-1, 2)]),
        roots=np.where(joined[0] >= 0, joined[0] + count, -1).astype(np.int32),
        ends=np.where(joined[1] >= 0, joined[1] + count, -1).astype(np.int32),
        joints=np.concatenate([joints, np.zeros(len(feet), dtype=np.bool_)]),
        why=why,
    )


def drops_of(
    spots: Sequence[Spot], feet: NDArray[np.int64], node_of: Nodes, places: Numbers
) -> tuple[Nodes, Numbers, NDArray[np.int64]]:
    """Give the nodes that drops lead from, the points they lead to, and each point's drop, -1 where it has none."""
    near = feet >= 0
    drop = np.where(near, np.cumsum(near) - 1, -1)
    return node_of[feet[near]], points_of(spots)[near], drop


def between_cuts(
    laid: Laid, cuts: Cuts, node_of: Nodes, places: Numbers
) -> tuple[Nodes, Nodes, NDArray[np.int64], Numbers, NDArray[np.int64], Numbers]:
    """Give the stretches between cuts: their nodes, lines, lengths in km, numbers of vertices, and the vertices."""
    inner = np.ones(len(laid.spots), dtype=np.bool_)
    inner[laid.firsts] = False
    inner[np.append(laid.firsts[1:], len(laid.spots)) - 1] = False
    node = np.concatenate([np.full(int(inner.sum()), -1), node_of])
    line = np.concatenate([laid.line[inner], cuts.line])
    along = np.concatenate([laid.along[inner], cuts.along])
    spots = np.concatenate([laid.spots[inner], places[node_of]])
    order = np.lexsort((node, along, line))
    node, line, spots = node[order], line[order], spots[order]
    first = np.flatnonzero(node >= 0)
    steps = WGS84.inv(*spots[:-1].T, *spots[1:].T)[2] / 1000
    walked = np.concatenate([[0.0], np.cumsum(steps)])
    begin, finish = first[:-1], first[1:]
    real = (line[begin] == line[finish]) & (node[begin] != node[finish])
    begin, finish = begin[real], finish[real]
    sizes = finish - begin + 1
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    take = np.repeat(begin - offsets, sizes) + np.arange(int(sizes.sum()))
    return node[begin], node[finish], line[begin], walked[finish] - walked[begin], sizes, spots[take]
