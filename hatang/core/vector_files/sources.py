"""Bytes of untrusted files: their kind by content, and streams out of gzip and zip under a bound.

Nothing is unpacked to the disk, so no path in an archive can point anywhere.
"""

from __future__ import annotations

import gzip
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from hatang.core.vector_files.faults import Limits, VectorFileError
from hatang.core.vietnamese import number
from hatang.core.zip_packages import MOST_MEMBERS, is_bomb, lists_too_many

HEAD = 4_096
SHP = bytes.fromhex("0000270a")
ACCEPTED = "Dùng GeoJSON (.geojson, .geojson.gz), GeoPackage (.gpkg), KML (.kml, .kmz) hoặc shapefile nén (.zip)."
EXPORT = f"Mở bằng QGIS, chọn “Lưu thành” → GeoJSON. {ACCEPTED}"
MARKS: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "gpkg"),
    (b"\x1f\x8b", "gz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (SHP, "shp"),
)
FOREIGN_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"AC10", "bản vẽ AutoCAD (DWG)"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "tệp Office kiểu cũ hoặc bản đồ khác"),
    (b"fgb", "FlatGeobuf"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"Rar!", "tệp nén RAR"),
    (b"II*\0", "ảnh TIFF"),
    (b"MM\0*", "ảnh TIFF"),
    (b"\x89PNG", "ảnh PNG"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"PAR1", "Parquet"),
    (b"!table", "MapInfo TAB"),
    (b"Version", "MapInfo MIF"),
)
FOREIGN_XML: tuple[tuple[bytes, str], ...] = (
    (b"<html", "trang web HTML (có lẽ là trang đăng nhập hoặc báo lỗi được lưu lại)"),
    (b"<!doctype html", "trang web HTML (có lẽ là trang đăng nhập hoặc báo lỗi được lưu lại)"),
    (b"<kml", "KML có khai báo DTD, không an toàn"),
    (b"<gpx", "GPX"),
    (b"<osm", "OpenStreetMap XML"),
    (b"<ogrvrt", "VRT, chỉ dẫn tới tệp khác"),
    (b"gml", "GML"),
)
SKIPPED = ((b"<?", b"?>"), (b"<!--", b"-->"))
ROOT = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)[\s/>]")
Opener = Callable[[], BinaryIO]


@dataclass(frozen=True)
class Source:
    """A stream that may be opened many times: its name before people, its kind, and how many bytes it may give."""

    name: str
    kind: str
    open: Opener
    path: Path | None = None


class Bounded:
    """A stream that refuses to give more bytes than allowed, whatever an archive says of itself."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self.stream, self.left, self.limits = stream, limits.unpacked_bytes, limits

    def read(self, size: int) -> bytes:
        """Give up to `size` bytes."""
        chunk = self.stream.read(size)
        self.left -= len(chunk)
        if self.left < 0:
            raise too_big(self.limits.unpacked_bytes, "bung ra")
        return chunk

    def close(self) -> None:
        """Close the stream."""
        self.stream.close()


def too_big(most_bytes: int, how: str = "") -> VectorFileError:
    """Give the error for a file of too many bytes."""
    return VectorFileError(
        f"Tệp {how} lớn hơn {number(most_bytes / 1e6)} MB.".replace("  ", " "),
        "Chia theo tỉnh hoặc giản lược đường biên (QGIS: Vector → Geometry → Simplify) rồi tải lên lại.",
    )


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn what a broken archive or disk raises into our error."""
    try:
        yield
    except VectorFileError:
        raise
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise VectorFileError(f"{what} bị hỏng hoặc bị cắt cụt.", "Tải lại tệp từ nguồn rồi thử lại.") from error
    except NotImplementedError as error:
        raise VectorFileError(f"{what} nén bằng cách không đọc được.", "Nén lại bằng ZIP thường.") from error
    except FileNotFoundError as error:
        raise VectorFileError(f"Không thấy {what}.", "Kiểm tra lại đường dẫn.") from error
    except OSError as error:
        raise VectorFileError(f"Không đọc được {what} từ đĩa (lỗi {error.errno}).", "Tải lên lại.") from error


