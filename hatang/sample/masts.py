"""Made-up masts and their stations: centres and zones first, then villages; tenants come later than owners."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hatang.accounts.models import Organisation
from hatang.network.models import Mast, Station, Technology
from hatang.places.models import Place
from hatang.sample.chance import chance, day_between
from hatang.sample.ground import near, point_of
from hatang.sample.territories import FIRST_YEAR, Counts, Territory
from hatang.sample.villages import is_ward

OWNER_WEIGHTS = (42, 28, 22, 8)
LAST_WORKS = date(2026, 10, 15)
START_OF_4G = date(2016, 7, 1)
G2, G3, G4, G5 = Technology


def make_masts(
    territory: Territory,
    *,
    communes: Sequence[Place],
    villages: Sequence[Place],
    zones: Sequence[Place],
    operators: Sequence[Organisation],
) -> list[Mast]:
    """Make the territory's masts, unsaved: one at each commune's centre, one in each zone, the rest at villages."""
    draw = chance(f"masts:{territory.prefix}")
    total = max(territory.positions.values())
    places = mast_places(draw, total, communes, villages, zones)
    return [
        mast_at(draw, place, on, f"MP-{territory.prefix}-{n:04d}", operators)
        for n, (place, on) in enumerate(zip(places, build_dates(draw, territory.positions), strict=True), 1)
    ]


def mast_places(
    draw: random.Random, total: int, communes: Sequence[Place], villages: Sequence[Place], zones: Sequence[Place]
) -> list[Place]:
    """Choose what each mast is built for; larger villages more likely, wards' thrice."""

    def rank(village: Place) -> float:
        assert village.parent is not None
        people = (village.population or 0) * (3 if is_ward(village.parent) else 1)
        return draw.random() ** (1 / max(people, 1)) if village.has_grid_power else 0

    first = [*communes, *zones][:total]
    by_chance = sorted(((rank(v), v.code, v) for v in villages), key=lambda r: r[:2], reverse=True)
    return first + [village for _, _, village in by_chance][: total - len(first)]


def build_dates(draw: random.Random, positions: Counts) -> list[date]:
    """Draw the days on which masts were built, never late in a year: its end counts them with a station on air."""
    days, before = [], 0
    for year, count in sorted(positions.items()):
        for _ in range(count - before):
            built_in = int(draw.triangular(2008, FIRST_YEAR + 1, 2012)) if year == FIRST_YEAR else year
            days.append(date(built_in, draw.randint(1, 9), draw.randint(1, 28)))
        before = count
    return days


def mast_at(draw: random.Random, place: Place, on: date, code: str, operators: Sequence[Organisation]) -> Mast:
    """Make one mast at or near the place that it is built for."""
    commune = place if place.kind == Place.Kind.COMMUNE else place.parent
    assert commune is not None and commune.province is not None
    lon, lat = near(draw, point_of(place), 0.5 if place.kind == Place.Kind.VILLAGE else 0.3)
    urban = is_ward(commune)
    return Mast(
        code=code,
        owner=draw.choices(operators, OWNER_WEIGHTS)[0],
        province=commune.province,
        commune=commune,
        zone=place if place.kind == Place.Kind.ZONE else None,
        structure=draw.choices(["A1", "A4", "A6"], [96, 2, 2])[0],
        lon=lon,
        lat=lat,
        height_m=float(draw.randrange(18, 40, 3) if urban else draw.randrange(30, 63, 3)),
        built_on=on,
        simulated=True,
    )


def make_stations(territory: Territory, masts: Sequence[Mast], operators: Sequence[Organisation]) -> list[Station]:
    """Make the stations on the masts, unsaved: the owner's on each, tenants' on those that are shared."""
    draw = chance(f"stations:{territory.prefix}")
    stations = [station for mast in masts for station in owner_stations(draw, mast)]
    for mast, since in choose_shared(draw, territory, masts):
        stations += tenant_stations(draw, mast, since, operators)
    return stations


def built(mast: Mast) -> date:
    """Give the day on which a mast was built; every made-up one was."""
    assert mast.built_on is not None
    return mast.built_on


