"""Levels and probabilities: what planners compute by hand, and inverses that undo each other."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.radio.bands import BANDS, Technology, band_named, bands_of
from hatang.core.radio.errors import RangeError
from hatang.core.radio.link_budget import (
    LTE_BLOCKS,
    NR_BLOCKS,
    NR_MILLIMETRE_BLOCKS,
    BandwidthError,
    Losses,
    largest_path_loss_db,
    level_dbm,
    margin_db,
    reference_power_dbm,
    resource_blocks,
    served_probability,
)
from hatang.core.radio.services import SERVICES, with_threshold
from hatang.core.vietnamese import number

G2, G3, G4, G5 = Technology
LEVEL, SIGMA = st.floats(-150, -30), st.floats(0.1, 20)


@pytest.mark.parametrize(
    ("technology", "power_dbm", "more", "expected"),
    [
        (G4, 46, {"bandwidth_mhz": 20, "frequency_mhz": 1842.5}, 15.2),
        (G4, 43, {"bandwidth_mhz": 10, "frequency_mhz": 780}, 15.2),
        (G5, 53, {"bandwidth_mhz": 100, "frequency_mhz": 3650}, 17.8),
        (G5, 46, {"bandwidth_mhz": 20, "frequency_mhz": 780}, 15.0),
        (G5, 40, {"bandwidth_mhz": 400, "frequency_mhz": 26_000}, 5.0),
        (G4, 46, {"bandwidth_mhz": 20, "frequency_mhz": 1842.5, "reference_boost_db": 3}, 18.2),
        (G3, 43, {}, 33.0),
        (G3, 43, {"pilot_percent": 5}, 30.0),
        (G2, 43, {}, 43.0),
    ],
)
def test_power_of_what_phones_measure(
    technology: Technology, power_dbm: float, more: dict[str, float], expected: float
) -> None:
    assert reference_power_dbm(technology, power_dbm, **more) == pytest.approx(expected, abs=0.06)


def test_blocks_fit_into_their_bandwidth() -> None:
    """TS 36.101 and 38.101 leave a guard band: the blocks take 70 to 99 % of the bandwidth."""
    tables = [(15, LTE_BLOCKS), *NR_BLOCKS.items(), *NR_MILLIMETRE_BLOCKS.items()]
    for spacing_khz, blocks in tables:
        for bandwidth_mhz, count in blocks.items():
            assert 0.7 < count * 12 * spacing_khz / 1000 / bandwidth_mhz < 0.99, (spacing_khz, bandwidth_mhz)


def test_a_bandwidth_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(
        BandwidthError, match=r"Không có băng thông 5 MHz với khoảng cách sóng mang con 60 kHz. Có: 10;"
    ):
        resource_blocks(G5, bandwidth_mhz=5, frequency_mhz=3650, subcarrier_khz=60)
    with pytest.raises(BandwidthError, match="Có: 50; 100; 200; 400 MHz"):
        resource_blocks(G5, bandwidth_mhz=20, frequency_mhz=26_000)
    with pytest.raises(RangeError, match="kênh hoa tiêu 0 %"):
        reference_power_dbm(G3, 43, pilot_percent=0)


def test_losses_come_off_and_the_terminal_s_gain_comes_on() -> None:
    assert level_dbm(15, 17, [100, 120], Losses(2, 3, 10, 1)).tolist() == [-82, -102]
    with pytest.raises(RangeError, match="Suy hao cơ thể -1 dB"):
        Losses(body_db=-1)


@settings(deadline=None)
@given(LEVEL, LEVEL, LEVEL, SIGMA)
def test_more_signal_is_never_less_service(one: float, other: float, threshold: float, sigma: float) -> None:
    weak, strong = sorted([one, other])
    less, more = served_probability([weak, strong], threshold, sigma)
    assert 0 <= less <= more + 1e-12 <= 1 + 2e-12
    assert served_probability(threshold, threshold, sigma) == pytest.approx(0.5)


@settings(deadline=None)
@given(st.floats(0.1, 99.9), LEVEL, SIGMA, st.floats(0, 20))
def test_margin_and_reach_undo_the_probability(percent: float, threshold: float, sigma: float, body: float) -> None:
    level = threshold + margin_db(percent, sigma)
    assert 100 * served_probability(level, threshold, sigma) == pytest.approx(percent, abs=1e-8)
    losses = Losses(body_db=body)
    reach = largest_path_loss_db(15, 17, threshold, probability_percent=percent, sigma_db=sigma, losses=losses)
    assert level_dbm(15, 17, reach, losses) == pytest.approx(level)


def test_without_spread_service_is_yes_or_no_and_unknown_stays_unknown() -> None:
    served = served_probability([-100, -110, -111, np.nan], -110, [0, 0, 0, 8])
    assert served[:3].tolist() == [1, 1, 0]
    assert np.isnan(served[3])
    assert np.isnan(served_probability(np.nan, -110, 0))


def test_thresholds_lie_where_phones_can_report_them() -> None:
    for technology, service in SERVICES.items():
        assert service.technology is technology
        assert service.reported_dbm[0] < service.sensitivity_dbm < service.threshold_dbm < service.reported_dbm[1]
        assert "3GPP TS" in service.sensitivity_source
        assert not service.below_sensitivity
        assert "chưa quy định" in service.note
    own = with_threshold(G5, -125, "Thử nghiệm")
    assert own.below_sensitivity
    assert own.note == "Thử nghiệm"


@pytest.mark.parametrize(
    ("text", "technology", "number"),
    [
        ("B3", G4, 3), ("b28", G4, 28), ("Băng 8", G2, 8), ("GSM 900", G2, 8), ("DCS1800", G2, 3), ("2100 MHz", G3, 1),
        ("n41", G5, 41), ("n 78", G5, 78), ("3500", G5, 78), ("3700MHz", G5, 77), ("26000", G5, 258),
        ("2600", G5, None), ("n78", G4, None), ("B99", G4, None), ("1842.5", G4, None), ("", G4, None),
    ],
)  # fmt: skip
def test_bands_by_number_or_megahertz(text: str, technology: Technology, number: int | None) -> None:
    band = band_named(text, technology)
    assert (band.number if band else None) == number


def test_each_band_can_be_named_back() -> None:
    for band in BANDS:
        assert band.low_mhz < band.centre_mhz < band.high_mhz
        for technology in band.technologies:
            assert band_named(band.name(technology), technology) == band
            assert band.name(technology) in bands_of(technology)


def test_handbook_prints_the_thresholds_of_the_code() -> None:
    page = (Path(__file__).parents[3] / "docs/may-tinh-vo-tuyen-anten.md").read_text()
    for technology, service in SERVICES.items():
        sensitivity, threshold = (number(v, 1) for v in (service.sensitivity_dbm, service.threshold_dbm))
        row = rf"\| {technology}, {service.quantity} \| {sensitivity} dBm \| .* \| {threshold} dBm \|"
        assert re.search(row, page), row
