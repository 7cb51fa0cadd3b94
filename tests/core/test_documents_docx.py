"""DOCX: numbers as Word draws them, tables, notes, changes, what is hidden."""

from __future__ import annotations

import io
import unicodedata
import zipfile

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.documents import read_document
from hatang.core.documents.numerals import FORMATS, drawn_number
from hatang.core.plan_reader.structure import Line
from tests.core.document_makers import abstract, docx, in_list, level, num, p, r, style, table, zipped

OUTLINE = abstract(
    0,
    level(0, "upperRoman", "%1."),
    level(1, "decimal", "%2."),
    level(2, "lowerLetter", "%3)"),
    level(3, "bullet", "-"),
)


def lines(body: str, **parts: str) -> list[Line]:
    return list(read_document(docx(body, **parts), "ke-hoach.docx").lines)


def shown(body: str, **parts: str) -> list[str]:
    return [f"{line.marker} {line.text}".strip() for line in lines(body, **parts)]


def markers(body: str, numbering: str, styles: str = "") -> list[str]:
    return [line.marker for line in lines(body, numbering=numbering, styles=styles)]


def test_levels_count_and_begin_anew() -> None:
    body = "".join(p("x", num=1, level=at) for at in (0, 1, 1, 2, 2, 2, 2, 2, 2, 3, 1, 2, 0, 1, 2))
    assert markers(body, OUTLINE + num(1, 0)) == [
        "I.", "1.", "2.", "a)", "b)", "c)", "d)", "e)", "f)", "-", "3.", "a)", "II.", "1.", "a)",
    ]  # fmt: skip


def test_decimal_labels_are_whole() -> None:
    numbering = abstract(0, level(0, "decimal", "%1."), level(1, "decimal", "%1.%2."), level(2, "decimal", "%1.%2.%3"))
    body = "".join(p("x", num=1, level=at) for at in (0, 1, 1, 2, 2, 0, 1, 2))
    assert markers(body, numbering + num(1, 0)) == ["1.", "1.1.", "1.2.", "1.2.1", "1.2.2", "2.", "2.1.", "2.1.1"]


def test_a_level_without_upper_ones_shows_their_start() -> None:
    numbering = abstract(0, level(0, "decimal", "%1.", start=3), level(1, "decimal", "%1.%2."))
    assert markers(p("x", num=1, level=1) + p("x", num=1, level=1), numbering + num(1, 0)) == ["3.1.", "3.2."]


def test_lists_of_one_definition_count_on_unless_they_start_anew() -> None:
    numbering = abstract(0, level(0, "lowerLetter", "%1)")) + num(1, 0) + num(2, 0)
    numbering += num(3, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    body = "".join(p("x", num=n) for n in (1, 1, 2, 3, 3, 1, 3))
    assert markers(body, numbering) == ["a)", "b)", "c)", "a)", "b)", "c)", "d)"]


def test_a_list_may_redraw_a_level() -> None:
    redrawn = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "Phần %1:")}</w:lvlOverride>'
    numbering = abstract(0, level(0, "decimal", "%1.")) + num(1, 0, redrawn)
    assert markers(p("x", num=1) + p("x", num=1), numbering) == ["Phần A:", "Phần B:"]


def test_restart_may_be_off_or_after_a_given_level() -> None:
    never = abstract(0, level(0, "upperRoman", "%1."), level(1, "decimal", "%2.", more='<w:lvlRestart w:val="0"/>'))
    body = "".join(p("x", num=1, level=at) for at in (0, 1, 1, 0, 1))
    assert markers(body, never + num(1, 0)) == ["I.", "1.", "2.", "II.", "3."]
    third = level(2, "lowerLetter", "%3)", more='<w:lvlRestart w:val="1"/>')
    first_only = abstract(0, level(0, "upperRoman", "%1."), level(1, "decimal", "%2."), third)
    body = "".join(p("x", num=1, level=at) for at in (0, 1, 2, 1, 2, 0, 1, 2))
    assert markers(body, first_only + num(1, 0)) == ["I.", "1.", "a)", "2.", "b)", "II.", "1.", "a)"]


