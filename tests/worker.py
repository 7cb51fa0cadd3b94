"""The real worker in a process of its own, on the database of the test that starts it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.migrated import ROOT

LONGEST_S = 240
TOLD = "told.txt"
"""What the process said, in the folder of the test."""


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
def started(folder: Path, *words: str, **more: str) -> Iterator[tuple[Elsewhere, subprocess.Popen[bytes]]]:
    """Run Python's words on that database; it is killed with all that it began when the test ends."""
    place = Elsewhere(folder)
    told = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    with (folder / TOLD).open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=told | place.environment(folder) | more,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield place, process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker(folder: Path, **more: str) -> AbstractContextManager[tuple[Elsewhere, subprocess.Popen[bytes]]]:
    """Start a worker of all work that ends when the queue is empty."""
    return started(folder, "manage.py", "db_worker", "--queue-name", "*", "--batch", **more)


def lanes(folder: Path) -> AbstractContextManager[tuple[Elsewhere, subprocess.Popen[bytes]]]:
    """Start the background process as `./run` does."""
    return started(folder, "-m", "hatang.config.working")
