"""A problem solved: phases one after the other, each with its bound; the answer counted from the works it builds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from hatang.core.planning.again import bound_that_holds, earlier_plan, mend, proof_of
from hatang.core.planning.answers import (
    Plan,
    as_built,
    opened_in,
    plan_cost_vnd,
    served_needs,
    without_the_useless,
)
from hatang.core.planning.checks import check_problem
from hatang.core.planning.engine import Cancelled, Ended, Limits, Told, name_of_solver, run
from hatang.core.planning.facts import Facts
from hatang.core.planning.judging import keeps_all
from hatang.core.planning.model import VND, Model, build_model, cost_terms, new_structure_terms, served_terms
from hatang.core.planning.problem import Aim, Problem, Solution, State
from hatang.core.planning.pure import is_large, is_pure, solve_pure
from hatang.core.planning.solved import make_years_whole, plan_of, run_with_whole_years, values_of

METHOD = "nhánh và cắt"
CHOOSING_PART, CHOOSING_GAP_PART = 0.6, 0.6
PROVING_PART, PROVING_GAP_PART = 0.25, 0.8
FAR_PERCENT = 3.0
TIDY_PART, TIDY_GAP_PERCENT = 0.3, 0.5


@dataclass(frozen=True)
class Phase:
    """One objective of those that follow each other.

    `count` counts it from a plan, in the program's unit; `own` is the aim's, whose bound the answer carries. What comes
    after it (`tidy`) chooses among answers that are as good: near enough is enough, in a part of the time left.
    """

    name: str
    terms: Callable[[Model], list[tuple[int, float]]]
    count: Callable[[Facts, Plan], float]
    own: bool = False
    most: bool = False
    offset: float = 0.0
    scale: float = 1.0
    tidy: bool = False


@dataclass(frozen=True)
class Reached:
    """What a phase reached: the best plan, or None; its objective and bound in the program's unit."""

    plan: Plan | None
    objective: float
    bound: float
    infeasible: bool = False


def solve(
    problem: Problem,
    aim: Aim,
    *,
    seconds: float,
    gap_percent: float,
    start: Solution | None = None,
    told: Told | None = None,
    cancelled: Cancelled | None = None,
    tidy: bool = True,
) -> Solution:
    """Choose works and years: the cheapest that do what is asked, or those that serve most for the money.

    Stops when proven within `gap_percent`, after `seconds`, or when `cancelled()`; then the answer is the best so far
    with its gap (nothing built where none was found yet). Of answers that serve as many the cheapest is looked for,
    unless not `tidy`. `start` is an earlier answer of the same or a similar problem. `told` hears (seconds, best,
    bound) in the aim's unit: đồng, or weight; best may still have works split over years. An impossible problem gives
    State.INFEASIBLE; see `core.planning.infeasible`. Raises PlanningError for a problem that contradicts itself.
    A large problem that asks for cover alone goes to `core.planning.pure`.
    """
    if is_large(problem) and is_pure(problem, aim):
        check_problem(problem)
        return solve_pure(problem, aim, seconds=seconds, gap_percent=gap_percent, told=told, cancelled=cancelled)
    limits = Limits(seconds, gap_percent, told, cancelled)
    model = build_model(problem, aim)
    phases = phases_of(model, aim)
    reached = _begin(model, phases[0], start, limits, aim)
    if phases[0].own and _near_enough(reached, limits):
        return _solution(model.facts, aim, reached, limits)
    quick = build_model(problem, aim, model.facts, grouped=True) if len(model.facts.years) > 1 else None
    own: Reached | None = None
    for phase in phases:
        if phase.tidy and not tidy:
            break
        loosest = math.inf if phase.most else -math.inf
        before = reached if phase is phases[0] else Reached(reached.plan, math.nan, loosest)
        reached = _run_phase(model, quick, phase, limits, before)
        own = reached if phase.own or reached.infeasible else own
        if reached.plan is None:
            break
        for one in (model, quick) if quick else (model,):
            _keep(one, phase, reached)
    return _solution(model.facts, aim, replace(own or reached, plan=reached.plan), limits)


def phases_of(model: Model, aim: Aim) -> list[Phase]:
    """The objectives in their order: most served if that is the aim, with reuse first fewest new structures, cost."""
    fewest = [Phase("fewest", new_structure_terms, _new_structures)] if model.problem.reuse_first else []
    cost = Phase("cost", cost_terms, _million_vnd, own=aim is Aim.LEAST_COST, scale=VND)
    if aim is Aim.LEAST_COST:
        return [*fewest, cost]
    served = Phase("served", served_terms, _served_weight, own=True, most=True, offset=model.facts.today_weight)
    return [served, *fewest, replace(cost, tidy=True)]


