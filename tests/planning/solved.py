"""A solved scenario by hand: seven places in two communes, five works of two operators, two years, two sources."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from hatang.coverage.models import CoverageRun, Terrain
from hatang.places.models import Place
from hatang.planning.models import Candidate, CandidateService, Scenario, ScenarioBudget, ScenarioPlace
from tests.conftest import World

MILLION = 10**6


def run_for(world: World) -> CoverageRun:
    """Make a finished run without results."""
    box = {"west_deg": 106.6, "south_deg": 21.8, "east_deg": 106.8, "north_deg": 22.0}
    terrain = Terrain.objects.create(province=world.province, title="Đồi", simulated=True, **box)
    return CoverageRun.objects.create(
        province=world.province, title="Lượt", on=date(2026, 11, 1), terrain=terrain, state="done", simulated=True
    )


def scenario_of(world: World, **more: Any) -> Scenario:
    """Make a scenario with its places and candidates, nothing chosen."""
    facts = {"title": "Băng rộng 95 %", "aim": "least_cost", "share_percent": 95, "first_year": 2027, "last_year": 2028}
    run = CoverageRun.objects.filter(province=world.province).first() or run_for(world)
    return Scenario.objects.create(province=world.province, run=run, **facts | more)


def villages_of(world: World) -> list[Place]:
    """Give the world's two villages and five more, three of them in the neighbour commune."""
    found = list(Place.objects.filter(code__startswith="V").order_by("code"))
    if not found:
        communes = [world.commune, world.commune, world.neighbour, world.neighbour, world.neighbour]
        facts = {"kind": "village", "title": "Thôn", "province": world.province, "simulated": True}
        found = [
            Place.objects.create(
                **facts,
                name=f"Bản {number}",
                code=f"V{number}",
                parent=commune,
                population=None if number == 4 else 100 * (number + 1),
                households=25 * (number + 1),
                lon=106.7 + 0.01 * number,
                lat=21.9 - 0.005 * number,
            )
            for number, commune in enumerate(communes)
        ]
    return [world.village, world.dark_village, *found]


def solved_scenario(world: World, **more: Any) -> Scenario:
    """Make a scenario as a computation leaves it.

    Served today: Nà Lầm (400). Works: 1 and 2 on one mast in use (A's 4G, B's 4G), 3 a new mast, 4 a roof, all but 5
    (satellite) chosen. Left: Bản 3, which work 5 would serve, and Bản 4, which nothing reaches.
    """
    scenario = scenario_of(world, state="proven", solved_at=timezone.now(), simulated=True, **more)
    places = villages_of(world)
    served_in = [None, 2027, 2027, 2028, 2028, None, None]
    ScenarioPlace.objects.bulk_create(
        ScenarioPlace(
            scenario=scenario,
            place=place,
            weight=place.population or 0,
            served_by=[world.operator.pk] if number == 0 else [],
            served_in=served_in[number],
        )
        for number, place in enumerate(places)
    )
    for year, source, amount in [(2027, "state", 900), (2027, "operator", 400), (2028, "state", 3000)]:
        ScenarioBudget.objects.create(scenario=scenario, year=year, source=source, amount_vnd=amount * MILLION)
    add_works(world, scenario, places)
    return scenario


def add_works(world: World, scenario: Scenario, places: list[Place]) -> None:
    """Add the five works."""
    a, b = world.operator, world.rival
    works: list[tuple[str, Any, str, int | None, tuple[int, int], tuple[int, int], dict[str, int], list[int]]] = [
        ("technology", a, "mast-1", 2027, (500, 50), (100, 10), {"state": 600}, [1, 2]),
        ("shared", b, "mast-1", 2027, (400, 40), (100, 10), {"operator": 400}, [1]),
        ("new_mast", a, "new-1", 2028, (600, 60), (1400, 70), {"state": 2000}, [3]),
        ("other_sector", b, "site-1", 2028, (300, 30), (0, 0), {"state": 300}, [4]),
        ("satellite", None, "place-5", None, (90, 30), (0, 0), {}, [5]),
    ]
    for number, (kind, operator, structure, year, own, shared, paid, serves) in enumerate(works, start=1):
        candidate = Candidate.objects.create(
            scenario=scenario,
            number=number,
            kind=kind,
            operator=operator,
            technology="4G",
            structure=structure,
            commune=world.neighbour if number > 2 else world.commune,
            lon=106.7 + 0.008 * number,
            lat=21.93 - 0.01 * number,
            height_m=30,
            power="grid",
            backhaul="fibre",
            backhaul_km=1.2,
            capital_vnd=own[0] * MILLION,
            yearly_vnd=own[1] * MILLION,
            structure_capital_vnd=shared[0] * MILLION,
            structure_yearly_vnd=shared[1] * MILLION,
            cost_lines=[line_of("radio_4g", "Thiết bị 4G", own[0] * MILLION)],
            simulated=True,
            year=year,
            paid_vnd={source: amount * MILLION for source, amount in paid.items()},
        )
        CandidateService.objects.bulk_create(
            CandidateService(candidate=candidate, place=places[index], probability=0.97) for index in serves
        )


def line_of(item: str, label: str, amount_vnd: int) -> dict[str, Any]:
    """Make a cost line of one piece."""
    return {
        "item": item,
        "label": label,
        "count": 1,
        "unit_vnd": amount_vnd,
        "amount_vnd": amount_vnd,
        "yearly": False,
        "structure": False,
    }
