"""A good plan and a tight bound within a second or two, before the long search: relaxed, cut, rounded, dated.

1. The model is solved without whole numbers (a moment; kept warm, so that another budget takes a moment less), and
   again and again with cuts (`core.planning.cuts`), which bring its bound within some tenths of a percent.
2. Works whose share in it is whole, and far from changing by their reduced cost, stay as they are; where there is an
   earlier plan, those in which both agree (relaxation-induced neighbourhoods: Danna, Rothberg and Le Pape 2005). The
   others are chosen by branch and cut: a problem of hundreds of works in place of thousands.
3. The chosen works get their years (`core.planning.dating`).
4. Only as far as it is needed, the bound is raised further by HiGHS, without any search for plans.

A plan counts only if it breaks no rule (`core.planning.judging`), the bound only as the solver proves it.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from hatang.core.planning.answers import Plan
from hatang.core.planning.cuts import tightened
from hatang.core.planning.dating import dated
from hatang.core.planning.engine import Ended, Limits, Relaxation, Relaxed, run
from hatang.core.planning.judging import keeps_all
from hatang.core.planning.model import Model
from hatang.core.planning.phases import IMPOSSIBLE, Phase, Reached, counted, gap_percent_of, tighter
from hatang.core.planning.solved import plan_of

BREADTH, NARROWER, WIDER, MARGIN = 250, 3, 4, 0.002
ROUNDING_PART, LONG_ROUNDING_PART, DATING_PART, ROUNDING_S = 0.5, 0.1, 0.3, 5.0
ROUNDING_GAP_PART, DATING_GAP_PART, GOOD_GAP_PART = 0.3, 0.15, 0.9
WHOLE = 1e-7
PATIENCE_S, PATIENCE = 0.7, 4.0
ANY_YEARS_GAP_PERCENT = 5.0


def answer_quickly(model: Model, phase: Phase, limits: Limits, before: Reached) -> Reached:
    """Look for a plan better than the one before, and prove a bound as far as `limits` ask for; no bound if tidying."""
    phase.set_on(model)
    if not model.built:
        return before
    begun = limits.spent
    relaxation = Relaxation(model.program)
    relaxed = relaxation.solve(limits)
    if relaxed is None:
        return before
    if relaxed.infeasible:
        return before if before.plan is not None else IMPOSSIBLE
    relaxed = tightened(model, relaxation, relaxed, limits)
    took = limits.spent - begun
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
    """Round the relaxed problem to a plan that breaks no rule.

    Near an earlier plan few works are left to choose; more where that is not near enough to the relaxed problem, and
    more again where there is no plan.
    """
    rooms = ((BREADTH // NARROWER, MARGIN), (BREADTH, MARGIN), (WIDER * BREADTH, WIDER * MARGIN))
    best: Plan | None = None
    for breadth, margin in rooms if before is not None else rooms[1:]:
        plan = _rounded(model, phase, relaxed, limits, best or before, (breadth, margin))
        best = phase.better(model.facts, best, plan)
        if best is not None and (phase.tidy or counted(model.facts, phase, best, relaxed.objective).within(limits)):
            break
        if breadth >= len(model.built) or (best is not None and breadth >= BREADTH):
            break
    return best


def _rounded(
    model: Model, phase: Phase, relaxed: Relaxed, limits: Limits, before: Plan | None, room: tuple[int, float]
) -> Plan | None:
    """Choose works, then their years, as cheap as can be only where cost counts; None where that breaks a rule."""
    rounding = _part(limits, ROUNDING_PART, ROUNDING_GAP_PART)
    shorter = limits.spent + max(ROUNDING_S, LONG_ROUNDING_PART * limits.left)
    rounding = replace(rounding, seconds=min(rounding.seconds, shorter))
    ended = _round(model, relaxed, rounding, before, room, _off(phase, relaxed, rounding.gap_percent))
    if ended.values is None:
        return None
    any_years = phase.most and model.problem.requirements.total_vnd is None
    dating = _part(limits, DATING_PART, DATING_GAP_PART)
    if any_years or phase.tidy:
        dating = replace(dating, gap_percent=ANY_YEARS_GAP_PERCENT if any_years else limits.gap_percent / 2)
    good = None if phase.most else _off(phase, relaxed, GOOD_GAP_PART * limits.gap_percent)
    plan = dated(model.facts, plan_of(model, ended), dating, good)
    return plan if plan is not None and keeps_all(model.facts, plan) else None


def _off(phase: Phase, relaxed: Relaxed, percent: float) -> float:
    """The objective that is so far from the relaxed problem's."""
    return relaxed.objective * (1 + (-percent if phase.most else percent) / 100)


def _part(limits: Limits, time_part: float, gap_part: float) -> Limits:
    seconds = limits.spent + time_part * limits.left
    return replace(limits, told=None, seconds=seconds, gap_percent=gap_part * limits.gap_percent)


def _round(
    model: Model, relaxed: Relaxed, limits: Limits, before: Plan | None, room: tuple[int, float], good: float
) -> Ended:
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
    ended = run(program, limits, good=good)
    program.low[:], program.high[:], program.row_high[:] = bounds
    return ended


def raised_bound(model: Model, phase: Phase, limits: Limits, reached: Reached) -> float:
    """Raise the bound by cuts and branching, until it is near enough to what is reached or time is over."""
    sign = 1 if phase.most else -1
    enough = reached.objective * (1 + sign * limits.gap_percent / 100)
    if not math.isfinite(gap_percent_of(reached.objective, enough)):
        return reached.bound
    near = replace(limits, told=None, gap_percent=0.0)
    ended = run(model.program, near, search=False, enough=enough)
    return ended.bound if math.isfinite(ended.bound) and not ended.infeasible else reached.bound
