"""Working days: counted against an oracle that walks day by day, and the dates that the civil code's rules give."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.working_days import (
    WorkingCalendar,
    add_days,
    add_working_days,
    working_day_from,
    working_days_between,
)

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 300).map(lambda n: FIRST + timedelta(days=n))
SETS = st.lists(DAYS, max_size=12).map(frozenset)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Draw weeks with any days off but never all, and exceptions that do not contradict each other."""
    off, worked = draw(SETS), draw(SETS)
    weekend = draw(st.lists(st.integers(0, 6), max_size=6).map(frozenset))
    return WorkingCalendar(off, worked - off, weekend)


def walked(start: date, end: date, calendar: WorkingCalendar) -> list[date]:
    """Walk from the day after `start` to `end` and keep what is worked, as the words of the rule say."""
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    usual = [d for d in days if d.weekday() not in calendar.weekend or d in calendar.worked]
    return [d for d in usual if d not in calendar.off]


@given(DAYS, DAYS, calendars())
def test_counting_agrees_with_walking(start: date, end: date, calendar: WorkingCalendar) -> None:
    first, last = min(start, end), max(start, end)
    count = len(walked(first, last, calendar))
    assert working_days_between(first, last, calendar) == count
    assert working_days_between(last, first, calendar) == -count


@given(DAYS, st.integers(1, 90), calendars())
def test_the_nth_working_day_is_worked_and_is_the_nth(start: date, count: int, calendar: WorkingCalendar) -> None:
    day = add_working_days(start, count, calendar)
    assert calendar.is_working(day)
    assert walked(start, day, calendar)[-1] == day
    assert working_days_between(start, day, calendar) == count


@given(DAYS, st.integers(1, 90), calendars())
def test_a_term_of_days_ends_on_the_first_working_day_from_its_end(
    start: date, count: int, calendar: WorkingCalendar
) -> None:
    nominal, day = start + timedelta(days=count), add_days(start, count, calendar)
    assert day == working_day_from(nominal, calendar)
    assert walked(nominal - timedelta(days=1), day, calendar) == [day]


def test_a_swapped_saturday_is_counted_and_its_monday_is_not() -> None:
    """29 April 2024 was off for Saturday 4 May: received on Friday 26 April, the third working day is Saturday."""
    off = frozenset(date(2024, 4, day) for day in (29, 30)) | {date(2024, 5, 1)}
    calendar = WorkingCalendar(off, frozenset({date(2024, 5, 4)}))
    assert add_working_days(date(2024, 4, 26), 3, calendar) == date(2024, 5, 4)
    assert add_days(date(2024, 4, 26), 3, calendar) == date(2024, 5, 2)


@pytest.mark.parametrize("count", [0, -1, 3661])
def test_a_term_that_is_none_is_refused(count: int) -> None:
    for add in (add_working_days, add_days):
        with pytest.raises(ValueError, match="1 to 3660"):
            add(date(2026, 1, 1), count, WorkingCalendar())


def test_a_calendar_that_contradicts_itself_is_refused() -> None:
    day = frozenset({date(2026, 1, 1)})
    with pytest.raises(ValueError, match="both off and worked: 2026-01-01"):
        WorkingCalendar(day, day)
    with pytest.raises(ValueError, match="at least one day"):
        WorkingCalendar(weekend=frozenset(range(7)))
