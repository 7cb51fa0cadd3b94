"""Things of the register for the tests of the legal forms: single ones, and many at random."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from django.contrib.gis.geos import LineString
from django.http import QueryDict

from hatang.accounts.models import Person
from hatang.network.models import House, Mast, PoleLine, Thing, UndergroundWork
from hatang.plans.legal_forms.choosing import ChoiceForm
from hatang.plans.legal_forms.extent import Extent, Years
from hatang.plans.legal_forms.filling import Filled, Head, fill
from hatang.plans.legal_forms.register import read_register
from tests.conftest import World

LINE = LineString((106.70, 21.95), (106.71, 21.95), srid=4326)
PLANNED = date(2027, 9, 15)
EVERY_FORM = tuple(range(35, 45))
MODELS: tuple[type[Thing], ...] = (Mast, House, UndergroundWork, PoleLine)
KNOWN: dict[type[Thing], dict[str, Any]] = {
    Mast: {"lon": 106.7, "lat": 21.95, "height_m": 42, "capacity": 2, "level4": True, "hazards": "bão, lũ"},
    House: {"lon": 106.7, "lat": 21.95, "kind": "NT1", "function": "bts", "area_m2": 24, "capacity": 2},
    UndergroundWork: {"path": LINE, "kind": "N1", "part": "duct", "along": "đường Lê Lợi", "spare": 2},
    PoleLine: {"path": LINE, "kind": "C2", "along": "đường Trần Phú", "spare": 0},
}
"""What makes each kind complete: a form then asks for nothing of it."""


def make(world: World, model: type[Thing], code: str, **facts: Any) -> Any:
    """Make a thing of operator A in Đồng Đăng, complete and planned for September 2027 unless told otherwise."""
    where = {"owner": world.operator, "province": world.province, "commune": world.commune}
    thing = model(**{"code": code, "planned_on": PLANNED, **where, **KNOWN[model], **facts})
    length = facts.get("length_km")
    thing.save()
    if length is not None:
        model._default_manager.filter(pk=thing.pk).update(length_km=length)
        thing.length_km = length
    return thing


def filled(
    person: Person,
    world: World,
    *,
    extent: Extent | None = None,
    numbers: tuple[int, ...] = EVERY_FORM,
    head: Head | None = None,
    **more: Any,
) -> dict[int, Filled]:
    """Fill forms as a person gets them, by their number."""
    asked = extent or Years(2027, 2027)
    register = read_register(person=person, province=world.province, extent=asked, **more)
    return {one.form.number: one for one in fill(numbers, register, head or Head())}


def rows_of(one: Filled) -> list[tuple[Any, ...]]:
    """Give the rows that hold things, without their numbers."""
    return [line.cells[1:] for line in one.lines if not line.section]


def asked(query: str, owners: set[int] | None = None) -> ChoiceForm:
    """Give what a query string asks for."""
    return ChoiceForm(QueryDict(query), owners=owners, today=date(2026, 11, 26))


def scatter(world: World, seed: int, count: int = 60) -> list[Any]:
    """Make things of all four kinds with dates, communes, owners and facts at random, some of them unknown."""
    draw = random.Random(seed)
    made: list[Any] = []
    for model in MODELS:
        things = [model(**random_facts(world, draw, model, f"{model.KEY}-{n}")) for n in range(count)]
        for thing in things:
            thing.fill_keys()
        made += model._default_manager.bulk_create(things)
    return made


def random_facts(world: World, draw: random.Random, model: type[Thing], code: str) -> dict[str, Any]:
    """Draw a thing's facts."""
    facts: dict[str, Any] = dict(KNOWN[model]) | random_life(draw)
    facts |= {
        "code": code,
        "owner": draw.choice([world.operator, world.rival]),
        "province": world.province,
        "commune": draw.choice([world.commune, world.neighbour]),
        "offered": draw.random() < 0.3,
    }
    if model is Mast:
        height = draw.choice([None, 12, 45, 45.1, 74.9, 75, 149.9, 150, 299.9, 300, 320])
        facts |= {"structure": draw.choice(["A1", "A2", "A4"]), "height_m": height}
        facts |= {"level4": draw.choice([None, True, False]), "capacity": draw.choice([None, 0, 1, 2, 3])}
    elif model is House:
        facts |= {"kind": draw.choice(["NT1", "NT2"]), "function": draw.choice(["bts", "switching", "landing"])}
        facts |= {"area_m2": draw.choice([None, 12.5, 40]), "capacity": draw.choice([None, 1, 2])}
    else:
        east = 106.7 + draw.random() / 10
        kinds = ["N1", "N2"] if model is UndergroundWork else ["C1", "C2"]
        facts |= {"path": LineString((106.7, 21.95), (east, 21.96), srid=4326), "kind": draw.choice(kinds)}
    return facts


def random_life(draw: random.Random) -> dict[str, date | None]:
    """Draw dates of a life that the register accepts: at least one beginning, ends after beginnings."""

    def day(first: int, last: int) -> date:
        return date(draw.randint(first, last), draw.randint(1, 12), draw.randint(1, 28))

    planned = day(2024, 2030) if draw.random() < 0.7 else None
    construction = day(2023, 2025) if draw.random() < 0.4 else None
    built = day(2026, 2028) if draw.random() < 0.5 or not (planned or construction) else None
    dismantled = day(2029, 2030) if draw.random() < 0.15 else None
    return {"planned_on": planned, "construction_on": construction, "built_on": built, "dismantled_on": dismantled}
