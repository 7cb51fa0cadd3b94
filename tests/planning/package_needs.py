"""What addresses of packages, and of tasks made of works, need for the access table."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hatang.planning.models import FundPackage, Scenario
from tests.access_needs import People, draft_plan
from tests.conftest import World
from tests.planning.made import solved_scenario, wants, work_for


def offering(world: World) -> Scenario:
    """Make an adopted scenario that newly serves a village."""
    scenario = solved_scenario(world.province, adopted_at=timezone.now())
    work_for(scenario, world.operator, [world.village], year=2027, paid_vnd={"fund": 1_350_000_000})
    wants(scenario, world.village, 2027)
    return scenario


def scenario_for_package(world: World, people: People) -> dict[str, Any]:
    """Address a scenario whose villages can go into a package."""
    return {"pk": offering(world).pk}


def scenario_and_plan(world: World, people: People) -> dict[str, Any]:
    """Address a scenario of a province that has a plan."""
    draft_plan(world, people)
    return scenario_for_package(world, people)


def fund_package(world: World, people: People) -> dict[str, Any]:
    """Address a package of a village, joined with the neighbour."""
    scenario = offering(world)
    money = {"capital_vnd": 1_350_000_000, "yearly_vnd": 100_000_000}
    years = {"first_year": 2027, "last_year": 2033, "joined_with": world.other_province}
    row = FundPackage.objects.create(
        province=world.province, scenario=scenario, service="3G+", title="Gói", **money, **years
    )
    row.villages.set([world.village])
    return {"pk": row.pk}


def map_of_package(world: World, people: People) -> dict[str, Any]:
    """Address the digital map of a package."""
    return fund_package(world, people) | {"form": "gpkg"}
