"""OFDS packages: real networks come back whole, exports are valid, and a bad file is told where and what."""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hatang.core.ofds import (
    Address,
    Contract,
    Cost,
    Details,
    Document,
    FibreTypeDetails,
    Identifier,
    Link,
    Location,
    Network,
    Node,
    OfdsError,
    Organisation,
    Phase,
    Publisher,
    Reference,
    ReferenceSystem,
    Route,
    Span,
    SupportingInfrastructure,
    Term,
    Value,
    Wayleave,
    oddities,
    ofds_package,
    read_ofds,
)
from hatang.core.ofds.codelists import (
    COUNTRIES,
    CURRENCIES,
    CURRENCIES_SINCE_0_4,
    DEPLOYMENTS,
    FIBRE_TYPES,
    MEDIA,
    STATUSES,
)
from hatang.core.ofds.model import CRS_NAME, CRS_URI
from hatang.core.ofds.package import SCHEMAS
from tests.conftest import HARMLESS
from tests.core.json_schema import complaints

ID = "a096d627-72e1-4f9b-b129-951b1737bff4"
LINK = {"rel": "describedby", "href": SCHEMAS["0.4"]}


@cache
def schema(folder: Path, version: str) -> dict[str, Any]:
    path = folder / f"data/ofds/schema_libcove/schema-{version.replace('.', '-')}-0.json"
    return dict(json.loads(path.read_bytes()))


@cache
def public_data(folder: Path) -> dict[str, bytes]:
    """Give every real package by its file's name."""
    files = sorted((folder / "data/ofds/public_data").glob("*/*/*ofds-json*.json.gz"))
    return {path.name: gzip.decompress(path.read_bytes()) for path in files}


@cache
def example(folder: Path, name: str) -> bytes:
    return (folder / f"data/ofds/standard_0.3/examples/json/{name}.json").read_bytes()


def faults_in(package: Any, rules: dict[str, Any]) -> list[str]:
    """Give what the schema refuses but for ids that are no UUID: three published networks have such."""
    return [each for each in complaints(package, rules) if not each.endswith(": no uuid")]


def thinned(value: Any) -> Any:
    """Give a package with no more than three positions in a route, which judges go through slowly."""
    if isinstance(value, dict):
        return {name: each[:3] if name == "coordinates" else thinned(each) for name, each in value.items()}
    return [thinned(each) for each in value] if isinstance(value, list) else value


# --- Real networks


def test_every_real_network_comes_back_whole_and_valid(shared: Path) -> None:
    """What is read, written and read again is equal, as objects and as JSON, and valid by the schema of its version."""
    nodes = spans = 0
    for name, content in public_data(shared).items():
        package = read_ofds(content)
        written = ofds_package(package.networks, package.version, package.extra)
        assert json.loads(written) == json.loads(content), name
        assert read_ofds(written) == package
        assert ofds_package(read_ofds(written).networks, package.version, package.extra) == written
        assert faults_in(thinned(json.loads(written)), schema(shared, package.version)) == []
        nodes += sum(len(network.nodes) for network in package.networks)
        spans += sum(len(network.spans) for network in package.networks)
    assert (nodes, spans) == (1142, 1246)


@pytest.mark.parametrize("name", ["network-package", "api-response", "multiple-networks", "network-separate-files"])
def test_the_standards_own_examples_come_back_whole(shared: Path, name: str) -> None:
    content = example(shared, name)
    package = read_ofds(content)
    assert package.version == "0.3"
    written = ofds_package(package.networks, "0.3", package.extra)
    assert json.loads(written) == json.loads(content)
    assert list(complaints(json.loads(written), schema(shared, "0.3"))) == []
    newer = json.loads(ofds_package(package.networks, "0.4", package.extra))
    assert list(complaints(newer, schema(shared, "0.4"))) == []
    assert newer["networks"][0]["links"][0]["href"] == SCHEMAS["0.4"]


