"""The rows of the measurement table as an Ibis expression, the same on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from hatang.core.measurements.files import Folder, KeptFile
from hatang.core.measurements.schema import KEPT


def valid_rows(folder: Path, connection: Any, *, months: Sequence[str] | None = None) -> ir.Table:
    """Give the rows that are not withdrawn, the suspect ones with their mark, as a table of an Ibis connection.

    `connection` is one of DuckDB or Spark; `months` (YYYY-MM) says which files are needed, all where it is None.
    """
    listing = Folder(folder).listing()
    files = [file for file in listing.files if months is None or file.month in months]
    rows = read_files(connection, folder, files)
    for field in KEPT:
        if field.name not in rows.columns:
            rows = rows.mutate(**{field.name: ibis.null(ibis.dtype(field.type))})
    gone = [load for load in listing.withdrawn if any(load in file.loads for file in files)]
    return rows.filter(rows.load.notin(gone)) if gone else rows


def read_files(connection: Any, folder: Path, files: Sequence[KeptFile]) -> ir.Table:
    """Read Parquet files on an engine; a column that came later is null in the older files."""
    if not files:
        return ibis.memtable(KEPT.empty_table())
    if connection.name == "pyspark":
        names = ",".join(file.name for file in files)
        return connection.read_parquet(f"{folder.absolute()}/{{{names}}}", mergeSchema=True)
    paths = [str(folder / file.name) for file in files]
    return connection.read_parquet(paths, hive_partitioning=False, union_by_name=True)
