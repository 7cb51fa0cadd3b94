"""One radial of the sweep: its samples, what the transmitter sees of them, and the geometry of a pixel at its end.

All as `geometry` has it for a single profile, ITU-R P.1812 §4.3.1 and Annex 1, Attachment 1, but from what is known
of the radial up to the pixel: running maxima for the transmitter's side, hulls for the receiver's, prefix sums for
the smooth surface. Heights against a curved Earth are taken as y = h - bulge x d², which makes tangents of horizons.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels import samples as s
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F, Number, greater, lesser
from hatang.core.radio.kernels.geometry import LOWEST, bullington_edge
from hatang.core.radio.kernels.hulls import SAMPLE, X, Y, grow, highest, steepest

Row = NDArray[np.float32]
Sizes = tuple[int, int, int, int]
"""Corners of the hulls CURVED, RAW, TOPS, TOPS_BETA."""
SAMPLE_MASK = np.int32(s.MOST)
VALUE_MASK = np.int32(~s.MOST)
ABREAST = 32
"""How many samples the search for the least clearance takes at a time; what lies behind the last one is masked."""
NOTHING = np.int32(0x7F000000)


class Scene(NamedTuple):
    """What is the same for all radials of a transmitter."""

    tx: Number
    above_rx: Number
    step: Number
    bulge: Number
    bulge_beta: Number
    bare: bool
    with_beta: bool


@njit(**MATHS)
def look_ahead(room: Row, scene: Scene, n: int) -> None:
    """Work out the running maxima and sums of n samples beyond the first, in a room."""
    base = room[s.GROUND]
    steepest_h, straight, over, over_beta, at = F(-1e30), F(-1e30), F(-1e30), F(-1e30), np.int32(1)
    sum1, sum2, before = 0.0, 0.0, 0.0
    for i in range(1, n + 1):
        d = scene.step * F(np.int32(i))
        per = F(1.0) / d
        bare = (room[s.GROUND + i] - scene.tx) * per
        straight = greater(bare, straight)
        bent = bare - scene.bulge * d
        at = np.int32(i) if bent > steepest_h else at
        steepest_h = greater(bent, steepest_h)
        top = (room[s.TOP + i] - scene.tx) * per
        over, over_beta = greater(top - scene.bulge * d, over), greater(top - scene.bulge_beta * d, over_beta)
        height = room[s.GROUND + i] - base
        sum1 += scene.step * (height + before)
        sum2 += scene.step * scene.step * (height * F(np.int32(3 * i - 1)) + before * F(np.int32(3 * i - 2)))
        before = height
        room[s.HORIZON + i], room[s.HORIZON_AT + i], room[s.STRAIGHT + i] = steepest_h, F(at), straight
        room[s.OVER_TOP + i], room[s.OVER_TOP_BETA + i], room[s.SUM1 + i], room[s.SUM2 + i] = (
            over,
            over_beta,
            sum1,
            sum2,
        )


@njit(**INSIDE)
def step_on(room: Row, scene: Scene, i: int, sizes: Sizes) -> Sizes:
    """Add sample i to the hulls in use, and give their new sizes."""
    curved, raw, tops, tops_beta = sizes
    d = scene.step * F(np.int32(i))
    height, top, square = room[s.GROUND + i], room[s.TOP + i], d * d
    curved = grow(room, s.CURVED, curved, d, height - scene.bulge * square, i)
    raw = grow(room, s.RAW, raw, d, height, i)
    if not scene.bare:
        tops = grow(room, s.TOPS, tops, d, top - scene.bulge * square, i)
    if scene.with_beta:
        tops_beta = grow(room, s.TOPS_BETA, tops_beta, d, top - scene.bulge_beta * square, i)
    return curved, raw, tops, tops_beta


@njit(**MATHS)
def least_clearance(
    room: Row, heights: int, last: int, step: float, kilometres: float, tx: float, slope: float, bulge: float
) -> int:
    """Give the sample of greatest ν on a path with line of sight: least clearance squared by d1·d2.

    Value and number of a sample share 32 bits, so that one minimum finds both; the value keeps 11 bits behind its first
    (≤ 0.02 % in ν, and ν is then computed anew).
    """
    best = NOTHING
    for i in range(1, 1 + (last + ABREAST - 1) // ABREAST * ABREAST):
        number = np.int32(i)
        d1 = F(number) * step
        both = d1 * (kilometres - d1)
        clear = greater(tx + slope * d1 - room[heights + i] - bulge * both, F(0.0))
        value = F(clear * clear / both).view(np.int32)
        packed = np.int32(np.int32(value & VALUE_MASK) | number)
        best = min(best, packed if number <= last else NOTHING)
    return int(best & SAMPLE_MASK)


@njit(**INSIDE)
def edge_at(height: float, d1: float, kilometres: float, tx: float, slope: float, bulge: float) -> float:
    """Eq (15): ν√λ of one sample."""
    both = d1 * (kilometres - d1)
    return (height + bulge * both - tx - slope * d1) * F(math.sqrt(F(0.002) * kilometres / both))


@njit(**INSIDE)
def edge_over(
    room: Row,
    heights: int,
    hull: int,
    size: int,
    slope_tx: float,
    scene: Scene,
    last: int,
    kilometres: float,
    rx: float,
    bulge: float,
) -> float:
    """§4.3.1: ν√λ of Bullington's edge over some heights, their hull and the transmitter's steepest slope to them."""
    direct = (rx - scene.tx) / kilometres
    bent = bulge * kilometres
    if slope_tx < direct - bent:
        i = least_clearance(room, heights, last, scene.step, kilometres, scene.tx, direct, bulge)
        return edge_at(room[heights + i], scene.step * F(np.int32(i)), kilometres, scene.tx, direct, bulge)
    y = rx - bent * kilometres
    at = hull + steepest(room, hull, size, kilometres, y)
    slope_rx = (room[at + Y] - y) / (kilometres - room[at + X]) - bent
    return bullington_edge(kilometres, scene.tx, rx, slope_tx + bent, slope_rx)


@njit(**INSIDE)
def describe_pixel(
    room: Row, scene: Scene, sizes: Sizes, last: int, kilometres: float, height: float, work: Row, j: int
) -> None:
    """Write the geometry of the path to a pixel behind sample `last` into column j, the sea's rows excepted."""
    rx = height + scene.above_rx
    work[r.DISTANCE + j], work[r.RISE + j] = kilometres, rx - scene.tx
    work[r.STEP + j], work[r.LAST + j] = scene.step, F(np.int32(last))
    smooth_tx, smooth_rx = smooth_surface_to(room, scene, last, kilometres, height)
    low_tx, low_rx = lesser(smooth_tx, room[s.GROUND]), lesser(smooth_rx, height)
    work[r.DUCT_TX + j], work[r.DUCT_RX + j] = scene.tx - low_tx, rx - low_rx
    trend = (low_rx - low_tx) / kilometres
    direct, bent = (rx - scene.tx) / kilometres, scene.bulge * kilometres
    if room[s.HORIZON + last] > direct - bent:
        smooth_tx, smooth_rx, rough = describe_hidden(
            room, scene, sizes, last, kilometres, rx, smooth_tx, smooth_rx, trend, work, j
        )
    else:
        rough = describe_sighted(room, scene, last, kilometres, direct, trend, work, j)
    work[r.ROUGHNESS + j] = rough - low_tx
    work[r.HEIGHT_TX + j] = scene.tx - lesser(smooth_tx, room[s.GROUND])
    work[r.HEIGHT_RX + j] = rx - lesser(smooth_rx, height)
    if not scene.bare:
        over = room[s.OVER_TOP + last]
        work[r.MEDIAN + j] = edge_over(room, s.TOP, s.TOPS, sizes[2], over, scene, last, kilometres, rx, scene.bulge)
    if scene.with_beta:
        over = room[s.OVER_TOP_BETA + last]
        work[r.BETA + j] = edge_over(
            room, s.TOP, s.TOPS_BETA, sizes[3], over, scene, last, kilometres, rx, scene.bulge_beta
        )


