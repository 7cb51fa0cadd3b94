"""What a choice of works and years comes to: who is served, what it costs, which source pays what, what it breaks.

Counted from the problem itself, never from the solver's columns, so that an answer is right whatever was solved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from hatang.core.planning.facts import Facts, Sources
from hatang.core.planning.problem import Built, Need, Wish

Plan = Mapping[str, int]
Payments = dict[str, dict[str, float]]
NEAR = 1e-6


def operators_at(facts: Facts, plan: Plan, until: int) -> dict[str, set[str]]:
    """By need: the operators that serve it at the end of a year."""
    at = {need.id: set(need.served_by) for need in facts.problem.needs}
    for name, year in plan.items():
        if year <= until:
            work = facts.works[name]
            for need in work.serves:
                at[need].add(work.operator)
    return at


def served_needs(facts: Facts, plan: Plan, until: int | None = None) -> list[Need]:
    """The needs that enough operators serve at the end of a year, or of the plan."""
    horizon, least = facts.problem.horizon, facts.problem.requirements.least_operators
    at = operators_at(facts, plan, horizon.last_year if until is None else until)
    return [need for need in facts.problem.needs if len(at[need.id]) >= least]


def opened_in(facts: Facts, plan: Plan) -> dict[str, int]:
    """By structure: the year of its first work."""
    opened: dict[str, int] = {}
    for name, year in plan.items():
        structure = facts.works[name].structure
        opened[structure] = min(year, opened.get(structure, year))
    return opened


def plan_cost_vnd(facts: Facts, plan: Plan) -> float:
    """Present cost of works and structures."""
    works = sum(facts.cost_vnd(facts.works[name], year) for name, year in plan.items())
    return works + sum(facts.cost_vnd(facts.structures[name], year) for name, year in opened_in(facts, plan).items())


def split_money(facts: Facts, plan: Plan) -> Payments | None:
    """By work: what each source pays of its capital and of the structure opened with it; None where money is short.

    Without a budget nothing is split: the answer is empty for each work.
    """
    payments: Payments = {name: {} for name in plan}
    budget = facts.problem.requirements.budget_vnd
    if budget is None:
        return payments
    for year in sorted(set(plan.values())):
        gives = {source: budget.get((year, source), 0.0) for source in facts.sources}
        if not _pay_year(facts, plan, year, gives, payments):
            return None
    return payments


def _pay_year(facts: Facts, plan: Plan, year: int, gives: dict[str, float], payments: Payments) -> bool:
    """Pay all works begun in a year, and structures opened then, by sources that may."""
    opened = opened_in(facts, plan)
    bills: list[tuple[list[str], float]] = []
    begun = [name for name, when in plan.items() if when == year]
    on: dict[str, list[str]] = defaultdict(list)
    for name in begun:
        bills.append(([name], facts.works[name].capital_vnd))
        on[facts.works[name].structure].append(name)
    bills += [
        (names, facts.structures[structure].capital_vnd) for structure, names in on.items() if opened[structure] == year
    ]
    owed: dict[Sources, float] = defaultdict(float)
    for names, amount in bills:
        owed[_payers(facts, names)] += amount
    flow = share_out(dict(owed), gives)
    if flow is None:
        return False
    for names, amount in bills:
        _pay_bill(facts, names, amount, flow, payments)
    return True


def _payers(facts: Facts, names: list[str]) -> Sources:
    return frozenset().union(*(facts.allowed(facts.works[name]) for name in names))


def _pay_bill(
    facts: Facts, names: list[str], amount: float, flow: dict[tuple[Sources, str], float], payments: Payments
) -> None:
    payers = _payers(facts, names)
    for source in sorted(payers):
        part = min(amount, flow[payers, source])
        if part > 0:
            name = next(name for name in names if source in facts.allowed(facts.works[name]))
            payments[name][source] = payments[name].get(source, 0.0) + part
            flow[payers, source] -= part
            amount -= part


def share_out(owed: Mapping[Sources, float], gives: Mapping[str, float]) -> dict[tuple[Sources, str], float] | None:
    """Pay what each set of sources owes out of what each source gives; None where that cannot be.

    Maximum flow by augmenting paths: a set draws on a source of its own, if need be by leading another set elsewhere.
    Where that falls short by a hair (a millionth), which the solver lets through, so much more is drawn.

    >>> one, both = frozenset({"fund"}), frozenset({"fund", "firm"})
    >>> flow = share_out({both: 60.0, one: 50.0}, {"fund": 60.0, "firm": 50.0})
    >>> [round(flow[part]) for part in ((one, "fund"), (both, "fund"), (both, "firm"))]
    [50, 10, 50]
    >>> flow = share_out({both: 110.0}, {"fund": 60.0, "firm": 50.0})
    >>> flow[both, "firm"], flow[both, "fund"]
    (50.0, 60.0)
    >>> share_out({one: 70.0}, {"fund": 60.0, "firm": 50.0}) is None
    True
    """
    tries = (_shared_out(owed, {source: amount * more for source, amount in gives.items()}) for more in (1, 1 + NEAR))
    return next((flow for flow in tries if flow is not None), None)


def _shared_out(owed: Mapping[Sources, float], left: dict[str, float]) -> dict[tuple[Sources, str], float] | None:
    flow = {(sources, source): 0.0 for sources in owed for source in sources}
    for sources, amount in owed.items():
        due = amount
        while due > NEAR * max(1.0, amount):
            path = _path(sources, flow, left)
            if path is None:
                return None
            due -= _push(path, due, flow, left)
    return flow


Path = list[tuple[Sources, str]]


def _path(begin: Sources, flow: Mapping[tuple[Sources, str], float], left: Mapping[str, float]) -> Path | None:
    """Find how a set may draw: on a source that has, or on one from which other sets can be led elsewhere."""
    reached: dict[str, Path] = {}
    waiting: list[tuple[Sources, Path]] = [(begin, [])]
    while waiting:
        sources, path = waiting.pop(0)
        for source in sorted(sources - reached.keys()):
            reached[source] = longer = [*path, (sources, source)]
            if left.get(source, 0.0) > NEAR:
                return longer
            waiting += [(other, longer) for (other, of), drawn in flow.items() if of == source and drawn > NEAR]
    return None


def _push(path: Path, due: float, flow: dict[tuple[Sources, str], float], left: dict[str, float]) -> float:
    freed = [flow[path[step + 1][0], path[step][1]] for step in range(len(path) - 1)]
    amount = min(due, left[path[-1][1]], *freed)
    for step, (sources, source) in enumerate(path):
        flow[sources, source] += amount
        if step + 1 < len(path):
            flow[path[step + 1][0], source] -= amount
    left[path[-1][1]] -= amount
    return amount


def as_built(facts: Facts, plan: Plan) -> tuple[Built, ...] | None:
    """Give a plan as works with years and payments, in the problem's order; None where money is short."""
    payments = split_money(facts, plan)
    if payments is None:
        return None
    return tuple(Built(name, plan[name], payments[name]) for name in facts.works if name in plan)


