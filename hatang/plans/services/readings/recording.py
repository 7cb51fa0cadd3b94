"""What an officer does to a reading is kept as rows before and after, so that it can be taken back and done again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.plans.models import Plan, PlanReading, ReadingAct, Statement
from hatang.plans.services.readings.access import locked

FIELDS = ("kind", "state", "by_hand", "block", "start", "end", "quote", "section", "facts", "sure", "order")
MOST_ACTS = 500
"""How many acts on a reading are kept, the newest."""
Picture = dict[str, Any]


@contextmanager
def recorded(actor: Person, reading: PlanReading, what: str) -> Iterator[PlanReading]:
    """Run one act in a transaction of its own: lock the reading, and keep what the act changed.

    Acts that were taken back before it can no longer be done again. An act that changes nothing leaves no trace.
    """
    with transaction.atomic():
        row = locked(actor, reading)
        before = picture(row)
        yield row
        row.save(update_fields=["facts", "against"])
        old, new = difference(before, picture(row))
        if old != new:
            row.acts.filter(undone=True).delete()
            row.acts.create(what=what[:200], by=actor, before=old, after=new)
            row.acts.exclude(pk__in=row.acts.order_by("-pk").values("pk")[:MOST_ACTS]).delete()


def picture(reading: PlanReading) -> Picture:
    """Give everything that acts may change."""
    rows = reading.statements.values("pk", *FIELDS)
    kept: dict[str, Any] = {str(row.pop("pk")): row for row in rows}
    return {"statements": kept, "facts": deepcopy(reading.facts), "against": reading.against_id}


def difference(before: Picture, after: Picture) -> tuple[Picture, Picture]:
    """Keep of two pictures only what differs; a row that one of them lacks is None there.

    Of one row everything is kept, to tell which it was; of many only the fields that changed.
    """
    old, new = before["statements"], after["statements"]
    touched = [pk for pk in old | new if old.get(pk) != new.get(pk)]
    whole = [name for name in ("facts", "against") if before[name] != after[name]]
    return _part(before, after, touched, whole), _part(after, before, touched, whole)


def _part(kept: Picture, other: Picture, touched: list[str], whole: list[str]) -> Picture:
    """Keep of one picture what the other has differently."""
    mine, theirs = kept["statements"], other["statements"]
    alone = len(touched) == 1
    rows = {pk: mine.get(pk) if alone else _fields(mine.get(pk), theirs.get(pk)) for pk in touched}
    return {"statements": rows} | {name: kept[name] for name in whole}


def _fields(row: Picture | None, other: Picture | None) -> Picture | None:
    """Keep a row's fields that the other has differently; all of one that the other lacks."""
    if row is None or other is None:
        return row
    return {name: value for name, value in row.items() if value != other[name]}


def undo(*, actor: Person, reading: PlanReading) -> ReadingAct:
    """Take the last act back."""
    with transaction.atomic():
        row = locked(actor, reading)
        act = row.acts.filter(undone=False).order_by("-pk").first()
        if act is None:
            raise ValidationError("Không còn việc nào để hoàn tác.")
        restore_picture(row, act.before)
        return mark(act, undone=True)


def redo(*, actor: Person, reading: PlanReading) -> ReadingAct:
    """Do again the act that was taken back last."""
    with transaction.atomic():
        row = locked(actor, reading)
        act = row.acts.filter(undone=True).order_by("pk").first()
        if act is None:
            raise ValidationError("Không còn việc nào để làm lại.")
        restore_picture(row, act.after)
        return mark(act, undone=False)


def mark(act: ReadingAct, *, undone: bool) -> ReadingAct:
    """Note whether an act is taken back."""
    act.undone = undone
    act.save(update_fields=["undone"])
    return act


def restore_picture(reading: PlanReading, kept: Mapping[str, Any]) -> None:
    """Make rows as they are in a picture: changed, made again under their own number, or taken away."""
    rows: Mapping[str, Any] = kept["statements"]
    touched = reading.statements.filter(pk__in=[int(pk) for pk in rows])
    now = {str(row.pop("pk")): row for row in touched.values("pk", *FIELDS)}
    touched.delete()
    Statement.objects.bulk_create(
        Statement(pk=int(pk), reading=reading, **(now.get(pk, {}) | values))
        for pk, values in rows.items()
        if values is not None
    )
    reading.facts = kept.get("facts", reading.facts)
    if "against" in kept:
        reading.against = Plan.objects.filter(pk=kept["against"] or 0).first()
    reading.save(update_fields=["facts", "against"])
