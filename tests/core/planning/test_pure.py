"""Problems that ask for cover alone: the search agrees with the program, and takes what is too large for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.planning import pure
from hatang.core.planning.problem import (
    Aim,
    Horizon,
    Need,
    Problem,
    Requirements,
    Solution,
    State,
    Structure,
    Wish,
    Work,
)
from hatang.core.planning.solving import solve

HORIZON = Horizon(2026, 2028, 7, 7)


def scattered(works: int, needs: int, seed: int, asked: Requirements) -> Problem:
    random = np.random.default_rng(seed)
    people = random.integers(1, 50, needs)
    served = random.random(needs) < 0.2
    return Problem(
        tuple(
            Need(f"n{k}", float(people[k]), served_by=frozenset({"A"}) if served[k] else frozenset())
            for k in range(needs)
        ),
        tuple(Structure(f"s{k}", 1e6 * random.integers(0, 900)) for k in range(works)),
        tuple(
            Work(
                f"w{k}",
                f"s{k}",
                "A",
                "4G",
                1e6 * random.integers(100, 900),
                1e6 * random.integers(0, 60),
                tuple(f"n{m}" for m in np.flatnonzero(random.random(needs) < 0.25)),
                wish=Wish.FORBIDDEN if random.random() < 0.1 else Wish.FREE,
            )
            for k in range(works)
        ),
        HORIZON,
        asked,
    )


def both(problem: Problem, aim: Aim) -> tuple[Solution, Solution]:
    assert pure.is_pure(problem, aim)
    return (
        pure.solve_pure(problem, aim, seconds=0.2, gap_percent=0.0),
        solve(problem, aim, seconds=30, gap_percent=0.0),
    )


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), percent=st.sampled_from([30.0, 80.0, 95.0, 100.0]))
def test_the_least_cost_lies_between_the_bound_and_the_answer(seed: int, percent: float) -> None:
    problem = scattered(8, 12, seed, Requirements(served_percent=percent))
    searched, proven = both(problem, Aim.LEAST_COST)
    if proven.state is State.INFEASIBLE:
        assert searched.state is State.INFEASIBLE
        return
    assert searched.bound <= proven.objective * (1 + 1e-6)
    assert searched.objective >= proven.objective * (1 - 1e-6)
    whole = sum(need.weight for need in problem.needs)
    assert searched.served_weight >= percent / 100 * whole * (1 - 1e-6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), total=st.floats(0, 3000))
def test_the_most_people_lie_between_the_answer_and_the_bound(seed: int, total: float) -> None:
    searched, proven = both(scattered(8, 12, seed, Requirements(total_vnd=total)), Aim.MOST_SERVED)
    assert searched.objective <= proven.objective + 1e-6 * (1 + proven.objective)
    assert searched.bound >= proven.objective - 1e-6 * (1 + proven.objective)
    assert searched.cost_vnd <= total * (1 + 1e-6)


def test_what_asks_for_more_is_not_pure() -> None:
    plain = scattered(8, 12, 1, Requirements(served_percent=80))
    assert not pure.is_pure(plain, Aim.MOST_SERVED)
    for asked in (
        Requirements(served_percent=80, least_operators=2),
        Requirements(served_percent=80, least_percent_in_area=10),
        Requirements(served_percent=80, total_vnd=1.0),
        Requirements(served_percent=80, apart=frozenset({("s0", "s1")})),
        Requirements(served_percent=80, budget_vnd={}),
    ):
        assert not pure.is_pure(replace(plain, requirements=asked), Aim.LEAST_COST)
    works = tuple(replace(work, structure="s0") for work in plain.works)
    assert pure.is_pure(replace(plain, structures=(Structure("s0"),), works=works), Aim.LEAST_COST)
    assert not pure.is_pure(replace(plain, structures=(Structure("s0", 5.0),), works=works), Aim.LEAST_COST)


def test_a_large_problem_goes_to_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pure, "MANY_PAIRS", 10)
    answer = solve(scattered(40, 80, 3, Requirements(served_percent=90)), Aim.LEAST_COST, seconds=5, gap_percent=20.0)
    assert answer.solver == pure.SOLVER
    assert answer.state is State.PROVEN
