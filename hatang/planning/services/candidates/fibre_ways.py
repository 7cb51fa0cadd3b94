"""Fibre to a spot: along roads and pole lines to where fibre begins; a straight way with a detour where none leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from hatang.core.fibre import Prices as WayPrices
from hatang.core.fibre import RoadLine, Way, lay_graph
from hatang.core.fibre import Spot as End
from hatang.core.fibre.singly import cheapest_ways
from hatang.network import models as network
from hatang.planning.services.candidates.costs import Prices
from hatang.planning.services.candidates.drafts import Spot
from hatang.planning.services.candidates.registers import Registers

Items = tuple[tuple[str, float], ...]
"""Codes of prices with so many km."""
CODES = {Way.AERIAL: "fibre_aerial_km", Way.NEW_POLES: "fibre_new_poles_km", Way.BURIED: "fibre_buried_km"}
DETOUR = 1.4
"""Where no known road leads to fibre, the way is so much longer than the straight one: a guess for hills."""
ON_POLES_KM = 0.1
"""Then the way hangs on existing poles where such a line passes this near."""


def fibre_to(spots: Sequence[Spot], registers: Registers, prices: Prices) -> list[Items]:
    """Give for each spot the cheapest way of fibre, what is laid how many km; nothing where no fibre is known."""
    ways = ways_along(spots, registers, prices)
    spots_km = registers.km_of(spots)
    straight = registers.fibre.away_km(spots_km).tolist()
    on_poles = (registers.pole_lines.away_km(spots_km) <= ON_POLES_KM).tolist()
    return [
        way if way is not None else guessed(away_km, poles)
        for way, away_km, poles in zip(ways, straight, on_poles, strict=True)
    ]


def guessed(away_km: float, on_poles: bool) -> Items:
    """Give a way that no line tells."""
    if not np.isfinite(away_km):
        return ()
    return ((CODES[Way.AERIAL if on_poles else Way.NEW_POLES], away_km * DETOUR),)


def ways_along(spots: Sequence[Spot], registers: Registers, prices: Prices) -> list[Items | None]:
    """Give the cheapest ways along roads and pole lines; None where none leads to fibre."""
    lines = list(lines_of(registers))
    if not lines or not spots:
        return [None] * len(spots)
    per_km = WayPrices(**{way.value: float(prices[code].amount_vnd) for way, code in CODES.items()})
    ends = [End(spot.structure, spot.lon, spot.lat) for spot in spots]
    graph = lay_graph(lines, per_km, ends=ends, roots=list(roots_of(registers)))
    return [None if way is None else tuple((CODES[how], km) for how, km in way.items()) for way in cheapest_ways(graph)]


def lines_of(registers: Registers) -> Iterator[RoadLine]:
    """Give the roads, and the pole lines that are not known to be full."""
    for path in registers.road_paths:
        yield RoadLine(vertices(path))
    rows = network.PoleLine.objects.in_use(registers.on).filter(province=registers.province).exclude(spare=0)
    for path in rows.order_by("pk").values_list("path", flat=True):
        yield RoadLine(vertices(path), (Way.AERIAL,))


def vertices(path: Any) -> Any:
    """Give the vertices of a line of the register, (n, 2)."""
    return shapely.get_coordinates(shapely.from_wkb(bytes(path.wkb)))


def roots_of(registers: Registers) -> Iterator[End]:
    """Give where fibre begins: closures, ends of cables, masts on air."""
    here = {"province": registers.province}
    for pk, lon, lat in network.Closure.objects.in_use(registers.on).filter(**here).values_list("pk", "lon", "lat"):
        yield End(f"closure-{pk}", lon, lat)
    for pk, path in network.CableRoute.objects.in_use(registers.on).filter(**here).values_list("pk", "path"):
        for end in (0, -1):
            lon, lat = path.coords[end][:2]
            yield End(f"cable-{pk}-{end}", float(lon), float(lat))
    for mast in registers.connected:
        yield End(f"mast-{mast.pk}", mast.lon, mast.lat)
