"""GeoJSON for the maps of pages: what each feature is called, and where it lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import LineString, Point

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


def simple(shape: Point | LineString, decimals: int = DECIMALS) -> dict[str, Any]:
    """Write a point or a line, rounded."""
    if isinstance(shape, Point):
        return point(round(shape.x, decimals), round(shape.y, decimals))
    return {"type": "LineString", "coordinates": [[round(v, decimals) for v in spot] for spot in shape.coords]}
