"""Terrain for an area out of several files: the first file that has a height gives it, holes are closed, gaps told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hatang.core.polygons import METRES_PER_DEGREE
from hatang.core.terrain import positions, voids
from hatang.core.terrain.faults import LIMITS, Limits, TerrainError
from hatang.core.terrain.geotiff import open_geotiff
from hatang.core.terrain.grid import Area, Grid, Lattice, Values, lattice_around, written
from hatang.core.terrain.hgt import is_hgt, open_hgt
from hatang.core.terrain.rasters import Readable
from hatang.core.terrain.reports import NotCoveredError, Report, SourceUse, gaps_in
from hatang.core.terrain.resampling import LABELS
from hatang.core.terrain.sheets import COPIED, Sheet, finer_by, inside, laid_over, offset, sheets_of
from hatang.core.vietnamese import number

ARC_SECOND = 1 / 3600
RIGHT_FILES = "Thêm tệp cho phần thiếu (xem docs/dia-hinh.md), hoặc thu hẹp khu vực."
FOR_HEIGHTS = ("bilinear", "average", "nearest")
NAMED_FILES = 5
Gap = Literal["refuse", "leave", "sea"]


@dataclass(frozen=True)
class Source:
    """A file of heights and what the user says of it where the file itself does not: see `open_geotiff`."""

    path: Path
    crs: str = ""
    metres_per_unit: float | None = None
    sea_floor: bool = False


@dataclass(frozen=True)
class Terrain:
    """Heights in metres above the sea over a lattice, and how they came about."""

    grid: Grid
    report: Report


@dataclass(frozen=True)
class Mosaic:
    """Opened files, the most trusted first; nothing of them is in memory."""

    sheets: tuple[Sheet, ...]
    limits: Limits = LIMITS

    def lattice(self, area: Area, step_deg: float | None = None) -> Lattice:
        """Give the lattice for an area: the first file's own where it is in WGS 84, so that heights stay as they are.

        With `step_deg`, or for a file in another system (its step rounded to a tenth of an arc-second), cells lie on
        whole multiples of the step. Centres enclose the area.
        """
        place = self.sheets[0].placement
        if step_deg is not None:
            return lattice_around(area, step_deg, step_deg)
        if self.sheets[0].in_wgs84 and place.north_up:
            return lattice_around(area, place.a, -place.e, (place.c + place.a / 2, place.f + place.e / 2))
        unit = METRES_PER_DEGREE if self.sheets[0].members[0].about.frame.projected else 1.0
        tenths = max(round(abs(place.determinant) ** 0.5 / unit / ARC_SECOND * 10), 1)
        return lattice_around(area, tenths * ARC_SECOND / 10, tenths * ARC_SECOND / 10)

    def read(
        self,
        lattice: Lattice,
        *,
        method: str = "",
        reach_cells: int = voids.REACH_CELLS,
        gaps: Gap = "refuse",
    ) -> Terrain:
        """Read the heights at the cells of a lattice.

        `method` (bilinear, average, nearest) resamples files that do not lie on it; by default average for files at
        least twice as fine, bilinear for others. Holes are closed from heights at most `reach_cells` away (0: not at
        all). What is then without height raises NotCoveredError; with `gaps` "leave" it stays NaN, with "sea" it is the
        sea at 0 m (files of the coast end there), both told in the report. Raises TerrainError for a damaged file,
        heights that cannot be, and more cells than the limits allow. The same cell gets the same height whatever
        lattice it is read in (to a centimetre where files are resampled).
        """
        if method and method not in FOR_HEIGHTS:
            raise TerrainError(f"Không có cách lấy mẫu “{method}”.", f"Chọn một trong: {', '.join(FOR_HEIGHTS)}.")
        wide = lattice.grown(max(reach_cells, 0))
        self.check_cells(wide)
        values, uses = self.collect(lattice, wide, method)
        closed = voids.filled(Grid.over(wide, values), reach_cells)
        raw, grid = cut(values, wide, lattice), Grid.over(lattice, cut(closed.values, wide, lattice))
        report = self.report_on(raw, grid, uses)
        if report.gaps and gaps == "refuse":
            raise self.not_covered(lattice, report)
        if report.gaps and gaps == "sea":
            return Terrain(Grid.over(lattice, np.nan_to_num(grid.values)), replace(report, gaps_are_sea=True))
        return Terrain(grid, report)

    def check_cells(self, lattice: Lattice) -> None:
        """Refuse an answer that is too big for the memory."""
        if lattice.rows * lattice.columns > self.limits.result_cells:
            raise TerrainError(
                f"Khu vực cần {number(lattice.rows)} × {number(lattice.columns)} ô, "
                f"quá {number(self.limits.result_cells)}.",
                "Chia khu vực thành mảnh, hoặc dùng bước lưới lớn hơn.",
            )

    def collect(self, lattice: Lattice, wide: Lattice, method: str) -> tuple[Values, list[SourceUse]]:
        """Take each cell from the first sheet that has it; `lattice` is where shares are counted."""
        values = np.full(wide.shape, np.nan, dtype=np.float32)
        core = cut(values, wide, lattice)
        uses = []
        for sheet in self.sheets:
            seen: Counter[str] = Counter()
            before = np.isnan(core).sum()
            own = method or ("average" if finer_by(sheet, lattice) >= 2 else "bilinear")
            add_missing(values, wide, sheet, own, seen, self.limits)
            share = 100 * float(before - np.isnan(core).sum()) / core.size
            uses.append(use_of(sheet, lattice, own, share, seen))
        return values, uses

    def report_on(self, raw: Values, grid: Grid, uses: list[SourceUse]) -> Report:
        """Say what the files gave and what was closed."""
        void, missing = np.isnan(raw), np.isnan(grid.values)
        rows, columns = np.nonzero(void)
        lon, lat = grid.lattice.lons_deg()[columns], grid.lattice.lats_deg()[rows]
        within = np.zeros(len(rows), dtype=bool)
        for sheet in self.sheets:
            within |= inside(sheet, lon, lat)
        filled = int((void & ~missing).sum())
        return Report(raw.size, int(within.sum()), filled, gaps_in(missing, grid.lattice), tuple(uses))

    def not_covered(self, lattice: Lattice, report: Report) -> NotCoveredError:
        """Say which part of an area no file has, and where files lie that give nothing."""
        assert report.gaps
        rasters = [member.about for sheet in self.sheets for member in sheet.members]
        idle = [raster for raster in rasters if not positions.touches(raster, lattice.area)]
        message = f"Địa hình không phủ hết khu vực {written(lattice.area)}. {report.gaps.sentence()}"
        told = "; ".join(positions.elsewhere(raster, lattice.area) for raster in idle[:NAMED_FILES])
        more = f"; và {len(idle) - NAMED_FILES} tệp khác" if len(idle) > NAMED_FILES else ""
        if idle:
            message += f" Không chạm khu vực này: {told}{more}."
        return NotCoveredError(message, RIGHT_FILES, report.gaps, report)


def open_terrain(sources: Sequence[Source | Path], *, limits: Limits = LIMITS) -> Mosaic:
    """Open files of heights (GeoTIFF, HGT), the most trusted first; no pixel is read yet.

    Raises TerrainError that names the file: no such kind, damaged, too big, without or with a wrong coordinate system.
    """
    if not sources:
        raise TerrainError("Chưa có tệp địa hình nào.", "Chọn ít nhất một tệp .tif, .hgt hoặc .hgt.gz.")
    named = [source if isinstance(source, Source) else Source(source) for source in sources]
    return Mosaic(tuple(sheets_of([open_raster(source, limits) for source in named])), limits)


def open_raster(source: Source, limits: Limits) -> Readable:
    """Open a file by its kind."""
    if is_hgt(source.path):
        if not source.path.is_file():
            raise TerrainError("Không có tệp này.", "Kiểm tra đường dẫn.", file=str(source.path))
        return open_hgt(source.path)
    return open_geotiff(
        source.path,
        crs=source.crs,
        metres_per_unit=source.metres_per_unit,
        sea_floor=source.sea_floor,
        limits=limits,
    )


def add_missing(
    values: Values, lattice: Lattice, sheet: Sheet, method: str, seen: Counter[str], limits: Limits
) -> None:
    """Put a sheet's heights into cells that have none yet, reading no more than the box around them."""
    missing = np.isnan(values)
    rows, columns = np.flatnonzero(missing.any(axis=1)), np.flatnonzero(missing.any(axis=0))
    if not len(rows):
        return
    down, across = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    found = laid_over(sheet, lattice.part(down, across), method, seen, limits)
    np.copyto(values[down, across], found, where=missing[down, across])


def use_of(sheet: Sheet, lattice: Lattice, method: str, percent: float, seen: Counter[str]) -> SourceUse:
    """Say what a sheet gave."""
    abouts = [member.about for member in sheet.members]
    remarks = dict.fromkeys(note for about in abouts for note in about.notes)
    counted = [f"{number(count)} {what}." for what, count in sorted(seen.items()) if count]
    how = LABELS[method] if offset(sheet, lattice) is None else COPIED
    names = tuple(about.name for about in abouts)
    return SourceUse(names, abouts[0].frame.label, how, percent, (*remarks, *counted))


def cut(values: NDArray[np.float32], wide: Lattice, lattice: Lattice) -> Values:
    """Cut an array over a grown lattice back to the lattice (a view)."""
    top = round((wide.north_deg - lattice.north_deg) / lattice.step_lat_deg)
    left = round((lattice.west_deg - wide.west_deg) / lattice.step_lon_deg)
    return values[top : top + lattice.rows, left : left + lattice.columns]
