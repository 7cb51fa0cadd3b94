"""The suite on PostgreSQL goes first: it takes longest, and what shares the tests with it need not wait for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrated import ROOT, kept


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put it before all others."""
    items.sort(key=lambda item: item.name != "test_the_suite_on_postgresql")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file of an empty, migrated database, to be copied."""
    if not kept().exists():
        here = {"HATANG_DATA": str(tmp_path_factory.mktemp("migrated")), "HATANG_DATABASE_URL": ""}
        here["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=os.environ | here, check=True)
    return kept()
