"""Open Fibre Data Standard: cables as spans, what joins or ends them as nodes, a network for each owner.

The mapping stands in docs/so-ha-tang-xuat.md; the upload reads it the other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatang.core.near_points import near_points
from hatang.core.ofds import Details, Location, Network, Node, Organisation, Reference, Route, Span, ofds_package
from hatang.core.vietnamese import number
from hatang.network.models import CableRoute, Closure, House, LifeState
from hatang.network.services.exports.asking import Asked
from hatang.network.services.exports.columns import Table
from hatang.network.services.exports.reading import Sheet, rows_in
from hatang.network.services.exports.sheets import ROUGH_NOTE, Step
from hatang.network.services.ofds_ends import MEETS_M, ends_at
from hatang.pages.lists import SIMULATED_LINE

MOST_THINGS = 200_000
STATUSES: dict[str, str] = {
    LifeState.PLANNED: "planned",
    LifeState.CONSTRUCTION: "underConstruction",
    LifeState.IN_USE: "operational",
    LifeState.OUT_OF_USE: "inactive",
    LifeState.DISMANTLED: "decommissioned",
}
DEPLOYMENTS: dict[str, str] = {
    CableRoute.Laying.AERIAL: "aboveGround",
    CableRoute.Laying.DUCT: "belowGround",
    CableRoute.Laying.BURIED: "belowGround",
}
NODE_TYPES: dict[str, str] = {
    Closure.Kind.JOINT: "aggregationPoint",
    Closure.Kind.ODF: "pop",
    Closure.Kind.SPLITTER: "cabinet",
    House.Function.BTS: "tower",
    House.Function.LANDING: "cableLanding",
    House.Function.SWITCHING: "exchange",
    House.Function.REGIONAL: "exchange",
    House.Function.NATIONAL: "exchange",
    House.Function.INTERNATIONAL: "exchange",
}
ENDS = {"start": "dau", "end": "cuoi"}
SAME_PLACE_M = 0.2
OWNER, PROVIDER = "physicalInfrastructureProvider", "networkProvider"
NO_CABLE = "Không có tuyến cáp hay điểm nối cáp nào khớp để ghi OFDS. Chọn thêm “Tuyến cáp”, bỏ bớt điều kiện lọc."
Facts = dict[str, Any]
Position = tuple[float, float]


@dataclass
class Gathered:
    """What one owner's network is made of."""

    spans: list[Facts] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    bare: dict[Position, str] = field(default_factory=dict)
    organisations: dict[str, set[str]] = field(default_factory=dict)
    simulated: bool = False

    def add(self, node: Node) -> None:
        """Add a node; cables that end near it end at it."""
        self.nodes[node.id] = node

    @property
    def ends(self) -> list[Position]:
        """Where each cable begins, and then where each ends."""
        return [facts["route"][at] for at in (0, -1) for facts in self.spans]

    def place(self) -> None:
        """Let each cable know the nodes at which it begins and ends; where nothing stands, a bare node does."""
        found = list(self.nodes.values())
        at = ends_at(self.ends, [node.location.coordinates[:2] for node in found if node.location])  # type: ignore[misc]
        half = len(self.spans)
        for name, vertex, places in (("start", 0, at[:half]), ("end", -1, at[half:])):
            for facts, place in zip(self.spans, places, strict=True):
                bare = f"{facts['ofds_id']}#{ENDS[name]}"
                facts[name] = found[place].id if place is not None else self.bare_node(bare, facts["route"][vertex])

    def bare_node(self, node_id: str, end: Position) -> str:
        """Give the bare node at which a cable ends; cables that meet there share it."""
        known = self.bare.setdefault(spot(end), node_id)
        if known == node_id:
            self.add(Node(id=node_id, location=Location(end)))
        return known

    def refer(self, name: str | None, role: str) -> Reference | None:
        """Name an organisation in a role."""
        if not name:
            return None
        self.organisations.setdefault(name, set()).add(role)
        return Reference(id=name, name=name)


def spot(coordinates: tuple[float, ...]) -> Position:
    """Give a place to about a decimetre, by which ends and nodes meet."""
    return round(coordinates[0], 6), round(coordinates[1], 6)


def facts_of(sheet: Sheet) -> Iterator[Facts]:
    """Give each row by the names of its columns, with the id that it has in OFDS."""
    names = [column.name for column in sheet.table.columns]
    for row in sheet.rows():
        facts = dict(zip(names, row, strict=True))
        yield facts | {"ofds_id": facts["code"] or f"{sheet.table.key}-{facts['id']}", "table": sheet.table}


def writer(version: str) -> Callable[[Path, list[Sheet], Asked, Step], None]:
    """Give what writes a package of a version."""

    def write(path: Path, sheets: list[Sheet], asked: Asked, step: Step) -> None:
        path.write_bytes(ofds_package(networks_of(sheets, asked, version), version))
        step(rows_in(sheets))

    return write


