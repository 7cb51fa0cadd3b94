"""Working days and terms: which days are worked, and when a term counted from a day ends.

Sources: Bộ luật Dân sự 2015 (91/2015/QH13), Điều 147 (the first day is not counted) and Điều 148 (a term that would end
on a day off ends with the next working day; its last day ends at 24 o'clock); Bộ luật Lao động 2019, Điều 111, 112.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY_SUNDAY = frozenset({5, 6})
LONGEST_TERM_DAYS = 3660


@dataclass(frozen=True)
class WorkingCalendar:
    """The week's days off (0 Monday … 6 Sunday) and the dated exceptions: days `off`, and days off that are `worked`.

    Raises ValueError when no day of the week is worked, or one date is both off and worked.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    weekend: frozenset[int] = SATURDAY_SUNDAY

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise ValueError("at least one day of the week must be worked, and days are numbered 0 to 6")
        if self.off & self.worked:
            raise ValueError(f"both off and worked: {min(self.off & self.worked)}")

    def is_working(self, on: date) -> bool:
        """Tell whether the day is worked."""
        return on in self.worked or (on not in self.off and on.weekday() not in self.weekend)


def working_day_from(on: date, calendar: WorkingCalendar) -> date:
    """Give the day itself if it is worked, otherwise the next working day (BLDS Điều 148 khoản 5).

    >>> working_day_from(date(2026, 11, 28), WorkingCalendar())
    datetime.date(2026, 11, 30)
    """
    while not calendar.is_working(on):
        on += ONE_DAY
    return on


def add_working_days(start: date, count: int, calendar: WorkingCalendar) -> date:
    """Give the `count`-th working day (1 to 3660) after the day of receipt, which is not counted.

    That is BLDS Điều 147 khoản 2. Raises ValueError outside that range.

    >>> add_working_days(date(2026, 11, 26), 7, WorkingCalendar())
    datetime.date(2026, 12, 7)
    """
    check_term(count)
    day = start
    for _ in range(count):
        day = working_day_from(day + ONE_DAY, calendar)
    return day


def add_days(start: date, count: int, calendar: WorkingCalendar) -> date:
    """Give the last day of a term of `count` days (1 to 3660); one that is off moves to the next working day.

    >>> add_days(date(2026, 11, 26), 16, WorkingCalendar())
    datetime.date(2026, 12, 14)
    """
    check_term(count)
    return working_day_from(start + timedelta(days=count), calendar)


def check_term(count: int) -> None:
    """Refuse a term that is none, or longer than ten years."""
    if not 1 <= count <= LONGEST_TERM_DAYS:
        raise ValueError(f"a term has 1 to {LONGEST_TERM_DAYS} days, not {count}")


def working_days_between(start: date, end: date, calendar: WorkingCalendar) -> int:
    """Count the working days after `start` up to and with `end`; negative when `end` comes before `start`.

    >>> working_days_between(date(2026, 11, 26), date(2026, 12, 7), WorkingCalendar())
    7
    >>> working_days_between(date(2026, 12, 7), date(2026, 11, 26), WorkingCalendar())
    -7
    """
    if end < start:
        return -working_days_between(end, start, calendar)
    weeks, rest = divmod((end - start).days, 7)
    last = [(start.weekday() + 1 + i) % 7 for i in range(rest)]
    count = weeks * (7 - len(calendar.weekend)) + sum(day not in calendar.weekend for day in last)
    lost = sum(start < on <= end and on.weekday() not in calendar.weekend for on in calendar.off)
    gained = sum(start < on <= end and on.weekday() in calendar.weekend for on in calendar.worked)
    return count - lost + gained
