"""The cover's answers are right by brute force and by HiGHS, and what it certifies is never wrong."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hatang.core.covering.bounds import least_bound, most_bound
from hatang.core.covering.cover import Cover, CoverError, cover_of
from hatang.core.covering.instances import scattered_cover
from hatang.core.covering.reducing import narrowed, reduced
from hatang.core.covering.solving import Covering, cheapest_cover, most_covered

ROUNDS = 3


@st.composite
def small_covers(draw: st.DrawFn) -> Cover:
    """Up to 8 candidates and 12 points, many alike, some free, some of no weight, some covered by nobody."""
    demand = draw(st.integers(1, 12))
    points = st.lists(st.integers(0, demand - 1), max_size=8)
    covers = draw(st.lists(points, min_size=1, max_size=8))
    cost = st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0, 2.5]) | st.floats(0.01, 9)
    weight = st.sampled_from([0.0, 1.0, 2.0]) | st.floats(0, 1e6)
    costs = draw(st.lists(cost, min_size=len(covers), max_size=len(covers)))
    return cover_of(costs, draw(st.lists(weight, min_size=demand, max_size=demand)), covers)


def choices(cover: Cover) -> list[tuple[float, float]]:
    """Weight and cost of every choice."""
    every = range(len(cover.costs))
    sets = itertools.chain.from_iterable(itertools.combinations(every, k) for k in range(len(cover.costs) + 1))
    return [(cover.covered_weight(chosen), cover.cost_of(chosen)) for chosen in sets]


def most(cover: Cover, budget: float, rounds: int = ROUNDS, **more: object) -> Covering:
    return most_covered(cover, budget, seconds=60, gap_percent=0, rounds=rounds, **more)  # type: ignore[arg-type]


def cheapest(cover: Cover, share_percent: float, rounds: int = ROUNDS, **more: object) -> Covering:
    return cheapest_cover(cover, share_percent, seconds=60, gap_percent=0, rounds=rounds, **more)  # type: ignore[arg-type]


@given(small_covers(), st.floats(0, 10) | st.sampled_from([0.1, 0.3, 0.6, 1.0]))
@settings(max_examples=40, deadline=None)
def test_nothing_within_the_budget_covers_more_than_the_bound(cover: Cover, budget: float) -> None:
    answer = most(cover, budget)
    best = max(weight for weight, cost in choices(cover) if cost <= budget * (1 + 1e-9))
    assert answer.covered_weight == cover.covered_weight(answer.chosen)
    assert answer.cost == cover.cost_of(answer.chosen) <= budget * (1 + 1e-9)
    assert answer.covered_weight <= best * (1 + 1e-12) <= answer.bound * (1 + 2e-12)


@given(small_covers(), st.floats(0, 100) | st.sampled_from([50.0, 100.0]))
@settings(max_examples=40, deadline=None)
def test_nothing_with_the_share_costs_less_than_the_bound(cover: Cover, share_percent: float) -> None:
    need = sum(cover.weights) * share_percent / 100
    enough = [cost for weight, cost in choices(cover) if weight >= need * (1 - 1e-9)]
    if not enough:
        with pytest.raises(CoverError):
            cheapest(cover, share_percent)
        return
    answer = cheapest(cover, share_percent)
    assert answer.cost == cover.cost_of(answer.chosen)
    assert cover.covered_weight(answer.chosen) >= need * (1 - 2e-9)
    assert answer.bound * (1 - 1e-12) <= min(enough) <= answer.cost * (1 + 1e-12)


@given(small_covers(), st.data())
@settings(max_examples=40, deadline=None)
def test_any_prices_prove_a_bound_and_the_bounds_make_a_hull(cover: Cover, data: st.DataObject) -> None:
    """The proof does not lean on the descent; as a curve over budgets it bends one way only, above every choice."""
    core = reduced(cover)
    links = core.links
    if not len(links.costs):
        return
    size = len(links.weights)
    prices = links.weights * data.draw(st.lists(st.floats(-0.5, 1.5), min_size=size, max_size=size))
    every = choices(cover)
    for weight, cost in every:
        assert weight - core.free_weight <= most_bound(links, prices, cost) * (1 + 1e-9) + 1e-9
        assert least_bound(links, prices, weight - core.free_weight) <= cost * (1 + 1e-9)
    low, middle, high = (most_bound(links, prices, budget) for budget in (1.0, 2.0, 3.0))
    assert middle >= (low + high) / 2 * (1 - 1e-8) - 1


@given(small_covers(), st.floats(0, 10), st.floats(0, 5))
@settings(max_examples=40, deadline=None)
def test_what_is_known_of_a_smaller_budget_is_not_lost_with_a_larger(cover: Cover, budget: float, more: float) -> None:
    small = most(cover, budget)
    large = most(cover, budget + more, start=small.chosen)
    assert large.covered_weight >= small.covered_weight * (1 - 1e-12)


@given(small_covers())
@settings(max_examples=40, deadline=None)
def test_a_reduced_cover_covers_the_same(cover: Cover) -> None:
    core = reduced(cover)
    for chosen in itertools.combinations(range(len(core.candidates)), 2):
        links = narrowed(core.links, np.array(chosen))
        whole = [*core.free, *core.candidates[list(chosen)]]
        assert links.weights.sum() + core.free_weight == pytest.approx(cover.covered_weight(whole))


@pytest.fixture(scope="module")
def scattered() -> Cover:
    return scattered_cover(100, 700, seed=3)


def proven_by_highs(cover: Cover, goal: float, *, partial: bool) -> float:
    """The optimum as HiGHS proves it, from a model written on its own."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)  # one number for all solvers of a process
    highs.setOptionValue("mip_rel_gap", 0.0)
    opened = [highs.addBinary() for _ in cover.costs]
    served = [highs.addVariable(0, 1) for _ in cover.weights]
    covering: list[list[int]] = [[] for _ in cover.weights]
    for candidate in range(len(cover.costs)):
        for point in set(cover.points[cover.starts[candidate] : cover.starts[candidate + 1]].tolist()):
            covering[point].append(candidate)
    for point, candidates in enumerate(covering):
        highs.addConstr(served[point] <= sum((opened[j] for j in candidates), start=highspy.highs_linear_expression()))
    cost = sum(float(c) * x for c, x in zip(cover.costs, opened, strict=True))
    weight = sum(float(w) * y for w, y in zip(cover.weights, served, strict=True))
    highs.addConstr(weight >= goal if partial else cost <= goal)
    highs.minimize(cost) if partial else highs.maximize(weight)
    return float(highs.getInfo().objective_function_value)


