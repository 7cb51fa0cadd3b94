"""Pages of documents: the list, one of them, proposing, signing, withdrawing, revoking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hatang.accounts.models import Organisation
from hatang.accounts.services import person_of, province_for
from hatang.core.vietnamese import moment
from hatang.pages.lists import Column, ListPage
from hatang.places.models import Place
from hatang.utilities.forms import DocumentForm, RevokeForm
from hatang.utilities.models import PROPOSE, SEE_DOCUMENT, SIGN, SignedDocument
from hatang.utilities.services import issuing_body, propose_document, revoke_document, sign_document, withdraw_document
from hatang.work.services import file_response

TITLE = "Văn bản ký số"
State = SignedDocument.State


def in_documents(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over its documents."""
    first = [
        (province.full_name, reverse("web:province", args=[province.code])),
        (TITLE, reverse("documents:documents", args=[province.code]) if more else ""),
    ]
    return [*first, *more]


class Documents(LoginRequiredMixin, ListPage):
    """A province's documents, the latest first."""

    title = TITLE
    template = "utilities/documents.html"
    columns = (
        Column("Văn bản", lambda d: d.title, "title", link=SignedDocument.get_absolute_url),
        Column("Loại", lambda d: d.get_kind_display(), "kind"),
        Column("Cơ quan", lambda d: d.issuer.name, "issuer__sort_key"),
        Column("Trạng thái", lambda d: d.get_state_display(), "state"),
        Column("Ký lúc", lambda d: moment(d.signed_at) if d.signed_at else None, "signed_at"),
        Column("Người ký", lambda d: str(d.signed_by) if d.signed_by else None),
        Column("Mã", lambda d: d.code),
        Column("Chữ ký", lambda d: "thử nghiệm" if d.trial else None),
    )
    search_fields = ("search_key",)
    default_sort = "-proposed_at"
    empty_text = "Chưa có văn bản nào."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[SignedDocument]:
        self.province = province_for(request, kwargs["code"], SEE_DOCUMENT, whole=True)
        rows = SignedDocument.objects.visible_to(request.user).filter(province=self.province)
        state = request.GET.get("tt", "")
        rows = rows.filter(state=state) if state in State.values else rows
        return rows.select_related("issuer", "signed_by")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        here = SignedDocument.objects.visible_to(request.user).filter(province=self.province)
        return {
            "province": self.province,
            "waiting": here.filter(state=State.PROPOSED).count(),
            "in_force": here.in_force().count(),
            "states": State.choices,
            "chosen": request.GET.get("tt", ""),
            "may_propose": request.user.has_perm(PROPOSE, self.province),
            "crumbs": in_documents(self.province),
        }

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the province."""
        return f"{self.title} {self.province}"


def visible_document(request: HttpRequest, pk: int) -> SignedDocument:
    """Give a document that this person may see, or answer 404."""
    rows = SignedDocument.objects.visible_to(request.user)
    related = ("province", "issuer", "draft", "file", "certificate", "proposed_by", "signed_by", "replaces")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@require_GET
@login_required
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a document with what this person may do."""
    return document_page(request, visible_document(request, pk), RevokeForm())


def document_page(request: HttpRequest, row: SignedDocument, form: RevokeForm, status: int = 200) -> HttpResponse:
    """Show a document and a form to revoke it."""
    may_sign = request.user.has_perm(SIGN, row)
    waits = row.state == State.PROPOSED
    context = {
        "document": row,
        "waits": waits,
        "may_sign": waits and may_sign and row.proposed_by_id != request.user.pk,
        "own": waits and may_sign and row.proposed_by_id == request.user.pk,
        "may_withdraw": waits and request.user.has_perm(PROPOSE, row),
        "may_revoke": may_sign and row.state == State.IN_FORCE,
        "form": form,
        "successor": row.successor,
        "history": row.history.select_related("history_user").order_by("-history_date", "-history_id")[:20],
        "simulated": row.simulated,
        "crumbs": in_documents(row.province, (row.title, "")),
    }
    return render(request, "utilities/document.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Take a PDF or XML file that another person is to sign."""
    province = province_for(request, code, PROPOSE, whole=True)
    form = DocumentForm(
        request.POST or None, request.FILES or None, province=province, initial={"issuer": own_body(request, province)}
    )
    if request.method == "POST" and form.is_valid():
        row = proposed(request, province, form)
        if row is not None:
            messages.success(request, "Đã đề nghị; người có quyền ký được báo.")
            return redirect(row)
    context = {"form": form, "province": province, "crumbs": in_documents(province, ("Đề nghị ký", ""))}
    return render(request, "utilities/document_new.html", context, status=422 if form.errors else 200)


def own_body(request: HttpRequest, province: Place) -> Organisation | None:
    """Give the body in whose name the person's documents mostly go out."""
    try:
        return issuing_body(actor=person_of(request), province=province)
    except ValidationError:
        return None


def proposed(request: HttpRequest, province: Place, form: DocumentForm) -> SignedDocument | None:
    """Propose what was typed, or note in the form why it cannot be signed."""
    said: dict[str, Any] = dict(form.cleaned_data)
    file = said.pop("file")
    try:
        return propose_document(
            actor=person_of(request), province=province, name=file.name, content=file.read(), **said
        )
    except ValidationError as error:
        form.add_error("file", error.messages)  # type: ignore[arg-type]
    return None


@require_GET
@login_required
def draft_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it is to be signed."""
    return file_response(visible_document(request, pk).draft)


@require_GET
@login_required
def signed_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the signed file."""
    row = visible_document(request, pk)
    if row.file is None:
        raise Http404
    return file_response(row.file)


@require_POST
@login_required
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign, as the second person."""
    row = actable(request, pk, SIGN)
    return tried(request, row, lambda: sign_document(actor=person_of(request), document=row), f"Đã ký, mã {row.code}.")


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a proposal up."""
    row = actable(request, pk, PROPOSE)
    return tried(request, row, lambda: withdraw_document(actor=person_of(request), document=row), "Đã rút đề nghị ký.")


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a document no longer holds."""
    row, form = actable(request, pk, SIGN), RevokeForm(request.POST)
    if not form.is_valid():
        return document_page(request, row, form, status=422)
    reason: str = form.cleaned_data["reason"]
    return tried(
        request,
        row,
        lambda: revoke_document(actor=person_of(request), document=row, reason=reason),
        "Đã thu hồi; ai kiểm tra văn bản này cũng đọc được lý do.",
    )


def actable(request: HttpRequest, pk: int, permission: str) -> SignedDocument:
    """Give a document to somebody who may do this with it, or answer 404."""
    row = visible_document(request, pk)
    if not request.user.has_perm(permission, row):
        raise Http404
    return row


def tried(request: HttpRequest, row: SignedDocument, act: Callable[[], object], done: str) -> HttpResponse:
    """Act, say how it went, and go back to the document."""
    try:
        act()
        messages.success(request, done)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)
