"""Closing a ring round a weak point: the cheapest way along the lines from what it cuts off back to the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.fibre import Graph, Prices, Spot, Stretch, cheapest_tree, lay_graph
from hatang.core.fibre.kernels.csr import arcs_of, parts_of
from hatang.core.fibre.plans import stretches_of
from hatang.core.fibre.trees import NotJoinedError
from hatang.core.lengths import length_km
from hatang.core.vietnamese import number
from hatang.coverage.services.runs.roads import ground_of
from hatang.places.models import Place
from hatang.planning.models import FibrePlan, Way
from hatang.planning.services.fibre.ends import End, end_of, today
from hatang.planning.services.fibre.handing import LONGEST_STRAIGHT_M, along, core_line, core_prices, walkable, way_code
from hatang.planning.services.fibre.joining import ASSUMED_PRICES
from hatang.planning.services.fibre.lines import BESIDE_M, SHORTEST_KM, Line, beside, lines_of, parts
from hatang.planning.services.fibre.results import Answer, communes, end_row, figures, stretch_row
from hatang.planning.services.fibre.weak import JOINED_WITHIN_M as MEETING_M
from hatang.planning.services.fibre.weak import Network, network_of
from hatang.planning.services.prices import Price, prices_of

FOUND_WITHIN_DEG = 0.001
"""A weak point that is asked for by its middle is looked for about this near (some 100 m)."""
JOINED_WITHIN_M = 60.0
GONE = "Mạng cáp trong sổ nay không còn đoạn nào ở điểm ấy: xem lại danh sách điểm yếu."
NOT_WEAK = "Điểm ấy nay không còn là điểm yếu: hỏng ở đó không làm mất nơi nào."
NO_WAY = (
    f"Không có đường, tuyến cột hay cống bể nào trong sổ, cách điểm yếu quá {number(BESIDE_M)} m, nối được phần bị cắt "
    "với phần còn lại của mạng. Bổ sung đường vào sổ, hoặc xét truyền dẫn vi ba."
)
READ, HALF = 15, 50
Flags = NDArray[np.bool_]
Tell = Callable[[int, str], None]


@dataclass(frozen=True)
class Parted:
    """A network without its weak point: the cables still joined to the root, those cut off, and who is cut off."""

    joined: list[shapely.LineString]
    roots: list[Spot]
    cut_off: list[shapely.LineString]
    villages: list[Spot]
    hole: shapely.Geometry


def parted(plan: FibrePlan, on: date) -> tuple[Network, Parted]:
    """Take the weak point that a plan names out of today's network. Raises ValueError where it is no longer one."""
    assert plan.around is not None
    network = network_of(plan.province, on, None)
    if not network.lines:
        raise ValueError(GONE)
    graph = network.graph
    edges = np.flatnonzero(~graph.drops)
    shapes = array_of([shapely.linestrings(graph.path(edge)) for edge in edges.tolist()])
    lost, hole = found_at(graph, edges, shapes, plan.around)
    reached, still = joined_to_root(graph, ~np.zeros(len(graph.ones), dtype=bool)), joined_to_root(graph, ~lost)
    cut = reached & ~still
    places = graph.ends[: len(network.villages)].tolist()
    villages = [one for one, node in zip(network.villages, places, strict=True) if node >= 0 and cut[node]]
    if not villages:
        raise ValueError(NOT_WEAK)
    left = ~lost[edges]
    kept = [shape for shape, edge in zip(shapes[left], edges[left], strict=True) if still[graph.ones[edge]]]
    off = [shape for shape, edge in zip(shapes[left], edges[left], strict=True) if cut[graph.ones[edge]]]
    return network, Parted(kept, network.roots, off, villages, hole)


def found_at(
    graph: Graph, edges: NDArray[np.int64], shapes: NDArray[np.object_], at: tuple[float, float]
) -> tuple[Flags, shapely.Geometry]:
    """Find the joint at a place, else the stretch through it: which edges fail with it, and where it lies."""
    spot, lost = shapely.Point(*at), np.zeros(len(graph.ones), dtype=bool)
    joints = np.flatnonzero(graph.joints)
    away = np.hypot(*(graph.nodes[joints] - at).T)
    if len(joints) and away.min() < 2e-6:
        node = joints[away.argmin()]
        lost[(graph.ones == node) | (graph.twos == node)] = True
        return lost, spot
    nearest = int(shapely.STRtree(shapes).query_nearest(spot)[0])
    if shapely.distance(shapes[nearest], spot) > FOUND_WITHIN_DEG:
        raise ValueError(GONE)
    lost[edges[nearest]] = True
    return lost, shapes[nearest]


def joined_to_root(graph: Graph, alive: Flags) -> Flags:
    """Tell of each node whether the living edges join it to a root."""
    kept = np.flatnonzero(alive)
    part = parts_of(arcs_of(len(graph.nodes), graph.ones[kept], graph.twos[kept], graph.length_km[kept]))
    found: Flags = np.isin(part, part[graph.roots[graph.roots >= 0]])
    return found


