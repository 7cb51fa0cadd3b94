"""What could be built, before it is known what it serves and costs: from things that stand there already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hatang.core.radio.bands import Technology
from hatang.core.radio.cells import Cell
from hatang.coverage.models import PredictedService
from hatang.coverage.services.engine import standard_of
from hatang.network import models as network
from hatang.places.models import Place
from hatang.planning.models import Candidate
from hatang.planning.services.candidates.assumed import (
    BELOW_TOP_M,
    LOWEST_M,
    REPEATER_DBM,
    REPEATER_GAIN_DB,
    REPEATER_M,
    ROOF_M,
    SMALL_DBM,
    Sector,
    Usual,
    three_sectors,
)
from hatang.planning.services.candidates.needs import Needs
from hatang.planning.services.candidates.registers import OnMast, Registers, nearest_of, within_km

Kind = Candidate.Kind
OTHER_SECTORS = (network.Mast.Structure.A3, network.Mast.Structure.A4, network.Mast.Structure.A5)
"""Masts of television, radio and taxis."""
NEAR_POLE_KM = 1.0
"""So near a village a low pole is proposed: it reaches little further."""
FAR_FROM_ROAD_KM = 2.0
"""From here on a village counts as without road: nobody brings a mast there."""
MORE_OPERATORS = 1
"""At a new place so many operators more are proposed than have to serve, those whose network is nearest."""
BY_SATELLITE = (Technology.G3, Technology.G4)
"""Technologies of broadband in whose place a village may have a satellite terminal; it gives neither 2G nor 5G."""


@dataclass(frozen=True)
class Spot:
    """Something that carries equipment, or could: where, how high, and what is there already.

    `power` and `connected`: whether there is grid power ("grid", "near", "none", "": nobody wrote it down) and a
    backhaul that whoever comes may share.
    """

    structure: str
    kind: Kind
    lon: float
    lat: float
    height_m: float
    commune: int
    mast: int | None = None
    site: int | None = None
    power: str = ""
    connected: bool = False
    simulated: bool = False


@dataclass(frozen=True)
class Draft:
    """A work at a spot: whose, in which technology, with which sectors, at most with `most_dbm`; no radio where none.

    `place` is the one that it is for, where it is for one only.
    """

    spot: Spot
    operator: int | None
    technology: str
    sectors: tuple[Sector, ...]
    most_dbm: float | None = None
    place: int | None = None

    @property
    def key(self) -> tuple[str, int | None, str, str]:
        """What makes it the same as before."""
        return str(self.spot.kind), self.operator, self.technology, self.spot.structure

    def cells(self, usual: Usual, name: str) -> list[Cell]:
        """Give its cells, all of the layer `name`."""
        template = usual.cell(str(self.operator))
        power_dbm = template.power_dbm
        if self.most_dbm is not None and power_dbm is not None:
            template = replace(template, power_dbm=min(power_dbm, self.most_dbm), antenna="")
        return [
            replace(
                template,
                id=f"{name}-{number}",
                operator=name,
                lon=self.spot.lon,
                lat=self.spot.lat,
                height_m=sector.height_m,
                azimuth_deg=sector.azimuth_deg,
                omnidirectional=sector.azimuth_deg is None,
                antenna=template.antenna if sector.azimuth_deg is not None else "",
                tilt_electrical_deg=sector.tilt_electrical_deg,
                tilt_mechanical_deg=sector.tilt_mechanical_deg,
            )
            for number, sector in enumerate(self.sectors)
        ]


def on_masts(registers: Registers, technology: str) -> Iterator[Draft]:
    """Propose a technology more where an operator is on a mast, and operators more where a mast has places left."""
    for mast in registers.masts:
        held = registers.on_masts.get(mast.pk, {})
        for operator in registers.operators:
            here = held.get(operator)
            if here and technology not in here.technologies:
                yield Draft(mast_spot(mast, Kind.TECHNOLOGY, held), operator, technology, sectors_on(mast, here))
            elif here is None and may_carry(mast):
                kind = Kind.OTHER_SECTOR if of_other_sector(mast) else Kind.SHARED
                spot = mast_spot(mast, kind, held)
                yield Draft(spot, operator, technology, three_sectors(spot.height_m))


def may_carry(mast: network.Mast) -> bool:
    """Tell whether a mast has places left by the register; of another sector's nobody may have written it down."""
    return mast.height_m is not None and (bool(mast.spare) or (mast.spare is None and of_other_sector(mast)))


