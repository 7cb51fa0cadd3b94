"""TR 38.901 against its formulas written out one number at a time, and what must hold everywhere."""

from math import exp, hypot, log10, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.errors import RangeError
from hatang.core.radio.tr38901 import (
    APPLIES,
    Building,
    Scenario,
    building_loss_db,
    line_of_sight_probability,
    loss_at_random_place,
    path_loss_db,
    shadow_fading_db,
)

OUTDOOR = (Scenario.RMA, Scenario.UMA, Scenario.UMI)
HEIGHT_M = {Scenario.RMA: 35.0, Scenario.UMA: 25.0, Scenario.UMI: 10.0}


def loss(scenario: Scenario, sight: bool, ghz: float, metres: float, base: float, terminal: float = 1.5) -> float:
    return path_loss_db(
        scenario,
        line_of_sight=sight,
        frequency_ghz=ghz,
        distance_m=metres,
        base_height_m=base,
        terminal_height_m=terminal,
    ).item()


PUBLISHED = {  # dB at 5 GHz by metres, with and without line of sight: what ns-3 expects of its own implementation
    Scenario.RMA: (
        {10: 77.3784, 100: 87.2965, 1000: 108.5577, 10_000: 140.3896},
        {10: 77.3784, 100: 95.7718, 1000: 133.5223, 5000: 160.5169},
    ),
    Scenario.UMA: (
        {10: 72.938, 100: 86.2362, 1000: 109.7252, 5000: 137.6794},
        {10: 82.5131, 100: 106.1356, 1000: 144.7641, 5000: 172.0753},
    ),
    Scenario.UMI: (
        {10: 69.8591, 100: 88.4122, 1000: 119.3114, 5000: 147.2696},
        {10: 76.7563, 100: 107.9432, 1000: 143.1886, 5000: 167.8617},
    ),
}


@pytest.mark.parametrize("scenario", OUTDOOR, ids=str)
def test_losses_are_those_another_implementation_publishes(scenario: Scenario) -> None:
    for sight, expected in zip((True, False), PUBLISHED[scenario], strict=True):
        for metres, loss_db in expected.items():
            assert loss(scenario, sight, 5.0, metres, HEIGHT_M[scenario]) == pytest.approx(loss_db, abs=0.051)


def test_urban_losses_follow_the_table() -> None:
    near, far = hypot(200, 23.5), hypot(2000, 23.5)
    turn = 4 * 24 * 0.5 * 3.5e9 / 3e8
    assert loss(Scenario.UMA, True, 3.5, 200, 25) == pytest.approx(28 + 22 * log10(near) + 20 * log10(3.5))
    beyond = 28 + 40 * log10(far) + 20 * log10(3.5) - 9 * log10(turn**2 + 23.5**2)
    assert loss(Scenario.UMA, True, 3.5, 2000, 25) == pytest.approx(beyond)
    hidden = 13.54 + 39.08 * log10(far) + 20 * log10(3.5) - 0.6 * (10 - 1.5)
    raised = loss(Scenario.UMA, False, 3.5, 2000, 25, 10)
    assert raised == pytest.approx(hidden, abs=0.01)
    near, far = hypot(100, 8.5), hypot(1000, 8.5)
    assert loss(Scenario.UMI, True, 28, 100, 10) == pytest.approx(32.4 + 21 * log10(near) + 20 * log10(28))
    turn = 4 * 9 * 0.5 * 3.5e9 / 3e8
    beyond = 32.4 + 40 * log10(far) + 20 * log10(3.5) - 9.5 * log10(turn**2 + 8.5**2)
    assert loss(Scenario.UMI, True, 3.5, 1000, 10) == pytest.approx(beyond)
    assert loss(Scenario.UMI, False, 28, 100, 10) == pytest.approx(35.3 * log10(near) + 22.4 + 21.3 * log10(28))


def test_rural_losses_follow_the_table() -> None:
    def before(metres: float) -> float:
        bend = min(0.03 * 5**1.72, 10) * log10(metres) - min(0.044 * 5**1.72, 14.77) + 0.002 * log10(5) * metres
        return 20 * log10(40 * pi * metres * 0.7 / 3) + bend

    turn = 2 * pi * 35 * 1.5 * 0.7e9 / 3e8
    assert loss(Scenario.RMA, True, 0.7, 500, 35) == pytest.approx(before(hypot(500, 33.5)))
    far = hypot(8000, 33.5)
    assert loss(Scenario.RMA, True, 0.7, 8000, 35) == pytest.approx(before(turn) + 40 * log10(far / turn))
    ground = 161.04 - 7.1 * log10(20) + 7.5 * log10(5) - (24.37 - 3.7 * (5 / 35) ** 2) * log10(35)
    slope = (43.42 - 3.1 * log10(35)) * (log10(hypot(3000, 33.5)) - 3) + 20 * log10(0.7)
    hidden = ground + slope - (3.2 * log10(11.75 * 1.5) ** 2 - 4.97)
    assert loss(Scenario.RMA, False, 0.7, 3000, 35) == pytest.approx(hidden)


