"""What speaks for and against a planned mast or route: spacing, structures that could carry it, what is planned near.

Where the text is silent (what is urban, how near is near enough, which pairs count) a setting of the province decides;
`network.models.rules` lists them with their notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.db.models import Q

from hatang.core.near_points import near_points
from hatang.core.overlapping_routes import shares_beside
from hatang.core.vietnamese import number
from hatang.network.audience import Viewer
from hatang.network.models import LifeState, Mast, PoleLine, Proposal, SharingRule, Station, Tenancy, UndergroundWork
from hatang.network.services.rules import rules_on
from hatang.places.models import Place

Entry = dict[str, Any]
Verdict = Proposal.Verdict
YES, UNKNOWN, NO = "yes", "unknown", "no"
BTS = (Mast.Structure.A1, Mast.Structure.A2)
CARRIERS: dict[str, tuple[Any, ...]] = {
    Proposal.Kind.UNDERGROUND: (UndergroundWork,),
    Proposal.Kind.POLE_LINE: (PoleLine, UndergroundWork),
}
LEASE = "Luật Viễn thông 24/2023/QH15 Điều 47 khoản 2; NĐ 163/2024/NĐ-CP Điều 81 khoản 2"
SAME_WAY = "NĐ 163/2024/NĐ-CP Điều 62 khoản 2 điểm d, e"
ROOM = "share.min_operators"
OWN_POLES = "NĐ 163/2024/NĐ-CP Điều 62 khoản 2 điểm c"


@dataclass
class Found:
    """What a check found, with its verdict."""

    verdict: str = Verdict.MAY_BUILD
    reasons: list[str] = field(default_factory=list)
    spacing: list[Entry] = field(default_factory=list)
    candidates: list[Entry] = field(default_factory=list)
    planned: list[Entry] = field(default_factory=list)
    rules: list[Entry] = field(default_factory=list)
    urban: bool = False
    simulated: bool = False

    def conclude(self, verdict: str, reason: str) -> Found:
        """Set the verdict and say why."""
        self.verdict = verdict
        self.reasons.insert(0, reason)
        return self

    def kept(self) -> Entry:
        """Give it as it is stored."""
        parts = ("reasons", "spacing", "candidates", "planned", "rules", "urban", "simulated")
        return {name: getattr(self, name) for name in parts}


class Sight:
    """What a check may use: of the whole register (no viewer), or what a person may see of it. Reads each table once.

    An operator's own check must not tell what it may not see: neither by a line nor by the verdict.
    """

    def __init__(self, province: Place, on: date, viewer: Any = None) -> None:
        self.province, self.on, self.person = province, on, viewer
        self.viewer = Viewer(viewer) if viewer else None
        self.users: dict[int, set[int]] = {}

    def seen(self, model: Any) -> Any:
        """Give the things of a kind that were planned or stood that day, as far as they may be used."""
        things = model.objects.visible_to(self.person) if self.person else model.objects.all()
        return things.there(self.on).filter(province=self.province).select_related("owner").order_by("pk")

    @cached_property
    def masts(self) -> list[Mast]:
        """The masts of the province."""
        return list(self.seen(Mast))

    @cached_property
    def spots(self) -> Any:
        """Where they stand, n x 2, lon and lat."""
        return np.array([(mast.lon, mast.lat) for mast in self.masts], dtype=np.float64).reshape(-1, 2)

    @cached_property
    def rules(self) -> dict[str, SharingRule]:
        """The province's rules that day."""
        return rules_on(self.province, self.on)

    def near(self, lon: float, lat: float, within_m: float) -> list[tuple[Mast, float]]:
        """Give the masts within so many metres of a point, nearest first, with their distance."""
        degrees = 2 * within_m / 111_000
        around = np.flatnonzero(np.abs(self.spots - (lon, lat)).max(axis=1, initial=0) <= degrees)
        _, which, away_m = near_points(np.array([[lon, lat]]), self.spots[around], within_m)
        return [(self.masts[around[i]], float(metres)) for i, metres in zip(which, away_m, strict=True)]

    def used_by(self, network_id: int) -> set[int]:
        """Give the masts on which a network is on air or rents a place; asked once for each network."""
        if network_id not in self.users:
            self.users[network_id] = self._used_by(network_id)
        return self.users[network_id]

    def _used_by(self, network_id: int) -> set[int]:
        stations = Station.objects.on_air(on=self.on).filter(operator=network_id, mast__province=self.province)
        rented = Tenancy.objects.in_force(self.on).filter(tenant=network_id, mast__province=self.province)
        return set(stations.values_list("mast_id", flat=True)) | set(rented.values_list("mast_id", flat=True))

    def value(self, key: str) -> float | None:
        """Give a rule's number, or None where none holds."""
        held = self.rules.get(key)
        return held.value if held else None

    def number(self, key: str) -> float:
        """Give a setting's number; settings always hold."""
        return self.rules[key].value

    def told(self, *keys: str) -> list[Entry]:
        """Write down those of these rules that hold, as they were on the day of the check."""
        rows = (self.rules[key] for key in keys if key in self.rules)
        return [{"label": row.label, "words": row.words, "basis": row.basis, "note": row.note} for row in rows]

    def entry(self, thing: Any, **more: Any) -> Entry:
        """Write down a thing as far as it may be known."""
        shown = self.viewer.shown if self.viewer else lambda thing, name, value: value
        return {
            "key": thing.KEY,
            "pk": thing.pk,
            "name": self.viewer.name(thing) if self.viewer else thing.code,
            "owner": thing.owner.short_name or thing.owner.name,
            "state": thing.state_on(self.on).label,
            "height_m": shown(thing, "height_m", getattr(thing, "height_m", None)),
            "spare": thing.spare,
            "offered": thing.offered,
            "simulated": thing.simulated,
            **more,
        }


