"""The public page: a file is looked at, or the document of a code is told. No account, and nothing is kept."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from hatang.utilities.forms import VerifyForm
from hatang.utilities.models import SignedDocument
from hatang.utilities.models.documents import CODE_FORM
from hatang.utilities.services import Verified, verify_file
from hatang.work.services import file_response, household, within_limit

MOST_FILES, MOST_CODES, SPAN_S = 30, 200, 600
TOO_MANY = "Nơi bạn đang ở đã kiểm tra quá nhiều lần trong mười phút; xin chờ rồi thử lại."
NO_SUCH = (
    "Hệ thống không có văn bản đã ký nào mang mã này. Gõ lại mã; nếu mã đúng như in trên giấy thì giấy ấy có thể giả. "
    "Mã có mười hai chữ và số, ví dụ ABCD-EFGH-JKMN."
)


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Look at a file, or find the document of a code that was typed."""
    form = VerifyForm(request.POST or None, request.FILES or None) if request.method == "POST" else VerifyForm()
    asked = request.GET.get("ma", "")
    if asked:
        return by_code(request, asked, form)
    found = looked_at(request, form) if request.method == "POST" and form.is_valid() else None
    name = form.cleaned_data["file"].name if found else ""
    return page(request, form, found=found, name=name)


def looked_at(request: HttpRequest, form: VerifyForm) -> Verified | None:
    """Look at the uploaded file, or note in the form why it cannot be."""
    if not allowed(request, "verify-file", MOST_FILES):
        form.add_error(None, TOO_MANY)
        return None
    try:
        return verify_file(form.cleaned_data["file"].read())
    except ValidationError as error:
        form.add_error("file", error)
    return None


def by_code(request: HttpRequest, asked: str, form: VerifyForm) -> HttpResponse:
    """Lead to the page of a code, typed in any manner."""
    code = re.sub(r"[^0-9A-Z]", "", asked.upper()[:60])
    code = "-".join(code[at : at + 4] for at in range(0, len(code), 4))
    if not allowed_code(request):
        return page(request, form, code=asked[:60], code_error=TOO_MANY, status=429)
    row = SignedDocument.objects.signed().filter(code=code).first()
    if row is not None:
        return redirect(row.public_url)
    return page(request, form, code=asked[:60], code_error=NO_SUCH, status=404)


def allowed(request: HttpRequest, action: str, most: int) -> bool:
    """Count one more question of an address."""
    who = household(str(get_adapter(request).get_client_ip(request)))
    return within_limit(action=action, who=who, most=most, seconds=SPAN_S)


def allowed_code(request: HttpRequest) -> bool:
    return allowed(request, "verify-code", MOST_CODES)


def page(request: HttpRequest, form: VerifyForm, *, status: int = 0, **more: Any) -> HttpResponse:
    """Show the page; what could not be looked at answers 422."""
    found: Verified | None = more.get("found")
    simulated = bool(found and any(row and row.simulated for _, row in found.rows))
    context = {"form": form, "simulated": simulated, "crumbs": [("Xác minh văn bản", "")]} | more
    return render(request, "utilities/verify.html", context, status=status or (422 if form.errors else 200))


def document_of(code: str) -> SignedDocument:
    """Give the signed document of a code, or answer 404."""
    if not re.fullmatch(CODE_FORM, code):
        raise Http404(NO_SUCH)
    rows = SignedDocument.objects.signed().select_related("issuer", "province", "certificate", "file", "replaces")
    return get_object_or_404(rows, code=code)


@require_GET
def document(request: HttpRequest, code: str) -> HttpResponse:
    """Tell whose a document is, when it was signed, and whether it is in force: where its QR code leads.

    A code that no document has is said so in words: whoever holds a forged paper must hear more than “no such page”.
    """
    if not allowed_code(request):
        return page(request, VerifyForm(), code=code[:60], code_error=TOO_MANY, status=429)
    try:
        row = document_of(code)
    except Http404:
        return page(request, VerifyForm(), code=code[:60], code_error=NO_SUCH, status=404)
    context = {
        "document": row,
        "successor": row.successor,
        "form": VerifyForm(),
        "simulated": row.simulated,
        "crumbs": [("Xác minh văn bản", "/xac-minh/"), (code, "")],
    }
    return render(request, "utilities/verify_document.html", context)


@require_GET
def signed_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give the signed file of a public document."""
    if not allowed_code(request):
        raise Http404(TOO_MANY)
    row = document_of(code)
    if not row.public or row.file is None:
        raise Http404
    return file_response(row.file)
