"""The workspace that the stages of a kernel share: one flat float32 array, a row of `BLOCK` paths for each quantity.

One array and constant offsets, because the compiler then knows that rows do not overlap and runs every loop on all lanes
without checks; a block that is not full is computed to its end all the same, so that a path's bytes do not depend on
its neighbours. Lengths along the path in km, heights in m, slopes in m/km, angles in mrad, losses in dB.
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

FREE = 18 * BLOCK
"""What is worked out once for all frequencies; first free-space loss at 1 GHz, dB."""
FOCUS = 19 * BLOCK
FOCUS_BETA = 20 * BLOCK
BETWEEN = 21 * BLOCK
"""The factor between median and beta, P.1812's F_i."""
BY_ANGLE = 22 * BLOCK
BY_DISTANCE = 23 * BLOCK
"""P.1812's F_j and F_k."""
TROPO = 24 * BLOCK
DUCT = 25 * BLOCK
DUCT_ANGLE = 26 * BLOCK
SHIELD_TX = 27 * BLOCK
SHIELD_RX = 28 * BLOCK

EDGE = 29 * BLOCK
"""What belongs to one effective Earth radius, while it is worked on; first ν√λ of Bullington's edge."""
SMOOTH = 30 * BLOCK
"""ν√λ of Bullington's edge over the smooth surface."""
CLEAR = 31 * BLOCK
"""Least clearance over the smooth Earth by the clearance needed at 1 m of wavelength; -1 beyond the horizon."""
RADIUS = 32 * BLOCK
"""Earth radius that the first-term spherical loss takes, km."""
MEDIAN = 33 * BLOCK
BETA = 37 * BLOCK
"""The four rows from EDGE on, kept for the median radius and for the one exceeded for β0 % of time."""
KEPT = 4 * BLOCK

NEAREST = 41 * BLOCK
"""Where the smooth path's least clearance is, as a share of the path."""
DIFFRACTION = 42 * BLOCK
DIFFRACTION_MEDIAN = 43 * BLOCK
SPHERE = 44 * BLOCK
SCRATCH = 45 * BLOCK
LOSS = 46 * BLOCK
ROWS = 47
