"""A run against measurements: how far its prediction is off, and the offsets that the department may accept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from hatang.core.vietnamese import number
from hatang.coverage.forms.calibration import ALL_KINDS, AcceptForm, CompareForm
from hatang.coverage.models import AcceptedOffset, Calibration, CalibrationRow, CoverageRun
from hatang.coverage.services.calibration import (
    ACCEPT,
    ASK,
    accept_offsets,
    offsets_in_words,
    start_calibration,
)
from hatang.coverage.services.maps.page import sees_whole
from hatang.coverage.views.territory import finished_run, in_run
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number

TITLE = "Đối chiếu với số đo"
LAYERS_NAMED = 4
SIDE = 100
"""Of a picture's square, in its own units."""
HEADINGS = (
    "Doanh nghiệp",
    "Công nghệ",
    "Lớp phủ",
    "Điểm đo",
    "Ô vuông được so",
    "Không ô phát nào tới",
    "Ngoài khoảng máy báo",
    "Sai lệch, dB",
    "từ",
    "đến",
    "Sai số quân phương, dB",
    "Độ lệch chuẩn sau hiệu chỉnh, dB",
    "Tương quan",
    "Hiệu chỉnh đề xuất, dB",
)


@dataclass(frozen=True)
class Picture:
    """Predicted against measured levels of a layer: dots in a square of 100, and the levels at its ends, dBm."""

    row: CalibrationRow
    dots: str
    low_dbm: int
    high_dbm: int


