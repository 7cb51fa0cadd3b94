"""The standard normal distribution on whole arrays, without SciPy."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numba import vectorize
from numpy.typing import ArrayLike

from hatang.core.radio.ranges import Floats, between

STANDARD = NormalDist()
ROOT_HALF = math.sqrt(0.5)


@vectorize(cache=True)  # type: ignore[no-untyped-call]
def _cumulative(x: float) -> float:
    return 0.5 * math.erfc(-x * ROOT_HALF)


def cumulative(x: ArrayLike) -> Floats:
    """Give the probability that a standard normal variable stays below x (any shape).

    >>> cumulative([0.0, 1.6448536269514722]).round(6).tolist()
    [0.5, 0.95]
    """
    return np.asarray(_cumulative(np.asarray(x, dtype=np.float64)), dtype=np.float64)


def quantile(probability: ArrayLike) -> Floats:
    """Give x of which `cumulative(x)` is the probability, 0 < probability < 1 (any shape); Wichura's AS 241.

    >>> quantile([0.5, 0.95]).round(6).tolist()
    [0.0, 1.644854]
    """
    asked = between("Xác suất", probability, 0.0, 1.0, "")
    return np.asarray(np.vectorize(STANDARD.inv_cdf, otypes=[np.float64])(asked), dtype=np.float64)
