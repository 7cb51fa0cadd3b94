"""Bring boundaries: upload a file, see what it would change, save, take back; and where a point lies."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_GET, require_POST

from hatang.pages.lists import EXPORTS, SIMULATED_LINE
from hatang.places.models import Boundary, Place
from hatang.places.services.boundaries import LEVEL_WORDS, TITLES
from hatang.places.services.locating import Whereabouts, locate
from hatang.web.forms import BoundaryFileForm, ReadingForm
from hatang.web.models import BoundaryUpload
from hatang.web.services.boundary_uploads import (
    ask_to_save,
    ask_to_undo,
    discard_upload,
    may_undo,
    reread,
    start_upload,
)
from hatang.web.services.map_files import territories
from hatang.work.services import SETTLED, check_size, job_page, original_response

UPLOADS_SHOWN = 50
LINES_SHOWN = 50
ALARMS_SHOWN = 5
HEADINGS = ["Loại", "Nơi", "Hình số", "Điều thấy", "Nên làm", "Kinh độ", "Vĩ độ"]
PAGE = "web:boundary_upload"
HERE = "Ranh giới"


@login_required
def boundaries(request: HttpRequest) -> HttpResponse:
    """Choose a file, see what is stored and what was brought before."""
    provinces, everywhere = territories(request.user)
    if not everywhere and not provinces:
        raise Http404
    form = BoundaryFileForm(request.POST or None, request.FILES or None, provinces=provinces, everywhere=everywhere)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            said = {"province": form.province(), "name": file.name, "options": form.options()}
            return redirect("work:job", start_upload(actor=request.user, content=file.read(), **said).pk)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error("file", error)
    uploads = BoundaryUpload.objects.visible_to(request.user).select_related("file__stored_by", "province")
    context = {
        "form": form,
        "uploads": uploads.defer("summary")
        .annotate(undone=KeyTextTransform("undone", "summary"))
        .order_by("-pk")[:UPLOADS_SHOWN],
        "held": held_words(list(provinces), everywhere),
        "levels": LEVEL_WORDS,
        "crumbs": [(HERE, "")],
    }
    return render(request, "web/boundary_list.html", context, status=422 if form.errors else 200)


def held_words(provinces: list[Place], everywhere: bool) -> list[tuple[str, int, int]]:
    """Count the real and the illustrative boundaries of today's units, level by level; two queries."""
    today, words = timezone.localdate(), []
    rows = Boundary.objects.current().filter(place__in=Place.objects.in_force(today).values("pk"))
    if not everywhere:
        rows = rows.filter(place__province__in=provinces) | rows.filter(place__in=provinces)
    counted: dict[tuple[str, bool], int] = {}
    for kind, illustrative in rows.values_list("place__kind", "illustrative"):
        counted[kind, illustrative] = counted.get((kind, illustrative), 0) + 1
    for kind in Place.Kind:
        real, drawn = counted.get((kind, False), 0), counted.get((kind, True), 0)
        words += [(str(kind.label), real, drawn)] if real or drawn else []
    return words


def visible_upload(request: HttpRequest, pk: int) -> BoundaryUpload:
    """Give the upload if the person may see it; otherwise it answers as if it were not there."""
    uploads = BoundaryUpload.objects.visible_to(request.user).select_related("file__stored_by", "province")
    return get_object_or_404(uploads, pk=pk)


@login_required
@require_GET
def boundary_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file will change, or what is wrong in it."""
    row = visible_upload(request, pk)
    form = ReadingForm(summary=row.summary, options=row.options)
    return render(request, "web/boundary_upload.html", detail_context(row, form))


def detail_context(row: BoundaryUpload, form: ReadingForm) -> dict[str, Any]:
    """Give what the page of an upload needs."""
    summary = row.summary
    return {
        "upload": row,
        "summary": summary,
        "form": form,
        "on": parse_date(summary.get("on", "")),
        "lists": lists_of(summary),
        "foreign": [f for f in summary.get("findings", []) if f["kind"] == "foreign"][:ALARMS_SHOWN],
        "undoable": may_undo(row),
        "simulated": is_simulated(summary),
        "undone_at": parse_datetime(summary.get("undone", {}).get("at", "")),
        "settled": row.state in SETTLED,
        "crumbs": [(HERE, reverse("web:boundaries")), (row.file.name, "")],
    }


def is_simulated(summary: dict[str, Any]) -> bool:
    """Tell whether a list names something made up."""
    return any(f.get("simulated") for f in summary.get("findings", []))


def lists_of(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Give each list's title, count and first lines; what keeps the file from being saved has a place of its own."""
    lines = {kind: list(group) for kind, group in groupby(summary.get("findings", []), key=lambda f: f["kind"])}
    counts = summary.get("counts", {})
    return [
        {"kind": kind, "title": title, "count": counts[kind], "lines": lines.get(kind, [])[:LINES_SHOWN]}
        for kind, title in TITLES.items()
        if counts.get(kind) and kind != "wrong"
    ]


