"""The sweep: ITU-R P.1812 over a raster, one profile for each azimuth, every pixel with its own height and distance.

Around the transmitter as many radials leave as keep them a pixel apart at the rim (nearer in they lie closer). A pixel
takes the radial of the nearest azimuth up to a few samples before it, those last samples on its own great circle, and
then itself: what stands next to a receiver matters most. Along a radial the transmitter's horizon is a running maximum,
the receiver's a tangent to a hull, the smooth surface a pair of running sums: a pixel costs a few look-ups, then the
closed form runs on blocks of pixels. What differs from the exact kernel is where the other samples lie: up to half a
pixel beside the great circle, and as whole steps from the transmitter.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.errors import check_range
from hatang.core.radio.kernels import pixel_rows as p
from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import MATHS, F
from hatang.core.radio.kernels.closed_form import losses_of_block
from hatang.core.radio.kernels.conditions import Air, air_of, bands_of, longest_root
from hatang.core.radio.kernels.great_circle import (
    Frame,
    copy_ground,
    find_places,
    put_clutter,
    take_bilinear,
    track_between,
)
from hatang.core.radio.kernels.ground import (
    SWEEP,
    Conditions,
    Ground,
    RasterLosses,
    Transmitter,
    check_stands_on,
    step_of,
)
from hatang.core.radio.kernels.own_samples import Scene, Site, meet_pixels
from hatang.core.radio.kernels.pixel_geometry import describe_block
from hatang.core.radio.kernels.radial import STRETCH, begin_radial, follow, lay_steps, look_ahead
from hatang.core.radio.kernels.sorted_pixels import Pixels, sort_pixels
from hatang.core.radio.kernels.windows import window_about
from hatang.core.radio.kernels.zones import End, Zones, describe_pixel_zones, pass_samples, room_for
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM

Row = NDArray[np.float32]
RADIALS_PER_PIXEL = 1.0
"""How many radials pass a pixel at the rim."""


def sweep_losses(ground: Ground, transmitter: Transmitter, radius_km: float, conditions: Conditions) -> RasterLosses:
    """Give the losses to every pixel of the ground (its centre) within a radius, dB, at each frequency.

    Pixels nearer than 0.25 km (`Why.TOO_NEAR`) or beyond the radius (`Why.OUTSIDE`) are NaN. Raises RangeError.

    >>> flat = Ground(np.zeros((51, 51), dtype=np.float32), 105.0, 21.0, 0.001, 0.001)
    >>> there = sweep_losses(flat, Transmitter(105.0, 21.0, 30.0), 5.0, Conditions([0.9]))
    >>> there.losses_db.shape, there.losses_db[0, 0, 30].round(1), there.kernel.name
    ((1, 46, 50), np.float32(106.5), 'sweep')
    """
    check_stands_on(ground, transmitter)
    step_km = step_of(ground, transmitter, conditions)
    check_range("bán kính", radius_km, 0.25, (s.MOST - STRETCH) * step_km, "km")
    air = air_of(conditions.time_percent, conditions.delta_n, conditions.n0)
    bands = bands_of(conditions.frequencies_ghz, conditions.polarisation, air.radius_km)
    window = window_about(ground.frame, transmitter, radius_km)
    azimuths = math.ceil(RADIALS_PER_PIXEL * 2 * math.pi * radius_km / ground.pixel_km(transmitter.lat_deg))
    corner = (window.first_row, window.first_column, window.rows, window.columns)
    site = site_on(ground.frame, transmitter, radius_km, step_km)
    why = np.zeros(window.rows * window.columns, dtype=np.uint8)
    pixels = sort_pixels(ground.frame, corner, site[:4], azimuths, why)
    losses = np.full((len(bands), len(why)), np.nan, dtype=np.float32)
    antennas = (transmitter.height_m, conditions.receiver_height_m)
    heights, clutter = ground.flat()
    zones = ground.flat_zones()
    room, work = s.new_room(), np.ones(p.SIZE, dtype=np.float32)
    sweep_pixels(
        heights,
        clutter,
        zones,
        ground.frame,
        corner,
        site,
        antennas,
        pixels,
        air,
        bands,
        longest_root(bands),
        room,
        room_for(zones),
        work,
        losses,
    )
    shape = (window.rows, window.columns)
    return RasterLosses(losses.reshape(-1, *shape), why.reshape(shape), window.first_row, window.first_column, SWEEP)


def site_on(frame: Frame, transmitter: Transmitter, radius_km: float, step_km: float) -> Site:
    """Give a transmitter as the kernel takes it."""
    row = (frame.north_deg - transmitter.lat_deg) / frame.step_lat_deg
    column = (transmitter.lon_deg - frame.west_deg) / frame.step_lon_deg
    return Site(transmitter.lon_deg, transmitter.lat_deg, radius_km, step_km, row, column)


@njit(**MATHS)
def sweep_pixels(
    heights: Row,
    clutter: Row,
    zones: Zones,
    frame: Frame,
    corner: tuple[int, int, int, int],
    site: Site,
    antennas: tuple[float, float],
    pixels: Pixels,
    air: Air,
    bands: NDArray[np.float32],
    widest: float,
    room: Row,
    passages: Row,
    work: Row,
    losses: NDArray[np.float32],
) -> None:
    """Put the losses to sorted pixels into losses[band, pixel of the window], a block of pixels after the other."""
    starts, azimuths = pixels.starts, len(pixels.starts) - 1
    scene = scene_at(heights, clutter, frame, site, antennas, air, room)
    azimuth, walk, targets = -1, begin_radial(room), pixels.place
    for begin in range(0, len(targets), r.BLOCK):
        count = min(r.BLOCK, len(targets) - begin)
        meet_pixels(heights, clutter, frame, corner, site, scene, pixels, begin, count, work)
        done = 0
        while done < count:
            if starts[azimuth + 1] <= begin + done:
                azimuth += 1
                if starts[azimuth + 1] > starts[azimuth]:
                    last = pixels.ring[starts[azimuth + 1] - 1]
                    fill_radial(heights, clutter, frame, site, azimuth / azimuths, last, scene, room)
                    walk = begin_radial(room)
                    if len(zones) > 0:
                        pass_samples(zones, frame.columns, last, scene.step, room, passages)
                continue
            end = min(count, starts[azimuth + 1] - begin)
            walk = follow(room, scene, walk, done, end, work)
            if len(zones) > 0:
                cross_zones(zones, frame, site, scene, passages, done, end, work)
            done = end
        describe_block(work, scene)
        losses_of_block(work, True, len(zones) > 0, air, bands, widest, targets[begin : begin + count], losses)


@njit(**MATHS)
def cross_zones(
    zones: Zones, frame: Frame, site: Site, scene: Scene, passages: Row, first: int, end: int, work: Row
) -> None:
    """Fill the rows of zones for pixels of one radial, `first` up to but not `end` of a block; horizons are there."""
    for j in range(first, end):
        row, column, share = work[p.ROW + j], work[p.COLUMN + j], work[r.STEP + j] * work[p.PER_KM + j]
        down, right, rx = (F(site.row) - row) * share, (F(site.column) - column) * share, scene.tx + work[r.RISE + j]
        at = End(int(work[p.RING + j]), int(work[p.NEAR + j]), row, column, down, right, scene.tx, rx)
        describe_pixel_zones(zones, frame, at, work[r.LATITUDE + j], scene.step, passages, work, j)


@njit(**MATHS)
def scene_at(
    heights: Row, clutter: Row, frame: Frame, site: Site, antennas: tuple[float, float], air: Air, room: Row
) -> Scene:
    """Give what all radials share, and lay it in the room."""
    bare, bulge, bulge_beta = len(clutter) == 0, F(500.0 / air.radius_km), F(500.0 / air.beta_radius_km)
    find_places(frame, track_between(frame, site.lon_deg, site.lat_deg, site.lon_deg, site.lat_deg), 1, room)
    take_bilinear(heights, frame.columns, 1, room)
    base, step = room[s.GROUND], F(site.step_km)
    tx, above_rx = base + F(antennas[0]), F(antennas[1])
    scene = Scene(base, tx, above_rx, step, F(1.0 / site.step_km), bulge, bulge_beta, bare, air.time_percent < 50.0)
    lay_steps(room, scene, min(int(site.radius_km / site.step_km) + 2 + STRETCH, s.MOST))
    return scene


@njit(**MATHS)
def fill_radial(
    heights: Row, clutter: Row, frame: Frame, site: Site, turn: float, last: int, scene: Scene, room: Row
) -> None:
    """Sample a radial that leaves at a share of a full turn from north, and work out what can be known ahead."""
    lon, lat = end_of(site.lon_deg, site.lat_deg, 2.0 * math.pi * turn, last * site.step_km / EARTH_RADIUS_KM)
    find_places(frame, track_between(frame, site.lon_deg, site.lat_deg, lon, lat), last, room)
    take_bilinear(heights, frame.columns, last, room)
    if not scene.bare:
        put_clutter(clutter, frame.columns, last, room)
    elif scene.with_beta:
        copy_ground(last, room)
    look_ahead(room, scene, last)


@njit(**MATHS)
def end_of(lon_deg: float, lat_deg: float, azimuth: float, angle: float) -> tuple[float, float]:
    """Give where a great circle of this azimuth and length (radians) ends, degrees."""
    phi = math.radians(lat_deg)
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(azimuth)
    across = math.sin(azimuth) * math.sin(angle) * math.cos(phi)
    turn = math.atan2(across, math.cos(angle) - math.sin(phi) * sine)
    return lon_deg + math.degrees(turn), math.degrees(math.asin(sine))
