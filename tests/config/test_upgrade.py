"""A database of the version that landed before is upgraded with its rows; landed.json names its migrations."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

LANDED = [tuple(row) for row in json.loads((Path(__file__).parent / "landed.json").read_text()).items()]


def make_empty() -> None:
    """Leave nothing in the database, not even a table: undoing each migration takes as long as making all."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'table') ORDER BY type DESC")
            for kind, name in cursor.fetchall():
                if not name.startswith("sqlite_"):
                    cursor.execute(f'DROP {kind} IF EXISTS "{name}"')
            cursor.execute("PRAGMA foreign_keys = ON")
    connection.prepare_database()


def migrate_as_landed(executor: MigrationExecutor, targets: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Make the tables of some migrations, and record of each squashed one only what it replaces, as was recorded then.

    Gives the migrations that were run. That a squashed one makes the tables of those that it replaces was compared
    when it was made.
    """
    squashed = {old: new for new, migration in executor.loader.replacements.items() for old in migration.replaces}
    run = [squashed.get(target, target) for target in targets]
    executor.migrate(run)
    for new in executor.loader.replacements:
        executor.recorder.record_unapplied(*new)
    return run


@pytest.mark.django_db(transaction=True)
def test_upgrade_of_the_landed_version() -> None:
    make_empty()
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    old = executor.loader.project_state(migrate_as_landed(executor, LANDED)).apps
    place = old.get_model("places", "Place").objects.create(
        kind="province", title="Tỉnh", name="Lạng Sơn", code="20", search_key="tinh lang son", sort_key="x"
    )
    indicator = old.get_model("indicators", "Indicator").objects.create(
        code="villages",
        number=9,
        name="Thôn có sóng",
        unit_code="percent",
        component="telecom",
        rollup="sum",
        source="register",
    )
    old.get_model("indicators", "Value").objects.create(
        indicator=indicator,
        place=place,
        year=2025,
        on=date(2025, 12, 31),
        value=97.8,
        how="counted",
        known_from=timezone.now(),
    )

    executor = MigrationExecutor(connection)
    assert executor.loader.applied_migrations.keys() >= set(LANDED)
    executor.migrate(latest)
    new = executor.loader.project_state(latest).apps
    value = new.get_model("indicators", "Value").objects.get()
    assert (value.place.name, value.indicator.code, value.value) == ("Lạng Sơn", "villages", 97.8)
