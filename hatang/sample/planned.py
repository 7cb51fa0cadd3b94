"""Masts that two operators reported each under its own code, and proposals of what they would build next."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import islice
from typing import Any

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.network.models import Mast, PoleLine, Proposal, Station, Technology
from hatang.network.services import find_duplicates, propose
from hatang.places.models import Place
from hatang.sample.cast import Cast
from hatang.sample.ground import Neighbours, Point, moved, point_of
from hatang.sample.masts import LAST_WORKS

REASON = "Dữ liệu mô phỏng"
APART_KM = (0.011, 0.019)
BESIDE_KM = 0.09
FAR_FROM_ALL_KM = 1.2
MODEST_M = 18.0


def report_twice(cast: Cast) -> None:
    """Let each operator report a mast of the other as its own, a few metres off, and look for what may be one."""
    for n, (owner, apart_km) in enumerate(zip((cast.first, cast.second), APART_KM, strict=True), 1):
        for mast in cast.things(Mast, owner)[-1:]:
            twin = twin_of(mast, cast.rival_of(owner), n, apart_km)
            keep(twin)
            keep(Station(code=f"TR-{twin.code}", mast=twin, operator=twin.owner, **on_air(twin)))
    find_duplicates(actor=cast.officer, province=cast.province)


def twin_of(mast: Mast, rival: Person, number: int, apart_km: float) -> Mast:
    """Write a mast again as its other user measured it."""
    assert rival.organisation is not None
    assert mast.height_m is not None
    lon, lat = moved(point_of(mast), math.radians(130 * number), apart_km)
    return Mast(
        code=f"MT-LSN-{number:04d}",
        owner=rival.organisation,
        province=mast.province,
        commune=mast.commune,
        structure=mast.structure,
        lon=lon,
        lat=lat,
        height_m=mast.height_m + number,
        built_on=(mast.built_on or LAST_WORKS) + timedelta(40),
        capacity=1,
        spare=0,
        simulated=True,
    )


def on_air(mast: Mast) -> dict[str, Any]:
    """Give the facts of the station on a twin."""
    assert mast.built_on is not None
    return {"technology": Technology.G4, "on_air_on": mast.built_on + timedelta(30), "simulated": True}


def keep(row: Any) -> None:
    """Store one row with the first line of its history."""
    sign(row, None, REASON)
    row.save()


def make_proposals(cast: Cast) -> None:
    """Let both operators have what they plan checked: beside a mast with room, along poles with room, far from all."""
    lonely = far_from_all(cast)
    for n, (person, owner) in enumerate(((cast.second, cast.first), (cast.first, cast.second)), 1):
        drafts = [*beside_masts(cast, owner), *along_poles(cast, owner), *lonely[n - 1 : n]]
        for k, draft in enumerate(drafts, 1):
            draft.code, draft.network = f"DX-LSN-{n}{k:02d}", cast.operator_of(person)
            draft.planned_on, draft.note, draft.simulated = cast.today + timedelta(200), "Đề xuất mẫu", True
        propose(actor=person, province=cast.province, drafts=drafts)


def beside_masts(cast: Cast, owner: Person) -> list[Proposal]:
    """Propose a mast lower than one that stands near by and has room."""
    tall = [m for m in cast.things(Mast, owner) if m.structure == Mast.Structure.A1 and (m.height_m or 0) >= MODEST_M]
    return [mast_at(moved(point_of(m), 0.8, BESIDE_KM), m.commune) for m in tall[2:3]]


def along_poles(cast: Cast, owner: Person) -> list[Proposal]:
    """Propose poles along a street where there are some with room."""
    kind = Proposal.Kind.POLE_LINE
    return [Proposal(kind=kind, path=t.path, commune=t.commune) for t in cast.things(PoleLine, owner)[2:3]]


def far_from_all(cast: Cast) -> list[Proposal]:
    """Propose masts at the largest villages that have none anywhere near."""
    masts = Neighbours(Mast.objects.there(cast.today).filter(province=cast.province))
    villages = Place.objects.villages().filter(province=cast.province).select_related("parent")
    lonely = (v for v in villages.order_by("-population", "code") if not masts.within(point_of(v), FAR_FROM_ALL_KM))
    return [mast_at(point_of(v), v.parent) for v in islice(lonely, 2)]


def mast_at(point: Point, commune: Place | None) -> Proposal:
    """Write a modest mast."""
    return Proposal(kind=Proposal.Kind.MAST, lon=point[0], lat=point[1], commune=commune, height_m=MODEST_M)
