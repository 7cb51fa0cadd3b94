"""The page that waits for a job."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hatang.work.models import Job


@login_required
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a job is; when it is done, go to its result."""
    row = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    polled = request.headers.get("HX-Request") == "true"
    if row.state == Job.State.DONE and row.result_url:
        return HttpResponse(headers={"HX-Redirect": row.result_url}) if polled else redirect(row.result_url)
    context = {"job": row, "running": row.state in (Job.State.WAITING, Job.State.RUNNING)}
    return render(request, "work/progress.html" if polled else "work/job.html", context)
