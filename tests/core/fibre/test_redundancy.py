"""Rings: after closing them no single stretch cuts an end off, wherever the roads allow a second way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.fibre import Prices, RoadLine, Way, cheapest_tree, close_rings, plan_fibre
from tests.core.fibre.makers import Small, grid, reached, spot


def hang_on_one(small: Small, stretches: np.ndarray, roots: list[int]) -> set[int]:
    """Give the terminals that the loss of some single stretch cuts off."""
    edges, wanted = small.edges[stretches], set(small.terminals.tolist())
    lost = (wanted - reached(small.count, edges, roots, without=edge) for edge in range(len(edges)))
    return set().union(*lost)


@settings(max_examples=30)
@given(st.integers(3, 8), st.integers(0, 10_000), st.integers(1, 3), st.integers(0, 8))
def test_every_end_has_a_second_way_wherever_there_is_one(side: int, seed: int, roots: int, dropped: int) -> None:
    small = grid(side, min(8, side * side), seed)
    chance = np.random.default_rng(seed)
    kept = np.sort(chance.permutation(len(small.edges))[dropped:])
    small = Small(small.count, small.edges[kept], small.costs[kept], small.terminals)
    closures = small.terminals[:roots].tolist()
    joined = [end for end in small.terminals.tolist() if end in reached(small.count, small.edges, closures)]
    small = Small(small.count, small.edges, small.costs, np.array(joined, dtype=np.int32))
    tree = cheapest_tree(small.graph, joined, closures, most_windows=50)
    rings = close_rings(small.graph, tree.stretches, joined, closures)
    assert not set(rings.stretches) & set(tree.stretches)
    both = np.concatenate([tree.stretches, rings.stretches])
    anyway = hang_on_one(small, np.arange(len(small.edges)), closures)
    assert hang_on_one(small, both, closures) == anyway == set(rings.without.tolist())
    assert rings.cost_vnd == pytest.approx(small.costs[rings.stretches].sum())


def test_a_second_way_costs_little_where_one_ring_serves_all() -> None:
    """Villages on a road that goes round: the tree leaves out the dearest piece, the ring buys just that piece."""
    corners = [(106.0, 21.0), (106.04, 21.0), (106.04, 21.04), (106.0, 21.04), (106.0, 21.0)]
    road = RoadLine(np.array(corners), (Way.AERIAL,), "đường vòng")
    short_cut = RoadLine(np.array([(106.02, 21.0), (106.02, 21.04)]), (Way.BURIED,), "đường tắt")
    ends = [spot(f"T{place}", lon, lat) for place, (lon, lat) in enumerate(corners[1:4])]
    prices = Prices(aerial=60e6, new_poles=90e6, buried=400e6)
    plan = plan_fibre([road, short_cut], ends, [spot("MX", 106.0, 21.0)], prices, rings=True)
    ring = [stretch for stretch in plan.stretches if stretch.ring]
    assert {stretch.road for stretch in ring} == {"đường vòng"}
    assert plan.length_km == pytest.approx(17.2, abs=0.1)
    assert all(end.second_way for end in plan.joined)
    assert plan.capital_vnd == pytest.approx(plan.tree_vnd + plan.ring_vnd)
    assert not any(end.second_way for end in plan_fibre([road], ends, [spot("MX", 106.0, 21.0)], prices).joined)
