"""Compare a file's roads with those that its source already has here, and store them whole or not at all."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import shapely
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from hatang.core.vector_files import VectorFile, VectorFileError
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Boundary, Place, Road, RoadQuerySet
from hatang.places.services.roads.reading import SAID, WGS84, RoadsAsked, RoadsRead, read_roads, said_of
from hatang.places.services.territory import around

Tell = Callable[[int, str], None]
BATCH = 500
ERRORS_KEPT = 500
LINES_KEPT = 100
WRITTEN = (*SAID, "path", "length_km", "shape_key")


def silent(percent: int, message: str) -> None:
    """Tell nobody."""


@dataclass
class RoadsOutcome:
    """What a file would change: new roads, changed ones by the key of the stored, those it says or draws no more."""

    read: RoadsRead
    asked: RoadsAsked
    added: list[Road] = field(default_factory=list)
    changed: dict[int, Road] = field(default_factory=dict)
    unchanged: int = 0
    missing: dict[int, str] = field(default_factory=dict)

    @property
    def wrong(self) -> bool:
        """Whether something keeps the file from being saved."""
        return bool(self.read.errors) and not self.asked.skip

    @property
    def usable(self) -> bool:
        """Whether the file can be saved: nothing is wrong, and it draws a road of the territory."""
        return not self.wrong and bool(self.read.lines)

    def fingerprint(self) -> str:
        """Give a hash of what would be written, by which a saving knows that it does what was looked at."""
        news = sorted(road.shape_key for road in self.added)
        changes = sorted((pk, road.shape_key, *map(str, said_of(road))) for pk, road in self.changed.items())
        gone = sorted(self.missing) if self.asked.whole else []
        return hashlib.sha256(repr((news, changes, gone)).encode()).hexdigest()

    def summary(self) -> dict[str, Any]:
        """Give what a page shows, as JSON."""
        return {
            "lines": len(self.read.lines),
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "missing": len(self.missing),
            "outside": self.read.outside,
            "wrong": len(self.read.errors),
            "said": self.read.said,
            "errors": [asdict(e) for e in self.read.errors[:ERRORS_KEPT]],
            "classes": self.by_class(),
            "changes": sorted({str(road) for road in self.changed.values()})[:LINES_KEPT],
            "gone": sorted(set(self.missing.values()))[:LINES_KEPT],
            "fingerprint": self.fingerprint(),
        }

    def by_class(self) -> list[tuple[str, int, float]]:
        """Give for each class its label, how many lines the file has, and their km."""
        groups: dict[str, list[float]] = defaultdict(list)
        for _, road in self.read.lines:
            groups[road.road_class].append(road.length_km)
        return [(str(c.label), len(groups[c]), sum(groups[c])) for c in Road.Class if c in groups]


@dataclass(frozen=True)
class RoadsSaved:
    """What a saving did: when, or why not (`moved`: the register is another than when somebody looked at the check)."""

    outcome: RoadsOutcome
    at: datetime | None = None
    moved: bool = False


# Comparing


def check_roads(file: VectorFile, *, asked: RoadsAsked, tell: Tell = silent) -> RoadsOutcome:
    """Check every feature of a file and compare it with the roads of the same source; changes nothing."""
    tell(5, "Đang đọc tệp.")
    territory = territory_of(asked.province) if asked.province else None
    outcome = RoadsOutcome(read_roads(file, asked, territory), asked)
    tell(60, "Đang so với các đường đang có.")
    compare(outcome, territory)
    return outcome


def territory_of(province: Place) -> BaseGeometry:
    """Give a province's area: its boundary, or where there is none the box around its communes."""
    row = Boundary.objects.current().filter(place=province).first()
    if row is not None:
        return shapely.from_wkb(bytes(row.geometry.wkb))
    box = around(province)
    if box is None:
        raise VectorFileError(f"{province} chưa có ranh giới.", "Nhập đơn vị hành chính và ranh giới trước.")
    return shapely.box(*box)


