"""The backend that `ENGINE = "hatang.geosqlite"` names: Django's own for SQLite, with geometry."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from django.db.backends.sqlite3 import base as sqlite

import hatang.geosqlite.functions  # noqa: F401  (registers the lookup `dwithin_m`)
from hatang.geosqlite.features import DatabaseFeatures
from hatang.geosqlite.introspection import GeoIntrospection
from hatang.geosqlite.memory import Memory, Remembered
from hatang.geosqlite.operations import GeoOperations, Region
from hatang.geosqlite.schema import GeoSchemaEditor
from hatang.geosqlite.sql_functions import register


class GeoCursor(sqlite.SQLiteCursorWrapper):
    """A cursor that holds the regions of its statement, and says what a geometry function found wrong."""

    memory: Memory
    regions: list[Remembered]

    def execute(self, query: str, params: Any = None) -> Any:
        """Execute, and name the fault."""
        if params and not isinstance(params, Mapping):
            params = self._hold_regions(params)
        try:
            return super().execute(query, params)
        except sqlite3.OperationalError as error:
            raise self.memory.explain(error) from error

    def _hold_regions(self, params: Any) -> list[Any]:
        """Put a number in the place of every region."""
        self.regions = []
        held = []
        for value in params:
            if type(value) is Region:
                value, region = self.memory.hold(value.ewkb)
                self.regions.append(region)
            held.append(value)
        return held

    def executemany(self, query: str, param_list: Any) -> Any:
        """Execute for many, and name the fault."""
        try:
            return super().executemany(query, param_list)
        except sqlite3.OperationalError as error:
            raise self.memory.explain(error) from error

    def fetchone(self) -> Any:
        """Fetch a row, and name the fault."""
        try:
            return super().fetchone()
        except sqlite3.OperationalError as error:
            raise self.memory.explain(error) from error

    def fetchmany(self, size: int | None = 1) -> Any:
        """Fetch rows, and name the fault."""
        try:
            return super().fetchmany(size)
        except sqlite3.OperationalError as error:
            raise self.memory.explain(error) from error

    def fetchall(self) -> Any:
        """Fetch all rows, and name the fault."""
        try:
            return super().fetchall()
        except sqlite3.OperationalError as error:
            raise self.memory.explain(error) from error


class DatabaseWrapper(sqlite.DatabaseWrapper):
    """A connection that knows the geometry functions; every option of Django's SQLite backend works."""

    SchemaEditorClass = GeoSchemaEditor
    features_class = DatabaseFeatures
    introspection_class = GeoIntrospection
    ops_class = GeoOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection and register the functions on it."""
        connection = super().get_new_connection(conn_params)
        self.memory = register(connection)
        return connection

    def create_cursor(self, name: str | None = None) -> GeoCursor:
        """Make a cursor that names faults."""
        cursor = self.connection.cursor(factory=GeoCursor)
        cursor.memory = self.memory
        return cursor
