"""A raster over polygons whose cells say which polygon they lie in, or which may: built, and asked about points.

Rows and columns count from the south-west corner. A cell's code is the place of the polygon that covers all of it, NONE
where no polygon touches it, and otherwise FIRST_LIST - n for the n-th list of polygons that must be looked at, in their
order. Each polygon keeps, for each row of the raster that it reaches, the edges that reach into this row.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

EXACT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
"""How every kernel here is compiled: without fast arithmetic, for the error bound below holds for IEEE 754 alone."""
NONE, UNSURE, FIRST_LIST = -1, -2, -2
"""Codes of a cell and of an answer. UNSURE is an answer: rounding hides on which side of an edge the point lies."""
OUTSIDE, INSIDE, HIDDEN = 0, 1, 2
"""How a point lies to one polygon; its border is inside. In a raster's cells HIDDEN is: an edge reaches into it."""
PASSED, CROSSED, ON, CLOSE = 0, 1, 2, 3
"""What an edge is to the ray that goes east from a point; CLOSE: which of these, rounding hides."""
MARGIN = 1e-4
"""An edge reaches so much of a cell further than it does: far more than rounding moves a point."""
LEVEL = 1e-3
"""An edge that rises by less of a cell is not cut at the borders of a row: where it meets them, rounding hides."""
SIDE_BOUND = 3.3306690738754716e-16
"""(3 + 16 e) e with e = 2^-53: J. R. Shewchuk, Adaptive precision floating-point arithmetic, 1997, ccwerrboundA."""


class Raster(NamedTuple):
    """Where the raster lies, its cells' codes, the lists, and the edges of each polygon by row."""

    west: float
    south: float
    cells_a_degree: float
    codes: NDArray[np.int32]
    list_starts: NDArray[np.int64]
    lists: NDArray[np.int32]
    first_rows: NDArray[np.int64]
    """For each polygon the first row that it reaches."""
    row_places: NDArray[np.int64]
    """For each polygon where its rows begin in `edge_starts`."""
    edge_starts: NDArray[np.int64]
    edges: NDArray[np.float64]
    """x1 y1 x2 y2 in degrees."""


@njit(**EXACT)
def meeting(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> int:
    """Say what the edge from 1 to 2 is to the ray east from a point; as RayCrossingCounter in JTS and GEOS counts."""
    if x1 < x and x2 < x:
        return PASSED
    if (x1 == x and y1 == y) or (x2 == x and y2 == y):
        return ON
    if y1 == y and y2 == y:
        return ON if min(x1, x2) <= x <= max(x1, x2) else PASSED
    if (y1 > y) == (y2 > y):
        return PASSED
    one, other = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
    turn = one - other
    if abs(turn) <= SIDE_BOUND * (abs(one) + abs(other)):
        return CLOSE
    return CROSSED if (turn > 0) == (y2 > y1) else PASSED


@njit(**EXACT)
def lies(edges: NDArray[np.float64], begin: int, end: int, x: float, y: float) -> int:
    """Say how a point lies to the polygon that has these edges in its row."""
    inside = False
    for n in range(begin, end):
        met = meeting(edges[n, 0], edges[n, 1], edges[n, 2], edges[n, 3], x, y)
        if met == ON:
            return INSIDE
        if met == CLOSE:
            return HIDDEN
        if met == CROSSED:
            inside = not inside
    return INSIDE if inside else OUTSIDE


@njit(**EXACT)
def edges_by_row(edges: NDArray[np.float64], rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort edges, in cells from the first row on, by the rows they reach: starts of the rows, places of the edges."""
    low = np.minimum(edges[:, 1], edges[:, 3]) - MARGIN
    high = np.maximum(edges[:, 1], edges[:, 3]) + MARGIN
    starts = np.zeros(rows + 1, np.int64)
    for n in range(len(edges)):
        for row in range(max(int(np.floor(low[n])), 0), min(int(np.floor(high[n])), rows - 1) + 1):
            starts[row + 1] += 1
    starts = np.cumsum(starts)
    places, filled = np.empty(starts[rows], np.int64), starts.copy()
    for n in range(len(edges)):
        for row in range(max(int(np.floor(low[n])), 0), min(int(np.floor(high[n])), rows - 1) + 1):
            places[filled[row]] = n
            filled[row] += 1
    return starts, places


@njit(**EXACT)
def reach(edge: NDArray[np.float64], row: int) -> tuple[int, int]:
    """Give the first and the last column that an edge reaches within a row that it reaches."""
    x1, y1, x2, y2 = edge[0], edge[1], edge[2], edge[3]
    one, other = x1, x2
    if abs(y2 - y1) > LEVEL:
        low, high = max(min(y1, y2), row - MARGIN), min(max(y1, y2), row + 1 + MARGIN)
        one = x1 + (low - y1) / (y2 - y1) * (x2 - x1)
        other = x1 + (high - y1) / (y2 - y1) * (x2 - x1)
    return int(np.floor(min(one, other) - MARGIN)), int(np.floor(max(one, other) + MARGIN))


@njit(**EXACT)
def cells_of_polygon(edges: NDArray[np.float64], starts: NDArray[np.int64], columns: int) -> NDArray[np.uint8]:
    """Say of each cell of a window whether a polygon covers it (INSIDE), is not there (OUTSIDE), or has an edge there.

    `edges` are in cells from the window's corner on, sorted by rows as `starts` says.
    """
    rows = len(starts) - 1
    cells = np.full((rows, columns), OUTSIDE, np.uint8)
    for row in range(rows):
        for n in range(starts[row], starts[row + 1]):
            first, last = reach(edges[n], row)
            cells[row, max(first, 0) : min(last, columns - 1) + 1] = HIDDEN
        known = HIDDEN
        for column in range(columns):
            if cells[row, column] == HIDDEN:
                known = HIDDEN
            else:
                if known == HIDDEN:  # the first cell after an edge decides for all up to the next edge
                    known = lies(edges, starts[row], starts[row + 1], column + 0.5, row + 0.5)
                cells[row, column] = known
    return cells


@njit(**EXACT)
def find(raster: Raster, lon: NDArray[np.float64], lat: NDArray[np.float64], found: NDArray[np.int32]) -> None:
    """Write for each point the first polygon that it lies in or on, NONE, or UNSURE."""
    rows, columns = raster.codes.shape
    for n in range(len(lon)):
        across = (lon[n] - raster.west) * raster.cells_a_degree
        up = (lat[n] - raster.south) * raster.cells_a_degree
        code = NONE
        if 0 <= across < columns and 0 <= up < rows:
            row = int(up)
            code = raster.codes[row, int(across)]
            if code <= FIRST_LIST:
                begin, end = raster.list_starts[FIRST_LIST - code], raster.list_starts[FIRST_LIST - code + 1]
                code = NONE
                for polygon in raster.lists[begin:end]:
                    place = raster.row_places[polygon] + row - raster.first_rows[polygon]
                    lying = lies(raster.edges, raster.edge_starts[place], raster.edge_starts[place + 1], lon[n], lat[n])
                    if lying != OUTSIDE:
                        code = polygon if lying == INSIDE else UNSURE
                        break
        found[n] = code
