"""Which day a map shows: none to come, for what is planned is nobody's to read off, and none before the registers."""

from __future__ import annotations

from datetime import date

EARLIEST = date(2000, 1, 1)


def shown_day(asked: date | None, *, today: date) -> date:
    """Give the day asked for, or the nearest that maps show.

    >>> shown_day(date(2027, 3, 5), today=date(2026, 11, 26)), shown_day(None, today=date(2026, 11, 26))
    (datetime.date(2026, 11, 26), datetime.date(2026, 11, 26))
    """
    return min(max(asked or today, EARLIEST), today)
