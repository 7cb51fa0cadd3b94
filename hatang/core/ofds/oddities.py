"""What a valid package says that cannot be right: ids given twice, references to nothing, spans without nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

from hatang.core.ofds.faults import Fault
from hatang.core.ofds.model import Network, Object, Reference

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LISTS = ("nodes", "spans", "phases", "organisations", "wayleaves", "contracts")
BACK_TO = {"phase": "phases", "related_phases": "phases"}
TITLES = {"phases": "giai đoạn", "organisations": "tổ chức"}


def oddities(network: Network, path: str = "$.networks[0]") -> tuple[Fault, ...]:
    """Give what a person should look at before a network is taken in; nothing of it makes the package invalid.

    >>> from hatang.core.ofds.model import Node, Span
    >>> span = Span(id="1", start="1", end="9")
    >>> network = Network(id="a096d627-72e1-4f9b-b129-951b1737bff4", nodes=(Node(id="1"),), spans=(span,))
    >>> [str(each) for each in oddities(network)]
    ['$.networks[0].spans[0].end: Không có nút “9” trong mạng. Sửa mã nút, hoặc thêm nút.']
    """
    checks = (named, repeated, dangling, without_ends, elsewhere)
    return tuple(odd for check in checks for odd in check(network, path))


def named(network: Network, path: str) -> Iterator[Fault]:
    """Say that a network's id is no UUID, which the standard asks and three of nineteen published networks miss."""
    if not UUID.fullmatch(network.id):
        yield Fault(f"{path}.id", f"Mã mạng “{network.id[:40]}” không phải UUID.", "Xin nơi công bố một UUID.")


def repeated(network: Network, path: str) -> Iterator[Fault]:
    """Give ids that two things of a kind share."""
    for name in LISTS:
        seen: set[str] = set()
        for at, each in enumerate(getattr(network, name)):
            if each.id in seen:
                yield Fault(f"{path}.{name}[{at}].id", f"Mã “{each.id}” đã dùng ở trên.", "Đặt mã khác nhau.")
            seen.add(each.id)


def without_ends(network: Network, path: str) -> Iterator[Fault]:
    """Give spans whose ends are no nodes of the network."""
    known = {node.id for node in network.nodes}
    for at, span in enumerate(network.spans):
        for name, end in (("start", span.start), ("end", span.end)):
            if end is not None and end not in known:
                place = f"{path}.spans[{at}].{name}"
                yield Fault(place, f"Không có nút “{end}” trong mạng.", "Sửa mã nút, hoặc thêm nút.")


def dangling(network: Network, path: str) -> Iterator[Fault]:
    """Give references to phases and organisations that the network does not list."""
    known = {name: {each.id for each in getattr(network, name)} for name in TITLES}
    for name in LISTS:
        for at, each in enumerate(getattr(network, name)):
            for attribute, reference in references(each):
                target = BACK_TO.get(attribute, "organisations")
                if reference.id not in known[target]:
                    yield Fault(
                        f"{path}.{name}[{at}]",
                        f"Tham chiếu tới {TITLES[target]} “{reference.id}” không có trong mạng.",
                        f"Thêm vào danh sách “{target}”, hoặc sửa mã.",
                    )


def references(thing: Object) -> Iterator[tuple[str, Reference]]:
    """Give the references that a thing holds, by attribute."""
    for each in fields(thing):
        held = getattr(thing, each.name)
        for value in held if isinstance(held, tuple) else (held,):
            if isinstance(value, Reference):
                yield each.name, value


def elsewhere(network: Network, path: str) -> Iterator[Fault]:
    """Say that a network's nodes and spans are not in the file where it only links to them."""
    if not network.nodes and not network.spans and len(network.links) > 1:
        yield Fault(
            path, "Mạng chỉ ghi liên kết tới nút và tuyến, không có trong tệp.", "Tải lên gói có đủ nút và tuyến."
        )
