"""Files for tests of the document readers: DOCX out of raw XML, PDF set by typst or written by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import typst

FONTS = Path(__file__).parents[2] / "node_modules/@expo-google-fonts/tinos"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KINDS = ("styles", "numbering", "footnotes", "endnotes")
BORDERS = '<w:tblBorders><w:insideV w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/></w:tblBorders>'


def relations(*targets: tuple[str, str]) -> str:
    rows = "".join(f'<Relationship Id="r{n}" Type="{RELATION}/{k}" Target="{t}"/>' for n, (k, t) in enumerate(targets))
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def zipped(members: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """Make a DOCX of the XML inside the body and inside the other parts."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relations(*((k, f"{k}.xml") for k in parts)),
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
    }
    for kind, xml in parts.items():
        assert kind in KINDS
        members[f"word/{kind}.xml"] = f"<w:{kind} {NAMES}>{xml}</w:{kind}>"
    return zipped(members)


def r(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(text: str = "", *, num: int | None = None, level: int | None = 0, style: str = "", inside: str = "") -> str:
    """Make a paragraph, perhaps in a list, of a text and of further XML."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        at = f'<w:ilvl w:val="{level}"/>' if level is not None else ""
        properties += f'<w:numPr>{at}<w:numId w:val="{num}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text) if text else ''}{inside}</w:p>"


def level(at: int, form: str, text: str, start: int = 1, more: str = "") -> str:
    """Make a level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{escape(text)}"/></w:lvl>'
    )


def abstract(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def num(number: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def style(name: str, inside: str, *, based_on: str = "", kind: str = "paragraph", called: str = "") -> str:
    """Make a style of further XML."""
    below = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{called or name}"/>{below}{inside}</w:style>'


def in_list(number: int, at: int | None = None) -> str:
    """Make the numbering of a style."""
    level_of_it = "" if at is None else f'<w:ilvl w:val="{at}"/>'
    of_it = f'<w:numId w:val="{number}"/>' if number else ""
    return f"<w:pPr><w:numPr>{level_of_it}{of_it}</w:numPr></w:pPr>"


def table(*rows: Sequence[str], bordered: bool = True) -> str:
    """Make a table of cells; each cell is a text or, beginning with `<`, XML."""
    cells = ("".join(f"<w:tc>{c if c.startswith('<') else p(c)}</w:tc>" for c in row) for row in rows)
    inner = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    return f"<w:tbl><w:tblPr>{BORDERS if bordered else ''}</w:tblPr>{inner}</w:tbl>"


def words(text: str) -> str:
    """Write a text as typst takes it, nothing read as markup."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'#"{quoted}"'


def pdf(source: str, *, size: int = 14, numbering: str = '"1"', more: str = "") -> bytes:
    """Set typst markup as the genre is set: A4, Times, first lines indented."""
    page = (
        f'#set page(paper: "a4", margin: (left: 30mm, right: 15mm, top: 20mm, bottom: 20mm), numbering: {numbering}'
        f'{more})\n#set text(font: "Tinos", size: {size}pt, lang: "vi")\n'
        "#set par(justify: true, first-line-indent: (amount: 1.27cm, all: true))\n"
    )
    compile_files: Any = typst.compile
    return bytes(compile_files({"main": (page + source).encode()}, font_paths=[FONTS], ignore_system_fonts=True))


def pdf_of(paragraphs: Sequence[str]) -> bytes:
    return pdf("\n\n".join(map(words, paragraphs)))


def raw_pdf(*contents: bytes, fonts: str = "/Helvetica") -> bytes:
    """Write a PDF by hand: a page for each stream of drawing commands, its letters in a standard font."""
    count = len(contents)
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(count))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        3: f"<< /Type /Font /Subtype /Type1 /BaseFont {fonts} /Encoding /WinAnsiEncoding >>".encode(),
        4: b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n\x80\nendstream",
    }
    for n, content in enumerate(contents):
        objects[10 + 2 * n] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {11 + 2 * n} 0 R "
            "/Resources << /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>"
        ).encode()
        objects[11 + 2 * n] = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)
    return assembled(objects)


def assembled(objects: dict[int, bytes]) -> bytes:
    """Put the objects of a PDF together with their table of places."""
    out, places = b"%PDF-1.4\n", {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    last = max(objects)
    rows = (b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(last + 1))
    table_at = len(out)
    out += b"xref\n0 %d\n%b" % (last + 1, b"".join(rows))
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (last + 1, table_at)


PICTURE_PAGE = b"q 500 0 0 700 40 60 cm /I Do Q"
SMALL_PICTURE = b"q 200 0 0 120 300 500 cm /I Do Q"


def text_page(*lines: str) -> bytes:
    """Write drawing commands for lines of letters of Windows-1252."""
    shown = b"".join(b"(%b) Tj 0 -18 Td " % escaped(line) for line in lines)
    return b"BT /F 12 Tf 72 760 Td " + shown + b"ET"


def escaped(text: str) -> bytes:
    raw = text.encode("cp1252")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
