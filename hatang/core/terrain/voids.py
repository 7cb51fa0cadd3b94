"""Voids in terrain filled from their rim: inverse distance weighting (Shepard 1968) along eight directions.

A cell draws from the nearest height in each direction, weighing 1/d². It is filled only where at least six of the eight
directions meet one: a hole is closed, the ground beyond an edge is not made up. What a cell becomes depends only on
cells within the reach, so that neighbouring tiles read with that margin agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Doubles, Grid, Values

METHOD = "nghịch đảo bình phương khoảng cách từ mép, tám hướng"
DIRECTIONS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
FEWEST_SIDES = 6
REACH_CELLS = 64


def filled(grid: Grid, reach_cells: int = REACH_CELLS) -> Grid:
    """Give a grid whose holes (NaN) are closed from heights at most `reach_cells` cells away; wider ones stay.

    >>> holed = Grid(np.array([[1, 1, 1], [1, np.nan, 3], [3, 3, 3]], dtype=np.float32), 106, 0.5, 0.5, 0.5)
    >>> filled(holed).values[1].round(3).tolist()
    [1.0, 2.0, 3.0]
    """
    if reach_cells < 0:
        raise TerrainError("Tầm lấp ô trống phải không âm.", f"Ví dụ {REACH_CELLS}.")
    void = np.isnan(grid.values)
    if not void.any() or not reach_cells:
        return grid
    rim = Rim.around(grid, void)
    for way in DIRECTIONS:
        rim.look(grid.values, void, way, reach_cells)
    values = grid.values.copy()
    values[void] = rim.heights()
    return Grid.over(grid.lattice, values)


@dataclass
class Rim:
    """What the voids (n, in the order of `np.nonzero`) have met so far: weights, weighted heights, directions."""

    up_deg: float
    across_deg: Doubles
    weights: Doubles
    sums: Doubles
    sides: NDArray[np.int8]

    @classmethod
    def around(cls, grid: Grid, void: NDArray[np.bool_]) -> Rim:
        """Begin with nothing met; a step to the east counts by the latitude of its void, in degrees of a meridian."""
        count = int(void.sum())
        steps = grid.step_lon_deg * np.cos(np.radians(grid.lattice.lats_deg()))
        across = np.repeat(steps, void.sum(axis=1))
        return cls(grid.step_lat_deg, across, np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int8))

    def look(self, values: Values, void: NDArray[np.bool_], way: tuple[int, int], reach_cells: int) -> None:
        """Add what each void meets in a direction (rows down, columns right)."""
        down, right = way
        if down:
            steps, heights = met(values, void, down, right)
        else:
            turned_steps, turned_heights = met(values.T, void.T, right, 0)
            order = np.zeros(void.shape, dtype=np.int64)
            order.T[void.T] = np.arange(len(turned_steps))
            steps, heights = turned_steps[order[void]], turned_heights[order[void]]
        near = steps <= reach_cells
        squared = steps[near] ** 2 * ((down * self.up_deg) ** 2 + (right * self.across_deg[near]) ** 2)
        self.weights[near] += 1 / squared
        self.sums[near] += heights[near] / squared
        self.sides[near] += 1

    def heights(self) -> Doubles:
        """Give each void its height, NaN where too few directions met one."""
        closed = self.sides >= FEWEST_SIDES
        return np.where(closed, self.sums / np.where(closed, self.weights, 1), np.nan)


def met(values: Values, void: NDArray[np.bool_], down: int, right: int) -> tuple[Doubles, Doubles]:
    """Give for each void how many steps away the first height towards (down, right) is, and it; inf where none is.

    Rows are gone through from where the look goes to, each taking over what the one before it has met.
    """
    steps, heights = np.full(void.shape[1], np.inf), np.zeros(void.shape[1])
    rows = range(void.shape[0]) if down < 0 else range(void.shape[0] - 1, -1, -1)
    found: dict[int, tuple[Doubles, Doubles]] = {}
    for row in rows:
        hole = void[row]
        steps = np.where(hole, shifted(steps, right, np.inf) + 1, 0)
        heights = np.where(hole, shifted(heights, right, np.nan), values[row])
        found[row] = (steps[hole], heights[hole])
    ordered = [found[row] for row in sorted(found)]
    return np.concatenate([pair[0] for pair in ordered]), np.concatenate([pair[1] for pair in ordered])


def shifted(numbers: Doubles, right: int, edge: float) -> Doubles:
    """Give at each place the number so many (-1, 0 or 1) places to its right."""
    if not right:
        return numbers
    moved = np.full(numbers.shape, edge, dtype=np.float64)
    if right > 0:
        moved[:-1] = numbers[1:]
    else:
        moved[1:] = numbers[:-1]
    return moved
