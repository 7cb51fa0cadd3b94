"""Single points of failure of a network in use: stretches and joints whose loss cuts people off, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from hatang.core.fibre.kernels import bridges
from hatang.core.fibre.lines import Flags, Graph, Numbers, Prices, RoadLine, Spot, Way, lay_graph
from hatang.core.fibre.trees import Contracted

FREE = Prices(*[0.0] * len(Way))


@dataclass(frozen=True)
class WeakPoint:
    """A stretch ("edge") or a joint of lines ("node") on which people hang alone.

    `path` (n, 2) lon, lat: the stretch, or the joint's one place; `name` is the line's, of a joint the lines' that meet
    there. `people_cut_off` and `ends_cut_off` count who has no other way to any root; `length_km` is the stretch's.
    """

    kind: Literal["edge", "node"]
    path: Numbers
    name: str
    people_cut_off: float
    ends_cut_off: int
    length_km: float = 0.0


def weak_points(
    lines: Sequence[RoadLine],
    roots: Sequence[Spot],
    ends: Sequence[Spot],
    *,
    tolerance_m: float = 50.0,
    longest_drop_m: float = 5000.0,
    crossings_join: bool = False,
) -> list[WeakPoint]:
    """Rank stretches and joints of a network of cables by the people whom their loss cuts off from every root.

    Cables are joined where one ends on another or nearly, not where they merely cross (unless `crossings_join`). Each
    end hangs on the nearest stretch that leads to a root; an end without one is cut off already and counts nowhere.
    Drops are left out, roots are taken as safe, and a joint takes the ends that hang on the place itself with it.
    Equal ones come in the order of names.

    >>> cable = RoadLine(np.array([[106.0, 21.0], [106.1, 21.0]]), name="Cáp LS-01")
    >>> root, village = Spot("POP", 106.0, 21.0), Spot("T1", 106.08, 21.001, people=400)
    >>> found = weak_points([cable], [root], [village])
    >>> [(point.kind, point.people_cut_off, round(point.length_km, 1)) for point in found]
    [('edge', 400.0, 8.3)]
    """
    graph = lay_graph(
        lines,
        FREE,
        ends=ends,
        roots=roots,
        tolerance_m=tolerance_m,
        longest_drop_m=longest_drop_m,
        crossings_join=crossings_join,
    )
    here = np.flatnonzero(graph.ends >= 0)
    reached = graph.roots[graph.roots >= 0]
    if not len(here) or not len(reached):
        return []
    # a root's own drop is safe: its foot stands for it
    feet = np.concatenate([reached, graph.ones[np.isin(graph.twos, reached) & graph.drops]])
    problem = Contracted.of(len(graph.nodes), graph.ones, graph.twos, graph.length_km, feet)
    people, count = np.zeros(problem.count), np.zeros(problem.count)
    at = problem.node_of[graph.ends[here]]
    np.add.at(people, at, [ends[place].people for place in here.tolist()])
    np.add.at(count, at, 1.0)
    found = Found(graph, problem, lines, people, count)
    return sorted(found.edges() + found.nodes(), key=lambda p: (-p.people_cut_off, -p.ends_cut_off, p.kind, p.name))


@dataclass
class Found:
    """What one walk through the network found."""

    graph: Graph
    problem: Contracted
    lines: Sequence[RoadLine]
    people: Numbers
    count: Numbers

    def __post_init__(self) -> None:
        arcs, alive = self.problem.arcs(), np.ones(len(self.graph.ones), dtype=np.bool_)
        self.by_people = bridges.cut_off(arcs, alive, 0, self.people)
        self.by_count = bridges.cut_off(arcs, alive, 0, self.count)

    def edges(self) -> list[WeakPoint]:
        """Give the bridges on which an end hangs, but for drops."""
        weak = np.flatnonzero((self.by_count.by_edge > 0) & ~self.graph.drops)
        return [
            WeakPoint(
                "edge",
                self.graph.path(edge),
                self.lines[self.graph.lines[edge]].name,
                float(self.by_people.by_edge[edge]),
                round(self.by_count.by_edge[edge]),
                float(self.graph.length_km[edge]),
            )
            for edge in weak.tolist()
        ]

    def nodes(self) -> list[WeakPoint]:
        """Give the joints of lines on which an end hangs, with what hangs on the joint itself."""
        weak = self.joints() & (self.by_count.by_node[self.problem.node_of] > 0)
        points = []
        for node in np.flatnonzero(weak).tolist():
            at = self.problem.node_of[node]
            points.append(
                WeakPoint(
                    "node",
                    self.graph.nodes[node : node + 1],
                    self.name_at(node),
                    float(self.by_people.by_node[at]),
                    round(self.by_count.by_node[at]),
                )
            )
        return points

    def joints(self) -> Flags:
        """Tell which nodes join two stretches or more of lines: there something can fail that is no mere stretch."""
        stretches = ~self.graph.drops
        degree = np.bincount(self.graph.ones[stretches], minlength=len(self.graph.nodes))
        degree += np.bincount(self.graph.twos[stretches], minlength=len(self.graph.nodes))
        joints: Flags = self.graph.joints & (degree > 1) & (self.problem.node_of > 0)
        return joints

    @cached_property
    def touching(self) -> dict[int, list[int]]:
        """The lines that meet at each node."""
        found: dict[int, list[int]] = {}
        for nodes in (self.graph.ones, self.graph.twos):
            for node, line in zip(nodes.tolist(), self.graph.lines.tolist(), strict=True):
                if line >= 0:
                    found.setdefault(node, []).append(line)
        return found

    def name_at(self, node: int) -> str:
        """Name the lines that meet at a node."""
        names = dict.fromkeys(self.lines[line].name for line in sorted(self.touching[node]))
        return ", ".join(name for name in names if name)
