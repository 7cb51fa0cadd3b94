"""What the generators make, without a database."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import shapely

from hatang.places.models import Place
from hatang.sample.chance import shared_out
from hatang.sample.ground import Neighbours, distance_km, point_of
from hatang.sample.territories import FORMER_HA_GIANG, FORMER_TUYEN_QUANG, LANG_SON, TERRITORIES, Territory
from hatang.sample.villages import radius_km
from tests.sample.made import Made, digest, made

FULL = {"20": "lang_son", "08": "tuyen_quang"}
each_territory = pytest.mark.parametrize("territory", TERRITORIES, ids=lambda t: t.prefix)


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    """This process has one seed, its child is given another."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    env = os.environ | {"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    words = [sys.executable, "-m", "tests.sample.made"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest() != ""


@each_territory
def test_every_row_is_marked(territory: Territory) -> None:
    assert all(row.simulated for row in made(territory).rows)
    assert all(c.simulated for c in made(territory).communes)


def test_sizes_are_as_asked() -> None:
    ls, tq, hg = (made(t) for t in (LANG_SON, FORMER_TUYEN_QUANG, FORMER_HA_GIANG))
    assert (len(ls.communes), len(tq.communes) + len(hg.communes)) == (65, 124)
    assert len(ls.villages) == 1_608
    assert len(tq.villages) + len(hg.villages) == 3_760
    assert len(ls.masts) == len(tq.masts) + len(hg.masts) == 1_100
    assert 2_300 <= len(ls.stations) <= 2_800
    assert 2_300 <= len(tq.stations) + len(hg.stations) <= 2_900


@each_territory
def test_villages_are_plausible(territory: Territory) -> None:
    of = made(territory)
    assert len({v.code for v in of.villages}) == len(of.villages)
    names = Counter((v.parent.code, v.full_name) for v in of.villages)
    assert max(names.values()) == 1
    assert all(4.0 <= v.population / v.households <= 4.6 for v in of.villages)
    assert sum(not v.has_grid_power for v in of.villages) == territory.without_power
    wards = {v.title for v in of.villages if v.parent.title == "Phường"}
    assert wards <= {"Tổ dân phố"}


@each_territory
def test_a_commune_is_the_sum_of_its_villages(territory: Territory) -> None:
    of = made(territory)
    people: Counter[str] = Counter()
    for village in of.villages:
        people[village.parent.code] += village.population
    assert people == {c.code: c.population for c in of.communes}
    assert all(c.households for c in of.communes)


@each_territory
def test_points_lie_near_their_commune(territory: Territory) -> None:
    for place in [*made(territory).villages, *made(territory).sites]:
        assert distance_km(point_of(place), point_of(place.parent)) <= radius_km(place.parent) + 0.5
    for mast in made(territory).masts:
        assert distance_km(point_of(mast), point_of(mast.commune)) <= radius_km(mast.commune) + 2.5


@each_territory
def test_points_lie_in_their_province_and_none_abroad(territory: Territory, shared: Path) -> None:
    own = list(
        rings_of(shared / f"data/admin-2025/full_{territory.province_code}_{FULL[territory.province_code]}_province")
    )
    of = made(territory)
    outside = [p for p in [*of.villages, *of.sites, *of.zones, *of.masts] if not in_rings(own, *point_of(p))]
    assert len(outside) <= 3
    country = list(rings_of(shared / "data/admin-2025/provinces_34_simplified"))
    assert all(in_rings(country, *point_of(p)) for p in outside)


def rings_of(path: Path) -> Iterator[list[tuple[float, float]]]:
    with gzip.open(f"{path}.geojson.gz", "rt") as file:
        geometries = [feature["geometry"] for feature in json.load(file)["features"]]
    for geometry in geometries:
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for polygon in polygons:
            yield from polygon


def in_rings(rings: list[list[tuple[float, float]]], lon: float, lat: float) -> bool:
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            crossings += (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1)
    return crossings % 2 == 1


@each_territory
def test_stations_begin_after_their_mast_and_in_their_technologys_time(territory: Territory) -> None:
    earliest = {"2G": date(2008, 1, 1), "3G": date(2012, 1, 1), "4G": date(2016, 7, 1), "5G": date(2024, 10, 1)}
    of = made(territory)
    for station in of.stations:
        assert station.on_air_on >= max(station.mast.built_on, earliest[station.technology])
        assert station.on_air_on < date(2026, 12, 1)
        assert station.off_air_on is None or station.off_air_on > station.on_air_on
    keys = Counter((s.operator.name, s.code, s.technology) for s in of.stations)
    assert max(keys.values()) == 1
    off = sum(s.off_air_on is not None for s in of.stations if s.technology == "2G")
    assert off > 0
    years = {m.built_on.year for m in of.masts}
    assert (min(years), max(years)) == (2008, 2026)
    assert len(years) > 15


@each_territory
def test_declared_coverage_has_a_station_behind_it(territory: Territory) -> None:
    of = made(territory)
    near, own = Neighbours(of.masts), stations_of(of)
    for row in of.coverage[::7]:
        found = near.within(point_of(row.place), 9.0)
        assert any((m.code, row.operator.name, row.technology) in own for _, m in found), row
        dates = [own[key] for _, m in found if (key := (m.code, row.operator.name, row.technology)) in own]
        assert row.since_on > min(dates)


def stations_of(of: Made) -> dict[tuple[str, str, str], date]:
    return {(s.mast.code, s.operator.name, s.technology): s.on_air_on for s in of.stations}


@each_territory
def test_fibre_never_reaches_more_households_than_there_are(territory: Territory) -> None:
    assert all(0 < row.households_able <= row.village.households for row in made(territory).fibre)


@each_territory
def test_each_commune_has_one_centre_and_names_say_sample(territory: Territory) -> None:
    of = made(territory)
    centres = Counter(s.parent.code for s in of.sites if s.type == Place.Type.COMMUNE_CENTRE)
    assert centres == {c.code: 1 for c in of.communes}
    others = [s for s in of.sites if s.type != Place.Type.COMMUNE_CENTRE]
    assert all("mẫu" in p.name for p in [*others, *of.zones])


def test_every_kind_of_thing_is_there_at_every_stage_of_its_life() -> None:
    routes, on = made(LANG_SON).routes, date(2026, 11, 20)
    lines = [*routes.pole_lines, *routes.underground]
    assert {thing.state_on(on) for thing in lines} == {"planned", "construction", "in_use"}
    assert all(vars(routes).values()) and made(LANG_SON).houses and made(LANG_SON).cells
    assert all(thing.spare <= thing.capacity and (thing.spare or not thing.offered) for thing in lines)
    keys = Counter((type(row), row.owner.name, row.code) for rows in vars(routes).values() for row in rows)
    assert max(keys.values()) == 1


def test_poles_stand_on_their_line_and_no_tenant_is_the_owner() -> None:
    of = made(LANG_SON)
    for pole in of.routes.poles:
        along = shapely.from_wkb(bytes(pole.pole_line.path.wkb))
        assert along.distance(shapely.Point(pole.lon, pole.lat)) < 1e-5
    assert all(t.tenant is not (t.mast or t.pole_line or t.underground).owner for t in of.tenancies)


@each_territory
def test_roads_join_every_village_and_centre_and_cables_run_along_them(territory: Territory) -> None:
    """One connected net: from each village a road leads to each other; backbones use no ground of their own."""
    of = made(territory)
    paths = [shapely.from_wkb(bytes(road.path.wkb)) for road in of.roads]
    heads: dict[tuple[float, ...], tuple[float, ...]] = {}

    def head(end: tuple[float, ...]) -> tuple[float, ...]:
        while heads.setdefault(end, end) != end:
            end = heads[end]
        return end

    for path in paths:
        heads[head(path.coords[0])] = head(path.coords[-1])
    assert len({head(point_of(place)) for place in [*of.villages, *of.communes]}) == 1
    along = {shapely.normalize(shapely.linestrings(pair)).wkb for path in paths for pair in pairwise(path.coords)}
    backbone = shapely.from_wkb(bytes(next(c.path.wkb for c in of.routes.cables if c.level == "metro")))
    assert {shapely.normalize(shapely.linestrings(pair)).wkb for pair in pairwise(backbone.coords)} <= along
    assert all("mẫu" in road.name and "không phải đường thật" in road.source for road in of.roads)


@each_territory
def test_some_houses_switch_the_network(territory: Territory) -> None:
    """Without them nobody knows where cables lead, and which cable cuts whom off."""
    functions = Counter(house.function for house in made(territory).houses)
    assert functions["regional"] == 4 and functions["switching"] >= 3


def test_the_quick_edition_is_tiny() -> None:
    of = made(LANG_SON.quick())
    assert len(of.communes) == 6
    assert len(of.villages) == 72
    assert len(of.masts) == 55


def test_sharing_out_keeps_the_sum() -> None:
    assert sum(shared_out(1_003, [1.0, 2.5, 0.1, 7.0])) == 1_003
    assert shared_out(3, [0.0, 0.0]) == [0, 0]
