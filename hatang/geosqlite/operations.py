"""How GeoDjango's lookups, functions and aggregates are written for SQLite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django.db.backends.sqlite3.base  # noqa: F401  (first: its parts import it in a circle)
import numpy as np
from django.contrib.gis.db.backends.base.operations import BaseSpatialOperations
from django.contrib.gis.db.models import Extent3D, GeometryField
from django.contrib.gis.geos.geometry import GEOSGeometry, GEOSGeometryBase
from django.contrib.gis.geos.prototypes.io import wkb_r
from django.contrib.gis.measure import Distance
from django.db import NotSupportedError
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.db.models.expressions import Col

from hatang.geosqlite import ewkb
from hatang.geosqlite.index import index_name, is_indexed, quote
from hatang.geosqlite.predicates import RULES
from hatang.geosqlite.transforms import transform

SQL = tuple[str, Any]
WGS84 = 4326


class EwkbAdapter:
    """A geometry on its way into SQLite."""

    def __init__(self, geometry: Any) -> None:
        self.ewkb = bytes(geometry.ewkb)
        self.srid = geometry.srid

    def __conform__(self, protocol: Any) -> bytes:
        return self.ewkb

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EwkbAdapter) and self.ewkb == other.ewkb

    def __hash__(self) -> int:
        return hash(self.ewkb)

    def __str__(self) -> str:
        return self.ewkb.hex()


class Region(EwkbAdapter):
    """The constant side of a relation; the cursor holds it and gives SQLite its number."""

    def __init__(self, blob: bytes) -> None:
        self.ewkb, self.srid = blob, ewkb.srid_of(blob)


@dataclass(frozen=True)
class Bounds:
    """The box of a lookup's right side as four pieces of SQL with their parameters; `empty` where it is known so."""

    sql: tuple[str, str, str, str]
    params: tuple[list[Any], list[Any], list[Any], list[Any]]
    empty: bool = False

    @classmethod
    def of_constant(cls, box: ewkb.Box | None) -> Bounds:
        """Give the box of a geometry that is known now; comparisons with an empty one's find nothing."""
        minx, miny, maxx, maxy = box or (None, None, None, None)
        return cls(("%s", "%s", "%s", "%s"), ([minx], [miny], [maxx], [maxy]), empty=box is None)

    @classmethod
    def of_expression(cls, sql: str, params: list[Any]) -> Bounds:
        """Give the box of a column or another expression."""
        names = ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")
        minx, miny, maxx, maxy = (f"{name}({sql})" for name in names)
        return cls((minx, miny, maxx, maxy), (params, params, params, params))

    def widened(self, sql: str, params: list[Any]) -> Bounds:
        """Move every side outward by a distance."""
        minx, miny, maxx, maxy = self.sql
        moved = (f"{minx} - ({sql})", f"{miny} - ({sql})", f"{maxx} + ({sql})", f"{maxy} + ({sql})")
        a, b, c, d = self.params
        return Bounds(moved, (a + params, b + params, c + params, d + params), self.empty)

    def meets(self) -> SQL:
        """Write: the row's box shares a place with this one."""
        minx, miny, maxx, maxy = self.sql
        a, b, c, d = self.params
        return f"maxx >= {minx} AND minx <= {maxx} AND maxy >= {miny} AND miny <= {maxy}", a + c + b + d

    def lies_in(self) -> SQL:
        """Write: the row's box covers this one."""
        minx, miny, maxx, maxy = self.sql
        a, b, c, d = self.params
        return f"minx <= {minx} AND maxx >= {maxx} AND miny <= {miny} AND maxy >= {maxy}", a + c + b + d


def index_condition(lookup: Any, condition: SQL) -> SQL | None:
    """Write `rowid IN (the rows whose box ...)` where the left side is an indexed column.

    A lookup written as an expression (`~Within(...)`) must be NULL where its column is, which a test of rowids is
    not: it goes without the index. What `filter` and `exclude` build guards against NULL by itself.
    """
    column = lookup.lhs
    if not isinstance(column, Col) or not column.alias or "is_summary" in vars(lookup):
        return None
    model = column.target.model
    if not is_indexed(column.target) or not model._meta.managed:
        return None
    index = quote(index_name(model._meta.db_table, column.target.column))
    where, params = condition
    return f"{quote(column.alias)}.rowid IN (SELECT id FROM {index} WHERE {where})", params  # noqa: S608


