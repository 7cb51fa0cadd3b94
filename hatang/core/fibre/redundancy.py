"""Closing rings: which further stretches give every end a second way to the closures, and for how much.

An end counts as safe where no stretch's loss cuts it off; drops, its own and the closures', do not count. The second
ways are found one by one (`kernels.rings`); then each that is not needed beside the others is given back, dearest
first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hatang.core.fibre.kernels import bridges, csr, rings
from hatang.core.fibre.lines import Flags, Graph, Nodes, Numbers
from hatang.core.fibre.trees import Contracted, Edges

MOST_GIVEN_BACK = 3_000
"""How many second ways are looked at again, at most."""


@dataclass(frozen=True)
class Rings:
    """Stretches (places in the graph) that close rings, what they cost, and the ends (nodes) that stay without."""

    stretches: Edges
    cost_vnd: float
    without: Edges


def close_rings(graph: Graph, stretches: Edges, ends: Sequence[int] | Nodes, roots: Sequence[int] | Nodes) -> Rings:
    """Give further stretches so that no end of a tree hangs on a single one, where the lines allow it.

    `stretches` is the tree, `ends` and `roots` nodes of the graph; the roots count as one. It is a heuristic: what it
    costs is no proven least.
    """
    problem = Contracted.of(len(graph.nodes), graph.ones, graph.twos, graph.cost_vnd, roots if len(roots) else ends[:1])
    used, exempt = np.zeros(len(graph.ones), dtype=np.bool_), graph.drops
    used[stretches] = True
    bought = rings.second_ways(problem.arcs(), used, exempt, np.where(exempt, 0.0, problem.costs), 0)
    needs = np.zeros(problem.count)
    np.add.at(needs, problem.node_of[np.asarray(ends, dtype=np.int64)], 1.0)
    kept = needed(problem, used, bought, exempt, needs)
    weak = hanging(problem, used | kept, exempt, needs)
    without = np.array([end for end in ends if weak[problem.node_of[end]]], dtype=np.int64)
    return Rings(np.flatnonzero(kept), float(problem.costs[kept].sum()), without)


def needed(problem: Contracted, used: Flags, bought: Nodes, exempt: Flags, needs: Numbers) -> Flags:
    """Tell which of the second ways are needed: each is given back whose lack leaves as many ends safe."""
    kept = bought >= 0
    costs = np.bincount(bought[kept], weights=problem.costs[kept], minlength=0)
    inside = np.flatnonzero(used | kept)
    arcs = csr.arcs_of(problem.count, problem.ones[inside], problem.twos[inside], problem.costs[inside])
    counts, alive = ~exempt[inside], np.ones(len(inside), dtype=np.bool_)
    number = bought[inside]
    hung = bridges.hung_weight(arcs, alive, counts, 0, needs)
    for way in np.argsort(-costs, kind="stable")[:MOST_GIVEN_BACK]:
        alive[number == way] = False
        if bridges.hung_weight(arcs, alive, counts, 0, needs) > hung:
            alive[number == way] = True
    kept[inside[~alive]] = False
    return kept


def hanging(problem: Contracted, used: Flags, exempt: Flags, needs: Numbers) -> Flags:
    """Tell which nodes hang on a single stretch that is no drop."""
    inside = np.flatnonzero(used)
    arcs = csr.arcs_of(problem.count, problem.ones[inside], problem.twos[inside], problem.costs[inside])
    hung: Flags = bridges.hung_nodes(arcs, np.ones(len(inside), dtype=np.bool_), ~exempt[inside], 0)
    return hung
