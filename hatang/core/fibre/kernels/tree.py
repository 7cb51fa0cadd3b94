"""A Steiner tree no dearer than twice the least: Mehlhorn (1988), Information Processing Letters 27, 125-128.

Each node is told its nearest terminal; the cheapest bridges between the regions, taken as in Kruskal (1956), with the
paths that lead to them make a tree. Then the least tree that spans the same nodes, without branches that end at no
terminal (Rayward-Smith and Clare 1986), is never dearer.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from hatang.core.fibre.kernels.csr import Arcs
from hatang.core.fibre.kernels.heaps import FAST, INSIDE, Flags, Nodes, Numbers, heap_for, pop, push


@njit(**INSIDE)
def top(above: Nodes, node: int) -> int:
    """Give the foremost of a set of nodes, and halve the way there (Tarjan and van Leeuwen 1984)."""
    while above[node] != node:
        above[node] = above[above[node]]
        node = above[node]
    return node


@njit(**FAST)
def nearest(arcs: Arcs, terminals: Nodes) -> tuple[Numbers, Nodes, Nodes]:
    """Give for each node the cost of the way to its nearest terminal, which one (its place), and the arc that led here.

    Infinite and -1 where no terminal is reached; -1 is also the arc of a terminal (Dijkstra 1959).
    """
    count = len(arcs.starts) - 1
    away, base = np.full(count, np.inf), np.full(count, -1, dtype=np.int32)
    back = np.full(count, -1, dtype=np.int32)
    heap, size = heap_for(len(arcs.heads) + len(terminals)), 0
    for place, terminal in enumerate(terminals):
        away[terminal], base[terminal] = 0.0, place
        size = push(heap, size, 0.0, terminal)
    while size:
        reached, node = heap.keys[0], heap.nodes[0]
        size = pop(heap, size)
        if reached > away[node]:
            continue
        for arc in range(arcs.starts[node], arcs.starts[node + 1]):
            other, reach = arcs.heads[arc], reached + arcs.costs[arc]
            if reach < away[other]:
                away[other], base[other], back[other] = reach, base[node], arc
                size = push(heap, size, reach, other)
    return away, base, back


@njit(**FAST)
def tails_of(arcs: Arcs) -> Nodes:
    """Give the node that each arc leaves."""
    tails = np.empty(len(arcs.heads), dtype=np.int32)
    for node in range(len(arcs.starts) - 1):
        tails[arcs.starts[node] : arcs.starts[node + 1]] = node
    return tails


@njit(**FAST)
def between_regions(arcs: Arcs, away: Numbers, base: Nodes) -> tuple[Nodes, Numbers]:
    """Give the arcs from one terminal's region into another's, each once, and the cost of the way by them."""
    found, worth = np.empty(len(arcs.heads) // 2, dtype=np.int32), np.empty(len(arcs.heads) // 2)
    size = 0
    for node in range(len(arcs.starts) - 1):
        for arc in range(arcs.starts[node], arcs.starts[node + 1]):
            other = arcs.heads[arc]
            if node < other and base[node] != base[other] and base[node] >= 0 and base[other] >= 0:
                found[size], worth[size] = arc, away[node] + arcs.costs[arc] + away[other]
                size += 1
    return found[:size], worth[:size]


@njit(**FAST)
def take_bridges(
    arcs: Arcs, tails: Nodes, base: Nodes, back: Nodes, order: Nodes, terminals: int, edges: int
) -> tuple[Flags, int]:
    """Give the edges of the tree that the cheapest bridges make, taken in an order, and the number of bridges."""
    above, used, taken = np.arange(terminals, dtype=np.int32), np.zeros(edges, dtype=np.bool_), 0
    for arc in order:
        one, two = top(above, base[tails[arc]]), top(above, base[arcs.heads[arc]])
        if one == two:
            continue
        above[two] = one
        used[arcs.edges[arc]] = True
        taken += 1
        for end in (tails[arc], arcs.heads[arc]):
            node = end
            while back[node] >= 0 and not used[arcs.edges[back[node]]]:
                used[arcs.edges[back[node]]] = True
                node = tails[back[node]]
    return used, taken


def mehlhorn(arcs: Arcs, terminals: Nodes, edges: int) -> tuple[Flags, bool]:
    """Tell which of so many edges are in a tree that joins the terminals, and whether all could be joined."""
    away, base, back = nearest(arcs, terminals)
    crossing, worth = between_regions(arcs, away, base)
    tails, order = tails_of(arcs), crossing[np.argsort(worth, kind="stable")]
    used, taken = take_bridges(arcs, tails, base, back, order, len(terminals), edges)
    return spanning(arcs, terminals, used), taken == len(terminals) - 1


@njit(**FAST)
def arcs_inside(arcs: Arcs, terminals: Nodes, used: Flags) -> tuple[Nodes, Numbers]:
    """Give the arcs between nodes of a tree, each once, and their costs."""
    count = len(arcs.starts) - 1
    inside = np.zeros(count, dtype=np.bool_)
    inside[terminals] = True
    for node in range(count):
        for arc in range(arcs.starts[node], arcs.starts[node + 1]):
            if used[arcs.edges[arc]]:
                inside[node] = True
                break
    found, worth, size = np.empty(len(arcs.heads) // 2, dtype=np.int32), np.empty(len(arcs.heads) // 2), 0
    for node in range(count):
        if inside[node]:
            for arc in range(arcs.starts[node], arcs.starts[node + 1]):
                if node < arcs.heads[arc] and inside[arcs.heads[arc]]:
                    found[size], worth[size] = arc, arcs.costs[arc]
                    size += 1
    return found[:size], worth[:size]


@njit(**FAST)
def least_tree(arcs: Arcs, terminals: Nodes, tails: Nodes, order: Nodes, edges: int) -> Flags:
    """Give the least tree that arcs, taken in order of cost, make, without idle branches."""
    count = len(arcs.starts) - 1
    above, degree = np.arange(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
    least = np.zeros(edges, dtype=np.bool_)
    for arc in order:
        one, two = top(above, tails[arc]), top(above, arcs.heads[arc])
        if one != two:
            above[two] = one
            least[arcs.edges[arc]] = True
            degree[tails[arc]] += 1
            degree[arcs.heads[arc]] += 1
    prune(arcs, terminals, least, degree)
    return least


def spanning(arcs: Arcs, terminals: Nodes, used: Flags) -> Flags:
    """Give the least tree over the nodes of a tree (all stretches between them allowed), without idle branches."""
    found, worth = arcs_inside(arcs, terminals, used)
    order = found[np.argsort(worth, kind="stable")]
    least: Flags = least_tree(arcs, terminals, tails_of(arcs), order, len(used))
    return least


@njit(**FAST)
def prune(arcs: Arcs, terminals: Nodes, used: Flags, degree: Nodes) -> None:
    """Take off, leaf by leaf, what ends at no terminal."""
    kept = np.zeros(len(degree), dtype=np.bool_)
    kept[terminals] = True
    for leaf in range(len(degree)):
        node = leaf
        while degree[node] == 1 and not kept[node]:
            for arc in range(arcs.starts[node], arcs.starts[node + 1]):
                if used[arcs.edges[arc]]:
                    used[arcs.edges[arc]] = False
                    degree[node] -= 1
                    node = arcs.heads[arc]
                    degree[node] -= 1
                    break
