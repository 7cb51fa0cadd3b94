"""A problem solved again after an edit: the earlier plan mended where it was edited, its bound if that holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from hatang.core.planning.answers import Plan
from hatang.core.planning.engine import Limits, run
from hatang.core.planning.model import Model
from hatang.core.planning.problem import Aim, Problem, Solution, Wish
from hatang.core.planning.solved import make_years_whole, plan_of


def proof_of(problem: Problem, aim: Aim) -> str:
    """Name what a bound is proven for: a digest of all but the wishes, and the wishes.

    >>> from hatang.core.planning.instances import province_in_valleys
    >>> one = province_in_valleys(30, 20, 1)
    >>> proof_of(one, Aim.LEAST_COST) == proof_of(province_in_valleys(30, 20, 1), Aim.LEAST_COST)
    True
    """
    asked = problem.requirements
    parts: list[object] = [aim, problem.reuse_first, problem.horizon, problem.structures]
    parts += [(need.id, need.weight, need.area, sorted(need.groups), sorted(need.served_by)) for need in problem.needs]
    parts += [replace(work, wish=Wish.FREE, sources=frozenset()) for work in problem.works]
    parts += [sorted(work.sources) for work in problem.works]
    parts += [replace(asked, served_percent_by={}, least_percent_of_group={}, budget_vnd=None, apart=frozenset())]
    parts += [sorted(part.items()) for part in (asked.served_percent_by, asked.least_percent_of_group)]
    parts += [sorted(asked.budget_vnd.items()) if asked.budget_vnd is not None else None, sorted(asked.apart)]
    digest = hashlib.sha256("\n".join(map(repr, parts)).encode())
    wishes = sorted(f"{work.id}={work.wish}" for work in problem.works if work.wish is not Wish.FREE)
    return "\n".join([digest.hexdigest(), *wishes])


def bound_that_holds(problem: Problem, aim: Aim, earlier: Solution | None) -> float | None:
    """The bound of an earlier answer, where the problem is the same but for more works fixed or forbidden.

    Such a problem can only be dearer, or serve fewer. With reuse first it says nothing: fewer choices may ask for more
    new structures, and more of these may be cheaper.
    """
    if earlier is None or not earlier.proof or problem.reuse_first:
        return None
    then, now = (proof.split("\n") for proof in (earlier.proof, proof_of(problem, aim)))
    return earlier.bound if then[0] == now[0] and set(then[1:]) <= set(now[1:]) else None


def earlier_plan(model: Model, earlier: Solution) -> Plan:
    """The works of an earlier answer that may still be built, in their years."""
    return {built.work: built.year for built in earlier.built if (built.work, built.year) in model.build}


def mend(model: Model, earlier: Solution, limits: Limits) -> Plan | None:
    """Choose anew near what was edited (works that serve what the edited ones serve); other works stay, in any year.

    None where that does not keep to what is asked.
    """
    program, plan = model.program, earlier_plan(model, earlier)
    free = _near(model, _edited(model, earlier))
    before = list(program.low), list(program.high)
    for name, column in model.built.items():
        if name not in free:
            program.low[column] = max(program.low[column], float(name in plan))
            program.high[column] = float(name in plan)
    make_years_whole(model, True)
    ended = run(program, limits)
    make_years_whole(model, False)
    program.low[:], program.high[:] = before
    return plan_of(model, ended) if ended.values is not None else None


def _edited(model: Model, earlier: Solution) -> set[str]:
    """Works built before that may not be now, and works fixed now that were not built."""
    was = {built.work for built in earlier.built}
    fixed = {work.id for work in model.problem.works if work.wish is Wish.FIXED}
    return {name for name in was if name not in model.facts.works} | (fixed - was)


def _near(model: Model, edited: Iterable[str]) -> set[str]:
    """Works two steps away at most, a step from works to the needs that they serve and to all that serve these."""
    works = {work.id: work for work in model.problem.works}
    near = set(edited)
    for _ in range(2):
        needs = {need for name in near for need in works[name].serves}
        near |= {work.id for need in needs for work in model.facts.serving[need]}
        near |= {other.id for name in near for other in model.facts.on.get(works[name].structure, [])}
    return near
