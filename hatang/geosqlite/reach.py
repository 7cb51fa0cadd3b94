"""How far in degrees a distance in metres may take one: for searching an index before measuring."""

from __future__ import annotations

import math

Box = tuple[float, float, float, float]

LEAST_M_PER_DEGREE_LAT = 110_500.0
LEAST_M_PER_DEGREE_LON = 111_300.0
BULGE_DEG = 0.02
"""Edges are great circles and leave the box of their corners: by less as long as they span under 3 degrees."""
EVERYWHERE = 1000.0


def reach(box: Box, metres: float) -> Box:
    """Give a box in degrees that holds every place within so many metres of a box in degrees.

    Near a pole, and where the antimeridian is passed, it holds every longitude.

    >>> [round(side, 3) for side in reach((106.0, 21.0, 106.0, 21.0), 11_050)]
    [105.874, 20.88, 106.126, 21.12]
    >>> reach((179.9, 0.0, 179.9, 0.0), 20_000)[::2]
    (-1000.0, 1000.0)
    """
    minx, miny, maxx, maxy = box
    lat = metres / LEAST_M_PER_DEGREE_LAT + BULGE_DEG
    south, north = miny - lat, maxy + lat
    most = max(abs(south), abs(north))
    if most >= 89.9:
        return -EVERYWHERE, south, EVERYWHERE, north
    lon = metres / (LEAST_M_PER_DEGREE_LON * math.cos(math.radians(most))) + BULGE_DEG
    west, east = minx - lon, maxx + lon
    return (west, south, east, north) if west >= -180 and east <= 180 else (-EVERYWHERE, south, EVERYWHERE, north)
