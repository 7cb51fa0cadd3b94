"""Things: the list of a province, one thing with its values, charts and map, and the rules on its streams."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.accounts.access import scopes_in
from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.vietnamese import moment, number
from hatang.pages.features import collection, feature, point
from hatang.pages.ground import ground_url
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, Column, ListPage
from hatang.places.services import province_by_code
from hatang.sensors.forms import ThresholdForm
from hatang.sensors.models import (
    CHANGE,
    Alert,
    Datastream,
    Thing,
    ThingKind,
    ThingState,
    Threshold,
    ThresholdKind,
)
from hatang.sensors.services.density import people_in, things_per_100_people
from hatang.sensors.services.months import MOST_DRAWN, Now, drawn, month_of, month_table, told_now
from hatang.sensors.services.registering import refused_of
from hatang.sensors.services.watching import keepers_of
from hatang.sensors.views.territory import THINGS, in_thing, visible_thing, way

ALERTS_SHOWN, REFUSED_SHOWN = 10, 20


class ThingList(ListPage):
    """The things of a province that the person may see."""

    title = THINGS
    template = "sensors/things.html"
    search_fields = ("search_key", "commune__search_key", "owner__search_key")
    default_sort = "search_key"
    empty_text = "Chưa có cảm biến, thiết bị IoT nào trong sổ mà bạn được xem. Thiết bị gửi số đo qua MQTT hoặc HTTP."
    columns = (
        Column("Tên", lambda t: t.name, "search_key", link=lambda t: reverse("sensors:thing", args=[t.pk])),
        Column("Mã", lambda t: t.code, "code"),
        Column("Loại", lambda t: t.get_kind_display(), "kind"),
        Column("Chủ sở hữu", lambda t: str(t.owner) if t.owner else "tỉnh", "owner__sort_key"),
        Column("Xã, phường", lambda t: str(t.commune or ""), "commune__sort_key"),
        Column("Trạng thái", lambda t: t.get_state_display(), "state"),
        Column("Đo gần nhất lúc", lambda t: moment(t.last_told) if t.last_told else "chưa có"),
        Column("Cảnh báo đang mở", lambda t: t.open_alerts or 0, number=True, decimals=0),
    )

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Thing]:
        self.province = province_by_code(kwargs["code"])
        rows = Thing.objects.visible_to(request.user).filter(province=self.province)
        kind, state = request.GET.get("loai", ""), request.GET.get("trang-thai", "")
        rows = rows.filter(kind=kind) if kind in ThingKind.values else rows
        rows = rows.filter(state=state) if state in ThingState.values else rows
        streams = Datastream.objects.filter(thing=OuterRef("pk")).order_by("-last_at").exclude(last_at=None)
        alerts = Alert.objects.filter(stream__thing=OuterRef("pk"), closed_at=None).order_by()
        counted = alerts.values("stream__thing").annotate(n=Count("pk"))
        return rows.select_related("owner", "commune").annotate(
            last_told=Subquery(streams.values("last_at")[:1]), open_alerts=Subquery(counted.values("n"))
        )

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        seen = Thing.objects.visible_to(request.user).filter(province=self.province)
        active = seen.filter(state=ThingState.ACTIVE).count()
        people = people_in(self.province, timezone.localdate())
        return {
            "province": self.province,
            "kinds": ThingKind.choices,
            "chosen_state": request.GET.get("trang-thai", ""),
            "states": ThingState.choices,
            "may_add": bool(scopes_in(request.user, CHANGE, self.province.pk)),
            "active": active,
            "people": people,
            "per_100": things_per_100_people(active, people),
            "open_alerts": Alert.objects.filter(stream__thing__in=seen, closed_at=None).count(),
            "crumbs": way(self.province),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        return f"Cảm biến {self.province}"


@require_GET
def thing(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a thing: what it says now, a month of its streams, where it stands, its rules and alerts."""
    row = visible_thing(request, pk)
    streams = list(Datastream.objects.of(row))
    now = timezone.now()
    month = month_of(request.GET.get("thang", ""), now)
    asked = [one for one in streams if one.code == request.GET.get("luong")]
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        mark = [[SIMULATED_LINE]] if row.simulated else []
        title = f"Số đo {row.code} {month.chosen or timezone.localdate().isoformat()}"
        return EXPORTS[export](title, mark + month_table(row, asked or streams, month))
    thresholds = list(Threshold.objects.filter(stream__in=streams).select_related("stream").order_by("stream", "pk"))
    alerts = list(Alert.objects.filter(stream__in=streams).order_by("-raised_at")[:ALERTS_SHOWN])
    charts = [one for stream in (asked or streams)[:MOST_DRAWN] if (one := drawn(stream, month, thresholds))]
    told = told_now(streams, now)
    may_change = request.user.has_perm(CHANGE, row)
    context = {
        "thing": row,
        "finding": finding_of(row, told, sum(alert.closed_at is None for alert in alerts)),
        "told": told,
        "month": month,
        "charts": charts,
        "not_drawn": (asked or streams)[MOST_DRAWN:],
        "rules": [(one, rule_words(one)) for one in thresholds],
        "alerts": alerts,
        "may_change": may_change,
        "devices": row.devices.order_by("-is_active", "pk") if may_change else (),
        "refused": refused_of(row)[:REFUSED_SHOWN] if may_change else (),
        "simulated": row.simulated,
        "shapes": shapes_of(row),
        "ground": ground_url(),
        "near": f"{row.province.lon},{row.province.lat}",
        "crumbs": in_thing(row),
    }
    return render(request, "sensors/thing.html", context)


