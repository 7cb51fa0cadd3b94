"""Illustrative areas for points whose real boundaries are not known: each place gets the ground nearest to it.

Voronoi cells (Voronoi 1908) on the plane of degrees with longitudes scaled by the cosine of the middle latitude:
straight lines stay straight under that scaling, so cells clip exactly against land given in degrees, and "nearest" is
right within 0.1 % in a province and within 4 % from end to end of Viet Nam. Such areas are drawings, not boundaries.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, STRtree
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry

from hatang.core.polygons import METRES_PER_DEGREE, Area, polygons_of

Points = NDArray[np.float64]
Shapes = NDArray[np.object_]

SAME_DEGREES = 1e-7
MARGIN_DEGREES = 0.25
FINE_SECTORS = 72


def voronoi_cells(points: Points, land: Area | None = None, *, disc_m: float = 500.0) -> list[MultiPolygon]:
    """Give one cell for each point (n x 2, lon lat), in order: the ground nearer to it than to any other.

    Cells cover `land` together and do not overlap; a point off the land (an islet that the outline lacks) brings a
    disc of `disc_m` metres with it. Without land the cells fill the points' bounding box and a quarter degree around.
    Points within 1e-7 degrees (1 cm) are one place: its cell is cut into sectors of equal area about it, one for each,
    so that each still touches its point (but for a place on the very edge of the land). Raises ValueError for
    coordinates that are not finite. Cost on the outline of all Viet Nam: 100 points 0.3 s, 3,321 1.4 s, 20,000 7 s.

    >>> square = shapely.box(0, 0, 4, 2)
    >>> west, east = voronoi_cells(np.array([[1.0, 1.0], [3.0, 1.0]]), square)
    >>> west.equals(shapely.box(0, 0, 2, 2)), east.equals(shapely.box(2, 0, 4, 2))
    (True, True)
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise ValueError("Tọa độ điểm phải là số hữu hạn.")
    if not len(points):
        return []
    ground = grounds(points, land, disc_m)
    sites, owner = np.unique(np.round(points / SAME_DEGREES) * SAME_DEGREES, axis=0, return_inverse=True)
    stretch = math.cos(math.radians(float(points[:, 1].mean())))
    cells = clipped(nearest_ground(sites, stretch, ground), ground)
    return shared_out(cells, sites, np.asarray(owner).reshape(-1))


def grounds(points: Points, land: Area | None, disc_m: float) -> Shapes:
    """Give the polygons to be shared out, valid and apart from each other."""
    if land is None or land.is_empty:
        west, south = points.min(axis=0) - MARGIN_DEGREES
        east, north = points.max(axis=0) + MARGIN_DEGREES
        return np.array([shapely.box(west, south, east, north)], dtype=object)
    land = land if land.is_valid else shapely.make_valid(land, method="structure", keep_collapsed=False)
    spots = shapely.points(points)
    shapely.prepare(land)
    off = np.unique(points[~shapely.covers(land, spots)], axis=0)
    discs = [disc(lon, lat, disc_m) for lon, lat in off]
    whole = shapely.union_all([land, *discs]) if discs else land
    return np.array(polygons_of(whole), dtype=object)


def disc(lon: float, lat: float, radius_m: float) -> BaseGeometry:
    """Give a disc of so many metres about a point, in degrees."""
    round_one = shapely.buffer(shapely.Point(lon, lat), radius_m / METRES_PER_DEGREE)
    flat: BaseGeometry = scale(round_one, xfact=1 / math.cos(math.radians(lat)), origin=(lon, lat))
    return flat


def nearest_ground(sites: Points, stretch: float, ground: Shapes) -> Shapes:
    """Give each site's whole cell, wide enough to cover the ground."""
    frame = shapely.box(*shapely.total_bounds(np.append(ground, shapely.points(sites))))
    frame = shapely.box(*np.add(frame.bounds, (-MARGIN_DEGREES, -MARGIN_DEGREES, MARGIN_DEGREES, MARGIN_DEGREES)))
    if len(sites) == 1:
        return np.array([frame], dtype=object)
    flat = shapely.multipoints(sites * (stretch, 1.0))
    made = shapely.voronoi_polygons(flat, extend_to=scale(frame, xfact=stretch, origin=(0, 0)), ordered=True)
    return np.asarray(shapely.transform(shapely.get_parts(made), lambda xy: xy / (stretch, 1.0)))


def clipped(cells: Shapes, ground: Shapes) -> list[MultiPolygon]:
    """Cut the cells to the ground; each piece of ground is cut only by the cells that reach it."""
    piece, cell = STRtree(cells).query(ground, predicate="intersects")
    shapely.prepare(ground)
    inside = shapely.covers(ground[piece], cells[cell])
    parts: Shapes = cells[cell]
    parts[~inside] = shapely.intersection(cells[cell[~inside]], ground[piece[~inside]])
    by_cell: list[list[Polygon]] = [[] for _ in cells]
    for i, part in zip(cell, parts, strict=True):
        by_cell[i] += polygons_of(part)
    return [MultiPolygon(own) for own in by_cell]


def shared_out(cells: list[MultiPolygon], sites: Points, owner: NDArray[np.int64]) -> list[MultiPolygon]:
    """Give each point its site's cell, or its sector of it where several points share the site."""
    count = np.bincount(owner, minlength=len(sites))
    sectors = {site: iter(cut_evenly(cells[site], sites[site], count[site])) for site in np.flatnonzero(count > 1)}
    return [next(sectors[site]) if site in sectors else cells[site] for site in owner]


def cut_evenly(cell: MultiPolygon, centre: Points, turns: int) -> list[MultiPolygon]:
    """Cut a cell into so many sectors of equal area about a point."""
    steps = np.linspace(0, 2 * math.pi, FINE_SECTORS + 1)
    fine = [sector(cell, centre, *pair).area for pair in pairwise(steps)]
    grown = np.append(0, np.cumsum(fine))
    cuts = np.interp(np.linspace(0, grown[-1], turns + 1), grown, steps)
    return [sector(cell, centre, start, end) for start, end in pairwise(cuts)]


def sector(cell: MultiPolygon, centre: Points, start: float, end: float) -> MultiPolygon:
    """Give what of a cell lies between two directions (radians, from east, anticlockwise) as seen from a point."""
    reach = 4 * max(np.ptp([*cell.bounds[::2], centre[0]]), np.ptp([*cell.bounds[1::2], centre[1]]), 1e-3)
    angles = np.linspace(start, end, 17)
    rim = centre + reach * np.column_stack([np.cos(angles), np.sin(angles)])
    return MultiPolygon(polygons_of(shapely.intersection(cell, Polygon([tuple(centre), *map(tuple, rim)]))))
