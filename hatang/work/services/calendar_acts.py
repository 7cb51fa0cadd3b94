"""What officers do with the working calendar: take a year over, add, change, remove a day, undo the last act.

Whatever changes the calendar moves the ends of the clocks that still run, in the same transaction. The rows of one act
share one instant in the history; by it the act is found again when it is undone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import day as written
from hatang.pages.histories import bulk_create_with_history
from hatang.places.models import Place
from hatang.work.models import CalendarDay
from hatang.work.services.calendar import CalendarEntry, calendar_entries, calendar_of, proposals
from hatang.work.services.clocks import recompute_open_clocks

CHANGE = "work.change_calendar"
UNDO = "hoàn tác: "


def may_change_calendar(actor: Any, province: Place | None) -> bool:
    """Tell whether a person may change the calendar of a province, or with None of the country."""
    return bool(actor.has_perm(CHANGE, CalendarDay(province=province)))


def require_change(actor: Any, province: Place | None) -> None:
    """Refuse who may not change this calendar."""
    if not may_change_calendar(actor, province):
        raise PermissionDenied(f"Bạn không được sửa lịch làm việc của {province or 'cả nước'}.")


@transaction.atomic
def adopt_year(*, actor: Person, province: Place | None, year: int) -> int:
    """Take a year's proposed days into a calendar, those it already has left as they are; give how many."""
    require_change(actor, province)
    now = timezone.now()
    taken = list(CalendarDay.objects.of(province.pk if province else None).between(year, year))
    reason = f"nhận lịch dự kiến năm {year}"
    added = add_proposals(actor, province, year, without={row.on for row in taken}, now=now, reason=reason)
    if not added:
        raise ValidationError(f"Lịch năm {year} đã có đủ các ngày dự kiến.")
    recompute_open_clocks(province=province, actor=actor)
    return added


def add_proposals(
    actor: Person, province: Place | None, year: int, *, without: set[date], now: datetime, reason: str
) -> int:
    """Store a year's proposed days except some."""
    days = [entry for entry in proposals([year]) if entry.on not in without]
    rows = [CalendarDay(province=province, on=e.on, name=e.name, legal=e.legal) for e in days]
    more = {"default_user": actor, "default_change_reason": reason, "default_date": now}
    bulk_create_with_history(rows, CalendarDay, **more)
    return len(rows)


@transaction.atomic
def save_day(*, actor: Person, day: CalendarDay) -> CalendarDay:
    """Store a new or changed day; raises ValidationError when it is there already or makes no difference.

    A year that still holds as proposed is taken over with it: one day set by hand must not drop the others.
    """
    require_change(actor, day.province)
    verb = "sửa" if day.pk else "thêm"
    reason, now = f"{verb} ngày {written(day.on)} ({day.get_kind_display()}: {day.name})"[:100], timezone.now()
    day.full_clean()
    check_makes_a_difference(day)
    settle_year(actor, day, now, reason)
    record(day, actor, now, reason).save()
    recompute_open_clocks(province=day.province, actor=actor)
    return day


def check_makes_a_difference(day: CalendarDay) -> None:
    """Refuse to mark as worked a day that is worked anyway."""
    entries: list[CalendarEntry] = []
    if day.province_id:
        entries = calendar_entries(province_id=None, first_year=day.on.year, last_year=day.on.year)
    if day.kind == CalendarDay.Kind.WORKED and calendar_of(entries).is_working(day.on):
        raise ValidationError(
            {
                "kind": f"Ngày {written(day.on)} vốn là ngày làm việc; chỉ ngày nghỉ mới có thể làm bù. Xem lại ngày; "
                "muốn bỏ một ngày nghỉ dự kiến thì nhận lịch của năm rồi bấm Bỏ ở ngày ấy."
            }
        )


def settle_year(actor: Person, day: CalendarDay, now: datetime, reason: str) -> None:
    """Take the country's year over, if it holds as proposed, before one of its days is set by hand."""
    year = day.on.year
    if day.province_id is None and not CalendarDay.objects.of(None).between(year, year).exists():
        add_proposals(actor, None, year, without={day.on}, now=now, reason=reason)


def record(day: CalendarDay, actor: Person, now: datetime, reason: str) -> CalendarDay:
    """Say whose act, when and why the next change of the row is."""
    sign(day, actor, reason)
    day._history_date = now  # type: ignore[attr-defined]
    return day


@transaction.atomic
def remove_day(*, actor: Person, day: CalendarDay) -> None:
    """Take a day out of the calendar; its history stays, and the act can be undone."""
    require_change(actor, day.province)
    province = day.province
    record(day, actor, timezone.now(), f"bỏ ngày {written(day.on)} ({day.name})"[:100]).delete()
    recompute_open_clocks(province=province, actor=actor)


def last_act(*, province_id: int | None, year: int) -> Any | None:
    """Give a history row of the last act on a calendar's year; its reason says what was done."""
    acts: Any = CalendarDay.history.filter(province_id=province_id, on__year=year)
    return acts.select_related("history_user").order_by("-history_date", "-history_id").first()


def words_of_undoing(reason: str) -> str:
    """Say what undoing an act is; undoing what was undone does it again.

    >>> words_of_undoing("bỏ ngày 01/09/2026"), words_of_undoing("hoàn tác: bỏ ngày 01/09/2026")
    ('hoàn tác: bỏ ngày 01/09/2026', 'bỏ ngày 01/09/2026')
    """
    return reason.removeprefix(UNDO) if reason.startswith(UNDO) else f"{UNDO}{reason}"[:100]


@transaction.atomic
def undo_last_act(*, actor: Person, province: Place | None, year: int) -> str:
    """Put back what the last act on a calendar's year changed; give what was done in words."""
    require_change(actor, province)
    province_id = province.pk if province else None
    last = last_act(province_id=province_id, year=year)
    if last is None:
        raise ValidationError(f"Lịch năm {year} chưa có việc nào để hoàn tác.")
    words, now = words_of_undoing(last.history_change_reason or ""), timezone.now()
    rows: Any = CalendarDay.history.filter(province_id=province_id, history_date=last.history_date)
    for row in sorted(rows, key=lambda row: row.history_type != "+"):
        put_back(row, actor, now, words)
    recompute_open_clocks(province=province, actor=actor)
    return words


def put_back(row: Any, actor: Person, now: datetime, reason: str) -> None:
    """Undo one row's change: what was added goes, what was removed or changed is as before."""
    if row.history_type == "+":
        record(row.instance, actor, now, reason).delete()
        return
    before = row if row.history_type == "-" else row.prev_record
    record(before.instance, actor, now, reason).save()
