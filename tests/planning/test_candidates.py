"""What could be built: from the registers of a small world, as the radio engine and the prices have it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import LineString
from django.core.exceptions import PermissionDenied, ValidationError

from hatang.accounts.models import Person
from hatang.core.lengths import length_km
from hatang.coverage.models import CoverageRun, Terrain
from hatang.coverage.services.runs.acts import ask_run
from hatang.coverage.services.what_if.asking import what_if
from hatang.coverage.services.what_if.effect import sight_of
from hatang.coverage.suppositions import SiteAdded
from hatang.network.models import Cell, Mast, PublicSite, SharingRule
from hatang.places.models import Road
from hatang.planning.models import Candidate, CandidateService, Scenario
from hatang.planning.services.candidates import apart_pairs, make_candidates, move_candidate, reprice_candidates
from hatang.planning.services.candidates.drafts import Spot
from hatang.planning.services.candidates.fibre_ways import fibre_to
from hatang.planning.services.candidates.registers import Registers
from hatang.planning.services.prices import default_prices
from hatang.work.services import Cancelled
from tests.conftest import World
from tests.coverage.conftest import ON_AIR, RUN_DAY, cells, run_of, small_terrain

__all__ = ["cells", "small_terrain"]
Kind = Candidate.Kind


@pytest.fixture
def run(people: dict[str, Person], small_terrain: Terrain, cells: list[Cell]) -> CoverageRun:
    """Compute who is served: A's 4G serves both villages, B's only the one without power; A's 5G one village."""
    return ask_run(actor=people["department_officer"], run=run_of(small_terrain), operators=[])


def scenario_of(run: CoverageRun, **more: Any) -> Scenario:
    """Ask for 5G in every village."""
    facts = {"title": "5G mọi thôn", "service": "5G", "measure": "villages", "share_percent": 100.0} | more
    return Scenario.objects.create(province=run.province, run=run, first_year=2026, last_year=2030, **facts)


def made(scenario: Scenario) -> list[Candidate]:
    """Make a scenario's candidates at the default prices."""
    make_candidates(scenario, default_prices())
    return list(scenario.candidates.order_by("number"))


def served(candidate: Candidate) -> set[str]:
    """Name the places that a candidate serves."""
    return set(candidate.services.values_list("place__name", flat=True))


def test_the_places_say_who_serves_them_and_what_they_weigh(run: CoverageRun, world: World) -> None:
    scenario = scenario_of(run, service="3G+", measure="people", least_operators=2)
    made(scenario)
    rows = {row.place.name: row for row in scenario.places.select_related("place")}
    assert {name: row.weight for name, row in rows.items()} == {"Nà Lầm": 400.0, "Khơ Đa": 100.0}
    assert rows["Nà Lầm"].served_by == [str(world.operator.pk)]
    assert rows["Khơ Đa"].served_by == [str(world.operator.pk), str(world.rival.pk)]
    assert rows["Khơ Đa"].groups == ["no_power"]


def test_a_candidate_serves_what_a_what_if_says(run: CoverageRun, people: dict[str, Person], world: World) -> None:
    """The same site put by hand into the same run: the same villages of those that nobody serves yet."""
    scenario = scenario_of(run)
    candidates = made(scenario)
    assert {Kind.TECHNOLOGY, Kind.NEW_MAST} <= {row.kind for row in candidates}
    dark = {row.place.name for row in scenario.places.select_related("place") if not row.served_by}
    assert dark == {"Khơ Đa"}
    sight = sight_of(people["department_officer"], run)
    usual_dbm = {world.operator.pk: 23.0, world.rival.pk: 46.0}
    for row in candidates:
        assert row.operator_id is not None
        said = (row.operator_id, "5G", "n78", 100.0, row.height_m, usual_dbm[row.operator_id], (0.0, 120.0, 240.0))
        answer = what_if(sight, [SiteAdded(row.lon, row.lat, *said)])
        layer = answer.layers.index((row.operator_id, "5G"))
        gained = answer.after.served[layer] & ~answer.before.served[layer]
        assert row.exact
        assert served(row) == dark & {place.name for place, now in zip(answer.places, gained, strict=True) if now}


def test_what_comes_is_priced_by_lines_that_add_up(run: CoverageRun) -> None:
    for row in made(scenario_of(run)):
        sums = {"capital_vnd": 0, "yearly_vnd": 0, "structure_capital_vnd": 0, "structure_yearly_vnd": 0}
        for line in row.cost_lines:
            assert line["amount_vnd"] == pytest.approx(line["count"] * line["unit_vnd"], abs=1)
            name = ("structure_" if line["structure"] else "") + ("yearly_vnd" if line["yearly"] else "capital_vnd")
            sums[name] += line["amount_vnd"]
        assert sums == {name: getattr(row, name) for name in sums}
        assert row.capital_vnd > 0 and row.simulated


