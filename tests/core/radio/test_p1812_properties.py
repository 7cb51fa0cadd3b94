"""P.1812-8: what must hold for any path, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio import p526
from hatang.core.radio.errors import ProfileError, RangeError
from hatang.core.radio.p1812 import REPRESENTATIVE_HEIGHTS_M, VIETNAM, ClutterClass, path_loss
from hatang.core.radio.p1812.combination import transition

Case = dict[str, Any]
ROUNDING_DB = 1e-6


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Give a path of 3 to 40 points over any ground, cover and zones, with its antennas and its wave."""
    n = draw(st.integers(3, 40))
    each = {"min_size": n, "max_size": n}
    return {
        "frequency_ghz": draw(st.floats(0.03, 6)),
        "polarisation": draw(st.sampled_from([1, 2])),
        "distances_km": np.linspace(0, draw(st.floats(0.25, 300)), n),
        "heights_m": np.array(draw(st.lists(st.floats(0, 1500), **each))),
        "clutter_heights_m": np.array(draw(st.lists(st.sampled_from([0, 10, 15, 20]), **each))),
        "zones": np.array(draw(st.lists(st.sampled_from([1, 3, 4, 4, 4]), **each))),
        "transmitter_height_m": draw(st.floats(1, 300)),
        "receiver_height_m": draw(st.floats(1, 300)),
        "latitude_deg": draw(st.floats(-80, 80)),
        "time_percent": draw(st.floats(1, 50)),
        "delta_n": draw(st.floats(20, 100)),
    }


def turned(case: Case) -> Case:
    """Give the same path from the receiver to the transmitter."""
    return case | {
        "distances_km": case["distances_km"][-1] - case["distances_km"][::-1],
        "heights_m": case["heights_m"][::-1],
        "clutter_heights_m": case["clutter_heights_m"][::-1],
        "zones": case["zones"][::-1],
        "transmitter_height_m": case["receiver_height_m"],
        "receiver_height_m": case["transmitter_height_m"],
    }


@settings(deadline=None, max_examples=60)
@given(cases())
def test_the_way_back_is_the_same(case: Case) -> None:
    """At half of the locations; only the location variability belongs to the receiver."""
    assert path_loss(**turned(case)).combination.loss_db == pytest.approx(path_loss(**case).combination.loss_db)
    plain = {
        name: value
        for name, value in case.items()
        if name not in ("zones", "latitude_deg", "time_percent", "delta_n", "clutter_heights_m")
    }
    back = {name: value for name, value in turned(case).items() if name in plain}
    assert p526.diffraction_loss(**back).loss_db == pytest.approx(p526.diffraction_loss(**plain).loss_db)


@settings(deadline=None, max_examples=60)
@given(cases(), st.floats(1, 99), st.floats(1, 99))
def test_more_places_and_more_time_cost_more(case: Case, one: float, other: float) -> None:
    """And no place has less loss than line of sight at its best, which at half of the time is free space."""
    fewer, more = sorted((one, other))
    at_fewer, at_more = (path_loss(**case, location_percent=percent) for percent in (fewer, more))
    assert at_more.loss_db >= at_fewer.loss_db - ROUNDING_DB
    assert at_fewer.loss_db >= at_fewer.sight.at_time_db
    always = path_loss(**case | {"time_percent": 50})
    assert always.combination.loss_db >= at_fewer.combination.loss_db - ROUNDING_DB
    assert always.loss_db >= always.sight.free_space_db


