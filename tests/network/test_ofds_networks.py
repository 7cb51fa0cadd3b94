"""Real fibre networks enter the register through the upload page and come out of it as they were.

They are those of other countries: each is shrunk and moved as a whole so that it lies in Lạng Sơn.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client

from hatang.accounts.models import Organisation, Person
from hatang.core.ofds import Network, Node, Span, read_ofds
from hatang.network.models import CableRoute, Closure, RegisterUpload
from hatang.network.services import ask_to_save, start_upload
from hatang.network.services.exports import making
from tests.conftest import World
from tests.network.files import changes, lines, words
from tests.places.drawings import bound

WEST, SOUTH, WIDE_DEG = 106.3, 21.5, 0.7
"""Where the networks are put, within the boundary that the tests draw about the middle of a commune."""
BOX = (106.2, 21.4, 107.1, 22.3)
SAID = {"owner": "Chủ mạng", "laying": "aerial", "since": "2020-03-01"}
NETWORKS = [
    "Angola_Telecom", "Vocus", "Eletronet", "Camtel", "Bell_Canada", "Dempster_Fibre", "Mackenzie_Valley_Fibre_Link",
    "NorthWestTel", "Costa_Rica/Ufinet", "TDM", "Paratus", "Chorus", "Nicaragua/Ufinet", "MTN_Nigeria",
    "Panama/Ufinet", "Broadband_Infraco", "Sudatel", "NICTBB", "Liquid",
]  # fmt: skip
Bring = Callable[..., RegisterUpload]


@cache
def network_here(shared: Path, name: str) -> dict[str, Any]:
    """Give a published package whose network lies in the province."""
    (path,) = (shared / "data/ofds/public_data").glob(f"{name if '/' in name else f'*/{name}'}/*ofds-json*.json.gz")
    package: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    shapes = [thing for network in package["networks"] for thing in (*network["nodes"], *network["spans"])]
    shapes = [thing[key] for thing in shapes for key in ("location", "route") if key in thing]
    west, south, east, north = shapely.total_bounds([shapely.geometry.shape(shape) for shape in shapes])
    shrunk = WIDE_DEG / max(east - west, north - south)
    for shape in shapes:
        shape["coordinates"] = moved(shape["coordinates"], west, south, shrunk)
    return package


def moved(coordinates: Any, west: float, south: float, shrunk: float) -> Any:
    if isinstance(coordinates[0], list):
        return [moved(each, west, south, shrunk) for each in coordinates]
    lon, lat = coordinates
    return [round(WEST + (lon - west) * shrunk, 7), round(SOUTH + (lat - south) * shrunk, 7)]


@pytest.fixture
def bring(world: World, people: dict[str, Person]) -> Bring:
    """Give what uploads a package as the department, with answers to what it leaves open; all its parties work here."""
    bound(world.commune, shapely.box(*BOX))
    world.commune.lon, world.commune.lat = (BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2
    world.commune.save()

    def brought(package: dict[str, Any], said: dict[str, str] | None = None) -> RegisterUpload:
        names = {party.name for party in parties(package) if party.name}
        known = {name for row in Organisation.objects.all() for name in (row.name, row.short_name)}
        Organisation.objects.bulk_create(
            Organisation(kind="operator", name=name) for name in sorted((names | {SAID["owner"]}) - known)
        )
        content = json.dumps(package).encode()
        more = {"options": {"unsaid": said}} if said else {}
        start_upload(
            actor=people["department_officer"], province=world.province, name="mang.json", content=content, **more
        )
        return RegisterUpload.objects.select_related("file", "province", "operator").latest("pk")

    return brought


def parties(package: dict[str, Any]) -> list[Any]:
    """Give every reference to an organisation."""
    found = []
    for network in read_ofds(json.dumps(package).encode()).networks:
        for thing in (*network.nodes, *network.spans):
            found += [thing.transmission_medium_owner, thing.physical_infrastructure_provider, *thing.network_providers]
    return [party for party in found if party]


def saved(person: Person, upload: RegisterUpload) -> RegisterUpload:
    """Save a checked file as the page does."""
    assert upload.state == RegisterUpload.State.READY, words(upload)[:2000]
    ask_to_save(actor=person, upload=upload)
    upload.refresh_from_db()
    assert upload.state == RegisterUpload.State.SAVED
    return upload


def exported(client: Client, person: Person) -> list[Network]:
    """Give the networks of an export."""
    client.force_login(person)
    answer = client.get("/ha-tang/20/xuat/tat-ca/ofds", {"tt": "moi"})
    assert answer.status_code == 200
    return list(read_ofds(b"".join(answer)).networks)  # type: ignore[call-overload]


def node_facts(node: Node, owner: str) -> dict[str, Any]:
    """Give what the register keeps of a node."""
    assert node.location
    named = node.transmission_medium_owner.name if node.transmission_medium_owner else owner
    runs = node.network_providers[0].name if node.network_providers else named
    return {
        "name": node.name,
        "status": node.status or "operational",
        "place": tuple(round(x, 6) for x in node.location.coordinates),
        "owner": named,
        "runs": runs,
    }


def span_facts(span: Span, owner: str) -> dict[str, Any]:
    """Give what the register keeps of a span."""
    assert span.route
    named = span.transmission_medium_owner.name if span.transmission_medium_owner else owner
    return {
        "name": span.name,
        "status": span.status or "operational",
        "route": [(round(x, 6), round(y, 6)) for x, y in span.route.coordinates],
        "fibres": span.fibre_count,
        "capacity": span.capacity_gbps,
        "owner": named,
        "runs": span.network_providers[0].name if span.network_providers else named,
    }


def kept(networks: list[Network], owner: str = "?") -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what the register keeps of networks, nodes and spans by id; bare ends of cables are an export's own."""
    nodes = {node.id: node_facts(node, owner) for one in networks for node in one.nodes if "#" not in node.id}
    return nodes, {span.id: span_facts(span, owner) for one in networks for span in one.spans}


