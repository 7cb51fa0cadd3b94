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
from hatang.core.radio.kernels.great_circle import Frame
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
    per_step: Number
    bulge: Number
    bulge_beta: Number
    bare: bool
    with_beta: bool


class Path(NamedTuple):
    """The path to one pixel: length, heights of both antennas above sea, and its samples.

    The radial's samples up to `last`, then `near` of the pixel's own, each a `span` apart, as the exact kernel has them
    (it would take `spans` in all, each this `share` of the path).
    """

    kilometres: Number
    tx: Number
    rx: Number
    last: int
    near: int
    spans: int
    span: Number
    share: Number


class Line(NamedTuple):
    """From a pixel (row, column) back towards the transmitter: rows and columns per span."""

    row: Number
    column: Number
    down: Number
    right: Number


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
def edge_at(height: float, d1: float, path: Path, slope: float, bulge: float) -> float:
    """Eq (15): ν√λ of one sample."""
    both = d1 * (path.kilometres - d1)
    above = height + bulge * both - path.tx - slope * d1
    return above * F(math.sqrt(F(0.002) * path.kilometres / both))


@njit(**INSIDE)
def clearest(room: Row, heights: int, near_heights: int, path: Path, step: float, bulge: float) -> tuple[float, float]:
    """Eq (15): the greatest ν√λ of a path with line of sight, and where it is, km."""
    direct = (path.rx - path.tx) / path.kilometres
    i = least_clearance(room, heights, path.last, step, path.kilometres, path.tx, direct, bulge)
    at_km = step * F(np.int32(i))
    edge = edge_at(room[heights + i], at_km, path, direct, bulge)
    for q in range(path.near, 0, -1):
        d = room[s.NEAR_FROM_TX + q]
        other = edge_at(room[near_heights + q], d, path, direct, bulge)
        at_km = d if other >= edge else at_km
        edge = greater(other, edge)
    return edge, at_km


@njit(**INSIDE)
def from_receiver(room: Row, near_heights: int, hull: int, size: int, path: Path, bulge: float) -> tuple[float, float]:
    """Give the steepest slope from the receiver, m/km, less bulge x distance, and how far away its point is, km."""
    y = path.rx - bulge * path.kilometres * path.kilometres
    at = hull + steepest(room, hull, size, path.kilometres, y)
    away = path.kilometres - room[at + X]
    slope = (room[at + Y] - y) / away - F(2.0) * bulge * path.kilometres
    for q in range(path.near, 0, -1):
        d = F(np.int32(q)) * path.span
        other = (room[near_heights + q] - path.rx) * room[s.NEAR_PER_RX + q] - bulge * d
        away = d if other >= slope else away
        slope = greater(other, slope)
    return slope, away


@njit(**INSIDE)
def from_transmitter(
    room: Row, near_heights: int, slope: float, at_km: Number, path: Path, bulge: float
) -> tuple[float, float]:
    """Give the transmitter's steepest slope and its place, from what they are without the pixel's own samples."""
    for q in range(path.near, 0, -1):
        d = room[s.NEAR_FROM_TX + q]
        other = (room[near_heights + q] - path.tx) * room[s.NEAR_PER_TX + q] - bulge * d
        at_km = d if other > slope else at_km
        slope = greater(other, slope)
    return slope, at_km


@njit(**INSIDE)
def edge_over(room: Row, hull: int, size: int, slope_tx: float, path: Path, step: float, bulge: float) -> float:
    """§4.3.1: ν√λ of Bullington's edge over the tops, from the transmitter's steepest slope along the radial."""
    bent = bulge * path.kilometres
    slope_tx, _ = from_transmitter(room, s.NEAR_TOP, slope_tx, F(0.0), path, bulge)
    if slope_tx < (path.rx - path.tx) / path.kilometres - bent:
        edge, _ = clearest(room, s.TOP, s.NEAR_TOP, path, step, bulge)
        return edge
    slope_rx, _ = from_receiver(room, s.NEAR_TOP, hull, size, path, bulge)
    return bullington_edge(path.kilometres, path.tx, path.rx, slope_tx + bent, slope_rx + bent)


