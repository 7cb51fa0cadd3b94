"""How a work gets power and backhaul: what is there, else the cheapest of what can be brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hatang.core.radio.microwave import LONGEST_KM, worst_clearance
from hatang.core.terrain.faults import TerrainError
from hatang.core.terrain.profiles import profile_between
from hatang.coverage.services.engine import Land
from hatang.planning.models import Candidate, Scenario
from hatang.planning.services.candidates.assumed import BELOW_TOP_M, LOWEST_M
from hatang.planning.services.candidates.costs import Bill, Line, Prices, lines_cost
from hatang.planning.services.candidates.drafts import Spot
from hatang.planning.services.candidates.fibre_ways import Items, fibre_to
from hatang.planning.services.candidates.plane import Doubles
from hatang.planning.services.candidates.registers import Registers, nearest_of

Kind = Candidate.Kind
GRID_NEAR_KM = 0.2
"""Power this near is at hand: the service drop of a house."""
LINE_DETOUR = 1.2
"""A power line runs longer than the straight way: a guess for hills."""
HOP_GHZ, LONGEST_HOP_KM = 7.0, min(20.0, LONGEST_KM)
"""A band of long rural hops (ITU-R F.385); its Fresnel zones are wider than those of higher bands."""
MOST_ENDS = 5
"""So many connected masts, the nearest first, are looked at for a microwave hop."""


@dataclass(frozen=True)
class Supply:
    """Power and backhaul of a spot, with the lines that they cost; `backhaul_km` of fibre or of the hop."""

    power: Candidate.Power
    backhaul: Candidate.Backhaul
    backhaul_km: float = 0.0
    lines: tuple[Line, ...] = field(default=())


PRESENT = Supply(Candidate.Power.GRID, Candidate.Backhaul.PRESENT)
SUPPLIED = {
    Kind.REPEATER: PRESENT,
    Kind.SATELLITE: Supply(Candidate.Power.SOLAR, Candidate.Backhaul.SATELLITE),
}
"""Kinds whose price holds power and backhaul."""


def needs_supply(spot: Spot) -> bool:
    """Tell whether power or backhaul has to be brought to a spot."""
    return spot.kind not in SUPPLIED and not (spot.connected and spot.power == "grid")


@dataclass(frozen=True)
class Away:
    """How far a spot is from power, km; what fibre would be laid, and how far a clear hop leads, where there is one."""

    power_km: float
    fibre: Items
    hop_km: float | None


def supplies_of(
    spots: Sequence[Spot], registers: Registers, land: Land, scenario: Scenario, prices: Prices
) -> dict[str, Supply]:
    """Choose power and backhaul of each structure: whoever uses it shares them."""
    found: dict[str, Supply] = {}
    bare = [spot for spot in spots if needs_supply(spot)]
    ways = dict(zip((spot.structure for spot in bare), aways_of(bare, registers, land, prices), strict=True))
    for spot in spots:
        away = ways.get(spot.structure)
        found[spot.structure] = (
            SUPPLIED.get(spot.kind, PRESENT) if away is None else chosen(spot, away, scenario, prices)
        )
    return found


def chosen(spot: Spot, away: Away, scenario: Scenario, prices: Prices) -> Supply:
    """Choose the cheapest power and the cheapest backhaul of a spot."""
    power, power_lines = power_of(spot, away, scenario, prices)
    if spot.connected:
        return Supply(power, Candidate.Backhaul.PRESENT, 0.0, tuple(power_lines))
    backhaul, km, lines = backhaul_of(away, scenario, prices)
    return Supply(power, backhaul, round(km, 2), (*power_lines, *lines))


def power_of(spot: Spot, away: Away, scenario: Scenario, prices: Prices) -> tuple[Candidate.Power, list[Line]]:
    """Choose grid power that is at hand, else the cheaper of a line and of the sun."""
    if spot.power == "grid" or away.power_km <= GRID_NEAR_KM:
        return Candidate.Power.GRID, []
    sun = billed(prices, [("solar_site", 1.0)])
    if not np.isfinite(away.power_km):
        return Candidate.Power.SOLAR, sun
    line = billed(prices, [("power_line_km", away.power_km * LINE_DETOUR)])
    if lines_cost(line, scenario) <= lines_cost(sun, scenario):
        return Candidate.Power.LINE, line
    return Candidate.Power.SOLAR, sun


def backhaul_of(away: Away, scenario: Scenario, prices: Prices) -> tuple[Candidate.Backhaul, float, list[Line]]:
    """Choose the cheapest backhaul: fibre along the road, a hop of microwaves where the path is clear, satellite."""
    ways: list[tuple[Candidate.Backhaul, float, list[Line]]] = []
    if away.fibre:
        km = sum(length for _, length in away.fibre)
        ways.append((Candidate.Backhaul.FIBRE, km, billed(prices, [*away.fibre, ("fibre_yearly_km", km)])))
    if away.hop_km is not None:
        hop = billed(prices, [("microwave_hop", 1.0), ("microwave_yearly", 1.0)])
        ways.append((Candidate.Backhaul.MICROWAVE, away.hop_km, hop))
    sky = billed(prices, [("satellite_backhaul", 1.0), ("satellite_backhaul_yearly", 1.0)])
    ways.append((Candidate.Backhaul.SATELLITE, 0.0, sky))
    return min(ways, key=lambda way: lines_cost(way[2], scenario))


def billed(prices: Prices, items: Sequence[tuple[str, float]]) -> list[Line]:
    """Write lines of a structure."""
    bill = Bill(prices)
    for code, count in items:
        bill.add(code, count, structure=True)
    return bill.lines


# --- how far things are


def aways_of(spots: Sequence[Spot], registers: Registers, land: Land, prices: Prices) -> list[Away]:
    """Measure how far spots are from power and fibre, and find clear hops."""
    spots_km = registers.km_of(spots)
    power = registers.powered.away_km(spots_km).tolist()
    fibre = fibre_to(spots, registers, prices)
    hops = [hop_of(spot, spot_km, registers, land) for spot, spot_km in zip(spots, spots_km, strict=True)]
    return [Away(*facts) for facts in zip(power, fibre, hops, strict=True)]


def hop_of(spot: Spot, spot_km: Doubles, registers: Registers, land: Land) -> float | None:
    """Give how far the nearest connected mast is to which 0.6 of the first Fresnel zone is clear, km; None for none."""
    if spot.connected or not len(registers.connected_km):
        return None
    for near in nearest_of(spot_km, registers.connected_km, MOST_ENDS):
        mast = registers.connected[near]
        away_km = float(np.hypot(*(registers.connected_km[near] - spot_km)))
        if away_km > LONGEST_HOP_KM:
            return None
        end_m = max((mast.height_m or 0.0) - BELOW_TOP_M, LOWEST_M)
        if is_clear(land, (spot.lon, spot.lat), (mast.lon, mast.lat), spot.height_m, end_m):
            return away_km
    return None


def is_clear(
    land: Land, start: tuple[float, float], end: tuple[float, float], start_height_m: float, end_height_m: float
) -> bool:
    """Tell whether a hop over the prepared ground, with what stands on it, is clear; not where ground is unknown."""
    try:
        path = profile_between(land.heights, start, end, clutter=land.clutter)
    except TerrainError:
        return False
    tops = path.heights_m + np.nan_to_num(path.clutter_heights_m)
    tops[[0, -1]] = path.heights_m[[0, -1]]
    worst = worst_clearance(
        path.distances_km,
        tops,
        start_height_m=start_height_m,
        end_height_m=end_height_m,
        frequency_ghz=HOP_GHZ,
    )
    return worst.is_clear
