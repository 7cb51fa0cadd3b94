"""Where is what I am looking for?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.places.services import province_by_code
from hatang.places.services.search import LONGEST_TEXT
from hatang.plans.models import Plan
from hatang.web.services import find

SUGGESTED = 6


def asked_text(request: HttpRequest) -> str:
    """Read what was typed."""
    return request.GET.get("q", "").strip()[:LONGEST_TEXT]


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """List what was found, by kind."""
    q, today = asked_text(request), timezone.localdate()
    found = find(q, person=request.user, today=today)
    province = province_with_plan(request) if found.indicators else None
    return render(request, "web/search.html", {"q": q, "found": found, "province": province})


def province_with_plan(request: HttpRequest) -> object:
    """Choose the province in which an indicator opens: the one named in the address, else the first with a plan."""
    code = request.GET.get("tinh", "")
    if code:
        return province_by_code(code)
    plan = Plan.objects.visible_to(request.user).select_related("province").order_by("province__sort_key").first()
    return plan.province if plan else None


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Give the first few finds while somebody types."""
    q = asked_text(request)
    found = find(q, person=request.user, today=timezone.localdate(), limit=SUGGESTED)
    province = province_with_plan(request) if found.indicators else None
    return render(request, "web/suggest.html", {"q": q, "found": found, "province": province})
