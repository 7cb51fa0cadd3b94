"""Compare the spatial indexes of a SQLite database with their tables, and make the faulty ones anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, router, transaction

from hatang.geosqlite.index import GeometryColumn, check_index, rebuild_index


def indexed_columns(alias: str) -> Iterator[GeometryColumn]:
    """List the indexed columns of the installed models whose tables are in this database."""
    there = set(connections[alias].introspection.table_names())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table in there and router.allow_migrate_model(alias, model):
            found = (GeometryColumn.of(model._meta.db_table, field) for field in model._meta.local_fields)
            yield from (column for column in found if column and column.indexed)


class Command(BaseCommand):
    """`check_spatial_indexes [--rebuild] [--database ALIAS]`."""

    help = "Compare the spatial indexes with their tables; with --rebuild, make the faulty ones anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options."""
        parser.add_argument("--database", default="default")
        parser.add_argument("--rebuild", action="store_true")

    def handle(self, *args: Any, database: str, rebuild: bool, **options: Any) -> None:
        """Check, tell, and rebuild where asked."""
        connection = connections[database]
        if connection.ops.name != "geosqlite":  # type: ignore[attr-defined]
            raise CommandError(f"{database} is not a hatang.geosqlite database.")
        faulty = 0
        for column in indexed_columns(database):
            faults = check_index(connection, column)
            faulty += bool(faults)
            self.stdout.write(f"{column.table}.{column.column}: {'; '.join(faults) or 'sound'}")
            if faults and rebuild:
                with transaction.atomic(using=database):
                    rebuild_index(connection, column)
                self.stdout.write("  made anew")
        if faulty and not rebuild:
            raise CommandError(f"{faulty} indexes are faulty; --rebuild makes them anew.")
