"""Outliers by the median and the median absolute deviation, which the outliers themselves do not move.

B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers, ASQC Quality Press 1993, section 3.3: a modified
z-score beyond 3.5 is labelled a potential outlier. Where more than half of the values are equal the MAD is zero and the
mean absolute deviation takes its place, as IBM SPSS does it (1.253314 times it, a normal distribution's ratio).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 3.5
MAD_OF_NORMAL = 1 / 0.6745
MEAN_DEVIATION_OF_NORMAL = 1.253314
LEAST_VALUES = 5
"""Of fewer values none is called an outlier: the median of four says little."""


def robust_z(values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each value's modified z-score: how many spreads it lies from the median.

    `values` are finite, of any unit, in one dimension. All are zero where there are fewer than five, or all are equal.

    >>> [round(float(z), 1) for z in robust_z([10, 11, 12, 13, 14, 100])]
    [-1.1, -0.7, -0.2, 0.2, 0.7, 39.3]
    >>> [round(float(z), 1) for z in robust_z([5, 5, 5, 5, 5, 9])]
    [0.0, 0.0, 0.0, 0.0, 0.0, 4.8]
    """
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 1 or not np.isfinite(given).all():
        raise ValueError("values must be finite and in one dimension")
    if len(given) < LEAST_VALUES:
        return np.zeros(len(given))
    away = given - np.median(given)
    spread = MAD_OF_NORMAL * np.median(np.abs(away)) or MEAN_DEVIATION_OF_NORMAL * np.mean(np.abs(away))
    return away / spread if spread else np.zeros(len(given))


def last_is_outlier(series: Sequence[float], threshold: float = THRESHOLD) -> bool:
    """Tell whether a series' last step is unlike its steps before, each step being the change from the value before.

    `series` are values in time order, six at least (five steps); a trend is no outlier, a break in it is.

    >>> last_is_outlier([10, 12, 14, 17, 19, 21, 23]), last_is_outlier([10, 12, 14, 17, 19, 21, 60])
    (False, True)
    """
    steps = np.diff(np.asarray(series, dtype=np.float64))
    return bool(len(steps) >= LEAST_VALUES and abs(robust_z(steps)[-1]) > threshold)
