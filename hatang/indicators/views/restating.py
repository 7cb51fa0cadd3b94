"""Series of former units on today's, asked for and marked; and old series handed in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from hatang.accounts.services import person_of
from hatang.core.cells import TableError
from hatang.core.restating import CrosswalkError, RestateError
from hatang.core.vietnamese import number
from hatang.indicators.forms.restating import SKIP, AnswersForm, OldSeriesForm, ReasonForm, WeightForm, answers_in
from hatang.indicators.formulas import FORMULAS
from hatang.indicators.models import Indicator
from hatang.indicators.services import RestatedTable, read_old_series, record_old_series, restated_table, template_rows
from hatang.indicators.services.restating.basis import RESTATABLE
from hatang.indicators.services.restating.importing import LONGEST_FAULTS, OldSeries
from hatang.indicators.views.asking import RECORD
from hatang.indicators.views.restated_files import place_table, whole_table
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, xlsx_response
from hatang.places.models import Place
from hatang.places.services import province_by_code
from hatang.work.models import StoredFile
from hatang.work.services import store_file

OWN_PAGE = "Tính lại theo địa giới hiện nay"
IMPORT_PAGE = "Số liệu của xã cũ"
CHANGE_PLACE = "places.change_place"
WHOLE = 100
MOST_ASKED = 200
"""Names that a page asks about; of more than that the file is wrong, not the names."""


# --- reading


@require_GET
def restated(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Show a province's communes as the former ones' figures make them, and the province by its former provinces."""
    province, asked = province_by_code(code), get_object_or_404(Indicator, code=indicator)
    weight = WeightForm(request.GET or None)
    table, fault = tables_of(request, asked, province, Place.Kind.COMMUNE, weight.kind())
    above, above_fault = tables_of(request, asked, province, Place.Kind.PROVINCE, weight.kind())
    if (export := EXPORTS.get(request.GET.get("xuat", ""))) and table is not None:
        marked = [[SIMULATED_LINE]] if table.simulated else []
        return export(f"{asked.code}-{province.name}-dia-gioi-hien-nay", [*marked, *whole_table(asked, table)])
    context = {
        "province": province,
        "indicator": asked,
        "weight": weight,
        "kind": weight.kind(),
        "table": table,
        "above": above if above and above.lines else None,
        "faults": [text for text in (fault, above_fault) if text],
        "may_import": request.user.has_perm(RECORD, province),
        "simulated": any(one and one.simulated for one in (table, above)),
        "crumbs": crumbs(province, asked),
    }
    return render(request, "indicators/restated.html", context)


@require_GET
def restated_place(request: HttpRequest, code: str, indicator: str, pk: int) -> HttpResponse:
    """Show one unit of today: each year's figure with its interval, and the former units that it is made of."""
    province, asked = province_by_code(code), get_object_or_404(Indicator, code=indicator)
    place = get_object_or_404(Place.objects.filter(province=province) | Place.objects.filter(pk=province.pk), pk=pk)
    if place.kind not in (Place.Kind.COMMUNE, Place.Kind.PROVINCE) or place.valid_to is not None:
        raise Http404
    weight = WeightForm(request.GET or None)
    table, fault = tables_of(request, asked, province, place.kind, weight.kind(), only=place)
    line = table.lines[0] if table and table.lines else None
    parts = parts_of(table, place, weight.kind()) if table and line else []
    if (export := EXPORTS.get(request.GET.get("xuat", ""))) and table is not None and line:
        marked = [[SIMULATED_LINE]] if table.simulated else []
        return export(f"{asked.code}-{place.name}-dia-gioi-hien-nay", [*marked, *place_table(asked, line)])
    context = {
        "province": province,
        "indicator": asked,
        "place": place,
        "weight": weight,
        "table": table,
        "line": line,
        "parts": parts,
        "made_of": made_of(parts),
        "may_share": request.user.has_perm(CHANGE_PLACE, place),
        "faults": [fault] if fault else [],
        "simulated": table is not None and table.simulated,
        "crumbs": crumbs(province, asked, place),
    }
    return render(request, "indicators/restated_place.html", context)


def tables_of(
    request: HttpRequest, indicator: Indicator, province: Place, level: str, kind: str, only: Place | None = None
) -> tuple[RestatedTable | None, str]:
    """Restate; or say which shares in the register, or which figures, keep it from being done."""
    try:
        return restated_table(
            person=request.user, indicator=indicator, province=province, level=level, kind=kind, only=only
        ), ""
    except (CrosswalkError, RestateError) as error:
        return None, str(error)


def parts_of(table: RestatedTable, place: Place, kind: str) -> list[dict[str, Any]]:
    """Give the former units of which one of today is made, with their shares and their own figures."""
    assert table.basis is not None
    shares = table.basis.shares_of(place, kind)
    return [
        {
            "place": part,
            "percent": 100 * share,
            "how": source.label,
            "stated": source.stated,
            "values": [table.former.get((part.pk, year)) for year in table.years],
        }
        for part, share, source in shares
    ]


def made_of(parts: list[dict[str, Any]]) -> str:
    """Say how many former units a unit of today took in whole, and of how many a part."""
    whole = sum(part["percent"] == WHOLE for part in parts)
    words = [f"trọn {number(whole)} đơn vị cũ"] if whole else []
    if split := len(parts) - whole:
        words.append(f"một phần của {number(split)} đơn vị cũ")
    return " và ".join(words)


def crumbs(province: Place, indicator: Indicator, place: Place | None = None) -> list[tuple[str, str]]:
    """Lead from the province over the indicator to what was restated."""
    page = reverse("indicators:restated", args=[province.code, indicator.code])
    here = [(OWN_PAGE, page), (place.full_name, "")] if place else [(OWN_PAGE, "")]
    return [
        (province.full_name, reverse("web:province", args=[province.code])),
        (indicator.short_name, reverse("web:indicator", args=[province.code, indicator.code])),
        *here,
    ]


