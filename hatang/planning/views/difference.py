"""Two scenarios on a map: what only one of them does, what both do; with tables, and what the script draws."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from hatang.planning.models import Scenario
from hatang.planning.services.figures import all_figures
from hatang.planning.services.figures_compared import FEWEST, LETTERS, Comparison
from hatang.planning.services.figures_difference import A, B, Difference
from hatang.planning.views.ways import in_planning

ROWS_SHOWN = 100


def difference_of(request: HttpRequest, pk: int, other: int) -> Difference:
    """Give two scenarios of one province, both with an answer that the person may see; otherwise they are not there."""
    rows = Scenario.objects.visible_to(request.user).select_related("run", "area", "province")
    asked = rows.defer("curve", "tornado").filter(Q(pk=pk) | Q(pk=other))
    found = {row.pk: row for row in asked}
    if len(found) < FEWEST or not all(one.solved for one in found.values()):
        raise Http404
    one, second = found[pk], found[other]
    if one.province_id != second.province_id:
        raise Http404
    return Difference(Comparison(all_figures([one, second])))


@login_required
@require_GET
def difference(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Show the map, its legend with counts, and the tables that say the same."""
    told = difference_of(request, pk, other)
    scenarios = [one.scenario for one in told.figures]
    province = scenarios[0].province
    query = urlencode({"pa": [pk, other]}, doseq=True)
    back = f"{reverse('planning:compare', args=[province.code])}?{query}"
    context = {
        "province": province,
        "told": told,
        "titles": list(zip(LETTERS, scenarios, strict=False)),
        "data": reverse("planning:difference_data", args=[pk, other]),
        "works": [(sign, told.works_of(sign.key)[:ROWS_SHOWN]) for sign in told.work_signs],
        "places": [(sign, told.places_of(sign.key)[:ROWS_SHOWN]) for sign in told.place_signs if sign.key in (A, B)],
        "choices": list(enumerate(told.works)),
        "shown": ROWS_SHOWN,
        "back": back,
        "simulated": told.comparison.simulated,
        "crumbs": in_planning(province, ("So sánh", back), ("Bản đồ chỗ khác nhau", "")),
    }
    return render(request, "planning/difference.html", context)


@login_required
@require_GET
def difference_data(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Give works and places of two scenarios' map."""
    response = JsonResponse(difference_of(request, pk, other).data())
    patch_cache_control(response, private=True, no_cache=True)
    return response
