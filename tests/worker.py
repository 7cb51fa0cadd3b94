"""The real worker in a process of its own, on the database of the test that starts it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.migrated import ROOT

LONGEST_S = 240


class Elsewhere:
    """The database on which the worker works: the test's own of PostgreSQL, or a copy of the one in memory."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "hatang.sqlite3" if connection.vendor == "sqlite" else None
        connection.ensure_connection()
        if self.file:
            with sqlite3.connect(self.file) as target:
                connection.connection.backup(target)

    def environment(self, folder: Path) -> dict[str, str]:
        """Say to a process where it is."""
        told = {
            "HATANG_DATA": str(folder),
            "HATANG_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "hatang.config.settings",
        }
        if not self.file:
            name = connection.settings_dict["NAME"]
            told["HATANG_DATABASE_URL"] = f"{settings.DATABASE_URL.rpartition('/')[0]}/{name}"
        return told

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask it something."""
        if self.file:
            with sqlite3.connect(self.file, timeout=30) as asked:
                return list(asked.execute(statement))
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())


@contextmanager
def worker(folder: Path, **more: str) -> Iterator[tuple[Elsewhere, subprocess.Popen[bytes]]]:
    """Start the worker as `./run` does, but to end when the queue is empty; it is killed when the test ends."""
    place = Elsewhere(folder)
    command = [sys.executable, "manage.py", "db_worker", "--queue-name", "*", "--batch"]
    told = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    with (folder / "worker.txt").open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=told | place.environment(folder) | more, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield place, process
    finally:
        process.kill()
        process.wait()
