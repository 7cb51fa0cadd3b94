"""Scenarios by hand, as a computation would leave them: places, candidates, what was chosen and who pays."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.terrain import Grid, lattice_around
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.terrain.storing import store_terrain
from hatang.places.models import Place
from hatang.planning.models import Candidate, CandidateService, Scenario, ScenarioPlace
from tests.conftest import World


def run_of(province: Place) -> CoverageRun:
    """Make a run that a scenario can name."""
    lattice = lattice_around((106.6, 21.8, 106.8, 22.0), 0.05, 0.05)
    terrain = Terrain(province=province, title="Đồi", source="NASA", licence="Phạm vi công cộng")
    heights = Grid.over(lattice, np.arange(25.0).reshape(lattice.shape))
    stored = store_terrain(actor=None, terrain=terrain, heights=heights, report={"sentences": []})
    return CoverageRun.objects.create(province=province, title="Lượt", on=date(2026, 11, 1), terrain=stored)


def solved_scenario(province: Place, **more: Any) -> Scenario:
    """Make a scenario that was solved."""
    facts = {"title": "Phủ mọi thôn", "share_percent": 98, "first_year": 2027, "last_year": 2028}
    state = {"state": Scenario.State.PROVEN, "solved_at": timezone.now()}
    return Scenario.objects.create(province=province, run=run_of(province), **facts | state | more)


def work_for(scenario: Scenario, operator: Organisation | None, villages: list[Place], **more: Any) -> Candidate:
    """Add a candidate with a mast of its own, chosen where `year` says so, for 450 and 900 million đồng."""
    number = scenario.candidates.count() + 1
    commune = Place.objects.communes().get(pk=villages[0].parent_id)
    facts = {
        "kind": Candidate.Kind.NEW_MAST,
        "operator": operator,
        "technology": "4G",
        "structure": f"new-{number}",
        "commune": commune,
        "lon": 106.7,
        "lat": 21.95,
        "height_m": 42,
        "power": Candidate.Power.GRID,
        "backhaul": Candidate.Backhaul.PRESENT,
        "capital_vnd": 450_000_000,
        "yearly_vnd": 60_000_000,
        "structure_capital_vnd": 900_000_000,
        "structure_yearly_vnd": 40_000_000,
        "cost_lines": [
            cost_line("radio_4g", 450_000_000),
            cost_line("radio_yearly", 60_000_000, yearly=True),
            cost_line("mast_45m", 900_000_000, structure=True),
            cost_line("mast_yearly", 40_000_000, yearly=True, structure=True),
        ],
    }
    work = Candidate.objects.create(scenario=scenario, number=number, **facts | more)
    CandidateService.objects.bulk_create(
        CandidateService(candidate=work, place=village, probability=0.95) for village in villages
    )
    return work


def cost_line(item: str, amount_vnd: int, *, yearly: bool = False, structure: bool = False) -> dict[str, Any]:
    """Write a line of what a work costs."""
    money = {"count": 1, "unit_vnd": amount_vnd, "amount_vnd": amount_vnd}
    return {"item": item, "label": item, "yearly": yearly, "structure": structure, **money}


def wants(scenario: Scenario, village: Place, served_in: int | None, *, served_by: list[int] | None = None) -> None:
    """Say that a scenario wants a village served, and from when it is."""
    ScenarioPlace.objects.create(
        scenario=scenario, place=village, weight=1, served_by=served_by or [], served_in=served_in
    )


def villages_of(world: World, count: int) -> list[Place]:
    """Add villages to the commune."""
    made = []
    for at in range(count):
        facts = {"population": 100, "households": 25, "has_grid_power": True, "lon": 106.7, "lat": 21.9 + at / 1000}
        inside = {"parent": world.commune, "province": world.province}
        made.append(
            Place.objects.create(kind="village", title="Thôn", name=f"Số {at + 1}", code=f"S{at}", **inside, **facts)
        )
    return made
