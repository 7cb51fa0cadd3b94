"""The sweep: ITU-R P.1812 over a raster, one profile for each azimuth, every pixel with its own height and distance.

Around the transmitter as many radials leave as keep them a pixel apart at the rim (nearer in they lie closer). A pixel
takes the radial of the nearest azimuth, up to half a step before it, and then itself. Along a radial the transmitter's
horizon is a running maximum, the receiver's a tangent to a hull, the smooth surface a pair of running sums: a pixel costs a
few look-ups, then the closed form runs on blocks of pixels. What differs from the exact kernel is where the samples lie:
up to half a pixel beside the great circle to the pixel's centre.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.errors import check_range
from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import MATHS, F
from hatang.core.radio.kernels.closed_form import work_out_band, work_out_paths
from hatang.core.radio.kernels.conditions import EARTH_RADIUS_KM, Air, air_of, bands_of, longest_root
from hatang.core.radio.kernels.great_circle import (
    Frame,
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
from hatang.core.radio.kernels.radial import (
    ABREAST,
    Scene,
    describe_pixel,
    look_ahead,
    step_on,
)
from hatang.core.radio.kernels.sea import describe_land
from hatang.core.radio.kernels.sorted_pixels import Pixels, sort_pixels
from hatang.core.radio.kernels.windows import window_about

Row = NDArray[np.float32]


def sweep_losses(ground: Ground, transmitter: Transmitter, radius_km: float, conditions: Conditions) -> RasterLosses:
    """Give the losses to every pixel of the ground (its centre) within a radius, dB, at each frequency.

    Pixels nearer than 0.25 km (`Why.TOO_NEAR`) or beyond the radius (`Why.OUTSIDE`) are NaN. Raises RangeError.

    >>> flat = Ground(np.zeros((51, 51), dtype=np.float32), 105.0, 21.0, 0.001, 0.001)
    >>> there = sweep_losses(flat, Transmitter(105.0, 21.0, 30.0), 5.0, Conditions([0.9]))
    >>> there.losses_db.shape, there.losses_db[0, 0, 30].round(1), there.kernel.name
    ((1, 46, 49), np.float32(113.7), 'sweep')
    """
    check_stands_on(ground, transmitter)
    step_km = step_of(ground, conditions)
    check_range("bán kính", radius_km, 0.25, (s.MOST - ABREAST) * step_km, "km")
    air = air_of(conditions.time_percent, conditions.delta_n, conditions.n0)
    bands = bands_of(conditions.frequencies_ghz, conditions.polarisation, air.radius_km)
    window = window_about(ground.frame, transmitter, radius_km)
    azimuths = max(8, math.ceil(2 * math.pi * radius_km / ground.pixel_km))
    corner = (window.first_row, window.first_column, window.rows, window.columns)
    site = (transmitter.lon_deg, transmitter.lat_deg, radius_km, step_km)
    why = np.zeros(window.rows * window.columns, dtype=np.uint8)
    pixels = sort_pixels(ground.frame, corner, site, azimuths, why)
    heights, clutter = ground.flat()
    losses = np.full((len(bands), len(why)), np.nan, dtype=np.float32)
    antennas = (transmitter.height_m, conditions.receiver_height_m)
    sweep_radials(
        heights, clutter, ground.frame, corner, site, antennas, pixels, 0, azimuths, air, bands, longest_root(bands), losses
    )
    shape = (window.rows, window.columns)
    return RasterLosses(
        losses.reshape(-1, *shape), why.reshape(shape), window.first_row, window.first_column, SWEEP
    )


@njit(**MATHS)
def sweep_radials(
    heights: Row,
    clutter: Row,
    frame: Frame,
    corner: tuple[int, int, int, int],
    site: tuple[float, float, float, float],
    antennas: tuple[float, float],
    pixels: Pixels,
    first: int,
    end: int,
    air: Air,
    bands: NDArray[np.float32],
    widest: float,
    losses: NDArray[np.float32],
) -> None:
    """Fill the losses of the pixels of some azimuths, `first` up to but not `end`."""
    work = np.zeros(r.ROWS * r.BLOCK, dtype=np.float32)
    work[:] = F(1.0)
    targets = np.zeros(r.BLOCK, dtype=np.int64)
    room = np.zeros(s.ROWS * s.ROOM, dtype=np.float32)
    filled = 0
    for azimuth in range(first, end):
        last = farthest_ring(pixels, azimuth)
        if last == 0:
            continue
        scene = fill_radial(heights, clutter, frame, site, antennas, azimuth / pixels.azimuths, last, air, room)
        sizes = (0, 0, 0, 0)
        for ring in range(1, last + 1):
            sizes = step_on(room, scene, ring, sizes)
            cell = azimuth * pixels.rings + ring
            for q in range(pixels.starts[cell], pixels.starts[cell + 1]):
                row, column = pixels.row[q], pixels.column[q]
                height = heights[(corner[0] + row) * frame.columns + corner[1] + column]
                describe_pixel(room, scene, sizes, ring, pixels.kilometres[q], height, work, filled)
                describe_land(work, filled, 0.5 * (site[1] + frame.north_deg - (corner[0] + row) * frame.step_lat_deg))
                targets[filled] = row * corner[3] + column
                filled += 1
                if filled == r.BLOCK:
                    finish_block(work, air, bands, widest, targets, filled, losses)
                    filled = 0
    finish_block(work, air, bands, widest, targets, filled, losses)


@njit(**MATHS)
def farthest_ring(pixels: Pixels, azimuth: int) -> int:
    """Give the last ring in which an azimuth has a pixel, 0 if it has none."""
    begin = azimuth * pixels.rings
    for ring in range(pixels.rings - 1, 0, -1):
        if pixels.starts[begin + ring + 1] > pixels.starts[begin + ring]:
            return ring
    return 0


@njit(**MATHS)
def fill_radial(
    heights: Row,
    clutter: Row,
    frame: Frame,
    site: tuple[float, float, float, float],
    antennas: tuple[float, float],
    turn: float,
    last: int,
    air: Air,
    room: Row,
) -> Scene:
    """Sample a radial that leaves at a share of a full turn from north, and work out what can be known ahead."""
    lon, lat = end_of(site[0], site[1], 2.0 * math.pi * turn, last * site[3] / EARTH_RADIUS_KM)
    find_places(frame, track_between(frame, site[0], site[1], lon, lat), last, room)
    take_bilinear(heights, frame.columns, last, room)
    bare = len(clutter) == 0
    if bare:
        room[s.TOP : s.TOP + last + 1] = room[s.GROUND : s.GROUND + last + 1]
    else:
        put_clutter(clutter, frame.columns, last, room)
    tx, bulge, bulge_beta = room[s.GROUND] + F(antennas[0]), F(500.0 / air.radius_km), F(500.0 / air.beta_radius_km)
    scene = Scene(tx, F(antennas[1]), F(site[3]), bulge, bulge_beta, bare, air.time_percent < 50.0)
    look_ahead(room, scene, last)
    return scene


@njit(**MATHS)
def end_of(lon_deg: float, lat_deg: float, azimuth: float, angle: float) -> tuple[float, float]:
    """Give where a great circle of this azimuth and length (radians) ends, degrees."""
    phi = math.radians(lat_deg)
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(azimuth)
    across = math.sin(azimuth) * math.sin(angle) * math.cos(phi)
    turn = math.atan2(across, math.cos(angle) - math.sin(phi) * sine)
    return lon_deg + math.degrees(turn), math.degrees(math.asin(sine))


@njit(**MATHS)
def finish_block(
    work: Row,
    air: Air,
    bands: NDArray[np.float32],
    widest: float,
    targets: NDArray[np.int64],
    filled: int,
    losses: NDArray[np.float32],
) -> None:
    """Run the closed form over the block and put its losses where their pixels are."""
    work_out_paths(work, air, F(widest), True)
    for k in range(len(bands)):
        work_out_band(work, air, bands[k], False)
        for j in range(filled):
            losses[k, targets[j]] = work[r.LOSS + j]
