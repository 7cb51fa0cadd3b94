"""Bring roads: upload a file, see what it would change, save it whole or give it up."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hatang.places.models import Road
from hatang.places.services.roads import sources_of
from hatang.web.forms import RoadFileForm
from hatang.web.models import RoadUpload
from hatang.web.services.map_files import territories
from hatang.web.services.road_uploads import ask_to_save, discard_road_upload, start_road_upload
from hatang.work.services import SETTLED, check_size, job_page, original_response

UPLOADS_SHOWN = 50
ERRORS_SHOWN = 100
PAGE = "web:road_upload"
HERE = "Đường giao thông"


@login_required
def roads(request: HttpRequest) -> HttpResponse:
    """Choose a file, see what is stored from which source and what was brought before."""
    provinces, everywhere = territories(request.user)
    if not everywhere and not provinces:
        raise Http404
    form = RoadFileForm(request.POST or None, request.FILES or None, provinces=provinces, everywhere=everywhere)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            said = {"province": form.province(), "name": file.name, "options": form.options()}
            job = start_road_upload(actor=request.user, content=file.read(), **said)  # type: ignore[arg-type]
            return redirect("work:job", job.pk)
        except ValidationError as error:
            form.add_error("file", error)
    uploads = RoadUpload.objects.visible_to(request.user).select_related("file__stored_by", "province")
    context = {
        "form": form,
        "sources": sources_of(Road.objects.visible_to(request.user)),
        "uploads": uploads.defer("summary").order_by("-pk")[:UPLOADS_SHOWN],
        "crumbs": [(HERE, "")],
    }
    return render(request, "web/road_list.html", context, status=422 if form.errors else 200)


def visible_upload(request: HttpRequest, pk: int) -> RoadUpload:
    """Give the upload if the person may see it; otherwise it answers as if it were not there."""
    uploads = RoadUpload.objects.visible_to(request.user).select_related("file__stored_by", "province")
    return get_object_or_404(uploads, pk=pk)


@login_required
@require_GET
def road_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file will change, or what is wrong in it."""
    row = visible_upload(request, pk)
    context = {
        "upload": row,
        "summary": row.summary,
        "errors": row.summary.get("errors", [])[:ERRORS_SHOWN],
        "settled": row.state in SETTLED,
        "crumbs": [(HERE, reverse("web:roads")), (row.file.name, "")],
    }
    return render(request, "web/road_upload.html", context)


@login_required
@require_GET
def road_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it was uploaded."""
    return original_response(visible_upload(request, pk))


@login_required
@require_POST
def road_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Start saving; then wait for it."""
    row = visible_upload(request, pk)
    return job_page(request, row, PAGE, lambda: ask_to_save(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def road_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard a file that was not saved."""
    row = visible_upload(request, pk)
    try:
        discard_road_upload(actor=request.user, upload=row)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ tệp {row.file.name}. Không đường nào thay đổi.")
        return redirect("web:roads")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(PAGE, pk)
