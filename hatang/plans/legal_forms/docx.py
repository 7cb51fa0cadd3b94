"""Write filled forms as one Word document: a section for each form, and an annex with what is missing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm

from hatang.core.documents.docx_blocks import (
    NOT_IN_XML,
    STYLES,
    Row,
    add_lines,
    add_rule,
    add_styles,
    append_rows,
    bare_table,
    fill_cell,
    grid,
    mark_row,
    merged,
    no_padding,
    page_number,
    put,
    style,
)
from hatang.core.vietnamese import number
from hatang.plans.legal_forms.cells import written
from hatang.plans.legal_forms.filling import MISSING_TITLE, WHOLE, Filled, Gap, Line, gaps_of
from hatang.plans.legal_forms.table import Column, Form, spans
from hatang.plans.report import wording
from hatang.plans.report.letter import SIMULATED_NOTE

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEAD_MM = (110, 147)
MISSING_HEADINGS = ("Mẫu", "Cột", "Cần nhập", "Chủ sở hữu", "Số công trình", "Công trình")
MISSING_WIDTHS_MM = (22, 40, 62, 40, 20, 73)
FORM_STYLES = dict(
    (
        style("Tổng trong bảng", 11, ALIGN.RIGHT, bold=True, before=1, after=1, keep=True),
        style("Số cột", 10, ALIGN.CENTER, italic=True),
        style("Dưới bảng", 11, italic=True, before=2),
        style("Mẫu số", 12, ALIGN.RIGHT, bold=True),
    )
)
BOLD = {"Chữ trong bảng": "Nhóm trong bảng", "Số trong bảng": "Tổng trong bảng"}


def forms_docx(filled: Sequence[Filled]) -> bytes:
    """Give the document, A4 lying."""
    document = Document()
    add_styles(document, STYLES | FORM_STYLES)
    document.core_properties.title = filled[0].title
    document.core_properties.author = ""
    simulated = any(one.simulated for one in filled)
    for place, one in enumerate(filled):
        lay_page(document.add_section(WD_SECTION.NEW_PAGE) if place else document.sections[0], simulated)
        add_form(document, one)
    lay_page(document.add_section(WD_SECTION.NEW_PAGE), simulated)
    add_missing(document, filled)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def lay_page(section: Any, simulated: bool) -> None:
    """Lay the paper, number its pages and, where a row is made up, say so on each."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(20))
    section.header_distance, section.footer_distance = Mm(9), Mm(8)
    if not section.header.paragraphs[0].runs:
        page_number(section.header.paragraphs[0])
        section.footer.paragraphs[0].text = SIMULATED_NOTE if simulated else ""


def add_form(document: Any, one: Filled) -> None:
    """Write one form."""
    add_letterhead(document, one)
    table = add_headings(document, one.form.columns)
    append_rows(document, table, (form_row(line, one.form) for line in one.lines))
    add_lines(document, *(("Dưới bảng", plain(text)) for text in ("", *one.below)))


def plain(text: str) -> str:
    """Drop what XML cannot hold, and the bar that would begin another paragraph."""
    return NOT_IN_XML.sub("", text).replace("|", "/")


def add_letterhead(document: Any, one: Filled) -> None:
    """Write who issues the form, the country's name, the form's number and title."""
    add_lines(document, ("Mẫu số", f"Mẫu số {one.form.number}"))
    table = bare_table(document, HEAD_MM)
    no_padding(table)
    left, right = table.rows[0].cells
    above = [("Cơ quan chủ quản", one.parent_body.upper())] if one.parent_body else []
    fill_cell(left, *above, ("Cơ quan ban hành", plain(one.issuer.upper())))
    add_rule(left, 42)
    fill_cell(right, ("Quốc hiệu", wording.COUNTRY), ("Tiêu ngữ", wording.MOTTO))
    add_rule(right, 46)
    add_lines(document, ("Tên loại", plain(one.title.upper())), ("Trích yếu", one.subtitle))
    add_lines(document, ("Hình", plain(one.decision)))


def add_headings(document: Any, columns: Sequence[Column]) -> Any:
    """Add the table with its headings, in two rows where some share one above them, and the columns' numbers."""
    two = any(column.above for column in columns)
    table = grid(document, tuple("" if two else c.heading for c in columns), tuple(c.width_mm for c in columns))
    if two:
        add_two_rows(table, columns)
    numbers = table.add_row()
    for place, cell in enumerate(numbers.cells, 1):
        put(cell, f"({place})", "Số cột")
    for row in table.rows[1:]:
        mark_row(row, "w:cantSplit")
        mark_row(row, "w:tblHeader")
    return table


def add_two_rows(table: Any, columns: Sequence[Column]) -> None:
    """Write headings in two rows: what stands above several columns over them, all others across both rows."""
    upper, lower = table.rows[0].cells, table.add_row().cells
    for first, last in spans(columns):
        column = columns[first - 1]
        end = upper[last - 1] if column.above else lower[first - 1]
        put(merged(upper[first - 1], end), column.above or column.heading, "Đầu bảng")
    for column, cell in zip(columns, lower, strict=True):
        if column.above:
            put(cell, column.heading, "Đầu bảng")


def form_row(line: Line, form: Form) -> Row:
    """Write one line of a form; the name of a group runs on over the empty cells after it."""
    texts = [written(value, column.style) for value, column in zip(line.cells, form.columns, strict=True)]
    looks = ["Số trong bảng" if column.style.is_number else "Chữ trong bảng" for column in form.columns]
    if not line.section:
        return [(text, look, 1) for text, look in zip(texts, looks, strict=True)]
    if not any(texts[2:]):
        return [(texts[0], BOLD["Chữ trong bảng"], 1), (texts[1], BOLD["Chữ trong bảng"], len(texts) - 1)]
    return [(text, BOLD[look], 1) for text, look in zip(texts, looks, strict=True)]


def add_missing(document: Any, filled: Sequence[Filled]) -> None:
    """Write the list of what the register lacks."""
    add_lines(document, ("Tên loại", MISSING_TITLE.upper()))
    gaps = [gap for one in filled for gap in gaps_of(one.missing, by_owner=True)]
    if not gaps:
        add_lines(document, ("Hình", "Không thiếu số liệu nào."))
        return
    table = grid(document, MISSING_HEADINGS, MISSING_WIDTHS_MM)
    append_rows(document, table, (missing_row(gap) for gap in gaps))


def missing_row(gap: Gap) -> Row:
    """Write what one owner has to enter in one column, with the codes of all its things."""
    codes = ", ".join(entry.thing.code for entry in gap.entries) or WHOLE
    count = number(len(gap.entries)) if gap.entries else ""
    texts = (f"Mẫu số {gap.form}", gap.column, gap.what, gap.owner, count, codes)
    return [(text, "Chữ trong bảng", 1) for text in texts]
