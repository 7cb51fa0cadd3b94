"""Calls in the form of X-Road's Message Protocol for REST (PR-REST 1.0), mapped to the same calls.

This is an adapter at the edge, no security server: it reads the addresses and headers of the protocol, sections 4.1 and
4.3, and answers with its headers. The member is known by a token, or by a security server that the installation trusts.
"""

from __future__ import annotations

import base64
from hashlib import sha512
from urllib.parse import unquote
from uuid import uuid4

from django.conf import settings

from hatang.exchange.models import PartnerKey
from hatang.exchange.services.callers import Caller, caller_with
from hatang.exchange.services.refusals import CallRefused
from hatang.exchange.services_offered import SERVICES

LONGEST_ID = 255
CRLF = b"\r\n"


def service_named(provider: str) -> str:
    """Give the code of the service that an address names: our own identity, then the service. Raises CallRefused."""
    mine = settings.XROAD_IDENTITY.strip("/")
    begin, _, code = provider.rpartition("/")
    if not mine or begin != mine or code not in SERVICES:
        raise CallRefused(404, "Server.ServerProxy.UnknownService", "Không có dịch vụ này ở đây.")
    return code


def member_of(header: str) -> str:
    """Read `X-Road-Client`: three or four parts, each percent-encoded. Raises CallRefused."""
    parts = [unquote(part) for part in header.split("/")]
    if len(parts) not in (3, 4) or not all(part.strip() and "/" not in part for part in parts) or len(header) > 900:
        words = "X-Road-Client phải có dạng PHIÊN-BẢN/LỚP/MÃ-THÀNH-VIÊN hoặc thêm /HỆ-THỐNG-CON."
        raise CallRefused(400, "Client.MissingHeader", words)
    return "/".join(parts)


def caller_of(member: str, authorization: str, address: str) -> Caller:
    """Give the partner that a member stands for: with its own token, or vouched for by a trusted security server."""
    key = PartnerKey.objects.live().filter(xroad_client=member).first()
    if authorization:
        caller = caller_with(authorization)
        if key is not None and key.organisation_id == caller.organisation_id:
            return caller
    elif key is not None and address in settings.XROAD_TRUSTED:
        return Caller.by(key)
    raise CallRefused(
        401, "Server.ServerProxy.AccessDenied", "Thành viên này chưa được ghi nhận, hoặc thiếu mã truy cập."
    )


def message_id(header: str) -> str:
    """Give the message's own id, or a new one."""
    usable = header.isascii() and header.isprintable() and 0 < len(header) <= LONGEST_ID
    return header if usable else str(uuid4())


def request_hash(method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> str:
    """Hash a request: base64 of SHA-512(SHA-512(message) + SHA-512(body)), without a body of the message; section 4.3.

    The message is the method, the target and the X-Road headers as sent, each on a line that ends with CR LF.

    >>> request_hash("GET", "/r1/A/B/C/D/e", [("X-Road-Client", "A/B/C/D")], b"")[:16]
    'wqJTeH55S0sFv2z6'
    """
    lines = [method, target, *(f"{name}:{value}" for name, value in headers)]
    message = sha512(b"".join(line.encode() + CRLF for line in lines)).digest()
    whole = sha512(message + sha512(body).digest()).digest() if body else message
    return base64.b64encode(whole).decode()
