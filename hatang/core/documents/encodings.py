"""The letters of HTML and TXT files out of their bytes: by byte order mark, by what fits, else by what reads well."""

from __future__ import annotations

import codecs
import unicodedata

from hatang.core.documents.faults import ACCEPTED, DocumentError
from hatang.core.legacy_vietnamese import READERS, detected

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_LINES = 2_000
SAMPLE_BYTES = 200_000
MOST_ZEROS = 0.3
FEW_DAMAGED = 0.005
MISUSED = {"cp1258", "cp1252", "iso8859-1", "latin_1", "ascii"}
MOST_CONTROLS = 0.01
NOT_TEXT = ("Tệp không phải văn bản đọc được.", ACCEPTED)


def decoded(content: bytes, declared: str = "") -> str:
    """Give the text, composed (NFC), line ends as `\\n`; `declared` is what the file says of itself.

    Bytes that are UTF-8 are read so whatever the file says. Raises DocumentError for what is no text.

    >>> {decoded("Đồng Đăng".encode(e)) for e in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")}
    {'Đồng Đăng'}
    >>> decoded(b"\\xd0\\xf4\\xccng \\xd0\\xe3ng"), decoded(b"X\\xb7 \\xa7\\xe5ng \\xa7\\xa8ng")
    ('Đồng Đăng', 'Xã Đồng Đăng')
    """
    text = unicode_text(content)
    if text is None:
        text = declared_text(content, declared) or guessed_text(content)
    controls = sum(c < " " and c not in "\t\n\r\f\v" for c in text[:SAMPLE_BYTES])
    if controls > MOST_CONTROLS * len(text[:SAMPLE_BYTES]):
        raise DocumentError(*NOT_TEXT)
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def unicode_text(content: bytes) -> str | None:
    """Give the text where a mark, the zeros of UTF-16, or the bytes themselves show an encoding of Unicode."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    sample = content[:SAMPLE_BYTES]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if zeros and zeros.count(0) > MOST_ZEROS * len(zeros):
            return content.decode(encoding, "replace")
    text = content.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    beyond_ascii = len(content) - len(text)
    return text if damaged <= FEW_DAMAGED * beyond_ascii else None


def declared_text(content: bytes, declared: str) -> str | None:
    """Give the text in the encoding that the file names, unless it is one that old Vietnamese fonts misuse."""
    try:
        encoding = codecs.lookup(declared.strip()).name if declared.isascii() and declared.strip() else ""
        return content.decode(encoding) if encoding and encoding not in MISUSED else None
    except (LookupError, UnicodeError, ValueError):
        return None


def guessed_text(content: bytes) -> str:
    """Give the text in the encoding that makes it most Vietnamese."""
    encoding = detected(content.splitlines()[:SAMPLE_LINES])
    try:
        return READERS[encoding](content)
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
