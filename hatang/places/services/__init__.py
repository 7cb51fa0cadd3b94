"""Verbs on places: find them, follow them to their successors, load them, correct them."""

from hatang.places.services.search import PlaceHit, search_places
from hatang.places.services.succession import Passing, follow, record_shares, successors_on
from hatang.places.services.territory import communes_of, province_by_code, provinces_on, units_on
from hatang.places.services.units import ImportCounts, UnitsImport, import_units

__all__ = [
    "ImportCounts",
    "Passing",
    "PlaceHit",
    "UnitsImport",
    "communes_of",
    "follow",
    "import_units",
    "province_by_code",
    "provinces_on",
    "record_shares",
    "search_places",
    "successors_on",
    "units_on",
]
