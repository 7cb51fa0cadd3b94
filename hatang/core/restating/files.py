"""Files of `restate`: a crosswalk and a series in (CSV, XLSX), the series on today's units out (CSV)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hatang.core.cells import Cell, TableError, as_text
from hatang.core.restating.crosswalk import Crosswalk, Passing, Share, Source
from hatang.core.restating.faults import RestateError
from hatang.core.restating.restated import Restated
from hatang.core.tables import Row, Table, number_at, read_table
from hatang.core.vietnamese import search_key

Floats = NDArray[np.float64]
Columns = Mapping[str, tuple[str, ...]]
SERIES_COLUMNS: Columns = {
    "code": ("Mã", "Mã đơn vị cũ", "code"),
    "year": ("Năm", "year"),
    "series": ("Chỉ tiêu", "Chỉ số", "series"),
    "numerator": ("Tử số", "numerator"),
    "denominator": ("Mẫu số", "denominator"),
    "value": ("Giá trị", "value"),
    "weight": ("Trọng số", "weight"),
}
CROSSWALK_COLUMNS: Columns = {
    "before": ("Mã cũ", "before"),
    "after": ("Mã mới", "after"),
    "people": ("Dân số (%)", "people_percent"),
    "households": ("Số hộ (%)", "households_percent"),
    "area": ("Diện tích (%)", "area_percent"),
    "official": ("Chính thức", "official"),
}
OUT = ["Mã", "Năm", "Chỉ tiêu", "Tử số", "Mẫu số", "Giá trị", "Cận dưới", "Cận trên", "Phần ước tính (%)"]
OUT += ["Cách tính", "Thiếu số liệu của"]
YES = {"co", "x", "1", "true", "yes"}
FIGURES = ("numerator", "denominator", "value", "weight")
MOST_ROWS = 3_000_000


@dataclass(frozen=True)
class Series:
    """A series as its file has it: each column (units, years, series), NaN where nothing stands."""

    codes: list[str]
    years: list[int]
    names: list[str]
    columns: Mapping[str, Floats]


@dataclass(frozen=True)
class Sheet:
    """A table with its columns found."""

    table: Table
    at: Mapping[str, int]

    def text(self, row: Row, field: str) -> str:
        """Give a text, empty where nothing stands."""
        return as_text(row.cells[self.at[field]]) if field in self.at else ""

    def amount(self, row: Row, field: str) -> float | None:
        """Give a number, None where nothing stands. Raises TableError with row and column."""
        if field not in self.at:
            return None
        cell: Cell = row.cells[self.at[field]]
        return number_at(row, self.table.headings[self.at[field]], cell)

    def needed(self, row: Row, field: str) -> str:
        """Give a text that must stand. Raises TableError."""
        if text := self.text(row, field):
            return text
        heading = self.table.headings[self.at[field]]
        raise TableError("Ô trống.", "Ghi mã hoặc năm.", row=row.number, column=heading)


def read_sheet(path: Path, wanted: Columns, needed: Sequence[str]) -> Sheet:
    """Read a table and find its columns by any of their headings. Raises TableError, naming those that miss."""
    known = [heading for headings in wanted.values() for heading in headings]
    table = read_table(path.read_bytes(), path.name, known=known, max_rows=MOST_ROWS)
    keys = [search_key(heading) for heading in table.headings]
    found = {f: next((keys.index(k) for k in map(search_key, names) if k in keys), -1) for f, names in wanted.items()}
    if missing := [f"“{wanted[field][0]}”" for field in needed if found[field] < 0]:
        raise TableError(f"Thiếu cột {', '.join(missing)}.", "Đặt tên cột như vậy ở dòng tiêu đề.")
    return Sheet(table, {field: at for field, at in found.items() if at >= 0})


def read_crosswalk(path: Path) -> Crosswalk:
    """Read a crosswalk; a row is official where its column says so. Raises TableError or CrosswalkError."""
    sheet = read_sheet(path, CROSSWALK_COLUMNS, ("before", "after"))
    return Crosswalk.of(passing(sheet, row) for row in sheet.table.rows)


def passing(sheet: Sheet, row: Row) -> Passing:
    """Read one row of a crosswalk."""
    given = {kind: sheet.amount(row, kind.value) for kind in Share}
    shares = {kind: percent / 100 for kind, percent in given.items() if percent is not None}
    official = frozenset(shares) if search_key(sheet.text(row, "official")) in YES else frozenset()
    return Passing(sheet.needed(row, "before"), sheet.needed(row, "after"), shares, official)


def read_series(path: Path, crosswalk: Crosswalk) -> Series:
    """Read a series, one row for each unit, year and indicator. Raises TableError for a row that is there twice."""
    sheet = read_sheet(path, SERIES_COLUMNS, ("code", "year"))
    rows = keyed_rows(sheet, set(crosswalk.before))
    codes, years, names = sorted({k[0] for k in rows}), sorted({k[1] for k in rows}), sorted({k[2] for k in rows})
    at_code, at_year, at_name = (
        {value: at for at, value in enumerate(values)} for values in (codes, [str(y) for y in years], names)
    )
    columns = {field: np.full((len(codes), len(years), len(names)), np.nan) for field in FIGURES if field in sheet.at}
    for (code, year, name), row in rows.items():
        for field, array in columns.items():
            amount = sheet.amount(row, field)
            array[at_code[code], at_year[str(year)], at_name[name]] = np.nan if amount is None else amount
    return Series(codes, years, names, columns)


def keyed_rows(sheet: Sheet, known: set[str]) -> dict[tuple[str, int, str], Row]:
    """Give the rows by unit, year and indicator. Raises TableError for one that is there twice."""
    lengths = sorted({len(code) for code in known})
    rows: dict[tuple[str, int, str], Row] = {}
    for row in sheet.table.rows:
        key = full_code(sheet.needed(row, "code"), known, lengths), year_of(sheet, row), sheet.text(row, "series")
        if key in rows:
            where = f"Đơn vị {key[0]}, năm {key[1]} đã có ở dòng {rows[key].number}."
            raise TableError(where, "Xóa một dòng.", row=row.number)
        rows[key] = row
    return rows


def full_code(code: str, known: set[str], lengths: Sequence[int]) -> str:
    """Give back to a code the zeros that a spreadsheet took from its front.

    >>> full_code("6001", {"06001"}, [5]), full_code("X", {"06001"}, [5])
    ('06001', 'X')
    """
    if code in known or not code.isdecimal():
        return code
    return next((code.zfill(n) for n in lengths if code.zfill(n) in known), code)


def year_of(sheet: Sheet, row: Row) -> int:
    """Read the year. Raises TableError."""
    text = sheet.needed(row, "year")
    if not (text.isdecimal() and len(text) == 4):
        raise TableError(f"“{text}” không phải năm.", "Ghi bốn chữ số, như 2019.", row=row.number, column="Năm")
    return int(text)


def out_rows(done: Restated, series: Series) -> Iterator[list[str]]:
    """Give the restated series, its heading first; a missing figure is empty and names what it lacks."""
    yield OUT
    for at, code in enumerate(done.crosswalk.after):
        parts = done.crosswalk.parts_at(at)
        for y, year in enumerate(series.years):
            for n, name in enumerate(series.names):
                figures = [figure(array, at, y, n) for array in (done.numerators, done.denominators, done.values)]
                ends = [figure(array, at, y, n) for array in (done.lower, done.upper, 100 * done.estimated)]
                lacking = [done.crosswalk.before[part] for part in parts if done.lacks[part, y, n]]
                if len(lacking) < len(parts):
                    how = Source(done.source[at]).label
                    yield [code, str(year), name, *figures, *ends, how, ", ".join(lacking)]


def figure(array: Floats | None, *at: int) -> str:
    """Write a figure, empty where there is none.

    >>> figure(np.array([2.50]), 0), figure(np.array([np.nan]), 0), figure(None, 0)
    ('2.5', '', '')
    """
    return "" if array is None or np.isnan(array[at]) else format(array[at], ".10g")


def column(series: Series, field: str) -> Floats:
    """Give a column that the chosen form needs. Raises RestateError."""
    if field not in series.columns:
        raise RestateError(f"Thiếu cột “{SERIES_COLUMNS[field][0]}”: cách tính này cần cột ấy.")
    return series.columns[field]
