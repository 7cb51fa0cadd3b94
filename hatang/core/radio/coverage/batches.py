"""Batches: sites near each other with the ground that they need, computed wherever a worker is, to the same bytes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.choice import Model
from hatang.core.radio.coverage.layers import Part, empty_part
from hatang.core.radio.coverage.levels import add_points, add_raster
from hatang.core.radio.coverage.sites import Site
from hatang.core.radio.kernels import exact, sweep, tr38901
from hatang.core.radio.kernels.conditions import air_of
from hatang.core.radio.kernels.great_circle import Frame
from hatang.core.radio.kernels.ground import (
    EXACT,
    SWEEP,
    Conditions,
    Ground,
    PointLosses,
    RasterLosses,
    Transmitter,
    check_stands_on,
)
from hatang.core.radio.kernels.strongest import Mast
from hatang.core.radio.kernels.windows import Window, window_about
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM

FEWEST_SITES, MOST_SITES = 4, 50
MOST_PIXELS, MOST_LEVELS = 4_000_000, 8_000_000
"""What one batch may hold, pixels of ground and levels of all layers: enough work to be worth sending, little enough
for any worker's memory (a level and its server take 8 bytes). A single site's reach may be more.
"""
SHARES = 16
"""A small run is cut into about so many batches, whoever computes it, so that its bytes do not depend on workers."""
RASTERS = {EXACT.name: exact.raster_losses, SWEEP.name: sweep.sweep_losses}


@dataclass(frozen=True)
class Settings:
    """How a run computes: reach of a cell in km, kernel of P.1812's rasters, its conditions, and the reach of a cell
    that TR 38.901 computes, which is stated for 5 km.
    """

    radius_km: float = 15.0
    kernel: str = SWEEP.name
    conditions: Conditions = field(default_factory=lambda: Conditions(()))
    tr38901_radius_km: float = tr38901.FARTHEST_KM

    def reach_km(self, model: Model) -> float:
        """Give how far from a cell its model is computed."""
        return min(self.radius_km, self.tr38901_radius_km) if model.scenario else self.radius_km

    def for_site(self, site: Site) -> Conditions:
        """Give the conditions with a site's frequencies."""
        return replace(self.conditions, frequencies_ghz=site.frequencies_ghz)


@dataclass(frozen=True)
class Points:
    """Places where levels are asked for, in degrees, with their numbers among all of the run."""

    lons_deg: NDArray[np.float64]
    lats_deg: NDArray[np.float64]
    numbers: NDArray[np.int64]

    def about(self, frame: Frame) -> Points:
        """Give those on a grid or less than a value beside it; which of them lie on its rim, the kernels say."""
        rows = (frame.north_deg - self.lats_deg) / frame.step_lat_deg
        columns = (self.lons_deg - frame.west_deg) / frame.step_lon_deg
        return self.chosen((rows > -1) & (rows < frame.rows) & (columns > -1) & (columns < frame.columns))

    def chosen(self, which: NDArray[np.bool_]) -> Points:
        """Give some of them."""
        return Points(self.lons_deg[which], self.lats_deg[which], self.numbers[which])


@dataclass(frozen=True)
class Batch:
    """Work for one task: sites, the part of the ground about them with its place in the whole, and the points on it."""

    number: int
    sites: tuple[Site, ...]
    layers: int
    ground: Ground
    first_row: int
    first_column: int
    points: Points
    settings: Settings
    with_raster: bool


@dataclass(frozen=True)
class Done:
    """What a batch gives: layers over its part of the grid (None where no raster is asked for) and at its points."""

    number: int
    raster: Part | None
    points: Part
    numbers: NDArray[np.int64]


