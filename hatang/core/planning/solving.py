"""A problem solved: phases one after the other, each with its bound; the answer counted from the works it builds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

from hatang.core.planning.again import bound_that_holds, earlier_plan, proof_of
from hatang.core.planning.answers import Plan, as_built, plan_cost_vnd, served_needs, without_the_useless
from hatang.core.planning.checks import check_problem
from hatang.core.planning.cuts import round_floors
from hatang.core.planning.dating import dated
from hatang.core.planning.engine import Cancelled, Ended, Limits, Told, name_of_solver, run
from hatang.core.planning.facts import Facts
from hatang.core.planning.judging import keeps_all
from hatang.core.planning.model import VND, Model, build_model
from hatang.core.planning.phases import (
    IMPOSSIBLE,
    Phase,
    Reached,
    counted,
    gap_percent_of,
    phases_of,
    scaled,
    tighter,
)
from hatang.core.planning.problem import Aim, Problem, Solution, State
from hatang.core.planning.pure import is_large, is_pure, solve_pure
from hatang.core.planning.quick import answer_quickly
from hatang.core.planning.solved import make_years_whole, plan_of, run_with_whole_years, values_of

METHOD = "nhánh và cắt"
CHOOSING_PART, CHOOSING_GAP_PART = 0.6, 0.6
TIDY_PART, TIDY_GAP_PERCENT = 0.3, 0.5


@dataclass
class Models:
    """The models of a problem: the quick one, years by groups, and the whole one, built only where it is needed."""

    problem: Problem
    aim: Aim
    kept: list[tuple[Phase, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.facts = Facts(self.problem)
        self.many_years = len(self.facts.years) > 1
        self.quick = build_model(self.problem, self.aim, self.facts, grouped=self.many_years)
        round_floors(self.quick)

    @cached_property
    def whole(self) -> Model:
        """Every work in every year; the quick one where there is but one year."""
        if not self.many_years:
            return self.quick
        model = build_model(self.problem, self.aim, self.facts)
        for phase, objective in self.kept:
            phase.keep_on(model, objective)
        return model

    def keep(self, phase: Phase, objective: float) -> None:
        """Let later phases do no worse by this one."""
        phase.keep_on(self.quick, objective)
        if self.many_years and "whole" in self.__dict__:
            phase.keep_on(self.whole, objective)
        self.kept.append((phase, objective))


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
    models = Models(problem, aim)
    phases = phases_of(models.facts, aim)
    reached = _begin(models.facts, phases[0], start, aim)
    if phases[0].own and reached.within(limits):
        return solution_of(models.facts, aim, reached, limits)
    own: Reached | None = None
    for phase in phases:
        if phase.tidy and not tidy:
            break
        before = reached if phase is phases[0] else counted(models.facts, phase, reached.plan, phase.loosest)
        reached = _run_phase(models, phase, limits, before)
        own = reached if phase.own or reached.infeasible else own
        if reached.plan is None:
            break
        models.keep(phase, reached.objective)
    return solution_of(models.facts, aim, replace(own or reached, plan=reached.plan), limits)


def _begin(facts: Facts, phase: Phase, start: Solution | None, aim: Aim) -> Reached:
    """What an earlier answer gives: its plan, or works to look near to; its bound if that holds."""
    if start is None or not start.built:
        return Reached(None, math.nan, phase.loosest)
    bound = bound_that_holds(facts.problem, aim, start) if phase.own else None
    loosest = phase.loosest if bound is None else bound / phase.scale
    plan = earlier_plan(facts, start)
    if keeps_all(facts, plan):
        return counted(facts, phase, plan, loosest)
    return Reached(None, math.nan, loosest, near=plan)


def _run_phase(models: Models, phase: Phase, limits: Limits, before: Reached) -> Reached:
    """Quickly at first; where that is too far from proven, by the long search, and at last with all years whole.

    The long search chooses works with years by groups, then whole years for them; then the same with years split. Each
    step keeps the best plan and the tightest bound of those before.
    """
    mine = replace(limits, told=scaled(limits.told, phase.scale) if phase.own else None)
    if phase.tidy:
        part = limits.spent + TIDY_PART * limits.left
        mine = replace(mine, seconds=part, gap_percent=max(TIDY_GAP_PERCENT, limits.gap_percent))
    reached = answer_quickly(models.quick, phase, mine, before)
    if reached.infeasible or phase.tidy or reached.within(mine):
        return reached
    if models.many_years:
        for choosing in ("quick", "whole"):
            reached = _choose_then_date(models, choosing, phase, mine, reached)
            if reached.infeasible or reached.within(mine):
                return reached
    make_years_whole(models.whole, True)
    ended = _run(models.whole, phase, mine, reached.plan)
    make_years_whole(models.whole, False)
    return tighter(phase, reached, _reached(models.whole, phase, ended, reached.plan))


def _choose_then_date(models: Models, choosing: str, phase: Phase, limits: Limits, before: Reached) -> Reached:
    """Choose works by an easier model in a part of the time left, then give them whole years."""
    seconds = limits.spent + CHOOSING_PART * limits.left
    near = replace(limits, seconds=seconds, gap_percent=CHOOSING_GAP_PART * limits.gap_percent)
    model: Model = getattr(models, choosing)
    ended = _run(model, phase, near, before.plan)
    if ended.infeasible:
        return before if before.plan is not None else IMPOSSIBLE
    plan = before.plan
    if ended.values is not None:
        apart = gap_percent_of(ended.objective, ended.bound)
        dating = replace(limits, told=None, gap_percent=max(limits.gap_percent / 10, (limits.gap_percent - apart) / 2))
        plan = phase.better(models.facts, plan, _years_of(models, phase, plan_of(model, ended), dating))
    return tighter(phase, before, counted(models.facts, phase, plan, ended.bound))


def _run(model: Model, phase: Phase, limits: Limits, plan: Plan | None) -> Ended:
    phase.set_on(model)
    return run(model.program, limits, start=values_of(model, plan))


def _reached(model: Model, phase: Phase, ended: Ended, plan: Plan | None) -> Reached:
    if ended.infeasible:
        return IMPOSSIBLE if plan is None else counted(model.facts, phase, plan, phase.loosest)
    found = plan_of(model, ended) if ended.values is not None else None
    return counted(model.facts, phase, phase.better(model.facts, plan, found), ended.bound)


def _years_of(models: Models, phase: Phase, works: Plan, limits: Limits) -> Plan | None:
    """Give works that were chosen whole years, if need be leaving some out; None where money does not fit the years."""
    plan = dated(models.facts, works, limits)
    if plan is not None and keeps_all(models.facts, plan):
        return plan
    phase.set_on(models.whole)
    ended = run_with_whole_years(models.whole, works, limits)
    return plan_of(models.whole, ended) if ended.values is not None else None


def solution_of(facts: Facts, aim: Aim, own: Reached, limits: Limits) -> Solution:
    """Write down what is reached as an answer: useless works left out, payments shared among sources."""
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
