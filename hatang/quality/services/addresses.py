"""Whose network an address belongs to, by the table that the department keeps."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction

from hatang.accounts.models import Organisation, Person
from hatang.core.cells import TableError, as_text
from hatang.core.tables import Row, Table, read_table
from hatang.core.vietnamese import search_key
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place
from hatang.quality.models import CHANGE_SETTINGS, AddressBlock, Network
from hatang.quality.services.measurements import operator_key

BLOCK, OPERATOR = "Dải địa chỉ", "Doanh nghiệp"
MOST_BLOCKS = 20_000
MOST_FAULTS = 50
SHORTEST = {4: 8, 6: 16}
"""No operator here holds more: IPv4 is given out at most by /8, IPv6 far below /16."""
EXAMPLE = "Ví dụ 203.0.113.0/24, 2001:db8::/32, hoặc số AS như AS64500."
SYSTEM = re.compile(r"AS\s?(\d{1,10})", re.IGNORECASE)
PRIVATE_SYSTEMS = (range(64_512, 65_536), range(4_200_000_000, 2**32))
"""Numbers that anybody may use within his own network (RFC 6996, RFC 7300)."""


@dataclass
class BlockTable:
    """What a file of address blocks holds: its rows, and what is wrong with it, at most so many faults."""

    blocks: dict[str, Organisation] = field(default_factory=dict)
    networks: dict[str, Network | int] = field(default_factory=dict)
    faults: list[TableError] = field(default_factory=list)


@dataclass(frozen=True)
class BlockChanges:
    """What a file would change in the province's table."""

    added: list[AddressBlock]
    changed: list[AddressBlock]
    missing: list[AddressBlock]
    unchanged: int

    @property
    def any(self) -> bool:
        """Whether there is anything to save."""
        return bool(self.added or self.changed or self.missing)

    @property
    def groups(self) -> list[tuple[str, list[AddressBlock]]]:
        """The changes under their names."""
        return [("Thêm", self.added), ("Đổi doanh nghiệp", self.changed), ("Bỏ", self.missing)]


