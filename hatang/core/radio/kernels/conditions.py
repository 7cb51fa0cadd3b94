"""What a kernel must know of the air and of each frequency, worked out once in double precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.errors import check_range

EARTH_RADIUS_KM = 6371.0
BETA_FACTOR = 3.0
LIGHT = 0.2998
"""Speed of light as P.1812's examples take it: wavelength in m times frequency in GHz."""
HORIZONTAL, VERTICAL = 1, 2

INVERSE_ROOT_WAVELENGTH = 0
FREE_FIXED = 1
TROPO_FIXED = 2
DUCT_FIXED = 3
DUCT_DECAY = 4
CUBE_ROOT = 5
ADMITTANCE_LAND = 6
ADMITTANCE_SEA = 7
BAND_VALUES = 8
LAND = (22.0, 0.003)
SEA = (80.0, 5.0)
"""Relative permittivity and conductivity (S/m) of the ground: P.1812 §4.3.3."""


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
    check_range("độ dốc khúc xạ ΔN", delta_n, 0, 150, "đơn vị N/km")
    check_range("khúc xạ mặt biển N0", n0, 200, 450, "đơn vị N")
    radius_km = EARTH_RADIUS_KM * 157 / (157 - delta_n)
    tropo_db = 190.1 - 0.15 * n0 - 10.125 * math.log10(50 / time_percent) ** 0.7
    log10_time = math.log10(time_percent / 50)
    return Air(
        float(time_percent), radius_km, EARTH_RADIUS_KM * BETA_FACTOR, log10_time, quantile(time_percent), tropo_db
    )


def quantile(percent: float) -> float:
    """Give P.1812's approximation of the normal quantile that is exceeded for so many per cent ≤ 50.

    >>> round(quantile(10), 3)
    1.282
    """
    t = math.sqrt(-2 * math.log(percent / 100))
    return t - (2.515516698 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))


def bands_of(frequencies_ghz: Sequence[float], polarisation: int, radius_km: float) -> NDArray[np.float32]:
    """Work out a row of constants for each frequency, 0.03 to 6 GHz; polarisation 1 horizontal, 2 vertical.

    Raises RangeError.
    """
    for frequency_ghz in frequencies_ghz:
        check_range("tần số", frequency_ghz, 0.03, 6, "GHz")
    check_range("phân cực", polarisation, HORIZONTAL, VERTICAL)
    rows = [band_of(f, polarisation == VERTICAL, radius_km) for f in frequencies_ghz]
    return np.array(rows, dtype=np.float32).reshape(-1, BAND_VALUES)


def band_of(f: float, vertical: bool, radius_km: float) -> list[float]:
    """Give the constants of one frequency in GHz, in the order of their names above."""
    free = 20 * math.log10(f)
    low = 45.375 - 137 * f + 92.5 * f * f if f < 0.5 else 0.0
    scatter = 25 * math.log10(f) - 2.5 * math.log10(f / 2) ** 2
    cube = f ** (1 / 3)
    land, sea = (admittance(f, vertical, *ground) for ground in (LAND, SEA))
    return [math.sqrt(f / LIGHT), free, scatter, free + low, 5e-5 * radius_km * cube, cube, land, sea]


def admittance(f: float, vertical: bool, permittivity: float, conductivity: float) -> float:
    """Give the normalised surface admittance at an Earth radius of 1 km: P.1812 eq (29)."""
    loss = 18 * conductivity / f
    factor = 0.036 * f ** (-1 / 3) * ((permittivity - 1) ** 2 + loss**2) ** -0.25
    return factor * math.hypot(permittivity, loss) if vertical else factor


def longest_root(bands: NDArray[np.float32]) -> float:
    """Give the root of the longest wavelength among the bands, m^½, a little more lest rounding lose its path."""
    return 1.001 / float(bands[:, INVERSE_ROOT_WAVELENGTH].min())
