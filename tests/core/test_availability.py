"""Time lost by overlapping outages, against counting minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.availability import availability_percent, lost_minutes

BEGIN = datetime(2026, 3, 1)
DAY = timedelta(days=1)
minutes = st.integers(-300, 1800)
outages = st.lists(st.tuples(minutes, st.integers(0, 900), st.sampled_from([0.0, 0.25, 0.5, 1.0])), max_size=6)


@given(outages)
def test_agrees_with_counting_every_minute(told: list[tuple[int, int, float]]) -> None:
    stretches = [
        (BEGIN + timedelta(minutes=a), BEGIN + timedelta(minutes=a + length), part) for a, length, part in told
    ]
    counted = 0.0
    for minute in range(1440):
        away = sum(part for a, length, part in told if a <= minute < a + length)
        counted += min(1.0, away)
    assert lost_minutes(stretches, begin=BEGIN, end=BEGIN + DAY) == pytest.approx(counted)


def test_nothing_told_is_always_there() -> None:
    assert availability_percent([], begin=BEGIN, end=BEGIN + DAY) == 100


@pytest.mark.parametrize("outage", [(BEGIN, BEGIN + DAY, 1.2), (BEGIN, BEGIN + DAY, -0.1), (BEGIN + DAY, BEGIN, 0.5)])
def test_refuses_what_cannot_be(outage: tuple[datetime, datetime, float]) -> None:
    with pytest.raises(ValueError, match=r"không nằm|trước bắt đầu"):
        lost_minutes([outage], begin=BEGIN, end=BEGIN + DAY)
