"""What a radio method cannot compute, said so that the value can be mended."""

from __future__ import annotations

from hatang.core.vietnamese import number

DECIMALS = 6


class RangeError(ValueError):
    """A quantity outside the range that its method states; an open end is infinite.

    >>> str(RangeError("tần số", 120.0, 0.5, 100.0, "GHz"))
    'Tần số 120 GHz ngoài khoảng của phương pháp: từ 0,5 đến 100 GHz.'
    """

    def __init__(self, quantity: str, value: float, low: float, high: float, unit: str) -> None:
        found = f"{quantity[:1].upper()}{quantity[1:]} {with_unit(value, unit)} ngoài khoảng của phương pháp"
        super().__init__(f"{found}: {bounds(low, high, unit)}.")
        self.quantity, self.value, self.low, self.high, self.unit = quantity, value, low, high, unit

    def __reduce__(self) -> tuple[type[RangeError], tuple[str, float, float, float, str]]:
        """Let it come back from a worker in another process, where an error that cannot would break the pool."""
        return type(self), (self.quantity, self.value, self.low, self.high, self.unit)


class ProfileError(ValueError):
    """A path profile that cannot be used: what is wrong, at which of its points (from 0; None for the whole)."""

    def __init__(self, message: str, point: int | None = None) -> None:
        super().__init__(message if point is None else f"Điểm thứ {point + 1} của mặt cắt: {message}")
        self.message, self.point = message, point

    def __reduce__(self) -> tuple[type[ProfileError], tuple[str, int | None]]:
        """Let it come back from another process as it was."""
        return type(self), (self.message, self.point)


def check_range(quantity: str, value: float, low: float, high: float, unit: str = "") -> None:
    """Raise RangeError unless the value lies within low to high, both included; NaN never does."""
    if not low <= value <= high:
        raise RangeError(quantity, value, low, high, unit)


def written(value: float) -> str:
    """Write a value of any size, with up to six decimals.

    >>> written(0.25), written(float("nan"))
    ('0,25', 'không phải số')
    """
    if value != value:
        return "không phải số"
    return {float("inf"): "vô cùng", float("-inf"): "âm vô cùng"}.get(value) or number(value, DECIMALS)


def with_unit(value: float, unit: str) -> str:
    """Write a value with its unit, which may be empty.

    >>> with_unit(120.5, "°"), with_unit(32, "m"), with_unit(0.5, "")
    ('120,5°', '32 m', '0,5')
    """
    return f"{written(value)}{'' if unit in ('°', '') else ' '}{unit}"


def bounds(low: float, high: float, unit: str) -> str:
    """Write a range of which one side may be open.

    >>> bounds(0.25, float("inf"), "km"), bounds(0, 1, "")
    ('từ 0,25 km trở lên', 'từ 0 đến 1')
    """
    if high == float("inf"):
        return f"từ {with_unit(low, unit)} trở lên"
    if low == float("-inf"):
        return f"đến {with_unit(high, unit)}"
    return f"từ {written(low)} đến {with_unit(high, unit)}"
