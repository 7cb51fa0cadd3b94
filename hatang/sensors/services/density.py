"""How many things are at work for so many people: of this register alone, which is not the plans' indicator."""

from __future__ import annotations

from datetime import date

from hatang.places.models import Place
from hatang.places.services import communes_of

PEOPLE = 100


def people_in(province: Place, on: date) -> int | None:
    """Give how many people live in a province: its own number, else those of its communes where all are known."""
    if province.population:
        return province.population
    known = list(communes_of(province, on).values_list("population", flat=True))
    told = [people for people in known if people is not None]
    return sum(told) or None if len(told) == len(known) else None


def things_per_100_people(things: int, people: int | None) -> float | None:
    """Divide; nothing where the people are not known.

    >>> things_per_100_people(40, 800_000)
    0.005
    """
    return PEOPLE * things / people if people else None
