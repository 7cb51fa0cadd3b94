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
from collections.abc import Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.errors import check_range
from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F, floor_of
from hatang.core.radio.kernels.closed_form import Sizes, geometry_for, losses_of, place_in
from hatang.core.radio.kernels.conditions import Air, air_of, bands_of, longest_root
from hatang.core.radio.kernels.exact import FEWEST_SPANS
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
from hatang.core.radio.kernels.radial import (
    ABREAST,
    Line,
    Path,
    Scene,
    describe_pixel,
    look_ahead,
    sample_near,
    step_on,
)
from hatang.core.radio.kernels.sea import describe_land
from hatang.core.radio.kernels.sorted_pixels import OWN, Pixels, sort_pixels
from hatang.core.radio.kernels.windows import window_about
from hatang.core.radio.kernels.zones import End, Zones, describe_pixel_zones, pass_samples, room_for
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM

Row = NDArray[np.float32]
RADIALS_PER_PIXEL = 1.0
"""How many radials pass a pixel at the rim."""
CHUNK = 16 * r.BLOCK
"""About how many pixels are described before their losses are worked out: what fits the cache."""


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
    check_range("bán kính", radius_km, 0.25, (s.MOST - ABREAST) * step_km, "km")
    air = air_of(conditions.time_percent, conditions.delta_n, conditions.n0)
    bands = bands_of(conditions.frequencies_ghz, conditions.polarisation, air.radius_km)
    window = window_about(ground.frame, transmitter, radius_km)
    azimuths = math.ceil(RADIALS_PER_PIXEL * 2 * math.pi * radius_km / ground.pixel_km(transmitter.lat_deg))
    corner = (window.first_row, window.first_column, window.rows, window.columns)
    site = (transmitter.lon_deg, transmitter.lat_deg, radius_km, step_km)
    why = np.zeros(window.rows * window.columns, dtype=np.uint8)
    pixels = sort_pixels(ground.frame, corner, site, azimuths, why)
    losses = np.full((len(bands), len(why)), np.nan, dtype=np.float32)
    antennas = (transmitter.height_m, conditions.receiver_height_m)
    heights, clutter = ground.flat()
    zones = ground.flat_zones()
    passages = room_for(zones)
    groups = list(groups_of(pixels))
    room = s.new_room()
    most = max(count for _, _, count in groups)
    geometry, targets = geometry_for(most), np.zeros(most, dtype=np.int32)
    for first, end, count in groups:
        sweep_radials(
            heights,
            clutter,
            zones,
            ground.frame,
            corner,
            site,
            antennas,
            pixels,
            first,
            end,
            air,
            room,
            passages,
            geometry,
            targets,
        )
        sizes = Sizes(count, True, len(zones) > 0)
        losses_of(geometry, sizes, air, bands, longest_root(bands), targets, losses)
    shape = (window.rows, window.columns)
    return RasterLosses(losses.reshape(-1, *shape), why.reshape(shape), window.first_row, window.first_column, SWEEP)


def groups_of(pixels: Pixels) -> Iterator[tuple[int, int, int]]:
    """Give groups of azimuths, first up to but not end, with the number of their pixels: about a chunk each."""
    begins = pixels.starts[:: pixels.rings]
    first = 0
    while first < pixels.azimuths:
        end = int(np.searchsorted(begins, begins[first] + CHUNK, side="right")) - 1
        end = min(max(end, first + 1), pixels.azimuths)
        yield first, end, int(begins[end] - begins[first])
        first = end


@njit(**MATHS)
def sweep_radials(
    heights: Row,
    clutter: Row,
    zones: Zones,
    frame: Frame,
    corner: tuple[int, int, int, int],
    site: tuple[float, float, float, float],
    antennas: tuple[float, float],
    pixels: Pixels,
    first: int,
    end: int,
    air: Air,
    room: Row,
    passages: Row,
    geometry: Row,
    targets: NDArray[np.int32],
) -> None:
    """Describe the paths to the pixels of some azimuths, `first` up to but not `end`, and name each one's pixel."""
    starts, rows, columns, kilometres = pixels.starts, pixels.row, pixels.column, pixels.kilometres
    site_row = (frame.north_deg - site[1]) / frame.step_lat_deg
    site_column = (site[0] - frame.west_deg) / frame.step_lon_deg
    count = 0
    for azimuth in range(first, end):
        last = farthest_ring(starts, azimuth * pixels.rings, pixels.rings)
        if last == 0:
            continue
        scene = fill_radial(heights, clutter, frame, site, antennas, azimuth / pixels.azimuths, last, air, room)
        if len(zones) > 0:
            pass_samples(zones, frame.columns, last, scene.step, room, passages)
        sizes = (0, 0, 0, 0)
        for ring in range(1, last + 1):
            sizes = step_on(room, scene, ring, sizes)
            cell = azimuth * pixels.rings + ring
            for q in range(starts[cell], starts[cell + 1]):
                row, column, j = corner[0] + rows[q], corner[1] + columns[q], place_in(count)
                height = heights[row * frame.columns + column]
                path = path_to(scene, kilometres[q], height, ring)
                line = Line(F(row), F(column), F(site_row - row) * path.share, F(site_column - column) * path.share)
                sample_near(heights, clutter, frame, line, path, room)
                describe_pixel(room, scene, sizes, path, height, geometry, j)
                latitude = 0.5 * (site[1] + frame.north_deg - row * frame.step_lat_deg)
                describe_land(geometry, j, latitude)
                if len(zones) > 0:
                    at = End(path.last, path.near, line.row, line.column, line.down, line.right, path.tx, path.rx)
                    describe_pixel_zones(zones, frame, at, latitude, scene.step, passages, geometry, j)
                targets[count] = rows[q] * corner[3] + columns[q]
                count += 1


@njit(**INSIDE)
def path_to(scene: Scene, kilometres: float, height: float, ring: int) -> Path:
    """Give the path to a pixel of a ring."""
    steps = kilometres * scene.per_step
    whole = floor_of(steps)
    spans = max(FEWEST_SPANS, whole if steps == F(whole) else whole + 1)
    share = F(1.0) / F(np.int32(spans))
    near = min(OWN, int(steps - F(0.5)) - ring)
    return Path(kilometres, scene.tx, height + scene.above_rx, ring, near, spans, kilometres * share, share)


@njit(**MATHS)
def farthest_ring(starts: NDArray[np.int32], begin: int, rings: int) -> int:
    """Give the last ring in which an azimuth, whose cells begin at `begin`, has a pixel; 0 if it has none."""
    for ring in range(rings - 1, 0, -1):
        if starts[begin + ring + 1] > starts[begin + ring]:
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
        copy_ground(last, room)
    else:
        put_clutter(clutter, frame.columns, last, room)
    tx, bulge, bulge_beta = room[s.GROUND] + F(antennas[0]), F(500.0 / air.radius_km), F(500.0 / air.beta_radius_km)
    scene = Scene(tx, F(antennas[1]), F(site[3]), F(1.0 / site[3]), bulge, bulge_beta, bare, air.time_percent < 50.0)
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
