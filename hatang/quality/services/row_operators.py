"""Whose network rows of a file came from, by the province's table of addresses, which is read once for all of them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from hatang.places.models import Place
from hatang.quality.models import AddressBlock
from hatang.quality.services.measurements import operator_key

BITS = {4: 32, 6: 128}
MASKED_BITS = {4: 24, 6: 48}
"""How much M-Lab and others leave of an address when they take its last part away."""


@dataclass
class OperatorTable:
    """Operators' words by block, the blocks by version and prefix, and by the number of an autonomous system."""

    blocks: dict[tuple[int, int], dict[int, str]] = field(default_factory=dict)
    systems: dict[int, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nobody's addresses are known."""
        return not self.blocks and not self.systems

    def operator_of(self, address: object, system: object) -> str | None:
        """Give the operator whose narrowest block holds the address, else whose the autonomous system is."""
        return self._by_address(str(address or "")) or self.systems.get(system_number(system))

    def _by_address(self, text: str) -> str | None:
        """Find the narrowest block; one narrower than what is left of a masked address tells nothing."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return None
        number, bits = int(address), BITS[address.version]
        cut = bits - MASKED_BITS[address.version]
        widest = MASKED_BITS[address.version] if number >> cut << cut == number else bits
        for prefix in range(widest, -1, -1):
            found = self.blocks.get((address.version, prefix), {}).get(number >> (bits - prefix))
            if found:
                return found
        return None


def system_number(system: object) -> int:
    """Read the number of an autonomous system; 0, which nobody has, where there is none.

    >>> system_number(45899), system_number("AS45899"), system_number(" 45899 "), system_number(None)
    (45899, 45899, 45899, 0)
    """
    text = str(system or "").strip().upper().removeprefix("AS")
    return int(text) if text.isdecimal() and len(text) <= 10 else 0


def operator_table(province: Place) -> OperatorTable:
    """Read a province's table."""
    table = OperatorTable()
    for block in AddressBlock.objects.filter(province=province).select_related("operator"):
        word = str(operator_key(block.operator))
        if block.cidr.startswith("AS"):
            table.systems[int(block.cidr[2:])] = word
        else:
            network = ipaddress.ip_network(block.cidr)
            part = int(network.network_address) >> (BITS[network.version] - network.prefixlen)
            table.blocks.setdefault((network.version, network.prefixlen), {})[part] = word
    return table
