"""What the sample asks of the planner, on a tiny world: each thing once, marked, adopted as the department would."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import LineString

from hatang.accounts.models import Person
from hatang.coverage.models import CoverageRun, Terrain
from hatang.network.models import CableRoute, Cell
from hatang.planning.models import FibrePlan, FundPackage, Scenario, ScenarioPlace
from hatang.plans.models import Plan, Task
from hatang.sample.scenarios import ask_scenarios, carry_out
from hatang.work.models import Job
from tests.conftest import World
from tests.coverage.conftest import cells, done_run, small_terrain
from tests.planning.made import solved_scenario, work_for

__all__ = ["cells", "done_run", "small_terrain"]
MODELS = (Scenario, FibrePlan, FundPackage, Task, Job)
FUND = {"fund": 900_000_000, "operator": 450_000_000}


@pytest.fixture
def plan(world: World) -> Plan:
    """A published plan of the province."""
    place = {"territory": world.province, "province": world.province}
    years = {"year_from": 2026, "year_to": 2030}
    return Plan.objects.create(code="kh", title="Kế hoạch", issuer="UBND tỉnh", published=True, **place, **years)


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def test_on_a_run_two_scenarios_and_a_fibre_plan_are_solved_once_and_marked(
    world: World, people: dict[str, Person], cells: list[Cell], small_terrain: Terrain, done_run: CoverageRun
) -> None:
    CableRoute.objects.create(
        code="CQ",
        owner=world.operator,
        province=world.province,
        commune=world.commune,
        built_on=done_run.on,
        path=LineString((106.69, 21.94), (106.70, 21.95), srid=4326),
        simulated=True,
    )
    Scenario.objects.all().delete()
    ask_scenarios(done_run)
    first, most = Scenario.objects.order_by("pk")
    assert (first.aim, most.aim, most.service) == ("least_cost", "most_served", "5G")
    assert first.solved and most.solved and first.simulated and most.simulated
    assert first.adopted_by == people["department_head"] and not most.adopted_at
    assert most.curve["rows"]
    assert sum(row.amount_vnd for row in most.budgets.all()) == 20_000_000_000
    fibre = FibrePlan.objects.get()
    assert (fibre.state, fibre.simulated) == (FibrePlan.State.DONE, True)
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    before = counts()
    ask_scenarios(done_run)
    assert counts() == before


def test_a_solved_scenario_is_adopted_once_with_tasks_and_a_package_that_are_marked(
    world: World, people: dict[str, Person], plan: Plan
) -> None:
    scenario = solved_scenario(world.province, simulated=True)
    work_for(scenario, world.operator, [world.village, world.dark_village], year=2027, paid_vnd=FUND, simulated=True)
    for village in (world.village, world.dark_village):
        ScenarioPlace.objects.create(scenario=scenario, place=village, weight=1, served_by=[], served_in=2027)
    carry_out(scenario)
    scenario.refresh_from_db()
    assert scenario.adopted_at
    package = FundPackage.objects.get()
    assert package.simulated and "DỮ LIỆU MÔ PHỎNG" in package.note
    assert package.villages.count() == 2 and package.joined_with == world.other_province
    assert [task.simulated for task in plan.tasks.filter(scenario=scenario)] == [True]
    before = counts()
    carry_out(scenario)
    assert counts() == before


def test_what_was_not_solved_is_not_carried_out(world: World, people: dict[str, Person], plan: Plan) -> None:
    """Stopped by a person before there was an answer: nothing is adopted, and nothing breaks."""
    scenario = solved_scenario(world.province, state=Scenario.State.INFEASIBLE)
    carry_out(scenario)
    scenario.refresh_from_db()
    assert not scenario.adopted_at and not Task.objects.exists()
