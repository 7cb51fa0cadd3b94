"""Cuts: no plan that keeps to what is asked is cut off, whatever the objective; of halves of works none is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatang.core.planning.answers import opened_in, operators_at, served_needs
from hatang.core.planning.cuts import round_floors, tightened
from hatang.core.planning.engine import Limits, Relaxation
from hatang.core.planning.facts import Facts
from hatang.core.planning.model import Model, build_model
from hatang.core.planning.odd_cuts import WholeRows
from hatang.core.planning.problem import Aim, Need, Problem
from tests.core.planning.small import Choice, allowed_choices, problem, problems, tangles, work

ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PRICES = st.lists(st.integers(-3, 12), min_size=1, max_size=30)


@ANY
@given(problems() | tangles(), st.lists(PRICES, min_size=1, max_size=3))
def test_no_plan_is_cut_off_whatever_the_objective(one: Problem, objectives: list[list[int]]) -> None:
    model = build_model(one, Aim.LEAST_COST, grouped=len(Facts(one).years) > 1)
    round_floors(model)
    rows = len(model.program.rows)
    for prices in objectives:
        tighten(model, prices)
    cuts = [number for number in range(len(model.program.rows)) if number >= rows or is_floor(model, number)]
    for choice in allowed_choices(one) if cuts else ():
        values = whole_values(model, choice)
        for number in cuts:
            reached = sum(factor * values[column] for column, factor in model.program.terms_of(number))
            assert reached >= model.program.row_low[number] - 1e-6


def is_floor(model: Model, number: int) -> bool:
    return model.program.rows[number][0] in ("share", "area", "group")


def tighten(model: Model, prices: list[int]) -> None:
    """Find cuts where works and structures cost these prices, one after the other."""
    columns = [*model.built.values(), *model.opened.values(), *model.served.values()]
    model.program.minimise([(column, float(prices[n % len(prices)])) for n, column in enumerate(columns)])
    relaxation, limits = Relaxation(model.program), Limits(20, 0)
    relaxed = relaxation.solve(limits)
    if relaxed is not None and not relaxed.infeasible:
        tightened(model, relaxation, relaxed, limits)


def whole_values(model: Model, choice: Choice) -> dict[int, float]:
    """What a choice is in whole columns: all that follow from the works that it builds."""
    facts, last = model.facts, model.facts.years[-1]
    served = {need.id for need in served_needs(facts, choice)}
    opened, at = opened_in(facts, choice), operators_at(facts, choice, last)
    sites = {(facts.works[name].operator, facts.works[name].structure) for name in choice if facts.works[name].new_site}
    values = {column: name in choice for name, column in model.built.items()}
    values |= {column: name in opened for name, column in model.opened.items()}
    values |= {column: any(name in choice for name in works) for works, column in model.any_of.items()}
    values |= {column: facts.demands[number].needs[0] in served for number, column in model.served.items()}
    values |= {column: pair in sites for pair, column in model.site.items()}
    values |= {column: by in at[facts.demands[number].needs[0]] for (number, by, _), column in model.served_by.items()}
    return {column: float(value) for column, value in values.items()}


@ANY
@given(tangles(), PRICES)
def test_what_is_found_at_a_point_cuts_it_off(one: Problem, prices: list[int]) -> None:
    model = build_model(one, Aim.LEAST_COST)
    columns = [*model.built.values(), *model.served.values()]
    model.program.minimise([(column, float(prices[n % len(prices)])) for n, column in enumerate(columns)])
    relaxed = Relaxation(model.program).solve(Limits(20, 0))
    if relaxed is not None and not relaxed.infeasible:
        for cut in WholeRows(model.program).cuts(relaxed.values):
            assert sum(factor * relaxed.values[column] for column, factor in cut.terms) < cut.low - 0.01


def bound_of(one: Problem) -> tuple[float, float]:
    """The relaxed problem's bound without and with cuts, million đồng."""
    model = build_model(one, Aim.LEAST_COST)
    relaxation, limits = Relaxation(model.program), Limits(20, 0)
    relaxed = relaxation.solve(limits)
    assert relaxed is not None
    return relaxed.objective, tightened(model, relaxation, relaxed, limits).objective


def test_of_three_works_that_meet_in_pairs_two_are_needed() -> None:
    one = problem("pqr", [work("w1", "pq", 10), work("w2", "qr", 10), work("w3", "pr", 10)], served_percent=100.0)
    loose, tight = bound_of(one)
    assert tight == pytest.approx(4 / 3 * loose)


def test_what_weighs_more_than_may_be_left_out_is_served() -> None:
    """Được bỏ 2 trong 10 người: thôn 3 người phải được phục vụ; không có lát cắt thì chỉ tính một phần ba trạm."""
    one = problem("pqrs", [work("w1", "p", 30), *(work(f"w-{n}", n, 1) for n in "qrs")], served_percent=80.0)
    weights = {"p": 3.0, "q": 3.0, "r": 2.0, "s": 2.0}
    one = replace(one, needs=tuple(Need(letter, weight) for letter, weight in weights.items()))
    loose, tight = bound_of(one)
    assert tight == pytest.approx(32 / (10 + 3) * loose, rel=0.2)
    assert tight > 2 * loose


def test_half_a_village_more_is_a_village_more() -> None:
    one = problem("pqr", [work("w1", "p", 10), work("w2", "q", 10), work("w3", "r", 10)], served_percent=50.0)
    model = build_model(one, Aim.LEAST_COST)
    round_floors(model)
    (asked,) = model.asked
    assert model.program.row_low[asked.row] == pytest.approx(2, abs=1e-5)
    assert np.isclose(asked.amount, 1.5)
