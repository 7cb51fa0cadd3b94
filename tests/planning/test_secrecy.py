"""What nobody learns through planning: of rivals, of another province, of what is absent; what nobody takes by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.coverage.models import Terrain
from hatang.coverage.services.runs.acts import ask_run
from hatang.network.models import Cell, Mast
from hatang.places.models import Place
from hatang.planning.models import Candidate, FibrePlan, FundPackage, Scenario, UnitCost
from hatang.planning.services import curves, editing, infeasible, prices, scenarios, solving
from hatang.planning.services.fibre import plans as fibre
from hatang.planning.services.packages import making
from hatang.plans.models import Plan
from tests.access_table import ACCESS
from tests.answers import bare
from tests.conftest import World
from tests.coverage.conftest import ON_AIR, cells, run_of, small_terrain, station
from tests.planning import made
from tests.planning.fibre_needs import fibre_plan
from tests.planning.package_needs import fund_package
from tests.planning.solved import run_for, solved_scenario
from tests.planning.test_scenarios import form_of

__all__ = ["cells", "small_terrain"]
People = dict[str, Person]
HUGE = 10**30
OUTSIDERS = ("operator", "commune_officer", "stranger")
PLANNING = {name: entry for name, entry in ACCESS.items() if name.startswith("planning:")} | {
    name: ACCESS[name] for name in ("plans:plans_for_scenario", "plans:tasks_from_works")
}
ABSENT = 999_999_999
WILD = (
    {"muc-tieu": "1e400", "nam": "-1", "dung-chung": "nan", "dich-vu": "9G", "tinh-theo": "x", "ten": "\x00" * 300},
    {"muc-tieu": "9" * 5000, "nam": "9" * 5000, "ten": "a" * 5000, "khoan": "\x00", "phuong-an": "9" * 5000},
    {"pa": [str(HUGE), "-1", "1e400", ""], "dn": str(HUGE), "xa": str(HUGE), "loai": "\x00", "muc": "\x00"},
    {"dn": "-1", "nam": "1e400", "xuat": "\x00", "phuong-an": "-1", "chon": "1e400", "khoan": "radio_4g"},
)


def signed_in(person: Person) -> Client:
    """Give a person's browser."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def officers(people: People) -> Client:
    """The browser of the province's officer."""
    return signed_in(people["department_officer"])


