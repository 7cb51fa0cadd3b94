"""Places that want a service: what each weighs, which priority it belongs to, who serves it today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.coverage.batches import Points
from hatang.core.vietnamese import number
from hatang.coverage.models import PredictedService
from hatang.coverage.services.engine import points_of
from hatang.coverage.services.runs.inputs import places_of
from hatang.places.models import Place
from hatang.planning.models import Scenario, ScenarioPlace

Measure = Scenario.Measure
Type = Place.Type
BORDER, NO_POWER, DEMAND = "border", "no_power", "demand_5g"
GROUPS: dict[str, str] = {
    BORDER: "xã có khu cửa khẩu",
    str(Type.COMMUNE_CENTRE): "trung tâm xã, phường",
    str(Type.SCHOOL): "trường học",
    str(Type.CLINIC): "cơ sở y tế",
    str(Type.INDUSTRIAL_PARK): "khu công nghiệp",
    str(Type.INDUSTRIAL_CLUSTER): "cụm công nghiệp",
    str(Type.BORDER_GATE_ZONE): "khu cửa khẩu",
    str(Type.TOURIST_ZONE): "khu du lịch",
    str(Type.TOURIST_SITE): "điểm du lịch",
    str(Type.STATION): "nhà ga, bến xe",
    str(Type.AIRPORT): "sân bay",
    str(Type.OFFICE): "trụ sở cơ quan",
    str(Type.PARK): "công viên, nơi công cộng",
    NO_POWER: "thôn chưa có điện lưới",
    DEMAND: "khu vực có nhu cầu 5G",
}
"""Priority groups that the registers can tell, with what they are called.

The registers know no land border: a commune counts as of the border where it has a border gate zone.
"""
SITES = (Place.Kind.ZONE, Place.Kind.SITE)
WEIGHTS: dict[str, Callable[[Place], float]] = {
    Measure.VILLAGES: lambda place: 1.0,
    Measure.PEOPLE: lambda place: float(place.population or 0),
    Measure.HOUSEHOLDS: lambda place: float(place.households or 0),
    Measure.SITES: lambda place: 1.0,
}


@dataclass(frozen=True)
class Needs:
    """The places of a scenario, in the order of their keys, and what is known of each.

    `wanting` tells of which too few operators serve them today, (places,).
    """

    places: tuple[Place, ...]
    weights: tuple[float, ...]
    groups: tuple[tuple[str, ...], ...]
    served_by: tuple[frozenset[int], ...]
    wanting: NDArray[np.bool_]
    points: Points
    notes: tuple[str, ...]

    def rows(self, scenario: Scenario) -> list[ScenarioPlace]:
        """Give the rows that say so."""
        facts = zip(self.places, self.weights, self.groups, self.served_by, strict=True)
        return [
            ScenarioPlace(
                scenario=scenario,
                place=place,
                weight=weight,
                groups=list(groups),
                served_by=[str(key) for key in sorted(served_by)],
            )
            for place, weight, groups, served_by in facts
        ]


def needs_of(scenario: Scenario) -> Needs:
    """Read the places that a scenario is about; those that no run can compute are left out, and a note says so."""
    run = scenario.run
    known = places_of(run)
    asked = [place for place in known.known if counts(scenario, place)]
    left_out = [place for place in (*known.without_point, *known.off_terrain) if counts(scenario, place)]
    border = {place.parent_id for place in known.all if place.type == Type.BORDER_GATE_ZONE}
    served: dict[int, set[int]] = {place.pk: set() for place in asked}
    for place, operator in services_of(scenario):
        if place in served:
            served[place].add(operator)
    served_by = [frozenset(served[place.pk]) for place in asked]
    return Needs(
        tuple(asked),
        tuple(weight_of(scenario, place) for place in asked),
        tuple(groups_of(place, border) for place in asked),
        tuple(served_by),
        np.array([len(who) < scenario.least_operators for who in served_by], dtype=np.bool_),
        points_of(asked),
        tuple(notes_of(scenario, asked, left_out)),
    )


def services_of(scenario: Scenario) -> Iterable[tuple[int, int]]:
    """Read which place is served by which operator in the scenario's run."""
    rows = PredictedService.objects.filter(run=scenario.run).giving(scenario.service).served()
    return rows.values_list("place", "operator").distinct().iterator(chunk_size=5_000)


def counts(scenario: Scenario, place: Place) -> bool:
    """Tell whether a place belongs to a scenario: of its measure, or of a priority that it asks for."""
    if scenario.area_id and place.parent_id != scenario.area_id:
        return False
    if is_measured(scenario, place):
        return True
    asked = scenario.least_percent_of_group
    return place.kind in SITES and place.type in asked


def is_measured(scenario: Scenario, place: Place) -> bool:
    """Tell whether serving a place counts for the scenario's measure."""
    return place.kind in (SITES if scenario.measure == Measure.SITES else (Place.Kind.VILLAGE,))


def weight_of(scenario: Scenario, place: Place) -> float:
    """Give what serving a place counts for; a priority place that is not of the measure weighs nothing."""
    return WEIGHTS[scenario.measure](place) if is_measured(scenario, place) else 0.0


def groups_of(place: Place, border: set[int | None]) -> tuple[str, ...]:
    """Give the priority groups of a place."""
    found = [str(place.type)] if place.type in GROUPS else []
    if place.parent_id in border:
        found.append(BORDER)
    if place.kind == Place.Kind.VILLAGE and place.has_grid_power is False:
        found.append(NO_POWER)
    if place.has_demand:
        found.append(DEMAND)
    return tuple(found)


def notes_of(scenario: Scenario, asked: list[Place], left_out: list[Place]) -> Iterable[str]:
    """Say what is not counted, and why."""
    if left_out:
        yield f"{number(len(left_out))} nơi chưa có tọa độ, hoặc nằm ngoài địa hình của lượt tính: không xét được."
    field = {Measure.PEOPLE: "population", Measure.HOUSEHOLDS: "households"}.get(Measure(scenario.measure))
    unknown = sum(getattr(p, field) is None for p in asked if is_measured(scenario, p)) if field else 0
    if unknown:
        what = "dân số" if field == "population" else "số hộ"
        yield f"{number(unknown)} thôn chưa rõ {what}: tính là 0."
