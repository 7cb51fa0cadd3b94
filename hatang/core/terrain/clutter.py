"""What stands on the ground: classes of land cover and the representative height of each.

ITU-R P.1812, table 2, gives the heights where nothing better is known. Which class of a map is which of
its categories nobody has laid down: that is a table which the user brings and can change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hatang.core.cells import Cell, TableError
from hatang.core.radio.p1812.clutter import NAMES, REPRESENTATIVE_HEIGHTS_M
from hatang.core.tables import Row, Table, number_at, read_table
from hatang.core.terrain.faults import LIMITS, TerrainError
from hatang.core.terrain.geotiff import GeoTiff, open_geotiff
from hatang.core.terrain.grid import Grid, Lattice, Values
from hatang.core.terrain.rasters import Raster, Window
from hatang.core.terrain.reports import SourceUse, share_text
from hatang.core.terrain.resampling import LABELS
from hatang.core.terrain.sheets import finer_by, laid_over, sheets_of
from hatang.core.vietnamese import number, search_key

P1812_HEIGHTS_M = {NAMES[category]: height for category, height in REPRESENTATIVE_HEIGHTS_M.items()}
"""P.1812's categories of ground cover by name, and their representative heights in metres."""

NO_CLASS = -1
HIGHEST_M = 300.0
MOST_CLASSES = 1_000
COLUMNS = {
    "value": ("value", "giá trị", "mã lớp", "lớp"),
    "name": ("name", "tên", "tên lớp"),
    "height_m": ("height_m", "chiều cao", "chiều cao (m)", "chiều cao đại diện (m)"),
    "category": ("category", "loại", "loại P.1812", "nhóm"),
    "kind": ("kind", "vùng", "biển"),
}
SEA_WORDS = ("biển", "nước biển", "sea")
RIGHT_ROW = "Thêm dòng: giá trị, tên, chiều cao (m) hoặc loại P.1812."
NOTHING_KNOWN = (
    "Không có tệp lớp phủ: coi như không có cây và nhà ở mọi nơi (chiều cao lớp phủ 0 m); "
    "sóng trong rừng và khu dân cư được tính mạnh hơn thực tế."
)


@dataclass(frozen=True)
class LandClass:
    """A class of a land cover map: its number in the file, its name, its representative height in metres, whether it is
    the sea (not a lake or a river).
    """

    value: int
    name: str
    height_m: float
    sea: bool = False


@dataclass(frozen=True)
class Clutter:
    """Clutter over a lattice: `heights` in metres (no NaN), `classes` (rows, columns; -1 where no class is known),
    cells of each class, and what was assumed and done, a sentence each.
    """

    heights: Grid
    classes: NDArray[np.int32]
    cells: dict[int, int]
    statements: tuple[str, ...]


@dataclass(frozen=True)
class ClassRaster:
    """A GeoTIFF of classes, read as the numbers that stand in it."""

    tiff: GeoTiff

    @property
    def about(self) -> Raster:
        """Say what is known of it."""
        return self.tiff.about

    def read(self, window: Window, seen: Counter[str]) -> Values:
        """Read a window of classes, NaN where the file declares none."""
        pixels, void = self.tiff.numbers(window)
        classes = pixels.astype(np.float32)
        classes[void] = np.nan
        known = classes[~void]
        if len(known) and ((known != np.round(known)).any() or np.abs(known).max() > 2**24):
            raise TerrainError(
                "Bản đồ lớp phủ có giá trị không phải số nguyên.",
                "Dùng bản đồ phân lớp (mỗi lớp một số nguyên), không dùng ảnh hay độ cao.",
                file=self.about.name,
            )
        return classes


def read_classes(content: bytes, name: str) -> tuple[LandClass, ...]:
    """Read the table of classes out of a CSV or XLSX: value, name, height in metres or category of P.1812, and where
    wanted the kind: "sea" or "nước biển" for the sea, empty for the rest.

    Headings in Vietnamese or English, in any order; a height overrules the category. Raises TableError with row and
    column for a class given twice, a height outside 0 to 300 m, a category that is none.

    >>> table = "Giá trị;Tên;Chiều cao (m);Loại\\n10;Rừng;;Đô thị, cây, rừng\\n40;Ruộng;0,5;\\n"
    >>> read_classes(table.encode(), "lop.csv")  # doctest: +NORMALIZE_WHITESPACE
    (LandClass(value=10, name='Rừng', height_m=15.0, sea=False),
     LandClass(value=40, name='Ruộng', height_m=0.5, sea=False))
    """
    headings = [heading for names in COLUMNS.values() for heading in names]
    table = read_table(content, name, known=headings, max_rows=MOST_CLASSES)
    places = columns_of(table)
    found: dict[int, LandClass] = {}
    for row in table.rows:
        one = class_of(row, places)
        if one.value in found:
            raise TableError(f"Lớp {one.value} có hai dòng.", "Giữ một dòng.", row=row.number, column="Giá trị")
        found[one.value] = one
    return tuple(found.values())