def each_address(world: World, people: People) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every address of planning with what it needs, and undo that afterwards."""
    for name, entry in PLANNING.items():
        with transaction.atomic():
            yield name, entry.needs(world, people)
            transaction.set_rollback(True)


def test_hidden_and_absent_answer_the_same(world: World, people: People) -> None:
    """Who may not see planning gets at each page, act, file and data address what an address of nothing gets."""
    clients = {who: signed_in(people[who]) for who in OUTSIDERS}
    nothing = {who: bare(client.get(reverse("planning:scenario", args=[ABSENT]))) for who, client in clients.items()}
    for name, needs in each_address(world, people):
        entry = PLANNING[name]
        for who, client in clients.items():
            hidden = getattr(client, entry.method)(reverse(name, kwargs=needs), entry.data)
            assert hidden.status_code == 404 and bare(hidden) == nothing[who], (name, who)


def test_no_key_and_no_question_breaks_an_address(world: World, people: People) -> None:
    head = signed_in(people["department_head"])
    for name, needs in each_address(world, people):
        ask = getattr(head, PLANNING[name].method)
        for key in (key for key, value in needs.items() if isinstance(value, int)):
            assert ask(reverse(name, kwargs=needs | {key: HUGE})).status_code in (302, 404), name
        for question in WILD if PLANNING[name].method == "get" else ():
            answer = head.get(reverse(name, kwargs=needs), question)
            assert answer.status_code < 500, (name, question)


# Files and pages


def texts_of(content: bytes) -> bytes:
    """Give a file's bytes, and those of all that is packed in it."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def test_no_page_or_file_names_a_cell_or_what_stands_beyond_the_border(
    world: World, people: People, small_terrain: Terrain, cells: list[Cell], officers: Client
) -> None:
    """A cell beyond the border lights the dark village; the scenario counts it, and tells nothing of it."""
    there = {"province": world.other_province, "commune": world.other_commune, "owner": world.operator}
    facts = {"lon": 106.7095, "lat": 21.9600, "height_m": 35.0, "built_on": ON_AIR}
    beyond = station(world.operator, Mast.objects.create(code="KHAC-TINH", **there, **facts), "4G")
    run = ask_run(actor=people["department_officer"], run=run_of(small_terrain), operators=[])
    scenario = Scenario.objects.create(
        province=world.province, run=run, title="5G", service="5G", share_percent=100, first_year=2027, last_year=2028
    )
    solving.ask_solve(actor=people["department_officer"], scenario=scenario, anew=True)
    scenario.refresh_from_db()
    assert scenario.solved, scenario.answer
    own = [scenario.pk]
    pages = [("planning:scenario", own), ("planning:works", own), ("planning:scenario_places", own)]
    pages += [("planning:scenario_map", own), ("planning:scenario_map_data", own)]
    pages += [("planning:scenario_export", [scenario.pk, form]) for form in ("xlsx", "gpkg", "docx")]
    pages += [("planning:candidate", [pk]) for pk in scenario.candidates.values_list("pk", flat=True)]
    hidden = [b"KHAC-TINH", *(cell.code.encode() for cell in [*cells, *beyond])]
    for name, keys in pages:
        text = texts_of(b"".join(officers.get(reverse(name, args=keys), {"muc": "tat-ca"})))
        assert len(text) > 100 and not [code for code in hidden if code in text], (name, keys)


# What a hand-made form takes


@pytest.fixture
def strange(world: World) -> dict[str, Any]:
    """What is not the province's: a run, a commune, an operator without masts here."""
    there = made.run_of(world.other_province)
    foreign = Organisation.objects.create(kind="operator", name="Doanh nghiệp C", short_name="C", key="c")
    return {"run": there.pk, "area": world.other_commune.pk, "operators": foreign.pk}


def test_a_scenario_takes_only_what_is_its_provinces(world: World, officers: Client, strange: dict[str, Any]) -> None:
    """Nor does a number beyond all keys or years, or of thousands of figures, break the form."""
    own = str(run_for(world).pk)
    scenario = solved_scenario(world)
    new = reverse("planning:scenario_new", args=[world.province.code])
    edit = reverse("planning:scenario_edit", args=[scenario.pk])
    wrong = [{name: str(key)} for name, key in strange.items()]
    wrong += [{name: str(HUGE)} for name in (*strange, "least_operators", "most_seconds")]
    wrong += [{name: "9" * 5000} for name in ("first_year", "last_year", "von-2027-state", "run", "operators")]
    wrong += [{"share_percent": text} for text in ("1e400", "nan", "-1", "\x00")]
    asked = [(new, more) for more in wrong] + [(edit, more) for more in wrong[: len(strange)]]
    for address, more in asked:
        answer = officers.post(address, form_of(run=own, viec="luu") | more)
        assert answer.status_code == 422, (address, {name: text[:40] for name, text in more.items()})
    laid_out = form_of(run=own, viec="bang", first_year="9" * 5000)
    assert officers.post(new, laid_out).status_code == 200
    scenario.refresh_from_db()
    assert Scenario.objects.count() == 1 and scenario.solved and scenario.run_id == int(own)


def test_services_themselves_refuse_what_is_another_provinces(
    world: World, people: People, strange: dict[str, Any]
) -> None:
    """Whoever calls them: the forms offer no such thing."""
    years = {"first_year": 2027, "last_year": 2028, "share_percent": 90}
    run = run_for(world)
    for facts in ({"run_id": strange["run"]}, {"run": run, "area": world.other_commune}):
        row = Scenario(province=world.province, title="Lấy của tỉnh khác", **years, **facts)
        with pytest.raises(ValidationError, match="tỉnh khác"):
            scenarios.create_scenario(actor=people["department_officer"], scenario=row, operators=[], budgets={})
    package = FundPackage(province=world.province, scenario=made.solved_scenario(world.other_province))
    with pytest.raises(PermissionDenied):
        making.keep_package(actor=people["department_officer"], package=package, villages=[world.village])


