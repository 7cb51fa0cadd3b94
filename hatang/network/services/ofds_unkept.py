"""What of a package of networks the register has no room for: said in the verdict, and kept in the file as uploaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields

from hatang.core.ofds import Network, Node, Organisation, Span
from hatang.core.vietnamese import number
from hatang.network.models import CableRoute
from hatang.network.services.ofds_ends import ends_at

GIVEN_BACK = ("aggregationPoint", "pop", "cabinet", "tower", "exchange", "cableLanding")
"""The types of nodes that the register can tell apart."""
WORDS = {
    "phase": "giai đoạn",
    "phases": "giai đoạn",
    "wayleaves": "quyền đi qua đất",
    "contracts": "hợp đồng",
    "identifier": "số đăng ký",
    "website": "trang mạng",
    "logo": "biểu trưng",
    "roles": "vai trò",
    "role_details": "mô tả vai trò",
    "country": "quốc gia",
    "publisher": "nơi công bố",
    "accuracy_m": "độ chính xác",
    "accuracy_details": "mô tả độ chính xác",
    "language": "ngôn ngữ",
    "address": "địa chỉ bưu chính",
    "supporting_infrastructure": "hạ tầng đỡ",
    "access_point": "là điểm truy nhập",
    "international_connections": "kết nối quốc tế",
    "power": "có điện",
    "technologies": "công nghệ",
    "directed": "có hướng",
    "supplier": "nhà cung cấp cáp",
    "codeployment": "lắp đặt cùng",
    "cable_type": "loại cáp",
    "dark_fibre": "còn sợi trống hay không (sổ giữ số sợi còn trống)",
    "fibre_type": "loại sợi",
    "fibre_type_details": "mô tả loại sợi",
    "fibre_length_km": "chiều dài cáp (sổ tính theo hình)",
    "capacity_details": "mô tả dung lượng",
}
"""Members that the register never keeps, by attribute."""


def not_kept(networks: Iterable[Network]) -> list[str]:
    """Say what of the networks the register does not keep, and of how many things; nothing where it keeps all."""
    parts: dict[str, Counter[str]] = {name: Counter() for name in ("mạng", "tổ chức", "nút", "tuyến")}
    for network in networks:
        parts["mạng"].update(["mã và tên mạng", *plain(network)])
        for organisation in network.organisations:
            parts["tổ chức"].update(plain(organisation))
        for node in network.nodes:
            parts["nút"].update([*plain(node), *of_node(node), *of_both(node)])
        for span in network.spans:
            parts["tuyến"].update([*plain(span), *of_span(span), *of_both(span)])
        parts["tuyến"].update(of_ends(network))
    told = [f"{part}: {in_words(counts)}" for part, counts in parts.items() if counts]
    return [f"Sổ không giữ, chỉ còn trong tệp gốc: {'; '.join(told)}."] if told else []


def in_words(counts: Counter[str]) -> str:
    """Name what is not kept, each with its count."""
    return ", ".join(f"{name} ({number(count)})" for name, count in counts.items())


def plain(thing: Network | Organisation | Node | Span) -> Iterator[str]:
    """Give what a thing says that the register never keeps, members beyond the standard by their own names."""
    for each in fields(thing):
        if each.name in WORDS and getattr(thing, each.name) not in (None, ()):
            yield WORDS[each.name]
    for name in sorted(thing.extra):
        yield f"“{name[:40]}”"


def of_both(thing: Node | Span) -> Iterator[str]:
    """Give what is kept of a node or span only in part."""
    owner, holder = thing.transmission_medium_owner, thing.physical_infrastructure_provider
    if owner and holder and owner.id != holder.id:
        yield "chủ hạ tầng khác chủ cáp"
    if len(thing.network_providers) > 1:
        yield "nhà cung cấp mạng thứ hai trở đi"
    if thing.status is None:
        yield "không ghi trạng thái (sổ hiểu là đang sử dụng)"
    if thing.status == "proposed":
        yield "trạng thái đề xuất (sổ ghi là dự kiến)"


def of_node(node: Node) -> Iterator[str]:
    """Give what is kept of a node only in part."""
    if len(node.types) != 1 or node.types[0] not in GIVEN_BACK:
        yield "loại nút không có trong sổ hoặc không ghi (sổ ghi loại gần nhất, thường là măng xông)"
    if node.location and len(node.location.coordinates) > 2:
        yield "độ cao"


def of_span(span: Span) -> Iterator[str]:
    """Give what is kept of a span only in part."""
    described = span.deployment_details and span.deployment_details.description
    if described and described not in {str(laying.label) for laying in CableRoute.Laying}:
        yield "mô tả cách lắp đặt"
    if len(span.deployment) > 1:
        yield "cách lắp đặt thứ hai"
    if set(span.transmission_medium) - {"fibre"}:
        yield "môi trường truyền dẫn khác sợi quang"
    if set(span.countries) - {"VN"}:
        yield "quốc gia"
    if span.route and any(len(position) > 2 for position in span.route.coordinates):
        yield "độ cao"


def of_ends(network: Network) -> Iterator[str]:
    """Give the ends that an export would put at another node: the register knows only where a cable begins and ends."""
    nodes = [node for node in network.nodes if node.location]
    named = [(span.start, span.route.coordinates[0]) for span in network.spans if span.route]
    named += [(span.end, span.route.coordinates[-1]) for span in network.spans if span.route]
    places = [(node.location.coordinates[0], node.location.coordinates[1]) for node in nodes if node.location]
    for (name, _), at in zip(named, ends_at([(p[0], p[1]) for _, p in named], places), strict=True):
        if name and (at is None or nodes[at].id != name):
            yield "đầu nối với nút cách xa hình vẽ hoặc không phải nút gần nhất"
