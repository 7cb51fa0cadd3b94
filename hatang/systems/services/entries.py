"""Verbs of one row: saved by a person, ended on a day; and its history in words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model

from hatang.accounts.models import Person
from hatang.pages.facts import label_of, written
from hatang.systems.models import CHANGE, Entry

HISTORY_SHOWN = 20
NO_NEWS = {"id", "search_key", "province", "name_key"}


def records_of(row: Model) -> Any:
    """Give the lines of a row's history, newest first."""
    history: Any = type(row).history  # type: ignore[attr-defined]
    return history.filter(id=row.pk).order_by("-history_date", "-history_id")


def latest_change(row: Model) -> int:
    """Give the number of the newest line of a row's history; 0 where there is none."""
    return records_of(row).values_list("history_id", flat=True).first() or 0


@transaction.atomic
def save_entry(*, actor: Person, row: Entry, reason: str) -> None:
    """Keep a row that a form cleaned."""
    if not actor.has_perm(CHANGE, row):
        raise PermissionDenied
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save()


@transaction.atomic
def close_entry(*, actor: Person, row: Entry, until_on: date, reason: str) -> None:
    """End a row on a day: it stays to be asked about the days before."""
    held = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if held.until_on is not None:
        raise ValidationError("Dòng này đã ghi ngày ngừng: sửa ngày ấy ở trang Sửa.")
    held.until_on = until_on
    save_entry(actor=actor, row=held, reason=f"ngừng: {reason}"[:100])


def history_of(row: Model, *, hidden: Collection[str] = (), named: bool = True) -> list[dict[str, Any]]:
    """Give the latest changes: when, which fields from what to what, why, and by whom where that may be told."""
    lines = list(records_of(row).select_related("history_user")[: HISTORY_SHOWN + 1])
    pairs = [*pairwise(lines), *([(lines[-1], None)] if lines else [])]
    return [told_line(new, old, hidden, named) for new, old in pairs][:HISTORY_SHOWN]


def told_line(new: Any, old: Any, hidden: Collection[str], named: bool) -> dict[str, Any]:
    """Say what a line of the history changed."""
    return {
        "at": new.history_date,
        "first": old is None,
        "changes": changes(new, old, hidden) if old else [],
        "reason": (new.history_change_reason or "") if named else "",
        "by": new.history_user if named else None,
    }


def changes(new: Any, old: Any, hidden: Collection[str] = ()) -> list[tuple[str, str, str]]:
    """Give the fields in which two lines differ: name, old value, new value."""
    fields = [f for f in new._meta.concrete_fields if f.name not in NO_NEWS and not f.name.startswith("history_")]
    differing = [f for f in fields if f.name not in hidden and getattr(new, f.attname) != getattr(old, f.attname)]
    return [(label_of(f)[0], told_value(old, f), told_value(new, f)) for f in differing]


def told_value(line: Any, field: Any) -> str:
    """Write a value of a line of the history; what it names may be gone."""
    try:
        return written(field, getattr(line, field.name)) or "trống"
    except ObjectDoesNotExist:
        return f"số {getattr(line, field.attname)} (không còn)"
