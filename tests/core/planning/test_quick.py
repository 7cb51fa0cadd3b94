"""The quick way to a plan and a bound: right even where only two works are chosen anew and the bound is stopped early.

On small problems everything would be chosen anew; the breadth is narrowed so that most works are held as in thousands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.core.planning import dating, quick
from hatang.core.planning.answers import plan_cost_vnd, served_needs
from hatang.core.planning.budgets import Budgets
from hatang.core.planning.engine import Limits
from hatang.core.planning.facts import Facts
from hatang.core.planning.judging import broken_rules
from hatang.core.planning.problem import Aim, Problem, State
from hatang.core.planning.solving import solve
from tests.core.planning.small import MILLION, best_by_search, problem, problems, work

ANY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LARGEST = 10_000 * MILLION


@pytest.fixture(autouse=True, scope="module")
def narrow() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "BREADTH", 2)
        patch.setattr(dating, "DATED_ANEW", 1)
        yield


@ANY
@given(problems(), st.sampled_from([*Aim]), st.sampled_from([0.0, 5.0, 30.0]))
def test_the_best_of_all_lies_between_bound_and_answer(one: Problem, aim: Aim, gap_percent: float) -> None:
    found, answer = best_by_search(one, aim), solve(one, aim, seconds=20, gap_percent=gap_percent)
    assert (answer.state is State.INFEASIBLE) == (found is None)
    if found is None or (one.reuse_first and aim is Aim.LEAST_COST):
        return
    assert broken_rules(Facts(one), {built.work: built.year for built in answer.built}) == []
    best, sign = (found[-1], 1) if aim is Aim.LEAST_COST else (-found[0], -1)
    slack = 1e-6 * abs(best) + 10
    assert sign * answer.bound <= sign * best + slack <= sign * answer.objective + 2 * slack
    assert answer.gap_percent <= gap_percent + 1e-3


@ANY
@given(problems(), st.lists(st.sampled_from([0, 20, 45, 60, 90, 150]), min_size=1, max_size=3, unique=True))
def test_prices_at_some_budgets_bound_all_budgets(one: Problem, totals: list[int]) -> None:
    one = replace(one, requirements=replace(one.requirements, total_vnd=None))
    budgets, limits = Budgets(one, LARGEST), Limits(20, 0)
    for total in totals:
        reached = budgets.answer(total * MILLION, None, limits)
        if reached is not None and reached.plan is not None:
            assert broken_rules(budgets.facts, reached.plan) == []
            cost = plan_cost_vnd(budgets.facts, reached.plan)
            assert reached.objective == sum(need.weight for need in served_needs(budgets.facts, reached.plan))
            assert reached.bound >= most_for(one, cost) - 1e-6
    for total in (0, 30, 75, 200) if budgets.tangents else ():
        assert budgets.bound_at(total * MILLION) >= most_for(one, total * MILLION) - 1e-6


def most_for(one: Problem, total_vnd: float) -> float:
    """What is served at most for a total, by looking at every choice; where there is none any bound holds."""
    asked = replace(one.requirements, total_vnd=total_vnd)
    found = best_by_search(replace(one, requirements=asked), Aim.MOST_SERVED)
    return -math.inf if found is None else -found[0]


def test_where_all_must_be_served_the_floor_leaves_room_for_rounding() -> None:
    """Weights of millions: the share asked is all that can be served, to the last digit."""
    works = [work(f"w{n}", letter, 10 + n) for n, letter in enumerate("pqrst")]
    one = problem("pqrst", works, served_percent=100.0)
    one = replace(one, needs=tuple(replace(need, weight=123_457.1 * (n + 3)) for n, need in enumerate(one.needs)))
    answer = solve(one, Aim.LEAST_COST, seconds=20, gap_percent=0)
    assert (len(answer.built), answer.state) == (5, State.PROVEN)