def owner_stations(draw: random.Random, mast: Mast) -> Iterator[Station]:
    """Put the owner's stations on its mast: 2G on old ones, 4G on all, 5G from 2024 on where most people are."""
    started = built(mast) + timedelta(draw.randint(10, 45))
    old = started < START_OF_4G
    if old and draw.random() < 0.9:
        yield station(mast, mast.owner, G2, started, switched_off(draw, 0.7, date(2024, 10, 16), date(2026, 9, 15)))
    if old and draw.random() < 0.35:
        since = day_between(draw, max(started, date(2012, 1, 5)), date(2017, 6, 30))
        yield station(mast, mast.owner, G3, since, switched_off(draw, 0.4, date(2025, 3, 1), date(2026, 8, 31)))
    yield station(mast, mast.owner, G4, day_between(draw, START_OF_4G, date(2020, 10, 31)) if old else started)
    if fifth := start_of_5g(draw, mast, started):
        yield station(mast, mast.owner, G5, fifth)


def start_of_5g(draw: random.Random, mast: Mast, started: date) -> date | None:
    """Draw when a mast gets 5G: wards from late 2024, most centres and zones in 2025, the rest later or not at all."""
    number = int(mast.code[-4:])
    chosen = draw.random()
    if is_ward(mast.commune) and chosen < 0.65:
        return max(started, day_between(draw, date(2024, 10, 15), date(2025, 11, 30)))
    if at_centre(mast) and chosen < 0.95:
        return max(started, day_between(draw, date(2025, 1, 10), date(2026, 2, 28)))
    if mast.zone is not None and chosen < 0.6:
        return max(started, day_between(draw, date(2025, 3, 1), LAST_WORKS))
    if chosen < (0.09 if number % 2 else 0.05):
        return max(started, day_between(draw, date(2025, 6, 1), LAST_WORKS))
    return None


def at_centre(mast: Mast) -> bool:
    """Tell whether the mast stands at its commune's own point, where the centre is."""
    lon, lat = point_of(mast.commune)
    return mast.zone is None and abs(lon - mast.lon) < 0.003 and abs(lat - mast.lat) < 0.003


def choose_shared(draw: random.Random, territory: Territory, masts: Sequence[Mast]) -> Iterator[tuple[Mast, date]]:
    """Choose which masts are shared from when on, so that each year's end has the territory's number of them."""
    free, before = list(masts), 0
    for year, count in sorted(territory.shared.items()):
        standing = [m for m in free if built(m).year <= year]
        for mast in draw.sample(standing, count - before):
            free.remove(mast)
            first = date(2017, 2, 1) if year == FIRST_YEAR else date(year, 2, 1)
            last = date(year, 10, 10) if year == LAST_WORKS.year else date(year, 11, 30)
            yield mast, day_between(draw, max(first, built(mast) + timedelta(46)), last)
        before = count


def tenant_stations(
    draw: random.Random, mast: Mast, since: date, operators: Sequence[Organisation]
) -> Iterator[Station]:
    """Put one or two other operators on a shared mast."""
    others = [operator for operator in operators if operator is not mast.owner]
    for tenant in draw.sample(others, draw.choice([1, 1, 1, 2])):
        yield station(mast, tenant, G4, since)
        if draw.random() < 0.35:
            yield station(mast, tenant, G5, max(since, day_between(draw, date(2024, 12, 1), LAST_WORKS)))


def switched_off(draw: random.Random, share: float, first: date, last: date) -> date | None:
    """Draw the day on which an old technology is switched off, for a share of stations."""
    return day_between(draw, first, last) if draw.random() < share else None


def station(mast: Mast, operator: Organisation, technology: str, since: date, until: date | None = None) -> Station:
    """Make one station, marked; its code is the mast's with the operator's letter."""
    return Station(
        code=f"{mast.code}-{operator.short_name[-1]}",
        mast=mast,
        operator=operator,
        technology=technology,
        on_air_on=since,
        off_air_on=until,
        simulated=True,
    )
