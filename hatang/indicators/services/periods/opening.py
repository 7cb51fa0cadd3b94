"""Periods open by themselves: their returns are made, a clock runs for each, and who is to fill it is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import day, number
from hatang.indicators.models import CHANGE_FORM, FormVersion, Period, Return, ReturnForm
from hatang.indicators.services.choosing import require
from hatang.indicators.services.periods.counting import count_for
from hatang.indicators.services.periods.due import last_day_of
from hatang.indicators.services.periods.filers import filers_of, people_to_file
from hatang.indicators.services.periods.spans import Span, spans_to_open
from hatang.pages.histories import bulk_create_with_history
from hatang.work.models import Clock
from hatang.work.services import notify, start_clocks

RETURN_RULE = "indicators.return"
"""The rule of the clocks of returns; reminders are registered under it."""
PUBLISHED = FormVersion.State.PUBLISHED


def open_due_periods(*, today: date, actor: Person | None = None) -> list[Period]:
    """Open every period whose day has come, each in a transaction of its own; give those that were opened."""
    for version in FormVersion.objects.filter(state=PUBLISHED, form__archived=False).select_related("form__province"):
        since = timezone.localdate(version.published_at) if version.published_at else today
        for span in spans_to_open(version.form, first_published(version, since), today):
            plan_span(version, span, actor)
    due = Period.objects.filter(state=Period.State.PLANNED, opens_on__lte=today, form__archived=False)
    return [open_period(period=period, actor=actor) for period in due.order_by("opens_on", "pk")]


def first_published(version: FormVersion, since: date) -> date:
    """Give the day since which the form has been in use: that of its first version."""
    first = (
        FormVersion.objects.filter(form=version.form_id, published_at__isnull=False).order_by("published_at").first()
    )
    return timezone.localdate(first.published_at) if first and first.published_at else since


def plan_span(version: FormVersion, span: Span, actor: Person | None) -> None:
    """Make the row of a form's period, if there is none."""
    if Period.objects.filter(form=version.form, year=span.year, part=span.part).exists():
        return
    period = Period(form=version.form, version=version, year=span.year, part=span.part)
    period.title = f"{version.form.name}, {span.words}"[:200]
    period.first_on, period.last_on = span.first_on, span.last_on
    period.opens_on, period.due_on = span.opens_on, span.due_on
    period.simulated = version.form.simulated
    sign(period, actor)
    period.save()


@transaction.atomic
def plan_period(
    *, actor: Person, form: ReturnForm, title: str, first_on: date, last_on: date, opens_on: date, due_on: date
) -> Period:
    """Ask for a return out of turn: a period of its own, which opens on its day, at once if that has come."""
    require(actor, CHANGE_FORM, form.province)
    version = form.versions.filter(state=PUBLISHED).first()
    if version is None:
        raise ValidationError("Biểu chưa có bản nào ban hành; ban hành một bản rồi mới mở kỳ.")
    ReturnForm.objects.select_for_update().get(pk=form.pk)
    earlier = Period.objects.filter(form=form, year=last_on.year, part__startswith="A").count()
    period = Period(form=form, version=version, year=last_on.year, part=f"A{earlier + 1}", title=title.strip()[:200])
    period.first_on, period.last_on, period.opens_on, period.due_on = first_on, last_on, opens_on, due_on
    period.simulated = form.simulated
    period.full_clean(exclude=["opened_at", "closed_at"])
    sign(period, actor, "kỳ đột xuất")
    period.save()
    return open_period(period=period, actor=actor) if opens_on <= timezone.localdate() else period


@transaction.atomic
def open_period(*, period: Period, actor: Person | None = None) -> Period:
    """Open a planned period by the version that is in use now: returns, clocks, what registers count, notices."""
    row = Period.objects.select_for_update(of=("self",)).select_related("form__province", "version").get(pk=period.pk)
    require(actor, CHANGE_FORM, row.form.province)
    if row.state != Period.State.PLANNED:
        raise ValidationError("Kỳ này đã mở rồi.")
    row.version = row.form.versions.filter(state=PUBLISHED).first() or row.version
    row.state, row.opened_at = Period.State.OPEN, timezone.now()
    sign(row, actor, "mở kỳ")
    row.save()
    returns = make_returns(row, actor)
    count_for(returns, actor=actor)
    tell_filers(row, returns)
    return row


def make_returns(period: Period, actor: Person | None) -> list[Return]:
    """Make the returns of a period that opens, each with its clock."""
    now = period.opened_at or timezone.now()
    today = timezone.localdate(now)
    filers = filers_of(period.form, today)
    days = max((period.due_on - today).days, 1)
    province = period.form.province
    common = {"rule": RETURN_RULE, "limit": days, "unit": Clock.Unit.DAYS, "started_at": now, "province": province}
    clocks = start_clocks(**common, count=len(filers), actor=actor)  # type: ignore[arg-type]
    rows = [
        Return(
            period=period,
            province=province,
            place=filer.place,
            organisation=filer.organisation,
            clock=clock,
            simulated=period.simulated,
        )
        for filer, clock in zip(filers, clocks, strict=True)
    ]
    more = {"batch_size": 500, "default_user": actor, "default_change_reason": "mở kỳ"}
    return list(bulk_create_with_history(rows, Return, **more))  # type: ignore[arg-type]


def tell_filers(period: Period, returns: Iterable[Return]) -> None:
    """Tell everybody who is to fill a return that it waits, each with its own page."""
    rows = list(returns)
    people = people_to_file(rows)
    body = f"{period.version.items.count()} dòng. Hạn nộp: hết ngày {day(last_day_of(period))}."
    for row in rows:
        if people[row.pk]:
            notify(to=people[row.pk], subject=f"Mời điền phiếu: {period.title}", body=body, url=row.get_absolute_url())


def opened_words(period: Period) -> str:
    """Say what opening a period brought."""
    return f"Đã mở “{period.title}”: {number(period.returns.count())} phiếu, hạn hết ngày {day(last_day_of(period))}."
