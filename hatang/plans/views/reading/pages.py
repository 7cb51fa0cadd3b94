"""Bring a plan's document, then look through what was read in it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from hatang.accounts.services import province_for
from hatang.core.documents import DocumentError, read_document
from hatang.pages.lists import whole_number
from hatang.places.models import Place
from hatang.plans.forms import UploadForm
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services.readings import (
    DOCUMENT_KINDS,
    discard_reading,
    may_withdraw,
    stamp_of,
    start_reading,
)
from hatang.plans.views.reading.desk import Desk, desk_of, visible_reading, wants_json, way
from hatang.plans.views.reading.paper import MARKS
from hatang.plans.views.reading.rows import row_of
from hatang.plans.views.reading.typed import head_form, row_form
from hatang.work.services import check_size, original_response

State = PlanReading.State
READINGS_SHOWN = 30


@login_required
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a document; then wait until it is read."""
    province = province_for(request, code, "plans.change_plan", whole=True)
    amended = Plan.objects.filter(code=request.GET.get("so", ""), province=province).first()
    form = UploadForm(request.POST or None, request.FILES or None, province=province, initial={"against": amended})
    if request.method == "POST" and form.is_valid():
        file, against = form.cleaned_data["file"], form.cleaned_data["against"]
        try:
            check_size(file.size)
            sent = {"province": province, "name": file.name, "content": file.read(), "against": against}
            check_kind(sent["name"], sent["content"])
            return redirect("work:job", start_reading(actor=request.user, **sent).pk)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error("file", error)
    context = {
        "form": form,
        "province": province,
        "readings": brought(request, province)[:READINGS_SHOWN],
        "crumbs": [(province.full_name, reverse("web:province", args=[province.code])), ("Đọc văn bản", "")],
    }
    return render(request, "plans/reading_new.html", context, status=422 if form.errors else 200)


def check_kind(name: str, content: bytes) -> None:
    """Say of a file of another kind how to save it anew, where the reader knows."""
    if PurePath(name).suffix.lower() in DOCUMENT_KINDS:
        return
    try:
        read_document(content, name)
    except DocumentError as error:
        raise ValidationError(str(error)) from error


def brought(request: HttpRequest, province: Place) -> QuerySet[PlanReading]:
    """List the documents of the province, the newest first, with how far each was looked through."""
    rows = PlanReading.objects.visible_to(request.user).filter(province=province).exclude(state=State.DISCARDED)
    asked = Statement.objects.filter(reading=OuterRef("pk")).exclude(kind=Statement.Kind.ODDITY).order_by()
    seen = asked.exclude(state=Statement.State.PROPOSED)
    counts = {"total": _counted(asked), "seen": _counted(seen)}
    return rows.select_related("file__stored_by", "plan").defer("document").annotate(**counts).order_by("-pk")


def _counted(rows: QuerySet[Statement]) -> Coalesce:
    """Count rows of a document by themselves: joined, each would carry the document's columns through the grouping."""
    return Coalesce(Subquery(rows.values("reading").annotate(n=Count("pk")).values("n")), 0)


@login_required
@vary_on_headers("Accept")
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Did the reader understand the document? The page's script asks for the rows of one more tab."""
    reading = visible_reading(request, pk)
    if reading.state != State.READY:
        return render(request, "plans/reading_waits.html", waiting_context(reading))
    desk = desk_of(request, reading)
    if wants_json(request):
        return JsonResponse(rows_of_tab(request, desk))
    return render(request, "plans/reading_review.html", review_context(request, desk))


def rows_of_tab(request: HttpRequest, desk: Desk) -> dict[str, str]:
    """Give the rows of the tab that is asked for, or of the tab that has the row that is."""
    chosen = chosen_row(request, desk)
    desk.kind = chosen.kind if chosen else desk.kind
    context = {"rows": desk.rows(desk.kind), "reading": desk.reading}
    return {"kind": desk.kind, "html": render_to_string("plans/reading_rows.html", context, request)}


def chosen_row(request: HttpRequest, desk: Desk) -> Statement | None:
    """Give the row that the address names."""
    asked = whole_number(request.GET.get("muc", ""), 14)
    return None if asked is None else desk.find(asked)


def waiting_context(reading: PlanReading) -> dict[str, Any]:
    """Give what is shown of a document that is not under review."""
    crumbs = way(reading, (reading.file.name, ""))
    return {"reading": reading, "withdrawable": may_withdraw(reading), "crumbs": crumbs}


def review_context(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """Give what the review shows, with the row opened that the address names."""
    chosen = chosen_row(request, desk)
    desk.kind = chosen.kind if chosen else desk.kind
    return {
        "desk": desk,
        "reading": desk.reading,
        "head_form": head_form(desk.reading),
        "chosen": chosen,
        "opened": opened(request, desk, chosen) if chosen else "",
        "marks": MARKS,
        "crumbs": way(desk.reading, (desk.reading.file.name, "")),
    }


def opened(request: HttpRequest, desk: Desk, statement: Statement, form: Any = None) -> str:
    """Show a row's own form: its words, its facts, and what can be done with it."""
    block = desk.blocks[statement.block]["text"] if statement.block is not None else ""
    context = {
        "row": row_of(statement, desk.blocks, desk.indicators),
        "form": form or row_form(desk.reading, statement, desk.indicators),
        "quote": block[statement.start : statement.end] or statement.quote,
        "stamp": stamp_of(statement),
        "next": desk.next_of(statement),
        "kinds": [(kind, label) for kind, _, label in MARKS if kind != statement.kind],
    }
    return render_to_string("plans/reading_row_open.html", context, request)


@login_required
@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it was uploaded."""
    return original_response(visible_reading(request, pk))


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a document that did not become a plan."""
    reading = visible_reading(request, pk)
    try:
        discard_reading(actor=request.user, reading=reading)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ văn bản {reading.file.name}. Không kế hoạch nào thay đổi.")
        return redirect("plans:reading_new", reading.province.code)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("plans:reading", pk)
