"""Clocks: terms that run for a case, counted as the civil code counts them.

Bộ luật Dân sự 2015, Điều 147: a term of hours begins at its instant, one of days with the day after receipt. Điều 148:
a term of days whose last day is off ends with the next working day, at 24 o'clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from math import ceil

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import number
from hatang.core.working_days import ONE_DAY, WorkingCalendar, add_days, add_working_days, working_days_between
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place
from hatang.work.models import Clock
from hatang.work.services.calendar import working_calendar

Unit = Clock.Unit
CALENDAR_CHANGED = "lịch làm việc thay đổi"
HOUR = timedelta(hours=1)


@transaction.atomic
def start_clock(
    *,
    rule: str,
    limit: int,
    unit: Clock.Unit,
    started_at: datetime,
    province: Place | None,
    actor: Person | None = None,
) -> Clock:
    """Start a clock at an instant of receipt, by the calendar of a province or with None of the country.

    `rule` names what the limit comes from, e.g. `network.sharing_reply`; reminders are registered under it. Raises
    ValidationError when the limit is not 1 to 3660.
    """
    clock = Clock(rule=rule, limit=limit, unit=unit, started_at=started_at, province=province)
    clock.clean_fields(exclude=["due_at"])
    clock.due_at = due_at(clock, calendar_for(clock))
    sign(clock, actor)
    clock.save()
    return clock


@transaction.atomic
def start_clocks(
    *,
    rule: str,
    limit: int,
    unit: Clock.Unit,
    started_at: datetime,
    province: Place | None,
    count: int,
    actor: Person | None = None,
) -> list[Clock]:
    """Start so many clocks that run alike, one for each case of a round, as `start_clock` starts one."""
    if not count:
        return []
    first = Clock(rule=rule, limit=limit, unit=unit, started_at=started_at, province=province)
    first.clean_fields(exclude=["due_at"])
    end = due_at(first, calendar_for(first))
    alike = {"rule": rule, "limit": limit, "unit": unit, "started_at": started_at, "province": province, "due_at": end}
    rows = [Clock(**alike) for _ in range(count)]
    return list(bulk_create_with_history(rows, Clock, batch_size=500, default_user=actor))


@transaction.atomic
def extend_clock(*, clock: Clock, extension: int, unit: Clock.Unit, reason: str, actor: Person | None = None) -> Clock:
    """Extend a running clock by so much beyond its limit in all; an earlier extension is replaced.

    Raises ValidationError when the clock was stopped, or the reason is missing. The caller asks what the law allows.
    """
    row = running(clock)
    row.extension, row.extension_unit, row.extension_reason = extension, unit, reason.strip()
    row.clean_fields(exclude=["due_at"])
    row.validate_constraints()
    row.due_at = due_at(row, calendar_for(row))
    sign(row, actor, f"gia hạn {extension} {unit.label}"[:100])
    row.save()
    return row


@transaction.atomic
def extend_clock_until(*, clock: Clock, due_on: date, reason: str, actor: Person | None = None) -> Clock:
    """Extend a running clock of days until the end of a day, or of the next working day; it must be a later one."""
    bare = Clock(limit=clock.limit, unit=clock.unit, started_at=clock.started_at, province_id=clock.province_id)
    last = timezone.localdate(due_at(bare, calendar_for(bare)) - timedelta(microseconds=1))
    days = max((due_on - last).days, 0)
    return extend_clock(clock=clock, extension=days, unit=Unit.DAYS, reason=reason, actor=actor)


@transaction.atomic
def stop_clock(*, clock: Clock, outcome: str, at: datetime, actor: Person | None = None) -> Clock:
    """Stop a running clock at an instant, not before it started; `late` then tells whether that was in time."""
    row = running(clock)
    if at < row.started_at:
        raise ValidationError("Thời điểm kết thúc không thể trước thời điểm bắt đầu.")
    row.stopped_at, row.outcome = at, outcome
    sign(row, actor)
    row.save()
    return row


@transaction.atomic
def resume_clocks(*, clocks: QuerySet[Clock], actor: Person | None = None) -> int:
    """Let stopped clocks run on, since their case was opened again; the ends stay. Give how many."""
    rows = list(clocks.exclude(stopped_at=None).select_for_update())
    for row in rows:
        row.stopped_at, row.outcome = None, ""
    more = {"default_user": actor, "default_change_reason": "chạy tiếp"}
    bulk_update_with_history(rows, Clock, ["stopped_at", "outcome"], batch_size=500, **more)
    return len(rows)


def running(clock: Clock) -> Clock:
    """Give the clock as it is now, locked; refuse one that was stopped."""
    row = Clock.objects.select_for_update().get(pk=clock.pk)
    if row.stopped_at:
        raise ValidationError("Thời hạn này đã dừng. Tải lại trang để xem kết quả.")
    return row


@transaction.atomic
def recompute_open_clocks(*, province: Place | None, actor: Person | None = None) -> int:
    """Move the ends of running clocks to where a changed calendar puts them; give how many moved.

    With a province those that run by its calendar, with None all; a stopped clock keeps the end it was judged by.
    """
    clocks = Clock.objects.open().exclude(unit=Unit.HOURS, extension=0).select_for_update()
    moved = []
    for calendar, group in by_calendar(clocks.filter(province=province) if province else clocks):
        for clock in group:
            end = due_at(clock, calendar)
            if end != clock.due_at:
                clock.due_at = end
                moved.append(clock)
    more = {"default_user": actor, "default_change_reason": CALENDAR_CHANGED}
    bulk_update_with_history(moved, Clock, ["due_at"], batch_size=500, **more)
    return len(moved)


def by_calendar(clocks: Iterable[Clock]) -> Iterator[tuple[WorkingCalendar, list[Clock]]]:
    """Group clocks by province, each group with the calendar that covers its terms up to today."""
    groups: dict[int | None, list[Clock]] = defaultdict(list)
    for clock in clocks:
        groups[clock.province_id].append(clock)
    for province_id, group in groups.items():
        first = min(c.started_at for c in group).year
        last = max(timezone.localdate().year, *(last_year(c) for c in group))
        yield working_calendar(province_id=province_id, first_year=first, last_year=last), group


def last_year(clock: Clock) -> int:
    """Give a year by which the clock surely ends: two days at most for each working day, and a year to spare."""
    return (clock.started_at + 2 * timedelta(days=clock.limit + clock.extension)).year + 1


def calendar_for(clock: Clock) -> WorkingCalendar:
    """Read the calendar that covers a clock's term."""
    return next(calendar for calendar, _ in by_calendar([clock]))


