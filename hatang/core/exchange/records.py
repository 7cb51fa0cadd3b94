"""The record of one call of a data service: what was asked and answered, as hashes; its bytes are a leaf of the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

FORMAT = "hatang-call-1"
FIELDS = (
    "format",
    "id",
    "at",
    "direction",
    "province",
    "client",
    "service",
    "status",
    "request_sha256",
    "answer_sha256",
)


def request_sha256(method: str, target: str, body: bytes) -> str:
    """Hash a request: its method, a space, its target (path and query as sent), a line feed, its body.

    >>> request_sha256("GET", "/dich-vu/v1/thon-phu-song", b"")[:16]
    '7f6f979423a6352c'
    """
    return sha256(f"{method} {target}\n".encode() + body).hexdigest()


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """Write a record's fields as its leaf is hashed: JSON, keys in order, no spaces, UTF-8.

    Raises KeyError where a field is missing; other fields are left out.

    >>> record_bytes(dict.fromkeys(FIELDS, 1) | {"more": 2})[:33]
    b'{"answer_sha256":1,"at":1,"client'
    """
    fields = {name: record[name] for name in FIELDS}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
