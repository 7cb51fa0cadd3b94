"""Most weight for a budget, and least cost for a share of the weight, each with a certified bound.

Two things go on in turn: a search for a better choice (`kernels.searching`), in rounds twice as long each time, and a
descent of prices that prove a bound (`kernels.bounding`, certified by `bounds`). The answer does not depend on the
clock but for when it is told to stop: the same seed and rounds give the same choice.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hatang.core.covering.bounds import MARGIN, least_bound, most_bound, reduced_worth
from hatang.core.covering.cover import Cover, CoverError
from hatang.core.covering.kernels.bounding import FIRST_LENGTH, LENGTH, Descent, descend
from hatang.core.covering.kernels.links import Links
from hatang.core.covering.kernels.searching import COST, LEAST_GAIN, SLACK, Aims, Tally, begin, drop, search, tally_of
from hatang.core.covering.reducing import Reduced, narrowed, reduced
from hatang.core.vietnamese import number

Told = Callable[[float, float, float], None]
"""Called now and then with seconds, the best value and the bound."""
DESCENT_STEPS = 100
"""Steps of the prices in one round of work."""
SHORTEST_STEP = 1e-3
"""Share of Polyak's step below which the prices have converged."""
SEARCH_STEPS = 500
"""Steps of the search in one round of work."""
FIRST_ROUND = 4
"""Rounds of work in which the search cools down the first time; then twice as many each time, up to 64 times."""
HOT, COLD = 0.1, 0.03
"""Heat at the beginning of a cooling, as a share of the gap or of what a chosen candidate covers or costs on average,
and at its end, as a share of that."""
LIKELY = 0.5
"""Share of a candidate in the relaxed problem from which it is taken when that is rounded."""
BREADTH, LEAST_BREADTH = 3, 50
"""Among how many candidates for each chosen one is searched at first, and how many besides."""
MOST_DROPPED, BLINK = 14, 0.3


@dataclass(frozen=True, eq=False)
class Covering:
    """A choice of candidates with its proof.

    `chosen` places in the cover, ascending; `covered_weight` and `cost` of the choice; `bound` the weight that nothing
    within the budget exceeds, or the cost that every choice with the share reaches; `gap_percent` how far the choice
    is from it, of the choice's value; `seconds` wall time, `rounds` of work.
    """

    chosen: NDArray[np.int64]
    covered_weight: float
    cost: float
    bound: float
    gap_percent: float
    seconds: float
    rounds: int


@dataclass(frozen=True)
class Limits:
    """When to stop: after so many seconds or rounds, at a gap, or when told to."""

    seconds: float
    gap_percent: float
    rounds: int | None = None
    cancelled: Callable[[], bool] | None = None
    begun: float = field(default_factory=time.perf_counter)

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.begun

    def reached(self, gap_percent: float, rounds: int) -> bool:
        """Tell whether to stop."""
        enough = gap_percent <= self.gap_percent or (self.rounds is not None and rounds >= self.rounds)
        return enough or self.spent >= self.seconds or (self.cancelled is not None and self.cancelled())


@dataclass(eq=False)
class Race:
    """A choice and its bound, getting nearer to each other round by round; what is free is not in it.

    `goal` is a budget, or (`partial`) a weight to cover. `best` is the best choice (k,), `value` its weight or cost,
    `bound` what is certified of it. `descent` is where the prices stand, `hunt` where the search does.
    """

    links: Links
    goal: float
    partial: bool
    seed: int
    descent: Descent
    best: NDArray[np.bool_]
    value: float
    bound: float
    hunt: Hunt | None = None
    rounds: int = 0
    coolings: int = 0

    @property
    def gap(self) -> float:
        """How far the choice is from the bound, at least 0."""
        return max(self.value - self.bound if self.partial else self.bound - self.value, 0.0)

    @property
    def known(self) -> float:
        """The best value such that more is better."""
        return -self.value if self.partial else self.value

    @property
    def converged(self) -> bool:
        """Whether the prices hardly move."""
        return bool(self.descent.pace[LENGTH] < SHORTEST_STEP)


@dataclass(eq=False)
class Hunt:
    """One cooling of the search: among which `candidates` (places), their `links`, and how far it has cooled down."""

    candidates: NDArray[np.int64]
    links: Links
    tally: Tally
    heat: float
    length: int
    done: int = 0


def begun_race(links: Links, goal: float, *, partial: bool, seed: int, start: Iterable[int]) -> Race:
    """Begin with the candidates that are given, as far as they fit, filled up by gain and cost."""
    prices = links.weights / np.diff(links.back_starts)
    shares = np.zeros(len(links.costs))
    descent = Descent(prices, prices.copy(), np.zeros(len(prices)), np.array([FIRST_LENGTH, 0.0, math.inf]), shares)
    nothing = np.zeros(len(links.costs), dtype=np.bool_)
    worst = math.inf if partial else -math.inf
    race = Race(links, goal, partial, seed, descent, nothing, worst, 0.0)
    race.bound = bound_of(race)
    given = nothing.copy()
    given[np.fromiter(start, dtype=np.int64)] = True
    for choice in (nothing, given) if given.any() else (nothing,):
        take(race, filled(race, choice, given.astype(np.float64)))
    return race


