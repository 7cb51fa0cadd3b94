"""Open a document: tell its kind by its content, read its lines, make old letters Unicode."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hatang.core.documents.docx import read_docx
from hatang.core.documents.docx_package import LOCKED
from hatang.core.documents.faults import ACCEPTED, MOST_BYTES, SAVE_AS_DOCX, DocumentError, without_text
from hatang.core.documents.html import read_html
from hatang.core.documents.old_fonts import sound_lines
from hatang.core.documents.pdf import read_pdf
from hatang.core.documents.text import read_text
from hatang.core.plan_reader.structure import Line
from hatang.core.vietnamese import number
from hatang.core.zip_packages import ENCRYPTED, OLE

FIRST_BYTES = 4_096
NAMES = {"docx": "Word", "pdf": "PDF", "html": "HTML", "txt": "văn bản thuần"}
MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|p|div|table|h[1-6]|ul|ol|span|br|meta)\b", re.IGNORECASE)
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF")
PICTURE = ("Tệp là ảnh, không có chữ để đọc.", f"Nhận dạng chữ (OCR) rồi tải lên. {ACCEPTED}")
STRANGERS: tuple[tuple[tuple[bytes, ...], tuple[str, str]], ...] = (
    ((b"{\\rtf",), ("Tệp ở dạng RTF.", SAVE_AS_DOCX)),
    ((b"MIME-Version:", b"From: <Saved by"), ("Tệp là trang web lưu dạng MHT.", SAVE_AS_DOCX)),
    ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"), ("Tệp là tệp nén.", "Giải nén rồi tải lên từng tệp.")),
    (PICTURES, PICTURE),
)
OLD_WORD = ("Tệp Word kiểu cũ (.doc).", SAVE_AS_DOCX)
WORD_XML = ("Tệp Word ở dạng XML.", SAVE_AS_DOCX)


@dataclass(frozen=True)
class Document:
    """The lines of a file in reading order, the number of its pages (0: its format has none), its kind."""

    lines: tuple[Line, ...]
    pages: int
    kind: str


def read_document(content: bytes, name: str) -> Document:
    """Read a DOCX, PDF, HTML or TXT file, its kind ("docx", "pdf", "html", "txt") told by its content.

    `name` is what the user calls the file; its suffix is only asked where the content may be several things.
    Raises DocumentError with a sentence that says what is wrong and what would be right.

    >>> document = read_document("I. MỤC TIÊU".encode(), "ke-hoach.txt")
    >>> document.kind, [line.text for line in document.lines]
    ('txt', ['I. MỤC TIÊU'])
    """
    kind = kind_of(content, name)
    lines = sound_lines(READERS[kind](content))
    if not any(line.text.strip() for line in lines):
        raise without_text(NAMES[kind])
    return Document(lines, max((line.page for line in lines), default=0), kind)


READERS: dict[str, Callable[[bytes], Sequence[Line]]] = {
    "docx": read_docx,
    "pdf": read_pdf,
    "html": read_html,
    "txt": read_text,
}


def kind_of(content: bytes, name: str) -> str:
    """Tell `docx`, `pdf`, `html` or `txt`, or raise DocumentError with what the file seems to be.

    >>> kind_of(b"<p>a</p>", "a.htm"), kind_of(b"%PDF-1.7", "a"), kind_of(b"a < b", "a.txt")
    ('html', 'pdf', 'txt')
    """
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise DocumentError("Tệp trống.", "Chọn tệp có nội dung.")
    if len(content) > MOST_BYTES:
        raise DocumentError(f"Tệp lớn hơn {number(MOST_BYTES / 1_000_000)} MB.", "Xóa bớt ảnh hoặc tách phụ lục ra.")
    if content.startswith(OLE):
        raise DocumentError(*(LOCKED if ENCRYPTED in content else OLD_WORD))
    if content.startswith(b"PK"):
        return "docx"
    if b"%PDF-" in content[:1024]:
        return "pdf"
    for starts, what in STRANGERS:
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(starts):
            raise DocumentError(*what)
    return kind_of_text(content, name)


def kind_of_text(content: bytes, name: str) -> str:
    """Tell HTML from plain text; a name that promises something else is a file that went wrong."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in ("docx", "pdf"):
        raise DocumentError(
            f"Tên tệp là .{suffix} nhưng nội dung không phải {NAMES[suffix]}.", "Tải lại tệp gốc rồi thử lại."
        )
    first = content[:FIRST_BYTES].replace(b"\0", b"").decode("latin-1")
    if 'progid="Word.Document"' in first:
        raise DocumentError(*WORD_XML)
    marked = MARKUP.search(first) is not None and first.lstrip("\xef\xbb\xbf\xff\xfe \r\n\t").startswith("<")
    return "html" if marked or (suffix in ("htm", "html", "xhtml") and "<" in first) else "txt"
