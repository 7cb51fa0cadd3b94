"""How targets stand: on their own territory, from the chosen reading, in few queries, as far as a person may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from hatang.accounts.models import Person
from hatang.indicators.models import FormulaChoice, Indicator, Value
from hatang.places.models import Place
from hatang.plans.models import Baseline, Plan, Target
from hatang.plans.services import TargetProgress, finding, progress_of
from tests.conftest import World

TODAY = date(2026, 7, 1)
NOBODY = AnonymousUser()


def indicator(code: str = "villages-fibre", **more: Any) -> Indicator:
    traits = {"component": "telecom", "unit_code": "percent", "rollup": "ratio_of_sums", "source": "reported"}
    number = Indicator.objects.count() + 1
    return Indicator.objects.create(code=code, number=number, name=code, short_name=code, **(traits | more))


def figure(of: Indicator, place: Place, year: int, value: float, **more: Any) -> Value:
    traits: dict[str, Any] = {"how": "reported", "state": "published", "on": date(year, 12, 31)}
    return Value.objects.create(
        indicator=of, place=place, year=year, value=value, known_from=timezone.now(), **(traits | more)
    )


@pytest.fixture
def former(world: World) -> Place:
    """Hà Giang, which became part of today's Tuyên Quang."""
    return Place.objects.create(kind="province", title="Tỉnh", name="Hà Giang", code="02", valid_to=date(2025, 6, 30))


def make_plan(province: Place, territory: Place | None = None, code: str = "ke-hoach", published: bool = True) -> Plan:
    return Plan.objects.create(
        code=code,
        title="Kế hoạch",
        issuer="UBND tỉnh",
        territory=territory or province,
        province=province,
        year_from=2025,
        year_to=2030,
        published=published,
    )


def target(
    plan: Plan, of: Indicator, year: int = 2030, value: float | None = 98, comparator: str = "ge", **more: Any
) -> Target:
    return Target.objects.create(plan=plan, indicator=of, year=year, value=value, comparator=comparator, **more)


def only(plan: Plan, person: Any = NOBODY) -> TargetProgress:
    [progress] = progress_of(plan, today=TODAY, person=person)
    return progress


def test_a_future_target_takes_the_latest_figure_and_the_plans_own_baseline(world: World) -> None:
    plan, of = make_plan(world.province), indicator()
    target(plan, of)
    Baseline.objects.create(plan=plan, indicator=of, label="", year=2024, value=90)
    figure(of, world.province, 2024, 89)
    figure(of, world.province, 2025, 92)
    progress = only(plan)
    assert progress.value is not None
    assert progress.previous is not None
    assert (progress.value.year, progress.previous.year, progress.change) == (2025, 2024, 3)
    assert (progress.baseline, progress.baseline_year, progress.baseline_stated) == (90, 2024, True)
    assert progress.state == "on_track"
    assert "91,33%" in progress.text
    assert "31/12/2025" in progress.text


def test_without_a_stated_baseline_the_year_before_the_plan_begins_the_line(world: World) -> None:
    plan, of = make_plan(world.province), indicator()
    target(plan, of)
    figure(of, world.province, 2023, 80)
    figure(of, world.province, 2024, 90)
    figure(of, world.province, 2025, 91)
    progress = only(plan)
    assert (progress.baseline, progress.baseline_year, progress.baseline_stated) == (90, 2024, False)
    assert progress.state == "at_risk"


def test_a_due_target_is_judged_by_its_year_even_when_later_figures_exist(world: World) -> None:
    plan, of = make_plan(world.province), indicator()
    target(plan, of, year=2025)
    figure(of, world.province, 2025, 97)
    figure(of, world.province, 2026, 99)
    progress = only(plan)
    assert progress.value is not None
    assert (progress.value.year, progress.state) == (2025, "missed")


def test_a_due_target_with_an_old_figure_only_is_not_measured(world: World) -> None:
    plan, of = make_plan(world.province), indicator()
    target(plan, of, year=2025)
    figure(of, world.province, 2024, 97)
    progress = only(plan)
    assert progress.state == "not_measured"
    assert "2024" in progress.text


def test_a_former_provinces_target_is_held_against_its_own_figures(world: World, former: Place) -> None:
    plan, of = make_plan(world.other_province, former), indicator()
    target(plan, of, year=2025, value=85)
    figure(of, former, 2025, 88)
    figure(of, world.other_province, 2025, 70)
    progress = only(plan)
    assert progress.value is not None
    assert (progress.value.value, progress.state, progress.value.place) == (88, "met", progress.target.plan.territory)


