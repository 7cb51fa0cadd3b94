"""Rules that set tests aside: each holds of what it names and of nothing beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from hatang.core.measurements.schema import ROWS
from hatang.core.measurements.suspects import BY_NAME, RULES, Limits, mark_rows

NOW = datetime(2026, 4, 1, tzinfo=UTC)
AT = datetime(2026, 3, 10, 3, tzinfo=UTC)


def row(number: int, **different: Any) -> dict[str, Any]:
    """Give a sound test."""
    sound: dict[str, Any] = {
        "id": f"t{number}",
        "load": 0,
        "source": "ndt7",
        "province": "20",
        "commune": "06181",
        "at": AT + timedelta(seconds=7 * number),
        "access": "mobile",
        "technology": "4G",
        "download_mbps": 30.0 + number / 7,
        "upload_mbps": 10.0,
        "min_rtt_ms": 20.0,
        "ip_family": 4,
        "lon": 106.69,
        "lat": 21.94,
        "tests": 1,
        "is_average": False,
        "simulated": False,
    }
    return sound | different


def marks(*rows: dict[str, Any], **limits: Any) -> list[str | None]:
    """Give the marks of rows."""
    table = pa.Table.from_pylist(list(rows), schema=ROWS)
    return mark_rows(table, limits=Limits(**limits), now=NOW)["suspect"].to_pylist()


SINGLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("null_island", {"lon": 0.0, "lat": 0.0, "commune": None}, {"lon": None, "lat": None, "commune": None}),
    ("outside", {"commune": None}, {}),
    ("unplaced", {"source": "mlab", "commune": None, "lon": None, "lat": None}, {"source": "mlab"}),
    ("future", {"at": NOW + timedelta(seconds=301)}, {"at": NOW + timedelta(seconds=299)}),
    ("too_old", {"at": datetime(1970, 1, 1, tzinfo=UTC)}, {"at": datetime(2020, 3, 18, tzinfo=UTC)}),
    ("impossible_speed", {"technology": "3G", "upload_mbps": 85.0}, {"technology": "3G", "upload_mbps": 84.0}),
    ("impossible_speed", {"download_mbps": -0.5}, {"download_mbps": 0.0}),
    (
        "impossible_speed",
        {"technology": None, "download_mbps": 20_001.0},
        {"technology": "5G", "download_mbps": 2_500.0},
    ),
    (
        "no_speed",
        {"download_mbps": 0.0, "upload_mbps": 0.0, "min_rtt_ms": None},
        {"download_mbps": 0.0, "upload_mbps": 0.0, "min_rtt_ms": None, "level_dbm": -110.0},
    ),
    ("faster_than_light", {"min_rtt_ms": 0.001}, {"min_rtt_ms": 0.2}),
    ("average_as_test", {"tests": 12}, {"tests": 12, "is_average": True}),
    ("clock", {"suspect": "clock"}, {}),
]


@pytest.mark.parametrize(("name", "wrong", "right"), SINGLE, ids=lambda value: value if isinstance(value, str) else "")
def test_a_rule_of_one_row(name: str, wrong: dict[str, Any], right: dict[str, Any]) -> None:
    assert marks(row(1, **wrong), row(2, **right)) == [name, None]


def test_light_needs_its_time_to_a_server_that_is_known() -> None:
    far = {"server_lon": 106.69, "server_lat": 8.94}  # 13 degrees, 1,446 km: 9.6 ms there and back
    assert marks(row(1, min_rtt_ms=8.5), row(2, min_rtt_ms=9.7), row(3, min_rtt_ms=8.5, source="mlab"), **far) == [
        "faster_than_light",
        None,
        None,
    ]


def test_a_device_s_day_is_judged_by_its_count_its_figures_and_its_rhythm() -> None:
    uneven = [row(n, device="m", at=AT + timedelta(minutes=n * n)) for n in range(6)]
    assert marks(*uneven, most_a_day=5) == ["too_many"] * 6
    assert marks(*uneven, most_a_day=6) == [None] * 6
    same = [row(1, id=f"s{n}", device=f"d{n}", at=AT + timedelta(hours=n)) for n in range(5)]
    assert marks(*same, repeated=5) == ["repeated"] * 5
    assert marks(*same[:4], repeated=5) == [None] * 4
    even = [row(n, device="r", at=AT + timedelta(minutes=10 * n)) for n in range(8)]
    assert marks(*even) == ["rhythm"] * 8
    assert marks(*even[:7]) == [None] * 7


def test_every_rule_has_words_and_order_decides() -> None:
    assert len(BY_NAME) == len(RULES)
    assert all(rule.label and rule.why for rule in RULES)
    assert marks(row(1, lon=0.0, lat=0.0, commune=None, download_mbps=-1.0)) == ["null_island"]
