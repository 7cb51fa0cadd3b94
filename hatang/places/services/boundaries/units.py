"""The units that a file may be about, found by code and by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hatang.core.vietnamese import search_key
from hatang.places.models import Place, PlaceCode
from hatang.places.services.boundaries.naming import TITLES_OF, Written, code_of, exactly, joined, spelled
from hatang.places.services.territory import units_on

OFFICIAL = ""
FIELDS = (
    "kind",
    "title",
    "name",
    "code",
    "parent_id",
    "province_id",
    "lon",
    "lat",
    "area_km2",
    "valid_from",
    "valid_to",
)


class Units:
    """The units of one level in force on a day."""

    def __init__(self, places: Iterable[Place], kind: str, on: date) -> None:
        self.kind, self.on = kind, on
        self.places = list(places)
        self.by_pk = {place.pk: place for place in self.places}
        self.systems: dict[str, dict[str, Place]] = {OFFICIAL: {p.code: p for p in self.places if p.code}}
        self.whole: dict[str, list[Place]] = defaultdict(list)
        self.bare: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            self.whole[joined(spelled(search_key(place.full_name)))].append(place)
            self.bare[joined(search_key(place.name))].append(place)

    def add_codes(self, codes: Iterable[PlaceCode]) -> None:
        """Take in the codes that other code systems give these units."""
        for row in codes:
            if row.place_id in self.by_pk:
                self.systems.setdefault(row.system, {})[row.code.strip()] = self.by_pk[row.place_id]

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """The units' points as (n, 2) lon and lat; unknown ones are NaN."""
        rows = [(np.nan if p.lon is None else p.lon, np.nan if p.lat is None else p.lat) for p in self.places]
        return np.array(rows, dtype=np.float64).reshape(-1, 2)

    def by_code(self, value: Any, system: str = OFFICIAL) -> Place | None:
        """Find a unit by its code in a code system; zeros that a table dropped do not matter."""
        if value is None or value == "":
            return None
        codes = self.systems.get(system, {})
        return codes.get(str(value).strip()) or codes.get(code_of(value, self.kind))

    def by_name(self, name: Written) -> list[Place]:
        """Find units by name: those with the same title first; a title that differs does not hide the name."""
        if not name.whole:
            return []
        return self.whole.get(name.whole) or self.bare.get(name.whole) or self.titled(name)

    def by_title(self, name: Written) -> bool:
        """Tell whether a unit bears the name with its title."""
        return bool(name.title) and name.whole in self.whole

    def titled(self, name: Written) -> list[Place]:
        """Find units by what follows a title, if units of this level may bear that title."""
        fits = name.title in TITLES_OF[Place.Kind(self.kind)]
        return list(self.bare.get(name.bare, [])) if name.bare and fits else []

    def exact(self, places: list[Place], name: Written) -> list[Place]:
        """Keep the units written with the very same diacritics, if there are any; Văn Lang is not Văn Lăng."""
        same = [p for p in places if name.exact in (exactly(p.full_name), exactly(p.name))]
        return same or places

    def agrees(self, place: Place, name: Written) -> bool:
        """Tell whether a name is that of the place, with whatever title; no name contradicts nothing."""
        own = joined(search_key(place.name))
        return not name.whole or own in (name.whole, name.bare) or place in self.whole.get(name.whole, ())


def read_units(on: date, kind: str) -> Units:
    """Read the units of a level in force on a day, with their codes in other systems."""
    places = units_on(on, kind).only(*FIELDS).order_by("code", "pk")
    units = Units(places, kind, on)
    units.add_codes(PlaceCode.objects.filter(place__kind=kind).order_by("pk"))
    return units
