"""Which targets will be missed, known early; what would have to happen; what each person may see of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.foresight import projection_of
from hatang.network.models import DeclaredCoverage, Mast
from hatang.places.models import Place
from hatang.planning.models import ScenarioPlace
from hatang.plans.models import Plan, Target
from hatang.plans.services import Foreseen, early_finding, foresee, progress_of
from hatang.plans.states import FORESEEN_MET, FORESEEN_MISSED, FORESEEN_UNSURE
from tests.conftest import World
from tests.planning.made import solved_scenario

TODAY = timezone.localdate()
NOW = TODAY.year
NOBODY = AnonymousUser()


def indicator(code: str, **more: object) -> Indicator:
    traits = {"component": "telecom", "unit_code": "percent", "rollup": "ratio_of_sums", "source": "reported"}
    count = Indicator.objects.count() + 1
    return Indicator.objects.create(code=code, number=count, name=code, short_name=code, **(traits | more))


def figures(of: Indicator, place: Place, values: dict[int, float], denominator: float = 1000, **more: object) -> None:
    """Store a year's figure each: a share of the denominator."""
    facts = {"how": "reported", "state": "published", "known_from": timezone.now(), "formula": of.formula}
    for year, value in values.items():
        counts = {"numerator": value * denominator / 100, "denominator": denominator}
        Value.objects.create(
            indicator=of,
            place=place,
            year=year,
            value=value,
            on=date(year, 12, 31),
            **(facts | counts | more),
        )


@pytest.fixture
def plan(world: World) -> Plan:
    names = {"code": "kh", "title": "Kế hoạch", "issuer": "UBND tỉnh", "published": True}
    place = {"territory": world.province, "province": world.province}
    return Plan.objects.create(year_from=NOW - 1, year_to=NOW + 4, **names, **place)


def aim(plan: Plan, of: Indicator, value: float, year: int = NOW + 2, comparator: str = "ge") -> Target:
    return Target.objects.create(plan=plan, indicator=of, year=year, value=value, comparator=comparator)


def found_for(plan: Plan, person: object = NOBODY, *, communes: bool = False) -> list[Foreseen]:
    own = progress_of(plan, today=TODAY, person=person)  # type: ignore[arg-type]
    return foresee(own, province=plan.province, person=person, today=TODAY, communes=communes)  # type: ignore[arg-type]


def steady(start: float, gain: float) -> dict[int, float]:
    """Five years' figures up to last year, at a steady pace with a little noise."""
    return {NOW - 5 + n: start + gain * n + (0.4 if n % 2 else 0) for n in range(5)}


def test_what_is_foreseen_is_a_chance_and_the_likeliest_to_be_missed_stands_first(plan: Plan) -> None:
    near, far, open_ = (indicator(code) for code in ("gan", "xa", "ngo"))
    for of, goal in ((near, 51), (far, 90), (open_, 54.5)):
        figures(of, plan.province, steady(40, 2.5))
        aim(plan, of, goal)
    found = found_for(plan)
    assert [f.progress.indicator.code for f in found] == ["xa", "ngo", "gan"]
    assert [f.state for f in found] == [FORESEEN_MISSED, FORESEEN_UNSURE, FORESEEN_MET]
    assert found[0].chance_words == "dưới\xa01\xa0%"
    said = early_finding(found)
    assert said == ("Trong 3 mục tiêu chưa đạt và chưa đến hạn: 1 dự báo đạt, 1 chưa chắc đạt, 1 dự báo trượt.")


def test_targets_that_are_met_or_due_are_not_foreseen(plan: Plan) -> None:
    of = indicator("gan")
    figures(of, plan.province, steady(40, 2.5))
    aim(plan, of, 45)
    aim(plan, of, 90, year=NOW - 1)
    assert found_for(plan) == []


def test_what_would_have_to_happen_is_told_in_numbers(plan: Plan) -> None:
    """50 % of 1,000 last year, 80 % in three years: 300 more, 100 a year; so far 25 a year."""
    of = indicator("thon", numerator_text="Thôn có sóng")
    figures(of, plan.province, {NOW - 3: 45.0, NOW - 2: 47.0, NOW - 1: 50.0})
    aim(plan, of, 80)
    [found] = found_for(plan)
    assert "Cần +10 điểm phần trăm mỗi năm" in found.needed_text
    assert "lâu nay +2,5 mỗi năm, tức phải nhanh gấp 4 lần" in found.needed_text
    assert "Thôn có sóng: cần thêm 300, mỗi năm 100; lâu nay mỗi năm +25." in found.needed_text


def test_lower_is_better_turns_the_chance(plan: Plan) -> None:
    of = indicator("tre", unit_code="mbps", direction="lower")
    figures(of, plan.province, steady(40, -2.5))
    aim(plan, of, 28, comparator="le")
    [found] = found_for(plan)
    assert found.chance is not None
    assert found.chance > 0.8


def test_two_figures_give_scenarios_and_say_so(plan: Plan) -> None:
    of = indicator("moi")
    figures(of, plan.province, {NOW - 2: 40.0, NOW - 1: 45.0})
    aim(plan, of, 90)
    [found] = found_for(plan)
    assert (found.chance, found.projection.scenario) == (None, True)
    assert found.text.startswith("Kịch bản")
    assert "không phải khoảng tin cậy" in found.projection.why


