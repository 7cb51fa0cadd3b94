"""Which planned telecom works run along which other works, at about the same time, and for how many metres.

Method of this project; the law asks that works be made known in time (Luật Viễn thông 24/2023/QH15 Điều 65 khoản 2) and
fixes no measure. Two works meet when their shapes are no further apart than a distance and their periods no further
apart than a number of days. What they have in common is the part of the telecom line within that distance of the other
shape. Distances are measured in a plane scaled at the middle latitude of all shapes (within 1 % across a province).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hatang.core.polygons import METRES_PER_DEGREE


@dataclass(frozen=True)
class Planned:
    """Where something is to be built (any shape, lon and lat in degrees) and from when to when, both days included."""

    shape: BaseGeometry = field(repr=False)
    first: date
    last: date


@dataclass(frozen=True)
class Meeting:
    """Two that meet, by their places in the lists: how far apart, for how many metres together, how many days apart."""

    work: int
    telecom: int
    away_m: float
    common_m: float
    days_apart: int


def days_between(one: Planned, other: Planned) -> int:
    """Give the days from the end of the earlier period to the beginning of the later; 0 when they overlap.

    >>> spot = shapely.Point(106, 21)
    >>> january = Planned(spot, date(2026, 1, 1), date(2026, 1, 31))
    >>> days_between(january, Planned(spot, date(2026, 2, 3), date(2026, 3, 1)))
    3
    """
    return max((other.first - one.last).days, (one.first - other.last).days, 0)


def meetings(
    works: Sequence[Planned], telecoms: Sequence[Planned], *, within_m: float, within_days: int
) -> list[Meeting]:
    """Give every pair of a work and a telecom work that meet, in the order of the lists.

    Raises ValueError for a distance that is not above 0 or a negative number of days.

    >>> along = Planned(shapely.LineString([(106, 21), (106.01, 21)]), date(2026, 1, 1), date(2026, 3, 1))
    >>> [round(met.common_m) for met in meetings([along], [along], within_m=20, within_days=0)]
    [1039]
    """
    if not within_m > 0 or within_days < 0:
        raise ValueError("within_m must be above 0 and within_days not below")
    if not works or not telecoms:
        return []
    flat = flattened([planned.shape for planned in (*works, *telecoms)])
    roads, lines = flat[: len(works)], flat[len(works) :]
    one, two = shapely.STRtree(lines).query(roads, predicate="dwithin", distance=within_m)
    order = np.lexsort((two, one))
    found = []
    for i, j in zip(one[order].tolist(), two[order].tolist(), strict=True):
        apart = days_between(works[i], telecoms[j])
        if apart <= within_days:
            away_m = float(shapely.distance(roads[i], lines[j]))
            found.append(Meeting(i, j, away_m, common_m(lines[j], roads[i], within_m), apart))
    return found


def common_m(line: BaseGeometry, road: BaseGeometry, within_m: float) -> float:
    """Give how many metres of a line (in metres) lie within a distance of a shape; 0 for a point."""
    return float(shapely.length(shapely.intersection(line, shapely.buffer(road, within_m, quad_segs=16))))


def flattened(shapes: Sequence[BaseGeometry]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Give shapes in metres of a plane at their middle latitude."""
    held = np.array(shapes, dtype=object)
    south, north = shapely.total_bounds(held)[[1, 3]]
    scale = (METRES_PER_DEGREE * float(np.cos(np.radians((south + north) / 2))), METRES_PER_DEGREE)
    return np.asarray(shapely.transform(held, lambda spots: spots * scale), dtype=object)
