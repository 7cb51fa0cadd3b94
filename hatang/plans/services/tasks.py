"""What happened to a task, from its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from hatang.core.vietnamese import day, number
from hatang.plans.governing import name_of
from hatang.plans.models import Task


@dataclass(frozen=True)
class TaskChange:
    """One change of a task: when, by whom (empty: the system), and what in words."""

    when: datetime
    who: str
    what: str


def task_changes(task: Task) -> list[TaskChange]:
    """Tell a task's changes, newest first, then those of the task that it continues; one query for each."""
    records = list(task.history.select_related("history_user", "lead").order_by("-history_date", "-history_id"))
    told = [
        TaskChange(new.history_date, _who(new), "; ".join(_differences(new, old))) for new, old in pairwise(records)
    ]
    earlier = task.continues
    begun = f"nối tiếp nhiệm vụ của {name_of(earlier.plan)}" if earlier else "thêm nhiệm vụ"
    first = [TaskChange(r.history_date, _who(r), begun) for r in records[-1:]]
    return [change for change in told if change.what] + first + (task_changes(earlier) if earlier else [])


def _who(record: Any) -> str:
    return str(record.history_user) if record.history_user else ""


def _differences(new: Any, old: Any) -> Iterator[str]:
    for field in new.tracked_fields:
        if getattr(new, field.attname) != getattr(old, field.attname):
            yield f"{field.verbose_name}: {_shown(old, field)} → {_shown(new, field)}"


def _shown(record: Any, field: Any) -> str:
    value = getattr(record, field.name)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int):
        return number(value)
    if value is None or isinstance(value, date):
        return day(value)
    return str(dict(field.flatchoices).get(value, value)) or "–"