def test_near_the_optimum_of_another_solver(scattered: Cover) -> None:
    budget = 0.2 * scattered.costs.sum()
    optimum, answer = proven_by_highs(scattered, budget, partial=False), most(scattered, budget, rounds=20)
    assert 0.998 * optimum <= answer.covered_weight <= optimum + 1e-6 <= answer.bound + 2e-6
    assert answer.gap_percent < 1
    need = 0.9 * scattered.weights.sum()
    optimum, answer = proven_by_highs(scattered, need, partial=True), cheapest(scattered, 90, rounds=20)
    assert answer.bound <= optimum + 1e-6 <= answer.cost + 2e-6 <= 1.01 * optimum
    assert answer.gap_percent < 2


@pytest.mark.parametrize(("solve", "goal"), [(most, 12.0), (cheapest, 85.0)])
def test_the_same_seed_gives_the_same_and_the_search_beats_the_first_choice(
    scattered: Cover, solve: Callable[..., Covering], goal: float
) -> None:
    first, one, other = solve(scattered, goal, 0), solve(scattered, goal, 10), solve(scattered, goal, 10)
    assert one.chosen.tolist() == other.chosen.tolist()
    assert one.bound == other.bound
    assert one.gap_percent < first.gap_percent
    assert one.covered_weight > first.covered_weight if solve is most else one.cost < first.cost


def test_a_warm_start_is_kept_to(scattered: Cover) -> None:
    good = most(scattered, 12.0, 20)
    assert most(scattered, 12.0, 0, start=good.chosen).covered_weight >= good.covered_weight
    assert most(scattered, 8.0, 0, start=good.chosen).cost <= 8.0 * (1 + 1e-9)


def test_progress_is_told_and_can_be_stopped(scattered: Cover) -> None:
    heard: list[tuple[float, float, float]] = []
    answer = most(scattered, 12.0, 50, told=lambda *news: heard.append(news), cancelled=lambda: len(heard) == 4)
    values: NDArray[np.float64] = np.array(heard)
    assert answer.rounds == len(heard) == 4
    assert (np.diff(values[:, 1]) >= 0).all()
    assert (np.diff(values[:, 2]) <= 0).all()
    assert (answer.covered_weight, answer.bound) == tuple(values[-1, 1:])
    assert most_covered(scattered, 12.0, seconds=0, gap_percent=0).rounds == 0
    assert most_covered(scattered, 12.0, seconds=60, gap_percent=20).rounds == 0 or answer.gap_percent < 20


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"costs": np.array([1.0, -2.0])}, "Chi phí của vị trí thứ 2 là -2.0"),
        ({"weights": np.array([1.0, np.nan, 1.0])}, "Trọng số của điểm thứ 2"),
        ({"starts": np.array([0, 3, 2])}, "không khớp"),
        ({"starts": np.array([0, 5])}, "không khớp"),
        ({"points": np.array([0, 1, 9], dtype=np.int32), "starts": np.array([0, 1, 3])}, "từ 0 đến 2"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, NDArray[np.float64]], said: str) -> None:
    good = {
        "costs": np.ones(2),
        "weights": np.ones(3),
        "starts": np.array([0, 1, 3]),
        "points": np.array([0, 1, 2], dtype=np.int32),
    }
    assert most(Cover(**good), 2.0).covered_weight == 3  # type: ignore[arg-type]
    with pytest.raises(CoverError, match=said):
        Cover(**{**good, **change})  # type: ignore[arg-type]


def test_goals_that_cannot_be_are_refused() -> None:
    cover = cover_of([1.0], [3.0, 1.0], [[0]])
    with pytest.raises(CoverError, match="Không phủ được 80 %: mọi vị trí cùng nhau chỉ phủ được 75 %"):
        cheapest(cover, 80)
    with pytest.raises(CoverError, match="phải từ 0 đến 100"):
        cheapest(cover, 101)
    with pytest.raises(CoverError, match="phải là số từ 0"):
        most(cover, float("nan"))
