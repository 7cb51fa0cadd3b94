"""Database functions and lookups of our own that mean the same on SQLite and on PostGIS."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import GeoFunc, Transform
from django.contrib.gis.db.models.lookups import GISLookup
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.measure import Distance as Measure
from django.db import NotSupportedError
from django.db.models import FloatField, Func

from hatang.geosqlite.reach import Box, reach

WGS84 = 4326
SQL = tuple[str, Any]


class MakePoint(Func):
    """The point of two numbers, longitude first; null where one of them is."""

    function = "ST_MakePoint"
    arity = 2

    def __init__(self, *expressions: Any, srid: int = WGS84, **extra: Any) -> None:
        template = f"ST_SetSRID(%(function)s(%(expressions)s), {srid:d})"
        super().__init__(*expressions, **{"template": template} | extra)


class Geodesic(GeoFunc):
    """A measure in metres on the WGS 84 ellipsoid; geometries of another reference system are transformed."""

    output_field = FloatField()
    function_postgis = ""
    function_sqlite = ""

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """Bring every geometry to longitude and latitude."""
        made = super().resolve_expression(*args, **kwargs)
        for position in self.geom_param_pos:
            expression = made.source_expressions[position]
            if expression.output_field.srid != WGS84:
                made.source_expressions[position] = Transform(expression, WGS84).resolve_expression(*args, **kwargs)
        return made

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write it with PostGIS's geography."""
        return self.as_sql(
            compiler,
            connection,
            function=self.function_postgis,
            template="%(function)s((%(expressions)s)::geography)",
            arg_joiner=")::geography, (",
            **context,
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write it with the functions that the connection knows."""
        if connection.ops.name != "geosqlite":
            raise NotSupportedError(f"{self.name} needs the backend hatang.geosqlite or PostGIS.")
        return self.as_sql(compiler, connection, function=self.function_sqlite, **context)


class GeodesicDistance(Geodesic):
    """The least distance between two geometries in metres, a float."""

    arity = 2
    geom_param_pos = (0, 1)
    function_postgis = "ST_Distance"
    function_sqlite = "geosqlite_distance_m"


class GeodesicArea(Geodesic):
    """The area of surfaces in square metres, a float."""

    arity = 1
    function_postgis = "ST_Area"
    function_sqlite = "geosqlite_area_m2"


class GeodesicLength(Geodesic):
    """The length of lines in metres, a float."""

    arity = 1
    function_postgis = "ST_Length"
    function_sqlite = "ST_LengthSpheroid"


@GeometryField.register_lookup
class DWithinMetres(GISLookup):
    """`point__dwithin_m=(geometry, metres)`: no farther apart than so many metres on the WGS 84 ellipsoid."""

    lookup_name = "dwithin_m"
    rhs_params: list[Any]

    def process_rhs_params(self) -> None:
        """Take one number, a distance or an expression besides the geometry."""
        if len(self.rhs_params) != 1:
            raise ValueError("dwithin_m takes a geometry and a distance in metres.")
        metres = self.rhs_params[0]
        if hasattr(metres, "resolve_expression"):
            return
        metres = float(metres.m if isinstance(metres, Measure) else metres)
        if not 0 <= metres < math.inf:
            raise ValueError("The distance of dwithin_m is a number of metres, 0 or more.")
        self.rhs_params = [metres]

    def sides(self, compiler: Any, connection: Any) -> tuple[SQL, SQL, SQL]:
        """Write the left side, the right side and the distance."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        if self.lhs.output_field.srid != WGS84:
            left, right = f"ST_Transform({left}, {WGS84})", f"ST_Transform({right}, {WGS84})"
        metres = self.rhs_params[0]
        if not hasattr(metres, "resolve_expression"):
            return (left, list(left_params)), (right, list(right_params)), ("%s", [metres])
        distance, distance_params = compiler.compile(metres.resolve_expression(compiler.query))
        return (left, list(left_params)), (right, list(right_params)), (distance, list(distance_params))

    def as_postgresql(self, compiler: Any, connection: Any) -> SQL:
        """Write it with geography, which the index of a geometry column does not serve; hence the box before it."""
        (left, a), (right, b), (metres, c) = self.sides(compiler, connection)
        sql = f"ST_DWithin(({left})::geography, ({right})::geography, {metres})"
        box = self.box()
        if box is None:
            return sql, [*a, *b, *c]
        return f"({left} && ST_MakeEnvelope(%s, %s, %s, %s, {WGS84}) AND {sql})", [*a, *box, *a, *b, *c]

    def box(self) -> Box | None:
        """Give the box that holds every place so near to a constant; None where it is not known now."""
        metres = self.rhs_params[0]
        if not isinstance(self.rhs, GEOSGeometry) or hasattr(metres, "resolve_expression"):
            return None
        place = self.rhs if self.rhs.srid == WGS84 else self.rhs.transform(WGS84, clone=True)
        if place.empty or self.lhs.output_field.srid != WGS84:
            return None
        return reach(place.extent, metres)

    def as_sqlite(self, compiler: Any, connection: Any) -> SQL:
        """Write it with our function, through the index where there is one."""
        if connection.ops.name != "geosqlite":
            raise NotSupportedError("dwithin_m needs the backend hatang.geosqlite or PostGIS.")
        (left, a), (right, b), (metres, c) = self.sides(compiler, connection)
        sql, params = f"geosqlite_dwithin_m({left}, {right}, {metres})", [*a, *b, *c]
        found = connection.ops.near_condition(self, (right, b), (metres, c))
        return (f"({found[0]} AND {sql})", [*found[1], *params]) if found else (sql, params)


__all__ = ["DWithinMetres", "GeodesicArea", "GeodesicDistance", "GeodesicLength", "MakePoint"]