def opened_source(path: Path, name: str, max_bytes: int, limits: Limits) -> Source:
    """Look at a file's size and first bytes before anything else, and tell its kind."""
    with reading(f"tệp “{name}”"):
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise VectorFileError("Đây không phải một tệp.", ACCEPTED)
        if status.st_size > max_bytes:
            raise too_big(max_bytes)
        if status.st_size == 0:
            raise VectorFileError("Tệp trống.", "Chọn tệp có dữ liệu.")
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    kind = kind_of(head, name)
    if kind == "gz":
        return unpacked_gzip(path, name, limits)
    return Source(name, kind, lambda: path.open("rb"), path)


def kind_of(head: bytes, name: str) -> str:
    """Tell `json`, `gpkg`, `kml`, `zip`, `gz` or `shp` by the first bytes, or raise with what the file seems to be.

    >>> kind_of(b' {"type": "Feature"}', "a.geojson"), kind_of(b"PK\\x03\\x04", "a.zip")
    ('json', 'zip')
    >>> kind_of(b"<!DOCTYPE html><html>", "xa.geojson")
    Traceback (most recent call last):
    hatang.core.vector_files.faults.VectorFileError: Nội dung tệp “xa.geojson” là trang web HTML (có lẽ ...
    """
    for mark, kind in MARKS:
        if head.startswith(mark):
            return kind
    for mark, foreign in FOREIGN_MARKS:
        if head.startswith(mark):
            raise not_ours(name, foreign)
    text = plain(head)
    if text.startswith((b"{", b"\x1e")):
        return "json"
    if root_name(text) == "kml":
        return "kml"
    if text.startswith(b"<"):
        raise not_ours(name, next((what for mark, what in FOREIGN_XML if mark in text.lower()), "XML"))
    if text.startswith(b"["):
        raise VectorFileError(
            f"Tệp “{name}” là một danh sách JSON, không phải GeoJSON.", 'GeoJSON bắt đầu bằng {"type": …}.'
        )
    if b"\0" not in text:
        raise not_ours(name, "văn bản hoặc bảng (CSV), không có hình")
    raise VectorFileError(f"Không nhận ra nội dung tệp “{name}”.", ACCEPTED)


