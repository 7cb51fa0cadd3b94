"""A better choice by taking some of it away and filling up again, over and over.

Ruin and recreate (Schrimpf et al. 2000, with the blinks of Christiaens and Vanden Berghe 2020): a few chosen
candidates near each other, or anywhere, are dropped, then the best by gain and cost are added, now and then overlooking
one. A worse choice is kept with the chance that simulated annealing gives it. How often each point is covered, and what
adding or dropping each candidate would change, is kept up to date at each step, so that no step looks at everything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.covering.kernels.links import FAST, MAKES_ARRAYS, Links

COVERED, COST = range(2)
"""Places in `Tally.sums`."""
TRIES = 4
"""How often, for each candidate to drop, one near by is looked for."""
LOCAL_SHARE = 0.8
"""How many of the ruins are in one neighbourhood."""
LEAST_GAIN = 1e-12
"""Share of all weight below which what adding a candidate gains is nothing but rounding."""
SLACK = 2e-10
"""Relative: how exactly budgets and shares are kept; finer than `bounds.MARGIN`, which certifies."""


class Tally(NamedTuple):
    """A choice with all that follows from it.

    `chosen` (n,); `counts` (m,) how many chosen cover a point, `owners` (m,) the sum of their places, which is the one
    where it is one; `gains` (n,) the weight that adding a candidate would bring, or dropping it lose; `sums` (2,).
    """

    chosen: NDArray[np.bool_]
    counts: NDArray[np.int32]
    owners: NDArray[np.int64]
    gains: NDArray[np.float64]
    sums: NDArray[np.float64]


class Aims(NamedTuple):
    """What is searched: a budget, or (`partial`) a weight to cover; which gain is one; how a ruin is made."""

    goal: float
    partial: bool
    least_gain: float
    most_dropped: int
    blink: float


@njit(**MAKES_ARRAYS)
def tally_of(links: Links, chosen: NDArray[np.bool_]) -> Tally:
    """Count a choice."""
    n, m = len(links.costs), len(links.weights)
    tally = Tally(np.zeros(n, np.bool_), np.zeros(m, np.int32), np.zeros(m, np.int64), np.zeros(n), np.zeros(2))
    for j in range(n):
        for at in range(links.starts[j], links.starts[j + 1]):
            tally.gains[j] += links.weights[links.points[at]]
    for j in range(n):
        if chosen[j]:
            add(links, tally, j)
    return tally


@njit(**FAST)
def add(links: Links, tally: Tally, j: int) -> None:
    """Choose a candidate."""
    tally.chosen[j] = True
    tally.sums[COVERED] += tally.gains[j]
    tally.sums[COST] += links.costs[j]
    for at in range(links.starts[j], links.starts[j + 1]):
        i = links.points[at]
        if tally.counts[i] == 0:
            for back in range(links.back_starts[i], links.back_starts[i + 1]):
                tally.gains[links.backs[back]] -= links.weights[i]
            tally.gains[j] += links.weights[i]
        elif tally.counts[i] == 1:
            tally.gains[tally.owners[i]] -= links.weights[i]
        tally.counts[i] += 1
        tally.owners[i] += j


@njit(**FAST)
def drop(links: Links, tally: Tally, j: int) -> None:
    """Choose a candidate no more."""
    tally.chosen[j] = False
    tally.sums[COVERED] -= tally.gains[j]
    tally.sums[COST] -= links.costs[j]
    for at in range(links.starts[j], links.starts[j + 1]):
        i = links.points[at]
        tally.counts[i] -= 1
        tally.owners[i] -= j
        if tally.counts[i] == 0:
            for back in range(links.back_starts[i], links.back_starts[i + 1]):
                tally.gains[links.backs[back]] += links.weights[i]
            tally.gains[j] -= links.weights[i]
        elif tally.counts[i] == 1:
            tally.gains[tally.owners[i]] += links.weights[i]


@njit(**FAST)
def best_to_add(links: Links, tally: Tally, aims: Aims, blink: float) -> int:
    """Find the candidate with the most gain for its cost that fits, overlooking some; -1 where none gains."""
    left = aims.goal - tally.sums[COST]
    need = aims.goal - tally.sums[COVERED]
    found, most = -1, 0.0
    for j in range(len(links.costs)):
        gain = min(tally.gains[j], need) if aims.partial else tally.gains[j]
        if gain <= most * links.costs[j] or tally.chosen[j]:
            continue
        if tally.gains[j] <= aims.least_gain or (not aims.partial and links.costs[j] > left):
            continue
        if blink > 0.0 and np.random.random() < blink:
            continue
        found, most = j, gain / links.costs[j]
    return found


@njit(**FAST)
def is_met(tally: Tally, aims: Aims) -> bool:
    """Tell whether the weight to cover is covered; a budget is never met, only spent."""
    return aims.partial and tally.sums[COVERED] >= aims.goal


@njit(**FAST)
def fill(links: Links, tally: Tally, aims: Aims, dearest: float, log: NDArray[np.int64], count: int) -> int:
    """Add the best until the aim is met or nothing fits; or it is too dear; give how many moves the log holds then."""
    while not is_met(tally, aims):
        j = best_to_add(links, tally, aims, aims.blink)
        if j < 0:
            j = best_to_add(links, tally, aims, 0.0)
        if j < 0:
            break
        add(links, tally, j)
        log[count] = j
        count += 1
        if tally.sums[COST] > dearest or count == len(log):
            break
    return count


@njit(**FAST)
def prune(links: Links, tally: Tally, aims: Aims, log: NDArray[np.int64], count: int) -> int:
    """Drop the dearest that the weight to cover does not need, one by one."""
    while count < len(log):
        found, dearest = -1, 0.0
        for j in range(len(links.costs)):
            if tally.chosen[j] and links.costs[j] > dearest and tally.sums[COVERED] - tally.gains[j] >= aims.goal:
                found, dearest = j, links.costs[j]
        if found < 0:
            break
        drop(links, tally, found)
        log[count] = found
        count += 1
    return count


@njit(**FAST)
def coverer(links: Links, tally: Tally, i: int) -> int:
    """Give a chosen candidate that covers a point, -1 where none does."""
    if tally.counts[i] == 1:
        return int(tally.owners[i])
    if tally.counts[i] > 1:
        size = links.back_starts[i + 1] - links.back_starts[i]
        first = np.random.randint(size)
        for k in range(size):
            j = links.backs[links.back_starts[i] + (first + k) % size]
            if tally.chosen[j]:
                return int(j)
    return -1


@njit(**FAST)
def some_chosen(links: Links, tally: Tally) -> int:
    """Give a chosen candidate by chance, each as likely as another; -1 where few are chosen and none was hit."""
    for _ in range(TRIES * len(links.costs)):
        j = np.random.randint(len(links.costs))
        if tally.chosen[j]:
            return int(j)
    return -1


@njit(**FAST)
def neighbour(links: Links, tally: Tally, j: int) -> int:
    """Give a chosen candidate that covers a point of one that shares a point with a candidate; -1 where none does."""
    i = links.points[links.starts[j] + np.random.randint(links.starts[j + 1] - links.starts[j])]
    other = links.backs[links.back_starts[i] + np.random.randint(links.back_starts[i + 1] - links.back_starts[i])]
    if tally.chosen[other]:
        return int(other)
    at = links.starts[other] + np.random.randint(links.starts[other + 1] - links.starts[other])
    return coverer(links, tally, links.points[at])


@njit(**FAST)
def ruin(links: Links, tally: Tally, aims: Aims, log: NDArray[np.int64]) -> int:
    """Drop a few chosen candidates, most often of one neighbourhood; give how many."""
    wanted = 1 + np.random.randint(aims.most_dropped)
    local = np.random.random() < LOCAL_SHARE
    middle = some_chosen(links, tally)
    if middle < 0:
        return 0
    j, count = middle, 0
    for _ in range(TRIES * wanted):
        if j >= 0:
            drop(links, tally, j)
            log[count] = j
            count += 1
            if count == wanted:
                break
        j = neighbour(links, tally, middle) if local else some_chosen(links, tally)
    return count


@njit(**FAST)
def undo(links: Links, tally: Tally, log: NDArray[np.int64], count: int) -> None:
    """Take moves back, the last first."""
    for k in range(count - 1, -1, -1):
        if tally.chosen[log[k]]:
            drop(links, tally, log[k])
        else:
            add(links, tally, log[k])


@njit(**FAST)
def loss_of(tally: Tally, aims: Aims) -> float:
    """Give what is to be as small as can be: the cost, or the weight covered below nothing."""
    return float(tally.sums[COST] if aims.partial else -tally.sums[COVERED])


@njit(**MAKES_ARRAYS)
def search(
    links: Links,
    tally: Tally,
    aims: Aims,
    steps: int,
    heats: tuple[float, float],
    seed: int,
    known: float,
    best: NDArray[np.bool_],
) -> float:
    """Ruin and recreate so many times, from the first heat down to the second.

    The tally must keep to the aim at the start; it is left where the search ends. A choice with less loss than `known`
    is put into `best`. Gives the least loss met, or `known`.
    """
    np.random.seed(seed)
    log = np.empty(4 * len(links.costs) + 4, np.int64)
    for step in range(steps):
        heat = heats[0] * (heats[1] / heats[0]) ** (step / steps)
        before = loss_of(tally, aims)
        allowed = before - heat * np.log(1.0 - np.random.random())
        count = fill(links, tally, aims, allowed if aims.partial else np.inf, log, ruin(links, tally, aims, log))
        if aims.partial and is_met(tally, aims):
            count = prune(links, tally, aims, log, count)
        after = loss_of(tally, aims)
        if after > allowed or (aims.partial and not is_met(tally, aims)):
            undo(links, tally, log, count)
        elif after < known - SLACK * abs(known):
            known = after
            best[:] = tally.chosen
    return known


@njit(**MAKES_ARRAYS)
def begin(links: Links, tally: Tally, aims: Aims) -> None:
    """Fill a choice up, the best by gain and cost first; nothing is overlooked, no lot is drawn."""
    log = np.empty(2 * len(links.costs) + 2, np.int64)
    count = fill(links, tally, aims, np.inf, log, 0)
    if aims.partial and is_met(tally, aims):
        prune(links, tally, aims, log, count)
