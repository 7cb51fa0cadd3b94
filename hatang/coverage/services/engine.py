"""From the registers to the radio engine and back: cells as of a day, prepared ground, levels at points.

Everything that predicts (runs, what-if, a village's page, calibration) asks here, so that all answer alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.antennas import PATTERNS, Pattern
from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell, Usable, usable_cells
from hatang.core.radio.choice import USUAL
from hatang.core.radio.coverage.batches import Points, Settings
from hatang.core.radio.coverage.exactly import served_exactly
from hatang.core.radio.coverage.served import Served, Standard
from hatang.core.radio.kernels.ground import Ground
from hatang.core.radio.services import SERVICES, with_threshold
from hatang.core.terrain.grid import Area, Grid, Lattice
from hatang.core.terrain.mosaics import open_terrain
from hatang.coverage.models import CoverageRun, Terrain
from hatang.network import models as network
from hatang.places.models import Place

METHOD = "P.1812"
RULE = USUAL
"""Which model computes which cell, in all that predicts."""
KM_PER_DEGREE = 111.0
LARGEST_GROUNDS = 4


@dataclass(frozen=True)
class Land:
    """Prepared ground as the kernels take it, and the same as grids; `clutter` and `zones` are None where unknown."""

    ground: Ground
    heights: Grid
    clutter: Grid | None
    zones: Grid | None = None

    def clutter_at(self, lons_deg: NDArray[np.float64], lats_deg: NDArray[np.float64]) -> NDArray[np.float32]:
        """Give the height of what stands at places, metres (n,); 0 for open ground and where nothing is known."""
        if self.clutter is None:
            return np.zeros(len(lons_deg), dtype=np.float32)
        return np.nan_to_num(self.clutter.nearest(lons_deg, lats_deg)).astype(np.float32)


def cells_near(
    area: Area, *, on: date, operators: Collection[int] = (), technologies: Collection[str] = ()
) -> list[Cell]:
    """Read the register's cells on air that day within an area, of whichever province: waves know no border.

    Each is known by the key of its row; its layer's operator too. Empty collections ask for all.
    """
    west, south, east, north = area
    rows = network.Cell.objects.on_air(on).filter(
        station__mast__lon__range=(west, east), station__mast__lat__range=(south, north)
    )
    if operators:
        rows = rows.filter(station__operator__in=operators)
    if technologies:
        rows = rows.filter(station__technology__in=technologies)
    return [radio_cell(row) for row in rows.select_related("station__mast").order_by("pk")]


def radio_cell(row: network.Cell) -> Cell:
    """Give a row of the register as the engine takes it."""
    mast = row.station.mast
    return Cell(
        id=str(row.pk),
        technology=row.station.technology,
        lon=mast.lon,
        lat=mast.lat,
        height_m=row.height_m,
        power_dbm=row.power_dbm,
        frequency_mhz=row.frequency_mhz,
        bandwidth_mhz=row.bandwidth_mhz,
        band=row.band,
        azimuth_deg=row.azimuth_deg,
        tilt_electrical_deg=row.tilt_electrical_deg,
        tilt_mechanical_deg=row.tilt_mechanical_deg,
        antenna=row.antenna,
        structure_height_m=mast.height_m,
        operator=str(row.station.operator_id),
    )


def cells_for(
    run: CoverageRun, area: Area | None = None, *, operator: int | None = None, technology: str = ""
) -> Usable:
    """Give the cells that a run asks for, those left out and why. Raises CellsError where the run allows none of it.

    Without an area, all whose antenna stands on the run's terrain; with an operator or a technology, only theirs.
    """
    cells = cells_near(
        area or area_of(run.terrain),
        on=run.on,
        operators=[operator] if operator else [one.pk for one in run.operators.all()],
        technologies=[technology] if technology else run.technologies,
    )
    if run.blank_azimuth_is_omni:
        cells = [replace(cell, omnidirectional=cell.azimuth_deg is None) for cell in cells]
    usable = usable_cells(cells, method=METHOD, leave_out_faulty=run.leave_out_faulty, rule=RULE)
    return replace(usable, cells=calibrated(usable.cells, run.offsets_db))


def calibrated(cells: Sequence[Cell], offsets_db: Mapping[str, float]) -> tuple[Cell, ...]:
    """Add a run's accepted offsets, by operator and technology (`"12:4G"`), to what its checked cells send, dB.

    Levels rise and fall with it everywhere alike: on rasters, at places and at measured points.
    """
    layers = [f"{cell.operator}:{cell.technology}" for cell in cells]
    return tuple(
        replace(cell, power_dbm=cell.power_dbm + offsets_db[layer])
        if layer in offsets_db and cell.power_dbm is not None
        else cell
        for cell, layer in zip(cells, layers, strict=True)
    )


def area_of(terrain: Terrain) -> Area:
    """Give the box that a prepared terrain holds."""
    assert terrain.west_deg is not None
    assert terrain.south_deg is not None
    assert terrain.east_deg is not None
    assert terrain.north_deg is not None
    return terrain.west_deg, terrain.south_deg, terrain.east_deg, terrain.north_deg


def area_about(lons_deg: Sequence[float], lats_deg: Sequence[float], reach_km: float) -> Area:
    """Give the box that lies within a reach of some places."""
    up = reach_km / KM_PER_DEGREE
    across = up / float(np.cos(np.radians(max(map(abs, lats_deg)) + up)))
    return min(lons_deg) - across, min(lats_deg) - up, max(lons_deg) + across, max(lats_deg) + up


def meeting(one: Area, other: Area) -> Area:
    """Give what two boxes have in common."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def land_of(terrain: Terrain, area: Area | None = None) -> Land:
    """Read a prepared terrain, all of it or about an area; what was read last stays in memory."""
    assert terrain.heights
    clutter, zones = (Path(kept.file.path) if kept else None for kept in (terrain.clutter, terrain.zones))
    asked = meeting(area_of(terrain), area) if area else area_of(terrain)
    return land_in(Path(terrain.heights.file.path), clutter, zones, asked)


