"""From the geometry of paths to their losses: ITU-R P.1812 §4 in single precision, a block of paths at a time.

Two steps: `work_out_paths` does all that is the same for every frequency, once; `work_out_band` the rest for one
frequency. Rows are named in `rows`; equations are numbered as in Recommendation ITU-R P.1812, Annex 1. Location 50 %:
the variability of places is the caller's. Measured against the Recommendation's own 63 examples: ≤ 0.01 dB.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels.arithmetic import (
    INSIDE,
    MAKES_ARRAYS,
    MATHS,
    F,
    atan_of,
    exp2_of,
    exp_of,
    greater,
    lesser,
    log2_of,
    log10_of,
    normal_quantile,
    tanh_of,
)
from hatang.core.radio.kernels.conditions import (
    ADMITTANCE_LAND,
    ADMITTANCE_SEA,
    CUBE_ROOT,
    DUCT_DECAY,
    DUCT_FIXED,
    FREE_FIXED,
    INVERSE_ROOT_WAVELENGTH,
    TROPO_FIXED,
    Air,
)
from hatang.core.radio.kernels.smooth_earth import smooth_edges, spherical_clearance

Work = NDArray[np.float32]
DB_PER_OCTAVE = F(10.0 * math.log10(2.0))
FAR = F(1e30)
NO_DIFFRACTION = F(-0.78)


class Sizes(NamedTuple):
    """How to go through the blocks: how many paths there are; samples evenly spaced or not; sea on a path or not."""

    paths: int
    even: bool
    with_sea: bool


def geometry_for(count: int) -> Work:
    """Make room for the geometry of so many paths: a whole number of blocks, filled so that no place is nonsense."""
    return np.ones(-(-count // r.BLOCK) * r.GEOMETRY, dtype=np.float32)


@njit(**INSIDE)
def place_in(index: int) -> int:
    """Give where in the geometry path number `index` has its first row."""
    return index // r.BLOCK * r.GEOMETRY + index % r.BLOCK


@njit(**MAKES_ARRAYS)
def losses_of(
    geometry: Work,
    sizes: Sizes,
    air: Air,
    bands: NDArray[np.float32],
    widest: float,
    targets: NDArray[np.int32],
    losses: NDArray[np.float32],
) -> None:
    """Put the loss of each path at each frequency, dB, into losses[frequency, its target].

    `geometry` comes from `geometry_for`; `widest` is the root of the longest wavelength used, m^½. This is the one way
    from a geometry to losses, for all kernels.
    """
    work = np.zeros(r.ROWS * r.BLOCK, dtype=np.float32)
    for begin in range(0, sizes.paths, r.BLOCK):
        start = begin // r.BLOCK * r.GEOMETRY
        for i in range(r.GEOMETRY):
            work[i] = geometry[start + i]
        block = targets[begin : min(begin + r.BLOCK, sizes.paths)]
        losses_of_block(work, sizes.even, sizes.with_sea, air, bands, widest, block, losses)


@njit(**MATHS)
def losses_of_block(
    work: Work,
    even: bool,
    with_sea: bool,
    air: Air,
    bands: NDArray[np.float32],
    widest: float,
    targets: NDArray[np.int32],
    losses: NDArray[np.float32],
) -> None:
    """Put the losses of a block, whose first paths have these targets, where `losses_of` has them."""
    work_out_paths(work, air, F(widest), even)
    for k in range(len(bands)):
        work_out_band(work, air, bands[k], with_sea)
        for j in range(len(targets)):
            losses[k, targets[j]] = work[r.LOSS + j]


@njit(**MATHS)
def work_out_paths(work: Work, air: Air, widest: float, even: bool) -> None:
    """Fill every row that does not depend on frequency.

    With `even` the samples lie evenly (rows STEP and LAST) and the smooth path's edges are worked out here too.
    """
    line_of_sight_terms(work, air)
    angles_and_scatter(work, air)
    ducting_terms(work, air)
    work_out_sphere(work, F(air.radius_km), F(widest), even, r.MEDIAN)
    if air.time_percent < 50.0:
        work_out_sphere(work, F(air.beta_radius_km), F(widest), even, r.BETA)


@njit(**MATHS)
def work_out_sphere(work: Work, radius_km: float, widest: float, even: bool, kept: int) -> None:
    """Fill the kept rows of one effective Earth radius; its edge is there, with uneven samples its smooth edge too."""
    copy_rows(work, kept, r.EDGE)
    spherical_clearance(work, radius_km)
    if even:
        smooth_edges(work, radius_km, widest)
    copy_rows(work, r.EDGE, kept)


@njit(**MATHS)
def copy_rows(work: Work, source: int, target: int) -> None:
    """Copy the four rows of an effective Earth radius."""
    for j in range(r.KEPT):
        work[target + j] = work[source + j]


@njit(**MATHS)
def line_of_sight_terms(work: Work, air: Air) -> None:
    """§3.6 and §4.2: the incidence of ducting (SCRATCH: its binary logarithm), free space at 1 GHz, focusing, F_i."""
    for j in range(r.BLOCK):
        kilometres = work[r.DISTANCE + j]
        rise = F(0.001) * work[r.RISE + j]
        work[r.FREE + j] = F(92.4) + DB_PER_OCTAVE * log2_of(kilometres * kilometres + rise * rise)
        share = inland_share(work[r.INLAND + j])
        work[r.INLAND_SHARE + j] = share
        work[r.SCRATCH + j] = log2_incidence(work[r.LAND + j], share, work[r.LATITUDE + j])
    if air.time_percent < 50.0:
        focusing(work, air)
        return
    for j in range(r.BLOCK):
        work[r.FOCUS + j], work[r.FOCUS_BETA + j], work[r.BETWEEN + j] = F(0.0), F(0.0), F(0.0)


@njit(**MATHS)
def focusing(work: Work, air: Air) -> None:
    """Eq (10) and (40): focusing for less than half of the time, and F_i; at half of the time all three are 0, since β0
    is always less (5 to 47 %).
    """
    percent, quantile, log_time = F(air.time_percent), F(air.quantile), F(air.log10_time)
    for j in range(r.BLOCK):
        log_beta = work[r.SCRATCH + j]
        reach = F(2.6) * (F(1.0) - exp_of(F(-0.1) * (work[r.HORIZON_TX + j] + work[r.HORIZON_RX + j])))
        work[r.FOCUS + j] = reach * log_time
        work[r.FOCUS_BETA + j] = reach * log10_of(F(0.02)) + reach * log_beta * F(math.log10(2.0))
        between = quantile / normal_quantile(log_beta + log2_of(F(0.01)))
        work[r.BETWEEN + j] = between if percent >= exp2_of(log_beta) else F(1.0)


@njit(**INSIDE)
def inland_share(inland_km: float) -> float:
    """Eq (3): the parameter τ."""
    return F(1.0) - exp_of(F(-4.12e-4) * exp2_of(F(2.41) * log2_of(greater(inland_km, F(1e-6)))))


@njit(**INSIDE)
def log2_incidence(land_km: float, share: float, latitude: float) -> float:
    """Eq (2) to (5): binary logarithm of β0, the percentage of time in which ducting is to be expected."""
    near = exp2_of(-LOG2_TEN * land_km / (F(16.0) - F(6.6) * share))
    log_mu1 = F(0.2) * log2_of(near + exp2_of(F(-5.0) * LOG2_TEN * (F(0.496) + F(0.354) * share)))
    log_mu1 = lesser(log_mu1, F(0.0))
    low = LOG2_TEN * (F(1.67) - F(0.015) * latitude) + log_mu1 * (F(0.065) + F(0.0176) * latitude)
    return low if latitude <= F(70.0) else LOG2_POLAR + log_mu1 * F(1.3)


LOG2_TEN = F(math.log2(10.0))
LOG2_POLAR = F(math.log2(4.17))


@njit(**MATHS)
def angles_and_scatter(work: Work, air: Air) -> None:
    """Horizon angles (into the slopes' rows, mrad), F_j (57), F_k (58), and troposcatter (44) without frequency."""
    bend, fixed = F(1000.0 / air.radius_km), F(air.tropo_db)
    for j in range(r.BLOCK):
        kilometres = work[r.DISTANCE + j]
        up_tx = F(1000.0) * atan_of(F(0.001) * work[r.SLOPE_TX + j])
        up_rx = F(1000.0) * atan_of(F(0.001) * work[r.SLOPE_RX + j])
        angle = bend * kilometres + up_tx + up_rx
        work[r.SLOPE_TX + j], work[r.SLOPE_RX + j] = up_tx, up_rx
        work[r.BY_ANGLE + j] = F(0.5) - F(0.5) * tanh_of(F(8.0) * (angle - F(0.3)))
        work[r.BY_DISTANCE + j] = F(0.5) - F(0.5) * tanh_of(F(0.075) * (kilometres - F(20.0)))
        work[r.TROPO + j] = fixed + F(2.0) * DB_PER_OCTAVE * log2_of(kilometres) + F(0.573) * angle


@njit(**MATHS)
def ducting_terms(work: Work, air: Air) -> None:
    """§4.5 without frequency: time variability (53), angular distance (52), site shielding angles (48a)."""
    bend, log_percent = F(1000.0 / air.radius_km), F(math.log2(air.time_percent))
    for j in range(r.BLOCK):
        kilometres, horizon_tx, horizon_rx = work[r.DISTANCE + j], work[r.HORIZON_TX + j], work[r.HORIZON_RX + j]
        over_tx = greater(work[r.SLOPE_TX + j] - F(0.1) * horizon_tx, F(0.0))
        over_rx = greater(work[r.SLOPE_RX + j] - F(0.1) * horizon_rx, F(0.0))
        work[r.SHIELD_TX + j], work[r.SHIELD_RX + j] = over_tx, over_rx
        work[r.DUCT_ANGLE + j] = bend * kilometres + work[r.SLOPE_TX + j] - over_tx + work[r.SLOPE_RX + j] - over_rx
        log_distance = log2_of(kilometres)
        alpha = F(-0.6) - F(3.5e-9) * exp2_of(F(3.1) * log_distance) * work[r.INLAND_SHARE + j]
        alpha = greater(alpha, F(-3.4))
        heights = F(math.sqrt(work[r.DUCT_TX + j])) + F(math.sqrt(work[r.DUCT_RX + j]))
        log_mu2 = alpha * (log2_of(F(0.5) * bend) + F(2.0) * (log_distance - log2_of(heights)))
        log_mu2 = lesser(log_mu2, F(0.0))
        gap = lesser(kilometres - horizon_tx - horizon_rx, F(40.0))
        rough = greater(work[r.ROUGHNESS + j] - F(10.0), F(0.0))
        log_beta = work[r.SCRATCH + j] + log_mu2 - F(4.6e-5 * math.log2(math.e)) * rough * (F(43.0) + F(6.0) * gap)
        variability = ducting_variability(log_percent - log_beta, log_beta / LOG2_TEN, kilometres, log_distance)
        fixed = F(102.45) + F(2.0) * DB_PER_OCTAVE * log2_of(horizon_tx + horizon_rx) + work[r.COUPLING + j]
        work[r.DUCT + j] = fixed + variability


@njit(**INSIDE)
def ducting_variability(log_ratio: float, log10_beta: float, kilometres: float, log_distance: float) -> float:
    """Eq (53) and (53a): dB for log2(p/β)."""
    decay = (F(9.51) - F(4.8) * log10_beta + F(0.198) * log10_beta * log10_beta) * F(1e-6)
    slow = F(1.076) * exp2_of(F(-1.012) * log2_of(F(2.0058) - log10_beta))
    power = slow * exp_of(-decay * exp2_of(F(1.13) * log_distance))
    straight = (F(1.2) + F(3.7e-3) * kilometres) * log_ratio / LOG2_TEN
    return F(-12.0) + straight + F(12.0) * exp2_of(power * log_ratio)


@njit(**MATHS)
def work_out_band(work: Work, air: Air, band: NDArray[np.float32], with_sea: bool) -> None:
    """Fill row LOSS with the basic transmission loss (69) at the frequency of `band`, dB."""
    copy_rows(work, r.MEDIAN, r.EDGE)
    diffraction(work, band, with_sea)
    for j in range(r.BLOCK):
        work[r.DIFFRACTION_MEDIAN + j] = work[r.DIFFRACTION + j]
    if air.time_percent < 50.0:
        copy_rows(work, r.BETA, r.EDGE)
        diffraction(work, band, with_sea)
    ducting_loss(work, band)
    combination(work, band)


@njit(**MATHS)
def diffraction(work: Work, band: NDArray[np.float32], with_sea: bool) -> None:
    """§4.3.4: delta-Bullington for one effective Earth radius, dB; the spherical part only where a path needs it."""
    scale = band[INVERSE_ROOT_WAVELENGTH]
    least = FAR
    for j in range(r.BLOCK):
        least = lesser(least, work[r.CLEAR + j])
        work[r.DIFFRACTION + j] = bullington_loss(work[r.EDGE + j] * scale, work[r.DISTANCE + j])
    if least * scale > F(1.0):
        return
    spherical_excess(work, band, ADMITTANCE_LAND)
    if with_sea:
        add_sea(work, band)
    for j in range(r.BLOCK):
        share = work[r.CLEAR + j] * scale
        whole = work[r.SPHERE + j]
        part = (F(1.0) - share) * greater(whole, F(0.0))
        sphere = whole if share < F(0.0) else part
        more = greater(sphere - bullington_loss(work[r.SMOOTH + j] * scale, work[r.DISTANCE + j]), F(0.0))
        work[r.DIFFRACTION + j] += more if share <= F(1.0) else F(0.0)


@njit(**MATHS)
def add_sea(work: Work, band: NDArray[np.float32]) -> None:
    """Eq (28): weigh the first term over land with that over sea by their shares of the path."""
    for j in range(r.BLOCK):
        work[r.SCRATCH + j] = work[r.SPHERE + j]
    spherical_excess(work, band, ADMITTANCE_SEA)
    for j in range(r.BLOCK):
        land = work[r.SCRATCH + j]
        work[r.SPHERE + j] = land + work[r.SEA_SHARE + j] * (work[r.SPHERE + j] - land)


@njit(**INSIDE)
def bullington_loss(nu: float, kilometres: float) -> float:
    """Eq (12) and (21): the loss of Bullington's single edge with its correction, dB."""
    v = nu - F(0.1)
    knife = F(6.9) + F(2.0) * DB_PER_OCTAVE * log2_of(F(math.sqrt(v * v + F(1.0))) + v)
    knife = knife if nu > NO_DIFFRACTION else F(0.0)
    return knife + (F(1.0) - exp_of(knife * F(-1.0 / 6.0))) * (F(10.0) + F(0.02) * kilometres)


@njit(**MATHS)
def spherical_excess(work: Work, band: NDArray[np.float32], surface: int) -> None:
    """§4.3.3: the first term of the residue series over a smooth Earth of one kind of ground, dB."""
    admittance, cube = band[surface], band[CUBE_ROOT]
    for j in range(r.BLOCK):
        third = exp2_of(log2_of(work[r.RADIUS + j]) * F(-1.0 / 3.0))
        k = admittance * third
        k2 = k * k
        beta = (F(1.0) + k2 * (F(1.6) + F(0.67) * k2)) / (F(1.0) + k2 * (F(4.5) + F(1.53) * k2))
        x = F(21.88) * beta * cube * third * third * work[r.DISTANCE + j]
        per_metre = F(0.9575) * beta * beta * cube * cube * third
        floor = F(2.0) + F(2.0) * DB_PER_OCTAVE * log2_of(k)
        gain_tx = height_gain(per_metre * work[r.HEIGHT_TX + j], floor)
        gain_rx = height_gain(per_metre * work[r.HEIGHT_RX + j], floor)
        log_x = log2_of(x)
        far = F(11.0) + DB_PER_OCTAVE * log_x - F(17.6) * x
        near = F(-2.0) * DB_PER_OCTAVE * log_x - F(5.6488) * exp2_of(F(1.425) * log_x)
        work[r.SPHERE + j] = -(far if x >= F(1.6) else near) - gain_tx - gain_rx


@njit(**INSIDE)
def height_gain(height: float, floor: float) -> float:
    """Eq (34) to (35): gain of a normalised height times β, not below the floor, dB."""
    high = height > F(2.0)
    log_arg = log2_of(height - F(1.1) if high else height + F(0.1) * height * height * height)
    root = F(math.sqrt(height - F(1.1) if high else F(1.0)))
    above = F(17.6) * root - F(0.5) * DB_PER_OCTAVE * log_arg - F(8.0)
    gain = above if high else F(2.0) * DB_PER_OCTAVE * log_arg
    return greater(gain, floor)


@njit(**MATHS)
def ducting_loss(work: Work, band: NDArray[np.float32]) -> None:
    """Eq (46) to (51): basic transmission loss by ducting and layer reflection, dB, into SCRATCH."""
    fixed, cube, decay = band[DUCT_FIXED], band[CUBE_ROOT], band[DUCT_DECAY]
    root = F(0.361) * F(math.sqrt(cube * cube * cube))
    for j in range(r.BLOCK):
        over_tx, over_rx = work[r.SHIELD_TX + j], work[r.SHIELD_RX + j]
        shield = F(1.0) + root * over_tx * F(math.sqrt(work[r.HORIZON_TX + j]))
        shield *= F(1.0) + root * over_rx * F(math.sqrt(work[r.HORIZON_RX + j]))
        sides = F(2.0) * DB_PER_OCTAVE * log2_of(shield) + F(0.264) * cube * (over_tx + over_rx)
        work[r.SCRATCH + j] = fixed + work[r.DUCT + j] + sides + decay * work[r.DUCT_ANGLE + j]


@njit(**MATHS)
def combination(work: Work, band: NDArray[np.float32]) -> None:
    """§4.6 and §4.9: what the mechanisms give together, dB."""
    at_frequency, scatter = band[FREE_FIXED], band[TROPO_FIXED]
    for j in range(r.BLOCK):
        free = work[r.FREE + j] + at_frequency
        sight = free + work[r.FOCUS + j]
        between, land = work[r.BETWEEN + j], F(1.0) - work[r.SEA_SHARE + j]
        median = work[r.DIFFRACTION_MEDIAN + j]
        extra = median + between * (work[r.DIFFRACTION + j] - median)
        diffracted = sight + extra
        middle = free + median
        mixed = middle + (free + work[r.FOCUS_BETA + j] + land * extra - middle) * between
        least = mixed if between < F(1.0) else sight + land * extra
        enhanced = soft_greater(work[r.SCRATCH + j], sight)
        bent = enhanced + (diffracted - enhanced) * work[r.BY_DISTANCE + j]
        bent = bent if enhanced <= diffracted else diffracted
        bent += (least - bent) * work[r.BY_ANGLE + j]
        tropo = work[r.TROPO + j] + scatter
        gap = abs(tropo - bent)
        both = lesser(tropo, bent) - F(0.5) * DB_PER_OCTAVE * log2_of(F(1.0) + exp2_of(F(-0.2) * LOG2_TEN * gap))
        work[r.LOSS + j] = greater(both, sight)


@njit(**INSIDE)
def soft_greater(one: float, other: float) -> float:
    """Eq (60): 2.5 ln(exp(one/2.5) + exp(other/2.5)), dB."""
    return greater(one, other) + F(2.5 * math.log(2.0)) * log2_of(F(1.0) + exp_of(F(-0.4) * abs(one - other)))
