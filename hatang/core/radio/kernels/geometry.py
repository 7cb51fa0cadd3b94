"""The geometry of one path from its profile: horizons, Bullington's edges, smooth-earth heights, roughness.

ITU-R P.1812 §4.3.1 and Annex 1, Attachment 1. A profile comes as float32 arrays of its n + 1 points: `ground` (m above
sea), `top` (ground with clutter, the ends bare), and for both terminals the distance to each point (km) and its inverse.
The inverses are what lets every loop run without a division.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels.arithmetic import MATHS, SUMS, F, greater, lesser
from hatang.core.radio.kernels.conditions import Air

Row = NDArray[np.float32]


class Profile(NamedTuple):
    """A profile's arrays, and one more of the same length to work in."""

    ground: Row
    top: Row
    from_tx: Row
    from_rx: Row
    per_tx: Row
    per_rx: Row
    scratch: Row


@njit(**MATHS)
def highest_slope(heights: Row, away: Row, per_away: Row, scratch: Row, n: int, base: float, bulge: float) -> float:
    """Give the highest slope from a terminal at `base` metres to the points between, m/km, less bulge x distance.

    All slopes stay in `scratch`, so that the point can be found without computing anything twice.
    """
    highest = F(-1e30)
    for i in range(1, n):
        slope = (heights[i] - base) * per_away[i] - bulge * away[i]
        scratch[i] = slope
        highest = greater(slope, highest)
    return highest


@njit(**MATHS)
def highest_edge(heights: Row, profile: Profile, n: int, tx: float, rx: float, bulge: float) -> float:
    """Eq (15): the greatest diffraction parameter of the points between, times the root of the wavelength."""
    kilometres = profile.from_tx[n]
    slope = (rx - tx) / kilometres
    factor = F(math.sqrt(F(0.002) * kilometres))
    highest = F(-1e30)
    for i in range(1, n):
        d1, d2 = profile.from_tx[i], profile.from_rx[i]
        above = heights[i] + bulge * d1 * d2 - (tx + slope * d1)
        edge = above * factor * F(math.sqrt(profile.per_tx[i] * profile.per_rx[i]))
        profile.scratch[i] = edge
        highest = greater(edge, highest)
    return highest


@njit(**MATHS)
def first_with(scratch: Row, value: float, n: int) -> int:
    """Give the first place between the ends whose scratch value is this one, n if none."""
    for i in range(1, n):
        if scratch[i] >= value:
            return i
    return n


@njit(**MATHS)
def last_with(scratch: Row, value: float, n: int) -> int:
    """Give the last place between the ends whose scratch value is this one, 0 if none."""
    for i in range(n - 1, 0, -1):
        if scratch[i] >= value:
            return i
    return 0


@njit(**SUMS)
def smooth_surface(profile: Profile, n: int) -> tuple[float, float]:
    """Eq (85) to (88): the smooth surface's height at both terminals, m; sums about the first height keep digits."""
    base = profile.ground[0]
    v1, v2 = F(0.0), F(0.0)
    for i in range(1, n + 1):
        d, before = profile.from_tx[i], profile.from_tx[i - 1]
        h, h_before = profile.ground[i] - base, profile.ground[i - 1] - base
        v1 += (d - before) * (h + h_before)
        v2 += (d - before) * (h * (F(2.0) * d + before) + h_before * (d + F(2.0) * before))
    kilometres = profile.from_tx[n]
    square = kilometres * kilometres
    return base + (F(2.0) * v1 * kilometres - v2) / square, base + (v2 - v1 * kilometres) / square


@njit(**MATHS)
def highest_above_line(profile: Profile, n: int, at_tx: float, slope: float, first: int, last: int) -> float:
    """Give the greatest height of the ground above a straight line, m, between two places, both included."""
    highest = F(-1e30)
    for i in range(first, last + 1):
        above = profile.ground[i] - (at_tx + slope * profile.from_tx[i])
        highest = greater(above, highest)
    return highest


@njit(**MATHS)
def edge_of(profile: Profile, n: int, tx: float, rx: float, bulge: float) -> float:
    """§4.3.1: ν√λ of Bullington's edge over the profile's tops for one curvature."""
    kilometres = profile.from_tx[n]
    slope_tx = highest_slope(profile.top, profile.from_tx, profile.per_tx, profile.scratch, n, tx, bulge)
    if slope_tx < (rx - tx) / kilometres - bulge * kilometres:
        return highest_edge(profile.top, profile, n, tx, rx, bulge)
    slope_rx = highest_slope(profile.top, profile.from_rx, profile.per_rx, profile.scratch, n, rx, bulge)
    return bullington_edge(kilometres, tx, rx, slope_tx + bulge * kilometres, slope_rx + bulge * kilometres)


