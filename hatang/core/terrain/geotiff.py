"""GeoTIFF (OGC 19-008r4) through GDAL, opened with suspicion: by its own heading first, then window by window.

Only the driver GTiff is let near a file, and no file beside it (.aux.xml, .tfw, .ovr) is read.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.windows
from numpy.typing import NDArray
from rasterio.enums import MaskFlags
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError

from hatang.core.terrain import positions
from hatang.core.terrain.faults import LIMITS, Limits, TerrainError
from hatang.core.terrain.grid import Values
from hatang.core.terrain.rasters import Numbers, Placement, Raster, Window, heights_m
from hatang.core.vietnamese import number

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
OTHERS = {
    b"PK": ("Tệp là tệp nén ZIP.", "Giải nén, rồi dùng tệp .tif hoặc .hgt bên trong."),
    b"\x1f\x8b": ("Tệp nén gzip.", "Giải nén tệp .tif; chỉ tệp .hgt.gz được đọc khi còn nén."),
    b"ncols": ("Tệp là lưới ASCII (.asc).", "Chuyển sang GeoTIFF: gdal_translate vào.asc ra.tif."),
    b"\x89PNG": ("Tệp là ảnh PNG.", "Dùng GeoTIFF có độ cao, không dùng ảnh."),
    b"\xff\xd8": ("Tệp là ảnh JPEG.", "Dùng GeoTIFF có độ cao, không dùng ảnh."),
}
SETTINGS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_CACHEMAX": 64,
    "GDAL_NUM_THREADS": "1",
    "PROJ_NETWORK": "OFF",
}
UNITS = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "mét"), 1.0),
    **dict.fromkeys(("ft", "foot", "feet"), 0.3048),
    **dict.fromkeys(("us survey foot", "us-ft", "ftus"), 1200 / 3937),
    **dict.fromkeys(("dm", "decimetre", "decimeter"), 0.1),
    **dict.fromkeys(("cm", "centimetre", "centimeter"), 0.01),
}
FARTHEST, LEAST_PIXEL = 1e9, 1e-18
"""No coordinate on Earth, in whatever unit, is larger; no pixel smaller (a nanodegree each way)."""
RIGHT_TILES = "Chia khối lại: gdal_translate -co TILED=YES -co COMPRESS=DEFLATE vào.tif ra.tif."
DAMAGED = "Chép hoặc tải lại tệp; thử mở bằng QGIS."


@dataclass(frozen=True)
class GeoTiff:
    """A GeoTIFF of one band, its heading checked."""

    about: Raster
    nodata: float | None = None

    def read(self, window: Window, seen: Counter[str]) -> Values:
        """Read a window of heights in metres, NaN where the file declares a void."""
        pixels, void = self.numbers(window)
        return heights_m(pixels, void, self.about, seen)

    def numbers(self, window: Window) -> tuple[Numbers, NDArray[np.bool_]]:
        """Read a window as it stands in the file, and which of it is void."""
        place = rasterio.windows.Window(window.left, window.top, window.columns, window.rows)
        try:
            with opened(self.about.path) as dataset:
                pixels = dataset.read(1, window=place)
                masked = MaskFlags.per_dataset in dataset.mask_flag_enums[0]
                hidden = dataset.read_masks(1, window=place) == 0 if masked else False
        except RasterioError as error:
            raise TerrainError(
                f"Tệp hỏng hoặc bị cắt ở hàng {number(window.top)}–{number(window.bottom)}.",
                DAMAGED,
                file=self.about.name,
            ) from error
        void = np.isnan(pixels) if pixels.dtype.kind == "f" else np.zeros(pixels.shape, dtype=bool)
        void |= hidden
        if self.nodata is not None and not np.isnan(self.nodata):
            void |= pixels == self.nodata
        return pixels, void


@contextmanager
def opened(path: Path, **options: object) -> Iterator[Any]:
    """Open a GeoTIFF in GDAL, alone, without the network; options are those of `rasterio.open`."""
    with rasterio.Env(**SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, driver="GTiff", **options) as dataset:
            yield dataset


def open_geotiff(
    path: Path,
    *,
    crs: str = "",
    metres_per_unit: float | None = None,
    sea_floor: bool = False,
    limits: Limits = LIMITS,
) -> GeoTiff:
    """Open a GeoTIFF of one band without reading its pixels.

    `crs` (EPSG code or WKT) and `metres_per_unit` overrule what the file says; with `sea_floor` negative heights are
    depths and count as the surface of the sea. Raises TerrainError for another kind of file, for several bands, for
    more pixels than the limits allow, and for a position that the coordinate system cannot have.
    """
    check_signature(path, limits)
    try:
        with opened(path) as dataset:
            check_size(dataset, path.name, limits)
            wkt = crs or wkt_of(dataset, path.name)
            placement = placement_of(dataset, path.name)
            extent = positions.extent_of(placement, dataset.height, dataset.width)
            if not wkt:
                raise positions.nameless(extent, path.name)
            frame = positions.frame_named(wkt, path.name)
            positions.checked_position(extent, frame, path.name)
            factor, notes = unit_of(dataset, wkt, metres_per_unit, path.name)
            size = (dataset.height, dataset.width)
            scale, shift = dataset.scales[0] * factor, dataset.offsets[0] * factor
            about = Raster(path, frame, placement, *size, scale, shift, sea_floor, (*frame.notes, *notes))
            return GeoTiff(about, dataset.nodata)
    except RasterioError as error:
        raise TerrainError("Không mở được tệp GeoTIFF: tệp hỏng hoặc bị cắt.", DAMAGED, file=path.name) from error


def check_signature(path: Path, limits: Limits) -> None:
    """Refuse by size and first bytes what is no TIFF, and say what it is instead."""
    if not path.is_file():
        raise TerrainError("Không có tệp này.", "Kiểm tra đường dẫn.", file=str(path))
    if path.stat().st_size > limits.file_bytes:
        raise TerrainError(
            f"Tệp lớn hơn {number(limits.file_bytes / 1e9, 1)} GB.", "Cắt tệp theo tỉnh.", file=path.name
        )
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(SIGNATURES):
        return
    known = [words for start, words in OTHERS.items() if head.startswith(start)]
    message, right = known[0] if known else ("Tệp không phải GeoTIFF hay HGT.", "Dùng .tif, .hgt hoặc .hgt.gz.")
    raise TerrainError(message, right, file=path.name)


def check_size(dataset: Any, name: str, limits: Limits) -> None:
    """Refuse by its heading what is too big, or no table of single numbers."""
    if dataset.count != 1:
        raise TerrainError(
            f"Tệp có {dataset.count} băng; độ cao hay lớp phủ chỉ có một băng.",
            "Đây có thể là ảnh; nếu không, tách băng: gdal_translate -b 1 vào.tif ra.tif.",
            file=name,
        )
    if np.dtype(dataset.dtypes[0]).kind not in "iuf":
        raise TerrainError(f"Kiểu số {dataset.dtypes[0]} không dùng cho độ cao.", "Dùng int16 hoặc float32.", file=name)
    if dataset.width * dataset.height > limits.file_pixels:
        raise TerrainError(
            f"Tệp có {number(dataset.width)} × {number(dataset.height)} điểm, quá {number(limits.file_pixels)}.",
            "Cắt theo tỉnh hoặc giảm độ phân giải: gdal_translate -projwin … hoặc -tr ….",
            file=name,
        )
    rows, columns = dataset.block_shapes[0]
    if rows * columns > limits.block_pixels:
        raise TerrainError(f"Một khối của tệp có {number(rows)} × {number(columns)} điểm.", RIGHT_TILES, file=name)


def wkt_of(dataset: Any, name: str) -> str:
    """Give the coordinate system that the file names as WKT, empty where it names none."""
    try:
        return str(dataset.crs.to_wkt(version="WKT2_2019")) if dataset.crs else ""
    except CRSError as error:
        raise TerrainError("Hệ tọa độ ghi trong tệp không đọc được.", "Mở lại với crs.", file=name) from error


def placement_of(dataset: Any, name: str) -> Placement:
    """Give the way from pixels to coordinates, or say that the file has no place on the ground."""
    found = Placement(*dataset.transform[:6])
    nowhere = found == (1, 0, 0, 0, 1, 0)
    if nowhere or not (np.abs(found) < FARTHEST).all() or not abs(found.determinant) > LEAST_PIXEL:
        raise TerrainError(
            "Tệp không ghi vị trí (không có tọa độ góc và cỡ điểm ảnh).",
            "Xuất lại GeoTIFF có tọa độ; tệp .tfw đi kèm không được đọc.",
            file=name,
        )
    return found


def unit_of(dataset: Any, wkt: str, stated: float | None, name: str) -> tuple[float, tuple[str, ...]]:
    """Give how many metres the heights' unit has, with remarks; raises TerrainError for a unit that is not known."""
    if stated is not None:
        if not 0 < stated <= 1000:
            raise TerrainError("metres_per_unit phải là số dương.", "Ví dụ 0.3048 cho feet.", file=name)
        return stated, ()
    text = (dataset.units[0] or "").strip().lower()
    if text and text not in UNITS:
        raise TerrainError(
            f"Không hiểu đơn vị độ cao “{text[:30]}”.", "Ghi metres_per_unit, ví dụ 1 cho mét.", file=name
        )
    by_crs, remark = positions.metres_of_heights(wkt)
    factor = UNITS[text] if text else by_crs
    notes = [remark] if remark else []
    if factor != 1:
        notes.append(f"Độ cao trong tệp theo đơn vị {number(factor, 4)} m, đã đổi sang mét.")
    return factor, tuple(notes)
