"""The report as DOCX, from the default template or a province's own; foreign templates run in a narrow sandbox."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor
from docx.text.run import Run
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from hatang.core.documents.docx_blocks import NOT_IN_XML
from hatang.core.vietnamese import within_words
from hatang.plans.report.charts import draw
from hatang.plans.report.letter import NO_TEXT, ReportContent, TargetTable, TaskGroup
from hatang.plans.report.parts import STATE_INKS, STATE_LABELS, headings
from hatang.plans.report.wording import KIND

CHART_WIDTH_MM = 158
RESERVED = {"self", "super", "caller", "varargs", "kwargs"}
ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Const,
)


class NarrowSandbox(SandboxedEnvironment):
    """Run only names, conditions and loops over the report's own lists: no calls, filters, arithmetic or macros.

    A loop inside a loop must walk through what belongs to the outer one's row, so that the work stays bounded.
    """

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()

    def compile(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        tree = self.parse(source) if isinstance(source, str) else source
        _refuse_foreign(tree)
        _refuse_free_loops(tree, frozenset())
        return super().compile(source, *args, **kwargs)


def _refuse_foreign(tree: nodes.Node) -> None:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED_NODES):
            raise SecurityError(f"thẻ dùng phép không được phép ({type(node).__name__})")
        if isinstance(node, nodes.Name) and node.name in RESERVED:
            raise SecurityError(f"thẻ “{node.name}” không được phép")


def _refuse_free_loops(node: nodes.Node, inside: frozenset[str]) -> None:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.For):
            _refuse_free_loops(child, inside | {_loop_name(child, inside)})
        else:
            _refuse_free_loops(child, inside)


def _loop_name(loop: nodes.For, inside: frozenset[str]) -> str:
    """Give the loop's variable, after seeing that it walks through a list of the row around it."""
    if loop.recursive or loop.test or not isinstance(loop.target, nodes.Name):
        raise SecurityError("vòng lặp chỉ có dạng “for dòng in danh sách”")
    root: nodes.Node = loop.iter
    while isinstance(root, nodes.Getattr):
        root = root.node
    if not isinstance(root, nodes.Name) or (inside and root.name not in inside):
        raise SecurityError("vòng lặp trong vòng lặp phải đi qua danh sách của dòng bên ngoài")
    return loop.target.name


@dataclass(frozen=True)
class Tag:
    """A tag that a template may use, and what stands in its place."""

    name: str
    meaning: str


TAGS = (
    Tag("co_quan_chu_quan", "cơ quan chủ quản"),
    Tag("co_quan", "cơ quan ban hành báo cáo"),
    Tag("so", "số, ký hiệu"),
    Tag("dia_danh_ngay", "địa danh, ngày tháng năm"),
    Tag("trich_yeu", "trích yếu nội dung"),
    Tag("kinh_gui", "nơi báo cáo gửi đến"),
    Tag("can_cu", "danh sách căn cứ"),
    Tag("mo_dau", "câu mở đầu"),
    Tag("nam", "năm báo cáo"),
    Tag("dac_diem_chung", "các đoạn của phần I"),
    Tag("nhan_xet_chung", "câu tóm tắt kết quả"),
    Tag("cac_bang_muc_tieu", "các bảng mục tiêu: tieu_de, nhan_xet, cac_dong"),
    Tag("cac_bieu_do", "các biểu đồ: hinh, ten"),
    Tag("tieu_de_danh_gia", "tiêu đề của mục đánh giá"),
    Tag("danh_gia", "các đoạn đánh giá chung"),
    Tag("nhan_xet_nhiem_vu", "câu tóm tắt nhiệm vụ"),
    Tag("cac_nhiem_vu", "các dòng nhiệm vụ: nhom hoặc tt, nhiem_vu, han, trang_thai, tien_do"),
    Tag("nguyen_nhan", "các đoạn tồn tại, nguyên nhân"),
    Tag("vuong_mac", "các vướng mắc do cơ quan chủ trì nêu"),
    Tag("kien_nghi", "các đoạn kiến nghị, đề xuất"),
    Tag("ket_thuc", "câu kết"),
    Tag("tham_quyen", "dòng thẩm quyền ký (TM., KT., Q.)"),
    Tag("chuc_vu", "chức vụ người ký"),
    Tag("nguoi_ky", "họ tên người ký"),
    Tag("noi_nhan", "danh sách nơi nhận"),
    Tag("phu_luc", "phụ lục theo xã: ten, kem_theo, ghi_chu, cac_cot, cac_dong (tt, ten, cac_o)"),
    Tag("so_minh_bach", "câu cuối: gốc, cỡ, địa chỉ của sổ minh bạch; rỗng khi sổ chưa có mục nào"),
    Tag("mo_phong", "dòng DỮ LIỆU MÔ PHỎNG, rỗng khi không có số mô phỏng"),
)


