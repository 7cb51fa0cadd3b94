"""The wall of the operations centre, and which villages depend on masts without power."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hatang.accounts.services import province_for
from hatang.pages.ground import ground_url
from hatang.pages.lists import whole_number
from hatang.sensors.models import VIEW
from hatang.web.services.power_out import power_alerts, power_out, shapes_of
from hatang.web.services.wall import present_of, targets_of
from hatang.web.views.home import own_province

MOST_ROWS = 40


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
    """Show the wall; its parts (`phan`) are asked for again while it hangs there."""
    province, today = province_for(request, code, VIEW), timezone.localdate()
    part = request.GET.get("phan", "")
    context = {"province": province, "ground": ground_url()}
    if part == "muc-tieu":
        context |= {"targets": targets_of(province, person=request.user, today=today)}
        return render(request, "web/wall_targets.html", context)
    context |= {"present": present_of(province, person=request.user, now=timezone.now(), today=today)}
    return render(request, "web/wall_present.html" if part == "nay" else "web/wall.html", context)


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
        "finding": reading.sentence() if reading else "",
        "rows": reading.rows(MOST_ROWS) if reading else [],
        "shapes": shapes_of(reading) if reading else None,
        "what_if": f"{reverse('coverage:what_if', args=[found.run.pk])}?{asked}" if reading and found.run else "",
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
