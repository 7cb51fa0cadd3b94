"""Upkeep of the measurement table: daily, small files together, years past their term gone and their figures kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from hatang.quality.models import SpeedStatistic
from hatang.quality.services.measurements import keep_rows, measurement_table
from hatang.quality.services.statistics import compute_statistics
from hatang.quality.services.upkeep import keep_table_small
from tests.conftest import World
from tests.quality.measured import AT, row, table

TODAY = date(2026, 4, 1)
NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    cache.clear()


def test_small_files_are_put_together_once_a_day_and_no_row_is_lost(world: World) -> None:
    for hour in range(5):
        keep_rows(table([row(hour, at=AT + timedelta(hours=hour))]), load=0)
    listed = measurement_table().folder.listing
    assert len(listed().files) == 5
    assert keep_table_small(TODAY)
    assert [file.rows for file in listed().files] == [5]
    assert not keep_table_small(TODAY), "once a day"
    assert keep_table_small(TODAY + timedelta(days=1))
    assert compute_statistics(province=world.province, now=NOW) > 0
    assert SpeedStatistic.objects.get(place=world.province, year=2026, **WHOLE).n == 5


WHOLE = {"month": 0, "operator": None, "access": "", "technology": "", "measure": "download_mbps"}


def test_years_past_their_term_go_and_their_statistics_stay(world: World, settings: Any) -> None:
    keep_rows(table(row(n, at=AT - timedelta(days=731) + timedelta(seconds=n)) for n in range(3)), load=0)
    keep_rows(table(row(9 + n, at=AT + timedelta(seconds=n)) for n in range(4)), load=0)
    compute_statistics(province=world.province, now=NOW)
    assert keep_table_small(TODAY)
    assert measurement_table().months() == ["2024-03", "2026-03"], "without a term all is kept"
    settings.MEASUREMENT_KEPT_YEARS = 1
    assert keep_table_small(TODAY + timedelta(days=1))
    assert measurement_table().months() == ["2026-03"]
    compute_statistics(province=world.province, now=NOW)
    found = {one.year: one.n for one in SpeedStatistic.objects.filter(place=world.province, **WHOLE)}
    assert found == {2024: 3, 2026: 4}
