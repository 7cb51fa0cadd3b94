"""Where things stand by their points: the commune that a row leaves out, the zone, and what cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from hatang.network.models import Mast
from hatang.network.services.layouts import SHAPE
from hatang.network.services.register import Register
from hatang.places.models import Place
from hatang.places.services.locating import Whereabouts, locate, locate_one

if TYPE_CHECKING:
    from hatang.network.services.check import Draft

Point = tuple[float, float]


@dataclass(frozen=True)
class Sites:
    """What is known of each point that a file names."""

    found: dict[Point, Whereabouts] = field(default_factory=dict)

    def commune(self, point: Point | None) -> Place | None:
        """Give the commune whose real boundary holds a point; an illustrative one proves nothing."""
        where = self.found.get(point) if point else None
        return where.commune if where and where.certain else None

    def add(self, draft: Draft, facts: dict[str, Any]) -> None:
        """Add commune and zone to the facts of a row by its point, and note where point and commune differ."""
        point = point_of(draft)
        found = self.commune(point)
        named = facts.get("commune")
        if found and isinstance(named, Place) and named.pk != found.pk:
            words = f"Tệp ghi {named}, điểm nằm trong {found}: hoặc tọa độ sai, hoặc mã xã sai."
            column = draft.layout.named(draft.position, "commune")
            draft.lines[0].doubts.append((column.key if column else "lon", words))
        if found and draft.held is None and named is None and not commune_wrong(draft):
            facts["commune"] = found
        if draft.part.model is Mast and point and facts.get("zone") is None:
            where = self.found.get(point)
            moved = draft.held is None or (draft.held.lon, draft.held.lat) != point
            if where and where.zone and moved:
                facts["zone"] = where.zone


def commune_wrong(draft: Draft) -> bool:
    """Tell whether a line names a commune that is none."""
    column = draft.layout.named(draft.position, "commune")
    return column is not None and any(line.wrong(column.key) for line in draft.lines)


def point_of(draft: Draft) -> Point | None:
    """Give the point that the lines of a row say, or where its line begins."""
    said = {key: value for key, (value, _) in draft.facts.items()} if draft.part.gathers else draft.lines[0].values
    if SHAPE in said:
        lon, lat = said[SHAPE].coords[0][:2]
        return float(lon), float(lat)
    lon, lat = said.get("lon"), said.get("lat")
    return None if lon is None or lat is None else (lon, lat)


def locate_points(drafts: Iterable[Draft], register: Register) -> Sites:
    """Locate every point of a kind of things at once."""
    points = sorted({point for draft in drafts if (point := point_of(draft)) is not None})
    if not points:
        return Sites()
    found = locate(np.array(points), on=register.today, province=register.province)
    return Sites(dict(zip(points, found, strict=True)))


def whereabouts(mast: Mast, *, on: date) -> Whereabouts:
    """Say in which village, commune and zone a mast stands by its point."""
    return locate_one(mast.lon, mast.lat, on=on)


def doubt(mast: Mast, where: Whereabouts) -> str:
    """Say that a mast's point lies in another commune than the one it is written under, or nothing."""
    if where.certain and where.commune and where.commune.pk != mast.commune_id:
        return f"Điểm nằm trong ranh giới {where.commune}, không phải {mast.commune}: tọa độ hoặc xã ghi sai."
    return ""
