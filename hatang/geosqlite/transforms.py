"""Coordinates from one reference system to another, by PROJ, longitude first."""

from __future__ import annotations

from functools import lru_cache
from threading import local
from typing import Any

import pyproj
import shapely
from pyproj.exceptions import CRSError

from hatang.geosqlite import ewkb

_mine = local()


def transformer(source: int, target: int) -> pyproj.Transformer:
    """Give the transformer of this thread; an unknown SRID is refused."""
    known: dict[tuple[int, int], pyproj.Transformer] = _mine.__dict__.setdefault("known", {})
    if (source, target) not in known:
        known[source, target] = pyproj.Transformer.from_crs(_crs(source), _crs(target), always_xy=True)
    return known[source, target]


@lru_cache(maxsize=256)
def _crs(srid: int) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_epsg(srid)
    except CRSError as error:
        raise ewkb.GeometryError(f"SRID {srid} is unknown") from error


def transform(blob: bytes, target: int) -> bytes:
    """Transform a geometry; one without an SRID cannot be."""
    source = ewkb.srid_of(blob)
    if source == target:
        return blob
    if not source:
        raise ewkb.GeometryError("a geometry without SRID cannot be transformed")
    change = transformer(source, target).transform
    if ewkb.is_point(blob):
        x, y = ewkb.unpack_point(blob)[3:]
        return ewkb.write_point(*change(x, y, errcheck=True), target) if x == x else ewkb.write_point(x, y, target)
    return ewkb.write(_moved(ewkb.read(blob), change), target)


def _moved(geometry: Any, change: Any) -> Any:
    """Move every coordinate; heights go along as they are."""

    def move(coordinates: Any) -> Any:
        moved = coordinates.copy()
        moved[:, 0], moved[:, 1] = change(coordinates[:, 0], coordinates[:, 1], errcheck=True)
        return moved

    return shapely.transform(geometry, move, include_z=bool(shapely.has_z(geometry)))
