"""How far points lie apart, and how far from its commune a point may lie."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from hatang.places.models import Place

FURTHEST_FROM_COMMUNE_KM = 60
LON_RANGE = "Kinh độ của Việt Nam từ 102 đến 118."
LAT_RANGE = "Vĩ độ của Việt Nam từ 6 đến 24."


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Give the distance on a sphere of 6.371 km; good to half a percent.

    >>> round(distance_km(106.76, 21.85, 105.85, 21.03))
    131
    """
    half_lat, half_lon = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(half_lon) ** 2
    return 2 * 6371 * asin(sqrt(min(1.0, chord)))


def too_far_km(commune: Place, lon: float | None, lat: float | None) -> float | None:
    """Give how far a point lies from its commune's if that cannot be; few communes reach 30 km from their centre."""
    if lon is None or lat is None or commune.lon is None or commune.lat is None:
        return None
    away = distance_km(lon, lat, commune.lon, commune.lat)
    return away if away > FURTHEST_FROM_COMMUNE_KM else None
