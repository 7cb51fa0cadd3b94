"""Paths over sea and coast: the exact kernel is the reference's, the sweep is the exact kernel's, land stays land."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.radio.kernels.exact import losses_to_points, raster_losses
from hatang.core.radio.kernels.ground import Conditions, Ground, Why
from hatang.core.radio.kernels.sweep import sweep_losses
from hatang.core.radio.kernels.zones import pass_profile
from hatang.core.radio.p1812.profile import checked_profile, longest_km, sea_fraction, to_coast_km
from tests.core.radio.kernels.grounds import coast, reference_db

BANDS = Conditions([0.1, 0.8, 3.5])


@pytest.mark.parametrize("asked", [BANDS, replace(BANDS, time_percent=1.0, polarisation=2)], ids=["50", "1"])
@pytest.mark.parametrize("height_m", [30.0, 200.0])
def test_real_paths_over_the_sea_agree_with_the_reference(shared: Path, asked: Conditions, height_m: float) -> None:
    ground, mast = coast(shared)
    mast = replace(mast, height_m=height_m)
    random = np.random.default_rng(5)
    lons, lats = mast.lon_deg + random.uniform(-0.4, 0.4, 40), mast.lat_deg + random.uniform(-0.5, 0.2, 40)
    found = losses_to_points(ground, mast, lons, lats, asked)
    expected = [reference_db(ground, mast, lon, lat, asked) for lon, lat in zip(lons, lats, strict=True)]
    assert np.abs(found.losses_db.T - expected).max() < 0.005
    inland = losses_to_points(replace(ground, zones=None), mast, lons, lats, asked).losses_db
    most = np.abs(inland - found.losses_db).max()
    assert most > 20 if asked.time_percent < 50 else most < 0.001, "on the median of time the sea hardly matters"


@pytest.mark.parametrize("time_percent", [50.0, 10.0])
def test_the_sweep_sees_the_same_sea(shared: Path, time_percent: float) -> None:
    ground, mast = coast(shared)
    asked = replace(BANDS, frequencies_ghz=[0.8, 3.5], time_percent=time_percent)
    exact, swept = (kernel(ground, mast, 25.0, asked) for kernel in (raster_losses, sweep_losses))
    computed = exact.why == Why.COMPUTED
    apart = np.abs(exact.losses_db - swept.losses_db)[:, computed]
    assert np.array_equal(exact.why, swept.why)
    assert np.median(apart, axis=1).max() <= 0.1 and np.percentile(apart, 99) < 2.5
    for limit in (120.0, 130.0, 140.0):
        same = (exact.losses_db[:, computed] < limit) == (swept.losses_db[:, computed] < limit)
        assert same.mean(axis=1).min() >= 0.995


@given(st.lists(st.sampled_from([1, 3, 4]), min_size=4, max_size=40), st.integers(0, 2**32 - 1))
def test_a_walk_finds_what_the_reference_finds(kinds: list[int], seed: int) -> None:
    gaps = np.random.default_rng(seed).uniform(0.1, 20, len(kinds) - 1)
    distances = np.concatenate([[0.0], np.cumsum(gaps)]).astype(np.float32)
    passage = pass_profile(np.array(kinds, dtype=np.uint8), distances)
    path = checked_profile(distances, 0 * distances, None, kinds)
    expected = [
        path.length_km * sea_fraction(path.distances_km, path.zones),
        longest_km(path, 3, 4),
        longest_km(path, 4),
    ]
    assert [passage.sea, passage.longest_land, passage.longest_inland] == pytest.approx(expected, abs=1e-3)
    if 1 in kinds:
        coasts = [passage.first_sea, distances[-1] - passage.last_sea]
        assert coasts == pytest.approx([to_coast_km(path), to_coast_km(path, from_receiver=True)], abs=1e-3)


def test_ground_that_is_inland_all_over_is_ground_without_zones(shared: Path) -> None:
    ground, mast = coast(shared)
    land, bare = (replace(ground, zones=z) for z in (np.full(ground.heights_m.shape, 4, np.uint8), None))
    for kernel in (raster_losses, sweep_losses):
        one, other = (kernel(g, mast, 6.0, replace(BANDS, time_percent=10.0)) for g in (land, bare))
        assert np.nanmax(np.abs(one.losses_db - other.losses_db)) < 0.002


def test_zones_must_fit_the_heights() -> None:
    heights = np.zeros((5, 5), dtype=np.float32)
    for zones, said in ((np.full((4, 5), 4, np.uint8), "cùng kích thước"), (np.zeros((5, 5), np.uint8), "chỉ có 1")):
        with pytest.raises(ValueError, match=said):
            Ground(heights, 105.0, 21.0, 0.001, 0.001, zones=zones)
