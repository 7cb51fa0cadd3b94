import sqlite3
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def widen_statements(connection: Any, **kwargs: Any) -> None:
    """Let one statement carry as many values as this SQLite allows; Django assumes 999, so bulk writes were many."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit


class ConfigConfig(AppConfig):
    name = "hatang.config"
    label = "config"
    verbose_name = "Cài đặt"

    def ready(self) -> None:
        connection_created.connect(widen_statements, dispatch_uid="widen_statements")