def test_what_a_network_holds_is_typed(shared: Path) -> None:
    (network,) = read_ofds(example(shared, "network-package")).networks
    node, span = network.nodes[0], network.spans[0]
    assert isinstance(node.location, Location)
    assert node.location.point.equals(shapely.Point(node.location.coordinates[:2]))
    assert span.route is not None
    assert span.route.line.length > 0
    assert (span.ready_for_service_date, network.publication_date) == (
        span.ready_for_service_date,
        network.publication_date,
    )
    assert span.fibre_count is not None
    assert network.organisations[0].id


def test_the_invalid_example_is_refused_with_where_and_what(shared: Path) -> None:
    with pytest.raises(OfdsError) as caught:
        read_ofds(example(shared, "network-package-invalid"))
    told = {fault.path: fault.message for fault in caught.value.faults}
    network = "$.networks[0]"
    assert told[f"{network}.name"] == "Giá trị “” không hợp lệ."
    assert told[f"{network}.nodes"] == "Danh sách rỗng."
    assert told[f"{network}.spans[0]"] == "Thiếu “id”."
    assert told[f"{network}.spans[0].status"] == "Mã “open” không có trong danh mục."
    assert told[f"{network}.spans[0].route.coordinates"] == "Tuyến cần ít nhất hai vị trí."
    assert told[f"{network}.spans[0].directed"] == "Cần đúng/sai, đang ghi “yes”."
    assert told[f"{network}.spans[0].fibreCount"] == "Cần số nguyên, đang ghi “52”."
    assert told[f"{network}.phases[1]"] == "Mục lặp lại y nguyên trong danh sách."
    assert told[f"{network}.contracts"] == "Cần danh sách, đang ghi đối tượng {…}."
    assert told[f"{network}.publicationDate"] == "Ngày “January” không hợp lệ."
    assert told[f"{network}.crs.name"] == "Giá trị “WGS84” không hợp lệ."
    assert told[f"{network}.accuracyDetails"] == "Cần chữ, đang ghi 100."
    assert told[f"{network}.publisher"] == "Cần đối tượng, đang ghi “FibreCo”."
    assert told[f"{network}.links"] == "Không rõ phiên bản OFDS."
    assert told[f"{network}.links[1].rel"] == "“describedby” chỉ dùng cho liên kết đầu tiên."
    assert caught.value.count == len(caught.value.faults)
    assert all(fault.right for fault in caught.value.faults)


def test_dangling_references_are_oddities_not_faults(shared: Path) -> None:
    value = json.loads(example(shared, "network-package-additional-checks"))
    with pytest.raises(OfdsError, match=r"\$.networks\[0\].spans\[0\].route.type: Cần “LineString”"):
        read_ofds(json.dumps(value).encode())
    del value["networks"][0]["nodes"][0]["location"], value["networks"][0]["spans"][0]["route"]
    (network,) = read_ofds(json.dumps(value).encode()).networks
    told = [str(odd) for odd in oddities(network)]
    assert "$.networks[0].spans[0].start: Không có nút “Accra” trong mạng. Sửa mã nút, hoặc thêm nút." in told
    assert "$.networks[0].nodes[1].id: Mã “1” đã dùng ở trên. Đặt mã khác nhau." in told
    assert sum("Tham chiếu tới giai đoạn “Phase 1”" in line for line in told) == 3
    assert sum("Tham chiếu tới tổ chức" in line for line in told) == 6


def test_real_networks_have_no_oddities_but_these(shared: Path) -> None:
    counted = {name: len(oddities(read_ofds(content).networks[0])) for name, content in public_data(shared).items()}
    assert {name: count for name, count in counted.items() if count} == {
        "CR-UFINET_ofds-json_13mar2026.json.gz": 1,
        "PA-UFINET_ofds-json_13mar2026.json.gz": 1,
        "TZ-NICTBB_ofds-json_10mar2026.json.gz": 1,
    }


# --- Everything that the standard defines

