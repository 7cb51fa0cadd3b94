"""What the tests of coverage share: a small prepared terrain."""

from __future__ import annotations

import numpy as np
import pytest

from hatang.core.terrain.grid import Area, Grid, lattice_around
from hatang.coverage.models import Terrain
from hatang.coverage.services.terrain import store_terrain
from tests.conftest import World

SMALL_AREA: Area = (106.64, 21.84, 106.78, 21.98)
"""Holds every place of Lạng Sơn in the small world."""
STEP_DEG = 1 / 1200


def hills(area: Area = SMALL_AREA, step_deg: float = STEP_DEG) -> Grid:
    """Make rolling hills of 250 to 450 m; the same heights at the same place whatever the area."""
    lattice = lattice_around(area, step_deg, step_deg)
    lons, lats = np.meshgrid(lattice.lons_deg(), lattice.lats_deg())
    heights = 350 + 70 * np.sin(lons * 240) * np.cos(lats * 200) + 30 * np.sin((lons + lats) * 700)
    return Grid.over(lattice, np.round(heights))


@pytest.fixture
def small_terrain(world: World) -> Terrain:
    """Make a prepared terrain over the small world's places, without land cover."""
    terrain = Terrain(province=world.province, title="Đồi thử", source="Bịa ra", licence="Không", simulated=True)
    return store_terrain(actor=None, terrain=terrain, heights=hills(), report={"sentences": ["Đồi bịa ra."]})
