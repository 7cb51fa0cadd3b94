"""The geometry of one path from its profile: horizons, Bullington's edges, smooth-earth heights, roughness.

ITU-R P.1812 §4.3.1 and Annex 1, Attachment 1. The profile's n + 1 points lie in a room of `samples`; the inverses of
distances lie there too, so that no loop divides. `bulge` is half the curvature of the Earth: 500 / radius, m/km².
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, SUMS, F, Number, greater, lesser
from hatang.core.radio.kernels.conditions import Air

Row = NDArray[np.float32]
LOWEST = F(-1e30)


Slopes = Callable[[Row, int, Number, Number], Number]
Edges = Callable[[Row, int, Number, Number, Number], Number]


def slope_finder(heights: int, away: int, per_away: int) -> Slopes:
    """Compile a loop over three rows of a room for good, so that it runs on all lanes."""

    @njit(**MATHS)
    def highest_slope(room: Row, n: int, base: float, bulge: float) -> float:
        """Give the highest slope from a terminal at `base` metres to the points between, m/km, less bulge x distance.

        All slopes stay in SCRATCH, so that the point can be found without computing anything twice.
        """
        highest = LOWEST
        for i in range(1, n):
            slope = (room[heights + i] - base) * room[per_away + i] - bulge * room[away + i]
            room[s.SCRATCH + i] = slope
            highest = greater(slope, highest)
        return highest

    return highest_slope


def edge_finder(heights: int) -> Edges:
    """Compile a loop over one row of heights for good."""

    @njit(**MATHS)
    def highest_edge(room: Row, n: int, tx: float, rx: float, bulge: float) -> float:
        """Eq (15): the greatest diffraction parameter of the points between, times the root of the wavelength."""
        kilometres = room[s.FROM_TX + n]
        slope = (rx - tx) / kilometres
        factor = F(math.sqrt(F(0.002) * kilometres))
        highest = LOWEST
        for i in range(1, n):
            d1, d2 = room[s.FROM_TX + i], room[s.FROM_RX + i]
            above = room[heights + i] + bulge * d1 * d2 - (tx + slope * d1)
            edge = above * factor * F(math.sqrt(room[s.PER_TX + i] * room[s.PER_RX + i]))
            room[s.SCRATCH + i] = edge
            highest = greater(edge, highest)
        return highest

    return highest_edge


ground_from_tx = slope_finder(s.GROUND, s.FROM_TX, s.PER_TX)
ground_from_rx = slope_finder(s.GROUND, s.FROM_RX, s.PER_RX)
tops_from_tx = slope_finder(s.TOP, s.FROM_TX, s.PER_TX)
tops_from_rx = slope_finder(s.TOP, s.FROM_RX, s.PER_RX)
ground_edge, tops_edge = edge_finder(s.GROUND), edge_finder(s.TOP)


@njit(**MATHS)
def first_with(room: Row, value: float, n: int) -> int:
    """Give the first place between the ends whose scratch value is this one, n if none."""
    for i in range(1, n):
        if room[s.SCRATCH + i] >= value:
            return i
    return n


@njit(**MATHS)
def last_with(room: Row, value: float, n: int) -> int:
    """Give the last place between the ends whose scratch value is this one, 0 if none."""
    for i in range(n - 1, 0, -1):
        if room[s.SCRATCH + i] >= value:
            return i
    return 0


@njit(**SUMS)
def smooth_surface(room: Row, n: int) -> tuple[float, float]:
    """Eq (85) to (88): the smooth surface's height at both terminals, m; sums about the first height keep digits."""
    base = room[s.GROUND]
    v1, v2 = F(0.0), F(0.0)
    for i in range(1, n + 1):
        d, before = room[s.FROM_TX + i], room[s.FROM_TX + i - 1]
        h, h_before = room[s.GROUND + i] - base, room[s.GROUND + i - 1] - base
        v1 += (d - before) * (h + h_before)
        v2 += (d - before) * (h * (F(2.0) * d + before) + h_before * (d + F(2.0) * before))
    kilometres = room[s.FROM_TX + n]
    square = kilometres * kilometres
    return base + (F(2.0) * v1 * kilometres - v2) / square, base + (v2 - v1 * kilometres) / square


@njit(**MATHS)
def highest_above_line(room: Row, at_tx: float, slope: float, first: int, last: int) -> float:
    """Give the greatest height of the ground above a straight line, m, between two places, both included."""
    highest = LOWEST
    for i in range(first, last + 1):
        highest = greater(room[s.GROUND + i] - (at_tx + slope * room[s.FROM_TX + i]), highest)
    return highest