@login_required
@require_GET
def boundary_lists(request: HttpRequest, pk: int) -> HttpResponse:
    """Give all lists of an upload as a workbook or CSV."""
    row = visible_upload(request, pk)
    export = EXPORTS.get(request.GET.get("xuat", "xlsx"))
    if export is None:
        raise Http404
    table = [HEADINGS, *(line_of(f) for f in row.summary.get("findings", []))]
    table = [[SIMULATED_LINE], *table] if is_simulated(row.summary) else table
    return export(f"Ranh giới, tệp {row.pk}", table)


def line_of(finding: dict[str, Any]) -> list[Any]:
    """Write one line of a list for an export."""
    kept = ("place", "feature", "what", "todo", "lon", "lat")
    return [TITLES[finding["kind"]], *(finding.get(name, "") for name in kept)]


@login_required
@require_GET
def boundary_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the file as it was uploaded."""
    return original_response(visible_upload(request, pk))


@login_required
@require_POST
def boundary_reread(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the file again in the way that the user chose."""
    row = visible_upload(request, pk)
    form = ReadingForm(request.POST, summary=row.summary, options=row.options)
    if not form.is_valid():
        return render(request, "web/boundary_upload.html", detail_context(row, form), status=422)
    options = form.options(row.options)
    return job_page(request, row, PAGE, lambda: reread(actor=request.user, upload=row, options=options))  # type: ignore[arg-type]


@login_required
@require_POST
def boundary_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Start saving; then wait for it."""
    row = visible_upload(request, pk)
    return job_page(request, row, PAGE, lambda: ask_to_save(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def boundary_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Start taking a saved import back; then wait for it."""
    row = visible_upload(request, pk)
    return job_page(request, row, PAGE, lambda: ask_to_undo(actor=request.user, upload=row))  # type: ignore[arg-type]


@login_required
@require_POST
def boundary_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard a file that was not saved."""
    row = visible_upload(request, pk)
    try:
        discard_upload(actor=request.user, upload=row)  # type: ignore[arg-type]
        messages.success(request, f"Đã bỏ tệp {row.file.name}. Không ranh giới nào thay đổi.")
        return redirect("web:boundaries")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(PAGE, pk)


# Where a point lies


@require_GET
def whereabouts(request: HttpRequest) -> HttpResponse:
    """Say in JSON in which province, commune, village and zone a point lies on a day."""
    lon, lat = degrees(request.GET.get("lon", "")), degrees(request.GET.get("lat", ""))
    on, asked = timezone.localdate(), request.GET.get("ngay", "")
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return refused("Cần kinh độ từ -180 đến 180 và vĩ độ từ -90 đến 90, ví dụ ?lon=106.76&lat=21.85.")
    if asked:
        try:
            chosen = parse_date(asked)
        except ValueError:
            chosen = None
        if chosen is None:
            return refused("Ngày ghi dạng năm-tháng-ngày, ví dụ ngay=2025-06-30.")
        on = chosen
    return JsonResponse(told(locate(np.array([[lon, lat]]), on=on)[0]) | {"on": on.isoformat()})


def degrees(text: str) -> float | None:
    """Read degrees, also with a decimal comma."""
    try:
        value = float(text.strip().replace(",", ".")[:40])
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def refused(words: str) -> JsonResponse:
    """Answer that the question cannot be understood."""
    return JsonResponse({"error": words}, status=400)


def told(found: Whereabouts) -> dict[str, Any]:
    """Give an answer's names and addresses."""
    places = {name: getattr(found, name) for name in ("province", "commune", "village", "zone")}
    named = {
        name: place and {"name": place.full_name, "url": place.get_absolute_url()} for name, place in places.items()
    }
    simulated = any(place.simulated for place in places.values() if place)
    return named | {"certain": found.certain, "note": found.note, "simulated": simulated}
