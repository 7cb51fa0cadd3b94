"""A plugin of the suite's second run: what of the tests another database can answer otherwise, and how often to ask."""

from __future__ import annotations

import pytest
from hypothesis import is_hypothesis_test, settings

REACHES_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
"""Without one of these fixtures, or the mark that stands for them, pytest-django lets no test ask the database."""
EXAMPLES = 5
"""Of each property: on SQLite it is asked of all its examples, here only whether its queries mean the same."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that can reach the database, and ask few examples of a property."""
    left_out = [item for item in items if not reaches_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if reaches_database(item)]
    for item in items:
        ask_few_examples(item)


def reaches_database(item: pytest.Item) -> bool:
    """Say whether a test has a way to the database."""
    return bool(item.get_closest_marker("django_db")) or not REACHES_DATABASE.isdisjoint(
        getattr(item, "fixturenames", ())
    )


def ask_few_examples(item: pytest.Item) -> None:
    """Lower the examples of a property; its own decorator would go before any profile."""
    test = getattr(item, "obj", None)
    if is_hypothesis_test(test):
        own = test._hypothesis_internal_use_settings
        test._hypothesis_internal_use_settings = settings(own, max_examples=min(own.max_examples, EXAMPLES))
