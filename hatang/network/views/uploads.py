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

from hatang.accounts.models import Organisation
from hatang.accounts.services import province_for
from hatang.network.forms import ReadingForm, UploadForm
from hatang.network.models import HeadingMemory, RegisterUpload, UploadLine
from hatang.network.services import (
    HEADS,
    ask_to_save,
    ask_to_undo,
    discard_upload,
    forget_headings,
    lines_file,
    may_undo,
    may_upload_for,
    reread,
    start_upload,
    template_file,
    visible_upload,
)
from hatang.network.services.layouts import BY_SLUG, CHOICES, LAYOUTS
from hatang.network.services.ofds_sheets import Unsaid
from hatang.network.views.lists import in_register
from hatang.pages.ground import ground_url
from hatang.pages.lists import attachment
from hatang.places.models import Place
from hatang.places.services.territory import around
from hatang.work.services import KINDS, SETTLED, check_size, job_page, original_response

LINES_A_PAGE = 100
UPLOADS_SHOWN = 10
SHEET = KINDS[".xlsx"]
PAGE = "network:upload_detail"
HERE = "Tải lên"
FILE_NAMES = {
    UploadLine.Kind.WRONG: "loi",
    UploadLine.Kind.CHANGED: "cho-sua",
    UploadLine.Kind.DOUBT: "can-xem",
    UploadLine.Kind.MISSING: "khong-co-trong-tep",
}


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
    form = UploadForm(request.POST or None, request.FILES or None, layouts=CHOICES)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            said = {"name": file.name, "content": file.read(), "options": form.options()}
            return redirect("work:job", start_upload(actor=request.user, province=province, **said).pk)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error("file", error)
    earlier = RegisterUpload.objects.visible_to(request.user).filter(province=province).select_related("file")
    context = {
        "form": form,
        "province": province,
        "operator": operator,
        "layouts": LAYOUTS,
        "remembered": HeadingMemory.objects.visible_to(request.user).count(),
        "earlier": earlier.defer("summary").order_by("-pk")[:UPLOADS_SHOWN],
        "crumbs": in_register(province, (HERE, "")),
    }
    return render(request, "network/upload.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def template(request: HttpRequest, code: str) -> HttpResponse:
    """Give the template of a province: of one layout, or all together."""
    province, operator = allowed(request, code)
    asked = request.GET.get("loai", "")
    if asked and asked not in BY_SLUG:
        raise Http404
    layouts = (BY_SLUG[asked],) if asked else LAYOUTS
    content = template_file(province, operator, timezone.localdate(), layouts)
    return attachment(content, f"mau-{asked or 'so-ha-tang'}-{province.code}.xlsx", SHEET)


@login_required
@require_POST
def forget(request: HttpRequest, code: str) -> HttpResponse:
    """Forget what the headings of the person's organisation mean."""
    province, _ = allowed(request, code)
    count = forget_headings(actor=request.user, province=province)  # type: ignore[arg-type]
    messages.success(request, f"Đã quên {count} tiêu đề.")
    return redirect("network:upload", code)


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file will change, or what is wrong in it."""
    row = visible_upload(request.user, pk)
    return render(request, "network/upload_detail.html", detail_context(request, row))


def detail_context(request: HttpRequest, row: RegisterUpload, form: ReadingForm | None = None) -> dict[str, Any]:
    """Give what the page of an upload needs."""
    summary = row.summary
    totals = {kind: summary.get(name, 0) for kind, name in COUNTED.items()}
    kind = chosen_kind(request.GET.get("xem", ""), totals)
    lines = row.lines.filter(kind=kind).order_by("pk") if kind else row.lines.none()
    said = Unsaid.of(row.options.get("unsaid", {}))
    form = form or ReadingForm(summary=summary, layouts=CHOICES, initial=vars(said))
    return {
        "upload": row,
        "summary": summary,
        "kind": kind,
        "kind_label": UploadLine.Kind(kind).label if kind else "",
        "heads": HEADS[kind] if kind else (),
        "tabs": [(k, UploadLine.Kind(k).label, n) for k, n in totals.items() if n],
        "page": Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("trang")),
        "form": form,
        "asked": [field for field in form if field.name not in form.meant],
        "meant": [field for field in form if field.name in form.meant],
        "undoable": may_undo(row),
        "settled": row.state in SETTLED,
        "ground": ground_url(),
        "near": around(row.province),
        "simulated": summary.get("simulated", False),
        "crumbs": in_register(
            row.province, (HERE, reverse("network:upload", args=[row.province.code])), (row.file.name, "")
        ),
    }


COUNTED = {
    UploadLine.Kind.WRONG: "faults",
    UploadLine.Kind.CHANGED: "changes",
    UploadLine.Kind.DOUBT: "doubts",
    UploadLine.Kind.MISSING: "missing",
}
"""Where a verdict counts each kind of line."""


def chosen_kind(asked: str, totals: dict[Any, int]) -> str:
    """Give the kind of lines to show: as asked, else the first that there is."""
    if asked in totals:
        return asked
    return next((str(kind) for kind, count in totals.items() if count), "")


@login_required
@require_GET
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the lines of one kind as a workbook; the errors, unless another kind is asked for."""
    row = visible_upload(request.user, pk)
    kind = request.GET.get("xem", str(UploadLine.Kind.WRONG))
    if kind not in UploadLine.Kind.values:
        raise Http404
    return attachment(lines_file(row, kind), f"{FILE_NAMES[UploadLine.Kind(kind)]}-tep-{row.pk}.xlsx", SHEET)


@login_required
@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it was uploaded."""
    return original_response(visible_upload(request.user, pk))


@login_required
@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the file again in the way that the person chose."""
    row = visible_upload(request.user, pk)
    form = ReadingForm(request.POST, summary=row.summary, layouts=CHOICES)
    if not form.is_valid():
        return render(request, "network/upload_detail.html", detail_context(request, row, form), status=422)
    return job_page(request, row, PAGE, lambda: reread(actor=request.user, upload=row, options=form.options()))  # type: ignore[arg-type]


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
        return redirect("network:upload", row.province.code)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(PAGE, pk)
