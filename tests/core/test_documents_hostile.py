"""Files made to harm, and files that are something else: each is refused in words, in time and within memory."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.documents import DocumentError, docx_package, faults, read_document
from hatang.core.documents.opening import kind_of
from hatang.core.zip_packages import ENCRYPTED, OLE
from tests.core.document_makers import (
    NAMES,
    TYPES,
    abstract,
    docx,
    in_list,
    level,
    num,
    p,
    relations,
    style,
    table,
    zipped,
)

NOISE = f"<!-- {random.Random(1).randbytes(300_000).hex()} -->"
ENTITIES = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'


def refused(content: bytes, name: str = "a.docx") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_document(content, name)
    assert caught.value.message
    assert caught.value.right
    return caught.value


def with_document(xml: str | bytes) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relations(("officeDocument", "word/document.xml")),
            "word/document.xml": xml,
        }
    )


def test_zip_bombs_are_refused_by_what_they_say_and_by_what_they_hold() -> None:
    body = f"<w:document {NAMES}><w:body>{p('a')}".encode() + b" " * 70_000_000 + b"</w:body></w:document>"
    assert "bung ra lớn hơn" in refused(with_document(body)).message
    honest = with_document(body)
    lying = honest.replace((len(body)).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lying != honest
    refused(lying)


def test_too_many_members_are_refused() -> None:
    many: dict[str, str | bytes] = {f"word/{n}.xml": "" for n in range(2_100)}
    assert "bung ra" in refused(zipped({"[Content_Types].xml": TYPES, **many})).message


def test_a_list_of_very_many_parts_is_refused_before_it_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million bare entries, all of one name, would take seconds and hundreds of MB only to be listed."""
    content = bytearray(docx(p("a")))
    content[-10:-6] = struct.pack("<I", 1_000_001)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("listed"))
    assert "bung ra" in refused(bytes(content)).message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_entities_are_refused_in_every_encoding(encoding: str) -> None:
    body = p("&").replace("&amp;", "&y;")
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?>{ENTITIES}<w:document {NAMES}><w:body>{body}</w:body></w:document>'
    )
    refused(with_document(xml.encode(encoding)))


def test_parts_nested_in_parts_are_refused() -> None:
    deep = p("x")
    for _ in range(90):
        deep = table((deep,))
    refused(docx(deep))
    runs = "<w:smartTag>" * 150 + "<w:r><w:t>x</w:t></w:r>" + "</w:smartTag>" * 150
    assert "lồng nhau" in refused(docx(f"<w:p>{runs}</w:p>")).message
    assert "lồng nhau" in refused(b"<html>" + b"<div>" * 5_000 + b"x", "a.html").message


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_files_cut_short_are_refused(share: float) -> None:
    content = docx("".join(p(f"Nhiệm vụ số {n}") for n in range(500)))
    refused(content[: int(len(content) * share)])


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_bytes_changed_anywhere_never_fail_otherwise(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(SOUND), label="file"))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 9))
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    with contextlib.suppress(DocumentError):
        read_document(bytes(content), "a")


SOUND = [
    docx(p("Mục tiêu", num=1) + table(("a", "b")), numbering=abstract(0, level(0, "decimal", "%1.")) + num(1, 0)),
    "<ol start=3><li>Một<table border=1><tr><td rowspan=2>Hai<td>Ba</table></ol>".encode(),
    "Kế hoạch\nphát triển hạ tầng số".encode("utf-16"),
]


def test_damaged_parts_are_refused() -> None:
    for xml in ("", "<w:document", "<a/>", f"<w:document {NAMES}><w:body><w:p></w:body></w:document>"):
        assert "hỏng" in refused(with_document(xml)).message
    assert "hỏng" in refused(docx(p("a"), styles="<w:style")).message
    assert "hỏng" in refused(zipped({"[Content_Types].xml": TYPES, "word/other.xml": "<a/>"})).message


def test_styles_and_lists_that_go_in_circles_end() -> None:
    circle = style("A", "", based_on="B") + style("B", in_list(1), based_on="A")
    loop = '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="B"/></w:abstractNum>' + num(1, 0)
    assert read_document(docx(p("x", style="A"), styles=circle, numbering=loop), "a.docx").lines[0].marker == ""