def columns_of(table: Table) -> dict[str, int]:
    """Find the columns by their headings."""
    keys = [search_key(heading) for heading in table.headings]
    places = {
        field: keys.index(search_key(name))
        for field, names in COLUMNS.items()
        for name in names
        if search_key(name) in keys
    }
    if "value" not in places or "name" not in places or not {"height_m", "category"} & set(places):
        raise TableError(
            "Bảng lớp phủ thiếu cột.", "Cần cột Giá trị, Tên, và Chiều cao (m) hoặc Loại P.1812.", row=table.header_row
        )
    return places


def class_of(row: Row, places: dict[str, int]) -> LandClass:
    """Read one class."""

    def cell(field: str) -> Cell:
        return row.cells[places[field]] if field in places else None

    value, height = number_at(row, "Giá trị", cell("value")), number_at(row, "Chiều cao (m)", cell("height_m"))
    if value is None or value != int(value) or abs(value) > 2**24:
        raise TableError(
            "Giá trị lớp phải là số nguyên.", "Ghi số có trong tệp lớp phủ.", row=row.number, column="Giá trị"
        )
    if height is None:
        height = by_category(row, str(cell("category") or ""))
    if not 0 <= height <= HIGHEST_M:
        raise TableError(
            f"Chiều cao {number(height, 1)} m nằm ngoài 0–{number(HIGHEST_M)} m.",
            "Ghi chiều cao đại diện theo mét.",
            row=row.number,
            column="Chiều cao (m)",
        )
    name = str(cell("name") or f"Lớp {int(value)}")
    return LandClass(int(value), name, height, sea=is_sea(row, str(cell("kind") or "")))


def is_sea(row: Row, kind: str) -> bool:
    """Tell whether a class is called sea."""
    if kind and search_key(kind) not in {search_key(word) for word in SEA_WORDS}:
        raise TableError(
            f"Không hiểu vùng “{kind[:40]}”.", "Ghi “nước biển”, hoặc để trống.", row=row.number, column="Vùng"
        )
    return bool(kind)


def by_category(row: Row, category: str) -> float:
    """Give the default height of a category of P.1812."""
    heights = {search_key(name): height for name, height in P1812_HEIGHTS_M.items()}
    key = search_key(category)
    if key not in heights:
        raise TableError(
            f"Không có chiều cao và loại “{category[:40]}” không có trong P.1812.",
            f"Ghi chiều cao, hoặc một trong: {'; '.join(P1812_HEIGHTS_M)}.",
            row=row.number,
            column="Loại",
        )
    return heights[key]


def no_clutter(lattice: Lattice) -> Clutter:
    """Give bare ground, and say that it was assumed."""
    classes = np.full(lattice.shape, NO_CLASS, dtype=np.int32)
    return Clutter(Grid.over(lattice, np.zeros(lattice.shape, dtype=np.float32)), classes, {}, (NOTHING_KNOWN,))


def clutter_over(lattice: Lattice, files: Sequence[Path], table: Sequence[LandClass]) -> Clutter:
    """Lay land cover over a lattice: the class that fills most of a cell, or the nearest where the file is coarser.

    Files (GeoTIFF, any system, the most trusted first) hold the classes of `table`. Raises TerrainError for a class in
    the area without a row, with the count of its cells. Cells where no file says anything count as bare, which is said.
    """
    if not files:
        return no_clutter(lattice)
    values = np.full(lattice.shape, np.nan, dtype=np.float32)
    statements = []
    for sheet in sheets_of([ClassRaster(open_geotiff(path, metres_per_unit=1)) for path in files]):
        method = "mode" if finer_by(sheet, lattice) >= 1.5 else "nearest"
        before = np.isnan(values)
        np.copyto(values, laid_over(sheet, lattice, method, Counter(), LIMITS), where=before)
        share = 100 * float(before.mean() - np.isnan(values).mean())
        names = tuple(member.about.name for member in sheet.members)
        label = sheet.members[0].about.frame.label
        statements.append(SourceUse(names, label, LABELS[method], share).sentence())
    classes = np.where(np.isnan(values), NO_CLASS, values).astype(np.int32)
    return with_heights(lattice, classes, np.isnan(values), table, statements)


def with_heights(
    lattice: Lattice,
    classes: NDArray[np.int32],
    unknown: NDArray[np.bool_],
    table: Sequence[LandClass],
    statements: list[str],
) -> Clutter:
    """Give each class its height, or list the classes that have none."""
    found, where, counts = np.unique(classes[~unknown], return_inverse=True, return_counts=True)
    cells = {int(value): int(count) for value, count in zip(found, counts, strict=True)}
    by_value = {one.value: one for one in table}
    nameless = [f"{value} ({number(count)} ô)" for value, count in cells.items() if value not in by_value]
    if nameless:
        raise TerrainError(f"Bảng lớp phủ không có dòng cho lớp: {', '.join(nameless)}.", RIGHT_ROW)
    heights = np.zeros(lattice.shape, dtype=np.float32)
    heights[~unknown] = np.array([by_value[value].height_m for value in cells], dtype=np.float32)[where]
    if unknown.any():
        statements.append(
            f"{share_text(100 * float(unknown.mean()))} số ô không có lớp phủ trong tệp: coi như trống (0 m)."
        )
    return Clutter(Grid.over(lattice, heights), classes, cells, tuple(statements))
