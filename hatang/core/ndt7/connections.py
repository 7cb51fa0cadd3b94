"""WebSocket connections that carry load past the library, with the library's handshake, control frames and closing."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

from hatang.core.ndt7.admission import Room
from hatang.core.ndt7.frames import SMALLEST_BYTES, Skimmer, load_frame, next_size_bytes
from hatang.core.ndt7.tcp_info import Socket, limit_unsent, read_tcp_info

MOST_OTHER_FRAMES: Final = 500
"""Texts, pings, pongs of one test; four reports a second for ten seconds are 40."""
MOST_OTHER_BYTES: Final = 1 << 20
END_OF_HEADERS: Final = b"\r\n\r\n"
WRITE_LIMITS: Final = (1, 0)
"""The library waits until its own buffer is empty; the kernel's then still holds some load. With 0 asyncio's TLS, which
pauses at the limit where TCP pauses beyond it, would pause an empty buffer and wait for nothing."""
LONGEST_MESSAGE_SECONDS: Final = 0.1
UNSENT_MESSAGES: Final = 4
UNSENT_SECONDS: Final = 0.1
MOST_UNSENT_BYTES: Final = 1 << 23
LOOK_SECONDS: Final = 0.02


class LoadConnection(Connection):
    """A connection whose frames of load are counted, not read; one that sends too much else is cut."""

    skimmer: Skimmer
    greeting: bytes = b""
    """The last bytes of the handshake so far."""
    load_began: float | None = None
    load_last: float = 0.0
    """When the first and the latest load came, by the loop's clock."""

    def data_received(self, data: bytes) -> None:
        """Count load; give the rest to the library."""
        if not self.is_open_for_load():
            data = self.greet(data)
        before = self.skimmer.load_bytes
        rest = self.skimmer.feed(data)
        if self.skimmer.load_bytes != before:
            self.load_last = self.loop.time()
            self.load_began = self.load_began or self.load_last
        if self.skimmer.other_frames > MOST_OTHER_FRAMES or self.skimmer.other_bytes > MOST_OTHER_BYTES:
            self.transport.abort()
        elif rest:
            super().data_received(rest)

    def greet(self, data: bytes) -> bytes:
        """Give the library what belongs to the handshake; return what comes after it."""
        seen = self.greeting + data
        self.greeting = seen[1 - len(END_OF_HEADERS) :]
        end = seen.find(END_OF_HEADERS)
        rest = seen[end + len(END_OF_HEADERS) :] if end >= 0 else b""
        super().data_received(data[: len(data) - len(rest)])
        if rest and not self.is_open_for_load():
            super().data_received(rest)
            return b""
        return rest

    def is_open_for_load(self) -> bool:
        """Tell whether the handshake is over."""
        raise NotImplementedError

    def socket(self) -> Socket | None:
        """Give the connection's socket, as far as asyncio shows it."""
        found: Socket | None = self.transport.get_extra_info("socket")
        return found

    def address(self) -> str:
        """Give the other side's address."""
        return str(self.remote_address[0]) if self.remote_address else ""


class LoadServerConnection(LoadConnection, ServerConnection):
    """The server's side; cut at once where too many stand open, and what it holds is free again when it has gone."""

    standing: ClassVar[Room]
    """Counts the open connections of its server."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.skimmer = Skimmer(masked=True)
        self.held: list[tuple[Room, str]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, if there is room."""
        super().connection_made(transport)
        if self.standing.refusal(self.address()):
            self.transport.abort()
        else:
            self.hold(self.standing, self.address())

    def connection_lost(self, exc: Exception | None) -> None:
        """Give back all places."""
        for room, address in self.held:
            room.leave(address)
        super().connection_lost(exc)

    def hold(self, room: Room, address: str) -> None:
        """Take a place until the connection has gone."""
        room.enter(address)
        self.held.append((room, address))

    def is_open_for_load(self) -> bool:
        """Tell whether the request has come."""
        return self.request is not None


class LoadClientConnection(LoadConnection, ClientConnection):
    """The client's side."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.skimmer = Skimmer(masked=False)

    def is_open_for_load(self) -> bool:
        """Tell whether the server has agreed."""
        return self.response is not None


class Sender:
    """Fills a connection with load, in messages that grow, and knows how much it has given."""

    def __init__(self, connection: LoadConnection, *, masked: bool) -> None:
        self.connection = connection
        self.masked = masked
        self.given_bytes = 0

    def sent_bytes(self) -> int:
        """Give how much has left the process."""
        return max(0, self.given_bytes - self.connection.transport.get_write_buffer_size())

    async def send(self, *, seconds: float, most_bytes: int | None) -> None:
        """Send until the time is up, the bytes are out, the connection closes, or the task is cancelled."""
        clock = asyncio.get_running_loop().time
        began, size, look_at = clock(), SMALLEST_BYTES, 0.0
        while self.connection.state is State.OPEN and (now := clock()) < began + seconds:
            if most_bytes is not None and self.given_bytes >= most_bytes:
                return
            if now >= look_at:
                limit_unsent(self.connection.socket(), self.unsent_bytes(size))
                self.keep_ready(size)
                look_at = now + LOOK_SECONDS
            frame = load_frame(size, masked=self.masked)
            self.connection.transport.write(frame)
            self.given_bytes += len(frame)
            await self.connection.drain()
            await asyncio.sleep(0)
            size = next_size_bytes(size, self.sent_bytes(), clock() - began, LONGEST_MESSAGE_SECONDS)

    def keep_ready(self, size: int) -> None:
        """Let TLS, which encrypts in this process, have the next messages at hand."""
        if self.connection.transport.get_extra_info("ssl_object"):
            self.connection.transport.set_write_buffer_limits(high=2 * size, low=size)

    def unsent_bytes(self, size: int) -> int:
        """Give how much the kernel may hold unsent: some messages, or what it sends in a tenth of a second now.

        The line stays full while this process waits for the processor, also while TCP still speeds up.
        """
        soon = read_tcp_info(self.connection.socket()).get("PacingRate", 0) * UNSENT_SECONDS
        return min(MOST_UNSENT_BYTES, max(UNSENT_MESSAGES * size, int(soon)))
