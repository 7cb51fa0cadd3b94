"""A parent's figure from its communes' stored ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, IntegerField, Max, Sum, When
from django.utils import timezone

from hatang.indicators.formulas import FORMULAS
from hatang.indicators.models import Indicator, Value, ValueQuerySet
from hatang.indicators.services.choosing import REPORTED, chosen_formulas
from hatang.places.models import Place

ADDED_UP = (Indicator.Rollup.RATIO_OF_SUMS, Indicator.Rollup.SUM)


@dataclass(frozen=True)
class RolledUp:
    """A parent's figure from its children's."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    how: str = Value.How.REPORTED
    simulated: bool = False
    children: int = 0
    missing_children: int = 0


def roll_up(
    *,
    province: Place,
    year: int,
    indicators: Iterable[Indicator] | None = None,
    today: date | None = None,
) -> dict[str, RolledUp]:
    """Give, by indicator code, the province's figure from its communes' stored ones, in four queries.

    An indicator that is recomputed from rows or not rolled up at all is not in the answer; one without children's
    figures is, as missing.
    """
    today = today or timezone.localdate()
    communes = Place.objects.communes().in_force(today).filter(province=province)
    found = child_sums(Value.objects.known().filter(place__in=communes, year=year))
    chosen, count = chosen_formulas(province), communes.count()
    wanted = Indicator.objects.all() if indicators is None else indicators
    return {i.code: rolled_up(i, chosen[i.pk], found, count) for i in wanted if i.rollup in ADDED_UP}


@dataclass(frozen=True)
class ChildSums:
    """What the children's figures for one indicator and formula add up to."""

    numerator: float | None
    denominator: float | None
    value: float | None
    children: int
    how: str
    simulated: bool


def child_sums(values: ValueQuerySet) -> dict[tuple[int, str], ChildSums]:
    """Add up the communes' figures for all indicators in one query.

    Of several ways figures came, the last in the alphabet is also the weakest: counted, measured, predicted, reported.
    """
    marked = Max(Case(When(simulated=True, then=1), default=0, output_field=IntegerField()))
    rows = (
        values.filter(value__isnull=False)
        .values_list("indicator_id", "formula")
        .annotate(Sum("numerator"), Sum("denominator"), Sum("value"), Count("pk"), Max("how"), marked=marked)
        .order_by()
    )
    return {(i, f): ChildSums(n, d, v, count, how, bool(mark)) for i, f, n, d, v, count, how, mark in rows}


def rolled_up(indicator: Indicator, formula: str, found: dict[tuple[int, str], ChildSums], communes: int) -> RolledUp:
    sums = found.get((indicator.pk, formula)) or found.get((indicator.pk, REPORTED))
    everywhere = formula not in FORMULAS or FORMULAS[formula].everywhere
    if sums is None:
        return RolledUp(None, missing_children=communes)
    missing = communes - sums.children if everywhere else 0
    if indicator.rollup == Indicator.Rollup.SUM:
        return RolledUp(sums.value, None, None, sums.how, sums.simulated, sums.children, missing)
    value = indicator.unit.ratio(sums.numerator or 0, sums.denominator or 0)
    return RolledUp(value, sums.numerator, sums.denominator, sums.how, sums.simulated, sums.children, missing)