@njit(**INSIDE)
def smooth_surface_to(room: Row, scene: Scene, last: int, kilometres: float, height: float) -> tuple[float, float]:
    """Eq (85) to (88) with the sums up to sample `last` and the piece from there to the pixel."""
    base, d = room[s.GROUND], scene.step * F(np.int32(last))
    before, here, gap = room[s.GROUND + last] - base, height - base, kilometres - d
    v1 = room[s.SUM1 + last] + gap * (here + before)
    v2 = room[s.SUM2 + last] + gap * (here * (F(2.0) * kilometres + d) + before * (kilometres + F(2.0) * d))
    per = F(1.0) / kilometres
    mean = v1 * per
    moment = v2 * per * per
    return base + F(2.0) * mean - moment, base + moment - mean


@njit(**INSIDE)
def describe_sighted(
    room: Row, scene: Scene, last: int, kilometres: float, direct: float, trend: float, work: Row, j: int
) -> float:
    """Write the rows of horizons of a path with line of sight; give its roughness above the trend's start, m."""
    i = least_clearance(room, s.GROUND, last, scene.step, kilometres, scene.tx, direct, scene.bulge)
    d = scene.step * F(np.int32(i))
    bent = scene.bulge * kilometres
    work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = direct - bent, -direct - bent
    work[r.HORIZON_TX + j], work[r.HORIZON_RX + j] = d, kilometres - d
    work[r.MEDIAN + j] = edge_at(room[s.GROUND + i], d, kilometres, scene.tx, direct, scene.bulge)
    return room[s.GROUND + i] - trend * d


