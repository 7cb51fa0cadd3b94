"""Keeping figures: never overwritten, a new one ends the old one's `known_to`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.formulas import FORMULAS
from hatang.indicators.models import Value, ValueQuerySet
from hatang.places.models import Place

ROLLED_UP = "Gộp từ số liệu cấp xã"
CONTENT = (
    "numerator",
    "denominator",
    "value",
    "sample_size",
    "missing_children",
    "how",
    "restated",
    "withheld",
    "simulated",
    "source",
    "run_id",
    "period_id",
    "evidence_id",
)

BATCH = 5000
Key = tuple[int, str, int, int]


@dataclass(frozen=True)
class Counts:
    """What storing figures changed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


def key_of(row: Value) -> Key:
    return row.indicator_id, row.formula, row.place_id, row.year


def store(rows: list[Value], *, actor: Person | None, publish: bool) -> Counts:
    """Add what is new, end what it replaces, leave the unchanged; and publish the lot if asked."""
    now = timezone.now()
    standing = _standing(rows)
    kept = [standing[key_of(r)] for r in rows if key_of(r) in standing and _same(standing[key_of(r)], r)]
    new = [r for r in rows if key_of(r) not in standing and r.value is not None]
    changed = [r for r in rows if key_of(r) in standing and not _same(standing[key_of(r)], r)]
    for values in _batches([standing[key_of(r)] for r in changed]):
        values.update(known_to=now)
    for row in new + changed:
        row.known_from, row.recorded_by = now, actor
        if publish:
            row.state, row.approved_by, row.approved_at = Value.State.PUBLISHED, actor, now
    Value.objects.bulk_create(new + changed)
    if publish:
        for values in _batches([v for v in kept if v.state != Value.State.PUBLISHED]):
            advance(values, actor=actor, to=Value.State.PUBLISHED, now=now)
    return Counts(len(new), len(changed), len(kept))


def _standing(rows: list[Value]) -> dict[Key, Value]:
    """Read the figures that stand where these would, holding back others who would write in the same provinces."""
    provinces = {row.place.province_id or row.place_id for row in rows}
    list(Place.objects.select_for_update().filter(pk__in=provinces).order_by("pk"))
    places, years = {row.place_id for row in rows}, {row.year for row in rows}
    return {key_of(v): v for v in Value.objects.known().filter(place__in=places, year__in=years)}


def _batches(values: list[Value]) -> Iterator[ValueQuerySet]:
    """Give the figures in sets small enough for one statement of any database."""
    for begin in range(0, len(values), BATCH):
        yield Value.objects.filter(pk__in=[v.pk for v in values[begin : begin + BATCH]])


def _same(old: Value, new: Value) -> bool:
    """Whether nothing but the day of counting differs; a figure that somebody states is of its day."""
    content = CONTENT if new.formula in FORMULAS or new.source == ROLLED_UP else (*CONTENT, "on")
    return all(getattr(old, field) == getattr(new, field) for field in content)


def advance(values: QuerySet[Value], *, actor: Person | None, to: str, now: datetime) -> int:
    """Set the state, keeping who approved first."""
    values.filter(approved_at__isnull=True).update(approved_by=actor, approved_at=now)
    return values.update(state=to)
