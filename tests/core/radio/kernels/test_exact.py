"""The exact kernel gives what the Recommendation gives, whatever else is asked with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hatang.core.radio.errors import RangeError
from hatang.core.radio.kernels.exact import losses_to_points, raster_losses
from hatang.core.radio.kernels.free_space import free_space_losses
from hatang.core.radio.kernels.ground import EXACT, Conditions, Ground, Transmitter, Why
from hatang.core.radio.kernels.profile import profile_losses
from hatang.core.radio.kernels.windows import Window, window_about
from hatang.core.radio.p525 import free_space_loss_db
from tests.core.radio.kernels.grounds import hills, mountains, plain, reference_db, with_trees
from tests.core.radio.test_p1812_vectors import LOGS, log, profile

THREE_BANDS = Conditions([0.1, 0.8, 3.5])


def test_the_63_examples_pass_through_the_kernels(shared: Path) -> None:
    tests = shared / "data/radio-validation/p1812_ofcom/tests"
    worst = 0.0
    for name in LOGS:
        expected = log(tests / "validation_results" / f"{name}_log.csv")
        loss = profile_losses(
            **profile(tests / "validation_profiles" / f"{name.rsplit('_', 1)[0]}.csv"),
            frequencies_ghz=[expected["f (GHz)"]],
            time_percent=expected["p (%)"],
            transmitter_height_m=expected["htg (m)"],
            receiver_height_m=expected["hrg (m)"],
            polarisation=int(expected["pol"]),
            delta_n=expected["DN"],
            n0=expected["N0"],
            coasts_km=(expected["dct (km)"], expected["dcr (km)"]),
            latitude_deg=expected["phi (deg)"],
        )
        worst = max(worst, abs(float(loss[0]) - expected["Lb (dB)"]))
    assert worst < 0.0002


@pytest.mark.parametrize("asked", [THREE_BANDS, replace(THREE_BANDS, time_percent=1.0, polarisation=2)])
@pytest.mark.parametrize("terrain", ["mountains", "trees", "hills", "plain"])
def test_real_profiles_agree_with_the_reference(shared: Path, terrain: str, asked: Conditions) -> None:
    ground, mast = {"mountains": mountains, "trees": mountains, "hills": hills}.get(terrain, lambda _: plain())(shared)
    ground = with_trees(ground) if terrain == "trees" else ground
    random = np.random.default_rng(5)
    lons = mast.lon_deg + random.uniform(-0.15, 0.15, 25)
    lats = mast.lat_deg + random.uniform(-0.13, 0.13, 25)
    found = losses_to_points(ground, mast, lons, lats, asked)
    expected = [reference_db(ground, mast, lon, lat, asked) for lon, lat in zip(lons, lats, strict=True)]
    assert found.kernel == EXACT and "P.1812-8" in EXACT.method
    assert np.abs(found.losses_db.T - expected).max() < 0.005


def test_a_point_does_not_depend_on_its_neighbours(shared: Path) -> None:
    """The same bytes alone, in any order, in any window, on any number of threads."""
    ground, mast = hills(shared)
    whole = raster_losses(ground, mast, 6.0, THREE_BANDS)
    window = window_about(ground.frame, mast, 6.0)
    parts = [
        Window(window.first_row, window.first_column + c, window.rows, 41) for c in range(0, window.columns - 41, 41)
    ]
    with ThreadPoolExecutor(3) as pool:
        tiles = list(pool.map(lambda part: raster_losses(ground, mast, 6.0, THREE_BANDS, part), parts))
    joined = np.concatenate([tile.losses_db for tile in tiles], axis=2)
    assert joined.tobytes() == whole.losses_db[:, :, : joined.shape[2]].tobytes()
    rows, columns = np.nonzero(whole.why == Why.COMPUTED)
    some = np.random.default_rng(2).permutation(len(rows))[:400]
    lons = ground.west_deg + (whole.first_column + columns[some]) * ground.step_lon_deg
    lats = ground.north_deg - (whole.first_row + rows[some]) * ground.step_lat_deg
    alone = losses_to_points(ground, mast, lons, lats, replace(THREE_BANDS, frequencies_ghz=[0.8]))
    assert alone.losses_db[0].tobytes() == whole.losses_db[1][rows[some], columns[some]].tobytes()


def test_places_that_have_no_loss_say_why() -> None:
    ground, _ = plain()
    corner = Transmitter(ground.west_deg, ground.north_deg, 25.0)
    lons = np.array([105.0, 105.002, 105.2, 104.9999, 105.5825])
    lats = np.array([21.0, 20.999, 20.9, 21.0, 20.4175])
    found = losses_to_points(ground, corner, lons, lats, THREE_BANDS)
    assert found.why.tolist() == [Why.TOO_NEAR, Why.TOO_NEAR, Why.COMPUTED, Why.OUTSIDE, Why.COMPUTED]
    assert np.isnan(found.losses_db).all(axis=0).tolist() == [True, True, False, True, False]


def test_a_raster_of_one_pixel() -> None:
    ground, mast = plain()
    one = raster_losses(ground, mast, 20.0, THREE_BANDS, Window(200, 300, 1, 1))
    assert one.losses_db.shape == (3, 1, 1) and one.why.tolist() == [[Why.COMPUTED]]


@pytest.mark.parametrize(
    ("mast", "asked", "quantity"),
    [
        (Transmitter(104.99, 20.9, 30.0), THREE_BANDS, "kinh độ trạm"),
        (Transmitter(105.1, 22.0, 30.0), THREE_BANDS, "vĩ độ trạm"),
        (Transmitter(105.1, 20.9, 30.0), Conditions([7.0]), "tần số"),
        (Transmitter(105.1, 20.9, 30.0), Conditions([0.8], time_percent=60.0), "tỷ lệ thời gian"),
        (Transmitter(105.1, 20.9, 30.0), Conditions([0.8], receiver_height_m=0.0), "chiều cao máy thu"),
        (Transmitter(105.1, 20.9, 30.0), Conditions([0.8], step_km=0.5), "bước mặt cắt"),
    ],
)
def test_what_the_method_does_not_cover_is_refused(mast: Transmitter, asked: Conditions, quantity: str) -> None:
    with pytest.raises(RangeError) as refused:
        losses_to_points(plain()[0], mast, np.array([105.2]), np.array([20.8]), asked)
    assert refused.value.quantity == quantity


def test_ground_without_heights_is_refused() -> None:
    values = np.zeros((5, 5), dtype=np.float32)
    values[2, 3] = np.nan
    with pytest.raises(ValueError, match="hàng 3, cột 4"):
        Ground(values, 105.0, 21.0, 0.001, 0.001)


def test_free_space_is_the_reference_s() -> None:
    away = np.array([0.01, 0.2499, 40.0], dtype=np.float32)
    expected = [free_space_loss_db(frequency_ghz=1.8, distance_km=float(d)) for d in away]
    assert free_space_losses(away, 1.8) == pytest.approx(expected, abs=1e-4)
