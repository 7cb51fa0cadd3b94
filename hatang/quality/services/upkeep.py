"""Upkeep of the measurement table, once a day: small files put together, years past their term dropped."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from hatang.quality.services.measurements import measurement_table

DAY_SECONDS = 24 * 3600


def first_kept_year(today: date) -> int | None:
    """Give the first year whose single tests are kept; None where all are."""
    years = settings.MEASUREMENT_KEPT_YEARS
    return today.year - years if years else None


def keep_table_small(today: date | None = None) -> bool:
    """Compact the table and drop years past their term, in the first round of a day; tell whether it was done.

    The statistics of a dropped year stay as they were last worked out.
    """
    today = today or timezone.localdate()
    if not cache.add(f"quality-upkeep-{today}", True, DAY_SECONDS):
        return False
    table, first = measurement_table(), first_kept_year(today)
    if not table.months():
        return False
    if first is not None and table.months()[0] < f"{first}-01":
        table.keep_from(date(first, 1, 1))
    table.compact()
    return True
