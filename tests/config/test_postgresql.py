"""The same tests pass on PostgreSQL, by one environment variable."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.config.test_archive import Installation, round_trip

ROOT = Path(__file__).parents[2]
APART = (
    "tests/accounts/test_browser.py",
    "tests/browser",
    "tests/config",
    "tests/core",
    "tests/coverage/test_calibration.py",
    "tests/coverage/test_profiles.py",
    "tests/coverage/test_run_models.py",
    "tests/coverage/test_terrain_files.py",
    "tests/coverage/test_what_if.py",
    "tests/geosqlite",
    "tests/network/test_ofds_networks.py",
    "tests/network/test_request_states.py",
    "tests/network/test_verdicts.py",
    "tests/places/test_real_boundaries.py",
    "tests/planning/test_candidates.py",
    "tests/plans/test_legal_form_files.py",
    "tests/plans/test_reading_guard.py",
    "tests/plans/test_reading_hardening.py",
    "tests/plans/test_report_files.py",
    "tests/plans/test_report_look.py",
    "tests/plans/test_report_maps.py",
    "tests/sample/test_generators.py",
    "tests/sample/test_load.py",
    "tests/test_conventions.py",
)
"""What asks no database, opens both by itself, asks on much data what other tests ask on little (the whole sample, of
which the command's test loads six communes), or draws in a browser, makes documents and computes levels for long and
asks what its neighbours ask.
"""


SQLITE_ALONE = (
    "tests/indicators/test_formulas.py::test_no_formula_walks_the_stations_of_all_provinces",
    "tests/test_access.py::test_each_person_gets_the_answer_of_the_table_and_no_page_asks_more_than_twelve_times",
    "tests/test_access.py::test_a_form_with_mistakes_answers_422",
    "tests/network/test_upload.py::test_the_queries_stay_few_as_rows_grow",
    "tests/places/test_search.py::test_searching_asks_few_questions_and_answers_at_once",
    "tests/sample/test_doors.py::test_documents_verify_and_say_that_they_are_made_up",
    "tests/sensors/test_mqtt.py::test_amqtts_client_sends_through_the_door",
    "tests/sensors/test_mqtt.py::test_mosquitto_lets_a_device_write_to_its_own_topics_only",
    "tests/sensors/test_mqtt.py::test_nothing_acknowledged_is_lost_when_the_writer_is_killed[mosquitto]",
    "tests/utilities/test_documents.py::test_a_changed_copy_is_told_with_what_was_changed",
    "tests/utilities/test_documents.py::test_a_key_in_a_token_signs_by_the_settings_alone",
    "tests/utilities/test_documents.py::test_a_signed_xml_goes_the_same_way",
)
"""What reads SQLite's way through its indexes, where PostgreSQL chooses by statistics that tests do not have; each
person at each page, how often a page, a search or a file asks, what forms answer: that the pages' SQL is PostgreSQL's
too is asked by their neighbours, secrecy by each app's tests; and another client, broker, form of file or place of a
key that comes to the same rows by the same statements as the door, the killed writer, the signed PDF and the command's
sample beside it.
"""
LONGEST_TEST_S, LONGEST_SUITE_S = 180, 2400
"""A test that takes longer hangs: it ends with the stacks of all its threads, and the suite with it."""


@contextmanager
def database(server: str, template: str = "template1") -> Iterator[str]:
    """Make a database on the server, give its name, and drop it."""
    name = f"hatang_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def server() -> str:
    """Give the address of the test server."""
    address = os.environ.get("HATANG_TEST_POSTGRESQL")
    if not address:
        pytest.skip("không có máy chủ PostgreSQL (HATANG_TEST_POSTGRESQL)")
    return address


@pytest.fixture(scope="module")
def migrated_there(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the name of an empty, migrated database, to be copied by the server."""
    with database(server) as name:
        Installation(tmp_path_factory.mktemp("migrated"), address_of(server, name)).manage("migrate", "-v0")
        yield name


def address_of(server: str, name: str) -> str:
    """Give the address of a database of the server."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def test_backup_of_postgresql(server: str, migrated_there: str, tmp_path: Path) -> None:
    with database(server, migrated_there) as name:
        round_trip(Installation(tmp_path / "data", address_of(server, name)), tmp_path)


def test_the_suite_on_postgresql(server: str, migrated_there: str, tmp_path: Path) -> None:
    ours = {k: v for k, v in os.environ.items() if k != "HATANG_DATA" and not k.startswith("PYTEST_")}
    told = tmp_path / "told.txt"  # not a pipe: a process that a test left behind would keep it open for ever
    with told.open("wb") as out:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "tests",
                "-q",
                "-x",
                "-p",
                "no:cacheprovider",
                "-p",
                "tests.on_postgresql",
                f"--override-ini=faulthandler_timeout={LONGEST_TEST_S}",
                "--override-ini=faulthandler_exit_on_timeout=true",
                *(f"--ignore={path}" for path in APART),
                *(f"--deselect={name}" for name in SQLITE_ALONE),
            ],
            cwd=ROOT,
            env=ours | {"HATANG_DATABASE_URL": server, "HATANG_TEST_TEMPLATE": migrated_there},
            stdout=out,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_SUITE_S,
            check=False,
        )
    assert done.returncode == 0, told.read_text(errors="replace")[-6000:]
