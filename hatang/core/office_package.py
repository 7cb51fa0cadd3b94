"""What every reader of Office files asks of a package (ECMA-376 part 2: a zip) before anything parses it."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator

MOST_MEMBERS = 2_000
RATIO_FROM_BYTES = 20_000_000
RATIO = 200
CHUNK = 1_000_000
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DOCTYPES = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
LONGEST_MARK = max(map(len, DOCTYPES))
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)


def unpacks_to_too_much(members: list[zipfile.ZipInfo], size_bytes: int, most_bytes: int) -> bool:
    """Tell by a package's list of contents whether it would unpack to too many parts or bytes, or is a zip bomb."""
    declared = sum(m.file_size for m in members)
    bomb = declared > RATIO_FROM_BYTES and declared > RATIO * size_bytes
    return declared > most_bytes or len(members) > MOST_MEMBERS or bomb


def inflated(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a part piece by piece, never more in memory than one piece."""
    with package.open(member) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def has_doctype(text: bytes) -> bool:
    """Tell whether XML declares a document type or entities, which no Office file does.

    >>> has_doctype(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), has_doctype(b"<a/>")
    (True, False)
    """
    return any(mark in text for mark in DOCTYPES)
