"""Analysis of figures: a pivot with small multiples, questions in SQL, the whole table as a file, saved views."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hatang.accounts.access import scopes_in
from hatang.core.table_queries import Answer, QueryError, parquet_bytes
from hatang.core.vietnamese import number
from hatang.indicators.forms.tables import MEASURES, PivotForm, SaveForm, SqlForm
from hatang.indicators.models import QUERY_TABLES, SavedView, Value
from hatang.indicators.services.tables import (
    COLUMNS,
    TABLE,
    Pivot,
    Wanted,
    ask_published,
    drop_view,
    pivot,
    published_file,
    save_view,
)
from hatang.indicators.views.asking import person_of, way_over
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, attachment
from hatang.places.models import Place
from hatang.places.services import province_by_code

TITLE = "Phân tích số liệu"
PARQUET = "application/vnd.apache.parquet"
WIDTH, HEIGHT = 120.0, 36.0
EXAMPLE = """SELECT noi, nam, gia_tri
FROM so_lieu
WHERE cap = 'commune' AND ma_chi_tieu = 'villages-fibre'
ORDER BY gia_tri
LIMIT 20"""


def province_for(request: HttpRequest, code: str) -> Place:
    """Give the province to those who analyse its figures; otherwise it answers as if it were not there."""
    province = province_by_code(code)
    if not scopes_in(request.user, QUERY_TABLES, province.pk):
        raise Http404
    return province


def way(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over its analysis."""
    return way_over(province, TITLE, "indicators:analysis", *more)


def views_for(request: HttpRequest, province: Place) -> QuerySet[SavedView]:
    """List the saved views that the person may open."""
    return SavedView.objects.visible_to(request.user).filter(province=province).select_related("owner")


@login_required
@require_GET
def analysis(request: HttpRequest, code: str) -> HttpResponse:
    """Show the pivot that was asked for; each choice is in the address, which is thus a link to it."""
    province = province_for(request, code)
    form = pivot_form(request, province)
    table = pivot(person=request.user, province=province, wanted=wanted_of(form)) if form.is_valid() else None
    if table and (export := request.GET.get("xuat", "")) in (*EXPORTS, "parquet"):
        return pivot_file(table, export, province)
    context = {
        "province": province,
        "title": TITLE,
        "form": form,
        "table": table,
        "lines": list(lines_of(table)) if table else [],
        "measure": MEASURES.get(table.measure, "") if table else "",
        "simulated": bool(table and table.simulated),
        "views": list(views_for(request, province)),
        "save": SaveForm(),
        "asked": request.GET.urlencode(),
        "crumbs": way(province),
    }
    return render(request, "indicators/analysis.html", context, status=422 if form.errors else 200)


def pivot_form(request: HttpRequest, province: Place) -> PivotForm:
    """Give the form, filled with what the address asks; nothing is asked at first."""
    communes = Place.objects.communes().in_force(timezone.localdate()).filter(province=province).order_by("sort_key")
    years = Value.objects.known().filter(place__province=province).order_by("-year")
    known = list(years.values_list("year", flat=True).distinct()) or [timezone.localdate().year]
    bound = request.GET if "rows" in request.GET else None
    return PivotForm(bound, years=known, communes=communes, initial={"years": known[:5]})


def wanted_of(form: PivotForm) -> Wanted:
    """Give what was chosen."""
    said = form.cleaned_data
    return Wanted(
        indicators=tuple(i.code for i in said["indicators"]),
        years=tuple(sorted(said["years"])),
        level=said["level"],
        rows=said["rows"],
        columns=said["columns"],
        measure=said["measure"],
        like=said["like"].pk if said["like"] else None,
    )


