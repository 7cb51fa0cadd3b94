"""What a solved scenario's figures must add up to."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hatang.planning.services.figures import figures_of
from tests.conftest import World
from tests.planning.solved import MILLION, solved_scenario

pytestmark = pytest.mark.django_db


def test_a_structure_is_paid_once_and_sources_pay_all(world: World) -> None:
    figures = figures_of(solved_scenario(world))
    assert figures.capital_vnd == 3300 * MILLION
    assert figures.yearly_vnd == 260 * MILLION
    assert [(line.label, line.total_vnd, line.given_vnd) for line in figures.by_source] == [
        ("ngân sách nhà nước", 2900 * MILLION, 3900 * MILLION),
        ("doanh nghiệp", 400 * MILLION, 400 * MILLION),
    ]
    for lines in (figures.by_operator, figures.by_kind, figures.by_year, figures.by_commune):
        assert sum(line.capital_vnd for line in lines) == figures.capital_vnd
        assert sum(line.works for line in lines) == 4


def test_places_are_served_today_newly_or_left(world: World) -> None:
    figures = figures_of(solved_scenario(world))
    tallies = (figures.today, figures.new, figures.left, figures.out_of_reach)
    assert [(tally.places, tally.people) for tally in tallies] == [(1, 400), (4, 700), (2, 400), (1, 0)]
    assert [place.name for place in figures.gaps] == ["Thôn Bản 3", "Thôn Bản 4"]
    assert [(line.label, line.new.people, round(line.served_percent or 0, 1)) for line in figures.by_year] == [
        ("2027", 200, 40.0),
        ("2028", 500, 73.3),
    ]
    assert [(line.label, line.left.places) for line in figures.by_commune] == [
        ("Phường Kỳ Lừa", 2),
        ("Xã Đồng Đăng", 0),
    ]
    assert {line.label: line.new.places for line in figures.by_operator} == {"A": 3, "B": 2}


def test_sharing_counts_new_sites_on_what_stands(world: World) -> None:
    figures = figures_of(solved_scenario(world))
    assert (figures.shared_sites, len(figures.sites), figures.shared_percent) == (2, 3, pytest.approx(200 / 3))


def test_present_cost_counts_late_works_less(world: World) -> None:
    figures = figures_of(solved_scenario(world, interest_percent=0, lifetime_years=10))
    two_years, one_year = 2 * (1000 / 10 + 100), 2300 / 10 + 160
    assert figures.present_vnd == pytest.approx((two_years + one_year) * MILLION)


def test_few_queries(world: World) -> None:
    scenario = solved_scenario(world)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        figures_of(scenario)
    assert len(asked) <= 6
