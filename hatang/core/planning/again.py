"""A problem solved again after an edit: what stays of the earlier plan, its bound if that holds."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hatang.core.planning.answers import Plan
from hatang.core.planning.facts import Facts
from hatang.core.planning.problem import Aim, Problem, Solution, Wish


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


def earlier_plan(facts: Facts, earlier: Solution) -> Plan:
    """The works of an earlier answer that may still be built, in their years; what is fixed since, in the last year."""
    fixed = {name: facts.years[-1] for name, work in facts.works.items() if work.wish is Wish.FIXED}
    kept = {built.work: built.year for built in earlier.built if built.work in facts.works}
    return fixed | {name: year for name, year in kept.items() if year in facts.years}
