"""Rules that set obvious fakes, robots and slips aside: each has a name, a message, and one Ibis condition.

The rules of one row are physics and published standards; those of a day's tests have limits that a province sets.
Peak rates: GSM/EDGE 3GPP TS 43.064 (8 slots, MCS-9); UMTS/HSPA+ 3GPP TS 25.306 (DC-HSDPA, 64QAM, MIMO); LTE 3GPP
TS 36.306 (category 20); 5G ITU-R M.2410; XGS-PON ITU-T G.9807.1; DOCSIS 3.1 CableLabs; Wi-Fi IEEE 802.11ax.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

PEAK_MBPS: Final = {"2G": 0.48, "3G": 84.4, "4G": 2_000, "5G": 20_000, "ftth": 10_000, "cable": 10_000, "wifi": 9_608}
PEAK_OF_ANY_MBPS: Final = 20_000.0
FASTEST_WITHOUT_LOSS_OF_TIME_MS: Final = 0.01
"""The way to a server 1.5 km off and back at the speed of light in a vacuum; nothing answers sooner."""
LIGHT_KM_PER_MS: Final = 299.792458
FIRST_YEAR: Final = 2009
"""The year in which M-Lab, the oldest of these sources, began to measure."""


@dataclass(frozen=True)
class Limits:
    """What a province may set: counts, seconds and ratios beyond which tests are set aside."""

    skew_seconds: float = 300
    """A clock may be ahead by so much."""
    most_a_day: int = 50
    """Tests of one device on one day."""
    repeated: int = 5
    """Tests on one day with exactly the same figures."""
    rhythm_tests: int = 8
    """So many tests of one device on one day are enough to see a rhythm."""
    rhythm_ratio: float = 0.02
    """Standard deviation of the intervals by their mean, below which they are a machine's."""
    server_lon: float | None = None
    server_lat: float | None = None
    """Where the province's own server stands, for the delay that light needs."""


@dataclass(frozen=True)
class Rule:
    """A rule: its name in the rows, what it says to people, why, and when it holds of a row."""

    name: str
    label: str
    why: str
    holds: Callable[[ir.Table, Limits, datetime], ir.BooleanValue] | None = None