def test_offices_follow_the_table() -> None:
    direct = hypot(30, 2)
    assert loss(Scenario.INDOOR_OPEN, True, 26, 30, 3, 1) == pytest.approx(32.4 + 17.3 * log10(direct) + 20 * log10(26))
    assert loss(Scenario.INDOOR_MIXED, False, 26, 30, 3, 1) == pytest.approx(
        38.3 * log10(direct) + 17.3 + 24.9 * log10(26)
    )
    mixed = line_of_sight_probability(Scenario.INDOOR_MIXED, distance_m=[1, 5, 20])
    assert mixed.tolist() == pytest.approx([1, exp(-3.8 / 4.7), 0.32 * exp(-13.5 / 32.6)])
    airy = line_of_sight_probability(Scenario.INDOOR_OPEN, distance_m=[5, 20, 60])
    assert airy.tolist() == pytest.approx([1, exp(-15 / 70.8), 0.54 * exp(-11 / 211.7)])


@settings(deadline=None)
@given(st.sampled_from(OUTDOOR), st.floats(0.5, 30), st.floats(10, 5000), st.floats(10, 5000), st.floats(1.5, 10))
def test_hidden_is_never_better_and_farther_never_either(
    scenario: Scenario, ghz: float, one: float, other: float, terminal: float
) -> None:
    near, far = sorted([one, other])
    base = HEIGHT_M[scenario]
    for sight in (True, False):
        assert loss(scenario, sight, ghz, near, base, terminal) <= loss(scenario, sight, ghz, far, base, terminal) + 0.3
    assert loss(scenario, False, ghz, far, base, terminal) >= loss(scenario, True, ghz, far, base, terminal)


@settings(deadline=None)
@given(st.sampled_from(list(Scenario)), st.floats(0, 20_000), st.floats(0, 20_000), st.floats(0, 13))
def test_line_of_sight_grows_rarer(scenario: Scenario, one: float, other: float, terminal: float) -> None:
    near, far = sorted([one, other])
    seen = line_of_sight_probability(scenario, distance_m=[near, far], terminal_height_m=terminal)
    assert 0 <= seen[1] <= seen[0] <= 1


@settings(deadline=None)
@given(st.sampled_from(OUTDOOR), st.floats(10, 5000), st.floats(50, 200))
def test_random_place_lies_between_both_cases(scenario: Scenario, metres: float, bound_db: float) -> None:
    at = loss_at_random_place(scenario, frequency_ghz=3.5, distance_m=metres, base_height_m=HEIGHT_M[scenario])
    assert at.seen_db - 1e-9 <= at.mean_db <= at.hidden_db + 1e-9
    more, less = at.exceeded_db([bound_db, bound_db + 5])
    assert 0 <= less <= more <= 1


def test_arrays_broadcast_and_keep_their_shape() -> None:
    distances = np.array([[50.0], [500.0]])
    sight = np.array([True, False, True])
    losses = path_loss_db(Scenario.UMI, line_of_sight=sight, frequency_ghz=26, distance_m=distances, base_height_m=10)
    assert losses.shape == (2, 3)
    assert losses[1, 1] == loss(Scenario.UMI, False, 26, 500, 10)
    assert (losses[:, 0] == losses[:, 2]).all()
    fading = shadow_fading_db(
        Scenario.UMI, line_of_sight=sight, frequency_ghz=26, distance_m=distances, base_height_m=10
    )
    assert fading.tolist() == [[4.0, 7.82, 4.0]] * 2


@pytest.mark.parametrize("scenario", OUTDOOR, ids=str)
def test_ranges_are_those_of_the_scenario(scenario: Scenario) -> None:
    applies, base = APPLIES[scenario], HEIGHT_M[scenario]
    for ghz, metres, high, terminal in [
        (applies.frequency_ghz[1] + 1, 100, base, 1.5),
        (3.5, applies.distance_m[1] + 1, base, 1.5),
        (3.5, 100, applies.base_height_m[1] + 1, 1.5),
        (3.5, 100, base, applies.terminal_height_m[1] + 1),
    ]:
        with pytest.raises(RangeError, match="ngoài khoảng của phương pháp"):
            loss(scenario, True, ghz, metres, high, terminal)


def test_offices_end_at_150_metres_and_need_one() -> None:
    assert loss(Scenario.INDOOR_OPEN, True, 26, 149, 3, 1) > 60
    for metres, base in [(151, 3), (149.99, 3), (0.5, 1.5)]:
        with pytest.raises(RangeError, match="Khoảng cách"):
            loss(Scenario.INDOOR_OPEN, True, 26, metres, base, 1)


def test_rural_reaches_farther_with_line_of_sight_only() -> None:
    assert loss(Scenario.RMA, True, 0.7, 9000, 35) > 100
    with pytest.raises(RangeError, match=r"không nhìn thẳng 9.000 m"):
        loss(Scenario.RMA, False, 0.7, 9000, 35)


@settings(deadline=None)
@given(st.floats(0.5, 100), st.floats(0, 25))
def test_modern_buildings_lose_more(ghz: float, metres: float) -> None:
    old, new = (building_loss_db(kind, frequency_ghz=ghz, indoor_distance_m=metres) for kind in Building)
    assert 5 < old < new
