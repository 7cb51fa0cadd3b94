"""Diffraction not exceeded for p % of the time: P.1812-8 §4.3, with its own rounding of P.526's constants."""

from __future__ import annotations

from dataclasses import dataclass

from hatang.core.radio.p526 import Constants, DeltaBullington, GroundPath, Wave, delta_bullington
from hatang.core.radio.p1812.climate import Climate
from hatang.core.radio.p1812.normal import inverse_complementary_normal

CONSTANTS = Constants(light_m_ghz=0.2998, distance=21.88, height=0.9575, clearance=17.456, always_beta=True)


@dataclass(frozen=True)
class Diffraction:
    """Diffraction: median and for β0 % of the time with their parts, the weight between them, and for p % in dB."""

    median: DeltaBullington
    ducting: DeltaBullington
    weight: float
    at_time_db: float


def diffraction(
    path: GroundPath, smooth_m: tuple[float, float], wave: Wave, climate: Climate, time_percent: float
) -> Diffraction:
    """Give the diffraction loss not exceeded for p % of the time (§4.3.5, equations (38) to (41)).

    `path` is over the ground with its cover, `smooth_m` the smooth heights of the bare ground at the terminals.
    """
    median = delta_bullington(path, smooth_m, wave, climate.earth_radius_km)
    ducting = delta_bullington(path, smooth_m, wave, climate.ducting_earth_radius_km)
    weight = time_weight(time_percent, climate.ducting_percent)
    at_time_db = median.loss_db + weight * (ducting.loss_db - median.loss_db)
    return Diffraction(median, ducting, weight, at_time_db)


def time_weight(time_percent: float, ducting_percent: float) -> float:
    """Give Fi, the weight of the loss for β0 % against the median (equation (40)): 1 up to β0 %, 0 at 50 %.

    >>> time_weight(1.0, 4.0), round(time_weight(50.0, 4.0), 6)
    (1.0, 0.0)
    """
    if time_percent <= ducting_percent:
        return 1.0
    return inverse_complementary_normal(time_percent / 100) / inverse_complementary_normal(ducting_percent / 100)
