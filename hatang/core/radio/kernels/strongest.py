"""From losses to levels, compiled: the direction of each place from the antenna, the gain there, the strongest kept."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS
from hatang.core.radio.kernels.free_space import free_space_db
from hatang.core.radio.kernels.ground import Why
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Servers = NDArray[np.int32]
Angle = tuple[float, float]
COMPUTED, TOO_NEAR = int(Why.COMPUTED), int(Why.TOO_NEAR)
LEAST_SLANT_KM = 0.001
"""Free space nearer than a metre from an antenna would be a gain."""


class Sectors(NamedTuple):
    """The sectors of a site as arrays of equal length, and the beams that they point to.

    A beam is an azimuth and a sampled table of gains: sectors of several bands behind one panel share it. `gains` is
    room for what the beams give towards the place at hand.
    """

    band: NDArray[np.int32]
    layer: NDArray[np.int32]
    number: NDArray[np.int32]
    reference_dbm: Floats
    beam: NDArray[np.int32]
    azimuth_deg: Floats
    table: NDArray[np.int32]
    tables: Floats
    gains: Floats


class Mast(NamedTuple):
    """Where the antenna is: degrees, metres above sea, the radius of the bent Earth in km; frequencies in GHz."""

    lon_deg: float
    lat_deg: float
    top_m: float
    radius_km: float
    frequencies_ghz: Doubles


@njit(**MATHS)
def raster_levels(
    levels: Floats,
    servers: Servers,
    sectors: Sectors,
    mast: Mast,
    losses: Floats,
    why: NDArray[np.uint8],
    tops: Floats,
    lats: Doubles,
    easts: Doubles,
    norths: Doubles,
    top: int,
    left: int,
) -> None:
    """Go over the pixels of a window; losses are (frequencies, pixels row by row), `easts` and `norths` sine and cosine
    of each column's longitude from the mast's.
    """
    foot = sine_cosine(mast.lat_deg)
    for i in range(why.shape[0]):
        there = sine_cosine(lats[i])
        for j in range(why.shape[1]):
            if why[i, j] == COMPUTED or why[i, j] == TOO_NEAR:
                slant = look(sectors, mast, foot, there, (easts[j], norths[j]), tops[i, j])
                k = i * why.shape[1] + j
                take_up(levels, servers, sectors, mast, losses, k, why[i, j] == TOO_NEAR, slant, top + i, left + j)


@njit(**MATHS)
def point_levels(
    levels: Floats,
    servers: Servers,
    sectors: Sectors,
    mast: Mast,
    losses: Floats,
    why: NDArray[np.uint8],
    tops: Floats,
    lats: Doubles,
    lons: Doubles,
    points: NDArray[np.int64],
) -> None:
    """Go over points."""
    foot = sine_cosine(mast.lat_deg)
    for j in range(len(points)):
        if why[j] == COMPUTED or why[j] == TOO_NEAR:
            slant = look(sectors, mast, foot, sine_cosine(lats[j]), sine_cosine(lons[j] - mast.lon_deg), tops[j])
            take_up(levels, servers, sectors, mast, losses, j, why[j] == TOO_NEAR, slant, 0, points[j])


@njit(**INSIDE)
def take_up(
    levels: Floats,
    servers: Servers,
    sectors: Sectors,
    mast: Mast,
    losses: Floats,
    k: int,
    near: bool,
    slant: float,
    row: int,
    column: int,
) -> None:
    """Let each sector try to be the strongest of its layer at a place, the k-th of the losses; near by free space."""
    for s in range(len(sectors.band)):
        band = sectors.band[s]
        loss = free_space_db(slant, mast.frequencies_ghz[band]) if near else losses[band, k]
        level = sectors.reference_dbm[s] + sectors.gains[sectors.beam[s]] - np.float32(loss)
        keep(levels, servers, sectors.layer[s], row, column, level, sectors.number[s])


@njit(**INSIDE)
def look(sectors: Sectors, mast: Mast, foot: Angle, lat: Angle, turn: Angle, top_m: float) -> float:
    """Fill in the gain of each beam towards a receiver; give its slant distance, km."""
    bearing, elevation, slant = direction(mast, foot, lat, turn, top_m)
    for k in range(len(sectors.gains)):
        sectors.gains[k] = gain_at(sectors.tables, sectors.table[k], bearing - sectors.azimuth_deg[k], elevation)
    return slant


@njit(**INSIDE)
def sine_cosine(degrees: float) -> Angle:
    """Give sine and cosine of an angle in degrees."""
    return math.sin(math.radians(degrees)), math.cos(math.radians(degrees))


@njit(**INSIDE)
def direction(mast: Mast, foot: Angle, lat: Angle, turn: Angle, top_m: float) -> tuple[float, float, float]:
    """Give bearing and elevation (degrees) and the slant distance (km) of a receiver seen from the antenna.

    On a sphere, from sine and cosine of both latitudes and of the longitude between; elevation over an Earth of the
    effective radius, as the ray bends.
    """
    east = lat[1] * turn[0]
    north = foot[1] * lat[0] - foot[0] * lat[1] * turn[1]
    away = EARTH_RADIUS_KM * math.asin(min(1.0, math.hypot(east, north)))
    rise = (top_m - mast.top_m) / 1000 - away * away / (2 * mast.radius_km)
    bearing = math.degrees(math.atan2(east, north))
    return bearing, math.degrees(math.atan2(rise, away)), max(math.hypot(away, rise), LEAST_SLANT_KM)


@njit(**INSIDE)
def gain_at(tables: Floats, table: int, azimuth_deg: float, elevation_deg: float) -> float:
    """Read a sampled table of gains, bilinear; azimuth from the antenna's axis, any turn."""
    across = azimuth_deg + 180.0
    across -= 360.0 * math.floor(across / 360.0)
    up = elevation_deg + 90.0
    left, low = min(int(across), 359), min(int(up), 179)
    right, above = across - left, up - low
    under = tables[table, low, left] * (1 - right) + tables[table, low, left + 1] * right
    over = tables[table, low + 1, left] * (1 - right) + tables[table, low + 1, left + 1] * right
    return under * (1 - above) + over * above


@njit(**MATHS)
def lay_over(levels: Floats, servers: Servers, new_levels: Floats, new_servers: Servers, top: int, left: int) -> None:
    """Keep the higher of two levels at each place."""
    layers, rows, columns = new_levels.shape
    for k in range(layers):
        for i in range(rows):
            for j in range(columns):
                keep(levels, servers, k, top + i, left + j, new_levels[k, i, j], new_servers[k, i, j])


@njit(**INSIDE)
def keep(levels: Floats, servers: Servers, layer: int, row: int, column: int, level: float, server: int) -> None:
    """Put a level where it is higher than what is there, or as high and of a cell that comes before."""
    there = levels[layer, row, column]
    first = servers[layer, row, column]
    if level > there or (level == there and server >= 0 and (first < 0 or server < first)):
        levels[layer, row, column] = level
        servers[layer, row, column] = server