def test_todays_province_answers_only_where_the_former_one_has_no_figure_and_says_so(
    world: World, former: Place
) -> None:
    plan, of = make_plan(world.other_province, former), indicator()
    target(plan, of, year=2025, value=85)
    figure(of, world.other_province, 2025, 90)
    progress = only(plan)
    assert progress.value.place != progress.target.plan.territory
    assert "địa bàn Tỉnh Hà Giang cũ" in progress.text


def test_the_reading_that_the_province_chose_counts(world: World) -> None:
    plan, of = make_plan(world.province), indicator("bts-sharing", formula="bts_sharing_positions")
    target(plan, of, year=2025, value=20)
    figure(of, world.province, 2025, 15, formula="bts_sharing_positions", how="counted")
    figure(of, world.province, 2025, 25, formula="bts_sharing_tenancies", how="counted")
    assert only(plan).state == "missed"
    FormulaChoice.objects.create(indicator=of, province=world.province, formula="bts_sharing_tenancies")
    assert only(plan).state == "met"


def test_a_doubling_asks_for_its_base_year(world: World) -> None:
    plan, of = make_plan(world.province), indicator("mobile-download-ispeed", unit_code="mbps")
    target(plan, of, year=2025, value=2, comparator="double", base_year=2024)
    figure(of, world.province, 2025, 95)
    assert only(plan).state == "not_measured"
    assert "năm gốc 2024" in only(plan).text
    figure(of, world.province, 2024, 45)
    assert only(plan).state == "met"


def test_a_ratio_to_the_base_year_is_doubled_at_two(world: World) -> None:
    plan, of = make_plan(world.province), indicator("mobile-download-vs-2024", unit_code="times", rollup="none")
    target(plan, of, year=2025, value=2, comparator="double", base_year=2024)
    figure(of, world.province, 2025, 1.9)
    assert only(plan).state == "missed"


def test_drafts_are_seen_by_the_officers_of_the_province_only(world: World, people: dict[str, Person]) -> None:
    plan, of = make_plan(world.province, published=False), indicator()
    target(plan, of, year=2025)
    figure(of, world.province, 2025, 99, state="draft")
    officer = people["department_officer"]
    assert [p.state for p in progress_of(world.province, today=TODAY, person=officer)] == ["met"]
    assert progress_of(world.province, today=TODAY, person=people["stranger"]) == []
    assert progress_of(world.province, today=TODAY, person=NOBODY) == []
    Plan.objects.update(published=True)
    assert [p.state for p in progress_of(world.province, today=TODAY, person=NOBODY)] == ["not_measured"]


def test_six_queries_are_enough_however_many_targets(
    world: World, people: dict[str, Person], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    plans = [make_plan(world.province, code=f"ke-hoach-{n}") for n in range(3)]
    for n in range(20):
        of = indicator(f"chi-tieu-{n}")
        figure(of, world.province, 2025, 90)
        for plan in plans:
            target(plan, of)
    with django_assert_max_num_queries(6):
        progress = progress_of(world.province, today=TODAY, person=people["department_officer"])
    assert len(progress) == 60


def test_the_finding_counts_states_in_words(world: World) -> None:
    plan = make_plan(world.province)
    met, missed = indicator("a"), indicator("b")
    target(plan, met, year=2025)
    target(plan, missed, year=2025)
    target(plan, indicator("c", unit_code="yes_no"), value=None, comparator="done")
    figure(met, world.province, 2025, 99)
    figure(missed, world.province, 2025, 90)
    text = finding(progress_of(plan, today=TODAY, person=NOBODY), today=TODAY)
    assert text == "Trong 2 mục tiêu đã đến hạn: 1 đạt, 1 không đạt. Trong 1 mục tiêu đến năm 2030: 1 chưa đến hạn."


def test_what_the_page_shows_is_what_is_judged(world: World) -> None:
    """A figure that is shown as 99,5% reaches 99,5%; one that is shown as 99,49% does not."""
    plan, of = make_plan(world.province), indicator()
    target(plan, of, year=2025, value=99.5)
    shown = figure(of, world.province, 2025, 99.4996)
    assert (str(shown), only(plan).state) == ("99,5%", "met")
    Value.objects.update(value=99.4949)
    assert only(plan).state == "missed"