@njit(**INSIDE)
def describe_pixel(room: Row, scene: Scene, sizes: Sizes, path: Path, height: float, work: Row, j: int) -> None:
    """Write the geometry of the path to a pixel of this height into column j, the sea's rows excepted."""
    kilometres, tx, rx = path.kilometres, path.tx, path.rx
    work[r.DISTANCE + j], work[r.RISE + j] = kilometres, rx - tx
    work[r.STEP + j], work[r.LAST + j] = path.span, F(np.int32(path.spans - 1))
    smooth_tx, smooth_rx = smooth_surface_to(room, scene.step, path, height)
    low_tx, low_rx = lesser(smooth_tx, room[s.GROUND]), lesser(smooth_rx, height)
    work[r.DUCT_TX + j], work[r.DUCT_RX + j] = tx - low_tx, rx - low_rx
    trend = (low_rx - low_tx) / kilometres
    direct, bent = (rx - tx) / kilometres, scene.bulge * kilometres
    slope_tx, slope_rx = room[s.HORIZON + path.last], -direct - bent
    slope_tx, first = from_transmitter(
        room, s.NEAR_GROUND, slope_tx, scene.step * room[s.HORIZON_AT + path.last], path, scene.bulge
    )
    if slope_tx > direct - bent:
        slope_rx, away = from_receiver(room, s.NEAR_GROUND, s.CURVED, sizes[0], path, scene.bulge)
        edge = bullington_edge(kilometres, tx, rx, slope_tx + bent, slope_rx + bent)
        drop_tx, drop_rx = obstruction(room, sizes[1], path)
        smooth_tx, smooth_rx = smooth_tx - drop_tx, smooth_rx - drop_rx
    else:
        edge, first = clearest(room, s.GROUND, s.NEAR_GROUND, path, scene.step, scene.bulge)
        slope_tx, away = direct - bent, kilometres - first
    work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = slope_tx, slope_rx
    work[r.HORIZON_TX + j], work[r.HORIZON_RX + j] = first, away
    work[r.ROUGHNESS + j] = roughness(room, scene.step, sizes[1], path, first, away, trend) - low_tx
    work[r.HEIGHT_TX + j] = tx - lesser(smooth_tx, room[s.GROUND])
    work[r.HEIGHT_RX + j] = rx - lesser(smooth_rx, height)
    work[r.MEDIAN + j] = edge
    if not scene.bare:
        over = room[s.OVER_TOP + path.last]
        work[r.MEDIAN + j] = edge_over(room, s.TOPS, sizes[2], over, path, scene.step, scene.bulge)
    if scene.with_beta:
        over = room[s.OVER_TOP_BETA + path.last]
        work[r.BETA + j] = edge_over(room, s.TOPS_BETA, sizes[3], over, path, scene.step, scene.bulge_beta)


@njit(**INSIDE)
def smooth_surface_to(room: Row, step: float, path: Path, height: float) -> tuple[float, float]:
    """Eq (85) to (88) with the sums up to the last sample of the radial and the pieces from there to the pixel."""
    base, h_before = room[s.GROUND], room[s.GROUND + path.last]
    before: Number = step * F(np.int32(path.last))
    v1, v2, h_before = room[s.SUM1 + path.last], room[s.SUM2 + path.last], h_before - base
    for q in range(path.near, -1, -1):
        d = room[s.NEAR_FROM_TX + q] if q > 0 else path.kilometres
        h = (room[s.NEAR_GROUND + q] if q > 0 else height) - base
        v1 += (d - before) * (h + h_before)
        v2 += (d - before) * (h * (F(2.0) * d + before) + h_before * (d + F(2.0) * before))
        before, h_before = d, h
    per = F(1.0) / path.kilometres
    mean, moment = v1 * per, v2 * per * per
    return base + F(2.0) * mean - moment, base + moment - mean


