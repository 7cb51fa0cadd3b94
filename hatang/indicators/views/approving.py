"""The page on which figures are approved and published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from hatang.accounts.services import person_of
from hatang.core.vietnamese import number
from hatang.indicators.models import Indicator, Publication, Value, ValueQuerySet
from hatang.indicators.services import approve_values, propose_publication
from hatang.indicators.views.asking import APPROVE, COMPUTE, PUBLISH, formula_label
from hatang.places.models import Place
from hatang.places.services import province_by_code


@login_required
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Show what waits, grouped by indicator, reading and year; the head approves it, one of two proposes to publish."""
    province = province_by_code(code)
    if not request.user.has_perm(PUBLISH, province):
        raise Http404
    waiting = Value.objects.waiting_in(province).exclude(publication__state=Publication.State.PROPOSED)
    if request.method == "POST":
        decide(request, province, waiting)
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    groups = list(waiting_groups(waiting))
    context = {
        "province": province,
        "groups": groups,
        "proposed": Publication.objects.waiting().filter(province=province).select_related("proposed_by"),
        "may_approve": request.user.has_perm(APPROVE, province),
        "may_recount": request.user.has_perm(COMPUTE, province),
        "count": sum(g["places"] for g in groups),
        "simulated": any(g["simulated"] for g in groups),
        "shown_at": timezone.now().isoformat(),
        "crumbs": [(province.full_name, reverse("web:province", args=[province.code])), ("Duyệt, đề nghị công bố", "")],
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


def decide(request: HttpRequest, province: Place, waiting: ValueQuerySet) -> None:
    """Approve the chosen groups, propose them, or both, as far as they were on the page when it was shown."""
    chosen = chosen_values(request, waiting)
    action = request.POST.get("action", "")
    approves = action in ("approve", "both") and request.user.has_perm(APPROVE, province)
    if chosen is None or not (approves or action == "propose"):
        messages.error(request, "Chưa chọn số liệu nào.")
        return
    try:
        with transaction.atomic():
            told = act(request, province, chosen, approves=approves, proposes=action != "approve")
    except ValidationError as error:
        messages.error(request, f"Chưa làm được: {' '.join(error.messages)}")
        return
    messages.success(request, told)


def act(request: HttpRequest, province: Place, chosen: ValueQuerySet, *, approves: bool, proposes: bool) -> str:
    """Do what the button said, one proposal for each year; say what was done."""
    person, told = person_of(request), []
    picked = Value.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))
    if approves:
        told.append(f"Đã duyệt {number(approve_values(actor=person, values=picked))} số liệu.")
    for year in sorted(set(picked.values_list("year", flat=True))) if proposes else ():
        reason = request.POST.get("reason", "")[:500]
        row = propose_publication(actor=person, province=province, year=year, values=picked, reason=reason)
        told.append(f"Đã đề nghị công bố {number(row.values.count())} số liệu năm {year}; chờ người thứ hai.")
    return " ".join(told)


def chosen_values(request: HttpRequest, waiting: ValueQuerySet) -> ValueQuerySet | None:
    """Read which groups were ticked; figures that came after the page was shown are left for the next look."""
    shown_at, ticked = read_instant(request.POST.get("shown_at", "")), set(request.POST.getlist("group"))
    whole = bool(request.POST.get("all"))
    groups = [g for g in waiting_groups(waiting) if whole or g["key"] in ticked]
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
