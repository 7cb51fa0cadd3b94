"""A province's own DOCX template comes from outside: what it may not do, and what it says when it does."""

from __future__ import annotations

import io
import struct
import zipfile

import docx
import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from hatang.plans.report.docx import report_docx
from hatang.plans.report.docx_check import check_template
from hatang.plans.report.docx_template import default_template
from hatang.plans.report.example import example_content


def with_paragraph(text: str) -> bytes:
    """Give the default template with one more paragraph, as Word would save it."""
    document = docx.Document(io.BytesIO(default_template()))
    document.paragraphs[0].insert_paragraph_before(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(name: str, content: bytes | str, *, instead: tuple[str, bytes, bytes] | None = None) -> bytes:
    """Give the default template with a further part, or with bytes of a part replaced."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(default_template())) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            part = old.read(entry)
            if instead and entry == instead[0]:
                assert instead[1] in part
                part = part.replace(instead[1], instead[2])
            new.writestr(entry, part)
        if name:
            new.writestr(name, content)
    return file.getvalue()


def message(content: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        check_template(content)
    return " ".join(caught.value.messages)


def test_the_default_template_passes() -> None:
    check_template(default_template())


def test_an_edited_template_is_used() -> None:
    template = with_paragraph("Dòng riêng của tỉnh, năm {{ nam }}")
    check_template(template)
    made = docx.Document(io.BytesIO(report_docx(example_content(), template=template)))
    assert made.paragraphs[0].text == "Dòng riêng của tỉnh, năm 2025"


def test_an_unknown_tag_is_named() -> None:
    assert "“so_ky_hiev”" in message(with_paragraph("{{ so_ky_hiev }}"))
    assert "“tieu_dee”" in message(with_paragraph("{% for b in cac_bang_muc_tieu %}{{ b.tieu_dee }}{% endfor %}"))


def test_a_broken_tag_is_told() -> None:
    assert "Thẻ viết sai" in message(with_paragraph("{% if nam %}"))


@pytest.mark.parametrize(
    "tag",
    [
        "{{ nam.__class__.__mro__ }}",
        "{{ ''.join(nam) }}",
        "{{ nam * 1000000000 }}",
        "{% for x in range(100000000) %}x{% endfor %}",
        "{% for a in can_cu %}{% for b in can_cu %}{% for c in can_cu %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% set x = nam %}",
        "{% macro m() %}{% endmacro %}",
        "{{ nam|pprint }}",
        "{{ self }}",
        "{{ cycler }}",
    ],
)
def test_a_template_can_only_name_and_repeat(tag: str) -> None:
    assert message(with_paragraph(tag))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", "xin chào".encode() * 50])
def test_what_is_no_docx_is_refused(content: bytes) -> None:
    assert "DOCX" in message(content)


def test_a_spreadsheet_renamed_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types xmlns='x'/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "không phải DOCX" in message(file.getvalue())


def test_a_zip_bomb_is_refused_before_unpacking() -> None:
    assert "bung ra" in message(with_part("word/media/image9.png", b"\0" * 70_000_000))
    assert "bung ra" in message(with_part("word/extra.xml", b" " * 9_000_000))


def test_a_list_of_very_many_parts_is_refused_before_it_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(with_part("word/extra.xml", b"<a/>"))
    content[-10:-6] = struct.pack("<I", 1_000_001)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("listed"))
    assert "phần" in message(bytes(content))


def test_macros_and_embedded_objects_are_refused() -> None:
    assert "macro" in message(with_part("word/vbaProject.bin", b"x"))
    assert "macro" in message(with_part("word/embeddings/sheet.xlsx", b"x"))


def test_remote_content_is_refused_and_a_plain_link_is_not() -> None:
    rels = "word/_rels/document.xml.rels"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    link = b'<Relationship Id="rId99" Type="%s%s" Target="%s" TargetMode="External"/></Relationships>'
    remote = link % (kind, b"attachedTemplate", b"https://xau.example/mau.dotm")
    assert "xau.example" in message(with_part("", "", instead=(rels, b"</Relationships>", remote)))
    script = link % (kind, b"hyperlink", b"file:///etc/passwd")
    assert "từ nơi khác" in message(with_part("", "", instead=(rels, b"</Relationships>", script)))
    check_template(
        with_part("", "", instead=(rels, b"</Relationships>", link % (kind, b"hyperlink", b"https://a.vn/")))
    )


def test_fields_that_fetch_are_refused() -> None:
    header = next(n for n in zipfile.ZipFile(io.BytesIO(default_template())).namelist() if n.startswith("word/header"))
    assert "DDEAUTO" in message(with_part("", "", instead=(header, b">PAGE<", b">DDEAUTO c:\\\\cmd.exe<")))


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    assert "không được phép" in message(with_part("word/extra.xml", bomb))


def test_a_large_file_is_refused() -> None:
    with override_settings(UPLOAD_BYTES=1000):
        assert "lớn hơn" in message(default_template())
