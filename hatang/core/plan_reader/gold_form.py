"""A reading in the form in which careful people annotate plans by hand, so that both can be held side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hatang.core.plan_reader.structure import Baseline, Body, Item, Part, PlanRead, ReportDuty, Target, Task

FIRST_WORDS = 12


def as_gold(read: PlanRead) -> dict[str, Any]:
    """Give a reading as plain dictionaries and lists, fit for JSON."""
    head = asdict(read.header)
    return {
        "document": {key: head[key] for key in ("kind", "number", "date", "issuer", "title", "signer")},
        "legal_bases": [{"number": b.number, "date": b.date, "issuer": b.issuer} for b in read.legal_bases],
        "other_references": list(read.other_references),
        "outline": [_outline_row(item) for item in read.text.items if item.heading],
        "targets": [_target(t) for t in read.targets],
        "mentions": [_target(t) for t in read.mentions],
        "baselines": [_baseline(b) for b in read.baselines if not _grown_from(read, b)],
        "tasks": [_task(t) for t in read.tasks],
        "organisations": [_body(b) for b in read.bodies],
        "report_duties": _duties(read.report_duties),
        "oddities": [{"kind": o.kind, "message": o.message} for o in read.oddities],
    }


def _outline_row(item: Item) -> dict[str, Any]:
    return {"label": item.marker.rstrip(" .):/-–—"), "title": item.title, "level": item.level, "section": item.section}


def _target(target: Target) -> dict[str, Any]:
    names = ("quote", "section", "due_year", "comparator", "value", "unit", "subject", "scope", "aspirational")
    row: dict[str, Any] = {name: getattr(target, name) for name in names}
    if target.condition is not None:
        row["condition"] = asdict(target.condition)
    if target.base_year is not None:
        row["base_year"] = target.base_year
    return row


def _grown_from(read: PlanRead, baseline: Baseline) -> bool:
    """Say whether a figure is only what a target is told to grow from, which people annotate with the target."""
    block = baseline.span.block
    return read.text.items[block].part == Part.TARGETS and not read.text.blocks[block].cells


def _baseline(baseline: Baseline) -> dict[str, Any]:
    names = ("quote", "section", "comparator", "value", "unit", "subject")
    return {name: getattr(baseline, name) for name in names}


def _task(task: Task) -> dict[str, Any]:
    row: dict[str, Any] = {
        "section": task.section,
        "quote_start": " ".join(task.quote.split()[:FIRST_WORDS]),
    }
    lead, support = None if task.lead_proposed else task.lead, () if task.support_proposed else task.support
    if lead or support or task.deadline:
        row |= {"lead": lead, "support": list(support), "deadline": task.deadline}
    return row


def _body(body: Body) -> dict[str, Any]:
    return {"name": body.name, "section": body.section, "duties": len(body.duties), "aliases": list(body.aliases)}


def _duties(duties: Sequence[ReportDuty]) -> list[dict[str, Any]]:
    """Give one row for each statement, where the times of a year that it names are one duty each."""
    rows: dict[tuple[Any, str], dict[str, Any]] = {}
    for duty in duties:
        row = rows.setdefault((duty.span, duty.who), _duty(duty))
        if row["when"] != duty.when:
            row["when"] = ", ".join(filter(None, (row["when"], duty.when)))
    return list(rows.values())


def _duty(duty: ReportDuty) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(duty, name) for name in ("who", "to", "when", "quote", "section")}
    return row | ({"via": duty.via} if duty.via else {})
