"""Tropospheric scatter: P.1812-8 §4.4 (the model of P.1812-6, to which the ITU sent the users of -7 back)."""

from __future__ import annotations

import math


def troposcatter_loss_db(
    *, frequency_ghz: float, time_percent: float, length_km: float, angle_mrad: float, n0: float
) -> float:
    """Give the basic transmission loss in dB by troposcatter not exceeded for p % of the time (equations (44), (45)).

    `angle_mrad` is the path's angular distance, `n0` the refractivity at sea level in the middle of the path.

    >>> case = dict(frequency_ghz=1.0, time_percent=1.0, length_km=96.2, angle_mrad=54.47037953, n0=323.947135)
    >>> round(troposcatter_loss_db(**case), 4)
    197.4832
    """
    by_frequency_db = 25 * math.log10(frequency_ghz) - 2.5 * math.log10(frequency_ghz / 2) ** 2
    by_time_db = 10.125 * math.pow(math.log10(50 / time_percent), 0.7)
    return 190.1 + by_frequency_db + 20 * math.log10(length_km) + 0.573 * angle_mrad - 0.15 * n0 - by_time_db
