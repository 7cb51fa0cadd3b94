"""How many may be here at once: in all, and from one address; whoever has left is forgotten."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address

ONE_LINE_BITS = 64
"""An IPv6 subscriber holds a /64 at least."""


class Room:
    """Counts who is here."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self.most = most
        self.most_per_address = most_per_address
        self.here: Counter[str] = Counter()

    def refusal(self, address: str) -> str:
        """Say, in words for a person, why one more may not come in; empty where one may."""
        line = line_of(address)
        if self.here.total() >= self.most:
            return f"Máy chủ đo đang bận: đã có {self.most} phép đo cùng lúc. Hãy đo lại sau nửa phút."
        if self.here[line] >= self.most_per_address:
            return (
                f"Đường truyền này đang có {self.most_per_address} phép đo cùng lúc; đợi xong rồi đo lại, "
                "vì đo cùng lúc thì chia nhau tốc độ."
            )
        return ""

    def enter(self, address: str) -> None:
        """Count one in."""
        self.here[line_of(address)] += 1

    def leave(self, address: str) -> None:
        """Let one out, and forget the address with its last."""
        line = line_of(address)
        self.here[line] -= 1
        if self.here[line] <= 0:
            del self.here[line]


def line_of(address: str) -> str:
    """Give what stands for one subscriber: the IPv4 address, or the IPv6 network of 64 bits.

    >>> line_of("2001:db8::1:2:3:4"), line_of("192.0.2.7"), line_of("::ffff:192.0.2.7"), line_of("?")
    ('2001:db8::', '192.0.2.7', '192.0.2.7', '?')
    """
    known = parsed(address)
    if isinstance(known, IPv6Address):
        return str(IPv6Address(int(known) >> ONE_LINE_BITS << ONE_LINE_BITS))
    return str(known) if known else address


def family_of(address: str) -> int:
    """Give 4 or 6; 0 where the address is none.

    >>> family_of("fe80::1%eth0"), family_of("::ffff:192.0.2.7"), family_of("")
    (6, 4, 0)
    """
    known = parsed(address)
    return known.version if known else 0


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Read an address; an IPv4 address in IPv6 dress is an IPv4 address."""
    try:
        known = ip_address(address)
    except ValueError:
        return None
    return (known.ipv4_mapped or known) if isinstance(known, IPv6Address) else known
