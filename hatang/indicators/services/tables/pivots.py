"""Figures arranged by place, year and indicator, and places held against those like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from hatang.indicators.forms.tables import AXES, MOST_INDICATORS
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.choosing import chosen_formulas
from hatang.indicators.services.reading import values_of
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

ALIKE = 0.3
"""Communes are alike that are of one kind (xã, phường, đặc khu) with as many people, give or take this part."""


@dataclass(frozen=True)
class Wanted:
    """What a pivot shows: which indicators, years and places, along which axes, which number of each figure."""

    indicators: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    level: str = Place.Kind.COMMUNE
    rows: str = "noi"
    columns: str = "nam"
    measure: str = "value"
    like: int | None = None


@dataclass
class Pivot:
    """A table with its headings; cells hold the figures themselves, None where there is none to see."""

    heading: str
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[str, list[Value | None]]] = field(default_factory=list)
    measure: str = "value"

    @property
    def simulated(self) -> bool:
        """Whether a figure in it is marked."""
        return any(value is not None and value.simulated for _, cells in self.rows for value in cells)

    def numbers(self) -> list[list[float | None]]:
        """Give the numbers of the cells."""
        return [[getattr(v, self.measure) if v else None for v in cells] for _, cells in self.rows]


def alike(commune: Place) -> list[Place]:
    """List the communes of the province that are like one: of its kind, and with about as many people; itself first."""
    rows = Place.objects.communes().in_force(timezone.localdate())
    rows = rows.filter(province=commune.province_id, title=commune.title).exclude(pk=commune.pk)
    if commune.population:
        rows = rows.filter(population__range=((1 - ALIKE) * commune.population, (1 + ALIKE) * commune.population))
    return [commune, *rows.order_by("sort_key")]


def pivot(*, person: Someone, province: Place, wanted: Wanted) -> Pivot:
    """Arrange the figures that a person may see; the third axis must be of one, or it is made so by its first."""
    places, years, indicators = _places(province, wanted), list(wanted.years), _indicators(wanted)
    lists: dict[str, list[object]] = {"noi": [*places], "nam": [*years], "chi-tieu": [*indicators]}
    third = next(name for name in AXES if name not in (wanted.rows, wanted.columns))
    lists[third] = lists[third][:1]
    figures = values_of(
        person=person,
        province=province,
        places=[p for p in lists["noi"] if isinstance(p, Place)],
        years=[y for y in lists["nam"] if isinstance(y, int)],
        indicators=[i for i in lists["chi-tieu"] if isinstance(i, Indicator)],
        chosen=chosen_formulas(province),
    )
    table = Pivot(AXES[wanted.rows], [_label(c) for c in lists[wanted.columns]], measure=wanted.measure)
    for row in lists[wanted.rows]:
        at = {third: lists[third][0] if lists[third] else None, wanted.rows: row}
        cells = [figures.get(_key(at | {wanted.columns: column})) for column in lists[wanted.columns]]
        table.rows.append((_label(row), cells))
    return table


def _key(at: dict[str, object]) -> tuple[int, int, int]:
    indicator, place, year = at["chi-tieu"], at["noi"], at["nam"]
    ids = (indicator.pk if isinstance(indicator, Indicator) else 0, place.pk if isinstance(place, Place) else 0)
    return (*ids, year if isinstance(year, int) else 0)


def _label(one: object) -> str:
    return one.short_name if isinstance(one, Indicator) else str(one)


def _places(province: Place, wanted: Wanted) -> list[Place]:
    communes = Place.objects.communes().in_force(timezone.localdate()).filter(province=province)
    if wanted.like:
        found = communes.filter(pk=wanted.like).first()
        return alike(found) if found else []
    if wanted.level == Place.Kind.PROVINCE:
        return list(Place.objects.now_in(province).order_by("-pk"))
    return list(communes.order_by("sort_key"))


def _indicators(wanted: Wanted) -> Sequence[Indicator]:
    rows = {i.code: i for i in Indicator.objects.filter(code__in=wanted.indicators[:MOST_INDICATORS])}
    return [rows[code] for code in wanted.indicators if code in rows]
