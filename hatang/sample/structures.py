"""What made-up masts can carry, masts that are still to come, the houses beside them, and the cells on them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hatang.accounts.models import Organisation
from hatang.network.models import Cell, House, Mast, Station, Technology
from hatang.places.models import Place
from hatang.sample.chance import chance
from hatang.sample.ground import near, point_of
from hatang.sample.masts import OWNER_WEIGHTS
from hatang.sample.territories import Territory
from hatang.sample.villages import is_ward

MASTS_TO_COME = 8
HOUSE_SHARE = 0.3
COMMUNES_BY_CENTRE = 12
SECTORS = 3
BANDS = {
    Technology.G2: ("B8", 942.5, 0.2),
    Technology.G3: ("B1", 2140.0, 5.0),
    Technology.G4: ("B3", 1842.5, 20.0),
    Technology.G5: ("n78", 3650.0, 100.0),
}


def equip(masts: Sequence[Mast], stations: Sequence[Station]) -> None:
    """Say of each mast how many operators it carries and how many more it could; the owner offers what is free."""
    users: dict[int, set[str]] = {}
    for one in stations:
        users.setdefault(id(one.mast), set()).add(one.operator.name)
    for mast in masts:
        draw = chance(f"carries:{mast.code}")
        used = len(users.get(id(mast), ()))
        mast.capacity = max(used, draw.choice([1, 2, 2, 3, 3, 4]))
        mast.spare = mast.capacity - used
        mast.offered = mast.spare > 0 and draw.random() < 0.5
        roof = is_ward(mast.commune) and draw.random() < 0.4
        mast.mount = Mast.Mount.ROOF if roof else Mast.Mount.GROUND
        mast.level4 = draw.random() < 0.6


def make_masts_to_come(
    territory: Territory, villages: Sequence[Place], operators: Sequence[Organisation]
) -> Iterator[Mast]:
    """Make masts that are planned or under construction, unsaved."""
    draw = chance(f"to-come:{territory.prefix}")
    chosen = draw.sample(list(villages), min(MASTS_TO_COME, len(villages)))
    for n, village in enumerate(chosen, 1):
        commune = village.parent
        assert commune is not None and commune.province is not None
        lon, lat = near(draw, point_of(village), 0.4)
        yield Mast(
            code=f"MP-{territory.prefix}-DK{n:02d}",
            owner=draw.choices(operators, OWNER_WEIGHTS)[0],
            province=commune.province,
            commune=commune,
            structure=Mast.Structure.A1,
            lon=lon,
            lat=lat,
            height_m=42.0,
            planned_on=date(2027, draw.randint(3, 12), 15),
            construction_on=date(2026, draw.randint(8, 10), 5) if n % 3 == 0 else None,
            simulated=True,
        )


def make_houses(territory: Territory, masts: Sequence[Mast]) -> list[House]:
    """Make the houses beside a part of the masts, unsaved."""
    draw = chance(f"houses:{territory.prefix}")
    beside = [mast for mast in masts if draw.random() < HOUSE_SHARE]
    return [house_at(draw, mast, f"NT-{territory.prefix}-{n:04d}") for n, mast in enumerate(beside, 1)]


def house_at(draw: random.Random, mast: Mast, code: str) -> House:
    """Make one house, its mast's owner's, built with it."""
    lon, lat = near(draw, point_of(mast), 0.02)
    capacity = draw.choice([1, 2, 3])
    spare = draw.randint(0, capacity - 1)
    return House(
        code=code,
        owner=mast.owner,
        province=mast.province,
        commune=mast.commune,
        kind=House.Kind.NT2 if mast.mount == Mast.Mount.ROOF else House.Kind.NT1,
        lon=lon,
        lat=lat,
        area_m2=float(draw.randrange(12, 60, 4)),
        built_on=mast.built_on,
        capacity=capacity,
        spare=spare,
        offered=spare > 0 and draw.random() < 0.5,
        simulated=True,
    )


def make_centres(communes: Sequence[Place], prefix: str, operators: Sequence[Organisation]) -> list[House]:
    """Make the houses in which the network is switched, unsaved: every operator's in the first of the communes, from
    which the province is joined to others, and one in every so many communes after it.
    """
    first = [(communes[0], operator, House.Function.REGIONAL) for operator in operators]
    others = [
        (commune, operators[n % len(operators)], House.Function.SWITCHING)
        for n, commune in enumerate(communes[COMMUNES_BY_CENTRE::COMMUNES_BY_CENTRE])
    ]
    return [
        centre_at(commune, operator, function, f"TT-{prefix}-{n:02d}")
        for n, (commune, operator, function) in enumerate([*first, *others], 1)
    ]


def centre_at(commune: Place, owner: Organisation, function: str, code: str) -> House:
    """Make one house of switching at a commune's centre, where the cables meet."""
    draw = chance(f"centre:{code}")
    lon, lat = near(draw, point_of(commune), 0.1)
    return House(
        code=code,
        owner=owner,
        province=commune.province,
        commune=commune,
        kind=House.Kind.NT1,
        function=function,
        lon=lon,
        lat=lat,
        area_m2=float(draw.randrange(120, 320, 20)),
        built_on=date(draw.randint(2008, 2016), draw.randint(1, 12), 15),
        capacity=4,
        spare=draw.randint(0, 2),
        simulated=True,
    )


def make_cells(stations: Sequence[Station]) -> list[Cell]:
    """Make three sectors for each station, unsaved."""
    return [cell for one in stations for cell in sectors(one)]


def sectors(station: Station) -> Iterator[Cell]:
    """Make the sectors of one station, a third of the circle apart."""
    draw = chance(f"cells:{station.code}:{station.technology}")
    band, frequency_mhz, bandwidth_mhz = BANDS[Technology(station.technology)]
    first, height_m = draw.randrange(0, 120, 10), (station.mast.height_m or 30.0) - draw.randint(1, 5)
    for n in range(SECTORS):
        yield Cell(
            station=station,
            code=f"{station.code}-{station.technology}-{n + 1}",
            band=band,
            frequency_mhz=frequency_mhz,
            bandwidth_mhz=bandwidth_mhz,
            azimuth_deg=float(first + 120 * n),
            tilt_electrical_deg=float(draw.randint(1, 6)),
            tilt_mechanical_deg=float(draw.randint(0, 3)),
            height_m=height_m,
            power_dbm=46.0,
            antenna="ăng ten mẫu",
            on_air_on=station.on_air_on,
            off_air_on=station.off_air_on,
            simulated=True,
        )


def begun(draw: random.Random, first_year: int) -> dict[str, date | None]:
    """Draw the dates of a route's life: most are in use, some are being built, some only planned."""
    chosen = draw.random()
    if chosen < 0.06:
        return {"planned_on": date(2027, draw.randint(1, 12), 10)}
    if chosen < 0.12:
        return {
            "construction_on": date(2026, draw.randint(6, 10), 10),
            "planned_on": date(2027, draw.randint(1, 6), 10),
        }
    built = date(first_year, 1, 15) + timedelta(draw.randint(0, 365 * (2025 - first_year)))
    return {"construction_on": built - timedelta(draw.randint(30, 200)), "built_on": built}
