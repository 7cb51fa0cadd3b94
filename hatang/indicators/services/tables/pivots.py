"""Figures arranged by place, year, indicator and operator, and places held against those like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.vietnamese import number
from hatang.indicators.forms.tables import AXES, MOST_INDICATORS, OPERATOR
from hatang.indicators.models import Indicator, ReturnCellQuerySet, Value
from hatang.indicators.services.choosing import chosen_formulas
from hatang.indicators.services.reading import values_of
from hatang.indicators.services.return_forms import residents_of
from hatang.indicators.services.tables.operators import OperatorFigure, answers_in, operator_figures, operators_of
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

Shown = Value | OperatorFigure
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
    operator: int | None = None

    @property
    def by_operator(self) -> bool:
        """Whether operators' own answers are asked for, rather than the figures made of them."""
        return OPERATOR in (self.rows, self.columns) or self.operator is not None


@dataclass
class Pivot:
    """A table with its headings; cells hold the figures themselves, None where there is none to see.

    `fixed` names what it is of where an axis is neither row nor column.
    """

    heading: str
    across: str = ""
    fixed: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[str, list[Shown | None]]] = field(default_factory=list)
    measure: str = "value"

    @property
    def simulated(self) -> bool:
        """Whether a figure in it is marked."""
        return any(value is not None and value.simulated for _, cells in self.rows for value in cells)

    def extremes(self) -> list[tuple[str, str, Shown]]:
        """Give the highest and the lowest figure with where they stand; nothing where there are not two to compare."""
        known = [(label, c, v) for label, cells in self.rows for c, v in zip(self.columns, cells, strict=True) if v]
        known = [one for one in known if getattr(one[2], self.measure) is not None]
        known.sort(key=lambda one: getattr(one[2], self.measure))
        return [known[-1], known[0]] if len(known) > 1 else []

    def empty(self) -> int:
        """Count the cells without a number."""
        return sum(number is None for row in self.numbers() for number in row)

    def numbers(self) -> list[list[float | None]]:
        """Give the numbers of the cells."""
        return [[getattr(v, self.measure) if v else None for v in cells] for _, cells in self.rows]


def alike(commune: Place) -> list[Place]:
    """List the communes of the province that are like one: of its kind, and with about as many people; itself first."""
    rows = Place.objects.communes().in_force(timezone.localdate())
    rows = rows.filter(province=commune.province_id, title=commune.title).exclude(pk=commune.pk)
    others = list(rows.order_by("sort_key"))
    people = residents_of([commune, *others])
    own = people[commune.pk]
    if own:
        others = [row for row in others if abs((people[row.pk] or 0) - own) <= ALIKE * own]
    return [commune, *others]


def alike_words(commune: Place) -> str:
    """Say which communes one is held against."""
    kind = f"các {commune.title.lower()} của tỉnh"
    if residents_of([commune])[commune.pk]:
        return f"So với {kind} có dân số hơn kém {commune} không quá {number(ALIKE * 100)} %."
    return f"So với mọi {commune.title.lower()} của tỉnh: hệ thống chưa có dân số của {commune}."


def pivot(*, person: Someone, province: Place, wanted: Wanted) -> Pivot:
    """Arrange the figures that a person may see; an axis that is neither row nor column is of one, its first."""
    answers = answers_in(province, person)
    lists: Lists = {
        "noi": _places(province, wanted),
        "nam": wanted.years,
        "chi-tieu": _indicators(wanted),
        OPERATOR: _operators(answers, wanted) if wanted.by_operator else (),
    }
    off = [axis for axis in AXES if axis not in (wanted.rows, wanted.columns)]
    for axis in off:
        lists[axis] = lists[axis][:1]
    named = sorted(off, key=lambda axis: axis != "chi-tieu")
    if wanted.by_operator:
        places, years, indicators = lists["noi"], lists["nam"], lists["chi-tieu"]
        told = operator_figures(answers, province=province, places=places, years=years, indicators=indicators)
        figures: dict[Key, Shown] = {**told}
    else:
        figures = _of_everybody(person, province, lists)
    table = Pivot(AXES[wanted.rows], AXES[wanted.columns], [_label(lists[axis][0]) for axis in named if lists[axis]])
    table.columns, table.measure = [_label(c) for c in lists[wanted.columns]], wanted.measure
    for row in lists[wanted.rows]:
        at = {axis: lists[axis][0] if lists[axis] else None for axis in off} | {wanted.rows: row}
        cells = [figures.get(_key(at | {wanted.columns: column})) for column in lists[wanted.columns]]
        table.rows.append((_label(row), cells))
    if wanted.rows == "noi":
        table.rows.sort(key=lambda row: not any(row[1]))
    return table


Lists = dict[str, Sequence[Any]]
Key = tuple[int, int, int, int]
"""An indicator, a place, a year, and an operator, or 0 where it is everybody's figure."""


def _of_everybody(person: Someone, province: Place, lists: Lists) -> dict[Key, Shown]:
    found = values_of(
        person=person,
        province=province,
        places=lists["noi"],
        years=lists["nam"],
        indicators=lists["chi-tieu"],
        chosen=chosen_formulas(province),
    )
    return {(*key, 0): value for key, value in found.items()}


def _key(at: dict[str, Any]) -> Key:
    ids = [at[axis].pk if at[axis] else 0 for axis in ("chi-tieu", "noi", OPERATOR)]
    return ids[0], ids[1], at["nam"] or 0, ids[2]


def _operators(answers: ReturnCellQuerySet, wanted: Wanted) -> Sequence[Organisation]:
    listed = operators_of(answers)
    return list(listed.filter(pk=wanted.operator) if wanted.operator else listed)


def _label(one: object) -> str:
    short = one.short_name if isinstance(one, Indicator | Organisation) else ""
    return short or str(one)


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
