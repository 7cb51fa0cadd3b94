"""The columns of an observation, in the order in which they are stored; and the id by which it is known.

An id is `stream.moment.digest`: the number of the stream, the beginning of the phenomenon's time in microseconds since
1970 (UTC), and eight hexadecimal digits of what was observed. The same observation sent twice has the same id.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pyarrow as pa

MOMENT: Final = pa.timestamp("us", tz="UTC")
ROWS: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("load", pa.int64(), nullable=False),  # which load brought it; 0 = a device or a client by itself
        pa.field("stream", pa.int64(), nullable=False),
        pa.field("at", MOMENT, nullable=False),  # phenomenonTime, or its beginning
        pa.field("until", MOMENT),  # the end of phenomenonTime, null for a moment
        pa.field("result", pa.float64()),  # in the stream's unit; null where the result is no number
        pa.field("text", pa.string()),  # any other result, as JSON
        pa.field("result_at", MOMENT),
        pa.field("quality", pa.string()),  # as JSON
        pa.field("valid_from", MOMENT),
        pa.field("valid_until", MOMENT),
        pa.field("parameters", pa.string()),  # as JSON
        pa.field("feature", pa.int64()),  # feature of interest, null for the stream's own
    ]
)
KEPT: Final = pa.schema([*ROWS, pa.field("month", pa.string(), nullable=False)])
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
ID: Final = re.compile(r"(\d{1,18})\.(-?\d{1,17})\.([0-9a-f]{8})\Z")


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation on its way in or out; moments with their zone."""

    stream: int
    at: datetime
    until: datetime | None = None
    result: float | None = None
    text: str | None = None
    result_at: datetime | None = None
    quality: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    parameters: str | None = None
    feature: int | None = None
    id: str = ""

    @property
    def own_id(self) -> str:
        """The id: the one that it bears, else that of what was observed."""
        return self.id or observation_id(self)


def observation_id(one: Observation) -> str:
    """Give the id of an observation.

    >>> observation_id(Observation(7, datetime(2026, 1, 1, tzinfo=UTC), result=1.5))
    '7.1767225600000000.40327684'
    """
    end = "" if one.until is None else microseconds(one.until)
    told = f"{one.result!r}|{one.text or ''}|{end}|{one.feature or ''}"
    if one.quality or one.parameters or one.valid_from or one.valid_until or one.result_at:
        told += f"|{one.quality}|{one.parameters}|{one.valid_from}|{one.valid_until}|{one.result_at}"
    return f"{one.stream}.{microseconds(one.at)}.{zlib.crc32(told.encode()):08x}"


def microseconds(moment: datetime) -> int:
    """Give a moment in microseconds since 1970, UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(count: int) -> datetime:
    """Give the moment so many microseconds after 1970, UTC."""
    return EPOCH + timedelta(microseconds=count)


def read_id(text: str) -> tuple[int, datetime] | None:
    """Read stream and moment out of an id; nothing where it is none.

    >>> read_id("7.1767225600000000.40327684")
    (7, datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))
    """
    found = ID.match(text)
    try:
        return (int(found[1]), moment_of(int(found[2]))) if found else None
    except OverflowError:
        return None
