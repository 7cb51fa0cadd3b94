"""The map of a solved scenario, large, with its tables; and what the script draws."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from hatang.planning.models import Scenario
from hatang.planning.services.figures import figures_of
from hatang.planning.services.figures_map import map_data
from hatang.planning.views.ways import in_scenario, scenario_for

GAPS_SHOWN = 200


def solved_for(request: HttpRequest, pk: int) -> Scenario:
    """Give a scenario with an answer that the person may see; otherwise it is not there."""
    scenario = scenario_for(request, pk)
    if not scenario.solved:
        raise Http404
    return scenario


@login_required
@require_GET
def scenario_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a scenario's map, its works with what they serve, and who is left."""
    scenario = solved_for(request, pk)
    figures = figures_of(scenario)
    new = figures.new_places
    reached = [(work, [new[place] for place in figures.serves[work.pk] if place in new]) for work in figures.works]
    context = {
        "scenario": scenario,
        "figures": figures,
        "rows": reached,
        "gaps": [(place, place.pk in figures.reachable) for place in figures.gaps[:GAPS_SHOWN]],
        "more": max(len(figures.gaps) - GAPS_SHOWN, 0),
        "simulated": figures.simulated,
        "crumbs": in_scenario(scenario, ("Bản đồ", "")),
    }
    return render(request, "planning/scenario_map.html", context)


@login_required
@require_GET
def scenario_map_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Give works and places of a scenario's map."""
    response = JsonResponse(map_data(figures_of(solved_for(request, pk))))
    patch_cache_control(response, private=True, no_cache=True)
    return response