class DescribedImage(InlineImage):  # type: ignore[misc]
    """A picture with the words that a screen reader speaks."""

    def __init__(self, template: DocxTemplate, picture: bytes, words: str) -> None:
        super().__init__(template, io.BytesIO(picture), width=Mm(CHART_WIDTH_MM))
        self.words = words

    def _insert_image(self) -> str:
        drawn: str = super()._insert_image()
        start, end = drawn.index("<wp:inline"), drawn.rindex("</wp:inline>") + len("</wp:inline>")
        inline = parse_xml(drawn[start:end])
        inline.docPr.set("descr", self.words)
        return drawn[:start] + str(inline.xml) + drawn[end:]


def report_docx(content: ReportContent, *, template: bytes) -> bytes:
    """Fill a template with the report."""
    document = DocxTemplate(io.BytesIO(template))
    document.init_docx()
    document.render(_context(document, content), jinja_env=NarrowSandbox())
    _colour_states(document.docx)
    properties = document.docx.core_properties
    properties.title = _clean(f"{KIND}: {content.letterhead.title}")[:255]
    properties.author = _clean(content.letterhead.body)[:255]
    properties.language = "vi-VN"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _colour_states(document: Any) -> None:
    """Give each state in a table its colour, in a province's own template too."""
    inks = {label: STATE_INKS[code] for code, label in STATE_LABELS.items()}
    for table in document.element.body.iter(qn("w:tbl")):
        for element in table.iter(qn("w:r")):
            run = Run(element, document)
            if ink := inks.get(run.text):
                run.font.color.rgb = RGBColor.from_string(ink.removeprefix("#").upper())


def _context(document: DocxTemplate, content: ReportContent) -> dict[str, Any]:
    """Give each tag its text; a test compares the names with `TAGS`."""
    charts = [
        {"hinh": DescribedImage(document, draw(chart, "png"), chart.alt), "ten": f"Hình {n}: {chart.title}"}
        for n, chart in enumerate(content.charts, start=1)
    ]
    return {name: _clean(value) for name, value in context_of(content).items()} | {"cac_bieu_do": charts}


def context_of(content: ReportContent) -> dict[str, Any]:
    """Give the report's texts and rows under the names that templates use."""
    head, annex = content.letterhead, content.annex
    return {
        "nam": str(content.year),
        "co_quan_chu_quan": head.parent_body.upper(),
        "co_quan": head.body.upper(),
        "so": head.number,
        "dia_danh_ngay": head.place_and_date,
        "trich_yeu": head.title,
        "kinh_gui": head.addressee,
        "can_cu": content.bases,
        "mo_dau": content.opening,
        "dac_diem_chung": content.general,
        "nhan_xet_chung": content.finding,
        "cac_bang_muc_tieu": [_target_table(table) for table in content.target_tables],
        "tieu_de_danh_gia": headings(len(content.target_tables))["assessment"],
        "danh_gia": content.assessment,
        "nhan_xet_nhiem_vu": content.task_finding,
        "cac_nhiem_vu": _task_lines(content.task_groups),
        "nguyen_nhan": content.causes,
        "vuong_mac": content.obstacles,
        "kien_nghi": content.proposals,
        "ket_thuc": content.closing,
        "tham_quyen": content.signature.authority,
        "chuc_vu": content.signature.title,
        "nguoi_ky": content.signature.name,
        "noi_nhan": content.recipients,
        "phu_luc": {
            "ten": annex.title,
            "kem_theo": within_words(head.number),
            "ghi_chu": annex.note or NO_TEXT,
            "cac_cot": annex.headings,
            "cac_dong": [{"tt": row.number, "ten": row.name, "cac_o": row.cells} for row in annex.rows],
        },
        "so_minh_bach": content.log_note,
        "mo_phong": content.simulated_note,
    }


def _target_table(table: TargetTable) -> dict[str, Any]:
    lines: list[dict[str, str]] = []
    for group in table.groups:
        lines.append({"nhom": group.name})
        lines.extend(
            {
                "nhom": "",
                "tt": row.number,
                "chi_tieu": row.name,
                "don_vi": row.unit,
                "muc_tieu": row.target,
                "nam_truoc": row.previous,
                "nam_bao_cao": row.current,
                "trang_thai": row.state,
                "cach_co_so_lieu": row.how,
            }
            for row in group.rows
        )
    return {"tieu_de": f"{table.number} {table.title}", "nhan_xet": table.finding, "cac_dong": lines}


def _task_lines(groups: tuple[TaskGroup, ...]) -> list[dict[str, str]]:
    lines: list[dict[str, str]] = []
    for group in groups:
        lines.append({"nhom": group.body})
        lines.extend(
            {
                "nhom": "",
                "tt": r.number,
                "nhiem_vu": r.title,
                "han": r.due,
                "trang_thai": r.state,
                "tien_do": r.progress,
            }
            for r in group.rows
        )
    return lines


def _clean(value: Any) -> Any:
    """Drop the characters that XML cannot hold, anywhere in a value."""
    if isinstance(value, str):
        return NOT_IN_XML.sub("", value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value]
