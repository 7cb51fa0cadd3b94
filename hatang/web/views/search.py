"""Where is what I am looking for?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.places.services.search import LONGEST_TEXT
from hatang.web.services import find
from hatang.web.views.home import own_province

SUGGESTED = 6


def asked_text(request: HttpRequest) -> str:
    """Read what was typed."""
    return request.GET.get("q", "").strip()[:LONGEST_TEXT]


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """List what was found, by kind."""
    q = asked_text(request)
    found = find(q, person=request.user, today=timezone.localdate(), province=asked_province(request))
    return render(request, "web/search.html", {"q": q, "found": found, "simulated": found.simulated})


def asked_province(request: HttpRequest) -> Place | None:
    """Choose the province in which indicators open: the one named in the address, else the person's own."""
    code = request.GET.get("tinh", "")
    return province_by_code(code) if code else own_province(request)


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Give the first few finds while somebody types; the last word may be unfinished."""
    q, today = asked_text(request), timezone.localdate()
    province = asked_province(request)
    found = find(q, person=request.user, today=today, limit=SUGGESTED, province=province, unfinished=True)
    return render(request, "web/suggest.html", {"q": q, "found": found})
