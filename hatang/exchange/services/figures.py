"""Who calls what: calls, errors, how long answers took, what is left of the quota, by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from hatang.exchange.models import Agreement, CallCount, CallRecord
from hatang.exchange.services_offered import SERVICES
from hatang.places.models import Place

DAYS = 7
MOST_READ = 50_000
"""Of how many calls, the latest, durations are read; counts are of all."""


@dataclass
class Line:
    """The calls of one partner and service, or of one day."""

    name: str
    service: str = ""
    calls: int = 0
    errors: int = 0
    durations_ms: list[float] = field(default_factory=list)
    p50_ms: float | None = None
    p95_ms: float | None = None
    simulated: bool = False


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Give the nearest-rank percentile of values, None for none.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 50), percentile([1.0, 2.0, 3.0, 4.0], 95), percentile([], 50)
    (2.0, 4.0, None)
    """
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else None


def title_of(service: str) -> str:
    """Give the title of a service that runs for real; of another its code."""
    offered = SERVICES.get(service)
    return offered.title if offered else service


def latest_records(person: Any, province: Place, today: date) -> Any:
    """Give the records of the last days that a person may see."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    return CallRecord.objects.visible_to(person).filter(province=province, at__gte=since)


def lines_of_days(person: Any, province: Place, today: date) -> list[Line]:
    """Give the last days, the newest first, those without calls too."""
    records = latest_records(person, province, today)
    wrong = Count("pk", filter=Q(status__gte=400))
    rows = records.annotate(day=TruncDate("at")).order_by().values_list("day").annotate(n=Count("pk"), wrong=wrong)
    counts = {row[0]: row[1:] for row in rows}
    durations: dict[date, list[float]] = defaultdict(list)
    for at, took_ms in records.order_by("-at").values_list("at", "duration_ms")[:MOST_READ]:
        durations[timezone.localtime(at).date()].append(took_ms)
    lines = []
    for back in range(DAYS):
        on = today - timedelta(days=back)
        calls, errors = counts.get(on, (0, 0))
        lines.append(with_percentiles(Line(f"{on:%d/%m/%Y}", "", calls, errors, durations[on])))
    return lines


def lines_of_partners(person: Any, province: Place, today: date) -> list[Line]:
    """Give partner by partner and service by service what was called in the last days, the busiest first."""
    records = latest_records(person, province, today).order_by("-at")
    names = ("organisation__name", "organisation__simulated", "service", "direction")
    wrong = Count("pk", filter=Q(status__gte=400))
    found: dict[tuple[Any, ...], Line] = {}
    for *key, calls, errors in records.order_by().values_list(*names).annotate(n=Count("pk"), wrong=wrong):
        name, simulated, service, direction = key
        way = " (gọi ra)" if direction == CallRecord.Direction.OUT else ""
        found[tuple(key)] = Line(name, f"{title_of(service)}{way}", calls, errors, simulated=simulated)
    for *key, took_ms in records.values_list(*names, "duration_ms")[:MOST_READ]:
        if tuple(key) in found:
            found[tuple(key)].durations_ms.append(took_ms)
    return sorted(map(with_percentiles, found.values()), key=lambda line: (-line.calls, line.name, line.service))


def with_percentiles(line: Line) -> Line:
    """Set how long half of a line's calls took at most, and 95 of a hundred."""
    line.p50_ms, line.p95_ms = percentile(line.durations_ms, 50), percentile(line.durations_ms, 95)
    return line


def quotas_left(person: Any, province: Place, today: date) -> list[dict[str, Any]]:
    """Give for each agreement in force what was used of today's quota, refused, and left."""
    agreements = Agreement.objects.visible_to(person).in_force(today).filter(province=province)
    counts = {row.agreement_id: row for row in CallCount.objects.filter(agreement__in=agreements, on=today)}
    none = CallCount()
    return [
        {
            "agreement": agreement,
            "used": counts.get(agreement.pk, none).used,
            "refused": counts.get(agreement.pk, none).refused,
            "left": max(0, agreement.quota_per_day - counts.get(agreement.pk, none).used),
        }
        for agreement in agreements.select_related("organisation", "service").order_by("organisation__sort_key", "pk")
    ]


def finding_of(lines: Sequence[Line]) -> Counter[str]:
    """Sum up today and the last days, for the page's first line."""
    return Counter(
        today=lines[0].calls,
        today_errors=lines[0].errors,
        week=sum(line.calls for line in lines),
        week_errors=sum(line.errors for line in lines),
    )