class Operator:
    """A lookup: a function of both sides, and what its truth says about their boxes."""

    def __init__(self, func: str, box: Callable[[Bounds], SQL] | None, *, equality: bool = False) -> None:
        self.func, self.box, self.equality = func, box, equality

    def as_sql(self, connection: Any, lookup: Any, template_params: dict[str, Any], sql_params: Any) -> SQL:
        """Write the lookup, through the index where there is one."""
        left, right = template_params["lhs"], template_params["rhs"]
        params = list(sql_params)
        ahead, own = left.count("%s"), right.count("%s")
        bounds, right, params = self._right_side(lookup, right, params, ahead, own)
        template = lookup.sql_template or "%(func)s(%(lhs)s, %(rhs)s)"
        sql = template % {**template_params, "func": self.func, "op": "", "rhs": right}
        if lookup.lookup_name == "dwithin":
            bounds = bounds.widened(template_params["value"], params[ahead + right.count("%s") :])
        found = self._index(lookup, bounds)
        return (f"({found[0]} AND {sql})", [*found[1], *params]) if found else (sql, params)

    def _right_side(
        self, lookup: Any, right: str, params: list[Any], ahead: int, own: int
    ) -> tuple[Bounds, str, list[Any]]:
        """Bring a constant to the column's SRID now; leave an expression as it is."""
        if not isinstance(lookup.rhs, GEOSGeometry):
            return Bounds.of_expression(right, params[ahead : ahead + own]), right, params
        blob = params[ahead].ewkb
        target = lookup.lhs.output_field.srid
        if ewkb.srid_of(blob) != target and target > 0:
            blob = transform(blob, target)
        with np.errstate(invalid="ignore"):
            box = ewkb.box_of(ewkb.read(blob))
        value = Region(blob) if self.func in RULES and not RULES[self.func].region_first else blob
        return Bounds.of_constant(box), "%s", [*params[:ahead], value, *params[ahead + own :]]

    def _index(self, lookup: Any, bounds: Bounds) -> SQL | None:
        """Use the index, unless two empty geometries, which it does not hold, may be equal."""
        if self.box is None or (self.equality and (bounds.empty or not isinstance(lookup.rhs, GEOSGeometry))):
            return None
        return index_condition(lookup, self.box(bounds))


class BoxOperator(Operator):
    """The overlap of boxes: the index alone answers it, in single precision as on PostGIS."""

    def as_sql(self, connection: Any, lookup: Any, template_params: dict[str, Any], sql_params: Any) -> SQL:
        """Write the lookup as a question to the index; as a function where there is none."""
        params = list(sql_params)
        left, right = template_params["lhs"], template_params["rhs"]
        bounds, *_ = self._right_side(lookup, right, params, left.count("%s"), right.count("%s"))
        return self._index(lookup, bounds) or super().as_sql(connection, lookup, template_params, sql_params)


MEETS, LIES_IN = Bounds.meets, Bounds.lies_in
OPERATORS: dict[str, Operator] = {
    "bboverlaps": BoxOperator("geosqlite_bboverlaps", MEETS),
    "bbcontains": Operator("geosqlite_bbcontains", LIES_IN),
    "contained": Operator("geosqlite_contained", MEETS),
    "overlaps_left": Operator("geosqlite_overlaps_left", None),
    "overlaps_right": Operator("geosqlite_overlaps_right", None),
    "overlaps_below": Operator("geosqlite_overlaps_below", None),
    "overlaps_above": Operator("geosqlite_overlaps_above", None),
    "left": Operator("geosqlite_left", None),
    "right": Operator("geosqlite_right", None),
    "strictly_below": Operator("geosqlite_strictly_below", None),
    "strictly_above": Operator("geosqlite_strictly_above", None),
    "same_as": Operator("geosqlite_same_box", LIES_IN, equality=True),
    "exact": Operator("geosqlite_same_box", LIES_IN, equality=True),
    "contains": Operator("ST_Contains", LIES_IN),
    "contains_properly": Operator("ST_ContainsProperly", LIES_IN),
    "coveredby": Operator("ST_CoveredBy", MEETS),
    "covers": Operator("ST_Covers", LIES_IN),
    "crosses": Operator("ST_Crosses", MEETS),
    "disjoint": Operator("ST_Disjoint", None),
    "equals": Operator("ST_Equals", LIES_IN, equality=True),
    "intersects": Operator("ST_Intersects", MEETS),
    "overlaps": Operator("ST_Overlaps", MEETS),
    "relate": Operator("ST_Relate", None),
    "touches": Operator("ST_Touches", MEETS),
    "within": Operator("ST_Within", MEETS),
    "dwithin": Operator("ST_DWithin", MEETS),
}


