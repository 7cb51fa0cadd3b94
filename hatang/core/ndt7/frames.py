"""WebSocket frames (RFC 6455 section 5.2) of a load that nobody reads: made once, and passed over on arrival.

A message of load is never put together, unmasked or copied: its header is read, its payload counted as it comes. All
else (text, ping, pong, close) and whatever breaks the rules goes on to the library.
"""

from __future__ import annotations

import functools
import os
from typing import Final

SMALLEST_BYTES: Final = 1 << 13
LARGEST_BYTES: Final = 1 << 20
MOST_BYTES: Final = 1 << 24
"""The longest frame of load that is taken; M-Lab's browser client sends up to 1 << 23."""
DOUBLE_AFTER: Final = 16
"""So many messages' worth of bytes, and the next may be twice as long."""
CONTINUATION, TEXT, BINARY = 0, 1, 2


@functools.lru_cache(maxsize=16)
def load_frame(payload_bytes: int, *, masked: bool) -> bytes:
    """Make one whole frame of random load, which may be sent again and again.

    Random bytes stay random under any mask, so that a client's need not be applied.
    """
    length = (
        bytes([126]) + payload_bytes.to_bytes(2, "big")
        if payload_bytes < 1 << 16
        else bytes([127]) + payload_bytes.to_bytes(8, "big")
    )
    head = bytes([0x80 | BINARY, length[0] | (0x80 if masked else 0)]) + length[1:]
    return head + os.urandom((4 if masked else 0) + payload_bytes)


def next_size_bytes(size: int, sent_bytes: int, elapsed_seconds: float, most_seconds: float) -> int:
    """Give the next message's length: doubled as the load grows, but never so long that reports wait behind it.

    >>> next_size_bytes(8192, 131072, 0.01, 0.25), next_size_bytes(8192, 131072, 10.0, 0.25)
    (16384, 8192)
    """
    grown = sent_bytes >= DOUBLE_AFTER * size and size < LARGEST_BYTES
    fits = 2 * size * elapsed_seconds <= most_seconds * sent_bytes
    return 2 * size if grown and fits else size


class Skimmer:
    """Counts frames of load in a stream and hands back the bytes of all other frames."""

    def __init__(self, *, masked: bool) -> None:
        self.masked = masked
        self.load_bytes = 0
        self.other_frames = 0
        self.other_bytes = 0
        self._head = b""
        self._left = 0
        self._passes = False
        self._in_load = False

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the stream; give those which the library must see."""
        if not self._head and len(data) <= self._left and not self._passes:
            self._left -= len(data)
            self.load_bytes += len(data)
            return b""
        kept: list[bytes] = []
        view, at = memoryview(self._head + data if self._head else data), 0
        self._head = b""
        while at < len(view):
            if self._left:
                at = self._skip(view, at, kept)
            elif (size := header_bytes(view[at:])) is None:
                self._head = bytes(view[at:])
                break
            else:
                self._begin(view[at : at + size], kept)
                at += size
        return b"".join(kept)

    def _skip(self, view: memoryview, at: int, kept: list[bytes]) -> int:
        """Pass over, or keep, what is there of the frame's payload."""
        end = min(len(view), at + self._left)
        self._left -= end - at
        if self._passes:
            kept.append(bytes(view[at:end]))
            self.other_bytes += end - at
        else:
            self.load_bytes += end - at
        return end

    def _begin(self, header: memoryview, kept: list[bytes]) -> None:
        """Decide by a frame's header whether it is load."""
        opcode, last = header[0] & 0x0F, bool(header[0] & 0x80)
        self._left = payload_bytes(header)
        of_load = opcode == BINARY or (opcode == CONTINUATION and self._in_load)
        lawful = not header[0] & 0x70 and bool(header[1] & 0x80) is self.masked and self._left <= MOST_BYTES
        self._passes = not (of_load and lawful)
        if of_load:
            self._in_load = not last
        if self._passes:
            self.other_frames += 1
            kept.append(bytes(header))


def header_bytes(view: memoryview) -> int | None:
    """Give the length of the header that begins here; None where it is not all there."""
    if len(view) < 2:
        return None
    size = 2 + {126: 2, 127: 8}.get(view[1] & 0x7F, 0) + (4 if view[1] & 0x80 else 0)
    return size if len(view) >= size else None


def payload_bytes(header: memoryview) -> int:
    """Read the payload's length out of a whole header."""
    short = header[1] & 0x7F
    wide = {126: 2, 127: 8}.get(short, 0)
    return int.from_bytes(header[2 : 2 + wide], "big") if wide else short