@settings(deadline=None, max_examples=40)
@given(cases(), st.floats(0, 3000))
def test_the_height_of_the_sea_does_not_matter_inland(case: Case, up_m: float) -> None:
    case["zones"][:] = 4
    raised = path_loss(**case | {"heights_m": case["heights_m"] + up_m})
    assert raised.loss_db == pytest.approx(path_loss(**case).loss_db, abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(cases(), st.floats(0.25, 50))
def test_high_antennas_over_flat_ground_have_free_space_at_half_of_the_time(case: Case, length_km: float) -> None:
    flat = case | {
        "distances_km": np.linspace(0, length_km, len(case["heights_m"])),
        "heights_m": np.zeros(len(case["heights_m"])),
        "frequency_ghz": 2.0,
        "transmitter_height_m": 400,
        "receiver_height_m": 400,
        "time_percent": 50,
        "zones": None,
    }
    result = path_loss(**flat)
    assert result.diffraction.at_time_db == 0
    assert result.loss_db == pytest.approx(result.sight.free_space_db, abs=0.01)


def test_a_hill_costs_what_the_knife_edge_says() -> None:
    """One edge 100 m above the line of sight in the middle of 10 km: J(v) and Bullington's correction, by hand."""
    result = path_loss(
        frequency_ghz=1.0, polarisation=1, distances_km=[0, 5, 10], heights_m=[0, 130, 0], transmitter_height_m=30,
        receiver_height_m=30, latitude_deg=16, delta_n=157 - 157 * 6371 / 8500,
    )  # fmt: skip
    v = (100 + 500 * 25 / 8500) * np.sqrt(0.002 * 10 / (0.2998 * 25))
    edge = 6.9 + 20 * np.log10(np.sqrt((v - 0.1) ** 2 + 1) + v - 0.1)
    assert result.diffraction.median.path_db == pytest.approx(edge + (1 - np.exp(-edge / 6)) * 10.2)


FLAT: Case = {
    "frequency_ghz": 0.7, "polarisation": 1, "distances_km": [0, 1, 2, 3], "heights_m": [5, 5, 5, 5],
    "transmitter_height_m": 30, "receiver_height_m": 1.5, "latitude_deg": 21,
}  # fmt: skip


def test_places_at_sea_do_not_vary_and_high_antennas_see_less() -> None:
    deviation = [
        path_loss(**FLAT | more, location_percent=90).location_deviation_db
        for more in ({}, {"clutter_heights_m": [0, 0, 0, 20]}, {"receiver_height_m": 10}, {"zones": [4, 4, 1, 1]})
    ]
    whole = (0.52 + 0.024 * 0.7) * 100**0.28
    assert deviation == pytest.approx([whole * 0.85, whole, 0, 0])


def test_a_building_costs_its_median_and_widens_the_spread() -> None:
    outdoor, indoor = (
        path_loss(**FLAT, location_percent=90, **more)
        for more in ({}, {"building_entry_loss_db": 15.0, "building_entry_deviation_db": 6.0})
    )
    assert indoor.location_deviation_db == pytest.approx(np.hypot(outdoor.location_deviation_db, 6))
    assert indoor.loss_db > outdoor.loss_db + 15


def test_the_coast_is_found_in_the_zones() -> None:
    zones = [3, 1, 1, 1]
    assert path_loss(**FLAT, zones=zones).coasts_km == (0.5, 0.0)
    assert path_loss(**FLAT, zones=zones, transmitter_coast_km=2, receiver_coast_km=2).coasts_km == (2, 0.0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"frequency_ghz": 7}, "Tần số 7 GHz ngoài khoảng của phương pháp: từ 0,03 đến 6 GHz."),
        ({"frequency_ghz": float("nan")}, "Tần số không phải số GHz ngoài khoảng của phương pháp: từ 0,03 đến 6 GHz."),
        ({"polarisation": 3}, "Phân cực (1 ngang, 2 đứng) 3 ngoài khoảng của phương pháp: từ 1 đến 2."),
        ({"transmitter_height_m": 0.5}, "Độ cao ăng ten phát 0,5 m ngoài khoảng của phương pháp: từ 1 đến 3.000 m."),
        ({"receiver_height_m": 3001}, "Độ cao ăng ten thu 3.001 m ngoài khoảng của phương pháp: từ 1 đến 3.000 m."),
        ({"time_percent": 51}, "Tỷ lệ thời gian 51 % ngoài khoảng của phương pháp: từ 1 đến 50 %."),
        ({"location_percent": 0.5}, "Tỷ lệ vị trí 0,5 % ngoài khoảng của phương pháp: từ 1 đến 99 %."),
        ({"latitude_deg": 81}, "Vĩ độ giữa đường truyền 81° ngoài khoảng của phương pháp: từ -80 đến 80°."),
        ({"delta_n": -40}, "ΔN -40 đơn vị N/km ngoài khoảng của phương pháp: từ 1 đến 150 đơn vị N/km."),
        (
            {"distances_km": [0, 0.05, 0.1, 0.2]},
            "Chiều dài đường truyền 0,2 km ngoài khoảng của phương pháp: từ 0,25 đến 3.000 km.",
        ),
    ],
)
def test_out_of_range(wrong: Case, words: str) -> None:
    with pytest.raises(RangeError) as error:
        path_loss(**FLAT | wrong)
    assert str(error.value) == words


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"distances_km": [0, 1, 1, 3]}, "Điểm thứ 3 của mặt cắt: khoảng cách phải lớn hơn điểm trước."),
        ({"distances_km": [1, 2, 3, 4]}, "Điểm thứ 1 của mặt cắt: khoảng cách phải là 0, ở chân ăng ten phát."),
        ({"heights_m": [5, 5, np.nan, 5]}, "Điểm thứ 3 của mặt cắt: độ cao phải từ -9000 đến 9000 m."),
        ({"heights_m": [5, 5]}, "Mặt cắt phải có một độ cao cho mỗi khoảng cách."),
        ({"distances_km": [0, 1], "heights_m": [5, 5]}, "Mặt cắt có 2 điểm; cần ít nhất 3."),
        ({"clutter_heights_m": [0, -1, 0, 0]}, "Điểm thứ 2 của mặt cắt: lớp phủ phải cao từ 0 đến 1000 m."),
        ({"clutter_heights_m": [0, 0]}, "Mặt cắt phải có một lớp phủ và một vùng cho mỗi điểm."),
        ({"zones": [4, 4, 2, 4]}, "Điểm thứ 3 của mặt cắt: vùng phải là 1 (biển), 3 (đất ven biển) hoặc 4 (nội địa)."),
    ],
)
def test_no_profile(wrong: Case, words: str) -> None:
    with pytest.raises(ProfileError) as error:
        path_loss(**FLAT | wrong)
    assert str(error.value) == words


def test_the_defaults_of_viet_nam_are_those_of_the_reference_atmosphere_and_say_so() -> None:
    """P.453: N(h) = 315 exp(-h / 7.35 km), so the lowest kilometre lapses by 40 N-units."""
    assert pytest.approx(315 * (1 - np.exp(-1 / 7.35)), abs=0.1) == VIETNAM.delta_n
    assert path_loss(**FLAT) == path_loss(**FLAT, delta_n=VIETNAM.delta_n, n0=VIETNAM.n0)
    assert "Giả định" in VIETNAM.note
    assert REPRESENTATIVE_HEIGHTS_M.keys() == set(ClutterClass)


def test_weights_do_not_overflow() -> None:
    assert transition(1e6, 0.3, 0.8) == 0
    far = replace(VIETNAM, n0=200.0)
    wall = FLAT | {"distances_km": [0, 1500, 2900, 3000], "heights_m": [0, 8000, 8000, 0], "frequency_ghz": 6}
    assert np.isfinite(path_loss(**wall, n0=far.n0).loss_db)
