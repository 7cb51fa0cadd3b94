"""Read and write packages of networks of the Open Fibre Data Standard (JSON publication format, 0.3 and 0.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hatang.core.ofds.faults import OfdsError, whole_file
from hatang.core.ofds.kinds import Part, Reading, Several
from hatang.core.ofds.model import DESCRIBED_BY, Link, Network
from hatang.core.vietnamese import number

SCHEMAS = {
    "0.3": "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/0__3__0/schema/network-schema.json",
    "0.4": "https://standard.ofds.info/en/0__4__0/network-schema.json",
}
MOST_BYTES = 200_000_000
NETWORKS = Several(Part(Network))
RIGHT_PACKAGE = 'Cần gói OFDS dạng JSON: {"networks": [{"id": …, "nodes": […], "spans": […], "links": […]}]}.'
RIGHT_LINK = "Liên kết đầu tiên phải là {} với href là một trong: " + ", ".join(SCHEMAS.values()) + "."


@dataclass(frozen=True)
class Package:
    """The networks of a file, the version that they are all in, and what else stands beside them in the file."""

    networks: tuple[Network, ...]
    version: str
    extra: Mapping[str, Any] = field(default_factory=dict)


def read_ofds(content: bytes, *, max_bytes: int = MOST_BYTES) -> Package:
    """Read a package, told to be 0.3 or 0.4 by the links of its networks.

    Raises OfdsError with every fault's JSON path where the standard's schema would refuse it. Dangling references and
    repeated ids are no faults: see `oddities`.

    >>> link = {"rel": "describedby", "href": SCHEMAS["0.4"]}
    >>> network = {"id": "a096d627-72e1-4f9b-b129-951b1737bff4", "nodes": [{"id": "1", "power": "có"}], "links": [link]}
    >>> read_ofds(json.dumps({"networks": [network]}).encode())
    Traceback (most recent call last):
    hatang.core.ofds.faults.OfdsError: $.networks[0].nodes[0].power: Cần đúng/sai, đang ghi “có”. Sửa lại kiểu giá trị.
    """
    value = parsed(content, max_bytes)
    networks = value.get("networks")
    if not isinstance(networks, list) or not networks:
        raise whole_file("Không có danh sách “networks”.", RIGHT_PACKAGE)
    version = version_of(networks)
    extra = {name: member for name, member in value.items() if name != "networks"}
    return Package(checked(networks, version), version, extra)


def ofds_package(networks: Sequence[Network], version: str = "0.4", extra: Mapping[str, Any] | None = None) -> bytes:
    """Give the bytes of a package, the same for the same networks, valid by the schema of its version.

    The first link of each network becomes that of the version. Raises OfdsError where the networks are not valid in it.

    >>> ofds_package([Network(id="a096d627-72e1-4f9b-b129-951b1737bff4", name="Lạng Sơn")]).decode()[:78]
    '{"networks":[{"id":"a096d627-72e1-4f9b-b129-951b1737bff4","name":"Lạng Sơn","l'
    """
    if version not in SCHEMAS:
        raise ValueError(f"Không có phiên bản OFDS “{version}”; chọn một trong: {', '.join(SCHEMAS)}.")
    if not networks:
        raise whole_file("Không có mạng nào để ghi.", "Chọn ít nhất một mạng.")
    written = NETWORKS.write(tuple(replace(network, links=links_for(network, version)) for network in networks))
    checked(written, version)
    package = {"networks": written, **(extra or {})}
    return (json.dumps(package, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()


def links_for(network: Network, version: str) -> tuple[Link, ...]:
    """Give a network's links with the version's schema first."""
    own = next((link for link in network.links if link.rel == DESCRIBED_BY), Link(href="", rel=DESCRIBED_BY))
    others = (link for link in network.links if link.rel != DESCRIBED_BY)
    return (replace(own, href=SCHEMAS[version]), *others)


def parsed(content: bytes, max_bytes: int) -> dict[str, Any]:
    """Parse the JSON of a package."""
    if len(content) > max_bytes:
        raise whole_file(f"Tệp lớn hơn {number(max_bytes / 1e6)} MB.", "Chia thành nhiều gói, mỗi gói một mạng.")
    try:
        value = json.loads(content.decode("utf-8-sig"), parse_constant=refuse_constant)
    except UnicodeDecodeError as error:
        raise whole_file("Tệp không phải văn bản UTF-8.", "Lưu lại với bảng mã UTF-8.") from error
    except json.JSONDecodeError as error:
        raise whole_file(f"Tệp sai cú pháp JSON ở dòng {number(error.lineno)}.", "Xuất lại tệp từ nguồn.") from error
    except (RecursionError, ValueError) as error:
        raise whole_file("Tệp JSON lồng quá sâu hoặc có số không hợp lệ.", "Xuất lại tệp từ nguồn.") from error
    if not isinstance(value, dict):
        raise whole_file("Tệp không phải một đối tượng JSON.", RIGHT_PACKAGE)
    return value


def refuse_constant(name: str) -> None:
    """Refuse NaN and infinities, which JSON does not have."""
    raise ValueError(name)


def version_of(networks: list[Any]) -> str:
    """Give the version that the first network's first link names; 0.4 where it names none, which is then a fault."""
    found = {href: version for version, href in SCHEMAS.items()}
    return found.get(first_href(networks[0]), "0.4")


def first_href(network: object) -> str:
    """Give the address of a network's first link, empty where there is none."""
    links = network.get("links") if isinstance(network, dict) else None
    first = links[0] if isinstance(links, list) and links else None
    href = first.get("href") if isinstance(first, dict) and first.get("rel") == DESCRIBED_BY else None
    return href if isinstance(href, str) else ""


def checked(networks: list[Any], version: str) -> tuple[Network, ...]:
    """Give the networks, or raise with every fault in them."""
    reading = Reading(version)
    made = NETWORKS.read(networks, "$.networks", reading)
    for at, (network, value) in enumerate(zip(made, networks, strict=True)):
        path = f"$.networks[{at}].links"
        if first_href(value) != SCHEMAS[version]:
            reading.fault(path, "Không rõ phiên bản OFDS.", RIGHT_LINK.format(f"“{DESCRIBED_BY}”"))
        for place, link in enumerate(network.links[1:] if network else (), start=1):
            if link and isinstance(link.rel, str) and link.rel.startswith(DESCRIBED_BY):
                reading.fault(f"{path}[{place}].rel", f"“{DESCRIBED_BY}” chỉ dùng cho liên kết đầu tiên.", "Bỏ bớt.")
    if reading.count:
        raise OfdsError(tuple(reading.faults), reading.count)
    return made
