"""The working calendar: a year at a glance, and what officers change in it."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from hatang.accounts.access import scopes
from hatang.core.vietnamese import number
from hatang.core.working_days import WorkingCalendar, working_days_between
from hatang.pages.lists import whole_number
from hatang.places.models import Place
from hatang.work import services
from hatang.work.forms import CalendarDayForm
from hatang.work.models import CalendarDay
from hatang.work.services.calendar import FIRST_YEAR, LAST_YEAR
from hatang.work.services.calendar_acts import CHANGE

Actor = Any
COUNTRY = "ca-nuoc"
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def asked_year(question: QueryDict) -> int:
    """Give the year asked for, or this one."""
    year = whole_number(question.get("nam", ""), 4)
    return year if year and FIRST_YEAR <= year <= LAST_YEAR else timezone.localdate().year


def asked_province(question: QueryDict, actor: Actor, provinces: Iterable[Place]) -> Place | None:
    """Give the province asked for by its code; otherwise the reader's own, and None for the whole country."""
    by_code = {province.code: province for province in provinces}
    asked = question.get("tinh", "")
    if asked in by_code or asked == COUNTRY:
        return by_code.get(asked)
    own = {scope.province_id for scope in scopes(actor, CHANGE)}
    own |= {actor.organisation.province_id} if actor.organisation else set()
    return next((province for province in by_code.values() if province.pk in own), None)


def todays_provinces() -> list[Place]:
    """Give the provinces of today."""
    return list(Place.objects.provinces().filter(valid_to=None).order_by("sort_key"))


def page_of(province: Place | None, year: int) -> str:
    """Give the address of a calendar's year."""
    asked = urlencode({"nam": year, "tinh": province.code if province else COUNTRY})
    return f"{reverse('work:calendar')}?{asked}"


@login_required
def year_page(request: HttpRequest) -> HttpResponse:
    """Show a year of a calendar: twelve months, and its exceptions in words."""
    provinces = todays_provinces()
    year, province = asked_year(request.GET), asked_province(request.GET, request.user, provinces)
    entries = services.calendar_entries(province_id=province.pk if province else None, first_year=year, last_year=year)
    changes = services.may_change_calendar(request.user, province)
    working = services.calendar_of(entries)
    last = services.last_act(province_id=province.pk if province else None, year=year) if changes else None
    context = {
        "year": year,
        "years": [y for y in (year - 1, year + 1) if FIRST_YEAR <= y <= LAST_YEAR],
        "province": province,
        "provinces": provinces,
        "months": [month(year, n, entries, working) for n in range(1, 13)],
        "entries": [(e, WEEKDAYS[e.on.weekday()], changes and own(e, province)) for e in entries],
        "working_days": working_days_between(date(year - 1, 12, 31), date(year, 12, 31), working),
        "off": sum(not entry.worked for entry in entries),
        "worked": sum(entry.worked for entry in entries),
        "proposed": sum(entry.proposed for entry in entries),
        "changes": changes,
        "last": last,
        "undo_words": services.words_of_undoing(last.history_change_reason or "") if last else "",
        "crumbs": [("Tôi", reverse("accounts:me")), ("Lịch làm việc", "")],
    }
    return render(request, "work/calendar.html", context)


def own(entry: services.CalendarEntry, province: Place | None) -> bool:
    """Tell whether an entry is a row of this calendar itself, not of the country's."""
    return entry.row is not None and entry.row.province_id == (province.pk if province else None)


def month(year: int, number_of_month: int, entries: list[services.CalendarEntry], working: WorkingCalendar) -> Any:
    """Give one month for the template: its name, and its weeks of days with the mark of each."""
    by_day = {entry.on: entry for entry in entries}
    rows = weeks.Calendar().monthdatescalendar(year, number_of_month)
    shown = [[cell(on, by_day.get(on), working) if on.month == number_of_month else None for on in row] for row in rows]
    return {"name": f"Tháng {number_of_month}", "weeks": shown}


def cell(on: date, entry: services.CalendarEntry | None, working: WorkingCalendar) -> dict[str, Any]:
    """Give one day for the template: its look, its letter and its words."""
    look = "" if working.is_working(on) else "rest"
    if entry:
        look = "worked" if entry.worked else "off"
    mark = {"worked": "B", "off": "N"}.get(look, "")
    return {"on": on, "look": look, "mark": mark, "entry": entry, "today": on == timezone.localdate()}


@login_required
@permission_required(CHANGE, raise_exception=True)
def day_new(request: HttpRequest) -> HttpResponse:
    """Add an exception to a calendar."""
    province = asked_province(request.GET, request.user, todays_provinces())
    services.require_change(request.user, province)
    return edit(request, CalendarDay(province=province), initial=proposed(request.GET, province))


def proposed(question: QueryDict, province: Place | None) -> dict[str, Any]:
    """Give the form's first words: the day asked for, as it stands."""
    try:
        on = parse_date(question.get("ngay", ""))
    except ValueError:
        on = None
    if on is None:
        return {}
    standing = services.calendar_entries(
        province_id=province.pk if province else None, first_year=on.year, last_year=on.year
    )
    found = next((entry for entry in standing if entry.on == on), None)
    return {"on": on} | ({"name": found.name, "legal": found.legal} if found else {})


@login_required
def day_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an exception."""
    return edit(request, changeable(request, pk), initial={})


def edit(request: HttpRequest, day: CalendarDay, initial: dict[str, Any]) -> HttpResponse:
    """Answer with the form, or store what it says."""
    actor: Actor = request.user
    form = CalendarDayForm(request.POST or None, instance=day, initial=initial)
    if form.is_valid():
        try:
            services.save_day(actor=actor, day=form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Đã lưu; hạn của các việc đang chạy đã được tính lại.")
            return redirect(page_of(day.province, day.on.year))
    whose = str(day.province) if day.province else "cả nước"
    title = f"Sửa ngày {day.on:%d/%m/%Y}" if day.pk else f"Thêm ngày vào lịch của {whose}"
    back = page_of(day.province, day.on.year if day.pk else asked_year(request.GET))
    context = {"form": form, "day": day, "title": title, "back": back}
    context["crumbs"] = [("Lịch làm việc", back), (title, "")]
    return render(request, "work/calendar_day.html", context, status=422 if form.errors else 200)


def changeable(request: HttpRequest, pk: int) -> CalendarDay:
    """Give the exception if the reader may change it."""
    days = CalendarDay.objects.visible_to(request.user).select_related("province")
    day = get_object_or_404(days, pk=pk)
    services.require_change(request.user, day.province)
    return day


@login_required
@require_POST
def day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an exception out of its calendar."""
    actor: Actor = request.user
    day = changeable(request, pk)
    back = page_of(day.province, day.on.year)
    services.remove_day(actor=actor, day=day)
    messages.success(request, "Đã bỏ ngày ấy khỏi lịch; hoàn tác được ở cuối trang.")
    return redirect(back)


@login_required
@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Take a year's proposal over."""
    actor: Actor = request.user
    year, province = asked_year(request.POST), asked_province(request.POST, actor, todays_provinces())
    try:
        added = services.adopt_year(actor=actor, province=province, year=year)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Đã nhận {number(added)} ngày dự kiến của năm {year}.")
    return redirect(page_of(province, year))


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Undo the last act on a calendar's year."""
    actor: Actor = request.user
    year, province = asked_year(request.POST), asked_province(request.POST, actor, todays_provinces())
    try:
        done = services.undo_last_act(actor=actor, province=province, year=year)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Đã {done}.")
    return redirect(page_of(province, year))
