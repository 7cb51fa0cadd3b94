"""Sea, coast and inland along the paths of a grid with zones: P.1812 §3.3, §3.4 and §3.6.

A sample stands for half the way to the one before and half the way to the one behind, and takes the zone of the grid's
nearest value. What is known of a path up to a sample is a few numbers (`Walk`), so that along a radial they are kept
for each sample, and a pixel goes on from there over its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F, Number, greater, lesser
from hatang.core.radio.kernels.great_circle import Frame
from hatang.core.radio.kernels.radial import Line, Path
from hatang.core.radio.kernels.sea import coupling_db
from hatang.core.radio.p1812.profile import INLAND, SEA

Row = NDArray[np.float32]
Zones = NDArray[np.uint8]
NEVER = F(1e9)
WALKS = 8
"""Numbers of a walk, and the zone that it has come to."""
NO_WALKS = np.zeros((0, WALKS), dtype=np.float32)


class Walk(NamedTuple):
    """A path so far, km: sea in all, the stretch of land and of inland that it is on, the longest of both, where its
    first stretch of sea begins and its last one ends.
    """

    sea: Number
    land: Number
    inland: Number
    longest_land: Number
    longest_inland: Number
    first_sea: Number
    last_sea: Number


def room_for(zones: Zones) -> Row:
    """Make room for the walks along a radial; none where there are no zones."""
    return np.zeros((s.ROOM, WALKS), dtype=np.float32) if len(zones) else NO_WALKS


@njit(**INSIDE)
def begun() -> Walk:
    """Give the path before its first step."""
    return Walk(F(0.0), F(0.0), F(0.0), F(0.0), F(0.0), NEVER, F(0.0))


@njit(**INSIDE)
def gone(walk: Walk, zone: int, begin: float, end: float) -> Walk:
    """Go on from `begin` to `end`, km from the transmitter, through one zone."""
    length = end - begin
    if zone == SEA:
        first = lesser(walk.first_sea, begin)
        return Walk(walk.sea + length, F(0.0), F(0.0), walk.longest_land, walk.longest_inland, first, end)
    land, inland = walk.land + length, walk.inland + length if zone == INLAND else F(0.0)
    longest = greater(walk.longest_land, land), greater(walk.longest_inland, inland)
    return Walk(walk.sea, land, inland, longest[0], longest[1], walk.first_sea, walk.last_sea)


@njit(**INSIDE)
def between(walk: Walk, zone: int, zone_behind: int, begin: float, end: float) -> Walk:
    """Go on from one sample to the next: half the way is the one's, half the other's."""
    middle = F(0.5) * (begin + end)
    return gone(gone(walk, zone, begin, middle), zone_behind, middle, end)


@njit(**INSIDE)
def zone_at(zones: Zones, columns: int, room: Row, i: int) -> int:
    """Give the zone of the grid's value nearest to sample i."""
    at = F(room[s.AT + i]).view(np.int32)
    at += columns if room[s.SOUTH + i] >= F(0.5) else 0
    return int(zones[at + (1 if room[s.EAST + i] >= F(0.5) else 0)])


@njit(**MATHS)
def walk_samples(zones: Zones, columns: int, n: int, step: float, room: Row, walks: Row) -> Walk:
    """Walk along n spans of a step from the transmitter; keep what is known at each sample where there is room."""
    walk, zone = begun(), zone_at(zones, columns, room, 0)
    keep = len(walks) > 0
    if keep:
        put(walks, 0, walk, zone)
    for i in range(1, n + 1):
        here = zone_at(zones, columns, room, i)
        walk = between(walk, zone, here, F(np.int32(i - 1)) * step, F(np.int32(i)) * step)
        zone = here
        if keep:
            put(walks, i, walk, zone)
    return walk


@njit(**MATHS)
def walk_profile(zones: Zones, distances: Row) -> Walk:
    """Walk along a profile of any spacing, with a zone for each of its points."""
    walk = begun()
    for i in range(1, len(zones)):
        walk = between(walk, zones[i - 1], zones[i], distances[i - 1], distances[i])
    return walk


