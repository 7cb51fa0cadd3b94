"""Periods of collecting: they open by themselves, are due, closed; who files in them, who is late."""

from hatang.indicators.services.periods.counting import count_for, places_of
from hatang.indicators.services.periods.due import (
    close_done_periods,
    close_period,
    extend_due,
    last_day_of,
    late_returns,
    reopen_period,
)
from hatang.indicators.services.periods.filers import filers_of, holders_of, people_to_file
from hatang.indicators.services.periods.opening import (
    RETURN_RULE,
    open_due_periods,
    open_period,
    opened_words,
    plan_period,
)
from hatang.indicators.services.periods.reminding import progress, tell_department
from hatang.indicators.services.periods.spans import next_span, spans_of

__all__ = [
    "RETURN_RULE",
    "close_done_periods",
    "close_period",
    "count_for",
    "extend_due",
    "filers_of",
    "holders_of",
    "last_day_of",
    "late_returns",
    "next_span",
    "open_due_periods",
    "open_period",
    "opened_words",
    "people_to_file",
    "places_of",
    "plan_period",
    "progress",
    "reopen_period",
    "spans_of",
    "tell_department",
]