def null_island(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether a point is at 0, 0: what devices say that know no place."""
    return (rows.lon.abs() < 0.001) & (rows.lat.abs() < 0.001)


def outside(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether a row has a point, which lies in no commune of the province."""
    return rows.lon.notnull() & rows.lat.notnull() & rows.commune.isnull()


def unplaced(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether a row that another archive measured says nothing of where: it may be from any province."""
    return (rows.source == "mlab") & rows.commune.isnull() & rows.lon.isnull()


def future(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether a test was done after now, beyond what a clock may be wrong by."""
    return rows["at"] > ibis.literal(now + timedelta(seconds=limits.skew_seconds), type="timestamp('UTC')")


def too_old(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether a test is older than measuring: a clock that was never set."""
    return rows["at"].year() < FIRST_YEAR


def impossible_speed(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether a speed is below nothing, or beyond the peak of its technology."""
    peak = ibis.cases(
        *((rows.technology == name, float(most)) for name, most in PEAK_MBPS.items()), else_=PEAK_OF_ANY_MBPS
    )
    speeds = (rows.download_mbps, rows.upload_mbps)
    beyond = [((speed > peak) | (speed < 0)).fill_null(False) for speed in speeds]
    return beyond[0] | beyond[1]


def no_speed(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether nothing was moved in either direction and no level was heard: the test was broken off."""
    down, up = rows.download_mbps.fill_null(0.0), rows.upload_mbps.fill_null(0.0)
    told = rows.download_mbps.notnull() | rows.upload_mbps.notnull()
    return told & (down == 0) & (up == 0) & rows.level_dbm.isnull() & rows.min_rtt_ms.isnull()


def faster_than_light(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether the answer came sooner than light goes there and back; by distance where the server is known."""
    soonest: ir.NumericValue = ibis.literal(FASTEST_WITHOUT_LOSS_OF_TIME_MS)
    if limits.server_lon is not None and limits.server_lat is not None:
        away_km = distance_km(rows, limits.server_lon, limits.server_lat)
        far = 2 * away_km / LIGHT_KM_PER_MS
        own = (rows.source == "ndt7") & far.notnull()
        soonest = ibis.ifelse(own, ibis.greatest(far * 0.95, FASTEST_WITHOUT_LOSS_OF_TIME_MS), soonest)
    return rows.min_rtt_ms < soonest


def distance_km(rows: ir.Table, lon: float, lat: float) -> ir.FloatingValue:
    """Give the way over the sphere from each row's point."""
    here_lon, here_lat = rows.lon.radians(), rows.lat.radians()
    there_lat = ibis.literal(lat).radians()
    half = ((here_lat - there_lat) / 2).sin() ** 2
    half = half + here_lat.cos() * there_lat.cos() * ((here_lon - ibis.literal(lon).radians()) / 2).sin() ** 2
    return 2 * 6371.0 * ibis.least(half.sqrt(), 1.0).asin()


def average_as_test(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether a row stands for several tests and does not say that it is an average."""
    return (rows.tests > 1) & ~rows.is_average


def too_many(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether one device tested more often on a day than people do."""
    return rows.device.notnull() & (rows.device_tests > limits.most_a_day)


def repeated(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether exactly the same figures stand in several tests of a day."""
    told = rows.download_mbps.notnull() & (rows.upload_mbps.notnull() | rows.min_rtt_ms.notnull())
    moved = rows.download_mbps > 0
    return told & moved & (rows.same_figures >= limits.repeated) & ~rows.is_average


def rhythm(rows: ir.Table, limits: Limits, now: datetime) -> ir.BooleanValue:
    """Tell whether one device tests at intervals so even that it is a machine."""
    enough = rows.device.notnull() & (rows.device_tests >= limits.rhythm_tests)
    return enough & (rows.gap_deviation <= rows.gap_mean * limits.rhythm_ratio)


RULES: Final = (
    Rule("null_island", "Tọa độ 0, 0", "Máy không biết mình ở đâu thường báo kinh độ 0, vĩ độ 0.", null_island),
    Rule("outside", "Ngoài tỉnh", "Điểm đo không nằm trong xã, phường nào của tỉnh.", outside),
    Rule("unplaced", "Không rõ nơi đo", "Kho M-Lab không cho biết nơi đo: có thể ở tỉnh khác.", unplaced),
    Rule("future", "Thời điểm chưa tới", "Đồng hồ của máy đo chạy trước quá mức cho phép.", future),
    Rule("too_old", "Thời điểm quá xa", f"Trước năm {FIRST_YEAR} chưa có phép đo nào như thế.", too_old),
    Rule("clock", "Đồng hồ sai", "Lúc kết thúc được ghi trước lúc bắt đầu."),
    Rule(
        "impossible_speed",
        "Tốc độ không thể có",
        "Âm, hoặc vượt tốc độ đỉnh theo chuẩn của công nghệ.",
        impossible_speed,
    ),
    Rule("no_speed", "Không truyền được gì", "Cả hai chiều bằng 0 và không có độ trễ: phép đo bị ngắt.", no_speed),
    Rule("faster_than_light", "Nhanh hơn ánh sáng", "Độ trễ nhỏ hơn thời gian ánh sáng đi và về.", faster_than_light),
    Rule(
        "average_as_test",
        "Trung bình ghi là lượt đo",
        "Dòng đại diện nhiều lượt đo mà không ghi là trung bình.",
        average_as_test,
    ),
    Rule("too_many", "Quá nhiều lượt một ngày", "Một máy đo trong một ngày nhiều hơn người dùng thường đo.", too_many),
    Rule(
        "repeated", "Số lặp lại y hệt", "Nhiều lượt đo trong ngày có đúng cùng các con số: thường là số chép.", repeated
    ),
    Rule("rhythm", "Nhịp của máy", "Một máy đo đều đặn tới mức chỉ có chương trình tự động mới làm.", rhythm),
)
"""In the order in which they are asked; a row bears the name of the first that holds."""
BY_NAME: Final = {rule.name: rule for rule in RULES}
SUMMED = ("device_tests", "same_figures", "gap_mean", "gap_deviation", "gap_seconds")


def marked(rows: ir.Table, *, limits: Limits, now: datetime) -> ir.Table:
    """Give the rows with `suspect` filled by the first rule that holds; a mark that is there already stays.

    `rows` have the columns of `schema.ROWS`, on any engine of Ibis.
    """
    known = with_days(rows)
    marks = [(rule.holds(known, limits, now).fill_null(False), rule.name) for rule in RULES if rule.holds]
    found = ibis.cases(*marks, else_=ibis.null("string"))
    return known.mutate(suspect=ibis.coalesce(known.suspect, found)).drop(*SUMMED, "of_day")


def with_days(rows: ir.Table) -> ir.Table:
    """Put beside each row what its device and its figures did on the same day."""
    dated = rows.mutate(of_day=(rows["at"].epoch_seconds() + 7 * 3600) // 86_400)
    mine = ibis.window(group_by=[dated.device, dated.of_day, dated.source])
    same = ibis.window(group_by=[dated.download_mbps, dated.upload_mbps, dated.min_rtt_ms, dated.of_day, dated.source])
    ordered = ibis.window(group_by=[dated.device, dated.of_day, dated.source], order_by=[dated["at"], dated.id])
    seconds = dated["at"].epoch_seconds()
    spaced = dated.mutate(
        device_tests=dated.count().over(mine),
        same_figures=dated.count().over(same),
        gap_seconds=(seconds - seconds.lag().over(ordered)).cast("float64"),
    )
    again = ibis.window(group_by=[spaced.device, spaced.of_day, spaced.source])
    return spaced.mutate(
        gap_mean=spaced.gap_seconds.mean().over(again),
        gap_deviation=spaced.gap_seconds.std(how="pop").over(again),
    )


def mark_rows(rows: pa.Table, *, limits: Limits, now: datetime) -> pa.Table:
    """Give rows in memory with their marks, in the order in which they came."""
    numbered = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64()))
    connection = ibis.duckdb.connect()
    try:
        given = ibis.memtable(numbered)
        found = marked(given, limits=limits, now=now).order_by("place").select("suspect")
        suspects = connection.to_pyarrow(found)["suspect"]
    finally:
        connection.disconnect()
    place = rows.schema.get_field_index("suspect")
    return rows.set_column(place, rows.schema.field(place), suspects.cast(pa.string()).combine_chunks())