SOMEONE = Reference(id="VNPT", name="VNPT Lạng Sơn")
PLACE = Address(street_address="1 Hùng Vương", locality="Lạng Sơn", region="VN-09", postal_code="25000", country="VN")
SUPPORT = SupportingInfrastructure(type="duct", description="Cống bể", owner=SOMEONE, spare_capacity=False)
COMMON: dict[str, Any] = {
    "phase": Reference(id="1"),
    "status": "operational",
    "supporting_infrastructure": SUPPORT,
    "physical_infrastructure_provider": SOMEONE,
    "transmission_medium_owner": SOMEONE,
    "network_providers": (SOMEONE,),
}
NODE = Node(
    id="n1",
    name="Đồng Đăng",
    location=Location((106.69, 21.94)),
    address=PLACE,
    types=("pop", "accessNode"),
    access_point=True,
    international_connections=(PLACE,),
    power=False,
    technologies=("EPON",),
    **COMMON,
)
SPAN = Span(
    id="s1",
    name="Tuyến 1",
    ready_for_service_date=date(2026, 7, 1),
    start="n1",
    end="n2",
    directed=False,
    route=Route(((106.69, 21.94), (106.76, 21.85))),
    supplier=SOMEONE,
    transmission_medium=("fibre",),
    deployment=("aboveGround", "belowGround"),
    deployment_details=Details(description="Treo"),
    codeployment="power",
    cable_type="ADSS",
    dark_fibre=True,
    fibre_type="G.652",
    fibre_type_details=FibreTypeDetails(fibre_subtype="G.652.D", description="x"),
    fibre_count=48,
    fibre_length_km=12.25,
    technologies=("DWDM",),
    capacity_gbps=100,
    capacity_details=Details(description="y"),
    wayleaves=("w1",),
    countries=("VN",),
    **COMMON,
)
OWNER = Organisation(
    id="VNPT",
    name="VNPT Lạng Sơn",
    identifier=Identifier(id="0100684378", scheme="VN-MST", legal_name="VNPT", uri="https://example.vn/1"),
    country="VN",
    roles=("networkProvider",),
    role_details="r",
    website="https://vnpt.vn/",
    logo="https://vnpt.vn/l",
)
WAYLEAVE = Wayleave(
    id="w1",
    grantor=SOMEONE,
    year_signed=2020,
    term=Term(indefinite=False, years=5),
    cost=Cost(recurring=True, per_metre=Value(amount=5000, currency="VND")),
)
CONTRACT = Contract(
    id="c1",
    title="HĐ",
    description="d",
    type="works",
    value=Value(amount=1.5, currency="USD"),
    date_signed=date(2025, 12, 31),
    documents=(Document(title="t", description="d", url="https://example.vn/c", format="application/pdf"),),
    related_phases=(Reference(id="1"),),
)
FULL = Network(
    id=ID,
    identifier="LS",
    name="Mạng cáp quang",
    nodes=(NODE, Node(id="n2", extra={"ghi chú": [1, None]})),
    spans=(SPAN,),
    phases=(Phase(id="1", name="GĐ 1", description="z", funders=(SOMEONE,)),),
    organisations=(OWNER,),
    wayleaves=(WAYLEAVE,),
    contracts=(CONTRACT,),
    website="https://example.vn/",
    publisher=Publisher(name="Sở KHCN", identifier=Identifier(id="1")),
    publication_date=date(2026, 11, 26),
    collection_date=date(2026, 1, 1),
    crs=ReferenceSystem(name=CRS_NAME, uri=CRS_URI),
    accuracy_m=2.5,
    accuracy_details="GPS",
    language="vi",
    links=(Link(rel="describedby", href=SCHEMAS["0.4"]),),
)


@pytest.mark.parametrize("version", ["0.3", "0.4"])
def test_every_member_survives_and_is_valid_in_both_versions(shared: Path, version: str) -> None:
    written = ofds_package([FULL], version)
    assert list(complaints(json.loads(written), schema(shared, version))) == []
    package = read_ofds(written)
    assert package.version == version
    assert ofds_package(package.networks, "0.4") == ofds_package([FULL], "0.4")
    if version == "0.4":
        assert package.networks == (FULL,)
        assert oddities(FULL) == ()


def test_every_member_of_the_schemas_is_known(shared: Path) -> None:
    """What the schema names must not end among the extras."""
    held = {name for each in walked(json.loads(ofds_package([FULL]))) for name in each}
    for version in SCHEMAS:
        defined = schema(shared, version)["properties"]["networks"]["items"]["properties"]
        assert set(names_in(defined)) <= held


