"""Project a series: the method by a written rule, the interval from what is known of its errors, known works counted.

The rule (docs/du-bao.md): one point, or a series that never changed, is held, without an interval; of two points only a
range of scenarios is given; three and more follow their drift; of `LONG` and more, drift and a smoothed damped trend
are averaged (Bates and Granger, The combination of forecasts, 1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from hatang.core.foresight.damped import damped_trend
from hatang.core.foresight.drift import Pace, faded_years, pace_of, spread
from hatang.core.foresight.scales import Doubles, Scale, scale_for

SCENARIO = 3
"""Fewer points than this give only scenarios."""
LONG = 12
"""From so many yearly points on, how fast the pace fades is estimated, not assumed."""
INSIDE = 0.8
"""The part of outcomes that the interval is to hold."""


class Method(StrEnum):
    """How a projection was made."""

    HELD = "held"
    UNCHANGED = "unchanged"
    SCENARIO = "scenario"
    DRIFT = "drift"
    LOGIT = "logit"
    DAMPED = "damped"
    BORROWED = "borrowed"


@dataclass(frozen=True)
class Step:
    """A known change to come: by how much the level rises, and from when (years; 2027.5 is the middle of 2027)."""

    at: float
    gain: float


@dataclass(frozen=True)
class Course:
    """A projection: for each time its middle and the interval that shall hold 80 % of outcomes.

    `below` and `above` are the standard deviations towards either side on `scale`, `centre` the middle on it, `freedom`
    the degrees of freedom of their t distribution; 0 where only scenarios are given, which no chance can be read from.
    """

    times: Doubles
    middle: Doubles
    low: Doubles
    high: Doubles
    method: Method
    points: int
    gain: float
    scale: Scale
    centre: Doubles
    below: Doubles
    above: Doubles
    freedom: int

    def after(self, count: int) -> Course:
        """Leave out the first times."""
        names = ("times", "middle", "low", "high", "centre", "below", "above")
        return replace(self, **{name: getattr(self, name)[count:] for name in names})

    @property
    def has_chance(self) -> bool:
        """Whether the chance of reaching a level can be told."""
        return self.freedom > 0


def project(
    times: Sequence[float],
    values: Sequence[float],
    until: Sequence[float],
    *,
    least: float | None = None,
    most: float | None = None,
    steps: Sequence[Step] = (),
) -> Course:
    """Project a series to later times.

    `times` and `until` are years (2026.0 is the end of 2025), rising; `values` lie within `least` and `most`, which
    bound what can be. `steps` are changes known to come. Raises ValueError without a point, for times that do not
    rise, or where `until` begins before the newest point.

    >>> course = project([2023, 2024, 2025], [40.0, 44.0, 47.0], [2026, 2028], least=0, most=100)
    >>> course.method.value, course.middle.round(1).tolist()
    ('drift', [49.8, 53.8])
    """
    at, levels, ahead_at = (np.asarray(x, dtype=np.float64) for x in (times, values, until))
    if not len(at) or len(at) != len(levels) or np.any(np.diff(at) <= 0):
        raise ValueError("a series needs points at rising times")
    if len(ahead_at) and ahead_at[0] < at[-1]:
        raise ValueError("a projection begins at the newest point or later")
    course = _course(at, levels, ahead_at, scale_for(levels, least=least, most=most))
    return with_steps(course, float(levels[-1]), steps)


def _course(at: Doubles, levels: Doubles, until: Doubles, scale: Scale) -> Course:
    """Choose the method by the rule and follow it."""
    if len(at) == 1:
        return held(levels, until, scale, Method.HELD)
    if np.all(levels == levels[0]):
        return held(levels, until, scale, Method.UNCHANGED)
    if len(at) < SCENARIO:
        return scenarios(pace_of(at, levels), until, Scale(scale.least, scale.most))
    scaled = scale.forth(levels)
    usual = pace_of(at, levels).gain
    pace = pace_of(at, scaled)
    ahead = until - at[-1]
    centre = pace.newest + pace.gain * faded_years(ahead)
    deviation = spread(ahead, pace.variance, pace.variance / pace.years, pace.gain)
    if len(at) >= LONG and np.allclose(np.diff(at), 1):
        smooth, wide = damped_trend(scaled, ahead)
        middle, deviation = (centre + smooth) / 2, np.maximum(deviation, wide)
        return spread_about(until, middle, deviation, pace.freedom, scale, Method.DAMPED, len(at), usual)
    if scale.leads_out(centre):
        scale, centre, deviation = bent(scale, pace.newest, centre, deviation)
    method = Method.LOGIT if scale.logit else Method.DRIFT
    return spread_about(until, centre, deviation, pace.freedom, scale, method, len(at), usual)


def bent(scale: Scale, newest: float, centre: Doubles, deviation: Doubles) -> tuple[Scale, Doubles, Doubles]:
    """Put on logits a course that leads from the middle of its bounds to near an end: a logistic curve of equal slope.

    The slope of the logit at the newest level turns gains and deviations into logits (the delta method).
    """
    assert scale.least is not None and scale.most is not None
    logits = Scale(scale.least, scale.most, logit=True)
    part = (newest - scale.least) / (scale.most - scale.least)
    slope = 1 / ((scale.most - scale.least) * part * (1 - part))
    return logits, logits.forth([newest]) + (centre - newest) * slope, deviation * slope


def held(levels: Doubles, until: Doubles, scale: Scale, method: Method) -> Course:
    """Hold the newest level: nothing says where it goes."""
    level = np.full(len(until), levels[-1])
    nothing = np.zeros(len(until))
    return Course(until, level, level, level, method, len(levels), 0.0, scale, level, nothing, nothing, 0)


def scenarios(pace: Pace, until: Doubles, scale: Scale) -> Course:
    """Give the range from standing still to twice the pace of two points; the middle goes on at that pace."""
    gains = np.outer([1.0, 0.0, 2.0], pace.gain * (until - pace.newest_at))
    middle, still, twice = scale.back(pace.newest + gains)
    low, high = np.minimum(still, twice), np.maximum(still, twice)
    nothing = np.zeros(len(until))
    return Course(until, middle, low, high, Method.SCENARIO, 2, pace.gain, scale, middle, nothing, nothing, 0)


def spread_about(
    until: Doubles,
    centre: Doubles,
    deviation: Doubles,
    freedom: int,
    scale: Scale,
    method: Method,
    points: int,
    gain: float,
) -> Course:
    """Give the course whose interval lies about a centre on the scale."""
    reach = t_quantile(freedom) * deviation
    middle, low, high = (scale.back(x) for x in (centre, centre - reach, centre + reach))
    return Course(until, middle, low, high, method, points, gain, scale, centre, deviation, deviation, freedom)


def with_steps(course: Course, newest: float, steps: Sequence[Step]) -> Course:
    """Raise a course where works known to come bring more than the trend does.

    Works and trend are not added up: the trend of the past is itself made of works. The lower end stays, since works
    may be late; the upper end moves with the middle.
    """
    known = np.array([sum(s.gain for s in steps if s.at <= at) for at in course.times])
    raised = np.maximum(course.middle, newest + known)
    if not steps or np.all(raised == course.middle):
        return course
    scale = course.scale
    centre = np.where(raised > course.middle, scale.forth(raised), course.centre)
    moved = np.maximum(centre - course.centre, 0)
    quantile = t_quantile(course.freedom) if course.freedom else 1.0
    high = np.where(moved > 0, scale.back(centre + quantile * course.above), course.high)
    return replace(
        course,
        middle=scale.back(raised) if not scale.logit else np.clip(raised, scale.least, scale.most),
        high=np.maximum(np.maximum(high, course.high), np.clip(raised, scale.least, scale.most)),
        centre=centre,
        below=course.below + moved / quantile,
    )


def t_quantile(freedom: int) -> float:
    """Give how many standard deviations the interval reaches to either side.

    >>> round(t_quantile(1), 2), round(t_quantile(8), 2)
    (3.08, 1.4)
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + INSIDE / 2))


