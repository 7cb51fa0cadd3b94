"""Made-up territories on the real communes, without a database; `python -m tests.sample.made` prints a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import django
from django.db.models import Model

if __name__ == "__main__":
    django.setup()

from hatang.network.models import Cell, DeclaredCoverage, FibreReach, House, Mast, Station, Tenancy
from hatang.places.models import Place, Road
from hatang.places.services.unit_source import read_source
from hatang.sample.coverage import make_coverage, make_fibre
from hatang.sample.masts import make_masts, make_stations
from hatang.sample.operators import make_operators
from hatang.sample.roads import make_roads
from hatang.sample.routes import Routes, make_routes
from hatang.sample.sites import make_sites, make_zones
from hatang.sample.streets import chain, make_streets
from hatang.sample.structures import equip, make_cells, make_centres, make_houses
from hatang.sample.tenancies import make_tenancies
from hatang.sample.territories import LANG_SON, Territory
from hatang.sample.villages import add_up, make_villages


@dataclass(frozen=True)
class Made:
    """Everything that was made for a territory."""

    territory: Territory
    communes: list[Place]
    villages: list[Place]
    sites: list[Place]
    zones: list[Place]
    masts: list[Mast]
    stations: list[Station]
    coverage: list[DeclaredCoverage]
    fibre: list[FibreReach]
    houses: list[House]
    cells: list[Cell]
    routes: Routes
    tenancies: list[Tenancy]
    roads: list[Road]

    @property
    def rows(self) -> list[Model]:
        """All made rows."""
        places = (self.villages, self.sites, self.zones, self.masts, self.stations, self.coverage, self.fibre)
        lists = (*places, self.houses, self.cells, *vars(self.routes).values(), self.tenancies, self.roads)
        return [row for rows in lists for row in rows]


@cache
def made(territory: Territory) -> Made:
    """Make a territory on its real communes."""
    every = communes_of(territory.province_code)
    communes = [c for c in every if not territory.former or former_name(c) == territory.name]
    communes = communes[: territory.first_communes]
    villages = make_villages(territory, communes, every)
    add_up(communes, villages)
    sites, zones = make_sites(territory, communes, villages), make_zones(territory, communes)
    operators = make_operators()
    masts = make_masts(territory, communes=communes, villages=villages, zones=zones, operators=operators)
    stations = make_stations(territory, masts, operators)
    others = [*zones, *sites]
    coverage = make_coverage(territory, villages=villages, others=others, masts=masts, stations=stations)
    fibre = make_fibre(territory, villages=villages, operators=operators, masts=masts)
    equip(masts, stations)
    houses, cells = make_houses(territory, masts), make_cells(stations)
    streets = make_streets(territory, communes, villages)
    routes = make_routes(streets, operators)
    houses += make_centres(chain(communes), territory.prefix, operators)
    roads = make_roads(streets, routes.underground)
    tenancies = make_tenancies(stations, routes, operators)
    network = (masts, stations, coverage, fibre, houses, cells, routes, tenancies, roads)
    return Made(territory, communes, villages, sites, zones, *network)


@cache
def source_places() -> dict[tuple[str, str, object], Place]:
    """Read the real units as unsaved places with their province and former province."""
    made: dict[tuple[str, str, object], Place] = {}
    for unit in read_source().units:
        fields = {name: getattr(unit, name) for name in ("kind", "code", "title", "name", "valid_from", "valid_to")}
        place = Place(**fields, lon=unit.lon, lat=unit.lat, area_km2=unit.area_km2)
        place.province = made.get(unit.province) if unit.province else None
        place.former_province = made.get(unit.former_province) if unit.former_province else None
        made[unit.key] = place
    return made


def communes_of(province_code: str) -> list[Place]:
    """Give today's communes of a province by code."""
    found = [
        p
        for p in source_places().values()
        if p.kind == Place.Kind.COMMUNE and p.valid_to is None and p.province and p.province.code == province_code
    ]
    return sorted(found, key=lambda p: p.code)


def former_name(commune: Place) -> str:
    return commune.former_province.name if commune.former_province else ""


def lines(rows: Iterable[Model]) -> Iterable[str]:
    """Write rows as text: related rows by their codes or names, others by their values."""
    for row in rows:
        fields = [f for f in row._meta.concrete_fields if not (f.primary_key or f.generated)]
        values = [getattr(row, f.name) for f in fields]
        yield "|".join(getattr(v, "code", "") or str(v) for v in values)


def digest() -> str:
    """Give one number for all rows of a territory."""
    text = "\n".join(lines(made(LANG_SON).rows))
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    print(digest())
