"""For which years a plan is reported on now."""

from __future__ import annotations

from datetime import date

from hatang.plans.models import Plan


def report_years(plan: Plan, *, today: date) -> list[int]:
    """Give the last finished year of the plan and the one under way; after its end, its last two.

    An amendment is reported on from the year of its own day; what came before belongs to the plan that it amends.
    """
    last = min(today.year, plan.year_to)
    first = max(plan.year_from, plan.date.year if plan.date and plan.amends_id else plan.year_from)
    return [year for year in (last - 1, last) if year >= first]
