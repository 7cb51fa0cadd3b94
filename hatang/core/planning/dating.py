"""Years for works that are chosen: the cheapest for which there is money.

The relaxed problem splits only as many works over years as there are budgets that bind. From its years works are moved
to another year, and two works change years, as long as that lets money suffice, and then as long as it is cheaper.
Where that ends too far from the relaxed problem, or an interim share is asked, branch and cut dates the works that are
split and those that are near to it.

Money suffices (Hall's condition) if of each year and each set of sources no more is owed by works that only these may
pay than they give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hatang.core.planning.answers import Plan
from hatang.core.planning.engine import Ended, Limits, Relaxation, Relaxed, run
from hatang.core.planning.facts import Facts, Sources
from hatang.core.planning.model import VND, Model, build_model
from hatang.core.planning.problem import Aim, Problem, Requirements, Wish, Work
from hatang.core.planning.solved import make_years_whole, plan_of

DATED_ANEW, WHOLE = 50, 1e-7
MOST_SOURCES, SWEEPS, SHORT, CHEAPER = 6, 40, 1e3, 1e-6
Values = NDArray[np.float64]


def dated(facts: Facts, works: Iterable[str], limits: Limits, good: float | None = None) -> Plan | None:
    """Give works that are chosen the cheapest years for which there is money; None where there is none.

    A cost that is `good` is cheap enough, million đồng; where none can be, no more than moving and swapping is done.
    """
    if len(facts.years) == 1:
        return dict.fromkeys(works, facts.years[-1])
    model = build_model(_only(facts.problem, set(works)), Aim.LEAST_COST)
    relaxed = Relaxation(model.program).solve(limits)
    if relaxed is None or relaxed.infeasible:
        return None
    plan, cost = _moved(model, relaxed)
    near = max(relaxed.objective * (1 + limits.gap_percent / 100), good or 0.0)
    if plan is not None and (cost <= near or (good is not None and relaxed.objective > good)):
        return plan
    make_years_whole(model, True)
    ended = _date_the_split(model, relaxed, limits, good)
    if ended.values is None:
        ended = run(model.program, limits)
    if ended.values is None or ended.objective > cost:
        return plan
    return plan_of(model, ended)


def _date_the_split(model: Model, relaxed: Relaxed, limits: Limits, good: float | None) -> Ended:
    """Give whole years to the works that are split in the relaxed problem, and to some that are near to it."""
    high, columns = model.program.high, _columns(model)
    share = relaxed.values[columns]
    near = np.where(share < 1 - WHOLE, np.abs(relaxed.reduced[columns]), np.inf).min(axis=1)
    near[share.max(axis=1) < 1 - WHOLE] = -1.0
    sure = np.argsort(near, kind="stable")[max(DATED_ANEW, int((near < 0).sum())) :]
    before = list(high)
    for column in columns[sure][share[sure] <= WHOLE]:
        high[column] = 0.0
    ended = run(model.program, limits, good=good)
    high[:] = before
    return ended


def _columns(model: Model) -> NDArray[np.int64]:
    """The columns of works by year, (works, years)."""
    return np.array(list(model.build.values())).reshape(-1, len(model.facts.years))


def _only(problem: Problem, works: set[str]) -> Problem:
    """The problem of dating: these works are built; what they serve matters where an interim share is asked."""
    asked = problem.requirements
    interim = asked.served_percent_by
    built = [replace(work, wish=Wish.FIXED) for work in problem.works if work.id in works]
    carriers = {work.structure for work in built}
    return Problem(
        needs=problem.needs if interim else (),
        structures=tuple(structure for structure in problem.structures if structure.id in carriers),
        works=tuple(built if interim else [replace(work, serves=()) for work in built]),
        horizon=problem.horizon,
        requirements=Requirements(
            served_percent_by=interim, least_operators=asked.least_operators, budget_vnd=asked.budget_vnd
        ),
    )


@dataclass
class Dates:
    """Bundles of works that are begun together, n; y years; sets of sources, k.

    `costs` (n, y) and `owed` (n, k), what only these sources may pay, and `gives` (y, k), million đồng; `year` (n,).
    """

    bundles: list[list[Work]]
    costs: Values
    owed: Values
    gives: Values
    year: NDArray[np.int64]

    def spent(self, year: int) -> Values:
        """What is owed in a year, (k,)."""
        return np.asarray(self.owed[self.year == year].sum(axis=0))

    def lacks(self, year: int, owed: Values) -> Values:
        """How much money lacks in a year where so much is owed, (..., k): of the set of sources that lacks most."""
        return np.asarray(np.maximum(owed - self.gives[year], 0.0).max(axis=-1))

    @property
    def short(self) -> float:
        """How much money lacks in all."""
        return float(sum(self.lacks(year, self.spent(year)) for year in range(len(self.gives))))

    @property
    def cost(self) -> float:
        """What it costs."""
        return float(self.costs[np.arange(len(self.year)), self.year].sum())


def _moved(model: Model, relaxed: Relaxed) -> tuple[Plan | None, float]:
    """Move works from the relaxed problem's years until nothing is better; None where money lacks, or more is asked."""
    facts = model.facts
    asked = facts.problem.requirements
    if asked.served_percent_by or asked.budget_vnd is None or len(facts.sources) > MOST_SOURCES:
        return None, np.inf
    dates = _dates(model, relaxed)
    for _ in range(SWEEPS):
        if not any([_move_one(dates), *(_swap_two(dates, *pair) for pair in combinations(range(len(facts.years)), 2))]):
            break
    if dates.short > CHEAPER:
        return None, np.inf
    plan = {w.id: facts.years[y] for works, y in zip(dates.bundles, dates.year, strict=True) for w in works}
    return plan, dates.cost


