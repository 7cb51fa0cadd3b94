"""Reminders: who is told when a clock's end comes near, comes, or has passed.

The package that owns a clock registers, under the clock's rule, a function that says what the clock is about:

    @reminds("network.sharing_reply", before=2, escalate_after=3)
    def sharing_reply(clock: Clock) -> About | None: ...

Its `AppConfig.ready` imports the module in which that stands, so that the worker knows it too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vietnamese import day, moment
from hatang.core.working_days import WorkingCalendar
from hatang.work.models import Clock, Reminder
from hatang.work.services.clocks import Unit, by_calendar, due_in_words, units_left
from hatang.work.services.notices import notify

log = logging.getLogger("hatang.work")

FIRST_HOUR = 7
"""Terms of days are reminded of from this hour on, in Viet Nam, and on working days: not at night, not at Tết."""
Stage = Reminder.Stage


@dataclass(frozen=True)
class About:
    """What a clock is about: who must act, what in a few words, on which page, and who is told when it stays undone."""

    to: Collection[Person]
    what: str
    url: str
    superiors: Collection[Person] = ()


Describe = Callable[[Clock], About | None]


@dataclass(frozen=True)
class ReminderRule:
    """When to remind, in the unit in which the clock ends, and who says what it is about."""

    describe: Describe
    before: int
    escalate_after: int | None


RULES: dict[str, ReminderRule] = {}


def reminds(rule: str, *, before: int, escalate_after: int | None = None) -> Callable[[Describe], Describe]:
    """Register what clocks of a rule are about: reminded so many units before the end, told above so many after it."""

    def keep(describe: Describe) -> Describe:
        if rule in RULES:
            raise ValueError(f"two owners of the clocks of {rule}")
        RULES[rule] = ReminderRule(describe, before, escalate_after)
        return describe

    return keep


def send_reminders(*, now: datetime) -> int:
    """Send what is due of all running clocks and was not sent yet; give how many reminders.

    A clock whose owner fails is logged and left for the next time; the others are not held up.
    """
    clocks = Clock.objects.open().filter(rule__in=RULES).order_by("due_at", "pk")
    known = set(Reminder.objects.filter(clock__stopped_at=None).values_list("clock_id", "stage", "on"))
    sent = 0
    for calendar, group in by_calendar(clocks):
        for clock in group:
            new = [s for s in stages(clock, now, calendar) if (clock.pk, *s) not in known]
            try:
                sent += sum(remind(clock, stage, on, now, calendar) for stage, on in new)
            except Exception:
                log.exception("reminder failed", extra={"clock": clock.pk})
    return sent


def stages(clock: Clock, now: datetime, calendar: WorkingCalendar) -> Iterator[tuple[Reminder.Stage, date]]:
    """Give the reminders that stand at an instant: near the end, on the last day, each working day after it, and above.

    Each comes with the day it stands for: the end, so that an end that moves is reminded of anew, or the day overdue.
    """
    rule, today = RULES[clock.rule], timezone.localdate(now)
    hourly = clock.counted_in == Unit.HOURS
    if not hourly and (timezone.localtime(now).hour < FIRST_HOUR or not calendar.is_working(today)):
        return
    left = units_left(clock, now, calendar)
    if now >= clock.due_at:
        yield Stage.OVERDUE, today
        if rule.escalate_after is not None and -left >= rule.escalate_after:
            yield Stage.ESCALATED, clock.due_on
    elif left <= 0:
        yield Stage.DUE, clock.due_on
    elif left <= rule.before:
        yield Stage.BEFORE, clock.due_on


@transaction.atomic
def remind(clock: Clock, stage: Reminder.Stage, on: date, now: datetime, calendar: WorkingCalendar) -> bool:
    """Send one reminder unless it was sent or there is nobody to tell; its row stands or falls with the notices."""
    row, made = Reminder.objects.get_or_create(clock=clock, stage=stage, on=on)
    about = RULES[clock.rule].describe(clock) if made else None
    to = (about.superiors if stage == Stage.ESCALATED else about.to) if about else ()
    if about is None or not to:
        if made:
            row.delete()
        return False
    words = due_in_words(clock=clock, now=now, calendar=calendar)
    notify(to=to, subject=f"{words[0].upper()}{words[1:]}: {about.what}", body=body(clock), url=about.url)
    return True


def body(clock: Clock) -> str:
    """Say what the term is and when it ends."""
    hourly = clock.counted_in == Unit.HOURS
    end = moment(clock.due_at) if hourly else f"hết ngày {day(clock.due_on)}"
    longer = ""
    if clock.extension:
        unit = Unit(clock.extension_unit).label
        longer = f", gia hạn thêm {clock.extension} {unit} ({clock.extension_reason})"
    term = f"{clock.limit} {Unit(clock.unit).label} kể từ khi nhận lúc {moment(clock.started_at)}{longer}"
    return f"Thời hạn: {term}. Hạn cuối: {end}."
