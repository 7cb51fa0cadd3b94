"""What a propagation method refuses: a quantity outside its range, a profile that is no profile."""

from __future__ import annotations

import math

from hatang.core.vietnamese import number

DECIMALS = 6


class RangeError(ValueError):
    """A quantity outside the range of a method; `quantity` and `unit` are Vietnamese, an open end is infinite.

    >>> str(RangeError("tần số", 7.0, 0.03, 6.0, "GHz"))
    'Tần số 7 GHz nằm ngoài khoảng 0,03 đến 6 GHz.'
    >>> str(RangeError("độ rộng ô", -1.0, 0.0, math.inf, "m"))
    'Độ rộng ô -1 m nằm ngoài khoảng từ 0 m trở lên.'
    """

    def __init__(self, quantity: str, value: float, low: float, high: float, unit: str) -> None:
        shown = number(value, DECIMALS) if math.isfinite(value) else "(không phải số hữu hạn)"
        super().__init__(
            f"{quantity[:1].upper()}{quantity[1:]} {shown} {unit}".rstrip() + f" {outside(low, high, unit)}."
        )
        self.quantity, self.value, self.low, self.high, self.unit = quantity, value, low, high, unit


class ProfileError(ValueError):
    """A path profile that cannot be used: what is wrong, at which of its points (from 0; None for the whole)."""

    def __init__(self, message: str, point: int | None = None) -> None:
        super().__init__(message if point is None else f"Điểm thứ {point + 1} của mặt cắt: {message}")
        self.message, self.point = message, point


def outside(low: float, high: float, unit: str) -> str:
    """Say the range that was left, with its open ends."""
    lowest, highest = (f"{number(end, DECIMALS)} {unit}".rstrip() for end in (low, high))
    if math.isinf(high):
        return f"nằm ngoài khoảng từ {lowest} trở lên"
    if math.isinf(low):
        return f"nằm ngoài khoảng từ {highest} trở xuống"
    return f"nằm ngoài khoảng {number(low, DECIMALS)} đến {highest}"


def check_range(quantity: str, value: float, low: float, high: float, unit: str = "") -> None:
    """Raise RangeError unless the value is a finite number within low to high, both included."""
    if not (math.isfinite(value) and low <= value <= high):
        raise RangeError(quantity, value, low, high, unit)