def _dates(model: Model, relaxed: Relaxed) -> Dates:
    """Bundle works on a structure that costs, each bundle in the year that the relaxed problem gives most of it."""
    facts, years = model.facts, model.facts.years
    bundles: list[list[Work]] = []
    for structure, works in facts.on.items():
        carrier = facts.structures[structure]
        bundles += [works] if carrier.capital_vnd or carrier.yearly_vnd else [[work] for work in works]
    share = [sum(relaxed.values[[model.build[work.id, year] for year in years]] for work in works) for works in bundles]
    costs = [[_cost_vnd(facts, works, year) / VND for year in years] for works in bundles]
    sets = [frozenset(some) for size in range(len(facts.sources) + 1) for some in combinations(facts.sources, size)]
    owed = [_owed(facts, works, sets) for works in bundles]
    budget = facts.problem.requirements.budget_vnd or {}
    gives = [[sum(budget.get((year, source), 0.0) for source in some) / VND for some in sets] for year in years]
    year = np.array([int(np.argmax(part)) for part in share], dtype=np.int64)
    return Dates(bundles, np.array(costs), np.array(owed), np.array(gives), year)


def _cost_vnd(facts: Facts, works: list[Work], year: int) -> float:
    opened = facts.cost_vnd(facts.structures[works[0].structure], year)
    return opened + sum(facts.cost_vnd(work, year) for work in works)


def _owed(facts: Facts, works: list[Work], sets: list[Sources]) -> list[float]:
    """What a bundle owes that only a set of sources may pay, by set, million đồng."""
    bills: dict[Sources, float] = defaultdict(float)
    for work in works:
        bills[facts.allowed(work)] += work.capital_vnd / VND
    bills[frozenset().union(*bills)] += facts.structures[works[0].structure].capital_vnd / VND
    return [sum(amount for payers, amount in bills.items() if payers <= some) for some in sets]


def _move_one(dates: Dates) -> bool:
    """Move bundles to other years, the best first, as long as that is better."""
    moved, every = False, np.arange(len(dates.year))
    while True:
        spent = np.array([dates.spent(year) for year in range(len(dates.gives))])
        lacks = np.array([dates.lacks(year, owed) for year, owed in enumerate(spent)])
        leaves = np.maximum(spent[dates.year] - dates.owed - dates.gives[dates.year], 0.0).max(axis=1)
        comes = np.maximum(spent + dates.owed[:, None] - dates.gives, 0.0).max(axis=2)
        short = comes - lacks + (leaves - lacks[dates.year])[:, None]
        better = dates.costs - dates.costs[every, dates.year][:, None] + SHORT * short
        better[every, dates.year] = 0.0
        bundle, year = np.unravel_index(int(better.argmin()), better.shape)
        if better[bundle, year] > -CHEAPER:
            return moved
        dates.year[bundle], moved = year, True


def _swap_two(dates: Dates, one: int, other: int) -> bool:
    """Let two bundles change years, the best first, as long as that is better."""
    swapped = False
    while True:
        here, there = np.flatnonzero(dates.year == one), np.flatnonzero(dates.year == other)
        if not len(here) or not len(there):
            return swapped
        gain = (dates.costs[here, other] - dates.costs[here, one])[:, None]
        gain = gain + (dates.costs[there, one] - dates.costs[there, other])
        change = dates.owed[there] - dates.owed[here][:, None]
        spent = dates.spent(one), dates.spent(other)
        short = dates.lacks(one, spent[0] + change) + dates.lacks(other, spent[1] - change)
        gain += SHORT * (short - dates.lacks(one, spent[0]) - dates.lacks(other, spent[1]))
        first, second = np.unravel_index(int(gain.argmin()), gain.shape)
        if gain[first, second] > -CHEAPER:
            return swapped
        dates.year[here[first]], dates.year[there[second]], swapped = other, one, True
