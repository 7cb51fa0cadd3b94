"""Rows of the measurement table for tests: one by one, each with what a test wants different."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from hatang.core.measurements.schema import ROWS

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)


def row(number: int, **different: Any) -> dict[str, Any]:
    """Give a sound test of a phone in Đồng Đăng."""
    sound: dict[str, Any] = {
        "id": f"thu:{number}",
        "load": 0,
        "source": "ndt7",
        "province": "20",
        "commune": "06181",
        "at": AT,
        "access": "mobile",
        "technology": "4G",
        "download_mbps": 30.0 + number / 7,
        "upload_mbps": 10.0 + number / 11,
        "min_rtt_ms": 20.0 + number / 13,
        "ip_family": 4,
        "lon": 106.69,
        "lat": 21.94,
        "tests": 1,
        "is_average": False,
        "simulated": False,
    }
    return sound | different


def table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Give rows as the table takes them."""
    return pa.Table.from_pylist(list(rows), schema=ROWS)
