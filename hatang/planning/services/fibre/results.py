"""What is kept of the core's answer: rows of stretches and ends, lengths and money by way and by commune."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import LineString

from hatang.core.fibre import Stretch
from hatang.coverage.services.runs.roads import PIECE_KM, cut, ground_of
from hatang.planning.models import FibreEnd, FibrePlan, FibreStretch, Way
from hatang.planning.services.fibre.ends import End, communes_named
from hatang.planning.services.fibre.handing import NO_LINE, way_code
from hatang.planning.services.prices import Price

YEARLY = "fibre_yearly_km"
NO_COMMUNE = "chưa rõ xã"
LONGEST_WHY, LONGEST_NAME = 300, 200


@dataclass
class Answer:
    """What is stored of a plan: rows unsaved, figures as JSON."""

    stretches: list[FibreStretch] = field(default_factory=list)
    ends: list[FibreEnd] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    simulated: bool = False


def stretch_row(plan: FibrePlan, stretch: Stretch, *, ring: bool = False) -> FibreStretch:
    """Keep a stretch."""
    return FibreStretch(
        plan=plan,
        path=LineString(np.round(stretch.path, 7).tolist(), srid=4326),
        way=Way(stretch.way.value),
        road=(stretch.road or NO_LINE)[:LONGEST_NAME],
        length_km=stretch.length_km,
        capital_vnd=round(stretch.capital_vnd),
        ring=ring or stretch.ring,
    )


def end_row(plan: FibrePlan, end: End, why: str) -> FibreEnd:
    """Keep an end; `why` is empty where it is joined."""
    why = f"{why[:1].upper()}{why[1:]}"[:LONGEST_WHY]
    return FibreEnd(plan=plan, place_id=end.place, name=end.name[:LONGEST_NAME], lon=end.lon, lat=end.lat, why_not=why)


def figures(stretches: Sequence[FibreStretch], prices: dict[str, Price], on: date) -> dict[str, Any]:
    """Add up lengths and money, in all and by way."""
    by_way: dict[str, list[FibreStretch]] = defaultdict(list)
    for row in stretches:
        by_way[row.way].append(row)
    yearly = prices[YEARLY]
    length_km = sum(row.length_km for row in stretches)
    return {
        "on": on.isoformat(),
        "length_km": length_km,
        "capital_vnd": sum(row.capital_vnd for row in stretches),
        "rings_vnd": sum(row.capital_vnd for row in stretches if row.ring),
        "yearly_vnd": round(length_km * yearly.amount_vnd),
        "yearly_source": source_of(yearly),
        "ways": [way_facts(Way(way), rows, prices) for way, rows in by_way.items()],
    }


def way_facts(way: Way, rows: Sequence[FibreStretch], prices: dict[str, Price]) -> dict[str, Any]:
    """Add up the stretches of a way, with the price that they were taken at."""
    price = prices[way_code(way)]
    return {
        "way": way.value,
        "km": sum(row.length_km for row in rows),
        "vnd": sum(row.capital_vnd for row in rows),
        "ring_km": sum(row.length_km for row in rows if row.ring),
        "price_vnd": price.amount_vnd,
        "source": source_of(price),
    }


def source_of(price: Price) -> str:
    """Say where a price is from."""
    return price.source if price.on is None else f"{price.source}, {price.on:%d/%m/%Y}"


def communes(
    plan: FibrePlan, on: date, stretches: Sequence[FibreStretch], ends: Sequence[End], left: Collection[int]
) -> list[dict[str, Any]]:
    """Add up what is built and joined in each commune; a stretch through several is shared out by length.

    `left` are the places, among the ends, of those that are not joined.
    """
    names = communes_named(plan.province, on)
    km, vnd = (known(found, names) for found in built_in(plan, on, stretches))
    joined = known(Counter(end.commune for at, end in enumerate(ends) if at not in left), names)
    missed = known(Counter(ends[at].commune for at in left), names)
    return [
        {
            "pk": key,
            "name": names[key] if key else NO_COMMUNE,
            "km": km.get(key, 0.0),
            "vnd": round(vnd.get(key, 0)),
            "joined": joined.get(key, 0),
            "left": missed.get(key, 0),
        }
        for key in {**km, **joined, **missed}
    ]


def known(found: dict[Any, Any], names: dict[int, str]) -> dict[int | None, Any]:
    """Put under None what lies in no commune of the province."""
    kept: dict[int | None, Any] = defaultdict(int)
    for key, value in found.items():
        kept[key if key in names else None] += value
    return kept


def built_in(plan: FibrePlan, on: date, stretches: Sequence[FibreStretch]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Give km and đồng by commune: pieces of stretches by where their middles lie."""
    if not stretches:
        return {}, {}
    keys, shapes, _ = ground_of(plan.province, on)
    lengths_km = np.array([row.length_km for row in stretches])
    paths = np.asarray(shapely.from_wkb([bytes(row.path.wkb) for row in stretches]), dtype=object)
    lons, lats, pieces_km = cut(paths, lengths_km)
    commune = np.zeros(len(lons), dtype=np.int64)
    if keys:
        inside, spot = shapely.STRtree(shapely.points(lons, lats)).query(shapes, predicate="covers")
        commune[spot[::-1]] = np.array(keys)[inside[::-1]]
    rates = np.array([row.capital_vnd for row in stretches]) / np.maximum(lengths_km, 1e-9)
    money = pieces_km * np.repeat(rates, np.maximum(np.rint(lengths_km / PIECE_KM), 1).astype(np.int64))
    found = np.unique(commune).tolist()
    return tuple({key: float(part[commune == key].sum()) for key in found} for part in (pieces_km, money))  # type: ignore[return-value]
