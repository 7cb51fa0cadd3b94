"""What addresses of scenarios need, for the access table: each makes the rows and gives the address's arguments."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hatang.planning.models import PriceUpload, Scenario
from hatang.work.models import Job
from tests.access_needs import People, stored_file
from tests.conftest import World
from tests.planning.solved import scenario_of, solved_scenario


def a_scenario(world: World, people: People) -> dict[str, Any]:
    """Address a scenario that was solved."""
    return {"pk": solved_scenario(world).pk}


def annex_of_scenario(world: World, people: People) -> dict[str, Any]:
    """Address the annex of a scenario that was solved."""
    return a_scenario(world, people) | {"form": "docx"}


def adopted_scenario(world: World, people: People) -> dict[str, Any]:
    """Address a scenario that was taken to be carried out."""
    return {"pk": solved_scenario(world, adopted_at=timezone.now()).pk}


def running_scenario(world: World, people: People) -> dict[str, Any]:
    """Address a scenario that is being computed."""
    job = Job.objects.create(title="Tính", asked_by=people["department_officer"], may_cancel=True)
    return {"pk": scenario_of(world, state=Scenario.State.RUNNING, job=job).pk}


def impossible_scenario(world: World, people: People) -> dict[str, Any]:
    """Address the first relaxation of a scenario without an answer."""
    less = {"name": "share", "key": [2028], "asked": 95.0, "reachable": 40.0, "unit": "%"}
    answer = {"why": {"unreachable": [world.dark_village.pk], "ways": [[less]]}}
    return {"pk": scenario_of(world, state=Scenario.State.INFEASIBLE, answer=answer).pk, "number": 1}


def a_work(world: World, people: People) -> dict[str, Any]:
    """Address a work of a scenario."""
    return {"pk": solved_scenario(world).candidates.order_by("number")[2].pk}


def file_of_prices(world: World, people: People) -> dict[str, Any]:
    """Address a file of prices that was found wrong."""
    file = stored_file(world, people, "don-gia.csv")
    return {"pk": PriceUpload.objects.create(file=file, province=world.province, state=PriceUpload.State.WRONG).pk}


def two_scenarios(world: World, people: People) -> dict[str, Any]:
    """Address two scenarios that were solved, side by side."""
    return {"pk": solved_scenario(world).pk, "other": solved_scenario(world).pk}
