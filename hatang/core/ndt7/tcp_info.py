"""What the kernel knows of a TCP connection: `struct tcp_info` and BBR's own figures (linux/tcp.h, inet_diag.h)."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from typing import Final, Protocol

LAYOUT: Final = struct.Struct("=8B24IQq2Q6I4Q2I2Q4I")
NAMES: Final = [
    "State",
    "CAState",
    "Retransmits",
    "Probes",
    "Backoff",
    "Options",
    "WScale",
    "AppLimited",
    "RTO",
    "ATO",
    "SndMSS",
    "RcvMSS",
    "Unacked",
    "Sacked",
    "Lost",
    "Retrans",
    "Fackets",
    "LastDataSent",
    "LastAckSent",
    "LastDataRecv",
    "LastAckRecv",
    "PMTU",
    "RcvSsThresh",
    "RTT",
    "RTTVar",
    "SndSsThresh",
    "SndCwnd",
    "AdvMSS",
    "Reordering",
    "RcvRTT",
    "RcvSpace",
    "TotalRetrans",
    "PacingRate",
    "MaxPacingRate",
    "BytesAcked",
    "BytesReceived",
    "SegsOut",
    "SegsIn",
    "NotsentBytes",
    "MinRTT",
    "DataSegsIn",
    "DataSegsOut",
    "DeliveryRate",
    "BusyTime",
    "RWndLimited",
    "SndBufLimited",
    "Delivered",
    "DeliveredCE",
    "BytesSent",
    "BytesRetrans",
    "DSackDups",
    "ReordSeen",
    "RcvOooPack",
    "SndWnd",
]
"""The fields in the kernel's order, under M-Lab's names; times in microseconds, rates in bytes a second."""
BBR: Final = b"bbr"
BBR_LAYOUT: Final = struct.Struct("=5I")
NO_MINIMUM: Final = 2**32 - 1
"""The kernel's minimum round trip before it has seen one."""
CONGESTION: Final = 13
"""TCP_CONGESTION, which Python names on Linux only."""
CONGESTION_FIGURES: Final = 26
"""TCP_CC_INFO, which Python does not name."""


class Socket(Protocol):
    """What is asked of a socket here; asyncio's transports show no more than that."""

    def getsockopt(self, level: int, name: int, size: int, /) -> bytes:
        """Read an option."""

    def setsockopt(self, level: int, name: int, value: int | bytes, /) -> None:
        """Set an option."""


def read_tcp_info(of: Socket | None) -> dict[str, int]:
    """Give the connection's figures under M-Lab's names; empty where the system has none."""
    if of is None or not sys.platform.startswith("linux"):
        return {}
    try:
        raw = of.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAYOUT.size)
    except OSError:
        return {}
    return tcp_info_of(raw)


def tcp_info_of(raw: bytes) -> dict[str, int]:
    """Name the fields of `struct tcp_info`; those that an older kernel does not have are zero.

    >>> info = tcp_info_of(bytes([1]) + bytes(67) + (25_000).to_bytes(4, sys.byteorder))
    >>> info["State"], info["RTT"], info["BytesAcked"]
    (1, 25000, 0)
    """
    return dict(zip(NAMES, LAYOUT.unpack(raw[: LAYOUT.size].ljust(LAYOUT.size, b"\0")), strict=True))


def read_bbr_info(of: Socket | None) -> dict[str, int]:
    """Give BBR's bandwidth (bytes a second), minimum round trip (microseconds) and gains; empty without BBR."""
    if of is None or not sys.platform.startswith("linux"):
        return {}
    try:
        if of.getsockopt(socket.IPPROTO_TCP, CONGESTION, 16).rstrip(b"\0") != BBR:
            return {}
        raw = of.getsockopt(socket.IPPROTO_TCP, CONGESTION_FIGURES, BBR_LAYOUT.size)
    except OSError:
        return {}
    low, high, round_trip, pacing, window = BBR_LAYOUT.unpack(raw.ljust(BBR_LAYOUT.size, b"\0"))
    return {"BW": high << 32 | low, "MinRTT": round_trip, "PacingGain": pacing, "CwndGain": window}


def use_bbr(of: Socket | None) -> None:
    """Let the connection send by BBR, where the kernel has it; otherwise leave it as it is."""
    if of is not None:
        with contextlib.suppress(OSError):
            of.setsockopt(socket.IPPROTO_TCP, CONGESTION, BBR)


def limit_unsent(of: Socket | None, most_bytes: int) -> None:
    """Let the kernel hold only so much that is not sent yet, so that reports do not wait behind old load."""
    if of is not None and sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            of.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, most_bytes)


def minimum_round_trip_ms(info: dict[str, int]) -> float | None:
    """Give the smallest round trip seen, in milliseconds; None where there is none."""
    microseconds = info.get("MinRTT", NO_MINIMUM)
    return None if microseconds == NO_MINIMUM else microseconds / 1000
