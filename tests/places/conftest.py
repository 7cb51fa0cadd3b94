"""The real units, loaded once for a file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from hatang.places.models import LegalReference, Place, PlaceSuccession
from hatang.places.services import UnitsImport, import_units

TODAY = date(2026, 11, 23)
BEFORE = date(2025, 6, 30)


@pytest.fixture(scope="module")
def units(django_db_setup: None, django_db_blocker: Any) -> Iterator[UnitsImport]:
    """Load all units from the package and take them away when the file is done."""
    with django_db_blocker.unblock():
        yield import_units()
        for model in (PlaceSuccession.history.model, PlaceSuccession, Place.history.model, Place, LegalReference):
            everything = model._base_manager.all()
            everything._raw_delete(everything.db)


def province(name: str, *, on: date = TODAY) -> Place:
    """Give the province of that name that was in force on the day."""
    return Place.objects.provinces().in_force(on).get(name=name)
