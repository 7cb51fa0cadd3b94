"""Map tiles out of a Cloud-Optimised GeoTIFF: 256 x 256 pixels of web mercator (EPSG:3857) as coloured PNG.

Pixels take the value at their centre, of the overview just finer than themselves, so that any zoom reads about as much.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio.windows
from numpy.typing import NDArray
from PIL import Image
from rasterio.errors import RasterioError

from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.geotiff import opened, placement_of
from hatang.core.terrain.grid import Doubles
from hatang.core.terrain.rasters import Numbers, Window

SIZE_PX = 256
DEEPEST_ZOOM = 22
MOST_COLOURS = 255
COLOUR = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")


@dataclass(frozen=True)
class Palette:
    """Colours of values: each entry (value, "#rrggbb" or "#rrggbbaa"), values rising.

    With `exact` an entry colours its value alone (classes, servers), otherwise everything from it up to the next entry.
    What no entry colours is transparent. Raises TerrainError for no colour, more than 255, or values out of order.
    """

    entries: tuple[tuple[float, str], ...]
    exact: bool = False

    def __post_init__(self) -> None:
        values = [value for value, _ in self.entries]
        if not 0 < len(values) <= MOST_COLOURS:
            raise TerrainError("Bảng màu phải có từ 1 đến 255 màu.")
        if not np.isfinite(values).all() or (np.diff(values) <= 0).any():
            raise TerrainError("Giá trị trong bảng màu phải tăng dần.", "Xếp lại từ nhỏ đến lớn, không lặp.")
        wrong = [colour for _, colour in self.entries if not COLOUR.fullmatch(colour)]
        if wrong:
            raise TerrainError(f"Không hiểu màu “{wrong[0][:20]}”.", "Viết #rrggbb hoặc #rrggbbaa.")

    @classmethod
    def steps(cls, entries: Sequence[tuple[float, str]]) -> Palette:
        """Colour ranges: each from its value up to the next."""
        return cls(tuple(entries))

    @classmethod
    def classes(cls, colours: Mapping[int, str]) -> Palette:
        """Colour single numbers."""
        return cls(tuple(sorted(colours.items())), exact=True)

    def indices(self, values: Numbers) -> NDArray[np.uint8]:
        """Give each value's place in the table, from 1; 0 for what has no colour.

        >>> Palette.steps([(-120, "#ff0000"), (-100, "#00ff00")]).indices(np.array([-130.0, -120, -101, -90, np.nan]))
        array([0, 1, 1, 2, 0], dtype=uint8)
        """
        known = np.array([value for value, _ in self.entries])
        found = np.searchsorted(known, np.where(np.isnan(values), -np.inf, values), side="right")
        if self.exact:
            found = np.where(known[np.maximum(found - 1, 0)] == values, found, 0)
        return found.astype(np.uint8)

    def rgba(self) -> NDArray[np.uint8]:
        """Give the table (n + 1, 4), transparent first."""
        colours = [bytes.fromhex(f"{colour[1:]:f<8}") for _, colour in self.entries]
        return np.array([[0, 0, 0, 0], *[list(colour) for colour in colours]], dtype=np.uint8)


def tile_png(path: Path, zoom: int, x: int, y: int, palette: Palette) -> bytes:
    """Draw a tile of a result: PNG, 256 x 256, the same bytes each time; `empty_tile` where it has nothing.

    Raises TerrainError for a tile that does not exist and for a damaged file.
    """
    return picture_of(checked_values(path, zoom, x, y), palette)


def checked_values(path: Path, zoom: int, x: int, y: int) -> Doubles:
    """Give a tile's values as `tile_values`; raises TerrainError for no such tile and for a damaged file."""
    if not (0 <= zoom <= DEEPEST_ZOOM and 0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise TerrainError(f"Không có mảnh bản đồ {zoom}/{x}/{y}.", f"Mức phóng từ 0 đến {DEEPEST_ZOOM}.")
    try:
        return tile_values(path, zoom, x, y)
    except RasterioError as error:
        raise TerrainError("Tệp kết quả hỏng hoặc bị cắt.", "Tính lại.", file=path.name) from error


def picture_of(values: Numbers, palette: Palette) -> bytes:
    """Draw a tile's values (256, 256) as PNG; `empty_tile` where none has a colour."""
    indices = palette.indices(values)
    return drawn(indices, palette.rgba()) if indices.any() else empty_tile()


def tile_values(path: Path, zoom: int, x: int, y: int) -> Doubles:
    """Give the values at the centres of a tile's pixels (256, 256), NaN where there is none."""
    lons, lats = pixel_places(zoom, x, y)
    level = overview_level(path, path.stat().st_mtime_ns, 360 / 2**zoom / SIZE_PX)
    with opened(path, overview_level=level) as dataset:
        place = placement_of(dataset, path.name)
        columns, _ = place.pixel(lons, np.full(SIZE_PX, place.f))
        _, rows = place.pixel(np.full(SIZE_PX, place.c), lats)
        return sampled(dataset, np.floor(rows).astype(np.int64), np.floor(columns).astype(np.int64))


def sampled(dataset: Any, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Doubles:
    """Give the values where rows and columns cross, reading no more than the window around them."""
    asked = Window(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
    window = asked.meet(Window(0, 0, dataset.height, dataset.width))
    values = np.full((SIZE_PX, SIZE_PX), np.nan)
    if not window.rows or not window.columns:
        return values
    place = rasterio.windows.Window(window.left, window.top, window.columns, window.rows)
    found: Numbers = dataset.read(1, window=place)
    down = (rows >= window.top) & (rows < window.bottom)
    across = (columns >= window.left) & (columns < window.right)
    inner = found[np.ix_(rows[down] - window.top, columns[across] - window.left)].astype(np.float64)
    if dataset.nodata is not None:
        inner[inner == dataset.nodata] = np.nan
    values[np.ix_(down, across)] = inner
    return values


def pixel_places(zoom: int, x: int, y: int) -> tuple[Doubles, Doubles]:
    """Give the longitude of each column and the latitude of each row of a tile (256,), at the pixels' centres.

    >>> [array[[0, -1]].round(2).tolist() for array in pixel_places(0, 0, 0)]
    [[-179.3, 179.3], [84.99, -84.99]]
    """
    across = (x + (np.arange(SIZE_PX) + 0.5) / SIZE_PX) / 2**zoom
    down = (y + (np.arange(SIZE_PX) + 0.5) / SIZE_PX) / 2**zoom
    return across * 360 - 180, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * down))))


@lru_cache(maxsize=256)
def overview_level(path: Path, changed_ns: int, pixel_deg: float) -> int | None:
    """Give the coarsest overview that is still finer than a pixel, None for full resolution.

    `changed_ns` makes a file that was written anew another one.
    """
    with opened(path) as dataset:
        step = placement_of(dataset, path.name).a
        fine = [level for level, factor in enumerate(dataset.overviews(1)) if factor * step <= pixel_deg]
        return fine[-1] if fine else None


def drawn(indices: NDArray[np.uint8], rgba: NDArray[np.uint8]) -> bytes:
    """Draw places in a table of colours as PNG."""
    picture = Image.frombytes("P", (indices.shape[1], indices.shape[0]), indices.tobytes())
    picture.putpalette(rgba[:, :3].tobytes(), "RGB")
    out = io.BytesIO()
    picture.save(out, "PNG", transparency=rgba[:, 3].tobytes(), compress_level=6)
    return out.getvalue()


@lru_cache(maxsize=1)
def empty_tile() -> bytes:
    """Give the tile on which nothing is drawn."""
    return drawn(np.zeros((SIZE_PX, SIZE_PX), dtype=np.uint8), np.zeros((1, 4), dtype=np.uint8))
