"""Pages of programmes: whom they reached, by year, group and commune, and the indicator that they should move."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from hatang.accounts.access import scopes_in
from hatang.accounts.services import person_of
from hatang.core.vietnamese import number
from hatang.indicators.forms.programmes import CountsForm, ProgrammeForm
from hatang.indicators.models import Beneficiaries, Programme
from hatang.indicators.services.programmes import (
    CHANGE,
    HEADINGS,
    RECORD,
    SEE,
    Count,
    YearLine,
    by_year,
    communes_for,
    keep_counts,
    keep_programme,
    read_counts,
)
from hatang.indicators.views.asking import kept, way_over
from hatang.pages.lists import EXPORTS, SIMULATED_LINE, whole_number
from hatang.pages.table_files import TableFileForm, faults_in_file, faults_page
from hatang.places.models import Place
from hatang.places.services import province_by_code

TITLE = "Chương trình hỗ trợ"


def programmes_province(request: HttpRequest, code: str) -> Place:
    """Give the province to its officers and to those who write counts of a commune; else answer as if it were not."""
    province = province_by_code(code)
    whole = any(scope.is_whole for scope in scopes_in(request.user, SEE, province.pk))
    if not whole and not scopes_in(request.user, RECORD, province.pk):
        raise Http404
    return province


def programme_for(province: Place, pk: int) -> Programme:
    """Give a programme of the province."""
    return get_object_or_404(Programme.objects.select_related("indicator", "province"), pk=pk, province=province)


def way(province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over its programmes."""
    return way_over(province, TITLE, "indicators:programmes", *more)


def in_programme(found: Programme, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over a programme."""
    return way(
        found.province, (found.name, reverse("indicators:programme", args=[found.province.code, found.pk])), *more
    )


@login_required
@require_GET
def programmes(request: HttpRequest, code: str) -> HttpResponse:
    """List the programmes with whom each has reached."""
    province = programmes_province(request, code)
    rows = Programme.objects.filter(province=province).select_related("indicator")
    context = {
        "province": province,
        "title": TITLE,
        "programmes": list(rows.annotate(reached=Sum("counts__reached"))),
        "may": request.user.has_perm(CHANGE, province),
        "crumbs": way(province),
    }
    return render(request, "indicators/programmes.html", context)


@login_required
@require_GET
def programme(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show a programme: years with the indicator beside, groups, and communes, those least reached first."""
    province = programmes_province(request, code)
    found = programme_for(province, pk)
    years = by_year(found, person_of(request))
    if (export := request.GET.get("xuat", "")) in EXPORTS:
        return EXPORTS[export](f"{found.name} {province}", table_of(found))
    year = whole_number(request.GET.get("nam", ""), 4) or (years[0].year if years else 0)
    rows = found.counts.filter(year=year).select_related("place").order_by("place__sort_key", "group")
    context = {
        "province": province,
        "programme": found,
        "finding": finding_of(found, years),
        "years": years,
        "year": year,
        "rows": sorted(rows, key=lambda row: row.reached / row.eligible if row.eligible else 2),
        "simulated": found.simulated or any(row.simulated for row in rows),
        "may": request.user.has_perm(CHANGE, province),
        "may_record": bool(scopes_in(request.user, RECORD, province.pk)),
        "crumbs": way(province, (found.name, "")),
    }
    return render(request, "indicators/programme.html", context)


def finding_of(found: Programme, years: list[YearLine]) -> str:
    """Say in a sentence whom the programme reached, and what became of its indicator meanwhile."""
    if not years:
        return "Chưa có số người hưởng nào."
    last = years[0]
    said = f"Năm {last.year}: {number(last.reached)} {found.counts_what} đã được hưởng"
    if last.percent is not None:
        said += f", {number(last.percent, 1)}% của {number(last.eligible)} thuộc diện"
    moved = [line.figure for line in reversed(years) if line.figure and line.figure.value is not None]
    if len(moved) > 1 and found.indicator:
        said += f". Cùng thời gian, “{found.indicator.short_name}” từ {moved[0]} đến {moved[-1]}"
    return f"{said}."


def table_of(found: Programme) -> list[list[Any]]:
    """Give all counts as a table that can be filled in further and taken up again."""
    rows = found.counts.select_related("place").order_by("year", "place__sort_key", "group")
    marked = [[SIMULATED_LINE]] if found.simulated or any(row.simulated for row in rows) else []
    lines = [[r.place.code, str(r.place), r.year, r.group, r.eligible, r.reached] for r in rows]
    return [*marked, list(HEADINGS), *lines]


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Write a new programme, or correct one."""
    province = programmes_province(request, code)
    if not request.user.has_perm(CHANGE, province):
        raise Http404
    this_year = timezone.localdate().year
    found = programme_for(province, pk) if pk else Programme(province=province, year_from=this_year, year_to=this_year)
    form = ProgrammeForm(request.POST or None, instance=found)
    if form.is_valid() and kept(form, lambda: keep_programme(actor=person_of(request), programme=form.instance)):
        messages.success(request, "Đã lưu chương trình.")
        return redirect("indicators:programme", code, form.instance.pk)
    context = {
        "province": province,
        "title": "Sửa chương trình" if pk else "Thêm chương trình",
        "form": form,
        "back": reverse("indicators:programme", args=[code, pk])
        if pk
        else reverse("indicators:programmes", args=[code]),
        "crumbs": in_programme(programme_for(province, pk), ("Sửa", "")) if pk else way(province, ("Thêm", "")),
    }
    return render(request, "indicators/programme_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def counts(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Type a group's counts of a year, for the communes that the person answers for."""
    province = programmes_province(request, code)
    found, places = programme_for(province, pk), communes_for(person_of(request), province)
    if not places:
        raise Http404
    year, group = asked(request, found)
    rows = Beneficiaries.objects.filter(programme=found, year=year, group=group, place__in=places)
    form = CountsForm(request.POST or None, places=places, standing={row.place_id: row for row in rows})
    if form.is_valid():
        typed = [Count(place, year, group, due, got) for place, due, got in form.typed()]
        try:
            done = keep_counts(actor=person_of(request), programme=found, counts=typed)
            messages.success(request, f"Đã ghi: {done}.")
            return redirect(request.get_full_path())
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "province": province,
        "programme": found,
        "form": form,
        "file_form": TableFileForm(),
        "year": year,
        "group": group,
        "years": range(min(found.year_to, timezone.localdate().year), found.year_from - 1, -1),
        "headings": HEADINGS,
        "simulated": any(row.simulated for row in rows),
        "crumbs": in_programme(found, ("Ghi số", "")),
    }
    return render(request, "indicators/programme_counts.html", context, status=422 if form.errors else 200)


