"""A fibre plan: ends joined to closures along roads and pole lines at least cost, stretch by stretch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hatang.core.fibre.lines import NO_ROOT, WAYS, Flags, Graph, Numbers, Prices, RoadLine, Spot, Way, lay_graph
from hatang.core.fibre.redundancy import close_rings
from hatang.core.fibre.trees import Told, Tree, cheapest_tree

SHORTEST_KM = 1e-6
"""Shorter stretches are no stretches: a place on the road itself needs no drop."""


@dataclass(frozen=True)
class Stretch:
    """A length of cable laid one way along one road: path (n, 2) lon, lat, cost in đồng, whether it closes a ring.

    `drop` marks the piece from the road to a place; its `road` is empty.
    """

    path: Numbers
    way: Way
    road: str
    length_km: float
    capital_vnd: float
    ring: bool = False
    drop: bool = False


@dataclass(frozen=True)
class Joined:
    """An end that is joined: how far from the road it stands (its drop, m), and whether it has a second way."""

    end: str
    drop_m: float
    second_way: bool


@dataclass(frozen=True)
class Unreachable:
    """An end that cannot be joined, and why, as a Vietnamese half-sentence."""

    end: str
    why: str


@dataclass(frozen=True)
class FibreSolution:
    """The plan: stretches, which ends it joins, which it cannot and why, and what it costs, đồng.

    `tree_vnd` is the cost of joining alone, `bound_vnd` what any way of joining the same ends costs at least,
    `gap_percent` how far apart they are; for closing rings (`ring_vnd`) no bound is known. `settled` says that the
    search ended by itself; `seconds` is wall time.
    """

    stretches: tuple[Stretch, ...]
    joined: tuple[Joined, ...]
    unreachable: tuple[Unreachable, ...]
    capital_vnd: float
    tree_vnd: float
    ring_vnd: float
    bound_vnd: float
    gap_percent: float
    settled: bool
    seconds: float

    @property
    def length_km(self) -> float:
        """The length of all stretches."""
        return sum(stretch.length_km for stretch in self.stretches)


def plan_fibre(
    lines: Sequence[RoadLine],
    ends: Sequence[Spot],
    roots: Sequence[Spot],
    prices: Prices,
    *,
    seconds: float = 10.0,
    rings: bool = False,
    seed: int = 0,
    most_windows: int | None = None,
    tolerance_m: float = 5.0,
    longest_drop_m: float = 2000.0,
    told: Told | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> FibreSolution:
    """Join ends to roots (closures in use) along lines at least cost, and with `rings` give each a second way.

    `told` hears of seconds, cost in đồng and lower bound; `cancelled` ends the search with the best so far. Raises
    ValueError, in Vietnamese, for lines, points or prices that cannot be used.

    >>> road = RoadLine(np.array([[106.0, 21.0], [106.1, 21.0]]), (Way.AERIAL,), "ĐT.226")
    >>> plan = plan_fibre(
    ...     [road], [Spot("T1", 106.05, 21.0), Spot("T2", 107, 22)], [Spot("MX1", 106.0, 21.0)], Prices(60e6, 90e6)
    ... )
    >>> [(stretch.road, stretch.way.value, round(stretch.length_km, 2)) for stretch in plan.stretches]
    [('ĐT.226', 'aerial', 5.2)]
    >>> plan.unreachable
    (Unreachable(end='T2', why='không có đường hay tuyến cột nào trong vòng 2000 m'),)
    """
    begun = time.monotonic()
    graph = lay_graph(lines, prices, ends=ends, roots=roots, tolerance_m=tolerance_m, longest_drop_m=longest_drop_m)
    reached = graph.roots[graph.roots >= 0]
    terminals = graph.ends[graph.ends >= 0] if len(reached) else graph.ends[:0]
    tree = cheapest_tree(
        graph,
        terminals,
        reached,
        seconds=seconds,
        seed=seed,
        most_windows=most_windows,
        told=told,
        cancelled=cancelled,
    )
    ring = np.zeros(len(graph.ones), dtype=np.bool_)
    without = set(terminals.tolist())
    if rings and len(terminals):
        closed = close_rings(graph, tree.stretches, terminals, reached)
        ring[closed.stretches] = True
        without = set(closed.without.tolist())
    return answer(graph, lines, ends, tree, ring, without, begun)


def answer(
    graph: Graph,
    lines: Sequence[RoadLine],
    ends: Sequence[Spot],
    tree: Tree,
    ring: Flags,
    without: set[int],
    begun: float,
) -> FibreSolution:
    """Put the plan together."""
    used = ring.copy()
    used[tree.stretches] = True
    drop_m = dict(zip(graph.twos[graph.drops].tolist(), (graph.length_km[graph.drops] * 1000).tolist(), strict=True))
    why = graph.why if (graph.roots >= 0).any() else dict.fromkeys(range(len(ends)), NO_ROOT)
    joined = tuple(
        Joined(end.id, drop_m[node], node not in without)
        for at, (end, node) in enumerate(zip(ends, graph.ends.tolist(), strict=True))
        if at not in why
    )
    ring_vnd = float(graph.cost_vnd[ring].sum())
    return FibreSolution(
        stretches=tuple(stretches_of(graph, lines, used, ring)),
        joined=joined,
        unreachable=tuple(Unreachable(ends[at].id, said) for at, said in sorted(why.items())),
        capital_vnd=tree.cost_vnd + ring_vnd,
        tree_vnd=tree.cost_vnd,
        ring_vnd=ring_vnd,
        bound_vnd=tree.bound_vnd,
        gap_percent=tree.gap_percent,
        settled=tree.settled,
        seconds=time.monotonic() - begun,
    )


def stretches_of(graph: Graph, lines: Sequence[RoadLine], used: Flags, ring: Flags) -> list[Stretch]:
    """Give the used stretches, those that follow each other along roads of one name, laid one way, as one."""
    chosen = np.flatnonzero(used & (graph.length_km > SHORTEST_KM)).tolist()
    alike = {edge: likeness(graph, lines, ring, edge) for edge in chosen}
    touching: dict[int, list[int]] = {}
    for edge in chosen:
        for node in (int(graph.ones[edge]), int(graph.twos[edge])):
            touching.setdefault(node, []).append(edge)

    def onward(edge: int, node: int) -> int | None:
        """Give the stretch that goes on from one at a node as its like, None where none or several do."""
        others = [other for other in touching[node] if other != edge]
        goes_on = len(others) == 1 and alike[others[0]] == alike[edge]
        return others[0] if goes_on else None

    return [stretch_of(graph, run, alike[run[0][0]]) for run in runs_of(graph, chosen, onward)]


Likeness = tuple[str, int, bool, bool]
Run = list[tuple[int, bool]]


def likeness(graph: Graph, lines: Sequence[RoadLine], ring: Flags, edge: int) -> Likeness:
    """Give what stretches must have in common to be one: road, way, whether it is a ring's or a drop."""
    line = int(graph.lines[edge])
    return lines[line].name if line >= 0 else "", int(graph.ways[edge]), bool(ring[edge]), line < 0


