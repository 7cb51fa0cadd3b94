"""The cheapest way of one end, against rustworkx's shortest paths."""

from __future__ import annotations

import numpy as np
import pytest
import rustworkx

from hatang.core.fibre import Graph, Prices, RoadLine, Spot, Way, lay_graph
from hatang.core.fibre.singly import cheapest_ways

PRICES = Prices(aerial=45e6, new_poles=130e6)


def town(seed: int) -> Graph:
    """Make a town of crossing roads, some of them with poles, with ends and closures about it."""
    draw = np.random.default_rng(seed)
    lines = []
    for k in range(12):
        first, last = draw.uniform(0, 0.1, 2)
        ends = [[106 + k / 100, 21 + first], [106 + k / 100, 21.1 - last]]
        across = [[106 + first, 21 + k / 100], [106.1 - last, 21 + k / 100]]
        ways = (Way.AERIAL,) if k % 3 == 0 else (Way.NEW_POLES,)
        lines += [RoadLine(np.array(ends), ways), RoadLine(np.array(across), ways)]
    places = np.array([106.0, 21.0]) + draw.uniform(0, 0.1, (20, 2))
    spots = [Spot(str(k), lon, lat) for k, (lon, lat) in enumerate(places.tolist())]
    return lay_graph(lines, PRICES, ends=spots[:15], roots=spots[15:])


@pytest.mark.parametrize("seed", [1, 2])
def test_each_way_costs_what_the_shortest_path_costs(seed: int) -> None:
    graph = town(seed)
    peer = rustworkx.PyGraph()
    peer.add_nodes_from(range(len(graph.nodes)))
    peer.add_edges_from(list(zip(graph.ones.tolist(), graph.twos.tolist(), graph.cost_vnd.tolist(), strict=True)))
    found = cheapest_ways(graph)
    assert sum(way is not None for way in found) > 10
    for end, way in zip(graph.ends.tolist(), found, strict=True):
        if end < 0:
            assert way is None
            continue
        away = rustworkx.dijkstra_shortest_path_lengths(peer, end, float)
        best = min((away[root] for root in graph.roots.tolist() if root in away), default=None)
        cost = None if way is None else sum(km * (PRICES.of(how) or 0.0) for how, km in way.items())
        assert cost == (None if best is None else pytest.approx(best))
