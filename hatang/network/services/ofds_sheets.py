"""Nodes and spans of the Open Fibre Data Standard as rows of our layouts; docs/so-ha-tang.md has the mapping.

A cell that the standard does not fill says nothing: what the register holds of it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from hatang.core.cells import Cell
from hatang.core.ofds import Network, Node, Span, oddities, read_ofds
from hatang.core.tables import Row, Table
from hatang.network.models import CableRoute, Closure, House
from hatang.network.services.layouts import BY_SLUG

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
NEW_ONLY = frozenset({"built_on", "planned_on", "function"})
"""Columns that are said only of what the register does not hold: the standard tells them roughly."""
ODDITIES_TOLD = 20
Facts = dict[str, Any]


def looks_like_ofds(path: Path) -> bool:
    """Tell a package of networks from GeoJSON by how it begins."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return b'"networks"' in head and b'"FeatureCollection"' not in head[:2_000]


def ofds_tables(path: Path) -> tuple[list[tuple[str, Table]], list[str]]:
    """Give the tables of a package by layout, and what should be looked at. Raises OfdsError."""
    package = read_ofds(path.read_bytes())
    rows: dict[str, list[tuple[int, Facts]]] = {}
    notes: list[str] = []
    for network in package.networks:
        for slug, number, facts in rows_of(network):
            rows.setdefault(slug, []).append((number, facts))
        notes += [str(odd) for odd in oddities(network)]
    told = [f"OFDS {package.version}: {len(package.networks)} mạng.", *notes[:ODDITIES_TOLD]]
    return [(slug, table_of(slug, found)) for slug, found in rows.items()], told


def table_of(slug: str, rows: list[tuple[int, Facts]]) -> Table:
    """Write rows under the headings of their layout."""
    keys = list(dict.fromkeys(key for _, facts in rows for key in facts))
    layout = BY_SLUG[slug]
    headings = tuple(layout.by_key[key].heading for key in keys)
    made = (Row(number, tuple(cell(facts.get(key)) for key in keys)) for number, facts in rows)
    return Table(layout.title, (), 0, headings, tuple(made))


def cell(value: Any) -> Cell:
    """Give a value as a cell."""
    if isinstance(value, str):
        return value.strip() or None
    return value  # type: ignore[no-any-return]


def rows_of(network: Network) -> Iterator[tuple[str, int, Facts]]:
    """Give each node and span: its layout, its number in the network from 1, and its facts."""
    names = {o.id: o.name or o.id for o in network.organisations}
    since = first_days(network)
    for number, node in enumerate(network.nodes, start=1):
        if not node.id.endswith(BARE):
            slug, facts = node_facts(node)
            yield slug, number, facts | whose(node, names) | day_of(node.status, since.get(node.id))
    for number, span in enumerate(network.spans, start=1):
        yield "tuyen-cap", number, span_facts(span) | whose(span, names)


def first_days(network: Network) -> dict[str, date]:
    """Give for each node the first day on which a span that meets it was ready: the node was there by then."""
    since: dict[str, date] = {}
    for span in network.spans:
        ready = span.ready_for_service_date
        for node in (span.start, span.end):
            if node and ready and (node not in since or ready < since[node]):
                since[node] = ready
    return since


def day_of(status: str | None, day: date | None) -> Facts:
    """Give the day of a thing as built or as planned, by its status."""
    return {"built_on" if status in (None, *STANDS) else "planned_on": day}


def node_facts(node: Node) -> tuple[str, Facts]:
    """Give the layout and facts of a node: what joins cables unless its type says a tower or an exchange."""
    point = node.location.coordinates if node.location else (None, None)
    facts: Facts = {"code": node.id, "lon": point[0], "lat": point[1], "address": node.name}
    if "tower" in node.types:
        return "cot", facts
    if found := next((HOUSES[kind] for kind in node.types if kind in HOUSES), None):
        return "nha-tram", facts | {"function": str(found.label)}
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
        **day_of(span.status, span.ready_for_service_date),
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
