"""Works that registers and adopted scenarios know to come, as places that get a service from a day on.

Three sources: adopted scenarios say which places they serve from which year; operators declare coverage or fibre from a
day to come; a mast that is planned is taken to serve the places within `MAST_REACH_M` of it that nobody serves.
Each person's projection counts only what that person may see: a planned mast is its operator's secret.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings

from hatang.core.foresight.projecting import Step
from hatang.core.near_points import near_points
from hatang.coverage.models import SERVICES
from hatang.indicators.formulas import FORMULAS
from hatang.indicators.models import Value
from hatang.network.models import MOBILE_BROADBAND, DeclaredCoverage, FibreReach, LifeState, Mast, Technology
from hatang.places.models import Place
from hatang.planning.models import Scenario, ScenarioPlace

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

FIBRE = ("fibre",)
MOBILE = tuple(str(t) for t in MOBILE_BROADBAND)
ONLY_5G = (str(Technology.G5),)
SERVED_BY: dict[str, tuple[str, ...]] = {
    "villages_mobile_broadband": MOBILE,
    "villages_with_power_mobile_broadband": MOBILE,
    "commune_centres_5g": ONLY_5G,
    "population_5g": ONLY_5G,
    "population_in_demand_areas_5g": ONLY_5G,
    "districts_zones_sites_5g": ONLY_5G,
    "zones_sites_5g": ONLY_5G,
    "villages_fibre": FIBRE,
}
"""By formula (and its other readings), which services raise it; a formula that is not here has no works to count."""
SCENARIO, DECLARED, MAST = "phương án đã chọn", "khai báo của doanh nghiệp", "cột dự kiến"


@dataclass(frozen=True)
class Coming:
    """A service that comes to a place: from when (years; 2027.5 is the middle of 2027), and who says so."""

    at: float
    source: str


@dataclass(frozen=True)
class Gain:
    """What a place that gets a service adds to the numerator, and whose figure it belongs to."""

    place_id: int
    weight: float
    commune_id: int | None
    former_id: int | None
    coming: Coming


@dataclass(frozen=True)
class Works:
    """The gains known to come for one formula of a province."""

    gains: tuple[Gain, ...] = ()

    def of(self, value: Value, province: Place) -> tuple[Gain, ...]:
        """Give those of a figure's place: the province, a former one, or a commune."""
        if value.place_id == province.pk:
            return self.gains
        return tuple(g for g in self.gains if value.place_id in (g.commune_id, g.former_id))


def year_of(on: date) -> float:
    """Give a day as years: 2026.0 is the end of 2025.

    >>> year_of(date(2025, 12, 31)), round(year_of(date(2026, 7, 1)), 2)
    (2026.0, 2026.5)
    """
    days = (date(on.year + 1, 1, 1) - date(on.year, 1, 1)).days
    return on.year + on.timetuple().tm_yday / days


def works_for(*, person: Someone, province: Place, formulas: Iterable[str], today: date) -> dict[str, Works]:
    """Give the works known to come, by formula, that the person may see; formulas without any are left out."""
    if not person.is_authenticated:
        return {}
    wanted = {f: SERVED_BY[FORMULAS[f].variant_of] for f in formulas if f in FORMULAS and _served_by(f)}
    coming = {services: _coming(person, province, services, today) for services in set(wanted.values())}
    found = {f: gains_of(f, province, today, coming[services]) for f, services in wanted.items() if coming[services]}
    return {f: Works(gains) for f, gains in found.items() if gains}


def _served_by(formula: str) -> bool:
    return FORMULAS[formula].variant_of in SERVED_BY


def gains_of(formula: str, province: Place, today: date, coming: Mapping[int, Coming]) -> tuple[Gain, ...]:
    """Find what each place to be served adds: the rows of the formula that do not count yet."""
    rows = FORMULAS[formula].define(province, today).rows.filter(counted=0)
    columns = ("pk", "weighed", "in_commune", "in_former")
    listed = rows.values_list(*columns)
    return tuple(Gain(pk, w, c, f, coming[pk]) for pk, w, c, f in listed if pk in coming)


def _coming(person: Someone, province: Place, services: tuple[str, ...], today: date) -> dict[int, Coming]:
    """Give, by place, the first that brings it one of the services."""
    found: dict[int, list[Coming]] = defaultdict(list)
    sources = (_declared_fibre,) if services == FIBRE else (_scenarios, _declared, _masts)
    for source in sources:
        for place_id, coming in source(person, province, services, today):
            found[place_id].append(coming)
    return {place_id: min(ways, key=lambda way: way.at) for place_id, ways in found.items()}


def _scenarios(
    person: Someone, province: Place, services: tuple[str, ...], today: date
) -> Iterable[tuple[int, Coming]]:
    """Read which places the adopted scenarios serve by the end of which year."""
    adopted = Scenario.objects.visible_to(person).adopted().filter(province=province)
    asked = [s.pk for s in adopted.only("pk", "service") if set(SERVICES[s.service]) & set(services)]
    places = ScenarioPlace.objects.filter(scenario__in=asked, served_in__gte=today.year)
    return [(pk, Coming((year or 0) + 1.0, SCENARIO)) for pk, year in places.values_list("place_id", "served_in")]


def _declared(person: Someone, province: Place, services: tuple[str, ...], today: date) -> Iterable[tuple[int, Coming]]:
    """Read the coverage that operators declare from a day to come."""
    rows = DeclaredCoverage.objects.visible_to(person).filter(since_on__gt=today, technology__in=services)
    rows = rows.filter(place__province=province)
    return [(pk, Coming(year_of(since), DECLARED)) for pk, since in rows.values_list("place_id", "since_on")]


def _declared_fibre(
    person: Someone, province: Place, services: tuple[str, ...], today: date
) -> Iterable[tuple[int, Coming]]:
    """Read the fibre that operators declare from a day to come."""
    rows = FibreReach.objects.visible_to(person).filter(since_on__gt=today, households_able__gt=0)
    rows = rows.filter(village__province=province)
    return [(pk, Coming(year_of(since), DECLARED)) for pk, since in rows.values_list("village_id", "since_on")]


def _masts(person: Someone, province: Place, services: tuple[str, ...], today: date) -> Iterable[tuple[int, Coming]]:
    """Take planned masts to bring mobile broadband to the places about them; nothing says that they bring 5G."""
    if services != MOBILE:
        return []
    planned = Mast.objects.visible_to(person).filter(province=province, planned_on__gt=today)
    planned = planned.in_state(LifeState.PLANNED, LifeState.CONSTRUCTION, on=today)
    masts = list(planned.values_list("lon", "lat", "planned_on"))
    if not masts:
        return []
    villages = list(
        Place.objects.villages().filter(province=province, lon__isnull=False).values_list("pk", "lon", "lat")
    )
    spots, homes = (np.array([row[at : at + 2] for row in rows]) for rows, at in ((masts, 0), (villages, 1)))
    one, two, _ = near_points(spots, homes, settings.MAST_REACH_M)
    return [
        (villages[b][0], Coming(year_of(masts[a][2]), MAST)) for a, b in zip(one.tolist(), two.tolist(), strict=True)
    ]


def steps_of(gains: Iterable[Gain], value: Value) -> list[Step]:
    """Turn gains into steps of the figure: each adds its weight to the numerator."""
    scale = value.indicator.unit.ratio_scale
    if not value.denominator or scale is None:
        return []
    return [Step(g.coming.at, scale * g.weight / value.denominator) for g in gains]
