"""Upper convex hulls that grow to the right, one sample of a radial after the other (Andrew 1979, monotone chain).

From a point to the right of all samples the steepest of them is a corner of the hull, and along the hull slopes rise to it
and fall behind it; the same holds for the height above a straight line. So a query walks a few corners instead of looking
at every sample.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS

Row = NDArray[np.float32]


class Hull(NamedTuple):
    """Corners from left to right: place (km), height (m), number of the sample; and how many there are."""

    x: Row
    y: Row
    sample: NDArray[np.int32]
    size: NDArray[np.int64]


@njit(**MATHS)
def new_hull(most: int) -> Hull:
    """Make room for so many corners."""
    room = np.zeros((2, most), dtype=np.float32)
    return Hull(room[0], room[1], np.zeros(most, dtype=np.int32), np.zeros(1, dtype=np.int64))


@njit(**INSIDE)
def grow(hull: Hull, x: float, y: float, sample: int) -> None:
    """Add a point to the right of all others, and drop the corners that it hides from above."""
    size = hull.size[0]
    while size >= 2:
        dx, dy = x - hull.x[size - 1], y - hull.y[size - 1]
        if dy * (hull.x[size - 1] - hull.x[size - 2]) < (hull.y[size - 1] - hull.y[size - 2]) * dx:
            break
        size -= 1
    hull.x[size], hull.y[size], hull.sample[size] = x, y, sample
    hull.size[0] = size + 1


@njit(**INSIDE)
def steepest(hull: Hull, x: float, y: float) -> int:
    """Give the place in the hull of the corner that rises steepest as seen from a point to the right of all."""
    at = hull.size[0] - 1
    dx, dy = x - hull.x[at], hull.y[at] - y
    while at > 0:
        next_dx, next_dy = x - hull.x[at - 1], hull.y[at - 1] - y
        if next_dy * dx <= dy * next_dx:
            break
        at, dx, dy = at - 1, next_dx, next_dy
    return at


@njit(**INSIDE)
def highest(hull: Hull, slope: float, start: int) -> int:
    """Give the place in the hull of the corner highest above a line of this slope, looking from `start` both ways."""
    at, above = start, hull.y[start] - slope * hull.x[start]
    while at > 0:
        other = hull.y[at - 1] - slope * hull.x[at - 1]
        if other < above:
            break
        at, above = at - 1, other
    if at < start:
        return at
    while at < hull.size[0] - 1:
        other = hull.y[at + 1] - slope * hull.x[at + 1]
        if other <= above:
            break
        at, above = at + 1, other
    return at
