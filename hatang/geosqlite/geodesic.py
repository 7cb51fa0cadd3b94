"""Metres on WGS 84 between geometries in longitude and latitude.

Two points: the geodesic on the ellipsoid (Karney), exact to nanometres. Lines and surfaces, as in PostGIS's
geography: edges are great circles, the nearest two places are found on the sphere, and the geodesic is measured
between them.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely import lib

from hatang.geosqlite import ewkb

A, B = 6378137.0, 6356752.314245179
RADIUS_M = (2 * A + B) / 3
RUN = 64

Nearest = tuple[float, Any, Any]


@lru_cache(maxsize=1)
def ellipsoid() -> pyproj.Geod:
    """Give the WGS 84 ellipsoid."""
    return pyproj.Geod(ellps="WGS84")


@lru_cache(maxsize=1)
def sphere() -> pyproj.Geod:
    """Give the sphere that PostGIS uses for quick distances."""
    return pyproj.Geod(a=RADIUS_M, b=RADIUS_M)


def distance_m(a: bytes, b: bytes, geod: pyproj.Geod | None = None) -> float | None:
    """Give the least distance in metres; None where one geometry is empty."""
    geod = geod or ellipsoid()
    for blob in (a, b):
        _degrees(blob)
    if ewkb.is_point(a) and ewkb.is_point(b):
        one, two = ewkb.unpack_point(a)[3:], ewkb.unpack_point(b)[3:]
        if one[0] != one[0] or two[0] != two[0]:
            return None
        return float(geod.inv(*one, *two)[2])
    places = nearest_places(ewkb.read(a), ewkb.read(b))
    return None if places is None else float(geod.inv(*places[0], *places[1])[2])


def _degrees(blob: bytes) -> None:
    if ewkb.srid_of(blob) != 4326:
        raise ewkb.GeometryError(f"metres on WGS 84 need SRID 4326, not {ewkb.srid_of(blob)}")


def nearest_places(a: Any, b: Any) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Give the nearest two places, one on each geometry, in degrees; the same place twice where they meet."""
    if lib.is_empty(a) or lib.is_empty(b):
        return None
    if lib.intersects(a, b):
        return (0.0, 0.0), (0.0, 0.0)
    best: Nearest = (math.inf, None, None)
    runs_a, runs_b = Runs(edges_of(a)), Runs(edges_of(b))
    least = runs_a.least_chords(runs_b)
    for pair in least.argsort(axis=None):
        i, j = np.unravel_index(pair, least.shape)
        if least[i, j] > 0 and least[i, j] ** 2 > best[0]:
            break
        there, back = _nearest(runs_a[i], runs_b[j]), _nearest(runs_b[j], runs_a[i])
        best = min(best, there, (back[0], back[2], back[1]), key=lambda found: found[0])
    return _lonlat(best[1]), _lonlat(best[2])


