"""Single-precision functions that the compiler can turn into SIMD: polynomials fitted to a relative error ≤ 1.2e-7.

numba calls the C library for `log`, `exp` and their kin, one number at a time; these are plain arithmetic, so that a
loop over them runs on all lanes at once. Fitted by weighted least squares towards the least maximum (Lawson 1961).
None checks its argument: `log2_of` wants a positive normal number, `exp2_of` clamps to ±126, `asin_of` wants |x| ≤ 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite.ir import IRBuilder, Value
from numba import njit, types
from numba.extending import intrinsic

F = np.float32
Number = np.float32 | float
"""What a kernel computes with: single precision, whatever Python would call it."""
HALF_PI = F(math.pi / 2)
LOG10_2 = F(math.log10(2.0))
LOG2_E = F(math.log2(math.e))
SQUARE_ROOT_HALF_BITS = np.int32(0x3F3504F3)
EXPONENT_BITS = np.int32(23)
ONE = np.int32(1)
BIAS = np.int32(127)
ROUNDING = F(3 * 2**22)
"""Added to and taken from a number below 2^22, it leaves the nearest whole one."""

MATHS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"nnan", "nsz", "contract"},
    "_nrt": False,
}
"""How every kernel is compiled: no NaN enters a formula, signed zeros do not matter, multiply-adds may fuse.

