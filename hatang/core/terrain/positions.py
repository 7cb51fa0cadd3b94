"""Whether a raster's numbers can be in the coordinate system it is said to be in, and what else they may be."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from hatang.core.polygons import METRES_PER_DEGREE
from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.grid import Area, written
from hatang.core.terrain.rasters import Placement, Raster
from hatang.core.vector_files import crs as systems
from hatang.core.vector_files.crs import Extent, Frame
from hatang.core.vector_files.faults import Choice, ShapeError, VectorFileError
from hatang.core.vector_files.shapes import VIETNAM

MOST_CHOICES = 4
SWAPPED_PLANE = (
    systems.PLANE_OF_VIETNAM[1],
    systems.PLANE_OF_VIETNAM[0],
    systems.PLANE_OF_VIETNAM[3],
    systems.PLANE_OF_VIETNAM[2],
)
DEGREES = (
    Choice("EPSG:4326", "EPSG:4326 WGS 84 (độ)"),
    Choice("EPSG:4756", "EPSG:4756 VN-2000 (độ)"),
)


def frame_named(crs: str, file: str) -> Frame:
    """Give the system that a text names (EPSG code or WKT). Raises TerrainError for what names none on the ground."""
    try:
        return systems.chosen(crs)
    except VectorFileError as error:
        raise TerrainError(error.message, error.right, file=file) from error


def extent_of(placement: Placement, rows: int, columns: int) -> Extent:
    """Give the least and greatest coordinates of a raster in its own system, x first."""
    x, y = placement.at(np.array([0.0, columns, 0, columns]), np.array([0.0, 0, rows, rows]))
    return (float(x.min()), float(y.min()), float(x.max()), float(y.max()))


def nameless(extent: Extent, file: str) -> TerrainError:
    """Say that a file names no coordinate system, and which ones its numbers fit."""
    choices = fitting(extent)
    if not choices:
        return TerrainError(
            f"Tệp không ghi hệ tọa độ và số liệu ({shown(extent)}) không khớp hệ nào của Việt Nam.",
            "Gán hệ tọa độ bằng QGIS hoặc gdal_edit -a_srs EPSG:…, rồi thử lại.",
            file=file,
        )
    return TerrainError(
        "Tệp không ghi hệ tọa độ.",
        f"Mở lại với crs là một trong: {'; '.join(choice.label for choice in choices)}.",
        file=file,
        choices=choices,
    )


def checked_position(extent: Extent, frame: Frame, file: str) -> None:
    """Raise TerrainError where coordinates cannot be in the system: swapped, degrees for metres, metres for degrees."""
    x0, y0, x1, y1 = extent
    if frame.projected:
        if max(map(abs, extent)) <= 360:
            raise TerrainError(
                f"Tệp ghi hệ {frame.label} (mét) nhưng tọa độ là độ ({shown(extent)}).",
                f"Mở lại với crs là {DEGREES[0].value} hoặc {DEGREES[1].value}.",
                file=file,
                choices=DEGREES,
            )
        if frame.wkt in vietnamese() and fits(extent, SWAPPED_PLANE):
            raise swapped(extent, file)
        return
    if y0 >= -90.5 and y1 <= 90.5 and x0 >= -360 and x1 <= 540:
        return
    if x0 >= -90.5 and x1 <= 90.5 and max(abs(y0), abs(y1)) <= 360:
        raise swapped(extent, file)
    choices = fitting(extent)
    can_be = f"Có thể là {'; '.join(c.label for c in choices)}: mở lại với crs ấy." if choices else systems.RIGHT_CODE
    raise TerrainError(
        f"Tệp ghi hệ {frame.label} (độ) nhưng tọa độ là mét ({shown(extent)}).", can_be, file=file, choices=choices
    )


def swapped(extent: Extent, file: str) -> TerrainError:
    """Say that a raster's x and y have changed places."""
    return TerrainError(
        f"Kinh độ và vĩ độ (x và y) của tệp bị đổi chỗ ({shown(extent)}).",
        "Xuất lại tệp với x là kinh độ hoặc hướng đông, y là vĩ độ hoặc hướng bắc (gdal_translate -a_ullr).",
        file=file,
    )


