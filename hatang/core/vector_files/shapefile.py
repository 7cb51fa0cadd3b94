"""Shapefile (ESRI Shapefile Technical Description, 1998) and its dBASE table, both read as streams."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from typing import BinaryIO

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hatang.core import legacy_vietnamese
from hatang.core.polygons import near_pairs
from hatang.core.vector_files.faults import Limits, ShapeError, VectorFileError
from hatang.core.vector_files.raw import Facts, RawFeature, Value, clean_properties, clean_text
from hatang.core.vector_files.shapes import FLATTENED, MEASURES, Numbers, checked, ring
from hatang.core.vector_files.sources import SHP, Source
from hatang.core.vietnamese import number

POLYGONS, LINES, POINTS, MULTIPOINTS = {5, 15, 25}, {3, 13, 23}, {1, 11, 21}, {8, 18, 28}
WITH_Z, WITH_M = {11, 13, 15, 18}, {21, 23, 25, 28}
SAMPLES_BYTES = 2_000_000
MOST_RING_PAIRS = 1_000_000
WITHOUT_DBF = "Thiếu tệp .dbf nên không có thuộc tính (mã, tên). Nén cả .shp, .dbf, .prj, .cpg vào một tệp .zip."
NAMED = {
    "utf8": "UTF-8", "65001": "UTF-8", "1258": "Windows-1258", "1252": "Windows-1252", "88591": "Windows-1252",
    "tcvn": "TCVN3", "tcvn3": "TCVN3", "abc": "TCVN3", "vni": "VNI",
}  # fmt: skip


class ShapefileReader:
    """A shapefile's parts by suffix, walked record by record; the index (.shx) is not needed."""

    def __init__(self, parts: dict[str, Source], limits: Limits) -> None:
        self.parts, self.limits = parts, limits
        self.facts = Facts(crs=short_text(parts.get(".prj")))
        self.table = Table(parts[".dbf"], limits) if ".dbf" in parts else None
        if self.table is None:
            self.facts.notes[WITHOUT_DBF] = None
            self.facts.encoding = ""
        else:
            self.facts.encoding = self.table.choose_encoding(short_text(parts.get(".cpg")), self.facts.notes)
            self.facts.fields = dict.fromkeys(clean_properties(((f.name, None) for f in self.table.fields), set()))

    def walk(self) -> Iterator[RawFeature]:
        """Give every record that the table has not struck out."""
        with closing(self.shapes()) as shapes, closing(self.rows()) as rows:
            yield from self.paired(shapes, rows)

    def rows(self) -> Generator[list[tuple[str, Value]] | None]:
        """Give the table's rows, none without a table."""
        if self.table:
            yield from self.table.rows(self.facts.encoding)

    def paired(self, shapes: Iterator[bytes], rows: Iterator[list[tuple[str, Value]] | None]) -> Iterator[RawFeature]:
        """Give each shape with its row."""
        missing = object()
        struck = 0
        for count, (shape, row) in enumerate(zip_longest(shapes, rows, fillvalue=missing), start=1):
            if shape is missing or (row is missing and self.table):
                raise VectorFileError(
                    f"Tệp .shp và .dbf không cùng số bản ghi (lệch từ bản ghi {number(count)}).",
                    "Xuất lại cả hai từ phần mềm bản đồ.",
                )
            if row is None:
                struck += 1
                continue
            yield built(count, shape, row if isinstance(row, list) else [])
        if struck:
            self.facts.notes[f"Bỏ {number(struck)} bản ghi đã đánh dấu xóa trong .dbf."] = None

    def shapes(self) -> Generator[bytes]:
        """Give each record of the .shp."""
        with closing(self.parts[".shp"].open()) as stream:
            head = exactly(stream, 100, ".shp")
            if not head.startswith(SHP):
                raise VectorFileError("Tệp .shp không đúng định dạng.", "Xuất lại từ phần mềm bản đồ.")
            left = struct.unpack(">i", head[24:28])[0] * 2 - 100
            while left > 0 and (mark := stream.read(8)):
                size = struct.unpack(">i", mark[4:8])[0] * 2 if len(mark) == 8 else -1
                if not 4 <= size <= self.limits.feature_bytes:
                    raise broken(".shp")
                yield exactly(stream, size, ".shp")
                left -= 8 + size
            if left > 0:
                raise broken(".shp")


