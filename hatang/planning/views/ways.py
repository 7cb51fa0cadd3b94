"""Which scenario or work a page is about, for whom, and the way to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from hatang.places.models import Place
from hatang.planning.models import Candidate, Scenario
from hatang.planning.views.territory import Step, way

PLANNING = "Phương án"


def scenario_for(request: HttpRequest, pk: int, permission: str = "") -> Scenario:
    """Give a scenario that the person may see, and, with a permission, act on; otherwise it is not there."""
    rows = Scenario.objects.visible_to(request.user).prefetch_related("operators")
    row = get_object_or_404(
        rows.select_related("province", "area", "run", "job", "asked_by", "adopted_by", "copied_from"), pk=pk
    )
    if permission and not request.user.has_perm(permission, row):
        raise Http404
    return row


def candidate_for(request: HttpRequest, pk: int, permission: str = "") -> Candidate:
    """Give a work of a scenario that the person may see, and, with a permission, act on; otherwise it is not there."""
    rows = Candidate.objects.visible_to(request.user)
    related = ("scenario__province", "scenario__run", "operator", "mast", "site", "commune")
    row = get_object_or_404(rows.select_related(*related), pk=pk)
    if permission and not request.user.has_perm(permission, row.scenario):
        raise Http404
    return row


def in_planning(province: Place, *more: Step) -> list[Step]:
    """Give the way through the province's scenarios."""
    return way(province, (PLANNING, reverse("planning:scenarios", args=[province.code])), *more)


def in_scenario(scenario: Scenario, *more: Step) -> list[Step]:
    """Give the way through a scenario to a page of it."""
    return in_planning(scenario.province, (scenario.title, scenario.get_absolute_url()), *more)
