"""Holes are closed from what stands around them, and only holes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.terrain import Grid
from hatang.core.terrain.voids import DIRECTIONS, FEWEST_SIDES, filled


def by_hand(grid: Grid, row: int, column: int, reach: int) -> float:
    """Walk from one void in each direction."""
    across = grid.step_lon_deg * np.cos(np.radians(grid.north_deg - row * grid.step_lat_deg))
    met = []
    for down, right in DIRECTIONS:
        for step in range(1, reach + 1):
            r, c = row + step * down, column + step * right
            if not (0 <= r < grid.values.shape[0] and 0 <= c < grid.values.shape[1]):
                break
            if not np.isnan(grid.values[r, c]):
                away = np.hypot(step * down * grid.step_lat_deg, step * right * across)
                met.append((1 / away**2, float(grid.values[r, c])))
                break
    if len(met) < FEWEST_SIDES:
        return float("nan")
    return sum(w * height for w, height in met) / sum(w for w, _ in met)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.9), st.integers(1, 6))
def test_each_void_is_what_a_walk_in_eight_directions_finds(seed: int, share: float, reach: int) -> None:
    random = np.random.default_rng(seed)
    values = random.uniform(0, 500, (11, 8)).astype(np.float32)
    values[random.random(values.shape) < share] = np.nan
    grid = Grid(values, 106, 21, 0.01, 0.01)
    found = filled(grid, reach).values
    expected = [by_hand(grid, *place, reach) for place in np.argwhere(np.isnan(values))]
    assert np.allclose(found[np.isnan(values)], expected, atol=1e-3, equal_nan=True)
    assert np.array_equal(found[~np.isnan(values)], values[~np.isnan(values)])


def test_a_hole_in_a_slope_is_closed_near_the_slope_and_the_outside_stays_open() -> None:
    row, column = np.mgrid[0:40, 0:40]
    slope = (2.0 * column + row).astype(np.float32)
    holed = slope.copy()
    holed[10:14, 20:26] = np.nan
    holed[30:, :] = np.nan
    closed = filled(Grid(holed, 106, 21, 0.01, 0.01)).values
    assert np.abs(closed - slope)[10:14, 20:26].max() < 4 and np.isnan(closed[30:]).all()
