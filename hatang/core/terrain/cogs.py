"""Grids as Cloud-Optimised GeoTIFF (OGC 21-026), the same bytes for the same values.

A file of plain tiles is filled window by window first, then GDAL's driver COG lays it out: heading, overviews from
small to large, full resolution. Memory holds one window and GDAL's cache, never the whole grid.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import rasterio.crs
import rasterio.shutil
import rasterio.windows
from rasterio.errors import RasterioError

from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.geotiff import SETTINGS, opened, placement_of
from hatang.core.terrain.grid import Grid, Lattice, Tile
from hatang.core.terrain.rasters import Numbers
from hatang.core.terrain.sheets import placement_over

SIMULATED = "DỮ LIỆU MÔ PHỎNG"
BLOCK = 256
KINDS = ("float32", "uint8", "uint16")
OVERVIEWS = ("average", "nearest", "mode")


@dataclass(frozen=True)
class About:
    """What a result says of itself: what it shows, its unit, method and version, terrain; whether it is simulated.

    `nodata` is the number for cells without value (NaN for float32 where none is given), `overview` how the coarser
    levels are made: "average" (of the values as they are: of dBm, not of milliwatts), "nearest" or "mode" for numbers
    of servers and classes.
    """

    title: str
    method: str
    version: str
    unit: str = ""
    terrain_version: str = ""
    simulated: bool = False
    nodata: float | None = None
    overview: str = "nearest"

    def tags(self) -> dict[str, str]:
        """Give the tags of the file."""
        tags = {
            "TITLE": self.title,
            "METHOD": self.method,
            "METHOD_VERSION": self.version,
            "TERRAIN_VERSION": self.terrain_version,
            "SIMULATED": SIMULATED if self.simulated else "",
        }
        return {name: text for name, text in tags.items() if text}


def write_cog(path: Path, grid: Grid, about: About) -> None:
    """Write a grid as float32; see `write_cog_tiles`."""
    whole = next(grid.lattice.tiles(max(grid.lattice.shape)))
    write_cog_tiles(path, grid.lattice, [(whole, grid.values)], about)


def write_cog_tiles(
    path: Path, lattice: Lattice, tiles: Iterable[tuple[Tile, Numbers]], about: About, kind: str = "float32"
) -> None:
    """Write a Cloud-Optimised GeoTIFF of one band from tiles of a lattice in any order, each with its core's values.

    `kind` is float32, uint8 or uint16; cells of tiles that never came are without value. The file appears whole or not
    at all. Raises TerrainError for a kind, an overview or values that do not fit, and where the disk refuses.
    """
    nodata = checked_nodata(about, kind)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".cog-") as folder, rasterio.Env(**SETTINGS):
            plain, ready = Path(folder) / "plain.tif", Path(folder) / "cog.tif"
            fill(plain, lattice, tiles, about, kind, nodata)
            rasterio.shutil.copy(
                plain,
                ready,
                driver="COG",
                COMPRESS="DEFLATE",
                LEVEL="6",
                PREDICTOR="YES",
                BLOCKSIZE=str(BLOCK),
                OVERVIEW_RESAMPLING=about.overview.upper(),
                BIGTIFF="IF_SAFER",
                NUM_THREADS="1",
            )
            ready.replace(path)
    except (RasterioError, OSError) as error:
        raise TerrainError(
            "Không ghi được tệp kết quả.", "Kiểm tra thư mục và dung lượng đĩa.", file=str(path)
        ) from error


def checked_nodata(about: About, kind: str) -> float:
    """Give the number for cells without value, or say what does not fit."""
    if kind not in KINDS:
        raise TerrainError(f"Không ghi kiểu số {kind}.", f"Chọn một trong: {', '.join(KINDS)}.")
    if about.overview not in OVERVIEWS:
        raise TerrainError(f"Không có cách thu nhỏ “{about.overview}”.", f"Chọn một trong: {', '.join(OVERVIEWS)}.")
    if kind == "float32":
        return np.nan if about.nodata is None else about.nodata
    most = np.iinfo(kind).max
    if about.nodata is None or not 0 <= about.nodata <= most or about.nodata != int(about.nodata):
        raise TerrainError("Cần số cho ô không có giá trị.", f"Ghi nodata là số nguyên từ 0 đến {most}.")
    return about.nodata


def fill(
    path: Path, lattice: Lattice, tiles: Iterable[tuple[Tile, Numbers]], about: About, kind: str, nodata: float
) -> None:
    """Fill a file of plain tiles."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=lattice.columns,
        height=lattice.rows,
        count=1,
        dtype=kind,
        crs=rasterio.crs.CRS.from_epsg(4326),
        transform=rasterio.Affine(*placement_over(lattice)),
        nodata=nodata,
        tiled=True,
        blockxsize=BLOCK,
        blockysize=BLOCK,
        BIGTIFF="IF_SAFER",
    ) as dataset:
        dataset.update_tags(**about.tags())
        dataset.set_band_description(1, about.title)
        if about.unit:
            dataset.units = (about.unit,)
        for tile, values in tiles:
            core = tile.core
            window = rasterio.windows.Window(tile.columns.start, tile.rows.start, core.columns, core.rows)
            dataset.write(fitting(values, core, kind, nodata), 1, window=window)


def fitting(values: Numbers, lattice: Lattice, kind: str, nodata: float) -> Numbers:
    """Give values in the file's kind, or say that they do not fit it."""
    if values.shape != lattice.shape:
        raise TerrainError(f"Giá trị có cỡ {values.shape}, mảnh có cỡ {lattice.shape}; hai cỡ phải bằng nhau.")
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), nodata, values)
    with np.errstate(invalid="ignore"):
        converted = values.astype(kind)
    if kind != "float32" and not np.array_equal(converted, values):
        raise TerrainError(f"Giá trị không vừa kiểu {kind}.", "Dùng uint16 hoặc float32.")
    return converted


def read_cog(path: Path) -> Grid:
    """Read a grid back at full resolution as float32, its cells without value as NaN.

    Raises TerrainError for a file that is not one of ours or is damaged.
    """
    try:
        with opened(path) as dataset:
            values = dataset.read(1).astype(np.float32)
            void, place = dataset.nodata, placement_of(dataset, path.name)
    except RasterioError as error:
        raise TerrainError("Tệp kết quả hỏng hoặc bị cắt.", "Tính lại.", file=path.name) from error
    if not place.north_up:
        raise TerrainError("Tệp không theo hướng bắc.", "Đọc bằng open_terrain.", file=path.name)
    if void is not None and not np.isnan(void):
        values[values == np.float32(void)] = np.nan
    return Grid(values, place.c + place.a / 2, place.f + place.e / 2, place.a, -place.e)