def filled(race: Race, chosen: NDArray[np.bool_], favour: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Fill a choice up by gain and cost; what exceeds a budget goes first, the least in favour (n,) before others."""
    tally = tally_of(race.links, chosen)
    for candidate in np.argsort(favour, kind="stable"):
        if race.partial or tally.sums[COST] <= race.goal * (1 + SLACK):
            break
        if tally.chosen[candidate]:
            drop(race.links, tally, candidate)
    begin(race.links, tally, aims_of(race.links, race.goal, partial=race.partial)._replace(blink=0.0))
    return np.asarray(tally.chosen, dtype=np.bool_)


def aims_of(links: Links, goal: float, *, partial: bool) -> Aims:
    """Tell the search what to look for."""
    close = goal * (1 - SLACK) if partial else goal * (1 + SLACK)
    return Aims(close, partial, LEAST_GAIN * float(links.weights.sum()), MOST_DROPPED, BLINK)


def take(race: Race, chosen: NDArray[np.bool_]) -> None:
    """Make a choice the best if it is better."""
    value = value_of(race, chosen)
    if value < race.value if race.partial else value > race.value:
        race.best, race.value = chosen.copy(), value


def value_of(race: Race, chosen: NDArray[np.bool_]) -> float:
    """Sum the cost or the covered weight of a choice exactly; no value at all where it does not keep to the goal."""
    links = race.links
    cost = math.fsum(links.costs[chosen])
    covered = np.zeros(len(links.weights), dtype=np.bool_)
    covered[links.points[np.repeat(chosen, np.diff(links.starts))]] = True
    weight = math.fsum(links.weights[covered])
    if race.partial:
        return cost if weight >= race.goal * (1 - MARGIN) else math.inf
    return weight if cost <= race.goal * (1 + MARGIN) else -math.inf


def bound_of(race: Race) -> float:
    """Certify the best prices."""
    prove = least_bound if race.partial else most_bound
    return prove(race.links, race.descent.best, race.goal)


def work_a_round(race: Race) -> None:
    """Descend and search for one round."""
    if not race.converged:
        descend(race.links, race.goal, race.partial, race.known, race.descent, DESCENT_STEPS)
        proven = bound_of(race)
        race.bound = max(race.bound, proven) if race.partial else min(race.bound, proven)
        shares = race.descent.shares
        take(race, filled(race, shares > LIKELY, shares))
    if race.hunt is None or race.hunt.done == race.hunt.length:
        race.hunt = begun_hunt(race)
        race.coolings += 1
    search_a_round(race, race.hunt)
    race.rounds += 1


def begun_hunt(race: Race) -> Hunt:
    """Begin a cooling with the best choice, among those candidates that the prices favour: wider each time."""
    count = max(int(race.best.sum()), 1)
    worth = reduced_worth(race.links, race.descent.best, race.goal, partial=race.partial)
    order = np.lexsort((-worth, -race.descent.shares, ~race.best))
    candidates = np.sort(order[: BREADTH * count * (1 + race.coolings // 2) + LEAST_BREADTH])
    links = narrowed(race.links, candidates)
    heat = min(race.value / count * HOT, race.gap * HOT)
    return Hunt(
        candidates, links, tally_of(links, race.best[candidates]), heat, FIRST_ROUND * 2 ** min(race.coolings, 6)
    )


def search_a_round(race: Race, hunt: Hunt) -> None:
    """Search on, one piece of a cooling."""
    hunt.tally = tally_of(hunt.links, hunt.tally.chosen)
    heats = [hunt.heat * COLD ** (step / hunt.length) for step in (hunt.done, hunt.done + 1)]
    found = np.zeros(len(hunt.candidates), dtype=np.bool_)
    aims = aims_of(hunt.links, race.goal, partial=race.partial)
    seed = (race.seed * 1_000_003 + race.rounds) % 2**32
    search(hunt.links, hunt.tally, aims, SEARCH_STEPS, (heats[0], heats[1]), seed, -race.known, found)
    if found.any():
        chosen = np.zeros(len(race.best), dtype=np.bool_)
        chosen[hunt.candidates[found]] = True
        take(race, chosen)
    hunt.done += 1


def most_covered(
    cover: Cover,
    budget: float,
    *,
    seconds: float,
    gap_percent: float,
    seed: int = 0,
    rounds: int | None = None,
    start: Iterable[int] = (),
    told: Told | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Covering:
    """Choose candidates that cover the most weight within a budget (maximum cover).

    `budget` at least 0, in the unit of the costs. Stops after so many `seconds` or `rounds`, at a certified gap of
    `gap_percent` of the covered weight, or when `cancelled` says so; `start` are candidates to begin with. `told` hears
    seconds, covered weight and bound after each round. Raises CoverError for a budget that is none.

    >>> from hatang.core.covering.cover import cover_of
    >>> cover = cover_of([2.0, 2.0, 3.0], [10.0, 8.0, 9.0], [[0], [1], [1, 2]])
    >>> answer = most_covered(cover, 5.0, seconds=1.0, gap_percent=0.0)
    >>> answer.chosen.tolist(), answer.covered_weight, answer.bound
    ([0, 2], 27.0, 27.0)
    """
    if not (math.isfinite(budget) and budget >= 0):
        raise CoverError(f"Ngân sách là {budget}; phải là số từ 0 trở lên.")
    limits = Limits(seconds, gap_percent, rounds, cancelled)
    return solved(cover, reduced(cover, budget * (1 + MARGIN)), budget, limits, start, told, partial=False, seed=seed)


def cheapest_cover(
    cover: Cover,
    share_percent: float,
    *,
    seconds: float,
    gap_percent: float,
    seed: int = 0,
    rounds: int | None = None,
    start: Iterable[int] = (),
    told: Told | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Covering:
    """Choose candidates that cover a share of all weight at the least cost (partial cover).

    `share_percent` 0 to 100, of all weight, whether or not a candidate covers it. Stops and tells as `most_covered`
    does, `told` with cost and bound. Raises CoverError for another share, or one that all candidates together miss.

    >>> from hatang.core.covering.cover import cover_of
    >>> cover = cover_of([2.0, 2.0, 3.0], [10.0, 8.0, 9.0], [[0], [1], [1, 2]])
    >>> answer = cheapest_cover(cover, 60.0, seconds=1.0, gap_percent=0.0)
    >>> answer.chosen.tolist(), answer.cost, answer.bound
    ([2], 3.0, 3.0)
    """
    if not 0 <= share_percent <= 100:
        raise CoverError(f"Tỷ lệ cần phủ là {share_percent} %; phải từ 0 đến 100.")
    core = reduced(cover)
    total = math.fsum(cover.weights)
    need = total * share_percent / 100
    if core.reach < need * (1 - MARGIN):
        raise CoverError(
            f"Không phủ được {number(share_percent, 2)} %: mọi vị trí cùng nhau chỉ phủ được "
            f"{number(core.reach / total * 100, 2)} %."
        )
    limits = Limits(seconds, gap_percent, rounds, cancelled)
    return solved(cover, core, min(need, core.reach), limits, start, told, partial=True, seed=seed)


def solved(
    cover: Cover,
    core: Reduced,
    goal: float,
    limits: Limits,
    start: Iterable[int],
    told: Told | None,
    *,
    partial: bool,
    seed: int,
) -> Covering:
    """Race until a limit is reached, and put what is free back in."""
    left = goal - core.free_weight if partial else goal
    if not len(core.candidates) or (partial and left <= 0):
        return covering_of(cover, core.free, core.free_weight if not partial else 0.0, limits, partial=partial)
    given = np.flatnonzero(np.isin(core.candidates, np.fromiter(start, dtype=np.int64)))
    race = begun_race(core.links, left, partial=partial, seed=seed, start=given)
    base = 0.0 if partial else core.free_weight
    while not limits.reached(gap_percent(race.gap, race.value + base), race.rounds):
        work_a_round(race)
        if told:
            told(limits.spent, race.value + base, race.bound + base)
    chosen = np.sort(np.concatenate([core.free, core.candidates[race.best]]))
    return covering_of(cover, chosen, race.bound + base, limits, partial=partial, rounds=race.rounds)


def covering_of(
    cover: Cover, chosen: NDArray[np.int64], bound: float, limits: Limits, *, partial: bool, rounds: int = 0
) -> Covering:
    """Sum a choice up; rounding never puts it on the wrong side of its bound."""
    weight, cost = cover.covered_weight(chosen), cover.cost_of(chosen)
    value = cost if partial else weight
    bound = min(bound, value) if partial else max(bound, value)
    return Covering(chosen, weight, cost, bound, gap_percent(abs(bound - value), value), limits.spent, rounds)


def gap_percent(gap: float, value: float) -> float:
    """Give a gap as a share of a value, in percent; no gap of nothing is 0.

    >>> gap_percent(1.0, 50.0), gap_percent(0.0, 0.0)
    (2.0, 0.0)
    """
    if gap <= 0:
        return 0.0
    return 100 * gap / value if value > 0 else math.inf
