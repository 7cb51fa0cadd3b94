"""A grid of values over the ground, where its cells lie, what lies between them, and tiles that bound the memory.

WGS 84 degrees; row 0 is the northernmost; a grid's `west_deg` and `north_deg` are the centre of its first value.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatang.core.terrain.faults import TerrainError
from hatang.core.vietnamese import number

Values = NDArray[np.float32]
Doubles = NDArray[np.float64]
Area = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

SAME_PLACE = 1e-6
"""Indices that differ by less (of a cell: 0,1 mm at 3″) mean the same place."""


@dataclass(frozen=True)
class Lattice:
    """Where the cells of a grid lie: centre of the first (north-western) one, steps, counts.

    Steps are positive, in degrees. Raises TerrainError for what is no lattice on the globe.
    """

    west_deg: float
    north_deg: float
    step_lon_deg: float
    step_lat_deg: float
    rows: int
    columns: int

    def __post_init__(self) -> None:
        numbers = (self.west_deg, self.north_deg, self.step_lon_deg, self.step_lat_deg)
        if not all(map(math.isfinite, numbers)) or min(self.step_lon_deg, self.step_lat_deg) <= 0:
            raise TerrainError("Bước lưới phải là số dương hữu hạn.", "Ghi bước theo độ, ví dụ 1/3600.")
        if min(self.rows, self.columns) < 1:
            raise TerrainError("Lưới không có ô nào.", "Lưới cần ít nhất một hàng, một cột.")
        if max(abs(self.west_deg), abs(self.east_deg)) > 360 or max(abs(self.north_deg), abs(self.south_deg)) > 90.001:
            raise TerrainError(
                f"Lưới nằm ngoài Trái Đất: {written(self.area)}.", "Kinh độ trước, vĩ độ sau, theo độ WGS 84."
            )

    @property
    def east_deg(self) -> float:
        """Give the longitude of the last column's centres."""
        return self.west_deg + (self.columns - 1) * self.step_lon_deg

    @property
    def south_deg(self) -> float:
        """Give the latitude of the last row's centres."""
        return self.north_deg - (self.rows - 1) * self.step_lat_deg

    @property
    def area(self) -> Area:
        """Give the box of the cells' centres: west, south, east, north."""
        return (self.west_deg, self.south_deg, self.east_deg, self.north_deg)

    @property
    def shape(self) -> tuple[int, int]:
        """Give rows and columns."""
        return (self.rows, self.columns)

    def lons_deg(self) -> Doubles:
        """Give the longitude of each column (columns,)."""
        return self.west_deg + np.arange(self.columns, dtype=np.float64) * self.step_lon_deg

    def lats_deg(self) -> Doubles:
        """Give the latitude of each row (rows,), from north to south."""
        return self.north_deg - np.arange(self.rows, dtype=np.float64) * self.step_lat_deg

    def indices(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Doubles, Doubles]:
        """Give rows and columns, with fractions, of places; within a millionth of a cell a centre is itself.

        >>> Lattice(106, 22, 0.5, 0.5, 3, 3).indices(106.25, 21.0)
        (array(2.), array(0.5))
        """
        columns = (np.asarray(lon_deg, dtype=np.float64) - self.west_deg) / self.step_lon_deg
        rows = (self.north_deg - np.asarray(lat_deg, dtype=np.float64)) / self.step_lat_deg
        return snapped(rows), snapped(columns)

    def part(self, rows: slice, columns: slice) -> Lattice:
        """Give the lattice of some of the rows and columns (bounds must be given and lie inside)."""
        return replace(
            self,
            west_deg=self.west_deg + columns.start * self.step_lon_deg,
            north_deg=self.north_deg - rows.start * self.step_lat_deg,
            rows=rows.stop - rows.start,
            columns=columns.stop - columns.start,
        )

    def grown(self, cells: int) -> Lattice:
        """Give the lattice with so many more cells on every side, fewer where a pole is near."""
        up = min(cells, max(math.floor((90 - self.north_deg) / self.step_lat_deg), 0))
        down = min(cells, max(math.floor((90 + self.south_deg) / self.step_lat_deg), 0))
        return self.part(slice(-up, self.rows + down), slice(-cells, self.columns + cells))

    def tiles(self, size: int, margin: int = 0) -> Iterator[Tile]:
        """Cut into tiles of at most `size` x `size` cells, row by row, each with up to `margin` cells around it.

        >>> [(t.rows, t.outer_rows) for t in Lattice(106, 22, 0.1, 0.1, 5, 2).tiles(3, margin=1)]
        [(slice(0, 3, None), slice(0, 4, None)), (slice(3, 5, None), slice(2, 5, None))]
        """
        if size < 1 or margin < 0:
            raise TerrainError("Kích thước mảnh phải dương, lề không âm.")
        for top in range(0, self.rows, size):
            for left in range(0, self.columns, size):
                rows = slice(top, min(top + size, self.rows))
                columns = slice(left, min(left + size, self.columns))
                yield Tile(self, rows, columns, margin)