@lru_cache(maxsize=1)
def vietnamese() -> frozenset[str]:
    """Give the zones of VN-2000 and UTM that Viet Nam uses."""
    return frozenset(systems.chosen(f"EPSG:{code}").wkt for code in systems.CANDIDATES)


def fits(extent: Extent, frame: Extent) -> bool:
    """Tell whether an extent lies in another one."""
    return extent[0] >= frame[0] and extent[1] >= frame[1] and extent[2] <= frame[2] and extent[3] <= frame[3]


def fitting(extent: Extent, area: Area | None = None) -> tuple[Choice, ...]:
    """Give the systems of Viet Nam in which numbers lie where they should (in an area, or anywhere in the country)."""
    if max(map(abs, extent)) <= 360:
        west, south, east, north = area or VIETNAM
        x0, y0, x1, y1 = extent
        return DEGREES if x0 < east and x1 > west and y0 < north and y1 > south else ()
    try:
        return tuple(systems.fitting(extent, area and widened(area, extent)))[:MOST_CHOICES]
    except ShapeError:
        return ()


def widened(area: Area, extent: Extent) -> Area:
    """Give an area with room around it for a raster in metres that covers it only in part or reaches beyond."""
    room = max(extent[2] - extent[0], extent[3] - extent[1]) / METRES_PER_DEGREE
    return (area[0] - room, area[1] - room, area[2] + room, area[3] + room)


def area_of(raster: Raster) -> Area:
    """Give the box of a raster in WGS 84 (west, south, east, north); raises TerrainError where it has none."""
    try:
        points = raster.frame.to_wgs84(raster.outline())
    except ShapeError as error:
        raise TerrainError(
            f"Không chuyển được tọa độ của tệp sang WGS 84: {error}", systems.RIGHT_CODE, file=raster.name
        ) from error
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    return (float(west), float(south), float(east), float(north))


def touches(raster: Raster, area: Area) -> bool:
    """Tell whether a raster's box and an area meet."""
    west, south, east, north = area_of(raster)
    return west <= area[2] and area[0] <= east and south <= area[3] and area[1] <= north


def elsewhere(raster: Raster, area: Area) -> str:
    """Say where a raster lies that does not touch an area, and in which other system it would."""
    own = extent_of(raster.placement, raster.rows, raster.columns)
    choices = [choice for choice in fitting(own, area) if choice.label != raster.frame.label]
    text = f"{raster.name} phủ {written(area_of(raster))} theo hệ {raster.frame.label}"
    if raster.frame.projected and choices:
        text += f" (nếu hệ thật là {choices[0].label} thì tệp nằm trong khu vực này)"
    return text


def metres_of_heights(name: str) -> tuple[float, str]:
    """Give how many metres the heights' unit in a system has, and a remark where they are not above the sea."""
    crs = systems.parsed(name)
    if crs is None:
        return 1.0, ""
    if crs.is_compound and len(crs.sub_crs_list) > 1 and crs.sub_crs_list[1].axis_info:
        return float(crs.sub_crs_list[1].axis_info[0].unit_conversion_factor), ""
    if crs.is_geographic and len(crs.axis_info) == 3:
        return float(crs.axis_info[2].unit_conversion_factor), (
            "Độ cao tính từ ellipsoid, không phải từ mực nước biển: có thể lệch vài chục mét."
        )
    return 1.0, ""


def shown(extent: Extent) -> str:
    """Write an extent as it stands in the file."""
    x0, y0, x1, y1 = (f"{value:.6g}" for value in extent)
    return f"x {x0} … {x1}, y {y0} … {y1}"
