"""Recommendation ITU-R P.2108-1 (09/2021): loss in the clutter around a terminal.

§3.1 is the median correction at a terminal below the clutter (0.03 to 3 GHz), §3.2 the statistical loss of terrestrial
paths in towns and suburbs (0.5 to 67 GHz). Neither may be added to a loss that already holds the clutter, such as
P.1812 along a profile with clutter heights, or TR 38.901.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from hatang.core.radio.normal import quantile
from hatang.core.radio.ranges import Floats, between, within

VERSION = "ITU-R P.2108-1"
STREET_WIDTH_M = 27.0
LONG_SIGMA_DB, SHORT_SIGMA_DB = 4.0, 6.0
SATURATES_AT_KM = 2.0
LEAST_KM, BOTH_ENDS_FROM_KM = 0.25, 1.0


class Clutter(StrEnum):
    """The clutter types of Table 3, in which the terminal stands."""

    WATER = "water"
    OPEN = "open"
    SUBURBAN = "suburban"
    URBAN = "urban"
    FOREST = "forest"
    DENSE_URBAN = "dense urban"


HEIGHTS_M = {
    Clutter.WATER: 10.0,
    Clutter.OPEN: 10.0,
    Clutter.SUBURBAN: 10.0,
    Clutter.URBAN: 15.0,
    Clutter.FOREST: 15.0,
    Clutter.DENSE_URBAN: 20.0,
}
"""Representative clutter heights of Table 3, to be used where nothing better is known of the place."""
WITHOUT_DIFFRACTION = (Clutter.WATER, Clutter.OPEN)


def height_gain_loss_db(
    clutter: Clutter,
    *,
    frequency_ghz: ArrayLike,
    terminal_height_m: ArrayLike,
    clutter_height_m: float | None = None,
    street_width_m: float = STREET_WIDTH_M,
) -> Floats:
    """Give the median loss at a terminal among clutter, 0 dB where it stands above (P.2108-1 §3.1, equations 1 and 2).

    Frequency 0.03 to 3 GHz, terminal height above ground 0 m excluded, clutter height above ground (that of Table 3
    unless given), width of the street in m; arrays broadcast. Raises RangeError.

    >>> height_gain_loss_db(Clutter.OPEN, frequency_ghz=1.5, terminal_height_m=2).round(1).item()
    16.0
    >>> height_gain_loss_db(Clutter.URBAN, frequency_ghz=1.5, terminal_height_m=[2, 15]).round(1).tolist()
    [24.5, 0.0]
    """
    frequency = within("tần số", frequency_ghz, 0.03, 3.0, "GHz")
    height = between("độ cao máy", terminal_height_m, 0.0, math.inf, "m")
    usual = HEIGHTS_M[clutter] if clutter_height_m is None else clutter_height_m
    around = between("độ cao vật che", usual, 0.0, math.inf, "m")
    width = between("bề rộng phố", street_width_m, 0.0, math.inf, "m")
    if clutter in WITHOUT_DIFFRACTION:
        loss = -(21.8 + 6.2 * np.log10(frequency)) * np.log10(height / around)
    else:
        loss = diffraction_loss_db(frequency, np.maximum(around - height, 0.0), width)
    return np.where(height < around, loss, 0.0)


def diffraction_loss_db(frequency_ghz: Floats, above_m: Floats, street_width_m: Floats) -> Floats:
    """Give the loss over an edge `above_m` higher than the terminal at the far side of the street (equations 2a-2f)."""
    angle_deg = np.degrees(np.arctan(above_m / street_width_m))
    nu = 0.342 * np.sqrt(frequency_ghz) * np.sqrt(above_m * angle_deg)
    edge = 6.9 + 20 * np.log10(np.sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1)
    return np.asarray(edge - 6.03)


def statistical_loss_db(*, frequency_ghz: ArrayLike, distance_km: ArrayLike, location_percent: ArrayLike) -> Floats:
    """Give the clutter loss that so many % of locations do not exceed, at one end of the path (P.2108-1 §3.2).

    Frequency 0.5 to 67 GHz, path at least 0.25 km, 0 < location_percent < 100; arrays broadcast. Up to 1 km the loss
    holds at one end only, beyond it may be taken at both. Does not grow beyond its value at 2 km. Raises RangeError.

    >>> statistical_loss_db(frequency_ghz=26.6, distance_km=15.8, location_percent=45).round(1).item()
    32.5
    >>> statistical_loss_db(frequency_ghz=2, distance_km=0.65, location_percent=[5, 50, 95]).round(3).tolist()
    [19.226, 27.093, 34.592]
    """
    frequency = within("tần số", frequency_ghz, 0.5, 67.0, "GHz")
    distance = within("chiều dài đường truyền", distance_km, LEAST_KM, math.inf, "km")
    share = between("tỷ lệ vị trí", location_percent, 0.0, 100.0, "%") / 100
    at_most = loss_at_db(frequency, np.asarray(SATURATES_AT_KM), share)
    return np.minimum(loss_at_db(frequency, distance, share), at_most)


def loss_at_db(frequency_ghz: Floats, distance_km: Floats, share: Floats) -> Floats:
    """Give the loss of equation 3 at a distance, without its bound."""
    long_db = -2 * np.log10(10 ** (-5 * np.log10(frequency_ghz) - 12.5) + 10**-16.5)
    short_db = 32.98 + 23.9 * np.log10(distance_km) + 3 * np.log10(frequency_ghz)
    of_long, of_short = 10 ** (-0.2 * long_db), 10 ** (-0.2 * short_db)
    both = of_long + of_short
    sigma_db = np.sqrt((LONG_SIGMA_DB**2 * of_long + SHORT_SIGMA_DB**2 * of_short) / both)
    return np.asarray(-5 * np.log10(both) + sigma_db * quantile(share))
