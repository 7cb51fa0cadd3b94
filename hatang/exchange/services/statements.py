"""Statements of calls, written once: Django takes longer to write one than the database to answer it.

Only the words of a question are kept, for the same arguments, and never an answer: what was revoked, ended or changed
is seen by the next call in whatever process. A QuerySet may therefore hold nothing that passes with time but its
arguments; the present instant is asked of the database (`Now()`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from django.db import connection
from django.db.models import Model, QuerySet

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Statement:
    """The SQL of a QuerySet of values, and what is filled in; rows come as the database holds them."""

    sql: str
    parameters: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Self:
        """Write the statement of a QuerySet."""
        sql, parameters = rows.query.sql_with_params()
        return cls(sql, tuple(parameters))

    @classmethod
    def adding(cls, row: Model) -> Self:
        """Write the statement that adds a row whose key is known."""
        fields = row._meta.concrete_fields
        values = (field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields)
        return cls(insert_into(type(row)), tuple(values))

    def run(self) -> None:
        """Have it done."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters)

    def rows(self) -> list[Row]:
        """Ask for the rows."""
        return asked(self.sql, self.parameters)

    def first(self) -> Row | None:
        """Ask for the only row, if there is one."""
        return next(iter(self.rows()), None)

    def count(self) -> int:
        """Ask how many rows there are."""
        counting = f"SELECT COUNT(*) FROM ({self.sql}) AS counted"  # noqa: S608 (Django wrote it)
        return int(asked(counting, self.parameters)[0][0])


@lru_cache(maxsize=8)
def insert_into(model: type[Model]) -> str:
    """Write the insertion of a whole row."""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    named = ", ".join(map(connection.ops.quote_name, columns))
    return f"INSERT INTO {model._meta.db_table} ({named}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608


def asked(sql: str, parameters: Sequence[Any]) -> list[Row]:
    """Ask the database."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
