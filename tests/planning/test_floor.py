"""A floor for every commune that some cannot reach: which, how far, and what could be asked instead, into the form."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.planning.models import Scenario
from hatang.planning.services import solving
from hatang.planning.services.infeasible import floor_told
from tests.conftest import World
from tests.planning.test_scenarios import unsolved

pytestmark = pytest.mark.django_db


@pytest.fixture
def browsing(client: Client, people: dict[str, Person]) -> Client:
    """Give the officer's browser."""
    client.force_login(people["department_officer"])
    return client


def test_communes_below_the_floor_are_named_and_the_form_takes_what_can_be(
    world: World, browsing: Client, people: dict[str, Person]
) -> None:
    """Without works 3 and 5 nothing reaches Bản 1 in the one commune, Bản 3 in the other; the lowest is told first."""
    scenario = unsolved(world, share_percent=100, least_percent_in_commune=80)
    scenario.candidates.filter(number__in=(3, 5)).delete()
    scenario = solving.ask_solve(actor=people["department_officer"], scenario=scenario)
    assert scenario.state == Scenario.State.INFEASIBLE
    told = floor_told(scenario)
    assert told is not None
    assert [one.place for one in told.communes] == [world.neighbour, world.commune]
    assert told.communes[0].reach_percent == pytest.approx(100 * 300 / 700)
    reach = told.communes[0].reach_percent
    assert told.common_percent <= reach < told.common_percent + 0.1
    page = browsing.get(scenario.get_absolute_url()).content.decode()
    assert "2 xã, phường không tới được mức 80 %" in page and f"{world.neighbour}" in page
    edit = reverse("planning:scenario_edit", args=[scenario.pk])
    assert f"{edit}?noi=san" in page and f"{edit}?noi=1" in page
    form = browsing.get(edit, {"noi": "san"}).context["form"]
    assert form.initial["least_percent_in_commune"] == told.common_percent
    taken = browsing.get(edit, {"noi": "1"})
    assert taken.context["form"].initial["share_percent"] == 60
    assert "mục tiêu: 100 % → 60 %" in taken.content.decode()
    for nonsense in ("9", "-1", "x", "9" * 50):
        assert browsing.get(edit, {"noi": nonsense}).context["taken"] == []
    scenario.refresh_from_db()
    assert (scenario.share_percent, scenario.least_percent_in_commune) == (100, 80)


def test_a_solved_scenario_says_it_too(world: World, browsing: Client, people: dict[str, Person]) -> None:
    """The floor is asked as far as works reach: an answer must not look as if every commune had it."""
    scenario = unsolved(world, share_percent=50, least_percent_in_commune=100)
    scenario.candidates.filter(number=5).delete()
    scenario = solving.ask_solve(actor=people["department_officer"], scenario=scenario)
    assert scenario.solved
    page = browsing.get(scenario.get_absolute_url()).content.decode()
    assert "1 xã, phường không tới được mức 100 %" in page
