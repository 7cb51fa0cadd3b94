"""The workspace that the stages of a kernel share: one flat float32 array, a row of `BLOCK` paths for each quantity.

One array and constant offsets, because the compiler then knows that rows do not overlap and runs every loop on all
lanes without checks; a block that is not full is computed to its end all the same, so that a path's bytes do not
depend on its neighbours. Lengths along the path in km, heights in m, slopes in m/km, angles in mrad, losses in dB.

The first `GEOMETRY` places are what a kernel's geometry hands over, block after block in one long array.
"""

from __future__ import annotations

BLOCK = 256

DISTANCE = 0 * BLOCK
"""What the geometry of a path gives, the same for every frequency; first the length of the path, km."""
RISE = 1 * BLOCK
"""Receiving antenna above transmitting antenna, m."""
HORIZON_TX = 2 * BLOCK
HORIZON_RX = 3 * BLOCK
"""Distance from each terminal to its horizon, or to the Bullington point on a line-of-sight path, km."""
SLOPE_TX = 4 * BLOCK
SLOPE_RX = 5 * BLOCK
"""Tangent of the horizon angle, m/km."""
HEIGHT_TX = 6 * BLOCK
HEIGHT_RX = 7 * BLOCK
"""Effective heights for diffraction, m."""
DUCT_TX = 8 * BLOCK
DUCT_RX = 9 * BLOCK
"""Effective heights for ducting, m."""
ROUGHNESS = 10 * BLOCK
SEA_SHARE = 11 * BLOCK
LAND = 12 * BLOCK
INLAND = 13 * BLOCK
"""Longest continuous stretches of land and of inland, km."""
COUPLING = 14 * BLOCK
"""Over-sea duct coupling corrections of both terminals, dB."""
LATITUDE = 15 * BLOCK
"""Absolute latitude of the middle of the path, degrees."""
STEP = 16 * BLOCK
LAST = 17 * BLOCK
"""Spacing (km) and number of the samples between the terminals, where they are evenly spaced."""
MEDIAN = 18 * BLOCK
BETA = 22 * BLOCK
"""Four rows as from EDGE on for each effective Earth radius: the median, and the one exceeded for β0 % of time."""
MEDIAN_SMOOTH = 19 * BLOCK
BETA_SMOOTH = 23 * BLOCK
GEOMETRY = 26 * BLOCK

FREE = 26 * BLOCK
"""What is worked out once for all frequencies; first free-space loss at 1 GHz, dB."""
FOCUS = 27 * BLOCK
FOCUS_BETA = 28 * BLOCK
BETWEEN = 29 * BLOCK
"""The factor between median and beta, P.1812's F_i."""
BY_ANGLE = 30 * BLOCK
BY_DISTANCE = 31 * BLOCK
"""P.1812's F_j and F_k."""
TROPO = 32 * BLOCK
DUCT = 33 * BLOCK
DUCT_ANGLE = 34 * BLOCK
SHIELD_TX = 35 * BLOCK
SHIELD_RX = 36 * BLOCK

EDGE = 37 * BLOCK
"""What belongs to one effective Earth radius, while it is worked on; first ν√λ of Bullington's edge."""
SMOOTH = 38 * BLOCK
"""ν√λ of Bullington's edge over the smooth surface."""
CLEAR = 39 * BLOCK
"""Least clearance over the smooth Earth by the clearance needed at 1 m of wavelength; -1 beyond the horizon."""
RADIUS = 40 * BLOCK
"""Earth radius that the first-term spherical loss takes, km."""
KEPT = 4 * BLOCK
"""These four together."""

NEAREST = 41 * BLOCK
"""Where the smooth path's least clearance is, as a share of the path."""
DIFFRACTION = 42 * BLOCK
DIFFRACTION_MEDIAN = 43 * BLOCK
SPHERE = 44 * BLOCK
SCRATCH = 45 * BLOCK
LOSS = 46 * BLOCK
INLAND_SHARE = 47 * BLOCK
"""P.1812's τ."""
ROWS = 48
