"""Profiles run along great circles, reach both ends, and are the same from either."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.p1812 import path_loss
from hatang.core.radio.p1812.climate import EARTH_RADIUS_KM
from hatang.core.radio.p1812.profile import INLAND, SEA
from hatang.core.terrain import Grid, Lattice, TerrainError, open_terrain
from hatang.core.terrain.profiles import (
    bearing_deg,
    distance_km,
    places_between,
    profile_between,
)

LATTICE = Lattice(106.0, 22.0, 1 / 1200, 1 / 1200, 601, 601)
SPHERE = pyproj.Geod(a=EARTH_RADIUS_KM * 1000, b=EARTH_RADIUS_KM * 1000)
ELLIPSOID = pyproj.Geod(ellps="WGS84")
anywhere = st.tuples(st.floats(-179, 179), st.floats(-85, 85))
inside = st.tuples(st.floats(106.0, 106.5), st.floats(21.51, 21.99))


@pytest.fixture(scope="module")
def hills() -> Grid:
    row, column = np.mgrid[0:601, 0:601]
    return Grid.over(LATTICE, 400 + 300 * np.sin(row / 17) * np.cos(column / 23))


@settings(deadline=None, max_examples=100)
@given(anywhere, anywhere)
def test_lengths_and_directions_are_those_of_the_sphere(start: tuple[float, float], end: tuple[float, float]) -> None:
    azimuth, _, metres = SPHERE.inv(*start, *end)
    if not 1 < metres < 20_000_000:
        return
    assert distance_km(start, end) == pytest.approx(metres / 1000, rel=1e-9, abs=1e-7)
    turn = (bearing_deg(start, end) - azimuth + 180) % 360 - 180
    assert abs(turn) * metres < 1e-2 * 1000


@settings(deadline=None, max_examples=100)
@given(inside, inside)
def test_the_ellipsoid_is_no_further_off_than_its_flattening(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    _, _, metres = ELLIPSOID.inv(*start, *end)
    assert distance_km(start, end) == pytest.approx(metres / 1000, rel=0.0056, abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(anywhere, anywhere, st.integers(2, 50))
def test_places_are_evenly_spread_on_the_great_circle(
    start: tuple[float, float], end: tuple[float, float], steps: int
) -> None:
    azimuth, _, metres = SPHERE.inv(*start, *end)
    if not 100 < metres < 19_000_000:
        return
    lons, lats = places_between(start, end, steps)
    away = np.linspace(0, metres, steps + 1)
    lon, lat, _ = SPHERE.fwd(*(np.full(steps + 1, number) for number in (*start, azimuth)), away)
    assert (SPHERE.inv(lon, lat, lons, lats)[2] < 0.05).all()


@settings(deadline=None, max_examples=50)
@given(inside, inside)
def test_the_way_back_is_the_way_there_backwards(
    hills: Grid, start: tuple[float, float], end: tuple[float, float]
) -> None:
    if distance_km(start, end) < 0.01:
        return
    there, back = profile_between(hills, start, end), profile_between(hills, end, start)
    assert np.allclose(there.heights_m, back.heights_m[::-1], atol=1e-6)
    assert np.allclose(there.distances_km[-1] - there.distances_km, back.distances_km[::-1], atol=1e-12)
    assert there.heights_m[0] == hills.bilinear(*start) and there.heights_m[-1] == hills.bilinear(*end)


def test_the_spacing_follows_the_grid_or_the_asker(hills: Grid) -> None:
    own = profile_between(hills, (106.1, 21.6), (106.4, 21.9))
    spaces = np.diff(own.distances_km)
    narrow = EARTH_RADIUS_KM * np.radians(1 / 1200) * np.cos(np.radians(21.9))
    assert spaces.max() <= narrow < spaces.max() * 1.01 and np.ptp(spaces) < 1e-9
    asked = profile_between(hills, (106.1, 21.6), (106.4, 21.9), spacing_km=0.5)
    assert len(asked.distances_km) == int(np.ceil(own.distances_km[-1] / 0.5)) + 1
    assert len(profile_between(hills, (106.1, 21.6), (106.1001, 21.6)).distances_km) == 3


def test_clutter_and_zones_come_from_the_nearest_cell_and_are_bare_and_inland_without(hills: Grid) -> None:
    east = np.repeat((np.arange(601) >= 300)[None], 601, axis=0)
    ends = ((106.2, 21.7), (106.3, 21.7))
    bare = profile_between(hills, *ends)
    assert not bare.clutter_heights_m.any() and (bare.zones == INLAND).all()
    full = profile_between(
        hills, *ends, clutter=Grid.over(LATTICE, 15.0 * east), zones=Grid.over(LATTICE, np.where(east, INLAND, SEA))
    )
    in_east = full.lons_deg >= 106.25 - 0.5 / 1200
    assert np.array_equal(full.clutter_heights_m, 15.0 * in_east)
    assert np.array_equal(full.zones, np.where(in_east, INLAND, SEA)) and np.array_equal(full.heights_m, bare.heights_m)


def test_real_mountains_are_sampled_across_the_seam_of_two_tiles(shared: Path) -> None:
    mosaic = open_terrain([shared / f"data/dem/N43E00{i}.hgt.gz" for i in (6, 7)])
    grid = mosaic.read(mosaic.lattice((6.8, 43.7, 7.2, 43.95))).grid
    found = profile_between(grid, (6.85, 43.75), (7.15, 43.9))
    assert found.heights_m.max() > 1000 and np.abs(np.diff(found.heights_m)).max() < 150
    assert found.distances_km[-1] == pytest.approx(ELLIPSOID.inv(6.85, 43.75, 7.15, 43.9)[2] / 1000, rel=0.004)
    loss = path_loss(
        frequency_ghz=0.8,
        polarisation=2,
        distances_km=found.distances_km,
        heights_m=found.heights_m,
        transmitter_height_m=30,
        receiver_height_m=1.5,
        latitude_deg=43.8,
    )
    assert loss.geometry.horizons.trans_horizon and loss.sight.free_space_db > 115


def test_a_path_without_ground_is_refused_with_the_place(hills: Grid) -> None:
    with pytest.raises(TerrainError, match=r"Không có độ cao tại 106,5\d*; 21,7"):
        profile_between(hills, (106.4, 21.7), (106.6, 21.7))
    holed = hills.values.copy()
    holed[360, 200:210] = np.nan
    with pytest.raises(TerrainError, match="Không có độ cao tại 106,1"):
        profile_between(Grid.over(LATTICE, holed), (106.1, 21.7), (106.4, 21.7))
    for start, end in [((106.1, 21.7), (106.1, 21.7)), ((106.1, 21.7), (-73.9, -21.7)), ((21.7, 106.1), (106.1, 21.7))]:
        with pytest.raises(TerrainError):
            profile_between(hills, start, end)
