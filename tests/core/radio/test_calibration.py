"""How far a prediction is off, from measurements of which some say only “so low, or lower”."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.radio.calibration import LEAST_SQUARES, fit, most_probable, squares

BOUNDS = (-140.0, -44.0)
levels = st.lists(st.tuples(st.floats(-130, -50), st.floats(-130, -50)), min_size=3, max_size=40)


@given(levels, st.floats(-30, 30))
def test_an_offset_moves_the_bias_and_nothing_else(pairs: list[tuple[float, float]], offset_db: float) -> None:
    """Thêm bao nhiêu vào dự đoán thì sai lệch đổi bấy nhiêu, độ tản mát giữ nguyên; trừ sai lệch đi thì hết lệch."""
    predicted, measured = map(np.array, zip(*pairs, strict=True))
    plain, moved = fit(predicted, measured, BOUNDS), fit(predicted + offset_db, measured, BOUNDS)
    assert plain is not None
    assert moved is not None
    assert moved.bias_db == pytest.approx(plain.bias_db + offset_db, abs=1e-9)
    assert moved.deviation_db == pytest.approx(plain.deviation_db, abs=1e-9)
    assert plain.bias_low_db <= plain.bias_db <= plain.bias_high_db
    assert plain.rmse_db**2 == pytest.approx(np.mean((predicted - measured) ** 2), abs=1e-6)
    assert plain.rmse_after_db(-plain.bias_db) == pytest.approx(plain.deviation_db)


@given(levels, st.randoms())
def test_the_order_of_measurements_does_not_matter(pairs: list[tuple[float, float]], random: object) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = [fit(*map(np.array, zip(*rows, strict=True)), BOUNDS) for rows in (pairs, shuffled)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].bias_db == pytest.approx(found[1].bias_db, abs=1e-9)


@pytest.mark.parametrize("floor_dbm", [-110.0, -100.0, -95.0])
def test_measurements_at_the_phone_s_floor_do_not_bend_the_bias(floor_dbm: float) -> None:
    """Máy chỉ báo tới -95 dBm thì một phần ba phép đo nằm ở đáy; sai lệch tính ra vẫn đúng."""
    generator = np.random.default_rng(7)
    predicted = generator.uniform(-115, -75, 4000)
    measured = np.maximum(predicted - 5 + generator.normal(0, 7, 4000), floor_dbm)
    found = fit(predicted, measured, (floor_dbm, -44.0))
    assert found is not None
    assert found.censored > 200
    assert found.bias_db == pytest.approx(5, abs=0.4)
    assert found.deviation_db == pytest.approx(7, abs=0.4)
    assert found.bias_low_db < 5 < found.bias_high_db
    careless = float(np.mean(predicted - measured))
    assert abs(careless - 5) > abs(found.bias_db - 5)


def test_the_interval_holds_the_truth_nineteen_times_of_twenty() -> None:
    generator = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        predicted = generator.uniform(-110, -70, 40)
        measured = np.maximum(predicted - 3 + generator.normal(0, 6, 40), -105)
        found = fit(predicted, measured, (-105.0, -44.0))
        assert found is not None
        held += found.bias_low_db <= 3 <= found.bias_high_db
    assert 366 <= held <= 392


def test_values_below_and_above_are_treated_alike() -> None:
    """Đổi dấu mọi hiệu thì sai lệch đổi dấu: đáy và đỉnh được tính như nhau."""
    values = np.array([1.0, 2.0, 4.0, 3.0, 5.0])
    some, none = np.array([0, 0, 0, 1, 1], dtype=bool), np.zeros(5, dtype=bool)
    mean, deviation, error = most_probable(values, at_least=some, at_most=none)
    mirrored = most_probable(-values, at_least=none, at_most=some)
    assert mirrored == pytest.approx((-mean, deviation, error))
    assert mean > values[:3].mean()


def test_too_few_measurements_give_no_offset() -> None:
    assert fit([-80.0], [-84.0], BOUNDS) is None
    assert fit([-120.0] * 50, [-140.0] * 50, BOUNDS) is None
    few = fit([-80.0] * (LEAST_SQUARES - 1), [-84.0] * (LEAST_SQUARES - 1), BOUNDS)
    enough = fit([-80.0] * LEAST_SQUARES, [-84.0] * LEAST_SQUARES, BOUNDS)
    assert few is not None
    assert enough is not None
    assert (few.suffices, enough.suffices, enough.offset_db, enough.correlation) == (False, True, -4.0, None)


@pytest.mark.parametrize(("predicted", "measured"), [([-80.0], [-80.0, -90.0]), ([np.nan, -80.0], [-80.0, -80.0])])
def test_levels_that_are_none_are_refused(predicted: list[float], measured: list[float]) -> None:
    with pytest.raises(ValueError, match="cùng số lượng"):
        fit(predicted, measured, BOUNDS)


@given(st.lists(st.tuples(st.floats(106.6, 106.7), st.floats(21.8, 21.9)), min_size=1, max_size=60))
def test_every_measurement_lies_in_one_square(places: list[tuple[float, float]]) -> None:
    """Mỗi phép đo thuộc đúng một ô vuông, không ô nào rộng quá 100 m."""
    lons, lats = map(np.array, zip(*places, strict=True))
    found = squares(lons, lats, np.full(len(lons), -90.0))
    assert sum(square.points for square in found) == len(places)
    for square in found:
        near = (abs(lats - square.lat_deg) * 111_320 < 100.1) & (abs(lons - square.lon_deg) * 103_400 < 100.1)
        assert near.sum() >= square.points
