"""Terrain: what is kept is what runs read."""

from __future__ import annotations

import numpy as np
import pytest

from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Grid
from hatang.coverage.models import Terrain
from hatang.coverage.services.engine import area_of, land_of
from hatang.coverage.services.terrain.storing import store_terrain
from tests.conftest import World
from tests.coverage.conftest import hills


def test_a_run_reads_exactly_what_was_kept(small_terrain: Terrain) -> None:
    land, made = land_of(small_terrain), hills()
    assert np.array_equal(land.heights.values, made.values)
    assert np.allclose(land.heights.place, made.place, rtol=0, atol=1e-12)
    assert land.heights.version == small_terrain.version
    assert land.clutter is None
    west, south, east, north = area_of(small_terrain)
    part = land_of(small_terrain, (west + 0.03, south + 0.02, east - 0.05, north - 0.01))
    inner = hills().crop(part.heights.lattice.area)
    assert np.array_equal(part.heights.values, inner.values)


def test_land_cover_comes_back_on_the_same_lattice(world: World) -> None:
    heights = hills()
    cover = Grid.over(heights.lattice, np.where(heights.values > 350, 15.0, 0.5))
    terrain = Terrain(province=world.province, title="Có lớp phủ", source="Bịa ra", licence="Không")
    land = land_of(store_terrain(actor=None, terrain=terrain, heights=heights, clutter=cover))
    assert land.clutter is not None
    assert land.clutter.lattice == land.heights.lattice
    assert np.array_equal(land.clutter.values, cover.values)


def test_a_grid_with_a_hole_is_not_kept(world: World) -> None:
    heights = hills()
    heights.values[3, 4] = np.nan
    terrain = Terrain(province=world.province, title="Thủng", source="Bịa ra", licence="Không")
    with pytest.raises(TerrainError, match="ô trống"):
        store_terrain(actor=None, terrain=terrain, heights=heights)
    assert not Terrain.objects.exists()
