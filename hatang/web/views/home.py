"""How do the provinces stand, and how does this one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.accounts.access import scopes_in
from hatang.coverage.models import SEE_CHALLENGE, VERIFY
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.planning.models import SEE as SEE_PLANNING
from hatang.plans.legal_forms.choosing import may_open
from hatang.plans.services import finding, governing_only, progress_of, report_years
from hatang.web.services import decisions, finding_of, overview, parts_of, plans_of, tally

if TYPE_CHECKING:
    from hatang.accounts.models import Person

EVERY_PROVINCE = "tinh"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """List the provinces that have a plan; lead a person of one province straight to it."""
    own = own_province(request)
    if own and EVERY_PROVINCE not in request.GET:
        return redirect("web:province", own.code)
    lines = overview(person=request.user, today=timezone.localdate())
    context = {"lines": lines, "finding": finding_of(lines), "simulated": any(line.simulated for line in lines)}
    return render(request, "web/home.html", context)


def own_province(request: HttpRequest) -> Place | None:
    """Give the one province in which the person holds roles; None for visitors and for those with several or all."""
    if not request.user.is_authenticated:
        return None
    person: Person = request.user
    provinces = {grant.province for grant in person.grants.in_force(timezone.localdate()).select_related("province")}
    return provinces.pop() if len(provinces) == 1 else None


def holds_within(request: HttpRequest, permission: str, province: Place) -> bool:
    """Tell whether the permission is held anywhere in the province: in all of it, in a commune or for an operator."""
    return bool(scopes_in(request.user, permission, province.pk))


def verified_commune(request: HttpRequest, province: Place) -> int | None:
    """Give the commune of the province whose services the person verifies; None for those who verify all or none."""
    return next((s.place_id for s in scopes_in(request.user, VERIFY, province.pk) if s.place_id), None)


@require_GET
def province(request: HttpRequest, code: str) -> HttpResponse:
    """Show how the province stands against its targets and, to officers, what waits for a decision."""
    place, today = province_by_code(code), timezone.localdate()
    progress = governing_only(progress_of(place, today=today, person=request.user))
    plans = plans_of(place, request.user, today)
    decides = request.user.has_perm("plans.view_oddity", place)
    context = {
        "province": place,
        "finding": finding(progress, today=today) if progress else "",
        "tally": tally(progress),
        "total": len(progress),
        "parts": parts_of(progress, province=place, today=today),
        "plans": plans,
        "plan_lines": [(plan, report_years(plan, today=today)) for plan in plans],
        "writes": request.user.has_perm("plans.write_report", place),
        "records": holds_within(request, "indicators.record_value", place),
        "files_returns": holds_within(request, "indicators.view_return", place),
        "sees_periods": request.user.has_perm("indicators.view_return", place),
        "composes_forms": holds_within(request, "indicators.change_form", place),
        "sees_obligations": holds_within(request, "plans.view_obligation", place),
        "analyses": request.user.has_perm("indicators.query_tables", place),
        "reads_plans": request.user.has_perm("plans.change_plan", place),
        "sees_requests": holds_within(request, "network.view_request", place),
        "sees_coverage": holds_within(request, "coverage.view_run", place),
        "sees_planning": holds_within(request, SEE_PLANNING, place),
        "sees_masts": holds_within(request, "network.view_thing", place),
        "sees_forms": may_open(request.user, place),
        "sees_sharing": holds_within(request, "network.view_station", place),
        "sees_challenges": holds_within(request, SEE_CHALLENGE, place),
        "verifies": verified_commune(request, place),
        "sees_people": holds_within(request, "accounts.view_person", place),
        "brings_boundaries": holds_within(request, "places.change_place", place),
        "decides": decides,
        "decisions": decisions(province=place, plans=plans, progress=progress, person=request.user, today=today)
        if decides
        else [],
        "simulated": any(p.simulated or any(v.simulated for v in p.series) for p in progress),
        "crumbs": [(place.full_name, "")],
    }
    return render(request, "web/province.html", context)