def not_kept(upload: RegisterUpload) -> str:
    """Give what the verdict says is not kept."""
    (note,) = [note for note in upload.summary["notes"] if note.startswith("Sổ không giữ, chỉ còn trong tệp gốc: ")]
    return str(note)


def test_all_published_networks_come_back(
    monkeypatch: pytest.MonkeyPatch, shared: Path, client: Client, people: dict[str, Person], bring: Bring
) -> None:
    """Nineteen networks as one package: nodes, spans, routes, names, statuses, owners, providers, fibres."""
    monkeypatch.setattr(making, "AT_ONCE_ROWS", 5_000)
    officer = people["department_officer"]
    packages = [network_here(shared, name) for name in NETWORKS]
    package = {"networks": [network for each in packages for network in each["networks"]]}
    before = read_ofds(json.dumps(package).encode()).networks
    upload = bring(package, SAID)
    assert (upload.summary["added"], len(before)) == (1142 + 1246, 19)
    saved(officer, upload)
    assert kept(exported(client, officer)) == kept(list(before), SAID["owner"])


def test_what_the_standard_leaves_open_is_asked_and_what_has_no_room_is_named(
    shared: Path, client: Client, people: dict[str, Person], bring: Bring
) -> None:
    package = network_here(shared, "Costa_Rica/Ufinet")
    officer = people["department_officer"]
    upload = bring(package)
    assert "Tệp không ghi cách lắp đặt của 42 tuyến cáp; ngày đưa vào sử dụng của 81 nút, tuyến. Nói ở" in words(upload)
    assert "Cần ít nhất một ngày" in words(upload)
    client.force_login(officer)
    address = f"/ha-tang/tai-len/{upload.pk}/"
    page = client.get(address).content.decode()
    assert "Cách lắp đặt của tuyến cáp mà tệp không ghi" in page
    wrong = client.post(f"{address}doc-lai", {"laying": "aerial", "since": "hôm qua"})
    assert (wrong.status_code, "31/12/2025" in wrong.content.decode()) == (422, True)
    client.post(f"{address}doc-lai", {"laying": "aerial", "since": "01/03/2020"})
    upload.refresh_from_db()
    assert "ghi theo lời người tải lên" in words(upload)
    assert "đầu nối với nút cách xa hình vẽ hoặc không phải nút gần nhất (16)" in not_kept(upload)
    assert "loại nút không có trong sổ hoặc không ghi" in not_kept(upload)
    saved(officer, upload)
    before = {span.id: span for span in read_ofds(json.dumps(package).encode()).networks[0].spans}
    (after,) = exported(client, officer)
    ends = [(span.start, span.end, before[span.id].start, before[span.id].end) for span in after.spans]
    assert sum((a != c) + (b != d) for a, b, c, d in ends) == 16, "no more is lost than was said"
    again = bring(package)
    assert (again.state, again.summary["unchanged"]) == (RegisterUpload.State.READY, 81), (
        "the register knows it all now"
    )


