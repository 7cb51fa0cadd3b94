"""Paths that are inland from end to end, and P.1812's over-sea coupling (§4.5) for those that are not: see `zones`."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels.arithmetic import MATHS

NO_COAST_KM = 500.0
COUPLED_KM = 5.0
COUPLED_SHARE = 0.75


@njit(**MATHS)
def coupling_db(coast_km: float, horizon_km: float, sea_share: float, above_sea_m: float) -> float:
    """Eq (49): how much better a terminal near the coast couples into a duct over the sea, dB ≤ 0."""
    if coast_km > COUPLED_KM or coast_km > horizon_km or sea_share < COUPLED_SHARE:
        return 0.0
    return -3.0 * math.exp(-0.25 * coast_km * coast_km) * (1.0 + math.tanh(0.07 * (50.0 - above_sea_m)))


@njit(**MATHS)
def describe_land(work: NDArray[np.float32], j: int, latitude_deg: float) -> None:
    """Fill the rows of zones for a path that is inland from end to end."""
    work[r.SEA_SHARE + j], work[r.COUPLING + j] = 0.0, 0.0
    work[r.LAND + j] = work[r.INLAND + j] = work[r.DISTANCE + j]
    work[r.LATITUDE + j] = abs(latitude_deg)
