"""Boundaries for the small world: squares around the points of its communes and provinces."""

from __future__ import annotations

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone

from hatang.places.models import Boundary, Place
from tests.web.filled import Filled

HALF_DEG = {Place.Kind.PROVINCE: 0.4, Place.Kind.COMMUNE: 0.03}


def map_out(filled: Filled, *, illustrative: bool = False, source: str = "Sở Nội vụ") -> None:
    """Give each commune and province a square as its boundary."""
    for place in Place.objects.of_kind(*HALF_DEG).filter(lon__isnull=False):
        half = HALF_DEG[Place.Kind(place.kind)]
        box = Polygon.from_bbox((place.lon - half, place.lat - half, place.lon + half, place.lat + half))
        Boundary.objects.create(
            place=place,
            geometry=MultiPolygon(box, srid=4326),
            illustrative=illustrative,
            source=source,
            area_km2=1,
            known_from=timezone.now(),
        )
