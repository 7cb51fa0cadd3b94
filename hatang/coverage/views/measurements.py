"""Bring measurements: upload a file, see what is in it and what is wrong, save it whole or give it up, take it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import province_for
from hatang.coverage.forms.evidence import MeasurementsForm
from hatang.coverage.models import MEASURE, MeasurementFile
from hatang.coverage.services.measurements.reading import COLUMNS, MOST_ERRORS
from hatang.coverage.services.measurements.template import template_table
from hatang.coverage.services.measurements.uploads import (
    ask_to_save,
    ask_to_undo,
    discard_measurements,
    error_lines,
    may_undo,
    start_measurements,
)
from hatang.coverage.views.territory import in_coverage
from hatang.pages.lists import EXPORTS, attachment
from hatang.work.services import KINDS, SETTLED, job_page, original_response

TITLE = "Kết quả đo sóng"
PAGE = "coverage:measurement_file"
FILES_SHOWN = 50
ERRORS_SHOWN = 100


@login_required
def measurements(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file, see what was brought before."""
    province = province_for(request, code, MEASURE, whole=True)
    form = MeasurementsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            said = {"province": province, "name": file.name, "content": file.read()}
            return redirect("work:job", start_measurements(actor=request.user, **said).pk)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error("file", error)
    files = MeasurementFile.objects.visible_to(request.user).filter(province=province).whole()
    context = {
        "province": province,
        "form": form,
        "columns": COLUMNS,
        "files": files.order_by("-pk")[:FILES_SHOWN],
        "crumbs": in_coverage(province, (TITLE, "")),
    }
    return render(request, "coverage/evidence_measurements.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def measurement_template(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Give the template, as a workbook with a guide or as CSV."""
    province_for(request, code, MEASURE, whole=True)
    if form not in EXPORTS:
        raise Http404
    if form == "xlsx":
        return attachment(template_table(), "mau-ket-qua-do.xlsx", KINDS[".xlsx"])
    return EXPORTS["csv"]("mau ket qua do", [[column.heading for column in COLUMNS]])


def visible_file(request: HttpRequest, pk: int) -> MeasurementFile:
    """Give the file if the person may see it; otherwise it answers as if it were not there."""
    return get_object_or_404(MeasurementFile.objects.visible_to(request.user).whole(), pk=pk)


@login_required
@require_GET
def measurement_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file holds, or what is wrong in it."""
    row = visible_file(request, pk)
    context = {
        "upload": row,
        "summary": row.summary,
        "errors": row.summary.get("errors", [])[:ERRORS_SHOWN],
        "most": MOST_ERRORS,
        "settled": row.state in SETTLED,
        "undoable": may_undo(row),
        "simulated": row.summary.get("simulated", False),
        "crumbs": in_coverage(
            row.province, (TITLE, reverse("coverage:measurements", args=[row.province.code])), (row.file.name, "")
        ),
    }
    return render(request, "coverage/evidence_measurement_file.html", context)


@login_required
@require_GET
def measurement_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the errors of a file as a workbook."""
    row = visible_file(request, pk)
    return EXPORTS["xlsx"](f"loi tep {row.pk}", error_lines(row))


@login_required
@require_GET
def measurement_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it was uploaded."""
    return original_response(visible_file(request, pk))


@login_required
@require_POST
def measurement_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Start saving; then wait for it."""
    row = visible_file(request, pk)
    return job_page(request, row, PAGE, lambda: ask_to_save(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def measurement_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Start taking a saved file back; then wait for it."""
    row = visible_file(request, pk)
    return job_page(request, row, PAGE, lambda: ask_to_undo(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def measurement_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard a file that was not saved."""
    row = visible_file(request, pk)
    try:
        discard_measurements(actor=request.user, upload=row)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ tệp {row.file.name}. Không phép đo nào thay đổi.")
        return redirect("coverage:measurements", row.province.code)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(PAGE, pk)