def operator_at(address: str, *, province: Place | None = None) -> Organisation | None:
    """Give the operator whose block holds an address, the longest prefix first; None where no block does."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    blocks = AddressBlock.objects.holding(parsed).select_related("operator")
    found = (blocks.filter(province=province) if province else blocks).first()
    return found.operator if found else None


# Reading a file


def read_blocks(content: bytes, name: str) -> BlockTable:
    """Read a file of blocks and operators; every fault names its row and says what would be right."""
    read = BlockTable()
    try:
        table = read_table(content, name, known=[BLOCK, OPERATOR], max_rows=MOST_BLOCKS)
        columns = [column_of(table, BLOCK), column_of(table, OPERATOR)]
    except TableError as error:
        read.faults.append(error)
        return read
    names = operators_by_name()
    lines: dict[str, int] = {}
    for row in table.rows:
        if len(read.faults) >= MOST_FAULTS:
            break
        read_row(row, columns, names, lines, read)
    if not table.rows:
        read.faults.append(TableError("Tệp không có dòng nào.", "Mỗi dòng một dải địa chỉ và một doanh nghiệp."))
    return read


def column_of(table: Table, heading: str) -> int:
    """Find a column by its heading."""
    keys = [search_key(text) for text in table.headings]
    if search_key(heading) not in keys:
        raise TableError(f"Thiếu cột “{heading}”.", f"Dòng đầu của tệp ghi: {BLOCK}; {OPERATOR}.", row=table.header_row)
    return keys.index(search_key(heading))


def read_row(
    row: Row, columns: list[int], names: dict[str, Organisation], lines: dict[str, int], read: BlockTable
) -> None:
    """Take one row into the table, or what is wrong with it."""
    block, owner = (as_text(row.cells[i]) if i < len(row.cells) else "" for i in columns)
    try:
        system = SYSTEM.fullmatch(block)
        network = system_of(int(system[1])) if system else network_of(block)
        word = f"AS{network}" if system else str(network)
        if word in lines:
            twice = f"“{word}” đã có ở dòng {lines[word]}."
            raise TableError(twice, "Mỗi dải chỉ ghi một dòng.", column=BLOCK)
        lines[word] = row.number
        read.blocks[word], read.networks[word] = named_operator(owner, names), network
    except TableError as error:
        error.row = row.number
        read.faults.append(error)


def system_of(number: int) -> int:
    """Give the number of an autonomous system that the Internet knows. Raises TableError for others.

    >>> system_of(45899)
    45899
    """
    if not 0 < number < 2**32 or any(number in numbers for numbers in PRIVATE_SYSTEMS):
        raise TableError(f"AS{number} không phải số AS công khai.", EXAMPLE, column=BLOCK)
    return number


def network_of(text: str) -> Network:
    """Read a block as CIDR; what only looks like one is refused with what would be right.

    >>> network_of("203.0.113.0/24")
    IPv4Network('203.0.113.0/24')
    """
    if not text:
        raise TableError("Ô trống.", EXAMPLE, column=BLOCK)
    if "/" not in text:
        raise TableError(f"“{text[:50]}” thiếu số bit sau dấu /.", EXAMPLE, column=BLOCK)
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise TableError(f"“{text[:50]}” không phải dải địa chỉ.", EXAMPLE, column=BLOCK) from error
    if str(network.network_address) != str(ipaddress.ip_address(text.partition("/")[0])):
        raise TableError(f"“{text[:50]}” không bắt đầu ở đầu dải.", f"Có phải {network} không?", column=BLOCK)
    if network.prefixlen < SHORTEST[network.version]:
        least = f"Số bit từ {SHORTEST[network.version]} trở lên."
        raise TableError(f"“{text[:50]}” quá rộng để thuộc một doanh nghiệp.", least, column=BLOCK)
    if network.is_private or network.is_multicast or network.is_loopback:
        raise TableError(f"“{text[:50]}” là địa chỉ nội bộ.", "Chỉ ghi địa chỉ công khai trên Internet.", column=BLOCK)
    return network


def operators_by_name() -> dict[str, Organisation]:
    """Give the operators by all the words that name one: key, number of the row, name, short name."""
    known: dict[str, Organisation] = {}
    for operator in Organisation.objects.operators():
        for words in (operator_key(operator), operator.name, operator.short_name):
            if words:
                known[search_key(words)] = operator
    return known


def named_operator(text: str, names: dict[str, Organisation]) -> Organisation:
    """Find the operator that a cell names."""
    found = names.get(search_key(text)) if text else None
    if found is None:
        some = ", ".join(sorted({o.short_name or o.name for o in names.values()})[:8])
        raise TableError(f"Không có doanh nghiệp “{text[:60]}”.", f"Ghi một trong: {some}.", column=OPERATOR)
    return found


# Comparing and saving


def compare_blocks(province: Place, read: BlockTable) -> BlockChanges:
    """Say what the file would add, change and leave out."""
    standing = {block.cidr: block for block in AddressBlock.objects.filter(province=province)}
    added = [
        AddressBlock.of(read.networks[cidr], province=province, operator=operator, simulated=operator.simulated)
        for cidr, operator in read.blocks.items()
        if cidr not in standing
    ]
    changed = []
    for cidr, operator in read.blocks.items():
        block = standing.get(cidr)
        if block and block.operator_id != operator.pk:
            block.operator, block.simulated = operator, operator.simulated
            changed.append(block)
    missing = [block for cidr, block in standing.items() if cidr not in read.blocks]
    return BlockChanges(added, changed, missing, len(standing) - len(changed) - len(missing))


@transaction.atomic
def save_blocks(*, actor: Person, province: Place, read: BlockTable) -> BlockChanges:
    """Make the province's table what the file says; what it leaves out leaves the table, and stays in the history."""
    if not actor.has_perm(CHANGE_SETTINGS, province):
        raise PermissionDenied
    changes = compare_blocks(province, read)
    with_user = {"default_user": actor}
    bulk_create_with_history(changes.added, AddressBlock, batch_size=500, **with_user)
    bulk_update_with_history(changes.changed, AddressBlock, ["operator", "simulated"], batch_size=500, **with_user)
    remove(changes.missing, actor)
    return changes


def remove(blocks: Iterable[AddressBlock], actor: Person) -> None:
    """Take blocks out one by one, so that the history has each."""
    for block in blocks:
        block._history_user = actor  # type: ignore[attr-defined]
        block.delete()
