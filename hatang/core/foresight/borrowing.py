"""Many short series of one kind: each borrows from what all of them do, the more, the less it says itself.

Empirical Bayes for normal means with unequal variances: Efron and Morris, Data analysis using Stein's estimator and its
generalizations, JASA 70 (1975); Morris, Parametric empirical Bayes inference, JASA 78 (1983). How much the true paces
differ is found by the method of moments of DerSimonian and Laird, Meta-analysis in clinical trials (1986).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from hatang.core.foresight.drift import Pace, faded_years, pace_of, spread
from hatang.core.foresight.projecting import Course, Method, held, spread_about
from hatang.core.foresight.scales import Doubles, Scale, scale_for

POOLED = 3
"""How many degrees of freedom the common variance of a year's gain adds to a series' own."""
LEAST_SERIES = 5
"""Fewer series than this have no common pace worth borrowing from."""

Key = TypeVar("Key")


@dataclass(frozen=True)
class Borrowed:
    """The paces after borrowing: their gains and variances, the common gain, and how much true paces differ."""

    gains: Doubles
    variances: Doubles
    common: float
    between: float


def borrow(gains: Sequence[float] | Doubles, variances: Sequence[float] | Doubles) -> Borrowed:
    """Draw each gain towards the common one by how uncertain it is; an infinite variance says nothing of its own.

    Variances are those of the gains, above zero; at least two are finite, else ValueError is raised.

    >>> borrow([1.0, 3.0, 2.0, 9.0], [0.1, 0.1, 0.1, np.inf]).gains.round(1).tolist()
    [1.1, 2.9, 2.0, 2.0]
    """
    own, unsure = np.asarray(gains, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    known = np.isfinite(unsure)
    if known.sum() < 2:
        raise ValueError("borrowing needs at least two series that say something")
    between = between_variance(own[known], unsure[known])
    weights = np.where(known, 1 / (unsure + between), 0.0)
    common = float((weights * np.where(known, own, 0)).sum() / weights.sum())
    kept = np.where(known, between / (np.where(known, unsure, 1.0) + between), 0.0)
    drawn = kept * np.where(known, own, 0) + (1 - kept) * common
    spare = (1 - kept) ** 2 / weights.sum()
    left = np.where(known, kept * np.where(known, unsure, 0), between) + spare
    return Borrowed(drawn, left, common, between)


def between_variance(gains: Doubles, variances: Doubles) -> float:
    """Find how much the true gains differ: what their scatter exceeds their own uncertainty by; never below zero.

    >>> between_variance(np.array([1.0, 3.0, 5.0]), np.array([1.0, 1.0, 1.0]))
    3.0
    """
    weights = 1 / variances
    total = weights.sum()
    mean = (weights * gains).sum() / total
    scatter = (weights * (gains - mean) ** 2).sum()
    return max(0.0, float((scatter - (len(gains) - 1)) / (total - (weights**2).sum() / total)))


def project_together(
    series: Mapping[Key, tuple[Sequence[float], Sequence[float]]],
    until: Sequence[float],
    *,
    least: float | None = None,
    most: float | None = None,
) -> dict[Key, Course]:
    """Project many series of one kind (times and values of each), on one scale chosen by their median newest value.

    A series that was full all along stays full and lends nothing; where too few others say anything of a pace, each is
    held at its newest value. A series of one point takes the
    common pace. Times as in `project`; a series without points is left out.

    >>> ones = {n: ([2023, 2024, 2025], [10.0 + n, 12.0 + 1.1 * n, 14.0 + n]) for n in range(6)}
    >>> courses = project_together(ones, [2026], least=0, most=100)
    >>> courses[0].method.value, courses[0].middle.round(1).tolist()
    ('borrowed', [15.7])
    """
    filled = {key: one for key, one in series.items() if len(one[0]) and not full(one[1], most)}
    at = np.asarray(until, dtype=np.float64)
    done = {
        key: held(np.asarray(one[1], dtype=np.float64), at, Scale(least, most), Method.UNCHANGED)
        for key, one in series.items()
        if full(one[1], most)
    }
    return done | _together(filled, at, least, most)


def full(values: Sequence[float], most: float | None) -> bool:
    """Tell whether a series has always been at the end that it cannot pass: it says nothing of others' pace.

    >>> full([100.0, 100.0], 100), full([99.0, 100.0], 100), full([], 100)
    (True, False, False)
    """
    return bool(len(values)) and most is not None and all(value == most for value in values)


def _together(
    filled: Mapping[Key, tuple[Sequence[float], Sequence[float]]], at: Doubles, least: float | None, most: float | None
) -> dict[Key, Course]:
    """Project the series that may borrow from each other."""
    scale = scale_for([float(np.median([values[-1] for _, values in filled.values()] or [0]))], least=least, most=most)
    paces = {key: _pace(times, values, scale) for key, (times, values) in filled.items()}
    telling = [pace for pace in paces.values() if pace.years > 0]
    if len(telling) < LEAST_SERIES or common_variance(telling) == 0:
        return {key: held(np.array([values[-1]]), at, scale, Method.HELD) for key, (_, values) in filled.items()}
    variances, freedoms = pooled(list(paces.values()))
    unsure = [v / p.years if p.years else np.inf for v, p in zip(variances, paces.values(), strict=True)]
    found = borrow([p.gain for p in paces.values()], unsure)
    return {
        key: _course(pace, filled[key], at, scale, variances[n], freedoms[n], found.gains[n], found.variances[n])
        for n, (key, pace) in enumerate(paces.items())
    }


def _pace(times: Sequence[float], values: Sequence[float], scale: Scale) -> Pace:
    """Measure a pace on the scale; a single point has none."""
    at, levels = np.asarray(times, dtype=np.float64), scale.forth(values)
    return pace_of(at, levels) if len(at) > 1 else Pace(float(levels[0]), float(at[0]), 0.0, 0.0, 0.0, 0)


def pooled(paces: Sequence[Pace]) -> tuple[list[float], list[int]]:
    """Give each series' variance of a year's gain, mixed with the common one, and its degrees of freedom."""
    common = common_variance(paces)
    mixed = [(POOLED * common + p.freedom * p.variance) / (POOLED + p.freedom) for p in paces]
    return mixed, [POOLED + p.freedom for p in paces]


def common_variance(paces: Sequence[Pace]) -> float:
    """Give the variance of a year's gain that is common: a median, so that a few wild series do not widen all.

    The median of a variance estimated with k degrees of freedom lies at (1 - 2/(9k))³ of the true one (Wilson and
    Hilferty 1931). Where no series has any freedom, what the paces scatter by is taken for noise.
    """
    scaled = [p.variance / (1 - 2 / (9 * p.freedom)) ** 3 for p in paces if p.freedom and p.variance]
    if scaled:
        return float(np.median(scaled))
    own = [p for p in paces if p.years > 0]
    return float(np.var([p.gain for p in own], ddof=1) * np.median([p.years for p in own])) if len(own) > 1 else 0.0


def _course(
    pace: Pace,
    series: tuple[Sequence[float], Sequence[float]],
    until: Doubles,
    scale: Scale,
    variance: float,
    freedom: int,
    gain: float,
    gain_variance: float,
) -> Course:
    """Follow a borrowed pace from a series' newest value."""
    ahead = np.maximum(until - pace.newest_at, 0)
    centre = pace.newest + gain * faded_years(ahead)
    deviation = spread(ahead, variance, gain_variance, gain)
    times, values = series
    years = float(times[-1] - times[0])
    usual = (values[-1] - values[0]) / years if years else 0.0
    return spread_about(until, centre, deviation, freedom, scale, Method.BORROWED, len(times), usual)
