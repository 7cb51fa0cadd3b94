"""The default DOCX template of the report, built in code; an officer may take it, edit it in Word and upload it."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from hatang.plans.report import wording
from hatang.plans.report.parts import HEADINGS, MARK_NOTE, OBSTACLES_OPENING, TARGET_HEADINGS, TASK_HEADINGS

FONT = "Times New Roman"
TARGET_WIDTHS_MM = (9, 44, 14, 17, 18, 19, 25, 14)
TASK_WIDTHS_MM = (10, 56, 24, 26, 44)
ANNEX_WIDTHS_MM = (20, 80, 49, 49, 49)
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


@cache
def default_template() -> bytes:
    """Build the template that a province uses until it uploads its own."""
    document = Document()
    _page(document)
    _styles(document)
    _letterhead(document)
    _parts(document)
    _signatures(document)
    _annex(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in wording.MARGIN_MM.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.header_distance, section.footer_distance = Mm(9), Mm(8)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    for footer in (section.first_page_footer, section.footer):
        footer.is_linked_to_previous = False
        footer.paragraphs[0].text = "{{ mo_phong }}"
    document.core_properties.title = wording.KIND
    document.core_properties.author = ""


def _page_number(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        tag = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            tag.set(qn("w:fldCharType"), kind)
        else:
            tag.text = text
        run._r.append(tag)


def _styles(document: Any) -> None:
    _set(document.styles["Normal"], {"size": wording.BODY_PT, "align": ALIGN.LEFT})
    for name, traits in STYLES.items():
        made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = document.styles["Normal"]
        made.quick_style = True
        _set(made, traits)
    for name in ("Heading 1", "Heading 2"):
        _set(
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


def _set(target: Any, traits: dict[str, Any]) -> None:
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
    layout.first_line_indent = Mm(wording.FIRST_LINE_MM) if traits.get("indent") else Mm(0)
    layout.space_before, layout.space_after = Pt(traits.get("before", 0)), Pt(traits.get("after", 0))
    layout.line_spacing = Pt(traits["exactly"]) if "exactly" in traits else 1.0
    layout.keep_with_next = traits.get("keep")


def _letterhead(document: Any) -> None:
    table = _bare_table(document, (66, 94))
    _no_padding(table)
    left, right = table.rows[0].cells
    _fill(left, ("Cơ quan chủ quản", "{{ co_quan_chu_quan }}"), ("Cơ quan ban hành", "{{ co_quan }}"))
    _rule(left, 24)
    _fill(left, ("Số ký hiệu", "{{ so }}"))
    _fill(right, ("Quốc hiệu", wording.COUNTRY), ("Tiêu ngữ", wording.MOTTO))
    _rule(right, 20)
    _fill(right, ("Địa danh và ngày", "{{ dia_danh_ngay }}"))
    _lines(document, ("Tên loại", wording.KIND), ("Trích yếu", "{{ trich_yeu }}"))
    _rule(document, 60)
    _lines(document, ("Kính gửi", "{% if kinh_gui %}Kính gửi: {{ kinh_gui }}{% endif %}"))
    _each(document, "can_cu", "Căn cứ")
    _lines(document, ("Nội dung", "{{ mo_dau }}"))


def _parts(document: Any) -> None:
    document.add_heading(HEADINGS["general"], 1)
    _each(document, "dac_diem_chung", "Nội dung")
    document.add_heading(HEADINGS["results"], 1)
    _lines(document, ("Nội dung", "{{ nhan_xet_chung }}"))
    _target_tables(document)
    _lines(document, ("Nội dung", f"{{%p if mo_phong %}}|{MARK_NOTE}|{{%p endif %}}"))
    _lines(document, ("Biểu đồ", "{%p for bieu_do in cac_bieu_do %}|{{ bieu_do.hinh }}"))
    _lines(document, ("Hình", "{{ bieu_do.ten }}|{%p endfor %}"))
    document.add_heading("{{ tieu_de_danh_gia }}", 2)
    _each(document, "danh_gia", "Nội dung")
    document.add_heading(HEADINGS["tasks"], 1)
    _lines(document, ("Nội dung liền", "{{ nhan_xet_nhiem_vu }}"))
    _task_table(document)
    document.add_heading(HEADINGS["causes"], 1)
    _each(document, "nguyen_nhan", "Nội dung")
    _lines(document, ("Nội dung liền", f"{{%p if vuong_mac %}}|{OBSTACLES_OPENING}|{{%p endif %}}"))
    _each(document, "vuong_mac", "Nội dung")
    document.add_heading(HEADINGS["proposals"], 1)
    _each(document, "kien_nghi", "Nội dung")
    _lines(document, ("Nội dung liền", "{{ ket_thuc }}"))


def _target_tables(document: Any) -> None:
    _lines(document, ("Nội dung", "{%p for bang in cac_bang_muc_tieu %}"))
    document.add_heading("{{ bang.tieu_de }}", 2)
    _lines(document, ("Nội dung liền", "{{ bang.nhan_xet }}"))
    table = _grid(document, TARGET_HEADINGS, TARGET_WIDTHS_MM)
    _row(table, "{%tr for dong in bang.cac_dong %}")
    _row(table, "{%tr if dong.nhom %}")
    _merged(table, "{{ dong.nhom }}")
    _row(table, "{%tr else %}")
    cells = ("tt", "chi_tieu", "don_vi", "muc_tieu", "nam_truoc", "nam_bao_cao", "trang_thai", "cach_co_so_lieu")
    _row(table, *(f"{{{{ dong.{cell} }}}}" for cell in cells), numbers=(3, 4, 5), bold=(6,))
    _row(table, "{%tr endif %}")
    _row(table, "{%tr endfor %}")
    _lines(document, ("Nội dung", "{%p endfor %}"))


def _task_table(document: Any) -> None:
    table = _grid(document, TASK_HEADINGS, TASK_WIDTHS_MM)
    _row(table, "{%tr for dong in cac_nhiem_vu %}")
    _row(table, "{%tr if dong.nhom %}")
    _merged(table, "{{ dong.nhom }}")
    _row(table, "{%tr else %}")
    cells = ("tt", "nhiem_vu", "han", "trang_thai", "tien_do")
    _row(table, *(f"{{{{ dong.{cell} }}}}" for cell in cells))
    _row(table, "{%tr endif %}")
    _row(table, "{%tr endfor %}")


def _signatures(document: Any) -> None:
    _lines(document, ("Kẻ", ""))
    row = _bare_table(document, (80, 80)).rows[0]
    _mark_row(row, "w:cantSplit")
    left, right = row.cells
    lines = "{%p for noi in noi_nhan %}|{{ noi }}|{%p endfor %}"
    _fill(left, ("Nơi nhận", "Nơi nhận:"), ("Danh sách nơi nhận", lines))
    authority = "{%p if tham_quyen %}|{{ tham_quyen }}|{%p endif %}"
    _fill(right, ("Chữ ký", authority), ("Chữ ký", "{{ chuc_vu }}"), ("Chữ ký", "||||"), ("Chữ ký", "{{ nguoi_ky }}"))


def _annex(document: Any) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.different_first_page_header_footer = False
    title, against = ("Trích yếu", "{{ phu_luc.ten }}"), ("Hình", "(Kèm theo Báo cáo {{ phu_luc.kem_theo }})")
    _lines(document, ("Tên loại", HEADINGS["annex"]), title, against, ("Nội dung", "{{ phu_luc.ghi_chu }}"))
    table = _grid(document, ("TT", "Xã, phường"), ANNEX_WIDTHS_MM)
    head = table.rows[0].cells
    for cell, text in zip(head[2:], ("{%tc for cot in phu_luc.cac_cot %}", "{{ cot }}", "{%tc endfor %}"), strict=True):
        _put(cell, text, "Đầu bảng")
    _row(table, "{%tr for dong in phu_luc.cac_dong %}")
    loop = ("{%tc for o in dong.cac_o %}", "{{ o }}", "{%tc endfor %}")
    _row(table, "{{ dong.tt }}", "{{ dong.ten }}", *loop, numbers=(3,))
    _row(table, "{%tr endfor %}")
    _free_cells(table)


def _free_cells(table: Any) -> None:
    """Leave the widths to the table's grid, which follows the number of columns that the annex gets."""
    for width in table._tbl.findall(".//" + qn("w:tcW")):
        width.getparent().remove(width)


