"""Whom one trusts: certificates, each with what for, and from when to when where a trusted list says so."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Span = tuple[datetime, datetime | None]


class Use(StrEnum):
    """What a trusted certificate's holders may do."""

    ALL = "all"
    SIGN = "sign"
    STAMP = "stamp"


@dataclass(frozen=True)
class Anchor:
    """A certificate (DER) from which trust goes; no `spans` means at any time, else only within one of them (UTC)."""

    der: bytes
    use: Use = Use.ALL
    spans: tuple[Span, ...] | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether it was trusted at an instant."""
        if self.spans is None:
            return True
        return any(begin <= at and (end is None or at < end) for begin, end in self.spans)

    def serves(self, use: Use) -> bool:
        """Tell whether it is trusted for a use."""
        return self.use in (Use.ALL, use)


def as_told(anchor: Anchor) -> list[Any]:
    """Write an anchor as JSON takes it, for the child that checks.

    >>> from_told(as_told(Anchor(b"abc"))) == Anchor(b"abc")
    True
    """
    spans = anchor.spans
    said = None if spans is None else [[begin.isoformat(), end and end.isoformat()] for begin, end in spans]
    return [base64.b64encode(anchor.der).decode(), str(anchor.use), said]


def from_told(told: list[Any]) -> Anchor:
    """Read what `as_told` wrote."""
    der, use, said = told
    read = datetime.fromisoformat
    spans = None if said is None else tuple((read(begin), read(end) if end else None) for begin, end in said)
    return Anchor(base64.b64decode(der), Use(use), spans)
