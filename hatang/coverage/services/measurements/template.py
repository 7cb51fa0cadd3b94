"""The template of a file of measurements: headings to fill, and a guide beside them."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hatang.core.radio.services import SERVICES
from hatang.core.vietnamese import number
from hatang.coverage.services.measurements.reading import COLUMNS

BOLD = Font(bold=True)
WIDTH = 24
GUIDE_WIDTH = 40


def template_table() -> bytes:
    """Make the workbook; examples stand on the guide's sheet, for a row of them would become a measurement."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Kết quả đo"
    sheet.append([column.heading for column in COLUMNS])
    sheet.freeze_panes = "A2"
    guide = book.create_sheet("Hướng dẫn")
    for line in guide_lines():
        guide.append(line)
    for page, width in ((sheet, WIDTH), (guide, GUIDE_WIDTH)):
        for place in range(1, page.max_column + 1):
            page.cell(1, place).font = BOLD
            page.column_dimensions[get_column_letter(place)].width = width
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def guide_lines() -> list[list[str]]:
    """Give the guide: each column, then which levels phones report."""
    columns = [[c.heading, c.needed, c.help, c.example] for c in COLUMNS]
    levels = [
        [
            f"Mức thu {technology}",
            "",
            f"{s.quantity}: từ {number(s.reported_dbm[0])} đến {number(s.reported_dbm[1])} dBm",
        ]
        for technology, s in SERVICES.items()
    ]
    return [["Tên cột", "Bắt buộc", "Cách ghi", "Ví dụ"], *columns, *levels]