def _lines(parent: Any, *lines: tuple[str, str]) -> None:
    """Add paragraphs; a bar in the text begins the next one."""
    for name, text in lines:
        for line in text.split("|"):
            parent.add_paragraph(line, style=name)


def _each(document: Any, name: str, style_name: str) -> None:
    """Add one paragraph for each of a list's texts."""
    _lines(document, (style_name, f"{{%p for doan in {name} %}}|{{{{ doan }}}}|{{%p endfor %}}"))


def _fill(cell: Any, *lines: tuple[str, str]) -> None:
    """Add paragraphs to a cell, using its first, empty one."""
    _lines(cell, *lines)
    first = cell.paragraphs[0]
    if not first.text and len(cell.paragraphs) > 1 and first.style.name == "Normal":
        first._p.getparent().remove(first._p)


def _rule(parent: Any, indent_mm: float) -> None:
    """Add a short horizontal line under what stands above."""
    paragraph = parent.add_paragraph(style="Kẻ")
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent_mm)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _bare_table(document: Any, widths_mm: tuple[float, ...]) -> Any:
    table = document.add_table(rows=1, cols=len(widths_mm))
    _widths(table, widths_mm)
    return table


def _no_padding(table: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _grid(document: Any, headings: tuple[str, ...], widths_mm: tuple[float, ...]) -> Any:
    """Add a table with lines whose first row is repeated on each page."""
    table = document.add_table(rows=1, cols=len(widths_mm), style="Table Grid")
    _widths(table, widths_mm)
    for cell, heading in zip(table.rows[0].cells, headings, strict=False):
        _put(cell, heading, "Đầu bảng")
    _mark_row(table.rows[0], "w:cantSplit")
    _mark_row(table.rows[0], "w:tblHeader")
    return table


def _widths(table: Any, widths_mm: tuple[float, ...]) -> None:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _row(table: Any, *texts: str, numbers: tuple[int, ...] = (), bold: tuple[int, ...] = ()) -> Any:
    """Add a row; a row of one tag carries the tag in its first cell."""
    row = table.add_row()
    for position, cell in enumerate(row.cells):
        text = texts[position] if position < len(texts) else ""
        _put(cell, text, "Số trong bảng" if position in numbers else "Chữ trong bảng")
        cell.paragraphs[0].runs[0].bold = position in bold or None
    _mark_row(row, "w:cantSplit")
    return row


def _merged(table: Any, text: str) -> None:
    """Add a row of one wide cell, for the name of a group."""
    cells = _row(table).cells
    whole = cells[0].merge(cells[-1])
    for extra in whole.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    _put(whole, text, "Nhóm trong bảng")


def _put(cell: Any, text: str, style_name: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style_name
    paragraph.add_run(text)


def _mark_row(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))
