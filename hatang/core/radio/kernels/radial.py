"""One radial of the sweep: its samples, what the transmitter sees of them, and the geometry of a pixel at its end.

All as `geometry` has it for a single profile, ITU-R P.1812 §4.3.1 and Annex 1, Attachment 1, but from what is known of the
radial up to the pixel: running maxima for the transmitter's side, hulls for the receiver's, prefix sums for the smooth
surface. Heights against a curved Earth are taken as y = h - bulge x d², which makes tangents of horizons.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F, greater, lesser
from hatang.core.radio.kernels.geometry import bullington_edge
from hatang.core.radio.kernels.hulls import Hull, grow, highest, new_hull, steepest

Row = NDArray[np.float32]
MOST_SAMPLES = 4095
SAMPLE_MASK = np.int32(4095)
VALUE_MASK = np.int32(~4095)
ABREAST = 32
"""How many samples the search for the least clearance takes at a time; what lies behind the last one is masked."""
NOTHING = np.int32(0x7F000000)


class Radial(NamedTuple):
    """A radial's samples and, up to each sample, what the transmitter sees and the sums of the smooth surface."""

    ground: Row
    top: Row
    horizon: Row
    horizon_at: NDArray[np.int32]
    straight: Row
    over_top: Row
    over_top_beta: Row
    sum1: Row
    sum2: Row
    curved: Hull
    raw: Hull
    tops: Hull
    tops_beta: Hull


class Scene(NamedTuple):
    """What is the same for all radials of a transmitter."""

    tx: float
    above_rx: float
    step: float
    bulge: float
    bulge_beta: float
    bare: bool
    with_beta: bool


@njit(**MATHS)
def new_radial(most: int) -> Radial:
    """Make room for a radial of so many samples."""
    room = np.zeros((8, most + ABREAST + 1), dtype=np.float32)
    at = np.zeros(most + 1, dtype=np.int32)
    hulls = new_hull(most + 1), new_hull(most + 1), new_hull(most + 1), new_hull(most + 1)
    return Radial(room[0], room[1], room[2], at, room[3], room[4], room[5], room[6], room[7], *hulls)


@njit(**MATHS)
def look_ahead(radial: Radial, scene: Scene, n: int) -> None:
    """Work out the running maxima and sums of n samples beyond the first, and empty the hulls."""
    base = radial.ground[0]
    steepest_h, straight, over, over_beta, at = F(-1e30), F(-1e30), F(-1e30), F(-1e30), np.int32(1)
    sum1, sum2, before = 0.0, 0.0, 0.0
    for i in range(1, n + 1):
        d = scene.step * F(np.int32(i))
        per = F(1.0) / d
        bare = (radial.ground[i] - scene.tx) * per
        straight = greater(bare, straight)
        bent = bare - scene.bulge * d
        at = np.int32(i) if bent > steepest_h else at
        steepest_h = greater(bent, steepest_h)
        top = (radial.top[i] - scene.tx) * per
        over, over_beta = greater(top - scene.bulge * d, over), greater(top - scene.bulge_beta * d, over_beta)
        height = radial.ground[i] - base
        sum1 += scene.step * (height + before)
        sum2 += scene.step * scene.step * (height * F(np.int32(3 * i - 1)) + before * F(np.int32(3 * i - 2)))
        before = height
        radial.horizon[i], radial.horizon_at[i], radial.straight[i] = steepest_h, at, straight
        radial.over_top[i], radial.over_top_beta[i], radial.sum1[i], radial.sum2[i] = over, over_beta, sum1, sum2
    radial.curved.size[0] = radial.raw.size[0] = radial.tops.size[0] = radial.tops_beta.size[0] = 0


@njit(**INSIDE)
def step_on(radial: Radial, scene: Scene, i: int) -> None:
    """Add sample i to the hulls in use."""
    d = scene.step * F(np.int32(i))
    height, square = radial.ground[i], d * d
    grow(radial.curved, d, height - scene.bulge * square, i)
    grow(radial.raw, d, height, i)
    if not scene.bare:
        grow(radial.tops, d, radial.top[i] - scene.bulge * square, i)
    if scene.with_beta:
        grow(radial.tops_beta, d, radial.top[i] - scene.bulge_beta * square, i)


@njit(**MATHS)
def least_clearance(heights: Row, last: int, step: float, kilometres: float, tx: float, slope: float, bulge: float) -> int:
    """Give the sample of greatest ν on a path with line of sight: least clearance squared by d1·d2.

    Value and number of a sample share 32 bits, so that one minimum finds both; the value keeps 11 bits behind its first
    (≤ 0.02 % in ν, and ν is then computed anew).
    """
    best = NOTHING
    for i in range(1, 1 + (last + ABREAST - 1) // ABREAST * ABREAST):
        number = np.int32(i)
        d1 = F(number) * step
        both = d1 * (kilometres - d1)
        clear = greater(tx + slope * d1 - heights[i] - bulge * both, F(0.0))
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
    heights: Row, hull: Hull, slope_tx: float, scene: Scene, last: int, kilometres: float, rx: float, bulge: float
) -> float:
    """§4.3.1: ν√λ of Bullington's edge over some heights, their hull and the transmitter's steepest slope to them."""
    direct = (rx - scene.tx) / kilometres
    bent = bulge * kilometres
    if slope_tx < direct - bent:
        i = least_clearance(heights, last, scene.step, kilometres, scene.tx, direct, bulge)
        return edge_at(heights[i], scene.step * F(np.int32(i)), kilometres, scene.tx, direct, bulge)
    y = rx - bent * kilometres
    at = steepest(hull, kilometres, y)
    slope_rx = (hull.y[at] - y) / (kilometres - hull.x[at]) - bent
    return bullington_edge(kilometres, scene.tx, rx, slope_tx + bent, slope_rx)


