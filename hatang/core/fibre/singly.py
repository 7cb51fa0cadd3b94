"""Each end by itself: its cheapest way to the nearest root, as if it were the only one to be joined (Dijkstra 1959)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hatang.core.fibre.kernels.csr import arcs_of
from hatang.core.fibre.kernels.tree import nearest
from hatang.core.fibre.lines import WAYS, Graph, Way

Lengths = Mapping[Way, float]


def cheapest_ways(graph: Graph) -> list[Lengths | None]:
    """Give for each end of a graph the km of each way on its cheapest path to a root; None where none leads there.

    >>> from hatang.core.fibre.lines import Prices, RoadLine, Spot, lay_graph
    >>> road = RoadLine(np.array([[106.0, 21.0], [106.1, 21.0]]), (Way.AERIAL,))
    >>> roots, ends = [Spot("MX1", 106.0, 21.0)], [Spot("T1", 106.05, 21.001), Spot("T2", 107, 22)]
    >>> near, far = cheapest_ways(lay_graph([road], Prices(45e6, 130e6), ends=ends, roots=roots))
    >>> sorted((str(way), round(km, 2)) for way, km in near.items()), far
    ([('aerial', 5.2), ('new_poles', 0.11)], None)
    """
    roots = graph.roots[graph.roots >= 0]
    if not len(roots):
        return [None] * len(graph.ends)
    arcs = arcs_of(len(graph.nodes), graph.ones, graph.twos, graph.cost_vnd)
    away, _, back = nearest(arcs, roots)
    return [
        way_from(graph, int(end), arcs.edges, back) if end >= 0 and np.isfinite(away[end]) else None
        for end in graph.ends.tolist()
    ]


def way_from(graph: Graph, node: int, edges: np.ndarray, back: np.ndarray) -> dict[Way, float]:
    """Walk back to the root and add up what is laid by which way."""
    lengths: dict[Way, float] = {}
    while back[node] >= 0:
        stretch = int(edges[back[node]])
        way = WAYS[graph.ways[stretch]]
        lengths[way] = lengths.get(way, 0.0) + float(graph.length_km[stretch])
        node = int(graph.ones[stretch] if graph.twos[stretch] == node else graph.twos[stretch])
    return lengths
