"""What a work's page tells: places served, cost lines, and what else serves the same places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from hatang.core.planning.money import present_cost_vnd
from hatang.pages.amounts import vnd_words
from hatang.pages.features import collection, feature, point
from hatang.places.models import Place
from hatang.planning.models import Candidate, CandidateService, ScenarioPlace
from hatang.planning.services.figures import horizon_of

SHOWN_ALTERNATIVES = 12
AROUND_DEG = 0.08
"""How far about a work its map shows who lacks the service: some 8 km."""


@dataclass(frozen=True)
class ServedPlace:
    """A place that a work serves: with what probability, by how many operators today, from when in the answer."""

    place: Place
    probability_percent: float
    operators_today: int
    served_in: int | None
    enough_today: bool


@dataclass(frozen=True)
class CostTable:
    """The lines of a cost, with their sums: once, each year, and at present cost if built in `year`, đồng."""

    lines: Sequence[dict[str, Any]]
    capital_vnd: int
    yearly_vnd: int
    year: int
    present_vnd: float


@dataclass(frozen=True)
class WorkTold:
    """All that a work's page shows besides the work itself."""

    places: Sequence[ServedPlace]
    costs: CostTable
    alternatives: Sequence[Candidate]
    sharing: Sequence[Candidate]

    @property
    def capital(self) -> str:
        """The capital in words."""
        return vnd_words(self.costs.capital_vnd)

    @property
    def yearly(self) -> str:
        """The yearly cost in words."""
        return vnd_words(self.costs.yearly_vnd)

    @property
    def only_here(self) -> int:
        """How many of its places nobody serves today."""
        return sum(not one.enough_today for one in self.places)

    @property
    def people(self) -> int:
        """Who lives at its places, as far as known."""
        return sum(one.place.population or 0 for one in self.places)


def work_told(candidate: Candidate) -> WorkTold:
    """Read what a work's page tells."""
    services = list(candidate.services.select_related("place__parent").order_by("place__sort_key", "pk"))
    return WorkTold(
        places=served_places(candidate, services),
        costs=costs_told(candidate),
        alternatives=alternatives_to(candidate),
        sharing=list(
            candidate.scenario.candidates.filter(structure=candidate.structure)
            .exclude(pk=candidate.pk)
            .select_related("operator")
            .order_by("number")
        ),
    )


def served_places(candidate: Candidate, services: Sequence[CandidateService]) -> list[ServedPlace]:
    """Give a work's places with who serves them today and from when the answer does."""
    wanted = ScenarioPlace.objects.filter(scenario=candidate.scenario_id, place__in=[row.place_id for row in services])
    asked = {row.place_id: row for row in wanted}
    least = candidate.scenario.least_operators
    found = []
    for row in services:
        known = asked.get(row.place_id)
        today = len(set(known.served_by)) if known else 0
        served_in = known.served_in if known else None
        found.append(ServedPlace(row.place, 100 * row.probability, today, served_in, today >= least))
    return found


def lacking_around(candidate: Candidate) -> dict[str, Any]:
    """Give the places about a work that the scenario wants served and too few operators serve today, as GeoJSON."""
    lon, lat = candidate.lon, candidate.lat
    rows = ScenarioPlace.objects.filter(
        scenario=candidate.scenario_id,
        place__lon__range=(lon - AROUND_DEG, lon + AROUND_DEG),
        place__lat__range=(lat - AROUND_DEG, lat + AROUND_DEG),
    ).order_by("pk")
    found = rows.values_list("place__lon", "place__lat", "served_by")
    least = candidate.scenario.least_operators
    lacking = ((x, y) for x, y, served_by in found if len(set(served_by)) < least)
    return collection(feature(point(x, y)) for x, y in lacking if x is not None and y is not None)


def costs_told(candidate: Candidate) -> CostTable:
    """Give the cost lines with their sums, the structure's included."""
    scenario = candidate.scenario
    capital = candidate.capital_vnd + candidate.structure_capital_vnd
    yearly = candidate.yearly_vnd + candidate.structure_yearly_vnd
    year = int(candidate.year or scenario.last_year)
    present = present_cost_vnd(capital, yearly, year, horizon_of(scenario))
    return CostTable(candidate.cost_lines, capital, yearly, year, present)


def alternatives_to(candidate: Candidate) -> list[Candidate]:
    """Give other works that serve some of the same places, those with most in common first."""
    common = Q(services__place__in=candidate.services.values("place"))
    others = candidate.scenario.candidates.exclude(pk=candidate.pk).filter(common)
    counted = others.annotate(
        common=Count("services"), capital=F("capital_vnd") + F("structure_capital_vnd")
    ).select_related("operator", "commune")
    return list(counted.order_by("-common", "capital_vnd", "number")[:SHOWN_ALTERNATIVES])
