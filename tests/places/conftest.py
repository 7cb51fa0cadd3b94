"""The real units, loaded once for a file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from hatang.places.models import Place
from hatang.places.services import UnitsImport, import_units

TODAY = date(2026, 11, 23)
BEFORE = date(2025, 6, 30)


@pytest.fixture(scope="module")
def units(django_db_setup: None, django_db_blocker: Any) -> Iterator[UnitsImport]:
    """Load all units from the package and take them away when the file is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        loaded = import_units()
        connection.check_constraints()  # once, not again in each test
        yield loaded
        transaction.set_rollback(True)


def province(name: str, *, on: date = TODAY) -> Place:
    """Give the province of that name that was in force on the day."""
    return Place.objects.provinces().in_force(on).get(name=name)