def broken(part: str) -> VectorFileError:
    """Give the error for a part that ends early or contradicts itself."""
    return VectorFileError(f"Tệp {part} bị hỏng hoặc bị cắt cụt.", "Tải lại hoặc xuất lại shapefile.")


def exactly(stream: BinaryIO, size: int, part: str) -> bytes:
    """Read so many bytes, no fewer."""
    pieces = []
    while size > 0 and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    if size > 0:
        raise broken(part)
    return b"".join(pieces)


def short_text(source: Source | None) -> str:
    """Give the text of a .prj or .cpg, empty without one."""
    if source is None:
        return ""
    with closing(source.open()) as stream:
        raw = stream.read(20_000)
    return raw.decode("utf-8-sig", "replace").strip()


def built(count: int, record: object, row: list[tuple[str, Value]]) -> RawFeature:
    """Build one feature out of a record and its row, or say why it cannot be."""
    notes: set[str] = set()
    properties = clean_properties(row, notes)
    try:
        shape = shape_of(record if isinstance(record, bytes) else b"", notes)
    except ShapeError as fault:
        return RawFeature(count, properties, None, frozenset(notes), str(fault))
    except (struct.error, ValueError, IndexError):
        return RawFeature(count, properties, None, frozenset(notes), "Bản ghi hình trong .shp bị hỏng.")
    return RawFeature(count, properties, shape, frozenset(notes))


def shape_of(record: bytes, notes: set[str]) -> BaseGeometry:
    """Read a record of any kind."""
    kind = struct.unpack_from("<i", record)[0]
    if kind in WITH_Z:
        notes.add(FLATTENED)
    if kind in WITH_M:
        notes.add(MEASURES)
    if kind == 0:
        raise ShapeError("Không có hình (bản ghi trống).")
    if kind in POINTS:
        return shapely.Point(checked(np.frombuffer(record, "<f8", 2, 4).reshape(1, 2))[0])
    if kind in MULTIPOINTS:
        count = struct.unpack_from("<i", record, 36)[0]
        return shapely.MultiPoint(checked(np.frombuffer(record, "<f8", 2 * count, 40).reshape(-1, 2)))
    if kind in POLYGONS:
        return nested(sound_rings(parts_of(record), notes))
    if kind in LINES:
        return shapely.MultiLineString([checked(part) for part in parts_of(record)])
    raise ShapeError("Loại hình 3D nhiều mặt (MultiPatch) không dùng được; xuất lại thành vùng (Polygon).")


def sound_rings(parts: list[Numbers], notes: set[str]) -> list[Numbers]:
    """Close rings; those without an inside are left out with a note while others remain."""
    rings, broken_ones = [], []
    for part in parts:
        try:
            rings.append(ring(part, notes))
        except ShapeError as fault:
            broken_ones.append(fault)
    if not rings:
        raise broken_ones[0]
    notes.update(f"Bỏ một mảnh: {fault}" for fault in broken_ones)
    return rings


def parts_of(record: bytes) -> list[Numbers]:
    """Give the rings or lines of a record as (n, 2) arrays."""
    parts, points = struct.unpack_from("<ii", record, 36)
    if parts < 1 or points < 1:
        raise ShapeError("Hình rỗng, không có tọa độ.")
    starts = np.frombuffer(record, "<i4", parts, 44)
    values = np.frombuffer(record, "<f8", 2 * points, 44 + 4 * parts).reshape(-1, 2)
    if starts[0] != 0 or (np.diff(starts) < 1).any() or starts[-1] >= points:
        raise ShapeError("Bản ghi hình trong .shp bị hỏng: các vòng chồng lên nhau.")
    return list(np.split(values, starts[1:]))


