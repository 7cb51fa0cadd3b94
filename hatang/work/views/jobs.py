"""The page that waits for a job."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from hatang.work.models import Job
from hatang.work.services import cancel_job

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
    context = {"job": row, "running": row.under_way, "finished": finished}
    return render(request, "work/progress.html" if polled else "work/job.html", context)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to end, by who asked for it; one that has ended stays as it is."""
    row = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, may_cancel=True)
    if not cancel_job(row):
        messages.info(request, "Việc này đã xong hoặc đã dừng trước khi kịp huỷ.")
    return redirect("work:job", pk)
