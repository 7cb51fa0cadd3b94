"""Rows of speed tests for tests: a few with what matters given, the rest plain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from hatang.core.measurements.schema import ROWS

PLAIN: dict[str, Any] = {
    "load": 0,
    "source": "ndt7",
    "province": "20",
    "commune": "06184",
    "at": datetime(2026, 11, 3, 5, tzinfo=UTC),
    "operator": "viettel",
    "access": "fixed",
    "download_mbps": 100.0,
    "ip_family": 4,
    "lon": 106.761,
    "lat": 21.853,
    "tests": 1,
    "is_average": False,
    "simulated": False,
}


def rows_of(*given: dict[str, Any]) -> pa.Table:
    """Make rows: what is given, the rest plain; ids by number."""
    made = [{"id": f"t{n}", **PLAIN, **row} for n, row in enumerate(given)]
    return pa.Table.from_pylist(made, schema=ROWS)
