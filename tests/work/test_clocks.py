"""Clocks: when they end, how they stand in words, what moves them, and what they remember."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from hatang.accounts.models import Person
from hatang.places.models import Place
from hatang.work.models import CalendarDay, Clock
from hatang.work.services import (
    adopt_year,
    due_in_words,
    extend_clock,
    save_day,
    start_clock,
    stop_clock,
    undo_last_act,
)
from tests.conftest import World
from tests.instants import at

Unit = Clock.Unit


def clock(received: str, limit: int, unit: Clock.Unit, province: Place | None = None) -> Clock:
    return start_clock(rule="test", limit=limit, unit=unit, started_at=at(received), province=province)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("received", "limit", "unit", "end"),
    [
        ("26/11/2026 08:00", 7, Unit.WORKING_DAYS, "08/12/2026 00:00"),
        ("26/11/2026 23:59", 7, Unit.WORKING_DAYS, "08/12/2026 00:00"),
        ("27/11/2026 00:00", 7, Unit.WORKING_DAYS, "09/12/2026 00:00"),
        ("12/02/2026 10:00", 7, Unit.WORKING_DAYS, "03/03/2026 00:00"),
        ("28/01/2027 10:00", 7, Unit.WORKING_DAYS, "16/02/2027 00:00"),
        ("29/08/2026 10:00", 2, Unit.WORKING_DAYS, "04/09/2026 00:00"),
        ("02/02/2026 10:00", 15, Unit.DAYS, "24/02/2026 00:00"),
        ("26/11/2026 10:00", 15, Unit.DAYS, "12/12/2026 00:00"),
        ("26/11/2026 10:30", 24, Unit.HOURS, "27/11/2026 10:30"),
        ("16/02/2026 22:00", 6, Unit.HOURS, "17/02/2026 04:00"),
    ],
)
def test_a_term_ends_as_the_civil_code_says(received: str, limit: int, unit: Clock.Unit, end: str) -> None:
    """Receipt is not counted, Tết and 2/9 are passed over, a last day off moves on, days end at 24 o'clock."""
    assert clock(received, limit, unit).due_at == at(end)


@pytest.mark.django_db
def test_an_extension_counts_from_the_first_end_and_its_total_replaces_an_earlier_one() -> None:
    running = clock("26/11/2026 08:00", 15, Unit.DAYS)
    assert running.due_on == date(2026, 12, 11)
    longer = extend_clock(clock=running, extension=5, unit=Unit.WORKING_DAYS, reason="Bất khả kháng")
    assert longer.due_on == date(2026, 12, 18)
    longer = extend_clock(clock=running, extension=15, unit=Unit.WORKING_DAYS, reason="Bất khả kháng")
    assert longer.due_on == date(2027, 1, 4), "1 January is off"
    with pytest.raises(ValidationError, match="lý do"):
        extend_clock(clock=running, extension=1, unit=Unit.DAYS, reason="  ")


@pytest.mark.django_db
def test_a_limit_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError):
        clock("26/11/2026 08:00", 0, Unit.DAYS)


@pytest.mark.django_db
def test_how_a_clock_stands_in_words() -> None:
    days = clock("26/11/2026 08:00", 7, Unit.WORKING_DAYS)
    hours = clock("26/11/2026 08:00", 24, Unit.HOURS)
    said = [
        (days, "02/12/2026 09:00", "còn 3 ngày làm việc"),
        (days, "05/12/2026 09:00", "còn 1 ngày làm việc"),
        (days, "07/12/2026 23:59", "hết hạn hôm nay"),
        (days, "08/12/2026 00:00", "quá hạn 1 ngày làm việc"),
        (days, "09/12/2026 09:00", "quá hạn 2 ngày làm việc"),
        (hours, "27/11/2026 03:00", "còn 5 giờ"),
        (hours, "27/11/2026 07:20", "còn 40 phút"),
        (hours, "27/11/2026 08:05", "quá hạn 5 phút"),
        (hours, "28/11/2026 09:00", "quá hạn 25 giờ"),
        (clock("26/11/2026 08:00", 15, Unit.DAYS), "12/12/2026 09:00", "quá hạn 1 ngày"),
        (clock("26/11/2026 08:00", 6, Unit.WORKING_DAYS), "05/12/2026 09:00", "quá hạn chưa tới 1 ngày làm việc"),
    ]
    assert [due_in_words(clock=c, now=at(now)) for c, now, _ in said] == [words for _, _, words in said]


