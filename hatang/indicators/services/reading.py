"""Figures for pages, as a person may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Case, Count, F, FilteredRelation, IntegerField, Q, QuerySet, When
from django.utils import timezone

from hatang.core.vietnamese import number
from hatang.indicators.formulas import FORMULAS, Figure, Formula, variants
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.choosing import REPORTED, chosen_formulas, province_answering
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Line:
    """A place in a table of figures; `value` is None where there is none to see."""

    place: Place
    value: Value | None


def values_of(
    *,
    person: Someone,
    province: Place,
    places: Iterable[Place],
    years: Iterable[int] | None = None,
    indicators: Iterable[Indicator] | None = None,
    chosen: Mapping[int, str] | None = None,
) -> dict[tuple[int, int, int], Value]:
    """Give the figures a person may see, by indicator, place and year, in the reading that the province chose.

    Where there is none in that reading, a reported one stands in. Three queries; one less for a caller that knows the
    chosen readings by indicator.
    """
    if chosen is None:
        chosen = chosen_formulas(province)
    rows = Value.objects.latest_for(person).filter(place__in=list(places), value__isnull=False)
    if years is not None:
        rows = rows.filter(year__in=list(years))
    if indicators is not None:
        rows = rows.filter(indicator__in=list(indicators))
    found: dict[tuple[int, int, int], Value] = {}
    for row in rows.select_related("indicator", "place"):
        key = (row.indicator_id, row.place_id, row.year)
        if row.formula == chosen.get(row.indicator_id) or (row.formula == REPORTED and key not in found):
            found[key] = row
    return found


def series(*, person: Someone, indicator: Indicator, place: Place, province: Place | None = None) -> list[Value]:
    """Give a place's figures by year, for a chart."""
    holder = province or province_answering(place)
    found = values_of(person=person, province=holder, places=[place], indicators=[indicator])
    return sorted(found.values(), key=lambda value: value.year)


def commune_table(
    *,
    person: Someone,
    indicator: Indicator,
    province: Place,
    year: int,
    former: Place | None = None,
    today: date | None = None,
) -> list[Line]:
    """List the communes of a province (or of a former one in it), worst first, those without a figure last."""
    communes = Place.objects.communes().in_force(today or timezone.localdate()).filter(province=province)
    if former is not None:
        communes = communes.filter(former_province=former)
    listed = list(communes.order_by("sort_key"))
    found = values_of(person=person, province=province, places=listed, years=[year], indicators=[indicator])
    lines = [Line(c, found.get((indicator.pk, c.pk, year))) for c in listed]
    return worst_first(lines, indicator)


def withheld_in(*, indicator: Indicator, places: Iterable[Place]) -> set[tuple[int, int]]:
    """Give place and year of each figure that was published but is withheld from the public for what it tells."""
    if indicator.formula != REPORTED and not any(formula.by_owner for formula in variants(indicator.formula)):
        return set()
    rows = Value.objects.known().published().filter(indicator=indicator, place__in=list(places), withheld=True)
    return set(rows.values_list("place", "year"))


WITHHELD_WORDS = "không công bố: lộ số của một bên"
"""What stands in a cell of which the figure is withheld, for its own sake or for that of another."""


def secrecy_words() -> str:
    """Say by which rule figures are withheld, with the limits that are set."""
    fewest, dominance = number(settings.FEWEST_OWNERS), number(settings.DOMINANCE_PERCENT, 2)
    return (
        f"Con số cấp xã mà ít hơn {fewest} chủ sở hữu góp vào, hoặc một chủ sở hữu chiếm quá {dominance} %, thì không "
        "công bố, vì nói lên điều của một bên; số cấp tỉnh cộng từ phiếu của doanh nghiệp cũng thế. Vài con số bên "
        "cạnh cũng không công bố, để lấy tổng trừ đi các số đã "
        f"biết không suy ra được nó gần hơn {number(settings.PROTECTION_PERCENT, 2)} %; không đủ ô để che thì giữ cả "
        "tổng. Số cấp xã của chỉ tiêu thuộc bí mật kinh doanh thì không công bố nơi nào. Pháp luật chưa quy định các "
        "mức này: đây là mức đang đặt của hệ thống."
    )


