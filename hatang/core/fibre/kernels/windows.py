"""Local search on a Steiner tree: take a piece of it out and join what is left by the least tree there is.

A window is a connected piece of the tree between so many parts of it; removed, the parts are joined again exactly by
Dreyfus and Wagner (1971), Networks 1, 195-207, in Erickson, Monma and Veinott's form (1987), over the nodes round the
window; ways that cannot lead to a cheaper whole are cut off by the furthest part still to be joined (Hougardy, Silvanus
and Vygen 2017). Two parts are the exchange of a key path, a star's parts the elimination of a key vertex, and every
answer may bring key vertices in (Uchoa and Werneck 2010 name the three moves). Nothing ever gets dearer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from hatang.core.fibre.kernels.csr import Arcs, arcs_of
from hatang.core.fibre.kernels.heaps import FAST, INSIDE, Flags, Heap, Nodes, Numbers, heap_for, pop, push

MOST_PARTS = 10
UNKNOWN, BLOCKED = -1, -2
ALIKE = 1 + 1e-12


class Tree(NamedTuple):
    """A tree that is being improved: which edges it has, each node's edges in it, which nodes are terminals.

    The rest is room to work in: `ends` of the edges, `stamp` of the window that saw a node last, its `local` number,
    a heap, edges taken out, nodes in view, and in `turn` the random state and the last stamp.
    """

    used: Flags
    degree: Nodes
    kept: Flags
    ones: Nodes
    twos: Nodes
    stamp: Nodes
    local: Nodes
    keys: Numbers
    heap: Heap
    removed: Nodes
    sight: Nodes
    turn: np.ndarray


@njit(**INSIDE)
def drawn(turn: np.ndarray, below: int) -> int:
    """Draw a whole number from 0 (xorshift, Marsaglia 2003)."""
    x = turn[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    turn[0] = x
    return np.int64((x >> np.uint64(11)) % np.uint64(below))


@njit(**FAST)
def take_path(arcs: Arcs, tree: Tree, arc: int, sizes: Nodes) -> int:
    """Take out the path that begins with an arc up to the next terminal or fork, which is given."""
    while True:
        edge, node = arcs.edges[arc], arcs.heads[arc]
        tree.used[edge] = False
        tree.removed[sizes[0]] = edge
        sizes[0] += 1
        if tree.kept[node] or tree.degree[node] != 2:
            return node
        tree.sight[sizes[1]] = node
        sizes[1] += 1
        for further in range(arcs.starts[node], arcs.starts[node + 1]):
            if tree.used[arcs.edges[further]]:
                arc = further
                break


@njit(**FAST)
def open_window(arcs: Arcs, tree: Tree, start: int, most: int, sizes: Nodes) -> Nodes:
    """Take a piece of the tree at a terminal out, at most so many parts round it, and give a node of each part.

    `sizes` counts the edges taken out and the nodes in view.
    """
    fronts, tried = np.empty(most + 2, dtype=np.int32), np.zeros(most + 2, dtype=np.bool_)
    first, seen = -1, 0
    for arc in range(arcs.starts[start], arcs.starts[start + 1]):
        if tree.used[arcs.edges[arc]]:
            seen += 1
            if drawn(tree.turn, seen) == 0:
                first = arc
    fronts[0], fronts[1], size, left = start, take_path(arcs, tree, first, sizes), 2, 2
    while left:
        turn = drawn(tree.turn, left)
        at = 0
        while tried[at] or turn:
            turn -= not tried[at]
            at += 1
        node = fronts[at]
        tried[at] = True
        left -= 1
        more = tree.degree[node] - 1
        if size + more - (not tree.kept[node]) > most:
            continue
        if not tree.kept[node]:
            tree.sight[sizes[1]] = node
            sizes[1] += 1
            size -= 1
            fronts[at], tried[at] = fronts[size], tried[size]
        if more:
            for arc in range(arcs.starts[node], arcs.starts[node + 1]):
                if tree.used[arcs.edges[arc]]:
                    fronts[size], tried[size] = take_path(arcs, tree, arc, sizes), False
                    size += 1
                    left += 1
    return fronts[:size]


@njit(**FAST)
def look_round(arcs: Arcs, tree: Tree, fronts: Nodes, within: float, most: int, seeds: int) -> int:
    """Bring into view what is near the piece taken out: the nearest nodes, at most so many; give how many in all.

    The root, node 0, is seen but not looked beyond: its closures lie everywhere.
    """
    tree.turn[1] += np.uint64(1)
    now, size = np.int32(tree.turn[1]), 0
    for at in range(seeds + len(fronts)):
        node = tree.sight[at] if at < seeds else fronts[at - seeds]
        tree.keys[node], tree.stamp[node] = 0.0, now
        size = push(tree.heap, size, 0.0, node)
    seen, whole = 0, most + seeds + len(fronts)
    while size and seen < whole:
        reached, node = tree.heap.keys[0], tree.heap.nodes[0]
        size = pop(tree.heap, size)
        if reached > tree.keys[node]:
            continue
        tree.sight[seen], tree.local[node] = node, UNKNOWN
        seen += 1
        if node == 0:
            continue
        for arc in range(arcs.starts[node], arcs.starts[node + 1]):
            other, reach = arcs.heads[arc], reached + arcs.costs[arc]
            if reach <= within and (tree.stamp[other] != now or reach < tree.keys[other]):
                tree.keys[other], tree.stamp[other] = reach, now
                size = push(tree.heap, size, reach, other)
    for at in range(size):
        if tree.heap.keys[at] == tree.keys[tree.heap.nodes[at]]:
            tree.stamp[tree.heap.nodes[at]] = 0
    return seen


@njit(**FAST)
def tell_parts(arcs: Arcs, tree: Tree, fronts: Nodes, seen: int) -> int:
    """Number the nodes in view: of a part of the tree by the part, free ones beyond; give how many numbers there are.

    Nodes of the tree that are cut off from their part by the edge of the view are left out.
    """
    now = np.int32(tree.turn[1])
    for part, front in enumerate(fronts):
        tree.local[front], tree.heap.nodes[0], size = part, front, 1
        while size:
            size -= 1
            node = tree.heap.nodes[size]
            for arc in range(arcs.starts[node], arcs.starts[node + 1]):
                other = arcs.heads[arc]
                if tree.used[arcs.edges[arc]] and tree.stamp[other] == now and tree.local[other] == UNKNOWN:
                    tree.local[other], tree.heap.nodes[size] = part, other
                    size += 1
    count = len(fronts)
    for at in range(seen):
        node = tree.sight[at]
        if tree.local[node] == UNKNOWN:
            if tree.degree[node] and in_tree(arcs, tree, node):
                tree.local[node] = BLOCKED
            else:
                tree.local[node] = count
                count += 1
    return count


@njit(**INSIDE)
def in_tree(arcs: Arcs, tree: Tree, node: int) -> bool:
    """Tell whether what is left of the tree has a node."""
    arc = arcs.starts[node]
    while arc < arcs.starts[node + 1] and not tree.used[arcs.edges[arc]]:
        arc += 1
    return arc < arcs.starts[node + 1]


@njit(**FAST)
def in_view(arcs: Arcs, tree: Tree, seen: int, count: int) -> tuple[Arcs, Nodes]:
    """Give the graph of the nodes in view by their local numbers, parts as one node each, and whose edges they are."""
    now, size = np.int32(tree.turn[1]), 0
    for at in range(seen):
        size += arcs.starts[tree.sight[at] + 1] - arcs.starts[tree.sight[at]]
    tails, heads = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    whose, costs = np.empty(size, dtype=np.int32), np.empty(size)
    size = 0
    for at in range(seen):
        node = tree.sight[at]
        one = tree.local[node]
        if one < 0:
            continue
        for arc in range(arcs.starts[node], arcs.starts[node + 1]):
            other = arcs.heads[arc]
            if node < other and tree.stamp[other] == now and tree.local[other] >= 0 and tree.local[other] != one:
                tails[size], heads[size] = one, tree.local[other]
                whose[size], costs[size] = arcs.edges[arc], arcs.costs[arc]
                size += 1
    return arcs_of(count, tails[:size], heads[:size], costs[:size]), whose


@njit(**FAST)
def spread(near: Arcs, reach: Numbers, back: Nodes, far: Numbers, bound: float, heap: Heap) -> None:
    """Let the costs of one set of parts spread along the arcs, as far as the whole may yet stay within the bound."""
    size = 0
    for node in range(len(reach)):
        if reach[node] + far[node] <= bound:
            size = push(heap, size, reach[node], node)
        else:
            reach[node] = np.inf
    while size:
        reached, node = heap.keys[0], heap.nodes[0]
        size = pop(heap, size)
        if reached > reach[node]:
            continue
        for arc in range(near.starts[node], near.starts[node + 1]):
            other, cost = near.heads[arc], reached + near.costs[arc]
            if cost < reach[other] and cost + far[other] <= bound:
                reach[other], back[other] = cost, arc
                size = push(heap, size, cost, other)


@njit(**FAST)
def least_joins(near: Arcs, parts: int, bound: float) -> tuple[np.ndarray, np.ndarray]:
    """Give the least cost of a tree from each node to each set of parts but the last, and how it came.

    `back` holds the arc by which the tree arrived, -1 at a part itself, else -2 less one of the two sets it is made of.
    """
    count, whole = len(near.starts) - 1, 1 << (parts - 1)
    reach, back = np.full((whole, count), np.inf), np.full((whole, count), -1, dtype=np.int32)
    heap = heap_for(count + len(near.heads))
    away, far = np.full((parts, count), np.inf), np.zeros(count)
    for part in range(parts):
        away[part, part] = 0.0
        row = back[1 << part] if part < parts - 1 else np.empty(count, dtype=np.int32)
        spread(near, away[part], row, far, bound, heap)
        if part < parts - 1:
            reach[1 << part] = away[part]
    for mask in range(3, whole):
        if mask & (mask - 1) == 0:
            continue
        sub = (mask - 1) & mask
        while sub > (mask ^ sub):
            one, two = reach[sub], reach[mask ^ sub]
            for node in range(count):
                if one[node] + two[node] < reach[mask, node]:
                    reach[mask, node], back[mask, node] = one[node] + two[node], -2 - sub
            sub = (sub - 1) & mask
        far[:] = away[parts - 1]
        for part in range(parts - 1):
            if not mask >> part & 1:
                for node in range(count):
                    far[node] = max(far[node], away[part, node])
        spread(near, reach[mask], back[mask], far, bound, heap)
    return reach, back


@njit(**FAST)
def put_back(tree: Tree, near: Arcs, whose: Nodes, back: np.ndarray, parts: int) -> None:
    """Put the least join into the tree."""
    masks, nodes, size = np.empty(2 * parts, dtype=np.int32), np.empty(2 * parts, dtype=np.int32), 1
    masks[0], nodes[0] = (1 << (parts - 1)) - 1, parts - 1
    while size:
        size -= 1
        mask, node = masks[size], nodes[size]
        step = back[mask, node]
        if step >= 0:
            edge = whose[near.edges[step]]
            tree.used[edge] = True
            tree.degree[tree.ones[edge]] += 1
            tree.degree[tree.twos[edge]] += 1
            masks[size] = mask
            nodes[size] = other_end(near, step, node)
            size += 1
        elif step < -1:
            masks[size], nodes[size] = -2 - step, node
            masks[size + 1], nodes[size + 1] = mask ^ (-2 - step), node
            size += 2


@njit(**INSIDE)
def other_end(near: Arcs, arc: int, node: int) -> int:
    """Give the node that an arc into a node leaves: the node whose arcs include it."""
    low, high = 0, len(near.starts) - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if near.starts[middle] <= arc:
            low = middle
        else:
            high = middle
    return low


@njit(**FAST)
def try_window(arcs: Arcs, tree: Tree, start: int, most_parts: int, most_nodes: int) -> float:
    """Take a window at a terminal out of the tree, join its parts again at least cost, and give what was saved."""
    sizes = np.zeros(2, dtype=np.int32)
    fronts = open_window(arcs, tree, start, most_parts, sizes)
    cost = 0.0
    for at in range(sizes[0]):
        edge = tree.removed[at]
        cost += tree.keys[len(tree.degree) + edge]
    seen = look_round(arcs, tree, fronts, cost / 2, most_nodes, sizes[1])
    count = tell_parts(arcs, tree, fronts, seen)
    near, whose = in_view(arcs, tree, seen, count)
    reach, back = least_joins(near, len(fronts), cost * ALIKE)
    found = reach[(1 << (len(fronts) - 1)) - 1, len(fronts) - 1]
    better = found <= cost * ALIKE
    for at in range(sizes[0]):
        edge = tree.removed[at]
        if better:
            tree.degree[tree.ones[edge]] -= 1
            tree.degree[tree.twos[edge]] -= 1
        else:
            tree.used[edge] = True
    if not better:
        return 0.0
    put_back(tree, near, whose, back, len(fronts))
    return cost - found


@njit(**FAST)
def improve(arcs: Arcs, tree: Tree, terminals: Nodes, tries: int, most_parts: int, most_nodes: int) -> float:
    """Try so many windows at terminals drawn by chance (never the first, the root), and give what was saved."""
    saved = 0.0
    for _ in range(tries):
        start = terminals[1 + drawn(tree.turn, len(terminals) - 1)]
        saved += try_window(arcs, tree, start, most_parts, most_nodes)
    return saved


@njit(**FAST)
def tree_of(arcs: Arcs, terminals: Nodes, used: Flags, ones: Nodes, twos: Nodes, costs: Numbers, seed: int) -> Tree:
    """Make a tree ready to be improved; edges between a node and itself must not be in it."""
    count, edges = len(arcs.starts) - 1, len(ones)
    degree, kept = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.bool_)
    kept[terminals] = True
    keys = np.empty(count + edges)
    keys[count:] = costs
    for edge in range(edges):
        degree[ones[edge]] += used[edge]
        degree[twos[edge]] += used[edge]
    turn = np.zeros(2, dtype=np.uint64)
    turn[0] = np.uint64(seed) * np.uint64(2654435769) + np.uint64(88172645463325252)
    room = np.empty(count, dtype=np.int32)
    return Tree(
        used.copy(),
        degree,
        kept,
        ones,
        twos,
        np.zeros(count, dtype=np.int32),
        room,
        keys,
        heap_for(count + len(arcs.heads)),
        np.empty(edges, dtype=np.int32),
        np.empty(count + 64, dtype=np.int32),
        turn,
    )