def finding_of(row: Thing, told: list[Now], alerts: int) -> str:
    """Say in a sentence what a thing tells now."""
    heard = [one for one in told if one.value]
    if row.state != ThingState.ACTIVE:
        return f"{row.get_state_display().capitalize()}."
    if not heard:
        return "Chưa có số đo nào."
    values = "; ".join(f"{one.stream.name}: {one.value} ({one.age})" for one in heard[:3])
    return f"{values}. {f'{number(alerts)} cảnh báo đang mở' if alerts else 'Không có cảnh báo nào đang mở'}."


def rule_words(rule: Threshold) -> str:
    """Write when a rule is true, and when it ends."""
    if rule.kind == ThresholdKind.ABSENT:
        return f"không có số đo trong {number(rule.absent_minutes)} phút"
    unit = rule.stream.unit_symbol
    clear = "" if rule.clear_limit is None else f", hết khi về {number(rule.clear_limit, 2)} {unit}".rstrip()
    held = f", kéo dài {number(rule.hold_minutes)} phút" if rule.hold_minutes else ""
    return f"{rule.get_kind_display()} {number(rule.limit, 2)} {unit}".rstrip() + held + clear


def shapes_of(row: Thing) -> dict[str, Any]:
    """Give the thing on the map, where it is known."""
    if row.lon is None or row.lat is None:
        return collection([])
    return collection([feature(point(row.lon, row.lat), name=row.name)])


@login_required
def threshold(request: HttpRequest, pk: int, rule: int | None = None) -> HttpResponse:
    """Set a rule on a stream of a thing, or change one; who keeps the thing may."""
    row = visible_thing(request, pk)
    if not request.user.has_perm(CHANGE, row):
        raise PermissionDenied
    kept = get_object_or_404(Threshold.objects.filter(stream__thing=row), pk=rule) if rule else None
    form = ThresholdForm(
        request.POST if request.method == "POST" else None,
        instance=kept,
        streams=Datastream.objects.filter(thing=row).order_by("code"),
        people=people_for(row),
    )
    if form.is_bound and form.is_valid():
        sign(form.instance, request.user if isinstance(request.user, Person) else None)
        form.save()
        messages.success(request, "Đã lưu ngưỡng. Hệ thống xét ngưỡng với số đo gần nhất trong vòng xét tới.")
        return redirect("sensors:thing", row.pk)
    title = "Sửa ngưỡng" if kept else "Đặt ngưỡng"
    context = {
        "thing": row,
        "form": form,
        "title": title,
        "simulated": row.simulated,
        "crumbs": in_thing(row, (title, "")),
    }
    return render(request, "sensors/threshold.html", context, status=422 if form.is_bound else 200)


def people_for(row: Thing) -> QuerySet[Person]:
    """Give the people who may be told of a thing's alerts: who keep it."""
    return Person.objects.filter(pk__in=[person.pk for person in keepers_of(row)]).order_by("username")
