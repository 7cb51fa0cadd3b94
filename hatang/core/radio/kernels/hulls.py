"""Upper convex hulls that grow to the right, one sample of a radial after the other (Andrew 1979, monotone chain).

From a point to the right of all samples the steepest of them is a corner of the hull, and along the hull slopes rise
to it and fall behind it; the same holds for the height above a straight line. So a query walks a few corners instead
of looking at every sample, all the fewer as it begins where the pixel before found its own. A hull is three rows of a
room from its offset on: places (km), heights (m), numbers of samples.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import INSIDE, F

Row = NDArray[np.float32]
X, Y, SAMPLE = 0, s.ROOM, 2 * s.ROOM


@njit(**INSIDE)
def grow(room: Row, hull: int, size: int, x: float, y: float, sample: int) -> int:
    """Add a point to the right of all others, drop the corners that it hides from above, and give the new size."""
    while size >= 2:
        last = hull + size - 1
        dx, dy = x - room[last + X], y - room[last + Y]
        if dy * (room[last + X] - room[last - 1 + X]) < (room[last + Y] - room[last - 1 + Y]) * dx:
            break
        size -= 1
    room[hull + X + size], room[hull + Y + size], room[hull + SAMPLE + size] = x, y, F(np.int32(sample))
    return size + 1


@njit(**INSIDE)
def steepest(room: Row, hull: int, size: int, x: float, y: float, start: int) -> int:
    """Give which corner rises steepest as seen from a point to the right of all, looking from `start` both ways."""
    at = min(start, size - 1)
    dx, dy = x - room[hull + X + at], room[hull + Y + at] - y
    begun = at
    while at < size - 1:
        next_dx, next_dy = x - room[hull + X + at + 1], room[hull + Y + at + 1] - y
        if next_dy * dx < dy * next_dx:
            break
        at, dx, dy = at + 1, next_dx, next_dy
    while 0 < at <= begun:
        next_dx, next_dy = x - room[hull + X + at - 1], room[hull + Y + at - 1] - y
        if next_dy * dx <= dy * next_dx:
            break
        at, dx, dy = at - 1, next_dx, next_dy
    return at


@njit(**INSIDE)
def highest(room: Row, hull: int, size: int, slope: float, start: int) -> int:
    """Give which corner is highest above a line of this slope, looking from `start` both ways."""
    at = min(start, size - 1)
    begun, above = at, room[hull + Y + at] - slope * room[hull + X + at]
    while at < size - 1:
        other = room[hull + Y + at + 1] - slope * room[hull + X + at + 1]
        if other <= above:
            break
        at, above = at + 1, other
    while 0 < at <= begun:
        other = room[hull + Y + at - 1] - slope * room[hull + X + at - 1]
        if other < above:
            break
        at, above = at - 1, other
    return at
