"""Distances, hulls and neighbours on the small piece of ground that a province is; kilometres, flat within 100 km."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from hatang.network.models import Mast
from hatang.places.models import Place

KM_PER_DEGREE = 111.2
CELL_DEG = 0.05


Located = Place | Mast
T = TypeVar("T", bound=Located)
Point = tuple[float, float]


def point_of(thing: Located) -> Point:
    """Give the thing's point; the sample places nothing without one."""
    if thing.lon is None or thing.lat is None:
        raise ValueError(f"{thing} has no point")
    return thing.lon, thing.lat


def distance_km(a: Point, b: Point) -> float:
    """Give the distance between two points."""
    east = (a[0] - b[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return KM_PER_DEGREE * math.hypot(east, a[1] - b[1])


def moved(point: Point, bearing: float, distance: float) -> Point:
    """Give the point at a bearing (radians from east) and a distance, to five decimals."""
    lat = point[1] + distance * math.sin(bearing) / KM_PER_DEGREE
    lon = point[0] + distance * math.cos(bearing) / (KM_PER_DEGREE * math.cos(math.radians(point[1])))
    return round(lon, 5), round(lat, 5)


def near(draw: random.Random, point: Point, within_km: float) -> Point:
    """Draw a point within a radius."""
    return moved(point, draw.uniform(0, 2 * math.pi), within_km * math.sqrt(draw.random()))


def hull(points: Iterable[Point]) -> list[Point]:
    """Give the convex hull, counter-clockwise (Andrew's monotone chain).

    >>> hull([(0, 0), (1, 0), (1, 1), (0, 1), (0.5, 0.5)])
    [(0, 0), (1, 0), (1, 1), (0, 1)]
    """
    ordered = sorted(set(points))
    return _half(ordered)[:-1] + _half(ordered[::-1])[:-1]


def _half(points: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for p in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0:
            chain.pop()
        chain.append(p)
    return chain


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def inside(shape: Sequence[Point], point: Point) -> bool:
    """Tell whether a point lies in a convex counter-clockwise shape; a shape of fewer than three corners holds all."""
    corners = zip(shape, [*shape[1:], *shape[:1]], strict=True)
    return len(shape) < 3 or all(_turn(a, b, point) >= 0 for a, b in corners)


class Neighbours(Generic[T]):
    """Things by grid cell, to find those near a point without asking all."""

    def __init__(self, things: Iterable[T]) -> None:
        self.cells: dict[tuple[int, int], list[T]] = defaultdict(list)
        for thing in things:
            self.cells[self._cell(point_of(thing))].append(thing)

    def _cell(self, point: Point) -> tuple[int, int]:
        return int(point[0] / CELL_DEG), int(point[1] / CELL_DEG)

    def within(self, point: Point, radius_km: float) -> list[tuple[float, T]]:
        """Give the things within a radius with their distances, in the order in which they were given."""
        reach = 1 + int(radius_km / (CELL_DEG * KM_PER_DEGREE * 0.9))
        x, y = self._cell(point)
        cells = [(x + i, y + j) for i in range(-reach, reach + 1) for j in range(-reach, reach + 1)]
        found = ((distance_km(point, point_of(t)), t) for cell in cells for t in self.cells.get(cell, ()))
        return [(distance, thing) for distance, thing in found if distance <= radius_km]

    def nearest(self, point: Point, kept: set[int] | None = None) -> tuple[float, T] | None:
        """Give the nearest thing (of those whose id() is kept) and its distance; None beyond 60 km."""
        for radius in (4.0, 12.0, 60.0):
            found = [f for f in self.within(point, radius) if kept is None or id(f[1]) in kept]
            if found:
                return min(found, key=lambda f: f[0])
        return None
