"""HTML and plain text: encodings, lists, tables, what a browser would not show."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.documents import DocumentError, read_document
from hatang.core.legacy_vietnamese import TCVN3
from hatang.core.plan_reader.structure import Line

SENTENCE = "Kế hoạch phát triển hạ tầng số của tỉnh đến năm 2030, bảo đảm mỗi xã đều có sóng 5G và cáp quang."


def page(body: str, name: str = "a.html") -> list[Line]:
    return list(read_document(f"<html><body>{body}</body></html>".encode(), name).lines)


def shown(body: str) -> list[str]:
    return [f"{line.marker} {line.text}".strip() for line in page(body)]


def tcvn3(text: str) -> bytes:
    codes = {letter: code for code, letter in TCVN3.items()}
    return bytes(codes.get(c, ord(c) if ord(c) < 128 else 63) for c in unicodedata.normalize("NFC", text))


def cp1258(text: str) -> bytes:
    tones = "\u0300\u0301\u0303\u0309\u0323"
    apart = unicodedata.normalize("NFD", text)
    out, letter = "", ""
    for c in [*apart, ""]:
        if c and unicodedata.combining(c) and c not in tones:
            letter += c
            continue
        out += unicodedata.normalize("NFC", letter)
        letter = c
    return out.encode("cp1258")


ENCODED = {
    "utf-8": SENTENCE.encode(),
    "utf-8 with a mark": SENTENCE.encode("utf-8-sig"),
    "utf-8 taken apart": unicodedata.normalize("NFD", SENTENCE).encode(),
    "utf-16": SENTENCE.encode("utf-16"),
    "utf-16 without a mark": SENTENCE.encode("utf-16-le"),
    "utf-16 great end first": SENTENCE.encode("utf-16-be"),
    "windows-1258": cp1258(SENTENCE),
    "tcvn3": tcvn3(SENTENCE),
}


@pytest.mark.parametrize("raw", ENCODED.values(), ids=ENCODED)
def test_text_in_every_encoding(raw: bytes) -> None:
    document = read_document(raw, "ke-hoach.txt")
    assert [line.text for line in document.lines] == [SENTENCE]
    assert document.kind == "txt"
    assert not document.lines[0].whole


@pytest.mark.parametrize("declared", ["", "utf-8", "windows-1258", "iso-8859-1", "x-nonsense"])
@pytest.mark.parametrize("raw", ENCODED.values(), ids=ENCODED)
def test_pages_in_every_encoding_whatever_they_say(raw: bytes, declared: str) -> None:
    if raw.startswith((b"\xff\xfe", b"\xef\xbb\xbf")) or b"\0" in raw:
        encoding = "utf-8-sig" if raw.startswith(b"\xef") else "utf-16"
        content = f'<meta charset="{declared}"><p>{SENTENCE}'.encode(encoding)
    else:
        content = f'<html><head><meta charset="{declared}"></head><body><p>'.encode() + raw + b"</p></body></html>"
    assert [line.text for line in read_document(content, "a.html").lines] == [SENTENCE]


def test_a_damaged_letter_does_not_make_all_the_others_strange() -> None:
    raw = (f"{SENTENCE}\n" * 20).encode()
    read = read_document(raw[:40] + b"\xff" + raw[40:], "a.txt").lines
    assert [line.text for line in read[1:]] == [SENTENCE] * 19
    assert read[0].text.replace("\ufffd", "") == SENTENCE


def test_form_feeds_part_pages() -> None:
    document = read_document("Một\fHai\n\nBa".encode(), "a.txt")
    assert [(line.text, line.page) for line in document.lines] == [("Một", 1), ("Hai", 2), ("Ba", 2)]
    assert document.pages == 2


def test_rows_of_bars_and_tabs_are_left_as_they_are() -> None:
    rows = ["| 1 | Lập quy hoạch | Sở A |", "1\tLập quy hoạch\tSở A"]
    assert [line.text for line in read_document("\n".join(rows).encode(), "a.txt").lines] == rows


def test_letters_in_no_known_encoding_are_said() -> None:
    words = " ".join(f"µ{n}×Ð¿ßæþ" for n in range(60))
    with pytest.raises(DocumentError, match="bảng mã cũ"):
        read_document(words.encode(), "a.txt")


@settings(max_examples=60)
@given(st.lists(st.text("abcđêưôn ộ.,;-0123456789%", min_size=1).filter(str.strip), min_size=1, max_size=20))
def test_text_comes_back(lines: list[str]) -> None:
    read = read_document("\n".join(lines).encode(), "a.txt").lines
    assert [line.text for line in read] == [line.rstrip() for line in lines]


@settings(max_examples=60)
@given(st.lists(st.text("abcộếữ&<>\"'.,0123456789%", min_size=1), min_size=1, max_size=20))
def test_paragraphs_come_back(texts: list[str]) -> None:
    assert [line.text for line in page("".join(f"<p>{html.escape(text)}</p>" for text in texts))] == texts


def test_paragraphs_links_and_breaks() -> None:
    body = "<div>KẾ HOẠCH<br>Phát triển <b>hạ&nbsp;tầng</b> số<br/>giai đoạn 2025 - 2030</div>Ngoài đoạn<p>Theo "
    body += "<a href=x>Quyết định</a>\n   số 1132/QĐ-TTg</p>"
    assert shown(body) == [
        "KẾ HOẠCH", "Phát triển hạ tầng số giai đoạn 2025 - 2030", "Ngoài đoạn", "Theo Quyết định số 1132/QĐ-TTg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "markers"),
    [
        ("<ol><li>x<li>x</ol>", ["1.", "2."]),
        ("<ol type=a start=5><li>x<li>x</ol>", ["e.", "f."]),
        ("<ol type=I><li>x<li value=4>x<li>x</ol>", ["I.", "IV.", "V."]),
        ("<ol type=A start=26><li>x<li>x</ol>", ["Z.", "AA."]),
        ("<ol reversed><li>x<li>x</ol>", ["2.", "1."]),
        ("<ul><li>x<ul><li>x</ul><li>x</ul>", ["•", "◦", "•"]),
        ("<ol><li>x<ol type=a><li>x<li>x</ol><li>x</ol>", ["1.", "a.", "b.", "2."]),
        ("<ul style='list-style-type: none'><li>x</ul>", [""]),
        ("<ol><li></li><li>x</ol>", ["2."]),
    ],
)
def test_lists(body: str, markers: list[str]) -> None:
    assert [line.marker for line in page(body)] == markers


def test_hidden_and_running_parts_are_left_out() -> None:
    body = (
        "<script>var a='<p>x</p>'</script><style>p{}</style><p style='display: none'>ẩn</p><p hidden>ẩn</p><p>Thấy"
        "<span style='visibility:hidden'>ẩn</span> được</p>"
        "<nav>Trang chủ</nav><!-- lời ghi -->cuối"
        "<template>x</template><select><option>x</select><noscript>x</noscript>."
    )
    assert shown(body) == ["Thấy được", "cuối."]


def test_strong_and_raised_letters() -> None:
    read = page("<p><b>I. MỤC TIÊU</b></p><p><b>a)</b> Chung</p><h2>Phần II</h2><p>90 %<sup>1</sup> <span "
                "style='font-weight:700'>x</span></p><p style='font-weight: bold'>Đậm</p>")  # fmt: skip
    assert [(line.text, line.strong) for line in read] == [
        ("I. MỤC TIÊU", True), ("a) Chung", False), ("Phần II", True), ("90 %¹ x", False), ("Đậm", True),
    ]  # fmt: skip


def test_tables_with_cells_that_span() -> None:
    body = (
        "<p>Phụ lục</p><table border=1><tr><th>TT<th>Nhiệm vụ<th>Chủ trì</tr><tr><td rowspan=2>1<td>Lập quy hoạch"
        "<td>Sở A</tr><tr><td>Ngầm hóa<td rowspan=2>Sở B</tr><tr><td colspan=2>II. Dữ liệu</tr></table>"
    )
    assert [line.cells for line in page(body)[1:]] == [
        ("TT", "Nhiệm vụ", "Chủ trì"),
        ("1", "Lập quy hoạch", "Sở A"),
        ("1", "Ngầm hóa", "Sở B"),
        ("II. Dữ liệu", "", "Sở B"),
    ]


def test_borders_are_seen_in_styles_of_cells() -> None:
    edge = "style='border: solid windowtext 1.0pt'"
    assert page(f"<table><tr><td {edge}>a<td {edge}>b</table>")[0].cells == ("a", "b")
    assert page("<table style='border: none'><tr><td>a<td>b</table>")[0].cells == ()


def test_head_of_the_genre_is_plain_lines() -> None:
    body = (
        "<table><tr><td><b>UBND TỈNH HÒA LẠC<br>-------</b><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - "
        "Hạnh phúc<br>---------</tr><tr><td>Số: 12/KH-UBND<td><i>Hòa Lạc, ngày 02 tháng 3 năm 2025</i></tr></table>"
    )
    assert shown(body) == [
        "UBND TỈNH HÒA LẠC", "-------", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        "---------", "Số: 12/KH-UBND", "Hòa Lạc, ngày 02 tháng 3 năm 2025",
    ]  # fmt: skip


def test_tables_in_tables_and_broken_markup_stop_nothing() -> None:
    body = "<table border=1><tr><td>a<table border=1><tr><td>b<td>c</table><td>d</table></td></tr></ol><li>e</ul><td>f"
    assert [line.text for line in page(body)] == ["a b | c | d", "e", "f"]


def test_preformatted_lines_may_break_inside_sentences() -> None:
    read = page("<pre>Phát triển hạ\ntầng số\n</pre><p>Hết</p>")
    assert [(line.text, line.whole) for line in read] == [("Phát triển hạ", False), ("tầng số", False), ("Hết", True)]
