"""Ranges of whole arrays: every value inside, or the first one outside is named."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatang.core.radio.errors import RangeError

Floats = NDArray[np.float64]


def within(quantity: str, values: ArrayLike, low: float, high: float, unit: str) -> Floats:
    """Give the values as float64 once all of them, of any shape, lie in low..high; raises RangeError for the first not.

    >>> within("tần số", [1, 2.5], 0.5, 100, "GHz").tolist()
    [1.0, 2.5]
    >>> within("tần số", [1, 0.4], 0.5, 100, "GHz")
    Traceback (most recent call last):
    hatang.core.radio.errors.RangeError: Tần số 0,4 GHz ngoài khoảng của phương pháp: từ 0,5 đến 100 GHz.
    """
    array = np.asarray(values, dtype=np.float64)
    outside = ~((array >= low) & (array <= high))
    if outside.any():
        raise RangeError(quantity, float(array[outside][0]), low, high, unit)
    return array


def between(quantity: str, values: ArrayLike, low: float, high: float, unit: str) -> Floats:
    """As `within`, the ends excluded.

    >>> between("tỷ lệ vị trí", 100, 0, 100, "%")
    Traceback (most recent call last):
    hatang.core.radio.errors.RangeError: Tỷ lệ vị trí 100 % ngoài khoảng của phương pháp: từ 0 đến 100 %.
    """
    array = within(quantity, values, low, high, unit)
    ends = (array == low) | (array == high)
    if ends.any():
        raise RangeError(quantity, float(array[ends][0]), low, high, unit)
    return array