def test_legal_numbering_writes_upper_levels_in_figures() -> None:
    numbering = abstract(0, level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2.", more="<w:isLgl/>"))
    body = "".join(p("x", num=1, level=at) for at in (0, 0, 1))
    assert markers(body, numbering + num(1, 0)) == ["I.", "II.", "2.1."]


def test_numbering_comes_from_styles_and_what_they_are_based_on() -> None:
    styles = style("M1", in_list(1)) + style("M2", in_list(0, 1), based_on="M1")
    styles += style("M3", in_list(1), based_on="M3")
    tied = level(2, "lowerLetter", "%3)", more='<w:pStyle w:val="M3"/>')
    numbering = abstract(0, level(0, "upperRoman", "%1."), level(1, "decimal", "%2."), tied) + num(1, 0)
    body = p("x", style="M1") + p("x", style="M2") + p("x", style="M3") + p("x", style="M2") + p("x", style="M1", num=0)
    assert markers(body, numbering, styles) == ["I.", "1.", "a)", "2.", ""]


def test_a_style_may_stand_for_a_list() -> None:
    styles = style("DS", in_list(7), kind="numbering")
    by_style = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="DS"/></w:abstractNum>'
    numbering = abstract(0, level(0, "decimal", "Điều %1.")) + by_style + num(7, 0) + num(2, 1)
    assert markers(p("x", num=2) + p("x", num=2), numbering, styles) == ["Điều 1.", "Điều 2."]


@pytest.mark.parametrize(
    ("form", "drawn"),
    [
        ("decimal", ["1.", "2.", "3."]),
        ("decimalZero", ["01.", "02.", "03."]),
        ("upperRoman", ["I.", "II.", "III."]),
        ("lowerRoman", ["i.", "ii.", "iii."]),
        ("upperLetter", ["A.", "B.", "C."]),
        ("ordinal", ["1st.", "2nd.", "3rd."]),
        ("vietnameseCounting", ["một.", "hai.", "ba."]),
        ("ordinalText", ["Nhất.", "Hai.", "Ba."]),
        ("none", [".", ".", "."]),
        ("chineseCounting", ["1.", "2.", "3."]),
    ],
)
def test_formats(form: str, drawn: list[str]) -> None:
    numbering = abstract(0, level(0, form, "%1.")) + num(1, 0)
    assert markers(p("x", num=1) * 3, numbering) == drawn


def test_letters_after_z_are_doubled() -> None:
    numbering = abstract(0, level(0, "lowerLetter", "%1)", start=26)) + num(1, 0)
    assert markers(p("x", num=1) * 3, numbering) == ["z)", "aa)", "bb)"]


@pytest.mark.parametrize(
    ("text", "drawn"), [("\uf0b7", "•"), ("\uf0a7", "▪"), ("o", "◦"), ("-", "-"), ("+", "+"), ("\uf0e0", "•"), ("", "")]
)
def test_bullets(text: str, drawn: str) -> None:
    assert markers(p("x", num=1), abstract(0, level(0, "bullet", text)) + num(1, 0)) == [drawn]


def test_a_lone_number_gets_a_full_stop_but_not_in_a_table() -> None:
    numbering = abstract(0, level(0, "decimal", "%1")) + num(1, 0)
    body = p("Mục đích", num=1) + table((p(num=1), "Phủ sóng"), (p(num=1), "Cáp quang"))
    read = lines(body, numbering=numbering)
    assert read[0].marker == "1."
    assert [line.cells for line in read[1:]] == [("2", "Phủ sóng"), ("3", "Cáp quang")]


def test_empty_paragraphs_count_and_are_left_out() -> None:
    assert markers(p("x", num=1) + p(num=1) + p("x", num=1), OUTLINE + num(1, 0)) == ["I.", "III."]


@given(st.integers(1, 3_000), st.sampled_from(sorted(FORMATS)))
def test_numbers_of_a_format_differ(n: int, form: str) -> None:
    if form != "none":
        assert drawn_number(n, form) != drawn_number(n + 1, form)


def test_tables_keep_their_columns() -> None:
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    first, below = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>"
    body = table(
        ("TT", "Nhiệm vụ", "Chủ trì"),
        (wide + p("I. Hạ tầng viễn thông"), "Sở A"),
        (first + p("1"), "Lập quy hoạch", "Sở B"),
        (below + p(), "Ngầm hóa cáp", "Sở C"),
    )
    read = lines(body)
    assert [line.cells for line in read] == [
        ("TT", "Nhiệm vụ", "Chủ trì"),
        ("I. Hạ tầng viễn thông", "", "Sở A"),
        ("1", "Lập quy hoạch", "Sở B"),
        ("1", "Ngầm hóa cáp", "Sở C"),
    ]
    assert read[0].text == "TT | Nhiệm vụ | Chủ trì"


def test_paragraphs_and_tables_in_a_cell_are_one_text() -> None:
    inner = table(("4G", "100 %"), ("5G", "90 %"))
    read = lines(table(("1", p("Phủ sóng") + p("- tại xã") + inner + p()), ("2", "Khác")))
    assert read[0].cells == ("1", "Phủ sóng - tại xã 4G | 100 % 5G | 90 %")


def test_head_and_signature_are_plain_lines_in_reading_order() -> None:
    head = table(
        (p("ỦY BAN NHÂN DÂN") + p("TỈNH HÒA LẠC"), p("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") + p("Độc lập - Tự do")),
        ("Số: 12/KH-UBND", "Hòa Lạc, ngày 02 tháng 3 năm 2025"),
    )
    foot = table((p("Nơi nhận:") + p("- Lưu: VT."), p("TM. ỦY BAN NHÂN DÂN") + p("CHỦ TỊCH")))
    read = lines(head + p("KẾ HOẠCH") + foot)
    assert [line.text for line in read] == [
        "ỦY BAN NHÂN DÂN", "TỈNH HÒA LẠC", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do", "Số: 12/KH-UBND",
        "Hòa Lạc, ngày 02 tháng 3 năm 2025", "KẾ HOẠCH", "Nơi nhận:", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH",
    ]  # fmt: skip
    assert not any(line.cells for line in read)


def test_a_table_without_borders_only_places_words() -> None:
    assert not any(line.cells for line in lines(table(("Trái", "Phải"), bordered=False)))
    assert all(line.cells for line in lines(table(("Trái", "Phải"))))


def test_borders_may_come_from_the_style() -> None:
    edges = '<w:tblPr><w:tblBorders><w:top w:val="single"/></w:tblBorders></w:tblPr>'
    styles = style("L", edges, kind="table") + style("L2", "", based_on="L", kind="table")
    body = table(("Trái", "Phải"), bordered=False).replace("<w:tblPr>", '<w:tblPr><w:tblStyle w:val="L2"/>')
    assert lines(body, styles=styles)[0].cells == ("Trái", "Phải")


def test_notes_follow_their_paragraph() -> None:
    call = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = f'<w:footnote w:type="separator" w:id="0">{p("x")}</w:footnote>'
    notes += f'<w:footnote w:id="2">{p("Theo báo cáo.")}</w:footnote>'
    end = '<w:r><w:endnoteReference w:id="5"/></w:r>'
    body = p("Đạt 90 %", inside=call + r(" vào năm 2025.") + end) + p("Tiếp theo")
    read = lines(body, footnotes=notes, endnotes=f'<w:endnote w:id="5">{p("Số liệu sơ bộ.")}</w:endnote>')
    assert [(line.marker, line.text, line.footnote) for line in read] == [
        ("", "Đạt 90 %¹ vào năm 2025.²", False),
        ("¹", "Theo báo cáo.", True),
        ("²", "Số liệu sơ bộ.", True),
        ("", "Tiếp theo", False),
    ]


def test_tracked_changes_are_read_as_accepted() -> None:
    body = p("Đạt ", inside=f"<w:del>{r('80').replace('w:t', 'w:delText')}</w:del><w:ins>{r('90')}</w:ins>{r(' %')}")
    body += f"<w:p><w:moveFrom>{r('Cũ')}</w:moveFrom><w:moveTo>{r('Mới')}</w:moveTo></w:p>"
    body += f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{r('Nối ')}</w:p>{p('liền')}"
    body += table(("a", "b"), ("c", "d")).replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>", 1)
    assert shown(body) == ["Đạt 90 %", "Mới", "Nối liền", "c | d"]


def test_hidden_text_codes_and_contents_are_left_out() -> None:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    field = char("begin") + "<w:r><w:instrText> DATE </w:instrText></w:r>" + char("separate") + r("2025") + char("end")
    contents = char("begin") + "<w:r><w:instrText> TOC \\o </w:instrText></w:r>" + char("separate") + r("I. MỤC TIÊU 3")
    body = (
        p("Năm ", inside=field + r("ẩn", "<w:vanish/>"))
        + f"<w:p>{contents}</w:p>"
        + p("1. Chung 4", inside=char("end"))
    )
    body += p("Mục lục 2", style="T1") + p("I. MỤC TIÊU")
    styles = style("T1", "", called="toc 1")
    assert shown(body, styles=styles) == ["Năm 2025", "I. MỤC TIÊU"]


def test_links_controls_boxes_and_alternatives_are_read_once() -> None:
    box = f"<w:txbxContent>{p('Trong khung')}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    body = p("Xem ", inside=f"<w:hyperlink>{r('quyết định')}</w:hyperlink>" + both)
    body += f"<w:sdt><w:sdtContent>{p('Trong ô điều khiển')}</w:sdtContent></w:sdt>"
    assert shown(body) == ["Xem quyết định", "Trong khung", "Trong ô điều khiển"]


def test_strong_lines_are_bold_through_and_through() -> None:
    styles = style("H", "<w:rPr><w:b/><w:caps/></w:rPr>") + style("C", "<w:rPr><w:b/></w:rPr>", kind="character")
    body = p(inside=r("Đậm", "<w:b/>")) + p(inside=r("a) Đậm:", "<w:b/>") + r(" thường")) + p("Mục tiêu", style="H")
    body += p(style="H", inside=r("thôi", '<w:b w:val="0"/>')) + p(inside=r("Kiểu", '<w:rStyle w:val="C"/>'))
    body += p(style="H", inside=r("cả hai", '<w:rStyle w:val="C"/>'))
    read = [(line.text, line.strong) for line in lines(body, styles=styles)]
    assert read == [
        ("Đậm", True), ("a) Đậm: thường", False), ("MỤC TIÊU", True), ("THÔI", False), ("Kiểu", True),
        ("CẢ HAI", False),
    ]  # fmt: skip


def test_breaks_tabs_and_signs() -> None:
    soft = "<w:r><w:br/></w:r>"
    body = p("KẾ HOẠCH", inside=soft + r("Phát triển hạ tầng số") + soft + r("giai đoạn 2025 - 2030"))
    body += p("- Phủ sóng 5G;", inside=soft + r("- Cáp quang tới") + soft + r("từng thôn."))
    body += p("Văn bản của tỉnh về hạ tầng số. " * 12) + p("x") * 12
    body += p("1.", inside="<w:r><w:tab/></w:r>" + r("Mục") + "<w:r><w:noBreakHyphen/></w:r>" + r("đích"))
    body += p("10 m", inside=r("2", '<w:vertAlign w:val="superscript"/>'))
    read = [line.text for line in lines(body)]
    assert read[:4] == [
        "KẾ HOẠCH",
        "Phát triển hạ tầng số giai đoạn 2025 - 2030",
        "- Phủ sóng 5G;",
        "- Cáp quang tới từng thôn.",
    ]
    assert read[-2:] == ["1. Mục-đích", "10 m²"]


def test_old_fonts_are_made_unicode_by_the_font_of_each_run() -> None:
    tcvn3, capitals = '<w:rFonts w:ascii=".VnTime"/>', '<w:rFonts w:ascii=".VnTimeH"/>'
    vni = '<w:rFonts w:ascii="VNI-Times"/>'
    body = p(inside=r("KÕ ho¹ch ph¸t triÓn", tcvn3) + r(" hạ tầng số")) + p(inside=r("môc tiªu", capitals))
    body += p(inside=r("Phöôøng Kyø Löøa", vni)) + p(inside=r("Xã hà", tcvn3))
    assert shown(body) == ["Kế hoạch phát triển hạ tầng số", "MỤC TIÊU", "Phường Kỳ Lừa", "Xã hà"]


def test_the_strict_form_of_the_format_is_read() -> None:
    content = docx(p("Mục tiêu"))
    strict = content_with(content, "word/document.xml", b"schemas.openxmlformats.org/wordprocessingml/2006/main")
    assert [line.text for line in read_document(strict, "a.docx").lines] == ["Mục tiêu"]


def content_with(content: bytes, part: str, old: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    members[part] = bytes(members[part]).replace(old, b"purl.oclc.org/ooxml/wordprocessingml/main")
    return zipped(members)


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="|\xad"), min_size=1)


