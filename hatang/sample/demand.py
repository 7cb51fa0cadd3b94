"""Made-up demand of a province's communes, by purpose and month; all marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hatang.places.models import Place
from hatang.quality.models import Demand, purposes
from hatang.sample.chance import chance

MONTHS = 3
MOST_OFTEN = 40
ASKED = 0.35
"""Share of communes, purposes and months in which anybody asked."""


def make_demand(province: Place, communes: Sequence[Place], today: date) -> int:
    """Count wishes of the last months; give how many rows."""
    draw = chance(f"demand:{province.code}")
    rows = [
        Demand(province=province, commune=commune, purpose=purpose, month=month, count=count, simulated=True)
        for commune in communes
        for month in months_before(today)
        for purpose in purposes()
        if draw.random() < ASKED and (count := int(2 * draw.paretovariate(1.1))) <= MOST_OFTEN
    ]
    Demand.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def months_before(today: date) -> list[date]:
    """Give the first days of this month and those before.

    >>> months_before(date(2026, 1, 20))
    [datetime.date(2025, 11, 1), datetime.date(2025, 12, 1), datetime.date(2026, 1, 1)]
    """
    counts = [today.year * 12 + today.month - 1 - back for back in reversed(range(MONTHS))]
    return [date(count // 12, count % 12 + 1, 1) for count in counts]