@njit(**INSIDE)
def describe_hidden(
    room: Row,
    scene: Scene,
    sizes: Sizes,
    last: int,
    kilometres: float,
    rx: float,
    smooth_tx: float,
    smooth_rx: float,
    trend: float,
    work: Row,
    j: int,
) -> tuple[float, float, float]:
    """Write the rows of horizons of a path beyond the horizon; give both smooth heights and its roughness, m."""
    bent = scene.bulge * kilometres
    y = rx - bent * kilometres
    at = s.CURVED + steepest(room, s.CURVED, sizes[0], kilometres, y)
    rest = kilometres - room[at + X]
    slope_tx, slope_rx = room[s.HORIZON + last], (room[at + Y] - y) / rest - F(2.0) * bent
    first, end = room[s.HORIZON_AT + last], room[at + SAMPLE]
    work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = slope_tx, slope_rx
    work[r.HORIZON_TX + j], work[r.HORIZON_RX + j] = scene.step * first, rest
    work[r.MEDIAN + j] = bullington_edge(kilometres, scene.tx, rx, slope_tx + bent, slope_rx + bent)
    start, direct = steepest(room, s.RAW, sizes[1], kilometres, rx), (rx - scene.tx) / kilometres
    per_tx = room[s.STRAIGHT + last] - direct
    if per_tx > F(0.0):
        seen = s.RAW + start
        per_rx = (room[seen + Y] - rx) / (kilometres - room[seen + X]) + direct
        start = highest(room, s.RAW, sizes[1], direct, start)
        top = s.RAW + start
        share = (room[top + Y] - scene.tx - direct * room[top + X]) / (per_tx + per_rx)
        smooth_tx, smooth_rx = smooth_tx - share * per_tx, smooth_rx - share * per_rx
    return smooth_tx, smooth_rx, roughness(room, scene, sizes[1], first, end, trend, start)


@njit(**INSIDE)
def roughness(room: Row, scene: Scene, size: int, first: float, end: float, trend: float, start: int) -> float:
    """Eq (95): the highest ground above a line of the trend's slope through sea level, between two samples, m.

    Mostly a corner of the whole hull; where that lies outside the two, all samples between are looked at.
    """
    at = s.RAW + highest(room, s.RAW, size, trend, start)
    if first <= room[at + SAMPLE] <= end:
        return room[at + Y] - trend * room[at + X]
    return highest_between(room, scene.step, trend, int(first), int(end))


@njit(**MATHS)
def highest_between(room: Row, step: float, trend: float, first: int, end: int) -> float:
    """Give the greatest height of the samples from `first` to `end` above a line from sea level at the transmitter."""
    above = LOWEST
    for i in range(first, end + 1):
        above = greater(room[s.GROUND + i] - trend * (step * F(np.int32(i))), above)
    return above
