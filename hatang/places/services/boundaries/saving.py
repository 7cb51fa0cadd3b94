"""Store checked boundaries whole or not at all, take an import back, keep one that was drawn by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from hatang.core.polygons import geodesic_area_km2, mended
from hatang.core.vector_files import VectorFile
from hatang.places.models import Boundary, Place
from hatang.places.services.boundaries.checking import Tell, batches, check_boundaries, current, same, silent
from hatang.places.services.boundaries.outcome import BoundaryOutcome, Drawn
from hatang.places.services.boundaries.recognising import Asked

ROWS_A_WRITE = 100
BY_HAND = "vẽ tay"
SRID = 4326


@dataclass(frozen=True)
class Saved:
    """What a saving did: when, under what hash its rows are found, or why nothing was saved."""

    outcome: BoundaryOutcome
    at: datetime | None = None
    moved: bool = False


@dataclass(frozen=True)
class Undone:
    """What taking an import back did: units whose former boundary came back, that have none again, that were newer."""

    restored: int
    removed: int
    kept: int


def save_boundaries(
    file: VectorFile,
    *,
    asked: Asked,
    today: date,
    source: str,
    sha256: str,
    fingerprint: str | None = None,
    when_saved: Callable[[datetime], None] = lambda at: None,
    tell: Tell = silent,
) -> Saved:
    """Check a file again and store it in one transaction; nothing is stored if it is wrong or something moved.

    `fingerprint` is that of the check that somebody looked at. The check runs before the transaction, so that a large
    file does not keep others waiting; the transaction then makes sure that nobody stored a boundary meanwhile, and
    calls `when_saved`.
    """
    outcome = check_boundaries(file, asked=asked, today=today, tell=tell)
    if outcome.wrong or (fingerprint is not None and fingerprint != outcome.fingerprint()):
        return Saved(outcome, moved=not outcome.wrong)
    tell(95, "Đang lưu.")
    try:
        at = write(outcome, source=source, sha256=sha256, when_saved=when_saved)
    except IntegrityError:
        at = None
    return Saved(outcome, at=at, moved=at is None)


@transaction.atomic
def write(
    outcome: BoundaryOutcome, *, source: str, sha256: str, when_saved: Callable[[datetime], None]
) -> datetime | None:
    """Store what a check found; nothing, and no time, if another boundary of these places came meanwhile."""
    if current_ids([d.place.pk for d in outcome.drawn]) != outcome.held:
        return None
    now = timezone.now()
    news = [d for d in outcome.drawn if d.state != "unchanged"]
    close([d.place.pk for d in news], now)
    store((row_of(d, source, sha256, now) for d in news), now)
    when_saved(now)
    return now


def current_ids(pks: Sequence[int]) -> dict[int, int]:
    """Give the current real boundary of each place that has one."""
    found: dict[int, int] = {}
    for batch in batches(pks):
        rows = Boundary.objects.current().real().filter(place_id__in=batch)
        found |= dict(rows.values_list("place_id", "pk"))
    return found


def close(pks: Sequence[int], now: datetime) -> None:
    """End what the system held of these places' boundaries."""
    for batch in batches(pks):
        Boundary.objects.current().filter(place_id__in=batch).update(known_to=now)


def store(rows: Iterable[Boundary], now: datetime) -> None:
    """Store boundaries, a few at a time: a polygon may have 100,000 vertices."""
    waiting: list[Boundary] = []
    for row in rows:
        row.known_from = now
        waiting.append(row)
        if len(waiting) == ROWS_A_WRITE:
            Boundary.objects.bulk_create(waiting)
            waiting = []
    Boundary.objects.bulk_create(waiting)


def row_of(drawn: Drawn, source: str, sha256: str, now: datetime) -> Boundary:
    """Make the row of a unit's new boundary."""
    return Boundary(
        place_id=drawn.place.pk,
        geometry=as_geos(drawn.geometry),
        area_km2=drawn.area_km2,
        repaired=drawn.repaired,
        source=source[:200],
        source_sha256=sha256,
        known_from=now,
    )


def as_geos(geometry: Any) -> MultiPolygon:
    """Turn a polygon of shapely's into Django's MultiPolygon."""
    whole = geometry if geometry.geom_type == "MultiPolygon" else shapely.multipolygons([geometry])
    return cast(MultiPolygon, GEOSGeometry(memoryview(shapely.to_wkb(whole)), srid=SRID))


@transaction.atomic
def undo_boundaries(*, saved_at: datetime, sha256: str) -> Undone:
    """Take an import back: its boundaries end, and those that it ended come back as new rows.

    A unit that got a newer boundary since keeps it. A boundary of this import that came back when a later import was
    taken back bears its source, and ends like the first.
    """
    now = timezone.now()
    rows = Boundary.objects.real().filter(known_from=saved_at, source_sha256=sha256)
    mine = {pk: (source, sha256) for pk, source in rows.values_list("place_id", "source")}
    held = origins(list(mine), known_to=None)
    places = [pk for pk, origin in held.items() if origin == mine[pk]]
    former = origins(list(mine), known_to=saved_at)
    kept = sum(origin not in (mine[pk], former.get(pk)) for pk, origin in held.items())
    close(places, now)
    for batch in batches(places):
        ended = Boundary.objects.real().filter(place_id__in=batch, known_to=saved_at)
        store([copy_of(row) for row in ended], now)
    restored = sum(pk in former for pk in places)
    return Undone(restored, len(places) - restored, kept)


def origins(pks: Sequence[int], *, known_to: datetime | None) -> dict[int, tuple[str, str]]:
    """Give source and hash of the places' real boundaries that are current, or ended at a moment."""
    until: dict[str, Any] = {"known_to__isnull": True} if known_to is None else {"known_to": known_to}
    found: dict[int, tuple[str, str]] = {}
    for batch in batches(pks):
        rows = Boundary.objects.real().filter(place_id__in=batch, **until)
        found |= {pk: (source, sha) for pk, source, sha in rows.values_list("place_id", "source", "source_sha256")}
    return found


def copy_of(row: Boundary) -> Boundary:
    """Make a new row that says what an older one said."""
    return Boundary(
        place_id=row.place_id,
        geometry=row.geometry,
        illustrative=row.illustrative,
        area_km2=row.area_km2,
        repaired=row.repaired,
        source=row.source,
        source_sha256=row.source_sha256,
    )


@transaction.atomic
def keep_drawn(*, place: Place, geometry: GEOSGeometry | None) -> bool:
    """Store the boundary that somebody drew for a zone, site or village, or take it away; tell whether that changed.

    Raises ValidationError when what was drawn has no area.
    """
    before = next((polygon for _, _, polygon in current([place.pk])), None)
    if geometry is None or geometry.empty:
        close([place.pk], timezone.now())
        return before is not None
    sound = mended(shapely.from_wkb(bytes(geometry.wkb)))
    if shapely.is_empty(sound.geometry):
        told = sound.faults[-1] if sound.faults else "Hình vẽ không có diện tích."
        raise ValidationError(f"{told} Vẽ một vùng khép kín, ít nhất ba đỉnh.")
    if before is not None and same(before, sound.geometry):
        return False
    now, words = timezone.now(), " ".join(sound.faults)[:500]
    drawn = Drawn(place, sound.geometry, words, geodesic_area_km2(sound.geometry), "added", 1)
    close([place.pk], now)
    store([row_of(drawn, BY_HAND, "", now)], now)
    return True
