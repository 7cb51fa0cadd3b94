"""Measured levels against predicted ones: how far a prediction is off, and how sure that is.

A phone reports levels only between two bounds: one at the lower bound says that the level was there or below. Leaving
such measurements out, or taking them at their word, would make a prediction look too low or too high. So differences
are taken as a normal variable of which some values are known only to lie beyond a bound, and its mean and deviation are
those that make what was measured most probable: M. S. Wolynetz, "Maximum likelihood estimation from confined and
censored normal data", Applied Statistics 28 (1979), algorithm AS 138. Without such values that is the plain mean and
deviation.

Measurements a few metres apart say nearly the same; what P.1812 predicts is the median over a square. So measurements
are gathered into squares first, and each square counts once, by its median (P.1812-8 §4.7; W. C. Y. Lee, "Estimate of
local average power of a mobile radio signal", IEEE Trans. Veh. Technol. 34, 1985).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.normal import STANDARD, cumulative
from hatang.core.radio.p1812 import RESOLUTION_M
from hatang.core.radio.p1812.clutter import ClutterClass

Doubles = NDArray[np.float64]
LEAST_SQUARES = 30
"""From how many squares with a level between the bounds on an offset may be proposed: a choice, no document sets it."""
CONFIDENCE = 0.95
METRES_PER_DEGREE = 111_320.0
LARGEST_STEPS, SMALLEST_STEP_DB = 2_000, 1e-7
SMALLEST_DEVIATION_DB = 1e-6
FAR, FRACTION_TERMS = 4.0, 20


@dataclass(frozen=True)
class Fit:
    """Predicted less measured level, dB: positive where the prediction is too high.

    `squares` counts all, `censored` those of them beyond what phones report. `bias_db` is the mean difference, with the
    bounds between which it lies with 95 %; `deviation_db` what remains after an offset of the bias; `rmse_db` both
    together. `correlation` of predicted and measured levels (Pearson), None where either does not vary.
    """

    squares: int
    censored: int
    bias_db: float
    bias_low_db: float
    bias_high_db: float
    deviation_db: float
    rmse_db: float
    correlation: float | None

    @property
    def offset_db(self) -> float:
        """What to add to the prediction so that it is right in the mean, to a tenth."""
        return round(-self.bias_db, 1) + 0.0

    @property
    def suffices(self) -> bool:
        """Whether there are enough squares to propose an offset."""
        return self.squares - self.censored >= LEAST_SQUARES

    def rmse_after_db(self, offset_db: float) -> float:
        """Give what the root mean square difference would be with an offset added to the prediction.

        >>> fit([-80.0, -90.0, -100.0], [-84.0, -92.0, -106.0], (-140.0, -44.0)).rmse_after_db(-4.0)
        1.632993161855452
        """
        return math.hypot(self.bias_db + offset_db, self.deviation_db)


def fit(
    predicted_dbm: Doubles | list[float], measured_dbm: Doubles | list[float], reported_dbm: tuple[float, float]
) -> Fit | None:
    """Compare levels at n places, both (n,) in dBm; `reported_dbm` are the bounds of what phones report.

    None where fewer than two measured levels lie between the bounds. Raises ValueError for arrays of unlike lengths and
    for levels that are no numbers.

    >>> found = fit([-80.0, -90.0, -100.0], [-84.0, -92.0, -106.0], (-140.0, -44.0))
    >>> found.squares, found.censored, round(found.bias_db, 6), round(found.deviation_db, 6), round(found.rmse_db, 6)
    (3, 0, 4.0, 1.632993, 4.320494)
    """
    predicted, measured = np.asarray(predicted_dbm, dtype=np.float64), np.asarray(measured_dbm, dtype=np.float64)
    if predicted.shape != measured.shape or not np.isfinite([predicted, measured]).all():
        raise ValueError("Mức dự đoán và mức đo phải là số, cùng số lượng.")
    low, high = reported_dbm
    below, above = measured <= low, measured >= high
    known = ~below & ~above
    if known.sum() < 2:
        return None
    differences = predicted - np.clip(measured, low, high)
    bias, deviation, error = most_probable(differences, at_least=below, at_most=above)
    reach = error * student(CONFIDENCE, int(known.sum()) - 1)
    return Fit(
        squares=len(predicted),
        censored=int(len(predicted) - known.sum()),
        bias_db=bias,
        bias_low_db=bias - reach,
        bias_high_db=bias + reach,
        deviation_db=deviation,
        rmse_db=math.hypot(bias, deviation),
        correlation=correlation(predicted[known], measured[known]),
    )


def most_probable(
    values: Doubles, *, at_least: NDArray[np.bool_], at_most: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Give mean, deviation and the mean's standard error of a normal variable from n values, (n,).

    Where `at_least` holds only a lower bound is known, where `at_most` an upper one; at least two are known exactly.
    By expectation and maximisation; the error from the observed information of both parameters (AS 138).
    """
    known = values[~at_least & ~at_most]
    mean, deviation = float(known.mean()), max(float(known.std()), SMALLEST_DEVIATION_DB)
    if len(known) == len(values):
        return mean, float(known.std()), float(known.std(ddof=1)) / math.sqrt(len(known))
    signs = np.where(at_most, -1.0, 1.0)[at_least | at_most]
    bounds = values[at_least | at_most]
    for _ in range(LARGEST_STEPS):
        expected, squared = expectations(bounds, signs, mean, deviation)
        moved = float((known.sum() + expected.sum()) / len(values))
        spread = float(((known**2).sum() + squared.sum()) / len(values)) - moved**2
        wider = math.sqrt(max(spread, SMALLEST_DEVIATION_DB**2))
        near = abs(moved - mean) < SMALLEST_STEP_DB and abs(wider - deviation) < SMALLEST_STEP_DB
        mean, deviation = moved, wider
        if near:
            break
    return mean, deviation, standard_error(known, bounds, signs, mean, deviation)