def of_other_sector(mast: network.Mast) -> bool:
    """Tell whether a mast is of another sector than mobile networks."""
    return mast.structure in OTHER_SECTORS


def mast_spot(mast: network.Mast, kind: Kind, held: dict[int, OnMast]) -> Spot:
    """Give a mast as a spot; power and backhaul are there where somebody is on air."""
    height_m = max((mast.height_m or 0.0) - BELOW_TOP_M, LOWEST_M)
    lived_in = bool(held)
    return Spot(
        f"mast-{mast.pk}",
        kind,
        mast.lon,
        mast.lat,
        height_m,
        mast.commune_id,
        mast=mast.pk,
        power="grid" if lived_in else "",
        connected=lived_in,
        simulated=mast.simulated,
    )


def sectors_on(mast: network.Mast, here: OnMast) -> tuple[Sector, ...]:
    """Give the sectors of an operator's newest technology on a mast, else three of nobody's aiming."""
    return here.sectors or three_sectors(max((mast.height_m or 0.0) - BELOW_TOP_M, LOWEST_M))


# --- roofs, poles, public places


def on_roofs(registers: Registers, technology: str, needs: Needs) -> Iterator[Draft]:
    """Propose the roofs of houses of equipment and public offices."""
    for house in registers.houses:
        spot = Spot(
            f"house-{house.pk}",
            Kind.OTHER_SECTOR,
            house.lon,
            house.lat,
            ROOF_M["house"],
            house.commune_id,
            power="grid",
            connected=True,
            simulated=house.simulated,
        )
        if not stands_on(registers, spot):
            yield from for_operators(registers, spot, technology, needs)
    for site in registers.public_sites:
        if site.kind == network.PublicSite.Kind.OFFICE:
            yield from for_operators(registers, site_spot(site, Kind.OTHER_SECTOR, ROOF_M["office"]), technology, needs)


def site_spot(site: network.PublicSite, kind: Kind, height_m: float) -> Spot:
    """Give a public place as a spot."""
    return Spot(
        f"site-{site.pk}",
        kind,
        site.lon,
        site.lat,
        height_m,
        site.commune_id,
        site=site.pk,
        power=site.power,
        simulated=site.simulated,
    )


SAME_PLACE_KM = 0.05


def stands_on(registers: Registers, spot: Spot) -> bool:
    """Tell whether a mast in use stands beside a house: then the mast is what carries."""
    if not len(registers.connected_km):
        return False
    here = registers.plane.laid([spot.lon], [spot.lat])[0]
    return bool((np.hypot(*(registers.connected_km - here).T) < SAME_PLACE_KM).any())


def for_operators(registers: Registers, spot: Spot, technology: str, needs: Needs) -> Iterator[Draft]:
    """Propose a place to the operators whose networks are nearest: as many as must serve, and a few more."""
    for operator in nearest_operators(registers, spot, needs):
        yield Draft(spot, operator, technology, three_sectors(spot.height_m))


def nearest_operators(registers: Registers, spot: Spot, needs: Needs) -> list[int]:
    """Give the operators with the nearest stations, as many as must serve and `MORE_OPERATORS`."""
    here = registers.plane.laid([spot.lon], [spot.lat])[0]
    most = registers.scenario.least_operators + MORE_OPERATORS
    found: dict[int, None] = {}
    if len(registers.connected_km):
        for near in nearest_of(here, registers.connected_km, len(registers.connected_km)):
            for operator in registers.on_masts[registers.connected[near].pk]:
                if operator in registers.operators:
                    found.setdefault(operator)
            if len(found) >= most:
                break
    rest = [operator for operator in registers.operators if operator not in found]
    return sorted([*found, *rest][:most])


