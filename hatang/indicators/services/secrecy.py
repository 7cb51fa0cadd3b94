"""Withholding, before figures go out, what would tell of one operator: by the rule of `core.disclosure`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypedDict

from django.conf import settings
from django.db.models import Q, QuerySet

from hatang.core.disclosure import is_sensitive, withheld_cells
from hatang.indicators.models import ReturnForm, Value
from hatang.indicators.services.choosing import REPORTED, administered_by
from hatang.indicators.services.contributions import Contributions, contributions_by
from hatang.indicators.services.parents import Touched
from hatang.places.models import Place


class Limits(TypedDict):
    """From how few owners, and from which share of one, a figure tells."""

    fewest: int
    dominance_percent: float


Asked = tuple[int, int, int]
"""An indicator, a year, and a province of today."""


def withhold_telling(touched: Iterable[Touched]) -> int:
    """Mark the figures from operators' returns that are not for the public; give how many are newly marked.

    A commune's figure of too few operators, or of which one holds too much, is withheld, and with it as many small
    ones as keep it from being told from the totals; a total of which the same is true is withheld itself. Officers go
    on seeing all of them.
    """
    asked = {(indicator, year, administered_by(place.province or place).pk) for indicator, year, place in touched}
    return sum(_withhold(*one) for one in sorted(asked & _told_by_operators(asked)))


def _told_by_operators(asked: set[Asked]) -> set[Asked]:
    """Keep those of which operators' returns tell some commune's figure, or the province's own."""
    provinces = {province for _, _, province in asked}
    rows = (
        Value.objects.known()
        .filter(
            formula=REPORTED,
            period__form__filer=ReturnForm.Filer.OPERATOR,
            year__in={year for _, year, _ in asked},
        )
        .filter(Q(place__province__in=provinces) | Q(place__in=provinces))
    )
    told = rows.order_by().values_list("indicator_id", "year", "place__province_id", "place_id").distinct()
    return {(indicator, year, province or place) for indicator, year, province, place in told}


def _withhold(indicator: int, year: int, province: int) -> int:
    """Judge one indicator of one year in one province."""
    now = Value.objects.known().filter(formula=REPORTED, indicator=indicator, year=year, value__isnull=False)
    told = now.filter(period__form__filer=ReturnForm.Filer.OPERATOR).select_related("place")
    hidden = _withhold_whole(told.filter(place=province))
    cells = list(told.filter(place__kind=Place.Kind.COMMUNE, place__province=province))
    return hidden + _withhold_cells(now, cells, province) if cells else hidden


def _withhold_whole(told: QuerySet[Value]) -> int:
    """Judge the figures of a province that operators told of it as a whole: no communes stand below to be told."""
    amounts = {pk: [amount for _, amount in of] for pk, of in contributions_by(told).items()}
    telling = [pk for pk, of in amounts.items() if of and is_sensitive(of, **limits())]
    return told.filter(pk__in=telling, withheld=False).update(withheld=True)


def _withhold_cells(now: QuerySet[Value], cells: list[Value], province: int) -> int:
    """Judge the communes' figures of a province, and the totals above them."""
    parts = contributions_by(cells)
    amounts = {pk: [amount for _, amount in of] for pk, of in parts.items()}
    groups: dict[int, list[int]] = defaultdict(list)
    for row in cells:
        groups[province].append(row.pk)
        if row.place.former_province_id not in (None, province):
            groups[row.place.former_province_id or 0].append(row.pk)
    parents = list(groups)
    found = withheld_cells(
        amounts,
        [groups[parent] for parent in parents],
        **limits(),
        margin_percent=settings.PROTECTION_PERCENT,
    )
    above = {parents[k] for k in found.totals} | _telling_totals(parts, groups)
    hidden = now.filter(Q(pk__in=[*found.cells]) | Q(place__in=above), withheld=False)
    return hidden.update(withheld=True)


def limits() -> Limits:
    """Give the limits that are set for what tells of one owner."""
    return {"fewest": settings.FEWEST_OWNERS, "dominance_percent": settings.DOMINANCE_PERCENT}


def _telling_totals(parts: Mapping[int, Contributions], groups: Mapping[int, list[int]]) -> set[int]:
    """Give the parents whose own totals are of too few, or of one above all."""
    telling = set()
    for parent, members in groups.items():
        together: dict[int, float] = defaultdict(float)
        for pk in members:
            for organisation, amount in parts[pk]:
                together[organisation] += amount
        if is_sensitive(list(together.values()), **limits()):
            telling.add(parent)
    return telling
