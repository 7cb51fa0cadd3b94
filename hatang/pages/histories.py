"""Write many rows with their history: called as django-simple-history's own functions, done by the database.

The library makes each line of history as an object and writes it as it wrote the row, and writes changes as one CASE
for each field, whose arms the database tries in turn: thousands of rows took minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar, cast

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from simple_history import utils as library

BATCH = 2_000
OF_ITS_OWN = {"_history_user", "_history_date", "_change_reason"}
"""What a row may say of its line of history by itself; then the library writes it."""
Row = TypeVar("Row", bound=Model)
Some = TypeVar("Some")


def bulk_create_with_history(
    rows: Sequence[Row],
    model: type[Row],
    batch_size: Any = None,
    *,
    default_user: Any = None,
    default_change_reason: Any = None,
    default_date: Any = None,
) -> list[Row]:
    """Store new rows and the first line of the history of each."""
    said = {
        "default_user": default_user,
        "default_change_reason": default_change_reason,
        "default_date": default_date,
    }
    if speak_for_themselves(rows):
        stored: list[Row] = library.bulk_create_with_history(rows, model, batch_size, **said)
        return stored
    with transaction.atomic(savepoint=False):
        made = model._default_manager.bulk_create(rows, batch_size=batch_size)
        remember(model, made, "+", actor=default_user, reason=default_change_reason, at=default_date)
    return made


def bulk_update_with_history(
    rows: Sequence[Row],
    model: type[Row],
    fields: Sequence[str],
    batch_size: Any = None,
    *,
    default_user: Any = None,
    default_change_reason: Any = None,
    default_date: Any = None,
) -> None:
    """Write some fields of stored rows, and a line of the history of each."""
    said = {
        "default_user": default_user,
        "default_change_reason": default_change_reason,
        "default_date": default_date,
    }
    if speak_for_themselves(rows):
        library.bulk_update_with_history(rows, model, fields, batch_size, **said)
        return
    with transaction.atomic(savepoint=False):
        update_rows(model, rows, fields, batch_size=batch_size)
        remember(model, rows, "~", actor=default_user, reason=default_change_reason, at=default_date)


def speak_for_themselves(rows: Iterable[Model]) -> bool:
    """Tell whether a row brings its own person, moment or reason."""
    return any(not OF_ITS_OWN.isdisjoint(vars(row)) for row in rows)


def update_rows(model: type[Row], rows: Sequence[Row], names: Sequence[str], *, batch_size: int | None = None) -> None:
    """Write some fields of rows, each found by its key, with one statement that the database prepares once.

    Expressions and geometries go Django's way: their statements are not the same for all rows.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    for row in rows:
        row._prepare_related_fields_for_save(operation_name="bulk_update", fields=fields)  # type: ignore[attr-defined]
    values = [[getattr(row, field.attname) for field in fields] for row in rows]
    if not rows or not fields:
        return
    if any(map(needs_more, fields, zip(*values, strict=True))):
        model._default_manager.bulk_update(rows, names, batch_size=batch_size)
        return
    key: Any = model._meta.pk
    told = [
        [*(f.get_db_prep_save(v, connection) for f, v in zip(fields, line, strict=True)), in_database(key, row.pk)]
        for row, line in zip(rows, values, strict=True)
    ]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.executemany(update_of(model, fields), told)


def update_of(model: type[Model], fields: Sequence[Any]) -> str:
    """Give the statement that writes fields of one row."""
    quoted, key = connection.ops.quote_name, cast(Any, model._meta.pk)
    to_set = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    return f"UPDATE {quoted(model._meta.db_table)} SET {to_set} WHERE {quoted(key.column)} = %s"  # noqa: S608


def needs_more(field: Any, column: Iterable[object]) -> bool:
    """Tell whether a column holds geometries, or expressions that the database works out."""
    return hasattr(field, "get_placeholder") or any(hasattr(value, "resolve_expression") for value in column)


def in_database(key: Any, value: Any) -> Any:
    """Give a key as the database holds it."""
    return key.get_db_prep_value(value, connection)


def remember(
    model: type[Any], rows: Iterable[Any], kind: str, *, actor: Any, reason: str | None, at: datetime | None = None
) -> None:
    """Write one line of history for each stored row: added "+", changed "~", or about to be taken away "-".

    The database copies them from the table itself. Without an actor it is whoever sent the request, if anybody.
    """
    rows = list(rows)
    if not rows:
        return
    history: Any = model.history.model
    person = actor or history.get_default_history_user(rows[0])
    names = [f.column for f in history.tracked_fields]
    said = {"history_date": at or timezone.now(), "history_type": kind, "history_change_reason": reason}
    said |= {"history_user": person.pk if person else None}
    fields = {name: history._meta.get_field(name) for name in said}
    quoted, key = connection.ops.quote_name, model._meta.pk
    into = ", ".join(quoted(column) for column in [*names, *(f.column for f in fields.values())])
    told = [placeholder(field) for field in fields.values()]
    taken = ", ".join([*(quoted(name) for name in names), *told])
    values = [fields[name].get_db_prep_save(value, connection) for name, value in said.items()]
    for chunk in chunks((in_database(key, row.pk) for row in rows), BATCH):
        marks = ", ".join(["%s"] * len(chunk))
        where = f"{quoted(model._meta.db_table)} WHERE {quoted(key.column)} IN ({marks}) ORDER BY {quoted(key.column)}"
        sql = f"INSERT INTO {quoted(history._meta.db_table)} ({into}) SELECT {taken} FROM {where}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, *chunk])


def newest_lines(models: Iterable[type[Model]]) -> tuple[int | None, ...]:
    """Give the last key of the history of each model, in one query: a mark that changes with every change."""
    quoted = connection.ops.quote_name
    tables = [quoted(model.history.model._meta.db_table) for model in models]  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT MAX(history_id) FROM {table})" for table in tables))  # noqa: S608
        return tuple(cursor.fetchone())


def placeholder(field: Any) -> str:
    """Give the place of a value in a SELECT; PostgreSQL has to be told its kind."""
    return "%s" if connection.vendor == "sqlite" else f"CAST(%s AS {field.cast_db_type(connection)})"


def chunks(rows: Iterable[Some], size: int) -> Iterator[list[Some]]:
    """Give rows some at a time."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, size)):
        yield chunk
