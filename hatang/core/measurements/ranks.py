"""Which order statistics bound a quantile: the distribution-free interval of Conover, and of Hahn and Meeker.

W. J. Conover, Practical Nonparametric Statistics, 3rd ed. 1999, section 3.2 (confidence interval for a quantile);
G. J. Hahn and W. Q. Meeker, Statistical Intervals, 1991, section 5.2. The number of n independent values that lie
below the p-quantile is binomial (n, p), whatever the distribution of the values: from the sorted values x(1) to x(n),
[x(l), x(u)] covers the quantile with at least the confidence asked for where P(B < l) and P(B >= u) are at most half of
what is left.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

EXACT_UP_TO = 1000


@cache
def exact_ranks(share: float, confidence: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the ranks l and u (from 1) for every n from 0 to EXACT_UP_TO; 0 for both where no such interval exists.

    `share` is p, above 0 and below 1; `confidence` likewise. Median of n = 10 at 95 %: x(2) to x(9), Hahn and Meeker,
    table A.15 (there by symmetry).

    >>> low, high = exact_ranks(0.5, 0.95)
    >>> low[[5, 6, 10, 100]].tolist(), high[[5, 6, 10, 100]].tolist()
    ([0, 1, 2, 40], [0, 6, 9, 61])
    """
    count = np.arange(EXACT_UP_TO + 1)[:, None]
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, EXACT_UP_TO + 1)))])
    below = count.T
    chosen = log_factorial[count] - log_factorial[below] - log_factorial[np.maximum(count - below, 0)]
    chances = chosen + below * math.log(share) + (count - below) * math.log1p(-share)
    up_to = np.cumsum(np.where(below <= count, np.exp(np.minimum(chances, 0)), 0.0), axis=1)
    tail = (1 - confidence) / 2
    slack = 1e-12  # what rounding may do to a sum of a thousand terms
    low = (up_to <= tail + slack).sum(axis=1)
    high = (up_to < 1 - tail - slack).sum(axis=1) + 1
    exists = (low >= 1) & (high <= count[:, 0])
    return np.where(exists, low, 0), np.where(exists, high, 0)


def normal_deviate(confidence: float) -> float:
    """Give z such that a standard normal value lies within ±z with this chance."""
    return NormalDist().inv_cdf((1 + confidence) / 2)
