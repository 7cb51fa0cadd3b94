"""One cell of a return: the file that it rests on, and everything that it ever held."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from hatang.accounts.services import person_of
from hatang.indicators.forms.return_files import EvidenceForm
from hatang.indicators.models import FormItem, Return
from hatang.indicators.services.approval import is_filer
from hatang.indicators.services.filling import (
    Line,
    attach_evidence,
    evidence_in,
    held_by,
    items_of,
    lines_of,
    may_fill,
    remove_evidence,
)
from hatang.indicators.services.periods import places_of
from hatang.indicators.views.filling import RETURNS, visible_return
from hatang.places.models import Place
from hatang.work.services import file_response


def cell_of(row: Return, code: str, place_id: int) -> tuple[FormItem, Place]:
    """Give the line and the place of a cell that the return has."""
    item = next((i for i in items_of(row) if i.code == code), None)
    place = next((p for p in places_of(row) if p.pk == place_id), None)
    if item is None or place is None:
        raise Http404
    return item, place


def address_of(row: Return, line: Line) -> str:
    """Give the place of a cell on its return's page."""
    at = f"?noi={line.place.pk}" if row.period.form.by_commune else ""
    return f"{row.get_absolute_url()}{at}#{line.name}"


@login_required
@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, pk: object, code: str, place: int) -> HttpResponse:
    """Show a cell with its file and its history; take another file, or take it off."""
    row = visible_return(request, pk)
    item, where = cell_of(row, code, place)
    if request.method == "POST" and not is_filer(person_of(request), row):
        raise Http404
    form = EvidenceForm(None)
    if request.method == "POST":
        form = EvidenceForm(request.POST, request.FILES)
        if changed(request, row, item, where, form):
            return redirect(address_of(row, Line(item, where, None, "")))
    (line,) = lines_of(row, [item], [where])
    context = {"row": row, "line": line, "form": form, "fills": may_fill(request.user, row)}
    context |= {"held": held_by(row, item, where), "back": address_of(row, line)}
    context["crumbs"] = [
        (RETURNS, reverse("indicators:returns")),
        (row.period.title, context["back"]),
        (item.label, ""),
    ]
    return render(request, "indicators/return_cell.html", context, status=422 if form.errors else 200)


def changed(request: HttpRequest, row: Return, item: FormItem, place: Place, form: EvidenceForm) -> bool:
    """Keep the file that came, or take the one that stands off; put objections on the form and tell which."""
    actor = person_of(request)
    try:
        if "go" in request.POST:
            remove_evidence(actor=actor, return_=row, item=item, place=place)
            messages.success(request, "Đã gỡ tệp minh chứng; tệp còn trong lịch sử của ô.")
            return True
        if not form.is_valid():
            return False
        made = attach_evidence(actor=actor, return_=row, item=item, place=place, upload=form.cleaned_data["file"])
        messages.success(request, f"Đã lưu tệp minh chứng “{made.evidence}”.")
        return True
    except ValidationError as error:
        form.add_error("file", error.messages)
        return False


@login_required
@require_GET
def evidence(request: HttpRequest, pk: object, file: int) -> HttpResponseBase:
    """Give a file of a cell to who may see the return."""
    found = evidence_in(visible_return(request, pk), file)
    if found is None:
        raise Http404
    return file_response(found)
