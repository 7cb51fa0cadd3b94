"""The cheapest tree: as cheap as an exact search finds, never below its bound, the same each time."""

from __future__ import annotations

import numpy as np
import pytest
import rustworkx
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.fibre import cheapest_tree
from hatang.core.fibre.trees import NotJoinedError
from tests.core.fibre.makers import Small, grid, least_cost, reached


def joins(small: Small, stretches: np.ndarray, roots: list[int]) -> bool:
    """Tell whether stretches join all terminals to the roots."""
    return set(small.terminals.tolist()) <= reached(small.count, small.edges[stretches], roots)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("side", "terminals"), [(5, 4), (7, 7), (9, 10)])
def test_small_trees_are_within_one_percent_of_the_proven_least(side: int, terminals: int, seed: int) -> None:
    small = grid(side, terminals, seed)
    tree = cheapest_tree(small.graph, small.terminals, small.terminals[:1], seconds=30)
    least = least_cost(small)
    assert least * (1 - 1e-9) <= tree.cost_vnd <= 1.01 * least
    assert tree.bound_vnd <= least * (1 + 1e-9)
    assert joins(small, tree.stretches, small.terminals[:1].tolist())
    assert tree.settled


@settings(max_examples=40)
@given(st.integers(2, 7), st.integers(0, 10_000), st.integers(2, 8))
def test_a_tree_joins_all_without_a_circle_where_many_ways_cost_the_same_or_nothing(
    side: int, seed: int, terminals: int
) -> None:
    small = grid(side, min(terminals, side * side), seed, whole=True)
    tree = cheapest_tree(small.graph, small.terminals, small.terminals[:1], most_windows=300)
    assert joins(small, tree.stretches, small.terminals[:1].tolist())
    nodes = np.unique(small.edges[tree.stretches])
    assert len(nodes) == len(tree.stretches) + 1
    assert tree.bound_vnd <= tree.cost_vnd
    assert tree.cost_vnd == pytest.approx(small.costs[tree.stretches].sum())


def test_any_of_several_closures_will_do() -> None:
    small = grid(12, 14, 5)
    roots = small.terminals[:4]
    many = cheapest_tree(small.graph, small.terminals, roots, most_windows=1000)
    assert joins(small, many.stretches, roots.tolist())
    one = cheapest_tree(small.graph, small.terminals, roots[:1], most_windows=1000)
    assert many.cost_vnd < one.cost_vnd, "closures need not be joined to each other"
    contracted = Small(small.count + 1, *with_root(small, roots))
    assert many.cost_vnd == pytest.approx(least_cost(contracted))


def with_root(small: Small, roots: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Join some nodes to a further one for nothing."""
    more = np.column_stack([roots, np.full(len(roots), small.count)]).astype(np.int32)
    terminals = np.append(small.terminals[len(roots) :], small.count).astype(np.int32)
    return np.concatenate([small.edges, more]), np.append(small.costs, np.zeros(len(roots))), terminals


def test_the_same_seed_and_number_of_windows_give_the_same_tree() -> None:
    small = grid(40, 60, 3)
    one, two = (
        cheapest_tree(small.graph, small.terminals, small.terminals[:1], seconds=600, seed=7, most_windows=400)
        for _ in range(2)
    )
    assert one.stretches.tolist() == two.stretches.tolist()
    assert one.windows == two.windows == 400


def test_it_is_cheaper_than_rustworkx_and_more_search_is_never_dearer() -> None:
    small = grid(60, 80, 1)
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(small.count))
    graph.add_edges_from([(*edge, cost) for edge, cost in zip(small.edges.tolist(), small.costs.tolist(), strict=True)])
    peer = sum(rustworkx.steiner_tree(graph, small.terminals.tolist(), float).edges())
    costs = [
        cheapest_tree(small.graph, small.terminals, small.terminals[:1], seconds=600, most_windows=count).cost_vnd
        for count in (0, 200, 1000)
    ]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] <= peer
    assert costs[2] <= 0.99 * peer


def test_who_watches_hears_cost_and_bound_and_may_stop_it() -> None:
    small, heard = grid(40, 60, 3), []
    stopped = cheapest_tree(
        small.graph,
        small.terminals,
        small.terminals[:1],
        seconds=600,
        told=lambda seconds, cost, bound: heard.append((cost, bound)),
        cancelled=lambda: len(heard) >= 3,
    )
    assert not stopped.settled
    assert joins(small, stopped.stretches, small.terminals[:1].tolist())
    assert all(cost >= stopped.bound_vnd for cost, _ in heard)
    assert heard[-1][1] == stopped.bound_vnd


def test_what_cannot_be_joined_is_named() -> None:
    small = grid(4, 3, 0)
    lone = Small(
        18, np.append(small.edges, [[16, 17]], axis=0).astype(np.int32), np.append(small.costs, 1), small.terminals
    )
    with pytest.raises(NotJoinedError) as caught:
        cheapest_tree(lone.graph, [3, 17], [0])
    assert caught.value.terminals == (17,)
