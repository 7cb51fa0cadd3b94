"""How do the provinces stand, and how does this one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.plans.services import finding, governing_only, progress_of, report_years
from hatang.web.services import decisions, finding_of, overview, parts_of, plans_of, tally, ways_for

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
        "sees_money": request.user.has_perm("indicators.view_draft", place),
        "ways": ways_for(request.user, place),
        "decides": decides,
        "decisions": decisions(province=place, plans=plans, progress=progress, person=request.user, today=today)
        if decides
        else [],
        "simulated": any(p.simulated or any(v.simulated for v in p.series) for p in progress),
        "crumbs": [(place.full_name, "")],
    }
    return render(request, "web/province.html", context)
