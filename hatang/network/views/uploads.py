"""Upload a station file, see what it will change, then save or discard it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.models import Organisation
from hatang.network.forms import UploadForm
from hatang.network.models import StationUpload
from hatang.network.services import (
    ask_to_save,
    discard_upload,
    errors_file,
    may_upload_for,
    start_upload,
    template_file,
)
from hatang.network.views.lists import crumbs, province_for
from hatang.pages.lists import attachment
from hatang.places.models import Place
from hatang.work.services import KINDS, check_size, original_response

ERRORS_A_PAGE = 100
UPLOADS_SHOWN = 10
SHEET = KINDS[".xlsx"]


def allowed(request: HttpRequest, code: str) -> tuple[Place, Organisation | None]:
    """Give the province and the operator for which the person may upload, or answer 404."""
    province = province_for(request, code, "network.change_register")
    may, operator = may_upload_for(request.user, province)
    if not may:
        raise Http404
    return province, operator


@login_required
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file; then wait for its check."""
    province, operator = allowed(request, code)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            job = start_upload(actor=request.user, province=province, name=file.name, content=file.read())  # type: ignore[arg-type]
            return redirect("work:job", job.pk)
        except ValidationError as error:
            form.add_error("file", error)
    earlier = StationUpload.objects.visible_to(request.user).filter(province=province).select_related("file")
    context = {
        "form": form,
        "province": province,
        "operator": operator,
        "earlier": earlier.order_by("-pk")[:UPLOADS_SHOWN],
        "crumbs": crumbs(province, ("Tải lên trạm", "")),
    }
    return render(request, "network/upload.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def template(request: HttpRequest, code: str) -> HttpResponse:
    """Give the template of a province."""
    province, operator = allowed(request, code)
    content = template_file(province, operator, timezone.localdate())
    return attachment(content, f"mau-tram-{province.code}.xlsx", SHEET)


def visible_upload(request: HttpRequest, pk: int) -> StationUpload:
    """Give the upload if the person may see it; otherwise it answers as if it were not there."""
    uploads = StationUpload.objects.visible_to(request.user).select_related("file", "province", "operator")
    return get_object_or_404(uploads, pk=pk)


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file will change, or what is wrong in it."""
    row = visible_upload(request, pk)
    errors: list[dict[str, Any]] = row.summary.get("errors", [])
    context = {
        "upload": row,
        "summary": row.summary,
        "page": Paginator(errors, ERRORS_A_PAGE).get_page(request.GET.get("trang")),
        "simulated": row.summary.get("simulated", False),
        "crumbs": crumbs(
            row.province,
            ("Tải lên trạm", reverse("network:upload", args=[row.province.code])),
            (row.file.name, ""),
        ),
    }
    return render(request, "network/upload_detail.html", context)


@login_required
@require_GET
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the errors of a file as a workbook."""
    row = visible_upload(request, pk)
    return attachment(errors_file(row.summary.get("errors", [])), f"loi-tep-{row.pk}.xlsx", SHEET)


@login_required
@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it was uploaded."""
    return original_response(visible_upload(request, pk))


@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Start saving; then wait for it."""
    row = visible_upload(request, pk)
    try:
        return redirect("work:job", ask_to_save(actor=request.user, upload=row).pk)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("network:upload_detail", pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard a file that was not saved."""
    row = visible_upload(request, pk)
    try:
        discard_upload(actor=request.user, upload=row)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ tệp {row.file.name}. Sổ không thay đổi.")
        return redirect("network:upload", row.province.code)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("network:upload_detail", pk)
