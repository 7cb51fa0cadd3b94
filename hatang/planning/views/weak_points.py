"""Pages of weak points: where today's cables hang by a thread, for whom; close a ring there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.models import Organisation
from hatang.accounts.services import province_for
from hatang.pages.features import collection
from hatang.pages.ground import ground_url
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number
from hatang.planning.forms.fibre import RingForm
from hatang.planning.models import CHANGE, SEE
from hatang.planning.services.fibre.exports import INTERNAL
from hatang.planning.services.fibre.plans import ask_plan
from hatang.planning.services.fibre.weak import Weaknesses, drawn, finding, weaknesses_of
from hatang.planning.views.ways import in_planning

TITLE = "Điểm yếu của mạng cáp"
SHOWN = 50
HEADINGS = (
    *("Loại", "Tên", "Xã, phường", "Người mất mạng", "Thôn mất mạng", "Cột mất mạng", "Chiều dài, km"),
    *("Kinh độ", "Vĩ độ"),
)
GEOJSON = "geojson"


@login_required
@require_GET
def weak_points(request: HttpRequest, code: str) -> HttpResponse:
    """Rank the weak points of a province's cables, as one network or one operator's; or give them as a file."""
    province = province_for(request, code, SEE, whole=True)
    operator = chosen(request)
    found = weaknesses_of(province, timezone.localdate(), operator)
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        name = f"Điểm yếu mạng cáp {province} {operator or ''}".strip()
        return EXPORTS[export](name, table(found))
    if export == GEOJSON:
        return geojson(found)
    asked = request.GET.urlencode()
    context = {
        "title": TITLE,
        "province": province,
        "operator": operator,
        "operators": Organisation.objects.operators().order_by("sort_key"),
        "found": found,
        "points": found.by_cable[:SHOWN],
        "finding": finding(found),
        "simulated": found.network.simulated,
        "changes": operator is None and request.user.has_perm(CHANGE, province),
        "map_url": f"{reverse('planning:weak_map', args=[code])}{f'?{asked}' if asked else ''}",
        "ground": ground_url(),
        "crumbs": in_planning(province, (TITLE, "")),
    }
    return render(request, "planning/weak_points.html", context)


@login_required
@require_GET
def weak_map(request: HttpRequest, code: str) -> HttpResponse:
    """Give what the map of weak points draws."""
    province = province_for(request, code, SEE, whole=True)
    return JsonResponse(drawn(weaknesses_of(province, timezone.localdate(), chosen(request))))


@login_required
@require_POST
def close_ring(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a plan that closes a ring round a weak point; the computation begins at once."""
    province = province_for(request, code, CHANGE, whole=True)
    form = RingForm(request.POST)
    if not form.is_valid():
        raise Http404
    plan = form.plan(province, timezone.localdate())
    return redirect(ask_plan(actor=request.user, plan=plan))  # type: ignore[arg-type]


def chosen(request: HttpRequest) -> Organisation | None:
    """Give the operator of the address; None for all. Answers 404 where there is no such operator."""
    asked = request.GET.get("dn", "")
    if not asked:
        return None
    found = Organisation.objects.operators().filter(pk=whole_number(asked, 12) or 0).first()
    if found is None:
        raise Http404
    return found


def table(found: Weaknesses) -> list[list[Any]]:
    """Give the export: what it is, then every weak point."""
    mark = [[SIMULATED_LINE]] if found.network.simulated else []
    lines = [
        [row.what, row.name, row.commune, row.people, row.villages, row.masts, round(row.length_km, 3), *row.at]
        for row in found.points
    ]
    return [*mark, [finding(found)], [INTERNAL], list(HEADINGS), *lines]


def geojson(found: Weaknesses) -> HttpResponse:
    """Give the weak points for a map program, without the cables that are not weak."""
    drawn_points = (row for row in drawn(found)["features"] if row["properties"].get("way") != "cable")
    return JsonResponse(
        collection(drawn_points) | {"note": INTERNAL},
        content_type="application/geo+json",
        headers={"Content-Disposition": 'attachment; filename="diem-yeu-mang-cap.geojson"'},
        json_dumps_params={"ensure_ascii": False},
    )