class GeoOperations(BaseSpatialOperations, DatabaseOperations):  # type: ignore[misc]
    """The lookups, functions and aggregates, under PostGIS's names."""

    name = "geosqlite"
    compiler_module = "hatang.geosqlite.compiler"
    geom_func_prefix = "ST_"
    Adapter = EwkbAdapter
    gis_operators = OPERATORS
    disallowed_aggregates = (Extent3D,)
    unsupported_functions = {"AsGML", "AsKML", "AsSVG", "BoundingCircle", "GeoHash", "MemSize"}
    function_names = {
        "AsWKB": "ST_AsBinary",
        "AsWKT": "ST_AsText",
        "FromWKB": "ST_GeomFromWKB",
        "FromWKT": "ST_GeomFromText",
        "NumPoints": "ST_NPoints",
    }

    def geo_db_type(self, f: Any) -> str:
        """Declare a column so that its type, dimension and SRID can be read back."""
        if getattr(f, "geography", False) or f.geom_type not in ewkb.CODES:
            raise NotSupportedError(f"{f.name}: only plane geometry columns are supported on SQLite.")
        return f"{f.geom_type}{'Z' if f.dim == 3 else ''}({f.srid})"

    def get_distance(self, f: Any, value: Any, lookup_type: str) -> list[Any]:
        """Give a lookup's distance in the field's units, or in metres where those are degrees."""
        distance = value[0]
        if not isinstance(distance, Distance):
            return [distance]
        if not f.geodetic(self.connection):
            return [getattr(distance, Distance.unit_attname(f.units_name(self.connection)))]
        if lookup_type == "dwithin":
            raise ValueError("Only numeric values of degree units are allowed on geographic DWithin queries.")
        return [distance.m]

    def get_geom_placeholder(self, f: Any, value: Any, compiler: Any) -> str:
        """Write a value's place, transformed where its SRID is another."""
        if value is None:
            return "%s"
        srid = value.output_field.srid if hasattr(value, "as_sql") else value.srid
        return "%s" if srid == f.srid or f.srid == -1 else f"ST_Transform(%s, {f.srid:d})"

    def get_geometry_converter(self, expression: Any) -> Callable[[Any, Any, Any], Any]:
        """Read what SQLite returns."""
        read = wkb_r().read
        kind = expression.output_field.geom_class

        def convert(value: Any, expression: Any, connection: Any) -> Any:
            if value is None:
                return None
            return GEOSGeometryBase(read(memoryview(value), max_geom_collections=None), kind)

        return convert

    def near_condition(self, lookup: Any, right: SQL, metres: SQL) -> SQL | None:
        """Write the search of the index for `dwithin_m`."""
        box = lookup.box()
        if box is not None:
            return index_condition(lookup, Bounds.of_constant(box).meets())
        if lookup.lhs.output_field.srid != WGS84:
            return None
        names = ("geosqlite_reach_minx", "geosqlite_reach_miny", "geosqlite_reach_maxx", "geosqlite_reach_maxy")
        minx, miny, maxx, maxy = (f"{name}({right[0]}, {metres[0]})" for name in names)
        params = [*right[1], *metres[1]]
        return index_condition(lookup, Bounds((minx, miny, maxx, maxy), (params, params, params, params)).meets())

    def convert_extent(self, box: Any, srid: Any = None) -> tuple[float, ...] | None:
        """Read `BOX(minx miny,maxx maxy)`."""
        return tuple(float(part) for part in box[4:-1].replace(",", " ").split()) if box else None

    def spatial_aggregate_name(self, agg_name: str) -> str:
        """Name an aggregate."""
        return f"ST_{agg_name}"


__all__ = ["Bounds", "EwkbAdapter", "GeoOperations", "GeometryField", "index_condition"]
