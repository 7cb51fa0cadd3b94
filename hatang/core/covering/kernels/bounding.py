"""A bound from prices: covering a point is paid by its candidates, and the prices go down a subgradient.

The links "a point counts only where a candidate covers it" are dualised (Lagrange): whatever prices u, 0 <= u <= w, a
choice x covers at most sum(w - u) + sum(x_j s_j), where s_j is the sum of the prices of j's points. What is left is one
knapsack, relaxed: by s/c, the best first. The steps are Polyak's, scaled by weight, along a direction that remembers
(Held, Wolfe and Crowder 1974; Camerini, Fratta and Maffioli 1975). See `bounds` for what is certified.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.covering.kernels.links import FAST, MAKES_ARRAYS, Links

MEMORY = 0.7
"""How much of the last direction goes into the next."""
FIRST_LENGTH = 0.5
"""Share of Polyak's step at the beginning."""
PATIENCE = 20
"""After so many steps without gain the steps become shorter."""
SHORTER = 0.7
GAIN = 1e-5
"""The least relative gain that counts as one."""
NEWEST = 0.02
"""How much of the newest shares goes into their running mean."""
LENGTH, WAITED, BOUND = range(3)
"""Places in `Descent.pace`: share of Polyak's step, steps without gain, the best bound yet."""


class Descent(NamedTuple):
    """Where a descent stands: prices now and at the best bound, the direction (m,), `pace` (3,), and `shares` (n,).

    The shares are a running mean of how much the knapsack takes of each candidate; they come near an optimum of the
    relaxed problem (Barahona and Anbil 2000), so they say where a good choice is.
    """

    prices: NDArray[np.float64]
    best: NDArray[np.float64]
    heading: NDArray[np.float64]
    pace: NDArray[np.float64]
    shares: NDArray[np.float64]


@njit(**FAST)
def price_sums(links: Links, prices: NDArray[np.float64], sums: NDArray[np.float64]) -> None:
    """Sum the prices of each candidate's points."""
    for j in range(len(sums)):
        total = 0.0
        for at in range(links.starts[j], links.starts[j + 1]):
            total += prices[links.points[at]]
        sums[j] = total


@njit(**MAKES_ARRAYS)
def fill_budget(links: Links, sums: NDArray[np.float64], budget: float, share: NDArray[np.float64]) -> float:
    """Take the best by sum and cost until the budget is spent, the last in part; give the sum."""
    left, total = budget, 0.0
    share[:] = 0.0
    for j in np.argsort(-sums / links.costs):
        if sums[j] <= 0.0:
            break
        share[j] = min(1.0, left / links.costs[j])
        total += share[j] * sums[j]
        left -= links.costs[j]
        if left <= 0.0:
            break
    return total


@njit(**MAKES_ARRAYS)
def fill_need(links: Links, sums: NDArray[np.float64], need: float, share: NDArray[np.float64]) -> tuple[float, float]:
    """Take the best by sum and cost until the need is met, the last in part; give the cost and the last's rate."""
    left, cost, rate = need, 0.0, links.weights.sum() / links.costs.sum()
    share[:] = 0.0
    for j in np.argsort(-sums / links.costs):
        if left <= 0.0 or sums[j] <= 0.0:
            break
        share[j] = min(1.0, left / sums[j])
        cost += share[j] * links.costs[j]
        left -= sums[j]
        rate = sums[j] / links.costs[j]
    return cost, rate


@njit(**FAST)
def turn_heading(links: Links, descent: Descent, share: NDArray[np.float64]) -> float:
    """Mix the subgradient (how often a point is covered, less once) into the direction; give its scaled square."""
    square = 0.0
    for i in range(len(links.weights)):
        slope = -1.0
        for at in range(links.back_starts[i], links.back_starts[i + 1]):
            slope += share[links.backs[at]]
        slope = MEMORY * descent.heading[i] + (1.0 - MEMORY) * slope
        descent.heading[i] = slope
        held = (descent.prices[i] <= 0.0 and slope > 0.0) or (descent.prices[i] >= links.weights[i] and slope < 0.0)
        if not held:
            square += slope * slope * links.weights[i]
    return square


@njit(**FAST)
def step_down(links: Links, descent: Descent, step: float) -> None:
    """Move the prices, each within 0 and its weight."""
    for i in range(len(links.weights)):
        price = descent.prices[i] - step * links.weights[i] * descent.heading[i]
        descent.prices[i] = min(max(price, 0.0), links.weights[i])


@njit(**FAST)
def copy(values: NDArray[np.float64], to: NDArray[np.float64]) -> None:
    """Copy numbers."""
    for i in range(len(values)):
        to[i] = values[i]


@njit(**FAST)
def blend(values: NDArray[np.float64], to: NDArray[np.float64]) -> None:
    """Bring the newest values into a running mean."""
    for j in range(len(values)):
        to[j] += NEWEST * (values[j] - to[j])


@njit(**FAST)
def note_bound(descent: Descent, bound: float) -> None:
    """Remember the best prices; without gain for long, make shorter steps."""
    pace = descent.pace
    pace[WAITED] = 0.0 if bound < pace[BOUND] - GAIN * abs(bound) else pace[WAITED] + 1.0
    if bound < pace[BOUND]:
        pace[BOUND] = bound
        copy(descent.prices, descent.best)
    if pace[WAITED] >= PATIENCE:
        pace[LENGTH] *= SHORTER
        pace[WAITED] = 0.0


@njit(**MAKES_ARRAYS)
def descend(links: Links, goal: float, partial: bool, known: float, descent: Descent, steps: int) -> None:
    """Go so many steps down: `goal` is a budget, the bound the weight it covers, or, `partial`, a weight to cover, the
    bound its cost, less than nothing so that lower is better; `known` is what the best answer has of the same.
    """
    sums = np.empty(len(links.costs))
    share = np.empty(len(links.costs))
    weight = links.weights.sum()
    for _ in range(steps):
        price_sums(links, descent.prices, sums)
        unpriced = weight - descent.prices.sum()
        if partial:
            cost, rate = fill_need(links, sums, goal - unpriced, share)
            bound = -cost
        else:
            bound, rate = unpriced + fill_budget(links, sums, goal, share), 1.0
        blend(share, descent.shares)
        note_bound(descent, bound)
        square = turn_heading(links, descent, share)
        if square <= 0.0 or bound <= known:
            break
        step_down(links, descent, descent.pace[LENGTH] * (bound - known) * rate / square)
