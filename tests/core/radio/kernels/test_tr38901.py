"""TR 38.901 over the ground: the kernel's losses are the reference's, and the ground says who sees whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hatang.core.radio.choice import RMA, RMA_IN_THE_OPEN, UMA, UMI, Model
from hatang.core.radio.errors import RangeError
from hatang.core.radio.kernels.ground import Conditions, Ground, Transmitter, Why
from hatang.core.radio.kernels.tr38901 import FARTHEST_KM, losses_to_points, raster_losses
from hatang.core.radio.tr38901 import path_loss_db, shadow_fading_db
from tests.core.radio.kernels.grounds import great_circle, plain, sampled

TWO_BANDS = Conditions([3.55, 26.0])
FLAT = Ground(np.zeros((200, 200), dtype=np.float32), 105.0, 21.0, 1 / 1200, 1 / 1200)
COVERED = replace(FLAT, clutter_m=np.zeros_like(FLAT.heights_m))
MAST = Transmitter(105.08, 20.92, 12.0)


@pytest.mark.parametrize("sight", [True, False])
@pytest.mark.parametrize("model", [RMA, UMA, UMI], ids=lambda m: m.scenario)
def test_losses_and_fading_are_the_reference_s(model: Model, sight: bool) -> None:
    random = np.random.default_rng(4)
    lons, lats = MAST.lon_deg + random.uniform(-0.03, 0.03, 200), MAST.lat_deg + random.uniform(-0.03, 0.03, 200)
    found = losses_to_points(COVERED if sight else FLAT, MAST, lons, lats, TWO_BANDS, model)
    metres = np.array([1000 * great_circle(MAST, lon, lat, 1)[0] for lon, lat in zip(lons, lats, strict=True)])
    assert (metres > 1000).sum() > 100 and (found.why == Why.COMPUTED).all()
    asked = {"line_of_sight": sight, "distance_m": metres, "base_height_m": 12.0, "terminal_height_m": 1.5}
    for k, ghz in enumerate(TWO_BANDS.frequencies_ghz):
        expected = path_loss_db(model.scenario, frequency_ghz=ghz, **asked)
        assert np.abs(found.losses_db[k] - expected).max() < 2e-5, "single precision of the result"
        assert found.fading_db[k] == pytest.approx(shadow_fading_db(model.scenario, frequency_ghz=ghz, **asked))


def seen_db(ground: Ground, lon: float, lat: float, model: Model = UMI) -> bool:
    found = losses_to_points(ground, MAST, np.array([lon]), np.array([lat]), TWO_BANDS, model)
    return bool(found.fading_db[1, 0] == 4.0)


def test_terrain_and_cover_decide_who_is_seen_and_without_cover_nobody_is() -> None:
    wall = np.zeros_like(FLAT.heights_m)
    wall[:, 110] = 20.0
    behind, before = (105.097, 20.92), (105.085, 20.92)
    assert seen_db(COVERED, *behind) and not seen_db(FLAT, *behind)
    for walled in (replace(COVERED, heights_m=wall), replace(COVERED, clutter_m=wall)):
        assert not seen_db(walled, *behind) and seen_db(walled, *before)
    bare = replace(FLAT, heights_m=wall)
    assert not seen_db(bare, *before) and seen_db(bare, *before, RMA_IN_THE_OPEN)
    assert not seen_db(bare, *behind, RMA_IN_THE_OPEN)


def test_sight_on_rough_ground_is_a_straight_line_over_the_bent_earth() -> None:
    """By a second way: every sample against the line, one by one."""
    ground, _ = plain()
    ground = replace(ground, heights_m=ground.heights_m * 4, clutter_m=np.zeros_like(ground.heights_m))
    mast, radius_km = Transmitter(105.29, 20.71, 10.0), 6371 * 157 / (157 - TWO_BANDS.delta_n)
    random = np.random.default_rng(8)
    lons, lats = 105.29 + random.uniform(-0.03, 0.03, 300), 20.71 + random.uniform(-0.03, 0.03, 300)
    found = losses_to_points(ground, mast, lons, lats, TWO_BANDS, UMI)
    expected = []
    for lon, lat in zip(lons, lats, strict=True):
        length_km = great_circle(mast, lon, lat, 1)[0]
        spans = max(3, int(np.ceil(length_km / ground.pixel_km(mast.lat_deg) - 1e-9)))
        heights, _ = sampled(ground, *great_circle(mast, lon, lat, spans)[1:])
        share = np.linspace(0, 1, spans + 1)[1:-1]
        line = (1 - share) * (heights[0] + 10.0) + share * (heights[-1] + 1.5)
        bulge = 1000 * length_km**2 * share * (1 - share) / (2 * radius_km)
        expected.append(bool((heights[1:-1] + bulge <= line).all()))
    found_seen = (found.fading_db[1] == 4.0)[found.why == Why.COMPUTED]
    assert 30 < sum(expected) < 270 and (found_seen == np.array(expected)[found.why == Why.COMPUTED]).mean() > 0.99


def test_a_raster_holds_the_points_and_ends_at_the_model_s_range() -> None:
    raster = raster_losses(COVERED, MAST, 15.0, TWO_BANDS, UMI)
    row, column = round(0.08 * 1200) - raster.first_row, round(0.08 * 1200) - raster.first_column
    assert raster.why[row, column] == Why.TOO_NEAR and raster.why[row, column + 30] == Why.COMPUTED
    lon = COVERED.west_deg + (raster.first_column + column + 30) / 1200
    lat = COVERED.north_deg - (raster.first_row + row) / 1200
    point = losses_to_points(COVERED, MAST, np.array([lon, 105.13]), np.array([lat, 20.92]), TWO_BANDS, UMI)
    assert point.losses_db[:, 0].tolist() == raster.losses_db[:, row, column + 30].tolist()
    assert point.why.tolist() == [Why.COMPUTED, Why.OUTSIDE], "5,2 km away"
    assert (raster.why == Why.COMPUTED).sum() * COVERED.pixel_km(21) ** 2 == pytest.approx(78.5, rel=0.02)
    assert FARTHEST_KM == 5.0 and raster.kernel.method == "3GPP TR 38.901 V18.0.0 UMi-Street Canyon"


@pytest.mark.parametrize(
    ("mast", "asked", "model", "quantity"),
    [
        (replace(MAST, height_m=2.0), TWO_BANDS, UMI, "độ cao ăng ten"),
        (replace(MAST, height_m=200.0), TWO_BANDS, UMA, "độ cao ăng ten"),
        (MAST, Conditions([39.0]), RMA, "tần số"),
        (MAST, replace(TWO_BANDS, receiver_height_m=1.0), UMI, "độ cao máy"),
    ],
)
def test_what_the_scenario_is_not_stated_for_is_refused(
    mast: Transmitter, asked: Conditions, model: Model, quantity: str
) -> None:
    with pytest.raises(RangeError) as refused:
        losses_to_points(FLAT, mast, np.array([105.1]), np.array([20.9]), asked, model)
    assert refused.value.quantity == quantity