@pytest.mark.django_db
def test_a_stopped_clock_remembers_whether_it_was_late() -> None:
    running, other = clock("26/11/2026 08:00", 7, Unit.WORKING_DAYS), clock("26/11/2026 08:00", 7, Unit.WORKING_DAYS)
    late = stop_clock(clock=running, outcome="đồng ý", at=at("09/12/2026 09:00"))
    in_time = stop_clock(clock=other, outcome="đồng ý", at=at("07/12/2026 23:00"))
    now = at("01/02/2027 09:00")
    assert due_in_words(clock=late, now=now) == "xong muộn 2 ngày làm việc"
    assert due_in_words(clock=in_time, now=now) == "xong đúng hạn"
    assert list(Clock.objects.stopped_late()) == [late]
    with pytest.raises(ValidationError, match="đã dừng"):
        stop_clock(clock=running, outcome="lại", at=now)
    with pytest.raises(ValidationError, match="đã dừng"):
        extend_clock(clock=running, extension=1, unit=Unit.DAYS, reason="lại")
    with pytest.raises(ValidationError, match="trước thời điểm bắt đầu"):
        stop_clock(clock=clock("26/11/2026 08:00", 1, Unit.DAYS), outcome="", at=at("25/11/2026 08:00"))


@pytest.mark.django_db
def test_sets_of_clocks() -> None:
    over, near, far = (clock(f"{day}/11/2026 08:00", 24, Unit.HOURS) for day in (20, 26, 28))
    stop_clock(clock=clock("01/11/2026 08:00", 24, Unit.HOURS), outcome="xong", at=at("01/11/2026 09:00"))
    now = at("26/11/2026 20:00")
    assert set(Clock.objects.open()) == {over, near, far}
    assert set(Clock.objects.overdue(now)) == {over}
    assert set(Clock.objects.due_within(timedelta(hours=12), now)) == {near}


def test_a_changed_calendar_moves_running_clocks_of_its_province_only(world: World, people: dict[str, Person]) -> None:
    officer, here = people["department_officer"], world.province
    running, stopped = (clock("26/11/2026 08:00", 7, Unit.WORKING_DAYS, here) for _ in range(2))
    elsewhere = clock("26/11/2026 08:00", 7, Unit.WORKING_DAYS, world.other_province)
    hours = clock("26/11/2026 08:00", 24, Unit.HOURS, here)
    stop_clock(clock=stopped, outcome="xong", at=at("07/12/2026 10:00"))
    save_day(actor=officer, day=CalendarDay(province=here, on=date(2026, 12, 1), name="Bão số 9"))
    ends = [c.due_on.day for c in Clock.objects.order_by("pk")]
    assert ends == [8, 7, 7, 27]
    assert Clock.objects.get(pk=stopped.pk).late is False
    moved = Clock.history.filter(id=running.pk).latest()
    assert (moved.history_user, moved.history_change_reason) == (officer, "lịch làm việc thay đổi")
    undo_last_act(actor=officer, province=here, year=2026)
    back = Clock.objects.filter(pk__in=[running.pk, elsewhere.pk, hours.pk]).order_by("pk")
    assert [c.due_on.day for c in back] == [7, 7, 27]


def test_the_country_moves_every_clock_and_a_taken_proposal_none(world: World, people: dict[str, Person]) -> None:
    head = people["administrator"]
    head.grants.update(province=None)
    clocks = [clock("28/08/2026 08:00", 3, Unit.WORKING_DAYS, p) for p in (None, world.province, world.other_province)]
    before = [c.due_on for c in clocks]
    adopt_year(actor=head, province=None, year=2026)
    assert [c.due_on for c in Clock.objects.order_by("pk")] == before == [date(2026, 9, 4)] * 3
    save_day(actor=head, day=CalendarDay(on=date(2026, 8, 31), name="Hoán đổi cho 22/08"))
    assert [c.due_on for c in Clock.objects.order_by("pk")] == [date(2026, 9, 7)] * 3