def expectations(bounds: Doubles, signs: Doubles, mean: float, deviation: float) -> tuple[Doubles, Doubles]:
    """Give the expected values and their squares, where each lies above its bound (sign 1) or below it (-1)."""
    hazards = hazard(signs * (bounds - mean) / deviation)
    expected = mean + signs * deviation * hazards
    return expected, mean**2 + deviation**2 + signs * deviation * (bounds + mean) * hazards


def hazard(z: Doubles) -> Doubles:
    """Give the standard normal density over the probability of lying above z.

    Far out both vanish, so from 4 on it comes from its continued fraction (Abramowitz and Stegun 26.2.14).

    >>> hazard(np.array([-8.0, 0.0, 3.999999, 4.0, 40.0])).round(4).tolist()
    [0.0, 0.7979, 4.2256, 4.2256, 40.025]
    """
    near, far = np.minimum(z, FAR), np.maximum(z, FAR)
    density = np.exp(-0.5 * near**2) / math.sqrt(2 * math.pi)
    fraction = far
    for term in range(FRACTION_TERMS, 0, -1):
        fraction = far + term / fraction
    return np.where(z < FAR, density / cumulative(-near), fraction)


def standard_error(known: Doubles, bounds: Doubles, signs: Doubles, mean: float, deviation: float) -> float:
    """Give the mean's standard error from the observed information matrix of mean and deviation."""
    z, away = signs * (bounds - mean) / deviation, (known - mean) / deviation
    h = hazard(z)
    slope = h * (h - z)
    of_mean = len(known) + float(slope.sum())
    of_both = 2 * float(away.sum()) + float((signs * (h + z * slope)).sum())
    of_deviation = float((3 * away**2 - 1).sum()) + float((z * (2 * h + z * slope)).sum())
    return deviation * math.sqrt(of_deviation / (of_mean * of_deviation - of_both**2))


def student(confidence: float, freedom: int) -> float:
    """Give how many standard errors a mean lies within, of so many degrees of freedom (Abramowitz and Stegun 26.7.5).

    >>> round(student(0.95, 29), 3), round(student(0.95, 10_000), 3)
    (2.045, 1.96)
    """
    x = STANDARD.inv_cdf(0.5 + confidence / 2)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
    )
    return x + sum(term / float(freedom) ** (n + 1) for n, term in enumerate(terms))


def correlation(one: Doubles, other: Doubles) -> float | None:
    """Give Pearson's correlation, None where either does not vary.

    >>> correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]))
    1.0
    """
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1.0, 1.0).round(12))


@dataclass(frozen=True)
class Square:
    """A square of ground: the middle of its measurements in degrees, their median in dBm, and how many there are."""

    lon_deg: float
    lat_deg: float
    level_dbm: float
    points: int


def squares(lons_deg: Doubles, lats_deg: Doubles, levels_dbm: Doubles, side_m: float = RESOLUTION_M) -> list[Square]:
    """Gather measurements, all (n,), into squares of so many metres; from south to north, then west to east.

    >>> found = squares(np.array([106.70001, 106.70002, 106.8]), np.full(3, 21.8), np.array([-90.0, -94.0, -80.0]))
    >>> [(square.level_dbm, square.points) for square in found]
    [(-92.0, 2), (-80.0, 1)]
    """
    return [
        Square(
            float(np.mean(lons_deg[own])), float(np.mean(lats_deg[own])), float(np.median(levels_dbm[own])), len(own)
        )
        for own in members(lons_deg, lats_deg, side_m)
    ]


def members(lons_deg: Doubles, lats_deg: Doubles, side_m: float) -> Iterator[NDArray[np.int64]]:
    """Give the numbers of the points in each square that has any."""
    rows = np.floor(lats_deg * METRES_PER_DEGREE / side_m)
    middle_deg = (rows + 0.5) * side_m / METRES_PER_DEGREE
    columns = np.floor(lons_deg * METRES_PER_DEGREE * np.cos(np.radians(middle_deg)) / side_m)
    order = np.lexsort((columns, rows))
    ends = np.flatnonzero((np.diff(rows[order]) != 0) | (np.diff(columns[order]) != 0)) + 1
    yield from (own for own in np.split(order, ends) if len(own))


COVERS = (
    (5.0, ClutterClass.OPEN_RURAL),
    (12.5, ClutterClass.SUBURBAN),
    (17.5, ClutterClass.URBAN_TREES_FOREST),
    (math.inf, ClutterClass.DENSE_URBAN),
)
"""Up to which height what stands on the ground is nearest to a class's representative one (P.1812-8 Table 2)."""


def cover_of(height_m: float) -> ClutterClass:
    """Give the class of ground cover whose representative height is nearest; water counts as open ground.

    >>> [cover_of(height).name for height in (0, 10, 15, 30)]
    ['OPEN_RURAL', 'SUBURBAN', 'URBAN_TREES_FOREST', 'DENSE_URBAN']
    """
    return next(cover for highest, cover in COVERS if height_m < highest)
