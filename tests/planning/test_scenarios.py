"""Scenarios: asked for by a form or a plan's goal, solved with a proof, edited by hand, copied, deleted, taken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.core.planning.problem import State as Ended
from hatang.core.planning.problem import Wish
from hatang.planning.models import Candidate, Scenario
from hatang.planning.services import scenarios, solving
from hatang.planning.services.editing import wish_works
from hatang.planning.services.infeasible import reasons_told, relax_scenario
from hatang.planning.services.problems import problem_of
from hatang.work.models import Job
from tests.conftest import World
from tests.planning.solved import MILLION, run_for, solved_scenario

State = Scenario.State


def unsolved(world: World, **more: Any) -> Scenario:
    """Make a scenario whose candidates are there and fit, and of which nothing is built yet."""
    scenario = solved_scenario(world, **more)
    scenario.candidates.update(year=None, paid_vnd={})
    scenario.places.update(served_in=None)
    scenario.state, scenario.answer = State.DRAFT, {"made_for": solving.made_for(scenario)}
    scenario.save()
    return scenario


def works(scenario: Scenario) -> list[int]:
    """Give the numbers of the works that are built."""
    return list(scenario.candidates.chosen().order_by("number").values_list("number", flat=True))  # type: ignore[attr-defined]


@pytest.fixture
def officer(people: dict[str, Person]) -> Person:
    """Give who makes scenarios."""
    return people["department_officer"]


@pytest.fixture
def browsing(client: Client, officer: Person) -> Client:
    """Give the officer's browser."""
    client.force_login(officer)
    return client


def answered(world: World, officer: Person, **more: Any) -> Scenario:
    """Solve the scenario of the small world."""
    return solving.ask_solve(actor=officer, scenario=unsolved(world, **more))


# Solving


def test_the_cheapest_works_come_back_with_years_money_and_proof(world: World, officer: Person) -> None:
    """95 % of people need all four villages that works reach and nobody serves: 1, 3, 4 and the satellite; not 2."""
    scenario = answered(world, officer)
    assert scenario.state == State.PROVEN and scenario.job.state == Job.State.DONE
    assert works(scenario) == [1, 3, 4, 5]
    answer = scenario.answer
    assert answer["served_percent"] == 100 and answer["gap_percent"] <= scenario.gap_percent
    assert 0 < answer["bound"] <= answer["objective"] == pytest.approx(answer["cost_vnd"])
    by_year: dict[tuple[int, str], int] = {}
    for work in scenario.candidates.chosen():  # type: ignore[attr-defined]
        for source, amount in work.paid_vnd.items():
            by_year[work.year, source] = by_year.get((work.year, source), 0) + amount
    given = {(row.year, row.source): row.amount_vnd for row in scenario.budgets.all()}
    assert all(amount <= given[key] + 1 for key, amount in by_year.items())
    assert sum(by_year.values()) == pytest.approx((600 + 2000 + 300 + 90) * MILLION, abs=10)
    assert scenario.simulated
    served = dict(scenario.places.values_list("place__name", "served_in"))
    assert served["Nà Lầm"] is None and served["Bản 4"] is None
    years = dict(scenario.candidates.values_list("number", "year"))
    assert (served["Khơ Đa"], served["Bản 1"], served["Bản 3"]) == (years[1], years[3], years[5])


def test_a_price_changed_prices_the_works_anew_without_radio(world: World, officer: Person) -> None:
    """Cost lines are summed again with the price given; what it does not name keeps its own."""
    scenario = unsolved(world)
    before, after = problem_of(scenario), problem_of(scenario, {"radio_4g": 1000.0 * MILLION})
    assert {work.capital_vnd for work in after.works} == {1000.0 * MILLION}
    assert (
        before.works[0].capital_vnd == 500 * MILLION and problem_of(scenario, {}).works[0].capital_vnd == 500 * MILLION
    )
    assert [need.id for need in before.needs] == [need.id for need in after.needs]


def test_what_cannot_be_reached_is_named_and_one_click_asks_less(
    world: World, officer: Person, browsing: Client
) -> None:
    """Without the new mast a fifth of the people stay out of reach: the page says who, and what could be asked."""
    scenario = unsolved(world, share_percent=100)
    scenario.candidates.filter(number__in=(3, 5)).delete()
    solving.ask_solve(actor=officer, scenario=scenario)
    scenario.refresh_from_db()
    assert scenario.state == State.INFEASIBLE and not works(scenario)
    page = browsing.get(scenario.get_absolute_url()).content.decode()
    assert "Không phương án nào đạt 100 % người dân" in page and "Bản 1" in page and "Bản 3" in page
    address = reverse("planning:scenario_relax", args=[scenario.pk, 1])
    assert address in page
    browsing.post(address)
    scenario.refresh_from_db()
    assert scenario.solved and scenario.share_percent == 60
    assert browsing.post(address).status_code == 302 and Scenario.objects.get().share_percent == 60


