"""Write filled forms as one workbook: a sheet for each form, and a last one with what is missing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils import get_column_letter

from hatang.pages.lists import harmless
from hatang.plans.legal_forms.cells import Cell, Style
from hatang.plans.legal_forms.filling import MISSING_HEADINGS, MISSING_TITLE, Filled, Line
from hatang.plans.legal_forms.table import Column, Form, spans
from hatang.plans.report import wording
from hatang.plans.report.letter import SIMULATED_NOTE

FONT = "Times New Roman"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MM_PER_CHARACTER = 2.0
LINES = Border(*(Side(style="thin"),) * 4)
MISSING_WIDTHS_MM = (24, 52, 34, 48, 44, 110)
LEFT_SHARE = 0.45


def forms_xlsx(filled: Sequence[Filled]) -> bytes:
    """Give the workbook; numbers and dates are real ones."""
    book = Workbook()
    del book[book.sheetnames[0]]
    add_styles(book)
    for one in filled:
        add_form(book.create_sheet(f"Mẫu {one.form.number}"), one)
    add_missing(book.create_sheet(MISSING_TITLE), filled)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def add_styles(book: Workbook) -> None:
    """Name the few looks of cells once, for the whole book."""
    for style in Style:
        side = "right" if style.is_number else "center" if style in (Style.MONTH, Style.DAY) else "left"
        for name, bold in ((style.name, False), (f"{style.name} đậm", True)):
            add_style(book, name, style.excel, Alignment(side, "top", wrap_text=True), Font(FONT, 11, b=bold), LINES)
    middle = Alignment("center", "center", wrap_text=True)
    add_style(book, "Đầu bảng", "@", middle, Font(FONT, 11, b=True), LINES)
    add_style(book, "Số cột", "@", middle, Font(FONT, 10, i=True), LINES)
    add_style(book, "Giữa", "@", middle, Font(FONT, 12))
    add_style(book, "Giữa đậm", "@", middle, Font(FONT, 12, b=True))
    add_style(book, "Mẫu số", "@", Alignment("right"), Font(FONT, 12, b=True))
    add_style(book, "Mô phỏng", "@", middle, Font(FONT, 11, b=True, color="9B1C1C"))
    add_style(book, "Dưới bảng", "@", Alignment("left", "top", wrap_text=True), Font(FONT, 11, i=True))


def add_style(
    book: Workbook, name: str, number_format: str, alignment: Alignment, font: Font, border: Border | None = None
) -> None:
    """Add one named style."""
    made = NamedStyle(name, font=font, alignment=alignment, number_format=number_format)
    made.border = border or Border()
    book.add_named_style(made)


def add_form(sheet: Any, one: Filled) -> None:
    """Write one form."""
    widths = [column.width_mm for column in one.form.columns]
    set_up(sheet, widths)
    add_letterhead(sheet, one, widths)
    first = sheet.max_row + 2
    add_headings(sheet, one.form.columns, first)
    last = sheet.max_row
    sheet.print_title_rows = f"{first}:{last}"
    for row, line in enumerate(one.lines, last + 1):
        add_line(sheet, row, line, one.form)
    for row, text in enumerate(one.below, sheet.max_row + 2):
        spread(sheet, row, 1, len(widths), text, "Dưới bảng")
        sheet.row_dimensions[row].height = 16 * (1 + len(text) // 150)


def set_up(sheet: Any, widths_mm: Sequence[int]) -> None:
    """Set the paper, A4 lying, one page wide, and the widths of columns."""
    page = sheet.page_setup
    page.orientation, page.paperSize, page.fitToWidth, page.fitToHeight = "landscape", sheet.PAPERSIZE_A4, 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P"
    for place, width in enumerate(widths_mm, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width / MM_PER_CHARACTER


def add_letterhead(sheet: Any, one: Filled, widths_mm: Sequence[int]) -> None:
    """Write who issues the form, the country's name, the form's number and title."""
    count = len(widths_mm)
    half = next(n for n in range(1, count) if sum(widths_mm[: n + 1]) > LEFT_SHARE * sum(widths_mm))
    sheet.cell(1, count, f"Mẫu số {one.form.number}").style = "Mẫu số"
    bodies = [text.upper() for text in (one.parent_body, one.issuer) if text]
    rights = [(wording.COUNTRY, "Giữa đậm"), (wording.MOTTO, "Giữa đậm")]
    for row, (body, (right, look)) in enumerate(zip([*bodies, ""], rights, strict=False), 2):
        spread(sheet, row, 1, half, body, "Giữa đậm" if body == bodies[-1] else "Giữa")
        spread(sheet, row, half + 1, count, right, look)
        sheet.row_dimensions[row].height = 32
    titles = [(one.title.upper(), "Giữa đậm"), (one.subtitle, "Giữa đậm"), (one.decision, "Giữa")]
    titles += [(SIMULATED_NOTE, "Mô phỏng")] if one.simulated else []
    for row, (text, look) in enumerate(titles, 5):
        spread(sheet, row, 1, count, text, look)
    sheet.row_dimensions[5].height = 34


def spread(sheet: Any, row: int, first: int, last: int, text: str, look: str) -> None:
    """Write a text over several columns."""
    cell = sheet.cell(row, first, harmless(text))
    cell.style = look
    if last > first:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def add_headings(sheet: Any, columns: Sequence[Column], first: int) -> None:
    """Write the headings, in two rows where some share one above them, and the columns' numbers."""
    two = any(column.above for column in columns)
    for row in range(first, first + 1 + two):
        for place, column in enumerate(columns, 1):
            upper = column.above if row == first and column.above else column.heading
            sheet.cell(row, place, upper).style = "Đầu bảng"
    for start, end in spans(columns) if two else ():
        merged = {"start_row": first, "start_column": start, "end_column": end}
        sheet.merge_cells(**merged, end_row=first if columns[start - 1].above else first + 1)
    for place in range(1, len(columns) + 1):
        sheet.cell(first + 1 + two, place, f"({place})").style = "Số cột"


def add_line(sheet: Any, row: int, line: Line, form: Form) -> None:
    """Write one row of the table."""
    for place, (value, column) in enumerate(zip(line.cells, form.columns, strict=True), 1):
        cell = sheet.cell(row, place, excel_value(value))
        cell.style = f"{column.style.name} đậm" if line.section else column.style.name
        if isinstance(value, int):
            cell.number_format = Style.COUNT.excel


def excel_value(value: Cell) -> Any:
    """Give a cell's value as Excel keeps it."""
    return float(value) if isinstance(value, Decimal) else harmless(value)


def add_missing(sheet: Any, filled: Sequence[Filled]) -> None:
    """Write the list of what the register lacks."""
    set_up(sheet, MISSING_WIDTHS_MM)
    spread(sheet, 1, 1, len(MISSING_HEADINGS), MISSING_TITLE.upper(), "Giữa đậm")
    rows = [missing.cells for one in filled for missing in one.missing]
    for place, heading in enumerate(MISSING_HEADINGS, 1):
        sheet.cell(3, place, heading).style = "Đầu bảng"
    sheet.print_title_rows, sheet.freeze_panes = "3:3", "A4"
    for texts in rows:
        sheet.append([harmless(text) for text in texts])
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(MISSING_HEADINGS))}{max(4, sheet.max_row)}"
    if not rows:
        spread(sheet, 4, 1, len(MISSING_HEADINGS), "Không thiếu số liệu nào.", "Dưới bảng")