def worst_first(lines: list[Line], indicator: Indicator) -> list[Line]:
    """Order lines by how far from good they are; those without a figure come last."""
    sign = 1 if indicator.direction == Indicator.Direction.HIGHER else -1
    known = [line for line in lines if line.value and line.value.value is not None]
    known.sort(key=lambda line: sign * (line.value.value or 0 if line.value else 0))
    return known + [line for line in lines if not (line.value and line.value.value is not None)]


def children_of(*, person: Someone, value: Value, province: Place, today: date | None = None) -> list[Line]:
    """List what a province's figure is made of: its communes' figures as they stood with it, worst first."""
    communes = Place.objects.communes().in_force(today or timezone.localdate()).filter(province=province)
    if value.place_id != province.pk:
        communes = communes.filter(former_province=value.place_id)
    rows = (
        Value.objects.visible_to(person).known(value.known_from) if value.known_to else Value.objects.latest_for(person)
    )
    rows = rows.filter(indicator=value.indicator_id, formula=value.formula, year=value.year, place__in=communes)
    found = {row.place_id: row for row in rows.select_related("indicator")}
    return worst_first([Line(c, found.get(c.pk)) for c in communes.order_by("sort_key")], value.indicator)


def readings_of(*, person: Someone, value: Value) -> list[tuple[Formula, Value | None]]:
    """List every reading of the same figure, with what it gives for the place and year."""
    rows = Value.objects.latest_for(person).select_related("indicator")
    rows = rows.filter(indicator=value.indicator_id, place=value.place_id, year=value.year)
    found = {row.formula: row for row in rows}
    return [(formula, found.get(formula.name)) for formula in variants(value.indicator.formula)]


def versions_of(*, person: Someone, value: Value) -> list[Value]:
    """List what the system held for the same figure over time, latest first."""
    rows = Value.objects.visible_to(person).filter(
        indicator=value.indicator_id, formula=value.formula, place=value.place_id, year=value.year
    )
    return list(rows.select_related("indicator", "recorded_by").order_by("-known_from"))


def rows_behind(value: Value, province: Place) -> Figure:
    """Give the rows that a figure is computed from, in the place's own bounds."""
    figure = FORMULAS[value.formula].define(province, value.on)
    rows, left_out = figure.rows, figure.left_out
    if value.place.kind != Place.Kind.PROVINCE:
        rows = rows.filter(in_commune=value.place_id)
        left_out = left_out.filter(**{figure.commune: value.place_id}) if left_out is not None else None
        return replace(figure, rows=rows, left_out=left_out)
    if value.indicator.rollup != Indicator.Rollup.RECOMPUTED:
        rows = rows.filter(in_commune__in=Place.objects.communes().filter(province=province).values("pk"))
    if value.place_id == province.pk:
        return replace(figure, rows=rows)
    former = {f"{figure.commune}__former_province": value.place_id}
    left_out = left_out.filter(**former) if left_out is not None else None
    return replace(figure, rows=rows.filter(in_former=value.place_id), left_out=left_out)


def lacking_in(places: Iterable[Place], year: int) -> QuerySet[Indicator]:
    """List the indicators handed in for these places, with how many figures of the year are lacking; most first.

    An indicator without a commune level lacks the province's figure, and is left out where the province is not asked.
    """
    provinces = [p.pk for p in places if p.kind == Place.Kind.PROVINCE]
    communes = [p.pk for p in places if p.kind == Place.Kind.COMMUNE]
    of_province = Q(lowest_level=Place.Kind.PROVINCE)
    rows = Indicator.objects.exclude(formula__in=FORMULAS)
    if not provinces:
        rows = rows.exclude(of_province)
    rows = rows.annotate(above=_held(provinces, year), below=_held(communes, year))
    return rows.annotate(
        held=Case(When(of_province, then=Count("above", distinct=True)), default=Count("below", distinct=True)),
        lacking=Case(When(of_province, then=len(provinces)), default=len(communes), output_field=IntegerField())
        - F("held"),
    ).order_by("-lacking", "number")


def _held(places: list[int], year: int) -> FilteredRelation:
    """Join the figures that stand at these places; an empty list would empty the whole query, so it names no place."""
    return FilteredRelation(
        "values",
        condition=Q(
            values__place__in=places or [0],
            values__year=year,
            values__formula=REPORTED,
            values__known_to__isnull=True,
            values__value__isnull=False,
        ),
    )
