"""The SQL around a geometry column: what guards it, and the R*Tree that follows it by triggers."""

# Names of tables and columns come from models and are quoted; values go as parameters.
# ruff: noqa: S608

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.gis.db.models import GeometryField
from django.db.models import Field, GeneratedField

from hatang.geosqlite import ewkb

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


NEXT_TO_ZERO = "1e-37"


def quote(name: str) -> str:
    """Quote a name for SQLite."""
    return '"' + name.strip('"').replace('"', '""') + '"'


def geometry_of(field: Field[Any, Any]) -> GeometryField | None:
    """Give the geometry field that a field is, or that a generated field puts out."""
    held: Any = field.output_field if isinstance(field, GeneratedField) else field
    return held if isinstance(held, GeometryField) else None


def is_indexed(field: Field[Any, Any]) -> bool:
    """Whether the field is a geometry that wants a spatial index."""
    geometry = geometry_of(field)
    return geometry is not None and bool(getattr(field, "spatial_index", geometry.spatial_index))


def index_name(table: str, column: str | None) -> str:
    """Name the R*Tree of a column."""
    return f"{table.strip(chr(34))}__{column}__rtree"


@dataclass(frozen=True)
class GeometryColumn:
    """A geometry column of a table: what may stand in it, and whether it is indexed."""

    table: str
    column: str
    kind: str
    srid: int
    dim: int
    indexed: bool

    @classmethod
    def of(cls, table: str, field: Field[Any, Any]) -> GeometryColumn | None:
        """Describe a field's column; None where it holds no geometry."""
        geometry = geometry_of(field)
        if geometry is None or field.column is None:
            return None
        table = table.strip('"')
        return cls(table, field.column, geometry.geom_type, geometry.srid, geometry.dim, is_indexed(field))

    @property
    def index(self) -> str:
        """The quoted name of the R*Tree."""
        return quote(index_name(self.table, self.column))

    def trigger(self, event: str) -> str:
        """Name a trigger, quoted."""
        return quote(f"{self.table}__{self.column}__{event}")

    def drop_sql(self) -> list[str]:
        """Take away triggers and index, whether there or not."""
        triggers = [f"DROP TRIGGER IF EXISTS {self.trigger(event)}" for event in ("insert", "update", "delete")]
        return [*triggers, f"DROP TABLE IF EXISTS {self.index}"]

    def create_sql(self) -> list[str]:
        """Guard the column and, where wanted, make its index and fill it from the rows there are."""
        return [*(self._index_sql() if self.indexed else []), *self._trigger_sql()]

    def check_sql(self) -> str:
        """Count the stored values that the column may not hold."""
        return f"SELECT COUNT(*) FROM {quote(self.table)} WHERE {self._fault(quote(self.column))} <> 0"

    def _fault(self, value: str) -> str:
        return f"geosqlite_fault({value}, {ewkb.CODES[self.kind]}, {self.srid}, {self.dim})"

    def _index_sql(self) -> list[str]:
        table, column = quote(self.table), quote(self.column)
        return [
            f"CREATE VIRTUAL TABLE {self.index} USING rtree(id, minx, maxx, miny, maxy)",
            f"INSERT INTO {self.index} SELECT {_boxes('rowid', column)} FROM {table} "
            f"WHERE ST_XMin({column}) IS NOT NULL",
        ]

    def _trigger_sql(self) -> list[str]:
        table, column = quote(self.table), quote(self.column)
        new, old = f"NEW.{column}", f"OLD.{column}"
        forget_new, forget_old, enter = (
            (
                f"DELETE FROM {self.index} WHERE id = NEW.rowid;",
                f"DELETE FROM {self.index} WHERE id = OLD.rowid;",
                f"INSERT INTO {self.index} SELECT {_boxes('NEW.rowid', new)} WHERE ST_XMin({new}) IS NOT NULL;",
            )
            if self.indexed
            else ("", "", "")
        )
        create = [
            f"CREATE TRIGGER {self.trigger('insert')} AFTER INSERT ON {table} WHEN {new} IS NOT NULL "
            f"BEGIN {self._refusals(new)} {forget_new} {enter} END",
            f"CREATE TRIGGER {self.trigger('update')} AFTER UPDATE ON {table} "
            f"WHEN {new} IS NOT {old} OR NEW.rowid IS NOT OLD.rowid "
            f"BEGIN {self._refusals(new)} {forget_old} {forget_new} {enter} END",
        ]
        if self.indexed:
            create.append(f"CREATE TRIGGER {self.trigger('delete')} AFTER DELETE ON {table} BEGIN {forget_old} END")
        return create

    def _refusals(self, value: str) -> str:
        """Refuse in words that name the column; SQLite takes only a literal text there."""
        where = f"{self.table}.{self.column}".replace("'", "''")
        reasons = {
            ewkb.NOT_EWKB: "not a geometry (little-endian EWKB of the seven simple types)",
            ewkb.WRONG_TYPE: f"another geometry type than {self.kind}",
            ewkb.WRONG_SRID: f"another SRID than {self.srid}",
            ewkb.WRONG_DIMENSION: f"another dimension than {self.dim} (Z is kept only with dim=3, M never)",
            ewkb.NOT_FINITE: "a coordinate is not a finite number",
        }
        cases = " ".join(f"WHEN {code} THEN RAISE(ABORT, '{where}: {reason}')" for code, reason in reasons.items())
        return f"SELECT CASE {self._fault(value)} {cases} END;"


def _boxes(rowid: str, value: str) -> str:
    """Write an index entry. SQLite rounds outward to single precision, but what is next to 0 only to 0; hence 1e-37."""
    low, high = f"- {NEXT_TO_ZERO}", f"+ {NEXT_TO_ZERO}"
    return f"{rowid}, ST_XMin({value}) {low}, ST_XMax({value}) {high}, ST_YMin({value}) {low}, ST_YMax({value}) {high}"


def check_index(connection: BaseDatabaseWrapper, column: GeometryColumn) -> list[str]:
    """Compare an index with its table and name every difference; an empty list is a sound index."""
    table, value = quote(column.table), quote(column.column)
    questions = {
        "rows missing from the index": f"SELECT COUNT(*) FROM {table} WHERE ST_XMin({value}) IS NOT NULL "
        f"AND rowid NOT IN (SELECT id FROM {column.index})",
        "index entries without a row": f"SELECT COUNT(*) FROM {column.index} WHERE id NOT IN "
        f"(SELECT rowid FROM {table} WHERE ST_XMin({value}) IS NOT NULL)",
        "boxes that do not cover their geometry": f"SELECT COUNT(*) FROM {column.index} r JOIN {table} t "
        f"ON t.rowid = r.id WHERE ST_XMin(t.{value}) < r.minx OR ST_XMax(t.{value}) > r.maxx "
        f"OR ST_YMin(t.{value}) < r.miny OR ST_YMax(t.{value}) > r.maxy",
        "values that the column may not hold": column.check_sql(),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT rtreecheck(%s)", [index_name(column.table, column.column)])
        structure = cursor.fetchone()[0]
        faults = [] if structure == "ok" else [structure]
        for what, sql in questions.items():
            cursor.execute(sql)
            if count := cursor.fetchone()[0]:
                faults.append(f"{count} {what}")
    return faults


def rebuild_index(connection: BaseDatabaseWrapper, column: GeometryColumn) -> None:
    """Make a column's triggers and index anew from its rows."""
    with connection.cursor() as cursor:
        for sql in (*column.drop_sql(), *column.create_sql()):
            cursor.execute(sql)
