"""GeoPackage (OGC 12-128r18): a layer for each kind, styled for QGIS, its fields named in Vietnamese."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from hatang.network.services.exports.asking import Asked
from hatang.network.services.exports.columns import Column, Table
from hatang.network.services.exports.maps import geometry_of
from hatang.network.services.exports.qgis import qml
from hatang.network.services.exports.reading import Sheet
from hatang.network.services.exports.sheets import Step
from hatang.pages.lists import SIMULATED_LINE

BATCH = 20_000
GEOMETRY = "geom"
GEOMETRY_TYPES = {"point": "Point", "path": "LineString"}
EXTENSIONS = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))
"""
STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""
"""The table as QGIS makes it."""
ALIASES = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name))
"""
"""The extension "schema" of the standard, which GDAL reads as the other names of fields."""


def write_gpkg(path: Path, sheets: list[Sheet], asked: Asked, step: Step) -> None:
    """Write a GeoPackage."""
    done = 0
    for sheet in sheets:
        rows = sheet.rows()
        written = append(path, sheet.table, list(islice(rows, BATCH)))
        while some := list(islice(rows, BATCH)):
            step(done + written)
            written += append(path, sheet.table, some)
        done += written
        step(done)
    with closing(sqlite3.connect(path)) as database, database:
        describe(database, sheets, asked)


def append(path: Path, table: Table, rows: list[tuple[Any, ...]]) -> int:
    """Add rows to a table's layer, which is made by the first of them or by none, and say how many."""
    columns = table.attributes
    cells = [[row[table.named[column.name]] for row in rows] for column in columns]
    drawn = {"geometry_type": GEOMETRY_TYPES[table.geometry], "crs": "EPSG:4326"} if table.geometry else {}
    if not path.exists() or rows or table.key not in pyogrio.list_layers(path)[:, 0]:
        pyogrio.raw.write(
            path,
            geometry=geometries(table, rows),
            field_data=[array(column, values) for column, values in zip(columns, cells, strict=True)],
            field_mask=[np.array([value is None for value in values], dtype=bool) for values in cells],
            fields=[column.name for column in columns],
            layer=table.key,
            driver="GPKG",
            append=path.exists(),
            layer_options={"GEOMETRY_NAME": GEOMETRY, "FID": "fid"},
            **drawn,
        )
    return len(rows)


def geometries(table: Table, rows: list[tuple[Any, ...]]) -> np.ndarray[Any, Any] | None:
    """Give the geometries of rows as WKB, if their kind has one."""
    if not table.geometry:
        return None
    return np.asarray(shapely.to_wkb([geometry_of(table, row) for row in rows]), dtype=object)


def whole(values: list[Any]) -> np.ndarray[Any, Any]:
    """Give whole numbers; what is not there is masked."""
    return np.array([value or 0 for value in values], dtype=np.int64)


ARRAYS: dict[str, Callable[[list[Any]], np.ndarray[Any, Any]]] = {
    "whole": whole,
    "number": lambda values: np.array([np.nan if value is None else value for value in values], dtype=np.float64),
    "day": lambda values: np.array([np.datetime64(value or "NaT", "D") for value in values], dtype="datetime64[D]"),
    "yes_no": lambda values: np.array([bool(value) for value in values], dtype=bool),
}


def array(column: Column, values: list[Any]) -> np.ndarray[Any, Any]:
    """Give a column's values as GDAL takes them."""
    made = ARRAYS.get(column.kind)
    return made(values) if made else np.array([value or None for value in values], dtype=object)


def describe(database: sqlite3.Connection, sheets: list[Sheet], asked: Asked) -> None:
    """Add styles, Vietnamese names and what the layers hold."""
    for made in (STYLES, ALIASES, EXTENSIONS):
        database.execute(made)
    contents = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)"
    database.execute(contents, ("layer_styles", "layer_styles"))
    database.execute(
        "INSERT INTO gpkg_extensions (table_name, extension_name, definition, scope) VALUES (?, ?, ?, 'read-write')",
        ("gpkg_data_columns", "gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema"),
    )
    for sheet in sheets:
        layer(database, sheet, asked)


def layer(database: sqlite3.Connection, sheet: Sheet, asked: Asked) -> None:
    """Add one layer's style, title and names."""
    table = sheet.table
    mark = f"{SIMULATED_LINE}. " if sheet.simulated else ""
    about = (table.title, f"{mark}{asked.words}.", table.key)
    database.execute("UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?", about)
    database.executemany(
        "INSERT OR REPLACE INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
        [(table.key, column.name, column.heading, column.heading) for column in table.attributes],
    )
    database.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')",
        (table.key, GEOMETRY if table.geometry else "", table.title[:30], qml(table), mark + table.title),
    )
