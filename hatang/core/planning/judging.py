"""Whether a choice of works and years keeps to all that is asked: counted from the problem, not from the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hatang.core.planning.answers import (
    Plan,
    opened_in,
    plan_cost_vnd,
    served_needs,
    shares_enough,
    split_money,
)
from hatang.core.planning.facts import Facts
from hatang.core.planning.problem import Need, Wish

NEAR = 1e-6


def broken_rules(facts: Facts, plan: Plan) -> list[str]:
    """Name every requirement that a plan breaks: "share 2028", "area xa-3", "budget", "apart a b", "fixed w1" ..."""
    return [
        *_wishes(facts, plan),
        *_shares(facts, plan),
        *_areas_and_groups(facts, plan),
        *_money(facts, plan),
        *_structures(facts, plan),
    ]


def keeps_all(facts: Facts, plan: Plan) -> bool:
    """Whether a plan breaks nothing."""
    return not broken_rules(facts, plan)


def _wishes(facts: Facts, plan: Plan) -> Iterator[str]:
    for name, work in facts.works.items():
        if work.wish is Wish.FIXED and name not in plan:
            yield f"fixed {name}"


def _shares(facts: Facts, plan: Plan) -> Iterator[str]:
    asked = facts.problem.requirements
    shares = dict(asked.served_percent_by)
    last = facts.problem.horizon.last_year
    if asked.served_percent is not None:
        shares[last] = max(asked.served_percent, shares.get(last, 0.0))
    for year, percent in sorted(shares.items()):
        if _below(_weight(served_needs(facts, plan, year)), percent / 100 * facts.total_weight):
            yield f"share {year}"


def _areas_and_groups(facts: Facts, plan: Plan) -> Iterator[str]:
    served = served_needs(facts, plan)
    by_area: dict[str, float] = defaultdict(float)
    for need in served:
        by_area[need.area] += need.weight
    for area, (floor, _) in facts.area_floors().items():
        if _below(by_area[area], floor):
            yield f"area {area}"
    for group, percent in facts.problem.requirements.least_percent_of_group.items():
        members = sum(group in need.groups for need in facts.problem.needs)
        if _below(sum(group in need.groups for need in served), percent / 100 * members):
            yield f"group {group}"


def _money(facts: Facts, plan: Plan) -> Iterator[str]:
    total = facts.problem.requirements.total_vnd
    if total is not None and _below(total, plan_cost_vnd(facts, plan)):
        yield "total"
    if split_money(facts, plan) is None:
        yield "budget"


def _structures(facts: Facts, plan: Plan) -> Iterator[str]:
    opened = opened_in(facts, plan)
    for one, other in sorted(facts.problem.requirements.apart):
        if one in opened and other in opened:
            yield f"apart {one} {other}"
    if not shares_enough(facts, plan):
        yield "sharing"


def _weight(needs: list[Need]) -> float:
    return sum(need.weight for need in needs)


def _below(amount: float, floor: float) -> bool:
    return amount < floor - NEAR * max(1.0, abs(floor))
