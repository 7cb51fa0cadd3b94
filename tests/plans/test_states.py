"""The rule for a target's state, case by case as a lawyer would ask."""

from datetime import date
from typing import Any

import pytest

from hatang.plans.states import expected_on, target_state

MIDDLE_OF_2026 = date(2026, 7, 1)
END_2026, END_2027 = date(2026, 12, 31), date(2027, 12, 31)


def state(**case: Any) -> str:
    """Ask for the state of "98 % by the end of 2030, from 90 % in 2024" with the case's own facts."""
    facts = {"comparator": "ge", "target": 98, "value": None, "baseline": 90, "baseline_year": 2024, "year": 2030}
    return target_state(**{**facts, "today": MIDDLE_OF_2026, **case})


def test_a_target_is_met_when_the_value_reaches_it() -> None:
    assert state(value=98) == "met"
    assert state(value=98.4) == "met"


def test_a_target_is_met_at_once_even_years_before_its_date() -> None:
    assert state(value=99, baseline=None, baseline_year=None) == "met"


def test_more_than_must_be_passed_not_only_reached() -> None:
    assert state(comparator="gt", value=98, today=date(2031, 1, 1), value_on=date(2030, 12, 31)) == "missed"
    assert state(comparator="gt", value=98.01) == "met"


def test_a_level_after_a_colon_is_reached_from_above_too() -> None:
    assert state(comparator="eq", value=98.3) == "met"


def test_on_the_line_or_above_it_is_on_track() -> None:
    """From 90 (end of 2024) to 98 (end of 2030): end of 2027 is half-way, 94."""
    assert expected_on(END_2027, baseline=90, baseline_year=2024, goal=98, year=2030) == pytest.approx(94, abs=0.01)
    assert state(value=94.1, value_on=END_2027) == "on_track"
    assert state(value=93.9, value_on=END_2027) == "at_risk"


def test_the_line_is_read_on_the_day_of_the_value_not_today() -> None:
    """93 % measured at the end of 2026 was above the line (92,7) then; today in 2027 the same would be below."""
    assert state(value=93, value_on=END_2026, today=END_2027) == "on_track"
    assert state(value=93, value_on=END_2027, today=END_2027) == "at_risk"


def test_the_last_day_of_the_year_still_counts() -> None:
    assert state(value=97, value_on=date(2030, 12, 31), today=date(2030, 12, 31)) == "at_risk"
    assert state(value=97, value_on=date(2030, 12, 31), today=date(2031, 1, 1)) == "missed"


def test_after_its_date_a_value_from_before_says_nothing() -> None:
    assert state(value=97, value_on=date(2029, 12, 31), today=date(2031, 1, 1)) == "not_measured"


def test_without_value_or_starting_point_nothing_is_judged() -> None:
    assert state(value=None) == "not_measured"
    assert state(value=95, baseline=None) == "not_measured"
    assert state(value=95, baseline_year=None) == "not_measured"


def test_where_lower_is_better_everything_turns_round() -> None:
    lower = {"direction": "lower", "baseline": 20, "target": 5}
    assert state(**lower, value=5) == "met"
    assert state(**lower, value=12, value_on=END_2027) == "on_track"
    assert state(**lower, value=13, value_on=END_2027) == "at_risk"


def test_a_bound_from_above_is_kept_below_it() -> None:
    """Độ trễ không quá 10 ms: 8 đạt, 30 không đạt; dưới 10 ms: 10 chưa đạt."""
    bound = {"target": 10, "baseline": 40, "today": date(2031, 1, 1), "value_on": date(2030, 12, 31)}
    assert state(**bound, comparator="le", value=8) == "met"
    assert state(**bound, comparator="le", value=10) == "met"
    assert state(**bound, comparator="le", value=30) == "missed"
    assert state(**bound, comparator="lt", value=10) == "missed"
    assert state(**bound, comparator="lt", value=9.9) == "met"


def test_a_bound_from_above_is_neared_from_above() -> None:
    """From 40 (end of 2024) to 10 (end of 2030): end of 2027 is half-way, 25."""
    bound = {"comparator": "le", "target": 10, "baseline": 40, "value_on": END_2027}
    assert state(**bound, value=24) == "on_track"
    assert state(**bound, value=26) == "at_risk"


def test_about_a_level_is_held_like_at_least() -> None:
    assert state(comparator="approx", value=98) == "met"


def test_a_doubling_is_held_against_the_base_year() -> None:
    double = {"comparator": "double", "target": 2, "baseline": 45, "year": 2025, "today": date(2026, 2, 1)}
    at_the_end = {"value_on": date(2025, 12, 31)}
    assert state(**double, value=90, **at_the_end) == "met"
    assert state(**double, value=89, **at_the_end) == "missed"


def test_a_doubling_without_its_base_is_not_measured() -> None:
    assert state(comparator="double", target=2, baseline=None, value=200) == "not_measured"


def test_a_yes_no_target_is_not_due_until_its_date_unless_done() -> None:
    yes_no = {"comparator": "done", "target": None, "baseline": None}
    assert state(**yes_no, value=None) == "not_due"
    assert state(**yes_no, value=0) == "not_due"
    assert state(**yes_no, value=1) == "met"
    assert state(**yes_no, value=0, today=date(2031, 1, 1)) == "missed"
    assert state(**yes_no, value=None, today=date(2031, 1, 1)) == "not_measured"
