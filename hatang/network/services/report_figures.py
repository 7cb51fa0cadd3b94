"""How reports stand: open, overdue, settled and how fast, by commune and by owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from hatang.network.models import CLOSED, ProblemReport, ProblemReportQuerySet

State = ProblemReport.State
READ = (
    "commune__title",
    "commune__name",
    "owner__name",
    "state",
    "received_at",
    "closed_at",
    "clock__due_at",
    "simulated",
)
NOBODY = "chưa rõ đơn vị"


@dataclass(frozen=True)
class Standing:
    """The reports of one commune, one owner, or all: how many stand how, and the median hours to their solution."""

    name: str
    all: int
    open: int
    overdue: int
    resolved: int
    late: int
    otherwise: int
    median_hours: float | None
    simulated: bool


def rows_of(reports: ProblemReportQuerySet) -> list[dict[str, Any]]:
    """Read what the figures need of each report."""
    return list(reports.values(*READ).order_by("commune__sort_key"))


def standing(name: str, rows: Iterable[dict[str, Any]], now: datetime) -> Standing:
    """Count some reports; the median is over those resolved, from receipt to solution, by a 24-hour day."""
    held = list(rows)
    running = [r for r in held if r["state"] not in CLOSED]
    resolved = [r for r in held if r["state"] == State.RESOLVED]
    hours = [(r["closed_at"] - r["received_at"]).total_seconds() / 3600 for r in resolved]
    return Standing(
        name=name,
        all=len(held),
        open=len(running),
        overdue=sum(1 for r in running if r["clock__due_at"] and r["clock__due_at"] <= now),
        resolved=len(resolved),
        late=sum(1 for r in resolved if r["clock__due_at"] and r["closed_at"] > r["clock__due_at"]),
        otherwise=len(held) - len(running) - len(resolved),
        median_hours=median(hours) if hours else None,
        simulated=any(r["simulated"] for r in held),
    )


def by_commune(rows: list[dict[str, Any]], now: datetime) -> list[Standing]:
    """Count reports by commune, in the order in which they come."""
    return grouped(rows, lambda r: f"{r['commune__title']} {r['commune__name']}", now)


def by_owner(rows: list[dict[str, Any]], now: datetime) -> list[Standing]:
    """Count reports by the owner they were sent to."""
    found = grouped(rows, lambda r: r["owner__name"] or NOBODY, now)
    return sorted(found, key=lambda one: (one.name == NOBODY, -one.open, one.name))


def grouped(rows: list[dict[str, Any]], name: Callable[[dict[str, Any]], str], now: datetime) -> list[Standing]:
    """Count the reports of each name."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[name(row)].append(row)
    return [standing(one, held, now) for one, held in groups.items()]
