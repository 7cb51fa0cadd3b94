"""The curve of cost and people, and which assumption moves the answer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.planning.curve import concave_hull, cost_curve
from hatang.core.planning.problem import Aim, PlanningError, Problem, State, Wish
from hatang.core.planning.sensitivity import tornado
from hatang.core.planning.solving import solve
from tests.core.planning.small import MILLION, problem, work

POINTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12, unique_by=lambda p: p[0])


def five_places() -> Problem:
    works = [
        work("w1", "pq", 50),
        work("w2", "r", 30),
        work("w3", "s", 100),
        work("w4", "t", 400),
        work("w5", "pqr", 90),
    ]
    return problem("pqrst", works, served_percent=80.0)


def test_the_curve_goes_from_nothing_to_all_and_never_falls() -> None:
    heard: list[tuple[float, float | None, float | None]] = []
    curve = cost_curve(five_places(), points=8, seconds=20, gap_percent=0, told=lambda *news: heard.append(news))
    served = [point.served_weight for point in curve]
    costs = [point.cost_vnd for point in curve]
    assert (served[0], served[-1], curve[-1].served_percent) == (0, 5, 100)
    assert served == sorted(set(served)) and costs == sorted(set(costs))
    assert heard[-1][1:] == (8, 8)


def test_each_point_is_the_most_for_its_money() -> None:
    one = five_places()
    for point in cost_curve(one, points=8, seconds=20, gap_percent=0):
        more = solve(
            problem("pqrst", list(one.works), total_vnd=point.cost_vnd), Aim.MOST_SERVED, seconds=5, gap_percent=0
        )
        assert more.served_weight == point.served_weight


def test_the_hull_marks_where_money_buys_most() -> None:
    curve = cost_curve(five_places(), points=12, seconds=20, gap_percent=0)
    hull = [point for point in curve if point.on_hull]
    prices = [
        (right.cost_vnd - left.cost_vnd) / (right.served_weight - left.served_weight) for left, right in pairwise(hull)
    ]
    assert hull[0] == curve[0] and hull[-1] == curve[-1]
    assert prices == sorted(prices)


@given(POINTS)
def test_no_point_lies_above_the_hull(points: list[tuple[int, int]]) -> None:
    points.sort()
    hull = sorted(concave_hull(points))
    for x, y in points:
        for (x1, y1), (x2, y2) in pairwise(hull):
            if x1 <= x <= x2:
                assert (y - y1) * (x2 - x1) <= (y2 - y1) * (x - x1)


def test_a_curve_of_what_cannot_be_is_refused() -> None:
    fixed = [work("w1", "p", wish=Wish.FIXED)]
    with pytest.raises(PlanningError, match="Không có phương án"):
        cost_curve(problem("p", fixed, budget_vnd={(2027, "quỹ"): 10 * MILLION}), points=3, seconds=5, gap_percent=0)


def mast_or_satellite(price: Mapping[str, float]) -> Problem:
    works = [work("mast", "pq", price["mast"]), work("leo-p", "p", price["leo"]), work("leo-q", "q", price["leo"])]
    return problem("pq", works, served_percent=100.0)


def test_the_assumption_that_changes_works_comes_first() -> None:
    ranges = {"leo": (55.0, 60.0, 65.0), "mast": (90.0, 100.0, 190.0)}
    swings = tornado(mast_or_satellite, ranges, seconds=20, gap_percent=0)
    assert [swing.item for swing in swings] == ["mast", "leo"]
    mast, leo = swings
    assert (mast.changed_works_low, mast.changed_works_high) == (0, 3)
    assert (leo.changed_works_low, leo.changed_works_high) == (0, 0)
    per_million = mast.base_cost_vnd / 100
    assert mast.low_cost_vnd == pytest.approx(90 * per_million)
    assert mast.high_cost_vnd == pytest.approx(120 * per_million)
    assert leo.low_cost_vnd == leo.high_cost_vnd == pytest.approx(mast.base_cost_vnd)


def test_stopped_at_once_an_answer_says_so() -> None:
    answer = solve(five_places(), Aim.LEAST_COST, seconds=20, gap_percent=0, cancelled=lambda: True)
    assert answer.state in (State.STOPPED, State.PROVEN)
    assert answer.bound <= answer.objective or not answer.built
