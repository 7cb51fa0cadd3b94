"""Pages of runs."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from hatang.coverage.models import CoverageRun


@login_required
def run(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(CoverageRun.objects.visible_to(request.user), pk=pk)
    return HttpResponse(str(row))