@login_required
@require_GET
def calibration(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest comparison of a run, or an older one that is asked for."""
    run = finished_run(request, pk)
    shown = asked_calibration(told_of(request, run), request.GET.get("lan", ""))
    rows = rows_of(request, shown)
    if (export := request.GET.get("xuat", "")) in EXPORTS and shown:
        return EXPORTS[export](f"doi chieu so do {run}", table_of(shown, rows))
    return page(request, run, shown, rows)


def page(
    request: HttpRequest,
    run: CoverageRun,
    shown: Calibration | None,
    rows: list[CalibrationRow],
    accept: AcceptForm | None = None,
) -> HttpResponse:
    """Draw the page."""
    layers = [row for row in rows if not row.cover]
    accepted = accepted_of(request, shown)
    context = {
        "run": run,
        "title": TITLE,
        "shown": shown,
        "kind": shown.get_kind_display() if shown and shown.kind else ALL_KINDS,
        "rows": rows,
        "finding": finding_of(layers),
        "pictures": [picture_of(row) for row in layers if row.pairs],
        "accepted": accepted,
        "whole": sees_whole(request.user, run.province_id),
        "offsets": offsets_in_words(run) if request.user.has_perm(ASK, run) else [],
        "compare": CompareForm() if request.user.has_perm(ASK, run) else None,
        "accept": accept or accept_form(request, run, layers, accepted),
        "proposed": any(row.acceptable for row in layers) and not request.user.has_perm(ACCEPT, run),
        "others": list(told_of(request, run)),
        "simulated": shown.simulated if shown else run.simulated,
        "crumbs": in_run(run, (TITLE, "")),
    }
    return render(request, "coverage/calibration.html", context, status=422 if accept else 200)


def told_of(request: HttpRequest, run: CoverageRun) -> QuerySet[Calibration]:
    """Give the comparisons of a run that tell the person something: of others an operator does not learn."""
    rows = CalibrationRow.objects.visible_to(request.user).filter(calibration__run=run)
    return run.calibrations.filter(pk__in=rows.values("calibration"))


def asked_calibration(there: QuerySet[Calibration], asked: str) -> Calibration | None:
    """Give the comparison asked for by its number, else the newest."""
    if not asked:
        return there.first()
    return get_object_or_404(there, pk=whole_number(asked, 9) or 0)


def rows_of(request: HttpRequest, shown: Calibration | None) -> list[CalibrationRow]:
    """Give the rows that the person may see: an operator its own."""
    if shown is None:
        return []
    return list(CalibrationRow.objects.visible_to(request.user).filter(calibration=shown).select_related("operator"))


def accepted_of(request: HttpRequest, shown: Calibration | None) -> list[AcceptedOffset]:
    """Give what was accepted, as far as the person may see the run that came of it."""
    if shown is None:
        return []
    rows = AcceptedOffset.objects.visible_to(request.user).filter(calibration=shown)
    return list(rows.select_related("operator", "run", "accepted_by").order_by("operator__name", "technology"))


def accept_form(
    request: HttpRequest, run: CoverageRun, layers: list[CalibrationRow], accepted: list[AcceptedOffset]
) -> AcceptForm | None:
    """Offer the offsets that may still be accepted, to who may accept them."""
    taken = {(offset.operator_id, offset.technology) for offset in accepted}
    proposed = [row for row in layers if row.acceptable and (row.operator_id, row.technology) not in taken]
    return AcceptForm(proposed=proposed) if proposed and request.user.has_perm(ACCEPT, run) else None


def finding_of(layers: list[CalibrationRow]) -> str:
    """Say in a sentence how far the prediction is off, the worst first."""
    if not layers:
        return ""
    points, operators = sum(row.points for row in layers), len({row.operator_id for row in layers})
    known = sorted((row for row in layers if row.bias_db is not None), key=lambda row: -abs(row.bias_db or 0))
    said = "; ".join(words_of(row) for row in known[:LAYERS_NAMED])
    more = f"; và {number(len(known) - LAYERS_NAMED)} lớp khác" if len(known) > LAYERS_NAMED else ""
    begun = f"{number(points)} điểm đo của {number(operators)} doanh nghiệp"
    return f"{begun}: dự đoán {said}{more}." if known else f"{begun}, quá ít để so với dự đoán."


def words_of(row: CalibrationRow) -> str:
    """Say how far one layer is off."""
    bias_db = row.bias_db or 0.0
    if abs(bias_db) < 0.05:
        return f"bằng thực đo ở {row}"
    return f"{'cao' if bias_db > 0 else 'thấp'} hơn thực đo {number(abs(bias_db), 1)} dB ở {row}"


def picture_of(row: CalibrationRow) -> Picture:
    """Place measured levels across and predicted ones up, on the same scale."""
    levels = [level for pair in row.pairs for level in pair]
    low, high = int(min(levels) // 10 * 10), int(-(-max(levels) // 10) * 10)
    scale = SIDE / max(high - low, 1)
    places = [(scale * (measured - low), SIDE - scale * (predicted - low)) for predicted, measured in row.pairs]
    return Picture(row, "".join(f"M{x:.1f} {y:.1f}h0" for x, y in places), low, high)


def table_of(shown: Calibration, rows: list[CalibrationRow]) -> list[list[Any]]:
    """Give the rows as a table to keep."""
    marked = [[SIMULATED_LINE]] if shown.simulated else []
    about = [[TITLE, str(shown.run), f"ô phát như ngày {shown.run.on:%d/%m/%Y}", "dự đoán trừ thực đo"]]
    return [*marked, *about, list(HEADINGS), *map(line_of, rows)]


def line_of(row: CalibrationRow) -> list[Any]:
    """Give one row of the export; what could not be worked out is empty."""
    counts = [row.points, row.squares, row.unreached, row.censored]
    levels = [row.bias_db, row.bias_low_db, row.bias_high_db, row.rmse_db, row.deviation_db, row.correlation]
    rounded = ["" if level is None else round(level, 2) for level in levels]
    offset = "" if row.cover or row.offset_db is None else row.offset_db
    return [row.operator, row.technology, row.get_cover_display(), *counts, *rounded, offset]


@login_required
@require_POST
def calibrate(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a comparison; then wait for it."""
    run = finished_run(request, pk)
    if not request.user.has_perm(ASK, run):
        raise Http404
    form = CompareForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Chọn một loại đo trong danh sách.")
        return redirect("coverage:calibration", pk)
    try:
        job = start_calibration(actor=request.user, run=run, kind=form.cleaned_data["kind"])  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("coverage:calibration", pk)
    return redirect("work:job", job.pk)


@login_required
@require_POST
def accept(request: HttpRequest, pk: int, calibration: int) -> HttpResponse:
    """Accept offsets of a comparison and go to the run that is computed with them."""
    run = finished_run(request, pk)
    shown = get_object_or_404(run.calibrations.all(), pk=calibration)
    if not request.user.has_perm(ACCEPT, run):
        raise Http404
    rows = rows_of(request, shown)
    form = AcceptForm(request.POST, proposed=[row for row in rows if row.acceptable and not row.cover])
    if form.is_valid():
        chosen, reason = list(form.cleaned_data["rows"]), form.cleaned_data["reason"]
        try:
            asked = accept_offsets(actor=request.user, rows=chosen, reason=reason)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"Đã chấp nhận; đang tính “{asked}”. Lượt tính này giữ nguyên để so sánh.")
            return redirect(asked)
    return page(request, run, shown, rows, form)
