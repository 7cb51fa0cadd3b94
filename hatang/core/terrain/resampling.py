"""Values of a raster at the cells of a lattice: bilinear, nearest, average, or the value that occurs most.

GDAL's warp moves places by up to an eighth of a pixel, differently for each piece of a raster that is warped by itself;
here every cell's place is computed alike, so that tiles join. A cell has a value where the pixel at its centre has one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hatang.core.terrain.grid import Doubles, Lattice, Values

Pixels = Callable[[Doubles, Doubles], tuple[Doubles, Doubles]]
"""Leads from longitudes and latitudes to columns and rows, with fractions, of pixel corners."""

NODES_DEG = 0.005
"""Places are computed this far apart (550 m) and are straight between: 5 mm off on any map projection."""
MOST_SAMPLES = 16
LABELS = {
    "bilinear": "song tuyến",
    "average": "trung bình",
    "nearest": "ô gần nhất",
    "mode": "giá trị hay gặp nhất",
}


def resampled(
    values: Values, top_left: tuple[int, int], pixels: Pixels, lattice: Lattice, method: str, finer_by: float
) -> Values:
    """Give a raster's values at the cells of a lattice, float32 (rows, columns), NaN where it has none.

    `values` is the window of the raster whose first pixel is `top_left` (row, column); `finer_by` says how many pixels
    stand side by side in a cell: average and mode look at that many places each way, 16 at most.
    """
    columns, rows = places(pixels, lattice)
    columns, rows = columns - top_left[1], rows - top_left[0]
    if method == "bilinear":
        return bilinear(values, columns, rows)
    at_centre = nearest(values, columns, rows)
    if method == "nearest":
        return at_centre
    count = min(max(int(np.ceil(finer_by - 0.01)), 1), MOST_SAMPLES)
    samples = sampled(values, columns, rows, count)
    found = average(samples) if method == "average" else commonest(samples)
    return np.where(np.isnan(at_centre), np.float32(np.nan), found)


def places(pixels: Pixels, lattice: Lattice) -> tuple[Doubles, Doubles]:
    """Give the column and row at which each cell's centre lies, each (rows, columns)."""
    down = nodes(lattice.rows, lattice.step_lat_deg)
    across = nodes(lattice.columns, lattice.step_lon_deg)
    lon, lat = np.meshgrid(
        lattice.west_deg + across * lattice.step_lon_deg, lattice.north_deg - down * lattice.step_lat_deg
    )
    column, row = pixels(lon.ravel(), lat.ravel())
    column, row = column.reshape(lon.shape), row.reshape(lon.shape)
    return spread(column, down, across, lattice), spread(row, down, across, lattice)


def nodes(count: int, step_deg: float) -> Doubles:
    """Give the indices, the first and last included, at which places are computed."""
    every = max(int(NODES_DEG / step_deg), 1)
    return np.append(np.arange(0, count - 1, every), count - 1).astype(np.float64)


def spread(known: Doubles, down: Doubles, across: Doubles, lattice: Lattice) -> Doubles:
    """Give numbers known at some rows and columns for all, straight lines between."""
    if known.shape == lattice.shape:
        return known
    wide = lines(known.T, across, lattice.columns).T
    return lines(wide, down, lattice.rows)


def lines(known: Doubles, at: Doubles, count: int) -> Doubles:
    """Give numbers known at some rows for rows 0 to count - 1, straight lines between."""
    if len(at) == count:
        return known
    index = np.arange(count, dtype=np.float64)
    left = np.clip(np.searchsorted(at, index, side="right") - 1, 0, len(at) - 2)
    share = ((index - at[left]) / (at[left + 1] - at[left]))[:, None]
    return np.asarray(known[left] * (1 - share) + known[left + 1] * share)


def nearest(values: Values, columns: Doubles, rows: Doubles) -> Values:
    """Give the pixel in which each place lies, NaN off the window."""
    inside = (columns >= 0) & (rows >= 0) & (columns < values.shape[1]) & (rows < values.shape[0])
    column, row = np.where(inside, columns, 0).astype(np.intp), np.where(inside, rows, 0).astype(np.intp)
    return np.where(inside, values[row, column], np.float32(np.nan))


def bilinear(values: Values, columns: Doubles, rows: Doubles) -> Values:
    """Give values between the four pixel centres around each place; voids among them weigh nothing."""
    left, top = columns - 0.5, rows - 0.5
    whole_left, whole_top = np.floor(np.nan_to_num(left)), np.floor(np.nan_to_num(top))
    weights, sums = np.zeros(columns.shape), np.zeros(columns.shape)
    for down in (0, 1):
        for right in (0, 1):
            row = np.clip(whole_top + down, 0, values.shape[0] - 1).astype(np.intp)
            column = np.clip(whole_left + right, 0, values.shape[1] - 1).astype(np.intp)
            found = values[row, column]
            weight = np.abs(1 - down - (top - whole_top)) * np.abs(1 - right - (left - whole_left))
            weight[np.isnan(found)] = 0
            weights += weight
            sums += weight * np.where(weight > 0, found, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = (sums / weights).astype(np.float32)
    return np.where(np.isnan(nearest(values, columns, rows)), np.float32(np.nan), between)


def sampled(values: Values, columns: Doubles, rows: Doubles, count: int) -> NDArray[np.float32]:
    """Give `count` x `count` pixels evenly spread over each cell: (count², rows, columns)."""
    across, down = sides(columns, axis=1), sides(columns, axis=0)
    across_rows, down_rows = sides(rows, axis=1), sides(rows, axis=0)
    shares = (np.arange(count) + 0.5) / count - 0.5
    return np.stack(
        [
            nearest(values, columns + right * across + low * down, rows + right * across_rows + low * down_rows)
            for low in shares
            for right in shares
        ]
    )


def sides(indices: Doubles, axis: int) -> Doubles:
    """Give how many pixels a cell spans along an axis."""
    return np.gradient(indices, axis=axis) if indices.shape[axis] > 1 else np.zeros(indices.shape)


def average(samples: NDArray[np.float32]) -> Values:
    """Give the mean of what has a value."""
    known = ~np.isnan(samples)
    total = np.where(known, samples, 0).sum(axis=0, dtype=np.float64)
    return np.asarray(total / np.maximum(known.sum(axis=0), 1), dtype=np.float32)


def commonest(samples: NDArray[np.float32]) -> Values:
    """Give the value that occurs most, the least of several; voids do not count."""
    ordered = np.sort(samples, axis=0)
    best: Values = ordered[0].copy()
    most, run = np.zeros(best.shape, np.int64), np.zeros(best.shape, np.int64)
    for before, value in zip(np.concatenate([ordered[:1], ordered[:-1]]), ordered, strict=True):
        run = np.where(value == before, run + 1, 1) * ~np.isnan(value)
        better = run > most
        np.copyto(best, value, where=better)
        np.copyto(most, run, where=better)
    return best