def networks_of(sheets: list[Sheet], asked: Asked, version: str) -> list[Network]:
    """Make the networks.

    Raises ValidationError where there is no cable, or more than a reader of JSON takes at once.
    """
    if (count := rows_in(sheets)) > MOST_THINGS:
        raise ValidationError(
            f"{number(count)} công trình; một gói OFDS chứa nhiều nhất {number(MOST_THINGS)}. Lọc bớt."
        )
    by_key = {sheet.table.key: sheet for sheet in sheets}
    gathered: dict[str, Gathered] = {}
    for key in ("closure", "cable"):
        for facts in facts_of(by_key[key]) if key in by_key else ():
            own = gathered.setdefault(facts["owner"], Gathered())
            own.simulated |= facts["simulated"]
            if key == "cable":
                own.spans.append(facts | {"route": tuple((x, y) for x, y in facts["path"].coords)})
            else:
                own.add(node_of(facts, own, version))
    if not gathered:
        raise ValidationError(NO_CABLE)
    join_structures(gathered, [by_key[key] for key in ("house", "mast") if key in by_key], version)
    return [network_of(owner, own, asked, version) for owner, own in sorted(gathered.items())]


def join_structures(gathered: dict[str, Gathered], sheets: list[Sheet], version: str) -> None:
    """Add the houses and masts at which cables end, another's only at the very place; the rest is no fibre network."""
    for sheet in sheets:
        rows = list(facts_of(sheet))
        for owner, own in gathered.items():
            for facts in at_ends(rows, owner, own):
                taken = facts["ofds_id"] in own.nodes
                named = facts | ({"ofds_id": f"{sheet.table.key}-{facts['id']}"} if taken else {})
                own.add(node_of(named, own, version))


def at_ends(rows: list[Facts], owner: str, own: Gathered) -> Iterator[Facts]:
    """Give the rows that stand where a cable of an owner ends, each once."""
    places = np.array([(facts["lon"], facts["lat"]) for facts in rows])
    one, _, away_m = near_points(places, np.array(own.ends), MEETS_M)
    near = dict(zip(one.tolist()[::-1], away_m.tolist()[::-1], strict=True))
    for at, away in sorted(near.items()):
        if rows[at]["owner"] == owner or away <= SAME_PLACE_M:
            yield rows[at]


def owned(facts: Facts, own: Gathered, version: str) -> Facts:
    """Say who owns and who runs, as the version says it."""
    owner = own.refer(facts["owner"], OWNER)
    runs = own.refer(facts["operator"] or facts["owner"], PROVIDER)
    member = OWNER_MEMBERS[version]
    return {member: owner, "network_providers": (runs,) if runs else ()}


OWNER_MEMBERS = {"0.3": "physical_infrastructure_provider", "0.4": "transmission_medium_owner"}


def node_of(facts: Facts, own: Gathered, version: str) -> Node:
    """Describe a closure, house or mast."""
    table: Table = facts["table"]
    sort = facts["function"] if table.key == "house" else facts[table.sort]
    kind = "tower" if table.key == "mast" else NODE_TYPES.get(sort)
    return Node(
        id=facts["ofds_id"],
        name=facts["address"] or None,
        status=STATUSES[facts["state"]],
        location=Location((facts["lon"], facts["lat"])),
        types=(kind,) if kind else (),
        **owned(facts, own, version),
    )


def span_of(facts: Facts, own: Gathered, version: str) -> Span:
    """Describe a cable that knows its ends."""
    spare = facts["spare"]
    return Span(
        id=facts["ofds_id"],
        name=facts["along"] or None,
        status=STATUSES[facts["state"]],
        ready_for_service_date=facts["built_on"] or facts["planned_on"],
        start=facts["start"],
        end=facts["end"],
        route=Route(facts["route"]),
        transmission_medium=("fibre",),
        deployment=(DEPLOYMENTS[facts["laying"]],),
        deployment_details=Details(description=CableRoute.Laying(facts["laying"]).label),
        dark_fibre=None if spare is None else spare > 0,
        fibre_count=facts["capacity"],
        fibre_length_km=round(facts["length_km"], 3),
        capacity_gbps=facts["capacity_gbps"],
        countries=("VN",),
        **owned(facts, own, version),
    )


def network_of(owner: str, own: Gathered, asked: Asked, version: str) -> Network:
    """Describe an owner's network in the province."""
    own.place()
    spans = tuple(span_of(facts, own, version) for facts in own.spans)
    mark = f" ({SIMULATED_LINE})" if own.simulated else ""
    organisations = (
        Organisation(id=name, name=name, roles=tuple(sorted(roles))) for name, roles in own.organisations.items()
    )
    return Network(
        id=str(uuid5(NAMESPACE_URL, f"hatang/{asked.province.code}/{owner}")),
        name=f"Mạng cáp của {owner}, {asked.province}{mark}",
        nodes=tuple(own.nodes.values()),
        spans=spans,
        organisations=tuple(organisations),
        publication_date=timezone.localdate(),
        collection_date=asked.on,
        accuracy_details=ROUGH_NOTE,
        language="vi",
    )
