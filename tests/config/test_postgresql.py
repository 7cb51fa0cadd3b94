"""The same tests pass on PostgreSQL, by one environment variable."""

from __future__ import annotations

import pytest

from tests.config.conftest import POSTGRESQL_SUITE


def test_the_suite_on_postgresql(pytestconfig: pytest.Config) -> None:
    suite = pytestconfig.stash.get(POSTGRESQL_SUITE, None)
    if suite is None:
        pytest.skip("không có máy chủ PostgreSQL (HATANG_TEST_POSTGRESQL)")
    passed, told = suite.passed()
    assert passed, told
