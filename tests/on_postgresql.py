"""A plugin of the suite's second run: what of the tests another database can answer otherwise, and how often to ask."""

from __future__ import annotations

import pytest
from hypothesis import is_hypothesis_test, settings

REACHES_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
"""Without one of these fixtures, or the mark that stands for them, pytest-django lets no test ask the database."""
EXAMPLES = 5
"""Of each property: on SQLite it is asked of all its examples, here only whether its queries mean the same."""
ASKED_OF_ALL = {"test_no_question_breaks_a_page"}
"""Tests whose every case asks other queries; of the others the first case and the last say what PostgreSQL can say."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that can reach the database, the first and last cases, few examples of properties."""
    kept = first_and_last_cases([item for item in items if reaches_database(item)])
    chosen = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = kept
    for item in items:
        ask_few_examples(item)


def first_and_last_cases(items: list[pytest.Item]) -> list[pytest.Item]:
    """Leave out the cases of a test between its first and its last."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return [
        item
        for name, of_test in cases.items()
        for n, item in enumerate(of_test)
        if n in (0, len(of_test) - 1) or name.rpartition("::")[2] in ASKED_OF_ALL
    ]


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
