"""Tables with geometry columns: their guards and indexes follow every change that Django makes."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor
from django.db.models import Field, Model

from hatang.geosqlite.index import GeometryColumn, geometry_of

REMADE = "new__"


def columns_of(model: type[Model], table: str) -> list[GeometryColumn]:
    """List the geometry columns of a model's own table."""
    found = (GeometryColumn.of(table, field) for field in model._meta.local_fields)
    return [column for column in found if column]


class GeoSchemaEditor(DatabaseSchemaEditor):
    """SQLite remakes a table for most changes: index and triggers go with the old one and come with the new one."""

    def create_model(self, model: type[Model]) -> None:
        """Create the table; one that only stands in while a table is remade is indexed when it takes its name."""
        super().create_model(model)
        if not model._meta.db_table.strip('"').startswith(REMADE):
            self._equip(model, model._meta.db_table)

    def delete_model(self, model: type[Model], handle_autom2m: bool = True) -> None:
        """Drop the table and its indexes."""
        self._strip(model, model._meta.db_table)
        super().delete_model(model, handle_autom2m=handle_autom2m)

    def alter_db_table(self, model: type[Model], old_db_table: str, new_db_table: str) -> None:
        """Rename the table and make its guards and indexes under the new name."""
        self._strip(model, old_db_table)
        super().alter_db_table(model, old_db_table, new_db_table)
        self._equip(model, new_db_table)

    def add_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        """Add a column; one with geometry, or a stored generated one, by remaking the table."""
        if geometry_of(field) or (field.generated and field.db_persist):  # type: ignore[attr-defined]
            self._remake_table(model, create_field=field)  # type: ignore[attr-defined]
        else:
            super().add_field(model, field)

    def remove_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        """Remove a column; SQLite would not drop one that a trigger still names."""
        if geometry_of(field):
            self._remake_table(model, delete_field=field)  # type: ignore[attr-defined]
        else:
            super().remove_field(model, field)

    def _alter_field(self, model: type[Model], old_field: Any, new_field: Any, *args: Any, **more: Any) -> None:
        if geometry_of(old_field) or geometry_of(new_field):
            self._remake_table(model, alter_fields=[(old_field, new_field)])  # type: ignore[attr-defined]
        else:
            super()._alter_field(model, old_field, new_field, *args, **more)  # type: ignore[misc]

    def quote_value(self, value: Any) -> str:
        """Write a geometry as a literal, too."""
        return super().quote_value(getattr(value, "ewkb", value))

    def _strip(self, model: type[Model], table: str) -> None:
        for column in columns_of(model, table):
            for sql in column.drop_sql():
                self.execute(sql, params=None)

    def _equip(self, model: type[Model], table: str) -> None:
        for column in columns_of(model, table):
            self._refuse_what_stands_there(column)
            for sql in column.create_sql():
                self.execute(sql, params=None)

    def _refuse_what_stands_there(self, column: GeometryColumn) -> None:
        """Stop a change of type, SRID or dimension that the stored rows do not bear."""
        if self.collect_sql:
            return
        with self.connection.cursor() as cursor:
            cursor.execute(column.check_sql())
            wrong = cursor.fetchone()[0]
        if wrong:
            what = f"{column.kind}, SRID {column.srid}, dim {column.dim}"
            raise IntegrityError(f"{column.table}.{column.column}: {wrong} rows do not fit {what}")
