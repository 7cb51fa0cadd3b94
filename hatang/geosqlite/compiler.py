"""Django writes some functions for SpatiaLite when the database is SQLite; here they are written as for PostGIS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.gis.db.models import functions
from django.db import NotSupportedError, models
from django.db.models import Value
from django.db.models.sql import compiler

SQL = tuple[str, Any]


def distance(node: functions.Distance, self: Any) -> SQL:
    """Write a distance: in the plane, or in metres on the sphere or spheroid where the field is in degrees."""
    name = "ST_Distance"
    if node.geo_field.geodetic(self.connection):
        name = "ST_DistanceSpheroid" if node.spheroid else "ST_DistanceSphere"
    return node.as_sql(self, self.connection, function=name)


def nearness(node: functions.GeometryDistance, self: Any) -> SQL:
    """Write PostGIS's `<->`, the distance in the plane."""
    return node.as_sql(self, self.connection, function="ST_Distance", arg_joiner=", ")


def length(node: functions.Length, self: Any) -> SQL:
    """Write a length: in the plane, or in metres on the spheroid."""
    _refuse_3d(node)
    geodetic = node.geo_field.geodetic(self.connection)
    return node.as_sql(self, self.connection, function="ST_LengthSpheroid" if geodetic else "ST_Length")


def perimeter(node: functions.Perimeter, self: Any) -> SQL:
    """Write a perimeter in the plane."""
    _refuse_3d(node)
    if node.geo_field.geodetic(self.connection):
        raise NotSupportedError("Perimeter of a field in degrees: transform it first.")
    return node.as_sql(self, self.connection)


def area(node: functions.Area, self: Any) -> SQL:
    """Write an area in the plane; the features refuse degrees."""
    return node.as_sql(self, self.connection)


def bounding_circle(node: functions.BoundingCircle, self: Any) -> SQL:
    """Refuse by name."""
    return node.as_sql(self, self.connection)


def translate(node: functions.Translate, self: Any) -> SQL:
    """Write a translation with all three steps."""
    clone = node.copy()
    if len(clone.source_expressions) < 4:
        clone.source_expressions.append(Value(0))
    return super(functions.Translate, clone).as_sqlite(self, self.connection)


def _refuse_3d(node: Any) -> None:
    if any(field is not None and field.dim > 2 for field in node.get_source_fields() if hasattr(field, "dim")):
        raise NotSupportedError(f"{node.name} of a field with Z is not supported on SQLite.")


SPECIAL: dict[type, Callable[[Any, Any], SQL]] = {
    functions.Distance: distance,
    functions.GeometryDistance: nearness,
    functions.Length: length,
    functions.Perimeter: perimeter,
    functions.Area: area,
    functions.BoundingCircle: bounding_circle,
    functions.Translate: translate,
}


AS_IT_IS: dict[type[models.Field[Any, Any]], type] = {
    **dict.fromkeys((models.IntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField), int),
    **dict.fromkeys((models.SmallIntegerField, models.BigIntegerField, models.PositiveBigIntegerField), int),
    **dict.fromkeys((models.CharField, models.TextField), str),
    models.FloatField: float,
    models.BooleanField: bool,
}
"""Of which type a value needs no turning to be written; of these fields themselves, not of what is made from them."""


class GeoCompiler(compiler.SQLCompiler):
    """Compile as Django does, the special functions excepted."""

    def compile(self, node: Any) -> SQL:
        """Give the SQL of an expression."""
        special = SPECIAL.get(type(node))
        return special(node, self) if special else super().compile(node)


class SQLCompiler(GeoCompiler):
    """For SELECT."""


class SQLInsertCompiler(GeoCompiler, compiler.SQLInsertCompiler):
    """For INSERT."""

    def prepare_value(self, field: Any, value: Any) -> Any:
        """Give a value as SQLite takes it; most are already what their field would make of them."""
        wanted = AS_IT_IS.get(type(field))
        if wanted and (value is None or type(value) is wanted):
            return value
        return super().prepare_value(field, value)

    def assemble_as_sql(self, fields: Any, value_rows: Any) -> Any:
        """Give the marks and values of rows; Django asks each value how it is written, here a column is asked once."""
        if value_rows and all(map(is_plain, fields, zip(*value_rows, strict=True))):
            return [["%s"] * len(fields)] * len(value_rows), value_rows
        return super().assemble_as_sql(fields, value_rows)


def is_plain(field: Any, column: Iterable[Any]) -> bool:
    """Tell whether all values of a column are written as they are: no geometry, no expression."""
    kinds = set(map(type, column))
    return field is not None and not hasattr(field, "get_placeholder") and not any(hasattr(k, "as_sql") for k in kinds)


class SQLDeleteCompiler(GeoCompiler, compiler.SQLDeleteCompiler):
    """For DELETE."""


class SQLUpdateCompiler(GeoCompiler, compiler.SQLUpdateCompiler):
    """For UPDATE."""


class SQLAggregateCompiler(GeoCompiler, compiler.SQLAggregateCompiler):
    """For aggregates over a subquery."""