@njit(**MATHS)
def bullington_edge(kilometres: float, tx: float, rx: float, slope_tx: float, slope_rx: float) -> float:
    """Eq (18) to (20): ν√λ where the two horizon lines meet."""
    at_km = (rx - tx + slope_rx * kilometres) / (slope_tx + slope_rx)
    rest = kilometres - at_km
    above = slope_tx * at_km - (rx - tx) * at_km / kilometres
    return above * F(math.sqrt(F(0.002) * kilometres / (at_km * rest)))


@njit(**MATHS)
def horizons(profile: Profile, n: int, tx: float, rx: float, bulge: float) -> tuple[float, float, int, int, bool]:
    """Eq (76) to (83): slopes of both horizons (m/km), their places, and whether there is line of sight.

    With line of sight both places are that of Bullington's point, and `scratch` holds every point's parameter.
    """
    kilometres = profile.from_tx[n]
    direct = (rx - tx) / kilometres
    slope_tx = highest_slope(profile.ground, profile.from_tx, profile.per_tx, profile.scratch, n, tx, bulge)
    if slope_tx > direct - bulge * kilometres:
        at_tx = first_with(profile.scratch, slope_tx, n)
        slope_rx = highest_slope(profile.ground, profile.from_rx, profile.per_rx, profile.scratch, n, rx, bulge)
        return slope_tx, slope_rx, at_tx, last_with(profile.scratch, slope_rx, n), False
    highest = highest_edge(profile.ground, profile, n, tx, rx, bulge)
    at = last_with(profile.scratch, highest, n)
    return direct - bulge * kilometres, -direct - bulge * kilometres, at, at, True


@njit(**MATHS)
def diffraction_heights(
    profile: Profile, n: int, tx: float, rx: float, smooth: tuple[float, float]
) -> tuple[float, float]:
    """Eq (89) to (91): heights of the antennas above the smooth surface that diffraction takes, m."""
    kilometres = profile.from_tx[n]
    slope = (rx - tx) / kilometres
    surface_tx, surface_rx = smooth
    obstacle = highest_above_line(profile, n, tx, slope, 1, n - 1)
    if obstacle > F(0.0):
        per_tx = highest_slope(profile.ground, profile.from_tx, profile.per_tx, profile.scratch, n, tx, F(0.0)) - slope
        per_rx = highest_slope(profile.ground, profile.from_rx, profile.per_rx, profile.scratch, n, rx, F(0.0)) + slope
        surface_tx -= obstacle * per_tx / (per_tx + per_rx)
        surface_rx -= obstacle * per_rx / (per_tx + per_rx)
    return tx - lesser(surface_tx, profile.ground[0]), rx - lesser(surface_rx, profile.ground[n])


@njit(**MATHS)
def describe_path(
    profile: Profile, n: int, bare: bool, above_tx: float, above_rx: float, air: Air, work: Row, j: int
) -> None:
    """Write the geometry of a profile of n + 1 points into column j of the workspace, the sea's rows excepted.

    `bare` says that there is no clutter; `above_tx` and `above_rx` are the antennas' heights above ground, m.
    """
    kilometres = profile.from_tx[n]
    tx, rx = profile.ground[0] + above_tx, profile.ground[n] + above_rx
    bulge = F(500.0 / air.radius_km)
    slope_tx, slope_rx, at_tx, at_rx, sighted = horizons(profile, n, tx, rx, bulge)
    work[r.DISTANCE + j], work[r.RISE + j] = kilometres, rx - tx
    work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = slope_tx, slope_rx
    work[r.HORIZON_TX + j], work[r.HORIZON_RX + j] = profile.from_tx[at_tx], profile.from_rx[at_rx]
    if not bare:
        work[r.MEDIAN + j] = edge_of(profile, n, tx, rx, bulge)
    elif sighted:
        work[r.MEDIAN + j] = profile.scratch[at_tx]
    else:
        bent = bulge * kilometres
        work[r.MEDIAN + j] = bullington_edge(kilometres, tx, rx, slope_tx + bent, slope_rx + bent)
    if air.time_percent < 50.0:
        work[r.BETA + j] = edge_of(profile, n, tx, rx, F(500.0 / air.beta_radius_km))
    smooth = smooth_surface(profile, n)
    work[r.HEIGHT_TX + j], work[r.HEIGHT_RX + j] = diffraction_heights(profile, n, tx, rx, smooth)
    low_tx, low_rx = lesser(smooth[0], profile.ground[0]), lesser(smooth[1], profile.ground[n])
    work[r.DUCT_TX + j], work[r.DUCT_RX + j] = tx - low_tx, rx - low_rx
    work[r.ROUGHNESS + j] = highest_above_line(profile, n, low_tx, (low_rx - low_tx) / kilometres, at_tx, at_rx)
