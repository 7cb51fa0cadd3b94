"""Between which figures the truth must lie when a split unit's share is not known.

Sums: none of the uncertain part comes here, or all of it. Shares of a whole: every uncertain one that is counted goes
elsewhere and all the others come here, or the other way round; nothing is supposed about where inside the former unit
they live (the method of bounds: Duncan and Davis 1953, "An alternative to ecological correlation", American
Sociological Review 18: 665-666). Means suppose that the mean is the same in all parts of a former unit, for nothing
bounds the mean of a part; what is uncertain is how much each part weighs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def divided(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by.

    >>> divided(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=below != 0)
    return out


def share_bounds(counted: tuple[Floats, Floats], others: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Bound a share of a whole by the least and most of the counted and of the others, all 0 or more.

    Where there may be nobody at all, the bounds are of any whole that has somebody.

    >>> share_bounds((np.array([10.0]), np.array([30.0])), (np.array([10.0]), np.array([70.0])))
    (array([0.125]), array([0.75]))
    """
    low, high = divided(counted[0], counted[0] + others[1]), divided(counted[1], counted[1] + others[0])
    anybody = counted[1] + others[1] > 0
    return np.where(anybody & np.isnan(low), 1.0, low), np.where(anybody & np.isnan(high), 0.0, high)


def free_bounds(above: tuple[Floats, Floats], below: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Bound a ratio of things that are not part of each other; NaN for what has no bound."""
    return divided(above[0], below[1]), divided(above[1], below[0])


def mean_bound(values: Floats, low: Floats, high: Floats, target: Integers, sign: int) -> Floats:
    """Give the largest (`sign` 1) or smallest (-1) mean of each unit when each part may weigh from `low` to `high`.

    All arrays are (parts, columns), parts sorted by `target`, the unit from 0 that each belongs to. A linear-fractional
    programme over a box, solved by Dinkelbach's iteration (1967, "On nonlinear fractional programming", Management
    Science 13: 492-498): the parts above the mean weigh the most, the others the least, and again with the mean that
    this gives; it ends after at most as many rounds as a unit has parts.

    >>> parts = np.array([[10.0], [30.0]]), np.array([[5.0], [0.0]]), np.array([[5.0], [5.0]])
    >>> mean_bound(*parts, np.array([0, 0]), 1), mean_bound(*parts, np.array([0, 0]), -1)
    (array([[20.]]), array([[10.]]))
    """
    starts = np.flatnonzero(np.diff(target, prepend=-1))

    def mean_of(weight: Floats) -> Floats:
        return divided(np.add.reduceat(values * weight, starts), np.add.reduceat(weight, starts))

    mean = mean_of(low)
    mean = np.where(np.isnan(mean), mean_of(high), mean)
    while True:
        better = mean_of(np.where(sign * values > sign * mean[target], high, low))
        better = np.where(np.isnan(better), mean, better)
        if not np.any(sign * better > sign * mean + 1e-12 * np.abs(mean)):
            return mean
        mean = better
