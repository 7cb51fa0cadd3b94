"""The form of a graph that kernels read: for each node its arcs, each arc with the node it leads to and its stretch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from hatang.core.fibre.kernels.heaps import FAST, Nodes, Numbers


class Arcs(NamedTuple):
    """Arcs of node v are `starts[v]` to `starts[v + 1]` of the others; `costs` (by arc) at least 0."""

    starts: Nodes
    heads: Nodes
    edges: Nodes
    costs: Numbers


@njit(**FAST)
def arcs_of(count: int, tails: Nodes, heads: Nodes, costs: Numbers) -> Arcs:
    """Give the arcs of a graph of so many nodes out of its edges; an edge from a node to itself has none."""
    starts = np.zeros(count + 1, dtype=np.int32)
    for edge in range(len(tails)):
        if tails[edge] != heads[edge]:
            starts[tails[edge] + 1] += 1
            starts[heads[edge] + 1] += 1
    for node in range(count):
        starts[node + 1] += starts[node]
    free = starts[:-1].copy()
    whole = starts[count]
    to, of, worth = np.empty(whole, dtype=np.int32), np.empty(whole, dtype=np.int32), np.empty(whole)
    for edge in range(len(tails)):
        one, two = tails[edge], heads[edge]
        if one != two:
            to[free[one]], of[free[one]], worth[free[one]] = two, edge, costs[edge]
            free[one] += 1
            to[free[two]], of[free[two]], worth[free[two]] = one, edge, costs[edge]
            free[two] += 1
    return Arcs(starts, to, of, worth)


@njit(**FAST)
def parts_of(arcs: Arcs) -> Nodes:
    """Number the connected parts of a graph from 0 and give each node's."""
    count = len(arcs.starts) - 1
    part, waiting, number = np.full(count, -1, dtype=np.int32), np.empty(count, dtype=np.int32), 0
    for first in range(count):
        if part[first] >= 0:
            continue
        part[first], waiting[0], size = number, first, 1
        while size:
            size -= 1
            node = waiting[size]
            for arc in range(arcs.starts[node], arcs.starts[node + 1]):
                other = arcs.heads[arc]
                if part[other] < 0:
                    part[other], waiting[size] = number, other
                    size += 1
        number += 1
    return part
