"""Drift: a series goes on at its mean pace, which fades year by year.

Random walk with drift: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd edition), section 5.2;
here for years that need not follow each other. The fading of the pace: Gardner and McKenzie, Forecasting trends in time
series, Management Science 31 (1985), whose factor is estimated for long series and held fixed for short ones, as the
back-test of docs/du-bao.md found best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hatang.core.foresight.scales import Doubles

FADING = 0.8
"""What is left of the pace after each year."""
FADING_UNSURE = 0.5
WIDENING_A_YEAR = 0.05
"""How much wider, for each year ahead, the interval is made than the method alone says: found by the back-test."""


@dataclass(frozen=True)
class Pace:
    """What a series says of its pace: mean gain a year, the variance of a year's gain, years observed, freedom left."""

    newest: float
    newest_at: float
    gain: float
    variance: float
    years: float
    freedom: int


def pace_of(times: Doubles, levels: Doubles) -> Pace:
    """Measure the pace of a series of at least two points; times are years, rising. Variance is 0 without freedom.

    >>> pace_of(np.array([2021.0, 2022, 2024]), np.array([10.0, 12, 18])).gain.__round__(3)
    2.667
    """
    years = float(times[-1] - times[0])
    gain = float(levels[-1] - levels[0]) / years
    steps = np.diff(times)
    freedom = len(steps) - 1
    residuals = (np.diff(levels) - gain * steps) ** 2 / steps
    variance = float(residuals.sum()) / freedom if freedom else 0.0
    return Pace(float(levels[-1]), float(times[-1]), gain, variance, years, freedom)


def faded_years(ahead: Doubles) -> Doubles:
    """Give how many years' gains lie in so many years ahead, as the pace fades.

    >>> faded_years(np.array([1.0, 2.0])).round(2).tolist()
    [0.8, 1.44]
    """
    return np.asarray(FADING * (1 - FADING**ahead) / (1 - FADING))


def spread(ahead: Doubles, variance: Doubles | float, gain_variance: Doubles | float, gain: float) -> Doubles:
    """Give the standard deviation so many years ahead.

    Of three parts: the walk's own, that of a pace not known exactly, and that of how the pace fades, which is assumed:
    half of what a pace that does not fade at all would bring more.
    """
    faded = faded_years(ahead)
    unsure = FADING_UNSURE * gain * (ahead - faded)
    return np.asarray(np.sqrt(variance * ahead + gain_variance * faded**2 + unsure**2) * (1 + WIDENING_A_YEAR * ahead))