def test_numbers_beyond_reason_are_bounded() -> None:
    numbering = abstract(0, level(0, "lowerLetter", "%1)" * 50, start=999_999)) + num(1, 0)
    cell = '<w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>' + p("x")
    read = read_document(docx(p("x", num=1) + table((cell, "y"), ("z", "t"))), "a.docx").lines
    assert all(len(line.cells) <= faults.MOST_COLUMNS for line in read)
    assert len(read_document(docx(p("x", num=1), numbering=numbering), "a.docx").lines[0].marker) <= 60
    wide = b"<p>a</p>" * 20 + b"<table border=1><tr><td colspan=99999999 rowspan=99999999>a<td>b<tr><td>c</table>"
    assert len(read_document(wide, "a.html").lines) >= 21


def test_a_hundred_thousand_paragraphs_are_read() -> None:
    content = docx("".join(p(f"Nhiệm vụ {n}") for n in range(100_000)))
    assert len(read_document(content, "a.docx").lines) == 100_000


@pytest.mark.parametrize(
    "make",
    [
        lambda: (docx(p("x") * 2_500 + NOISE), "a.docx"),
        lambda: (docx(p("ả" * 1_000_000) * 11 + NOISE), "a.docx"),
        lambda: (b"x\n" * 2_500, "a.txt"),
        lambda: (b"<p>x" * 2_500, "a.html"),
        lambda: ("ả".encode() * 11_000_000, "a.txt"),
    ],
    ids=["paragraphs", "characters", "lines", "elements", "letters"],
)
def test_too_much_text_is_refused(make: Callable[[], tuple[bytes, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("docx", "html", "text"):
        monkeypatch.setattr(f"hatang.core.documents.{module}.MOST_LINES", 2_000)
    assert "200.000 dòng" in refused(*make()).message


def test_too_many_tags_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_package, "MOST_TAGS", 1_000)
    assert "bung ra" in refused(docx(p("x") * 500)).message


def test_a_huge_table_is_read() -> None:
    content = docx(table(*[("1", "Lập quy hoạch", "Sở A")] * 10_000))
    assert len(read_document(content, "a.docx").lines) == 10_000


def test_what_a_file_names_outside_is_not_followed() -> None:
    rels = relations(("numbering", "../../../etc/passwd"), ("styles", "file:///etc/passwd"), ("footnotes", "http://x/"))
    members = zipfile.ZipFile(io.BytesIO(docx(p("x"))))
    parts: dict[str, str | bytes] = {n: members.read(n) for n in members.namelist()}
    assert read_document(zipped({**parts, "word/_rels/document.xml.rels": rels}), "a.docx").lines[0].text == "x"
    html = b"<html><head><base href=http://x/><link rel=stylesheet href=x></head><body><p>x<img src=http://x/a>"
    assert [line.text for line in read_document(html, "a.html").lines] == ["x"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.docx", "Tệp trống."),
        (b"  \r\n\0", "a.txt", "Tệp trống."),
        (OLE + b"\0" * 600, "a.doc", "kiểu cũ (.doc)"),
        (OLE + ENCRYPTED, "a.docx", "có mật khẩu"),
        (b"{\\rtf1\\ansi x}", "a.doc", "RTF"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a.doc", "MHT"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>', "a.xml", "dạng XML"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "là ảnh"),
        (b"Rar!\x1a", "a.rar", "tệp nén"),
        (b"xin chao", "a.pdf", "nội dung không phải PDF"),
        (b"<html>404", "a.docx", "nội dung không phải Word"),
        (bytes(range(256)) * 40, "a.txt", "không phải văn bản"),
        (zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": "x"}), "a.docx", "Excel"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "a.odt", "OpenDocument"),
        (zipped({"a.txt": "x"}), "a.zip", "Tệp nén không phải"),
        (docx(p("")), "a.docx", "không có chữ nào"),
        (b"<html><body><img src=a></body></html>", "a.html", "không có chữ nào"),
    ],
)
def test_other_files_get_a_clear_answer(content: bytes, name: str, said: str) -> None:
    assert said in str(refused(content, name))


def test_files_too_big_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hatang.core.documents.opening.MOST_BYTES", 10)
    assert "MB" in refused(b"x" * 11, "a.txt").message


def test_the_kind_is_told_by_content() -> None:
    assert kind_of(docx(p("x")), "a.doc") == kind_of(docx(p("x")), "a.pdf") == "docx"
    assert kind_of(b"\r\n<!DOCTYPE html><html>", "a.doc") == kind_of(b"x <p> y", "a.htm") == "html"
    assert kind_of(b"x <p> y", "a.txt") == kind_of("90 % < 100 %".encode("utf-16"), "") == "txt"


def test_locked_parts_are_refused() -> None:
    content = bytearray(docx(p("x")))
    for mark, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        place = content.find(mark)
        while place >= 0:
            content[place + at] |= 1
            place = content.find(mark, place + 4)
    assert "mật khẩu" in refused(bytes(content)).message
