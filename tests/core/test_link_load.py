"""The circular's measure of a link's load, against counting by hand and numpy's own percentile."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hatang.core.link_load import STEP, STEPS, percentile_95, rates_mbps, week_load


@given(arrays.arrays(np.float32, st.integers(1, 300), elements=st.floats(0, 1000, width=32)))
def test_percentile_agrees_with_numpys_inverted_distribution(samples: np.ndarray) -> None:
    assert percentile_95(samples) == pytest.approx(float(np.percentile(samples, 95, method="inverted_cdf")))


@given(st.integers(1, 100))
def test_a_twentieth_of_the_samples_may_be_anything(high: int) -> None:
    samples = np.full(STEPS, 10, dtype=np.float32)
    samples[: int(0.05 * STEPS)] = high * 1000
    assert percentile_95(samples) == 10
    samples[: int(0.05 * STEPS) + 1] = high * 1000
    assert percentile_95(samples) == high * 1000


def test_each_direction_is_judged_by_itself() -> None:
    inward, outward = np.full(STEPS, 95, dtype=np.float32), np.full(STEPS, 5, dtype=np.float32)
    load = week_load(inward, outward)
    assert load is not None
    assert (load.percent_of(100), load.samples) == (95, STEPS)


def test_a_step_of_one_direction_alone_does_not_count() -> None:
    inward, outward = np.full(STEPS, np.nan, dtype=np.float32), np.full(STEPS, 5, dtype=np.float32)
    assert week_load(inward, outward) is None
    inward[:7] = 1
    load = week_load(inward, outward)
    assert load is not None
    assert load.samples == 7


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=20), st.integers(0, 2**32 - 1))
def test_a_counter_that_runs_over_tells_the_same_rates(moved: list[int], begin: int) -> None:
    at = [datetime(2026, 3, 1) + k * STEP for k in range(len(moved) + 1)]
    whole = np.cumsum([begin, *moved]).tolist()
    narrow = [value % 2**32 for value in whole]
    assert rates_mbps(at, narrow, bits=32) == rates_mbps(at, whole, bits=64)
    assert rates_mbps(at, whole)[0] == pytest.approx(moved[0] * 8 / 300 / 1e6)


def test_a_gap_tells_nothing_and_times_backwards_are_refused() -> None:
    begin = datetime(2026, 3, 1)
    assert rates_mbps([begin, begin + timedelta(hours=1)], [0, 10]) == [None]
    with pytest.raises(ValueError, match="không sau"):
        rates_mbps([begin, begin], [0, 10])


def test_a_week_is_a_week() -> None:
    with pytest.raises(ValueError, match=str(STEPS)):
        week_load(np.zeros(10, dtype=np.float32), np.zeros(10, dtype=np.float32))
