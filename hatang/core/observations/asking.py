"""Questions to the table of observations, by DuckDB: a stream drawn in buckets, single observations, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from hatang.core.observations.schema import ROWS, Observation, microseconds, moment_of
from hatang.core.observations.table import ObservationTable

MOMENTS: Final = ("at", "until", "result_at", "valid_from", "valid_until")
COLUMNS: Final = tuple(name for name in ROWS.names if name != "load")
SELECTED: Final = ", ".join(f'epoch_us("{name}")' if name in MOMENTS else f'"{name}"' for name in COLUMNS)
MEMORY: Final = "1GB"
MOST_RUNS, MOST_NAMED = 16, 200


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a stream told in one stretch of time: least, mean, greatest, and of how many."""

    at: datetime
    least: float
    mean: float
    most: float
    count: int


@dataclass(frozen=True)
class Asked:
    """Which rows: of which streams (None: all), in which time, and a further condition in SQL with its values."""

    streams: Sequence[int] | None = None
    begin: datetime | None = None
    end: datetime | None = None
    where: str = "true"
    values: tuple[Any, ...] = ()


@cache
def engine() -> Any:
    """Open this process's engine; each question gets a cursor of its own."""
    import duckdb

    return duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "enable_external_access": True})


def rows_sql(table: ObservationTable, asked: Asked, cursor: Any) -> tuple[str, list[Any]]:
    """Write the rows asked for as SQL with its values; nothing where no file reaches there."""
    files = table.files_between(asked.begin, asked.end)
    if not files:
        return "", []
    conditions, values = [f"({asked.where})"], list(asked.values)
    if asked.begin:
        conditions.append(f'"at" >= make_timestamptz({microseconds(asked.begin)})')
    if asked.end:
        conditions.append(f'"at" <= make_timestamptz({microseconds(asked.end)})')
    if asked.streams is not None:
        conditions.append(streams_sql(asked.streams, cursor))
    return f"from read_parquet(?, hive_partitioning=false) where {' and '.join(conditions)}", [files, *values]


def streams_sql(streams: Sequence[int], cursor: Any) -> str:
    """Write that a row is of one of these streams: by runs of numbers where they are few, which is quickest asked."""
    found = runs(streams)
    if len(found) <= MOST_RUNS:
        return "(" + (" or ".join(f"stream between {first} and {last}" for first, last in found) or "false") + ")"
    if len(streams) <= MOST_NAMED:
        return f"stream in ({', '.join(map(str, map(int, streams)))})"
    import pyarrow as pa

    cursor.register("wanted_streams", pa.table({"stream": pa.array(streams, pa.int64())}))
    return "stream in (select stream from wanted_streams)"


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Give the runs of whole numbers that follow each other, each by its first and last.

    >>> runs([7, 3, 4, 5, 9, 4])
    [(3, 5), (7, 7), (9, 9)]
    """
    found: list[tuple[int, int]] = []
    for number in sorted({int(one) for one in numbers}):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def series(table: ObservationTable, stream: int, begin: datetime, end: datetime, buckets: int) -> list[Bucket]:
    """Draw a stream from `begin` to `end` in so many equal stretches of time; those without a number are left out."""
    width = max(1, -(-(microseconds(end) - microseconds(begin)) // buckets))
    cursor = engine().cursor()
    source, values = rows_sql(table, Asked([stream], begin, end, "result is not null"), cursor)
    if not source:
        return []
    place = f'(epoch_us("at") - {microseconds(begin)}) // {width}'
    question = (
        f"select {place} as place, min(result), avg(result), max(result), count(*) {source} group by 1 order by 1"
    )
    found = cursor.execute(question, values).fetchall()
    return [Bucket(moment_of(microseconds(begin) + place * width), *told) for place, *told in found]


def count(table: ObservationTable, asked: Asked) -> int:
    """Count the rows."""
    cursor = engine().cursor()
    source, values = rows_sql(table, asked, cursor)
    return int(cursor.execute(f"select count(*) {source}", values).fetchone()[0]) if source else 0


def observations(
    table: ObservationTable,
    asked: Asked,
    *,
    order: str = '"at" desc, id',
    limit: int = 100,
    skip: int = 0,
    qualify: str = "true",
) -> list[Observation]:
    """Give observations in an order, from one on, at most so many; `qualify` is a condition of window functions."""
    cursor = engine().cursor()
    source, values = rows_sql(table, asked, cursor)
    if not source:
        return []
    among = f"qualify {qualify}" if qualify != "true" else ""
    question = f"select {SELECTED} {source} {among} order by {order} limit {int(limit)} offset {int(skip)}"
    return [observation_of(row) for row in cursor.execute(question, values).fetchall()]


def observation_of(row: Sequence[Any]) -> Observation:
    """Give one row as an observation."""
    told = dict(zip(COLUMNS, row, strict=True))
    moments = {name: moment_of(told[name]) for name in MOMENTS if told[name] is not None}
    return Observation(**(told | moments))