def test_stopped_while_solving_it_keeps_the_best_so_far(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who presses stop while the solver runs gets the works found so far, with their gap; earlier, nothing is kept."""
    scenario = unsolved(world)
    real = solving.solve

    def pressed(problem: Any, aim: Any, **more: Any) -> Any:
        Job.objects.update(cancel_asked=True)
        assert more["cancelled"]()
        more["told"](1.0, 2e9, 1e9)
        found = real(problem, aim, **more | {"cancelled": None})
        return replace(found, state=Ended.STOPPED, gap_percent=12.0)

    monkeypatch.setattr(solving, "solve", pressed)
    scenario = solving.ask_solve(actor=officer, scenario=scenario)
    assert scenario.state == State.STOPPED and works(scenario) == [1, 3, 4, 5]
    assert "sai số 50 %" in scenario.job.message and scenario.job.state == Job.State.DONE
    monkeypatch.setattr(solving, "find_and_store", lambda *a, **k: (_ for _ in ()).throw(solving.Cancelled))
    scenario = solving.ask_solve(actor=officer, scenario=scenario)
    assert scenario.state == State.CANCELLED and not works(scenario)


def test_a_failure_leaves_a_message_and_no_half_answer(
    world: World, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the solver refuses is said on the page."""
    scenario = unsolved(world)
    scenario.places.all().delete()
    scenario = solving.ask_solve(actor=officer, scenario=scenario)
    assert scenario.state == State.FAILED and scenario.answer["error"] == solving.NO_PLACES
    assert scenario.job.state == Job.State.FAILED


# By hand


def test_pinned_and_forbidden_works_change_the_answer_in_place(world: World, officer: Person, browsing: Client) -> None:
    """Pinning B's work on the shared mast adds it; forbidding what alone reaches a place makes it impossible."""
    scenario = answered(world, officer)
    second = scenario.candidates.get(number=2)
    sent = {"cong-trinh": [str(second.pk)], "y": "fixed"}
    page = browsing.post(reverse("planning:wish", args=[scenario.pk]), sent, follow=True).content.decode()
    scenario.refresh_from_db()
    assert works(scenario) == [1, 2, 3, 4, 5] and "So với lần tính trước: thêm 1" in page and "đắt thêm" in page
    assert Candidate.history.filter(id=second.pk, wish="fixed", history_user=officer).exists()
    wish_works(actor=officer, scenario=scenario, works=[second.pk], wish=Wish.FREE)
    assert works(scenario) == [1, 3, 4, 5]
    wish_works(actor=officer, scenario=scenario, works=[scenario.candidates.get(number=5).pk], wish=Wish.FORBIDDEN)
    scenario.refresh_from_db()
    assert scenario.state == State.INFEASIBLE


def test_works_of_another_scenario_are_not_edited(world: World, officer: Person) -> None:
    """Keys from another page change nothing."""
    scenario, other = unsolved(world), unsolved(world)
    with pytest.raises(ValidationError):
        wish_works(actor=officer, scenario=scenario, works=[other.candidates.first().pk], wish=Wish.FIXED)
    assert not other.candidates.filter(wish=Wish.FIXED).exists()


# Scenarios


def form_of(**more: str) -> dict[str, str]:
    """Give what a browser sends for a new scenario."""
    facts = {"title": "Phủ sóng thôn", "service": "3G+", "measure": "villages", "aim": "least_cost"}
    facts |= {"share_percent": "98,5", "first_year": "2027", "last_year": "2029", "least_operators": "1"}
    facts |= {"interest_percent": "7", "lifetime_years": "7", "gap_percent": "0,5", "most_seconds": "30"}
    return facts | more


def test_a_goal_fills_the_form_and_money_is_kept_by_year_and_source(world: World, browsing: Client) -> None:
    """A plan hands down service, measure, share, year and name; the form saves them with the table of money."""
    run = run_for(world)
    address = reverse("planning:scenario_new", args=[world.province.code])
    asked = {"dich-vu": "5G", "tinh-theo": "people", "muc-tieu": "95", "nam": "2030", "ten": "5G cho 95 % dân"}
    page = browsing.get(address, asked).content.decode()
    for told in (
        'value="5G cho 95 % dân"',
        'value="95"',
        'value="2030"',
        'value="5G" selected',
        'name="von-2030-fund"',
    ):
        assert told in page, told
    money = {"von-2027-state": "1.500.000.000", "von-2029-fund": "200000000"}
    sent = form_of(run=str(run.pk), viec="luu", **money, **{"nhom-border": "100"})
    assert browsing.post(address, sent).status_code == 302
    scenario = Scenario.objects.get()
    assert scenario.share_percent == 98.5 and scenario.state == State.DRAFT
    assert scenario.least_percent_of_group == {"border": 100.0}
    given = {(row.year, row.source): row.amount_vnd for row in scenario.budgets.all()}
    assert given == {(2027, "state"): 1_500_000_000, (2029, "fund"): 200_000_000}
    edit = reverse("planning:scenario_edit", args=[scenario.pk])
    assert 'value="1.500.000.000"' in browsing.get(edit).content.decode()
    browsing.post(edit, form_of(run=str(run.pk), viec="luu", **{"von-2027-state": "1.600.000.000"}))
    assert list(scenario.budgets.values_list("amount_vnd", flat=True)) == [1_600_000_000]


def test_a_new_scenario_like_another_asks_the_same_with_other_money(world: World, browsing: Client) -> None:
    """What a scenario asks is carried over; money is shared out as there; another province's scenario tells nothing."""
    told = solved_scenario(world, shared_percent=60, least_percent_of_group={"border": 90.0})
    whole = sum(row.amount_vnd for row in told.budgets.all())
    address = reverse("planning:scenario_new", args=[world.province.code])
    form = browsing.get(address, {"tu": told.pk, "kinh-phi": str(2 * whole)}).context["form"]
    assert form.initial["aim"] == Scenario.Aim.MOST_SERVED and form.initial["shared_percent"] == 60
    assert form.initial["nhom-border"] == 90.0 and form.initial["run"] == told.run_id
    for row in told.budgets.all():
        assert form.initial[f"von-{row.year}-{row.source}"] == 2 * row.amount_vnd
    plain = browsing.get(address, {"tu": "999", "muc-tieu": "70"}).context["form"]
    assert plain.initial["share_percent"] == 70 and plain.given == {}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"share_percent": ""}, "Ghi mục tiêu"),
        ({"share_percent": "120"}, "Từ 0 đến 100 %"),
        ({"aim": "most_served"}, "Ghi ít nhất một khoản"),
        ({"last_year": "2026"}, "Năm đạt phải từ năm bắt đầu xây dựng, 2027"),
        ({"von-2027-state": "nhiều"}, "không phải số tiền"),
        ({"nhom-border": "130"}, "Từ 0 đến 100 %"),
        ({"least_operators": "9"}, "Từ 1 đến 5"),
        ({"run": "999"}, "Chọn một dòng trong danh sách"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(world: World, browsing: Client, wrong: dict[str, str], words: str) -> None:
    """Nothing is saved, what was typed stays, and the message says what would be right."""
    run = run_for(world)
    address = reverse("planning:scenario_new", args=[world.province.code])
    answer = browsing.post(address, form_of(run=str(run.pk), title="Tên đã gõ") | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and 'value="Tên đã gõ"' in page
    assert not Scenario.objects.exists()


def test_the_table_of_money_follows_the_years_without_saving(world: World, browsing: Client) -> None:
    """Without scripts a button lays the table out for other years; what was typed stays."""
    run = run_for(world)
    address = reverse("planning:scenario_new", args=[world.province.code])
    page = browsing.post(address, form_of(run=str(run.pk), viec="bang", title="", last_year="2032"))
    assert page.status_code == 200 and 'name="von-2032-state"' in page.content.decode()
    assert "field__error" not in page.content.decode() and not Scenario.objects.exists()


def test_a_copy_has_the_works_and_stays_apart(world: World, officer: Person) -> None:
    """A copy shows the same answer, and is changed without the original."""
    scenario = answered(world, officer)
    copy = scenarios.copy_scenario(actor=officer, scenario=scenario)
    assert works(copy) == works(scenario) and copy.copied_from == scenario and copy.solved
    reach = Candidate.objects.filter(scenario=copy, number=1).values_list("services__place__name", flat=True)
    assert set(reach) == {"Khơ Đa", "Bản 0"}
    wish_works(actor=officer, scenario=copy, works=[copy.candidates.get(number=2).pk], wish=Wish.FIXED)
    assert works(copy) == [1, 2, 3, 4, 5] and works(scenario) == [1, 3, 4, 5]


def test_what_is_taken_stays_as_it_is(world: World, people: dict[str, Person], officer: Person) -> None:
    """The head of the department takes a solved scenario; nobody changes or deletes it until it is given back."""
    scenario, head = answered(world, officer), people["department_head"]
    with pytest.raises(PermissionDenied):
        scenarios.adopt_scenario(actor=officer, scenario=scenario)
    scenarios.adopt_scenario(actor=head, scenario=scenario)
    scenario.refresh_from_db()
    assert scenario.adopted_by == head
    for act in (
        lambda: scenarios.delete_scenario(actor=officer, scenario=scenario),
        lambda: solving.ask_solve(actor=officer, scenario=scenario, anew=True),
        lambda: wish_works(
            actor=officer, scenario=scenario, works=[scenario.candidates.first().pk], wish=Wish.FORBIDDEN
        ),
    ):
        with pytest.raises(ValidationError):
            act()
    scenarios.give_back_scenario(actor=head, scenario=scenario)
    scenario.refresh_from_db()
    scenarios.delete_scenario(actor=officer, scenario=scenario)
    assert not Scenario.objects.exists() and Scenario.history.filter(history_type="-", history_user=officer).exists()
    with pytest.raises(ValidationError):
        scenarios.adopt_scenario(actor=head, scenario=unsolved(world))


def test_nobody_else_changes_a_scenario(world: World, people: dict[str, Person]) -> None:
    """Services ask too, whatever page calls them."""
    scenario = unsolved(world)
    for who in ("operator", "analyst", "administrator", "stranger", "commune_leader"):
        actor = people[who]
        for act in (
            lambda actor=actor: solving.ask_solve(actor=actor, scenario=scenario),
            lambda actor=actor: solving.stop_solving(actor=actor, scenario=scenario),
            lambda actor=actor: scenarios.copy_scenario(actor=actor, scenario=scenario),
            lambda actor=actor: scenarios.delete_scenario(actor=actor, scenario=scenario),
            lambda actor=actor: wish_works(actor=actor, scenario=scenario, works=[1], wish=Wish.FIXED),
            lambda actor=actor: scenarios.change_scenario(actor=actor, scenario=scenario, operators=[], budgets={}),
        ):
            with pytest.raises(PermissionDenied):
                act()


# Pages


def test_the_page_says_the_finding_in_words_first(world: World, officer: Person, browsing: Client) -> None:
    """How many works, how much money, who is served then, and the proof."""
    scenario = answered(world, officer)
    page = browsing.get(scenario.get_absolute_url()).content.decode()
    assert "Xây 4 công trình, vốn 3 tỷ đồng" in page and "100 % người dân có băng rộng di động" in page
    assert "không có phương án nào rẻ hơn" in page or "đắt hơn phương án rẻ nhất" in page
    listed = browsing.get(reverse("planning:scenarios", args=[world.province.code]), {"q": "bang rong"})
    assert scenario.title in listed.content.decode()


def test_most_for_the_money_spends_it_where_nearly_all_are_served_today(world: World, officer: Person) -> None:
    """The gap is sought of what can be gained, not of those who are served today: 0,5 % of 400.000 is every village."""
    scenario = unsolved(world, aim="most_served", share_percent=None)
    scenario.places.filter(place__name="Nà Lầm").update(weight=400_000)
    problem = problem_of(scenario)
    lacking = sum(need.weight for need in problem.needs if not need.served_by)
    assert solving.gap_sought(scenario, problem) == pytest.approx(scenario.gap_percent * lacking / (400_000 + lacking))
    found = solving.ask_solve(actor=officer, scenario=scenario)
    assert found.state == State.PROVEN
    assert found.answer["bound"] - found.answer["objective"] <= lacking * scenario.gap_percent / 100
    least = unsolved(world)
    assert solving.gap_sought(least, problem_of(least)) == least.gap_percent


def test_every_page_of_planning_leads_to_the_others(world: World, browsing: Client) -> None:
    """Scenarios, fibre plans, weak points, packages, prices: whichever one comes to, the others are a click away."""
    names = ("scenarios", "compare", "fibre_plans", "weak_points", "packages", "costs")
    addresses = [reverse(f"planning:{name}", args=[world.province.code]) for name in names]
    for here in addresses:
        page = browsing.get(here).content.decode()
        assert f'<a href="{here}" aria-current="page">' in page
        assert all(f'<a href="{other}">' in page for other in addresses if other != here), here


def test_money_that_is_not_given_by_year_is_explained(world: World, officer: Person, browsing: Client) -> None:
    """All in the last year: the page says why, and that the capital, not the present cost, is what is needed."""
    scenario = solved_scenario(world)
    assert "dồn vào năm cuối" not in browsing.get(scenario.get_absolute_url()).content.decode()
    scenario.budgets.all().delete()
    scenario.candidates.filter(year__isnull=False).update(year=scenario.last_year)
    page = browsing.get(scenario.get_absolute_url()).content.decode()
    assert f"mọi công trình dồn vào năm cuối, {scenario.last_year}" in page
    assert "Số vốn cần có là 3,3 tỷ đồng; chi phí quy về hiện tại" in page


def test_works_and_places_are_filtered_and_exported(world: World, officer: Person, browsing: Client) -> None:
    """The list holds what is built unless asked otherwise; places can be those that nothing reaches."""
    scenario = answered(world, officer)
    address = reverse("planning:works", args=[scenario.pk])
    count = {
        muc: browsing.get(address, {"muc": muc}).context["page"].paginator.count for muc in ("", "khong", "tat-ca")
    }
    assert count == {"": 4, "khong": 1, "tat-ca": 5}
    table = browsing.get(address, {"xuat": "csv", "xep": "number"}).content.decode("utf-8-sig").splitlines()
    assert table[0] == "DỮ LIỆU MÔ PHỎNG" and len(table) == 2 + 4
    places = reverse("planning:scenario_places", args=[scenario.pk])
    names = {
        muc: [row.place.name for row in browsing.get(places, {"muc": muc}).context["page"]]
        for muc in ("da-co", "se-co", "con-thieu", "khong-toi")
    }
    assert names["da-co"] == ["Nà Lầm"] and names["khong-toi"] == names["con-thieu"] == ["Bản 4"]
    assert len(names["se-co"]) == 5


def test_a_work_tells_what_it_serves_costs_and_replaces(world: World, officer: Person, browsing: Client) -> None:
    """Places with probability, cost lines with their sum, other works for the same places, who shares the structure."""
    scenario = answered(world, officer)
    page = browsing.get(scenario.candidates.get(number=1).get_absolute_url()).content.decode()
    for words in ("Khơ Đa", "97", "Thiết bị 4G", "600.000.000", "thêm doanh nghiệp trên cột dùng chung số 2"):
        assert words in page, words


def test_the_map_of_a_move_shows_who_lacks_the_service(world: World, browsing: Client) -> None:
    """Whoever moves a mast sees for whom: the villages about it that nobody serves today, not those that have it."""
    mast = solved_scenario(world).candidates.get(kind="new_mast")
    asked = mast.scenario.places.select_related("place")
    lacking = {(row.place.lon, row.place.lat) for row in asked if not row.served_by}
    page = browsing.get(reverse("planning:candidate_move", args=[mast.pk]))
    drawn = page.context["form"].fields["lat"].widget.reference["features"]
    shown = {tuple(one["geometry"]["coordinates"]) for one in drawn}
    assert shown and shown <= lacking
    assert f"{len(drawn)} nơi quanh đây hiện chưa có dịch vụ" in page.content.decode()


def test_a_way_to_ask_less_sets_every_number_it_names(world: World, officer: Person) -> None:
    """Shares go down to a tenth, money up to a million; communes share one number: the lowest."""
    scenario = unsolved(world, least_percent_in_commune=100, least_percent_of_group={"border": 100.0})
    named = [("share", [2028], 95, 66.68), ("area", ["1"], 100, 71.29), ("area", ["2"], 100, 50.0)]
    named += [("group", ["border"], 100, 0.0), ("budget", [2028, "fund"], 0, 7_200_000.4)]
    way = [dict(zip(("name", "key", "asked", "reachable"), one, strict=True)) for one in named]
    scenario.state, scenario.answer = State.INFEASIBLE, scenario.answer | {"why": {"unreachable": [], "ways": [way]}}
    scenario.save()
    told = reasons_told(scenario, 5).ways[0]
    assert told.words[0] == "mục tiêu: 95 % → 66,6 %" and told.may_take
    assert told.words[-1] == "không xã nào dưới: 100 % → 50 % (2 xã không tới mức đòi)"
    scenario = relax_scenario(actor=officer, scenario=scenario, number=1)
    assert (scenario.share_percent, scenario.least_percent_in_commune) == (66.6, 50)
    assert scenario.least_percent_of_group == {"border": 0}
    assert scenario.budgets.get(year=2028, source="fund").amount_vnd == 8 * MILLION
    with pytest.raises(ValidationError):
        relax_scenario(actor=officer, scenario=scenario, number=1)
