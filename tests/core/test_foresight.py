"""Where short series go: by a written rule, with honest intervals, better than saying that nothing changes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.foresight_backtest import trials_alone, trials_together
from benchmarks.gso_series import read_items
from hatang.core.foresight.backtesting import score_of
from hatang.core.foresight.borrowing import borrow, project_together
from hatang.core.foresight.projecting import LONG, Method, Step, chance_of, needed_gain, project

YEARS = [2022.0, 2023.0, 2024.0, 2025.0]
shares = st.lists(st.floats(0, 100), min_size=1, max_size=9)


def test_the_method_follows_the_number_of_points_and_the_unit() -> None:
    rising = [40.0, 43.0, 47.0, 50.0]
    methods = [project(YEARS[:n], rising[:n], [2027.0], least=0, most=100).method for n in (1, 2, 3, 4)]
    assert methods == [Method.HELD, Method.SCENARIO, Method.DRIFT, Method.DRIFT]
    assert project(YEARS, [88.0, 92, 95, 97], [2027.0], least=0, most=100).method == Method.LOGIT
    assert project(YEARS, [88.0, 92, 95, 97], [2027.0], least=0).method == Method.DRIFT
    assert project(YEARS, [5.0] * 4, [2027.0]).method == Method.UNCHANGED


def test_a_long_series_says_itself_how_its_trend_fades() -> None:
    """A straight line with a little noise goes on nearly straight."""
    levels = [10.0 + 2 * n + (0.3 if n % 3 == 0 else -0.2) for n in range(LONG)]
    course = project(list(range(2000, 2000 + LONG)), levels, [2000.0 + LONG, 2002.0 + LONG])
    assert course.method == Method.DAMPED
    assert levels[-1] < course.middle[0] < course.middle[1] < levels[-1] + 8
    assert course.low[1] < course.middle[1] < course.high[1]


def test_few_points_give_scenarios_and_no_chance() -> None:
    course = project(YEARS[:2], [50.0, 54.0], [2024.0], least=0, most=100)
    assert (course.low[0], course.middle[0], course.high[0]) == (54.0, 58.0, 62.0)
    assert chance_of(course, 0, 55.0) is None


def test_three_points_are_unsure_and_more_are_surer() -> None:
    """The same pace and noise: one degree of freedom asks for a much wider interval than four."""
    noisy = [10.0, 12.5, 14.0, 16.5, 18.0, 20.5]
    short, full = (project(range(2020, 2020 + n), noisy[:n], [2020.0 + n]) for n in (3, 6))
    assert float(short.high[0] - short.low[0]) > 1.5 * float(full.high[0] - full.low[0])


@given(shares, st.floats(0, 100))
def test_shares_stay_within_their_ends_and_chances_fall_as_goals_rise(values: list[float], goal: float) -> None:
    times = [2010.0 + n for n in range(len(values))]
    course = project(times, values, [2020.0, 2025.0], least=0, most=100)
    for ends in (course.low, course.middle, course.high):
        assert np.all((ends >= 0) & (ends <= 100))
    assert np.all(course.low <= course.middle + 1e-9)
    assert np.all(course.middle <= course.high + 1e-9)
    chances = [chance_of(course, 1, g) for g in (goal / 2, goal, (goal + 100) / 2)]
    if course.has_chance:
        assert all(0 <= b <= a <= 1 for a, b in pairwise(chances))  # type: ignore[operator]
        assert chance_of(course, 1, goal, lower=True) == pytest.approx(1 - (chance_of(course, 1, goal) or 0))


def test_works_raise_the_middle_but_not_the_low_end_and_are_not_added_to_the_trend() -> None:
    plain = project(YEARS, [60.0, 63.0, 67.0, 70.0], [2027.0, 2029.0], least=0, most=100)
    small = project(YEARS, [60.0, 63.0, 67.0, 70.0], [2027.0, 2029.0], least=0, most=100, steps=[Step(2026.5, 1)])
    large = project(YEARS, [60.0, 63.0, 67.0, 70.0], [2027.0, 2029.0], least=0, most=100, steps=[Step(2028.5, 15)])
    assert small.middle.tolist() == plain.middle.tolist()
    assert large.middle[0] == plain.middle[0]
    assert large.middle[1] == pytest.approx(85)
    assert large.low.tolist() == plain.low.tolist()
    assert chance_of(large, 1, 84.0) > 0.5 > chance_of(plain, 1, 84.0)  # type: ignore[operator]


def test_borrowing_agrees_with_statsmodels() -> None:
    """The common gain and the variance between series are those of DerSimonian and Laird in statsmodels."""
    from statsmodels.stats.meta_analysis import combine_effects

    gains, variances = np.array([1.0, 2.2, 2.9, 0.4, 5.0]), np.array([0.2, 0.1, 0.4, 0.3, 0.2])
    ours, theirs = borrow(gains, variances), combine_effects(gains, variances, method_re="dl")
    assert (ours.common, ours.between) == pytest.approx((theirs.mean_effect_re, theirs.tau2))
    assert np.all(np.abs(ours.gains - ours.common) <= np.abs(gains - ours.common))


def test_a_commune_of_one_figure_takes_the_common_pace_and_one_of_a_wild_series_is_drawn_to_it() -> None:
    steady = {n: (YEARS, [50.0 + n + 2 * k + 0.1 * ((n + k) % 3) for k in range(4)]) for n in range(10)}
    together = project_together(steady | {90: ([2025.0], [40.0]), 91: (YEARS, [40.0, 52, 41, 55])}, [2026.0])
    assert together[90].middle[0] == pytest.approx(41.6, abs=0.2)
    assert 55 < together[91].middle[0] < 55 + 0.8 * 5


def test_what_would_have_to_happen_is_told_a_year() -> None:
    assert needed_gain(90.0, 2026.0, 98.0, 2030.0) == 2.0
    assert needed_gain(90.0, 2026.0, 98.0, 2026.0) is None


@pytest.mark.parametrize(
    ("times", "values", "until"), [([], [], [2026.0]), ([2024, 2023], [1, 2], [2026]), ([2026], [1], [2025])]
)
def test_a_series_that_cannot_be_is_refused(times: list[float], values: list[float], until: list[float]) -> None:
    with pytest.raises(ValueError, match="point"):
        project(times, values, until)


def test_projections_are_not_worse_than_saying_that_nothing_changes_and_intervals_hold(shared: Path) -> None:
    """On official tables by province with their dirt; docs/du-bao.md has the whole back-test."""
    tables = ("using electricity", "literate", "Poverty rate", "Number of markets", "Labour force", "supermarkets")
    items = list(read_items(shared / "data/gso-indicators", only=tables))
    alone = [t for item in items for t in trials_alone(item) if t.points < LONG]
    together = [t for item in items for t in trials_together(item)]
    assert len(alone) > 2000
    for trials, inside in ((alone, (72, 90)), (together, (75, 96))):
        score = score_of(trials)
        assert score.mase < score.naive_mase
        assert inside[0] < score.inside_percent < inside[1]
