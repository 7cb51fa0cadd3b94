"""From a transmitter's power to what a phone measures, and how probable it is that this suffices.

RSRP (TS 36.214 §5.1.1, SS-RSRP TS 38.215 §5.1.1) is the power of one resource element, RSCP (TS 25.215 §5.1.1) that
of the pilot channel after despreading, RxLev (TS 45.008 §8.1.4) that of the whole carrier. Resource blocks: TS 36.101
Table 5.6-1, TS 38.101-1 and TS 38.101-2 Table 5.3.2-1. Service with a probability: the level at a place is normal in
dB about the computed median, with the location variability of the propagation method.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hatang.core.radio.bands import Technology
from hatang.core.radio.errors import written
from hatang.core.radio.normal import cumulative, quantile
from hatang.core.radio.ranges import Floats, between, within

SUBCARRIERS_A_BLOCK = 12
LTE_BLOCKS = {1.4: 6, 3.0: 15, 5.0: 25, 10.0: 50, 15.0: 75, 20.0: 100}
NR_BLOCKS = {
    15: {
        5.0: 25, 10.0: 52, 15.0: 79, 20.0: 106, 25.0: 133, 30.0: 160, 35.0: 188, 40.0: 216, 45.0: 242, 50.0: 270,
    },
    30: {
        5.0: 11, 10.0: 24, 15.0: 38, 20.0: 51, 25.0: 65, 30.0: 78, 35.0: 92, 40.0: 106, 45.0: 119, 50.0: 133,
        60.0: 162, 70.0: 189, 80.0: 217, 90.0: 245, 100.0: 273,
    },
    60: {
        10.0: 11, 15.0: 18, 20.0: 24, 25.0: 31, 30.0: 38, 35.0: 44, 40.0: 51, 45.0: 58, 50.0: 65, 60.0: 79,
        70.0: 93, 80.0: 107, 90.0: 121, 100.0: 135,
    },
}  # fmt: skip
NR_MILLIMETRE_BLOCKS = {
    60: {50.0: 66, 100.0: 132, 200.0: 264},
    120: {50.0: 32, 100.0: 66, 200.0: 132, 400.0: 264},
}
MILLIMETRE_FROM_MHZ = 24_250.0
TDD_FROM_MHZ = 2_300.0
PILOT_PERCENT = 10.0
"""Share of the power that the pilot channel of 3G takes: -10 dB, as in the tests of TS 25.101 Annex C."""


class BandwidthError(ValueError):
    """A bandwidth that a technology does not have at a subcarrier spacing, with those that it has."""

    def __init__(self, bandwidth_mhz: float, allowed_mhz: tuple[float, ...], subcarrier_khz: int | None) -> None:
        spacing = f" với khoảng cách sóng mang con {subcarrier_khz} kHz" if subcarrier_khz else ""
        right = "; ".join(written(b) for b in allowed_mhz)
        super().__init__(f"Không có băng thông {written(bandwidth_mhz)} MHz{spacing}. Có: {right} MHz.")
        self.bandwidth_mhz, self.allowed_mhz, self.subcarrier_khz = bandwidth_mhz, allowed_mhz, subcarrier_khz


def usual_subcarrier_khz(frequency_mhz: float) -> int:
    """Give the subcarrier spacing that 5G networks use at a frequency, where a cell's own is not known.

    15 kHz in the paired bands below 2300 MHz, 30 kHz in the unpaired ones above, 120 kHz from 24.25 GHz: customary, not
    prescribed.

    >>> usual_subcarrier_khz(780), usual_subcarrier_khz(3650), usual_subcarrier_khz(26_000)
    (15, 30, 120)
    """
    if frequency_mhz >= MILLIMETRE_FROM_MHZ:
        return 120
    return 30 if frequency_mhz >= TDD_FROM_MHZ else 15


def resource_blocks(
    technology: Technology, *, bandwidth_mhz: float, frequency_mhz: float, subcarrier_khz: int | None = None
) -> int:
    """Give the resource blocks of a 4G or 5G carrier; a spacing of None is the usual one. Raises BandwidthError.

    >>> resource_blocks(Technology.G4, bandwidth_mhz=20, frequency_mhz=1842.5)
    100
    >>> resource_blocks(Technology.G5, bandwidth_mhz=100, frequency_mhz=3650)
    273
    >>> resource_blocks(Technology.G4, bandwidth_mhz=7, frequency_mhz=1842.5)
    Traceback (most recent call last):
    hatang.core.radio.link_budget.BandwidthError: Không có băng thông 7 MHz. Có: 1,4; 3; 5; 10; 15; 20 MHz.
    """
    spacing = None if technology is Technology.G4 else subcarrier_khz or usual_subcarrier_khz(frequency_mhz)
    blocks = LTE_BLOCKS
    if spacing is not None:
        tables = NR_MILLIMETRE_BLOCKS if frequency_mhz >= MILLIMETRE_FROM_MHZ else NR_BLOCKS
        blocks = tables.get(spacing, {})
    if bandwidth_mhz not in blocks:
        raise BandwidthError(bandwidth_mhz, tuple(blocks), spacing)
    return blocks[bandwidth_mhz]


def per_element_db(blocks: int) -> float:
    """Give how far one resource element lies below the power spread over so many blocks.

    >>> round(per_element_db(100), 2)  # 10 lg 1200
    30.79
    """
    return 10 * math.log10(SUBCARRIERS_A_BLOCK * blocks)


def reference_power_dbm(
    technology: Technology,
    power_dbm: float,
    *,
    bandwidth_mhz: float | None = None,
    frequency_mhz: float | None = None,
    subcarrier_khz: int | None = None,
    pilot_percent: float = PILOT_PERCENT,
    reference_boost_db: float = 0.0,
) -> float:
    """Give the power that the phone's measurement follows, out of a cell's whole power at its transmitter.

    4G and 5G: spread evenly over all resource elements of the bandwidth, the reference signals raised by
    `reference_boost_db`; both bandwidth and frequency are needed. 3G: `pilot_percent` of the power. 2G: all of it.
    Raises BandwidthError, RangeError, ValueError where 4G or 5G lack a bandwidth or frequency.

    >>> round(reference_power_dbm(Technology.G4, 46, bandwidth_mhz=20, frequency_mhz=1842.5), 2)
    15.21
    >>> reference_power_dbm(Technology.G3, 43), reference_power_dbm(Technology.G2, 43)
    (33.0, 43)
    """
    if technology is Technology.G2:
        return power_dbm
    if technology is Technology.G3:
        share = float(between("phần công suất kênh hoa tiêu", pilot_percent, 0.0, 100.0, "%"))
        return power_dbm + 10 * math.log10(share / 100)
    if bandwidth_mhz is None or frequency_mhz is None:
        raise ValueError("4G and 5G need a bandwidth and a frequency")
    blocks = resource_blocks(
        technology, bandwidth_mhz=bandwidth_mhz, frequency_mhz=frequency_mhz, subcarrier_khz=subcarrier_khz
    )
    return power_dbm - per_element_db(blocks) + reference_boost_db


@dataclass(frozen=True)
class Losses:
    """What lies between transmitter and receiver beside the path: all 0 is a phone outdoors with an antenna of 0 dBi,
    as 3GPP defines its measurements, and a power stated at the antenna. Settings, all in dB.
    """

    feeder_db: float = 0.0
    body_db: float = 0.0
    penetration_db: float = 0.0
    terminal_gain_dbi: float = 0.0

    def __post_init__(self) -> None:
        """Raise RangeError for losses that would be gains, or beyond all reason."""
        within("suy hao phi-đơ", self.feeder_db, 0.0, 30.0, "dB")
        within("suy hao cơ thể", self.body_db, 0.0, 30.0, "dB")
        within("suy hao xuyên", self.penetration_db, 0.0, 100.0, "dB")
        within("độ lợi máy", self.terminal_gain_dbi, -20.0, 40.0, "dBi")

    @property
    def total_db(self) -> float:
        """All losses less the terminal's gain."""
        return self.feeder_db + self.body_db + self.penetration_db - self.terminal_gain_dbi


