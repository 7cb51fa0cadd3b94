"""Building blocks of our Word documents: named styles, letterhead, tables with lines, as NĐ 30/2020/NĐ-CP asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
FIRST_LINE_MM = 12.7
BODY_PT = 13
ROWS_AT_A_TIME = 2_000
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
RED = RGBColor(0x9B, 0x1C, 0x1C)


def style(name: str, size: float, align: ALIGN = ALIGN.LEFT, **more: Any) -> tuple[str, dict[str, Any]]:
    """Describe one named style."""
    return name, {"size": size, "align": align, **more}


STYLES = dict(
    (
        style("Cơ quan chủ quản", 12, ALIGN.CENTER),
        style("Cơ quan ban hành", 12, ALIGN.CENTER, bold=True),
        style("Quốc hiệu", 12, ALIGN.CENTER, bold=True),
        style("Tiêu ngữ", 13, ALIGN.CENTER, bold=True),
        style("Số ký hiệu", 13, ALIGN.CENTER, before=6),
        style("Địa danh và ngày", 13, ALIGN.CENTER, italic=True, before=6),
        style("Tên loại", 14, ALIGN.CENTER, bold=True, before=18),
        style("Trích yếu", 14, ALIGN.CENTER, bold=True),
        style("Kính gửi", 13, ALIGN.CENTER, before=12, after=6),
        style("Căn cứ", 13, ALIGN.JUSTIFY, italic=True, indent=True, before=3, after=6),
        style("Nội dung", 13, ALIGN.JUSTIFY, indent=True, before=3, after=6),
        style("Nội dung liền", 13, ALIGN.JUSTIFY, indent=True, before=3, after=6, keep=True),
        style("Biểu đồ", 12, ALIGN.CENTER, before=6, keep=True),
        style("Chữ trong bảng", 11, before=1, after=1),
        style("Số trong bảng", 11, ALIGN.RIGHT, before=1, after=1),
        style("Đầu bảng", 11, ALIGN.CENTER, bold=True, before=1, after=1, keep=True),
        style("Nhóm trong bảng", 11, bold=True, before=1, after=1, keep=True),
        style("Hình", 12, ALIGN.CENTER, italic=True, before=6, after=6),
        style("Nơi nhận", 12, bold=True, italic=True, keep=True),
        style("Danh sách nơi nhận", 11),
        style("Chữ ký", 13, ALIGN.CENTER, bold=True, keep=True),
        style("Dòng mô phỏng", 10, ALIGN.CENTER, bold=True, color=RED),
        style("Số trang", 13, ALIGN.CENTER),
        style("Kẻ", 2, ALIGN.CENTER, exactly=4, keep=True),
    )
)


def page_number(paragraph: Any) -> None:
    """Put the number of the page."""
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        tag = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            tag.set(qn("w:fldCharType"), kind)
        else:
            tag.text = text
        run._r.append(tag)


def add_styles(document: Any, styles: dict[str, dict[str, Any]] = STYLES) -> None:
    """Add named styles, and give the document Vietnamese as its language."""
    set_style(document.styles["Normal"], {"size": BODY_PT, "align": ALIGN.LEFT})
    for name, traits in styles.items():
        made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = document.styles["Normal"]
        made.quick_style = True
        set_style(made, traits)
    for name in ("Heading 1", "Heading 2"):
        set_style(
            document.styles[name],
            {"size": 13, "align": ALIGN.LEFT, "bold": True, "indent": True, "before": 9, "after": 6, "keep": True},
        )
    section = document.sections[0]
    section.header.paragraphs[0].style = document.styles["Số trang"]
    for footer in (section.first_page_footer, section.footer):
        footer.paragraphs[0].style = document.styles["Dòng mô phỏng"]
    language = document.styles.element.find(".//" + qn("w:lang"))
    if language is not None:
        language.set(qn("w:val"), "vi-VN")


def set_style(target: Any, traits: dict[str, Any]) -> None:
    """Give a style its font and spacing, free of the theme's fonts and colours."""
    font, layout = target.font, target.paragraph_format
    font.name, font.size = FONT, Pt(traits["size"])
    font.bold, font.italic = traits.get("bold", False), traits.get("italic", False)
    font.color.rgb = traits.get("color", RGBColor(0, 0, 0))
    fonts = target.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    layout.alignment = traits["align"]
    layout.first_line_indent = Mm(FIRST_LINE_MM) if traits.get("indent") else Mm(0)
    layout.space_before, layout.space_after = Pt(traits.get("before", 0)), Pt(traits.get("after", 0))
    layout.line_spacing = Pt(traits["exactly"]) if "exactly" in traits else 1.0
    layout.keep_with_next = traits.get("keep")


