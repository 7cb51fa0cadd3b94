"""From which level on a place counts as served, by technology: settings, each with its source.

Vietnamese law sets no level of signal: QCVN 81:2019/BTTTT and QCVN 126:2021/BTTTT limit speeds, delays and failures,
and ask that at least 95 % of samples reach the least speed. So the defaults are the levels at which 3GPP obliges a
phone to receive (its reference sensitivity, in the quantity that phones report) plus a margin, which is a choice: for
noise of other cells and for speeds above the test's. A department that has its own thresholds sets them.

>>> {s.quantity: (s.sensitivity_dbm, s.threshold_dbm) for s in SERVICES.values()}
{'RxLev': (-102.0, -92.0), 'RSCP': (-116.7, -106.7), 'RSRP': (-121.8, -111.8), 'SS-RSRP': (-120.8, -110.8)}
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hatang.core.radio.bands import Technology
from hatang.core.radio.link_budget import LTE_BLOCKS, NR_BLOCKS, PILOT_PERCENT, per_element_db, reference_power_dbm
from hatang.core.radio.ranges import within

SERVICE_MARGIN_DB = 10.0
"""Above the reference sensitivity; no law and no 3GPP document sets it."""
SERVED_PERCENT = 95.0
"""From which probability on a place counts as served, after the 95 % of samples of QCVN 81:2019 and QCVN 126:2021."""
SILENT = (
    "Pháp luật Việt Nam chưa quy định mức tín hiệu; QCVN 81:2019/BTTTT và QCVN 126:2021/BTTTT quy định tốc độ. "
    "Mức mặc định là độ nhạy chuẩn của 3GPP cộng dự phòng; Sở đặt lại được."
)


@dataclass(frozen=True)
class Service:
    """What makes a place served: the quantity, least level in dBm, range in which phones report it, and sources."""

    technology: Technology
    quantity: str
    sensitivity_dbm: float
    sensitivity_source: str
    reported_dbm: tuple[float, float]
    reported_source: str
    threshold_dbm: float
    note: str = SILENT

    @property
    def below_sensitivity(self) -> bool:
        """Whether the threshold asks less than 3GPP asks of a phone; a result must say so then."""
        return self.threshold_dbm < self.sensitivity_dbm


def service(
    technology: Technology,
    quantity: str,
    sensitivity_dbm: float,
    sensitivity_source: str,
    reported_dbm: tuple[float, float],
    reported_source: str,
) -> Service:
    """Make a service with the default threshold, rounded to a tenth."""
    at_least = round(sensitivity_dbm + SERVICE_MARGIN_DB, 1)
    return Service(
        technology, quantity, round(sensitivity_dbm, 1), sensitivity_source, reported_dbm, reported_source, at_least
    )


SERVICES = {
    Technology.G2: service(
        Technology.G2,
        "RxLev",
        -102.0,
        "3GPP TS 45.005 §6.2: máy GSM 900 cầm tay, DCS 1800 hạng 3",
        (-110.0, -48.0),
        "3GPP TS 45.008 §8.1.4",
    ),
    Technology.G3: service(
        Technology.G3,
        "RSCP",
        reference_power_dbm(Technology.G3, -106.7, pilot_percent=PILOT_PERCENT),
        "3GPP TS 25.101 §7.3.1, băng I: -106,7 dBm/3,84 MHz, kênh hoa tiêu -10 dB",
        (-120.0, -25.0),
        "3GPP TS 25.133 §9.1.1",
    ),
    Technology.G4: service(
        Technology.G4,
        "RSRP",
        -91.0 - per_element_db(LTE_BLOCKS[20.0]),
        "3GPP TS 36.101 Table 7.3.1-1, B3, 20 MHz: -91 dBm trên 1.200 sóng mang con",
        (-140.0, -44.0),
        "3GPP TS 36.133 §9.1.4",
    ),
    Technology.G5: service(
        Technology.G5,
        "SS-RSRP",
        -85.6 - per_element_db(NR_BLOCKS[30][100.0]),
        "3GPP TS 38.101-1 Table 7.3.2-1, n78, 100 MHz, 30 kHz: -85,6 dBm trên 3.276 sóng mang con",
        (-156.0, -31.0),
        "3GPP TS 38.133 §10.1.6",
    ),
}
"""The defaults."""


def with_threshold(technology: Technology, threshold_dbm: float, note: str) -> Service:
    """Give a technology's service with a threshold of one's own and the note that says whence it comes.

    Raises RangeError where phones could not report such a level.

    >>> with_threshold(Technology.G4, -105, "Quyết định của Sở").threshold_dbm
    -105.0
    >>> with_threshold(Technology.G4, -20, "")
    Traceback (most recent call last):
    hatang.core.radio.errors.RangeError: Ngưỡng RSRP -20 dBm ngoài khoảng của phương pháp: từ -140 đến -44 dBm.
    """
    usual = SERVICES[technology]
    asked = float(within(f"ngưỡng {usual.quantity}", threshold_dbm, *usual.reported_dbm, "dBm"))
    return replace(usual, threshold_dbm=asked, note=note)
