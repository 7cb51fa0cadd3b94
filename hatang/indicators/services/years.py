"""The years figures are kept for."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError

EARLIEST_YEAR = 2000


def day_of(year: int, today: date) -> date:
    """Give the day a year's figure is counted for: its last, or today while it runs."""
    if not EARLIEST_YEAR <= year <= today.year:
        raise ValidationError(f"Năm {year} không hợp lệ: phải từ {EARLIEST_YEAR} đến {today.year}.")
    return min(date(year, 12, 31), today)
