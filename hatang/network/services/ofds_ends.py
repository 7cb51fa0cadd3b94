"""Where cables of the Open Fibre Data Standard end: at the nearest node, since the register keeps places, not links."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hatang.core.near_points import near_points

MEETS_M = 25.0
"""How far a cable may end from what it ends at: published networks draw ends 11 m off their nodes, some 22 m."""
HIGHEST_DEG = 80.0
Points = NDArray[np.float64]


def ends_at(ends: list[tuple[float, float]], nodes: list[tuple[float, float]]) -> list[int | None]:
    """Give for each end, lon and lat in degrees, the place in `nodes` of the nearest within `MEETS_M`; else None.

    >>> ends_at([(106.7, 21.9), (106.8, 21.9)], [(107.0, 21.9), (106.7001, 21.9)])
    [1, None]
    """
    found: list[int | None] = [None] * len(ends)
    here, there = measurable(ends), measurable(nodes)
    one, two, _ = near_points(np.array([ends[at] for at in here]), np.array([nodes[at] for at in there]), MEETS_M)
    for end, node in zip(one.tolist(), two.tolist(), strict=True):
        if found[here[end]] is None:
            found[here[end]] = there[node]
    return found


def measurable(points: list[tuple[float, float]]) -> list[int]:
    """Give the places of the points between which metres can be told: none of ours lies near a pole."""
    return [at for at, (_, lat) in enumerate(points) if abs(lat) <= HIGHEST_DEG]
