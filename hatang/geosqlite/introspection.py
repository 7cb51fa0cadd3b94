"""Reading geometry columns back out of the schema."""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.base.introspection import TableInfo
from django.db.backends.sqlite3.introspection import DatabaseIntrospection, FlexibleFieldLookupDict

from hatang.geosqlite import ewkb
from hatang.geosqlite.index import index_name

FIELDS = {
    "GEOMETRY": "GeometryField",
    "POINT": "PointField",
    "LINESTRING": "LineStringField",
    "POLYGON": "PolygonField",
    "MULTIPOINT": "MultiPointField",
    "MULTILINESTRING": "MultiLineStringField",
    "MULTIPOLYGON": "MultiPolygonField",
    "GEOMETRYCOLLECTION": "GeometryCollectionField",
}
DECLARED = re.compile(r"^([A-Z]+?)(Z?)\((-?\d+)\)$")


class GeoFieldLookup(FlexibleFieldLookupDict):
    """Column types, the geometry ones among them."""

    base_data_types_reverse = FlexibleFieldLookupDict.base_data_types_reverse | {
        (kind + z).lower(): "GeometryField" for kind in ewkb.CODES for z in ("", "Z")
    }


class GeoIntrospection(DatabaseIntrospection):
    """Knows geometry columns, and keeps the R*Tree's own tables out of sight."""

    data_types_reverse = GeoFieldLookup()

    def get_table_list(self, cursor: Any) -> list[TableInfo]:
        """List tables and views without the indexes."""
        tables: list[TableInfo] = super().get_table_list(cursor)
        return [table for table in tables if "__rtree" not in table.name]

    def get_geometry_type(self, table_name: str, description: Any) -> tuple[str, dict[str, int]]:
        """Give the field class and the arguments that differ from its defaults."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT type FROM pragma_table_xinfo(%s) WHERE name = %s", [table_name, description.name])
            row = cursor.fetchone()
        match = DECLARED.match(row[0]) if row else None
        if match is None:
            raise ValueError(f"{table_name}.{description.name} is not a geometry column")
        kind, z, srid = match.groups()
        arguments = {} if srid == "4326" else {"srid": int(srid)}
        return FIELDS[kind], arguments | ({"dim": 3} if z else {})

    def get_constraints(self, cursor: Any, table_name: str) -> dict[str, Any]:
        """Add the spatial indexes."""
        constraints: dict[str, Any] = super().get_constraints(cursor, table_name)
        cursor.execute("SELECT name FROM pragma_table_xinfo(%s)", [table_name])
        names = {index_name(table_name, column): column for (column,) in cursor.fetchall()}
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%%!_!_rtree' ESCAPE '!'")
        plain = {"primary_key": False, "unique": False, "foreign_key": None, "check": False, "index": True}
        found = {name: {"columns": [names[name]], **plain} for (name,) in cursor.fetchall() if name in names}
        return constraints | found
