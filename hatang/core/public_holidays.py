"""Public holidays of Viet Nam, as far as they can be told before the Government's yearly decision.

Source: Bộ luật Lao động 2019 (45/2019/QH14), Điều 112 (the holidays) and Điều 111 khoản 3 (a holiday on a weekly day
off is made up on the next working day). Which five days belong to Tết and whether 1 or 3 September goes
with 2 September is decided each year (Điều 112 khoản 3), and so are swapped Saturdays: what is computed is a proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from hatang.core.lunar_calendar import FIRST_YEAR, LAST_YEAR, lunar_day
from hatang.core.working_days import ONE_DAY, SATURDAY_SUNDAY, WorkingCalendar, working_day_from

HOLIDAYS = "Bộ luật Lao động 2019, Điều 112 khoản 1"
MADE_UP = "Bộ luật Lao động 2019, Điều 111 khoản 3"


@dataclass(frozen=True)
class Holiday:
    """One day off: its date, its name, and the article it rests on."""

    on: date
    name: str
    legal: str = HOLIDAYS


@lru_cache(maxsize=256)
def proposed_holidays(year: int, weekend: frozenset[int] = SATURDAY_SUNDAY) -> tuple[Holiday, ...]:
    """Give a year's days off (1970 to 2100), by date, those that make up for a weekly day off included.

    Of the choices that the law leaves open, the one with the longest unbroken rest is proposed; of equals the one with
    the fewest days made up, then the one that begins earlier. Raises ValueError outside the years.

    >>> [f"{h.on:%d/%m}" for h in proposed_holidays(2026)]
    ['01/01', '16/02', '17/02', '18/02', '19/02', '20/02', '26/04', '27/04', '30/04', '01/05', '01/09', '02/09']
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"holidays are known for {FIRST_YEAR} to {LAST_YEAR}, not {year}")
    fixed = [
        Holiday(date(year, 1, 1), "Tết Dương lịch"),
        Holiday(lunar_day(year, 3, 10), "Giỗ Tổ Hùng Vương (10/3 âm lịch)"),
        Holiday(date(year, 4, 30), "Ngày Chiến thắng"),
        Holiday(date(year, 5, 1), "Ngày Quốc tế lao động"),
    ]
    days = [*fixed, *best(tet_choices(year), weekend), *best(national_day_choices(year), weekend)]
    return tuple(sorted([*one_a_day(days), *made_up_days(days, weekend)], key=lambda h: h.on))


def one_a_day(days: Iterable[Holiday]) -> Iterator[Holiday]:
    """Join the names of holidays that fall on one date."""
    names: dict[date, list[str]] = {}
    for holiday in days:
        names.setdefault(holiday.on, []).append(holiday.name)
    return (Holiday(on, "; ".join(joined)) for on, joined in names.items())


def tet_choices(year: int) -> list[list[Holiday]]:
    """Give the ways to lay five days round the lunar new year: two before it and three from it, or one and four."""
    first = lunar_day(year, 1, 1)
    return [[tet_day(first, n) for n in range(-before, 5 - before)] for before in (2, 1)]


def tet_day(first: date, offset: int) -> Holiday:
    """Name a day of Tết by its distance from the first of the lunar year."""
    words = f"mùng {offset + 1}" if offset >= 0 else f"{-offset} ngày trước mùng 1"
    return Holiday(first + timedelta(days=offset), f"Tết Âm lịch ({words})")


def national_day_choices(year: int) -> list[list[Holiday]]:
    """Give the ways to lay two days round 2 September."""
    day = date(year, 9, 2)
    return [[Holiday(day, "Quốc khánh"), Holiday(day + n * ONE_DAY, "Quốc khánh (ngày liền kề)")] for n in (-1, 1)]


def best(choices: list[list[Holiday]], weekend: frozenset[int]) -> list[Holiday]:
    """Choose the days that give the longest unbroken rest, then the fewest days made up, then the first named."""

    def worth(days: list[Holiday]) -> tuple[int, int]:
        made_up = made_up_days(days, weekend)
        calendar = WorkingCalendar(frozenset(h.on for h in [*days, *made_up]), weekend=weekend)
        return longest_rest_days(calendar, days[0].on), -len(made_up)

    return max(choices, key=worth)


def longest_rest_days(calendar: WorkingCalendar, around: date) -> int:
    """Count the days of the unbroken rest in which a day off lies."""
    start = around
    while not calendar.is_working(start - ONE_DAY):
        start -= ONE_DAY
    return (working_day_from(around, calendar) - start).days


def made_up_days(days: Iterable[Holiday], weekend: frozenset[int]) -> list[Holiday]:
    """Give the working days on which holidays that fall on weekly days off are made up, in their order."""
    ordered = sorted(days, key=lambda h: h.on)
    off, made_up = {h.on for h in ordered}, []
    for holiday in ordered:
        if holiday.on.weekday() in weekend:
            on = working_day_from(holiday.on, WorkingCalendar(frozenset(off), weekend=weekend))
            off.add(on)
            made_up.append(Holiday(on, f"Nghỉ bù: {holiday.name}", MADE_UP))
    return made_up
