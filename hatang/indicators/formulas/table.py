"""The table of formulas: what a formula is, how its rows are marked, and how they are added up in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, Max, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from hatang.coverage.models import CoverageRun
from hatang.indicators.models import Value as Kept
from hatang.network.models import Thing
from hatang.places.models import Place, PlaceQuerySet


@dataclass(frozen=True)
class Given:
    """A place's figure that another package worked out: a median is read, never added up."""

    value: float
    numerator: float
    denominator: float
    sample_size: int | None
    simulated: bool


@dataclass(frozen=True)
class Figure:
    """The rows a figure counts: each carries `weighed`, `counted`, `marked` (simulated), `in_commune`, `in_former`.

    `left_out` are rows that belong here but lack what the formula needs; they are shown, never guessed. `run` is the
    run of the radio engine that was read, `lacking` says why there is nothing to count where there is none. `commune`
    is the way from a row that is left out to its commune.
    """

    rows: QuerySet[Any]
    left_out: QuerySet[Any] | None = None
    run: CoverageRun | None = None
    lacking: str = ""
    commune: str = "parent"
    given: Mapping[int, Given] | None = None
    """The figures themselves by place, where they are read and not added up; `rows` then only say from what."""


@dataclass(frozen=True)
class Formula:
    """A figure's formula: what it is called and means, and which other formula it is another reading of.

    `how` its figures come: counted from a register, or predicted.
    """

    name: str
    label: str
    description: str
    reading: str
    variant_of: str
    everywhere: bool
    by_owner: bool
    how: str
    define: Callable[[Place, date], Figure]


@dataclass(frozen=True)
class Sums:
    """What the rows of one place add up to."""

    numerator: float
    denominator: float
    simulated: bool


@dataclass(frozen=True)
class Group:
    """The sums of the rows in one commune that came from one former province."""

    commune_id: int | None
    former_id: int | None
    sums: Sums
    owners: int = 0
    """How many own what is counted, where the formula is one `by_owner`."""


FORMULAS: dict[str, Formula] = {}


def formula(
    *,
    label: str,
    description: str,
    reading: str = "",
    variant_of: str = "",
    everywhere: bool = False,
    by_owner: bool = False,
    how: str = Kept.How.COUNTED,
) -> Callable[[Callable[[Place, date], Figure]], Callable[[Place, date], Figure]]:
    """Enter a function into the table of formulas under its own name.

    `everywhere` says that each commune must have rows: one without them is missing, not merely without such things.
    `by_owner` says that a figure of few owners tells what one of them has: it is kept from the public in communes.
    """

    def enter(define: Callable[[Place, date], Figure]) -> Callable[[Place, date], Figure]:
        name = define.__name__
        reading_of = variant_of or name
        FORMULAS[name] = Formula(name, label, description, reading, reading_of, everywhere, by_owner, how, define)
        return define

    return enter


def variants(name: str) -> list[Formula]:
    """List every reading of the figure that a formula gives, itself included; none for a name that is no formula."""
    if name not in FORMULAS:
        return []
    return [f for f in FORMULAS.values() if f.variant_of == FORMULAS[name].variant_of]


def measure(figure: Figure, *, by_owner: bool = False) -> list[Group]:
    """Add up a figure's rows by commune and former province, in one query; a place without rows gives no group."""
    behind = Count("owner", distinct=True) if by_owner else Value(0)
    sums = {"n": Sum("counted"), "d": Sum("weighed"), "mark": Max("marked"), "behind": behind}
    rows = figure.rows.order_by().values_list("in_commune", "in_former").annotate(**sums)
    return [Group(commune, former, Sums(n, d, bool(mark)), owners) for commune, former, n, d, mark, owners in rows]


def total(groups: list[Group]) -> Sums | None:
    """Add groups up; nothing to count is a missing figure, not zero."""
    denominator = sum(g.sums.denominator for g in groups)
    if not denominator:
        return None
    return Sums(sum(g.sums.numerator for g in groups), denominator, any(g.sums.simulated for g in groups))


def figure_of(
    rows: QuerySet[Any],
    *,
    weight: Combinable,
    counted: Combinable,
    marked: Combinable,
    left_out: QuerySet[Any] | None = None,
    commune: str = "",
) -> Figure:
    """Put on each row what `measure` adds up, and leave away rows that weigh nothing.

    `commune` is the way from a row to its commune, where it is no thing of the network and no place inside one.
    """
    way = commune or ("commune" if issubclass(rows.model, Thing) else "")
    district = Case(When(kind=Place.Kind.DISTRICT, then=Coalesce("province_id", "parent_id")))
    inside = Coalesce("former_province_id", "parent__former_province_id", district)
    annotated = rows.annotate(
        weighed=weight,
        counted=counted,
        marked=marked,
        in_commune=F(f"{way}_id") if way else F("parent_id"),
        in_former=F(f"{way}__former_province_id") if way else inside,
    )
    return Figure(annotated.filter(weighed__gt=0), left_out, commune=way or "parent")


def simulated_by(evidence: QuerySet[Any]) -> Combinable:
    """Mark a row that is simulated, or that a simulated row of the evidence speaks for."""
    return marked_where(Q(simulated=True) | Q(Exists(evidence.filter(simulated=True))))


def marked_where(condition: Q) -> Combinable:
    """Mark the rows for which a condition holds."""
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def share_of(
    places: PlaceQuerySet,
    served: QuerySet[Any],
    *,
    weight: str = "",
    marked: Combinable | None = None,
    left_out: PlaceQuerySet | None = None,
) -> Figure:
    """Define the share of places (or of what `weight` counts in them) for which a row of `served` exists.

    Those rows say whether they are simulated, unless `marked` says it.
    """
    each: Combinable = F(weight) if weight else Value(1)
    counted = Case(When(Exists(served), then=each), default=0, output_field=IntegerField())
    mark = simulated_by(served) if marked is None else marked
    return figure_of(places, weight=each, counted=counted, marked=mark, left_out=left_out)