def check(proposal: Proposal, sight: Sight) -> Found:
    """Check one proposal by what `sight` may use; nothing is stored."""
    found = check_mast(proposal, sight) if proposal.kind == Proposal.Kind.MAST else check_route(proposal, sight)
    found.simulated = any(entry["simulated"] for entry in found.spacing + found.candidates + found.planned)
    return found


# Masts


@dataclass(frozen=True)
class Spacing:
    """How far other masts must be: of the same network, of others; None where nothing is asked. Which rules say so."""

    same_m: float | None
    other_m: float | None
    rules: tuple[str, ...]
    ruled: bool
    contested: bool = False

    def needed_m(self, same_network: bool) -> float | None:
        """Give the least distance to a mast."""
        return self.same_m if same_network else self.other_m


def spacing_for(proposal: Proposal, sight: Sight, *, urban: bool) -> Spacing:
    """Give the distances that a proposed mast must keep where it would stand."""
    area = "urban" if urban else "non_urban"
    keys = (f"distance.same_network.{area}", f"distance.other_network.{area}")
    same, other = sight.value(keys[0]), sight.value(keys[1])
    ruled = same is not None or other is not None
    low = sight.value("distance.small_mast_height")
    if low is None or proposal.height_m is None or proposal.height_m > low:
        return Spacing(same, other, keys, ruled)
    told = (*keys, "distance.small_mast_height")
    if urban and sight.value("distance.small_mast_urban_keeps"):
        return Spacing(same, other, (*told, "distance.small_mast_urban_keeps"), ruled, contested=True)
    free_of_own = bool(sight.value("distance.small_mast_same_network"))
    return Spacing(None if free_of_own else same, None, told, ruled)


def is_urban(commune: Place | None, sight: Sight) -> bool:
    """Tell whether a commune counts as urban: a ward, where the province's setting says so."""
    return bool(commune and commune.title == "Phường" and sight.number("urban.wards"))


def check_mast(proposal: Proposal, sight: Sight) -> Found:
    """Check a mast's spacing, and which masts near by could carry it instead."""
    found = Found(urban=is_urban(proposal.commune, sight))
    if proposal.commune is None:
        found.reasons.append("Không rõ điểm thuộc xã, phường nào nên xét như ngoài đô thị.")
    spacing = spacing_for(proposal, sight, urban=found.urban)
    found.rules = sight.told(*spacing.rules, ROOM)
    near_m = sight.number("candidate.mast_distance")
    furthest = max(near_m, spacing.same_m or 0, spacing.other_m or 0)
    used = sight.used_by(proposal.network_id)
    assert proposal.lon is not None and proposal.lat is not None
    for mast, metres in sight.near(proposal.lon, proposal.lat, furthest):
        same = proposal.network_id in (mast.owner_id, mast.operator_id) or mast.pk in used
        needed = spacing.needed_m(same) if mast.structure in BTS else None
        place = {"distance_m": round(metres, 1), "lon": mast.lon, "lat": mast.lat, "same_network": same}
        entry = sight.entry(mast, **place, needed_m=needed)
        broken = needed is not None and metres < needed
        if broken:
            found.spacing.append(entry)
        state = mast.state_on(sight.on)
        if state in (LifeState.PLANNED, LifeState.CONSTRUCTION):
            found.planned.append(entry)
        elif state == LifeState.IN_USE and (metres <= near_m or broken):
            found.candidates.append(entry | mast_fitness(entry, mast, proposal))
    return conclude_mast(found, spacing)


def mast_fitness(entry: Entry, mast: Mast, proposal: Proposal) -> Entry:
    """Tell whether a mast could carry the proposed antennas, and what speaks against it or is not known."""
    against, unknown = [], []
    if proposal.height_m is None or entry["height_m"] is None:
        unknown.append("chưa rõ chiều cao")
    elif entry["height_m"] < proposal.height_m:
        against.append(f"thấp hơn {number(proposal.height_m - entry['height_m'], 1)} m")
    if entry["spare"] is None:
        unknown.append("chưa ghi số chỗ trống")
    elif entry["spare"] == 0:
        against.append("không còn chỗ trống")
    if mast.structure not in BTS:
        unknown.append(f"cột {mast.get_structure_display()}: cần Sở chấp thuận trước")
    return {"usable": NO if against else UNKNOWN if unknown else YES, "why": against + unknown}