def lines_of(table: Pivot) -> Any:
    """Give each row with its written cells and, where it has two numbers or more, a small line of them."""
    numbers = table.numbers()
    known = [n for row in numbers for n in row if n is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    for (label, cells), row in zip(table.rows, numbers, strict=True):
        written = [written_cell(value, table.measure) for value in cells]
        yield label, written, small_line(row, low, high)


def written_cell(value: Value | None, measure: str) -> tuple[str, str]:
    """Write a cell, with the address of its lineage."""
    if value is None:
        return "–", ""
    text = str(value) if measure == "value" else number(getattr(value, measure), 2)
    return text, reverse("indicators:value", args=[value.pk])


def small_line(row: Sequence[float | None], low: float, high: float) -> str:
    """Give the points of a small line on a scale that all rows share; empty below two numbers."""
    points = [(k, n) for k, n in enumerate(row) if n is not None]
    if len(points) < 2 or len(row) < 2:
        return ""
    span = (high - low) or 1.0
    return " ".join(
        f"{2 + k * (WIDTH - 4) / (len(row) - 1):.1f},{HEIGHT - 3 - (n - low) / span * (HEIGHT - 6):.1f}"
        for k, n in points
    )


def pivot_file(table: Pivot, kind: str, province: Place) -> HttpResponse:
    """Give the pivot as a file."""
    head = [table.heading, *table.columns]
    rows = [[label, *cells] for (label, _), cells in zip(table.rows, table.numbers(), strict=True)]
    if kind == "parquet":
        return attachment(parquet_bytes(head, rows), "bang.parquet", PARQUET)
    marked = [[SIMULATED_LINE]] if table.simulated else []
    return EXPORTS[kind](f"Bảng xoay {province}", [*marked, head, *rows])


@login_required
@require_http_methods(["GET", "POST"])
def sql(request: HttpRequest, code: str) -> HttpResponse:
    """Take a question in SQL and show its answer, or give it as a file."""
    province = province_for(request, code)
    asked = (
        request.POST if request.method == "POST" else ({"sql": request.GET["cau"]} if "cau" in request.GET else None)
    )
    form = SqlForm(asked, initial={"sql": EXAMPLE})
    answer = answer_to(request, province, form) if form.is_valid() else None
    if answer and (export := request.POST.get("xuat", "")) in (*EXPORTS, "parquet"):
        return answer_file(answer, export)
    context = {
        "province": province,
        "title": "Hỏi bằng SQL",
        "form": form,
        "answer": answer,
        "table": TABLE,
        "columns": [(name, words) for name, (_, words) in COLUMNS.items()],
        "views": list(views_for(request, province)),
        "save": SaveForm(),
        "crumbs": way(province, ("Hỏi bằng SQL", "")),
    }
    return render(request, "indicators/sql.html", context, status=422 if form.errors else 200)


def answer_to(request: HttpRequest, province: Place, form: SqlForm) -> Answer | None:
    """Answer the question, or say on the form why not."""
    try:
        return ask_published(actor=person_of(request), province=province, sql=form.cleaned_data["sql"])
    except QueryError as error:
        form.add_error("sql", str(error))
        return None


def answer_file(answer: Answer, kind: str) -> HttpResponse:
    """Give an answer as a file."""
    if kind == "parquet":
        return attachment(parquet_bytes(answer.columns, answer.rows), "tra-loi.parquet", PARQUET)
    return EXPORTS[kind]("Trả lời SQL", [answer.columns, *answer.rows])


@login_required
@require_GET
def whole_table(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give the whole published table as a Parquet file."""
    province = province_for(request, code)
    file = published_file(province).open("rb")
    return FileResponse(file, as_attachment=True, filename=f"so-lieu-{province.code}.parquet", content_type=PARQUET)


@login_required
@require_POST
def save(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the view that is open: its choices, or its question."""
    province = province_for(request, code)
    form = SaveForm(request.POST)
    question = request.POST.get("sql", "")[:20_000]
    kind = SavedView.Kind.SQL if question else SavedView.Kind.PIVOT
    asked = {"sql": question} if question else {"query": request.POST.get("asked", "")[:4_000]}
    try:
        if not form.is_valid():
            raise ValidationError("Đặt tên cho khung nhìn.")
        view = save_view(actor=person_of(request), province=province, kind=kind, asked=asked, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("indicators:analysis", code)
    messages.success(
        request, f"Đã lưu khung nhìn “{view.name}”. Đường dẫn: {request.build_absolute_uri(view.get_absolute_url())}"
    )
    return redirect(view)


@login_required
@require_GET
def saved_view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Open a saved view; the figures are those that who opens it may see."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user).select_related("province"), pk=pk)
    code = view.province.code
    if view.kind == SavedView.Kind.SQL:
        query = QueryDict(mutable=True)
        query["cau"] = view.asked["sql"]
        return redirect(f"{reverse('indicators:sql', args=[code])}?{query.urlencode()}")
    return redirect(f"{reverse('indicators:analysis', args=[code])}?{view.asked['query']}")


@login_required
@require_POST
def drop(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take one's own view away."""
    view = get_object_or_404(SavedView.objects.select_related("province"), owner=person_of(request), pk=pk)
    drop_view(actor=person_of(request), pk=pk)
    messages.success(request, f"Đã xoá khung nhìn “{view.name}”.")
    return redirect("indicators:analysis", view.province.code)