@pytest.mark.parametrize("version", ["0.3", "0.4"])
def test_closed_codelists_are_those_of_the_schemas(shared: Path, version: str) -> None:
    ours = [STATUSES, MEDIA, DEPLOYMENTS, FIBRE_TYPES, COUNTRIES]
    ours.append(CURRENCIES if version == "0.3" else CURRENCIES_SINCE_0_4)
    listed = {frozenset(each["enum"]) for each in walked(schema(shared, version)) if isinstance(each.get("enum"), list)}
    assert listed - {frozenset({"Point", "LineString"})} == set(ours)


def walked(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walked(each)


def names_in(properties: dict[str, Any]) -> Iterator[str]:
    for name, rule in properties.items():
        yield name
        yield from names_in(rule.get("properties", {}) | rule.get("items", {}).get("properties", {}))


def test_heights_are_kept_and_left_out_of_shapes() -> None:
    node = Node(id="1", location=Location((106.69, 21.94, 260.5)))
    span = Span(id="1", route=Route(((106.69, 21.94, 260.5), (106.7, 21.9))))
    network = replace(FULL, nodes=(node,), spans=(span,))
    (back,) = read_ofds(ofds_package([network])).networks
    assert back == network
    assert node.location is not None and span.route is not None
    assert node.location.point.equals(shapely.Point(106.69, 21.94))
    assert span.route.line.equals(shapely.LineString([(106.69, 21.94), (106.7, 21.9)]))
    assert not span.route.line.has_z


def test_a_currency_of_the_newer_version_is_refused_in_the_older() -> None:
    network = Network(id=ID, contracts=(Contract(id="1", value=Value(amount=1, currency="XCG")),))
    assert read_ofds(ofds_package([network], "0.4")).networks[0].contracts[0].value == Value(amount=1, currency="XCG")
    with pytest.raises(OfdsError, match=r"contracts\[0\].value.currency: Mã “XCG” không có trong danh mục"):
        ofds_package([network], "0.3")


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Network(id=""), r"\$.networks\[0\].id"),
        (Network(id=ID, name=""), r"\$.networks\[0\].name"),
        (Network(id=ID, nodes=(Node(id="1", location=Location((106.0,))),)), r"nodes\[0\].location.coordinates"),
        (Network(id=ID, nodes=(Node(id="1", location=Location((106.0, float("nan")))),)), "không phải cặp số"),
        (Network(id=ID, spans=(Span(id="1", route=Route(((1.0, 2.0),))),)), "ít nhất hai vị trí"),
    ],
)
def test_nothing_invalid_is_written(network: Network, words: str) -> None:
    with pytest.raises(OfdsError, match=words):
        ofds_package([network])


def test_a_package_of_nothing_or_of_an_unknown_version_is_not_written() -> None:
    with pytest.raises(OfdsError, match="Không có mạng nào"):
        ofds_package([])
    with pytest.raises(ValueError, match=r"Không có phiên bản OFDS “0\.5”"):
        ofds_package([FULL], "0.5")


# --- Files that are no package


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "sai cú pháp JSON ở dòng 1"),
        (b'{"networks": [\n}', "sai cú pháp JSON ở dòng 2"),
        (b"\xff\xfe{}", "không phải văn bản UTF-8"),
        (b"[]", "không phải một đối tượng JSON"),
        (b'{"type": "FeatureCollection", "features": []}', "Không có danh sách “networks”"),
        (b'{"networks": []}', "Không có danh sách “networks”"),
        (b'{"networks": [3]}', "networks[0]: Cần đối tượng, đang ghi 3."),
        (b'{"networks": [{"id": NaN}]}', "số không hợp lệ"),
        (b"[" * 100_000, "lồng quá sâu"),
        (b'{"networks": [{"id": ' + b"1" * 5_000 + b"}]}", "số không hợp lệ"),
        (b'{"networks": [{"id": "' + ID.encode() + b'", "accuracy": 1e999}]}', "accuracy: Cần số, đang ghi"),
        (b'{"networks": [{"id": "' + ID.encode() + b'", "accuracy": 1' + b"0" * 400 + b"}]}", "accuracy: Cần số"),
    ],
)
def test_what_is_no_package_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(OfdsError) as caught:
        read_ofds(content)
    assert words in str(caught.value)


