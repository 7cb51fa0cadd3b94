"""Start the suite on PostgreSQL beside this one, on another core, as soon as its test is known to be asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).parents[2]
APART = (
    "hatang/core",
    "tests/core",
    "tests/browser",
    "tests/config",
    "tests/geosqlite",
    "tests/places/test_real_boundaries.py",
)
"""What asks no database, opens both by itself, or asks on much data what other tests ask on little."""


@dataclass(frozen=True)
class Suite:
    """A suite that runs in a process of its own, and the file into which it tells how it goes."""

    process: subprocess.Popen[bytes]
    told: IO[bytes]

    def passed(self) -> tuple[bool, str]:
        """Wait for its end; say whether it passed, and its last words."""
        code = self.process.wait()
        self.told.seek(0)
        return code == 0, self.told.read().decode(errors="replace")[-6000:]

    def end(self) -> None:
        """Let nothing of it stay behind."""
        self.process.kill()
        self.process.wait()
        self.told.close()


POSTGRESQL_SUITE = pytest.StashKey[Suite]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start it where a server is named."""
    server = os.environ.get("HATANG_TEST_POSTGRESQL")
    if not server or not any(item.name == "test_the_suite_on_postgresql" for item in session.items):
        return
    apart = [f"--ignore={folder}" for folder in APART]
    told = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the suite)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *apart],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "HATANG_DATA"} | {"HATANG_DATABASE_URL": server},
        stdout=told,
        stderr=subprocess.STDOUT,
    )
    session.config.stash[POSTGRESQL_SUITE] = Suite(process, told)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End it where this suite ended before its test."""
    suite = config.stash.get(POSTGRESQL_SUITE, None)
    if suite is not None:
        suite.end()
