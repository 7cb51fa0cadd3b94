"""Patterns: never above their highest gain, turned as vectors turn, and tables that kernels can trust."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.antennas import (
    ELEMENT,
    SECTOR,
    Beam,
    Combination,
    Cuts,
    column_dbi,
    gain_dbi,
    omnidirectional,
    sampled,
    table_gain_dbi,
    turned_by_tilt,
)
from hatang.core.radio.errors import RangeError

ANGLES = np.arange(360.0)
NARROW = Beam("hẹp", 17.5, 65.0, 6.5, 28.0, 25.0)


def cuts_of(beam: Beam, combination: Combination) -> Cuts:
    """Measure a beam's two cuts, as a maker would."""
    zero = np.zeros(360)
    across = beam.attenuation_db(ANGLES, zero)
    front = np.where((ANGLES <= 90) | (ANGLES >= 270), 0.0, 180.0)
    elevation = np.where(front == 0, -(np.mod(ANGLES + 180, 360) - 180), ANGLES - 180)
    upright = beam.attenuation_db(front, elevation)
    return Cuts("hai lát cắt", beam.max_gain_dbi, tuple(across), tuple(upright), combination=combination)


HORIZONTAL = Combination.HORIZONTAL_INTERPOLATION
PATTERNS = [ELEMENT, SECTOR, NARROW, omnidirectional(11, 7), *(cuts_of(NARROW, kind) for kind in Combination)]
TILT = st.floats(-20, 30)
AZIMUTH, ELEVATION = st.floats(-360, 720), st.floats(-90, 90)


@settings(deadline=None)
@given(st.sampled_from(PATTERNS), AZIMUTH, ELEVATION, TILT, TILT)
def test_no_direction_beats_the_highest_gain(
    pattern: Beam | Cuts, azimuth: float, elevation: float, electrical: float, mechanical: float
) -> None:
    gain = gain_dbi(pattern, azimuth, elevation, tilt_electrical_deg=electrical, tilt_mechanical_deg=mechanical)
    assert gain <= pattern.max_gain_dbi
    again = gain_dbi(pattern, azimuth + 360, elevation, tilt_electrical_deg=electrical, tilt_mechanical_deg=mechanical)
    assert gain == pytest.approx(again, abs=1e-6)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.name)
def test_the_beam_points_where_both_tilts_say(pattern: Beam | Cuts) -> None:
    aimed = gain_dbi(pattern, 0, -9.0, tilt_electrical_deg=4, tilt_mechanical_deg=5)
    assert aimed == pytest.approx(pattern.max_gain_dbi, abs=1e-6)


@settings(deadline=None)
@given(AZIMUTH, ELEVATION, TILT)
def test_mechanical_tilt_is_a_rotation(azimuth: float, elevation: float, tilt: float) -> None:
    def vector(a: float, e: float) -> np.ndarray:
        a, e = np.radians(a), np.radians(e)
        return np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])

    turn = np.radians(tilt)
    about_side = np.array([[np.cos(turn), 0, -np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, np.cos(turn)]])
    own = turned_by_tilt(azimuth, elevation, tilt)
    assert vector(*(float(angle) for angle in own)) == pytest.approx(about_side @ vector(azimuth, elevation), abs=1e-9)


def test_tilting_the_mast_lowers_the_front_and_raises_the_back() -> None:
    whip = omnidirectional(11, 7)
    turned = gain_dbi(whip, [0, 90, 180, 270], 0, tilt_mechanical_deg=7)
    assert turned == pytest.approx([-1, 11, -1, 11])
    bent = gain_dbi(whip, [0, 90, 180, 270], 0, tilt_electrical_deg=7)
    assert bent == pytest.approx([-1, -1, -1, -1])
    raised = gain_dbi(whip, [0, 180], [7, 7], tilt_mechanical_deg=7)
    assert raised == pytest.approx([-9, 11])


@settings(deadline=None)
@given(AZIMUTH, st.floats(-90, 90), TILT)
def test_both_sides_of_the_axis_are_alike(azimuth: float, elevation: float, tilt: float) -> None:
    one, other = gain_dbi(NARROW, [azimuth, -azimuth], elevation, tilt_mechanical_deg=tilt)
    assert one == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("combination", Combination)
def test_cuts_are_given_back_where_they_were_measured(combination: Combination) -> None:
    cuts = cuts_of(NARROW, combination)
    across = cuts.attenuation_db(ANGLES, np.zeros(360))
    assert across == pytest.approx(np.array(cuts.horizontal_db))
    down = np.arange(0.0, 91.0)
    assert cuts.attenuation_db(np.zeros(91), -down) == pytest.approx(np.array(cuts.vertical_db)[:91])


def test_interpolation_gives_the_back_of_the_vertical_cut_and_the_sum_does_not() -> None:
    behind = np.array([180.0]), np.array([-10.0])
    vertical = list(cuts_of(NARROW, HORIZONTAL).vertical_db)
    vertical[170] = 21.5
    made = {kind: Cuts("", 17, cuts_of(NARROW, kind).horizontal_db, tuple(vertical), 0.0, kind) for kind in Combination}
    assert made[HORIZONTAL].attenuation_db(*behind) == pytest.approx([21.5])
    assert made[Combination.SUM].attenuation_db(*behind) == pytest.approx([28 + 25])


def test_a_pattern_with_tilt_built_in_is_shifted_by_the_difference() -> None:
    turned = tuple(np.roll(cuts_of(NARROW, HORIZONTAL).vertical_db, 6))
    cuts = Cuts("6 độ", 17.5, cuts_of(NARROW, HORIZONTAL).horizontal_db, turned, built_in_tilt_deg=6.0)
    assert gain_dbi(cuts, 0, -6) == gain_dbi(cuts, 0, -2, tilt_electrical_deg=2) == 17.5


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([ELEMENT, SECTOR, *PATTERNS[4:]]), st.floats(0, 10), st.floats(0, 8), st.randoms())
def test_tables_agree_with_the_pattern(
    pattern: Beam | Cuts, electrical: float, mechanical: float, draw: object
) -> None:
    tilts = {"tilt_electrical_deg": electrical, "tilt_mechanical_deg": mechanical}
    rng = np.random.default_rng(draw.randrange(2**32))  # type: ignore[attr-defined]
    azimuth, elevation = rng.uniform(-180, 180, 200), rng.uniform(-60, 30, 200)
    exact, table = gain_dbi(pattern, azimuth, elevation, **tilts), sampled(pattern, **tilts)
    near = table_gain_dbi(table, azimuth, elevation)
    strong = exact > pattern.max_gain_dbi - 12
    assert np.abs(near - exact)[strong].max(initial=0) < 0.15
    assert (near <= pattern.max_gain_dbi + 1e-5).all()
    rows = elevation + 90
    along = np.array([np.interp(r, np.arange(181), column_dbi(table, a)) for a, r in zip(azimuth, rows, strict=True)])
    assert np.abs(along - near).max() < 1e-4


def test_impossible_antennas_and_tilts_are_named() -> None:
    with pytest.raises(RangeError, match="Góc ngẩng cơ 60°"):
        gain_dbi(ELEMENT, 0, 0, tilt_mechanical_deg=60)
    with pytest.raises(RangeError, match="Góc ngẩng của hướng 95°"):
        gain_dbi(ELEMENT, 0, 95)
    with pytest.raises(RangeError, match="Độ lợi ăng ten 90 dBi"):
        Beam("", 90, 65, 65, 30, 30)
    with pytest.raises(RangeError, match="Suy giảm trong lát cắt -1 dB"):
        Cuts("", 17, (-1.0,) * 360, (0.0,) * 360)
