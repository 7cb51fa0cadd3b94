"""Forms 35-44 of NĐ 163/2024: what they hold and lack, a look at one of them, and the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from hatang.pages.lists import attachment, whole_number
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.plans.legal_forms.bundle import WRITERS
from hatang.plans.legal_forms.cells import written
from hatang.plans.legal_forms.choosing import KINDS, ChoiceForm, own_only
from hatang.plans.legal_forms.filling import Filled, Gap, Line, file_name, fill, finding, gaps_of
from hatang.plans.legal_forms.register import read_register
from hatang.plans.legal_forms.table import Column, Form, spans

TITLE = "Biểu mẫu NĐ 163/2024"
LINES_SHOWN = 60
GAPS_SHOWN = 40
THINGS_NAMED = 8


def choice(request: HttpRequest, code: str) -> tuple[Place, ChoiceForm]:
    """Give the province and what is asked for, if the person may ask for anything there."""
    province = province_by_code(code)
    owners = own_only(request.user, province)
    return province, ChoiceForm(request.GET, owners=owners, today=timezone.localdate())


def filled_forms(request: HttpRequest, province: Place, form: ChoiceForm) -> list[Filled]:
    """Fill the forms that a valid choice asks for."""
    register = read_register(
        person=request.user, province=province, extent=form.extent, owner=form.owner, level=form.level
    )
    return fill(form.chosen, register, form.head)


@login_required
@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """What do the forms hold, and what is missing?"""
    province, form = choice(request, code)
    context: dict[str, Any] = {
        "title": TITLE,
        "province": province,
        "form": form,
        "kinds": [(kind, label, kind == form.kind) for kind, label in KINDS.items()],
        "crumbs": [(province.full_name, reverse("web:province", args=[province.code])), (TITLE, "")],
    }
    if form.is_valid():
        filled = filled_forms(request, province, form)
        context |= {"filled": filled, "finding": finding(filled), "simulated": filled[0].register.simulated}
        context |= look(seen(request, filled))
    return render(request, "plans/legal_forms.html", context, status=200 if form.is_valid() else 422)


def seen(request: HttpRequest, filled: Sequence[Filled]) -> Filled:
    """Give the form to look at: the one that was asked for, or the first."""
    number = whole_number(request.GET.get("xem", ""), 2)
    return next((one for one in filled if one.form.number == number), filled[0])


def look(one: Filled) -> dict[str, Any]:
    """Give the template what it shows of one form."""
    shown = [shown_line(line, one.form) for line in one.lines[:LINES_SHOWN]]
    gaps = gaps_of(one.missing)
    return {
        "seen": one,
        "heads": head_cells(one.form),
        "lines": shown,
        "lines_left": len(one.lines) - len(shown),
        "gaps": [shown_gap(gap) for gap in gaps[:GAPS_SHOWN]],
        "gaps_left": max(0, len(gaps) - GAPS_SHOWN),
    }


def shown_line(line: Line, form: Form) -> dict[str, Any]:
    """Write a line; the name of a group without figures runs on to the end of its row."""
    cells = texts(line.cells, form.columns)
    bare = line.section and not any(text for text, _ in cells[2:])
    return {"section": line.section, "cells": cells[:2] if bare else cells, "span": len(cells) - 1 if bare else 1}


def texts(cells: Sequence[Any], columns: Sequence[Column]) -> list[tuple[str, bool]]:
    """Write cells as people here do, each with whether it is a number."""
    return [(written(cell, c.style), c.style.is_number) for cell, c in zip(cells, columns, strict=True)]


def head_cells(form: Form) -> list[list[dict[str, Any]]]:
    """Give the heading row, or two where some columns share one above them."""
    columns = form.columns
    two = any(column.above for column in columns)
    upper = [
        {"text": columns[start - 1].above or columns[start - 1].heading, "columns": end - start + 1}
        | {"rows": 2 if two and not columns[start - 1].above else 1}
        for start, end in spans(columns)
    ]
    lower = [{"text": column.heading, "columns": 1, "rows": 1} for column in columns if column.above]
    return [upper, lower] if lower else [upper]


def shown_gap(gap: Gap) -> dict[str, Any]:
    """Give what is missing with the first things for which it is, and how many more there are."""
    named = [entry.thing for entry in gap.entries[:THINGS_NAMED]]
    return {"gap": gap, "named": named, "more": len(gap.entries) - len(named)}


@login_required
@require_GET
def file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Answer with the forms as a workbook, a document, or an archive of both."""
    if kind not in WRITERS:
        raise Http404
    province, form = choice(request, code)
    if not form.is_valid():
        return page(request, code)
    filled = filled_forms(request, province, form)
    write, media_type = WRITERS[kind]
    return attachment(write(filled), file_name(filled, kind), media_type)
