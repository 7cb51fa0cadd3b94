"""The document of a system's security level, for those who may know its weak points."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from hatang.accounts.services import person_of
from hatang.systems.forms.documents import DocumentForm
from hatang.systems.kinds import OF_MODEL
from hatang.systems.models import InformationSystem
from hatang.systems.services.documents import attach_document, documents_of, remove_document
from hatang.systems.views.entries import changeable, visible_entry
from hatang.systems.views.ways import in_kind, may_see_findings
from hatang.work.services import file_response

KIND = OF_MODEL[InformationSystem]


@login_required
@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file as the document of a system's level, or take the one that stands off."""
    row = changeable(request, KIND, pk)
    asked = request.method == "POST" and "go" not in request.POST
    form = DocumentForm(request.POST, request.FILES) if asked else DocumentForm()
    if request.method == "POST" and changed(request, row, form):
        return redirect(row)
    context = {
        "row": row,
        "form": form,
        "simulated": row.simulated,
        "crumbs": in_kind(KIND, row.province, (row.code, row.get_absolute_url()), ("Tệp hồ sơ cấp độ", "")),
    }
    return render(request, "systems/document.html", context, status=422 if form.errors else 200)


def changed(request: HttpRequest, row: InformationSystem, form: DocumentForm) -> bool:
    """Do what was asked; put objections on the form and tell whether it was done."""
    actor = person_of(request)
    try:
        if "go" in request.POST:
            remove_document(actor=actor, system=row)
            messages.success(request, "Đã gỡ tệp hồ sơ; tệp còn trong lịch sử của hệ thống.")
            return True
        if not form.is_valid():
            return False
        kept = attach_document(actor=actor, system=row, upload=form.cleaned_data["file"])
        messages.success(request, f"Đã lưu tệp hồ sơ “{kept.security_document}”.")
        return True
    except ValidationError as error:
        if form.is_bound:
            form.add_error("file", error)
        else:
            messages.error(request, " ".join(error.messages))
        return False


@login_required
@require_GET
def document_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """Give a document that a system has or had to those who may know its weak points."""
    row = visible_entry(request, KIND, pk)
    if not may_see_findings(request, row.province):
        raise Http404
    return file_response(get_object_or_404(documents_of(row), pk=file))