def test_pricing_anew_is_making_anew(run: CoverageRun) -> None:
    """As long as the same power and backhaul are the cheapest; no radio is computed for it."""
    scenario = scenario_of(run)
    made(scenario)
    dearer = {code: replace(price, amount_vnd=price.amount_vnd * 3 // 2) for code, price in default_prices().items()}
    changed = reprice_candidates(scenario=scenario, prices=dearer)
    anew = list(scenario.candidates.order_by("number").values())
    assert changed == len(anew)
    make_candidates(scenario, dearer)
    assert list(scenario.candidates.order_by("number").values()) == anew
    assert reprice_candidates(scenario=scenario, prices=dearer) == 0


def test_a_wish_and_a_key_are_kept_when_the_list_is_made_again(run: CoverageRun) -> None:
    scenario = scenario_of(run)
    first = made(scenario)
    Candidate.objects.filter(pk=first[0].pk).update(wish="fixed", year=2027, paid_vnd={"state": 5})
    again = made(scenario)
    assert {row.pk: row.structure for row in again} == {row.pk: row.structure for row in first}
    assert [row.wish for row in again] == ["fixed", *["free"] * (len(first) - 1)]
    assert again[0].year is None and again[0].paid_vnd == {}, "an answer does not outlive what it chose from"
    assert CandidateService.objects.filter(candidate__scenario=scenario).count() > 0
    assert [record.history_type for record in first[1].history.all()] == ["+"], "what did not change has no new entry"


def test_stopped_midway_nothing_has_changed(run: CoverageRun) -> None:
    scenario = scenario_of(run)
    first = made(scenario)

    def stop(percent: int, message: str) -> None:
        if percent >= 90:
            raise Cancelled

    scenario.service = "4G"
    with pytest.raises(Cancelled):
        make_candidates(scenario, default_prices(), told=stop)
    assert [row.pk for row in scenario.candidates.order_by("number")] == [row.pk for row in first]
    assert scenario.places.count() == 2


def test_only_operators_that_were_asked_are_proposed(run: CoverageRun, world: World, people: dict[str, Person]) -> None:
    """Of 3G, which nobody has: then by what is assumed of a station."""
    of_all = ask_run(actor=people["department_officer"], run=run_of(run.terrain, technologies=[]), operators=[])
    scenario = scenario_of(of_all, service="3G")
    nobody = {None}
    """Whose satellite terminals are is not said."""
    assert {row.operator_id for row in made(scenario)} == {world.operator.pk, world.rival.pk} | nobody
    scenario.operators.set([world.rival])
    assert {row.operator_id for row in made(scenario)} == {world.rival.pk} | nobody


def test_a_place_left_on_a_mast_is_offered_to_who_is_not_on_it(run: CoverageRun, world: World) -> None:
    far = Mast.objects.get(code="M2")
    Mast.objects.filter(pk=far.pk).update(spare=1)
    rows = {(row.kind, row.operator_id): row for row in made(scenario_of(run, reuse_first=True))}
    shared = rows[Kind.SHARED, world.operator.pk]
    assert (shared.structure, shared.mast_id, shared.backhaul) == (f"mast-{far.pk}", far.pk, "present")
    assert {"shared_mast_works", "shared_mast_rent_yearly"} <= {line["item"] for line in shared.cost_lines}
    assert shared.structure_capital_vnd == 0
    order = [row.kind for row in Candidate.objects.order_by("number")]
    assert order == sorted(order, key=[Kind.TECHNOLOGY, Kind.SHARED, Kind.NEW_MAST].index), "reuse comes first"
    Mast.objects.filter(pk=far.pk).update(spare=0)
    assert Kind.SHARED not in {row.kind for row in made(scenario_of(run))}


def test_a_public_place_and_a_satellite(run: CoverageRun, world: World, people: dict[str, Person]) -> None:
    """B's 4G reaches one village only; switched off, that village without power may have a terminal."""
    Cell.objects.update(off_air_on=ON_AIR.replace(year=2025))
    Cell.objects.filter(station__mast__code="M2").update(off_air_on=None)
    weak = run_of(run.terrain, technologies=["4G"], served_percent=99)
    Cell.objects.update(power_dbm=0.0)
    run = ask_run(actor=people["department_officer"], run=weak, operators=[])
    PublicSite.objects.create(
        province=world.province, title="Nhà văn hoá", kind="land", commune=world.commune, lon=106.7105, lat=21.955,
        power="grid", body="UBND xã", from_on=ON_AIR,
    )  # fmt: skip
    rows = made(scenario_of(run, service="3G+"))
    satellite = next(row for row in rows if row.kind == Kind.SATELLITE)
    assert (satellite.operator_id, served(satellite), satellite.exact) == (None, {"Khơ Đa"}, False)
    assert [line["item"] for line in satellite.cost_lines] == ["leo_terminal", "leo_yearly"]
    public = [row for row in rows if row.site_id]
    assert {row.power for row in public} <= {"grid"}
    assert Kind.SATELLITE not in {row.kind for row in made(scenario_of(run, service="4G", area=world.neighbour))}


def rule_distances(world: World, metres: float) -> None:
    """Let masts of different networks keep a distance, those of one network twice as much."""
    for network, times in (("other_network", 1), ("same_network", 2)):
        SharingRule.objects.create(
            province=world.province, key=f"distance.{network}.non_urban", value=metres * times, unit="m",
            valid_from=ON_AIR, legal="QĐ thử",
        )  # fmt: skip


def test_new_masts_keep_the_provinces_distances(run: CoverageRun, world: World, people: dict[str, Person]) -> None:
    scenario = scenario_of(run)
    masts = [row for row in made(scenario) if row.kind == Kind.NEW_MAST]
    structures = sorted({row.structure for row in masts})
    assert len(structures) > 1
    assert apart_pairs(scenario) == frozenset(), "where nothing is ruled nothing is asked"
    rule_distances(world, 50_000)
    assert len(apart_pairs(scenario)) == len(structures) * (len(structures) - 1) // 2
    assert Kind.NEW_MAST not in {row.kind for row in made(scenario)}, "too near the masts that stand"
    with pytest.raises(ValidationError, match="không dời được"):
        move_candidate(actor=people["department_officer"], candidate=made(scenario)[0], lon=106.7, lat=21.9)


def test_a_moved_mast_serves_and_costs_what_it_would_there(
    run: CoverageRun, world: World, people: dict[str, Person]
) -> None:
    scenario, officer = scenario_of(run), people["department_officer"]
    mast = next(row for row in made(scenario) if (row.kind, row.operator_id) == (Kind.NEW_MAST, world.rival.pk))
    beside = list(scenario.candidates.filter(structure=mast.structure))
    village = world.dark_village
    assert village.lon is not None and village.lat is not None
    moved = move_candidate(actor=officer, candidate=mast, lon=village.lon + 0.0005, lat=village.lat + 0.0005)
    assert (moved.lon, moved.lat) == (pytest.approx(village.lon + 0.0005), pytest.approx(village.lat + 0.0005))
    assert served(moved) == {"Khơ Đa"}
    assert len(beside) == scenario.candidates.filter(structure=moved.structure).count(), "all works on it move along"
    assert moved.history.first().history_user == officer
    again = made(scenario)
    assert moved.structure in {row.structure for row in again}, "what a person moved stays where it was put"
    with pytest.raises(PermissionDenied):
        move_candidate(actor=people["operator"], candidate=moved, lon=106.7, lat=21.9)
    with pytest.raises(ValidationError, match="ngoài địa hình"):
        move_candidate(actor=officer, candidate=moved, lon=105.0, lat=21.9)


def test_priorities_weigh_nothing_but_are_asked_for(run: CoverageRun, world: World) -> None:
    world.village.__class__.objects.create(
        kind="site", type="school", title="Trường", name="Tiểu học", parent=world.commune, province=world.province,
        lon=106.705, lat=21.955, code="S1",
    )  # fmt: skip
    assert scenario_with_places(run, {}) == {"Nà Lầm": 400.0, "Khơ Đa": 100.0}
    assert scenario_with_places(run, {"school": 100}) == {"Nà Lầm": 400.0, "Khơ Đa": 100.0, "Tiểu học": 0.0}


def scenario_with_places(run: CoverageRun, groups: dict[str, float]) -> dict[str, float]:
    """Make a scenario that asks for priorities, and give its places and what they weigh."""
    scenario = scenario_of(run, measure="people", least_percent_of_group=groups)
    made(scenario)
    return {row.place.name: row.weight for row in scenario.places.select_related("place")}


def test_a_run_that_knows_nothing_of_the_service_is_refused(run: CoverageRun) -> None:
    with pytest.raises(ValidationError, match="không cho biết ai có 2G"):
        made(scenario_of(run, service="2G"))


def test_queries_do_not_grow_with_the_candidates(run: CoverageRun, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(60):
        made(scenario_of(run))
    assert run.on == RUN_DAY


def test_fibre_follows_the_road_where_one_leads(run: CoverageRun, world: World) -> None:
    """About the hill rather than over it; hung on poles where there are some."""
    registers = Registers(scenario_of(run))
    mast = registers.connected[0]
    spot = Spot("new-1", Kind.NEW_MAST, mast.lon + 0.02, mast.lat, 42.0, world.commune.pk)
    [(code, straight_km)] = fibre_to([spot], registers, default_prices())[0]
    assert code == "fibre_new_poles_km"
    bend = LineString((mast.lon, mast.lat), (mast.lon + 0.01, mast.lat - 0.02), (spot.lon, spot.lat), srid=4326)
    Road.objects.create(path=bend, source="Vẽ tay", licence="Không")
    [(code, road_km)] = fibre_to([spot], Registers(scenario_of(run)), default_prices())[0]
    assert code == "fibre_new_poles_km"
    assert road_km == pytest.approx(length_km(shapely.from_wkb(bytes(bend.wkb))), rel=0.01)
    assert road_km > straight_km
