"""By which administrative unit forms group things: the decree says district, of which there are none any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db.models import TextChoices

from hatang.places.models import Place
from hatang.places.services.locating import boundaries_around, read_places

LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)


class AreaLevel(TextChoices):
    """Units that forms group by. No act was found that replaces the district of the forms, so it can be chosen."""

    COMMUNE = "xa", "xã, phường, đặc khu hiện nay"
    FORMER_DISTRICT = "huyen", "cấp huyện đến hết 30/6/2025"


def former_districts(points: Sequence[tuple[float, float]]) -> list[str]:
    """Name for each point (lon, lat) the district of 30 June 2025; empty where no boundary of then contains it."""
    found = boundaries_around(np.asarray(points, dtype=np.float64).reshape(-1, 2), LAST_DAY_OF_DISTRICTS, None)
    places = read_places(hit.place_id for hits in found for hit in hits)
    named = [{name for hit in hits if (name := district_of(places[hit.place_id]))} for hits in found]
    return [min(names, default="") for names in named]


def district_of(place: Place) -> str:
    """Name the district that a place is, or lies in; empty for what lies in none."""
    district = place.parent if place.kind == Place.Kind.COMMUNE else place
    return str(district) if district and district.kind == Place.Kind.DISTRICT else ""
