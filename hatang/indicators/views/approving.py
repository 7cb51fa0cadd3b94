"""The page on which figures are approved and published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from hatang.core.vietnamese import number
from hatang.indicators.models import Indicator, Value, ValueQuerySet
from hatang.indicators.services import (
    approve_values,
    publish_values,
)
from hatang.indicators.views.asking import APPROVE, COMPUTE, formula_label, person_of
from hatang.places.models import Place
from hatang.places.services import province_by_code


@login_required
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Show what waits for approval or publication, grouped by indicator, reading and year; approve or publish it."""
    province = province_by_code(code)
    if not request.user.has_perm(APPROVE, province):
        raise Http404
    waiting = Value.objects.waiting_in(province)
    if request.method == "POST":
        decide(request, waiting)
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    groups = list(waiting_groups(waiting))
    context = {
        "province": province,
        "groups": groups,
        "may_recount": request.user.has_perm(COMPUTE, province),
        "count": sum(g["places"] for g in groups),
        "simulated": any(g["simulated"] for g in groups),
        "shown_at": timezone.now().isoformat(),
        "crumbs": [(province.full_name, reverse("web:province", args=[province.code])), ("Duyệt số liệu", "")],
    }
    return render(request, "indicators/approve.html", context)


def waiting_groups(waiting: ValueQuerySet) -> list[dict[str, Any]]:
    """Sum up what waits by indicator, reading and year, in two queries."""
    keys = ("indicator_id", "formula", "year")
    draft = Count("pk", filter=Q(state=Value.State.DRAFT))
    marked = Count("pk", filter=Q(simulated=True))
    province_value = Max("pk", filter=Q(place__kind=Place.Kind.PROVINCE))
    rows = waiting.values(*keys).annotate(
        places=Count("pk"), drafts=draft, simulated=marked, how=Max("how"), since=Max("known_from"), top=province_value
    )
    names = Indicator.objects.in_bulk()
    return [
        row
        | {
            "indicator": names[row["indicator_id"]],
            "label": formula_label(row["formula"]),
            "key": ":".join(str(row[k]) for k in keys),
        }
        for row in rows.order_by("-year", "indicator__number", "formula")
    ]


def decide(request: HttpRequest, waiting: ValueQuerySet) -> None:
    """Approve or publish the chosen groups, as far as they were on the page when it was shown."""
    chosen = chosen_values(request, waiting)
    verb = {"approve": approve_values, "publish": publish_values}.get(request.POST.get("action", ""))
    if chosen is None or verb is None:
        messages.error(request, "Chưa chọn số liệu nào.")
        return
    count = verb(actor=person_of(request), values=chosen)
    done = "duyệt" if verb is approve_values else "công bố"
    messages.success(request, f"Đã {done} {number(count)} số liệu.")


def chosen_values(request: HttpRequest, waiting: ValueQuerySet) -> ValueQuerySet | None:
    """Read which groups were ticked; figures that came after the page was shown are left for the next look."""
    shown_at, ticked = read_instant(request.POST.get("shown_at", "")), set(request.POST.getlist("group"))
    groups = [g for g in waiting_groups(waiting) if g["key"] in ticked]
    if shown_at is None or not groups:
        return None
    chosen = Q(pk__in=[])
    for group in groups:
        chosen |= Q(indicator=group["indicator"], formula=group["formula"], year=group["year"])
    return waiting.filter(chosen, known_from__lte=shown_at)


def read_instant(text: str) -> datetime | None:
    """Read an instant; None for what is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None