def chance_of(course: Course, place: int, goal: float, *, lower: bool = False) -> float | None:
    """Give the chance, 0 to 1, that the level reaches `goal` at the time of that place; None where none can be told.

    Each side of the middle has a t distribution of its own width (two-piece, as in Wallis, The two-piece normal,
    binormal, or double Gaussian distribution, Statistical Science 29 (2014)), equal halves on either side.

    >>> course = project([2022, 2023, 2024, 2025], [60.0, 63.0, 67.0, 70.0], [2027.0])
    >>> chance_of(course, 0, float(course.middle[0])), chance_of(course, 0, 120.0) < 0.01
    (0.5, True)
    """
    from scipy.special import stdtr

    if not course.has_chance:
        return None
    away = float(course.scale.forth([goal])[0] - course.centre[place])
    width = float(course.above[place] if away > 0 else course.below[place])
    if width == 0:
        reached = 0.5 if away == 0 else float(away < 0)
    else:
        reached = float(stdtr(course.freedom, -away / width))
    return 1 - reached if lower else reached


def needed_gain(newest: float, newest_at: float, goal: float, by: float) -> float | None:
    """Give the gain a year that leads from the newest level to the goal; None once its time is over.

    >>> needed_gain(90.0, 2026.0, 98.0, 2030.0)
    2.0
    """
    return (goal - newest) / (by - newest_at) if by > newest_at else None
