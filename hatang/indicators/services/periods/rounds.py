"""What the worker's round does for returns: periods open, close, and the department hears of those who are late."""

from __future__ import annotations

from django.utils import timezone

from hatang.indicators.services.periods.due import close_done_periods
from hatang.indicators.services.periods.opening import open_due_periods
from hatang.indicators.services.periods.reminding import tell_department
from hatang.work.services import each_round


@each_round
def returns_round() -> None:
    """Open what is due, close what is done, then tell of what is late."""
    today = timezone.localdate()
    open_due_periods(today=today)
    close_done_periods(today=today)
    tell_department(today=today)
