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

from hatang.core.vietnamese import day, number
from hatang.core.xlsx_writing import BookWriter
from hatang.network.services.exports.asking import Asked
from hatang.network.services.exports.reading import Sheet
from hatang.pages.lists import SIMULATED_LINE, harmless

Step = Callable[[int], None]
"""Is told how many rows were written."""

BYTE_ORDER_MARK = "\ufeff"
ROWS_OF_SHEET = 1_048_575
LONGEST_CELL = 32_767
TOO_LONG = "(tuyến dài quá một ô Excel; xem GeoPackage hoặc CSV)"
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
    done = 0
    with BookWriter(path) as book:
        for sheet in sheets:
            columns = [sheet.table.columns[at] for at in sheet.told_columns]
            headed = 2 if sheet.simulated else 1
            book.write_sheet(
                sheet.table.title[:31],
                counted(book_rows(sheet), step, done),
                widths=[WIDTHS.get(column.kind, 14) for column in columns],
                bold_rows=headed,
                frozen=(1, headed),
            )
            done += sheet.count
        book.write_sheet("Ghi chú", notes_of(sheets, asked), widths=(28, 60), bold_rows=1)


def book_rows(sheet: Sheet) -> Iterator[list[Any]]:
    """Give a table's rows for a workbook: the mark of simulated rows, the headings, then the cells."""
    kept = sheet.told_columns
    if sheet.simulated:
        yield [SIMULATED_LINE]
    yield [sheet.table.columns[at].heading for at in kept]
    for row in sheet.rows(words=True):
        yield [book_cell(row[at]) for at in kept]


def book_cell(cell: Any) -> Any:
    """Give a cell that a workbook holds: a line too long for Excel is told."""
    return TOO_LONG if isinstance(cell, str) and len(cell) > LONGEST_CELL else cell


def counted(rows: Iterator[list[Any]], step: Step, done: int) -> Iterator[list[Any]]:
    """Tell from time to time how many rows were written."""
    for row in rows:
        yield row
        done += 1
        if done % 5_000 == 0:
            step(done)


def notes_of(sheets: list[Sheet], asked: Asked) -> Iterator[list[str]]:
    """Say on a sheet of its own what the workbook holds."""
    yield ["Sổ hạ tầng", asked.words]
    for sheet in sheets:
        mark = f" · {SIMULATED_LINE}" if sheet.simulated else ""
        yield [sheet.table.title, f"{number(sheet.count)} dòng{mark}"]
    yield ["Tọa độ", f"WGS 84. {ROUGH_NOTE}"]