@njit(**MATHS)
def describe_pixel(
    radial: Radial, scene: Scene, last: int, kilometres: float, height: float, work: Row, j: int
) -> None:
    """Write the geometry of the path to a pixel behind sample `last` into column j, the sea's rows excepted."""
    rx = height + scene.above_rx
    work[r.DISTANCE + j], work[r.RISE + j] = kilometres, rx - scene.tx
    work[r.STEP + j], work[r.LAST + j] = scene.step, F(np.int32(last))
    smooth_tx, smooth_rx = smooth_surface_to(radial, scene, last, kilometres, height)
    low_tx, low_rx = lesser(smooth_tx, radial.ground[0]), lesser(smooth_rx, height)
    work[r.DUCT_TX + j], work[r.DUCT_RX + j] = scene.tx - low_tx, rx - low_rx
    trend = (low_rx - low_tx) / kilometres
    direct, bent = (rx - scene.tx) / kilometres, scene.bulge * kilometres
    if radial.horizon[last] > direct - bent:
        smooth_tx, smooth_rx, rough = describe_hidden(radial, scene, last, kilometres, rx, smooth_tx, smooth_rx, trend, work, j)
    else:
        rough = describe_sighted(radial, scene, last, kilometres, direct, trend, work, j)
    work[r.ROUGHNESS + j] = rough - low_tx
    work[r.HEIGHT_TX + j] = scene.tx - lesser(smooth_tx, radial.ground[0])
    work[r.HEIGHT_RX + j] = rx - lesser(smooth_rx, height)
    if not scene.bare:
        over = radial.over_top[last]
        work[r.MEDIAN + j] = edge_over(radial.top, radial.tops, over, scene, last, kilometres, rx, scene.bulge)
    if scene.with_beta:
        over = radial.over_top_beta[last]
        work[r.BETA + j] = edge_over(radial.top, radial.tops_beta, over, scene, last, kilometres, rx, scene.bulge_beta)


@njit(**INSIDE)
def smooth_surface_to(
    radial: Radial, scene: Scene, last: int, kilometres: float, height: float
) -> tuple[float, float]:
    """Eq (85) to (88) with the sums up to sample `last` and the piece from there to the pixel."""
    base, d = radial.ground[0], scene.step * F(np.int32(last))
    before, here, gap = radial.ground[last] - base, height - base, kilometres - d
    v1 = radial.sum1[last] + gap * (here + before)
    v2 = radial.sum2[last] + gap * (here * (F(2.0) * kilometres + d) + before * (kilometres + F(2.0) * d))
    per = F(1.0) / kilometres
    mean = v1 * per
    moment = v2 * per * per
    return base + F(2.0) * mean - moment, base + moment - mean


@njit(**INSIDE)
def describe_sighted(
    radial: Radial, scene: Scene, last: int, kilometres: float, direct: float, trend: float, work: Row, j: int
) -> float:
    """Write the rows of horizons of a path with line of sight; give its roughness above the trend's start, m."""
    i = least_clearance(radial.ground, last, scene.step, kilometres, scene.tx, direct, scene.bulge)
    d = scene.step * F(np.int32(i))
    bent = scene.bulge * kilometres
    work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = direct - bent, -direct - bent
    work[r.HORIZON_TX + j], work[r.HORIZON_RX + j] = d, kilometres - d
    work[r.MEDIAN + j] = edge_at(radial.ground[i], d, kilometres, scene.tx, direct, scene.bulge)
    return radial.ground[i] - trend * d


@njit(**INSIDE)
def describe_hidden(
    radial: Radial,
    scene: Scene,
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
    curved, raw, bent = radial.curved, radial.raw, scene.bulge * kilometres
    y = rx - bent * kilometres
    at = steepest(curved, kilometres, y)
    slope_tx, slope_rx = radial.horizon[last], (curved.y[at] - y) / (kilometres - curved.x[at]) - F(2.0) * bent
    first, end = int(radial.horizon_at[last]), int(curved.sample[at])
    work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = slope_tx, slope_rx
    work[r.HORIZON_TX + j], work[r.HORIZON_RX + j] = scene.step * F(np.int32(first)), kilometres - curved.x[at]
    work[r.MEDIAN + j] = bullington_edge(kilometres, scene.tx, rx, slope_tx + bent, slope_rx + bent)
    seen = steepest(raw, kilometres, rx)
    start, direct = seen, (rx - scene.tx) / kilometres
    per_tx = radial.straight[last] - direct
    if per_tx > F(0.0):
        start = highest(raw, direct, seen)
        obstacle = raw.y[start] - scene.tx - direct * raw.x[start]
        per_rx = (raw.y[seen] - rx) / (kilometres - raw.x[seen]) + direct
        smooth_tx -= obstacle * per_tx / (per_tx + per_rx)
        smooth_rx -= obstacle * per_rx / (per_tx + per_rx)
    return smooth_tx, smooth_rx, roughness(radial, scene, first, end, trend, start)


@njit(**INSIDE)
def roughness(radial: Radial, scene: Scene, first: int, end: int, trend: float, start: int) -> float:
    """Eq (95): the highest ground above a line of the trend's slope through sea level, between two samples, m.

    Mostly a corner of the whole hull; where that lies outside the two, all samples between are looked at.
    """
    at = highest(radial.raw, trend, start)
    if first <= radial.raw.sample[at] <= end:
        return radial.raw.y[at] - trend * radial.raw.x[at]
    above = F(-1e30)
    for i in range(first, end + 1):
        above = greater(radial.ground[i] - trend * (scene.step * F(np.int32(i))), above)
    return above
