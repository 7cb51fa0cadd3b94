"""How often somebody without an account may do something, counted by address in whole spans of time."""

from __future__ import annotations

import ipaddress
import time
from hashlib import sha256

from django.core.cache import cache

IPV6_HOUSEHOLD_BITS = 64
"""Providers give a household this much of an IPv6 address; the rest its owner chooses at will."""


def within_limit(*, action: str, who: str, most: int, seconds: int) -> bool:
    """Count one more act and tell whether it is within the limit of a span; each span counts anew.

    `who` is kept as a hash only, and no longer than the span. Two acts at the same instant may count as one.
    """
    span = int(time.time() // seconds)
    key = f"limit:{action}:{sha256(who.encode()).hexdigest()[:32]}:{span}"
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key)) <= most
    except ValueError:
        return True


def household(address: str) -> str:
    """Give the part of an address that stands for one asker.

    >>> household("2001:db8:1:2:aaaa::1") == household("2001:db8:1:2:bbbb::9")
    True
    >>> household("203.0.113.7")
    '203.0.113.7'
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_HOUSEHOLD_BITS), strict=False).network_address)
