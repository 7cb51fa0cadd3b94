"""A damped trend by exponential smoothing, for series long enough to say how their trend fades.

Gardner and McKenzie 1985; as an innovations state space model ETS(A, Ad, N): Hyndman, Koehler, Ord, Snyder, Forecasting
with Exponential Smoothing (2008), section 6. Estimated by statsmodels.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np

from hatang.core.foresight.drift import WIDENING_A_YEAR
from hatang.core.foresight.scales import Doubles

PARAMETERS = 5
"""Level, trend, their two smoothing factors and the fading: each costs a degree of freedom."""

WIDER = 1.25
"""How much wider the interval is made than the estimated model says, for its parameters are uncertain: back-tested."""


def damped_trend(levels: Doubles, ahead: Doubles) -> tuple[Doubles, Doubles]:
    """Give the middle and the standard deviation so many years ahead of a yearly series.

    Years between whole ones are read off between their neighbours. Needs more points than parameters.
    """
    freedom = len(levels) - PARAMETERS
    if freedom < 1:
        raise ValueError(f"a damped trend needs more than {PARAMETERS} points")
    far = int(np.ceil(ahead.max())) if len(ahead) else 1
    middle, deviation = (np.array(x) for x in _fitted(tuple(levels.tolist()), max(far, 1)))
    years = np.arange(far + 1) if far else np.arange(2)
    centre = np.interp(ahead, years, np.concatenate([levels[-1:], middle]))
    lost = WIDER * np.sqrt(len(levels) / freedom)
    wide = np.interp(ahead, years, np.concatenate([[0.0], deviation])) * lost * (1 + WIDENING_A_YEAR * ahead)
    return centre, wide


@lru_cache(maxsize=4096)
def _fitted(levels: tuple[float, ...], far: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Fit once what pages ask for again and again: a fit takes tens of milliseconds."""
    from pandas import Series
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ETSModel(Series(levels), error="add", trend="add", damped_trend=True)
        fitted = model.fit(disp=False)
        ahead = fitted.get_prediction(start=len(levels), end=len(levels) + far - 1)
    deviation = np.sqrt(np.asarray(ahead.forecast_variance))
    return tuple(np.asarray(ahead.predicted_mean).tolist()), tuple(deviation.tolist())