def _million_vnd(facts: Facts, plan: Plan) -> float:
    return plan_cost_vnd(facts, plan) / VND


def _served_weight(facts: Facts, plan: Plan) -> float:
    return sum(need.weight for need in served_needs(facts, plan))


def _new_structures(facts: Facts, plan: Plan) -> float:
    return sum(not facts.structures[name].existing for name in opened_in(facts, plan))


def _begin(model: Model, phase: Phase, start: Solution | None, limits: Limits, aim: Aim) -> Reached:
    """What an earlier answer gives: its plan, mended where it breaks what is asked now, and its bound if that holds."""
    loosest = math.inf if phase.most else -math.inf
    if start is None or not start.built:
        return Reached(None, math.nan, loosest)
    _set_objective(model, phase)
    plan: Plan | None = earlier_plan(model, start)
    if plan is not None and not keeps_all(model.facts, plan):
        plan = mend(model, start, replace(limits, told=None, seconds=limits.spent + CHOOSING_PART * limits.left))
    bound = bound_that_holds(model.problem, aim, start) if phase.own else None
    objective = math.nan if plan is None else phase.count(model.facts, plan)
    return Reached(plan, objective, loosest if bound is None else bound / phase.scale)


def _run_phase(model: Model, quick: Model | None, phase: Phase, limits: Limits, before: Reached) -> Reached:
    """Choose works with years by groups, then whole years for them; where that is too far, with years split, and whole.

    Each step keeps the best plan and the tightest bound of those before.
    """
    mine = replace(limits, told=_scaled(limits.told, phase.scale) if phase.own else None)
    if phase.tidy:
        part = limits.spent + TIDY_PART * limits.left
        mine = replace(mine, seconds=part, gap_percent=max(TIDY_GAP_PERCENT, limits.gap_percent))
    if quick is None:
        return _reached(model, phase, _run(model, phase, mine, before.plan), before.plan)
    reached = before
    apart = gap_percent_of(before.objective, before.bound)
    if before.plan is not None and not phase.tidy and (apart < FAR_PERCENT or math.isinf(before.bound)):
        reached = _choose_then_date(model, quick, phase, mine, before, search=False)
        if reached.infeasible or _near_enough(reached, limits):
            return reached
    for choosing in (quick, model):
        reached = _choose_then_date(model, choosing, phase, mine, reached)
        if reached.infeasible or phase.tidy or _near_enough(reached, limits):
            return reached
    make_years_whole(model, True)
    ended = _run(model, phase, mine, reached.plan)
    make_years_whole(model, False)
    return _tighter(phase, reached, _reached(model, phase, ended, reached.plan))


def _choose_then_date(
    model: Model, choosing: Model, phase: Phase, limits: Limits, before: Reached, *, search: bool = True
) -> Reached:
    """Choose works by an easier model in a part of the time left, then give them whole years.

    Without `search` only the bound is raised beneath a plan that is likely good enough: after an edit, along the curve.
    """
    time_part, gap_part = (CHOOSING_PART, CHOOSING_GAP_PART) if search else (PROVING_PART, PROVING_GAP_PART)
    near = replace(limits, seconds=limits.spent + time_part * limits.left, gap_percent=gap_part * limits.gap_percent)
    ended = _run(choosing, phase, near, before.plan, search=search)
    if ended.infeasible:
        return _reached(model, phase, ended, None)
    plan = before.plan
    proven = _tighter(phase, before, replace(before, bound=ended.bound))
    if _near_enough(proven, limits):
        return proven
    if ended.values is not None:
        _set_objective(model, phase)
        apart = gap_percent_of(ended.objective, ended.bound)
        dating = replace(limits, told=None, gap_percent=max(limits.gap_percent / 10, (limits.gap_percent - apart) / 2))
        plan = _better(model, phase, plan, _years_of(model, plan_of(choosing, ended), dating))
    objective = math.nan if plan is None else phase.count(model.facts, plan)
    return _tighter(phase, before, Reached(plan, objective, ended.bound))


def _run(model: Model, phase: Phase, limits: Limits, plan: Plan | None, *, search: bool = True) -> Ended:
    _set_objective(model, phase)
    return run(model.program, limits, start=values_of(model, plan), search=search)


