"""The curve of cost and people: how much more each further đồng serves, up to all that can be reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from hatang.core.planning.budgets import Budgets
from hatang.core.planning.engine import Cancelled, Limits, Told
from hatang.core.planning.problem import Aim, PlanningError, Problem, Solution, State
from hatang.core.planning.pure import is_large
from hatang.core.planning.solving import solution_of, solve

SHARES_A_POINT, END_PART, FAR_TIMES = 2.5, 0.15, 3.0


@dataclass(frozen=True)
class CurvePoint:
    """A point of the curve with its proof.

    `cost_vnd` is the present cost, `served_weight` and `served_percent` what is served at the end for it; no answer of
    this cost serves more than `gap_percent` beyond. `on_hull`: on the concave hull, where a đồng buys more than at its
    neighbours; a point below the hull is bettered by a mixture of two others. `capital_vnd` is what its works and the
    structures that they open take to build.
    """

    cost_vnd: float
    served_weight: float
    served_percent: float
    gap_percent: float
    on_hull: bool
    capital_vnd: float


def cost_curve(
    problem: Problem,
    *,
    points: int = 20,
    seconds: float,
    gap_percent: float,
    told: Told | None = None,
    cancelled: Cancelled | None = None,
) -> list[CurvePoint]:
    """Give points of the curve in order of cost: the share asked falls away, every other requirement stays.

    The first is about the cheapest answer that keeps the other requirements, the last the cheapest found that serves
    all that can be served; costs between are evenly spaced, each solved near the answer before. Up to three times the
    gap asked is taken where less needs a long search; each point tells its own. `told` hears (seconds, points done,
    points asked). Cancelled, or out of time, it gives the points so far. Raises PlanningError where nothing is
    possible.
    """
    curve = _Curve(problem, points, seconds, gap_percent, told, cancelled)
    most = curve.answer(Aim.MOST_SERVED)
    if most.state is State.INFEASIBLE:
        raise PlanningError("Không có phương án nào giữ được các yêu cầu khác, dù không đặt tỷ lệ phục vụ.")
    least = curve.answer(Aim.LEAST_COST, start=most)
    all_reached = curve.answer(Aim.LEAST_COST, served=most.served_weight, start=most)
    dearest = all_reached if all_reached.served_weight >= most.served_weight else most
    step = (dearest.cost_vnd - least.cost_vnd) / max(1, points - 1)
    totals = [least.cost_vnd + number * step for number in range(points - 1)] if step > 0 else []
    answers = [*_between(curve, totals, least), replace(dearest, gap_percent=most.gap_percent)]
    return as_points(problem, [answer for answer in answers if not math.isnan(answer.objective)])


def _between(curve: _Curve, totals: Sequence[float], least: Solution) -> list[Solution]:
    """The most for each total, near the answer before; the first total is the cheapest answer's."""
    answers = [least]
    budgets = Budgets(curve.problem, totals[-1]) if totals and not is_large(curve.problem) else None
    for total in totals:
        if curve.over:
            break
        answer = curve.for_total(budgets, total, answers[-1]) if budgets is not None else None
        if answer is None or answer.gap_percent > FAR_TIMES * curve.gap_percent + 1e-6:
            dearest = max(total, answer.cost_vnd if answer is not None else 0.0)
            answer = curve.answer(Aim.MOST_SERVED, total=dearest, start=answer or answers[-1])
        if answer.served_weight >= answers[-1].served_weight:
            answers.append(answer)
    return [curve.nearer(answer) for answer in answers[1:]] or answers