def batches_of(
    ground: Ground, sites: Sequence[Site], layers: int, points: Points, settings: Settings, with_raster: bool = True
) -> Iterator[Batch]:
    """Cut a run into batches, in the order of the sites. Raises RangeError where one does not stand on the ground."""
    for site in sites:
        check_stands_on(ground, transmitter_of(site))
    most_pixels = min(MOST_PIXELS, MOST_LEVELS // max(layers, 1)) if with_raster else MOST_PIXELS
    for number, (group, window) in enumerate(grouped(ground, sites, settings.radius_km, most_pixels)):
        part = cut(ground, window)
        near = points.about(part.frame)
        yield Batch(number, group, layers, part, window.first_row, window.first_column, near, settings, with_raster)


def grouped(
    ground: Ground, sites: Sequence[Site], radius_km: float, most_pixels: int
) -> Iterator[tuple[tuple[Site, ...], Window]]:
    """Gather neighbours until a batch is full, each group with the window that holds all its sites' reach."""
    most = min(max(math.ceil(len(sites) / SHARES), FEWEST_SITES), MOST_SITES)
    group: list[Site] = []
    window: Window | None = None
    for site in sites:
        reach = window_about(ground.frame, transmitter_of(site), radius_km)
        wider = reach if window is None else joined(window, reach)
        if group and (len(group) == most or wider.rows * wider.columns > most_pixels):
            assert window is not None
            yield tuple(group), window
            group, wider = [], reach
        group.append(site)
        window = wider
    if window is not None:
        yield tuple(group), window


def joined(one: Window, other: Window) -> Window:
    """Give the smallest window that holds two."""
    top, left = min(one.first_row, other.first_row), min(one.first_column, other.first_column)
    bottom = max(one.first_row + one.rows, other.first_row + other.rows)
    right = max(one.first_column + one.columns, other.first_column + other.columns)
    return Window(top, left, bottom - top, right - left)


def cut(ground: Ground, window: Window) -> Ground:
    """Give a window of the ground as a ground of its own, its arrays still the whole's: a run holds all its batches."""
    rows = slice(window.first_row, window.first_row + window.rows)
    columns = slice(window.first_column, window.first_column + window.columns)
    return replace(
        ground,
        heights_m=ground.heights_m[rows, columns],
        west_deg=ground.west_deg + window.first_column * ground.step_lon_deg,
        north_deg=ground.north_deg - window.first_row * ground.step_lat_deg,
        clutter_m=None if ground.clutter_m is None else ground.clutter_m[rows, columns],
        zones=None if ground.zones is None else ground.zones[rows, columns],
    )


def in_one_piece(ground: Ground) -> Ground:
    """Give the same ground with arrays that lie in memory row after row, as each site's kernel wants them."""
    heights, clutter, zones = ground.heights_m, ground.clutter_m, ground.zones
    beside = None if clutter is None else np.ascontiguousarray(clutter)
    kinds = None if zones is None else np.ascontiguousarray(zones)
    return replace(ground, heights_m=np.ascontiguousarray(heights), clutter_m=beside, zones=kinds)


def transmitter_of(site: Site) -> Transmitter:
    """Give a site as the kernels take it."""
    return Transmitter(site.lon_deg, site.lat_deg, site.height_m)


def compute_batch(batch: Batch) -> Done:
    """Compute the levels of a batch's sites, one after the other."""
    batch = replace(batch, ground=in_one_piece(batch.ground))
    rows, columns = batch.ground.heights_m.shape
    raster = empty_part(batch.layers, rows, columns, batch.first_row, batch.first_column) if batch.with_raster else None
    points = empty_part(batch.layers, 1, len(batch.points.numbers))
    for site in batch.sites:
        for model, part in site.by_model():
            mast = mast_of(part, batch.ground, batch.settings)
            if raster is not None:
                add_site(raster, part, mast, batch, model)
            add_reached(points, part, mast, batch, model)
    return Done(batch.number, raster, points, batch.points.numbers)


def mast_of(site: Site, ground: Ground, settings: Settings) -> Mast:
    """Give where a site's antennas are above sea, and the Earth's effective radius."""
    air = air_of(settings.conditions.time_percent, settings.conditions.delta_n, settings.conditions.n0)
    foot = heights_at(ground, np.array([site.lon_deg]), np.array([site.lat_deg]))[0]
    top_m = float(foot) + site.height_m
    return Mast(site.lon_deg, site.lat_deg, top_m, air.radius_km, np.array(site.frequencies_ghz))


def raster_of(ground: Ground, site: Site, settings: Settings, model: Model) -> RasterLosses:
    """Compute the losses about a site of one model."""
    reach_km, conditions = settings.reach_km(model), settings.for_site(site)
    if model.scenario:
        return tr38901.raster_losses(ground, transmitter_of(site), reach_km, conditions, model)
    found: RasterLosses = RASTERS[settings.kernel](ground, transmitter_of(site), reach_km, conditions)
    return found


def add_site(raster: Part, site: Site, mast: Mast, batch: Batch, model: Model) -> None:
    """Add a site of one model to the rasters."""
    settings, frame = batch.settings, batch.ground.frame
    found = raster_of(batch.ground, site, settings, model)
    rows, columns = found.why.shape
    inside = slice(found.first_row, found.first_row + rows), slice(found.first_column, found.first_column + columns)
    tops = batch.ground.heights_m[inside] + np.float32(settings.conditions.receiver_height_m)
    lats = frame.north_deg - np.arange(found.first_row, found.first_row + rows, dtype=np.float64) * frame.step_lat_deg
    lons = (
        frame.west_deg
        + np.arange(found.first_column, found.first_column + columns, dtype=np.float64) * frame.step_lon_deg
    )
    add_raster(raster, site, mast, found.losses_db, found.why, tops, lats, lons, (found.first_row, found.first_column))


def losses_at(
    ground: Ground,
    site: Site,
    lons_deg: NDArray[np.float64],
    lats_deg: NDArray[np.float64],
    settings: Settings,
    model: Model,
) -> PointLosses:
    """Compute the losses from a site of one model to points."""
    mast, conditions = transmitter_of(site), settings.for_site(site)
    if model.scenario:
        reach_km = settings.reach_km(model)
        return tr38901.losses_to_points(ground, mast, lons_deg, lats_deg, conditions, model, reach_km)
    return exact.losses_to_points(ground, mast, lons_deg, lats_deg, conditions)


def add_reached(points: Part, site: Site, mast: Mast, batch: Batch, model: Model) -> None:
    """Add a site of one model to the points within its reach, each by a profile of its own."""
    settings, asked = batch.settings, batch.points
    near = np.flatnonzero(reached(transmitter_of(site), asked) <= settings.reach_km(model))
    if not len(near):
        return
    lons, lats = asked.lons_deg[near], asked.lats_deg[near]
    found = losses_at(batch.ground, site, lons, lats, settings, model)
    tops = heights_at(batch.ground, lons, lats) + np.float32(settings.conditions.receiver_height_m)
    add_points(points, site, mast, found.losses_db, found.why, tops, lats, lons, near)


def reached(transmitter: Transmitter, points: Points) -> NDArray[np.float64]:
    """Give the distance to each point on the sphere, km."""
    lat, lats = np.radians(transmitter.lat_deg), np.radians(points.lats_deg)
    turn = np.radians(points.lons_deg - transmitter.lon_deg)
    chord = np.sin((lats - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats) * np.sin(turn / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1))))


def heights_at(ground: Ground, lons_deg: NDArray[np.float64], lats_deg: NDArray[np.float64]) -> NDArray[np.float32]:
    """Give the ground's height at places on it, metres above sea, between four values."""
    frame: Frame = ground.frame
    rows = np.clip((frame.north_deg - lats_deg) / frame.step_lat_deg, 0, frame.rows - 1)
    columns = np.clip((lons_deg - frame.west_deg) / frame.step_lon_deg, 0, frame.columns - 1)
    top = np.minimum(rows.astype(np.int64), frame.rows - 2)
    left = np.minimum(columns.astype(np.int64), frame.columns - 2)
    down, across = rows - top, columns - left
    heights = ground.heights_m
    upper = heights[top, left] * (1 - across) + heights[top, left + 1] * across
    lower = heights[top + 1, left] * (1 - across) + heights[top + 1, left + 1] * across
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)
