"""Returns of the sample: last year's of the communes, and this season's on their way, from untouched to checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from django.utils import timezone

from hatang.indicators.models import CellNote, FormItem, Period, Return, ReturnCell, ReturnForm, ReturnStep
from hatang.indicators.services.filling import items_of
from hatang.indicators.services.periods import open_due_periods, open_period, places_of, spans_of
from hatang.indicators.services.return_forms import denominator_at, read_answer, residents_of, with_denominators
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place
from hatang.sample.chance import chance
from hatang.work.models import Clock

REASON = "Dữ liệu mô phỏng"
COMMUNES, OPERATORS = "xa-nam", "dn-nam"
PARTS = (0.42, 0.3, 0.18, 0.1)
"""The made-up parts of the operators in what they are asked for, in turn."""
ADULTS = 0.72
"""The made-up share of adults among people."""
NOT_HELD = {"population": 4000, "households": 1000}
"""The made-up size of a commune of which neither it nor its villages are held."""
DAYS_LEFT = 18
State = Return.State
WAY = (State.SUBMITTED, State.SIGNED, State.CHECKED)
STATES = (State.CHECKED, State.SIGNED, State.DRAFT, State.SUBMITTED, State.RETURNED, State.SIGNED, State.DRAFT, None)
"""How far the communes are, in turn; None has not begun."""
ASK = "Số này cao hơn hẳn các xã bên cạnh: xem lại giúp đơn vị tính."


def make_returns(province: Place, today: date) -> None:
    """Let the communes have filed last year and be filing now, and the operators be asked for what is due."""
    form = ReturnForm.objects.filter(province=province, code=COMMUNES).first()
    if form is None:
        return
    last = period_of(form, today.year - 1, date(today.year, 1, 15))
    fill(last, [State.APPROVED], share=0)
    close(last, today)
    operators = ReturnForm.objects.get(province=province, code=OPERATORS)
    told = period_of(operators, today.year - 1, date(today.year, 1, 15))
    fill(told, [State.APPROVED], share=0)
    close(told, today)
    fill(period_of(form, today.year, today + timedelta(days=DAYS_LEFT)), STATES, share=0.03)
    for period in open_due_periods(today=today):
        fill(period, (State.SIGNED, State.DRAFT, None), share=0)


def period_of(form: ReturnForm, year: int, due_on: date) -> Period:
    """Open a year's period of a form, due on a day of the sample's choosing."""
    span = spans_of(form, year)[0]
    version = form.versions.get(state="published")
    period = Period(form=form, version=version, year=year, title=f"{form.name}, {span.words}", simulated=True)
    period.first_on, period.last_on = span.first_on, span.last_on
    period.opens_on, period.due_on = due_on - timedelta(days=form.open_days), due_on
    period._change_reason = REASON  # type: ignore[attr-defined]
    period.save()
    return open_period(period=period)


def fill(period: Period, states: Sequence[str | None], share: float) -> None:
    """Answer the returns of a period as far as their states say; `share` is what a year adds to a figure."""
    rows = list(period.returns.whole().order_by("place__sort_key", "organisation__sort_key"))
    if not rows:
        return
    standing = {(c.of_return_id, c.item_id, c.place_id): c for c in ReturnCell.objects.filter(of_return__in=rows)}
    items = items_of(rows[0])
    places = with_denominators({place.pk: place for row in rows for place in places_of(row)}.values())
    by_key = {place.pk: place for place in places}
    operators = sorted({row.organisation_id for row in rows if row.organisation_id})
    parts = {pk: PARTS[n % len(PARTS)] for n, pk in enumerate(operators)}
    cells: list[ReturnCell] = []
    for n, row in enumerate(rows):
        row.state = states[n % len(states)] or State.DRAFT
        here = [by_key[place.pk] for place in places_of(row)]
        if states[n % len(states)] is not None:
            part = parts.get(row.organisation_id or 0, 1.0)
            cells += answers(row, items, here, standing, share, part)
    store(rows, cells)


def answers(
    row: Return,
    items: Iterable[FormItem],
    places: Iterable[Place],
    standing: dict[Any, ReturnCell],
    share: float,
    part: float,
) -> list[ReturnCell]:
    """Answer the lines of a return; a draft stops half way."""
    cells = []
    for place in places:
        draw = chance(f"phiếu {row.period.form.code} {place.code} {row.organisation or ''}")
        for number, item in enumerate(items):
            typed = typed_for(item, place, draw, share, part)
            if row.state == State.DRAFT and number > 5:
                break
            cell = standing.get((row.pk, item.pk, place.pk)) or ReturnCell(of_return=row, item=item, place=place)
            for name, value in read_answer(item, place, typed).fields().items():
                setattr(cell, name, value)
            cell.revision, cell.changed_at = 1, timezone.now()
            cells.append(cell)
    return cells


def typed_for(item: FormItem, place: Place, draw: Random, share: float, part: float) -> str:
    """Make up what a filer types into one cell; the same in every run, a little more each year.

    `part` is an operator's in what all of them have; 1 for who answers alone.
    """
    level = (0.45 + 0.4 * draw.random() + share) * part
    if item.is_counted:
        return "xác nhận" if draw.random() < 0.9 else "không đồng ý: sổ còn thiếu thôn mới tách"
    if item.kind == FormItem.Kind.YES_NO:
        return "có" if level > 0.6 else "chưa"
    if item.kind == FormItem.Kind.TEXT and item.required:
        return f"Văn bản số {draw.randint(100, 900)}/KH-DN ngày 05/11"
    if item.kind == FormItem.Kind.TEXT:
        return "Còn thôn lõm sóng ở vùng núi đá." if draw.random() < 0.3 else "Không có"
    if item.kind == FormItem.Kind.CHOICE:
        return str(draw.choice(item.options))
    if item.is_ratio and item.denominator_from:
        return str(int((denominator_at(item, place) or NOT_HELD.get(item.denominator_from, 20)) * level))
    whole = int((residents_of([place])[place.pk] or NOT_HELD["population"]) * ADULTS)
    if item.is_ratio:
        whole = int(whole * part) if part < 1 else whole if "adults" in item.code else 10 + whole // 400
        return f"{int(whole * level / part)} / {whole}"
    return str(int(20 * level))


def store(rows: list[Return], cells: list[ReturnCell]) -> None:
    """Store the answers, the states, the steps to them, and what was asked of the returned."""
    new = [cell for cell in cells if cell._state.adding]
    more: dict[str, Any] = {"batch_size": 500, "default_change_reason": REASON}
    fields = ["numerator", "denominator", "value", "text", "none_here", "answer", "note", "revision", "changed_at"]
    bulk_update_with_history([cell for cell in cells if not cell._state.adding], ReturnCell, fields, **more)
    bulk_create_with_history(new, ReturnCell, **more)
    sent = [row for row in rows if row.state not in Return.EDITABLE]
    for row in sent:
        row.submitted_at = timezone.now()
        if row.clock:
            row.clock.stopped_at, row.clock.outcome = row.submitted_at, "đã gửi"
    clocks = [row.clock for row in sent if row.clock]
    bulk_update_with_history(clocks, Clock, ["stopped_at", "outcome"], **more)
    bulk_update_with_history(rows, Return, ["state", "submitted_at"], **more)
    ReturnStep.objects.bulk_create(step for row in rows for step in steps_to(row))
    returned = {row.pk: row for row in rows if row.state == State.RETURNED}
    CellNote.objects.bulk_create(
        CellNote(of_return=returned.pop(c.of_return_id), item=c.item, place=c.place, text=ASK, at=timezone.now())
        for c in cells
        if c.of_return_id in returned and c.item.is_ratio and not c.item.is_counted
    )


def steps_to(row: Return) -> list[ReturnStep]:
    """Give the steps that led a return to its state."""
    ways = {State.RETURNED: (State.SUBMITTED, State.RETURNED), State.APPROVED: (*WAY, State.APPROVED)}
    path = ways.get(State(row.state), WAY[: WAY.index(State(row.state)) + 1] if row.state in WAY else ())
    states = [state for state in (State.DRAFT, *path) if state != State.SUBMITTED or row.organisation_id is None]
    return [
        ReturnStep(of_return=row, before=before, after=after, at=timezone.now()) for before, after in pairwise(states)
    ]


def close(period: Period, today: date) -> None:
    """Let a period of an earlier year be over, as if it had been collected in its time."""
    ended = timezone.make_aware(datetime.combine(min(period.due_on, today), time(9)))
    returns = list(period.returns.select_related("clock"))
    for row in returns:
        row.submitted_at, row.approved_at = ended - timedelta(days=4), ended
        if row.clock:
            row.clock.started_at = ended - timedelta(days=period.form.open_days)
            row.clock.due_at, row.clock.stopped_at, row.clock.outcome = ended, ended - timedelta(days=4), "đã nộp"
    clocks = [row.clock for row in returns if row.clock]
    more: dict[str, Any] = {"batch_size": 500, "default_change_reason": REASON}
    bulk_update_with_history(clocks, Clock, ["started_at", "due_at", "stopped_at", "outcome"], **more)
    bulk_update_with_history(returns, Return, ["submitted_at", "approved_at"], **more)
    period.state, period.opened_at, period.closed_at = Period.State.CLOSED, ended - timedelta(days=30), ended
    period._change_reason = REASON  # type: ignore[attr-defined]
    period.save()
