"""Great circles over a grid of degrees, cheap enough to follow one for every pixel.

Between its ends a great circle is followed by the cubic that has its places and directions there (Hermite): within
300 km and 60 degrees of latitude it strays by less than 3 m, within 50 km by less than 1 cm; distances come from the
haversine on a sphere of 6371 km.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import MATHS, F, floor_of, greater, lesser
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM

Row = NDArray[np.float32]


class Frame(NamedTuple):
    """Where a grid lies: the centre of its first, north-western value, its steps in degrees, and its size."""

    west_deg: float
    north_deg: float
    step_lon_deg: float
    step_lat_deg: float
    rows: int
    columns: int


class Track(NamedTuple):
    """A great circle over a grid: its length (km, negative where an end is outside) and cubics of row and column."""

    kilometres: float
    row: int
    column: int
    r0: float
    r1: float
    r2: float
    r3: float
    c0: float
    c1: float
    c2: float
    c3: float


@njit(**MATHS)
def inside(frame: Frame, lon_deg: float, lat_deg: float) -> bool:
    """Say whether a point lies among the centres of the grid's values, where heights can be interpolated."""
    row = (frame.north_deg - lat_deg) / frame.step_lat_deg
    column = (lon_deg - frame.west_deg) / frame.step_lon_deg
    return -1e-6 <= row <= frame.rows - 1 + 1e-6 and -1e-6 <= column <= frame.columns - 1 + 1e-6


@njit(**MATHS)
def track_between(frame: Frame, lon_deg: float, lat_deg: float, to_lon_deg: float, to_lat_deg: float) -> Track:
    """Give the great circle from one point to another, both inside the grid."""
    phi1, phi2, half = math.radians(lat_deg), math.radians(to_lat_deg), math.radians(0.5 * (to_lon_deg - lon_deg))
    cos1, cos2, sin_half, cos_half = math.cos(phi1), math.cos(phi2), math.sin(half), math.cos(half)
    sin_up, square = math.sin(0.5 * (phi2 - phi1)), sin_half * sin_half
    chord = math.sqrt(sin_up * sin_up + cos1 * cos2 * square)
    angle = 2.0 * math.asin(min(1.0, chord))
    sine = max(2.0 * chord * math.sqrt(max(0.0, 1.0 - chord * chord)), 1e-12)
    across = 2.0 * sin_half * cos_half * angle / sine
    up = 2.0 * sin_up * math.cos(0.5 * (phi2 - phi1))
    lon_start, lon_end = across * cos2 / cos1, across * cos1 / cos2
    lat_start = angle / sine * (up + 2.0 * math.sin(phi1) * cos2 * square)
    lat_end = angle / sine * (up - 2.0 * math.sin(phi2) * cos1 * square)
    per_row, per_column = -math.degrees(1.0) / frame.step_lat_deg, math.degrees(1.0) / frame.step_lon_deg
    row, column = (frame.north_deg - lat_deg) / frame.step_lat_deg, (lon_deg - frame.west_deg) / frame.step_lon_deg
    r1, r_end, rise = lat_start * per_row, lat_end * per_row, (phi2 - phi1) * per_row
    c1, c_end, run = lon_start * per_column, lon_end * per_column, 2.0 * half * per_column
    whole_row, whole_column = math.floor(row), math.floor(column)
    return Track(
        EARTH_RADIUS_KM * angle,
        whole_row,
        whole_column,
        row - whole_row,
        r1,
        3.0 * rise - 2.0 * r1 - r_end,
        r1 + r_end - 2.0 * rise,
        column - whole_column,
        c1,
        3.0 * run - 2.0 * c1 - c_end,
        c1 + c_end - 2.0 * run,
    )


@njit(**MATHS)
def find_places(frame: Frame, track: Track, n: int, room: Row) -> None:
    """Find between which values the n + 1 even places along a track lie: a loop of its own, which runs on all lanes."""
    columns, first_y, first_x = np.int32(frame.columns), np.int32(-track.row), np.int32(-track.column)
    last_y, last_x = np.int32(frame.rows - 2 - track.row), np.int32(frame.columns - 2 - track.column)
    corner, per = np.int32(np.int32(track.row * columns) + np.int32(track.column)), F(1.0 / n)
    r0, r1, r2, r3 = F(track.r0), F(track.r1), F(track.r2), F(track.r3)
    c0, c1, c2, c3 = F(track.c0), F(track.c1), F(track.c2), F(track.c3)
    for i in range(n + 1):
        t = F(np.int32(i)) * per
        y, x = r0 + t * (r1 + t * (r2 + t * r3)), c0 + t * (c1 + t * (c2 + t * c3))
        whole_y = min(max(floor_of(y), first_y), last_y)
        whole_x = min(max(floor_of(x), first_x), last_x)
        at = np.int32(corner + np.int32(np.int32(whole_y * columns) + whole_x))
        room[s.AT + i] = np.int32(at).view(np.float32)
        room[s.SOUTH + i] = greater(lesser(y - F(whole_y), F(1.0)), F(0.0))
        room[s.EAST + i] = greater(lesser(x - F(whole_x), F(1.0)), F(0.0))


@njit(**MATHS)
def take_bilinear(values: Row, columns: int, n: int, room: Row) -> None:
    """Fill GROUND with the values (flat, row by row) at the n + 1 places, interpolated between the four about each."""
    below = np.uint32(columns)
    for i in range(n + 1):
        at, x = np.uint32(F(room[s.AT + i]).view(np.int32)), room[s.EAST + i]
        north = values[at] + x * (values[at + np.uint32(1)] - values[at])
        south_west = values[at + below]
        south = south_west + x * (values[at + below + np.uint32(1)] - south_west)
        room[s.GROUND + i] = north + room[s.SOUTH + i] * (south - north)


@njit(**MATHS)
def put_clutter(values: Row, columns: int, n: int, room: Row) -> None:
    """Fill TOP with the ground and, but at place 0, the nearest value of clutter."""
    below, beside, none = np.uint32(columns), np.uint32(1), np.uint32(0)
    for i in range(1, n + 1):
        at = np.uint32(F(room[s.AT + i]).view(np.int32)) + (below if room[s.SOUTH + i] >= F(0.5) else none)
        at += beside if room[s.EAST + i] >= F(0.5) else none
        room[s.TOP + i] = room[s.GROUND + i] + values[at]
    room[s.TOP] = room[s.GROUND]


@njit(**MATHS)
def copy_ground(n: int, room: Row) -> None:
    """Fill TOP with the bare ground."""
    for i in range(n + 1):
        room[s.TOP + i] = room[s.GROUND + i]