And no references to arrays are counted: it took a third of the sweep's time. What makes arrays is `MAKES_ARRAYS`.
"""
MAKES_ARRAYS: dict[str, Any] = {**MATHS, "_nrt": True}
SUMS: dict[str, Any] = {**MATHS, "fastmath": {"nnan", "nsz", "contract", "reassoc"}}
"""The same for sums of a profile, whose order may change (measured: ≤ 2 mm in a smooth-earth height)."""
INSIDE: dict[str, Any] = {**MATHS, "forceinline": True}


def chosen(sign: str) -> Callable[..., tuple[Any, Any]]:
    """Make an intrinsic that keeps one of two numbers of a type: the pattern in which the compiler sees a least."""

    def typed(context: Any, one: types.Type, other: types.Type) -> tuple[Any, Any]:
        def lowered(context: Any, builder: IRBuilder, signature: Any, arguments: list[Value]) -> Value:
            flags = ("nnan", "nsz")
            test = builder.fcmp_ordered(sign, *arguments, flags=flags)
            return builder.select(test, *arguments, flags=flags)

        return one(one, one), lowered

    return typed


greater = intrinsic(chosen(">"))
lesser = intrinsic(chosen("<"))


@njit(**INSIDE)
def floor_of(x: float) -> np.int32:
    """Give the whole number at or below x, |x| < 2^31 (`math.floor` gives 64 bits, which takes twice the lanes).

    >>> [int(floor_of(F(x))) for x in (-1.5, -1.0, 2.9)]
    [-2, -1, 2]
    """
    whole = np.int32(x)
    return np.int32(whole - ONE) if F(whole) > x else whole


@njit(**INSIDE)
def log2_of(x: float) -> float:
    """Give the binary logarithm of a positive number, error ≤ 4e-8 + rounding.

    >>> [round(float(log2_of(F(x))), 5) for x in (1.0, 8.0, 10.0)]
    [0.0, 3.0, 3.32193]
    """
    bits = F(x).view(np.int32)
    power = np.int32(np.int32(bits - SQUARE_ROOT_HALF_BITS) >> EXPONENT_BITS)
    t = np.int32(bits - np.int32(power << EXPONENT_BITS)).view(np.float32) - F(1.0)
    high = F(0.287939081) + t * (F(-0.238675804) + t * (F(0.215212517) + t * (F(-0.208933058) + t * F(0.129262637))))
    low = F(1.442695005) + t * (F(-0.721347199) + t * (F(0.48091028) + t * (F(-0.360716258) + t * high)))
    return F(power) + t * low


@njit(**INSIDE)
def exp2_of(x: float) -> float:
    """Give two to the power of x, x clamped to ±126, relative error ≤ 2e-9 + rounding.

    >>> [round(float(exp2_of(F(x))), 5) for x in (-1.0, 0.5, 10.0)]
    [0.5, 1.41421, 1024.0]
    """
    x = greater(lesser(x, F(126.0)), F(-126.0))
    whole = (x + ROUNDING) - ROUNDING
    t = x - whole
    p = F(5.550327216e-2) + t * (F(9.617994531e-3) + t * (F(1.340043167e-3) + t * F(1.547801775e-4)))
    scale = np.int32(np.int32(np.int32(whole) + BIAS) << EXPONENT_BITS).view(np.float32)
    return (F(1.0) + t * (F(0.6931472067) + t * (F(0.240226515) + t * p))) * scale


@njit(**INSIDE)
def log10_of(x: float) -> float:
    """Give the decimal logarithm of a positive number."""
    return log2_of(x) * LOG10_2


@njit(**INSIDE)
def exp_of(x: float) -> float:
    """Give e to the power of x."""
    return exp2_of(x * LOG2_E)


@njit(**INSIDE)
def tanh_of(x: float) -> float:
    """Give the hyperbolic tangent.

    >>> round(float(tanh_of(F(0.5))), 5)
    0.46212
    """
    return F(1.0) - F(2.0) / (F(1.0) + exp2_of(F(2.0) * LOG2_E * x))


@njit(**INSIDE)
def asin_of(x: float) -> float:
    """Give the angle in radians whose sine is x, |x| ≤ 1.

    >>> [round(float(asin_of(F(x))), 5) for x in (-1.0, 0.3, 0.9)]
    [-1.5708, 0.30469, 1.11977]
    """
    size = abs(x)
    big = size > F(0.5)
    square = (F(1.0) - size) * F(0.5) if big else size * size
    root = F(math.sqrt(square))
    p = F(0.074987557) + square * (F(0.04502105) + square * (F(0.026428953) + square * F(0.038336086)))
    angle = root + root * square * (F(0.166666732) + square * p)
    angle = HALF_PI - F(2.0) * angle if big else angle
    return -angle if x < F(0.0) else angle


@njit(**INSIDE)
def atan_of(x: float) -> float:
    """Give the angle in radians whose tangent is x.

    >>> [round(float(atan_of(F(x))), 5) for x in (-2.0, 0.001, 1.0)]
    [-1.10715, 0.001, 0.7854]
    """
    size = abs(x)
    steep = size > F(1.0)
    z = F(1.0) / size if steep else size
    w = z * z
    high = F(0.106546653) + w * (F(-0.075336508) + w * (F(0.043039072) + w * (F(-0.016282827) + w * F(0.002903508))))
    angle = z * (F(0.999999986) + w * (F(-0.333330939) + w * (F(0.199930537) + w * (F(-0.142071305) + w * high))))
    angle = HALF_PI - angle if steep else angle
    return -angle if x < F(0.0) else angle


@njit(**INSIDE)
def sin_of_small(x: float) -> float:
    """Give the sine of an angle within ±π/6 radians."""
    w = x * x
    return x * (F(1.0) + w * (F(-0.1666666525) + w * (F(8.33307568e-3) + w * F(-1.96907095e-4))))


@njit(**INSIDE)
def normal_quantile(log2_share: float) -> float:
    """Give how many standard deviations above the mean a share ≤ 0.5 is exceeded: P.1812 Annex 1, Attachment 2.

    The share comes as its binary logarithm, ≥ log2(1e-6).

    >>> round(float(normal_quantile(log2_of(F(0.1)))), 3)
    1.282
    """
    t = F(math.sqrt(F(-2.0) / LOG2_E * log2_share))
    above = F(2.515516698) + t * (F(0.802853) + t * F(0.010328))
    return t - above / (F(1.0) + t * (F(1.432788) + t * (F(0.189269) + t * F(0.001308))))
