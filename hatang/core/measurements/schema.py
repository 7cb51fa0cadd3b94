"""The columns of a measurement, in the order in which they are stored; one place that writers and readers share."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import pyarrow as pa


class Source(StrEnum):
    """Where a row comes from."""

    NDT7 = "ndt7"
    """Measured in the browser against the province's own server."""
    MLAB = "mlab"
    DRIVE = "drive"
    OOKLA = "ookla"
    """A tile's average over many tests: `is_average`, `tests` says how many."""


class Access(StrEnum):
    """How the person is connected."""

    FIXED = "fixed"
    MOBILE = "mobile"
    UNKNOWN = ""


ROWS: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),  # the same test has the same id however often it is loaded
        pa.field("load", pa.int64(), nullable=False),  # which load brought it; 0 = the province's own tests
        pa.field("source", pa.string(), nullable=False),  # Source
        pa.field("province", pa.string(), nullable=False),  # code of the province that holds the row
        pa.field("commune", pa.string()),  # code of the commune, null where it is not known
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("operator", pa.string()),  # key of the organisation, null where it is not known
        pa.field("access", pa.string(), nullable=False),  # Access
        pa.field("technology", pa.string()),  # 2G 3G 4G 5G, ftth, cable, wifi; null where it is not known
        pa.field("device", pa.string()),  # a pseudonym that holds for one day only; null where there is none
        pa.field("download_mbps", pa.float32()),
        pa.field("upload_mbps", pa.float32()),
        pa.field("min_rtt_ms", pa.float32()),
        pa.field("jitter_ms", pa.float32()),
        pa.field("loss_ratio", pa.float32()),  # 0 to 1
        pa.field("ip_family", pa.int8(), nullable=False),  # 4, 6; 0 = not known
        pa.field("lon", pa.float64()),  # WGS 84, never finer than three decimals for a person's test
        pa.field("lat", pa.float64()),
        pa.field("cell", pa.int64()),  # H3, resolution 8; put in when the row is kept. Signed: Spark knows no other
        pa.field("level_dbm", pa.float32()),
        pa.field("tests", pa.int32(), nullable=False),  # 1, or how many tests an average stands for
        pa.field("is_average", pa.bool_(), nullable=False),
        pa.field("suspect", pa.string()),  # name of the rule that set the row aside; null = it counts
        pa.field("simulated", pa.bool_(), nullable=False),
    ]
)

KEPT: Final = pa.schema(
    [
        *ROWS,
        pa.field("day", pa.date32(), nullable=False),  # the day in Viet Nam
        pa.field("month", pa.string(), nullable=False),  # YYYY-MM of that day
    ]
)
"""The columns of a file of the table: those of a row, and its day and month, which no engine need work out again."""
