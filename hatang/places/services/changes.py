"""Who changed what of a place, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction

from hatang.core.vietnamese import day, number
from hatang.places.models import Place, PlaceSuccession

SHOWN = ["title", "name", "code", "valid_from", "valid_to", "population", "households", "area_km2", "has_grid_power"]
SHOWN += ["has_demand", "lon", "lat", "simulated"]
MOST_CHANGES = 50
FIRST_RECORD = "Trạng thái khi bắt đầu ghi lịch sử"


@dataclass(frozen=True)
class Change:
    """One change: when, by whom, why, and the fields as (label, before, after)."""

    when: datetime
    who: str
    reason: str
    fields: list[tuple[str, str, str]]


def keep_first_state(row: Place | PlaceSuccession) -> None:
    """Before a correction, record the stored state of a row that was loaded without a history."""
    if not row.history.exists():
        type(row).history.bulk_history_create(
            [type(row)._base_manager.get(pk=row.pk)], default_change_reason=FIRST_RECORD
        )


@transaction.atomic
def save_corrected(place: Place) -> None:
    """Store corrections of a place."""
    keep_first_state(place)
    place.save()


def changes_of(place: Place) -> list[Change]:
    """Give the changes of a place, the latest first; what a load or a form left as it was is no change."""
    records = list(
        place.history.select_related("history_user").order_by("-history_date", "-history_id")[: MOST_CHANGES + 1]
    )
    changes = [change(newer, older) for newer, older in pairwise(records)]
    if records and len(records) <= MOST_CHANGES:
        changes.append(change(records[-1], None))
    return [c for c in changes if c.fields or c.reason]


def change(newer: Any, older: Any | None) -> Change:
    """Compare two records of the history; the first one of all has nothing before it."""
    who = str(newer.history_user) if newer.history_user else "hệ thống"
    reason = newer.history_change_reason or ("" if older else "Tạo mới")
    return Change(newer.history_date, who, reason, differences(newer, older, SHOWN) if older else [])


def differences(newer: Any, older: Any, names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Give the fields in which two records differ."""
    labels = {name: str(Place._meta.get_field(name).verbose_name) for name in names}  # type: ignore[union-attr]
    pairs = {name: (getattr(older, name), getattr(newer, name)) for name in labels}
    return [(labels[name], told(before), told(after)) for name, (before, after) in pairs.items() if before != after]


def told(value: Any) -> str:
    """Write a stored value for readers."""
    if value is None or value == "":
        return "chưa biết"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        return number(value, 6)
    return str(value) if isinstance(value, str) else day(value)
