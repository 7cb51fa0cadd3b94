"""The objectives of a solve in their order, and what is reached of each: the best plan, its measure and its bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from hatang.core.planning.answers import Plan, opened_in, plan_cost_vnd, served_needs
from hatang.core.planning.engine import Limits, Told
from hatang.core.planning.facts import Facts
from hatang.core.planning.model import VND, Model, cost_terms, new_structure_terms, served_terms
from hatang.core.planning.problem import Aim


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

    @property
    def loosest(self) -> float:
        """The bound that is true of everything."""
        return math.inf if self.most else -math.inf

    def set_on(self, model: Model) -> None:
        """Make this the model's objective."""
        model.program.minimise(self.terms(model), self.offset, most=self.most)

    def keep_on(self, model: Model, objective: float) -> None:
        """Let later phases do no worse by this one than it did."""
        amount = objective - self.offset
        hair = 1e-7 * max(1.0, abs(amount))
        if self.most:
            model.program.constrain("keep", self.name, terms=self.terms(model), low=amount - hair)
        else:
            model.program.constrain("keep", self.name, terms=self.terms(model), high=amount + hair)

    def better(self, facts: Facts, one: Plan | None, other: Plan | None) -> Plan | None:
        """The better of two plans, the first where they are as good."""
        if one is None or other is None:
            return other if one is None else one
        first, second = self.count(facts, one), self.count(facts, other)
        return one if (first >= second if self.most else first <= second) else other


@dataclass(frozen=True)
class Reached:
    """What a phase reached: the best plan, or None; its objective and bound in the program's unit.

    `near` are works of an earlier plan that is not allowed any more: an answer is looked for near them.
    """

    plan: Plan | None
    objective: float
    bound: float
    infeasible: bool = False
    near: Plan | None = None

    def within(self, limits: Limits) -> bool:
        """Whether there is a plan that is proven near enough."""
        return self.plan is not None and gap_percent_of(self.objective, self.bound) <= limits.gap_percent + 1e-6


IMPOSSIBLE = Reached(None, math.nan, math.nan, infeasible=True)


def counted(facts: Facts, phase: Phase, plan: Plan | None, bound: float) -> Reached:
    """A plan with its objective."""
    return Reached(plan, math.nan if plan is None else phase.count(facts, plan), bound)


def tighter(phase: Phase, one: Reached, other: Reached) -> Reached:
    """The later of two steps with the tighter of their bounds."""
    return replace(other, bound=(min if phase.most else max)(one.bound, other.bound))


def phases_of(facts: Facts, aim: Aim) -> list[Phase]:
    """The objectives in their order: most served if that is the aim, with reuse first fewest new structures, cost."""
    fewest = [Phase("fewest", new_structure_terms, _new_structures)] if facts.problem.reuse_first else []
    cost = Phase("cost", cost_terms, _million_vnd, own=aim is Aim.LEAST_COST, scale=VND)
    if aim is Aim.LEAST_COST:
        return [*fewest, cost]
    served = Phase("served", served_terms, _served_weight, own=True, most=True, offset=facts.today_weight)
    return [served, *fewest, replace(cost, tidy=True)]


def _million_vnd(facts: Facts, plan: Plan) -> float:
    return plan_cost_vnd(facts, plan) / VND


def _served_weight(facts: Facts, plan: Plan) -> float:
    return sum(need.weight for need in served_needs(facts, plan))


def _new_structures(facts: Facts, plan: Plan) -> float:
    return sum(not facts.structures[name].existing for name in opened_in(facts, plan))


def gap_percent_of(objective: float, bound: float) -> float:
    """How far apart objective and bound are, percent of the objective.

    >>> gap_percent_of(200, 199), gap_percent_of(0, 0)
    (0.5, 0.0)
    """
    apart = abs(objective - bound)
    return 100 * apart / abs(objective) if objective else (0.0 if apart < 1e-6 else math.inf)


def scaled(told: Told | None, scale: float) -> Told | None:
    """Tell in another unit."""
    if told is None:
        return None

    def tell(seconds: float, best: float | None, bound: float | None) -> None:
        told(seconds, None if best is None else best * scale, None if bound is None else bound * scale)

    return tell