@njit(**MATHS)
def edge_over_tops(room: Row, n: int, tx: float, rx: float, bulge: float) -> float:
    """§4.3.1: ν√λ of Bullington's edge over the profile's tops for one curvature."""
    kilometres = room[s.FROM_TX + n]
    bent = bulge * kilometres
    slope_tx = tops_from_tx(room, n, tx, bulge)
    if slope_tx < (rx - tx) / kilometres - bent:
        return tops_edge(room, n, tx, rx, bulge)
    slope_rx = tops_from_rx(room, n, rx, bulge)
    return bullington_edge(kilometres, tx, rx, slope_tx + bent, slope_rx + bent)


@njit(**INSIDE)
def bullington_edge(kilometres: float, tx: float, rx: float, slope_tx: float, slope_rx: float) -> float:
    """Eq (18) to (20): ν√λ where the two horizon lines meet."""
    at_km = (rx - tx + slope_rx * kilometres) / (slope_tx + slope_rx)
    rest = kilometres - at_km
    above = slope_tx * at_km - (rx - tx) * at_km / kilometres
    return above * F(math.sqrt(F(0.002) * kilometres / (at_km * rest)))


@njit(**MATHS)
def horizons(room: Row, n: int, tx: float, rx: float, bulge: float) -> tuple[float, float, int, int, float]:
    """Eq (76) to (83): slopes of both horizons (m/km), their places, and Bullington's ν√λ over the bare ground.

    With line of sight both places are that of Bullington's point.
    """
    kilometres = room[s.FROM_TX + n]
    direct, bent = (rx - tx) / kilometres, bulge * kilometres
    slope_tx = ground_from_tx(room, n, tx, bulge)
    if slope_tx > direct - bent:
        at_tx = first_with(room, slope_tx, n)
        slope_rx = ground_from_rx(room, n, rx, bulge)
        edge = bullington_edge(kilometres, tx, rx, slope_tx + bent, slope_rx + bent)
        return slope_tx, slope_rx, at_tx, last_with(room, slope_rx, n), edge
    edge = ground_edge(room, n, tx, rx, bulge)
    at = last_with(room, edge, n)
    return direct - bent, -direct - bent, at, at, edge


@njit(**MATHS)
def diffraction_heights(room: Row, n: int, tx: float, rx: float, smooth: tuple[float, float]) -> tuple[float, float]:
    """Eq (89) to (91): heights of the antennas above the smooth surface that diffraction takes, m."""
    slope = (rx - tx) / room[s.FROM_TX + n]
    surface_tx, surface_rx = smooth
    per_tx = ground_from_tx(room, n, tx, F(0.0)) - slope
    if per_tx > F(0.0):
        obstacle = highest_above_line(room, tx, slope, 1, n - 1)
        per_rx = ground_from_rx(room, n, rx, F(0.0)) + slope
        surface_tx -= obstacle * per_tx / (per_tx + per_rx)
        surface_rx -= obstacle * per_rx / (per_tx + per_rx)
    return tx - lesser(surface_tx, room[s.GROUND]), rx - lesser(surface_rx, room[s.GROUND + n])


@njit(**MATHS)
def describe_path(room: Row, n: int, bare: bool, above_tx: float, above_rx: float, air: Air, work: Row, j: int) -> None:
    """Write the geometry of a profile of n spans into column j of the workspace, the sea's rows excepted.

    `bare` says that there is no clutter; `above_tx` and `above_rx` are the antennas' heights above ground, m.
    """
    kilometres, ground_tx, ground_rx = room[s.FROM_TX + n], room[s.GROUND], room[s.GROUND + n]
    tx, rx = ground_tx + above_tx, ground_rx + above_rx
    bulge = F(500.0 / air.radius_km)
    slope_tx, slope_rx, at_tx, at_rx, edge = horizons(room, n, tx, rx, bulge)
    work[r.DISTANCE + j], work[r.RISE + j] = kilometres, rx - tx
    work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = slope_tx, slope_rx
    work[r.HORIZON_TX + j], work[r.HORIZON_RX + j] = room[s.FROM_TX + at_tx], room[s.FROM_RX + at_rx]
    smooth = smooth_surface(room, n)
    work[r.MEDIAN + j] = edge if bare else edge_over_tops(room, n, tx, rx, bulge)
    if air.time_percent < 50.0:
        work[r.BETA + j] = edge_over_tops(room, n, tx, rx, F(500.0 / air.beta_radius_km))
    low_tx, low_rx = lesser(smooth[0], ground_tx), lesser(smooth[1], ground_rx)
    heights = tx - low_tx, rx - low_rx
    if edge > F(0.0):
        heights = diffraction_heights(room, n, tx, rx, smooth)
    work[r.HEIGHT_TX + j], work[r.HEIGHT_RX + j] = heights
    work[r.DUCT_TX + j], work[r.DUCT_RX + j] = tx - low_tx, rx - low_rx
    work[r.ROUGHNESS + j] = highest_above_line(room, low_tx, (low_rx - low_tx) / kilometres, at_tx, at_rx)
