"""A grid as one small picture: stepped colours, and for heights a light from the north-west."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import RasterioError

from hatang.core.polygons import METRES_PER_DEGREE
from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.geotiff import opened, placement_of
from hatang.core.terrain.grid import Grid, Values
from hatang.core.terrain.raster_tiles import MOST_COLOURS, Palette, drawn

STEEPNESS = 2.5
"""How much steeper slopes are drawn than they are: a picture's pixel is far wider than a slope."""
DARKEST = 0.45


def picture_png(path: Path, palette: Palette, *, width_px: int = 640, lit: bool = True) -> bytes:
    """Draw a whole GeoTIFF of one band in WGS 84 as PNG, as wide as asked, as high as the ground is in proportion.

    With `lit`, values are heights in metres and slopes are shaded. Cells without value are transparent. The same bytes
    for the same file. Raises TerrainError for a damaged file.
    """
    try:
        small = shrunk(path, width_px, by_means=lit)
    except RasterioError as error:
        raise TerrainError("Tệp kết quả hỏng hoặc bị cắt.", "Tính lại.", file=path.name) from error
    tints = palette.indices(small.values.astype(np.float64))
    return drawn(*shaded(tints, light(small), palette.rgba())) if lit else drawn(tints, palette.rgba())


def shaded(
    tints: NDArray[np.uint8], brightness: NDArray[np.float64], rgba: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give places in a table of each colour in as many shades as a picture of one byte a pixel holds, and that table.

    >>> shaded(np.array([[0, 1]], dtype=np.uint8), np.array([[1.0, 1.0]]), np.array([[0] * 4, [200, 0, 0, 255]]))[0]
    array([[  0, 255]], dtype=uint8)
    """
    colours = len(rgba) - 1
    shades = MOST_COLOURS // colours
    levels = np.linspace(DARKEST, 1, shades)
    table = np.repeat(rgba[1:].astype(np.float64), shades, axis=0)
    table[:, :3] *= np.tile(levels, colours)[:, None]
    nearest = np.round((brightness - DARKEST) / (1 - DARKEST) * (shades - 1)).astype(np.int64)
    places = np.where(tints > 0, (tints.astype(np.int64) - 1) * shades + nearest + 1, 0)
    return places.astype(np.uint8), np.vstack([rgba[:1], np.round(table)]).astype(np.uint8)


def shrunk(path: Path, width_px: int, *, by_means: bool) -> Grid:
    """Read a file at the size of a picture: by means, or by one of the values in each of its pixels."""
    resampling = Resampling.average if by_means else Resampling.nearest
    with opened(path) as dataset:
        place = placement_of(dataset, path.name)
        across, down = dataset.width * place.a, -dataset.height * place.e
        lat_deg = place.f - down / 2
        height_px = max(round(width_px * down / (across * math.cos(math.radians(lat_deg)))), 1)
        values = dataset.read(1, out_shape=(height_px, width_px), resampling=resampling).astype(np.float32)
        if dataset.nodata is not None:
            values[values == np.float32(dataset.nodata)] = np.nan
    step_lon, step_lat = across / width_px, down / height_px
    return Grid(values, place.c + step_lon / 2, place.f - step_lat / 2, step_lon, step_lat)


def light(grid: Grid) -> NDArray[np.float64]:
    """Give how bright each cell's slope is, from `DARKEST` to 1; level ground lies between.

    >>> slope = Grid(np.array([[0, 0, 0], [0, 0, 300], [0, 0, 0]], dtype=np.float32), 106, 22, 0.01, 0.01)
    >>> bool(light(slope)[1, 1] > light(slope)[0, 0])
    True
    """
    if min(grid.values.shape) < 2:
        return np.ones(grid.values.shape)
    up_m = grid.step_lat_deg * METRES_PER_DEGREE
    across_m = grid.step_lon_deg * METRES_PER_DEGREE * math.cos(math.radians(grid.lattice.south_deg))
    southward, eastward = slopes(grid.values, up_m, across_m)
    towards_light = (eastward + southward) / math.sqrt(2)
    facing = (1 + towards_light) / np.sqrt(2 * (1 + eastward**2 + southward**2))
    return np.asarray(DARKEST + (1 - DARKEST) * np.clip(np.nan_to_num(facing, nan=1.0), 0, 1))


def slopes(heights: Values, up_m: float, across_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give how much the ground rises towards the south and the east, drawn steeper than it is."""
    down: NDArray[np.float64] = np.gradient(heights.astype(np.float64), up_m, axis=0)
    right: NDArray[np.float64] = np.gradient(heights.astype(np.float64), across_m, axis=1)
    return STEEPNESS * down, STEEPNESS * right
