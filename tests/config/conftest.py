"""What takes longest goes first: begun last, it would leave the other processes that share the tests idle."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrated import ROOT, kept

LONGEST = ["tests/config/test_postgresql.py", "tests/test_access.py"]
"""A file is for one process: the suite on PostgreSQL, and every person at every address."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put them before all others."""
    items.sort(key=rank)


def rank(item: pytest.Item) -> int:
    """Give a test's place: that of its file among the longest, or behind them."""
    file = item.nodeid.partition("::")[0]
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file of an empty, migrated database, to be copied."""
    if not kept().exists():
        here = {"HATANG_DATA": str(tmp_path_factory.mktemp("migrated")), "HATANG_DATABASE_URL": ""}
        here["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=os.environ | here, check=True)
    return kept()