def test_works_of_another_scenario_are_not_touched(world: World, officers: Client) -> None:
    own, other = solved_scenario(world), made.solved_scenario(world.other_province)
    strange_work = made.work_for(other, world.rival, [place_there(world)], commune=world.other_commune)
    for keys in ([strange_work.pk], [HUGE], ["-1"], ["\x00"], [own.candidates.earliest("pk").pk, strange_work.pk]):
        officers.post(reverse("planning:wish", args=[own.pk]), {"cong-trinh": keys, "y": "forbidden"})
    assert not Candidate.objects.exclude(wish="free").exists()
    assert officers.post(reverse("planning:candidate_move", args=[strange_work.pk])).status_code == 404
    page = officers.get(reverse("planning:compare", args=[world.province.code]), {"pa": [own.pk, other.pk]})
    assert other.title not in page.content.decode()


def place_there(world: World) -> Place:
    """Give a village of the other province."""
    inside = {"parent": world.other_commune, "province": world.other_province}
    facts = {"kind": "village", "title": "Thôn", "code": "K1", "lon": 106.5, "lat": 22.3}
    return Place.objects.create(name="Khác", **facts, **inside)


def test_a_mast_is_moved_to_no_impossible_place(world: World, officers: Client) -> None:
    new_mast = solved_scenario(world).candidates.get(kind="new_mast")
    address = reverse("planning:candidate_move", args=[new_mast.pk])
    for lon, lat in (("1e400", "nan"), ("9" * 5000, "21"), ("-106,7", "21,9"), ("102", "6"), ("\x00", "")):
        assert officers.post(address, {"lon": lon, "lat": lat}).status_code == 422, (lon[:20], lat)
    close = reverse("planning:weak_close", args=[world.province.code])
    for sent in ({"lon": "nan", "lat": "21"}, {"lon": "inf", "lat": "1e400"}, {"name": "\x00"}, {"name": "x" * 151}):
        said = {"name": "đoạn cáp", "lon": "106.7", "lat": "21.95"} | sent
        assert officers.post(close, said).status_code == 404, sent
    assert not FibrePlan.objects.exists()


def test_a_fibre_plan_joins_no_commune_of_another_province(world: World, officers: Client) -> None:
    address = reverse("planning:fibre_plan_new", args=[world.province.code])
    sent = {"title": "Cáp", "ends": "villages", "last_year": "2030", "most_seconds": "1"}
    wrong: list[dict[str, str]] = [{"area": str(world.other_commune.pk)}, {"area": str(HUGE)}, {"ends": "\x00"}]
    wrong += [{"last_year": "9" * 5000}, {"most_seconds": "1e400"}, {"last_year": "99999"}, {"most_seconds": "-1"}]
    for more in wrong:
        assert officers.post(address, sent | more).status_code == 422, {k: v[:40] for k, v in more.items()}
    assert not FibrePlan.objects.exists()


def test_a_package_takes_only_villages_that_its_scenario_newly_serves(
    world: World, people: People, officers: Client
) -> None:
    package = FundPackage.objects.get(pk=fund_package(world, people)["pk"])
    sent = {"title": "Gói", "first_year": "2027", "last_year": "2033", "joined_with": world.other_province.pk}
    theirs, served = place_there(world), world.dark_village
    addresses = [reverse("planning:package_new", args=[package.scenario_id])]
    addresses.append(reverse("planning:package_edit", args=[package.pk]))
    for address in addresses:
        for village in (theirs.pk, served.pk, HUGE, "-1", "\x00"):
            answer = officers.post(address, sent | {"villages": [world.village.pk, village]})
            assert answer.status_code == 422, village
        for more in ({"joined_with": HUGE}, {"joined_with": world.province.pk}, {"first_year": HUGE}):
            assert officers.post(address, sent | {"villages": [world.village.pk]} | more).status_code == 422, more
    assert list(FundPackage.objects.get().villages.all()) == [world.village]


