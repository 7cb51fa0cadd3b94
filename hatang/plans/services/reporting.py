"""For which years a plan is reported on now."""

from __future__ import annotations

from datetime import date

from hatang.plans.models import Plan


def report_years(plan: Plan, *, today: date) -> list[int]:
    """Give the last finished year of the plan and the one under way; after its end, its last two."""
    last = min(today.year, plan.year_to)
    return [year for year in (last - 1, last) if year >= plan.year_from]
