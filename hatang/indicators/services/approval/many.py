"""Steps that are taken for many returns at once: each return by itself, each that cannot is told with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vietnamese import day
from hatang.indicators.models import CHECK_RETURN, Return, ReturnQuerySet
from hatang.indicators.services.approval.gates import may, may_be_filled, require, wrong_state
from hatang.indicators.services.approval.steps import Note, Outcome, send_back
from hatang.indicators.services.periods.filers import people_to_file
from hatang.work.models import Notice
from hatang.work.services import notify

NOBODY = "chưa ai có tài khoản điền phiếu này: cấp tài khoản trước"
TODAY = "hôm nay đã nhắc rồi"
REMINDER = "Nhắc nộp phiếu"


def send_back_returns(*, actor: Person | None, returns: Iterable[Return], words: str) -> Outcome:
    """Give returns back to their filers with the same words."""
    return one_by_one(returns, lambda row: send_back(actor=actor, return_=row, notes=[Note(words)]))


def one_by_one(returns: Iterable[Return], step: Callable[[Return], Return]) -> Outcome:
    """Take a step for each return in a transaction of its own; what is refused holds up nothing."""
    outcome = Outcome([], [])
    for row in returns:
        try:
            with transaction.atomic():
                outcome.done.append(step(row))
        except (PermissionDenied, ValidationError) as error:
            outcome.refused.append((row, " ".join(getattr(error, "messages", None) or [str(error)])))
    return outcome


@transaction.atomic
def remind_filers(*, actor: Person | None, returns: Iterable[Return]) -> Outcome:
    """Remind those who still owe a return, on their page and by mail, once a day at most."""
    wanted = Return.objects.filter(pk__in=[row.pk for row in returns])
    rows = list(wanted.whole().order_by("place__sort_key", "pk"))
    require(all(may(actor, CHECK_RETURN, row) for row in rows))
    people, told = people_to_file(rows), reminded_today(wanted)
    outcome = Outcome([], [])
    for row in rows:
        reason = why_not(row, people[row.pk], told)
        if reason:
            outcome.refused.append((row, reason))
            continue
        notify(to=people[row.pk], subject=subject_of(row), body=body_of(row, actor), url=row.get_absolute_url())
        outcome.done.append(row)
    return outcome


def why_not(row: Return, people: Sequence[Person], told: set[UUID]) -> str:
    """Say why nobody is reminded of a return; nothing where somebody is."""
    if not may_be_filled(row):
        return wrong_state(row, *Return.EDITABLE) or "kỳ đã đóng"
    return NOBODY if not people else TODAY if row.pk in told else ""


def reminded_today(returns: ReturnQuerySet) -> set[UUID]:
    """Give the returns of which somebody was reminded by hand today."""
    addresses = {row.get_absolute_url(): row.pk for row in returns.only("pk")}
    today = Notice.objects.filter(subject__startswith=REMINDER, made_at__date=timezone.localdate())
    return {addresses[url] for url in today.values_list("url", flat=True) if url in addresses}


def subject_of(row: Return) -> str:
    """Write what the reminder is about."""
    return f"{REMINDER}: {row.period.title}"


def body_of(row: Return, actor: Person | None) -> str:
    """Say until when, and who reminds."""
    due_on = row.clock.due_on if row.clock else row.period.due_on
    left = "còn" if due_on >= timezone.localdate() else "đã quá"
    return f"Phiếu của {row.filer} {left} hạn nộp hết ngày {day(due_on)}. Người nhắc: {actor or 'hệ thống'}."
