"""A good plan and a tight bound within a second or two, before the long search: relaxed, rounded, dated, cut.

1. The model is solved without whole numbers (a moment; kept warm, so that another budget takes a moment less).
2. Works whose share in it is whole, and far from changing by their reduced cost, stay as they are; where there is an
   earlier plan, those in which both agree (relaxation-induced neighbourhoods: Danna, Rothberg and Le Pape 2005). The
   others are chosen by branch and cut: a problem of hundreds of works in place of thousands.
3. The chosen works get their years by a small model of their own.
4. Only as far as it is needed, the bound is raised by HiGHS's cuts, without any search for plans.

A plan counts only if it breaks no rule (`core.planning.judging`), the bound only as the solver proves it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from hatang.core.planning.answers import Plan
from hatang.core.planning.engine import Ended, Limits, Relaxation, Relaxed, run
from hatang.core.planning.facts import Facts
from hatang.core.planning.judging import keeps_all
from hatang.core.planning.model import Model, build_model
from hatang.core.planning.phases import IMPOSSIBLE, Phase, Reached, counted, gap_percent_of, tighter
from hatang.core.planning.problem import Aim, Problem, Requirements, Wish
from hatang.core.planning.solved import make_years_whole, plan_of

BREADTH, WIDER, MARGIN, DATED_ANEW = 250, 4, 0.002, 50
ROUNDING_PART, LONG_ROUNDING_PART, DATING_PART, ROUNDING_S = 0.3, 0.1, 0.3, 2.5
ROUNDING_GAP_PART, DATING_GAP_PART = 0.3, 0.15
WHOLE = 1e-7
PATIENCE_S, PATIENCE = 0.7, 4.0
ANY_YEARS_GAP_PERCENT = 5.0


def answer_quickly(model: Model, phase: Phase, limits: Limits, before: Reached) -> Reached:
    """Look for a plan better than the one before, and prove a bound as far as `limits` ask for; no bound if tidying."""
    phase.set_on(model)
    if not model.built:
        return before
    begun = limits.spent
    relaxed = Relaxation(model.program).solve(limits)
    took = limits.spent - begun
    if relaxed is None:
        return before
    if relaxed.infeasible:
        return before if before.plan is not None else IMPOSSIBLE
    reached = tighter(phase, before, replace(before, bound=relaxed.objective))
    plan = plan_near(model, phase, relaxed, limits, before.plan if before.plan is not None else before.near)
    plan = phase.better(model.facts, before.plan, plan)
    reached = counted(model.facts, phase, plan, reached.bound)
    if limits.told is not None and plan is not None:
        limits.told(limits.spent, reached.objective, reached.bound)
    if phase.tidy or plan is None or reached.within(limits):
        return reached
    patient = replace(limits, seconds=min(limits.seconds, limits.spent + PATIENCE_S + PATIENCE * took))
    return tighter(phase, reached, replace(reached, bound=raised_bound(model, phase, patient, reached)))


def plan_near(model: Model, phase: Phase, relaxed: Relaxed, limits: Limits, before: Plan | None) -> Plan | None:
    """Round the relaxed problem to a plan that breaks no rule; where that fails, with more works left to choose.

    Years as cheap as can be only where cost counts.
    """
    any_years = phase.most and model.problem.requirements.total_vnd is None
    for breadth, margin in ((BREADTH, MARGIN), (WIDER * BREADTH, WIDER * MARGIN)):
        rounding = _part(limits, ROUNDING_PART, ROUNDING_GAP_PART)
        shorter = limits.spent + max(ROUNDING_S, LONG_ROUNDING_PART * limits.left)
        rounding = replace(rounding, seconds=min(rounding.seconds, shorter))
        ended = _round(model, relaxed, rounding, before, (breadth, margin))
        if ended.values is not None:
            dating = _part(limits, DATING_PART, DATING_GAP_PART)
            if any_years or phase.tidy:
                dating = replace(dating, gap_percent=ANY_YEARS_GAP_PERCENT if any_years else limits.gap_percent / 2)
            plan = dated(model.facts, plan_of(model, ended), dating)
            if plan is not None and keeps_all(model.facts, plan):
                return plan
        if breadth >= len(model.built):
            break
    return None


def _part(limits: Limits, time_part: float, gap_part: float) -> Limits:
    seconds = limits.spent + time_part * limits.left
    return replace(limits, told=None, seconds=seconds, gap_percent=gap_part * limits.gap_percent)


def _round(model: Model, relaxed: Relaxed, limits: Limits, before: Plan | None, room: tuple[int, float]) -> Ended:
    """Choose anew so many works, those most in doubt, and leave a margin of the total, for whole years cost more."""
    (breadth, margin), program = room, model.program
    columns = np.array(list(model.built.values()))
    share = relaxed.values[columns]
    stays = share > 0.5 if before is None else np.array([name in before for name in model.built])
    doubt = np.where(np.abs(share - stays) <= WHOLE, np.abs(relaxed.reduced[columns]), -1.0)
    sure = np.argsort(doubt, kind="stable")[max(breadth, int((doubt < 0).sum())) :]
    bounds = list(program.low), list(program.high), list(program.row_high)
    for column, whole in zip(columns[sure], stays[sure], strict=True):
        program.low[column] = max(program.low[column], float(whole))
        program.high[column] = max(program.low[column], float(whole))
    if model.grouped and len(columns) > breadth:
        for asked in model.asked:
            program.row_high[asked.row] *= 1 - margin if asked.name == "total" else 1
    ended = run(program, limits)
    program.low[:], program.high[:], program.row_high[:] = bounds
    return ended


def dated(facts: Facts, works: Iterable[str], limits: Limits) -> Plan | None:
    """Give works that are chosen the cheapest years for which there is money; None where there is none."""
    if len(facts.years) == 1:
        return dict.fromkeys(works, facts.years[-1])
    model = build_model(_only(facts.problem, set(works)), Aim.LEAST_COST)
    relaxed = Relaxation(model.program).solve(limits)
    if relaxed is None or relaxed.infeasible:
        return None
    make_years_whole(model, True)
    ended = _date_the_split(model, relaxed, limits)
    if ended.values is None:
        ended = run(model.program, limits)
    return plan_of(model, ended) if ended.values is not None else None


def _date_the_split(model: Model, relaxed: Relaxed, limits: Limits) -> Ended:
    """Give whole years to the works that are split in the relaxed problem, and to some that are near to it."""
    high, columns = model.program.high, np.array(list(model.build.values())).reshape(-1, len(model.facts.years))
    share = relaxed.values[columns]
    near = np.where(share < 1 - WHOLE, np.abs(relaxed.reduced[columns]), np.inf).min(axis=1)
    near[share.max(axis=1) < 1 - WHOLE] = -1.0
    sure = np.argsort(near, kind="stable")[max(DATED_ANEW, int((near < 0).sum())) :]
    before = list(high)
    for column in columns[sure][share[sure] <= WHOLE]:
        high[column] = 0.0
    ended = run(model.program, limits)
    high[:] = before
    return ended


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


def raised_bound(model: Model, phase: Phase, limits: Limits, reached: Reached) -> float:
    """Raise the bound by cuts and branching, until it is near enough to what is reached or time is over."""
    sign = 1 if phase.most else -1
    enough = reached.objective * (1 + sign * limits.gap_percent / 100)
    if not math.isfinite(gap_percent_of(reached.objective, enough)):
        return reached.bound
    near = replace(limits, told=None, gap_percent=0.0)
    ended = run(model.program, near, search=False, enough=enough)
    return ended.bound if math.isfinite(ended.bound) and not ended.infeasible else reached.bound
