"""What operators handed in does not tell the public of one of them: few, one above all, and what gives those away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Organisation, Person
from hatang.indicators.models import Indicator, Return, Value
from hatang.indicators.services import publish_values, record_values
from hatang.indicators.services.recording import Entry
from hatang.places.models import Place
from tests.conftest import NEW_UNITS, World
from tests.indicators.conftest import make_indicator
from tests.indicators.cycle import an_item, make_cell, make_form, make_period, make_return

pytestmark = pytest.mark.django_db
YEAR = 2025


def publish(world: World, parts: dict[Place, Sequence[int]]) -> Indicator:
    """Let operators hand in a count for each commune, and publish the sums."""
    indicator = make_indicator("thue-bao", unit_code="count", rollup=Indicator.Rollup.SUM)
    item = an_item("thue-bao", "indicator", indicator=indicator)
    period = make_period(make_form(world.province, [item], filer="operator", by_commune=True), year=YEAR)
    count = max(len(part) for part in parts.values())
    others = [Organisation.objects.create(kind="operator", name=f"DN {n}") for n in range(2, count)]
    for k, operator in enumerate([world.operator, world.rival, *others][:count]):
        of = make_return(period, world.province, operator, state=Return.State.APPROVED)
        for place, part in parts.items():
            make_cell(of, "thue-bao", part[k] if k < len(part) else 0, place=place)
    rows = [Entry(indicator, place, YEAR, value=sum(part)) for place, part in parts.items()]
    record_values(actor=None, rows=rows, period=period)
    publish_values(actor=None, values=Value.objects.filter(year=YEAR))
    return indicator


def seen() -> set[str]:
    """Give the places of which a visitor sees the figure."""
    return {v.place.name for v in Value.objects.latest_for(AnonymousUser()).filter(year=YEAR)}


@pytest.fixture
def communes(world: World) -> list[Place]:
    """Give four communes."""
    more = {"kind": "commune", "title": "Xã", "parent": world.province, "province": world.province}
    made = [Place.objects.create(name=f"Xã {n}", code=f"0700{n}", valid_from=NEW_UNITS, **more) for n in (3, 4)]
    return [world.commune, world.neighbour, *made]


def test_balanced_figures_of_three_go_out(world: World, communes: list[Place]) -> None:
    publish(world, dict.fromkeys(communes, (10, 20, 15)))
    assert seen() == {"Lạng Sơn", *(place.name for place in communes)}


def test_one_above_all_is_withheld_and_a_small_one_beside_it(
    world: World, communes: list[Place], people: dict[str, Person]
) -> None:
    parts = [(90, 5, 5), (30, 30, 30), (4, 5, 6), (50, 60, 70)]
    publish(world, dict(zip(communes, parts, strict=True)))
    assert seen() == {"Lạng Sơn", "Kỳ Lừa", "Xã 4"}
    officer = Value.objects.latest_for(people["department_officer"]).filter(year=YEAR)
    assert officer.count() == 5


def test_two_operators_alone_tell_each_of_the_other(world: World, communes: list[Place]) -> None:
    publish(world, dict.fromkeys(communes, (10, 20)))
    assert seen() == set()


@pytest.mark.parametrize(("parts", "shown"), [((10, 20, 15), True), ((10, 20), False), ((90, 5, 5), False)])
def test_a_provinces_figure_that_operators_told_whole_is_judged_too(
    world: World, people: dict[str, Person], parts: tuple[int, ...], shown: bool
) -> None:
    """Of two operators each takes its own from the sum and has the other's; no communes need stand below."""
    publish(world, {world.province: parts})
    assert seen() == ({"Lạng Sơn"} if shown else set())
    assert not Value.objects.latest_for(people["rival"]).filter(year=YEAR).exists() or shown
    assert Value.objects.latest_for(people["department_officer"]).filter(year=YEAR).count() == 1


def test_the_limits_are_settings_and_the_public_page_says_them(
    world: World, communes: list[Place], settings: Any, client: Client
) -> None:
    """Half of one is much where the limit is forty per cent; the margin asks for a larger cell beside."""
    settings.DOMINANCE_PERCENT, settings.PROTECTION_PERCENT = 40, 60
    publish(world, dict(zip(communes, [(50, 25, 25), (33, 33, 34), (10, 10, 10), (67, 67, 66)], strict=True)))
    assert seen() == {"Lạng Sơn", "Xã 3", "Xã 4"}
    for name in ("indicators:publications", "indicators:published_table"):
        address = reverse(name, args=[world.province.code, *([YEAR] if name.endswith("table") else [])])
        said = client.get(address).text
        assert "ít hơn 3 chủ sở hữu" in said
        assert "chiếm quá 40 %" in said
        assert "gần hơn 60 %" in said
