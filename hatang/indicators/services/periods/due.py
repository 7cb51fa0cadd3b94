"""The end of a period: a later day for all or for one filer, closing, opening again, and who is late."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import day
from hatang.core.working_days import working_day_from
from hatang.indicators.models import CHECK_RETURN, Period, Return, ReturnQuerySet
from hatang.indicators.services.choosing import require
from hatang.indicators.services.periods.filers import people_to_file
from hatang.work.models import Clock
from hatang.work.services import extend_clock_until, notify, resume_clocks, stop_clock, working_calendar

CLOSE_AFTER_DAYS = 60
"""So long after its end a period closes with what is there; no law sets it, the department may open it again."""
NOT_SENT = "kỳ đóng, chưa nộp"
State = Return.State


def last_day_of(period: Period) -> date:
    """Give the day to whose end returns may be sent: a term that ends on a day off ends on the next worked one."""
    years = {"first_year": period.due_on.year, "last_year": period.due_on.year + 1}
    return working_day_from(period.due_on, working_calendar(province_id=period.form.province_id, **years))


@transaction.atomic
def extend_due(*, actor: Person, period: Period, due_on: date, reason: str, only: Return | None = None) -> int:
    """Give a period, or one filer of it, a later day; give how many returns have it. They are told, with the reason."""
    row = Period.objects.select_for_update(of=("self",)).select_related("form__province").get(pk=period.pk)
    require(actor, CHECK_RETURN, row.form.province)
    reason = reason.strip()
    returned = only is not None and only.state == State.RETURNED
    if row.state != Period.State.OPEN and not returned:
        raise ValidationError("Chỉ gia hạn được kỳ đang thu, hoặc một phiếu bị trả lại.")
    if not reason:
        raise ValidationError({"reason": "Ghi lý do gia hạn; người nộp đọc được."})
    returns = row.returns.filter(clock__stopped_at=None).select_related("clock", "place", "organisation", "period")
    chosen = list(returns.filter(pk=only.pk) if only else returns)
    if not later(row, only, due_on):
        raise ValidationError({"due_on": f"Hạn mới phải sau hạn đang có ({day(row.due_on)}) và không trước hôm nay."})
    for one in chosen:
        if one.clock:
            extend_clock_until(clock=one.clock, due_on=due_on, reason=reason, actor=actor)
    if only is None:
        row.due_on = due_on
        sign(row, actor, f"gia hạn đến {day(due_on)}: {reason}"[:100])
        row.save()
    tell_extended(chosen, due_on, reason)
    return len(chosen)


def later(period: Period, only: Return | None, due_on: date) -> bool:
    """Tell whether a day is later than the one that holds."""
    held = only.clock.due_on if only and only.clock else period.due_on
    return due_on > held and due_on >= timezone.localdate()


def tell_extended(returns: list[Return], due_on: date, reason: str) -> None:
    """Tell the filers that they have longer."""
    people = people_to_file(returns)
    for row in returns:
        subject = f"Gia hạn đến {day(due_on)}: {row.period.title}"
        notify(to=people[row.pk], subject=subject, body=f"Lý do: {reason}", url=row.get_absolute_url())


@transaction.atomic
def close_period(*, period: Period, actor: Person | None, outcome: str = "đóng kỳ") -> Period:
    """Close a period: what was not sent is no longer filled, and its clocks stop as they stand.

    What was sent back is still mended; its term runs on.
    """
    row = locked(period, actor)
    if row.state != Period.State.OPEN:
        raise ValidationError("Kỳ này không đang thu.")
    row.state, row.closed_at = Period.State.CLOSED, timezone.now()
    sign(row, actor, outcome)
    row.save()
    for one in row.returns.filter(state=State.DRAFT, clock__stopped_at=None).select_related("clock"):
        if one.clock:
            stop_clock(clock=one.clock, outcome=NOT_SENT, at=row.closed_at, actor=actor)
    return row


@transaction.atomic
def reopen_period(*, period: Period, actor: Person) -> Period:
    """Open a closed period again; returns that were not sent can be filled, and are reminded of, late as they are."""
    row = locked(period, actor)
    if row.state != Period.State.CLOSED:
        raise ValidationError("Kỳ này không đóng.")
    row.state, row.closed_at = Period.State.OPEN, None
    sign(row, actor, "mở lại kỳ")
    row.save()
    unsent = row.returns.filter(state=State.DRAFT).values("clock")
    resume_clocks(clocks=Clock.objects.filter(pk__in=unsent, outcome=NOT_SENT), actor=actor)
    return row


def locked(period: Period, actor: Person | None) -> Period:
    """Give a period as it is now, locked, if the actor may close and open it."""
    row = Period.objects.select_for_update(of=("self",)).select_related("form__province").get(pk=period.pk)
    require(actor, CHECK_RETURN, row.form.province)
    return row


def close_done_periods(*, today: date) -> int:
    """Close the periods of which everything is approved, and those long past their end; give how many."""
    closed = 0
    for period in Period.objects.filter(state=Period.State.OPEN, due_on__lt=today).select_related("form"):
        unsettled = period.returns.exclude(state=State.APPROVED).exists()
        if not unsettled or period.due_on + timedelta(days=CLOSE_AFTER_DAYS) < today:
            close_period(period=period, actor=None, outcome="đóng kỳ: xong cả" if not unsettled else "đóng kỳ: quá hạn")
            closed += 1
    return closed


def late_returns(returns: ReturnQuerySet, now: datetime) -> ReturnQuerySet:
    """Keep the returns that are late: not sent, or not mended, though their time is up; or sent after it."""
    waiting = Q(state__in=Return.EDITABLE, clock__due_at__lte=now)
    return returns.filter(waiting | Q(submitted_at__gt=F("clock__due_at")))
