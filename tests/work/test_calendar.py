"""The calendar that officers keep: proposed until taken over, a province before the country, every act undone again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from hatang.accounts.models import Person
from hatang.config.environment import weekend
from hatang.places.models import Place
from hatang.work.models import CalendarDay
from hatang.work.services import adopt_year, calendar_entries, remove_day, save_day, undo_last_act, working_calendar
from tests.conftest import World

OFF, WORKED = CalendarDay.Kind.OFF, CalendarDay.Kind.WORKED


@pytest.fixture
def country(people: dict[str, Person]) -> Person:
    """Give an administrator of all provinces."""
    people["administrator"].grants.update(province=None)
    return people["administrator"]


def off_days(province: Place | None, year: int = 2026) -> set[str]:
    """Give the days off of a year as dd/mm."""
    key = province.pk if province else None
    return {f"{d:%d/%m}" for d in working_calendar(province_id=key, first_year=year, last_year=year).off}


def rows() -> list[tuple[str, str, str]]:
    return [(f"{d.on:%d/%m}", d.kind, d.name) for d in CalendarDay.objects.all()]


def day(on: date, kind: CalendarDay.Kind = OFF, province: Place | None = None, name: str = "Ngày khác") -> CalendarDay:
    return CalendarDay(on=on, kind=kind, province=province, name=name)


def test_a_year_nobody_took_over_holds_as_proposed(world: World, country: Person) -> None:
    assert "17/02" in off_days(None)
    assert all(entry.proposed for entry in calendar_entries(province_id=None, first_year=2026, last_year=2027))
    before = off_days(None)
    assert adopt_year(actor=country, province=None, year=2026) == 12
    assert off_days(None) == before
    states = {(e.on.year, e.proposed) for e in calendar_entries(province_id=None, first_year=2026, last_year=2027)}
    assert states == {(2026, False), (2027, True)}
    with pytest.raises(ValidationError, match="đã có đủ"):
        adopt_year(actor=country, province=None, year=2026)


def test_one_day_set_for_the_country_keeps_the_other_proposed_days(country: Person) -> None:
    save_day(actor=country, day=day(date(2026, 9, 1), name="Quốc khánh theo thông báo"))
    assert CalendarDay.objects.get(on=date(2026, 9, 1)).name == "Quốc khánh theo thông báo"
    assert len(rows()) == 12
    undo_last_act(actor=country, province=None, year=2026)
    assert rows() == [], "taking over and setting the day were one act"


def test_a_provinces_day_goes_before_the_countrys(world: World, people: dict[str, Person]) -> None:
    officer, here = people["department_officer"], world.province
    save_day(actor=officer, day=day(date(2026, 9, 1), WORKED, here))
    save_day(actor=officer, day=day(date(2026, 11, 20), OFF, here))
    assert off_days(here) == off_days(None) - {"01/09"} | {"20/11"}
    assert off_days(world.other_province) == off_days(None)


def test_every_act_is_undone_and_done_again(world: World, people: dict[str, Person]) -> None:
    officer, here = people["department_officer"], world.province

    def undo() -> str:
        return undo_last_act(actor=officer, province=here, year=2026)

    with pytest.raises(ValidationError, match="chưa có việc nào"):
        undo()
    kept = save_day(actor=officer, day=day(date(2026, 11, 20), OFF, here, "Ngày hội"))
    kept.name, kept.kind = "Ngày hội tỉnh", OFF
    save_day(actor=officer, day=kept)
    assert undo() == "hoàn tác: sửa ngày 20/11/2026 (nghỉ: Ngày hội tỉnh)"
    assert rows() == [("20/11", "off", "Ngày hội")]
    assert undo() == "sửa ngày 20/11/2026 (nghỉ: Ngày hội tỉnh)"
    assert rows() == [("20/11", "off", "Ngày hội tỉnh")]
    remove_day(actor=officer, day=CalendarDay.objects.get())
    assert rows() == []
    undo()
    assert rows() == [("20/11", "off", "Ngày hội tỉnh")]
    adopt_year(actor=officer, province=here, year=2026)
    assert len(rows()) == 13
    undo()
    assert rows() == [("20/11", "off", "Ngày hội tỉnh")]


def test_who_may_not_change_a_calendar(world: World, people: dict[str, Person]) -> None:
    """An officer changes the own province; the country's calendar wants a role without bounds."""
    for who in ("department_officer", "administrator", "operator", "stranger"):
        with pytest.raises(PermissionDenied):
            save_day(actor=people[who], day=day(date(2026, 11, 20)))
    for act in (adopt_year, undo_last_act):
        with pytest.raises(PermissionDenied):
            act(actor=people["stranger"], province=world.province, year=2026)
    with pytest.raises(PermissionDenied):
        save_day(actor=people["stranger"], day=day(date(2026, 11, 20), OFF, world.province))


def post_day(client: Client, **said: str) -> str:
    answer = client.post("/viec/lich/them?nam=2026", {"kind": "off", "name": "x", "legal": ""} | said, follow=True)
    return answer.content.decode()


def test_the_page_says_where_what_and_what_would_be_right(
    client: Client, world: World, people: dict[str, Person]
) -> None:
    client.force_login(people["department_officer"])
    assert "Đã lưu" in post_day(client, on="2026-11-20", name="Ngày hội")
    assert "Ngày này đã có trong lịch" in post_day(client, on="2026-11-20")
    assert "Ngày 24/11/2026 vốn là ngày làm việc" in post_day(client, on="2026-11-24", kind="worked")
    assert "Nhập ngày dạng 30/06/2026" in post_day(client, on="31/02/2026")
    assert "Năm phải từ 2000 đến 2100" in post_day(client, on="1999-01-01")
    assert "Đã lưu" in post_day(client, on="2026-11-21", kind="worked", name="Làm bù cho 20/11")
    text = client.get("/viec/lich?nam=2026").content.decode()
    assert "Lịch làm việc năm 2026, Tỉnh Lạng Sơn" in text
    assert '20<abbr title="Ngày hội">N</abbr>' in text
    assert '21<abbr title="Làm bù cho 20/11">B</abbr>' in text
    assert '17<abbr title="Tết Âm lịch (mùng 1) (dự kiến)">N</abbr>' in text
    assert "12 ngày còn là dự kiến" in text
    assert "Hoàn tác: thêm ngày 21/11/2026" in text


def test_who_may_only_look_is_offered_nothing_to_change(client: Client, people: dict[str, Person]) -> None:
    client.force_login(people["operator"])
    text = client.get("/viec/lich?nam=2026&tinh=20").content.decode()
    assert "Tết Âm lịch" in text
    assert "Nhận 12 ngày" not in text
    assert "Thêm ngày" not in text


def test_weekly_days_off_are_a_setting(settings: Any, world: World, people: dict[str, Person]) -> None:
    """With Sundays off alone a Saturday is worked anyway, and a holiday on it is not made up."""
    settings.WEEKEND = weekend("CN")
    assert working_calendar(province_id=None, first_year=2026, last_year=2026).is_working(date(2026, 11, 28))
    with pytest.raises(ValidationError, match="vốn là ngày làm việc"):
        save_day(actor=people["department_officer"], day=day(date(2026, 11, 28), kind=WORKED, province=world.province))
    for wrong in ("8", "", "2,3,4,5,6,7,CN"):
        with pytest.raises(ValueError, match="HATANG_WEEKEND"):
            weekend(wrong)
