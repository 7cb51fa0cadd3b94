"""Counting a province's figures from its registers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.formulas import FORMULAS, Formula, Given, Group, Sums, measure, total, variants
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.choosing import require, require_system
from hatang.indicators.services.parents import Territory, indicators_in_force, rolled_values
from hatang.indicators.services.storing import ROLLED_UP, Counts, key_of, store
from hatang.indicators.services.years import day_of
from hatang.places.models import Place


@transaction.atomic
def compute_values(
    *, actor: Person | None, province: Place, year: int, today: date | None = None, publish: bool = False
) -> Counts:
    """Count and store all register figures of a province's communes, of itself and of the provinces it came from.

    Figures that communes handed in are rolled up too, unless the province has one of its own.
    """
    require(actor, "indicators.compute_value", province)
    if publish:
        require_system(actor)
    today = today or timezone.localdate()
    on = day_of(year, today)
    territory = Territory.of(province, on=on, today=today)
    rows = _counted(territory, on) + rolled_values(territory, indicators_in_force(on), published=publish)
    rows += _vanished(territory, on, rows)
    return store(rows, actor=actor, publish=publish)


def count_again(*, value: Value, province: Place, today: date | None = None) -> Value | None:
    """Count one stored figure from the register as it is now, without keeping it; None where nothing is left."""
    today = today or timezone.localdate()
    on = day_of(value.year, today)
    territory = Territory.of(province, on=on, today=today)
    rows = _computed(territory, value.indicator, FORMULAS[value.formula], on)
    return next((row for row in rows if row.place_id == value.place_id), None)


def _counted(territory: Territory, on: date) -> list[Value]:
    """Compute all readings of all register figures: one query each."""
    rows = []
    for indicator in indicators_in_force(on).filter(formula__in=FORMULAS):
        for formula in variants(indicator.formula):
            rows += _computed(territory, indicator, formula, on)
    return rows


def _computed(territory: Territory, indicator: Indicator, formula: Formula, on: date) -> list[Value]:
    """Compute one formula's figures; each knows the run of the radio engine that it was read from, if any."""
    figure = formula.define(territory.province, on)
    if figure.given is not None:
        return _given_values(territory, indicator, formula.name, figure.given)
    rows = _figures(territory, indicator, formula.name, measure(figure, by_owner=formula.by_owner))
    for row in rows:
        row.run = figure.run
    return rows


def _figures(territory: Territory, indicator: Indicator, formula: str, groups: list[Group]) -> list[Value]:
    """Make the figures of one formula, communes first; what has no rows to count gets none."""
    found = _by_commune(groups)
    rows = []
    if indicator.lowest_level != Place.Kind.PROVINCE:
        here = [(c, found[c.pk]) for c in territory.communes if found.get(c.pk)]
        rows = [_counted_value(territory, indicator, formula, c, sums) for c, sums in here]
        if FORMULAS[formula].by_owner:
            _withhold(territory, rows, groups)
    if indicator.rollup != Indicator.Rollup.NONE:
        rows += [
            _counted_value(territory, indicator, formula, parent, sums, _missing(territory, formula, parent, found))
            for parent, sums in _parents(territory, indicator, groups)
        ]
    return [row for row in rows if row.denominator is not None]


def _given_values(territory: Territory, indicator: Indicator, formula: str, given: Mapping[int, Given]) -> list[Value]:
    """Make the figures that were worked out elsewhere, of the communes, the former provinces and the province."""
    communes = territory.communes if indicator.lowest_level != Place.Kind.PROVINCE else []
    rows = []
    for place in (*communes, *territory.formers, territory.province):
        found = given.get(place.pk)
        if found is None:
            continue
        missing = 0
        if place.kind == Place.Kind.PROVINCE and communes:
            missing = sum(child.pk not in given for child in territory.children(place))
        sums = Sums(found.numerator, found.denominator, found.simulated)
        row = _counted_value(territory, indicator, formula, place, sums, missing)
        row.value, row.sample_size = found.value, found.sample_size
        rows.append(row)
    return rows


def _withhold(territory: Territory, rows: list[Value], groups: list[Group]) -> None:
    """Keep communes with too few owners from the public, and of a whole that hides one commune alone a second.

    Else the one would be the whole less all the others.
    """
    owners: dict[int | None, int] = defaultdict(int)
    for group in groups:
        owners[group.commune_id] = max(owners[group.commune_id], group.owners)
    counted = {row.place_id: row for row in rows if row.denominator is not None}
    for pk, row in counted.items():
        row.withheld = owners[pk] < settings.FEWEST_OWNERS
    for whole in (*territory.formers, territory.province):
        inside = [counted[c.pk] for c in territory.children(whole) if c.pk in counted]
        open_ = [row for row in inside if not row.withheld]
        if open_ and len(open_) == len(inside) - 1:
            min(open_, key=lambda row: (owners[row.place_id], row.denominator or 0, row.place_id)).withheld = True


def _by_commune(groups: list[Group]) -> dict[int | None, Sums | None]:
    """Add up the groups of each commune."""
    gathered: dict[int | None, list[Group]] = defaultdict(list)
    for group in groups:
        gathered[group.commune_id].append(group)
    return {commune: total(its) for commune, its in gathered.items()}


def _parents(territory: Territory, indicator: Indicator, groups: list[Group]) -> list[tuple[Place, Sums | None]]:
    """Add up for the province and its former ones: rows in no commune count only where it recomputes from rows."""
    if indicator.rollup != Indicator.Rollup.RECOMPUTED:
        communes = {c.pk for c in territory.communes}
        groups = [g for g in groups if g.commune_id in communes]
    formers = [(f, total([g for g in groups if g.former_id == f.pk])) for f in territory.formers]
    return [(territory.province, total(groups)), *formers]


def _missing(territory: Territory, formula: str, parent: Place, found: dict[int | None, Sums | None]) -> int:
    """Count the communes without a figure, where each should have one."""
    if not FORMULAS[formula].everywhere:
        return 0
    return sum(found.get(c.pk) is None for c in territory.children(parent))


def _counted_value(
    territory: Territory, indicator: Indicator, formula: str, place: Place, sums: Sums | None, missing: int = 0
) -> Value:
    row = Value(indicator=indicator, formula=formula, place=place, year=territory.day.year, on=territory.day)
    row.how, row.missing_children, row.restated = FORMULAS[formula].how, missing, territory.restated(place)
    if sums:
        row.numerator, row.denominator, row.simulated = sums.numerator, sums.denominator, sums.simulated
        row.value = indicator.unit.ratio(sums.numerator, sums.denominator)
    return row


def _vanished(territory: Territory, on: date, rows: list[Value]) -> list[Value]:
    """Make empty figures for counted ones that stand but can no longer be counted."""
    places = [territory.province, *territory.formers, *territory.communes]
    standing = (
        Value.objects.known()
        .filter(place__in=places, year=on.year, formula__in=FORMULAS, denominator__isnull=False)
        .exclude(source=ROLLED_UP)
        .select_related("indicator", "place")
    )
    made = {key_of(row) for row in rows}
    return [
        _counted_value(territory, old.indicator, old.formula, old.place, None)
        for old in standing
        if key_of(old) not in made
    ]
