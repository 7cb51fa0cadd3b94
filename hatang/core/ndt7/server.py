"""The server: its sockets, IPv4 and IPv6, its certificate, and its connections."""

from __future__ import annotations

import errno
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from hatang.core.ndt7 import SUBPROTOCOL
from hatang.core.ndt7.connections import WRITE_LIMITS, LoadServerConnection
from hatang.core.ndt7.gate import Gate, Rules
from hatang.core.ndt7.running import CLOSING_SECONDS, run_test

HANDSHAKE_SECONDS: Final = 5
MOST_TEXT_BYTES: Final = 1 << 17
WAITING: Final = 100
LOG: Final = logging.getLogger("hatang.ndt7")
QUIET: Final = logging.Logger("hatang.ndt7.connections", logging.CRITICAL)
"""What strangers send is no event of ours; in no tree of loggers, where configuring others would reset it."""
OPTIONS: Final[dict[str, Any]] = {
    "subprotocols": [Subprotocol(SUBPROTOCOL)],
    "compression": None,
    "server_header": None,
    "open_timeout": HANDSHAKE_SECONDS,
    "ping_interval": None,
    "close_timeout": CLOSING_SECONDS,
    "max_size": MOST_TEXT_BYTES,
    "write_limit": WRITE_LIMITS,
    "logger": QUIET,
}
"""How the library runs each connection; that a client hangs is seen by what it moves, not by pings behind the load."""


def sockets_for(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """Open a listening socket for each address; a family that this machine lacks is left out, all missing is an error.

    With port 0 the system chooses one, the same for all addresses.
    """
    opened: list[socket.socket] = []
    for host in hosts:
        try:
            opened.append(listening_socket(host, opened[0].getsockname()[1] if opened else port))
        except OSError as error:
            if error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                for one in opened:
                    one.close()
                raise
    if not opened:
        raise OSError(errno.EADDRNOTAVAIL, f"không có địa chỉ nào trong {', '.join(hosts)} trên máy này")
    return opened


def listening_socket(host: str, port: int) -> socket.socket:
    """Open one listening socket, of IPv6 alone where the address is of IPv6."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=WAITING)


def encryption(certificate: Path, key: Path) -> ssl.SSLContext:
    """Read a certificate with its chain, and its key."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


@asynccontextmanager
async def ndt7_server(
    rules: Rules, listening: Sequence[socket.socket], encrypted: ssl.SSLContext | None = None
) -> AsyncIterator[Gate]:
    """Serve on all sockets until the context ends; give the gate, which knows who is here."""
    gate = Gate(rules)

    class Ours(LoadServerConnection):
        """A connection that this server's gate counts."""

        standing = gate.connections

    async def handle(connection: ServerConnection) -> None:
        assert isinstance(connection, Ours)
        try:
            await run_test(rules, connection)
        except Exception:
            LOG.exception("Một phép đo không chạy hoặc không lưu được")

    async with AsyncExitStack() as stack:
        for one in listening:
            await stack.enter_async_context(
                serve(handle, sock=one, ssl=encrypted, create_connection=Ours, process_request=gate.admit, **OPTIONS)
            )
        yield gate
