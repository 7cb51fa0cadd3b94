"""Years for works that are chosen: the cheapest for which there is money, as a search of all years finds them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from hatang.core.planning.answers import plan_cost_vnd
from hatang.core.planning.dating import dated
from hatang.core.planning.engine import Limits
from hatang.core.planning.facts import Facts
from hatang.core.planning.judging import keeps_all
from hatang.core.planning.problem import Aim, Problem, Requirements, Wish
from tests.core.planning.small import MILLION, best_by_search, problem, problems, work


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_years_are_those_that_a_search_of_all_finds(one: Problem) -> None:
    works = tuple(replace(work, wish=Wish.FIXED) for work in one.works)
    asked = Requirements(budget_vnd=one.requirements.budget_vnd)
    one = replace(one, works=works, requirements=asked, reuse_first=False)
    found, facts = best_by_search(one, Aim.LEAST_COST), Facts(one)
    plan = dated(facts, [work.id for work in works], Limits(20, 0))
    assert (plan is not None and keeps_all(facts, plan)) == (found is not None)
    if plan is not None and found is not None:
        assert plan_cost_vnd(facts, plan) == pytest.approx(found[0], abs=10)


def test_works_are_moved_and_swapped_as_money_lets_them() -> None:
    """Tiền năm sau chỉ đủ một trạm lớn hoặc hai trạm nhỏ; để lại năm sau trạm nào tốn hàng năm nhiều hơn."""
    works = [work("dear", "p", 60), work("small", "q", 30), work("other", "r", 30)]
    works[1] = replace(works[1], yearly_vnd=20 * MILLION)
    budget = {(2026, "quỹ"): 90 * MILLION, (2027, "quỹ"): 60 * MILLION}
    facts = Facts(problem("pqr", works, budget_vnd=budget))
    plan = dated(facts, [one.id for one in works], Limits(20, 5.0), good=1000.0)
    assert plan == {"dear": 2026, "small": 2027, "other": 2027}
