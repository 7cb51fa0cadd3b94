"""What there is to choose for a what-if: masts, cables, pole lines and communes found by words, cells of a mast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from hatang.core.radio.cells import Cell
from hatang.core.vietnamese import search_key
from hatang.coverage.models import CoverageRun
from hatang.coverage.services.what_if.effect import Sight
from hatang.coverage.suppositions import Change, GroupKind, GroupOff, MastOff
from hatang.network import models as network
from hatang.pages.lists import MOST_WORDS
from hatang.places.models import Place

MOST_OF_EACH = 8


@dataclass(frozen=True)
class Choice:
    """Something that may be supposed to fail: what it is called, what it is, where, and the change that says so.

    `mast` is the key of a mast whose cells can be altered one by one.
    """

    name: str
    what: str
    where: str
    verb: str
    change: Change
    mast: int | None = None


@dataclass(frozen=True)
class CellChoice:
    """A cell of a mast, as the register names it and as the run took it."""

    row: network.Cell
    cell: Cell


def choices_of(sight: Sight, text: str) -> list[Choice]:
    """Find what a search means: each of its words stands in a code, an address, a commune's name."""
    words = search_key(text[:200]).split()[:MOST_WORDS]
    if not words:
        return []
    return [*mast_choices(sight, words), *line_choices(sight, words), *commune_choices(sight, words)]


def holding(words: Sequence[str], *fields: str) -> Q:
    """Write that every word stands in one of the fields."""
    asked = Q()
    for word in words:
        any_field = Q()
        for field in fields:
            any_field |= Q(**{f"{field}__icontains": word})
        asked &= any_field
    return asked


def mast_choices(sight: Sight, words: Sequence[str]) -> list[Choice]:
    """Find masts by code, address or commune."""
    rows = sight.masts().filter(holding(words, "search_key", "commune__search_key"), province=sight.run.province_id)
    found = rows.in_use(sight.run.on).select_related("commune").order_by("code", "pk")[:MOST_OF_EACH]
    return [
        Choice(mast.code, "cột ăng ten", str(mast.commune), "Tắt cột này", MastOff(mast.pk), mast.pk) for mast in found
    ]


def line_choices(sight: Sight, words: Sequence[str]) -> list[Choice]:
    """Find cables and pole lines by code and the ways that they run."""
    kinds: list[tuple[Any, str, str, GroupKind]] = [
        (network.CableRoute, "tuyến cáp", "Đứt tuyến này", GroupKind.CABLE),
        (network.PoleLine, "tuyến cột", "Mất điện dọc tuyến này", GroupKind.POLE_LINE),
    ]
    return [
        Choice(line.code, what, line.along, verb, GroupOff(kind, line.pk))
        for model, what, verb, kind in kinds
        for line in sight.lines(model)
        .filter(holding(words, "search_key"), province=sight.run.province_id)
        .in_use(sight.run.on)
        .order_by("code", "pk")[:MOST_OF_EACH]
    ]


def commune_choices(sight: Sight, words: Sequence[str]) -> list[Choice]:
    """Find communes by name."""
    rows = Place.objects.communes().filter(holding(words, "search_key"), province=sight.run.province_id)
    found = rows.in_force(sight.run.on).order_by("sort_key")[:MOST_OF_EACH]
    return [
        Choice(str(row), "mọi cột trong xã", "", "Mất điện xã này", GroupOff(GroupKind.COMMUNE, row.pk))
        for row in found
    ]


def run_to_ask(person: Any, province: Place, today: date) -> CoverageRun | None:
    """Give the run on which a person asks what if: the one that counts, else the newest that they may see."""
    rows = CoverageRun.objects.visible_to(person).done().filter(province=province).defer("cells")
    counting = CoverageRun.objects.counting(province, today)
    return rows.filter(pk=counting.pk if counting else 0).first() or rows.order_by("on", "pk").last()


def cells_on_mast(sight: Sight, mast: int) -> list[CellChoice]:
    """Give the cells of a mast that the run took and the person may alter."""
    rows = sight.rows(station__mast=mast)
    ordered = sorted(rows, key=lambda row: (row.station.operator.sort_key, row.station.technology, row.code))
    return [CellChoice(row, sight.registered(row.pk)) for row in ordered]