def nested(rings: list[Numbers]) -> BaseGeometry:
    """Put rings together by how deep they lie in one another: even ones are shells, odd ones holes of the nearest.

    The format tells shells from holes by their direction, which many programs get wrong; depth is always right.
    """
    filled = np.array([Polygon(r) for r in rings], dtype=object)
    if len(filled) == 1:
        return Polygon(rings[0])
    area = shapely.area(filled)
    inner, outer = within_others(filled, area)
    depth = np.bincount(inner, minlength=len(filled))
    ends = np.cumsum(depth)
    holes: dict[int, list[Numbers]] = {int(i): [] for i in np.flatnonzero(depth % 2 == 0)}
    for hole in np.flatnonzero(depth % 2):
        holes[nearest(outer[ends[hole] - depth[hole] : ends[hole]], depth, int(depth[hole]), area)].append(rings[hole])
    made = [Polygon(rings[shell], own) for shell, own in holes.items()]
    return made[0] if len(made) == 1 else MultiPolygon(made)


def within_others(
    filled: NDArray[np.object_], area: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give which ring lies in which greater one, sorted by the inner; of equal ones the later lies in the earlier."""
    found, count = [np.empty((2, 0), np.int64)], 0
    for one, other in near_pairs(filled):
        count += len(one)
        if count > MOST_RING_PAIRS:
            raise ShapeError(
                f"Hình có quá nhiều vòng chồng lên nhau (hơn {number(MOST_RING_PAIRS)} cặp); tách thành nhiều hình."
            )
        found.append(np.where(area[one] >= area[other], (other, one), (one, other)))
    inner, outer = np.concatenate(found, axis=1)
    shapely.prepare(filled)
    held = shapely.intersects(filled[outer], shapely.point_on_surface(filled)[inner])
    inner, outer = inner[held], outer[held]
    order = np.argsort(inner, kind="stable")
    return inner[order], outer[order]


def nearest(around: NDArray[np.int64], depth: NDArray[np.int64], own: int, area: NDArray[np.float64]) -> int:
    """Give the shell one level up among the rings around a hole, else the smallest shell around."""
    shells = around[depth[around] % 2 == 0]
    level = shells[depth[shells] == own - 1]
    choice = level if len(level) else shells
    return int(choice[np.argmin(area[choice])])


@dataclass(frozen=True)
class Column:
    """One field of a dBASE table."""

    name: str
    raw_name: bytes
    kind: str
    start: int
    end: int
    decimals: int


class Table:
    """A dBASE table (.dbf), walked row by row."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        with closing(source.open()) as stream:
            head = exactly(stream, 32, ".dbf")
            self.count, self.first, self.width = struct.unpack("<IHH", head[4:12])
            if self.first < 33 or self.width < 1:
                raise broken(".dbf")
            self.fields = columns(exactly(stream, self.first - 32, ".dbf"), limits)

    def raw_rows(self) -> Generator[bytes]:
        """Give each row's bytes."""
        with closing(self.source.open()) as stream:
            exactly(stream, self.first, ".dbf")
            for _ in range(self.count):
                yield exactly(stream, self.width, ".dbf")

    def choose_encoding(self, named: str, notes: dict[str, None]) -> str:
        """Tell the text's encoding: what the .cpg says if the bytes agree, else what the bytes look like."""
        key = re.sub(r"[^a-z0-9]", "", named.lower()).removeprefix("windows").removeprefix("cp").removeprefix("iso")
        stated = NAMED.get(key.removeprefix("ansi"), "")
        samples = self.samples()
        seen = legacy_vietnamese.detected(samples)
        if stated and seen == "Windows-1252":
            seen = stated if all(legacy_vietnamese.readable(s, stated) is not None for s in samples) else seen
        if all(s.isascii() for s in samples):
            return stated or "UTF-8"
        if stated and seen != stated:
            notes[f"Tệp .cpg ghi bảng mã {named[:20]} nhưng chữ là {seen}: đọc theo {seen}."] = None
        elif not stated and seen != "UTF-8":
            notes[f"Tệp không ghi bảng mã (.cpg): chữ được đọc theo {seen}; kiểm tra tên trong bảng xem trước."] = None
        return seen

    def samples(self) -> list[bytes]:
        """Give texts with letters beyond ASCII, and the field names, from the first rows, up to 2 MB."""
        texts = [column for column in self.fields if column.kind == "C"]
        found, held = {column.raw_name for column in self.fields}, 0
        rows = self.raw_rows()
        for row in rows:
            values = {bare(row[c.start : c.end]) for c in texts} - found
            found |= {value for value in values if not value.isascii()}
            held += len(row)
            if held > SAMPLES_BYTES:
                rows.close()
        return sorted(found)

    def rows(self, encoding: str) -> Generator[list[tuple[str, Value]] | None]:
        """Give each row's attributes, None for a row that was struck out."""
        read = legacy_vietnamese.READERS[encoding]
        for raw in self.raw_rows():
            if raw[:1] == b"*":
                yield None
                continue
            yield [(text_of(c.raw_name, read), value_of(raw[c.start : c.end], c, read)) for c in self.fields]


def columns(described: bytes, limits: Limits) -> list[Column]:
    """Read the descriptions of a table's fields, 32 bytes each up to a carriage return."""
    found = []
    start = 1
    for at in range(0, len(described) - 31, 32):
        if described[at] == 0x0D:
            break
        raw_name = described[at : at + 11].split(b"\0")[0].strip()
        width, decimals = described[at + 16], described[at + 17]
        kind = chr(described[at + 11])
        if kind == "C":
            width, decimals = width + 256 * decimals, 0
        name = legacy_vietnamese.readable(raw_name, "UTF-8") or raw_name.decode("latin-1")
        found.append(Column(name, raw_name, kind, start, start + width, decimals))
        start += width
    if len(found) > limits.fields:
        raise VectorFileError(f"Quá nhiều trường; tối đa {number(limits.fields)}.", "Bỏ các trường thừa.")
    return found


def bare(raw: bytes) -> bytes:
    """Give a text's bytes without what fills up the field."""
    return raw.split(b"\0")[0].strip()


def text_of(raw: bytes, read: Callable[[bytes], str]) -> str:
    """Read a text; bytes that its encoding does not have are shown as such."""
    try:
        return read(bare(raw))
    except UnicodeDecodeError:
        return bare(raw).decode("utf-8", "replace")


def value_of(raw: bytes, column: Column, read: Callable[[bytes], str]) -> Value:
    """Read one cell by its field's type; what a type does not allow is None."""
    if column.kind == "C":
        return clean_text(text_of(raw, read), set()) or None
    text = raw.replace(b"\0", b"").strip().decode("ascii", "replace")
    if column.kind in "NF":
        return numeric(text, column.decimals)
    if column.kind == "L":
        return {"t": True, "y": True, "f": False, "n": False}.get(text[:1].lower())
    if column.kind == "D":
        return f"{text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch(r"[0-9]{8}", text) else None
    return None


def numeric(text: str, decimals: int) -> Value:
    """Read a number as dBASE writes it; stars and blanks are none.

    >>> numeric("0012", 0), numeric("1.50", 2), numeric("****", 0), numeric("1.5E+03", 0)
    (12, 1.5, None, 1500.0)
    """
    try:
        return int(text) if decimals == 0 and re.fullmatch(r"[+-]?[0-9]{1,18}", text) else float(text)
    except ValueError:
        return None
