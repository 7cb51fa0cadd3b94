"""What is certified: a bound from prices by weak duality, summed exactly and given a margin for rounding.

Any prices 0 <= u <= w and any rate r >= 0 (weight per cost) prove that a choice x covers at most
sum(w - u) + sum(x_j s_j), s_j the sum of the prices of j's points. Hence, with V = sum(w - u) and P = sum((s - r c)+):
what costs at most B covers at most V + r B + P, and what covers at least W costs at least (W - V - P) / r.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hatang.core.covering.kernels.links import Links

MARGIN = 1e-9
"""Relative: what sums in double precision may be wrong by (millions of terms: below 1e-10), and how exactly budgets
and shares are kept (two costs of 0.1 and 0.2 fit into a budget of 0.3)."""


def most_bound(links: Links, prices: NDArray[np.float64], budget: float) -> float:
    """Give a weight that no choice within the budget exceeds."""
    sums, prices = _sums(links, prices)
    rate = _rate(sums, links.costs, links.costs, budget)
    paid = math.fsum(np.maximum(sums - rate * links.costs, 0.0))
    bound = math.fsum(links.weights - prices) + rate * budget * (1 + MARGIN) + paid
    weight = math.fsum(links.weights)
    return rounded_down(min(bound + MARGIN * weight, weight), links.weights)


def least_bound(links: Links, prices: NDArray[np.float64], need: float) -> float:
    """Give a cost that every choice which covers the need reaches, at least 0."""
    sums, prices = _sums(links, prices)
    unpriced = math.fsum(links.weights - prices)
    rate = _rate(sums, links.costs, sums, need - unpriced)
    if rate <= 0:
        return 0.0
    paid = math.fsum(np.maximum(sums - rate * links.costs, 0.0))
    bound = (need - unpriced - paid - MARGIN * math.fsum(links.weights)) / rate
    return rounded_up(max(bound * (1 - MARGIN), 0.0), links.costs)


def reduced_worth(links: Links, prices: NDArray[np.float64], goal: float, *, partial: bool) -> NDArray[np.float64]:
    """Give what each candidate is worth at the prices beyond its cost, (n,), in weight: below 0 it does not pay."""
    sums, prices = _sums(links, prices)
    if partial:
        return sums - links.costs * _rate(sums, links.costs, sums, goal - math.fsum(links.weights - prices))
    return sums - links.costs * _rate(sums, links.costs, links.costs, goal)


def rounded_down(bound: float, steps: NDArray[np.float64]) -> float:
    """Round a bound down where only whole numbers are summed."""
    return float(math.floor(bound)) if whole(steps) else bound


def rounded_up(bound: float, steps: NDArray[np.float64]) -> float:
    """Round a bound up where only whole numbers are summed."""
    return float(math.ceil(bound)) if whole(steps) else bound


def whole(numbers: NDArray[np.float64]) -> bool:
    """Tell whether all are whole numbers, small enough for double precision to sum them exactly."""
    return bool((numbers == np.floor(numbers)).all()) and math.fsum(numbers) < 2**53


def _sums(links: Links, prices: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum the prices of each candidate's points; prices are put within 0 and weight first, or nothing is proven."""
    prices = np.clip(prices, 0.0, links.weights)
    if not len(links.costs):
        return np.zeros(0), prices
    return np.add.reduceat(prices[links.points], links.starts[:-1]), prices


def _rate(sums: NDArray[np.float64], costs: NDArray[np.float64], used: NDArray[np.float64], limit: float) -> float:
    """Give sum per cost of the candidate, best first, with which the limit of what is used is reached."""
    rates = sums / costs
    order = np.argsort(-rates)
    reached = np.flatnonzero(np.cumsum(used[order]) >= limit)
    return float(rates[order[reached[0]]]) if len(reached) and limit > 0 else 0.0
