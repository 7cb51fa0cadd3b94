"""What a work costs over a plan: capital repaid as an annuity, yearly costs, both as of the plan's beginning.

Annuity and present worth as in every textbook of engineering economics (for example Blank and Tarquin, *Engineering
Economy*, factors A/P and P/F): payments at the end of each year.
"""

from __future__ import annotations

from hatang.core.planning.problem import Horizon, PlanningError


def annuity(interest_percent: float, years: int) -> float:
    """Give what is paid at the end of each of so many `years` to repay 1, at an interest from 0 % a year.

    Raises PlanningError for a negative interest or no year.

    >>> round(annuity(10, 10), 5)
    0.16275
    >>> annuity(0, 20)
    0.05
    """
    if years < 1 or interest_percent < 0:
        raise PlanningError("Thời gian khấu hao phải từ 1 năm, lãi suất từ 0 %/năm trở lên.")
    rate = interest_percent / 100
    return 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)


def present_worth(interest_percent: float, first: int, last: int) -> float:
    """Give what 1 paid at the end of each year, the `first` to the `last` from today, is worth today.

    >>> round(present_worth(10, 1, 10), 4)
    6.1446
    >>> present_worth(7, 3, 2)
    0
    """
    return sum((1 + interest_percent / 100) ** -year for year in range(first, last + 1))


def present_cost_vnd(capital_vnd: float, yearly_vnd: float, year: int, horizon: Horizon) -> float:
    """Give what a work built in `year` costs the plan, đồng at the beginning of its first year.

    Only the instalments and yearly costs that fall within the plan count, so that works of different lifetimes and
    running costs compare fairly, and a late work costs the plan less.

    >>> ten_years = Horizon(2026, 2035, 7, 10)
    >>> round(present_cost_vnd(1_000_000, 0, 2026, ten_years))
    1000000
    """
    yearly = capital_vnd * annuity(horizon.interest_percent, horizon.lifetime_years) + yearly_vnd
    begin = year - horizon.first_year + 1
    return yearly * present_worth(horizon.interest_percent, begin, len(horizon.years))
