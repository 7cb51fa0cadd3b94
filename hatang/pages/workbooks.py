"""Workbooks that people fill in or take away: bold headings, readable widths, and their bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

BOLD = Font(bold=True)


def write_lines(sheet: Worksheet, lines: Sequence[Sequence[Any]]) -> None:
    """Write lines with bold headings and readable widths."""
    for line in lines:
        sheet.append(list(line))
    for place, cells in enumerate(zip(*lines, strict=True), start=1):
        sheet.cell(1, place).font = BOLD
        sheet.cell(1, place).alignment = Alignment(wrap_text=True, vertical="top")
        longest = max(len(str(cell or "")) for cell in cells[:200])
        sheet.column_dimensions[get_column_letter(place)].width = min(60, max(12, longest + 2))


def saved(book: Workbook) -> bytes:
    """Give a workbook's bytes."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
