"""The workspace in which the sweep describes a block of pixels: one flat float32 array of rows, as `rows` has it.

The first rows are the closed form's, by the names of `rows`; those behind them hold what is known of a pixel before its
radial, and what the radial says of it. Lengths in km, heights in m, slopes in m/km.
"""

from __future__ import annotations

from hatang.core.radio.kernels import rows as r

OWN = 4
"""How many samples next to a pixel are its own: there a place beside the great circle matters most."""

FIRST = r.ROWS * r.BLOCK
ROW = FIRST + 0 * r.BLOCK
COLUMN = FIRST + 1 * r.BLOCK
"""Where the pixel is on the grid."""
GROUND = FIRST + 2 * r.BLOCK
"""Its height above sea."""
RING = FIRST + 3 * r.BLOCK
"""The last sample of the radial that it takes."""
NEAR = FIRST + 4 * r.BLOCK
"""How many of its own samples follow, up to OWN."""
PER_KM = FIRST + 5 * r.BLOCK
"""The inverse of its distance."""
DIRECT = FIRST + 6 * r.BLOCK
"""The slope of the straight line between both antennas."""

AT = FIRST + 7 * r.BLOCK
SOUTH = AT + OWN * r.BLOCK
EAST = SOUTH + OWN * r.BLOCK
"""Its own samples, the one next to it first: the grid's value to the north-west, and how far from it, as `samples`."""
OWN_GROUND = EAST + OWN * r.BLOCK
OWN_TOP = OWN_GROUND + OWN * r.BLOCK
"""Their heights above sea, bare and with clutter."""

MARKS = OWN_TOP + OWN * r.BLOCK
FROM_TX = 0 * r.BLOCK
FROM_TX_AT = 1 * r.BLOCK
FROM_RX = 2 * r.BLOCK
FROM_RX_AWAY = 3 * r.BLOCK
SEEN = 4 * r.BLOCK
SEEN_AT = 5 * r.BLOCK
"""Six rows for each surface (ground, tops, tops over the Earth of β0): the steepest slopes from both antennas, less
bulge x distance, and the greatest ν√λ; where they are, from the transmitter or away from the receiver. First among the
pixel's own samples, then along the whole path; the greatest ν√λ is BEYOND_SIGHT where there is no line of sight.
"""
SURFACE = 6 * r.BLOCK
ON_GROUND, ON_TOPS, ON_BETA = MARKS, MARKS + SURFACE, MARKS + 2 * SURFACE

FLAT = MARKS + 3 * SURFACE
FLAT_TX = FLAT + 0 * r.BLOCK
FLAT_RX = FLAT + 1 * r.BLOCK
ABOVE_DIRECT = FLAT + 2 * r.BLOCK
"""Over a flat Earth: the steepest slopes from both antennas, and the greatest height above a line of slope DIRECT that
begins at sea level beneath the transmitter.
"""
PIECES = FLAT + 3 * r.BLOCK
MOMENTS = FLAT + 4 * r.BLOCK
"""What the profile from the outermost of its own samples to the pixel adds to the sums of the smooth surface."""
OUTER_AT = FLAT + 5 * r.BLOCK
OUTER = FLAT + 6 * r.BLOCK
"""That outermost sample: distance from the transmitter, and height above the transmitter's ground."""
SMOOTH_TX = FLAT + 7 * r.BLOCK
SMOOTH_RX = FLAT + 8 * r.BLOCK
"""The smooth surface's height at both ends."""
ROUGH = FLAT + 9 * r.BLOCK
"""The highest ground along the radial above a line of the trend's slope that begins at sea level."""
TREND = FLAT + 10 * r.BLOCK
SIZE = FLAT + 11 * r.BLOCK