def test_tasks_are_made_of_no_other_provinces_scenario(world: World, people: People, officers: Client) -> None:
    place = {"territory": world.province, "province": world.province}
    plan = Plan.objects.create(code="kh", title="Kế hoạch", issuer="UBND", year_from=2026, year_to=2030, **place)
    other = made.solved_scenario(world.other_province, adopted_at=timezone.now())
    made.work_for(other, world.operator, [place_there(world)], commune=world.other_commune, year=2027)
    address = reverse("plans:tasks_from_works", args=[plan.code])
    for key in (other.pk, ABSENT, HUGE):
        for ask in (officers.get, officers.post):
            assert ask(f"{address}?phuong-an={key}").status_code == 404
    assert not plan.tasks.exists()


# Services ask again


def acts_on(world: World, people: People) -> dict[str, Callable[[Person], Any]]:
    """Name what may be done in planning, each as a call by a person."""
    row, budgets = solved_scenario(world), {"operators": [], "budgets": {}}
    work = row.candidates.get(kind="new_mast")
    cable = FibrePlan.objects.get(pk=fibre_plan(world, people)["pk"])
    package = FundPackage.objects.get(pk=fund_package(world, people)["pk"])
    cost = UnitCost(province=world.province, item="radio_4g", amount_vnd=1, low_vnd=1, high_vnd=1, source="Sở")
    return {
        "create": lambda actor: scenarios.create_scenario(actor=actor, scenario=row, **budgets),
        "change": lambda actor: scenarios.change_scenario(actor=actor, scenario=row, **budgets),
        "copy": lambda actor: scenarios.copy_scenario(actor=actor, scenario=row),
        "delete": lambda actor: scenarios.delete_scenario(actor=actor, scenario=row),
        "adopt": lambda actor: scenarios.adopt_scenario(actor=actor, scenario=row),
        "give back": lambda actor: scenarios.give_back_scenario(actor=actor, scenario=row),
        "solve": lambda actor: solving.ask_solve(actor=actor, scenario=row),
        "solve in place": lambda actor: solving.solve_in_place(actor=actor, scenario=row),
        "stop": lambda actor: solving.stop_solving(actor=actor, scenario=row),
        "relax": lambda actor: infeasible.relax_scenario(actor=actor, scenario=row, number=1),
        "wish": lambda actor: editing.wish_works(actor=actor, scenario=row, works=[work.pk], wish="fixed"),
        "move": lambda actor: editing.move_work(actor=actor, candidate=work, lon=106.7, lat=21.9),
        "curve": lambda actor: curves.ask_curve(actor=actor, scenario=row),
        "tornado": lambda actor: curves.ask_tornado(actor=actor, scenario=row),
        "price": lambda actor: prices.keep_price(actor=actor, cost=cost),
        "default price": lambda actor: prices.take_back_price(actor=actor, province=world.province, code=cost.item),
        "package": lambda actor: making.keep_package(actor=actor, package=package, villages=[world.village]),
        "drop package": lambda actor: making.drop_package(actor=actor, package=package),
        "fibre": lambda actor: fibre.ask_plan(actor=actor, plan=cable),
        "cancel fibre": lambda actor: fibre.cancel_plan(actor=actor, plan=cable),
        "remove fibre": lambda actor: fibre.remove_plan(actor=actor, plan=cable),
    }


def test_services_themselves_ask_who_acts(world: World, people: People) -> None:
    for name, act in acts_on(world, people).items():
        for who in (*OUTSIDERS, "analyst", "auditor"):
            with pytest.raises(PermissionDenied):
                act(people[who])
                pytest.fail(f"{name}: {who}")
        if name in ("adopt", "give back"):
            with pytest.raises(PermissionDenied):
                act(people["department_officer"])
