"""The room in which a path's samples are worked on: one flat float32 array, a row of `ROOM` places for each quantity.

As with `rows`, constant offsets in one array let the compiler see that rows do not overlap; and unlike a tuple of
arrays it costs no counting of references at each call. A profile of n spans uses places 0 to n of a row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST = 4095
"""The greatest number of a sample."""
ROOM = 4096 + 80
"""Longer than that, so that a loop may run beyond the last sample, and rows do not share cache sets."""

GROUND = 0 * ROOM
"""Height above sea, m."""
TOP = 1 * ROOM
"""The same with clutter, bare at both ends."""
AT = 2 * ROOM
"""The number of the grid's value to the north-west, its 32 bits kept as they are."""
SOUTH = 3 * ROOM
EAST = 4 * ROOM
"""How far south and east of it the sample is, 0 to 1."""

FROM_TX = 5 * ROOM
FROM_RX = 6 * ROOM
"""A single profile: distance from either terminal, km, and its inverse."""
PER_TX = 7 * ROOM
PER_RX = 8 * ROOM
SCRATCH = 9 * ROOM

HORIZON = 5 * ROOM
HORIZON_AT = 6 * ROOM
"""A radial: the transmitter's horizon up to each sample (m/km, less bulge x distance), and the sample it is at."""
STRAIGHT = 7 * ROOM
"""The steepest slope from the transmitter over a flat Earth, m/km."""
OVER_TOP = 8 * ROOM
OVER_TOP_BETA = 9 * ROOM
"""The steepest slope to a top, less bulge x distance, for both effective Earth radii."""
SUM1 = 10 * ROOM
SUM2 = 11 * ROOM
"""The sums of heights above the transmitter's ground, and of heights times the number of their sample."""
CURVED = 12 * ROOM
RAW = 15 * ROOM
TOPS = 18 * ROOM
TOPS_BETA = 21 * ROOM
"""Hulls of the ground over a curved and a flat Earth and of the tops: three rows each, places, heights, samples."""
STEPS = 24 * ROOM
PER_STEPS = 25 * ROOM
"""Each sample's distance from the transmitter, km, and its inverse: the same for all radials."""
CREST = 26 * ROOM
CREST_TOP = 27 * ROOM
CREST_BETA = 28 * ROOM
"""The highest of each stretch of samples over a curved Earth: of the ground, tops, and tops over the Earth of β0."""
LATELY = 29 * ROOM
"""At which corners and samples the last pixel's queries ended: there the next one's begin."""
ROWS = 30


def new_room() -> NDArray[np.float32]:
    """Make a room; one serves a whole run, for clearing it would cost as much as some of the work."""
    return np.zeros(ROWS * ROOM, dtype=np.float32)