@njit(**INSIDE)
def put(walks: Row, i: int, walk: Walk, zone: int) -> None:
    """Keep a walk."""
    walks[i, 0], walks[i, 1], walks[i, 2], walks[i, 3] = walk.sea, walk.land, walk.inland, walk.longest_land
    walks[i, 4], walks[i, 5], walks[i, 6] = walk.longest_inland, walk.first_sea, walk.last_sea
    walks[i, 7] = F(np.int32(zone))


@njit(**INSIDE)
def kept(walks: Row, i: int) -> Walk:
    """Give a walk that was kept."""
    w = walks[i]
    return Walk(w[0], w[1], w[2], w[3], w[4], w[5], w[6])


@njit(**INSIDE)
def own_zone(zones: Zones, frame: Frame, row: float, column: float) -> int:
    """Give the zone of the grid's value nearest to a place."""
    i, j = min(int(row + F(0.5)), frame.rows - 1), min(int(column + F(0.5)), frame.columns - 1)
    return int(zones[i * frame.columns + j])


@njit(**INSIDE)
def coasts_of(walk: Walk, kilometres: float) -> tuple[float, float]:
    """Give how far the sea is from both ends of a path, km over land; the whole path where there is none."""
    return lesser(walk.first_sea, kilometres), kilometres - walk.last_sea


@njit(**INSIDE)
def describe_walk(
    walk: Walk, coasts: tuple[float, float], tx: float, rx: float, latitude_deg: float, work: Row, j: int
) -> None:
    """Fill the rows of zones from a whole path, whose length and horizons are there; `tx` and `rx` are the antennas
    above sea, m.
    """
    share = walk.sea / work[r.DISTANCE + j]
    work[r.SEA_SHARE + j], work[r.LATITUDE + j] = share, abs(latitude_deg)
    work[r.LAND + j], work[r.INLAND + j] = walk.longest_land, walk.longest_inland
    work[r.COUPLING + j] = coupling_db(coasts[0], work[r.HORIZON_TX + j], share, tx)
    work[r.COUPLING + j] += coupling_db(coasts[1], work[r.HORIZON_RX + j], share, rx)


@njit(**MATHS)
def describe_profile(
    zones: Zones,
    columns: int,
    n: int,
    antennas: tuple[float, float],
    latitude_deg: float,
    room: Row,
    walks: Row,
    work: Row,
    j: int,
) -> None:
    """Fill the rows of zones for a path with a profile of its own, n even spans; antennas are above ground, m.

    `walks` has no rows: nothing need be kept.
    """
    walk = walk_samples(zones, columns, n, work[r.DISTANCE + j] / F(np.int32(n)), room, walks)
    tx, rx = room[s.GROUND] + F(antennas[0]), room[s.GROUND + n] + F(antennas[1])
    describe_walk(walk, coasts_of(walk, work[r.DISTANCE + j]), tx, rx, latitude_deg, work, j)


@njit(**MATHS)
def describe_pixel_zones(
    zones: Zones, frame: Frame, line: Line, path: Path, step: float, latitude_deg: float, walks: Row, work: Row, j: int
) -> None:
    """Fill the rows of zones for a pixel: the radial up to its last sample, then the pixel's own samples, then it."""
    walk, before = kept(walks, path.last), F(np.int32(path.last)) * step
    zone = int(walks[path.last, WALKS - 1])
    for q in range(path.near, -1, -1):
        number = F(np.int32(q))
        here = path.kilometres - number * path.span
        nearest = own_zone(zones, frame, line.row + number * line.down, line.column + number * line.right)
        walk = between(walk, zone, nearest, before, here)
        zone, before = nearest, here
    describe_walk(walk, coasts_of(walk, path.kilometres), path.tx, path.rx, latitude_deg, work, j)
