"""What the tests of coverage share: a small prepared terrain, cells on it, and a run that was computed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hatang.accounts.models import Organisation, Person
from hatang.core.terrain.grid import Area, Grid, lattice_around
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.runs.acts import ask_run
from hatang.coverage.services.terrain.storing import store_terrain
from hatang.network.models import Cell, Mast, Station
from hatang.places.models import Place
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


ON_AIR = date(2024, 1, 1)
RUN_DAY = date(2026, 11, 1)
AZIMUTHS_DEG = (0, 120, 240)
WAVES = {"4G": {"band": "B3", "bandwidth_mhz": 20.0}, "5G": {"band": "n78", "bandwidth_mhz": 100.0}}


def station(operator: Organisation, mast: Mast, technology: str, power_dbm: float = 46.0) -> list[Cell]:
    """Make a station of three sectors on a mast."""
    row = Station.objects.create(
        code=mast.code, mast=mast, operator=operator, technology=technology, on_air_on=ON_AIR, simulated=True
    )
    return [
        Cell.objects.create(
            station=row,
            code=f"{row.code}-{technology}-{azimuth}",
            **WAVES[technology],
            azimuth_deg=azimuth,
            tilt_electrical_deg=4.0,
            height_m=30.0,
            power_dbm=power_dbm,
            on_air_on=ON_AIR,
            simulated=True,
        )
        for azimuth in AZIMUTHS_DEG
    ]


def mast(world: World, code: str, owner: Organisation, commune: Place, lon: float, lat: float) -> Mast:
    """Make a mast."""
    return Mast.objects.create(
        code=code,
        province=world.province,
        commune=commune,
        owner=owner,
        lon=lon,
        lat=lat,
        height_m=35.0,
        built_on=ON_AIR,
        simulated=True,
    )


@pytest.fixture
def cells(world: World) -> list[Cell]:
    """Put A's 4G, which reaches both villages, and weak 5G beside the one with power; B's weak 4G beside the other."""
    near = mast(world, "M1", world.operator, world.commune, 106.702, 21.952)
    far = mast(world, "M2", world.rival, world.commune, 106.7105, 21.9605)
    return [
        *station(world.operator, near, "4G"),
        *station(world.operator, near, "5G", power_dbm=23.0),
        *station(world.rival, far, "4G", power_dbm=10.0),
    ]


def run_of(terrain: Terrain, **more: object) -> CoverageRun:
    """Make a run that nobody asked for yet."""
    facts = {"title": "Lượt thử", "on": RUN_DAY, "technologies": ["4G", "5G"], "radius_km": 5.0} | more
    return CoverageRun(province=terrain.province, terrain=terrain, **facts)


@pytest.fixture
def done_run(world: World, people: dict[str, Person], small_terrain: Terrain, cells: list[Cell]) -> CoverageRun:
    """Compute a run of the small world; 4G and 5G of both operators."""
    return ask_run(actor=people["department_officer"], run=run_of(small_terrain), operators=[])
