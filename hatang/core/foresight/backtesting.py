"""How good projections are: made again from where a series once ended, and held against what came.

Rolling origin: Tashman, Out-of-sample tests of forecasting accuracy, International Journal of Forecasting 16 (2000).
MASE: Hyndman and Koehler, Another look at measures of forecast accuracy, the same journal 22 (2006).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hatang.core.foresight.projecting import project
from hatang.core.foresight.scales import Doubles

MOST_SCALED = 50.0
"""An error counts at most so many usual changes, so that one broken series does not speak for all."""


@dataclass(frozen=True)
class Trial:
    """One projection held against what came: horizon in years, errors in usual changes, whether inside."""

    horizon: int
    points: int
    scaled_error: float
    naive_error: float
    symmetric_error: float
    naive_symmetric: float
    inside: bool


@dataclass(frozen=True)
class Score:
    """What many trials say: mean errors (MASE, sMAPE in %) of the projection and the naive one, coverage in %."""

    trials: int
    mase: float
    naive_mase: float
    smape_percent: float
    naive_smape_percent: float
    inside_percent: float


def rolling_origin(
    times: Sequence[float],
    values: Sequence[float],
    horizons: Iterable[int],
    *,
    first: int = 3,
    last: int | None = None,
    least: float | None = None,
    most: float | None = None,
) -> Iterator[Trial]:
    """Project a series from its `first` to its `last` point on, to each horizon for which a value came.

    >>> trials = list(rolling_origin([2020, 2021, 2022, 2023], [1.0, 2, 3.5, 5], [1]))
    >>> len(trials), round(trials[0].naive_error, 2)
    (1, 1.2)
    """
    at, levels = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    for end in range(first, min(len(at), (last or len(at)) + 1)):
        usual = usual_change(at[:end], levels[:end])
        if not usual:
            continue
        came = {h: np.flatnonzero(at == at[end - 1] + h) for h in horizons}
        wanted = [h for h, places in came.items() if len(places)]
        if not wanted:
            continue
        course = project(
            at[:end].tolist(), levels[:end].tolist(), [at[end - 1] + h for h in wanted], least=least, most=most
        )
        for n, horizon in enumerate(wanted):
            truth = float(levels[came[horizon][0]])
            inside = bool(course.low[n] - 1e-9 <= truth <= course.high[n] + 1e-9)
            yield trial(horizon, end, truth, float(course.middle[n]), float(levels[end - 1]), usual, inside)


def trial(horizon: int, points: int, truth: float, middle: float, newest: float, usual: float, inside: bool) -> Trial:
    """Hold a middle, and the naive forecast that nothing changes, against the truth."""
    return Trial(
        horizon,
        points,
        min(abs(truth - middle) / usual, MOST_SCALED),
        min(abs(truth - newest) / usual, MOST_SCALED),
        symmetric(truth, middle),
        symmetric(truth, newest),
        inside,
    )


def usual_change(times: Doubles, levels: Doubles) -> float:
    """Give the mean change from point to point, over the square root of the years between: a walk's measure."""
    return float(np.mean(np.abs(np.diff(levels)) / np.sqrt(np.diff(times))))


def symmetric(truth: float, middle: float) -> float:
    """Give the symmetric error in percent, 0 to 200.

    >>> symmetric(100.0, 50.0).__round__(1)
    66.7
    """
    size = abs(truth) + abs(middle)
    return 200 * abs(truth - middle) / size if size else 0.0


def score_of(trials: Sequence[Trial]) -> Score:
    """Sum trials up; at least one."""
    columns = ("scaled_error", "naive_error", "symmetric_error", "naive_symmetric", "inside")
    means = [float(np.mean([getattr(t, name) for t in trials])) for name in columns]
    return Score(len(trials), means[0], means[1], means[2], means[3], 100 * means[4])
