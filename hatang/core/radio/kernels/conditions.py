"""What a kernel must know of the air and of each frequency, worked out once in double precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.errors import check_range
from hatang.core.radio.p526 import LAND, SEA, Wave, check_polarisation, surface_admittance
from hatang.core.radio.p1812.climate import DUCTING_K, EARTH_RADIUS_KM, check_refractivity
from hatang.core.radio.p1812.diffraction import CONSTANTS
from hatang.core.radio.p1812.normal import inverse_complementary_normal

INVERSE_ROOT_WAVELENGTH = 0
FREE_FIXED = 1
TROPO_FIXED = 2
DUCT_FIXED = 3
DUCT_DECAY = 4
CUBE_ROOT = 5
ADMITTANCE_LAND = 6
ADMITTANCE_SEA = 7
BAND_VALUES = 8


class Air(NamedTuple):
    """The time percentage and the air of a run, as compiled code takes them."""

    time_percent: float
    radius_km: float
    beta_radius_km: float
    log10_time: float
    quantile: float
    tropo_db: float


def air_of(time_percent: float, delta_n: float, n0: float) -> Air:
    """Work out the air: ΔN in N-units/km (P.1812 counts it positive), N0 in N-units, 1 to 50 % of time.

    Raises RangeError.

    >>> round(air_of(50, 45, 325).radius_km, 3)
    8930.777
    """
    check_range("tỷ lệ thời gian", time_percent, 1, 50, "%")
    check_refractivity(delta_n, n0)
    radius_km = EARTH_RADIUS_KM * 157 / (157 - delta_n)
    tropo_db = 190.1 - 0.15 * n0 - 10.125 * math.log10(50 / time_percent) ** 0.7
    log10_time, quantile = math.log10(time_percent / 50), inverse_complementary_normal(time_percent / 100)
    return Air(float(time_percent), radius_km, EARTH_RADIUS_KM * DUCTING_K, log10_time, quantile, tropo_db)


def bands_of(frequencies_ghz: Sequence[float], polarisation: int, radius_km: float) -> NDArray[np.float32]:
    """Work out a row of constants for each frequency, 0.03 to 6 GHz; polarisation 1 horizontal, 2 vertical.

    Raises RangeError.
    """
    for frequency_ghz in frequencies_ghz:
        check_range("tần số", frequency_ghz, 0.03, 6, "GHz")
    check_polarisation(polarisation)
    rows = [band_of(f, polarisation, radius_km) for f in frequencies_ghz]
    return np.array(rows, dtype=np.float32).reshape(-1, BAND_VALUES)


def band_of(f: float, polarisation: int, radius_km: float) -> list[float]:
    """Give the constants of one frequency in GHz, in the order of their names above; admittances at 1 km radius."""
    free = 20 * math.log10(f)
    low = 45.375 - 137 * f + 92.5 * f * f if f < 0.5 else 0.0
    scatter = 25 * math.log10(f) - 2.5 * math.log10(f / 2) ** 2
    cube = f ** (1 / 3)
    land, sea = (surface_admittance(Wave(f, polarisation), 1.0, ground) for ground in (LAND, SEA))
    return [math.sqrt(f / CONSTANTS.light_m_ghz), free, scatter, free + low, 5e-5 * radius_km * cube, cube, land, sea]


def longest_root(bands: NDArray[np.float32]) -> float:
    """Give the root of the longest wavelength among the bands, m^½, a little more lest rounding lose its path."""
    return 1.001 / float(bands[:, INVERSE_ROOT_WAVELENGTH].min())
