"""Sea, coast and inland along the paths of a grid with zones: P.1812 §3.3, §3.4 and §3.6.

A sample stands for half the way to the one before and half the way to the one behind, and takes the zone of the grid's
nearest value. What is known of a path up to a sample is a few numbers (`Passage`), so that along a radial they are kept
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
from hatang.core.radio.kernels.sea import coupling_db
from hatang.core.radio.p1812.profile import INLAND, SEA

Row = NDArray[np.float32]
Zones = NDArray[np.uint8]
NEVER = F(1e9)
PASSAGE = 8
"""Numbers of a passage, and the zone that it has come to."""
NO_PASSAGES = np.zeros((0, PASSAGE), dtype=np.float32)


class Passage(NamedTuple):
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


class End(NamedTuple):
    """How a path of the sweep ends: the radial's last sample on it, how many of the pixel's own follow, its row and
    column, rows and columns per span back towards the transmitter, and the heights of both antennas above sea, m.
    """

    last: int
    near: int
    row: Number
    column: Number
    down: Number
    right: Number
    tx: Number
    rx: Number


def room_for(zones: Zones) -> Row:
    """Make room for the passages along a radial; none where there are no zones."""
    return np.zeros((s.ROOM, PASSAGE), dtype=np.float32) if len(zones) else NO_PASSAGES


@njit(**INSIDE)
def begun() -> Passage:
    """Give the path before its first step."""
    return Passage(F(0.0), F(0.0), F(0.0), F(0.0), F(0.0), NEVER, F(0.0))


@njit(**INSIDE)
def gone(passage: Passage, zone: int, begin: float, end: float) -> Passage:
    """Go on from `begin` to `end`, km from the transmitter, through one zone."""
    length = end - begin
    if zone == SEA:
        first = lesser(passage.first_sea, begin)
        return Passage(passage.sea + length, F(0.0), F(0.0), passage.longest_land, passage.longest_inland, first, end)
    land, inland = passage.land + length, passage.inland + length if zone == INLAND else F(0.0)
    longest = greater(passage.longest_land, land), greater(passage.longest_inland, inland)
    return Passage(passage.sea, land, inland, longest[0], longest[1], passage.first_sea, passage.last_sea)


@njit(**INSIDE)
def between(passage: Passage, zone: int, zone_behind: int, begin: float, end: float) -> Passage:
    """Go on from one sample to the next: half the way is the one's, half the other's."""
    middle = F(0.5) * (begin + end)
    return gone(gone(passage, zone, begin, middle), zone_behind, middle, end)


@njit(**INSIDE)
def zone_at(zones: Zones, columns: int, room: Row, i: int) -> int:
    """Give the zone of the grid's value nearest to sample i."""
    at = F(room[s.AT + i]).view(np.int32)
    at += columns if room[s.SOUTH + i] >= F(0.5) else 0
    return int(zones[at + (1 if room[s.EAST + i] >= F(0.5) else 0)])


@njit(**MATHS)
def pass_samples(zones: Zones, columns: int, n: int, step: float, room: Row, passages: Row) -> Passage:
    """Go along n spans of a step from the transmitter; keep what is known at each sample where there is room."""
    passage, zone = begun(), zone_at(zones, columns, room, 0)
    keep = len(passages) > 0
    if keep:
        put(passages, 0, passage, zone)
    for i in range(1, n + 1):
        here = zone_at(zones, columns, room, i)
        passage = between(passage, zone, here, F(np.int32(i - 1)) * step, F(np.int32(i)) * step)
        zone = here
        if keep:
            put(passages, i, passage, zone)
    return passage


@njit(**MATHS)
def pass_profile(zones: Zones, distances: Row) -> Passage:
    """Go along a profile of any spacing, with a zone for each of its points."""
    passage = begun()
    for i in range(1, len(zones)):
        passage = between(passage, zones[i - 1], zones[i], distances[i - 1], distances[i])
    return passage


@njit(**INSIDE)
def put(passages: Row, i: int, passage: Passage, zone: int) -> None:
    """Keep a passage."""
    passages[i, 0], passages[i, 1], passages[i, 2], passages[i, 3] = (
        passage.sea,
        passage.land,
        passage.inland,
        passage.longest_land,
    )
    passages[i, 4], passages[i, 5], passages[i, 6] = passage.longest_inland, passage.first_sea, passage.last_sea
    passages[i, 7] = F(np.int32(zone))


@njit(**INSIDE)
def kept(passages: Row, i: int) -> Passage:
    """Give a passage that was kept."""
    w = passages[i]
    return Passage(w[0], w[1], w[2], w[3], w[4], w[5], w[6])


@njit(**INSIDE)
def own_zone(zones: Zones, frame: Frame, row: float, column: float) -> int:
    """Give the zone of the grid's value nearest to a place."""
    i, j = min(int(row + F(0.5)), frame.rows - 1), min(int(column + F(0.5)), frame.columns - 1)
    return int(zones[i * frame.columns + j])


@njit(**INSIDE)
def coasts_of(passage: Passage, kilometres: float) -> tuple[float, float]:
    """Give how far the sea is from both ends of a path, km over land; the whole path where there is none."""
    return lesser(passage.first_sea, kilometres), kilometres - passage.last_sea


@njit(**INSIDE)
def describe_passage(
    passage: Passage, coasts: tuple[float, float], tx: float, rx: float, latitude_deg: float, work: Row, j: int
) -> None:
    """Fill the rows of zones from a whole path, whose length and horizons are there; `tx` and `rx` are the antennas
    above sea, m.
    """
    share = passage.sea / work[r.DISTANCE + j]
    work[r.SEA_SHARE + j], work[r.LATITUDE + j] = share, abs(latitude_deg)
    work[r.LAND + j], work[r.INLAND + j] = passage.longest_land, passage.longest_inland
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
    passages: Row,
    work: Row,
    j: int,
) -> None:
    """Fill the rows of zones for a path with a profile of its own, n even spans; antennas are above ground, m.

    `passages` has no rows: nothing need be kept.
    """
    passage = pass_samples(zones, columns, n, work[r.DISTANCE + j] / F(np.int32(n)), room, passages)
    tx, rx = room[s.GROUND] + F(antennas[0]), room[s.GROUND + n] + F(antennas[1])
    describe_passage(passage, coasts_of(passage, work[r.DISTANCE + j]), tx, rx, latitude_deg, work, j)


@njit(**MATHS)
def describe_pixel_zones(
    zones: Zones, frame: Frame, end: End, latitude_deg: float, step: float, passages: Row, work: Row, j: int
) -> None:
    """Fill the rows of zones for a pixel: the radial up to its last sample, then the pixel's own samples, then it."""
    passage, before, kilometres = kept(passages, end.last), F(np.int32(end.last)) * step, work[r.DISTANCE + j]
    zone = int(passages[end.last, PASSAGE - 1])
    for q in range(end.near, -1, -1):
        number = F(np.int32(q))
        here = kilometres - number * work[r.STEP + j]
        nearest = own_zone(zones, frame, end.row + number * end.down, end.column + number * end.right)
        passage = between(passage, zone, nearest, before, here)
        zone, before = nearest, here
    describe_passage(passage, coasts_of(passage, kilometres), end.tx, end.rx, latitude_deg, work, j)
