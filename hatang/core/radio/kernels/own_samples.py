"""What is known of the sweep's pixels before their radials: where they are, and the samples next to them, their own.

A block of pixels at a time, in loops that run on all lanes but for the look-ups in the grid. A pixel's own samples lie
on its own great circle, spaced as the exact kernel has them; so near it a great circle is a straight line in degrees:
within 30 km it strays by less than a metre.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import pixel_rows as p
from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F, Number, floor_of, greater, lesser
from hatang.core.radio.kernels.exact import FEWEST_SPANS
from hatang.core.radio.kernels.geometry import LOWEST
from hatang.core.radio.kernels.great_circle import Frame
from hatang.core.radio.kernels.sorted_pixels import Pixels

Row = NDArray[np.float32]


class Scene(NamedTuple):
    """What is the same for all radials of a transmitter.

    Heights of its ground and of its antenna above sea, of a receiver above ground, m; the spacing of samples, km, and
    its inverse; half the curvature of the Earth, median and for β0 % of time, m/km²; whether there is no clutter, and
    whether the second curvature counts.
    """

    base: Number
    tx: Number
    above_rx: Number
    step: Number
    per_step: Number
    bulge: Number
    bulge_beta: Number
    bare: bool
    with_beta: bool


class Site(NamedTuple):
    """A transmitter on a grid: degrees, radius and spacing of samples in km, and its row and column."""

    lon_deg: float
    lat_deg: float
    radius_km: float
    step_km: float
    row: float
    column: float


@njit(**MATHS)
def meet_pixels(
    heights: Row,
    clutter: Row,
    frame: Frame,
    corner: tuple[int, int, int, int],
    site: Site,
    scene: Scene,
    pixels: Pixels,
    begin: int,
    count: int,
    work: Row,
) -> None:
    """Fill a block with what is known of `count` sorted pixels from `begin` on; behind them with the last one again."""
    for j in range(r.BLOCK):
        q = min(begin + j, begin + count - 1)
        row, column = corner[0] + np.int64(pixels.row[q]), corner[1] + np.int64(pixels.column[q])
        work[p.ROW + j], work[p.COLUMN + j] = F(row), F(column)
        work[p.GROUND + j] = heights[row * frame.columns + column]
        work[r.DISTANCE + j], work[p.RING + j] = pixels.kilometres[q], F(pixels.ring[q])
    find_own(work, frame, site, scene)
    take_own(heights, clutter, frame.columns, scene.bare, work)
    sum_own(work, scene)
    mark_own(work, p.OWN_GROUND, p.ON_GROUND, scene, scene.bulge)
    mark_flat(work, scene)
    if not scene.bare:
        mark_own(work, p.OWN_TOP, p.ON_TOPS, scene, scene.bulge)
    if scene.with_beta:
        mark_own(work, p.OWN_TOP, p.ON_BETA, scene, scene.bulge_beta)


@njit(**MATHS)
def find_own(work: Row, frame: Frame, site: Site, scene: Scene) -> None:
    """Find how many samples a path has and where the pixel's own lie."""
    site_row, site_column, half_lat = F(site.row), F(site.column), F(0.5 * (site.lat_deg + frame.north_deg))
    last_row, last_column, columns = np.int32(frame.rows - 2), np.int32(frame.columns - 2), np.int32(frame.columns)
    half_step = F(0.5 * frame.step_lat_deg)
    for j in range(r.BLOCK):
        kilometres, row, column = work[r.DISTANCE + j], work[p.ROW + j], work[p.COLUMN + j]
        steps = kilometres * scene.per_step
        whole = floor_of(steps)
        spans = greater(F(np.int32(FEWEST_SPANS)), F(whole) if F(whole) == steps else F(whole) + F(1.0))
        share, per_km = F(1.0) / spans, F(1.0) / kilometres
        rise = work[p.GROUND + j] + scene.above_rx - scene.tx
        work[r.STEP + j], work[r.LAST + j] = kilometres * share, spans - F(1.0)
        work[r.RISE + j], work[p.DIRECT + j], work[p.PER_KM + j] = rise, rise * per_km, per_km
        work[p.NEAR + j] = lesser(F(np.int32(p.OWN)), F(floor_of(steps - F(0.5))) - work[p.RING + j])
        work[r.LATITUDE + j] = abs(half_lat - half_step * row)
        work[r.SEA_SHARE + j], work[r.COUPLING + j] = F(0.0), F(0.0)
        work[r.LAND + j], work[r.INLAND + j] = kilometres, kilometres
        down, right = (site_row - row) * share, (site_column - column) * share
        for q in range(p.OWN):
            number = F(np.int32(q + 1))
            y, x = row + number * down, column + number * right
            i, k = inside(np.int32(y), last_row), inside(np.int32(x), last_column)
            work[p.AT + q * r.BLOCK + j] = np.int32(np.int32(i * columns) + k).view(np.float32)
            work[p.SOUTH + q * r.BLOCK + j], work[p.EAST + q * r.BLOCK + j] = y - F(i), x - F(k)


@njit(**INSIDE)
def inside(number: np.int32, last: np.int32) -> np.int32:
    """Keep a number within 0 to last: a sample that a short path does not have may lie off the grid."""
    return max(min(number, last), np.int32(0))


