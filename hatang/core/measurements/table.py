"""The measurement table: rows of speed tests that are only ever added, in Parquet files by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hatang.core.measurements.checking import sound
from hatang.core.measurements.monthly import Appended, LoadConflictError, MonthlyTable
from hatang.core.measurements.reading import valid_rows
from hatang.core.measurements.row_form import ORDER, kept_form

__all__ = ["Appended", "LoadConflictError", "MeasurementTable", "kept_form"]


class MeasurementTable(MonthlyTable):
    """The measurement table in a folder; any number of processes may read and write it at once."""

    ORDER = ORDER

    def form(self, rows: pa.Table) -> pa.Table:
        """Bring rows into the form of a file."""
        return kept_form(rows)

    def connection(self, *, memory_gb: float = 4, threads: int | None = None) -> Any:
        """Open a DuckDB connection of one's own; beyond its memory it works on the disk, in the table's folder."""
        settings: dict[str, Any] = {"memory_limit": f"{memory_gb}GB", "temp_directory": str(self.folder.path / "spill")}
        return ibis.duckdb.connect(**settings, **({"threads": threads} if threads else {}))

    def expression(self, connection: Any, *, months: Sequence[str] | None = None) -> ir.Table:
        """Give the valid rows as a table of an Ibis connection (DuckDB, Spark): the suspect ones with their mark.

        `months` (YYYY-MM) says which are needed, all where it is None. What it names stays readable for an hour.
        """
        if not sound(self.folder, self.folder.listing()):
            self._mend()
        return valid_rows(self.folder.path, connection, months=months)