def conclude_mast(found: Found, spacing: Spacing) -> Found:
    """Draw the conclusion for a mast."""
    usable = [entry for entry in found.candidates if entry["usable"] == YES]
    perhaps = [entry for entry in found.candidates if entry["usable"] == UNKNOWN]
    if not spacing.ruled:
        found.reasons.append("Tỉnh chưa có quy định khoảng cách còn hiệu lực nên khoảng cách không được xét.")
    if found.spacing and spacing.contested:
        told = "Cột thấp ở đô thị chưa đủ khoảng cách: hai điều khoản nói khác nhau, cần Sở quyết định."
        return found.conclude(Verdict.CONSIDER, told)
    if found.spacing and usable:
        told = f"Chưa đủ khoảng cách tới {len(found.spacing)} cột và có {len(usable)} cột dùng chung được."
        return found.conclude(Verdict.MUST_SHARE, told)
    if found.spacing:
        told = f"Chưa đủ khoảng cách tới {len(found.spacing)} cột, chưa thấy cột nào chắc chắn dùng chung được: "
        ways = "hỏi chủ những cột còn chưa rõ, " if perhaps else ""
        return found.conclude(Verdict.CONSIDER, f"{told}{ways}đổi thiết kế hoặc vị trí.")
    if usable or perhaps:
        sure = f"có {len(usable)} cột gần đó dùng chung được" if usable else "gần đó có cột có thể dùng chung"
        free = "Khoảng cách không cản, nhưng " if spacing.ruled else ""
        told = f"{free}{sure} ({LEASE})."
        return found.conclude(Verdict.CONSIDER, told[:1].upper() + told[1:])
    free = "Không vướng khoảng cách và không" if spacing.ruled else "Không"
    return found.conclude(Verdict.MAY_BUILD, f"{free} có cột nào gần đó dùng chung được.")


# Routes


def check_route(proposal: Proposal, sight: Sight) -> Found:
    """Check which existing routes run along the proposed one and could carry its cables."""
    found = Found()
    within_m = sight.number("candidate.route_distance")
    found.rules = sight.told("candidate.route_distance", "candidate.route_share", ROOM)
    for model in CARRIERS[proposal.kind]:
        around = Q(path__dwithin_m=(proposal.path, within_m))
        things = list(sight.seen(model).filter(around))
        for thing, share in zip(things, shares_along(proposal, things, within_m), strict=True):
            add_route(found, sight, thing, float(share))
    found.candidates.sort(key=lambda entry: -entry["share_percent"])
    return conclude_route(found, proposal, sight.number("candidate.route_share"))


def shares_along(proposal: Proposal, things: Sequence[Any], within_m: float) -> Any:
    """Give which part of the proposed route each thing could carry."""
    assert proposal.path is not None
    lines = [shapely.from_wkb(bytes(thing.path.wkb)) for thing in things]
    return shares_beside(shapely.from_wkb(bytes(proposal.path.wkb)), lines, within_m=within_m)


def add_route(found: Found, sight: Sight, thing: Any, share: float) -> None:
    """Enter a route that runs along the proposed one, as planned or as a candidate."""
    if share == 0:
        return
    coordinates = [list(spot) for spot in thing.path.coords]
    entry = sight.entry(thing, share_percent=round(100 * share, 1), coordinates=coordinates)
    state = thing.state_on(sight.on)
    if state in (LifeState.PLANNED, LifeState.CONSTRUCTION):
        found.planned.append(entry)
    elif state == LifeState.IN_USE:
        spare = entry["spare"]
        why = "chưa ghi phần còn trống" if spare is None else "" if spare else "không còn chỗ trống"
        usable = UNKNOWN if spare is None else YES if spare else NO
        found.candidates.append(entry | {"usable": usable, "why": [why] if why else []})


def conclude_route(found: Found, proposal: Proposal, least_percent: float) -> Found:
    """Draw the conclusion for a route."""
    if proposal.kind == Proposal.Kind.POLE_LINE:
        told = f"Cột riêng (C1) phải nêu lý do không ngầm hóa, không treo nhờ được ({OWN_POLES})."
        found.reasons.append(told)
    open_ones = [entry for entry in found.candidates if entry["usable"] != NO]
    long = [e for e in open_ones if e["usable"] == YES and e["share_percent"] >= least_percent]
    if long:
        told = (
            f"Có tuyến cùng hướng còn chỗ, theo được {number(long[0]['share_percent'])} % tuyến đề xuất ({SAME_WAY})."
        )
        return found.conclude(Verdict.MUST_SHARE, told)
    if open_ones:
        told = f"Có tuyến cùng hướng theo được một phần, hoặc chưa rõ còn chỗ ({SAME_WAY})."
        return found.conclude(Verdict.CONSIDER, told)
    return found.conclude(Verdict.MAY_BUILD, "Không có tuyến nào cùng hướng còn chỗ.")
