"""Classes of a map: every figure has one, what reaches the goal is never among those behind it, bounds are round."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.map_classes import parting, scale_with_goal, scale_without_goal

figures = st.lists(st.floats(0, 100).map(lambda x: round(x, 2)), min_size=1, max_size=80)
goals = st.sampled_from([25.0, 60.0, 85.5, 95.0, 100.0])


def write(figure: float) -> str:
    return f"{figure:g}"


@given(figures, goals, st.booleans())
def test_the_goal_parts_the_classes(given_figures: list[float], goal: float, lower: bool) -> None:
    scale = scale_with_goal(given_figures, goal, write, lower=lower)
    for figure in given_figures:
        reached = figure <= goal if lower else figure >= goal
        assert scale.key(figure).startswith("high") == reached, (figure, scale)


@given(figures, goals)
def test_a_hair_below_the_goal_is_not_the_goal(given_figures: list[float], goal: float) -> None:
    assert scale_with_goal(given_figures, goal, write).key(goal - 1e-9).startswith("low")


@given(figures)
def test_classes_rise_with_the_figure(given_figures: list[float]) -> None:
    scale = scale_without_goal(given_figures, write)
    keys = [scale.keys.index(scale.key(figure)) for figure in sorted(given_figures)]
    assert keys == sorted(keys)
    assert len(scale.keys) == len(scale.labels) == len(scale.thresholds) + 1 <= 5


@given(st.lists(st.integers(0, 10_000), min_size=40, max_size=200, unique=True))
def test_parts_are_about_equal(given_figures: list[int]) -> None:
    """Numpy counts: with figures that differ, no part is empty and cuts lie near the true quantiles."""
    cuts = parting([float(x) for x in given_figures], 4)
    spread = max(given_figures) - min(given_figures)
    true = np.quantile(given_figures, [0.25, 0.5, 0.75], method="higher")
    assert all(min(abs(true - cut)) <= spread / 4 for cut in cuts)
    assert np.histogram(given_figures, [-np.inf, *cuts, np.inf])[0].min() > 0


def test_labels_say_where_each_class_begins_and_ends() -> None:
    scale = scale_with_goal([10, 20, 30, 40, 50, 60, 80, 90, 99], 75, lambda x: f"{x:g}%")
    assert scale.labels == (
        "dưới 30%",
        "từ 30% đến dưới 50%",
        "từ 50% đến dưới 75%",
        "từ 75% đến dưới 90%: đạt",
        "từ 90%: đạt",
    )
    lower = scale_with_goal([5, 15, 30, 40], 10, lambda x: f"{x:g}", lower=True)
    assert lower.labels[-1] == "đến 10: đạt"
    assert lower.key(10) == "high2"
    assert lower.key(10.1).startswith("low")
