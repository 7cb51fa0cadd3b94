"""Nodes and spans of the Open Fibre Data Standard as rows of our layouts; docs/so-ha-tang.md has the mapping.

A cell that the standard does not fill says nothing: what the register holds of it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hatang.core.cells import Cell
from hatang.core.ofds import Network, Node, Span, oddities, read_ofds
from hatang.core.tables import Row, Table
from hatang.core.vietnamese import number as grouped
from hatang.network.models import CableRoute, Closure, House
from hatang.network.services.layouts import BY_SLUG
from hatang.network.services.ofds_unkept import not_kept

HEAD = 100_000
BARE = ("#dau", "#cuoi")
"""How an export ends the ids of nodes that stand for nothing in the register."""
CLOSURES = {
    "aggregationPoint": Closure.Kind.JOINT,
    "pop": Closure.Kind.ODF,
    "cabinet": Closure.Kind.SPLITTER,
}
HOUSES = {"exchange": House.Function.SWITCHING, "cableLanding": House.Function.LANDING}
STANDS = ("operational", "inactive", "decommissioned")
STATE_DAYS = {"underConstruction": "construction_on", "inactive": "out_of_use_on", "decommissioned": "dismantled_on"}
DATES = ("planned_on", "construction_on", "built_on", "out_of_use_on", "dismantled_on")
NEW_ONLY = frozenset({*DATES, "function"})
"""Columns that are said only of what the register does not hold: the standard tells them roughly."""
TOLD_BY_STATUS = frozenset(STATE_DAYS.values())
"""Dates that stand for a status: where the register holds none, the two differ in what they say of the thing."""
ODDITIES_TOLD = 20
Facts = dict[str, Any]
UNSAID_WORDS = {
    "owner": "chủ sở hữu của {} nút, tuyến",
    "laying": "cách lắp đặt của {} tuyến cáp",
    "house_kind": "loại của {} nhà trạm",
    "since": "ngày đưa vào sử dụng của {} nút, tuyến",
    "due": "ngày dự kiến của {} nút, tuyến",
}


@dataclass(frozen=True)
class Unsaid:
    """What a person says of a package where it says nothing: names and codes as in the register, days as dates."""

    owner: str = ""
    laying: str = ""
    house_kind: str = ""
    since: date | None = None
    due: date | None = None

    @classmethod
    def of(cls, said: dict[str, str]) -> Unsaid:
        """Read it as it is kept with an upload, days as 2026-11-26."""
        days = {name: date.fromisoformat(said[name]) for name in ("since", "due") if said.get(name)}
        words = {name: said.get(name, "") for name in ("owner", "laying", "house_kind")}
        return cls(**words, **days)  # type: ignore[arg-type]

    def fills(self, slug: str) -> Facts:
        """Give the values of a layout's columns for new things of which the package says nothing."""
        told = {"tuyen-cap": {"laying": self.laying}, "nha-tram": {"kind": self.house_kind}}.get(slug, {})
        return {key: value for key, value in told.items() if value}


@dataclass
class Told:
    """The tables of a package by layout, what should be looked at, and how often it leaves each question open."""

    tables: list[tuple[str, Table]]
    notes: list[str]
    unsaid: dict[str, int] = field(default_factory=dict)


