"""When the periods of a form begin, end, open and are due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from hatang.indicators.models import ReturnForm

CATCH_UP_DAYS = 30
"""For so long after its end a period still opens by itself, where the machine stood still when it should have."""

PARTS: dict[str, tuple[tuple[str, int, int, str], ...]] = {
    ReturnForm.Rhythm.YEARLY: (("", 1, 12, "năm {year}"),),
    ReturnForm.Rhythm.HALF_YEARLY: (("H1", 1, 6, "6 tháng đầu năm {year}"), ("H2", 7, 12, "6 tháng cuối năm {year}")),
    ReturnForm.Rhythm.QUARTERLY: (
        ("Q1", 1, 3, "quý I năm {year}"),
        ("Q2", 4, 6, "quý II năm {year}"),
        ("Q3", 7, 9, "quý III năm {year}"),
        ("Q4", 10, 12, "quý IV năm {year}"),
    ),
    ReturnForm.Rhythm.AD_HOC: (),
}


@dataclass(frozen=True)
class Span:
    """A part of a year: its first and last day, the day it opens for returns, and the day they are due."""

    year: int
    part: str
    words: str
    first_on: date
    last_on: date
    opens_on: date
    due_on: date


def spans_of(form: ReturnForm, year: int) -> list[Span]:
    """Give the periods of a form in a year, in order; none for one that is asked when needed.

    A form due -11 days after the year's last day is due on 20 December of it.
    """
    spans = []
    for part, first, last, words in PARTS[form.rhythm]:
        last_on = month_end(year, last)
        due_on = last_on + timedelta(days=form.due_offset_days)
        opens_on = due_on - timedelta(days=form.open_days)
        spans.append(Span(year, part, words.format(year=year), date(year, first, 1), last_on, opens_on, due_on))
    return spans


def month_end(year: int, month: int) -> date:
    """Give the last day of a month.

    >>> month_end(2026, 12), month_end(2028, 2)
    (datetime.date(2026, 12, 31), datetime.date(2028, 2, 29))
    """
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def spans_to_open(form: ReturnForm, published_on: date, today: date) -> list[Span]:
    """Give the periods that should be open today: begun and not over, or missed by a machine that stood still.

    One whose end had passed before the form was published is not asked for.
    """
    known = (span for year in range(today.year - 1, today.year + 2) for span in spans_of(form, year))
    return [span for span in known if span.opens_on <= today <= last_day_to_open(span, published_on)]


def last_day_to_open(span: Span, published_on: date) -> date:
    """Give the last day on which a period opens by itself."""
    missed = published_on <= span.opens_on
    return span.due_on + timedelta(days=CATCH_UP_DAYS) if missed else span.due_on


def next_span(form: ReturnForm, today: date, taken: Collection[tuple[int, str]] = ()) -> Span | None:
    """Give the next period that will open by itself after today; `taken` are those (year, part) that there are."""
    known = (span for year in range(today.year - 1, today.year + 2) for span in spans_of(form, year))
    coming = (span for span in known if span.opens_on > today and (span.year, span.part) not in taken)
    return min(coming, key=lambda span: span.opens_on, default=None)
