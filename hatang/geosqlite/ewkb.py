"""Geometries as SQLite keeps them: little-endian EWKB, the form that PostGIS and GEOS write too."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import shapely
from shapely import lib

Z_FLAG, M_FLAG, SRID_FLAG = 0x80000000, 0x40000000, 0x20000000
CODES = {
    "GEOMETRY": 0,
    "POINT": 1,
    "LINESTRING": 2,
    "POLYGON": 3,
    "MULTIPOINT": 4,
    "MULTILINESTRING": 5,
    "MULTIPOLYGON": 6,
    "GEOMETRYCOLLECTION": 7,
}
RAISE = shapely.io.DecodingErrorOptions.get_value("raise")
POINT_BYTES = 25
POINT_HEAD = b"\x01\x01\x00\x00\x20"
_HEAD = struct.Struct("<BII")
_POINT = struct.Struct("<BIIdd")
unpack_point = _POINT.unpack

Box = tuple[float, float, float, float]


class GeometryError(ValueError):
    """A stored or given value that no geometry function can take; the message says why."""


def write_point(x: float, y: float, srid: int) -> bytes:
    """Write a plane point.

    >>> write_point(106.7, 21.9, 4326).hex()[:18]
    '0101000020e6100000'
    """
    return _POINT.pack(1, 0x20000001, srid, x, y)


def is_point(blob: bytes) -> bool:
    """Whether these are the 25 bytes of a plane point with an SRID."""
    return len(blob) == POINT_BYTES and blob[:5] == POINT_HEAD


def srid_of(blob: bytes) -> int:
    """Read the SRID; 0 where none is written."""
    _, kind, srid = _HEAD.unpack_from(blob)
    return srid if kind & SRID_FLAG else 0


def read(blob: bytes) -> Any:
    """Read a geometry; what is not EWKB is refused.

    numpy would cut zeros off the end of bare bytes, hence the array of objects.
    """
    try:
        return lib.from_wkb(np.array(blob, dtype=object), RAISE)
    except (shapely.errors.GEOSException, TypeError) as error:
        raise GeometryError(f"not a geometry (EWKB): {str(error)[:80]}") from error


def write(geometry: Any, srid: int) -> bytes:
    """Write a geometry with its SRID, keeping Z."""
    written: bytes = shapely.to_wkb(
        shapely.set_srid(geometry, srid), include_srid=True, flavor="extended", byte_order=1
    )
    return written


def box_of(geometry: Any) -> Box | None:
    """Give minx, miny, maxx, maxy; None where the geometry is empty."""
    minx, miny, maxx, maxy = lib.bounds(geometry).tolist()
    return None if math.isnan(minx) else (minx, miny, maxx, maxy)


NOT_EWKB, WRONG_TYPE, WRONG_SRID, WRONG_DIMENSION, NOT_FINITE = range(1, 6)


def fault(blob: Any, code: int, srid: int, dim: int) -> int:
    """Say what forbids storing this value in a column of that type, SRID and dimension; 0 where nothing does."""
    if not isinstance(blob, bytes) or len(blob) < 9 or blob[0] != 1:
        return NOT_EWKB
    kind = _HEAD.unpack_from(blob)[1]
    base = kind & 0x0FFFFFFF
    if not 1 <= base <= 7:
        return NOT_EWKB
    if code not in (0, base):
        return WRONG_TYPE
    if srid_of(blob) != max(srid, 0):
        return WRONG_SRID
    if kind & M_FLAG or (3 if kind & Z_FLAG else 2) != dim:
        return WRONG_DIMENSION
    return _fault_of_coordinates(blob)


def _fault_of_coordinates(blob: bytes) -> int:
    """Look for coordinates that are no numbers; two NaN are an empty point."""
    if is_point(blob):
        x, y = unpack_point(blob)[3:]
        return 0 if math.isfinite(x + y) or (x != x and y != y) else NOT_FINITE
    try:
        with np.errstate(invalid="ignore"):
            geometry = read(blob)
    except GeometryError:
        return NOT_EWKB
    coordinates = shapely.get_coordinates(geometry, include_z=lib.has_z(geometry))
    return 0 if math.isfinite(coordinates.sum()) else NOT_FINITE
