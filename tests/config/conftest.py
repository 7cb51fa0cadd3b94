"""The suite on PostgreSQL goes first: it takes longest, and what shares the tests with it need not wait for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migrated import kept


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put it before all others."""
    items.sort(key=lambda item: item.name != "test_the_suite_on_postgresql")


@pytest.fixture(scope="session")
def migrated(django_db_setup: None) -> Path:
    """Give a SQLite file of an empty, migrated database, to be copied."""
    return kept()
