"""Which assumption moves the answer: each is taken at its lowest and highest, the problem solved again at both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

from hatang.core.planning.engine import Cancelled, Told
from hatang.core.planning.problem import Aim, Problem, Solution
from hatang.core.planning.solving import solve

Ranges = Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Swing:
    """What an assumption at its lowest and at its highest makes of the answer, all others as assumed.

    `changed_works_…` counts works that are built in one of the two answers and not in the other: an assumption that
    moves the cost but no work is no reason to decide otherwise. A cost is NaN where that end is impossible.
    """

    item: str
    low_cost_vnd: float
    high_cost_vnd: float
    base_cost_vnd: float
    changed_works_low: int
    changed_works_high: int
    low_served_weight: float
    high_served_weight: float
    base_served_weight: float


def tornado(
    build: Callable[[Mapping[str, float]], Problem],
    ranges: Ranges,
    *,
    seconds: float,
    gap_percent: float,
    aim: Aim = Aim.LEAST_COST,
    told: Told | None = None,
    cancelled: Cancelled | None = None,
) -> list[Swing]:
    """Solve at the base and at both ends of each range (item: low, base, high); the widest swing first.

    `build` makes the problem from values by item. `told` hears (seconds, solved, to solve). Cancelled, or out of time,
    it gives the items that are done.
    """
    begun, many = perf_counter(), 2 * len(ranges) + 1
    base_values = {item: base for item, (_, base, _) in ranges.items()}
    solved = 0

    def answer(values: Mapping[str, float], start: Solution | None) -> Solution:
        nonlocal solved
        left = seconds - (perf_counter() - begun)
        share = max(0.5, 2 * left / (many - solved))
        solution = solve(build(values), aim, seconds=share, gap_percent=gap_percent, start=start, cancelled=cancelled)
        solved += 1
        if told is not None:
            told(perf_counter() - begun, float(solved), float(many))
        return solution

    base = answer(base_values, None)
    swings = []
    for item, (low, _, high) in ranges.items():
        if (cancelled is not None and cancelled()) or perf_counter() - begun > seconds:
            break
        ends = [answer({**base_values, item: value}, base) for value in (low, high)]
        swings.append(_swing(item, ends[0], ends[1], base))
    return sorted(swings, key=lambda swing: -_width(swing, aim))


def _swing(item: str, low: Solution, high: Solution, base: Solution) -> Swing:
    works = {built.work for built in base.built}
    changed_low, changed_high = (len(works ^ {built.work for built in end.built}) for end in (low, high))
    return Swing(
        item,
        low.objective if low.aim is Aim.LEAST_COST else low.cost_vnd,
        high.objective if high.aim is Aim.LEAST_COST else high.cost_vnd,
        base.cost_vnd,
        changed_low,
        changed_high,
        low.served_weight,
        high.served_weight,
        base.served_weight,
    )


def _width(swing: Swing, aim: Aim) -> float:
    if aim is Aim.MOST_SERVED:
        return abs(swing.high_served_weight - swing.low_served_weight)
    width = abs(swing.high_cost_vnd - swing.low_cost_vnd)
    return float("inf") if width != width else width