@dataclass(frozen=True)
class Tile:
    """A part of a lattice: its own rows and columns, and the wider ones that it must see."""

    whole: Lattice
    rows: slice
    columns: slice
    margin: int

    @property
    def outer_rows(self) -> slice:
        """Give its rows with the margin, as far as the lattice reaches."""
        return slice(max(self.rows.start - self.margin, 0), min(self.rows.stop + self.margin, self.whole.rows))

    @property
    def outer_columns(self) -> slice:
        """Give its columns with the margin, as far as the lattice reaches."""
        return slice(max(self.columns.start - self.margin, 0), min(self.columns.stop + self.margin, self.whole.columns))

    @property
    def core(self) -> Lattice:
        """Give the lattice of its own cells; the cores of all tiles are the whole, each cell once."""
        return self.whole.part(self.rows, self.columns)

    @property
    def outer(self) -> Lattice:
        """Give the lattice of its cells with the margin."""
        return self.whole.part(self.outer_rows, self.outer_columns)

    def inner(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Cut an array over the outer cells to the tile's own."""
        top, left = self.rows.start - self.outer_rows.start, self.columns.start - self.outer_columns.start
        return values[top : top + self.core.rows, left : left + self.core.columns]


@dataclass(frozen=True, eq=False)
class Grid:
    """Values (rows, columns) over a lattice: heights in metres above the sea, heights of clutter, levels in dBm.

    `west_deg` and `north_deg` are the centre of values[0, 0]. Values are kept as float32 in one block; NaN is a cell
    without value (grids that go to kernels have none).
    """

    values: Values
    west_deg: float
    north_deg: float
    step_lon_deg: float
    step_lat_deg: float

    def __post_init__(self) -> None:
        values = np.ascontiguousarray(self.values, dtype=np.float32)
        if values.ndim != 2:
            raise TerrainError("Giá trị của lưới phải là bảng hai chiều (hàng, cột).")
        object.__setattr__(self, "values", values)
        _ = self.lattice

    @classmethod
    def over(cls, lattice: Lattice, values: NDArray[np.generic]) -> Grid:
        """Lay values (rows, columns) over a lattice. Raises TerrainError where shapes differ."""
        if values.shape != lattice.shape:
            raise TerrainError(f"Giá trị có cỡ {values.shape}, lưới có cỡ {lattice.shape}; hai cỡ phải bằng nhau.")
        floats = np.asarray(values, dtype=np.float32)
        return cls(floats, lattice.west_deg, lattice.north_deg, lattice.step_lon_deg, lattice.step_lat_deg)

    @property
    def lattice(self) -> Lattice:
        """Give where the cells lie."""
        rows, columns = self.values.shape
        return Lattice(self.west_deg, self.north_deg, self.step_lon_deg, self.step_lat_deg, rows, columns)

    @property
    def void_cells(self) -> int:
        """Count the cells without value."""
        return int(np.isnan(self.values).sum())

    @property
    def version(self) -> str:
        """Name values and place together by SHA-256 (hexadecimal), so that a run can say which terrain it used.

        >>> Grid(np.zeros((2, 2)), 106, 22, 0.1, 0.1).version[:16]
        '992dedc8145d4a5a'
        """
        same = np.where(np.isnan(self.values), np.float32(np.nan), self.values + np.float32(0))
        place = struct.pack("<4d2q", *self.place, *self.values.shape)
        return hashlib.sha256(place + same.astype("<f4").tobytes()).hexdigest()

    @property
    def place(self) -> tuple[float, float, float, float]:
        """Give the four numbers that kernels take beside the values: west, north, steps in longitude and latitude."""
        return (self.west_deg, self.north_deg, self.step_lon_deg, self.step_lat_deg)

    def nearest(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> Doubles:
        """Give the value of the cell in which each place lies; NaN off the grid (beyond half a cell of a centre).

        On the line between two cells the southern or eastern one counts.

        >>> Grid(np.array([[1.0, 2.0], [3.0, 4.0]]), 106, 22, 0.1, 0.1).nearest([106.04, 106.06, 105.9], 22)
        array([ 1.,  2., nan])
        """
        rows, columns = self.lattice.indices(lon_deg, lat_deg)
        row, column = np.floor(rows + 0.5), np.floor(columns + 0.5)
        inside = (row >= 0) & (row < self.values.shape[0]) & (column >= 0) & (column < self.values.shape[1])
        found = self.values[np.where(inside, row, 0).astype(np.intp), np.where(inside, column, 0).astype(np.intp)]
        return np.where(inside, found.astype(np.float64), np.nan)

    def bilinear(self, lon_deg: ArrayLike, lat_deg: ArrayLike) -> Doubles:
        """Give values between the four centres around each place, float64; NaN outside the box of the centres.

        A cell without value makes NaN of what lies between it and its neighbours, not of the neighbours themselves.

        >>> grid = Grid(np.array([[1.0, 2.0], [3.0, 4.0]]), 106, 22, 0.1, 0.1)
        >>> grid.bilinear([106, 106.05, 106.05, 106.2], [22, 22, 21.95, 22])
        array([1. , 1.5, 2.5, nan])
        """
        rows, columns = self.lattice.indices(lon_deg, lat_deg)
        last_row, last_column = self.values.shape[0] - 1, self.values.shape[1] - 1
        inside = (rows >= 0) & (rows <= last_row) & (columns >= 0) & (columns <= last_column)
        rows, columns = np.where(inside, rows, 0.0), np.where(inside, columns, 0.0)
        top, left = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
        down, across = rows - top, columns - left
        below, right = np.minimum(top + 1, last_row), np.minimum(left + 1, last_column)
        upper = between(self.values[top, left], self.values[top, right], across)
        lower = between(self.values[below, left], self.values[below, right], across)
        return np.where(inside, between(upper, lower, down), np.nan)

    def window(self, rows: slice, columns: slice) -> Grid:
        """Give some of the rows and columns as a grid of its own (bounds must be given and lie inside)."""
        return Grid.over(self.lattice.part(rows, columns), self.values[rows, columns])

    def crop(self, area: Area) -> Grid:
        """Give the smallest part whose centres enclose an area (west, south, east, north), for any place in it.

        Raises TerrainError where the grid does not reach so far.
        """
        west, south, east, north = checked_area(area)
        rows, columns = self.lattice.indices([west, east], [north, south])
        top, left = math.floor(rows[0]), math.floor(columns[0])
        bottom, right = math.ceil(rows[1]), math.ceil(columns[1])
        if top < 0 or left < 0 or bottom >= self.values.shape[0] or right >= self.values.shape[1]:
            raise TerrainError(
                f"Lưới phủ {written(self.lattice.area)}, không đủ cho khu vực {written(area)}.",
                "Đọc địa hình cho cả khu vực, thêm phần rìa.",
            )
        return self.window(slice(top, bottom + 1), slice(left, right + 1))


def between(first: NDArray[np.floating], second: NDArray[np.floating], share: Doubles) -> Doubles:
    """Give values between two, the second one weighing so much; what weighs nothing may be NaN."""
    part = np.where(share > 0, second, 0.0) * share
    return np.where(share < 1, first, 0.0) * (1 - share) + part


def snapped(indices: Doubles) -> Doubles:
    """Move indices that are whole but for rounding onto the whole number."""
    whole = np.round(indices)
    return np.where(np.abs(indices - whole) < SAME_PLACE, whole, indices)


def lattice_around(
    area: Area, step_lon_deg: float, step_lat_deg: float, anchor: tuple[float, float] = (0, 0)
) -> Lattice:
    """Give the smallest lattice through an anchor (lon, lat) whose centres enclose an area.

    With the same anchor and steps, lattices of different areas share their cells: what is computed for one province
    fits its neighbour's.

    >>> lattice_around((106.02, 21.1, 106.31, 21.9), 0.25, 0.25)
    Lattice(west_deg=106.0, north_deg=22.0, step_lon_deg=0.25, step_lat_deg=0.25, rows=5, columns=3)
    """
    west, south, east, north = checked_area(area)
    lon, lat = anchor
    cells = snapped(np.array([(west - lon) / step_lon_deg, (east - lon) / step_lon_deg, (south - lat) / step_lat_deg]))
    left, right, bottom = math.floor(cells[0]), math.ceil(cells[1]), math.floor(cells[2])
    top = math.ceil(snapped(np.array((north - lat) / step_lat_deg)))
    return Lattice(
        lon + left * step_lon_deg,
        lat + top * step_lat_deg,
        step_lon_deg,
        step_lat_deg,
        top - bottom + 1,
        right - left + 1,
    )


def checked_area(area: Area) -> Area:
    """Give the area back, or raise TerrainError where it is none."""
    west, south, east, north = area
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise TerrainError(
            f"Khu vực {written(area)} không hợp lệ.",
            "Ghi theo thứ tự tây, nam, đông, bắc, độ WGS 84, ví dụ 106,1; 21,3; 107,4; 22,5.",
        )
    return area


def written(area: Area) -> str:
    """Write an area for people.

    >>> written((106.1, 21.25, 107.4, 22.5))
    '106,1–107,4° kinh đông, 21,25–22,5° vĩ bắc'
    """
    west, south, east, north = (number(value, 4) for value in area)
    return f"{west}–{east}° kinh đông, {south}–{north}° vĩ bắc"
