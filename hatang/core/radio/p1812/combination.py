"""Basic transmission loss not exceeded for p % of the time and 50 % of locations: P.1812-8 §4.6."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hatang.core.radio.p1812.diffraction import Diffraction
from hatang.core.radio.p1812.line_of_sight import LineOfSight

ANGLE_MRAD, ANGLE_SLOPE = 0.3, 0.8
DISTANCE_KM, DISTANCE_SLOPE = 20.0, 0.5
BLEND_DB = 2.5


@dataclass(frozen=True)
class Combination:
    """How the mechanisms come together: weights of angle and distance, and the losses in dB step by step."""

    angle_weight: float
    distance_weight: float
    diffraction_median_db: float
    diffraction_db: float
    least_sight_db: float
    ducting_db: float
    least_ducting_db: float
    enhanced_diffraction_db: float
    modified_db: float
    troposcatter_db: float
    loss_db: float


def combination(
    *,
    sight: LineOfSight,
    bent: Diffraction,
    ducting_db: float,
    troposcatter_db: float,
    length_km: float,
    angle_mrad: float,
    sea_fraction: float,
) -> Combination:
    """Combine the mechanisms into the loss not exceeded for p % of the time (equations (42), (43), (57) to (63))."""
    near = transition(length_km, DISTANCE_KM, DISTANCE_SLOPE)
    seen = transition(angle_mrad, ANGLE_MRAD, ANGLE_SLOPE)
    diffraction_db = sight.at_time_db + bent.at_time_db
    least_sight_db = least_over_sea_db(sight, bent, sea_fraction)
    least_ducting_db = BLEND_DB * float(np.logaddexp(ducting_db / BLEND_DB, sight.at_time_db / BLEND_DB))
    enhanced_db = diffraction_db
    if least_ducting_db <= diffraction_db:
        enhanced_db = least_ducting_db + (diffraction_db - least_ducting_db) * near
    modified_db = enhanced_db + (least_sight_db - enhanced_db) * seen
    return Combination(
        angle_weight=seen,
        distance_weight=near,
        diffraction_median_db=sight.free_space_db + bent.median.loss_db,
        diffraction_db=diffraction_db,
        least_sight_db=least_sight_db,
        ducting_db=ducting_db,
        least_ducting_db=least_ducting_db,
        enhanced_diffraction_db=enhanced_db,
        modified_db=modified_db,
        troposcatter_db=troposcatter_db,
        loss_db=sum_of_powers_db(troposcatter_db, modified_db),
    )


def transition(value: float, middle: float, slope: float) -> float:
    """Give a weight that falls from 1 to 0 around a middle (equations (57), (58)); 0.5 at the middle.

    >>> transition(20.0, 20.0, 0.5), round(transition(96.2, 20.0, 0.5), 12)
    (0.5, 1.086449e-05)
    """
    return 1 - 0.5 * (1 + math.tanh(3 * slope * (value - middle) / middle))


def least_over_sea_db(sight: LineOfSight, bent: Diffraction, sea_fraction: float) -> float:
    """Give the notional least loss of line of sight and diffraction at sub-paths over the sea (equation (59))."""
    over_land_db = (1 - sea_fraction) * bent.at_time_db
    if bent.weight == 1:
        return sight.at_time_db + over_land_db
    median_db = sight.free_space_db + bent.median.loss_db
    return median_db + (sight.at_ducting_db + over_land_db - median_db) * bent.weight


def sum_of_powers_db(one_db: float, other_db: float) -> float:
    """Give the loss of two ways together (equation (63)); two equal ones gain 1.5 dB.

    >>> round(sum_of_powers_db(100.0, 100.0), 3)
    98.495
    """
    scale = 5 / math.log(10)
    return -scale * float(np.logaddexp(-one_db / scale, -other_db / scale))
