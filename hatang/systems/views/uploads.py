"""Upload a register file, see what it will change, then save or discard it; take a saved one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.pages.lists import attachment
from hatang.systems.forms import SystemsUploadForm
from hatang.systems.kinds import KINDS, TABLE
from hatang.systems.models import CHANGE, SystemsUpload
from hatang.systems.services import (
    HEADS,
    LABELS,
    ask_to_save,
    ask_to_undo,
    discard_upload,
    lines_file,
    may_undo,
    start_upload,
    template_file,
    visible_upload,
)
from hatang.systems.views.ways import in_register
from hatang.work.services import KINDS as FILE_KINDS
from hatang.work.services import SETTLED, check_size, job_page, original_response

LINES_A_PAGE = 100
UPLOADS_SHOWN = 10
SHEET = FILE_KINDS[".xlsx"]
PAGE = "systems:upload_detail"
HERE = "Tải lên"


@login_required
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file; then wait for its check."""
    province = province_for(request, code, CHANGE, whole=True)
    form = SystemsUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            said: dict[str, Any] = {"name": file.name, "content": file.read()}
            return redirect("work:job", start_upload(actor=request.user, province=province, **said).pk)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error("file", error)
    earlier = SystemsUpload.objects.visible_to(request.user).filter(province=province).select_related("file")
    context = {
        "form": form,
        "province": province,
        "kinds": TABLE,
        "earlier": earlier.defer("summary").order_by("-pk")[:UPLOADS_SHOWN],
        "crumbs": in_register(province, (HERE, "")),
    }
    return render(request, "systems/upload.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def template(request: HttpRequest, code: str) -> HttpResponse:
    """Give the template of a province: of one kind, or all together."""
    province = province_for(request, code, CHANGE, whole=True)
    asked = request.GET.get("loai", "")
    if asked and asked not in KINDS:
        raise Http404
    content = template_file(province, timezone.localdate(), (KINDS[asked],) if asked else TABLE)
    return attachment(content, f"mau-{asked or 'so-he-thong'}-{province.code}.xlsx", SHEET)


@login_required
@require_GET
def upload_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file will change, or what is wrong in it."""
    row = visible_upload(request.user, pk)
    tabs = [(kind, LABELS[kind], len(row.lines(kind))) for kind in HEADS if row.lines(kind)]
    kinds = [kind for kind, _, _ in tabs]
    asked = request.GET.get("xem", "")
    kind = asked if asked in kinds else next(iter(kinds), "")
    page = Paginator(row.lines(kind) if kind else [], LINES_A_PAGE).get_page(request.GET.get("trang"))
    context = {
        "upload": row,
        "summary": row.summary,
        "kind": kind,
        "label": LABELS.get(kind, ""),
        "heads": [label for _, label in HEADS[kind]] if kind else [],
        "lines": [[line.get(name, "") for name, _ in HEADS[kind]] for line in page.object_list],
        "tabs": tabs,
        "page": page,
        "undoable": may_undo(row),
        "settled": row.state in SETTLED,
        "simulated": row.summary.get("simulated", False),
        "crumbs": in_register(
            row.province, (HERE, reverse("systems:upload", args=[row.province.code])), (row.file.name, "")
        ),
    }
    return render(request, "systems/upload_detail.html", context)


@login_required
@require_GET
def upload_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the lines of one kind as a workbook; the faults, unless another kind is asked for."""
    row = visible_upload(request.user, pk)
    kind = request.GET.get("xem", "faults")
    if kind not in HEADS:
        raise Http404
    return attachment(lines_file(row, kind), f"{kind}-tep-{row.pk}.xlsx", SHEET)


@login_required
@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it was uploaded."""
    return original_response(visible_upload(request.user, pk))


@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Start saving; then wait for it."""
    row = visible_upload(request.user, pk)
    return job_page(request, row, PAGE, lambda: ask_to_save(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Start taking a saved file back; then wait for it."""
    row = visible_upload(request.user, pk)
    return job_page(request, row, PAGE, lambda: ask_to_undo(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard a file that was not saved."""
    row = visible_upload(request.user, pk)
    try:
        discard_upload(actor=request.user, upload=row)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ tệp {row.file.name}. Sổ không thay đổi.")
        return redirect("systems:upload", row.province.code)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(PAGE, pk)
