"""Pages about figures: what is counted and how, one figure's lineage, and the rows behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hatang.accounts.services import person_of
from hatang.core.vietnamese import day, number, search_key
from hatang.coverage.models import CoverageRun
from hatang.indicators.forms import ChooseForm
from hatang.indicators.formulas import FORMULAS, Formula
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import (
    Line,
    administered_by,
    beside,
    children_of,
    choose_formula,
    chosen_formulas,
    count_again,
    left_out_of,
    province_answering,
    readings_of,
    rows_behind,
    versions_of,
)
from hatang.indicators.views.asking import APPROVE, COMPUTE, formula_label
from hatang.network.audience import Viewer, seeing
from hatang.network.models import Thing
from hatang.pages.lists import SIMULATED_LINE, Column, ListPage, csv_response
from hatang.places.models import Place
from hatang.systems.models import Entry as SystemEntry

SEE_STATIONS = "network.view_station"
RELATED = ("indicator", "place__province", "recorded_by", "approved_by", "run")


# --- all indicators


class Indicators(ListPage):
    """All indicators: what each is, and where its figures come from."""

    title = "Chỉ tiêu hạ tầng số"
    template = "indicators/list.html"
    columns = (
        Column("Số", lambda i: i.number, "number", number=True),
        Column("Chỉ tiêu", lambda i: i.name, "name"),
        Column("Thành phần", lambda i: i.get_component_display(), "component"),
        Column("Đơn vị", lambda i: i.unit.label, "unit_code"),
        Column("Nguồn", lambda i: i.get_source_display(), "source"),
        Column("Công thức", lambda i: formula_label(i.formula), "formula"),
        Column("Tử số", lambda i: i.numerator_text),
        Column("Mẫu số", lambda i: i.denominator_text),
        Column("Gộp lên cấp trên", lambda i: i.get_rollup_display(), "rollup"),
        Column("Theo văn bản", lambda i: i.legal),
        Column("Ghi chú", lambda i: i.note),
    )
    default_sort = "number"
    empty_text = "Chưa có chỉ tiêu nào."

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Indicator]:
        """Definitions are public."""
        return Indicator.objects.select_related("legal")

    def searched(self, rows: QuerySet[Indicator], text: str) -> QuerySet[Indicator]:
        """Search the names without accents: there are some sixty, so they are read."""
        words = search_key(text).split()
        keys = {i.pk: search_key(f"{i.name} {i.short_name} {i.code}") for i in rows} if words else {}
        return rows.filter(pk__in=[pk for pk, key in keys.items() if all(w in key for w in words)]) if words else rows

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Explain the formulas below the list."""
        return {"formulas": FORMULAS.values(), "crumbs": [("Chỉ tiêu", "")]}


# --- one figure


