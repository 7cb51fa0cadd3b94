"""Alerts: the list of a province, one alert, taking it on, closing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.core.vietnamese import moment, number
from hatang.pages.lists import Column, ListPage
from hatang.places.services import province_by_code
from hatang.sensors.forms import ClosingForm
from hatang.sensors.models import CHANGE, Alert, AlertState, ThingKind, ThresholdLevel
from hatang.sensors.services.alerts import close_alert, take_on
from hatang.sensors.services.months import age_words
from hatang.sensors.services.watching import alert_address
from hatang.sensors.views.territory import ALERTS, visible_alert, way


class AlertList(ListPage):
    """The alerts of a province that the person may see; the open ones first."""

    title = ALERTS
    template = "sensors/alerts.html"
    search_fields = ("stream__thing__search_key", "stream__thing__commune__search_key")
    default_sort = "-raised_at"
    empty_text = "Chưa có cảnh báo nào. Cảnh báo do ngưỡng đặt trên luồng số đo của vật sinh ra."
    columns = (
        Column("Việc gì", lambda a: a.title, link=alert_address),
        Column("Mức độ", lambda a: a.get_level_display(), "level"),
        Column("Trạng thái", lambda a: a.get_state_display(), "state"),
        Column("Vật", lambda a: a.stream.thing.name, "stream__thing__search_key"),
        Column("Xã, phường", lambda a: str(a.stream.thing.commune or ""), "stream__thing__commune__sort_key"),
        Column("Bắt đầu", lambda a: moment(a.raised_at), "raised_at"),
        Column("Hết", lambda a: moment(a.closed_at) if a.closed_at else "chưa", "closed_at"),
        Column("Xấu nhất", lambda a: a.worst, number=True, decimals=2),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Alert]:
        self.province = province_by_code(kwargs["code"])
        self.seen = Alert.objects.visible_to(request.user).filter(stream__thing__province=self.province)
        rows, state, level = self.seen, request.GET.get("trang-thai", ""), request.GET.get("muc", "")
        if state == "mo":
            rows = rows.filter(closed_at=None)
        rows = rows.filter(state=state) if state in AlertState.values else rows
        rows = rows.filter(level=level) if level in ThresholdLevel.values else rows
        return rows.select_related("stream__thing__commune")  # type: ignore[return-value]

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {
            "province": self.province,
            "chosen_state": request.GET.get("trang-thai", ""),
            "states": [("mo", "chưa hết"), *AlertState.choices],
            "levels": ThresholdLevel.choices,
            "open_alerts": self.seen.filter(closed_at=None).count(),
            "crumbs": way(self.province, (ALERTS, "")),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        return f"Cảnh báo {self.province}"


@require_GET
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an alert."""
    return shown(request, visible_alert(request, pk))


def shown(request: HttpRequest, row: Alert, closing: ClosingForm | None = None) -> HttpResponse:
    """Show an alert, perhaps with the form that was refused."""
    thing = row.stream.thing
    may_change = request.user.has_perm(CHANGE, row)
    acts = may_change and row.closed_at is None
    lasted = (row.closed_at or timezone.now()) - row.raised_at
    context = {
        "alert": row,
        "thing": thing,
        "lasted": lasting_words(lasted),
        "worst": "" if row.worst is None else f"{number(row.worst, 2)} {row.stream.unit_symbol}".rstrip(),
        "value": "" if row.value is None else f"{number(row.value, 2)} {row.stream.unit_symbol}".rstrip(),
        "may_change": may_change,
        "closing": (closing or ClosingForm()) if acts else None,
        "power": thing.kind == ThingKind.POWER and bool(thing.site_code) and request.user.is_authenticated,
        "simulated": row.simulated,
        "crumbs": way(thing.province, (ALERTS, reverse("sensors:alerts", args=[thing.province.code])), (row.title, "")),
    }
    return render(request, "sensors/alert.html", context, status=422 if closing else 200)


def lasting_words(lasted: timedelta) -> str:
    """Say how long something lasts.

    >>> lasting_words(timedelta(seconds=5)), lasting_words(timedelta(hours=3))
    ('chưa đầy một phút', '3 giờ')
    """
    if lasted < timedelta(minutes=1):
        return "chưa đầy một phút"
    return age_words(lasted).removesuffix(" trước")


@login_required
@require_POST
def alert_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an alert on."""
    row = visible_alert(request, pk)
    try:
        take_on(actor=request.user, alert=row)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("sensors:alert", row.pk)


@login_required
@require_POST
def alert_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an alert with a note."""
    row = visible_alert(request, pk)
    form = ClosingForm(request.POST)
    if not form.is_valid() and request.user.has_perm(CHANGE, row):
        return shown(request, row, form)
    try:
        close_alert(actor=request.user, alert=row, note=form.cleaned_data.get("note", ""))  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("sensors:alert", row.pk)
