"""P.2108 against the values that NTIA and the ITU's workbook publish, and what must hold everywhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.errors import RangeError
from hatang.core.radio.p2108 import HEIGHTS_M, Clutter, height_gain_loss_db, statistical_loss_db

OPEN, SUBURBAN, URBAN, FOREST, DENSE = (
    Clutter.OPEN,
    Clutter.SUBURBAN,
    Clutter.URBAN,
    Clutter.FOREST,
    Clutter.DENSE_URBAN,
)
HEIGHT_GAIN = [  # GHz, terminal m, street m, clutter m, type, dB: test data of NTIA's reference implementation
    (1.5, 2, 27, 10, Clutter.WATER, 16.0),
    (1.5, 2, 27, 6, OPEN, 10.9),
    (1.5, 2, 27, 10, SUBURBAN, 20.5),
    (1.5, 2, 27, 15, URBAN, 24.5),
    (1.5, 2, 27, 6, FOREST, 14.6),
    (1.5, 2, 27, 20, DENSE, 27.1),
    (3, 3, 15, 15, DENSE, 29.0),
    (0.9, 2.3, 30, 10, OPEN, 13.7),
    (1.5, 2.5, 25, 10, SUBURBAN, 20.2),
    (0.03, 2.1, 24.5, 9.8, SUBURBAN, 5.7),
    (1.7, 30, 24.5, 9.8, SUBURBAN, 0.0),
    (1.7, 30, 24.5, 30, SUBURBAN, 0.0),
]
STATISTICAL = [  # GHz, km, %, dB: the same, to a tenth
    (0.5, 0.25, 50, 17.4),
    (0.5, 0.25, 1, 3.9),
    (0.5, 0.25, 99, 30.9),
    (26.6, 15.8, 45, 32.5),
    (67, 5.4, 30.5, 30.9),
    (3.5, 1, 0.1, 16.8),
    (3.5, 1, 99.9, 42.8),
]
WORKBOOK = [  # GHz, % at 0.65 km, dB: the ITU's workbook, as OFCOM's tests quote it
    (2, 5, 19.225939), (10, 5, 21.717219), (66, 5, 23.899101), (2, 50, 27.092893), (10, 50, 30.595505),
    (66, 50, 31.925059), (2, 95, 34.591634), (10, 95, 39.473792), (66, 95, 39.585141), (2, 99.9, 40.381908),
    (18, 99.9, 45.391912),
]  # fmt: skip


@pytest.mark.parametrize("case", HEIGHT_GAIN, ids=str)
def test_height_gain_gives_published_values(case: tuple[float, float, float, float, Clutter, float]) -> None:
    frequency, height, street, around, clutter, expected = case
    loss = height_gain_loss_db(
        clutter,
        frequency_ghz=frequency,
        terminal_height_m=height,
        clutter_height_m=around,
        street_width_m=street,
    )
    assert loss.item() == pytest.approx(expected, abs=0.051)


def test_representative_heights_are_those_of_the_table() -> None:
    expected = {Clutter.WATER: 16.0, OPEN: 16.0, SUBURBAN: 20.5, URBAN: 24.5, FOREST: 24.5, DENSE: 27.1}
    for clutter, loss_db in expected.items():
        usual = height_gain_loss_db(clutter, frequency_ghz=1.5, terminal_height_m=2)
        assert usual.item() == pytest.approx(loss_db, abs=0.051)


def test_statistical_loss_gives_published_values() -> None:
    frequency, distance, share, expected = np.array(STATISTICAL).T
    loss = statistical_loss_db(frequency_ghz=frequency, distance_km=distance, location_percent=share)
    assert np.abs(loss - expected).max() <= 0.051
    frequency, share, expected = np.array(WORKBOOK).T
    loss = statistical_loss_db(frequency_ghz=frequency, distance_km=0.65, location_percent=share)
    assert np.abs(loss - expected).max() < 1e-5


@settings(deadline=None)
@given(st.floats(0.5, 67), st.floats(0.25, 100), st.floats(0.25, 100), st.floats(0.01, 99.99), st.floats(0.01, 99.99))
def test_statistical_loss_grows_with_locations_and_distance(
    frequency: float, one_km: float, other_km: float, one_percent: float, other_percent: float
) -> None:
    near, far = sorted([one_km, other_km])
    few, many = sorted([one_percent, other_percent])
    by_share = statistical_loss_db(frequency_ghz=frequency, distance_km=near, location_percent=[few, many])
    assert by_share[0] <= by_share[1] + 1e-9
    half = statistical_loss_db(frequency_ghz=frequency, distance_km=[near, far], location_percent=50)
    assert half[0] <= half[1] + 1e-9
    beyond = statistical_loss_db(frequency_ghz=frequency, distance_km=max(far, 2), location_percent=few)
    bound = statistical_loss_db(frequency_ghz=frequency, distance_km=2, location_percent=few)
    assert bound - 0.1 <= beyond <= bound


@settings(deadline=None)
@given(st.sampled_from(list(Clutter)), st.floats(0.03, 3), st.floats(0.1, 60))
def test_above_the_clutter_nothing_is_lost(clutter: Clutter, frequency: float, height: float) -> None:
    loss = height_gain_loss_db(clutter, frequency_ghz=frequency, terminal_height_m=height).item()
    assert (loss == 0) == (height >= HEIGHTS_M[clutter]) or abs(loss) < 0.3


def test_values_outside_the_stated_range_are_named() -> None:
    with pytest.raises(RangeError, match=r"Chiều dài đường truyền 0,2 km ngoài .* từ 0,25 km trở lên"):
        statistical_loss_db(frequency_ghz=3.5, distance_km=[1, 0.2], location_percent=50)
    with pytest.raises(RangeError, match="Tỷ lệ vị trí 100 %"):
        statistical_loss_db(frequency_ghz=3.5, distance_km=1, location_percent=100)
    with pytest.raises(RangeError, match="không phải số"):
        statistical_loss_db(frequency_ghz=float("nan"), distance_km=1, location_percent=50)
    with pytest.raises(RangeError, match=r"Tần số 3,5 GHz .* từ 0,03 đến 3 GHz"):
        height_gain_loss_db(URBAN, frequency_ghz=3.5, terminal_height_m=1.5)
    with pytest.raises(RangeError, match="Độ cao vật che 0 m"):
        height_gain_loss_db(URBAN, frequency_ghz=1.5, terminal_height_m=1.5, clutter_height_m=0)
