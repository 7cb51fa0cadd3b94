"""The template that people fill in, and the list of errors that they take away."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hatang.accounts.models import Organisation
from hatang.core.tables import Cell
from hatang.network.models import Mast
from hatang.network.services.columns import COLUMNS, UploadColumn
from hatang.pages.lists import harmless
from hatang.places.models import Place

BOLD = Font(bold=True)


def template_file(province: Place, operator: Organisation | None, today: date) -> bytes:
    """Make the template: headings alone, a guide with an example of each column, and the codes of communes.

    The example stands on the guide's sheet: a row of it left below the headings would become a mast.
    """
    communes = list(Place.objects.communes().filter(province=province).in_force(today).order_by("sort_key"))
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = "Trạm"
    write(sheet, [[c.heading for c in COLUMNS]])
    sheet.freeze_panes = "A2"
    lines: list[list[Any]] = [[c.heading, needed(c), described(c), example(c, communes, operator)] for c in COLUMNS]
    guide = [["Cột", "Bắt buộc", "Cách ghi", "Ví dụ"], *lines]
    write(book.create_sheet("Hướng dẫn"), guide)
    write(book.create_sheet("Mã xã"), [["Mã xã", "Tên"], *([c.code, c.full_name] for c in communes)])
    return saved(book)


def example(column: UploadColumn, communes: list[Place], operator: Organisation | None) -> Cell:
    """Give the example of a column."""
    first = communes[0] if communes else None
    if column.key == "operator":
        return (operator.short_name or operator.name) if operator else "Tên ngắn của doanh nghiệp"
    values: dict[str, Any] = {"commune": "code", "lon": "lon", "lat": "lat"}
    own = getattr(first, values[column.key]) if first and column.key in values else None
    return own or column.example


def needed(column: UploadColumn) -> str:
    """Say when a column must be filled."""
    if column.always or column.key == "operator":
        return "có"
    return "khi cột chưa có trong sổ" if column.model is Mast and column.needed_when_new else "không"


def described(column: UploadColumn) -> str:
    """Join the model's help text with what would be right."""
    return f"{column.model_field.help_text} {column.right}".strip()


def errors_file(errors: list[dict[str, Any]]) -> bytes:
    """Make the list of errors as a workbook."""
    names = {
        "sheet": "Trang tính",
        "row": "Dòng",
        "column": "Cột",
        "heading": "Tiêu đề",
        "value": "Giá trị",
        "wrong": "Sai ở đâu",
        "right": "Ghi thế nào",
    }
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = "Lỗi"
    write(sheet, [list(names.values()), *([harmless(error.get(key, "")) for key in names] for error in errors)])
    return saved(book)


def write(sheet: Worksheet, lines: list[list[Any]]) -> None:
    """Write lines with bold headings and readable widths."""
    for line in lines:
        sheet.append(line)
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
