"""Well-known binary (OGC 06-103r4, section 8; the high bits of EWKB too), proved sound before GEOS reads it.

GEOS descends into members by calling itself: a blob of a million nested collections would overrun the stack and end
the process. So the bytes are walked here first, without recursion: kinds, counts, lengths, depth.
"""

from __future__ import annotations

import struct

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from hatang.core.vector_files.faults import ShapeError
from hatang.core.vector_files.shapes import CLOSED, DEEPEST

POINT, LINE, POLYGON = 1, 2, 3
MEMBERS = {4: {1}, 5: {2}, 6: {3}, 7: {1, 2, 3, 4, 5, 6, 7}}
CURVES = "Hình là đường cong hoặc loại lạ; chuyển thành vùng gấp khúc (QGIS: “Convert curved geometries”)."
BROKEN = "Hình bị hỏng, không đọc được."


def from_wkb(wkb: bytes, notes: set[str]) -> BaseGeometry:
    """Read a geometry of points, lines and polygons; rings that are not closed are closed with a note.

    >>> from_wkb(shapely.to_wkb(shapely.box(0, 0, 1, 1)), set()).geom_type
    'Polygon'
    >>> from_wkb(bytes.fromhex("0107000000010000000107000000"), set())
    Traceback (most recent call last):
    hatang.core.vector_files.faults.ShapeError: Hình bị hỏng, không đọc được.
    """
    try:
        prove(wkb)
    except struct.error as error:
        raise ShapeError(BROKEN) from error
    with np.errstate(invalid="ignore"):  # GEOS compares NaN; those who settle the geometry name it
        sound: BaseGeometry | None = shapely.from_wkb(wkb, on_invalid="ignore")
        if sound is not None:
            return sound
        try:
            closed: BaseGeometry = shapely.from_wkb(wkb, on_invalid="fix")
        except (ShapelyError, ValueError) as error:
            raise ShapeError(BROKEN) from error
    notes.add(CLOSED)
    return closed


def prove(wkb: bytes) -> None:
    """Walk a geometry from end to end; raise ShapeError or struct.error for what GEOS should not be given."""
    at = 0
    waiting: list[tuple[int, set[int], int]] = [(1, set(range(1, 18)), 0)]
    while waiting:
        left, allowed, depth = waiting.pop()
        if left > 1:
            waiting.append((left - 1, allowed, depth))
        order, kind, width, at = header(wkb, at)
        if kind not in allowed:
            raise ShapeError(BROKEN)
        if kind in MEMBERS:
            (count,) = struct.unpack_from(order + "I", wkb, at)
            at += 4
            if depth > DEEPEST or count * 5 > len(wkb) - at:
                raise ShapeError("Tập hợp hình lồng quá sâu hoặc bị hỏng.")
            if count:
                waiting.append((count, MEMBERS[kind], depth + 1))
        elif kind <= POLYGON:
            at = past(wkb, at, order, kind, width)
        else:
            raise ShapeError(CURVES)


def header(wkb: bytes, at: int) -> tuple[str, int, int, int]:
    """Give byte order, kind, bytes of a vertex, and where the content begins."""
    order = "<" if struct.unpack_from("B", wkb, at)[0] else ">"
    (code,) = struct.unpack_from(order + "I", wkb, at + 1)
    has_srid = bool(code & 0x2000_0000)
    more = (code >> 31) + (code >> 30 & 1)
    code &= 0x0FFF_FFFF
    more = more or (0, 1, 1, 2)[code // 1000] if code < 4000 else 9
    if more > 2:
        raise ShapeError(BROKEN)
    return order, code % 1000, 8 * (2 + more), at + 5 + 4 * has_srid


def past(wkb: bytes, at: int, order: str, kind: int, width: int) -> int:
    """Give where a point, line or polygon ends, and ask that its bytes are there."""
    rings = 1
    if kind == POLYGON:
        (rings,) = struct.unpack_from(order + "I", wkb, at)
        at += 4
        if rings * 4 > len(wkb) - at:
            raise ShapeError(BROKEN)
    if kind == POINT:
        at += width
    else:
        for _ in range(rings):
            (count,) = struct.unpack_from(order + "I", wkb, at)
            at += 4 + count * width
    if at > len(wkb):
        raise ShapeError(BROKEN)
    return at
