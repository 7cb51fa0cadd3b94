"""The measurement table of the installation: where it lies, what goes in, what is taken out again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from hatang.accounts.models import Organisation
from hatang.core.measurements.schema import ROWS
from hatang.core.measurements.table import Appended, MeasurementTable

FOLDER = "measurements"
OWN = 0
"""The load of the tests that the province's own page measured."""


def measurement_table() -> MeasurementTable:
    """Open the installation's table, in a folder of its data directory."""
    return MeasurementTable(Path(settings.DATA) / FOLDER)


def keep_rows(rows: pa.Table, *, load: int) -> Appended:
    """Add rows under a load; what is there already, by its id, is not added again.

    The columns are those of `core.measurements.schema.ROWS`; `load` is written over what they say.
    """
    bears = pa.array([load] * rows.num_rows, pa.int64())
    there = {name: rows[name] for name in rows.column_names if name != "load"} | {"load": bears}
    return measurement_table().append(pa.table({field.name: there[field.name] for field in ROWS}).cast(ROWS))


def withdraw_rows(*, load: int) -> None:
    """Let the rows of a load count no more; they stay in the files until these are compacted."""
    measurement_table().withdraw(load)


def content_mark() -> str:
    """Give a mark of what the table holds: another one whenever a row came or went."""
    listing = measurement_table().folder.listing()
    told = [*sorted(file.name for file in listing.files), *map(str, listing.withdrawn)]
    return hashlib.sha256("|".join(told).encode()).hexdigest()


def operator_key(operator: Organisation | None) -> str | None:
    """Give the word by which rows name an operator: its lasting key, else its number."""
    return (operator.key or str(operator.pk)) if operator else None


def operators_by_key() -> dict[str, Organisation]:
    """Give the operators by the word that rows have for them."""
    return {str(operator_key(operator)): operator for operator in Organisation.objects.operators()}
