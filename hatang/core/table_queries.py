"""Questions in SQL put to tables in Parquet files: read only, in a process of its own, bounded in time, memory, rows.

The child opens DuckDB in memory, sees the named files as views, and then closes the world: no other file, no network,
no extension, no setting can be reached from the question.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

MEMORY, LONGEST_CELL, LONGEST_SQL = "512MB", 10_000, 20_000
SELECT_ONLY = "Chỉ nhận một câu SELECT: không ghi, không đổi gì được."


class QueryError(ValueError):
    """A question that could not be answered; the message says why."""


@dataclass(frozen=True)
class Answer:
    """Columns and rows (plain values); `cut` tells that there were more rows than asked for."""

    columns: list[str]
    rows: list[list[Any]]
    cut: bool
    seconds: float


def ask_tables(sql: str, tables: Mapping[str, Path], *, seconds: float = 10.0, most_rows: int = 10_000) -> Answer:
    """Answer one SELECT over views named as the keys of `tables`, each a Parquet file.

    Raises QueryError for anything but one SELECT, a fault in it, or when it takes longer than `seconds`.
    """
    if len(sql) > LONGEST_SQL:
        raise QueryError(f"Câu hỏi dài quá {LONGEST_SQL} chữ.")
    asked = {"sql": sql, "tables": {name: str(path) for name, path in tables.items()}, "most_rows": most_rows}
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hatang.core.table_queries"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=seconds + 3,
            env={name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ},
            check=False,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired as error:
        raise QueryError(f"Câu hỏi chạy quá {seconds:g} giây nên bị dừng. Lọc bớt năm, chỉ tiêu hoặc nơi.") from error
    if done.returncode:
        raise QueryError("Câu hỏi cần nhiều bộ nhớ hơn mức cho phép. Lọc bớt, hoặc cộng gộp trước.")
    said = json.loads(done.stdout)
    if "fault" in said:
        raise QueryError(said["fault"])
    return Answer(said["columns"], said["rows"], said["cut"], time.perf_counter() - begun)


def write_parquet(path: Path, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> None:
    """Write a table as Parquet, whole or not at all: `columns` by name, with DuckDB's types.

    Raises OSError where the folder cannot be written.
    """
    import duckdb
    import pandas as pd

    beside = path.with_suffix(f".{os.getpid()}.tmp")
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.register("given", pd.DataFrame(dict(columns)))
    kinds = ", ".join(f'CAST("{name}" AS {types[name]}) AS "{name}"' for name in columns)
    connection.execute(f"COPY (SELECT {kinds} FROM given) TO '{beside}' (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608
    connection.close()
    beside.replace(path)


def parquet_bytes(columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Give an answer as a Parquet file."""
    import tempfile

    names, table = list(columns), list(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        lists = {name: [row[k] for row in table] for k, name in enumerate(names)}
        write_parquet(path, lists, {name: kind_of(values) for name, values in lists.items()})
        return path.read_bytes()


def kind_of(values: Sequence[Any]) -> str:
    """Give the type of a column of plain values."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return "BOOLEAN"
    if known and all(isinstance(value, int) for value in known):
        return "BIGINT"
    return "DOUBLE" if known and all(isinstance(value, int | float) for value in known) else "VARCHAR"


def main() -> None:
    """Read a question from the input and write its answer: what the child does."""
    asked = json.load(sys.stdin)
    json.dump(answered(asked["sql"], asked["tables"], asked["most_rows"]), sys.stdout)


def answered(sql: str, tables: Mapping[str, str], most_rows: int) -> dict[str, Any]:
    """Answer in this process: {"columns", "rows", "cut"}, or {"fault"}."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": MEMORY})
    try:
        _close_the_world(connection, tables)
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return {"fault": SELECT_ONLY}
        found = connection.execute(statements[0])
        rows = found.fetchmany(most_rows + 1)
        columns = [str(column[0]) for column in found.description or ()]
    except duckdb.Error as error:
        return {"fault": f"Câu SQL có lỗi: {str(error).strip().splitlines()[0][:300]}"}
    return {
        "columns": columns,
        "rows": [[plain(c) for c in row] for row in rows[:most_rows]],
        "cut": len(rows) > most_rows,
    }


def _close_the_world(connection: Any, tables: Mapping[str, str]) -> None:
    """Show the tables and nothing else."""
    quoted = {name: path.replace("'", "''") for name, path in tables.items()}
    connection.execute(f"SET allowed_paths=[{', '.join(repr(path) for path in quoted.values())}]")
    for name, path in quoted.items():
        connection.execute(f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{path}')")  # noqa: S608
    for closed in ("SET temp_directory=''", "SET enable_external_access=false", "SET lock_configuration=true"):
        connection.execute(closed)


def plain(value: Any) -> Any:
    """Give a value that JSON and sheets know.

    >>> plain(Decimal("1.5")), plain(date(2026, 1, 2)), plain(float("nan")), plain([1])
    (1.5, '2026-01-02', None, '[1]')
    """
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return text[:LONGEST_CELL]


if __name__ == "__main__":
    main()
