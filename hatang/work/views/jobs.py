"""The page that waits for a job."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hatang.work.models import Job

OPENS = "mo"
"""The name that asks for the way to the result itself."""


@login_required
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a job is; when it is done, go to its result."""
    row = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    polled = request.headers.get("HX-Request") == "true"
    finished = row.state == Job.State.DONE and bool(row.result_url)
    if finished and not polled:
        return redirect(row.result_url)
    if finished and OPENS in request.GET:
        return HttpResponse(headers={"HX-Redirect": row.result_url})
    context = {"job": row, "running": row.state in (Job.State.WAITING, Job.State.RUNNING), "finished": finished}
    return render(request, "work/progress.html" if polled else "work/job.html", context)
