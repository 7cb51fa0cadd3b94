"""The working calendar as it stands: what the country and a province set, and what is proposed where nobody did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from hatang.core.public_holidays import proposed_holidays
from hatang.core.working_days import WorkingCalendar
from hatang.work.models import CalendarDay

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class CalendarEntry:
    """One exception that holds: on which day, off or worked, why, and the row that says so; None where proposed."""

    on: date
    worked: bool
    name: str
    legal: str
    row: CalendarDay | None = None

    @property
    def proposed(self) -> bool:
        """Whether nobody has taken this day into the calendar yet."""
        return self.row is None


def calendar_entries(*, province_id: int | None, first_year: int, last_year: int) -> list[CalendarEntry]:
    """Give the exceptions that hold in a province, or with None in the country, by date; one query.

    A year that nobody took over for the whole country holds as proposed. A province's day goes before the country's.
    """
    rows = list(CalendarDay.objects.bearing_on(province_id).between(first_year, last_year))
    settled = {row.on.year for row in rows if row.province_id is None}
    held = {entry.on: entry for entry in proposals(y for y in range(first_year, last_year + 1) if y not in settled)}
    for row in sorted(rows, key=lambda row: row.province_id is not None):
        held[row.on] = CalendarEntry(row.on, row.kind == CalendarDay.Kind.WORKED, row.name, row.legal, row)
    return sorted(held.values(), key=lambda entry: entry.on)


def proposals(years: Iterable[int]) -> list[CalendarEntry]:
    """Give what is proposed for some years; nothing beyond those that the calendar holds."""
    known = [year for year in years if FIRST_YEAR <= year <= LAST_YEAR]
    days = [day for year in known for day in proposed_holidays(year, settings.WEEKEND)]
    return [CalendarEntry(day.on, False, day.name, day.legal) for day in days]


def calendar_of(entries: Iterable[CalendarEntry]) -> WorkingCalendar:
    """Make the calendar to count by."""
    listed = list(entries)
    off = frozenset(entry.on for entry in listed if not entry.worked)
    return WorkingCalendar(off, frozenset(entry.on for entry in listed if entry.worked), settings.WEEKEND)


def working_calendar(*, province_id: int | None, first_year: int, last_year: int) -> WorkingCalendar:
    """Give the calendar of a province, or with None of the country, for some years, both ends included."""
    return calendar_of(calendar_entries(province_id=province_id, first_year=first_year, last_year=last_year))