def on_poles(registers: Registers, technology: str, needs: Needs, wanted: Sequence[int]) -> Iterator[Draft]:
    """Propose for each place the nearest pole shared with another sector, with a small station."""
    poles_km = registers.km_of(registers.poles)
    places_km = registers.km_of(needs.places[k] for k in wanted)
    chosen: dict[int, None] = {}
    for spot_km, near in zip(places_km, within_km(places_km, poles_km, NEAR_POLE_KM), strict=True):
        if near:
            chosen.setdefault(near[nearest_of(spot_km, poles_km[near], 1)[0]])
    for number in sorted(chosen):
        pole = registers.poles[number]
        spot = Spot(
            f"pole-{pole.pk}",
            Kind.OTHER_SECTOR,
            pole.lon,
            pole.lat,
            pole.height_m or LOWEST_M,
            pole.commune_id,
            power="grid",
            simulated=pole.simulated,
        )
        for operator in nearest_operators(registers, spot, needs)[: registers.scenario.least_operators]:
            yield Draft(spot, operator, technology, (Sector(spot.height_m, None, None),), most_dbm=SMALL_DBM)


# --- repeaters and satellites


def repeaters(registers: Registers, technology: str, needs: Needs, wanted: Sequence[int]) -> Iterator[Draft]:
    """Propose a repeater in villages with power that an operator's signal reaches too weakly for a phone."""
    threshold_dbm = standard_of(registers.run).services[Technology(technology)].threshold_dbm
    rows = PredictedService.objects.filter(run=registers.run, technology=technology, served=False)
    heard = rows.filter(level_dbm__gte=threshold_dbm - REPEATER_GAIN_DB, operator__in=registers.operators)
    by_place: dict[int, list[int]] = {}
    named = heard.values_list("place", "operator")
    for key, operator in named.order_by("-level_dbm", "operator").iterator(chunk_size=5_000):
        by_place.setdefault(key, []).append(operator)
    for place in (needs.places[k] for k in wanted):
        if is_village(place) and place.has_grid_power:
            for operator in by_place.get(place.pk, [])[: registers.scenario.least_operators]:
                yield repeater_at(place, operator, technology)


def repeater_at(place: Place, operator: int, technology: str) -> Draft:
    """Give an operator's repeater in a village."""
    spot = place_spot(place, Kind.REPEATER, REPEATER_M)
    return Draft(spot, operator, technology, (Sector(REPEATER_M, None, None),), most_dbm=REPEATER_DBM)


def is_village(place: Place) -> bool:
    """Tell whether a place is a village of a commune that is known."""
    return place.kind == Place.Kind.VILLAGE and place.parent_id is not None


def place_spot(place: Place, kind: Kind, height_m: float) -> Spot:
    """Give a village as a spot."""
    assert place.lon is not None and place.lat is not None and place.parent_id is not None
    return Spot(
        f"place-{place.pk}",
        kind,
        place.lon,
        place.lat,
        height_m,
        place.parent_id,
        power="grid" if place.has_grid_power else "none",
        simulated=place.simulated,
    )


def satellites(registers: Registers, technology: str, needs: Needs, wanted: Iterable[int]) -> Iterator[Draft]:
    """Propose a satellite terminal for villages without grid power or far from any road."""
    if technology not in BY_SATELLITE:
        return
    places = [needs.places[k] for k in wanted if is_village(needs.places[k])]
    away = registers.roads.away_km(registers.km_of(places)) if registers.knows_roads else np.zeros(len(places))
    for place, road_km in zip(places, away.tolist(), strict=True):
        if place.has_grid_power is False or road_km > FAR_FROM_ROAD_KM:
            spot = place_spot(place, Kind.SATELLITE, REPEATER_M)
            yield Draft(spot, None, technology, (), place=place.pk)
