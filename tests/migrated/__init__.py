"""An app of the tests' settings: all migrations are run once on SQLite and copied by every process that needs them.

They take half a minute: Django renders the models anew at every step. The copy is kept beside pytest's cache, under a
name that changes with the migrations, with what they import and with the versions of the libraries.
"""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".pytest_cache/migrated"


def kept() -> Path:
    """Give the path at which the copy of today's migrations stands, or would stand."""
    told = hashlib.sha256()
    for pattern in ("requirements.lock", "hatang/*/migrations/*.py", "hatang/geosqlite/*.py", "hatang/core/*.py"):
        for path in sorted(ROOT.glob(pattern)):
            told.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return FOLDER / f"{told.hexdigest()[:24]}.sqlite3"


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time look for the copy or make it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fill(connection: Any, migrate: Callable[[], None]) -> None:
    """Fill an empty SQLite database from the copy; where there is none, migrate and keep a copy."""
    with alone():
        path = kept()
        if path.exists():
            with closing(sqlite3.connect(path)) as copy:
                copy.backup(connection)
            return
        migrate()
        for old in FOLDER.glob("*.sqlite3*"):
            old.unlink()
        being_written = path.with_suffix(".sqlite3-new")
        with closing(sqlite3.connect(being_written)) as copy:
            connection.backup(copy)
        being_written.rename(path)
