"""Index sets from the reference tables; what an officer wrote since is never written over."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from hatang.indicators.models import Criterion, IndexGroup, IndexSet, Indicator
from hatang.places.models import LegalReference

Cells = dict[str, str]


@transaction.atomic
def import_index_sets(folder: Path | None = None) -> int:
    """Read `index_sets.csv` and `index_criteria.csv`; a set that stands is left as it is. Give how many were added."""
    folder = folder or settings.REFERENCE
    added = 0
    for cells in _lines(folder / "index_sets.csv"):
        if not IndexSet.objects.filter(code=cells["code"]).exists():
            _import_criteria(_import_set(cells), folder)
            added += 1
    return added


def _lines(path: Path) -> Iterator[Cells]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _import_set(cells: Cells) -> IndexSet:
    legal, _ = LegalReference.objects.get_or_create(
        number=cells["legal_number"], issuer=cells["legal_issuer"], date=cells["legal_date"] or None
    )
    return IndexSet.objects.create(
        code=cells["code"], name=cells["name"], legal=legal, points=float(cells["points"]), note=cells["note"]
    )


def _import_criteria(index_set: IndexSet, folder: Path) -> None:
    groups: dict[str, IndexGroup] = {}
    indicators = {i.code: i for i in Indicator.objects.all()}
    for order, cells in enumerate(_lines(folder / "index_criteria.csv")):
        if cells["set_code"] != index_set.code:
            continue
        if cells["group"] not in groups:
            groups[cells["group"]] = IndexGroup.objects.create(
                index_set=index_set,
                order=int(cells["group"]),
                name=cells["group_name"],
                points=float(cells["group_points"]),
            )
        Criterion.objects.create(
            group=groups[cells["group"]],
            order=order,
            code=cells["code"],
            name=cells["name"],
            points=float(cells["points"]) if cells["points"] else None,
            indicator=indicators.get(cells["indicator"]),
            note=cells["note"],
        )
