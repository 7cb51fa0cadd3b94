"""The kernels' own functions are the library's, to single precision."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.kernels.arithmetic import asin_of, atan_of, exp2_of, floor_of, log2_of, tanh_of
from hatang.core.radio.kernels.sorted_pixels import turn_of

F = np.float32


@pytest.mark.parametrize(
    ("ours", "theirs", "low", "high", "relative"),
    [
        (log2_of, math.log2, 2.0**-100, 2.0**100, 3e-7),
        (exp2_of, lambda x: 2.0**x, -120, 120, 4e-7),
        (tanh_of, math.tanh, -40, 40, 0),
        (asin_of, math.asin, -1, 1, 0),
        (atan_of, math.atan, -1e6, 1e6, 0),
        (floor_of, math.floor, -1e6, 1e6, 0),
    ],
)
def test_functions(
    ours: Callable[[F], F], theirs: Callable[[float], float], low: float, high: float, relative: float
) -> None:
    @settings(max_examples=300, deadline=None)
    @given(st.floats(low, high, width=32))
    def agrees(x: float) -> None:
        assert float(ours(F(x))) == pytest.approx(theirs(x), rel=relative, abs=5e-7)

    agrees()


@given(st.floats(-1, 1, width=32), st.floats(-1, 1, width=32))
@settings(max_examples=300, deadline=None)
def test_directions(east: float, north: float) -> None:
    if math.hypot(east, north) < 1e-6:
        return
    turn = math.atan2(east, north) / math.tau % 1
    assert abs(float(turn_of(F(east), F(north))) - turn) % 1 == pytest.approx(0, abs=5e-7) or turn > 1 - 1e-6
