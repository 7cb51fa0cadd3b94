"""What a server knows of one running test: bytes moved, mean speed, the kernel's figures; as ndt7's messages say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from hatang.core.ndt7 import DOWNLOAD
from hatang.core.ndt7.admission import family_of
from hatang.core.ndt7.connections import LoadConnection, Sender
from hatang.core.ndt7.results import Result
from hatang.core.ndt7.tcp_info import minimum_round_trip_ms, read_bbr_info, read_tcp_info

MICROSECONDS = 1_000_000


class Figures:
    """One test's figures, from its beginning to the moment at which they are asked for."""

    def __init__(self, connection: LoadConnection, direction: str, address: str, *, proxied: bool) -> None:
        self.connection = connection
        self.direction = direction
        self.address = address
        self.socket = None if proxied else connection.socket()
        self.sender = Sender(connection, masked=False)
        self.uuid = str(uuid4())
        self.began_at = datetime.now(UTC)
        self.began = connection.loop.time()
        self.acknowledged_before = self.tcp_info().get("BytesAcked", 0)

    def tcp_info(self) -> dict[str, int]:
        """Give the kernel's figures; none behind a proxy, where they would be those of the way to the proxy."""
        return read_tcp_info(self.socket)

    def moved_bytes(self, info: Mapping[str, int]) -> int:
        """Give how much load has arrived: here, or at the client as far as it has said so."""
        if self.direction != DOWNLOAD:
            return self.connection.skimmer.load_bytes
        if info.get("BytesAcked"):
            return info["BytesAcked"] - self.acknowledged_before
        return self.sender.sent_bytes()

    def flowing_seconds(self) -> float:
        """Give how long load may have flowed until now: since its first byte could have been acknowledged, or came."""
        now = self.connection.loop.time()
        if self.direction != DOWNLOAD:
            return now - self.connection.load_began if self.connection.load_began else 0.0
        return now - self.began - (minimum_round_trip_ms(self.tcp_info()) or 0.0) / 1000

    def moving_seconds(self) -> float:
        """Give how long load has flowed: up to now, or to the last byte that came."""
        if self.direction != DOWNLOAD:
            return self.connection.load_last - (self.connection.load_began or 0.0)
        return self.flowing_seconds()

    def mean_mbps(self, info: Mapping[str, int]) -> float:
        """Give the mean speed so far."""
        seconds = self.moving_seconds()
        return self.moved_bytes(info) * 8 / MICROSECONDS / seconds if seconds > 0 else 0.0

    def message(self) -> dict[str, Any]:
        """Give the measurement message of this moment; times in microseconds."""
        info, bbr = self.tcp_info(), read_bbr_info(self.socket)
        elapsed = {"ElapsedTime": round((self.connection.loop.time() - self.began) * MICROSECONDS)}
        kernel = {"BBRInfo": bbr | elapsed if bbr else {}, "TCPInfo": info | elapsed if info else {}}
        return {
            "ConnectionInfo": {"Client": self.end("peername"), "Server": self.end("sockname"), "UUID": self.uuid},
            "Origin": "server",
            "Test": self.direction,
            "AppInfo": {"NumBytes": self.moved_bytes(info)} | elapsed,
        } | {name: figures for name, figures in kernel.items() if figures}

    def end(self, name: str) -> str:
        """Give one end of the connection, as the client is told it: its own address and the server's."""
        address = self.connection.transport.get_extra_info(name) or ("", 0)
        host = self.address if name == "peername" else str(address[0])
        return f"[{host}]:{address[1]}" if ":" in host else f"{host}:{address[1]}"

    def result(self) -> Result:
        """Give the figures of a test that ends now."""
        info = self.tcp_info()
        sent = info.get("BytesSent", 0) if self.direction == DOWNLOAD else 0
        return Result(
            uuid=self.uuid,
            direction=self.direction,
            began_at=self.began_at,
            ended_at=datetime.now(UTC),
            bytes=self.moved_bytes(info),
            mbps=self.mean_mbps(info),
            min_rtt_ms=minimum_round_trip_ms(info),
            rtt_var_ms=info["RTTVar"] / 1000 if info else None,
            retransmitted_ratio=info["BytesRetrans"] / sent if sent else None,
            ip_family=family_of(self.address),
        )
