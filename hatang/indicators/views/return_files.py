"""A return as a workbook: the template out, the filled file in, what it would change before anything is saved."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from hatang.accounts.services import person_of
from hatang.core.vietnamese import number, search_key
from hatang.indicators.forms.return_files import ReturnFileForm
from hatang.indicators.models import Return
from hatang.indicators.services.approval import is_filer
from hatang.indicators.services.filling import Change, Preview, chosen, preview_file, save_cells
from hatang.indicators.services.return_forms import template_of
from hatang.indicators.views.filling import RETURNS, visible_return
from hatang.pages.lists import attachment
from hatang.work.services import KINDS

SHOWN = 300
STALE = "Không đọc được bản xem trước; nạp lại tệp."


def filed_return(request: HttpRequest, pk: object) -> Return:
    """Give a return that the person may file."""
    row = visible_return(request, pk)
    if not is_filer(person_of(request), row):
        raise Http404
    return row


@login_required
@require_GET
def template(request: HttpRequest, pk: object) -> HttpResponse:
    """Give the workbook of a return, with what is answered already."""
    row = visible_return(request, pk)
    name = search_key(f"{row.period.form.code} {row.filer} {row.period.year} {row.period.part}").replace(" ", "-")
    return attachment(template_of(row), f"{name}.xlsx", KINDS[".xlsx"])


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, pk: object) -> HttpResponse:
    """Choose a filled workbook, see what it would change, then save it."""
    row = filed_return(request, pk)
    if request.method == "POST" and "o" in request.POST:
        return save(request, row)
    form = ReturnFileForm(request.POST or None, request.FILES or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            preview = preview_file(actor=person_of(request), return_=row, content=file.read(), name=file.name or "")
        except ValidationError as error:
            form.add_error("file", error)
    wrong = bool(form.errors) or bool(preview and preview.faults)
    return render(request, "indicators/return_file.html", page(row, form, preview), status=422 if wrong else 200)


def page(row: Return, form: ReturnFileForm, preview: Preview | None) -> dict[str, Any]:
    """Give what the page of a file shows."""
    crumbs = [(RETURNS, reverse("indicators:returns")), (row.period.title, row.get_absolute_url()), ("Tệp Excel", "")]
    context: dict[str, Any] = {"row": row, "form": form, "preview": preview, "crumbs": crumbs, "shown": SHOWN}
    if preview:
        told = [{**vars(p.change), "overtaken": p.overtaken} for p in preview.rows]
        context["payload"] = json.dumps(told, ensure_ascii=False)
    return context | {"simulated": row.simulated}


def save(request: HttpRequest, row: Return) -> HttpResponse:
    """Save what was previewed, whole or not at all; who was quicker meanwhile is not written over."""
    try:
        rows = json.loads(request.POST["o"])
        told = [
            (Change(str(r["item"]), int(r["place"]), str(r["typed"]), int(r["revision"])), bool(r["overtaken"]))
            for r in rows
        ]
    except (ValueError, KeyError, TypeError, OverflowError):
        messages.error(request, STALE)
        return redirect("indicators:return_file", row.pk)
    changes = chosen(told, set(request.POST.getlist("dung")))
    try:
        saved = save_cells(actor=person_of(request), return_=row, changes=changes, whole=True, reason="tệp Excel")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(row)
    if not saved.clean:
        messages.error(request, "Có ô vừa đổi trên trang sau khi xem trước: chưa lưu gì. Nạp lại tệp để xem lại.")
        return redirect("indicators:return_file", row.pk)
    messages.success(request, f"Đã lưu {number(saved.changed)} ô từ tệp.")
    return redirect(row)
