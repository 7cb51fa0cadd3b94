"""Rasters for tests, written by rasterio."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning

NOWHERE = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def geotiff(
    path: Path,
    values: NDArray[Any],
    place: tuple[float, float, float] | tuple[float, ...],
    crs: str | None = "EPSG:4326",
    *,
    unit: str = "",
    tags: dict[str, str] | None = None,
    scale: float | None = None,
    **options: Any,
) -> Path:
    """Write one band; `place` is (west edge, north edge, step) or six numbers as rasterio orders them."""
    whole = place if len(place) == 6 else (place[2], 0, place[0], 0, -place[2], place[1])
    bands = values if values.ndim == 3 else values[None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            count=len(bands),
            height=bands.shape[1],
            width=bands.shape[2],
            dtype=bands.dtype,
            crs=crs,
            transform=None if whole == NOWHERE else rasterio.Affine(*whole),
            **options,
        ) as dataset:
            dataset.write(bands)
            dataset.update_tags(**(tags or {}))
            if unit:
                dataset.units = (unit,) * len(bands)
            if scale:
                dataset.scales = (scale,) * len(bands)
    return path


def plane_m(lon: NDArray[Any], lat: NDArray[Any]) -> NDArray[Any]:
    """Give heights that rise 1 m per thousandth of a degree to the east, half as much to the north."""
    return 300 + 1000 * (np.asarray(lon) - 106) + 500 * (np.asarray(lat) - 21)


def centres(place: tuple[float, float, float], rows: int, columns: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give x and y of the centres of pixels."""
    x = place[0] + (np.arange(columns) + 0.5) * place[2]
    y = place[1] - (np.arange(rows) + 0.5) * place[2]
    return np.meshgrid(x, y)


def plane_in(path: Path, crs: str, place: tuple[float, float, float], rows: int, columns: int, **more: Any) -> Path:
    """Write the plane as a raster in any system, by pyproj's transformation."""
    x, y = centres(place, rows, columns)
    lon, lat = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    return geotiff(path, plane_m(lon, lat).astype(np.float32), place, crs, **more)


def huge_tiff(path: Path, side: int) -> Path:
    """Write by hand the heading of a TIFF that says it has so many rows and columns, in one strip."""
    entries = [
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 1, 16),
        (259, 3, 1, 8),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 4, 1, side),
        (279, 4, 1, 16),
        (339, 3, 1, 2),
    ]
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + body + bytes(4))
    return path
