"""Bridges and cut vertices with what hangs on them, in one walk: Tarjan (1974), Inf. Proc. Letters 2; Hopcroft and
Tarjan (1973), CACM 16.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from hatang.core.fibre.kernels.csr import Arcs
from hatang.core.fibre.kernels.heaps import FAST, Flags, Nodes, Numbers


class Cut(NamedTuple):
    """What is cut off from the root by the loss of an edge, of a node; 0 where there is another way.

    `by_edge` of each edge, `by_node` what hangs on a node beyond itself; `bridge` and `cutting` tell which are bridges
    and cut vertices; `reached` which nodes the root reaches at all.
    """

    by_edge: Numbers
    by_node: Numbers
    bridge: Flags
    cutting: Flags
    reached: Flags


@njit(**FAST)
def cut_off(arcs: Arcs, alive: Flags, root: int, weights: Numbers) -> Cut:
    """Give what weight the loss of each edge and each node cuts off from the root; only edges alive lead anywhere."""
    count = len(arcs.starts) - 1
    enter, low = np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.int32)
    came, path = np.full(count, -1, dtype=np.int32), np.empty(count, dtype=np.int32)
    turn, below = arcs.starts[:-1].copy(), weights.copy()
    cut = Cut(
        np.zeros(len(alive)),
        np.zeros(count),
        np.zeros(len(alive), dtype=np.bool_),
        np.zeros(count, dtype=np.bool_),
        np.zeros(count, dtype=np.bool_),
    )
    path[0], depth, clock = root, 1, 1
    enter[root], low[root] = 0, 0
    while depth:
        node = path[depth - 1]
        if turn[node] < arcs.starts[node + 1]:
            arc = turn[node]
            turn[node] += 1
            edge, other = arcs.edges[arc], arcs.heads[arc]
            if not alive[edge] or edge == came[node]:
                continue
            if enter[other] >= 0:
                low[node] = min(low[node], enter[other])
                continue
            enter[other], low[other], came[other] = clock, clock, edge
            clock += 1
            path[depth] = other
            depth += 1
            continue
        depth -= 1
        cut.reached[node] = True
        if depth:
            leave(cut, node, path[depth - 1], root, came[node], enter, low, below)
    return cut


@njit(**FAST)
def leave(cut: Cut, node: int, above: int, root: int, edge: int, enter: Nodes, low: Nodes, below: Numbers) -> None:
    """Go back over an edge: note what hangs on it and on the node above."""
    low[above] = min(low[above], low[node])
    below[above] += below[node]
    if low[node] > enter[above]:
        cut.bridge[edge], cut.by_edge[edge] = True, below[node]
    if low[node] >= enter[above] and above != root:
        cut.cutting[above] = True
        cut.by_node[above] += below[node]


@njit(**FAST)
def hung_nodes(arcs: Arcs, alive: Flags, counts: Flags, root: int) -> Flags:
    """Tell which nodes hang on a bridge that counts, or are not reached from the root at all."""
    count = len(arcs.starts) - 1
    cut = cut_off(arcs, alive, root, np.zeros(count))
    hung, room = np.ones(count, dtype=np.bool_), np.empty(count, dtype=np.int32)
    hung[root], room[0], size = False, root, 1
    while size:
        size -= 1
        node = room[size]
        for arc in range(arcs.starts[node], arcs.starts[node + 1]):
            edge, other = arcs.edges[arc], arcs.heads[arc]
            if hung[other] and alive[edge] and not (cut.bridge[edge] and counts[edge]):
                hung[other], room[size] = False, other
                size += 1
    return hung


@njit(**FAST)
def hung_weight(arcs: Arcs, alive: Flags, counts: Flags, root: int, weights: Numbers) -> float:
    """Add up what hangs on a bridge that counts or is not reached."""
    return weights[hung_nodes(arcs, alive, counts, root)].sum()
