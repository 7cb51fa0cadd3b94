"""The client: one download, one upload, and what both sides saw."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from hatang.core.ndt7 import DOWNLOAD, PATH, REPORT_SECONDS, SUBPROTOCOL, TEST_SECONDS
from hatang.core.ndt7.connections import WRITE_LIMITS, LoadClientConnection, Sender

LONGER_SECONDS: Final = 3.0
"""So much longer than the test the server may take to have the last word."""
CONNECT_SECONDS: Final = 10
CLOSING_SECONDS: Final = 2.0
LIBRARY: Final = "hatang-ndt7"


@dataclass(frozen=True)
class Measured:
    """One direction as measured: by who received the load, with the server's last message beside it."""

    direction: str
    bytes: int
    seconds: float
    mbps: float
    min_rtt_ms: float | None
    rtt_var_ms: float | None
    retransmitted_ratio: float | None
    ip_family: int
    uuid: str


class Progress:
    """What is known while a test runs."""

    def __init__(self, connection: LoadClientConnection, direction: str) -> None:
        self.connection = connection
        self.direction = direction
        self.sender = Sender(connection, masked=True)
        self.began = connection.loop.time()
        self.told: dict[str, Any] = {}
        """The server's latest message."""

    def own_bytes(self) -> int:
        """Give how much load has come in, or left."""
        return self.connection.skimmer.load_bytes if self.direction == DOWNLOAD else self.sender.sent_bytes()

    def own_seconds(self) -> float:
        """Give for how long load has flowed."""
        if self.direction == DOWNLOAD:
            return self.connection.load_last - (self.connection.load_began or 0.0)
        return self.connection.loop.time() - self.began

    def own_mbps(self) -> float:
        """Give the mean speed so far, as this side sees it."""
        seconds = self.own_seconds()
        return self.own_bytes() * 8 / 1e6 / seconds if seconds > 0 else 0.0

    def message(self) -> str:
        """Give the measurement that this side tells the server."""
        elapsed = round((self.connection.loop.time() - self.began) * 1e6)
        app = {"ElapsedTime": elapsed, "NumBytes": self.own_bytes()}
        return json.dumps({"AppInfo": app, "Origin": "client", "Test": self.direction})

    def measured(self) -> Measured:
        """Give the figures at the end; of an upload, what the server says has arrived."""
        info: dict[str, Any] = self.told.get("TCPInfo", {})
        moved, seconds = self.own_bytes(), self.own_seconds()
        if self.direction != DOWNLOAD and (arrived := self.told.get("AppInfo") or arrived_of(info)):
            moved, seconds = arrived["NumBytes"], (arrived["ElapsedTime"] - info.get("MinRTT", 0)) / 1e6
        sent = info.get("BytesSent", 0) if self.direction == DOWNLOAD else 0
        return Measured(
            direction=self.direction,
            bytes=moved,
            seconds=seconds,
            mbps=moved * 8 / 1e6 / seconds if seconds > 0 else 0.0,
            min_rtt_ms=info["MinRTT"] / 1000 if "MinRTT" in info else None,
            rtt_var_ms=info["RTTVar"] / 1000 if "RTTVar" in info else None,
            retransmitted_ratio=info.get("BytesRetrans", 0) / sent if sent else None,
            ip_family=6 if ":" in self.connection.address() else 4,
            uuid=str(self.told.get("ConnectionInfo", {}).get("UUID", "")),
        )


def arrived_of(info: dict[str, Any]) -> dict[str, Any]:
    """Give what has arrived by the kernel's figures, where a server says it no other way."""
    return {"NumBytes": info["BytesReceived"], "ElapsedTime": info["ElapsedTime"]} if info else {}


async def measure(
    server: str,
    direction: str,
    *,
    family: socket.AddressFamily = socket.AF_UNSPEC,
    encrypted: ssl.SSLContext | None = None,
    seconds: float = TEST_SECONDS,
    show: Callable[[Progress], None] = lambda progress: None,
) -> Measured:
    """Measure one direction against `ws://host:port` or `wss://host:port`.

    Raises OSError, TimeoutError or a child of websockets' WebSocketException where the server cannot be reached,
    refuses, or ends the test as none.
    """
    url = f"{server.rstrip('/')}{PATH}{direction}?client_library_name={LIBRARY}"
    more: dict[str, Any] = {"ssl": encrypted} if encrypted else {}
    async with connect(
        url,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        create_connection=LoadClientConnection,
        open_timeout=CONNECT_SECONDS,
        close_timeout=CLOSING_SECONDS,
        ping_interval=None,
        write_limit=WRITE_LIMITS,
        proxy=None,
        family=family,
        **more,
    ) as connection:
        assert isinstance(connection, LoadClientConnection)
        progress = Progress(connection, direction)
        await run(progress, seconds, show)
        return progress.measured()


async def run(progress: Progress, seconds: float, show: Callable[[Progress], None]) -> None:
    """Let load flow until the server closes, or this side's time is up; then close in order."""
    tasks = [asyncio.create_task(tell(progress, show))]
    if progress.direction != DOWNLOAD:
        tasks.append(asyncio.create_task(progress.sender.send(seconds=seconds, most_bytes=None)))
    try:
        async with asyncio.timeout(seconds + LONGER_SECONDS):
            await listen(progress)
    except TimeoutError:
        pass
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    with suppress(TimeoutError, ConnectionClosed):
        async with asyncio.timeout(CLOSING_SECONDS):
            await asyncio.gather(progress.connection.close(), listen(progress))


async def listen(progress: Progress) -> None:
    """Keep the server's latest message until it closes."""
    async for text in progress.connection:
        with suppress(ValueError):
            said = json.loads(text)
            progress.told = said if isinstance(said, dict) else progress.told


async def tell(progress: Progress, show: Callable[[Progress], None]) -> None:
    """Tell the server, and whoever looks on, what this side measures."""
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        show(progress)
        await progress.connection.send(progress.message())
