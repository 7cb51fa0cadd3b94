"""The most for one budget after the other: one relaxed problem kept warm, whose prices bound every budget at once.

What the relaxed problem serves is concave in the budget, so its tangent at one budget, the price of a đồng there, lies
above what can be served for any other. The bound at a cost is the least of all tangents; where that is too loose it is
raised by cuts for the budget itself.
"""

from __future__ import annotations

from dataclasses import replace

from hatang.core.planning.answers import Plan, plan_cost_vnd
from hatang.core.planning.cuts import round_floors, tightened
from hatang.core.planning.engine import Limits, Relaxation
from hatang.core.planning.facts import Facts
from hatang.core.planning.model import VND, build_model
from hatang.core.planning.phases import Reached, counted, phases_of
from hatang.core.planning.problem import Aim, Problem
from hatang.core.planning.quick import plan_near, raised_bound

HAIR = 1e-6


class Budgets:
    """A problem whose total is moved; `facts` are of the problem with the `largest` total, đồng."""

    def __init__(self, problem: Problem, largest: float) -> None:
        """Build the model once."""
        asked = replace(problem.requirements, total_vnd=largest)
        self.facts = Facts(replace(problem, requirements=asked))
        years = len(self.facts.years)
        self.model = build_model(self.facts.problem, Aim.MOST_SERVED, self.facts, grouped=years > 1)
        self.phase = phases_of(self.facts, Aim.MOST_SERVED)[0]
        round_floors(self.model)
        self.phase.set_on(self.model)
        self.row = next(one.row for one in self.model.asked if one.name == "total")
        self.relaxation = Relaxation(self.model.program)
        self.tangents: list[tuple[float, float, float]] = []

    def answer(self, total_vnd: float, before: Plan | None, limits: Limits) -> Reached | None:
        """Look for a plan for a total, near an earlier one, with the bound at its cost; None where none is found.

        Whole years may make it cost a little more than the total.
        """
        self.relaxation.keep_below(self.row, total_vnd / VND)
        self.model.program.row_high[self.row] = total_vnd / VND
        relaxed = self.relaxation.solve(limits)
        if relaxed is None or relaxed.infeasible:
            return None
        relaxed = tightened(self.model, self.relaxation, relaxed, limits)
        self.tangents.append((total_vnd, relaxed.objective, max(0.0, float(relaxed.prices[self.row]))))
        plan = plan_near(self.model, self.phase, relaxed, limits, before)
        if plan is None:
            return None
        cost = plan_cost_vnd(self.facts, plan)
        self.model.program.row_high[self.row] = max(total_vnd, cost * (1 + HAIR)) / VND
        reached = counted(self.facts, self.phase, plan, self.bound_at(cost))
        if not reached.within(limits):
            raised = raised_bound(self.model, self.phase, limits, reached)
            reached = replace(reached, bound=min(reached.bound, raised))
        return reached

    def bound_at(self, cost_vnd: float) -> float:
        """What nothing of a cost serves more than."""
        return min(bound + price * (cost_vnd - total) / VND for total, bound, price in self.tangents)
