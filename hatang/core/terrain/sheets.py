"""Files on one lattice of their own (tiles of SRTM, GLO-30, a province's map sheets) as one sheet, laid over another.

Tiles are put together before anything is resampled, so that no seam is made between them; sheets that lie on the
lattice already are copied untouched.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from hatang.core.polygons import METRES_PER_DEGREE
from hatang.core.terrain.faults import Limits
from hatang.core.terrain.grid import Doubles, Lattice, Values
from hatang.core.terrain.rasters import Placement, Readable, Window
from hatang.core.terrain.resampling import resampled

COPIED = "giữ nguyên ô"
RIM = 3
SAME_PIXEL = 1e-3
CELL_COST = 12
"""A cell that is being resampled takes the memory of so many pixels."""


@dataclass(frozen=True)
class Sheet:
    """Rasters whose pixels lie on one lattice, the first one being the most trusted; its first pixel is (0, 0)."""

    members: tuple[Readable, ...]

    @property
    def placement(self) -> Placement:
        """Lead from (column, row) of pixel corners to coordinates."""
        return self.members[0].about.placement

    @property
    def wkt(self) -> str:
        """Give the coordinate system."""
        return self.members[0].about.frame.wkt

    @property
    def in_wgs84(self) -> bool:
        """Tell whether its coordinates are longitudes and latitudes of WGS 84."""
        return not self.members[0].about.frame.moves

    def place(self, member: Readable) -> Window:
        """Give the window that a member fills."""
        column, row = self.placement.pixel(member.about.placement.c, member.about.placement.f)
        return member.about.whole.moved(round(float(row)), round(float(column)))

    @property
    def whole(self) -> Window:
        """Give the window around all members."""
        places = [self.place(member) for member in self.members]
        return Window(
            min(p.top for p in places),
            min(p.left for p in places),
            max(p.bottom for p in places),
            max(p.right for p in places),
        )

    def takes(self, other: Readable) -> bool:
        """Tell whether another raster's pixels lie on the same lattice."""
        one, two = self.members[0].about, other.about
        if one.frame.wkt != two.frame.wkt or one.placement.signs != two.placement.signs:
            return False
        corner = np.array(one.placement.pixel(two.placement.c, two.placement.f))
        far = np.array(one.placement.pixel(*two.placement.at(two.columns, two.rows)))
        whole = corner.round()
        return same_pixels(corner, whole) and same_pixels(far, np.add(whole, (two.columns, two.rows)))

    def read(self, window: Window, seen: Counter[str]) -> Values:
        """Read a window, NaN where no member has a value."""
        values = np.full((window.rows, window.columns), np.nan, dtype=np.float32)
        for member in self.members:
            place = self.place(member)
            shared = window.meet(place)
            if not shared.pixels:
                continue
            here = shared.moved(-window.top, -window.left)
            part = values[here.top : here.bottom, here.left : here.right]
            if np.isnan(part).any():
                found = member.read(shared.moved(-place.top, -place.left), seen)
                np.copyto(part, found, where=np.isnan(part))
        return values


def sheets_of(rasters: Sequence[Readable]) -> list[Sheet]:
    """Put rasters that follow each other and share their lattice together; the order stays that of trust."""
    sheets: list[Sheet] = []
    for raster in rasters:
        if sheets and sheets[-1].takes(raster):
            sheets[-1] = Sheet((*sheets[-1].members, raster))
        else:
            sheets.append(Sheet((raster,)))
    return sheets


def finer_by(sheet: Sheet, lattice: Lattice) -> float:
    """Give how many of a sheet's pixels stand beside each other in a cell of a lattice, about."""
    unit = METRES_PER_DEGREE if sheet.members[0].about.frame.projected else 1.0
    return lattice.step_lat_deg * unit / math.sqrt(abs(sheet.placement.determinant))


def offset(sheet: Sheet, lattice: Lattice) -> tuple[int, int] | None:
    """Give the pixel (row, column) that is a lattice's first cell, None where cells and pixels do not coincide."""
    if not sheet.in_wgs84 or not sheet.placement.north_up:
        return None
    pixels = sheet.placement.pixel([lattice.west_deg, lattice.east_deg], [lattice.north_deg, lattice.south_deg])
    columns, rows = np.array(pixels) - 0.5
    first = np.array([rows[0], columns[0]])
    last = np.add(first.round(), (lattice.rows - 1, lattice.columns - 1))
    if not same_pixels(first, first.round()) or not same_pixels(np.array([rows[1], columns[1]]), last):
        return None
    return round(float(rows[0])), round(float(columns[0]))


