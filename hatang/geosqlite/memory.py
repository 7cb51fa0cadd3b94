"""Remembering the geometry of the last call: a constant side is read once, prepared when it comes again, and, when
thousands of points are asked about, covered by a raster that answers for most of them."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import shapely
from shapely import lib

from hatang.geosqlite import ewkb

Call = Callable[..., Any]

SIDE = 40
MARGIN = 1e-6
USES_BEFORE_GRID = 200
OUTSIDE, INSIDE, LOOK_CLOSER = range(3)
SURFACES = (3, 6)

Grid = tuple[float, float, float, float, float, float, bytes]


class Remembered:
    """One argument of one function on one connection."""

    __slots__ = ("__weakref__", "blob", "geometry", "grid", "point_head", "prepared", "uses")

    def __init__(self) -> None:
        self.blob: bytes | None = None
        self.geometry: Any = None
        self.prepared = False
        self.point_head = b""
        self.uses = 0
        self.grid: Grid | None = None

    def read(self, blob: bytes) -> Any:
        """Read a geometry; comparing bytes costs less than reading them again."""
        if blob != self.blob:
            self.take(blob)
        elif not self.prepared:
            self.prepare()
        return self.geometry

    def take(self, blob: bytes) -> None:
        """Read a geometry in the place of the last one."""
        self.geometry = ewkb.read(blob)
        self.blob, self.prepared, self.uses, self.grid = blob, False, 0, None
        self.point_head = ewkb.POINT_HEAD + struct.pack("<I", ewkb.srid_of(blob))

    def prepare(self) -> None:
        """Index the geometry's edges: it will be asked again."""
        lib.prepare(self.geometry)
        self.prepared = True

    def count(self) -> None:
        """Count a question about a point: index the edges at the second, lay the raster when there have been many."""
        self.uses += 1
        if self.uses == 2 and not self.prepared:
            self.prepare()
        elif self.uses == USES_BEFORE_GRID:
            self.grid = grid_over(self.geometry)


class Memory:
    """What a connection's functions share: the last fault, and the regions of the statements that are running.

    A region goes to SQLite as a number, so that it need not be copied and compared for every row. It lives as long as
    the cursor that runs its statement.
    """

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.held: WeakValueDictionary[int, Remembered] = WeakValueDictionary()
        self.numbers = count(1)

    def hold(self, blob: bytes) -> tuple[int, Remembered]:
        """Take in a region; whoever keeps the second value keeps the number good."""
        region = Remembered()
        region.take(blob)
        number = next(self.numbers)
        self.held[number] = region
        return number, region

    def guard(self, call: Call) -> Call:
        """Remember what a function raises; give NULL where an argument is NULL."""

        def guarded(*values: Any) -> Any:
            if None in values:
                return None
            try:
                return call(*values)
            except Exception as error:
                self.fault = error
                raise

        return guarded

    def explain(self, error: sqlite3.OperationalError) -> sqlite3.OperationalError:
        """Put the fault in the place of sqlite3's own words, which do not tell it."""
        if self.fault is None or "user-defined" not in str(error):
            return error
        told, self.fault = f"{type(self.fault).__name__}: {self.fault}", None
        return sqlite3.OperationalError(told)


def grid_over(geometry: Any) -> Grid | None:
    """Lay a raster over a surface: each cell is inside, outside, or has to be looked at closer.

    Gives minx, miny, maxx, maxy, cells per unit of x and of y, and a byte for each cell, row by row. Where an edge
    passes within a millionth of a cell's size the cell is looked at closer, so that rounding decides nothing. The
    other cells are inside where a ray to the left crosses an odd number of edges, as GEOS counts.
    """
    box = ewkb.box_of(geometry)
    if lib.get_type_id(geometry) not in SURFACES or box is None:
        return None
    minx, miny, maxx, maxy = box
    per_x, per_y = SIDE / max(maxx - minx, 1e-300), SIDE / max(maxy - miny, 1e-300)
    if not (np.isfinite(per_x) and np.isfinite(per_y)):
        return None
    starts, ends = edges_in_cells(geometry, minx, miny, per_x, per_y)
    cells = np.where(touched_cells(starts, ends), LOOK_CLOSER, parity_of_cells(starts, ends)).astype(np.uint8)
    shrink = 1 - 1e-12
    return minx, miny, maxx, maxy, per_x * shrink, per_y * shrink, cells.tobytes()


def edges_in_cells(geometry: Any, minx: float, miny: float, per_x: float, per_y: float) -> tuple[Any, Any]:
    """Give the edges' starts and ends (n, 2) with cells as the unit, the lower end first."""
    rings = shapely.get_rings(shapely.get_parts(geometry))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = (points - (minx, miny)) * (per_x, per_y)
    follows = ring[1:] == ring[:-1]
    a, b = points[:-1][follows], points[1:][follows]
    rising = (a[:, 1] <= b[:, 1])[:, None]
    return np.where(rising, a, b), np.where(rising, b, a)


def touched_cells(starts: Any, ends: Any) -> Any:
    """Mark the cells (row, column) that an edge touches: in each row, the columns of the part of the edge in it."""
    rows = np.arange(SIDE)
    low, high = starts[:, 1, None], ends[:, 1, None]
    below, above = np.maximum(low, rows - MARGIN), np.minimum(high, rows + 1 + MARGIN)
    edge, row = np.nonzero(below <= above)
    slope = (ends[:, 0] - starts[:, 0]) / np.where(ends[:, 1] > starts[:, 1], ends[:, 1] - starts[:, 1], np.inf)
    flat = ends[edge, 1] - starts[edge, 1] <= MARGIN
    one = np.where(flat, starts[edge, 0], starts[edge, 0] + (below[edge, row] - starts[edge, 1]) * slope[edge])
    two = np.where(flat, ends[edge, 0], starts[edge, 0] + (above[edge, row] - starts[edge, 1]) * slope[edge])
    left = np.clip(np.floor(np.minimum(one, two) - MARGIN), 0, SIDE - 1).astype(int)
    right = np.clip(np.floor(np.maximum(one, two) + MARGIN), 0, SIDE - 1).astype(int)
    steps = np.zeros((SIDE, SIDE + 1), int)
    np.add.at(steps, (row, left), 1)
    np.add.at(steps, (row, right + 1), -1)
    return steps.cumsum(axis=1)[:, :SIDE] > 0


def parity_of_cells(starts: Any, ends: Any) -> Any:
    """Say for each cell (row, column) whether its middle is inside: 1 where an odd number of edges lies to its left."""
    middles = np.arange(SIDE) + 0.5
    edge, row = np.nonzero((starts[:, 1, None] <= middles) & (middles < ends[:, 1, None]))
    a, b = starts[edge], ends[edge]
    crossing = a[:, 0] + (middles[row] - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    column = np.clip(np.ceil(crossing - 0.5), 0, SIDE).astype(int)
    counts = np.zeros((SIDE, SIDE + 1), int)
    np.add.at(counts, (row, column), 1)
    return counts.cumsum(axis=1)[:, :SIDE] % 2
