"""Django's `migrate`, which on an empty SQLite database of the tests begins with a copy of a migrated one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections

from tests.migrated import fill


class Command(migrate.Command):
    """Take the copy where the database is empty, then migrate as always: what the copy has is not done again.

    Without migrations (pytest's `--nomigrations`) no copy is taken and none is kept: it would pass for a migrated one.
    """

    def handle(self, *words: Any, **options: Any) -> None:
        """Migrate."""
        connection = connections[options["database"]]
        has_migrations = "accounts" not in settings.MIGRATION_MODULES
        if has_migrations and connection.vendor == "sqlite" and not connection.introspection.table_names():
            connection.ensure_connection()
            fill(connection.connection, lambda: super(Command, self).handle(*words, **options))
        super().handle(*words, **options)
