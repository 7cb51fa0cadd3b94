"""Workbooks written row by row are what another library reads, whatever text stands in them."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.workbooks import read_tables
from hatang.core.xlsx_writing import BookWriter

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(-1e30, 1e30, allow_nan=False)
DAYS = st.dates(date(1900, 3, 1), date(2100, 1, 1))
ROWS = st.lists(st.lists(st.none() | WORDS | NUMBERS | DAYS, min_size=1, max_size=4), min_size=1, max_size=5)


def written(rows: Any, **more: Any) -> bytes:
    content = io.BytesIO()
    with BookWriter(content) as book:
        book.write_sheet("Cột & ăng ten", rows, **more)
        book.write_sheet("Ghi chú", [["hết"]])
    return content.getvalue()


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_what_is_written_is_read(rows: list[list[Any]]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(rows)))
    assert book.sheetnames == ["Cột & ăng ten", "Ghi chú"]
    sheet = book.worksheets[0]
    for n, row in enumerate(rows, start=1):
        for place, cell in enumerate(row, start=1):
            found = sheet.cell(n, place)
            value = found.value.date() if found.is_date else found.value
            assert value == (cell if cell != "" else None)
            assert found.data_type == ("s" if isinstance(cell, str) and cell else found.data_type) != "f"


def test_head_widths_and_what_excel_does_not_hold(tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    with BookWriter(path) as book:
        rows = [["Mã", "Ngày"], ["=1+1", date(1899, 1, 31)], ["a\x00\x0b\rb", float("nan")]]
        book.write_sheet("Sổ", rows, widths=(30, 12), bold_rows=1, frozen=(1, 1))
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert (sheet.freeze_panes, sheet["A1"].font.b, sheet["A2"].font.b) == ("B2", True, False)
    assert (sheet.column_dimensions["A"].width, sheet["A2"].data_type, sheet["B2"].value) == (30, "s", "31/01/1899")
    assert (sheet["A3"].value, sheet["B3"].value) == ("a\rb", None)
    (table,) = read_tables(path.read_bytes(), "so.xlsx", known={"Mã", "Ngày"}).tables
    assert table.headings == ("Mã", "Ngày")
    assert table.rows[0].cells == ("=1+1", "31/01/1899")


def test_a_book_that_breaks_off_is_no_book(tmp_path: Path) -> None:
    def rows() -> Any:
        yield ["a"]
        raise RuntimeError("hỏng")

    path = tmp_path / "so.xlsx"
    with pytest.raises(RuntimeError), BookWriter(path) as book:
        book.write_sheet("Sổ", rows())
    with pytest.raises(KeyError):
        openpyxl.load_workbook(path)
