"""Who may measure: the right request from a page of ours, while there is room."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from hatang.core.ndt7 import DIRECTIONS, PATH, SUBPROTOCOL, TEST_SECONDS
from hatang.core.ndt7.admission import Room
from hatang.core.ndt7.connections import LoadServerConnection

READY: Final = f"{PATH}ready"
MOST_QUERY_BYTES: Final = 4096
CONNECTIONS_PER_TEST: Final = 3
"""So many connections may stand open for each test that may run: some have yet to ask, some are closing."""
ANY_ORIGIN: Final = "*"
RETRY_SECONDS: Final = 30


@dataclass(frozen=True)
class Rules:
    """What a server allows; `most_bytes` is the cap of each direction, None for none."""

    folder: Path
    origins: tuple[str, ...] = ()
    most: int = 20
    most_per_address: int = 6
    most_bytes: int | None = 250_000_000
    proxies: int = 0
    """How many proxies of our own stand in front; they say the client's address."""
    seconds: float = TEST_SECONDS


class Gate:
    """Knows how many connections stand open and how many tests run."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.tests = Room(rules.most, rules.most_per_address)
        per_address = rules.most if rules.proxies else rules.most_per_address
        self.connections = Room(CONNECTIONS_PER_TEST * rules.most, CONNECTIONS_PER_TEST * per_address)

    def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer a request that may not run a test; None where it may, and its place is held until it has gone."""
        assert isinstance(connection, LoadServerConnection)
        if answer := refusal(self.rules, connection, request):
            return answer
        address = address_of(connection, request, self.rules.proxies)
        if why := self.tests.refusal(address):
            answer = connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, f"{why}\n")
            answer.headers["Retry-After"] = str(RETRY_SECONDS)
            return answer
        connection.hold(self.tests, address)
        return None


def refusal(rules: Rules, connection: ServerConnection, request: Request) -> Response | None:
    """Answer what is no request for a test; None lets it begin."""
    parts = urlsplit(request.path)
    if parts.path == READY:
        return connection.respond(HTTPStatus.OK, "sẵn sàng\n")
    if direction_of(parts.path) not in DIRECTIONS:
        return connection.respond(HTTPStatus.NOT_FOUND, f"Chỉ có {PATH}download và {PATH}upload.\n")
    if len(parts.query) > MOST_QUERY_BYTES or SUBPROTOCOL not in subprotocols_of(request):
        return connection.respond(HTTPStatus.BAD_REQUEST, f"Cần WebSocket với giao thức con {SUBPROTOCOL}.\n")
    origin = request.headers.get("Origin")
    if origin is not None and ANY_ORIGIN not in rules.origins and origin not in rules.origins:
        return connection.respond(HTTPStatus.FORBIDDEN, "Trang này không được dùng máy chủ đo.\n")
    return None


def subprotocols_of(request: Request) -> list[str]:
    """Give the subprotocols that a request offers."""
    offers = request.headers.get_all("Sec-WebSocket-Protocol")
    return [word.strip() for offer in offers for word in offer.split(",")]


def direction_of(path: str) -> str:
    """Give what a path asks for; empty where it is not one of ours.

    >>> direction_of("/ndt/v7/upload"), direction_of("/upload")
    ('upload', '')
    """
    return path.removeprefix(PATH) if path.startswith(PATH) else ""


def address_of(connection: ServerConnection, request: Request, proxies: int) -> str:
    """Give the client's address: the connection's, or what the outermost proxy of ours says."""
    told = [part.strip() for line in request.headers.get_all("X-Forwarded-For") for part in line.split(",")]
    if proxies and len(told) >= proxies:
        return told[-proxies]
    return str(connection.remote_address[0])
