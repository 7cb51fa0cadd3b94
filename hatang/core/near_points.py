"""Which points lie within so many metres of which: an index finds who may, the geodesic (Karney 2013) decides."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.lengths import WGS84

LEAST_METRES_PER_DEGREE = 110_000.0
Points = NDArray[np.float64]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def near_points(points: Points, others: Points, within_m: float) -> Pairs:
    """Give every pair of a point and another one no further apart than `within_m`, with its distance in metres.

    Both are n x 2, lon and lat in degrees, latitudes within ±80°. The answer is three arrays: places in `points`,
    places in `others`, metres; ordered by point, nearest first. Raises ValueError for a latitude beyond.

    >>> spots = np.array([[106.0, 21.0], [106.001, 21.0], [107.0, 21.0]])
    >>> one, two, away_m = near_points(spots[:1], spots, 120)
    >>> two.tolist(), away_m.round(1).tolist()
    ([0, 1], [0.0, 104.0])
    """
    points, others = (np.asarray(spots, dtype=np.float64).reshape(-1, 2) for spots in (points, others))
    if not len(points) or not len(others):
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    if np.abs(np.concatenate([points[:, 1], others[:, 1]])).max() > 80:
        raise ValueError("latitudes must be within 80 degrees")
    up = within_m / LEAST_METRES_PER_DEGREE
    across = up / np.cos(np.radians(np.minimum(np.abs(points[:, 1]) + up, 80)))
    boxes = shapely.box(
        *(points - np.column_stack([across, np.full_like(across, up)])).T,
        *(points + np.column_stack([across, np.full_like(across, up)])).T,
    )
    one, two = shapely.STRtree(shapely.points(others)).query(boxes)
    _, _, away_m = WGS84.inv(*points[one].T, *others[two].T)
    near = away_m <= within_m
    one, two, away_m = one[near], two[near], np.asarray(away_m)[near]
    order = np.lexsort((two, away_m, one))
    return one[order], two[order], away_m[order]


def pairs_within(points: Points, within_m: float) -> Pairs:
    """Give every pair among points no further apart than `within_m`, each once: the earlier place first."""
    one, two, away_m = near_points(points, points, within_m)
    once = one < two
    return one[once], two[once], away_m[once]