def same_pixels(one: Doubles, two: Doubles) -> bool:
    """Tell whether indices mean the same pixels."""
    return bool((np.abs(one - two) < SAME_PIXEL).all())


def laid_over(sheet: Sheet, lattice: Lattice, method: str, seen: Counter[str], limits: Limits) -> Values:
    """Give a sheet's heights at the cells of a lattice, float32 (rows, columns), NaN where it has none."""
    start = offset(sheet, lattice)
    if start:
        return sheet.read(Window(*start, start[0] + lattice.rows, start[1] + lattice.columns), seen)
    values = np.full(lattice.shape, np.nan, dtype=np.float32)
    for rows, columns, window in pieces(sheet, lattice, slice(0, lattice.rows), slice(0, lattice.columns), limits):
        if window.pixels:
            read = sheet.read(window, seen)
            corner, part = (window.top, window.left), lattice.part(rows, columns)
            pixels = partial(pixels_of, sheet)
            values[rows, columns] = resampled(read, corner, pixels, part, method, finer_by(sheet, lattice))
    return values


def pieces(
    sheet: Sheet, lattice: Lattice, rows: slice, columns: slice, limits: Limits
) -> Iterator[tuple[slice, slice, Window]]:
    """Cut a lattice into pieces whose pixels may stand in memory at once, each with its window of the sheet."""
    window = window_under(sheet, lattice.part(rows, columns))
    high, wide = rows.stop - rows.start, columns.stop - columns.start
    most_cells = limits.window_pixels // CELL_COST
    if (window.pixels <= limits.window_pixels and high * wide <= most_cells) or max(high, wide) == 1:
        yield rows, columns, window
    elif high >= wide:
        middle = rows.start + high // 2
        yield from pieces(sheet, lattice, slice(rows.start, middle), columns, limits)
        yield from pieces(sheet, lattice, slice(middle, rows.stop), columns, limits)
    else:
        middle = columns.start + wide // 2
        yield from pieces(sheet, lattice, rows, slice(columns.start, middle), limits)
        yield from pieces(sheet, lattice, rows, slice(middle, columns.stop), limits)


def window_under(sheet: Sheet, lattice: Lattice) -> Window:
    """Give the window of a sheet that the cells of a lattice can draw from; without pixels where they do not meet."""
    down = np.linspace(-1, lattice.rows, 9)
    across = np.linspace(-1, lattice.columns, 9)
    lons = lattice.west_deg + across * lattice.step_lon_deg
    lats = np.clip(lattice.north_deg - down * lattice.step_lat_deg, -90, 90)
    lon, lat = (array.ravel() for array in np.meshgrid(lons, lats))
    column, row = pixels_of(sheet, lon, lat)
    known = np.isfinite(column) & np.isfinite(row)
    if not known.any():
        return Window(0, 0, 0, 0)
    column, row = column[known], row[known]
    bulge = RIM + int(max(np.ptp(column) / lattice.columns, np.ptp(row) / lattice.rows)) * 2
    asked = Window(
        int(np.floor(row.min())) - bulge,
        int(np.floor(column.min())) - bulge,
        int(np.ceil(row.max())) + bulge,
        int(np.ceil(column.max())) + bulge,
    )
    return asked.meet(sheet.whole)


def pixels_of(sheet: Sheet, lon: Doubles, lat: Doubles) -> tuple[Doubles, Doubles]:
    """Give columns and rows, with fractions, of places; infinite where the sheet's system does not reach."""
    x, y = (lon, lat) if sheet.in_wgs84 else from_wgs84(sheet.wkt).transform(lon, lat)
    return sheet.placement.pixel(x, y)


@lru_cache(maxsize=16)
def from_wgs84(wkt: str) -> Transformer:
    """Give the transformation from WGS 84 longitude and latitude to a system."""
    return Transformer.from_crs(CRS.from_epsg(4326), CRS.from_wkt(wkt), always_xy=True)


def placement_over(lattice: Lattice) -> Placement:
    """Lead from (column, row) of cell corners to longitude and latitude."""
    lon, lat = lattice.step_lon_deg, lattice.step_lat_deg
    return Placement(lon, 0, lattice.west_deg - lon / 2, 0, -lat, lattice.north_deg + lat / 2)


def inside(sheet: Sheet, lon: Doubles, lat: Doubles) -> NDArray[np.bool_]:
    """Tell which places lie on a member of a sheet, whether it has a value there or not."""
    column, row = pixels_of(sheet, lon, lat)
    found = np.zeros(lon.shape, dtype=bool)
    for member in sheet.members:
        place = sheet.place(member)
        found |= (column >= place.left) & (column <= place.right) & (row >= place.top) & (row <= place.bottom)
    return found
