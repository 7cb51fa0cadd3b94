"""Line-of-sight propagation with short-term effects: P.1812-8 §4.2."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hatang.core.radio.p525 import free_space_loss_db
from hatang.core.radio.p1812.geometry import Geometry


@dataclass(frozen=True)
class LineOfSight:
    """Basic transmission losses in dB of line of sight: free space, not exceeded for p % and for β0 % of the time."""

    free_space_db: float
    at_time_db: float
    at_ducting_db: float


def line_of_sight(
    geometry: Geometry, *, frequency_ghz: float, time_percent: float, ducting_percent: float
) -> LineOfSight:
    """Give the losses of line of sight along the slant path, equations (8) to (11)."""
    slant_km = math.hypot(geometry.length_km, (geometry.transmitter_m - geometry.receiver_m) / 1000)
    free_space_db = free_space_loss_db(frequency_ghz=frequency_ghz, distance_km=slant_km)
    horizons_km = geometry.horizons.transmitter_km + geometry.horizons.receiver_km
    return LineOfSight(
        free_space_db,
        free_space_db + enhancement_db(horizons_km, time_percent),
        free_space_db + enhancement_db(horizons_km, ducting_percent),
    )


def enhancement_db(horizons_km: float, percent: float) -> float:
    """Give the correction in dB for multipath and focusing at a percentage of time, 0 at 50 %."""
    return 2.6 * (1 - math.exp(-0.1 * horizons_km)) * math.log10(percent / 50)