def test_every_member_without_room_is_named_and_statuses_come_back(
    client: Client, people: dict[str, Person], world: World, bring: Bring
) -> None:
    """Statuses have no dates of their own in the standard: the day of the package stands for them."""
    owner = {"transmissionMediumOwner": {"id": "a", "name": "A"}}
    statuses = ("planned", "underConstruction", "operational", "inactive", "decommissioned")
    nodes: list[dict[str, Any]] = [
        {"id": f"N-{n}", "status": status, "location": {"type": "Point", "coordinates": [106.5 + n / 100, 21.8, 260]}}
        for n, status in enumerate(statuses)
    ]
    nodes[0] |= {"type": ["exchange", "pop"], "power": True, "technologies": ["EPON"], "extra": 1}
    span = {"id": "T", "status": "inactive", "start": "N-0", "end": "N-4", "readyForServiceDate": "2019-05-01"}
    span |= {"route": {"type": "LineString", "coordinates": [[106.5, 21.8], [106.54, 21.8]]}, "fibreCount": 24}
    span |= {"deployment": ["aboveGround"], "fibreType": "G.652", "darkFibre": True, "capacity": 100}
    link = {"rel": "describedby", "href": "https://standard.ofds.info/en/0__4__0/network-schema.json"}
    network = {"id": "a096d627-72e1-4f9b-b129-951b1737bff4", "collectionDate": "2026-01-31", "links": [link]}
    network |= {"nodes": [node | owner for node in nodes], "spans": [span | owner], "phases": [{"id": "1"}]}
    package = {"networks": [network]}
    said = {"house_kind": "NT1", "since": "2018-01-01", "due": "2027-01-01"}
    upload = bring(package, said)
    told = "độ cao (5), có điện (1), công nghệ (1), “extra” (1), còn sợi trống hay không, loại sợi (1), giai đoạn (1)"
    assert [part for part in told.split(", ") if part not in not_kept(upload)] == []
    saved(people["department_officer"], upload)
    assert Closure.objects.get(code="N-3").out_of_use_on == date(2026, 1, 31)
    (after,) = exported(client, people["department_officer"])
    found = {node.id: node.status for node in after.nodes}
    assert {f"N-{n}": status for n, status in enumerate(statuses) if n != 4}.items() <= found.items()
    assert [(s.status, s.fibre_count, s.capacity_gbps, s.end) for s in after.spans] == [("inactive", 24, 100, "N-4")]
    CableRoute.objects.update(out_of_use_on=None, laying="buried")
    again = bring(package, said)
    assert changes(again) == ["Tuyến cáp T: cách lắp đặt chôn trực tiếp → cáp treo"]
    assert "Tệp ghi trạng thái này, sổ chưa có ngày ngừng sử dụng" in lines(again, "doubt")[0].wrong