def without_the_useless(facts: Facts, plan: Plan) -> dict[str, int]:
    """Leave out works, the dearest first, without which no need loses its service and no share of sites falls."""
    kept = dict(plan)
    cost = {name: facts.cost_vnd(facts.works[name], year) for name, year in plan.items()}
    serving: dict[tuple[str, str], int] = defaultdict(int)
    for name in plan:
        for need in set(facts.works[name].serves):
            serving[need, facts.works[name].operator] += 1
    least = facts.problem.requirements.least_operators
    count = {need: len(operators) for need, operators in operators_at(facts, plan, 9999).items()}
    today = {need.id: need.served_by for need in facts.problem.needs}
    for name in sorted(plan, key=lambda name: -cost[name]):
        work = facts.works[name]
        lost = [n for n in set(work.serves) if serving[n, work.operator] == 1 and work.operator not in today[n]]
        if work.wish is Wish.FIXED or any(count[need] == least for need in lost):
            continue
        fewer = {other: year for other, year in kept.items() if other != name}
        if shares_enough(facts, fewer):
            kept = fewer
            for need in set(work.serves):
                serving[need, work.operator] -= 1
            for need in lost:
                count[need] -= 1
    return kept


def shares_enough(facts: Facts, plan: Plan) -> bool:
    """Whether enough of the new sites stand on existing structures."""
    percent = facts.problem.requirements.shared_percent
    if percent is None:
        return True
    sites = {(work.operator, work.structure) for work in (facts.works[name] for name in plan) if work.new_site}
    shared = sum(facts.structures[structure].existing for _, structure in sites)
    return shared >= percent / 100 * len(sites) - NEAR
