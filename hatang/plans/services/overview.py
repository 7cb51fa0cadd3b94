"""How many provinces stand at once: only the states of their targets, without the figures' own pages' details."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from hatang.indicators.models import FormulaChoice, Indicator, Value
from hatang.indicators.services import REPORTED
from hatang.places.models import Place
from hatang.plans.governing import governing_of
from hatang.plans.models import Baseline, Plan, Target
from hatang.plans.services.progress import start_of, state_of, stated_in, value_for

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser


class Figure(NamedTuple):
    """As much of a value as a target's state asks for; a whole row for each would take most of the page's time."""

    value: float
    year: int
    on: date
    place_id: int
    simulated: bool


@dataclass(frozen=True)
class Standing:
    """A target and its state."""

    target: Target
    state: str


@dataclass(frozen=True)
class ProvinceStanding:
    """How a province's targets stand, from which plans, and whether a figure read for it is simulated."""

    province: Place
    plans: list[Plan]
    targets: list[Standing]
    simulated: bool


def standing_of_provinces(*, person: Someone, today: date) -> list[ProvinceStanding]:
    """Give the standing of each province that has a plan to see, by name; six queries, however many provinces.

    Only targets that govern count.
    """
    plans = list(Plan.objects.visible_to(person).select_related("territory", "province"))
    targets = _targets_of(plans)
    figures = _figures(plans, person)
    stated = stated_in(Baseline.objects.filter(plan__in=plans))
    governing = governing_of(targets, [p for p in plans if p.published and p.replaces_id], on=today)
    targets = [t for t in targets if governing[t.pk].governs]
    provinces = {plan.province_id: plan.province for plan in plans}
    standings = []
    for province in sorted(provinces.values(), key=lambda p: p.sort_key):
        own = [t for t in targets if t.plan.province_id == province.pk]
        states = [Standing(t, own_state(t, figures, stated, today)) for t in own]
        territories = {plan.territory_id for plan in plans if plan.province_id == province.pk} | {province.pk}
        marked = any(f.simulated for key, years in figures.items() if key[1] in territories for f in years.values())
        standings.append(ProvinceStanding(province, [p for p in plans if p.province_id == province.pk], states, marked))
    return standings


def _targets_of(plans: Iterable[Plan]) -> list[Target]:
    """Read the targets and give each its plan and indicator, which many share."""
    by_id, indicators = {plan.pk: plan for plan in plans}, Indicator.objects.in_bulk()
    targets = list(Target.objects.filter(plan__in=by_id).order_by("plan", "order"))
    for target in targets:
        target.plan, target.indicator = by_id[target.plan_id], indicators[target.indicator_id]
    return targets


def _figures(plans: Iterable[Plan], person: Someone) -> dict[tuple[int, int], dict[int, Figure]]:
    """Read the figures of all territories by indicator and place, then year, in the reading each province chose."""
    holder = {p.territory_id: p.province_id for p in plans} | {p.province_id: p.province_id for p in plans}
    chosen = dict(Indicator.objects.values_list("pk", "formula"))
    choices = {(i, p): f for i, p, f in FormulaChoice.objects.values_list("indicator_id", "province_id", "formula")}
    rows = Value.objects.latest_for(person).filter(place__in=holder, value__isnull=False)
    found: dict[tuple[int, int], dict[int, Figure]] = defaultdict(dict)
    columns = ("indicator_id", "formula", "value", "year", "on", "place_id", "simulated")
    for indicator, formula, *figure in rows.values_list(*columns):
        read = Figure(*figure)
        wanted = choices.get((indicator, holder[read.place_id]), chosen[indicator])
        years = found[indicator, read.place_id]
        if formula == wanted or (formula == REPORTED and read.year not in years):
            years[read.year] = read
    return found


def own_state(target: Target, figures: dict[tuple[int, int], dict[int, Figure]], stated: Any, today: date) -> str:
    own = figures.get((target.indicator_id, target.plan.territory_id), {})
    series: Any = {**figures.get((target.indicator_id, target.plan.province_id), {}), **own}
    value = value_for(series, target.year, today)
    return state_of(
        target, value, start_of(target, series, value, stated.get((target.plan_id, target.indicator_id))), today
    )