@dataclass
class _Curve:
    """What the answers of a curve share: the time, and how many are done."""

    problem: Problem
    points: int
    seconds: float
    gap_percent: float
    told: Told | None
    cancelled: Cancelled | None

    def __post_init__(self) -> None:
        self.begun, self.done = perf_counter(), 0
        asked = replace(self.problem.requirements, served_percent=None, served_percent_by={}, total_vnd=None)
        self.problem = replace(self.problem, requirements=asked)

    @property
    def left(self) -> float:
        """Seconds left."""
        return max(0.0, self.seconds - (perf_counter() - self.begun))

    @property
    def over(self) -> bool:
        """Whether to stop."""
        return self.left <= 0 or (self.cancelled is not None and self.cancelled())

    def for_total(self, budgets: Budgets, total: float, start: Solution) -> Solution | None:
        """Look quickly for the most that a total gives; None where nothing is found."""
        limits = Limits(self.share, self.gap_percent, cancelled=self.cancelled)
        before = {built.work: built.year for built in start.built}
        reached = budgets.answer(total, before, limits)
        if reached is None:
            return None
        solution = solution_of(budgets.facts, Aim.MOST_SERVED, reached, limits)
        if solution.gap_percent <= FAR_TIMES * self.gap_percent + 1e-6:
            self.count()
        return replace(solution, proof="")

    def nearer(self, answer: Solution) -> Solution:
        """Look again at an answer that is not as near to its bound as is asked, while time is left."""
        if self.over or answer.gap_percent <= self.gap_percent + 1e-6:
            return answer
        again = self.answer(Aim.MOST_SERVED, total=answer.cost_vnd, start=answer)
        return again if again.built and again.gap_percent < answer.gap_percent else answer

    @property
    def share(self) -> float:
        """Seconds for the next point."""
        return max(0.5, SHARES_A_POINT * self.left / max(1, self.points + 2 - self.done))

    @property
    def longest(self) -> float:
        """Seconds for an end of the curve, or for a point that is looked at again."""
        return min(self.share, self.left, END_PART * self.seconds)

    def count(self) -> None:
        """Count a point as done."""
        self.done += 1
        if self.told is not None:
            self.told(perf_counter() - self.begun, float(min(self.done, self.points)), float(self.points))

    def answer(
        self, aim: Aim, *, served: float | None = None, total: float | None = None, start: Solution | None = None
    ) -> Solution:
        """Solve for one point, within its share of the time left."""
        whole = sum(need.weight for need in self.problem.needs)
        percent = None if served is None or not whole else 100 * served / whole
        asked = replace(self.problem.requirements, served_percent=percent, total_vnd=total)
        solution = solve(
            replace(self.problem, requirements=asked),
            aim,
            seconds=self.share if total is not None and self.done < self.points else self.longest,
            gap_percent=self.gap_percent,
            start=start,
            cancelled=self.cancelled,
            tidy=False,
        )
        self.count()
        return solution


def as_points(problem: Problem, answers: Sequence[Solution]) -> list[CurvePoint]:
    """Give answers as points in order of cost, each cost once, with the hull marked."""
    whole = sum(need.weight for need in problem.needs)
    best: dict[float, Solution] = {}
    for answer in sorted(answers, key=lambda one: (one.cost_vnd, one.served_weight)):
        if not best or answer.served_weight > max(one.served_weight for one in best.values()):
            best[answer.cost_vnd] = answer
    hull = concave_hull([(cost, answer.served_weight) for cost, answer in best.items()])
    return [
        CurvePoint(
            cost,
            answer.served_weight,
            100 * answer.served_weight / whole if whole else 100.0,
            answer.gap_percent,
            (cost, answer.served_weight) in hull,
            capital_of(problem, answer),
        )
        for cost, answer in best.items()
    ]


def capital_of(problem: Problem, answer: Solution) -> float:
    """Give the capital of an answer's works and of the structures that they open, each once, đồng."""
    works = {work.id: work for work in problem.works}
    carriers = {structure.id: structure.capital_vnd for structure in problem.structures}
    built = [works[one.work] for one in answer.built]
    return sum(work.capital_vnd for work in built) + sum(carriers[name] for name in {work.structure for work in built})


def concave_hull(points: Sequence[tuple[float, float]]) -> set[tuple[float, float]]:
    """Give those of points (x ascending) that lie on their upper concave hull (Andrew's monotone chain, 1979).

    >>> sorted(concave_hull([(0, 0), (1, 5), (2, 6), (3, 10), (4, 11)]))
    [(0, 0), (1, 5), (3, 10), (4, 11)]
    """
    hull: list[tuple[float, float]] = []
    for point in points:
        while len(hull) >= 2 and _turns_left(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return set(hull)


def _turns_left(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0
