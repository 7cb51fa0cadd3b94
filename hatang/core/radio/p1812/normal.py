"""An approximation to the inverse complementary cumulative normal distribution: P.1812-8 Attachment 2 to Annex 1."""

from __future__ import annotations

import math

C0, C1, C2 = 2.515516698, 0.802853, 0.010328
D1, D2, D3 = 1.432788, 0.189269, 0.001308
LEAST = 1e-6


def inverse_complementary_normal(x: float) -> float:
    """Give I(x), the deviate that a normal variable exceeds with probability x; x is held within 1e-6 to 1 - 1e-6.

    The error is below 0.00054.

    >>> round(inverse_complementary_normal(0.1), 3), round(inverse_complementary_normal(0.99), 3)
    (1.282, -2.327)
    """
    if x > 0.5:
        return -upper_tail(max(1 - x, LEAST))
    return upper_tail(max(x, LEAST))


def upper_tail(x: float) -> float:
    """Give I(x) for x of 1e-6 to 0.5."""
    t = math.sqrt(-2 * math.log(x))
    return t - ((C2 * t + C1) * t + C0) / (((D3 * t + D2) * t + D1) * t + 1)
