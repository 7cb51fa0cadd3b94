"""What every reader asks of a zip, be it an Office file (ECMA-376 part 2) or zipped maps, before anything parses it."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

MOST_MEMBERS = 2_000
MOST_LISTED_BYTES = 1_000_000
END_BYTES = 22
END64_BYTES = 76
RATIO_FROM_BYTES = 20_000_000
RATIO = 200
CHUNK = 1_000_000
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DOCTYPES = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
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


def lists_too_many(stream: BinaryIO) -> bool:
    """Tell by the end record (APPNOTE 4.3.16, 4.3.14), found as zipfile finds it, whether it would list too many files.

    zipfile goes by the bytes of the list, not by the count, so both are asked.
    """
    size = stream.seek(0, 2)
    stream.seek(max(size - END_BYTES - 65_536 - END64_BYTES, 0))
    tail = stream.read()
    at = len(tail) - END_BYTES
    if not (tail[max(at, 0) :].startswith(b"PK\5\6") and tail.endswith(b"\0\0")):
        at = tail.rfind(b"PK\5\6")
    if at < 0 or at + END_BYTES > len(tail):
        return False
    count, listed = struct.unpack_from("<HI", tail, at + 10)
    if at >= END64_BYTES and tail.startswith(b"PK\6\7", at - 20) and tail.startswith(b"PK\6\6", at - END64_BYTES):
        count, listed = struct.unpack_from("<QQ", tail, at - END64_BYTES + 32)
    return bool(count > MOST_MEMBERS or listed > MOST_LISTED_BYTES)


def unpacks_to_too_much(members: list[zipfile.ZipInfo], size_bytes: int, most_bytes: int) -> bool:
    """Tell by a package's list of contents whether it would unpack to too many parts or bytes, or is a zip bomb."""
    declared = sum(m.file_size for m in members)
    return declared > most_bytes or len(members) > MOST_MEMBERS or is_bomb(declared, size_bytes)


def is_bomb(declared_bytes: int, size_bytes: int) -> bool:
    """Tell whether a zip would unpack to far more than honest files do."""
    return declared_bytes > RATIO_FROM_BYTES and declared_bytes > RATIO * size_bytes


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
