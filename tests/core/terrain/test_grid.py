"""A grid gives what stands in it, what lies between, and the same cells however it is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hatang.core.terrain import Grid, Lattice, TerrainError, lattice_around

heights = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.floats(-100, 3000, width=32)
)
steps = st.sampled_from([1 / 3600, 1 / 1200, 0.000277777778, 0.1])


@settings(deadline=None, max_examples=60)
@given(heights, steps, st.floats(-170, 170), st.floats(-80, 80))
def test_both_samplings_give_the_value_itself_at_a_centre(
    values: np.ndarray, step: float, west: float, north: float
) -> None:
    grid = Grid(values, west, north, step, step)
    lon, lat = np.meshgrid(grid.lattice.lons_deg(), grid.lattice.lats_deg())
    assert np.array_equal(grid.bilinear(lon, lat), values.astype(np.float64))
    assert np.array_equal(grid.nearest(lon, lat), values.astype(np.float64))


@settings(deadline=None, max_examples=60)
@given(heights, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_between_centres_lies_nothing_beyond_them(values: np.ndarray, shares: list[tuple[float, float]]) -> None:
    grid = Grid(values, 106, 22, 0.001, 0.001)
    east, south = grid.lattice.east_deg, grid.lattice.south_deg
    lon = np.array([106 + share * (east - 106) for share, _ in shares])
    lat = np.array([22 - share * (22 - south) for _, share in shares])
    found = grid.bilinear(lon, lat)
    assert (found >= values.min() - 1e-3).all() and (found <= values.max() + 1e-3).all()
    assert np.isin(grid.nearest(lon, lat), values).all()


def test_bilinear_is_exact_on_a_slope() -> None:
    lattice = Lattice(106, 22, 1 / 1200, 1 / 1200, 30, 40)
    lon, lat = np.meshgrid(lattice.lons_deg(), lattice.lats_deg())
    grid = Grid.over(lattice, 1000 * (lon - 106) - 700 * (lat - 22))
    spots = np.random.default_rng(1).uniform([106, 22 - 29 / 1200], [106 + 39 / 1200, 22], (500, 2))
    expected = 1000 * (spots[:, 0] - 106) - 700 * (spots[:, 1] - 22)
    assert np.abs(grid.bilinear(*spots.T) - expected).max() < 1e-4


def test_a_void_spoils_only_what_lies_between_it_and_its_neighbours() -> None:
    values = np.arange(9, dtype=np.float32).reshape(3, 3)
    values[1, 1] = np.nan
    grid = Grid(values, 106, 22, 0.1, 0.1)
    assert grid.bilinear(106.0, 21.9) == 3 and grid.bilinear(106.1, 22.0) == 1
    assert np.isnan(grid.bilinear(106.05, 21.9)) and grid.bilinear(106.05, 22.0) == pytest.approx(0.5)
    assert grid.void_cells == 1


def test_off_the_grid_is_no_value() -> None:
    grid = Grid(np.ones((2, 2)), 106, 22, 0.1, 0.1)
    off = [(105.99, 22), (106.11, 22), (106, 22.01), (106, 21.89), (np.nan, 22)]
    assert np.isnan([grid.bilinear(*spot) for spot in off]).all()
    assert np.isnan([grid.nearest(*spot) for spot in [(105.94, 22), (106, 21.84), (106, np.nan)]]).all()


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(4, 15), st.integers(0, 20))
def test_tiles_hold_each_cell_once_and_see_their_margin(rows: int, columns: int, size: int, margin: int) -> None:
    whole = Lattice(106, 22, 0.01, 0.01, rows, columns)
    counts = np.zeros(whole.shape, dtype=int)
    numbers = np.arange(counts.size).reshape(whole.shape)
    for tile in whole.tiles(size, margin):
        counts[tile.rows, tile.columns] += 1
        outer = numbers[tile.outer_rows, tile.outer_columns]
        assert outer.shape == tile.outer.shape and max(tile.core.shape) <= size
        assert np.array_equal(tile.inner(outer), numbers[tile.rows, tile.columns])
        assert tile.outer_rows.start == max(tile.rows.start - margin, 0)
        assert tile.core.west_deg == pytest.approx(whole.lons_deg()[tile.columns.start], abs=1e-9)
    assert (counts == 1).all()


def test_crop_encloses_an_area_and_refuses_what_lies_beyond() -> None:
    grid = Grid(np.arange(100).reshape(10, 10), 106, 22, 0.1, 0.1)
    part = grid.crop((106.25, 21.42, 106.5, 21.8))
    assert part.lattice.area == pytest.approx((106.2, 21.4, 106.5, 21.8))
    assert part.bilinear(106.33, 21.55) == pytest.approx(grid.bilinear(106.33, 21.55))
    with pytest.raises(TerrainError, match="không đủ cho khu vực"):
        grid.crop((105.9, 21.4, 106.5, 21.8))
    with pytest.raises(TerrainError, match="tây, nam, đông, bắc"):
        grid.crop((21.4, 106.2, 21.8, 106.5))


def test_lattices_of_neighbours_share_their_cells() -> None:
    one = lattice_around((106.013, 21.2, 106.31, 21.55), 1 / 1200, 1 / 1200)
    two = lattice_around((106.3, 21.41, 106.7, 21.9), 1 / 1200, 1 / 1200)
    rows, columns = one.indices(two.west_deg, two.north_deg)
    assert rows == round(float(rows)) and columns == round(float(columns))
    assert one.west_deg <= 106.013 and one.east_deg >= 106.31


def test_a_version_names_values_and_place() -> None:
    values = np.array([[1, 0], [np.nan, 4]], dtype=np.float32)
    grid = Grid(values, 106, 22, 0.1, 0.1)
    same = Grid(np.asfortranarray(np.where(values == 0, -0.0, values)), 106, 22, 0.1, 0.1)
    moved, other = Grid(values, 106.1, 22, 0.1, 0.1), Grid(values + 1, 106, 22, 0.1, 0.1)
    assert grid.version == same.version
    assert len({grid.version, moved.version, other.version, Grid(values.reshape(1, 4), 106, 22, 0.1, 0.1).version}) == 4


@pytest.mark.parametrize(
    "numbers", [(106, 22, 0, 0.1), (106, 22, 0.1, -0.1), (106, 95, 0.1, 0.1), (np.nan, 22, 0.1, 0.1)]
)
def test_what_is_no_lattice_is_refused(numbers: tuple[float, float, float, float]) -> None:
    with pytest.raises(TerrainError):
        Grid(np.ones((2, 2)), *numbers)
