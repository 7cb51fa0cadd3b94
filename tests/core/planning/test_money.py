"""Annuity and present worth against the factor tables of textbooks (Blank and Tarquin, Engineering Economy)."""

from __future__ import annotations

import pytest

from hatang.core.planning.money import annuity, present_cost_vnd, present_worth
from hatang.core.planning.problem import Horizon, PlanningError


@pytest.mark.parametrize(
    ("interest_percent", "years", "factor"),
    [(5, 20, 0.08024), (7, 10, 0.14238), (10, 10, 0.16275), (12, 5, 0.27741), (0, 8, 0.125)],
)
def test_annuity_is_the_published_factor(interest_percent: float, years: int, factor: float) -> None:
    assert annuity(interest_percent, years) == pytest.approx(factor, abs=5e-6)


@pytest.mark.parametrize(
    ("interest_percent", "years", "factor"), [(7, 5, 4.1002), (10, 10, 6.1446), (5, 20, 12.4622), (12, 5, 3.6048)]
)
def test_present_worth_is_the_published_factor(interest_percent: float, years: int, factor: float) -> None:
    assert present_worth(interest_percent, 1, years) == pytest.approx(factor, abs=5e-5)


def test_capital_repaid_within_the_plan_costs_the_plan_itself_and_a_late_work_less() -> None:
    five_years = Horizon(2026, 2030, 7, 5)
    assert present_cost_vnd(900e6, 0, 2026, five_years) == pytest.approx(900e6)
    costs = [present_cost_vnd(900e6, 50e6, year, five_years) for year in five_years.years]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == pytest.approx((900e6 * 0.24389 + 50e6) / 1.07**5, rel=1e-4)


def test_a_rate_or_lifetime_that_cannot_be_is_refused() -> None:
    with pytest.raises(PlanningError, match="từ 1 năm"):
        annuity(7, 0)
