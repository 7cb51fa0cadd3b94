"""The list of provinces and a province's home: does it say how things stand, to whom, and from few queries?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hatang.indicators.models import Period, Return, Value
from hatang.plans.models import Baseline
from hatang.plans.services import report_years
from hatang.web.services.ways import GROUPS
from tests.indicators.cycle import make_form, make_period, make_return
from tests.web.conftest import MOST_QUERIES
from tests.web.filled import LAST_YEAR, Filled, make_indicator, make_plan, make_target, make_value

As = Callable[[str], Client]


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_a_visitor_reads_a_sentence_for_each_province_with_a_plan(client: Client, filled: Filled) -> None:
    page = text(client, "/")
    assert "Tỉnh Lạng Sơn" in page
    assert "Tỉnh Tuyên Quang" in page
    assert "Trong 2 mục tiêu đã đến hạn: 1 đạt, 1 không đạt." in page
    assert "2 tỉnh có kế hoạch, 5 mục tiêu" in page


def test_a_draft_plan_is_nobodys_business_but_the_officers(client: Client, as_: As, filled: Filled) -> None:
    draft = make_plan("du-thao", filled.world.province, filled.world.province, published=False)
    make_target(draft, filled.phones, LAST_YEAR, 99)
    assert "/ke-hoach/du-thao/" not in text(client, "/") + text(client, "/tinh/20/")
    assert "/ke-hoach/du-thao/" not in text(as_("stranger"), "/tinh/20/")
    assert "/ke-hoach/du-thao/" in text(as_("department_officer"), "/tinh/20/")


def test_a_person_of_one_province_is_led_there_and_may_still_see_all(as_: As, filled: Filled) -> None:
    client = as_("department_officer")
    assert client.get("/").headers["Location"] == "/tinh/20/"
    assert "Tỉnh Tuyên Quang" in text(client, "/?tinh=moi")


def test_the_states_of_the_list_and_of_the_province_agree(client: Client, filled: Filled) -> None:
    """The list computes states from lighter rows; it must not tell another story than the province's page."""
    listed = client.get("/").context["lines"]
    for line in listed:
        own = client.get(f"/tinh/{line.province.code}/").context
        assert own["tally"] == line.tally
        assert own["finding"] == line.finding


def test_the_province_shows_each_target_with_its_figure_and_marks(client: Client, filled: Filled) -> None:
    page = text(client, "/tinh/20/")
    assert "Trong 2 mục tiêu đã đến hạn: 1 đạt, 1 không đạt." in page
    assert "/tinh/20/chi-tieu/thon-co-song/" in page
    assert "90%" in page
    assert "đếm từ sổ đăng ký" in page
    assert "DỮ LIỆU MÔ PHỎNG" not in page


def test_the_bar_shows_figure_start_need_and_targets_where_they_belong(client: Client, filled: Filled) -> None:
    """From 80 % to 100 % in six years: after the first of them a sixth of the way, 83.3 %, is needed."""
    part = client.get("/tinh/20/").context["parts"][0]
    row = next(r for c in part.components for r in c.rows if r.indicator == filled.villages)
    assert (row.bar.value, row.bar.base, row.bar.need, row.bar.goals) == ("90.0", "80.0", "83.3", ("95.0", "100.0"))
    assert (
        row.bar.words
        == f"Hiện có 90% (năm {LAST_YEAR}); mục tiêu ít nhất 95% năm {LAST_YEAR}, 100% năm {LAST_YEAR + 5}"
    )


def test_targets_of_a_former_province_stay_on_its_territory(client: Client, filled: Filled) -> None:
    page = text(client, "/tinh/08/")
    assert "Tỉnh Hà Giang cũ" in page
    assert f'id="dia-ban-{filled.former.pk}"' in page
    assert "DỮ LIỆU MÔ PHỎNG" in page


def test_what_waits_for_a_decision_is_for_officers(client: Client, as_: As, filled: Filled) -> None:
    make_value(filled.phones, filled.world.province, LAST_YEAR - 1, 70, state=Value.State.DRAFT)
    page = text(as_("department_head"), "/tinh/20/")
    assert "Cần quyết định" in page
    assert "1 mục tiêu đã đến hạn mà không đạt" in page
    assert "1 nhiệm vụ quá hạn" in page
    assert "1 số liệu chờ duyệt hoặc công bố" in page
    assert "/so-lieu/20/duyet" in page
    for other in (client, as_("operator"), as_("commune_officer"), as_("stranger")):
        assert "Cần quyết định" not in text(other, "/tinh/20/")


@pytest.mark.parametrize(
    ("who", "tabs"),
    [
        ("commune_officer", "masts records"),
        ("commune_leader", "masts"),
        ("operator", "masts"),
        ("department_officer", "masts records"),
        ("auditor", "masts people"),
        ("administrator", "people"),
        ("stranger", ""),
    ],
)
def test_everybody_finds_the_way_to_what_their_role_opens(who: str, tabs: str, as_: As, filled: Filled) -> None:
    """A role bounded to a commune or an operator opens its pages too, and a tab never leads to a refusal."""
    ways = {"masts": "/ha-tang/20/", "records": "/so-lieu/20/ghi", "people": "/nguoi-dung/"}
    client = as_(who)
    page = text(client, "/tinh/20/")
    assert {name for name, way in ways.items() if f'href="{way}"' in page} == set(tabs.split())
    for name in tabs.split():
        assert client.get(ways[name]).status_code == 200


