"""Sea, coastal land and inland over a grid: the zones of ITU-R P.1812 (§3.3, Table 1), out of a map of the sea.

Coastal land is what lies at most 100 m high and at most 50 km from the sea. The Recommendation counts as sea the oceans
and waters that hold a circle of 100 km; which these are, the map of the user says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio.features
from numpy.typing import NDArray

from hatang.core.polygons import METRES_PER_DEGREE, mended
from hatang.core.radio.p1812.profile import COASTAL, INLAND, SEA
from hatang.core.terrain.clutter import ClassRaster, Clutter, LandClass
from hatang.core.terrain.faults import LIMITS, Limits, TerrainError
from hatang.core.terrain.geotiff import open_geotiff
from hatang.core.terrain.grid import Doubles, Grid, Lattice, lattice_around
from hatang.core.terrain.reports import share_text
from hatang.core.terrain.sheets import laid_over, placement_over, sheets_of
from hatang.core.vector_files import open_vector

Mask = NDArray[np.bool_]
COAST_M, COAST_KM = 100.0, 50.0
COARSE_DEG = 0.01
"""Distances to the sea are told to half of this (0.5 km): fine enough for 50 km."""
NO_SEA = "Mọi đường truyền coi như trên đất liền: chưa có mặt nạ biển."
RASTER_SUFFIXES = (".tif", ".tiff")
ONLY_SEA = "Mặt nạ biển chỉ có 1 (biển) và 0 (đất)."


@dataclass(frozen=True)
class Sea:
    """A map of the sea: `over` tells for the cells of any lattice whether they are sea; `name` is what messages say."""

    name: str
    over: Callable[[Lattice], Mask]


@dataclass(frozen=True)
class Zones:
    """Zones over a lattice, uint8 (rows, columns): 1 sea, 3 coastal land, 4 inland; and a sentence on them."""

    values: NDArray[np.uint8]
    statement: str


def open_sea(path: Path, *, crs: str = "", limits: Limits = LIMITS) -> Sea:
    """Open a map of the sea: a GeoTIFF of 1 (sea) and 0 (land; no value is land too), or polygons of the sea
    (GeoJSON, GeoPackage, KML, shapefile).

    Raises TerrainError, VectorFileError; what stands in a GeoTIFF is only seen when it is read.
    """
    if path.suffix.lower() in RASTER_SUFFIXES:
        return sea_in_raster(path, crs, limits)
    return sea_in_polygons(path, crs)


def sea_in_raster(path: Path, crs: str, limits: Limits) -> Sea:
    """Open a GeoTIFF of the sea."""
    (sheet,) = sheets_of([ClassRaster(open_geotiff(path, crs=crs, metres_per_unit=1, limits=limits))])

    def over(lattice: Lattice) -> Mask:
        values = laid_over(sheet, lattice, "nearest", Counter(), limits)
        strange = values[~np.isnan(values) & (values != 0) & (values != 1)]
        if len(strange):
            raise TerrainError(f"{ONLY_SEA} Có giá trị {strange[0]:g}.", "Đổi lớp biển thành 1.", file=path.name)
        return np.asarray(values == 1)

    return Sea(path.name, over)


def sea_in_polygons(path: Path, crs: str) -> Sea:
    """Open polygons of the sea; a shape that cannot be used is refused, for half a sea would mislead."""
    file = open_vector(path, crs=crs or None, polygons_only=True, beside=True)
    shapes = []
    for feature in file.features():
        if feature.geometry is None:
            raise TerrainError(f"Hình số {feature.number}: {feature.fault}", "Sửa hình này.", file=path.name)
        shapes += list(mended(feature.geometry).geometry.geoms)
    if not shapes:
        raise TerrainError("Không có vùng nào.", "Tệp cần các vùng (polygon) là mặt biển.", file=path.name)

    def over(lattice: Lattice) -> Mask:
        place = rasterio.Affine(*placement_over(lattice))
        burnt = rasterio.features.rasterize(
            [(shape, 1) for shape in shapes], out_shape=lattice.shape, transform=place, dtype="uint8"
        )
        return np.asarray(burnt == 1)

    return Sea(path.name, over)


def sea_in_clutter(clutter: Clutter, table: Sequence[LandClass]) -> Sea | None:
    """Take the classes that the table calls sea; None where it calls none so. Beyond the clutter nothing is sea."""
    classes = [one.value for one in table if one.sea]
    if not classes:
        return None
    lattice = clutter.heights.lattice
    known = Grid.over(lattice, np.isin(clutter.classes, classes).astype(np.float32))

    def over(asked: Lattice) -> Mask:
        if asked == lattice:
            return np.asarray(known.values == 1)
        lons, lats = np.meshgrid(asked.lons_deg(), asked.lats_deg())
        return np.asarray(known.nearest(lons, lats) == 1)

    return Sea(f"lớp phủ {', '.join(one.name for one in table if one.sea)}", over)


def zones_over(heights: Grid, sea: Sea) -> Zones:
    """Tell sea, coastal land and inland over a grid of heights (m above sea, no NaN)."""
    lattice = heights.lattice
    wet = sea.over(lattice)
    coastal = ~wet & (heights.values <= COAST_M) & near_sea(lattice, sea)
    values = np.where(wet, SEA, np.where(coastal, COASTAL, INLAND)).astype(np.uint8)
    shares = [share_text(100 * float(part.mean())) for part in (wet, coastal)]
    told = f"Biển theo {sea.name}: {shares[0]} khu vực; đất ven biển (thấp hơn {COAST_M:g} m, cách biển không quá"
    return Zones(values, f"{told} {COAST_KM:g} km): {shares[1]}.")


def near_sea(lattice: Lattice, sea: Sea) -> Mask:
    """Tell which cells lie within 50 km of the sea, that beyond the lattice included; by a coarser lattice."""
    west, south, east, north = lattice.area
    up = 1000 * COAST_KM / METRES_PER_DEGREE + COARSE_DEG
    across = up / np.cos(np.radians(max(abs(south), abs(north)) + up))
    wide = lattice_around((west - across, south - up, east + across, north + up), COARSE_DEG, COARSE_DEG)
    near = to_sea_km(wide, sea.over(wide)) <= COAST_KM
    rows, _ = wide.indices(np.full(lattice.rows, wide.west_deg), lattice.lats_deg())
    _, columns = wide.indices(lattice.lons_deg(), np.full(lattice.columns, wide.north_deg))
    return near[np.ix_(np.rint(rows).astype(np.int64), np.rint(columns).astype(np.int64))]


def to_sea_km(lattice: Lattice, wet: Mask) -> Doubles:
    """Give each cell's distance to the nearest cell of sea (rows, columns), km; infinite beyond 50 km up or down.

    >>> lattice = Lattice(106, 21, 0.01, 0.01, 3, 3)
    >>> to_sea_km(lattice, np.array([[1, 0, 0], [0, 0, 0], [0, 0, 0]], dtype=bool)).round(2).tolist()[0]
    [0.0, 1.04, 2.08]
    """
    row_km, column_km = lattice.step_lat_deg * METRES_PER_DEGREE / 1000, lattice.step_lon_deg * METRES_PER_DEGREE / 1000
    beside = along_rows(wet) * column_km * np.cos(np.radians(lattice.lats_deg()))[:, None]
    squares, found = beside**2, beside**2
    for away in range(1, min(int(COAST_KM / row_km) + 1, lattice.rows - 1) + 1):
        found[away:] = np.minimum(found[away:], squares[:-away] + (away * row_km) ** 2)
        found[:-away] = np.minimum(found[:-away], squares[away:] + (away * row_km) ** 2)
    return np.sqrt(found)


def along_rows(wet: Mask) -> Doubles:
    """Give how many columns away the nearest sea of each cell's own row is, infinite where the row has none.

    >>> along_rows(np.array([[0, 1, 0, 0], [0, 0, 0, 0]], dtype=bool)).tolist()
    [[1.0, 0.0, 1.0, 2.0], [inf, inf, inf, inf]]
    """
    places = np.arange(wet.shape[1], dtype=np.float64)
    before = np.maximum.accumulate(np.where(wet, places, -np.inf), axis=1)
    behind = np.minimum.accumulate(np.where(wet, places, np.inf)[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(places - before, behind - places)
