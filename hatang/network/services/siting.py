"""Where the masts of a station file stand by their points: the commune that a row leaves out, the zone, and doubts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from hatang.network.models import Mast
from hatang.network.services.columns import UploadRow
from hatang.network.services.register import Register
from hatang.places.models import Place
from hatang.places.services.locating import Whereabouts, locate, locate_one

Point = tuple[float, float]


@dataclass(frozen=True)
class Sites:
    """What is known of each point that a file names."""

    found: dict[Point, Whereabouts] = field(default_factory=dict)

    def commune(self, row: UploadRow) -> Place | None:
        """Give the commune whose real boundary holds the row's point; an illustrative one proves nothing."""
        where = self.found.get(point_of(row) or (0, 0))
        return where.commune if where and where.certain else None

    def zone(self, mast: Mast) -> Place | None:
        """Give the zone whose boundary holds the mast."""
        where = self.found.get((mast.lon, mast.lat))
        return where.zone if where else None


def point_of(row: UploadRow) -> Point | None:
    """Give a row's point, if both its numbers are right."""
    lon, lat = row.values.get("lon"), row.values.get("lat")
    return None if lon is None or lat is None else (lon, lat)


def locate_rows(rows: list[UploadRow], *, province: Place, on: date) -> Sites:
    """Locate every point of a file at once."""
    points = sorted({point for row in rows if (point := point_of(row)) is not None})
    if not points:
        return Sites()
    return Sites(dict(zip(points, locate(np.array(points), on=on, province=province), strict=True)))


def fill_communes(rows: list[UploadRow], sites: Sites, register: Register) -> None:
    """Give a new mast whose row names no commune the one in which its point lies."""
    for row in rows:
        wrong = any(fault.key == "commune" for fault in row.faults)
        if "commune" in row.values or wrong or row.values.get("mast_code") in register.masts:
            continue
        found = sites.commune(row)
        if found and found.pk in register.communes_by_id:
            row.values["commune"] = register.communes_by_id[found.pk]


def strayed(rows: list[UploadRow], sites: Sites) -> list[str]:
    """Say which masts have their point in another commune than the file names: one of the two is wrong."""
    lines: dict[str, str] = {}
    for row in rows:
        named, found = row.values.get("commune"), sites.commune(row)
        if isinstance(named, Place) and found and found.pk != named.pk and "mast_code" in row.values:
            line = f"Dòng {row.number}, cột {row.values['mast_code']}: tệp ghi {named}, điểm nằm trong {found}."
            lines.setdefault(row.values["mast_code"], line)
    return list(lines.values())


def put_in_zones(masts: list[Mast], sites: Sites) -> None:
    """Give masts the zone in which they stand; one that stands in none keeps what the register says."""
    for mast in masts:
        mast.zone = sites.zone(mast) or mast.zone


def whereabouts(mast: Mast, *, on: date) -> Whereabouts:
    """Say in which village, commune and zone a mast stands by its point."""
    return locate_one(mast.lon, mast.lat, on=on)


def doubt(mast: Mast, where: Whereabouts) -> str:
    """Say that a mast's point lies in another commune than the one it is written under, or nothing."""
    if where.certain and where.commune and where.commune.pk != mast.commune_id:
        return f"Điểm nằm trong ranh giới {where.commune}, không phải {mast.commune}: tọa độ hoặc xã ghi sai."
    return ""