@pytest.mark.parametrize(
    ("who", "groups"),
    [
        ("", ["Xem tỉnh", *[*GROUPS][3:8]]),
        ("commune_officer", [*GROUPS][:8]),
        ("operator", [*GROUPS][:8]),
        ("department_head", [*GROUPS]),
        ("analyst", [*GROUPS][:8]),
        ("auditor", [*GROUPS]),
        ("administrator", ["Xem tỉnh", *[*GROUPS][3:]]),
    ],
)
def test_the_ways_stand_in_groups_and_each_leads_somewhere(
    who: str, groups: list[str], client: Client, as_: As, filled: Filled
) -> None:
    """Few enough in each to be seen at once; no way to a refusal, none to an empty group."""
    visitor = as_(who) if who else client
    ways = visitor.get("/tinh/20/").context["ways"]
    assert [heading for heading, _ in ways] == groups
    assert all(1 <= len(links) <= 8 for _, links in ways)
    for label, address in (link for _, links in ways for link in links):
        assert visitor.get(address).status_code == 200, label


def test_a_writer_finds_the_report_of_the_finished_year_and_of_the_one_under_way(
    client: Client, as_: As, filled: Filled
) -> None:
    ways = [f"/ke-hoach/lang-son/bao-cao/{year}/" for year in (LAST_YEAR, LAST_YEAR + 1)]
    officer = as_("department_officer")
    for address in ("/tinh/20/", "/ke-hoach/lang-son/"):
        page = text(officer, address)
        assert [way for way in ways if f'href="{way}"' in page] == ways
        assert not any(way in text(client, address) for way in ways)
    for way in ways:
        assert officer.get(way).status_code == 200


def test_a_plan_of_the_past_is_reported_on_for_its_last_years_and_a_coming_one_not_yet(filled: Filled) -> None:
    plan = filled.plan
    plan.year_from, plan.year_to = 2021, 2025
    assert report_years(plan, today=date(2026, 11, 1)) == [2024, 2025]
    assert report_years(plan, today=date(2021, 3, 1)) == [2021]
    assert report_years(plan, today=date(2020, 3, 1)) == []


def test_odd_targets_are_not_counted_beside_the_plans_own_longer_list(as_: As, filled: Filled) -> None:
    Baseline.objects.create(plan=filled.plan, indicator=filled.phones, label="Điện thoại", year=LAST_YEAR - 1, value=75)
    head = as_("department_head")
    told = [d for d in head.get("/tinh/20/").context["decisions"] if d.url == "/ke-hoach/lang-son/#diem-la"]
    assert [d.sentence for d in told] == [f"Mục tiêu có điểm cần xem lại: {filled.plan.title}"]
    assert 'id="diem-la"' in text(head, "/ke-hoach/lang-son/")


def test_an_unpublished_figure_is_not_in_the_public_sentence(client: Client, as_: As, filled: Filled) -> None:
    Value.objects.filter(indicator=filled.phones, place=filled.world.province).update(state=Value.State.DRAFT)
    assert "78%" not in text(client, "/tinh/20/")
    assert "78%" in text(as_("department_officer"), "/tinh/20/")


def test_an_unknown_province_and_a_former_one_are_not_found(client: Client, filled: Filled) -> None:
    assert client.get("/tinh/99/").status_code == 404
    assert client.get("/tinh/02/").status_code == 404


def test_an_empty_installation_says_what_to_do(client: Client, db: None) -> None:
    assert "Chưa có kế hoạch nào được công bố" in text(client, "/")


@pytest.mark.parametrize("address", ["/", "/?tinh=moi", "/tinh/20/", "/tinh/08/"])
def test_few_queries_however_many_rows(
    address: str, as_: As, filled: Filled, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        indicator = make_indicator(f"them-{n}", 100 + n)
        make_target(filled.plan, indicator, LAST_YEAR + 5, 90)
        make_value(indicator, filled.world.province, LAST_YEAR, 50 + n)
    plan = make_plan("them", filled.world.province, filled.world.province)
    make_target(plan, filled.phones, LAST_YEAR + 5, 90)
    client = as_("department_head")
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(address)


def test_the_department_is_told_of_the_returns_that_wait_for_its_step(as_: As, filled: Filled) -> None:
    """An officer checks, the head approves; the way leads to the period that is due first, and to those alone."""
    version = make_form(filled.world.province)
    for year, state in ((2025, Return.State.SIGNED), (2024, Return.State.SIGNED), (2023, Return.State.CHECKED)):
        make_return(make_period(version, year=year), filled.world.commune, state=state)
    first = Period.objects.get(year=2024)

    def told(who: str) -> dict[str, str]:
        """Give what a person is told of returns, each with where it leads."""
        found = as_(who).get("/tinh/20/").context["decisions"]
        return {d.sentence: d.url for d in found if "phiếu báo cáo" in d.sentence}

    checking = {"2 phiếu báo cáo chờ cán bộ Sở kiểm tra, ở 2 kỳ": f"/so-lieu/20/duyet-phieu?ky={first.pk}&tt=signed"}
    assert told("department_officer") == checking
    assert list(told("department_head")) == [*checking, "1 phiếu báo cáo chờ lãnh đạo Sở duyệt"]
    assert told("analyst") == {}
    for url in told("department_head").values():
        assert as_("department_head").get(url).status_code == 200
