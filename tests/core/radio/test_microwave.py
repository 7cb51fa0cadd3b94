"""Microwave hops against the values that the Recommendations and their textbooks give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.radio.errors import RangeError
from hatang.core.radio.microwave import (
    FREE_SHARE,
    bulge_m,
    fresnel_radius_m,
    obstruction_loss_db,
    worst_clearance,
)
from hatang.core.radio.p526 import knife_edge_loss_db


@pytest.mark.parametrize(
    ("d1_km", "d2_km", "frequency_ghz", "radius_m"),
    [
        (16.0, 24.0, 4.0, 26.8),  # the Army's course SS0121 gives "about 27 m" for this path
        (25.0, 25.0, 7.0, 23.1),
        (5.0, 5.0, 15.0, 7.06),
        (20.0, 20.0, 6.0, 22.3),
    ],
)
def test_the_first_fresnel_zone_is_that_of_p530(
    d1_km: float, d2_km: float, frequency_ghz: float, radius_m: float
) -> None:
    found = fresnel_radius_m([d1_km], length_km=d1_km + d2_km, frequency_ghz=frequency_ghz)[0]
    assert found == pytest.approx(radius_m, abs=0.05)


@pytest.mark.parametrize(("length_km", "rise_m"), [(10.0, 1.47), (30.0, 13.2), (50.0, 36.8)])
def test_the_bent_earth_rises_as_the_textbooks_say(length_km: float, rise_m: float) -> None:
    """d1 d2 / (12.75 k) with k = 4/3 at the middle of a path."""
    assert bulge_m([length_km / 2], length_km=length_km)[0] == pytest.approx(rise_m, abs=0.05)


def test_an_obstruction_costs_what_p530_says() -> None:
    """Figure 1 of P.530: 10 dB at grazing, 20 dB half a radius below the line of sight, 30 dB a whole one."""
    assert [obstruction_loss_db(share) for share in (0.0, -0.5, -1.0, 0.6)] == [10.0, 20.0, 30.0, 0.0]


def test_what_counts_as_free_costs_a_knife_edge_next_to_nothing() -> None:
    """P.526 §4.1: v = -sqrt(2) of the clearance in radii; the loss is nothing from v = -0.78 on."""
    assert knife_edge_loss_db(-np.sqrt(2) * FREE_SHARE) == 0.0
    assert knife_edge_loss_db(-np.sqrt(2) * 0.5) > 0.0


def path(hill_m: float, length_km: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """Make a flat path with a hill in its middle."""
    distances = np.linspace(0.0, length_km, 101)
    heights = np.zeros(101)
    heights[50] = hill_m
    return distances, heights


def test_a_hill_in_the_zone_is_named_by_its_place() -> None:
    worst = worst_clearance(*path(40.0), start_height_m=45, end_height_m=45, frequency_ghz=15.0)
    assert (worst.distance_km, worst.in_sight, worst.is_clear) == (5.0, True, False)
    assert worst.clearance_m == pytest.approx(45 - 40 - 1.47, abs=0.01)
    assert worst_clearance(*path(39.0), start_height_m=45, end_height_m=45, frequency_ghz=15.0).is_clear
    assert not worst_clearance(*path(60.0), start_height_m=45, end_height_m=45, frequency_ghz=15.0).in_sight


@given(st.floats(0, 80), st.floats(1, 60), st.floats(0.5, 30))
def test_higher_antennas_never_clear_less(hill_m: float, height_m: float, more_m: float) -> None:
    low, high = (
        worst_clearance(*path(hill_m), start_height_m=height, end_height_m=height, frequency_ghz=7.0)
        for height in (height_m, height_m + more_m)
    )
    assert high.free_share > low.free_share


def test_what_is_outside_the_recommendation_is_refused() -> None:
    with pytest.raises(RangeError, match="Tần số"):
        fresnel_radius_m([1.0], length_km=2.0, frequency_ghz=200.0)
    with pytest.raises(RangeError, match="đầu đường"):
        fresnel_radius_m([3.0], length_km=2.0, frequency_ghz=7.0)
