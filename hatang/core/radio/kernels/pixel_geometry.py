"""From what pixels and their radials say to the geometry that the closed form takes, a block on all lanes at a time.

ITU-R P.1812 §4.3.1 and Annex 1, Attachment 1, with the equations of `geometry`.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hatang.core.radio.kernels import pixel_rows as p
from hatang.core.radio.kernels import rows as r
from hatang.core.radio.kernels.arithmetic import INSIDE, MATHS, F, Number, greater, lesser
from hatang.core.radio.kernels.geometry import LOWEST, bullington_edge
from hatang.core.radio.kernels.own_samples import Scene

Row = NDArray[np.float32]
A_LITTLE_KM = F(1e-4)


@njit(**MATHS)
def describe_block(work: Row, scene: Scene) -> None:
    """Fill the rows of geometry."""
    effective_heights(work, scene)
    roughness_of(work, scene)
    ground_edges(work, scene)
    if not scene.bare:
        edges(work, p.ON_TOPS, r.MEDIAN, scene, scene.bulge)
    if scene.with_beta:
        edges(work, p.ON_BETA, r.BETA, scene, scene.bulge_beta)


@njit(**MATHS)
def effective_heights(work: Row, scene: Scene) -> None:
    """Eq (89) to (94): heights of the antennas above the smooth surface, for diffraction and for ducting."""
    for j in range(r.BLOCK):
        direct, ground = work[p.DIRECT + j], work[p.GROUND + j]
        smooth_tx, smooth_rx = work[p.SMOOTH_TX + j], work[p.SMOOTH_RX + j]
        rx = scene.tx + work[r.RISE + j]
        work[r.DUCT_TX + j] = scene.tx - lesser(smooth_tx, scene.base)
        work[r.DUCT_RX + j] = rx - lesser(smooth_rx, ground)
        per_tx, per_rx = work[p.FLAT_TX + j] - direct, work[p.FLAT_RX + j] + direct
        share = (work[p.ABOVE_DIRECT + j] - scene.tx) / (per_tx + per_rx)
        hidden = per_tx > F(0.0)
        drop_tx, drop_rx = share * per_tx if hidden else F(0.0), share * per_rx if hidden else F(0.0)
        work[r.HEIGHT_TX + j] = scene.tx - lesser(smooth_tx - drop_tx, scene.base)
        work[r.HEIGHT_RX + j] = rx - lesser(smooth_rx - drop_rx, ground)


@njit(**MATHS)
def roughness_of(work: Row, scene: Scene) -> None:
    """Eq (95): the roughness, with those of the pixel's own samples that lie between the horizons."""
    for j in range(r.BLOCK):
        kilometres, span, trend = work[r.DISTANCE + j], work[r.STEP + j], work[p.TREND + j]
        first, end = work[r.HORIZON_TX + j] - A_LITTLE_KM, kilometres - work[r.HORIZON_RX + j] + A_LITTLE_KM
        above = work[p.ROUGH + j]
        for q in range(p.OWN):
            number = F(np.int32(q + 1))
            d, height = kilometres - number * span, work[p.OWN_GROUND + q * r.BLOCK + j]
            between = (number <= work[p.NEAR + j]) & (first <= d) & (d <= end)
            above = greater(height - trend * d if between else LOWEST, above)
        work[r.ROUGHNESS + j] = above - lesser(work[p.SMOOTH_TX + j], scene.base)


@njit(**INSIDE)
def ground_edges(work: Row, scene: Scene) -> None:
    """Put ν√λ of Bullington's edge over the ground where it is wanted, from the slopes of the horizons."""
    for j in range(r.BLOCK):
        seen = work[p.ON_GROUND + p.SEEN + j]
        bent = scene.bulge * work[r.DISTANCE + j]
        rx = scene.tx + work[r.RISE + j]
        edge = bullington_edge(
            work[r.DISTANCE + j], scene.tx, rx, work[r.SLOPE_TX + j] + bent, work[r.SLOPE_RX + j] + bent
        )
        work[r.MEDIAN + j] = edge if seen == LOWEST else seen


@njit(**INSIDE)
def edges(work: Row, marks: int, target: int, scene: Scene, bulge: Number) -> None:
    """Put ν√λ of Bullington's edge over tops where it is wanted."""
    for j in range(r.BLOCK):
        seen = work[marks + p.SEEN + j]
        bent = bulge * work[r.DISTANCE + j]
        rx = scene.tx + work[r.RISE + j]
        slope_tx, slope_rx = work[marks + p.FROM_TX + j], work[marks + p.FROM_RX + j]
        edge = bullington_edge(work[r.DISTANCE + j], scene.tx, rx, slope_tx + bent, slope_rx + bent)
        work[target + j] = edge if seen == LOWEST else seen
