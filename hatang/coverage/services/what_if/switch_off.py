"""Who loses service when old technologies are switched off: places that an operator serves with nothing newer.

Read off a run as it stands: a layer that ends leaves the others as they are, so nothing is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from hatang.coverage.models import PredictedService
from hatang.coverage.services.what_if.effect import Sight
from hatang.places.models import Place

OLD = ("2G", "3G")
VILLAGE = Place.Kind.VILLAGE


@dataclass(frozen=True)
class Left:
    """Villages and people that are left without."""

    villages: int
    people: int


def served_only_by(sight: Sight, off: Sequence[str]) -> QuerySet[Any]:
    """Give what serves places only until these technologies end: one row for each place and operator, its newest.

    `others_left` tells whether another operator serves the place with something that stays. Who may see only their own
    layers is told nothing of it.
    """
    rows = PredictedService.objects.filter(run=sight.run).served()
    if sight.operators is not None:
        rows = rows.filter(operator__in=sight.operators)
    here = PredictedService.objects.filter(run=sight.run, place=OuterRef("place"), served=True)
    mine = here.filter(operator=OuterRef("operator"))
    stays = mine.exclude(technology__in=off)
    newer = mine.filter(technology__in=off, technology__gt=OuterRef("technology"))
    kept = rows.filter(technology__in=off).exclude(Exists(stays)).exclude(Exists(newer))
    others = here.exclude(technology__in=off) if sight.operators is None else here.none()
    return kept.annotate(others_left=Exists(others), simulated=Value(sight.run.simulated))


def left_without(rows: QuerySet[Any]) -> Left:
    """Count the villages of these rows, each once, and their people."""
    places = Place.objects.of_kind(VILLAGE).filter(pk__in=rows.values("place"))
    found = places.aggregate(villages=Count("pk"), people=Coalesce(Sum("population"), 0))
    return Left(found["villages"], found["people"])
