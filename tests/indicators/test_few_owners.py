"""Published figures of communes do not tell what one owner has: few owners' are withheld, and what gives them away."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import LineString
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Organisation, Person
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import WITHHELD_WORDS, compute_values
from hatang.network.models import PoleLine
from hatang.places.models import Place
from hatang.plans.report import content
from tests.conftest import NEW_UNITS, World
from tests.indicators.conftest import make_indicator

TODAY = date(2026, 3, 1)


@pytest.fixture
def poles(world: World) -> Indicator:
    return make_indicator("cable-poles-shared", formula="pole_lines_let_km", rollup="recomputed")


@pytest.fixture
def communes(world: World) -> list[Place]:
    """Give four communes, in which 3, 1, 3 and 4 owners have a pole line each."""
    more = {"kind": "commune", "title": "Xã", "parent": world.province, "province": world.province}
    made = [Place.objects.create(name=f"Xã {n}", code=f"0700{n}", valid_from=NEW_UNITS, **more) for n in (3, 4)]
    found = [world.commune, world.neighbour, *made]
    for commune, count in zip(found, (3, 1, 3, 4), strict=True):
        for owner in owners(world, count):
            line_of(owner, commune, world)
    return found


def owners(world: World, count: int) -> list[Organisation]:
    """Give so many owners."""
    names = ("Doanh nghiệp C", "Doanh nghiệp D")
    others = [Organisation.objects.get_or_create(kind="operator", name=name)[0] for name in names]
    return [world.operator, world.rival, *others][:count]


def line_of(owner: Organisation, commune: Place, world: World) -> None:
    """Let an owner have a pole line of its own way in a commune."""
    n = PoleLine.objects.count()
    path = LineString((106.7, 21.8 + n / 100), (106.71 + n / 1000, 21.8 + n / 100), srid=4326)
    more = {"built_on": date(2020, 1, 1), "province": world.province, "kind": "C1"}
    PoleLine.objects.create(code=f"T{n}", owner=owner, commune=commune, path=path, **more)


def seen(person: Any) -> set[str]:
    """Give the names of the places of which somebody sees a figure."""
    return {value.place.name for value in Value.objects.latest_for(person).filter(year=2025)}


def compute(world: World) -> None:
    compute_values(actor=None, province=world.province, year=2025, today=TODAY, publish=True)


def test_one_owners_commune_is_withheld_and_so_is_a_second(
    client: Client, world: World, people: dict[str, Person], poles: Indicator, communes: list[Place]
) -> None:
    """Đồng Đăng has three owners, but with it shown the province's figure less the others would be Kỳ Lừa's."""
    compute(world)
    everything = {"Lạng Sơn", "Đồng Đăng", "Kỳ Lừa", "Xã 3", "Xã 4"}
    assert seen(people["department_officer"]) == everything
    for person in (AnonymousUser(), people["operator"], people["stranger"]):
        assert seen(person) == {"Lạng Sơn", "Xã 3", "Xã 4"}
    address = reverse("web:indicator", args=["20", poles.code])
    page = client.get(address).content.decode()
    assert page.count(WITHHELD_WORDS) == 2
    assert "của một doanh nghiệp" in page
    file = b"".join(client.get(address, {"xuat": "csv"})).decode("utf-8-sig")
    assert file.count(WITHHELD_WORDS) == 2
    assert WITHHELD_WORDS in str(client.get(reverse("web:choropleth", args=["20"]), {"ct": poles.code}).json())
    hidden = Value.objects.known().get(place=world.neighbour, formula=poles.formula)
    assert [client.get(reverse("indicators:value", args=[pk])).status_code for pk in (hidden.pk, 999999)] == [404, 404]
    client.force_login(people["department_officer"])
    assert WITHHELD_WORDS not in client.get(address).content.decode()


def test_the_annex_of_a_report_is_public_whoever_makes_it(
    world: World, people: dict[str, Person], poles: Indicator, communes: list[Place]
) -> None:
    compute(world)
    hidden = Value.objects.known().get(place=world.neighbour, formula=poles.formula)
    bare = content._kept_back(hidden)
    assert (bare.value, bare.numerator, bare.denominator) == (None, None, None)
    assert content._annex_cell(bare) == WITHHELD_WORDS


def test_a_figure_that_came_to_have_few_owners_is_not_read_off_its_older_version(
    world: World, poles: Indicator, communes: list[Place], settings: Any
) -> None:
    settings.FEWEST_OWNERS = 1
    compute(world)
    assert len(seen(AnonymousUser())) == 5
    settings.FEWEST_OWNERS = 3
    compute(world)
    assert seen(AnonymousUser()) == {"Lạng Sơn", "Xã 3", "Xã 4"}
    for owner in owners(world, 3)[1:]:
        line_of(owner, world.neighbour, world)
    compute(world)
    assert len(seen(AnonymousUser())) == 5
