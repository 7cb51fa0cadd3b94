"""One HTTP exchange with an outside service, bounded in size and time, which knows whether a byte went out."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from hatang.core.host_probe import is_public

TIMEOUT_S = 20
MOST_ANSWER_BYTES = 1_000_000


@dataclass(frozen=True)
class Outcome:
    """What became of an exchange: the answer, or why there is none and whether the other side may have got it."""

    status: int = 0
    body: bytes = b""
    signature: str = ""
    wait_s: int = 0
    fault: str = ""
    maybe_received: bool = False


def check_address(url: str) -> None:
    """Refuse an address that must not be called: no https, or this very machine, unless the installation names it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host in settings.PLAIN_HTTP_HOSTS and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https" or not host or parts.username or parts.password:
        raise ValidationError("Địa chỉ phải bắt đầu bằng https:// và không chứa mật khẩu.")
    if host == "localhost" or host.endswith(".localhost") or is_local(host):
        raise ValidationError("Không gọi vào chính máy chủ này.")


def is_local(host: str) -> bool:
    """Tell whether a host written as an address is this machine or its own link."""
    try:
        return not is_public(host)
    except ValueError:
        return False


def resolved(host: str, port: int) -> str:
    """Give the one address that is called, so that what was looked at is what is connected to."""
    first = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    if is_local(str(first)) and host.lower() not in settings.PLAIN_HTTP_HOSTS:
        raise ConnectionRefusedError("địa chỉ của chính máy chủ này")
    return str(first)


def connection_to(url: str) -> http.client.HTTPConnection:
    """Open a connection, encrypted and with the certificate checked where the address is https."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    link: http.client.HTTPConnection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    bare = socket.create_connection((resolved(host, port), port), timeout=TIMEOUT_S)
    link.sock = ssl.create_default_context().wrap_socket(bare, server_hostname=host) if secure else bare
    return link


UNREACHED: tuple[tuple[type[OSError], str], ...] = (
    (socket.gaierror, "không có máy chủ nào mang tên ấy, hoặc máy này không tra được tên"),
    (ssl.SSLError, "không lập được kết nối mã hoá tin cậy (chứng thư TLS của bên kia)"),
    (TimeoutError, "bên kia không trả lời trong thời hạn"),
    (ConnectionRefusedError, "bên kia không nhận kết nối"),
)


def unreached(error: OSError) -> str:
    """Say in words why a connection could not be made.

    >>> unreached(TimeoutError()), unreached(ConnectionRefusedError())
    ('bên kia không trả lời trong thời hạn', 'bên kia không nhận kết nối')
    """
    return next((words for kind, words in UNREACHED if isinstance(error, kind)), type(error).__name__)


def exchange(method: str, url: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> Outcome:
    """Send one request and read its answer; nothing is followed, nothing is sent twice."""
    try:
        check_address(url)
        link = connection_to(url)
    except ValidationError as error:
        return Outcome(fault=" ".join(error.messages))
    except (OSError, ssl.SSLError) as error:
        return Outcome(fault=f"không nối được: {unreached(error)}")
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        link.request(method, target, body=body or None, headers=headers or {})
        response = link.getresponse()
        content = response.read(MOST_ANSWER_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        return Outcome(fault=f"mất nối giữa chừng ({type(error).__name__})", maybe_received=True)
    finally:
        link.close()
    if len(content) > MOST_ANSWER_BYTES:
        return Outcome(response.status, fault="trả lời lớn hơn 1 MB", maybe_received=True)
    retry = response.headers.get("Retry-After", "")
    wait_s = int(retry) if retry.isascii() and retry.isdigit() and len(retry) < 6 else 0
    return Outcome(response.status, content, response.headers.get("X-JWS-Signature", ""), wait_s)


def token_from(url: str, client_id: str, secret: str, scope: str) -> str:
    """Get an access token by client credentials (RFC 6749 section 4.4). Raises OSError where there is none."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    if scope:
        form["scope"] = scope
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    outcome = exchange("POST", url, body=urlencode(form).encode(), headers=headers)
    try:
        answer: Any = json.loads(outcome.body) if outcome.status == 200 else {}
        token = answer.get("access_token")
    except (ValueError, AttributeError, RecursionError):
        token = None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise OSError(f"không lấy được mã truy cập: {outcome.fault or f'trạng thái {outcome.status}'}")
    return token
