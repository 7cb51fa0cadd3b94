"""Where a new mast could stand: public places on offer, and good ground near places that nothing else reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hatang.coverage.services.engine import Land
from hatang.network import models as network
from hatang.places.services.locating import locate
from hatang.planning.models import Candidate
from hatang.planning.services.candidates.assumed import NEW_ANTENNA_M
from hatang.planning.services.candidates.drafts import Draft, Spot, for_operators, site_spot
from hatang.planning.services.candidates.needs import Needs
from hatang.planning.services.candidates.plane import Doubles
from hatang.planning.services.candidates.registers import Registers
from hatang.planning.services.candidates.spacing import keeps_distance

CLUSTER_KM = 2.5
"""Places in one square of this width are one cluster."""
MOST_CLUSTERS = 200
"""The clusters that weigh most; of each `SPOTS_OF_CLUSTER` places at most are proposed."""
SPOTS_OF_CLUSTER = 3
SEARCH_KM, STEP_KM, APART_KM = 2.0, 0.25, 1.0
"""Ground is looked at so far about a cluster's middle, in such steps; proposals of one cluster lie so far apart."""
ROAD_M_PER_KM, POWER_M_PER_KM = 80.0, 40.0
"""What a km to the next road, or to power, takes off the merit of a height in metres: a guess, as roads cost more."""
SITE_REACH_KM = 6.0
"""A public place further from every place that wants service is not proposed."""
NEW = "new-"
MOVED = "set-"
"""What structures are called that this system placed, and that a person moved."""


@dataclass(frozen=True)
class Wanted:
    """Places that want service, by their numbers, and those of them that nothing standing reaches."""

    places: tuple[int, ...]
    left: frozenset[int]


@dataclass(frozen=True)
class Cluster:
    """Places near each other, by their numbers among the needs; on the plane, km, their middle and who weighs most."""

    places: tuple[int, ...]
    middle_km: Doubles
    heaviest_km: Doubles


def new_masts(
    registers: Registers, land: Land, technology: str, needs: Needs, wanted: Wanted, kept: Sequence[Spot]
) -> Iterator[Draft]:
    """Propose new masts for places, beside those that a person had put somewhere (`kept`)."""
    spots = [*kept, *public_spots(registers, needs, wanted), *ground_spots(registers, land, needs, wanted)]
    for spot in spots:
        commune = registers.communes.get(spot.commune)
        for draft in for_operators(registers, spot, technology, needs):
            assert draft.operator is not None
            if keeps_distance(registers.sight, commune, spot.lon, spot.lat, draft.operator):
                yield draft


def public_spots(registers: Registers, needs: Needs, wanted: Wanted) -> Iterator[Spot]:
    """Give the public land and assets on offer that lie near places."""
    sites = [site for site in registers.public_sites if site.kind != network.PublicSite.Kind.OFFICE]
    places_km = registers.km_of(needs.places[k] for k in wanted.places)
    for site, spot_km in zip(sites, registers.km_of(sites), strict=True):
        if len(places_km) and np.hypot(*(places_km - spot_km).T).min() <= SITE_REACH_KM:
            yield site_spot(site, Candidate.Kind.NEW_MAST, NEW_ANTENNA_M)


def clusters_of(registers: Registers, needs: Needs, wanted: Wanted) -> list[Cluster]:
    """Gather places into clusters: first those that nothing standing reaches, then those that weigh most."""
    numbers = wanted.places
    spots_km = registers.km_of(needs.places[k] for k in numbers)
    squares: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (east, north) in enumerate(np.floor(spots_km / CLUSTER_KM).astype(int).tolist()):
        squares[east, north].append(number)
    found = []
    for inside in squares.values():
        heaviest = max(inside, key=lambda n: (needs.weights[numbers[n]], -n))
        members = tuple(numbers[n] for n in inside)
        found.append(Cluster(members, spots_km[inside].mean(axis=0), spots_km[heaviest]))

    def rank(one: Cluster) -> tuple[bool, float, tuple[int, ...]]:
        return wanted.left.isdisjoint(one.places), -sum(needs.weights[k] for k in one.places), one.places

    return sorted(found, key=rank)[:MOST_CLUSTERS]


def ground_spots(registers: Registers, land: Land, needs: Needs, wanted: Wanted) -> list[Spot]:
    """Give the best ground about each cluster, each spot with the commune in which it lies."""
    found: list[tuple[float, float]] = []
    home: list[Cluster] = []
    for cluster in clusters_of(registers, needs, wanted):
        best = best_ground(registers, land, cluster)
        found += best
        home += [cluster] * len(best)
    if not found:
        return []
    where = locate(np.array(found), on=registers.on, province=registers.province)
    simulated = registers.run.terrain.simulated
    spots = []
    for (lon, lat), cluster, whereabouts in zip(found, home, where, strict=True):
        fallback = needs.places[cluster.places[0]].parent_id
        commune = whereabouts.commune.pk if whereabouts.commune else fallback
        if commune is not None:
            spots.append(ground_spot(lon, lat, commune, simulated=simulated))
    return spots


def ground_spot(lon: float, lat: float, commune: int, *, simulated: bool, name: str = NEW) -> Spot:
    """Give a place on the ground as a spot."""
    structure = f"{name}{lon:.5f}-{lat:.5f}"
    return Spot(structure, Candidate.Kind.NEW_MAST, lon, lat, NEW_ANTENNA_M, commune, simulated=simulated)


def best_ground(registers: Registers, land: Land, cluster: Cluster) -> list[tuple[float, float]]:
    """Give the best places about a cluster: one beside the place that weighs most; high ones, near a road and power."""
    steps = np.arange(-SEARCH_KM, SEARCH_KM + STEP_KM / 2, STEP_KM)
    easts, norths = np.meshgrid(steps, steps)
    spots_km = cluster.middle_km + np.column_stack([easts.ravel(), norths.ravel()])
    spots = np.round(registers.plane.lifted(spots_km), 5)
    usable = np.array([registers.holds(lon, lat) for lon, lat in spots.tolist()])
    heights = np.full(len(spots), np.nan)
    heights[usable] = land.heights.bilinear(spots[usable, 0], spots[usable, 1])
    merit = heights - ROAD_M_PER_KM * known_km(registers.roads.away_km(spots_km))
    merit = merit - POWER_M_PER_KM * known_km(registers.powered.away_km(spots_km))
    beside = int(np.hypot(*(spots_km - cluster.heaviest_km).T).argmin())
    chosen = [beside] if usable[beside] else []
    for number in np.argsort(-np.nan_to_num(merit, nan=-np.inf), kind="stable").tolist():
        if len(chosen) == SPOTS_OF_CLUSTER or not np.isfinite(merit[number]):
            break
        if all(np.hypot(*(spots_km[number] - spots_km[other])) >= APART_KM for other in chosen):
            chosen.append(number)
    return [(float(spots[n, 0]), float(spots[n, 1])) for n in chosen]


def known_km(away_km: Doubles) -> Doubles:
    """Give distances, 0 where none of the kind is known anywhere."""
    return np.where(np.isfinite(away_km), away_km, 0.0)
