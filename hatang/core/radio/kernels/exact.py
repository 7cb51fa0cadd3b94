"""The exact kernel: ITU-R P.1812 with a profile of its own for each point, sampled along the great circle.

Profiles are evenly spaced, heights interpolated between the four values about each sample (bilinear), clutter and the
zones of sea and coast taken from the nearest value; without zones all of the path is inland. The arithmetic is single
precision in loops that run on all lanes: against the Recommendation's 63 examples the greatest difference is 0.0001 dB.
A point's bytes do not depend on the other points.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import MATHS, F
from hatang.core.radio.kernels.closed_form import Sizes, geometry_for, losses_of, place_in
from hatang.core.radio.kernels.conditions import Air, air_of, bands_of, longest_root
from hatang.core.radio.kernels.geometry import describe_path
from hatang.core.radio.kernels.great_circle import (
    Frame,
    Track,
    copy_ground,
    find_places,
    inside,
    put_clutter,
    take_bilinear,
    track_between,
)
from hatang.core.radio.kernels.ground import (
    EXACT,
    LEAST_KM,
    Conditions,
    Ground,
    PointLosses,
    RasterLosses,
    Transmitter,
    Why,
    check_stands_on,
    step_of,
)
from hatang.core.radio.kernels.sea import describe_land
from hatang.core.radio.kernels.windows import Window, window_about
from hatang.core.radio.kernels.zones import NO_PASSAGES, Zones, describe_profile

Row = NDArray[np.float32]
FEWEST_SPANS = 3
CHUNK = 16 * r.BLOCK
"""How many points are described before their losses are worked out: what fits the cache."""
TOO_NEAR, OUTSIDE = int(Why.TOO_NEAR), int(Why.OUTSIDE)


def losses_to_points(
    ground: Ground,
    transmitter: Transmitter,
    lons_deg: NDArray[np.float64],
    lats_deg: NDArray[np.float64],
    conditions: Conditions,
) -> PointLosses:
    """Give the basic transmission loss from a transmitter to each point, dB, at each frequency.

    Raises RangeError for a transmitter off the terrain or a quantity outside P.1812's range; points nearer than 0.25 km
    or off the terrain get NaN, and `why` says which.

    >>> flat = Ground(np.zeros((51, 51), dtype=np.float32), 105.0, 21.0, 0.001, 0.001)
    >>> there = losses_to_points(flat, Transmitter(105.0, 21.0, 30.0), np.array([105.03, 105.0, 99.0]),
    ...                          np.array([21.0, 21.0, 21.0]), Conditions([0.9]))
    >>> there.losses_db.round(1).tolist(), there.why.tolist(), there.kernel.name
    ([[106.5, nan, nan]], [0, 1, 2], 'exact')
    """
    check_stands_on(ground, transmitter)
    step_km = step_of(ground, transmitter, conditions)
    air = air_of(conditions.time_percent, conditions.delta_n, conditions.n0)
    bands = bands_of(conditions.frequencies_ghz, conditions.polarisation, air.radius_km)
    lons, lats = (np.ascontiguousarray(degrees, dtype=np.float64).reshape(-1) for degrees in (lons_deg, lats_deg))
    losses = np.full((len(bands), len(lons)), np.nan, dtype=np.float32)
    why = np.zeros(len(lons), dtype=np.uint8)
    heights, clutter = ground.flat()
    zones = ground.flat_zones()
    site = (transmitter.lon_deg, transmitter.lat_deg, transmitter.height_m, conditions.receiver_height_m, step_km)
    room = s.new_room()
    geometry, targets = geometry_for(min(CHUNK, max(len(lons), 1))), np.zeros(CHUNK, dtype=np.int32)
    for begin in range(0, len(lons), CHUNK):
        part = slice(begin, begin + CHUNK)
        count = many_geometries(
            heights,
            clutter,
            zones,
            ground.frame,
            site,
            lons[part],
            lats[part],
            air,
            room,
            NO_PASSAGES,
            geometry,
            targets,
            why[part],
        )
        sizes = Sizes(count, True, len(zones) > 0)
        losses_of(geometry, sizes, air, bands, longest_root(bands), targets, losses[:, part])
    return PointLosses(losses, why, EXACT)


def raster_losses(
    ground: Ground, transmitter: Transmitter, radius_km: float, conditions: Conditions, window: Window | None = None
) -> RasterLosses:
    """Give the losses to every pixel of the ground (its centre) within a radius, or within a window of it.

    Pixels beyond the radius are NaN (`Why.OUTSIDE`); whatever the windows, a pixel's bytes are the same.
    """
    window = window or window_about(ground.frame, transmitter, radius_km)
    rows, columns, lons, lats = window.pixels(ground.frame, transmitter, radius_km)
    points = losses_to_points(ground, transmitter, lons, lats, conditions)
    shape = (window.rows, window.columns)
    losses = np.full((len(points.losses_db), *shape), np.nan, dtype=np.float32)
    why = np.full(shape, Why.OUTSIDE, dtype=np.uint8)
    losses[:, rows, columns] = points.losses_db
    why[rows, columns] = points.why
    return RasterLosses(losses, why, window.first_row, window.first_column, EXACT)


@njit(**MATHS)
def many_geometries(
    heights: Row,
    clutter: Row,
    zones: Zones,
    frame: Frame,
    site: tuple[float, float, float, float, float],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    air: Air,
    room: Row,
    passages: Row,
    geometry: Row,
    targets: NDArray[np.int32],
    why: NDArray[np.uint8],
) -> int:
    """Describe the paths to some points and give how many there are; each one's target is its point's number."""
    count = 0
    for i in range(len(lons)):
        if not inside(frame, lons[i], lats[i]):
            why[i] = OUTSIDE
            continue
        track = track_between(frame, site[0], site[1], lons[i], lats[i])
        if track.kilometres < LEAST_KM:
            why[i] = TOO_NEAR
            continue
        n = spans_of(track.kilometres, site[4])
        j = place_in(count)
        fill_profile(heights, clutter, frame, track, n, room)
        describe_path(room, n, len(clutter) == 0, F(site[2]), F(site[3]), air, geometry, j)
        describe_samples(geometry, j, n, 0.5 * (lats[i] + site[1]))
        if len(zones) > 0:
            antennas = (site[2], site[3])
            describe_profile(zones, frame.columns, n, antennas, 0.5 * (lats[i] + site[1]), room, passages, geometry, j)
        targets[count] = i
        count += 1
    return count


@njit(**MATHS)
def spans_of(kilometres: float, step_km: float) -> int:
    """Give the number of even spans of a profile, none longer than the step."""
    return max(FEWEST_SPANS, math.ceil(kilometres / step_km - 1e-9))


@njit(**MATHS)
def describe_samples(work: Row, j: int, n: int, latitude_deg: float) -> None:
    """Fill the rows about even samples and about land."""
    work[r.STEP + j], work[r.LAST + j] = work[r.DISTANCE + j] / F(n), F(n - 1)
    describe_land(work, j, latitude_deg)


@njit(**MATHS)
def fill_profile(heights: Row, clutter: Row, frame: Frame, track: Track, n: int, room: Row) -> None:
    """Sample a track into a profile of n even spans."""
    find_places(frame, track, n, room)
    take_bilinear(heights, frame.columns, n, room)
    if len(clutter) > 0:
        put_clutter(clutter, frame.columns, n, room)
        room[s.TOP + n] = room[s.GROUND + n]
    else:
        copy_ground(n, room)
    step = F(track.kilometres / n)
    for i in range(n + 1):
        d1, d2 = F(np.int32(i)) * step, F(np.int32(n - i)) * step
        room[s.FROM_TX + i], room[s.FROM_RX + i] = d1, d2
        room[s.PER_TX + i], room[s.PER_RX + i] = F(1.0) / d1, F(1.0) / d2