class Runs:
    """The edges of a geometry in runs of neighbours, each in a ball: runs that are far apart need no closer look."""

    def __init__(self, edges: tuple[Any, Any]) -> None:
        self.starts, self.ends = edges
        count = -(-len(self.starts) // RUN)
        self.balls = [self._ball(*self[n]) for n in range(count)]

    def __getitem__(self, n: int) -> tuple[Any, Any]:
        some = slice(n * RUN, (n + 1) * RUN)
        return self.starts[some], self.ends[some]

    @staticmethod
    def _ball(starts: Any, ends: Any) -> tuple[Any, float]:
        """Give middle and radius; an arc leaves its chord by less than a quarter of the chord's square."""
        middle = starts.mean(axis=0)
        chord = float(((starts - ends) ** 2).sum(axis=1).max())
        far = max(float(((side - middle) ** 2).sum(axis=1).max()) for side in (starts, ends))
        return middle, math.sqrt(far) + chord / 4

    def least_chords(self, other: Runs) -> Any:
        """Give for each pair of runs a chord that no pair of their places falls short of; below 0 where they mix."""
        (a, ra), (b, rb) = (tuple(map(np.array, zip(*runs.balls, strict=True))) for runs in (self, other))
        return np.linalg.norm(a[:, None] - b[None, :], axis=2) - ra[:, None] - rb[None, :] - 1e-12


def edges_of(geometry: Any) -> tuple[Any, Any]:
    """Give starts and ends of all edges as unit vectors (n, 3); a point is an edge without length."""
    starts, ends = [], []
    for part in shapely.get_parts(shapely.get_parts(geometry)):
        if lib.get_type_id(part) == 7:
            inner = edges_of(part)
            starts.append(inner[0])
            ends.append(inner[1])
            continue
        for line in shapely.get_rings(part) if lib.get_type_id(part) == 3 else [part]:
            vectors = _vectors(shapely.get_coordinates(line))
            starts.append(vectors[: max(len(vectors) - 1, 1)])
            ends.append(vectors[min(1, len(vectors) - 1) :])
    return np.concatenate(starts), np.concatenate(ends)


def _vectors(lonlat: Any) -> Any:
    lon, lat = np.radians(lonlat).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _lonlat(vector: Any) -> tuple[float, float]:
    x, y, z = vector.tolist()
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _nearest(some: tuple[Any, Any], edges: tuple[Any, Any]) -> Nearest:
    """Of all corners the one nearest to any edge: chord squared, the corner, the place on the edge."""
    points = np.concatenate(some)
    chords, place = _to_edges(points, *edges)
    row, column = np.unravel_index(int(chords.argmin()), chords.shape)
    return float(chords[row, column]), points[row], place(row, column)


def _to_edges(points: Any, starts: Any, ends: Any) -> tuple[Any, Any]:
    """Squared chords (points, edges) from points to great-circle edges, and a function giving the place."""
    normals = np.cross(starts, ends)
    lengths = np.linalg.norm(normals, axis=1)
    flat = lengths < 1e-15
    normals = normals / np.where(flat, 1, lengths)[:, None]
    height = points @ normals.T
    # The foot lies within the edge where it is left of the start's and right of the end's meridian plane.
    after = points @ np.cross(normals, starts).T >= 0
    before = points @ np.cross(ends, normals).T >= 0
    inside = after & before & ~flat
    to_start = 2 - 2 * points @ starts.T
    to_end = 2 - 2 * points @ ends.T
    to_foot = 2 - 2 * np.sqrt(np.clip(1 - height**2, 0, 1))
    chords = np.where(inside, to_foot, np.minimum(to_start, to_end))

    def place(row: int, column: int) -> Any:
        if not inside[row, column]:
            return starts[column] if to_start[row, column] <= to_end[row, column] else ends[column]
        foot = points[row] - height[row, column] * normals[column]
        return foot / np.linalg.norm(foot)

    return chords, place


def near(a: bytes, b: bytes, within_m: float) -> bool:
    """Say whether two geometries are no farther apart than so many metres."""
    found = distance_m(a, b)
    return found is not None and found <= within_m


def area_m2(blob: bytes) -> float:
    """Give the area on the ellipsoid in square metres, edges being geodesics."""
    _degrees(blob)
    geometry = ewkb.read(blob)
    parts = [part for part in shapely.get_parts(shapely.get_parts(geometry)) if lib.get_type_id(part) == 3]
    return float(sum(_polygon_m2(part) for part in parts))


def _polygon_m2(polygon: Any) -> float:
    outer, *holes = (abs(ellipsoid().geometry_area_perimeter(ring)[0]) for ring in shapely.get_rings(polygon))
    return float(outer - sum(holes))


def length_m(blob: bytes, *_: Any) -> float:
    """Give the length of lines on the ellipsoid in metres; surfaces have none."""
    _degrees(blob)
    lines = [p for p in shapely.get_parts(shapely.get_parts(ewkb.read(blob))) if lib.get_type_id(p) == 1]
    return float(sum(ellipsoid().geometry_length(line) for line in lines if not lib.is_empty(line)))


FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "geosqlite_distance_m": (distance_m, 2),
    "geosqlite_dwithin_m": (near, 3),
    "geosqlite_area_m2": (area_m2, 1),
    "ST_DistanceSpheroid": (distance_m, 2),
    "ST_DistanceSphere": (lambda a, b: distance_m(a, b, sphere()), 2),
    "ST_LengthSpheroid": (length_m, 1),
}
