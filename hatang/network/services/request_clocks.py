"""The clocks of sharing requests: the state says whose rule runs, the province's rules say how long."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.network.models import RequestState, SharingRequest, SharingRule
from hatang.network.request_acts import AUTHORITY, EXTENSION, GOES_ON, REPLY, STATES, SURVEY
from hatang.network.services.rules import rule
from hatang.work.models import Clock
from hatang.work.services import extend_clock, start_clock, stop_clock
from hatang.work.services.clocks import calendar_for, due_at

COUNTED_FROM_RECEIPT = (REPLY, SURVEY)
"""Rules whose days count from the receipt of the valid request; others count from the step itself."""


def limit(request: SharingRequest, key: str, at: datetime) -> SharingRule | None:
    """Give the rule of the request's province that holds at an instant, or None: then no clock runs for it."""
    return rule(request.province, key, timezone.localdate(at))


def is_reviewed(request: SharingRequest, at: datetime) -> bool:
    """Tell whether the province asks for the department's review before a contract."""
    return limit(request, AUTHORITY, at) is not None


def longest_extension(request: SharingRequest, at: datetime) -> SharingRule | None:
    """Give the rule that says by how many days at most a reply may be put off, where the province has one."""
    return limit(request, EXTENSION, at)


def turn_clock(request: SharingRequest, state: RequestState, at: datetime, actor: Person | None) -> Clock | None:
    """Stop, keep or start the request's clock as its new state says; give the clock that was started, if one was.

    The row is not saved. The survey's clock takes the reply's place, unless the province sets none for it or it would
    end sooner, as 15 days may across Tết: a survey is meant to leave more time.
    """
    wanted = STATES[state].clock
    if wanted == GOES_ON:
        return None
    counted_from = request.received_at if wanted in COUNTED_FROM_RECEIPT else at
    ruled = limit(request, wanted, counted_from) if wanted else None
    if wanted == SURVEY and (ruled is None or ends_sooner(request, ruled)):
        return None
    if request.running_clock:
        request.clock = stop_clock(clock=request.running_clock, outcome=str(state.label), at=at, actor=actor)
    if ruled is None:
        return None
    unit, days = Clock.Unit(ruled.unit), int(ruled.value)
    request.clock = start_clock(
        rule=wanted, limit=days, unit=unit, started_at=counted_from, province=request.province, actor=actor
    )
    return request.clock


def ends_sooner(request: SharingRequest, ruled: SharingRule) -> bool:
    """Tell whether a term by this rule would end before the clock that runs."""
    started = Clock(limit=int(ruled.value), unit=ruled.unit, started_at=request.received_at, province=request.province)
    return bool(request.running_clock and due_at(started, calendar_for(started)) < request.running_clock.due_at)


def put_off(request: SharingRequest, days: int, reason: str, at: datetime, actor: Person) -> None:
    """Extend the running clock for force majeure, in the unit of the province's rule."""
    ruled, clock = longest_extension(request, at), request.running_clock
    assert ruled is not None
    assert clock is not None
    if days > ruled.value:
        raise ValidationError(f"Tỉnh cho gia hạn nhiều nhất {ruled.words}.")
    request.clock = extend_clock(
        clock=clock, extension=days, unit=Clock.Unit(ruled.unit), reason=reason[:500], actor=actor
    )