@settings(max_examples=40, deadline=None)
@given(st.lists(PLAIN, min_size=1, max_size=4))
def test_words_come_back_as_python_docx_wrote_them(texts: list[str]) -> None:
    made = python_docx.Document()
    for text in texts:
        made.add_paragraph(text)
    stream = io.BytesIO()
    made.save(stream)
    read = read_document(stream.getvalue(), "a.docx")
    assert [line.text for line in read.lines] == [unicodedata.normalize("NFC", text) for text in texts]


def test_tabs_part_columns_at_the_top_and_at_the_signature_only() -> None:
    tab = "<w:r><w:tab/></w:r>"
    body = p("UBND TỈNH HÒA LẠC", inside=tab + r("CỘNG HÒA XÃ HỘI")) + p("x") * 15
    body += p("Tổng số:", inside=tab + r("100 trạm")) + p("Nơi nhận:", inside=tab + r("TM. ỦY BAN NHÂN DÂN"))
    read = [line.text for line in lines(body)]
    assert read[:2] == ["UBND TỈNH HÒA LẠC", "CỘNG HÒA XÃ HỘI"]
    assert read[-3:] == ["Tổng số: 100 trạm", "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN"]


def test_a_small_table_of_figures_is_no_signature() -> None:
    assert all(line.cells for line in lines(table(("KT-XH", "Số trạm"), ("TM điện tử", "12"))))
