"""How fast is my network here? Anyone measures, reads the answer in words, and may keep and share it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.models import Organisation
from hatang.pages.lists import whole_number
from hatang.places.models import Place
from hatang.quality.forms import CONNECTIONS, KeepForm, SpotForm
from hatang.quality.models import NEEDS, KeptTest, Purpose, purposes
from hatang.quality.services.addresses import operator_at
from hatang.quality.services.communes import find_communes
from hatang.quality.services.demand import needs_of, purposes_in, verdict
from hatang.quality.services.devices import address_of
from hatang.quality.services.kept_tests import Told, keep_test, where
from hatang.quality.views.unkept import MEASURE, address_unkept

REFUSED = {"limit": 429, "known": 409}
LONGEST_KEY = 14


@require_GET
@never_cache
@ensure_csrf_cookie
@address_unkept
def measure(request: HttpRequest) -> HttpResponse:
    """Show the page with the one big button."""
    today = timezone.localdate()
    operators = Organisation.objects.operators().in_force(today).order_by("sort_key")
    here = operator_at(address_of(request))
    chosen = whole_number(request.GET.get("xa", ""), LONGEST_KEY)
    communes = Place.objects.communes().in_force(today).select_related("province")
    context = {
        "title": MEASURE,
        "server": urlsplit(settings.NDT7_ORIGIN),
        "most_mb": settings.NDT7_MOST_MB,
        "operators": operators,
        "operator_here": here,
        "connections": [(key, one.label) for key, one in CONNECTIONS.items()],
        "provinces": Place.objects.provinces().in_force(today).order_by("sort_key"),
        "commune": communes.filter(pk=chosen).first() if chosen else None,
        "purposes": [spoken(purpose) for purpose in purposes().values()],
    }
    return render(request, "quality/measure.html", context)


def spoken(purpose: Purpose) -> dict[str, Any]:
    """Give a purpose to the page's script."""
    return {"key": purpose.key, "name": purpose.name, "needs": purpose.needs}


@require_GET
@address_unkept
def communes(request: HttpRequest) -> HttpResponse:
    """Suggest communes while somebody types."""
    found = find_communes(request.GET.get("q", "")[:100], on=timezone.localdate())
    return render(request, "quality/communes.html", {"found": found})


@require_POST
@address_unkept
def spot(request: HttpRequest) -> JsonResponse:
    """Say in which commune a point lies that somebody agreed to send, rounded; nothing of it is kept."""
    form = SpotForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": ["Vị trí gửi lên không đọc được."]}, status=422)
    found = where(form.cleaned_data["lon"], form.cleaned_data["lat"])
    if found.commune is None:
        return JsonResponse({"errors": ["Vị trí này không thuộc xã, phường nào của hệ thống."]}, status=422)
    return JsonResponse({"commune": found.commune.pk, "name": named(found.commune), "certain": found.certain})


def named(commune: Place) -> str:
    """Write a commune with its province."""
    return f"{commune}, {commune.province}" if commune.province else str(commune)


@require_POST
@address_unkept
def keep(request: HttpRequest) -> JsonResponse:
    """Keep a test with the server's own figures, and give the address at which it can be shown."""
    form = KeepForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": [text for texts in form.errors.values() for text in texts]}, status=422)
    try:
        row = keep_test(told=Told(**form.cleaned_data), address=address_of(request))
    except ValidationError as error:
        return JsonResponse({"errors": error.messages}, status=REFUSED.get(getattr(error, "code", ""), 422))
    return JsonResponse({"url": row.get_absolute_url(), **servers_figures(row)})


def servers_figures(row: KeptTest) -> dict[str, float | None]:
    """Give what the server measured, in the words of the page's script; the loss in percent."""
    loss = None if row.loss_ratio is None else 100 * row.loss_ratio
    speeds = {"down": row.download_mbps, "up": row.upload_mbps, "family": row.ip_family}
    return speeds | {"delay": row.min_rtt_ms, "jitter": row.jitter_ms, "loss": loss}


@require_GET
@address_unkept
def kept_test(request: HttpRequest, code: str) -> HttpResponse:
    """Show a kept test to who has its link: figures, day, commune, operator; nothing of who measured."""
    rows = KeptTest.objects.visible_to(request.user).select_related("commune__province", "province", "operator")
    row = get_object_or_404(rows, code=code)
    seen = servers_figures(row)
    figures = dict(zip(NEEDS, (seen[name] for name in ("down", "up", "delay", "jitter", "loss")), strict=True))
    judged = [(one, needs_of(one, figures)) for one in purposes_in(row.province).values()]
    context = {
        "row": row,
        "place": named(row.commune) if row.commune else str(row.province),
        "loss_percent": seen["loss"],
        "connection": connection_words(row),
        "judged": [(one.name, verdict(needs), [n for n in needs if n.met is False]) for one, needs in judged],
        "title": "Kết quả đo",
        "crumbs": [(MEASURE, reverse("quality:measure")), ("Kết quả", "")],
    }
    response = render(request, "quality/kept_test.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def connection_words(row: KeptTest) -> str:
    """Say how the person was connected, if they told."""
    for key, one in CONNECTIONS.items():
        if key and (one.access.value, one.technology) == (row.access, row.technology):
            return one.label
    return ""
