"""In which province a page is, for whom, and the way to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from hatang.accounts.access import scopes_in
from hatang.coverage.models import CoverageRun
from hatang.places.models import Place
from hatang.places.services.territory import province_by_code

COVERAGE = "Vùng phủ sóng"
Step = tuple[str, str]


def province_for(request: HttpRequest, code: str, permission: str, *, whole: bool = False) -> Place:
    """Give the province if the person holds the permission in it; otherwise it answers as if it were not there.

    `whole` asks for a scope that no commune and no organisation bounds, as the department has.
    """
    province = province_by_code(code)
    held = scopes_in(request.user, permission, province.pk)
    if not any(scope.is_whole or not whole for scope in held):
        raise Http404
    return province


def finished_run(request: HttpRequest, pk: int) -> CoverageRun:
    """Give a run that found something if the person may see it; otherwise it answers as if it were not there."""
    runs = CoverageRun.objects.visible_to(request.user).done().defer("cells")
    return get_object_or_404(
        runs.select_related("province", "terrain__heights", "terrain__clutter", "terrain__zones"), pk=pk
    )


def way(province: Place, *more: Step) -> list[Step]:
    """Give the way from the province to a page of coverage."""
    return [(str(province), reverse("web:province", args=[province.code])), *more]


def in_coverage(province: Place, *more: Step) -> list[Step]:
    """Give the way through the province's coverage to a page that only those who see runs open."""
    return way(province, (COVERAGE, reverse("coverage:runs", args=[province.code])), *more)


def in_run(run: CoverageRun, *more: Step) -> list[Step]:
    """Give the way through a run to a page of it."""
    return in_coverage(run.province, (run.title, run.get_absolute_url()), *more)
