"""The default DOCX template of the report, built in code; an officer may take it, edit it in Word and upload it."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm

from hatang.core.documents.docx_blocks import (
    add_lines,
    add_rule,
    add_styles,
    bare_table,
    fill_cell,
    grid,
    mark_row,
    merged,
    no_padding,
    page_number,
    put,
)
from hatang.plans.report import wording
from hatang.plans.report.parts import HEADINGS, MARK_NOTE, OBSTACLES_OPENING, TARGET_HEADINGS, TASK_HEADINGS

TARGET_WIDTHS_MM = (9, 44, 14, 17, 18, 19, 25, 14)
TASK_WIDTHS_MM = (10, 56, 24, 26, 44)
ANNEX_WIDTHS_MM = (20, 80, 49, 49, 49)


@cache
def default_template() -> bytes:
    """Build the template that a province uses until it uploads its own."""
    document = Document()
    _page(document)
    add_styles(document)
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
    page_number(section.header.paragraphs[0])
    for footer in (section.first_page_footer, section.footer):
        footer.is_linked_to_previous = False
        footer.paragraphs[0].text = "{{ mo_phong }}"
    document.core_properties.title = wording.KIND
    document.core_properties.author = ""


def _letterhead(document: Any) -> None:
    table = bare_table(document, (66, 94))
    no_padding(table)
    left, right = table.rows[0].cells
    fill_cell(left, ("Cơ quan chủ quản", "{{ co_quan_chu_quan }}"), ("Cơ quan ban hành", "{{ co_quan }}"))
    add_rule(left, 24)
    fill_cell(left, ("Số ký hiệu", "{{ so }}"))
    fill_cell(right, ("Quốc hiệu", wording.COUNTRY), ("Tiêu ngữ", wording.MOTTO))
    add_rule(right, 20)
    fill_cell(right, ("Địa danh và ngày", "{{ dia_danh_ngay }}"))
    add_lines(document, ("Tên loại", wording.KIND), ("Trích yếu", "{{ trich_yeu }}"))
    add_rule(document, 60)
    add_lines(document, ("Kính gửi", "{% if kinh_gui %}Kính gửi: {{ kinh_gui }}{% endif %}"))
    _each(document, "can_cu", "Căn cứ")
    add_lines(document, ("Nội dung", "{{ mo_dau }}"))


def _parts(document: Any) -> None:
    document.add_heading(HEADINGS["general"], 1)
    _each(document, "dac_diem_chung", "Nội dung")
    document.add_heading(HEADINGS["results"], 1)
    add_lines(document, ("Nội dung", "{{ nhan_xet_chung }}"))
    _target_tables(document)
    add_lines(document, ("Nội dung", f"{{%p if mo_phong %}}|{MARK_NOTE}|{{%p endif %}}"))
    add_lines(document, ("Biểu đồ", "{%p for bieu_do in cac_bieu_do %}|{{ bieu_do.hinh }}"))
    add_lines(document, ("Hình", "{{ bieu_do.ten }}|{%p endfor %}"))
    document.add_heading("{{ tieu_de_danh_gia }}", 2)
    _each(document, "danh_gia", "Nội dung")
    document.add_heading(HEADINGS["tasks"], 1)
    add_lines(document, ("Nội dung liền", "{{ nhan_xet_nhiem_vu }}"))
    _task_table(document)
    document.add_heading(HEADINGS["causes"], 1)
    _each(document, "nguyen_nhan", "Nội dung")
    add_lines(document, ("Nội dung liền", f"{{%p if vuong_mac %}}|{OBSTACLES_OPENING}|{{%p endif %}}"))
    _each(document, "vuong_mac", "Nội dung")
    document.add_heading(HEADINGS["proposals"], 1)
    _each(document, "kien_nghi", "Nội dung")
    add_lines(document, ("Nội dung liền", "{{ ket_thuc }}"))


def _target_tables(document: Any) -> None:
    add_lines(document, ("Nội dung", "{%p for bang in cac_bang_muc_tieu %}"))
    document.add_heading("{{ bang.tieu_de }}", 2)
    add_lines(document, ("Nội dung liền", "{{ bang.nhan_xet }}"))
    table = grid(document, TARGET_HEADINGS, TARGET_WIDTHS_MM)
    _row(table, "{%tr for dong in bang.cac_dong %}")
    _row(table, "{%tr if dong.nhom %}")
    _merged(table, "{{ dong.nhom }}")
    _row(table, "{%tr else %}")
    cells = ("tt", "chi_tieu", "don_vi", "muc_tieu", "nam_truoc", "nam_bao_cao", "trang_thai", "cach_co_so_lieu")
    _row(table, *(f"{{{{ dong.{cell} }}}}" for cell in cells), numbers=(3, 4, 5), bold=(6,))
    _row(table, "{%tr endif %}")
    _row(table, "{%tr endfor %}")
    add_lines(document, ("Nội dung", "{%p endfor %}"))


def _task_table(document: Any) -> None:
    table = grid(document, TASK_HEADINGS, TASK_WIDTHS_MM)
    _row(table, "{%tr for dong in cac_nhiem_vu %}")
    _row(table, "{%tr if dong.nhom %}")
    _merged(table, "{{ dong.nhom }}")
    _row(table, "{%tr else %}")
    cells = ("tt", "nhiem_vu", "han", "trang_thai", "tien_do")
    _row(table, *(f"{{{{ dong.{cell} }}}}" for cell in cells))
    _row(table, "{%tr endif %}")
    _row(table, "{%tr endfor %}")


def _signatures(document: Any) -> None:
    add_lines(document, ("Kẻ", ""))
    row = bare_table(document, (80, 80)).rows[0]
    mark_row(row, "w:cantSplit")
    left, right = row.cells
    lines = "{%p for noi in noi_nhan %}|{{ noi }}|{%p endfor %}"
    fill_cell(left, ("Nơi nhận", "Nơi nhận:"), ("Danh sách nơi nhận", lines))
    authority = "{%p if tham_quyen %}|{{ tham_quyen }}|{%p endif %}"
    fill_cell(
        right, ("Chữ ký", authority), ("Chữ ký", "{{ chuc_vu }}"), ("Chữ ký", "||||"), ("Chữ ký", "{{ nguoi_ky }}")
    )


def _annex(document: Any) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.different_first_page_header_footer = False
    title, against = ("Trích yếu", "{{ phu_luc.ten }}"), ("Hình", "(Kèm theo Báo cáo {{ phu_luc.kem_theo }})")
    add_lines(document, ("Tên loại", HEADINGS["annex"]), title, against, ("Nội dung", "{{ phu_luc.ghi_chu }}"))
    table = grid(document, ("TT", "Xã, phường"), ANNEX_WIDTHS_MM)
    head = table.rows[0].cells
    for cell, text in zip(head[2:], ("{%tc for cot in phu_luc.cac_cot %}", "{{ cot }}", "{%tc endfor %}"), strict=True):
        put(cell, text, "Đầu bảng")
    _row(table, "{%tr for dong in phu_luc.cac_dong %}")
    loop = ("{%tc for o in dong.cac_o %}", "{{ o }}", "{%tc endfor %}")
    _row(table, "{{ dong.tt }}", "{{ dong.ten }}", *loop, numbers=(3,))
    _row(table, "{%tr endfor %}")
    _free_cells(table)
    add_lines(document, ("Nội dung", "{%p if so_minh_bach %}|{{ so_minh_bach }}|{%p endif %}"))


def _free_cells(table: Any) -> None:
    """Leave the widths to the table's grid, which follows the number of columns that the annex gets."""
    for width in table._tbl.findall(".//" + qn("w:tcW")):
        width.getparent().remove(width)


def _each(document: Any, name: str, style_name: str) -> None:
    """Add one paragraph for each of a list's texts."""
    add_lines(document, (style_name, f"{{%p for doan in {name} %}}|{{{{ doan }}}}|{{%p endfor %}}"))


def _row(table: Any, *texts: str, numbers: tuple[int, ...] = (), bold: tuple[int, ...] = ()) -> Any:
    """Add a row; a row of one tag carries the tag in its first cell."""
    row = table.add_row()
    for position, cell in enumerate(row.cells):
        text = texts[position] if position < len(texts) else ""
        put(cell, text, "Số trong bảng" if position in numbers else "Chữ trong bảng")
        cell.paragraphs[0].runs[0].bold = position in bold or None
    mark_row(row, "w:cantSplit")
    return row


def _merged(table: Any, text: str) -> None:
    """Add a row of one wide cell, for the name of a group."""
    cells = _row(table).cells
    put(merged(cells[0], cells[-1]), text, "Nhóm trong bảng")