def test_a_byte_order_mark_is_read_over_and_size_is_bounded() -> None:
    content = b"\xef\xbb\xbf" + ofds_package([FULL])
    assert read_ofds(content).networks == (FULL,)
    with pytest.raises(OfdsError, match="lớn hơn 0 MB"):
        read_ofds(content, max_bytes=1_000)


def test_a_hundred_faults_are_kept_and_all_are_counted() -> None:
    nodes = [{"id": str(at), "power": "có"} for at in range(300)]
    with pytest.raises(OfdsError, match=r"và 299 lỗi khác") as caught:
        read_ofds(json.dumps({"networks": [{"id": ID, "nodes": nodes, "links": [LINK]}]}).encode())
    assert (len(caught.value.faults), caught.value.count) == (100, 300)


# --- We refuse exactly what the schema refuses

WRONG: tuple[Any, ...] = (
    None,
    "",
    "x",
    0,
    1.0,
    1.5,
    True,
    [],
    {},
    ["VN"],
    ["fibre", "fibre"],
    {"id": "1"},
    "2025-02-30",
    ID,
)


def mutated(value: dict[str, Any], rand: random.Random) -> dict[str, Any]:
    """Change one or two things anywhere in a package."""
    value = copy.deepcopy(value)
    for _ in range(rand.randint(1, 2)):
        places = [each for each in walked_all(value["networks"][0]) if each]
        place = rand.choice(places)
        key = rand.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if rand.random() < 0.3:
            del place[key]
        elif rand.random() < 0.2 and isinstance(place, dict):
            place["thêm"] = rand.choice(WRONG)
        else:
            place[key] = rand.choice(WRONG)
    return value


def walked_all(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from walked_all(each)


def accepted(value: Any) -> bool:
    try:
        read_ofds(json.dumps(value).encode())
    except OfdsError as error:
        assert all(fault.path.startswith("$") and fault.message.endswith(".") for fault in error.faults)
        return False
    return True


@cache
def of_0_4() -> dict[str, Any]:
    """Give a full package without the members of 0.3, which we check in a newer file too."""
    package = json.loads(ofds_package([FULL]))
    for each in (*package["networks"][0]["nodes"], *package["networks"][0]["spans"]):
        for name in ("physicalInfrastructureProvider", "deploymentDetails"):
            each.pop(name, None)
    return dict(package)


def fitting(value: Any, told: list[Any]) -> bool:
    """Tell whether a package should be accepted: the schema accepts it, and its first link names a version.

    The schema means to ask the latter and forgets to say that the first link must have both its members.
    """
    return not told and value["networks"][0]["links"][0].items() >= LINK.items()


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_package_is_accepted_just_where_the_schema_accepts_it(shared: Path, seed: int) -> None:
    value = mutated(of_0_4(), random.Random(seed))
    told = faults_in(value, schema(shared, "0.4"))
    assert accepted(value) == fitting(value, told), told


def test_libcoveofds_agrees(shared: Path, libcoveofds: Callable[[dict[str, list[Any]]], dict[str, list[Any]]]) -> None:
    """Every export is valid and passes its further checks; what we refuse, the real judge of the schema refuses."""
    real = [ofds_package(read_ofds(content).networks) for content in public_data(shared).values()]
    exports = [thinned(json.loads(content)) for content in (*real, ofds_package([FULL]))]
    changed = [mutated(of_0_4(), random.Random(seed)) for seed in range(200)]
    older = [json.loads(ofds_package([FULL], "0.3")), json.loads(example(shared, "network-package"))]
    told = libcoveofds({"0.4": [*exports, *changed], "0.3": older})
    refused = {version: [list(filter(sound, each["schema"])) for each in told[version]] for version in told}
    assert not any(refused["0.3"]) and not any(refused["0.4"][: len(exports)])
    assert not any(set(each["checks"]) - HARMLESS for each in told["0.4"][: len(exports)])
    for value, faults in zip(changed, refused["0.4"][len(exports) :], strict=True):
        assert accepted(value) == fitting(value, faults), faults


def sound(complaint: str) -> bool:
    """Leave out the ids that are no UUID."""
    return "is not a 'uuid'" not in complaint
