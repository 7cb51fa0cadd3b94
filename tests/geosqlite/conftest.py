"""Two databases beside the project's own: a SQLite file and, where a server is given, a scratch PostGIS database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url
import pytest
from django.db import connections

from tests.geosqlite.models import MODELS

POSTGIS_ENGINE = "django.contrib.gis.db.backends.postgis"
OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


@contextmanager
def opened(alias: str, settings: dict[str, Any]) -> Iterator[str]:
    """Add a connection to Django's for as long as it is needed."""
    connections.settings[alias] = connections.configure_settings({"default": settings})["default"]
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


@contextmanager
def sqlite(path: Path, alias: str = "geo_sqlite") -> Iterator[str]:
    """Open a SQLite file."""
    with opened(alias, {"ENGINE": "hatang.geosqlite", "NAME": str(path), "OPTIONS": OPTIONS}) as name:
        yield name


@contextmanager
def postgis() -> Iterator[str]:
    """Open a scratch database on the server."""
    server = os.environ.get("HATANG_TEST_POSTGRESQL")
    if not server:
        pytest.skip("không có máy chủ PostgreSQL (HATANG_TEST_POSTGRESQL)")
    settings = dj_database_url.parse(server, engine=POSTGIS_ENGINE)
    name = f"geosqlite_tests_{os.getpid()}"
    with opened("geo_server", settings), connections["geo_server"].cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            with opened("geo_postgis", settings | {"NAME": name}) as alias:
                connections[alias].prepare_database()
                yield alias
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make_tables(alias: str) -> None:
    """Make every model's table."""
    with connections[alias].schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)


@pytest.fixture
def lite(tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """Give a fresh SQLite file with all tables."""
    with django_db_blocker.unblock(), sqlite(tmp_path / "geo.sqlite3") as alias:
        make_tables(alias)
        yield alias
