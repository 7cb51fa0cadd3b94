"""CSV and XLSX of the register, which the upload page takes back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hatang.core.vietnamese import day, number
from hatang.network.services.exports.asking import Asked
from hatang.network.services.exports.columns import Column
from hatang.network.services.exports.reading import Sheet
from hatang.pages.lists import SIMULATED_LINE, harmless

Step = Callable[[int], None]
"""Is told how many rows were written."""

BYTE_ORDER_MARK = "\ufeff"
ROWS_OF_SHEET = 1_048_575
LONGEST_CELL = 32_767
TOO_LONG = "(tuyến dài quá một ô Excel; xem GeoPackage hoặc CSV)"
DAY_FORMAT = "dd/mm/yyyy"
WIDTHS = {"text": 24, "line": 40, "choice": 26, "organisation": 22, "place": 22}
ROUGH_NOTE = "Xã, phường nhận tọa độ cột, trạm làm tròn đến 0,01 độ (khoảng 1 km); cột “Tọa độ ghi” nói rõ từng dòng."


def csv_lines(sheet: Sheet) -> Iterator[bytes]:
    """Give a table as CSV that Excel opens rightly, piece by piece; its first line tells of simulated rows."""
    yield BYTE_ORDER_MARK.encode()
    if sheet.simulated:
        yield csv_piece([(SIMULATED_LINE,)])
    kept = sheet.told_columns
    yield csv_piece([tuple(sheet.table.columns[at].heading for at in kept)])
    rows = sheet.rows(words=True)
    while some := list(islice(rows, 1_000)):
        yield csv_piece([tuple(csv_cell(row[at]) for at in kept) for row in some])


def csv_piece(lines: list[tuple[Any, ...]]) -> bytes:
    """Write lines."""
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def csv_cell(cell: Any) -> Any:
    """Write numbers in full, so that they come back as they are, and days as dd/mm/yyyy."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    return day(cell) if isinstance(cell, date) else harmless(cell)


def write_csvs(path: Path, sheets: list[Sheet], asked: Asked, step: Step) -> None:
    """Write one CSV for each table into a zip."""
    done = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        for sheet in sheets:
            with archive.open(f"{sheet.table.slug}-{asked.name}.csv", "w", force_zip64=True) as member:
                for piece in csv_lines(sheet):
                    member.write(piece)
            done += sheet.count
            step(done)


def write_xlsx(path: Path, sheets: list[Sheet], asked: Asked, step: Step) -> None:
    """Write a workbook with a sheet for each table, and one that says what it holds.

    Raises ValidationError when a table has more rows than a sheet takes.
    """
    for sheet in sheets:
        if sheet.count > ROWS_OF_SHEET - 1:
            raise ValidationError(
                f"{sheet.table.title}: {number(sheet.count)} dòng, một trang tính Excel chứa {number(ROWS_OF_SHEET)}. "
                "Lọc bớt theo xã, doanh nghiệp, hoặc chọn CSV, GeoPackage."
            )
    book = Workbook(write_only=True)
    done = 0
    for sheet in sheets:
        done = fill(book, sheet, step, done)
    note_sheet(book, sheets, asked)
    book.save(path)


def fill(book: Any, sheet: Sheet, step: Step, done: int) -> int:
    """Write a table's sheet and give how many rows are written by now."""
    page = book.create_sheet(sheet.table.title[:31])
    headed = 2 if sheet.simulated else 1
    page.freeze_panes = f"B{headed + 1}"
    columns = [(at, sheet.table.columns[at]) for at in sheet.told_columns]
    for place, (_, column) in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column.kind, 14)
    if sheet.simulated:
        page.append([bold(page, SIMULATED_LINE)])
    page.append([bold(page, column.heading) for _, column in columns])
    makers = [(at, maker(column)) for at, column in columns]
    for row in sheet.rows(words=True):
        page.append([None if row[at] in (None, "") else make(page, row[at]) for at, make in makers])
        done += 1
        if done % 5_000 == 0:
            step(done)
    return done


def maker(column: Column) -> Callable[[Any, Any], Any]:
    """Give what makes a cell of a column: numbers as they are, days as Excel's, all else text that is no formula."""
    if column.kind == "day":
        return day_cell
    return (lambda page, value: value) if column.kind in ("number", "whole") else text_cell


def day_cell(page: Any, value: Any) -> Any:
    """Make a cell of a day that people here read."""
    cell = WriteOnlyCell(page, value=value)
    cell.number_format = DAY_FORMAT
    return cell


def text_cell(page: Any, value: str) -> Any:
    """Make a cell of text; what begins like a formula stays text, a line too long for Excel is told."""
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    text = text if len(text) <= LONGEST_CELL else TOO_LONG
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    return cell


def bold(page: Any, text: str) -> Any:
    """Make a heading's cell."""
    cell = WriteOnlyCell(page, value=text)
    cell.font = Font(bold=True)
    return cell


def note_sheet(book: Any, sheets: list[Sheet], asked: Asked) -> None:
    """Say on a sheet of its own what the workbook holds."""
    page = book.create_sheet("Ghi chú")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 28, 60
    page.append([bold(page, "Sổ hạ tầng"), asked.words])
    for sheet in sheets:
        mark = f" · {SIMULATED_LINE}" if sheet.simulated else ""
        page.append([sheet.table.title, f"{number(sheet.count)} dòng{mark}"])
    page.append(["Tọa độ", f"WGS 84. {ROUGH_NOTE}"])
