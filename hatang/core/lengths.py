"""Lengths on the WGS 84 ellipsoid: geodesics after Karney (2013), as PROJ computes them."""

from __future__ import annotations

import pyproj
from shapely.geometry.base import BaseGeometry

WGS84 = pyproj.Geod(ellps="WGS84")


def length_km(line: BaseGeometry) -> float:
    """Give a line's length in km; its vertices are lon, lat in degrees.

    >>> from shapely import LineString
    >>> round(length_km(LineString([(106, 21), (106, 22)])), 3)
    110.724
    """
    return float(WGS84.geometry_length(line)) / 1000
