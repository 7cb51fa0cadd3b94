"""What a scenario asks, as the planner's problem: from its rows, and from prices that may differ from theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hatang.core.planning.problem import Horizon, Need, Problem, Requirements, Structure, Wish, Work
from hatang.places.models import Place
from hatang.planning.models import Candidate, CandidateService, Scenario
from hatang.planning.services.candidates import apart_pairs

NOBODY = ""
"""The operator of a work that no operator was named for, as a satellite terminal of a village."""
SHARED_KINDS = frozenset({Candidate.Kind.TECHNOLOGY, Candidate.Kind.SHARED, Candidate.Kind.OTHER_SECTOR})
"""Kinds of work that stand on what is there already."""


@dataclass(frozen=True)
class Costs:
    """What a candidate costs, đồng: its equipment's capital and yearly cost, then its structure's."""

    capital_vnd: float
    yearly_vnd: float
    structure_capital_vnd: float
    structure_yearly_vnd: float


def costs_of(candidate: Candidate, prices: Mapping[str, float] | None) -> Costs:
    """Give what a candidate costs; with prices, đồng by item, its lines are summed anew and no radio is computed."""
    if prices is None:
        return Costs(
            candidate.capital_vnd,
            candidate.yearly_vnd,
            candidate.structure_capital_vnd,
            candidate.structure_yearly_vnd,
        )
    sums = {(structure, yearly): 0.0 for structure in (False, True) for yearly in (False, True)}
    for line in candidate.cost_lines:
        price = prices.get(line["item"], line["unit_vnd"])
        sums[bool(line["structure"]), bool(line["yearly"])] += line["count"] * price
    return Costs(sums[False, False], sums[False, True], sums[True, False], sums[True, True])


def problem_of(scenario: Scenario, prices: Mapping[str, float] | None = None) -> Problem:
    """Give a scenario's problem: its places, candidates, money and requirements.

    `prices` (đồng by item of data/unit_costs.csv) stand in place of those by which the candidates were priced; items
    that it does not name keep theirs.
    """
    unread = ("paid_vnd",) if prices is not None else ("paid_vnd", "cost_lines")
    candidates = list(scenario.candidates.order_by("number").defer(*unread))
    costs = {candidate.pk: costs_of(candidate, prices) for candidate in candidates}
    return Problem(
        needs=needs_of(scenario),
        structures=structures_of(candidates, costs),
        works=works_of(scenario, candidates, costs),
        horizon=Horizon(
            scenario.first_year, scenario.last_year, scenario.interest_percent, int(scenario.lifetime_years)
        ),
        requirements=requirements_of(scenario),
        reuse_first=scenario.reuse_first,
    )


def commune_of(kind: str, pk: int, parent: int | None) -> int | None:
    """Give the commune in which a place lies; a commune is its own."""
    return pk if kind == Place.Kind.COMMUNE else parent


def needs_of(scenario: Scenario) -> tuple[Need, ...]:
    """Give the places that want the service."""
    rows = scenario.places.order_by("pk").values_list(
        "place_id", "weight", "groups", "served_by", "place__kind", "place__parent_id"
    )
    return tuple(
        Need(
            id=str(place),
            weight=weight,
            area=str(commune_of(kind, place, parent) or ""),
            groups=frozenset(groups),
            served_by=frozenset(str(operator) for operator in served_by),
        )
        for place, weight, groups, served_by, kind, parent in rows
    )


def structures_of(candidates: Iterable[Candidate], costs: Mapping[int, Costs]) -> tuple[Structure, ...]:
    """Give what carries the works; a structure is paid once, whoever uses it."""
    found = []
    for name, group in groupby(sorted(candidates, key=lambda one: one.structure), key=lambda one: one.structure):
        members = list(group)
        found.append(
            Structure(
                id=name,
                capital_vnd=max(costs[one.pk].structure_capital_vnd for one in members),
                yearly_vnd=max(costs[one.pk].structure_yearly_vnd for one in members),
                existing=any(one.kind in SHARED_KINDS for one in members),
            )
        )
    return tuple(found)


def works_of(scenario: Scenario, candidates: Iterable[Candidate], costs: Mapping[int, Costs]) -> tuple[Work, ...]:
    """Give what may be built, by the candidates' keys."""
    served: dict[int, list[str]] = {}
    pairs = CandidateService.objects.filter(candidate__scenario=scenario).order_by("pk")
    for candidate, place in pairs.values_list("candidate_id", "place_id"):
        served.setdefault(candidate, []).append(str(place))
    return tuple(
        Work(
            id=str(one.pk),
            structure=one.structure,
            operator=NOBODY if one.operator_id is None else str(one.operator_id),
            technology=one.technology,
            capital_vnd=costs[one.pk].capital_vnd,
            yearly_vnd=costs[one.pk].yearly_vnd,
            serves=tuple(served.get(one.pk, ())),
            kind=one.get_kind_display(),
            wish=Wish(one.wish),
            new_site=one.kind != Candidate.Kind.TECHNOLOGY,
        )
        for one in candidates
    )


def requirements_of(scenario: Scenario) -> Requirements:
    """Give what must be true of the answer; a scenario of most people for the money has no share to reach."""
    least_cost = scenario.aim == Scenario.Aim.LEAST_COST
    return Requirements(
        served_percent=scenario.share_percent if least_cost else None,
        served_percent_by=dict(scenario.milestones),
        least_operators=int(scenario.least_operators),
        least_percent_in_area=scenario.least_percent_in_commune,
        least_percent_of_group={str(name): float(share) for name, share in scenario.least_percent_of_group.items()},
        shared_percent=scenario.shared_percent,
        budget_vnd=budget_of(scenario),
        apart=apart_pairs(scenario),
    )


def budget_of(scenario: Scenario) -> dict[tuple[int, str], float] | None:
    """Give the capital by year and source; None where no money was named, which is no bound."""
    rows: Iterable[Any] = scenario.budgets.values_list("year", "source", "amount_vnd")
    return {(year, source): float(amount) for year, source, amount in rows} or None