@njit(**MATHS)
def take_own(heights: Row, clutter: Row, columns: int, bare: bool, work: Row) -> None:
    """Take the own samples' heights, between four values of the grid, and on them the nearest value of clutter."""
    below, beside, none = np.uint32(columns), np.uint32(1), np.uint32(0)
    for j in range(p.OWN * r.BLOCK):
        at, x, y = np.uint32(F(work[p.AT + j]).view(np.int32)), work[p.EAST + j], work[p.SOUTH + j]
        north = heights[at] + x * (heights[at + beside] - heights[at])
        south = heights[at + below] + x * (heights[at + below + beside] - heights[at + below])
        ground = north + y * (south - north)
        work[p.OWN_GROUND + j], work[p.OWN_TOP + j] = ground, ground
    if bare:
        return
    for j in range(p.OWN * r.BLOCK):
        at = np.uint32(F(work[p.AT + j]).view(np.int32))
        at += (below if work[p.SOUTH + j] >= F(0.5) else none) + (beside if work[p.EAST + j] >= F(0.5) else none)
        work[p.OWN_TOP + j] += clutter[at]


@njit(**MATHS)
def sum_own(work: Row, scene: Scene) -> None:
    """Eq (85) and (86): what the pieces between own samples, and from the last one to the pixel, add to the sums."""
    for j in range(r.BLOCK):
        kilometres, span, near = work[r.DISTANCE + j], work[r.STEP + j], work[p.NEAR + j]
        after, at, pieces, moments = work[p.GROUND + j] - scene.base, kilometres, F(0.0), F(0.0)
        for q in range(p.OWN):
            number = F(np.int32(q + 1))
            d, h = kilometres - number * span, work[p.OWN_GROUND + q * r.BLOCK + j] - scene.base
            here = number <= near
            pieces += span * (after + h) if here else F(0.0)
            moments += span * (after * (F(2.0) * at + d) + h * (at + F(2.0) * d)) if here else F(0.0)
            at, after = d if here else at, h if here else after
        work[p.PIECES + j], work[p.MOMENTS + j] = pieces, moments
        work[p.OUTER_AT + j], work[p.OUTER + j] = at, after


@njit(**INSIDE)
def mark_own(work: Row, heights: int, marks: int, scene: Scene, bulge: Number) -> None:
    """Find among own samples the steepest slopes from both antennas and the greatest ν√λ (15), with their places."""
    for j in range(r.BLOCK):
        kilometres, span, direct = work[r.DISTANCE + j], work[r.STEP + j], work[p.DIRECT + j]
        rx, per_span = scene.tx + work[r.RISE + j], F(1.0) / span
        slope_tx, slope_rx, seen = LOWEST, LOWEST, LOWEST
        at_tx, away_rx, at = F(0.0), F(0.0), F(0.0)
        factor = F(math.sqrt(F(0.002) * kilometres))
        for q in range(p.OWN - 1, -1, -1):
            number = F(np.int32(q + 1))
            away, height, here = number * span, work[heights + q * r.BLOCK + j], number <= work[p.NEAR + j]
            d = kilometres - away
            per_tx, per_rx = F(1.0) / d, per_span * F(1.0 / (q + 1))
            up_tx = (height - scene.tx) * per_tx - bulge * d if here else LOWEST
            up_rx = (height - rx) * per_rx - bulge * away if here else LOWEST
            above = height + bulge * d * away - scene.tx - direct * d
            edge = above * factor * F(math.sqrt(per_tx * per_rx)) if here else LOWEST
            at_tx, away_rx = d if up_tx > slope_tx else at_tx, away if up_rx >= slope_rx else away_rx
            at = d if edge >= seen else at
            slope_tx, slope_rx, seen = greater(up_tx, slope_tx), greater(up_rx, slope_rx), greater(edge, seen)
        work[marks + p.FROM_TX + j], work[marks + p.FROM_TX_AT + j] = slope_tx, at_tx
        work[marks + p.FROM_RX + j], work[marks + p.FROM_RX_AWAY + j] = slope_rx, away_rx
        work[marks + p.SEEN + j], work[marks + p.SEEN_AT + j] = seen, at


@njit(**MATHS)
def mark_flat(work: Row, scene: Scene) -> None:
    """Find among own samples the steepest slopes over a flat Earth, and the greatest height above the straight line."""
    for j in range(r.BLOCK):
        kilometres, span, direct = work[r.DISTANCE + j], work[r.STEP + j], work[p.DIRECT + j]
        rx, per_span = scene.tx + work[r.RISE + j], F(1.0) / span
        slope_tx, slope_rx, top = LOWEST, LOWEST, LOWEST
        for q in range(p.OWN):
            number = F(np.int32(q + 1))
            height, here = work[p.OWN_GROUND + q * r.BLOCK + j], number <= work[p.NEAR + j]
            d = kilometres - number * span
            slope_tx = greater((height - scene.tx) / d if here else LOWEST, slope_tx)
            slope_rx = greater((height - rx) * per_span * F(1.0 / (q + 1)) if here else LOWEST, slope_rx)
            top = greater(height - direct * d if here else LOWEST, top)
        work[p.FLAT_TX + j], work[p.FLAT_RX + j], work[p.ABOVE_DIRECT + j] = slope_tx, slope_rx, top
