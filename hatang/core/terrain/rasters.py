"""One raster file, whatever its kind: where its pixels lie, and any window of them with voids as NaN."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Doubles, Values
from hatang.core.vector_files.crs import Frame
from hatang.core.vietnamese import number

Numbers = NDArray[np.generic]

LOWEST_M, HIGHEST_M, DEEPEST_M = -450.0, 9_000.0, -11_500.0
"""No ground lies lower (the Dead Sea's shore) or higher (Everest, 8.8 km), no sea is deeper (Mariana, 10.9 km)."""
USUAL_VOIDS = (-32768, -32767, -9999, -99999, 32767, 65535, float(np.finfo(np.float32).min))
"""What files without a declared value for voids are known to write there."""


@dataclass(frozen=True)
class Window:
    """Rows and columns of a raster, the upper bounds left out."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> int:
        """Count rows."""
        return max(self.bottom - self.top, 0)

    @property
    def columns(self) -> int:
        """Count columns."""
        return max(self.right - self.left, 0)

    @property
    def pixels(self) -> int:
        """Count pixels."""
        return self.rows * self.columns

    def meet(self, other: Window) -> Window:
        """Give what two windows share; it has no pixels where they share nothing."""
        return Window(
            max(self.top, other.top),
            max(self.left, other.left),
            min(self.bottom, other.bottom),
            min(self.right, other.right),
        )

    def moved(self, down: int, right: int) -> Window:
        """Give the window so many rows and columns further on."""
        return Window(self.top + down, self.left + right, self.bottom + down, self.right + right)


class Placement(NamedTuple):
    """The way from pixels to coordinates: x = a column + b row + c, y = d column + e row + f, from pixel corners."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @property
    def determinant(self) -> float:
        """Give the area of a pixel, negative where rows lead south."""
        return self.a * self.e - self.b * self.d

    @property
    def north_up(self) -> bool:
        """Tell whether rows lead south and columns east, without a turn."""
        return not (self.b or self.d) and self.a > 0 > self.e

    @property
    def signs(self) -> tuple[bool, ...]:
        """Give where columns and rows lead: two rasters on one lattice agree in them."""
        return tuple(number > 0 for number in (self.a, self.b, self.d, self.e))

    def at(self, column: ArrayLike, row: ArrayLike) -> tuple[Doubles, Doubles]:
        """Give the coordinates of places among the pixels."""
        column, row = np.asarray(column, dtype=np.float64), np.asarray(row, dtype=np.float64)
        return self.a * column + self.b * row + self.c, self.d * column + self.e * row + self.f

    def pixel(self, x: ArrayLike, y: ArrayLike) -> tuple[Doubles, Doubles]:
        """Give columns and rows, with fractions, of coordinates.

        >>> Placement(0.5, 0, 106, 0, -0.5, 22).pixel([107.25], [21.5])
        (array([2.5]), array([1.]))
        """
        right, up = np.asarray(x, dtype=np.float64) - self.c, np.asarray(y, dtype=np.float64) - self.f
        return (self.e * right - self.b * up) / self.determinant, (self.a * up - self.d * right) / self.determinant

    def moved(self, column: int, row: int) -> Placement:
        """Give the placement of a window that begins at a column and row."""
        x, y = self.at(column, row)
        return self._replace(c=float(x), f=float(y))


@dataclass(frozen=True)
class Raster:
    """What is known of a raster before a pixel is read.

    `placement` leads from (column, row) of pixel corners to coordinates in `frame`; heights are its numbers times
    `factor_m` plus `shift_m`; `sea_floor` says that negative heights are depths under the sea.
    """

    path: Path
    frame: Frame
    placement: Placement
    rows: int
    columns: int
    factor_m: float = 1.0
    shift_m: float = 0.0
    sea_floor: bool = False
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Give the file's name as messages show it."""
        return self.path.name

    @property
    def whole(self) -> Window:
        """Give the window of all pixels."""
        return Window(0, 0, self.rows, self.columns)

    def outline(self, points: int = 9) -> NDArray[np.float64]:
        """Give places along the outer edge (n, 2) in the raster's own system, x or longitude first."""
        share = np.linspace(0, 1, points)
        nil, one = np.zeros(points), np.ones(points)
        across = np.concatenate([share, share, nil, one]) * self.columns
        down = np.concatenate([nil, one, share, share]) * self.rows
        x, y = self.placement.at(across, down)
        return np.column_stack([x, y])


class Readable(Protocol):
    """A raster that can be read: `read` gives heights in metres as float32, NaN where there is none."""

    @property
    def about(self) -> Raster:
        """Say what is known of it."""

    def read(self, window: Window, seen: Counter[str]) -> Values:
        """Read a window that lies inside; what people should know of the values is counted in `seen`."""


def heights_m(pixels: Numbers, void: NDArray[np.bool_], raster: Raster, seen: Counter[str]) -> Values:
    """Turn a raster's numbers into heights, known voids into NaN.

    Raises TerrainError for heights that no ground has: most often they are in another unit.
    """
    heights = pixels.astype(np.float32)
    if (raster.factor_m, raster.shift_m) != (1.0, 0.0):
        heights = (pixels.astype(np.float64) * raster.factor_m + raster.shift_m).astype(np.float32)
    heights[void] = np.nan
    if raster.sea_floor:
        under = (heights < 0) & (heights > DEEPEST_M)
        seen["ô dưới mặt biển, lấy bằng 0 m"] += int(under.sum())
        heights[under] = 0
    wrong = (heights < LOWEST_M) | (heights > HIGHEST_M)
    if wrong.any():
        wrong &= ~undeclared(pixels, wrong, seen)
        if wrong.any():
            raise impossible(heights[wrong], raster)
        heights[(heights < LOWEST_M) | (heights > HIGHEST_M)] = np.nan
    return heights


def undeclared(pixels: Numbers, wrong: NDArray[np.bool_], seen: Counter[str]) -> NDArray[np.bool_]:
    """Find among impossible heights the voids that a file writes as one of the usual numbers without declaring it."""
    found = np.zeros(pixels.shape, dtype=bool)
    for value in USUAL_VOIDS:
        same = wrong & (pixels == value)
        if same.any():
            seen[f"ô mang giá trị {value:g}, không khai báo nhưng hiểu là ô trống"] += int(same.sum())
            found |= same
    return found


def impossible(heights: Values, raster: Raster) -> TerrainError:
    """Say that heights cannot be metres of ground, and what they may be."""
    deep = bool((heights < LOWEST_M).all()) and not raster.sea_floor
    right = (
        "Nếu tệp có cả độ sâu đáy biển, mở lại với sea_floor=True; nếu là ô trống, khai báo nodata."
        if deep
        else "Kiểm tra đơn vị (feet, dm, cm?) và ghi metres_per_unit, ví dụ 0.3048; nếu là ô trống, khai báo nodata."
    )
    low, high = number(float(heights.min()), 1), number(float(heights.max()), 1)
    return TerrainError(
        f"Có {number(heights.size)} ô với độ cao không thể có trên mặt đất (từ {low} đến {high} m).",
        right,
        file=raster.name,
    )
