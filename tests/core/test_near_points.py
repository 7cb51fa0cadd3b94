"""Points within a distance, against measuring every pair."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.near_points import near_points, pairs_within

GEOD = pyproj.Geod(ellps="WGS84")
around = st.tuples(st.floats(105.99, 106.01), st.floats(20.99, 21.01)) | st.tuples(
    st.floats(102, 118), st.floats(6, 24)
)


@settings(max_examples=120, deadline=None)
@given(st.lists(around, max_size=8), st.lists(around, max_size=8), st.floats(0, 3000))
def test_no_pair_is_missed_or_added(
    points: list[tuple[float, float]], others: list[tuple[float, float]], within_m: float
) -> None:
    one, two, away_m = near_points(np.array(points), np.array(others), within_m)
    wanted = {(i, j) for i, p in enumerate(points) for j, q in enumerate(others) if GEOD.inv(*p, *q)[2] <= within_m}
    assert set(zip(one.tolist(), two.tolist(), strict=True)) == wanted
    assert all(away_m <= within_m)
    assert one.tolist() == sorted(one.tolist())


def test_each_pair_comes_once() -> None:
    spots = np.array([[106, 21], [106.0001, 21], [106.0002, 21], [107, 21]])
    one, two, _ = pairs_within(spots, 25)
    assert list(zip(one.tolist(), two.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]


def test_a_latitude_near_the_pole_is_refused() -> None:
    with pytest.raises(ValueError, match="80"):
        near_points(np.array([[0.0, 89.0]]), np.array([[0.0, 89.0]]), 10)