# --- old series


@login_required
@require_http_methods(["GET", "POST"])
def old_series(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file of figures of former communes; it is read and shown before anything is recorded."""
    province = recording_province(request, code)
    form = OldSeriesForm(
        request.POST or None,
        request.FILES or None,
        indicators=handed_in_indicators(),
        initial={"indicator": request.GET.get("chi-tieu", "")},
    )
    if request.method == "POST" and form.is_valid() and (stored := kept(request, form, province)):
        return redirect(preview_address(province, stored, form.cleaned_data["indicator"], form.cleaned_data["source"]))
    context = {
        "province": province,
        "form": form,
        "crumbs": [(province.full_name, reverse("web:province", args=[province.code])), (IMPORT_PAGE, "")],
    }
    return render(request, "indicators/restating_import.html", context, status=422 if form.errors else 200)


def recording_province(request: HttpRequest, code: str) -> Place:
    """Give a province all of whose figures the person may record; 404 for others."""
    province = province_by_code(code)
    if not request.user.has_perm(RECORD, province):
        raise Http404
    return province


def handed_in_indicators() -> Any:
    """List the indicators that are handed in for communes and can be restated."""
    return (
        Indicator.objects.exclude(formula__in=FORMULAS)
        .exclude(lowest_level=Place.Kind.PROVINCE)
        .filter(rollup__in=RESTATABLE)
        .order_by("number")
    )


def kept(request: HttpRequest, form: OldSeriesForm, province: Place) -> StoredFile | None:
    """Read the file once, for what makes it useless, and keep it; None with the reasons on the form."""
    file = form.cleaned_data["file"]
    content = file.read()
    try:
        read_old_series(content=content, name=file.name, indicator=form.cleaned_data["indicator"], province=province)
        return store_file(
            actor=person_of(request), name=file.name, content=content, province=province, organisation=None
        )
    except TableError as error:
        where = ", ".join(filter(None, (error.sheet, f"dòng {error.row}" if error.row else "", error.column)))
        form.add_error("file", f"{where}: {error}" if where else str(error))
    except ValidationError as error:
        form.add_error("file", error)
    return None


def preview_address(province: Place, stored: StoredFile, indicator: Indicator, source: str) -> str:
    """Give the address of the page that shows what a file would record."""
    page = reverse("indicators:old_series_file", args=[province.code, stored.pk])
    return f"{page}?{urlencode({'chi-tieu': indicator.code, 'nguon': source})}"


@login_required
@require_http_methods(["GET", "POST"])
def old_series_file(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show what a file would record, ask what is not sure, and record it when asked to."""
    province = recording_province(request, code)
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), pk=pk, province=province)
    indicator = get_object_or_404(handed_in_indicators(), code=request.GET.get("chi-tieu", ""))
    source = request.GET.get("nguon", "")[:300]
    read = read_again(request, stored, indicator, province)
    saves = request.POST.get("action") == "save"
    why = ReasonForm(request.POST if saves else None, initial={"reason": request.POST.get("reason", "")})
    reasoned = not read.changed or why.is_valid()
    reason = why.cleaned_data["reason"] if read.changed and saves and reasoned else ""
    if saves and reasoned and recorded(request, read, province, stored, source, reason):
        return redirect("indicators:restated", code=province.code, indicator=indicator.code)
    context = {
        "province": province,
        "indicator": indicator,
        "source": source,
        "file": stored,
        "read": read,
        "faults": read.faults[:LONGEST_FAULTS],
        "form": AnswersForm(questions=read.questions[:MOST_ASKED]),
        "why": why,
        "too_many": len(read.questions) > MOST_ASKED,
        "crumbs": [
            (province.full_name, reverse("web:province", args=[province.code])),
            (IMPORT_PAGE, reverse("indicators:old_series", args=[province.code])),
            (stored.name, ""),
        ],
    }
    return render(request, "indicators/restating_preview.html", context, status=422 if why.errors else 200)


def read_again(request: HttpRequest, stored: StoredFile, indicator: Indicator, province: Place) -> OldSeries:
    """Read a kept file with the answers that were sent; who asks to skip leaves out all that has none."""
    with stored.file.open("rb") as file:
        content = file.read()
    answers = answers_in(request.POST)
    given = {"content": content, "name": stored.name, "indicator": indicator, "province": province}
    read = read_old_series(**given, answers=answers)  # type: ignore[arg-type]
    if request.POST.get("action") != "skip":
        return read
    answers |= {question.key: SKIP for question in read.questions if not question.answer}
    return read_old_series(**given, answers=answers)  # type: ignore[arg-type]


def recorded(
    request: HttpRequest, read: OldSeries, province: Place, stored: StoredFile, source: str, reason: str
) -> bool:
    """Record what was read; tell why where it cannot be."""
    try:
        counts = record_old_series(
            actor=person_of(request), read=read, province=province, file=stored, source=source, reason=reason
        )
    except ValidationError as error:
        for text in error.messages[:LONGEST_FAULTS]:
            messages.error(request, text)
        return False
    messages.success(
        request,
        f"Đã ghi {number(counts.added)} số liệu của xã cũ, sửa {number(counts.changed)}. Chờ lãnh đạo Sở duyệt; "
        "người ngoài Sở thấy sau khi công bố.",
    )
    return True


@login_required
@require_GET
def old_series_template(request: HttpRequest, code: str) -> HttpResponse:
    """Give a workbook with a row for each former commune, to fill in."""
    province = recording_province(request, code)
    return xlsx_response(f"So lieu xa cu {province.name}", template_rows(province))
