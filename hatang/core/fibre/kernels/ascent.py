"""A lower bound of a Steiner tree's cost: dual ascent for the directed problem, Wong (1984), Math. Programming 28.

Every terminal must be reached from the root. The nodes that reach a terminal over arcs whose cost is used up are a set
into which some arc must lead: the dearest price that can be asked for that is the least cost left among these arcs.
Asked again and again, the prices add up to no more than any tree costs. Terminals with few arcs into their set go
first (Polzin and Daneshmand 2001).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from hatang.core.fibre.kernels.csr import Arcs
from hatang.core.fibre.kernels.heaps import FAST, Flags, Nodes, Numbers, heap_for, pop, push


class Prices(NamedTuple):
    """What is left of each arc's cost (an arc of node v stands for the arc into v), who still waits, room to work in.

    `stop` marks terminals that still wait, and the root; `inside` holds the mark of the set that a node was in last;
    `entering` the arcs into the set at hand; `done` the arcs looked at, all in all.
    """

    left: Numbers
    stop: Flags
    inside: Nodes
    room: Nodes
    entering: Nodes
    done: np.ndarray


@njit(**FAST)
def grow(arcs: Arcs, prices: Prices, mark: int, first: int, size: int) -> tuple[int, bool]:
    """Add a node and all that reach it for nothing to a set; give the number of arcs into it, and whether it stops.

    It stops where it meets the root or another waiting terminal, which is then reached in this one's stead.
    """
    prices.room[0], waiting, met = first, 1, False
    prices.inside[first] = mark
    while waiting:
        waiting -= 1
        node = prices.room[waiting]
        prices.done[0] += arcs.starts[node + 1] - arcs.starts[node]
        for arc in range(arcs.starts[node], arcs.starts[node + 1]):
            other = arcs.heads[arc]
            if prices.inside[other] == mark:
                continue
            if prices.left[arc] > 0.0:
                prices.entering[size] = arc
                size += 1
                continue
            if prices.stop[other]:
                return size, True
            prices.inside[other], prices.room[waiting] = mark, other
            waiting += 1
    return size, met


@njit(**FAST)
def from_outside(arcs: Arcs, prices: Prices, mark: int, size: int) -> int:
    """Keep of the arcs into a set those that come from outside, and give how many."""
    kept = 0
    prices.done[0] += size
    for at in range(size):
        if prices.inside[arcs.heads[prices.entering[at]]] != mark:
            prices.entering[kept] = prices.entering[at]
            kept += 1
    return kept


@njit(**FAST)
def ask(prices: Prices, size: int) -> float:
    """Take the least cost left off all arcs into a set, and give it."""
    price = np.inf
    for at in range(size):
        price = min(price, prices.left[prices.entering[at]])
    for at in range(size):
        prices.left[prices.entering[at]] -= price
    return price


@njit(**FAST)
def climb(arcs: Arcs, prices: Prices, mark: int, terminal: int, most: float) -> tuple[float, int]:
    """Ask prices for one terminal while few arcs lead into its set; give their sum and how many do, -1 if reached."""
    raised = 0.0
    size, met = grow(arcs, prices, mark, terminal, 0)
    while not met:
        size = from_outside(arcs, prices, mark, size)
        if size > most or size == 0:
            return raised, size if size else -1
        raised += ask(prices, size)
        for at in range(size):
            arc = prices.entering[at]
            if prices.left[arc] <= 0.0 and prices.inside[arcs.heads[arc]] != mark:
                if prices.stop[arcs.heads[arc]]:
                    met = True
                    break
                size, met = grow(arcs, prices, mark, arcs.heads[arc], size)
                if met:
                    break
    return raised, -1


@njit(**FAST)
def dual_ascent(arcs: Arcs, terminals: Nodes, most_work: int) -> tuple[float, bool]:
    """Give a lower bound for a tree of these terminals, the first the root, and whether all were reached.

    Stopped after looking at more arcs than `most_work`, the bound holds all the same.
    """
    count, many = len(arcs.starts) - 1, len(terminals)
    prices = Prices(
        arcs.costs.copy(),
        np.zeros(count, dtype=np.bool_),
        np.full(count, -1, dtype=np.int32),
        np.empty(count, dtype=np.int32),
        np.empty(2 * len(arcs.heads), dtype=np.int32),
        np.zeros(1, dtype=np.int64),
    )
    heap, size = heap_for(many), 0
    for terminal in terminals[1:]:
        size = push(heap, size, float(arcs.starts[terminal + 1] - arcs.starts[terminal]), terminal)
    prices.stop[terminals] = True
    bound, mark = 0.0, 0
    while size and prices.done[0] < most_work:
        terminal = heap.nodes[0]
        size = pop(heap, size)
        mark += 1
        prices.stop[terminal] = False
        raised, now = climb(arcs, prices, mark, terminal, heap.keys[0] if size else np.inf)
        bound += raised
        if now >= 0:
            prices.stop[terminal] = True
            size = push(heap, size, float(now), terminal)
    return bound, size == 0
