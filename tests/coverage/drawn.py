"""Runs made by hand for the map: a small ground, two rasters of level, what was found at the two villages."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.terrain.cogs import About, write_cog
from hatang.core.terrain.grid import Grid, Lattice
from hatang.coverage.models import CoverageRun, PredictedService, RunRaster, Terrain
from hatang.network.models import Cell, Mast, Station
from hatang.places.models import Place
from hatang.work.models import StoredFile
from hatang.work.services.files import store_file
from tests.conftest import World

STEP_DEG = 1 / 1200
LATTICE = Lattice(106.64, 22.0, STEP_DEG, STEP_DEG, 180, 180)
"""15 km about the villages of the small world, (106.70, 21.95) and (106.71, 21.96)."""
ON = date(2026, 1, 1)
WEST_DBM, EAST_DBM = -150.0, -50.0


@dataclass
class Drawn:
    """What was made, by name."""

    world: World
    terrain: Terrain
    run: CoverageRun
    level: RunRaster
    rivals_level: RunRaster
    server: RunRaster
    operators: RunRaster
    cells: list[Cell]


def stored(world: World, name: str, values: Any) -> StoredFile:
    """Store a grid as a Cloud-Optimised GeoTIFF."""
    return put(world, name, cog(name, np.asarray(values, dtype=np.float32)))


def cog(name: str, values: Any) -> bytes:
    """Write a grid as a Cloud-Optimised GeoTIFF."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.tif"
        write_cog(path, Grid.over(LATTICE, values), About(name, "P.1812", "1"))
        return path.read_bytes()


def put(world: World, name: str, content: bytes) -> StoredFile:
    """Store a file of the province's."""
    kinds = {".tif": "image/tiff"}
    return store_file(
        actor=None, name=f"{name}.tif", content=content, province=world.province, organisation=None, kinds=kinds
    )


@cache
def ridge_cog() -> bytes:
    """Give the ground as a file, made once."""
    return cog("do-cao", ridge_m().astype(np.float32))


def ridge_m() -> Any:
    """Give ground at 250 m with a ridge of 200 m more across the way from the cells to the second village."""
    lons, lats = np.meshgrid(LATTICE.lons_deg(), LATTICE.lats_deg())
    return 250 + 200 * np.exp(-(((lats - 21.956) / 0.0015) ** 2)) + 0 * lons


def terrain_of(world: World) -> Terrain:
    """Make a prepared terrain."""
    west, south, east, north = LATTICE.area
    return Terrain.objects.create(
        province=world.province,
        title="Địa hình thử",
        state=Terrain.State.READY,
        heights=put(world, "do-cao", ridge_cog()),
        west_deg=west,
        south_deg=south,
        east_deg=east,
        north_deg=north,
        step_m=90,
        source="bịa ra",
        licence="không",
        simulated=True,
    )


def cells_of(world: World, operator: Organisation, *azimuths_deg: float) -> list[Cell]:
    """Put a mast of an operator south of the villages, with a sector of 4G towards each azimuth."""
    facts = {"province": world.province, "commune": world.commune, "built_on": date(2020, 1, 1)}
    mast = Mast.objects.create(code=f"C-{operator.short_name}", owner=operator, lon=106.7, lat=21.93, **facts)
    station = Station.objects.create(
        code=f"T-{operator.short_name}", mast=mast, operator=operator, technology="4G", on_air_on=date(2021, 1, 1)
    )
    sent = {"height_m": 30, "power_dbm": 46, "band": "B3", "bandwidth_mhz": 20, "on_air_on": date(2021, 1, 1)}
    return [
        Cell.objects.create(station=station, code=f"{station.code}-{k}", azimuth_deg=azimuth, **sent)
        for k, azimuth in enumerate(azimuths_deg)
    ]


def run_of(world: World, terrain: Terrain, title: str, on: date = ON, **more: Any) -> CoverageRun:
    """Make a finished run that the department took."""
    return CoverageRun.objects.create(
        province=world.province,
        title=title,
        on=on,
        terrain=terrain,
        technologies=["4G"],
        radius_km=8,
        state=CoverageRun.State.DONE,
        adopted_at=timezone.now(),
        simulated=True,
        **more,
    )


def found(run: CoverageRun, place: Place, operator: Organisation, level_dbm: float | None, share: float) -> None:
    """Note what a run found at a place."""
    PredictedService.objects.create(
        run=run,
        place=place,
        operator=operator,
        technology="4G",
        level_dbm=level_dbm,
        probability=share,
        served=share >= 0.95,
    )


def draw(world: World) -> Drawn:
    """Make a run: A serves the first village well, B neither; A's level rises from west to east."""
    terrain = terrain_of(world)
    run = run_of(world, terrain, "Quý I/2026")
    rising = np.broadcast_to(np.linspace(WEST_DBM, EAST_DBM, LATTICE.columns), LATTICE.shape)

    def raster(quantity: str, operator: Organisation | None, name: str, values: Any) -> RunRaster:
        file = stored(world, name, values)
        return RunRaster.objects.create(run=run, quantity=quantity, operator=operator, technology="4G", file=file)

    cells = [*cells_of(world, world.operator, 0, 180), *cells_of(world, world.rival, 120)]
    made = Drawn(
        world,
        terrain,
        run,
        raster("level", world.operator, "muc-a", rising),
        raster("level", world.rival, "muc-b", np.full(LATTICE.shape, -105.0)),
        raster("server", world.operator, "o-a", np.where(rising < -100, 1, 2)),
        raster("operators", None, "so-dn", np.where(rising < -100, 1, 2)),
        cells,
    )
    found(run, world.village, world.operator, -90.0, 1.0)
    found(run, world.dark_village, world.operator, -112.8, 0.31)
    found(run, world.village, world.rival, None, 0.0)
    found(run, world.dark_village, world.rival, -111.0, 0.65)
    return made


def draw_least(world: World) -> RunRaster:
    """Make the least that every address of the map needs: one raster of A's, one place served by A."""
    terrain = terrain_of(world)
    run = run_of(world, terrain, "Quý I/2026")
    cells_of(world, world.operator, 0)
    found(run, world.village, world.operator, -90.0, 1.0)
    return RunRaster.objects.create(
        run=run, quantity="level", operator=world.operator, technology="4G", file=terrain.heights
    )
