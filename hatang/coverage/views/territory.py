"""In which province a page is, for whom, and the way to it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from hatang.coverage.models import CoverageRun
from hatang.places.models import Place

COVERAGE = "Vùng phủ sóng"
Step = tuple[str, str]


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