def looks_like_ofds(path: Path) -> bool:
    """Tell a package of networks from GeoJSON by how it begins."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return b'"networks"' in head and b'"FeatureCollection"' not in head[:2_000]


def ofds_tables(path: Path, said: Unsaid, today: date) -> Told:
    """Give what a package tells, read on a day. Raises OfdsError."""
    package = read_ofds(path.read_bytes())
    rows: dict[str, list[tuple[int, Facts]]] = {}
    notes: list[str] = []
    for network in package.networks:
        for slug, number, facts in rows_of(network, said, today):
            rows.setdefault(slug, []).append((number, facts))
        notes += [str(odd) for odd in oddities(network)]
    missing = unsaid_in(rows)
    told = [f"OFDS {package.version}: {len(package.networks)} mạng.", *unsaid_notes(missing, said)]
    told += [*not_kept(package.networks), *notes[:ODDITIES_TOLD]]
    return Told([(slug, table_of(slug, found)) for slug, found in rows.items()], told, missing)


def unsaid_in(rows: dict[str, list[tuple[int, Facts]]]) -> dict[str, int]:
    """Count of how many nodes and spans a package leaves each question open."""
    every = [facts for found in rows.values() for _, facts in found]
    counts = {name: sum(name in facts["unsaid"] for facts in every) for name in UNSAID_WORDS}
    return {name: count for name, count in counts.items() if count}


def unsaid_notes(missing: dict[str, int], said: Unsaid) -> list[str]:
    """Say what a package leaves open: what the person answered, and what is still to be answered."""
    words = {name: UNSAID_WORDS[name].format(grouped(count)) for name, count in missing.items()}
    answered = [text for name, text in words.items() if getattr(said, name)]
    open_ = [text for name, text in words.items() if not getattr(said, name)]
    notes = [f"Tệp không ghi {'; '.join(answered)}: ghi theo lời người tải lên."] if answered else []
    ask = "Nói ở mục “Đọc lại tệp theo cách khác”; chủ sở hữu để trống là doanh nghiệp tải lên."
    return [*notes, *([f"Tệp không ghi {'; '.join(open_)}. {ask}"] if open_ else [])]


def table_of(slug: str, rows: list[tuple[int, Facts]]) -> Table:
    """Write rows under the headings of their layout."""
    keys = list(dict.fromkeys(key for _, facts in rows for key in facts if key != "unsaid"))
    layout = BY_SLUG[slug]
    headings = tuple(layout.by_key[key].heading for key in keys)
    made = (Row(number, tuple(cell(facts.get(key)) for key in keys)) for number, facts in rows)
    return Table(layout.title, (), 0, headings, tuple(made))


def cell(value: Any) -> Cell:
    """Give a value as a cell."""
    if isinstance(value, str):
        return value.strip() or None
    return value  # type: ignore[no-any-return]


def rows_of(network: Network, said: Unsaid, today: date) -> Iterator[tuple[str, int, Facts]]:
    """Give each node and span: its layout, its number in the network from 1, its facts, and what they leave open."""
    names = {o.id: o.name or o.id for o in network.organisations}
    since = first_days(network)
    as_of = network.collection_date or network.publication_date or today
    for number, node in enumerate(network.nodes, start=1):
        if not node.id.endswith(BARE):
            slug, facts = node_facts(node)
            facts |= whose(node, names) | days_of(node.status, since.get(node.id), as_of)
            yield slug, number, completed(slug, node.status, facts, said)
    for number, span in enumerate(network.spans, start=1):
        facts = span_facts(span) | whose(span, names) | days_of(span.status, span.ready_for_service_date, as_of)
        yield "tuyen-cap", number, completed("tuyen-cap", span.status, facts, said)


def completed(slug: str, status: str | None, facts: Facts, said: Unsaid) -> Facts:
    """Note what a row leaves open and give it the person's word for owner and day; kinds are said of new rows only."""
    day, answer = ("built_on", "since") if status in (None, *STANDS) else ("planned_on", "due")
    begun = facts[day] or facts["construction_on"]
    open_ = {
        "owner": facts["owner"] is None,
        "laying": slug == "tuyen-cap" and facts["laying"] is None,
        "house_kind": slug == "nha-tram",
        answer: begun is None,
    }
    facts |= {"owner": facts["owner"] or said.owner or None, day: facts[day] or getattr(said, answer)}
    return facts | {"unsaid": {name for name, is_open in open_.items() if is_open}}


def first_days(network: Network) -> dict[str, date]:
    """Give for each node the first day on which a span that meets it was ready: the node was there by then."""
    since: dict[str, date] = {}
    for span in network.spans:
        ready = span.ready_for_service_date
        for node in (span.start, span.end):
            if node and ready and (node not in since or ready < since[node]):
                since[node] = ready
    return since


def days_of(status: str | None, day: date | None, as_of: date) -> Facts:
    """Give the days of a thing by its status: built or due on its day, and in its state by the day of the package."""
    days: Facts = dict.fromkeys(DATES)
    days["built_on" if status in (None, *STANDS) else "planned_on"] = day
    return days | ({STATE_DAYS[status]: as_of} if status in STATE_DAYS else {})


def node_facts(node: Node) -> tuple[str, Facts]:
    """Give the layout and facts of a node: what joins cables unless its type says a tower or an exchange."""
    point = node.location.coordinates if node.location else (None, None)
    facts: Facts = {"code": node.id, "lon": point[0], "lat": point[1], "address": node.name}
    if "tower" in node.types:
        return "cot", facts
    if found := next((HOUSES[kind] for kind in node.types if kind in HOUSES), None):
        return "nha-tram", facts | {"kind": None, "function": str(found.label)}
    closure = next((CLOSURES[kind] for kind in node.types if kind in CLOSURES), Closure.Kind.JOINT)
    return "diem-noi-cap", facts | {"kind": str(closure.label)}


def span_facts(span: Span) -> Facts:
    """Give the facts of a cable."""
    route = span.route.coordinates if span.route else ()
    text = ", ".join(f"{x} {y}" for x, y, *_ in route)
    return {
        "code": span.id,
        "path": f"LINESTRING ({text})" if route else None,
        "along": span.name,
        "laying": laying_of(span),
        "capacity": span.fibre_count,
        "capacity_gbps": span.capacity_gbps,
    }


def laying_of(span: Span) -> str | None:
    """Give how a cable lies, where the standard says it: below ground alone leaves duct or earth open."""
    described = span.deployment_details.description if span.deployment_details else None
    labels = {str(laying.label) for laying in CableRoute.Laying}
    if described in labels:
        return described
    return str(CableRoute.Laying.AERIAL.label) if "aboveGround" in span.deployment else None


def whose(thing: Node | Span, names: dict[str, str]) -> Facts:
    """Give owner and manager by name; a manager that is the owner is not written."""
    told = thing.transmission_medium_owner or thing.physical_infrastructure_provider
    owner = told and (told.name or names.get(told.id, told.id))
    provider = thing.network_providers[0] if thing.network_providers else None
    runs = provider and (provider.name or names.get(provider.id, provider.id))
    return {"owner": owner, "operator": None if runs == owner else runs}