def compare(outcome: RoadsOutcome, territory: BaseGeometry | None) -> None:
    """Find each line's stored road: the one of the same path, else the only one of the same name, number and class."""
    held = {row.shape_key: row for row in stored(outcome.asked.source).defer("path")}
    redrawn = []
    for _, road in outcome.read.lines:
        same = held.pop(road.shape_key, None)
        if same is None:
            redrawn.append(road)
        elif said_of(same) == said_of(road):
            outcome.unchanged += 1
        else:
            outcome.changed[same.pk] = road
    left = within(outcome.asked.source, held.values(), territory)
    pair_by_name(outcome, redrawn, left)


def stored(source: str) -> RoadQuerySet:
    """Give the roads of a source."""
    return Road.objects.filter(source=source)


def within(source: str, rows: Iterable[Road], territory: BaseGeometry | None) -> list[Road]:
    """Keep the stored roads that touch the territory; of the others a province's file says nothing."""
    if territory is None:
        return list(rows)
    area: Any = GEOSGeometry(memoryview(shapely.to_wkb(territory)), srid=WGS84)
    inside = set(stored(source).through(area).values_list("pk", flat=True))
    return [row for row in rows if row.pk in inside]


def pair_by_name(outcome: RoadsOutcome, redrawn: list[Road], left: list[Road]) -> None:
    """Take a new path as that of a stored road where only those two bear the name; the rest is new, or missing."""
    news, olds = by_name(redrawn), by_name(left)
    for name, roads in news.items():
        rows = olds.get(name, [])
        if name and len(roads) == len(rows) == 1:
            outcome.changed[rows[0].pk] = roads[0]
        else:
            outcome.added += roads
    taken = outcome.changed.keys()
    outcome.missing = {row.pk: str(row) for row in left if row.pk not in taken}


def by_name(roads: Iterable[Road]) -> dict[tuple[str, str, str] | None, list[Road]]:
    """Gather roads by class, number and name; those without number and name under None."""
    groups: dict[tuple[str, str, str] | None, list[Road]] = defaultdict(list)
    for road in roads:
        named = road.number or road.name
        groups[(road.road_class, road.number, road.name) if named else None].append(road)
    return groups


# Saving


@transaction.atomic
def save_roads(
    file: VectorFile,
    *,
    asked: RoadsAsked,
    actor: AbstractBaseUser | None,
    reason: str,
    fingerprint: str | None = None,
    when_saved: Callable[[datetime], None] = lambda at: None,
    tell: Tell = silent,
) -> RoadsSaved:
    """Check a file again and store it in one transaction; nothing is stored if it is wrong or something moved.

    `fingerprint` is that of the check that somebody looked at; `reason` stands in the history of each row; a command
    has no `actor`. `when_saved` is called at the end of the transaction.
    """
    outcome = check_roads(file, asked=asked, tell=tell)
    if not outcome.usable:
        return RoadsSaved(outcome)
    if fingerprint is not None and fingerprint != outcome.fingerprint():
        return RoadsSaved(outcome, moved=True)
    tell(80, "Đang lưu.")
    write(outcome, actor, reason[:100])
    now = timezone.now()
    when_saved(now)
    return RoadsSaved(outcome, at=now)


def write(outcome: RoadsOutcome, actor: AbstractBaseUser | None, reason: str) -> None:
    """Store what a check found, each row with its history."""
    said: dict[str, Any] = {"batch_size": BATCH, "default_user": actor, "default_change_reason": reason}
    if outcome.asked.whole:
        for row in rows_of(outcome.missing):
            row._history_user, row._change_reason = actor, reason  # type: ignore[attr-defined]
            row.delete()
    changed = list(rows_of(outcome.changed))
    for row in changed:
        for name in WRITTEN:
            setattr(row, name, getattr(outcome.changed[row.pk], name))
    bulk_update_with_history(changed, Road, WRITTEN, **said)
    bulk_create_with_history(outcome.added, Road, **said)


def rows_of(keys: Iterable[int]) -> Iterator[Road]:
    """Read roads by their keys, some hundreds at a time."""
    pks = list(keys)
    for start in range(0, len(pks), BATCH):
        yield from Road.objects.filter(pk__in=pks[start : start + BATCH])


def sources_of(roads: RoadQuerySet) -> list[dict[str, Any]]:
    """Give each source with its licence, how many lines it has, their km, and whether they are made up."""
    groups = roads.values("source", "licence", "simulated").order_by("source", "licence")
    return [dict(row) for row in groups.annotate(lines=Count("pk"), km=Sum("length_km"))]