def add_lines(parent: Any, *lines: tuple[str, str]) -> None:
    """Add paragraphs; a bar in the text begins the next one."""
    for name, text in lines:
        for line in text.split("|"):
            parent.add_paragraph(line, style=name)


def fill_cell(cell: Any, *lines: tuple[str, str]) -> None:
    """Add paragraphs to a cell, using its first, empty one."""
    add_lines(cell, *lines)
    first = cell.paragraphs[0]
    if not first.text and len(cell.paragraphs) > 1 and first.style.name == "Normal":
        first._p.getparent().remove(first._p)


def add_rule(parent: Any, indent_mm: float) -> None:
    """Add a short horizontal line under what stands above."""
    paragraph = parent.add_paragraph(style="Kẻ")
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent_mm)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")


def bare_table(document: Any, widths_mm: tuple[float, ...]) -> Any:
    """Add a table of one row without lines."""
    table = document.add_table(rows=1, cols=len(widths_mm))
    set_widths(table, widths_mm)
    return table


def no_padding(table: Any) -> None:
    """Let cells begin and end at their edges."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def grid(document: Any, headings: tuple[str, ...], widths_mm: tuple[float, ...]) -> Any:
    """Add a table with lines whose first row is repeated on each page."""
    table = document.add_table(rows=1, cols=len(widths_mm), style="Table Grid")
    set_widths(table, widths_mm)
    for cell, heading in zip(table.rows[0].cells, headings, strict=False):
        put(cell, heading, "Đầu bảng")
    mark_row(table.rows[0], "w:cantSplit")
    mark_row(table.rows[0], "w:tblHeader")
    return table


def set_widths(table: Any, widths_mm: tuple[float, ...]) -> None:
    """Fix the widths of columns."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def put(cell: Any, text: str, style_name: str) -> None:
    """Write into a cell's first paragraph."""
    paragraph = cell.paragraphs[0]
    paragraph.style = style_name
    paragraph.add_run(text)


def merged(first: Any, last: Any) -> Any:
    """Make one cell of those from the first to the last, with one empty paragraph."""
    whole = first.merge(last)
    for extra in whole.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    return whole


def mark_row(row: Any, tag: str) -> None:
    """Set a trait of a row: repeated on each page, never split."""
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


Row = list[tuple[str, str, int]]
"""A row as texts with their style and how many columns each spans."""


def append_rows(document: Any, table: Any, rows: Iterable[Row]) -> None:
    """Add rows by the thousand: python-docx's own way takes a second for each few hundred.

    Cells have no width of their own: the table's is fixed and its grid has them, and so it takes half the memory.
    """
    ids = {style.name: style.style_id for style in document.styles}
    waiting: list[str] = []
    for row in rows:
        waiting.append(row_xml(row, ids))
        if len(waiting) == ROWS_AT_A_TIME:
            append_xml(table, waiting)
            waiting = []
    append_xml(table, waiting)


def append_xml(table: Any, rows: Sequence[str]) -> None:
    """Parse rows and put them at the end of the table."""
    parsed = parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(rows)}</w:tbl>")
    for row in parsed.findall(qn("w:tr")):
        table._tbl.append(row)


def row_xml(row: Row, ids: dict[str, str]) -> str:
    """Write one row that is not split between pages."""
    cells = "".join(cell_xml(text, ids[look], columns) for text, look, columns in row)
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def cell_xml(text: str, style_id: str, columns: int) -> str:
    """Write one cell."""
    span = f'<w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr>' if columns > 1 else ""
    run = f'<w:r><w:t xml:space="preserve">{escape(NOT_IN_XML.sub("", text))}</w:t></w:r>' if text else ""
    return f'<w:tc>{span}<w:p><w:pPr><w:pStyle w:val="{style_id}"/></w:pPr>{run}</w:p></w:tc>'
