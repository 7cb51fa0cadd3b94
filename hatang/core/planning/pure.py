"""Problems that ask for cover and nothing else, answered by `core.covering`, at sizes where programs take too long.

Nothing else: one operator suffices, money is no bound or one bound on the whole, no fairness, priorities, sharing,
spacing, interim shares or fixed works, and no two works share the price of a structure. Each work then costs what it
costs in its cheapest year, and which others are built does not matter.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from hatang.core.planning.money import present_cost_vnd
from hatang.core.planning.problem import Aim, Built, Need, Problem, Solution, State, Wish, Work

if TYPE_CHECKING:
    from hatang.core.covering.cover import Cover

MANY_PAIRS = 100_000
"""So many works and needs that they serve make a problem large: from there the search proves sooner than a program."""
SOLVER = "phủ bằng tìm kiếm và giá đối ngẫu (core.covering)"
Told = Callable[[float, float | None, float | None], None]


def is_pure(problem: Problem, aim: Aim) -> bool:
    """Tell whether a problem asks for cover alone."""
    asked = problem.requirements
    plain = (
        asked.least_operators == 1
        and asked.budget_vnd is None
        and asked.least_percent_in_area is None
        and asked.shared_percent is None
        and not (asked.served_percent_by or asked.least_percent_of_group or asked.apart or problem.reuse_first)
    )
    bound = asked.served_percent if aim is Aim.LEAST_COST else asked.total_vnd
    other = asked.total_vnd if aim is Aim.LEAST_COST else asked.served_percent
    return plain and bound is not None and other is None and not _tied(problem)


def _tied(problem: Problem) -> bool:
    """Whether works are fixed, or share the price of a structure."""
    priced = {one.id for one in problem.structures if one.capital_vnd or one.yearly_vnd}
    carried = Counter(work.structure for work in problem.works if work.wish is not Wish.FORBIDDEN)
    fixed = any(work.wish is Wish.FIXED for work in problem.works)
    return fixed or any(carried[structure] > 1 for structure in priced)


def is_large(problem: Problem) -> bool:
    """Tell whether the search is worth while."""
    return sum(len(work.serves) for work in problem.works) >= MANY_PAIRS


def solve_pure(
    problem: Problem,
    aim: Aim,
    *,
    seconds: float,
    gap_percent: float,
    told: Told | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """Answer a pure problem (see `is_pure`) as `solve` does; State.INFEASIBLE where all works miss the share."""
    from hatang.core.covering.solving import cheapest_cover, most_covered  # compiled; few need it, all would load it

    begun = time.perf_counter()
    works = [work for work in problem.works if work.wish is not Wish.FORBIDDEN]
    left = [need for need in problem.needs if not need.served_by]
    years, costs = _cheapest_years(problem, works)
    cover = _cover(works, left, costs)
    today = math.fsum(need.weight for need in problem.needs if need.served_by)
    goal = _goal(problem, aim, today, math.fsum(need.weight for need in left))
    if aim is Aim.LEAST_COST:
        if goal > 100 or math.fsum(cover.weights[np.unique(cover.points)]) < goal / 100 * math.fsum(cover.weights):
            return _impossible(aim, time.perf_counter() - begun)
        found = cheapest_cover(cover, goal, seconds=seconds, gap_percent=gap_percent, told=told, cancelled=cancelled)
        objective, bound = found.cost, min(found.bound, found.cost)
    else:
        found = most_covered(cover, goal, seconds=seconds, gap_percent=gap_percent, told=told, cancelled=cancelled)
        objective, bound = today + found.covered_weight, today + max(found.bound, found.covered_weight)
    gap = 100 * abs(objective - bound) / objective if objective else 0.0
    seen = cover.covered(found.chosen)
    served = [need.id for need in problem.needs if need.served_by]
    return Solution(
        aim=aim,
        state=State.PROVEN if gap <= gap_percent + 1e-6 else State.STOPPED,
        built=tuple(Built(works[k].id, years[k], {}) for k in found.chosen.tolist()),
        served=(*served, *(need.id for need, covered in zip(left, seen, strict=True) if covered)),
        served_weight=today + found.covered_weight,
        cost_vnd=found.cost,
        objective=objective,
        bound=bound,
        gap_percent=gap,
        seconds=time.perf_counter() - begun,
        solver=SOLVER,
    )


def _cheapest_years(problem: Problem, works: list[Work]) -> tuple[list[int], list[float]]:
    carriers = {one.id: one for one in problem.structures}
    years, costs = [], []
    for work in works:
        carrier = carriers[work.structure]
        capital, yearly = work.capital_vnd + carrier.capital_vnd, work.yearly_vnd + carrier.yearly_vnd
        by_year = {year: present_cost_vnd(capital, yearly, year, problem.horizon) for year in problem.horizon.years}
        years.append(min(by_year, key=lambda year: (by_year[year], -year)))
        costs.append(by_year[years[-1]])
    return years, costs


def _cover(works: list[Work], needs: list[Need], costs: list[float]) -> Cover:
    from hatang.core.covering.cover import Cover

    places = {need.id: k for k, need in enumerate(needs)}
    covers = [[places[name] for name in work.serves if name in places] for work in works]
    starts = np.concatenate([[0], np.cumsum([len(points) for points in covers])]).astype(np.int64)
    points = np.fromiter((point for some in covers for point in some), dtype=np.int32, count=int(starts[-1]))
    weights = np.array([need.weight for need in needs], dtype=np.float64)
    return Cover(np.array(costs, dtype=np.float64), weights, starts, points)


def _goal(problem: Problem, aim: Aim, today: float, left: float) -> float:
    """The budget, đồng; or the share of what is not served today, percent (0 where today suffices)."""
    asked = problem.requirements
    if aim is Aim.MOST_SERVED:
        return float(asked.total_vnd or 0.0)
    missing = (asked.served_percent or 0.0) / 100 * (today + left) - today
    if missing <= 0:
        return 0.0
    return 100 * missing / left if left else math.inf


def _impossible(aim: Aim, seconds: float) -> Solution:
    return Solution(
        aim=aim,
        state=State.INFEASIBLE,
        built=(),
        served=(),
        served_weight=0.0,
        cost_vnd=0.0,
        objective=math.nan,
        bound=0.0,
        gap_percent=math.inf,
        seconds=seconds,
        solver=SOLVER,
    )
