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
from hatang.accounts.services import person_of, province_for
from hatang.core.table_queries import Answer, QueryError, parquet_bytes
from hatang.core.vietnamese import number
from hatang.indicators.forms.tables import AXES, MEASURES, PivotForm, SaveForm, SqlForm
from hatang.indicators.models import COMPARE_OPERATORS, QUERY_TABLES, SavedView, Value
from hatang.indicators.services.tables import (
    OperatorFigure,
    Pivot,
    Wanted,
    alike_words,
    answers_in,
    ask_tables_of,
    drop_view,
    indicators_of,
    operators_of,
    pivot,
    published_file,
    save_view,
    tables_for,
)
from hatang.indicators.views.asking import way_over
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


def way(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over its analysis."""
    return way_over(province, TITLE, "indicators:analysis", *more)


def views_for(request: HttpRequest, province: Place) -> QuerySet[SavedView]:
    """List the saved views that the person may open."""
    return SavedView.objects.visible_to(request.user).filter(province=province).select_related("owner")


@login_required
@require_GET
def analysis(request: HttpRequest, code: str) -> HttpResponse:
    """Show the pivot that was asked for; each choice is in the address, which is thus a link to it.

    An operator comes for its own answers; questions, the whole table and saved views are of those who analyse.
    """
    province = province_by_code(code)
    analyses = bool(scopes_in(request.user, QUERY_TABLES, province.pk))
    if not analyses and not scopes_in(request.user, COMPARE_OPERATORS, province.pk):
        raise Http404
    form = pivot_form(request, province)
    wanted = wanted_of(form) if form.is_valid() else None
    table = pivot(person=request.user, province=province, wanted=wanted) if wanted else None
    if table and (export := request.GET.get("xuat", "")) in (*EXPORTS, "parquet"):
        return pivot_file(table, export, province)
    context = {
        "province": province,
        "title": TITLE,
        "form": form,
        "analyses": analyses,
        "table": table,
        "lines": list(lines_of(table)) if table else [],
        "finding": finding_of(table, wanted) if table and wanted else "",
        "alike": alike_words(form.cleaned_data["like"]) if wanted and wanted.like else "",
        "told": answered(request, province) if wanted and wanted.by_operator else None,
        "simulated": bool(table and table.simulated),
        "views": list(views_for(request, province)) if analyses else [],
        "save": SaveForm(),
        "asked": request.GET.urlencode(),
        "crumbs": way(province),
    }
    return render(request, "indicators/analysis.html", context, status=422 if form.errors else 200)


def finding_of(table: Pivot, wanted: Wanted) -> str:
    """Say what the table is of, its highest and lowest figure where all are of one indicator, and what is lacking."""
    of = ", ".join(table.fixed)
    said = f"{of + ': ' if of else ''}{MEASURES[table.measure]} theo {table.heading} và {table.across}"
    if (extremes := table.extremes()) and "chi-tieu" not in (wanted.rows, wanted.columns):
        (high, low) = (f"{written_cell(v, table.measure)[0]} ({row}, {column})" for row, column, v in extremes)
        said += f"; cao nhất {high}, thấp nhất {low}"
    lacking = table.empty()
    return f"{said}; {number(lacking)} ô chưa có số liệu." if lacking else f"{said}."


def answered(request: HttpRequest, province: Place) -> list[str]:
    """Name the indicators of which operators told, for who chose another."""
    return [indicator.short_name for indicator in indicators_of(answers_in(province, request.user))]


def pivot_form(request: HttpRequest, province: Place) -> PivotForm:
    """Give the form, filled with what the address asks; nothing is asked at first."""
    communes = Place.objects.communes().in_force(timezone.localdate()).filter(province=province).order_by("sort_key")
    years = Value.objects.known().filter(place__province=province).order_by()
    held = set(years.values_list("year", flat=True).distinct())
    compares = scopes_in(request.user, COMPARE_OPERATORS, province.pk)
    answers = answers_in(province, request.user)
    if compares:
        held |= set(answers.order_by().values_list("of_return__period__year", flat=True).distinct())
    known = sorted(held, reverse=True) or [timezone.localdate().year]
    operators = operators_of(answers) if compares else None
    initial: dict[str, Any] = {"years": known[:5]}
    if compares and not any(scope.is_whole for scope in compares):
        initial["operator"] = compares[0].organisation_id
    bound = request.GET if "rows" in request.GET else None
    return PivotForm(bound, years=known, communes=communes, operators=operators, initial=initial)


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
        operator=said["operator"].pk if said.get("operator") else None,
    )


def lines_of(table: Pivot) -> Any:
    """Give each row with its written cells and, where it has two numbers or more, a small picture of them.

    Over years that is a line; places, operators and indicators have no order that a line could follow: they are bars.
    """
    numbers = table.numbers()
    known = [n for row in numbers for n in row if n is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    for (label, cells), row in zip(table.rows, numbers, strict=True):
        written = [written_cell(value, table.measure) for value in cells]
        bars = table.across != AXES["nam"]
        yield label, written, (small_bars(row, high) if bars else small_line(row, low, high)), bars


def written_cell(value: Value | OperatorFigure | None, measure: str) -> tuple[str, str]:
    """Write a cell, with the address of its lineage, or of the return in which an operator told it."""
    if value is None:
        return "–", ""
    text = str(value) if measure == "value" else number(getattr(value, measure), 2)
    if isinstance(value, OperatorFigure):
        return text, reverse("indicators:return", args=[value.return_id]) if value.return_id else ""
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


def small_bars(row: Sequence[float | None], high: float) -> str:
    """Give the outline of small bars from nothing, on a scale that all rows share; empty below two numbers."""
    if sum(n is not None for n in row) < 2 or high <= 0:
        return ""
    step, foot = (WIDTH - 4) / len(row), HEIGHT - 3
    corners = []
    for k, n in enumerate(row):
        left, top = 2 + k * step, foot - max(n or 0.0, 0.0) / high * (HEIGHT - 6)
        right = left + 0.7 * step
        corners += [(left, foot), (left, top), (right, top), (right, foot)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def pivot_file(table: Pivot, kind: str, province: Place) -> HttpResponse:
    """Give the pivot as a file."""
    head = [table.heading, *table.columns]
    rows = [[label, *cells] for (label, _), cells in zip(table.rows, table.numbers(), strict=True)]
    if kind == "parquet":
        name = f"bang-xoay-{province.code}{'-mo-phong' if table.simulated else ''}.parquet"
        return attachment(parquet_bytes(head, rows), name, PARQUET)
    marked = [[SIMULATED_LINE]] if table.simulated else []
    return EXPORTS[kind](f"Bảng xoay {province}", [*marked, head, *rows])


@login_required
@require_http_methods(["GET", "POST"])
def sql(request: HttpRequest, code: str) -> HttpResponse:
    """Take a question in SQL and show its answer, or give it as a file."""
    province = province_for(request, code, QUERY_TABLES)
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
        "tables": [
            (table, [(name, words) for name, (_, words) in columns.items()])
            for table, columns in tables_for(person_of(request), province).items()
        ],
        "views": list(views_for(request, province)),
        "save": SaveForm(),
        "crumbs": way(province, ("Hỏi bằng SQL", "")),
    }
    return render(request, "indicators/sql.html", context, status=422 if form.errors else 200)


def answer_to(request: HttpRequest, province: Place, form: SqlForm) -> Answer | None:
    """Answer the question, or say on the form why not."""
    try:
        return ask_tables_of(actor=person_of(request), province=province, sql=form.cleaned_data["sql"])
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
    province = province_for(request, code, QUERY_TABLES)
    file = published_file(province).open("rb")
    return FileResponse(file, as_attachment=True, filename=f"so-lieu-{province.code}.parquet", content_type=PARQUET)


@login_required
@require_POST
def save(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the view that is open: its choices, or its question."""
    province = province_for(request, code, QUERY_TABLES)
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
