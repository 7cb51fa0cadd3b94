"""The pixels about a transmitter in polar order: by azimuth, and along each azimuth by distance."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels.arithmetic import (
    HALF_PI,
    INSIDE,
    MAKES_ARRAYS,
    MATHS,
    F,
    atan_of,
    floor_of,
    greater,
    lesser,
)
from hatang.core.radio.kernels.great_circle import Frame
from hatang.core.radio.kernels.ground import LEAST_KM, Why
from hatang.core.radio.kernels.pixel_rows import OWN
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM

Row = NDArray[np.float32]
Integers = NDArray[np.int32]
Shorts = NDArray[np.uint16]
TOO_NEAR, OUTSIDE = np.uint8(Why.TOO_NEAR), np.uint8(Why.OUTSIDE)
NEAREST = F(LEAST_KM)
PI = F(math.pi)
BEFORE = F(OWN + 0.5)


class Pixels(NamedTuple):
    """Pixels sorted by azimuth, and along it by ring: where each azimuth begins; places, rows and columns (of the
    window), rings and distances.

    Ring k holds the pixels that take the radial up to sample k and then `OWN` samples of their own: those from
    k + OWN + ½ steps on, one step wide; ring 1 also all that are nearer.
    """

    starts: Integers
    place: Integers
    row: Shorts
    column: Shorts
    ring: Shorts
    kilometres: Row


@njit(**MAKES_ARRAYS)
def sort_pixels(
    frame: Frame,
    corner: tuple[int, int, int, int],
    site: tuple[float, float, float, float],
    azimuths: int,
    why: NDArray[np.uint8],
) -> Pixels:
    """Sort the pixels of a window (first row, first column, rows, columns) about a site (lon, lat, radius, step).

    Pixels too near or beyond the radius are left out and named in `why`.
    """
    rings = int(site[2] / site[3]) + 2
    distances, turns = polar(frame, corner, site[0], site[1])
    free = np.zeros(azimuths * rings + 1, dtype=np.int32)
    cells = np.empty(len(why), dtype=np.int32)
    find_cells(distances, turns, F(site[2]), F(1.0 / site[3]), azimuths, rings, cells)
    for p in range(len(why)):
        if cells[p] >= 0:
            free[cells[p] + 1] += 1
        else:
            why[p] = TOO_NEAR if distances[p] < NEAREST else OUTSIDE
    for c in range(len(free) - 1):
        free[c + 1] += free[c]
    starts, count, p = free[::rings].copy(), free[-1], 0
    row, column, ring = np.empty(count, np.uint16), np.empty(count, np.uint16), np.empty(count, np.uint16)
    place, kilometres, width = np.empty(count, np.int32), np.empty(count, np.float32), np.uint32(rings)
    for i in range(corner[2]):
        for j in range(corner[3]):
            if cells[p] >= 0:
                q = free[cells[p]]
                free[cells[p]] = q + 1
                place[q], row[q], column[q], kilometres[q] = p, i, j, distances[p]
                ring[q] = np.uint32(cells[p]) % width
            p += 1
    return Pixels(starts, place, row, column, ring, kilometres)


@njit(**MATHS)
def find_cells(
    distances: Row, turns: Row, radius: float, per_step: float, azimuths: int, rings: int, cells: Integers
) -> None:
    """Give each pixel the number of its cell, -1 where it has none."""
    scale, all_around, width = F(azimuths), np.int32(azimuths), np.int32(rings)
    for p in range(len(cells)):
        azimuth = floor_of(turns[p] * scale + F(0.5))
        azimuth = np.int32(0) if azimuth >= all_around else azimuth
        ring = max(floor_of(distances[p] * per_step - BEFORE), np.int32(1))
        cell = np.int32(np.int32(azimuth * width) + ring)
        cells[p] = cell if NEAREST <= distances[p] <= radius else np.int32(-1)


@njit(**MAKES_ARRAYS)
def polar(frame: Frame, corner: tuple[int, int, int, int], lon_deg: float, lat_deg: float) -> tuple[Row, Row]:
    """Give each pixel's distance from a point (km) and its azimuth as a share of a turn from north, 0 to 1."""
    rows, columns = corner[2], corner[3]
    distances, turns = np.empty(rows * columns, np.float32), np.empty(rows * columns, np.float32)
    squares, across = np.empty(columns, np.float32), np.empty(columns, np.float32)
    for j in range(columns):
        east = math.radians(frame.west_deg + (corner[1] + j) * frame.step_lon_deg - lon_deg)
        squares[j], across[j] = math.sin(0.5 * east) ** 2, math.sin(east)
    phi = math.radians(lat_deg)
    for i in range(rows):
        there = math.radians(frame.north_deg - (corner[0] + i) * frame.step_lat_deg)
        cosine, up = math.cos(there), math.sin(0.5 * (there - phi)) ** 2
        part = slice(i * columns, (i + 1) * columns)
        along_row(
            squares,
            across,
            (F(up), F(math.cos(phi) * cosine), F(cosine), F(math.sin(there - phi)), F(2 * math.sin(phi) * cosine)),
            distances[part],
            turns[part],
        )
    return distances, turns


@njit(**MATHS)
def along_row(
    squares: Row, across: Row, row: tuple[float, float, float, float, float], distances: Row, turns: Row
) -> None:
    """Fill distances (haversine, its arc sine as a series good to 300 km) and turns along one row of pixels."""
    up, both, cosine, north, lift = row
    for j in range(len(squares)):
        square = up + both * squares[j]
        chord = F(math.sqrt(square))
        series = F(1.0) + square * (F(1.0 / 6.0) + square * (F(0.075) + square * F(15.0 / 336.0)))
        distances[j] = F(2.0 * EARTH_RADIUS_KM) * chord * series
        turns[j] = turn_of(cosine * across[j], north + lift * squares[j])


@njit(**INSIDE)
def turn_of(east: float, north: float) -> float:
    """Give the direction of a vector as a share of a turn from north by east, 0 to 1.

    >>> [round(float(turn_of(F(x), F(y))), 4) for x, y in ((0, 1), (1, 0), (0, -1), (-1, 0))]
    [0.0, 0.25, 0.5, 0.75]
    """
    wide, high = abs(east), abs(north)
    angle = atan_of(lesser(wide, high) / greater(greater(wide, high), F(1e-30)))
    angle = HALF_PI - angle if wide > high else angle
    angle = PI - angle if north < F(0.0) else angle
    angle = F(2.0) * PI - angle if east < F(0.0) else angle
    return angle * (F(0.5) / PI)
