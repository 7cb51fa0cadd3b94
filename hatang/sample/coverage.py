"""What operators declare to serve, derived from the stations near by; and fibre to villages.

The remotest villages are served last: ranks decide the year, so that a year's end has the territory's share.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from hatang.accounts.models import Organisation
from hatang.network.models import DeclaredCoverage, FibreReach, Mast, Station, Technology
from hatang.places.models import Place
from hatang.sample.chance import chance, day_between
from hatang.sample.ground import Neighbours, point_of
from hatang.sample.masts import LAST_WORKS
from hatang.sample.territories import FIRST_YEAR, Territory, Years, year_reached

REACH_KM = {Technology.G2: 3.5, Technology.G3: 3.0, Technology.G4: 3.5, Technology.G5: 1.8}
NEVER = date.max
FLOOR = date(2010, 1, 1)
SURVEY_DAYS = 7
NO_POWER_KM = 1.5
FIBRE_SHARES = (1.0, 0.45, 0.3)
Stations = Mapping[str, Sequence[Station]]


def by_mast(stations: Sequence[Station]) -> dict[str, list[Station]]:
    """Group stations by their mast's code."""
    grouped: dict[str, list[Station]] = {}
    for one in stations:
        grouped.setdefault(one.mast.code, []).append(one)
    return grouped


def distances(villages: Sequence[Place], masts: Sequence[Mast], stations: Stations) -> dict[str, float]:
    """Give each village's distance to the nearest mast that had 4G well before the end of the first year."""
    last = date(FIRST_YEAR, 12, 1)
    had = {id(m) for m in masts if any(s.technology == "4G" and s.on_air_on <= last for s in stations[m.code])}
    known = Neighbours([m for m in masts if id(m) in had])
    found = {v.code: known.nearest(point_of(v)) for v in villages}
    return {code: hit[0] if hit else 60.0 for code, hit in found.items()}


def served_from(
    villages: Sequence[Place], remoteness: Mapping[str, float], shares: Years, subject: str
) -> dict[str, date]:
    """Give the day before which each village is not served: long ago for the near ones, NEVER for the farthest."""
    draw = chance(subject)
    ranked = sorted(villages, key=lambda v: (remoteness[v.code] + (0 if v.has_grid_power else NO_POWER_KM), v.code))
    years = [year_reached(rank, len(ranked), shares) for rank in range(len(ranked))]
    return {v.code: floor_in(year, draw.random()) for v, year in zip(ranked, years, strict=True)}


def floor_in(year: int | None, part: float) -> date:
    """Turn the year in which a place is reached into a day of it."""
    if year is None:
        return NEVER
    last = LAST_WORKS if year == LAST_WORKS.year else date(year, 12, 20)
    first = date(year, 1, 5)
    return FLOOR if year == FIRST_YEAR else first + timedelta(int(part * (last - first).days))


def make_coverage(
    territory: Territory,
    *,
    villages: Sequence[Place],
    others: Sequence[Place],
    masts: Sequence[Mast],
    stations: Sequence[Station],
) -> list[DeclaredCoverage]:
    """Make the declarations of villages, sites and zones, unsaved."""
    on_mast, known = by_mast(stations), Neighbours(masts)
    remoteness = distances(villages, masts, on_mast)
    floors = served_from(villages, remoteness, territory.mobile_share, f"coverage:{territory.prefix}")
    rows: list[DeclaredCoverage] = []
    for village in villages:
        least = remoteness[village.code] + 0.01
        rows += declared_at(village, known, on_mast, since=floors[village.code], least_km=least)
    for place in others:
        rows += declared_at(place, known, on_mast, since=FLOOR, least_km=0)
    return rows


def declared_at(
    place: Place, masts: Neighbours[Mast], stations: Stations, *, since: date, least_km: float
) -> Iterator[DeclaredCoverage]:
    """Declare the mobile broadband that masts near by give; a covered village reaches at least its nearest mast."""
    if since == NEVER:
        return
    reaching: dict[tuple[str, str], list[Station]] = {}
    for distance, mast in masts.within(point_of(place), max(least_km, max(REACH_KM.values()))):
        for one in stations[mast.code]:
            reach = REACH_KM.get(Technology(one.technology), -1.0)
            if distance <= reach or (distance <= least_km and one.technology == Technology.G4):
                reaching.setdefault((one.operator.name, one.technology), []).append(one)
    for group in reaching.values():
        yield from declaration(place, group, since)


def declaration(place: Place, group: Sequence[Station], since: date) -> Iterator[DeclaredCoverage]:
    """Declare one operator's technology from its first station on, until its last goes off."""
    begun = max(since, min(s.on_air_on for s in group) + timedelta(SURVEY_DAYS))
    ends = [s.off_air_on for s in group]
    until = max(e for e in ends if e) if all(ends) else None
    if until is None or until > begun:
        first = group[0]
        yield DeclaredCoverage(
            place=place,
            operator=first.operator,
            technology=first.technology,
            since_on=begun,
            until_on=until,
            simulated=True,
        )


def make_fibre(
    territory: Territory, *, villages: Sequence[Place], operators: Sequence[Organisation], masts: Sequence[Mast]
) -> list[FibreReach]:
    """Make fibre reach, unsaved: one operator first in each village served, others in some."""
    draw = chance(f"fibre:{territory.prefix}")
    known = Neighbours(masts)
    remoteness = {v.code: mast_distance(known, v) * draw.uniform(0.5, 1.5) for v in villages}
    floors = served_from(villages, remoteness, territory.fibre_share, f"fibre-years:{territory.prefix}")
    return [row for v in villages for row in fibre_in(draw, v, operators, floors[v.code])]


def fibre_in(
    draw: random.Random, village: Place, operators: Sequence[Organisation], since: date
) -> Iterator[FibreReach]:
    """Bring the first operator's fibre to a village, then perhaps others'."""
    if since == NEVER:
        return
    first = day_between(draw, date(2014, 3, 1), date(FIRST_YEAR, 11, 30)) if since == FLOOR else since
    for operator, share in zip(operators, FIBRE_SHARES, strict=False):
        begun = first if operator is operators[0] else first + timedelta(draw.randint(30, 1500))
        if draw.random() < share and begun <= LAST_WORKS:
            yield FibreReach(
                village=village,
                operator=operator,
                households_able=round((village.households or 0) * draw.uniform(0.72, 1.0)),
                since_on=begun,
                simulated=True,
            )


def mast_distance(masts: Neighbours[Mast], village: Place) -> float:
    """Give the distance to the nearest mast; fibre follows the masts."""
    found = masts.nearest(point_of(village))
    return found[0] if found else 60.0