def due_at(clock: Clock, calendar: WorkingCalendar) -> datetime:
    """Compute the instant at which a clock's term ends."""
    received = timezone.localdate(clock.started_at)
    end = term_end(clock.started_at, received, clock.limit, clock.unit, calendar)
    if not clock.extension:
        return end
    last = timezone.localdate(end - timedelta(microseconds=1))
    return term_end(end, last, clock.extension, clock.extension_unit, calendar)


def term_end(instant: datetime, day: date, count: int, unit: str, calendar: WorkingCalendar) -> datetime:
    """End a term of hours counted from an instant, or one of days counted from a day, at 24 o'clock in Viet Nam."""
    if unit == Unit.HOURS:
        return instant + count * HOUR
    last = (add_working_days if unit == Unit.WORKING_DAYS else add_days)(day, count, calendar)
    return datetime.combine(last + ONE_DAY, time.min, timezone.get_current_timezone())


def units_left(clock: Clock, at: datetime, calendar: WorkingCalendar) -> float:
    """Count what is left of a clock at an instant in the unit it ends in; negative when it is over.

    Days are whole: on the last day, and on days off after it, nothing is left and nothing over.
    """
    if clock.counted_in == Unit.HOURS:
        return (clock.due_at - at) / HOUR
    today = timezone.localdate(at)
    if clock.counted_in == Unit.DAYS:
        return (clock.due_on - today).days
    return working_days_between(today, clock.due_on, calendar)


def due_in_words(*, clock: Clock, now: datetime, calendar: WorkingCalendar | None = None) -> str:
    """Say how a clock stands: còn 3 ngày làm việc, hết hạn hôm nay, quá hạn 5 giờ, xong đúng hạn, xong muộn 2 ngày.

    A page with many clocks brings the calendar, so that it is read once.
    """
    at = clock.stopped_at or now
    left = units_left(clock, at, calendar or calendar_for(clock))
    if clock.stopped_at:
        return f"xong muộn {amount(clock, -left)}" if clock.late else "xong đúng hạn"
    if at >= clock.due_at:
        return f"quá hạn {amount(clock, -left)}"
    return f"còn {amount(clock, left)}" if left > 0 else "hết hạn hôm nay"


def amount(clock: Clock, units: float) -> str:
    """Write how many units: whole days, hours, or minutes below one hour."""
    label = Unit(clock.counted_in).label
    if clock.counted_in == Unit.HOURS and units < 1:
        return f"{ceil(units * 60)} phút"
    return f"{number(int(units))} {label}" if units >= 1 else f"chưa tới 1 {label}"
