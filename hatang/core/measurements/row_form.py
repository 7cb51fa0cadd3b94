"""Rows in the form in which they are kept: columns and types, the H3 cell, day and month, each id once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from h3ronpy.vector import coordinates_to_cells

from hatang.core.measurements.monthly import kept_column
from hatang.core.measurements.schema import KEPT, ROWS

CELL_RESOLUTION: Final = 8
AHEAD_OF_UTC: Final = timedelta(hours=7)
ORDER: Final = [("cell", "ascending"), ("operator", "ascending"), ("at", "ascending"), ("id", "ascending")]


def kept_form(rows: pa.Table) -> pa.Table:
    """Bring rows into the form of a file.

    Columns are taken by name; one that may be null may be missing. NaN, which no engine orders like another, becomes
    null. Raises ValueError where a column that must be there is missing or has gaps.
    """
    columns = {field.name: kept_column(rows, field) for field in ROWS}
    columns["cell"] = cells_of(columns["lon"], columns["lat"])
    columns["day"] = pc.add(columns["at"], pa.scalar(AHEAD_OF_UTC)).cast(pa.timestamp("us")).cast(pa.date32())
    columns["month"] = pc.strftime(columns["day"], format="%Y-%m")
    return pa.table(columns, schema=KEPT)


def cells_of(lon: pa.ChunkedArray, lat: pa.ChunkedArray) -> pa.Array:
    """Give the H3 cell of each place (WGS 84, degrees), null where there is no place on Earth."""
    degrees = [pc.fill_null(ordinate, np.nan).to_numpy() for ordinate in (lon, lat)]
    known = (np.abs(degrees[0]) <= 180) & (np.abs(degrees[1]) <= 90)
    lon_deg, lat_deg = (np.where(known, ordinate, 0.0) for ordinate in degrees)
    cells = pa.array(coordinates_to_cells(lat_deg, lon_deg, CELL_RESOLUTION)).cast(pa.int64())
    return pc.if_else(pa.array(known), cells, pa.scalar(None, pa.int64()))