def runs_of(graph: Graph, chosen: Sequence[int], onward: Callable[[int, int], int | None]) -> list[Run]:
    """Give runs of edges that go on from each other, each edge once, with whether it is walked from its second node."""
    seen: set[int] = set()
    runs: list[Run] = []
    for first in chosen:
        if first in seen:
            continue
        seen.add(first)
        forward = walked(graph, first, False, onward, seen)
        back = [(edge, not turned) for edge, turned in reversed(walked(graph, first, True, onward, seen))]
        runs.append([*back, (first, False), *forward])
    return runs


def walked(graph: Graph, edge: int, turned: bool, onward: Callable[[int, int], int | None], seen: set[int]) -> Run:
    """Walk on from an edge as far as it goes; `turned` starts at its first node."""
    run: Run = []
    node = int(graph.ones[edge] if turned else graph.twos[edge])
    while (following := onward(edge, node)) is not None and following not in seen:
        edge, turned = following, int(graph.twos[following]) == node
        seen.add(edge)
        run.append((edge, turned))
        node = int(graph.ones[edge] if turned else graph.twos[edge])
    return run


def stretch_of(graph: Graph, run: Run, alike: Likeness) -> Stretch:
    """Make one stretch of a run of edges."""
    paths = [graph.path(edge)[::-1] if turned else graph.path(edge) for edge, turned in run]
    edges = [edge for edge, _ in run]
    road, way, ring, drop = alike
    return Stretch(
        path=np.concatenate([paths[0], *(path[1:] for path in paths[1:])]),
        way=WAYS[way],
        road=road,
        length_km=float(graph.length_km[edges].sum()),
        capital_vnd=float(graph.cost_vnd[edges].sum()),
        ring=ring,
        drop=drop,
    )