def closed_ring(plan: FibrePlan, on: date, tell: Tell) -> Answer:
    """Read, take the weak point out, find the second way. Raises ValueError where there is none."""
    tell(0, "Đang đọc mạng cáp")
    network, gap = parted(plan, on)
    tell(READ, "Đang đọc đường, tuyến cột, cống bể")
    cables, lines = today(plan.province, on), lines_of(plan.province, on=on, last_year=plan.last_year)
    prices = prices_of(plan.province)
    tell(HALF, f"Đang tìm đường thứ hai cho {number(len(gap.villages))} thôn")
    ways = around_hole(walkable(lines, cables), gap.hole)
    found = [stretch_row(plan, stretch, ring=True) for stretch in second_way(gap, ways, core_prices(prices))]
    ends = ends_secured(gap.villages)
    facts = figures(found, prices, on) | {
        "joined": len(ends),
        "left": 0,
        "people": sum(end.people for end in ends),
        "gap_percent": 0.0,
        "communes": communes(plan, on, found, ends, ()),
        "communes_note": ground_of(plan.province, on)[2],
        "assumed": list(assumptions(network, prices)),
    }
    simulated = network.simulated or any(line.simulated for line in lines.lines)
    return Answer(found, [end_row(plan, end, "") for end in ends], facts, simulated)


def around_hole(lines: list[Line], hole: shapely.Geometry) -> list[Line]:
    """Leave out what runs within `BESIDE_M` of the weak point: what breaks one breaks the other."""
    ground, found = beside(hole), []
    for line in lines:
        if not line.path.intersects(ground):
            found.append(line)
            continue
        left = (part for part in parts(line.path.difference(ground)) if length_km(part) >= SHORTEST_KM)
        found += [replace(line, path=part) for part in left]
    return found


def second_way(gap: Parted, lines: list[Line], prices: Prices) -> list[Stretch]:
    """Give the cheapest way from anywhere on what is cut off to anywhere on the rest. Raises ValueError for none."""
    if not lines:
        raise ValueError(NO_WAY)
    roads = [core_line(line) for line in lines]
    off = along(array_of(gap.cut_off)).tolist() or [(one.lon, one.lat) for one in gap.villages]
    ends = [Spot(f"e{at}", lon, lat) for at, (lon, lat) in enumerate(off)]
    rest = [Spot(f"r{at}", lon, lat) for at, (lon, lat) in enumerate(along(array_of(gap.joined)).tolist())]
    within_m = JOINED_WITHIN_M if gap.cut_off else LONGEST_STRAIGHT_M
    graph = lay_graph(roads, prices, ends=ends, roots=[*gap.roots, *rest], longest_drop_m=within_m)
    starts, reached = graph.ends[graph.ends >= 0], graph.roots[graph.roots >= 0]
    if not len(starts) or not len(reached):
        raise ValueError(NO_WAY)
    try:
        tree = cheapest_tree(as_one(graph, starts), starts[:1], reached, seconds=1.0)
    except NotJoinedError as error:
        raise ValueError(NO_WAY) from error
    used = np.zeros(len(graph.ones), dtype=bool)
    used[tree.stretches] = True
    return stretches_of(graph, roads, used, used)


def as_one(graph: Graph, nodes: NDArray[np.int32]) -> Graph:
    """Make one node of several: what is cut off is joined within itself."""
    same = np.arange(len(graph.nodes), dtype=np.int32)
    same[nodes] = nodes[0]
    return replace(graph, ones=same[graph.ones], twos=same[graph.twos])


def array_of(lines: list[shapely.LineString]) -> NDArray[np.object_]:
    """Put lines into an array."""
    found = np.empty(len(lines), dtype=object)
    found[:] = lines
    return found


def ends_secured(villages: list[Spot]) -> list[End]:
    """Give the villages that get a second way, with their communes."""
    keys = [int(one.id[1:]) for one in villages]
    rows = Place.objects.filter(pk__in=keys).order_by("pk")
    return [end_of(FibrePlan.Ends.VILLAGES, row) for row in rows]


def assumptions(network: Network, prices: dict[str, Price]) -> Iterator[str]:
    """Give what the answer rests on, a sentence each."""
    yield (
        f"Mạng cáp: {number(len(network.lines))} tuyến cáp đang dùng của mọi doanh nghiệp, coi như nối được với nhau ở "
        f"nơi đầu tuyến này cách tuyến kia không quá {number(MEETING_M)} m; mạng đi ra từ {network.root_words}."
    )
    yield f"Đường thứ hai không đi trong vòng {number(BESIDE_M)} m của điểm yếu, để không cùng đứt một lúc."
    yield "Chỗ nối giữa mạng của hai doanh nghiệp cần các bên thoả thuận."
    if any(prices[way_code(way)].assumed for way in Way):
        yield ASSUMED_PRICES