def test_communes_that_lack_most_are_named_with_their_part(plan: Plan, world: World) -> None:
    of = indicator("ho")
    figures(of, plan.province, {NOW - 3: 45.0, NOW - 2: 47.0, NOW - 1: 50.0})
    figures(of, world.commune, {NOW - 2: 30.0, NOW - 1: 40.0}, denominator=500)
    figures(of, world.neighbour, {NOW - 2: 50.0, NOW - 1: 60.0}, denominator=500)
    aim(plan, of, 80)
    [found] = found_for(plan, communes=True)
    assert [(s.place, round(s.lacks), round(s.part_percent)) for s in found.communes] == [
        (world.commune, 200, 67),
        (world.neighbour, 100, 33),
    ]


def test_figures_that_are_business_secrets_of_communes_are_not_told_to_the_public(
    plan: Plan, world: World, people: dict[str, Person]
) -> None:
    of = indicator("thue-bao", commercial=True)
    figures(of, plan.province, {NOW - 3: 45.0, NOW - 2: 47.0, NOW - 1: 50.0})
    figures(of, world.commune, {NOW - 2: 30.0, NOW - 1: 40.0})
    aim(plan, of, 80)
    for person in (NOBODY, people["rival"]):
        [found] = found_for(plan, person, communes=True)
        assert found.communes == ()
    [found] = found_for(plan, people["department_officer"], communes=True)
    assert [s.place for s in found.communes] == [world.commune]
    assert projection_of(place=world.commune, indicator=of, to_year=NOW + 2, person=NOBODY) is None


@pytest.fixture
def counted(plan: Plan) -> Indicator:
    """Villages with mobile broadband: none of the two so far."""
    of = indicator("thon-co-song", source="register", formula="villages_mobile_broadband")
    figures(of, plan.province, {NOW - 3: 0.0, NOW - 2: 1.0, NOW - 1: 1.0}, denominator=2, how="counted")
    return of


def test_coverage_declared_for_a_day_to_come_raises_its_year_for_who_may_see_it(
    plan: Plan, world: World, counted: Indicator, people: dict[str, Person]
) -> None:
    since = date(NOW + 1, 6, 1)
    DeclaredCoverage.objects.create(
        place=world.village, operator=world.operator, technology="4G", since_on=since, simulated=True
    )
    asked = {"place": world.province, "indicator": counted, "to_year": NOW + 2}
    officer = projection_of(**asked, person=people["department_officer"])
    public, rival = (projection_of(**asked, person=person) for person in (NOBODY, people["rival"]))
    assert officer is not None and public is not None and rival is not None
    assert [round(v) for v in officer.values][1:] == [51, 51]
    assert public.gains == rival.gains == ()
    assert max(public.values) < 10
    for who, told in (("department_officer", True), ("rival", False)):
        client = Client()
        client.force_login(people[who])
        page = client.get("/tinh/20/chi-tieu/thon-co-song/").content.decode()
        assert ("Đã tính 1 nơi sẽ được phục vụ: 1 theo khai báo của doanh nghiệp." in page) == told


def test_an_adopted_scenario_serves_its_places_from_the_end_of_their_year(
    plan: Plan, world: World, counted: Indicator, people: dict[str, Person]
) -> None:
    """One that nobody adopted, and one of a service that the figure does not count, change nothing."""
    adopted = solved_scenario(world.province, adopted_at=timezone.now())
    other = solved_scenario(world.province)
    for scenario, village, year in ((adopted, world.village, NOW + 2), (other, world.dark_village, NOW + 1)):
        ScenarioPlace.objects.create(scenario=scenario, place=village, weight=1, served_in=year)
    asked = {"place": world.province, "indicator": counted, "to_year": NOW + 2}
    officer = projection_of(**asked, person=people["department_officer"])
    operator = projection_of(**asked, person=people["operator"])
    assert officer is not None and operator is not None
    assert [(g.place_id, g.coming.source) for g in officer.gains] == [(world.village.pk, "phương án đã chọn")]
    assert officer.values[1] < 10 < 50 < officer.values[2]
    assert officer.low[2] == operator.low[2]
    assert operator.gains == ()


def test_a_planned_mast_counts_for_the_villages_about_it(
    plan: Plan, world: World, counted: Indicator, people: dict[str, Person]
) -> None:
    Mast.objects.create(
        code="M1", owner=world.operator, province=world.province, commune=world.commune, lon=106.7, lat=21.95,
        planned_on=TODAY + timedelta(200), height_m=42,
    )  # fmt: skip
    asked = {"place": world.province, "indicator": counted, "to_year": NOW + 2}
    officer = projection_of(**asked, person=people["department_officer"])
    assert officer is not None
    assert {g.place_id for g in officer.gains} == {world.village.pk, world.dark_village.pk}
    rival = projection_of(**asked, person=people["rival"])
    assert rival is not None and rival.gains == ()


def test_the_pages_tell_it_in_words(plan: Plan, world: World, client: Client) -> None:
    of = indicator("ho", numerator_text="Hộ có cáp quang")
    figures(of, plan.province, {NOW - 3: 45.0, NOW - 2: 47.0, NOW - 1: 50.0})
    figures(of, world.commune, {NOW - 2: 30.0, NOW - 1: 40.0})
    aim(plan, of, 80)
    for address in ("/ke-hoach/kh/", "/ke-hoach/kh/du-bao", "/tinh/20/chi-tieu/ho/"):
        response = client.get(address)
        page = response.content.decode()
        assert response.status_code == 200, address
        assert "dự báo trượt" in page, address
        assert "cần thêm 300, mỗi năm 100" in page, address
    assert "style=" not in page and "<script>" not in page
