"""Find a commune by what people call it: its name, a former one, or a village in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hatang.places.models import Place
from hatang.places.services import PlaceHit, search_places

SEARCHED, SHOWN = 40, 8


@dataclass(frozen=True)
class CommuneHit:
    """A commune of today, and what it was found by."""

    commune: Place
    by: str


def find_communes(text: str, *, on: date) -> list[CommuneHit]:
    """Give today's communes that a text names, each once."""
    found: dict[int, CommuneHit] = {}
    for hit in search_places(text, on=on, limit=SEARCHED, unfinished=True):
        for one in communes_behind(hit):
            found.setdefault(one.commune.pk, one)
    return list(found.values())[:SHOWN]


def communes_behind(hit: PlaceHit) -> Iterator[CommuneHit]:
    """Give the communes of today that a find leads to."""
    kind = Place.Kind
    if hit.in_force and hit.place.kind == kind.COMMUNE:
        yield CommuneHit(hit.place, "")
    elif hit.in_force and hit.place.kind == kind.VILLAGE and hit.place.parent is not None:
        yield CommuneHit(hit.place.parent, hit.place.full_name)
    else:
        for passing in hit.successors:
            if passing.place.kind == kind.COMMUNE:
                yield CommuneHit(passing.place, f"trước là {hit.place.name_inside}")