def plain(head: bytes) -> bytes:
    """Give the first bytes as one would see them: no byte order mark, no blanks, UTF-16 halved."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, "ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()


def root_name(text: bytes) -> str:
    """Give the name of an XML document's outermost element, empty where it does not begin, or follows a document type.

    >>> root_name(b'<?xml version="1.0"?><!-- <html> --><k:kml xmlns:k="a">'), root_name(b"<!DOCTYPE kml><kml>")
    ('kml', '')
    """
    while end := next((end for start, end in SKIPPED if text.startswith(start)), b""):
        text = text.partition(end)[2].lstrip()
    found = ROOT.match(text)
    return found[1].decode("ascii", "ignore") if found else ""


def not_ours(name: str, what: str) -> VectorFileError:
    """Give the error for a file of another kind."""
    return VectorFileError(f"Nội dung tệp “{name}” là {what}.", EXPORT)


def unpacked_gzip(path: Path, name: str, limits: Limits) -> Source:
    """Look into a gzip file: only JSON is read out of one."""

    def unpacked() -> BinaryIO:
        return cast(BinaryIO, Bounded(cast(BinaryIO, gzip.open(path, "rb")), limits))

    with reading(f"tệp “{name}”"), closing(unpacked()) as stream:
        head = stream.read(HEAD)
    inner = name[:-3] if name.lower().endswith(".gz") else name
    if not head:
        raise VectorFileError("Tệp trống sau khi giải nén.", "Chọn tệp có dữ liệu.")
    if kind_of(head, inner) != "json":
        raise VectorFileError("Tệp .gz chỉ được chứa GeoJSON.", "Giải nén rồi tải lên tệp bên trong.")
    return Source(inner, "json", unpacked)


def zip_sources(source: Source, limits: Limits) -> dict[str, dict[str, Source]]:
    """Give the files of a zip by their path without suffix, then by suffix.

    Raises VectorFileError for a zip that is locked, a bomb, or crafted to write elsewhere.
    """
    path = source.path
    if path is None:
        raise VectorFileError("Tệp nén nằm trong tệp nén.", "Giải nén một lần rồi tải lên lại.")
    with path.open("rb") as stream:
        many = lists_too_many(stream)
    if many:
        raise VectorFileError(
            f"Tệp nén có hơn {number(MOST_MEMBERS)} tệp bên trong.",
            "Chỉ nén .shp, .dbf, .prj, .cpg của một lớp vào một tệp .zip.",
        )
    with reading(f"tệp “{source.name}”"), zipfile.ZipFile(path) as package:
        members = [m for m in package.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    check_members(members, path.stat().st_size, limits, source.name)
    groups: dict[str, dict[str, Source]] = {}
    shown: dict[str, str] = {}
    for member in members:
        inside = PurePosixPath(readable_name(member))
        stem, suffix = str(inside.with_suffix("")), inside.suffix.lower()
        known = shown.setdefault(stem.lower(), stem)
        opened = member_opener(path, member.filename, limits)
        groups.setdefault(known, {})[suffix] = Source(str(inside), suffix.lstrip("."), opened)
    return groups


def readable_name(member: zipfile.ZipInfo) -> str:
    """Give a member's path; without the flag for UTF-8 it came as code page 437, which often was UTF-8 all the same."""
    name = member.filename.replace("\\", "/")
    if member.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def member_opener(path: Path, member: str, limits: Limits) -> Opener:
    """Give a function that opens one file of a zip."""

    def opened() -> BinaryIO:
        return cast(BinaryIO, Bounded(cast(BinaryIO, ZipStream(path, member)), limits))

    return opened


class ZipStream:
    """One file of a zip that closes its package with itself."""

    def __init__(self, path: Path, member: str) -> None:
        self.package = zipfile.ZipFile(path)
        try:
            self.stream = self.package.open(member)
        except BaseException:
            self.package.close()
            raise

    def read(self, size: int) -> bytes:
        """Give up to `size` bytes."""
        return self.stream.read(size)

    def close(self) -> None:
        """Close the file and its package."""
        self.stream.close()
        self.package.close()


def check_members(members: list[zipfile.ZipInfo], size_bytes: int, limits: Limits, name: str) -> None:
    """Refuse by the list of contents what is too big, locked, crafted, or another kind of file."""
    declared = sum(m.file_size for m in members)
    if declared > limits.unpacked_bytes or len(members) > MOST_MEMBERS:
        raise too_big(limits.unpacked_bytes, "bung ra")
    if is_bomb(declared, size_bytes):
        raise VectorFileError("Tệp nén bung ra lớn bất thường, không an toàn.", "Nén lại từ tệp gốc.")
    if any(m.flag_bits & 1 for m in members):
        raise VectorFileError("Tệp nén có mật khẩu.", "Nén lại không đặt mật khẩu rồi tải lên.")
    names = [m.filename.replace("\\", "/") for m in members]
    if any(n.startswith("/") or ".." in n.split("/") or ":" in n[:3] for n in names):
        raise VectorFileError("Tệp nén chứa đường dẫn ra ngoài (“..”), không an toàn.", "Nén lại từ tệp gốc.")
    for mark, what in (("[Content_Types].xml", "tệp Office (Excel, Word)"), ("mimetype", "tệp OpenDocument")):
        if mark in names:
            raise not_ours(name, what)


def beside(path: Path) -> dict[str, Source]:
    """Give a shapefile's parts that lie next to it, by suffix in small letters."""
    parts = {}
    for other in sorted(path.parent.iterdir()):
        if other.stem == path.stem and other.is_file():
            parts[other.suffix.lower()] = Source(other.name, other.suffix.lower().lstrip("."), opener(other))
    return parts


def opener(path: Path) -> Opener:
    """Give a function that opens a file."""
    return lambda: path.open("rb")