@lru_cache(maxsize=LARGEST_GROUNDS)
def land_in(heights: Path, clutter: Path | None, zones: Path | None, area: Area) -> Land:
    """Read files that `Terrain` holds; they never change."""
    mosaic = open_terrain([heights])
    lattice = mosaic.lattice(area)
    grid = mosaic.read(lattice, reach_cells=0).grid
    cover, kinds = laid_in(clutter, lattice), laid_in(zones, lattice)
    ground = Ground(
        grid.values,
        *grid.place,
        clutter_m=None if cover is None else cover.values,
        zones=None if kinds is None else kinds.values.astype(np.uint8),
    )
    return Land(ground, grid, cover, kinds)


def laid_in(path: Path | None, lattice: Lattice) -> Grid | None:
    """Read the heights of land cover, or zones, over the same cells."""
    return None if path is None else open_terrain([path]).read(lattice, method="nearest", reach_cells=0).grid


def standard_of(run: CoverageRun) -> Standard:
    """Give from when on a place counts as served in a run."""
    services = dict(SERVICES)
    for name, threshold_dbm in run.thresholds_dbm.items():
        services[Technology(name)] = with_threshold(Technology(name), threshold_dbm, run.thresholds_note)
    return Standard(services, served_percent=run.served_percent)


def settings_of(run: CoverageRun) -> Settings:
    """Give how a run computes."""
    return Settings(run.radius_km, run.kernel)


def points_of(places: Sequence[Place]) -> Points:
    """Give places that have coordinates as points, numbered in their order."""
    lons = np.array([place.lon for place in places], dtype=np.float64)
    lats = np.array([place.lat for place in places], dtype=np.float64)
    return Points(lons, lats, np.arange(len(places)))


def served_at(
    points: Points,
    cells: Sequence[Cell],
    land: Land,
    *,
    settings: Settings,
    standard: Standard,
    patterns: Mapping[str, Pattern] = PATTERNS,
) -> Served:
    """Compute by the exact kernel who serves points; `servers` count in `cells`, layers are those of the cells.

    `patterns` are those of the province (`antennas.patterns_of`).
    """
    return served_exactly(
        points,
        cells,
        land.ground,
        clutter_m=land.clutter_at(points.lons_deg, points.lats_deg),
        settings=settings,
        standard=standard,
        patterns=patterns,
        rule=RULE,
    )
