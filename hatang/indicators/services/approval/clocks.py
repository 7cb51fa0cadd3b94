"""The term of a return: it stops when the return is sent, and runs anew when it is given back."""

from __future__ import annotations

from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import Return
from hatang.indicators.services.periods.opening import RETURN_RULE
from hatang.work.models import Clock
from hatang.work.services import start_clock, stop_clock

MENDING_DAYS = 5
"""Working days in which a return that was given back is to be mended; no law sets them."""


def stop_filling(row: Return, actor: Person | None) -> None:
    """Stop the term of filling, if it runs."""
    if row.clock and row.clock.stopped_at is None:
        stop_clock(clock=row.clock, outcome="đã gửi", at=timezone.now(), actor=actor)


def begin_mending(row: Return, actor: Person | None) -> Clock:
    """Start the term of mending."""
    return start_clock(
        rule=RETURN_RULE,
        limit=MENDING_DAYS,
        unit=Clock.Unit.WORKING_DAYS,
        started_at=timezone.now(),
        province=row.province,
        actor=actor,
    )
