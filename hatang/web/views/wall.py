"""The wall of the operations centre, and which villages depend on masts without power."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hatang.accounts.access import scopes_in
from hatang.accounts.services import province_for
from hatang.core.vietnamese import within_words
from hatang.pages.ground import ground_url
from hatang.pages.lists import whole_number
from hatang.places.models import Place
from hatang.sensors.models import VIEW
from hatang.web.services.power_out import power_alerts, power_out, shapes_of
from hatang.web.services.wall import present_of, targets_of
from hatang.web.views.home import own_province

MOST_ROWS = 40
VIEWS = {
    "muc-tieu": "Mục tiêu",
    "ban-do": "Cảnh báo",
    "nhiem-vu": "Nhiệm vụ",
    "mat-lien-lac": "Mất liên lạc",
}
"""What the wall turns through, in this order."""
FASTEST_S, SLOWEST_S = 5, 3600


@login_required
@require_GET
def own_wall(request: HttpRequest) -> HttpResponse:
    """Lead a person of one province to its wall, others to choose a province."""
    own = own_province(request)
    return redirect("web:wall", own.code) if own else redirect("web:home")


@login_required
@require_GET
@never_cache
def wall(request: HttpRequest, code: str) -> HttpResponse:
    """Show the wall, which turns through its views; its parts (`phan`) are asked for again while it hangs there.

    Without script the page itself turns: each view (`man`) leads to the next after so many seconds (`giay`).
    """
    province, part = province_for(request, code, VIEW), request.GET.get("phan", "")
    view = one_of(request.GET.get("man", ""))
    context = {"province": province} | shown(request, province, part or view)
    if part:
        return render(request, "web/wall_targets.html" if part == "muc-tieu" else "web/wall_present.html", context)
    context |= {"ground": ground_url(), "views": VIEWS, "view": view, "seconds": seconds_of(request)}
    context["next"] = list(VIEWS)[(list(VIEWS).index(view) + 1) % len(VIEWS)]
    return render(request, "web/wall.html", context)


def one_of(asked: str) -> str:
    """Give the view that was asked for, or the first."""
    return asked if asked in VIEWS else next(iter(VIEWS))


def shown(request: HttpRequest, province: Place, part: str) -> dict[str, Any]:
    """Gather what a part of the wall shows."""
    today = timezone.localdate()
    if part == "muc-tieu":
        return {"targets": targets_of(province, person=request.user, today=today)}
    return {"present": present_of(province, person=request.user, now=timezone.now(), today=today)}


def seconds_of(request: HttpRequest) -> int:
    """Give how long a view stays: as the address says, else as the installation does."""
    asked = whole_number(request.GET.get("giay", ""), 4)
    return settings.WALL_SECONDS if asked is None else min(max(asked, FASTEST_S), SLOWEST_S)


@login_required
@require_GET
def power_out_page(request: HttpRequest, code: str) -> HttpResponse:
    """Say which villages depend on the masts where power failed, of all open alerts or of one."""
    province = province_for(request, code, VIEW)
    alerts = power_alerts(request.user, province)
    chosen = whole_number(request.GET.get("canh-bao", ""), 12)
    if chosen is not None:
        alerts = alerts.filter(pk=chosen)
        if not alerts:
            raise Http404
    found = power_out(person=request.user, province=province, alerts=list(alerts[:200]), today=timezone.localdate())
    reading = found.reading
    asked = "&".join(f"neu=cot-{mast.pk}" for mast in found.masts)
    context = {
        "province": province,
        "out": found,
        "one": chosen is not None,
        "finding": within_words(reading.sentence()) if reading else "",
        "rows": reading.rows(MOST_ROWS) if reading else [],
        "shapes": shapes_of(reading) if reading else None,
        "what_if": f"{reverse('coverage:what_if', args=[found.run.pk])}?{asked}" if reading and found.run else "",
        "runs": bool(scopes_in(request.user, "coverage.view_run", province.pk)),
        "ground": ground_url(),
        "near": f"{province.lon},{province.lat}",
        "simulated": any(one.alert.simulated for one in found.failures) or bool(reading and reading.answer.simulated),
        "crumbs": [
            (str(province), reverse("web:province", args=[province.code])),
            ("Cảnh báo của cảm biến", reverse("sensors:alerts", args=[province.code])),
            ("Mất điện ở trạm", ""),
        ],
    }
    return render(request, "web/power_out.html", context)
