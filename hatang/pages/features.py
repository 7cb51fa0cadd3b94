"""GeoJSON for the maps of pages: what each feature is called, and where it lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

DECIMALS = 7
"""A centimetre."""


def collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Put features together."""
    return {"type": "FeatureCollection", "features": list(features)}


def feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Say what lies somewhere."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def point(lon: float, lat: float) -> dict[str, Any]:
    """Write a point.

    >>> point(106.76, 21.85)
    {'type': 'Point', 'coordinates': [106.76, 21.85]}
    """
    return {"type": "Point", "coordinates": [lon, lat]}


def simple(shape: GEOSGeometry, decimals: int = DECIMALS) -> dict[str, Any]:
    """Write a point or a line, rounded."""
    coords: Any = shape.coords
    if shape.geom_type == "Point":
        return point(*(round(v, decimals) for v in coords[:2]))
    return {"type": "LineString", "coordinates": [[round(v, decimals) for v in spot] for spot in coords]}
