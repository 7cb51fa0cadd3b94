"""One radial of the sweep: its samples, what the transmitter sees of them, and what a pixel at its end sees.

All as `geometry` has it for a single profile, ITU-R P.1812 §4.3.1 and Annex 1, Attachment 1, but from what is known
of the radial up to the pixel: running maxima for the transmitter's side, hulls for the receiver's, running sums for
the smooth surface. Heights against a curved Earth are taken as y = h - bulge x d², which makes tangents of horizons.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import pixel_rows as p
from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F, Number, greater, lesser
from hatang.core.radio.kernels.geometry import LOWEST
from hatang.core.radio.kernels.hulls import SAMPLE, X, Y, grow, highest, steepest
from hatang.core.radio.kernels.own_samples import Scene

Row = NDArray[np.float32]
SAMPLE_MASK = np.int32(s.MOST)
VALUE_MASK = np.int32(~s.MOST)
STRETCH = 16
"""How many samples the search for the least clearance takes at a time; what lies behind the last one is masked."""
NOTHING = np.int32(0x7F000000)
AT_CURVED, AT_RAW, AT_DIRECT, AT_TREND, AT_SEEN = (s.LATELY + k for k in range(5))
QUERIES = 9


class Walk(NamedTuple):
    """How far one has come along a radial: the last sample in the hulls, and the corners of CURVED, RAW, TOPS and
    TOPS_BETA.
    """

    ring: int
    curved: int
    raw: int
    tops: int
    beta: int


class Surface(NamedTuple):
    """A surface that is looked over: rows of its heights, its crests and its hull, half the Earth's curvature, rows of
    the pixels' marks, and where its last queries of hull and clearance are kept.
    """

    heights: int
    crests: int
    hull: int
    bulge: Number
    marks: int
    at_hull: int
    at_seen: int


@njit(**MATHS)
def lay_steps(room: Row, scene: Scene, n: int) -> None:
    """Fill the rows that are the same for all radials."""
    for i in range(1, n + 1):
        d = scene.step * F(np.int32(i))
        room[s.STEPS + i], room[s.PER_STEPS + i] = d, F(1.0) / d


@njit(**MATHS)
def look_ahead(room: Row, scene: Scene, n: int) -> None:
    """Work out the running maxima and sums of n samples beyond the first, in a room."""
    horizon, straight, at, sum1, sum2 = LOWEST, LOWEST, np.int32(1), 0.0, 0.0
    for i in range(1, n + 1):
        number, height = np.int32(i), room[s.GROUND + i]
        flat = (height - scene.tx) * room[s.PER_STEPS + i]
        bent = flat - scene.bulge * room[s.STEPS + i]
        at = number if bent > horizon else at
        horizon, straight = greater(bent, horizon), greater(flat, straight)
        above = height - scene.base
        sum1 += above
        sum2 += above * F(number)
        room[s.HORIZON + i], room[s.HORIZON_AT + i], room[s.STRAIGHT + i] = horizon, F(at), straight
        room[s.SUM1 + i], room[s.SUM2 + i] = sum1, sum2
    find_crests(room, s.GROUND, s.CREST, scene.bulge, n)
    if scene.bare and not scene.with_beta:
        return
    over, over_beta = LOWEST, LOWEST
    for i in range(1, n + 1):
        top, d = (room[s.TOP + i] - scene.tx) * room[s.PER_STEPS + i], room[s.STEPS + i]
        over, over_beta = greater(top - scene.bulge * d, over), greater(top - scene.bulge_beta * d, over_beta)
        room[s.OVER_TOP + i], room[s.OVER_TOP_BETA + i] = over, over_beta
    find_crests(room, s.TOP, s.CREST_TOP, scene.bulge, n)
    find_crests(room, s.TOP, s.CREST_BETA, scene.bulge_beta, n)


@njit(**INSIDE)
def find_crests(room: Row, heights: int, crests: int, bulge: Number, n: int) -> None:
    """Find the highest sample of each stretch over a curved Earth; stretch k begins with sample 1 + k x STRETCH."""
    for k in range((n + STRETCH - 1) // STRETCH):
        crest, first = LOWEST, 1 + k * STRETCH
        for i in range(first, first + STRETCH):
            d = room[s.STEPS + i]
            crest = greater(room[heights + i] - bulge * d * d, crest)
        room[crests + k] = crest


@njit(**INSIDE)
def step_on(room: Row, scene: Scene, i: int, walk: Walk) -> Walk:
    """Add sample i to the hulls in use."""
    tops, beta = walk.tops, walk.beta
    d = room[s.STEPS + i]
    height, square = room[s.GROUND + i], d * d
    curved = grow(room, s.CURVED, walk.curved, d, height - scene.bulge * square, i)
    raw = grow(room, s.RAW, walk.raw, d, height, i)
    if not scene.bare:
        tops = grow(room, s.TOPS, tops, d, room[s.TOP + i] - scene.bulge * square, i)
    if scene.with_beta:
        beta = grow(room, s.TOPS_BETA, beta, d, room[s.TOP + i] - scene.bulge_beta * square, i)
    return Walk(i, curved, raw, tops, beta)


@njit(**MATHS)
def begin_radial(room: Row) -> Walk:
    """Forget what was asked of the radial before."""
    for k in range(QUERIES):
        room[s.LATELY + k] = F(0.0)
    return Walk(0, 0, 0, 0, 0)


@njit(**MATHS)
def follow(room: Row, scene: Scene, walk: Walk, first: int, end: int, work: Row) -> Walk:
    """Go along a radial from pixel to pixel, `first` up to but not `end` of a block, and put down what each sees."""
    for j in range(first, end):
        ring = int(work[p.RING + j])
        while walk.ring < ring:
            walk = step_on(room, scene, walk.ring + 1, walk)
        look_back(room, scene, walk, work, j)
        if not scene.bare:
            tops = Surface(s.TOP, s.CREST_TOP, s.TOPS, scene.bulge, p.ON_TOPS, s.LATELY + 5, s.LATELY + 6)
            see_tops(room, scene, tops, ring, walk.tops, room[s.OVER_TOP + ring], work, j)
        if scene.with_beta:
            tops = Surface(s.TOP, s.CREST_BETA, s.TOPS_BETA, scene.bulge_beta, p.ON_BETA, s.LATELY + 7, s.LATELY + 8)
            see_tops(room, scene, tops, ring, walk.beta, room[s.OVER_TOP_BETA + ring], work, j)
    return walk


@njit(**INSIDE)
def look_back(room: Row, scene: Scene, walk: Walk, work: Row, j: int) -> None:
    """Put down the horizons over the ground, the smooth surface and the roughness of the path to a pixel."""
    kilometres, direct, ring = work[r.DISTANCE + j], work[p.DIRECT + j], walk.ring
    ground = Surface(s.GROUND, s.CREST, s.CURVED, scene.bulge, p.ON_GROUND, AT_CURVED, AT_SEEN)
    bent = scene.bulge * kilometres
    slope_tx, first = work[p.ON_GROUND + p.FROM_TX + j], work[p.ON_GROUND + p.FROM_TX_AT + j]
    horizon = room[s.HORIZON + ring]
    first = first if slope_tx > horizon else scene.step * room[s.HORIZON_AT + ring]
    slope_tx = greater(slope_tx, horizon)
    trend = smooth_surface_to(room, scene, ring, work, j)
    if slope_tx > direct - bent:
        slope_rx, away = from_receiver(room, ground, walk.curved, scene, work, j)
        work[p.ON_GROUND + p.SEEN + j] = LOWEST
        look_straight(room, scene, walk, work, j)
        above = roughness(room, scene.per_step, walk, first, kilometres - away, trend)
    else:
        first, height = clearest(room, ground, ring, scene, work, j)
        above, away = height - trend * first, kilometres - first
        slope_tx, slope_rx = direct - bent, -direct - bent
        work[p.FLAT_TX + j] = direct
    work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = slope_tx, slope_rx
    work[r.HORIZON_TX + j], work[r.HORIZON_RX + j] = first, away
    work[p.ROUGH + j] = above


@njit(**INSIDE)
def smooth_surface_to(room: Row, scene: Scene, ring: int, work: Row, j: int) -> float:
    """Eq (85) to (88): put down the smooth surface's ends, and give the slope between them, no higher than the ground.

    The sums up to the radial's last sample, the piece from there to the outermost own sample, and what follows it.
    """
    before, h_before, per_km = room[s.STEPS + ring], room[s.GROUND + ring] - scene.base, work[p.PER_KM + j]
    d, h, number = work[p.OUTER_AT + j], work[p.OUTER + j], F(np.int32(ring))
    pieces = scene.step * (F(2.0) * room[s.SUM1 + ring] - h_before)
    moments = scene.step * scene.step * (F(6.0) * room[s.SUM2 + ring] - h_before * (F(3.0) * number + F(1.0)))
    pieces += (d - before) * (h + h_before) + work[p.PIECES + j]
    moments += (d - before) * (h * (F(2.0) * d + before) + h_before * (d + F(2.0) * before)) + work[p.MOMENTS + j]
    mean, moment = pieces * per_km, moments * per_km * per_km
    smooth_tx, smooth_rx = scene.base + F(2.0) * mean - moment, scene.base + moment - mean
    trend = (lesser(smooth_rx, work[p.GROUND + j]) - lesser(smooth_tx, scene.base)) * per_km
    work[p.SMOOTH_TX + j], work[p.SMOOTH_RX + j], work[p.TREND + j] = smooth_tx, smooth_rx, trend
    return trend


@njit(**INSIDE)
def from_receiver(room: Row, over: Surface, size: int, scene: Scene, work: Row, j: int) -> tuple[float, float]:
    """Give the steepest slope from the receiver, m/km, less bulge x distance, and how far away its point is, km."""
    kilometres = work[r.DISTANCE + j]
    y = scene.tx + work[r.RISE + j] - over.bulge * kilometres * kilometres
    corner = steepest(room, over.hull, size, kilometres, y, int(room[over.at_hull]))
    room[over.at_hull] = F(np.int32(corner))
    away = kilometres - room[over.hull + corner + X]
    slope = (room[over.hull + corner + Y] - y) / away - F(2.0) * over.bulge * kilometres
    own = work[over.marks + p.FROM_RX + j]
    return greater(slope, own), work[over.marks + p.FROM_RX_AWAY + j] if own >= slope else away


@njit(**INSIDE)
def look_straight(room: Row, scene: Scene, walk: Walk, work: Row, j: int) -> None:
    """Put down what eq (89) takes: slopes from both antennas over a flat Earth, and the highest above the straight line
    (each among own samples so far).
    """
    kilometres, direct = work[r.DISTANCE + j], work[p.DIRECT + j]
    slope_tx = greater(work[p.FLAT_TX + j], room[s.STRAIGHT + walk.ring])
    work[p.FLAT_TX + j] = slope_tx
    if slope_tx <= direct:
        return
    rx = scene.tx + work[r.RISE + j]
    at = steepest(room, s.RAW, walk.raw, kilometres, rx, int(room[AT_RAW]))
    top = highest(room, s.RAW, walk.raw, direct, int(room[AT_DIRECT]))
    room[AT_RAW], room[AT_DIRECT] = F(np.int32(at)), F(np.int32(top))
    slope_rx = (room[s.RAW + at + Y] - rx) / (kilometres - room[s.RAW + at + X])
    above = room[s.RAW + top + Y] - direct * room[s.RAW + top + X]
    work[p.FLAT_RX + j] = greater(work[p.FLAT_RX + j], slope_rx)
    work[p.ABOVE_DIRECT + j] = greater(work[p.ABOVE_DIRECT + j], above)


@njit(**INSIDE)
def roughness(room: Row, per_step: float, walk: Walk, first: float, end: float, trend: float) -> float:
    """Eq (95): the highest ground of the radial above a line of the trend's slope through sea level, between two
    places, m.

    Mostly it is a corner of the whole hull; where that lies outside, all samples between are looked at.
    """
    begin, stop = int(first * per_step + F(0.5)), min(int(end * per_step + F(0.5)), walk.ring)
    if begin > stop:
        return LOWEST
    corner = highest(room, s.RAW, walk.raw, trend, int(room[AT_TREND]))
    room[AT_TREND], at = F(np.int32(corner)), s.RAW + corner
    if begin <= room[at + SAMPLE] <= stop:
        return room[at + Y] - trend * room[at + X]
    return highest_between(room, trend, begin, stop)


@njit(**MATHS)
def highest_between(room: Row, trend: float, first: int, end: int) -> float:
    """Give the greatest height of the samples from `first` to `end` above a line from sea level at the transmitter."""
    above = LOWEST
    for i in range(first, end + 1):
        above = greater(room[s.GROUND + i] - trend * room[s.STEPS + i], above)
    return above


@njit(**INSIDE)
def see_tops(room: Row, scene: Scene, over: Surface, ring: int, size: int, horizon: float, work: Row, j: int) -> None:
    """§4.3.1 over tops: put down the slopes of both horizons, or the greatest ν√λ of a path with line of sight."""
    slope_tx = greater(work[over.marks + p.FROM_TX + j], horizon)
    work[over.marks + p.FROM_TX + j] = slope_tx
    if slope_tx < work[p.DIRECT + j] - over.bulge * work[r.DISTANCE + j]:
        clearest(room, over, ring, scene, work, j)
        return
    work[over.marks + p.FROM_RX + j] = from_receiver(room, over, size, scene, work, j)[0]
    work[over.marks + p.SEEN + j] = LOWEST


@njit(**INSIDE)
def clearest(room: Row, over: Surface, ring: int, scene: Scene, work: Row, j: int) -> tuple[float, float]:
    """Eq (15): put down the greatest ν√λ of a path with line of sight; give where it is, km, and the height there if
    that is on the radial.
    """
    kilometres, direct = work[r.DISTANCE + j], work[p.DIRECT + j]
    slope = direct - over.bulge * kilometres
    i = least_clearance(room, over, ring, scene, kilometres, slope, min(max(int(room[over.at_seen]), 1), ring))
    room[over.at_seen] = F(np.int32(i))
    at_km, height = room[s.STEPS + i], room[over.heights + i]
    both = at_km * (kilometres - at_km)
    above = height + over.bulge * both - scene.tx - direct * at_km
    edge, own = above * F(math.sqrt(F(0.002) * kilometres / both)), work[over.marks + p.SEEN + j]
    work[over.marks + p.SEEN + j] = greater(edge, own)
    return (work[over.marks + p.SEEN_AT + j], LOWEST) if own >= edge else (at_km, height)


@njit(**INSIDE)
def least_clearance(
    room: Row, over: Surface, last: int, scene: Scene, kilometres: float, slope: float, start: int
) -> int:
    """Give the sample of greatest ν on a path with line of sight: least clearance squared by d1·d2.

    A stretch is looked at only if its crest, put where the line is lowest and d1·d2 greatest, would be better than the
    best so far, which to begin with is the last pixel's sample.
    """
    best = look_at(room, over, start, 1, last, scene.tx, slope, kilometres)
    middle = F(0.5) * kilometres
    for k in range((last + STRETCH - 1) // STRETCH):
        d1, d2 = room[s.STEPS + 1 + k * STRETCH], room[s.STEPS + STRETCH + k * STRETCH]
        low = scene.tx + (slope * d1 if slope > F(0.0) else slope * d2)
        clear = greater(low - room[over.crests + k], F(0.0))
        widest = greater(lesser(middle, d2), d1)
        if clear * clear < np.int32(best & VALUE_MASK).view(np.float32) * (widest * (kilometres - widest)):
            best = min(best, look_at(room, over, 1 + k * STRETCH, STRETCH, last, scene.tx, slope, kilometres))
    return int(best & SAMPLE_MASK)


@njit(**INSIDE)
def look_at(
    room: Row, over: Surface, first: int, count: int, last: int, tx: float, slope: float, kilometres: float
) -> np.int32:
    """Give the least of some samples, value and number in one: 32 bits, of which the value keeps 11 behind its first
    (≤ 0.02 % in ν, and ν is then computed anew).
    """
    best = NOTHING
    for i in range(first, first + count):
        number, d1 = np.int32(i), room[s.STEPS + i]
        clear = greater(tx + slope * d1 + over.bulge * d1 * d1 - room[over.heights + i], F(0.0))
        value = F(clear * clear / (d1 * (kilometres - d1))).view(np.int32)
        packed = np.int32(np.int32(value & VALUE_MASK) | number)
        best = min(best, packed if number <= last else NOTHING)
    return best
