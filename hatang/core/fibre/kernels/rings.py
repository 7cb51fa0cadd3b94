"""Second ways: which further stretches leave no end of a tree hanging on a single one, at little cost.

A heuristic of this project for the weighted augmentation of a tree to two-edge-connection (Frederickson and Ja'Ja'
1981 name the problem). From the far ends inward, a stretch of the tree without a second way is given one: among the
ways from the part beyond it to the rest of the tree, that with the least cost for each đồng of tree it makes safe.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from hatang.core.fibre.kernels.csr import Arcs
from hatang.core.fibre.kernels.heaps import FAST, Flags, Heap, Nodes, Numbers, heap_for, pop, push
from hatang.core.fibre.kernels.tree import tails_of, top

MOST_CONTACTS = 48


class Rooted(NamedTuple):
    """A tree from its root: nodes in the order of a walk, each one's place, the place after its last descendant.

    `above` and `by` are the node and the edge towards the root, -1 at the root and off the tree; `depth` counts edges.
    """

    order: Nodes
    enter: Nodes
    leave: Nodes
    above: Nodes
    by: Nodes
    depth: Nodes


@njit(**FAST)
def rooted(arcs: Arcs, used: Flags, root: int) -> Rooted:
    """Walk a tree from its root."""
    count = len(arcs.starts) - 1
    order, room = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    enter, leave = np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.int32)
    above, by = np.full(count, -1, dtype=np.int32), np.full(count, -1, dtype=np.int32)
    depth = np.zeros(count, dtype=np.int32)
    room[0], waiting, size = root, 1, 0
    while waiting:
        waiting -= 1
        node = room[waiting]
        order[size], enter[node] = node, size
        size += 1
        for arc in range(arcs.starts[node], arcs.starts[node + 1]):
            other = arcs.heads[arc]
            if used[arcs.edges[arc]] and arcs.edges[arc] != by[node] and enter[other] < 0:
                above[other], by[other], depth[other] = node, arcs.edges[arc], depth[node] + 1
                room[waiting] = other
                waiting += 1
    for at in range(size - 1, -1, -1):
        node = order[at]
        leave[node] = max(leave[node], at + 1)
        if above[node] >= 0:
            leave[above[node]] = max(leave[above[node]], leave[node])
    return Rooted(order[:size], enter, leave, above, by, depth)


@njit(**FAST)
def made_safe(tree: Rooted, worth: Numbers, joined: Nodes, one: int, two: int, mark: bool) -> float:
    """Give what of the tree between two nodes has no second way yet; with `mark` it has from now on."""
    one, two, safe = top(joined, one), top(joined, two), 0.0
    while one != two:
        if tree.depth[one] < tree.depth[two]:
            one, two = two, one
        safe += worth[tree.by[one]]
        if mark:
            joined[one] = tree.above[one]
        one = top(joined, tree.above[one])
    return safe


class Search(NamedTuple):
    """Room for the search of a second way: costs, the arc that led to a node, a heap, the nodes touched."""

    reach: Numbers
    back: Nodes
    heap: Heap
    touched: Nodes


@njit(**FAST)
def best_way(
    arcs: Arcs, tree: Rooted, worth: Numbers, joined: Nodes, extra: Flags, node: int, room: Search
) -> tuple[int, int]:
    """Give the node where the best second way from beyond a stretch meets the rest, -1 for none, and nodes touched."""
    first, last, size, touched = tree.enter[node], tree.leave[node], 0, 0
    for at in range(first, last):
        inner = tree.order[at]
        room.reach[inner], room.touched[touched] = 0.0, inner
        touched += 1
        size = push(room.heap, size, 0.0, inner)
    best, found, contacts = np.inf, -1, 0
    while size and contacts < MOST_CONTACTS:
        reached, here = room.heap.keys[0], room.heap.nodes[0]
        size = pop(room.heap, size)
        if reached > room.reach[here]:
            continue
        if tree.enter[here] >= 0 and not first <= tree.enter[here] < last:
            contacts += 1
            ratio = reached / max(made_safe(tree, worth, joined, node, here, False), 1e-9)
            if ratio < best:
                best, found = ratio, here
            continue
        for arc in range(arcs.starts[here], arcs.starts[here + 1]):
            other, edge = arcs.heads[arc], arcs.edges[arc]
            if edge == tree.by[node]:
                continue
            cost = reached + (0.0 if extra[edge] else arcs.costs[arc])
            if cost < room.reach[other]:
                if room.reach[other] == np.inf:
                    room.touched[touched] = other
                    touched += 1
                room.reach[other], room.back[other] = cost, arc
                size = push(room.heap, size, cost, other)
    return found, touched


@njit(**FAST)
def second_ways(arcs: Arcs, used: Flags, exempt: Flags, worth: Numbers, root: int) -> Nodes:
    """Give for each edge the number of the second way that it was taken for, from 0, or -1.

    `exempt` edges (drops) need no second way; `worth` (by edge) is what making one safe counts for.
    """
    count = len(arcs.starts) - 1
    tree, tails = rooted(arcs, used, root), tails_of(arcs)
    joined, bought = np.arange(count, dtype=np.int32), np.full(len(used), -1, dtype=np.int32)
    extra, number = np.zeros(len(used), dtype=np.bool_), 0
    room = Search(
        np.full(count, np.inf),
        np.full(count, -1, dtype=np.int32),
        heap_for(count + len(arcs.heads)),
        np.empty(count, dtype=np.int32),
    )
    for at in np.argsort(-tree.depth[tree.order], kind="mergesort"):
        node = tree.order[at]
        if tree.above[node] < 0 or exempt[tree.by[node]] or top(joined, node) != node:
            continue
        found, touched = best_way(arcs, tree, worth, joined, extra, node, room)
        if found >= 0:
            here = found
            while room.reach[here] > 0.0 or not tree.enter[node] <= tree.enter[here] < tree.leave[node]:
                edge = arcs.edges[room.back[here]]
                if not extra[edge] and not used[edge]:
                    extra[edge], bought[edge] = True, number
                here = tails[room.back[here]]
            number += 1
            made_safe(tree, worth, joined, here, found, True)
        for place in range(touched):
            room.reach[room.touched[place]], room.back[room.touched[place]] = np.inf, -1
    return bought