def _set_objective(model: Model, phase: Phase) -> None:
    model.program.minimise(phase.terms(model), phase.offset, most=phase.most)


def _near_enough(reached: Reached, limits: Limits) -> bool:
    gap = gap_percent_of(reached.objective, reached.bound)
    return reached.plan is not None and gap <= limits.gap_percent + 1e-6


def _tighter(phase: Phase, one: Reached, other: Reached) -> Reached:
    """The later of two steps with the tighter of their bounds."""
    return replace(other, bound=(min if phase.most else max)(one.bound, other.bound))


def _reached(model: Model, phase: Phase, ended: Ended, plan: Plan | None) -> Reached:
    if ended.infeasible:
        return Reached(None, math.nan, math.nan, infeasible=True)
    plan = _better(model, phase, plan, plan_of(model, ended) if ended.values is not None else None)
    return Reached(plan, math.nan if plan is None else phase.count(model.facts, plan), ended.bound)


def _better(model: Model, phase: Phase, one: Plan | None, other: Plan | None) -> Plan | None:
    if one is None or other is None:
        return other if one is None else one
    first, second = phase.count(model.facts, one), phase.count(model.facts, other)
    return one if (first > second if phase.most else first < second) else other


def _years_of(model: Model, works: Plan, limits: Limits) -> Plan | None:
    """Give works that were chosen whole years; None where their money does not fit the years."""
    ended = run_with_whole_years(model, works, limits)
    return plan_of(model, ended) if ended.values is not None else None


def _keep(model: Model, phase: Phase, reached: Reached) -> None:
    """Let later phases do no worse by this one."""
    amount = reached.objective - phase.offset
    hair = 1e-7 * max(1.0, abs(amount))
    if phase.most:
        model.program.constrain("keep", phase.name, terms=phase.terms(model), low=amount - hair)
    else:
        model.program.constrain("keep", phase.name, terms=phase.terms(model), high=amount + hair)


def _scaled(told: Told | None, scale: float) -> Told | None:
    if told is None:
        return None

    def tell(seconds: float, best: float | None, bound: float | None) -> None:
        told(seconds, None if best is None else best * scale, None if bound is None else bound * scale)

    return tell


def _solution(facts: Facts, aim: Aim, own: Reached, limits: Limits) -> Solution:
    plan = own.plan
    if plan is None:
        return _nothing(aim, own, limits)
    lighter = without_the_useless(facts, plan)
    if not keeps_all(facts, lighter):
        lighter = dict(plan)
    built = as_built(facts, lighter)
    if built is None:
        lighter, built = dict(plan), as_built(facts, plan) or ()
    served = served_needs(facts, lighter)
    weight, cost = sum(need.weight for need in served), plan_cost_vnd(facts, lighter)
    objective = cost if aim is Aim.LEAST_COST else weight
    bound = _bound_of(aim, own, objective)
    gap = gap_percent_of(objective, bound)
    return Solution(
        aim=aim,
        state=State.PROVEN if gap <= limits.gap_percent + 1e-6 else State.STOPPED,
        built=built,
        served=tuple(need.id for need in served),
        served_weight=weight,
        cost_vnd=cost,
        objective=objective,
        bound=bound,
        gap_percent=gap,
        seconds=limits.spent,
        solver=name_of_solver(METHOD),
        proof=proof_of(facts.problem, aim),
    )


def _bound_of(aim: Aim, own: Reached, objective: float) -> float:
    """The phase's bound in the aim's unit, never on the wrong side of what was found."""
    if aim is Aim.LEAST_COST:
        return min(max(0.0, own.bound * VND), objective)
    return max(own.bound, objective)


def gap_percent_of(objective: float, bound: float) -> float:
    """How far apart objective and bound are, percent of the objective."""
    apart = abs(objective - bound)
    return 100 * apart / abs(objective) if objective else (0.0 if apart < 1e-6 else math.inf)


def _nothing(aim: Aim, own: Reached, limits: Limits) -> Solution:
    loosest = math.inf if aim is Aim.MOST_SERVED else 0.0
    return Solution(
        aim=aim,
        state=State.INFEASIBLE if own.infeasible else State.STOPPED,
        built=(),
        served=(),
        served_weight=0.0,
        cost_vnd=0.0,
        objective=math.nan,
        bound=own.bound * (VND if aim is Aim.LEAST_COST else 1) if math.isfinite(own.bound) else loosest,
        gap_percent=math.inf,
        seconds=limits.spent,
        solver=name_of_solver(METHOD),
    )