def asked(request: HttpRequest, found: Programme) -> tuple[int, str]:
    """Give the year and group that the address names, or the first of those that there are."""
    year = whole_number(request.GET.get("nam", ""), 4)
    last = min(found.year_to, timezone.localdate().year)
    group = request.GET.get("nhom", "")
    known = [*found.groups] if found.groups else [""]
    return (
        year if year is not None and found.year_from <= year <= last else last,
        group if group in known else known[0],
    )


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a file of counts, whole or not at all; asked for by GET it gives the file to fill in."""
    province = programmes_province(request, code)
    found, places = programme_for(province, pk), communes_for(person_of(request), province)
    if not places:
        raise Http404
    if request.method == "GET":
        return EXPORTS["xlsx"](f"Mẫu {found.name}", template_of(found, places))

    def keep(content: bytes, name: str) -> None:
        read = read_counts(found, content, name, places)
        done = keep_counts(actor=person_of(request), programme=found, counts=read)
        messages.success(request, f"Đã ghi tệp “{name}”: {done}.")

    if faults := faults_in_file(request, keep):
        back = reverse("indicators:programme_counts", args=[code, pk])
        return faults_page(request, faults, back=back, crumbs=in_programme(found, ("Tệp số người hưởng", "")))
    return redirect("indicators:programme", code, pk)


def template_of(found: Programme, places: list[Place]) -> list[list[Any]]:
    """Give a table with a line for each commune and group, to be filled in."""
    year = min(found.year_to, timezone.localdate().year)
    groups = found.groups or [""]
    return [list(HEADINGS), *([p.code, str(p), year, group, None, None] for p in places for group in groups)]