OUTDOORS = Losses()


def level_dbm(
    reference_dbm: ArrayLike, gain_dbi: ArrayLike, path_loss_db: ArrayLike, losses: Losses = OUTDOORS
) -> Floats:
    """Give the median level (RSRP, RSCP or RxLev): reference power plus antenna gain less path loss and losses.

    >>> level_dbm(15.21, 14, [120, 140], Losses(feeder_db=1)).round(2).tolist()
    [-91.79, -111.79]
    """
    reference, gain, path = (np.asarray(v, dtype=np.float64) for v in (reference_dbm, gain_dbi, path_loss_db))
    return np.asarray(reference + gain - path - losses.total_db)


def served_probability(level: ArrayLike, threshold_dbm: ArrayLike, sigma_db: ArrayLike) -> Floats:
    """Give the probability that the level at a place reaches the threshold, its median and standard deviation in dB.

    `sigma_db` 0 answers 1 or 0. Levels that are NaN (nobody computed them) give NaN. Raises RangeError for sigma < 0.

    >>> served_probability([-100, -110, -120], -110, 8).round(3).tolist()
    [0.894, 0.5, 0.106]
    """
    sigma = within("độ lệch chuẩn theo vị trí", sigma_db, 0.0, 100.0, "dB")
    margin = np.asarray(level, dtype=np.float64) - np.asarray(threshold_dbm, dtype=np.float64)
    margin, sigma = np.broadcast_arrays(margin, sigma)
    certain = np.where(np.isnan(margin), np.nan, (margin >= 0).astype(np.float64))
    return np.where(sigma > 0, cumulative(margin / np.where(sigma > 0, sigma, 1.0)), certain)


def margin_db(probability_percent: ArrayLike, sigma_db: ArrayLike) -> Floats:
    """Give by how much the median must exceed the threshold for so many % of places: the inverse of the above.

    >>> margin_db([50, 90, 95], 8).round(2).tolist()
    [0.0, 10.25, 13.16]
    """
    share = between("xác suất phục vụ", probability_percent, 0.0, 100.0, "%") / 100
    return np.asarray(within("độ lệch chuẩn theo vị trí", sigma_db, 0.0, 100.0, "dB") * quantile(share))


def largest_path_loss_db(
    reference_dbm: ArrayLike,
    gain_dbi: ArrayLike,
    threshold_dbm: ArrayLike,
    *,
    probability_percent: ArrayLike,
    sigma_db: ArrayLike,
    losses: Losses = OUTDOORS,
) -> Floats:
    """Give the median path loss at which a place is served with just this probability.

    >>> largest_path_loss_db(15.21, 14, -110, probability_percent=90, sigma_db=8).round(2).item()
    128.96
    """
    asked = np.asarray(threshold_dbm, dtype=np.float64) + margin_db(probability_percent, sigma_db)
    return level_dbm(reference_dbm, gain_dbi, asked, losses)
