"""What a run found, counted: villages, households, people, centres, zones, schools, sites and roads, by commune."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.coverage.fading import Fading
from hatang.core.radio.coverage.layers import Layer, Part
from hatang.core.radio.coverage.served import Served
from hatang.core.radio.coverage.sites import highest_ghz
from hatang.coverage.models import BROADBAND, SERVICES, CoverageRun, RunTally
from hatang.coverage.services.runs.inputs import Inputs, commune_of
from hatang.coverage.services.runs.roads import Roads
from hatang.network.models import MOBILE_BROADBAND
from hatang.places.models import Place

Subject, Power = RunTally.Subject, RunTally.Power
Flags = NDArray[np.bool_]
GRID_POWER: Mapping[str, bool | None] = {Power.ALL: None, Power.GRID: True, Power.NONE: False}
ROAD_DECIMALS = 3


@dataclass(frozen=True)
class Things:
    """Things of one subject: commune (0: none), weight, whether it can be counted, and which layers serve it."""

    subject: str
    power: str
    communes: NDArray[np.int64]
    weights: NDArray[np.float64]
    known: Flags
    served: Flags


@dataclass(frozen=True)
class Measure:
    """By whom a thing must be served: an operator, or at least so many of them whosoever; and whether it is."""

    operator: int | None
    least: int
    served: Flags


def services_of(technologies: Sequence[str]) -> list[str]:
    """Give what a run can tell: its technologies, and mobile broadband where all that belongs to it was computed.

    >>> services_of(["4G"]), services_of(["3G", "4G", "5G"])
    (['4G'], ['3G', '4G', '5G', '3G+'])
    """
    whole = set(MOBILE_BROADBAND) <= set(technologies)
    return [str(name) for name in technologies] + ([BROADBAND] if whole else [])


def tallies_of(inputs: Inputs, served: Served, roads: Roads, raster: Part, fading: Fading) -> list[RunTally]:
    """Count everything, in the province and by commune; nothing of technologies of which there is no cell."""
    rows: list[RunTally] = []
    computed = {layer.technology for layer in inputs.layers}
    services = [name for name in services_of(inputs.technologies) if not computed.isdisjoint(SERVICES[name])]
    for things in (*places_counted(inputs, served), roads_counted(inputs, roads, raster, fading)):
        for service in services:
            rows += counted(inputs.run, things, inputs.layers, service)
    return rows


def places_counted(inputs: Inputs, served: Served) -> Iterator[Things]:
    """Give what is counted of places: those that cannot be computed are there, and known for that."""
    places = inputs.places.all
    beyond = np.zeros((len(inputs.layers), len(places) - len(inputs.places.known)), dtype=bool)
    all_served = np.hstack([served.served, beyond])
    computed = np.arange(len(places)) < len(inputs.places.known)
    communes = np.array([commune_of(place) for place in places], dtype=np.int64)

    def things(subject: str, which: Flags, known: Flags, weights: NDArray[np.float64], power: str = "") -> Things:
        return Things(subject, power, communes[which], weights[which], known[which], all_served[:, which])

    ones = np.ones(len(places))
    for power, wanted in GRID_POWER.items():
        which, sure = powered(places, wanted)
        yield things(Subject.VILLAGES, which, computed & sure, ones, power)
        for counted_as, number in ((Subject.HOUSEHOLDS, "households"), (Subject.PEOPLE, "population")):
            numbers = [getattr(place, number) for place in places]
            said = np.array([value is not None for value in numbers], dtype=bool)
            weights = np.array([value or 0 for value in numbers], dtype=np.float64)
            yield things(counted_as, which, computed & sure & said, weights, power)
    for subject, which in sorts_of(places).items():
        yield things(subject, which, computed, ones)


def powered(places: Sequence[Place], wanted: bool | None) -> tuple[Flags, Flags]:
    """Tell which places are villages that count for a sort of power, and of which that is sure.

    A village of which nobody wrote whether it has power counts for neither sort, and is named as unknown in both.
    """
    villages = np.array([place.kind == Place.Kind.VILLAGE for place in places], dtype=bool)
    if wanted is None:
        return villages, np.ones(len(places), dtype=bool)
    has = np.array([place.has_grid_power is wanted for place in places], dtype=bool)
    unknown = np.array([place.has_grid_power is None for place in places], dtype=bool)
    return villages & (has | unknown), ~unknown


def sorts_of(places: Sequence[Place]) -> dict[str, Flags]:
    """Tell zones, commune centres, schools and other sites apart."""
    sorts = np.array([sort_of(place) for place in places], dtype=object)
    return {
        subject: np.asarray(sorts == subject, dtype=bool)
        for subject in (Subject.COMMUNES, Subject.ZONES, Subject.SCHOOLS, Subject.SITES)
    }


def sort_of(place: Place) -> str:
    """Give what a place is counted as."""
    if place.kind != Place.Kind.SITE:
        return Subject.ZONES if place.kind == Place.Kind.ZONE else Subject.VILLAGES
    kinds = {Place.Type.COMMUNE_CENTRE: Subject.COMMUNES, Place.Type.SCHOOL: Subject.SCHOOLS}
    return kinds.get(Place.Type(place.type), Subject.SITES)


def roads_counted(inputs: Inputs, roads: Roads, raster: Part, fading: Fading) -> Things:
    """Give the pieces of road with who serves them: by the raster, on open ground."""
    rows, columns = inputs.land.heights.lattice.indices(roads.lons_deg, roads.lats_deg)
    height, width = raster.levels_dbm.shape[1:]
    row, column = np.floor(rows + 0.5).astype(np.int64), np.floor(columns + 0.5).astype(np.int64)
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    served = np.zeros((len(inputs.layers), len(row)), dtype=bool)
    highest = highest_ghz(inputs.usable.cells)
    for k, layer in enumerate(inputs.layers):
        enough = raster.levels_dbm[k] >= inputs.standard.least_on_raster(layer, highest[layer], fading.get(k))
        served[k, inside] = enough[row[inside], column[inside]]
    return Things(Subject.ROADS_KM, "", roads.communes, roads.lengths_km, inside, served)


def counted(run: CoverageRun, things: Things, layers: Sequence[Layer], service: str) -> Iterator[RunTally]:
    """Count one subject for one service: by each operator and by at least so many of them, everywhere."""
    keys, inverse = np.unique(things.communes, return_inverse=True)
    whole = shares(inverse, things.weights * things.known, len(keys))
    unknown = shares(inverse, (~things.known).astype(np.float64), len(keys))
    for measure in measures(things, layers, service):
        found = shares(inverse, things.weights * (measure.served & things.known), len(keys))
        for key, a, b, c in [(None, found.sum(), whole.sum(), unknown.sum())] + [
            (int(k), found[i], whole[i], unknown[i]) for i, k in enumerate(keys) if k
        ]:
            yield RunTally(
                run=run,
                commune_id=key,
                subject=things.subject,
                power=things.power,
                service=service,
                operator_id=measure.operator,
                least_operators=measure.least,
                served=round(float(a), ROAD_DECIMALS),
                whole=round(float(b), ROAD_DECIMALS),
                unknown=int(c),
            )


def shares(inverse: NDArray[np.int64], weights: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Add up weights by commune."""
    return np.asarray(np.bincount(inverse, weights=weights, minlength=count), dtype=np.float64)


def measures(things: Things, layers: Sequence[Layer], service: str) -> Iterator[Measure]:
    """Say by whom things may be served: each operator that has the service, and at least one, two, ... of them."""
    of: dict[int, list[int]] = {}
    for k, layer in enumerate(layers):
        if layer.technology in SERVICES[service]:
            of.setdefault(int(layer.operator), []).append(k)
    by = {operator: np.asarray(things.served[ks].any(axis=0), dtype=bool) for operator, ks in of.items()}
    for operator, served in by.items():
        yield Measure(operator, 1, served)
    number = np.zeros(len(things.weights), dtype=np.int64)
    for served in by.values():
        number += served
    for least in range(1, max(len(by), 1) + 1):
        yield Measure(None, least, np.asarray(number >= least, dtype=bool))
