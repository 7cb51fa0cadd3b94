"""The normal distribution against the standard library."""

from statistics import NormalDist

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.normal import cumulative, quantile


@settings(deadline=None)
@given(st.lists(st.floats(-20, 20), min_size=1, max_size=20))
def test_cumulative_is_right_to_a_trillionth(values: list[float]) -> None:
    expected = [NormalDist().cdf(value) for value in values]
    assert np.abs(cumulative(values) - expected).max() < 1e-12


@settings(deadline=None)
@given(st.floats(1e-9, 1 - 1e-9))
def test_quantile_undoes_cumulative(probability: float) -> None:
    assert abs(cumulative(quantile(probability)) - probability) < 1e-12


def test_what_nobody_computed_stays_so() -> None:
    assert np.isnan(cumulative([np.nan, 0.0])).tolist() == [True, False]
    assert cumulative([np.inf, -np.inf]).round(12).tolist() == [1.0, 0.0]
