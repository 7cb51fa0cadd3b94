"""In which commune a point lies: a raster answers for most points, the edges near by for the others.

The answer is that of shapely (GEOS) for every point: the first polygon, in the order given, that the point lies in or
on the border of.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from hatang.core.measurements.kernels import raster as kernel

Area = Polygon | MultiPolygon
MOST_CELLS: Final = 4_000_000
POINTS_AT_ONCE: Final = 250_000


class PolygonFinder:
    """Finds the polygon of points; built once for many points, safe to share between threads."""

    def __init__(self, polygons: Sequence[Area], *, most_cells: int = MOST_CELLS) -> None:
        """Lay a raster of about so many cells over polygons (WGS 84, degrees; valid; empty ones hold no point)."""
        self.polygons = np.array(polygons, dtype=object)
        self.raster = built(self.polygons, most_cells)

    def find(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int32]:
        """Give for each point the place of its polygon in the order given, -1 where it lies in none or is NaN.

        >>> finder = PolygonFinder([shapely.box(105, 20, 106, 21), shapely.box(106, 20, 107, 21)])
        >>> finder.find(np.array([105.5, 106.0, 106.5, 107.5]), np.array([20.5, 20.5, 21.0, 20.5])).tolist()
        [0, 0, 1, -1]
        """
        lon, lat = (np.ascontiguousarray(ordinate, np.float64) for ordinate in (lon, lat))
        found = np.empty(len(lon), np.int32)
        parts = [slice(begin, begin + POINTS_AT_ONCE) for begin in range(0, len(lon), POINTS_AT_ONCE)]
        with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1) or 1) as threads:
            list(threads.map(lambda part: kernel.find(self.raster, lon[part], lat[part], found[part]), parts))
        unsure = np.flatnonzero(found == kernel.UNSURE)
        found[unsure] = self._first_covering(lon[unsure], lat[unsure])
        return found

    def _first_covering(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int32]:
        """Ask GEOS, which goes on with more digits where doubles cannot tell."""
        answers = np.full(len(lon), kernel.NONE, np.int32)
        points, polygons = shapely.STRtree(self.polygons).query(shapely.points(lon, lat), predicate="intersects")
        order = np.argsort(-polygons, kind="stable")
        answers[points[order]] = polygons[order]
        return answers

    def with_commune(self, rows: pa.Table, codes: Sequence[str]) -> pa.Table:
        """Put in the commune of each row whose place is known and whose commune is not; `codes` are the polygons'."""
        lon, lat = (pc.fill_null(rows[name], np.nan).to_numpy() for name in ("lon", "lat"))
        place = self.find(lon, lat)
        named = pa.array(np.array([*codes, None], dtype=object)[place], pa.string())
        return rows.set_column(
            rows.column_names.index("commune"), rows.schema.field("commune"), pc.coalesce(rows["commune"], named)
        )


def built(polygons: NDArray[np.object_], most_cells: int) -> kernel.Raster:
    """Lay the raster."""
    west, south, east, north = shapely.total_bounds(polygons) if len(polygons) else [np.nan] * 4
    if np.isnan(west):
        west, south, east, north = 0.0, 0.0, 1.0, 1.0
    wide, high = max(east - west, 1e-9), max(north - south, 1e-9)
    cells_a_degree = min((most_cells / (wide * high)) ** 0.5, most_cells / 4 / max(wide, high))
    west, south = west - 1 / cells_a_degree, south - 1 / cells_a_degree
    shape = tuple(int(np.ceil(length * cells_a_degree)) + 2 for length in (high, wide))
    edges = [edges_of(polygon) for polygon in polygons]
    windows = [Window(one, (west, south, cells_a_degree), shape) for one in edges]
    codes, list_starts, lists = coded(windows, shape)
    starts = np.concatenate([[0], np.cumsum([len(window.places) for window in windows])]).astype(np.int64)
    return kernel.Raster(
        west,
        south,
        cells_a_degree,
        codes,
        list_starts,
        lists,
        np.array([window.rows.start for window in windows], np.int64),
        np.concatenate([[0], np.cumsum([len(window.starts) for window in windows])])[:-1].astype(np.int64),
        np.concatenate([np.zeros(0, np.int64), *(w.starts + s for w, s in zip(windows, starts[:-1], strict=True))]),
        np.concatenate([np.zeros((0, 4)), *(one[w.places] for one, w in zip(edges, windows, strict=True))]),
    )


def edges_of(polygon: Area) -> NDArray[np.float64]:
    """Give the edges of all rings of a polygon as x1 y1 x2 y2."""
    corners, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(polygon)), return_index=True)
    if not len(corners):
        return np.zeros((0, 4))
    edges: NDArray[np.float64] = np.hstack([corners[:-1], corners[1:]])[ring[:-1] == ring[1:]]
    return edges


class Window:
    """The part of the raster that one polygon reaches: rows, columns, what its cells are, its edges by row."""

    def __init__(self, edges: NDArray[np.float64], frame: tuple[float, float, float], shape: tuple[int, ...]) -> None:
        """Look at a polygon through a frame: west, south, cells a degree."""
        west, south, cells_a_degree = frame
        scaled = (edges - [west, south, west, south]) * cells_a_degree
        self.columns, self.rows = (span(scaled[:, [n, n + 2]], shape[1 - n]) for n in (0, 1))
        scaled -= [self.columns.start, self.rows.start] * 2
        self.starts, self.places = kernel.edges_by_row(scaled, self.rows.stop - self.rows.start)
        self.cells = kernel.cells_of_polygon(scaled[self.places], self.starts, self.columns.stop - self.columns.start)


def span(ordinates: NDArray[np.float64], most: int) -> slice:
    """Give the rows or columns that ordinates reach."""
    if not ordinates.size:
        return slice(0, 0)
    first, last = np.floor([ordinates.min() - kernel.MARGIN, ordinates.max() + kernel.MARGIN]).astype(int)
    return slice(max(int(first), 0), min(int(last) + 1, most))


def coded(
    windows: Sequence[Window], shape: tuple[int, ...]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """Give the cells' codes, where each list begins, and the lists one after the other."""
    codes = np.full(shape, kernel.NONE, np.int32)
    listed, closed = np.zeros(shape, bool), np.zeros(shape, bool)
    numbers = np.arange(codes.size).reshape(shape)
    pairs = [np.zeros((2, 0), np.int64)]
    for place, window in enumerate(windows):
        part = window.rows, window.columns
        reached, full = (window.cells != kernel.OUTSIDE) & ~closed[part], window.cells == kernel.INSIDE
        alone = reached & full & ~listed[part]
        codes[part][alone] = place
        more = numbers[part][reached & ~alone]
        pairs.append(np.stack([more, np.full_like(more, place)]))
        listed[part] |= reached & ~alone
        closed[part] |= full
    cells, lists = np.concatenate(pairs, axis=1)
    order = np.argsort(cells, kind="stable")
    named, starts = np.unique(cells[order], return_index=True)
    codes.ravel()[named] = kernel.FIRST_LIST - np.arange(len(named))
    return codes, np.append(starts, len(cells)).astype(np.int64), lists[order].astype(np.int32)
