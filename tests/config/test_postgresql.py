"""The same tests pass on PostgreSQL, by one environment variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT_DATABASE = ("hatang/core", "tests/core", "tests/browser", "tests/config", "tests/geosqlite")
"""What asks no database, only the pages that other tests ask too, or opens both databases by itself."""


def test_the_suite_on_postgresql() -> None:
    server = os.environ.get("HATANG_TEST_POSTGRESQL")
    if not server:
        pytest.skip("không có máy chủ PostgreSQL (HATANG_TEST_POSTGRESQL)")
    apart = [f"--ignore={folder}" for folder in WITHOUT_DATABASE]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *apart],
        cwd=ROOT,
        env=os.environ | {"HATANG_DATABASE_URL": server},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