def visible_value(request: HttpRequest, pk: int) -> Value:
    """Give a figure that this person may see, or answer 404."""
    return get_object_or_404(Value.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def province_of(row: Value) -> Place:
    """Give today's province of a figure's place."""
    return province_answering(row.place)


def crumbs_of(row: Value, province: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Lead from the province over the indicator to the figure."""
    page = reverse("web:indicator", args=[province.code, row.indicator.code])
    return [
        (province.full_name, reverse("web:province", args=[province.code])),
        (row.indicator.short_name, page),
        *more,
    ]


@require_GET
def value(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a figure comes from."""
    row = visible_value(request, pk)
    province = province_of(row)
    lines = children_of(person=request.user, value=row, province=province) if is_parent(row) else []
    if request.GET.get("xuat") == "csv":
        return csv_response(f"{row.indicator.code}-{row.place.name}-{row.year}", lineage_table(row, lines))
    readings = readings_of(person=request.user, value=row)
    may_choose = len(readings) > 1 and request.user.has_perm(APPROVE, administered_by(row.place))
    versions = versions_of(person=request.user, value=row)
    in_use = chosen_formulas(province)[row.indicator_id]
    context = {
        "value": row,
        "written": str(row),
        "formula": FORMULAS.get(row.formula),
        "readings": [reading_line(f, v, row, province, in_use) for f, v in readings] if len(readings) > 1 else [],
        "choose": ChooseForm(indicator=row.indicator, initial={"formula": in_use}) if may_choose else None,
        "versions": versions,
        "current": next((v for v in versions if v.known_to is None), None),
        "lines": lines,
        "left_out": left_out_of(value=row, person=request.user),
        "beside": beside(value=row, person=request.user),
        "hidden": sum(line.value is None for line in lines),
        "simulated": row.simulated or any(line.value and line.value.simulated for line in lines),
        "has_rows": has_rows(request, row),
        "run_address": run_address(request, row.run),
        "fresh": fresh_figure(request, row, province),
        "province": province,
        "crumbs": crumbs_of(row, province, (f"{row.place}, {row.year}", "")),
    }
    return render(request, "indicators/value.html", context)


def is_parent(row: Value) -> bool:
    """Whether the figure is a province's, made of communes' figures."""
    return row.place.kind == Place.Kind.PROVINCE and row.indicator.rollup != Indicator.Rollup.NONE


def has_rows(request: HttpRequest, row: Value) -> bool:
    """Whether the rows behind the figure can be shown: commercial ones stay with officers."""
    open_to_all = not row.indicator.commercial or request.user.has_perm(SEE_STATIONS, administered_by(row.place))
    return is_computed(row) and open_to_all


def is_computed(row: Value) -> bool:
    """Whether a formula made the figure, so that it can be made again and its rows shown."""
    return row.formula in FORMULAS and row.how == FORMULAS[row.formula].how


def run_address(request: HttpRequest, run: CoverageRun | None) -> str:
    """Give the address of the run that a figure was read from, to those who may see it."""
    if run is None or not CoverageRun.objects.visible_to(request.user).filter(pk=run.pk).exists():
        return ""
    return run.get_absolute_url()


def fresh_figure(request: HttpRequest, row: Value, province: Place) -> str:
    """Say what the register gives now, to those who may count anew, where it differs from what stands."""
    if not is_computed(row) or row.known_to is not None or not request.user.has_perm(COMPUTE, province):
        return ""
    fresh = count_again(value=row, province=province)
    figures = (fresh.numerator, fresh.denominator) if fresh else (None, None)
    if figures == (row.numerator, row.denominator):
        return ""
    return f"{fresh} ({number(figures[0], 2)} / {number(figures[1], 2)})" if fresh else "không còn dòng nào để đếm"


def reading_line(formula: Formula, other: Value | None, shown: Value, province: Place, in_use: str) -> dict[str, Any]:
    """Give one reading of the figure for the table of readings; one without a figure says why, where that is known."""
    return {
        "formula": formula,
        "value": other,
        "written": str(other) if other else formula.define(province, shown.on).lacking or "–",
        "here": formula.name == shown.formula,
        "in_use": formula.name == in_use,
    }


def lineage_table(row: Value, lines: list[Line]) -> list[list[Any]]:
    """Give the lineage as a table to keep: the figure first, then what it is made of."""
    heading = ["Nơi", "Mã", "Tử số", "Mẫu số", "Giá trị", "Cách có", "Công thức", "Tính đến", "Trạng thái"]
    rows = [(row.place, row), *((line.place, line.value) for line in lines)]
    marked = any(v is not None and v.simulated for _, v in rows)
    title = [[SIMULATED_LINE]] if marked else []
    return [*title, [row.indicator.name, row.year], heading, *(table_line(p, v) for p, v in rows)]


def table_line(place: Place, row: Value | None) -> list[Any]:
    """Give one place's line of the exported lineage; a missing figure is empty, never zero."""
    if row is None:
        return [place.full_name, place.code, "", "", "", "chưa có hoặc không công bố", "", "", ""]
    shown = None if row.value is None else row.indicator.unit.shown(row.value)
    figures = ["" if x is None else x for x in (row.numerator, row.denominator, shown)]
    how = [row.get_how_display(), formula_label(row.formula), day(row.on), row.get_state_display()]
    return [place.full_name, place.code, *figures, *how]


@require_POST
@login_required
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the reading that the province shows."""
    row = visible_value(request, pk)
    province = province_of(row)
    if not request.user.has_perm(APPROVE, province):
        raise Http404
    form = ChooseForm(request.POST, indicator=row.indicator)
    if form.is_valid():
        name = form.cleaned_data["formula"]
        choose_formula(actor=person_of(request), indicator=row.indicator, province=province, formula=name)
        messages.success(request, f"Từ nay {province} xem chỉ tiêu này theo cách “{formula_label(name)}”.")
    else:
        messages.error(request, "Xin chọn một cách tính trong danh sách.")
    return redirect("indicators:value", pk=pk)


# --- the rows behind


class Rows(ListPage):
    """The rows behind a figure that a formula computed; whose station or fibre it is stays with those who may know."""

    title = "Các dòng của con số"
    template = "indicators/rows.html"
    empty_text = "Không có dòng nào bạn xem được."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.value = visible_value(request, kwargs["pk"])
        if not has_rows(request, self.value):
            raise Http404
        self.province = province_of(self.value)
        self.figure = rows_behind(self.value, self.province)
        self.of_things = issubclass(self.figure.rows.model, Thing)
        self.of_entries = issubclass(self.figure.rows.model, SystemEntry)
        self.columns = self.shown_columns(request.user.has_perm(SEE_STATIONS, self.province))  # type: ignore[misc]
        self.search_fields = ("code",) if self.of_things else ("search_key",)  # type: ignore[misc]
        self.default_sort = "code" if self.of_things or self.of_entries else "sort_key"  # type: ignore[misc]
        return super().get(request, **kwargs)

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        """Name the figure whose rows these are."""
        return f"cac dong {self.value.indicator.code} {self.value.place} {self.value.year}"

    def shown_columns(self, in_full: bool) -> tuple[Column, ...]:
        """Show numbers to officers, yes or no to everybody else."""
        counted = Column("Vào tử số", lambda r: "có" if r.counted else "không")
        if in_full:
            weighed = Column("Vào mẫu số", lambda r: r.weighed, "weighed", number=True, decimals=3)
            counted = Column("Vào tử số", lambda r: r.counted, "counted", number=True, decimals=3)
            return (*self.place_columns(), counted, weighed, MARK)
        return (*self.place_columns(), counted, MARK)

    def place_columns(self) -> tuple[Column, ...]:
        """Name the row and where it lies."""
        if self.of_things:
            return (THING, Column("Xã, phường", lambda m: m.commune, "commune__sort_key"))
        if self.of_entries:
            return (ENTRY, Column("Mã", lambda e: e.code, "code"))
        return (PLACE, Column("Thuộc", lambda p: p.parent, "parent__sort_key"))

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        """Places are public; things and systems are shown to those who may know which they are."""
        model: Any = self.figure.rows.model
        if self.of_entries:
            return self.figure.rows.filter(pk__in=model.objects.visible_to(request.user).values("pk"))
        if not self.of_things:
            return self.figure.rows.select_related("parent")
        audience = Viewer(request.user).rule(model)
        seen = model.objects.visible_to(request.user).annotate(audience=audience).filter(seeing("tenants")).values("pk")
        return self.figure.rows.filter(pk__in=seen).select_related("commune")

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Say what is not listed: rows left out, rows of others, and registers changed since the figure was counted."""
        row = self.value
        found = self.figure.rows.aggregate(size=Count("pk"), any_marked=Max("marked"))
        left_out = self.figure.left_out
        return {
            "value": row,
            "formula": FORMULAS[row.formula],
            "total": found["size"],
            "left_out": left_out.count() if left_out is not None else 0,
            "run": self.figure.run,
            "run_address": run_address(request, self.figure.run),
            "simulated": row.simulated or bool(found["any_marked"]),
            "crumbs": crumbs_of(
                row,
                self.province,
                (f"{row.place}, {row.year}", reverse("indicators:value", args=[row.pk])),
                ("Các dòng", ""),
            ),
        }


ENTRY = Column("Tên", lambda e: e.name, "name", link=lambda e: e.get_absolute_url())
THING = Column("Công trình", lambda t: t.code, "code", link=lambda t: t.get_absolute_url())
PLACE = Column("Nơi", lambda p: p.full_name, "sort_key", link=Place.get_absolute_url)
MARK = Column("Mô phỏng", lambda r: "mô phỏng" if r.marked else "")
