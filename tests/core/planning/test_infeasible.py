"""An impossible goal is explained: what nothing reaches, what is too much, the smallest change that helps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hatang.core.planning.infeasible import areas_out_of_reach, why_infeasible
from hatang.core.planning.problem import Aim, Need, State, Structure, Wish
from hatang.core.planning.solving import solve
from tests.core.planning.small import MILLION, problem, work


def test_places_that_no_work_reaches_are_named_and_bound_the_share() -> None:
    one = problem("pqrs", [work("w1", "pq"), work("w2", "r")], served_percent=100.0)
    why = why_infeasible(one)
    assert why.unreachable == ("s",)
    assert [(r.asked, pytest.approx(r.reachable), r.unit) for r in why.requirements] == [(100, 75, "%")]
    assert why.messages == (
        "1 nơi không có công trình nào phục vụ tới được; vì vậy nhiều nhất chỉ đạt 75 %.",
        "Nới ít nhất như sau thì làm được: tỷ lệ được phục vụ cuối năm 2027 từ 100 thành 75 %.",
    )


def test_money_that_does_not_suffice_is_one_way_and_the_share_another() -> None:
    budget = {(2026, "quỹ"): 50 * MILLION, (2027, "quỹ"): 120 * MILLION}
    one = problem("pq", [work("w1", "p", 100), work("w2", "q", 90)], served_percent=100.0, budget_vnd=budget)
    assert solve(one, Aim.LEAST_COST, seconds=5, gap_percent=0).state is State.INFEASIBLE
    why = why_infeasible(one)
    ways = {way[0].requirement: way[0] for way in (*why.alone, why.requirements)}
    assert ways["tỷ lệ được phục vụ cuối năm 2027"].reachable == pytest.approx(50)
    money = [r for name, r in ways.items() if name.startswith("ngân sách")]
    assert [r.reachable - r.asked for r in money] == [pytest.approx(40 * MILLION)]
    assert why.requirements[0] is not None


def test_what_is_relaxed_as_told_can_be_solved() -> None:
    budget = {(2026, "quỹ"): 50 * MILLION, (2027, "quỹ"): 120 * MILLION}
    one = problem("pq", [work("w1", "p", 100), work("w2", "q", 90)], served_percent=100.0, budget_vnd=budget)
    (money,) = (r for way in why_infeasible(one).alone for r in way if r.unit == "đồng")
    year = next(year for year in (2026, 2027) if str(year) in money.requirement)
    helped = replace(one.requirements, budget_vnd={**budget, (year, "quỹ"): money.reachable})
    assert solve(replace(one, requirements=helped), Aim.LEAST_COST, seconds=5, gap_percent=0).state is State.PROVEN


def test_two_operators_where_only_one_can_come() -> None:
    works = [work("w1", "pq", by="a"), work("w2", "p", by="b")]
    why = why_infeasible(problem("pq", works, served_percent=100.0, least_operators=2))
    assert why.unreachable == ("q",)
    assert "không đủ 2 doanh nghiệp tới được" in why.messages[0]


def test_works_that_a_person_fixed_too_near_to_each_other() -> None:
    works = [work("w1", "p", wish=Wish.FIXED), work("w2", "q", wish=Wish.FIXED)]
    why = why_infeasible(problem("pq", works, apart=frozenset({("at-w1", "at-w2")})))
    assert why.messages == (
        "Nới ít nhất như sau thì làm được: cho phép khoảng cách giữa at-w1 và at-w2 gần hơn quy định.",
    )


def test_sharing_that_cannot_be_had() -> None:
    new = Structure("new", 10 * MILLION)
    works = [work("w1", "p", on="new"), work("w2", "q")]
    why = why_infeasible(problem("pq", works, structures=(new,), served_percent=100.0, shared_percent=80.0))
    shares = [r for way in (*why.alone, why.requirements) for r in way if "hạ tầng có sẵn" in r.requirement]
    assert [(r.asked, r.reachable) for r in shares[:1]] == [(80, 50)]


def test_a_possible_problem_has_nothing_to_relax() -> None:
    why = why_infeasible(problem("pq", [work("w1", "pq")], served_percent=100.0))
    assert (why.requirements, why.alone, why.messages) == ((), (), ())


def test_fairness_says_where_works_do_not_reach() -> None:
    needs = (Need("p", 10.0, "xã 1"), Need("q", 30.0, "xã 1"), Need("r", 5.0, "xã 2"))
    one = replace(problem("", [work("w1", "pr")], least_percent_in_area=60.0), needs=needs)
    assert areas_out_of_reach(one) == {"xã 1": 25.0}
    assert solve(one, Aim.LEAST_COST, seconds=5, gap_percent=0).state is State.PROVEN