@njit(**INSIDE)
def obstruction(room: Row, size: int, path: Path) -> tuple[float, float]:
    """Eq (89): how much lower the smooth surface's ends are for what rises above the straight line, m."""
    direct = (path.rx - path.tx) / path.kilometres
    slope, _ = from_transmitter(room, s.NEAR_GROUND, room[s.STRAIGHT + path.last], F(0.0), path, F(0.0))
    per_tx = slope - direct
    if per_tx <= F(0.0):
        return F(0.0), F(0.0)
    slope, _ = from_receiver(room, s.NEAR_GROUND, s.RAW, size, path, F(0.0))
    per_rx = slope + direct
    at = s.RAW + highest(room, s.RAW, size, direct, size - 1)
    top = room[at + Y] - direct * room[at + X]
    for q in range(path.near, 0, -1):
        d = room[s.NEAR_FROM_TX + q]
        top = greater(room[s.NEAR_GROUND + q] - direct * d, top)
    share = (top - path.tx) / (per_tx + per_rx)
    return share * per_tx, share * per_rx


@njit(**INSIDE)
def roughness(room: Row, step: float, size: int, path: Path, first: float, away: float, trend: float) -> float:
    """Eq (95): the highest ground above a line of the trend's slope through sea level, between two places, m.

    Along the radial mostly a corner of the whole hull; where that lies outside, all samples between are looked at.
    """
    end = path.kilometres - away
    begin, stop = int(first / step + F(0.5)), min(int(end / step + F(0.5)), path.last)
    above = LOWEST
    if begin <= stop:
        at = s.RAW + highest(room, s.RAW, size, trend, size - 1)
        if begin <= room[at + SAMPLE] <= stop:
            above = room[at + Y] - trend * room[at + X]
        else:
            above = highest_between(room, step, trend, begin, stop)
    for q in range(path.near, 0, -1):
        d = room[s.NEAR_FROM_TX + q]
        between = first - F(1e-4) <= d <= end + F(1e-4)
        above = greater(room[s.NEAR_GROUND + q] - trend * d, above) if between else above
    return above


@njit(**MATHS)
def highest_between(room: Row, step: float, trend: float, first: int, end: int) -> float:
    """Give the greatest height of the samples from `first` to `end` above a line from sea level at the transmitter."""
    above = LOWEST
    for i in range(first, end + 1):
        above = greater(room[s.GROUND + i] - trend * (step * F(np.int32(i))), above)
    return above


@njit(**MATHS)
def sample_near(heights: Row, clutter: Row, frame: Frame, line: Line, path: Path, room: Row) -> None:
    """Take a pixel's own samples, one span after the other back towards the transmitter.

    So near the pixel a great circle is a straight line in degrees: within 30 km it strays by less than a metre.
    """
    columns, per_span = frame.columns, F(1.0) / path.span
    for q in range(1, path.near + 1):
        number = F(np.int32(q))
        d = path.kilometres - number * path.span
        room[s.NEAR_FROM_TX + q], room[s.NEAR_PER_TX + q] = d, F(1.0) / d
        room[s.NEAR_PER_RX + q] = per_span * (F(1.0) / number)
        y, x = line.row + number * line.down, line.column + number * line.right
        i, j = min(int(y), frame.rows - 2), min(int(x), columns - 2)
        y, x, at = y - F(np.int32(i)), x - F(np.int32(j)), i * columns + j
        north = heights[at] + x * (heights[at + 1] - heights[at])
        south = heights[at + columns] + x * (heights[at + columns + 1] - heights[at + columns])
        ground = north + y * (south - north)
        room[s.NEAR_GROUND + q] = ground
        at += (columns if y >= F(0.5) else 0) + (1 if x >= F(0.5) else 0)
        room[s.NEAR_TOP + q] = ground if len(clutter) == 0 else ground + clutter[at]
