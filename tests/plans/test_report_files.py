"""The report's files: what a committee's office opens in Word or a PDF reader must be right and as typed."""

from __future__ import annotations

import dataclasses
import io
import json
from datetime import date

import docx
import pytest
from pypdf import PageObject, PdfReader

from hatang.plans.report.docx import TAGS, context_of, report_docx
from hatang.plans.report.docx_template import default_template
from hatang.plans.report.example import example_content
from hatang.plans.report.letter import SIMULATED_LINE, ReportContent, from_json, to_json
from hatang.plans.report.pdf import layout_data, printable, report_pdf
from hatang.plans.report.wording import legal_basis, official_date, recipient_lines

MADE_ON = date(2026, 2, 5)
NASTY = (
    r"""#set page(fill: red) $x^2$ *đậm* _nghiêng_ @ai <b>&amp;</b> {{ nam }} {% for x in y %} `mã` // \n "trích" ]["""
)


def pdf_of(content: ReportContent) -> PdfReader:
    return PdfReader(io.BytesIO(report_pdf(content, made_on=MADE_ON)))


def top_text(page: PageObject) -> str:
    """Give the text in the top margin."""
    found: list[str] = []
    edge = float(page.mediabox.height) - 20 / 25.4 * 72

    def visit(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if tm[4] * cm[1] + tm[5] * cm[3] + cm[5] > edge:
            found.append(text)

    page.extract_text(visitor_text=visit)
    return "".join(found).strip()


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return pdf_of(example_content(communes=60))


@pytest.fixture(scope="module")
def word() -> docx.document.Document:
    return docx.Document(io.BytesIO(report_docx(example_content(), template=default_template())))


def all_text(document: docx.document.Document) -> str:
    """Everything that the document's XML holds as text, tables included."""
    return " ".join(node.text or "" for node in document.element.iter() if node.tag.endswith("}t"))


def test_pdf_is_archival_tagged_and_named(pdf: PdfReader) -> None:
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert pdf.root_object["/Lang"].lower().startswith("vi")
    metadata = pdf.root_object["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert pdf.metadata is not None
    assert "Kết quả thực hiện Kế hoạch" in str(pdf.metadata.title)
    assert pdf.metadata.author == "Sở Khoa học và Công nghệ"


def test_pdf_charts_speak(pdf: PdfReader) -> None:
    """A reader who cannot see hears each chart's alternative text."""
    spoken = {str(o.get("/Alt")) for o in (pdf.get_object(i) for i in range(1, len(pdf.xref[0]))) if hasattr(o, "get")}
    assert any("Biểu đồ thanh ví dụ" in words for words in spoken)
    assert any("Biểu đồ đường ví dụ" in words for words in spoken)


def test_pdf_embeds_fonts_with_times_metrics_and_one_for_signs(pdf: PdfReader) -> None:
    fonts = {}
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[str(inner["/BaseFont"])] = inner["/FontDescriptor"].get_object()
    assert fonts
    for name, descriptor in fonts.items():
        assert "Tinos" in name or "DejaVuSans" in name
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_pdf_pages_are_a4_numbered_from_the_second(pdf: PdfReader) -> None:
    sizes = {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pdf.pages}
    assert sizes == {(595, 842), (842, 595)}
    tops = [top_text(page) for page in pdf.pages]
    assert tops[0] == ""
    assert tops[1:] == [str(n) for n in range(2, len(pdf.pages) + 1)]


def test_every_page_says_simulated(pdf: PdfReader) -> None:
    assert len(pdf.pages) > 4
    assert all(SIMULATED_LINE in words(page.extract_text()) for page in pdf.pages)


def test_no_page_says_simulated_when_nothing_is() -> None:
    real = dataclasses.replace(example_content(), simulated=False)
    assert SIMULATED_LINE not in "".join(page.extract_text() for page in pdf_of(real).pages)
    document = docx.Document(io.BytesIO(report_docx(real, template=default_template())))
    assert SIMULATED_LINE not in document.sections[0].footer.paragraphs[0].text


def test_table_heads_are_repeated_on_each_page() -> None:
    pages = pdf_of(example_content(communes=100)).pages
    with_communes = [words(p.extract_text()) for p in pages if "Xã Ví Dụ" in p.extract_text()]
    assert len(with_communes) > 2
    assert all("Chỉ tiêu 1 (%)" in text for text in with_communes)


@pytest.mark.parametrize("field", ["assessment", "causes", "proposals"])
def test_typed_text_comes_out_as_typed(field: str) -> None:
    content = dataclasses.replace(example_content(communes=0), **{field: (NASTY,)})
    text = words(" ".join(page.extract_text() for page in pdf_of(content).pages))
    assert words(NASTY).replace(" ", "") in text.replace(" ", "")
    document = docx.Document(io.BytesIO(report_docx(content, template=default_template())))
    assert NASTY in [paragraph.text for paragraph in document.paragraphs]


def test_control_characters_do_not_break_the_docx() -> None:
    content = dataclasses.replace(example_content(), assessment=("a\x0bb\x01c",))
    document = docx.Document(io.BytesIO(report_docx(content, template=default_template())))
    assert "abc" in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("text", ["a\x0bb\x01c", "xong 👍", "測試"])
def test_characters_that_no_font_draws_do_not_break_the_pdf(text: str) -> None:
    content = dataclasses.replace(example_content(), assessment=(text,), obstacles=(text,), causes=(text,))
    pages = PdfReader(io.BytesIO(report_pdf(content, made_on=date(2026, 1, 5)))).pages
    assert printable(text) in "".join(page.extract_text() for page in pages)


def test_what_the_fonts_draw_stays_as_typed() -> None:
    data = layout_data(example_content(), date(2026, 1, 5))
    assert printable(data) == json.loads(json.dumps(data))


def test_docx_has_the_official_page(word: docx.document.Document) -> None:
    first = word.sections[0]
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    assert [round(side.mm) for side in (first.top_margin, first.bottom_margin)] == [20, 20]
    assert [round(side.mm) for side in (first.left_margin, first.right_margin)] == [30, 20]
    assert word.styles["Nội dung"].font.name == "Times New Roman"
    assert word.styles["Nội dung"].font.size.pt == 13
    assert round(word.styles["Nội dung"].paragraph_format.first_line_indent.cm, 2) == 1.27
    assert word.sections[-1].page_width > word.sections[-1].page_height


def test_docx_numbers_pages_but_not_the_first(word: docx.document.Document) -> None:
    first = word.sections[0]
    assert first.different_first_page_header_footer
    assert "PAGE" in first.header._element.xml
    assert "PAGE" not in first.first_page_header._element.xml
    for footer in (first.first_page_footer, first.footer):
        assert SIMULATED_LINE in footer.paragraphs[0].text


def test_docx_holds_every_part(word: docx.document.Document) -> None:
    text = all_text(word)
    content = example_content()
    for expected in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        content.letterhead.number,
        content.letterhead.title,
        content.bases[0],
        content.target_tables[1].title,
        content.task_groups[0].rows[-1].title,
        content.annex.rows[-1].name,
        content.signature.name,
        "- Lưu: VT, BCVT.",
    ):
        assert expected in text
    assert "{{" not in text
    assert "{%" not in text


def test_docx_charts_speak(word: docx.document.Document) -> None:
    spoken = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    content = example_content()
    assert spoken == [chart.alt for chart in content.charts]


def test_template_tags_are_those_told_to_the_officer() -> None:
    assert {tag.name for tag in TAGS} == set(context_of(example_content())) | {"cac_bieu_do"}


def test_sent_content_survives_storage() -> None:
    content = example_content()
    assert from_json(to_json(content)) == content


def test_official_wording() -> None:
    assert official_date(date(2026, 10, 9)) == "ngày 09 tháng 10 năm 2026"
    assert official_date(date(2026, 3, 15)) == "ngày 15 tháng 3 năm 2026"
    law = legal_basis(number="24/2023/QH15", issuer="Quốc hội", day=date(2023, 11, 24), title="Luật Viễn thông")
    assert law == "Căn cứ Luật Viễn thông số 24/2023/QH15 ngày 24 tháng 11 năm 2023 của Quốc hội"
    assert recipient_lines("Lưu: VT, BCVT\n- Như trên;", body="") == ("- Như trên;", "- Lưu: VT, BCVT.")


@pytest.mark.parametrize("communes", [0, 20])
def test_the_log_s_root_is_printed_last_in_both_files(communes: int) -> None:
    """Whoever holds a printed report can prove what was published then; on the page of the annex if there is one."""
    root = "c0ffee" * 10 + "abcd"
    content = dataclasses.replace(example_content(communes=communes), log_note=f"Sổ có 7 mục, gốc {root}.")
    last = pdf_of(content).pages[-1].extract_text()
    assert root in "".join(last.split())
    document = docx.Document(io.BytesIO(report_docx(content, template=default_template())))
    assert document.paragraphs[-1].text == f"Sổ có 7 mục, gốc {root}."
    assert len(pdf_of(content).pages) == len(pdf_of(example_content(communes=communes)).pages)
