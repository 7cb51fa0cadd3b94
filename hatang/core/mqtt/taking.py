"""Taking messages in: they are gathered, stored in batches, and acknowledged only when they are stored.

Whoever sends at QoS 1 or 2 keeps a message until it is acknowledged: what is killed in between loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

LOG = logging.getLogger(__name__)
LONGEST_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A message on its way in: the sender's name, or none where the topic tells; what is said when it is stored."""

    sender: str | None
    topic: str
    payload: bytes
    said: bytes
    transport: asyncio.Transport


Store = Callable[[Sequence[Taken]], None]


class Gathering:
    """Messages that wait to be stored; `store` runs in a thread of its own and is tried until it succeeds."""

    def __init__(self, store: Store, *, every_s: float = 0.5, most: int = 5_000) -> None:
        """Store every so many seconds, or as soon as so many messages wait."""
        self.store, self.every_s, self.most = store, every_s, most
        self.waiting: list[Taken] = []
        self.waiting_bytes = 0
        self.full = asyncio.Event()
        self.paused: set[asyncio.Transport] = set()
        self.thread = ThreadPoolExecutor(1, "store")

    def take(self, one: Taken) -> None:
        """Take a message; whoever sends faster than is stored has to wait."""
        self.waiting.append(one)
        self.waiting_bytes += len(one.payload)
        if len(self.waiting) >= self.most:
            self.full.set()
        if (len(self.waiting) >= 4 * self.most or self.waiting_bytes > 64_000_000) and one.transport.is_reading():
            one.transport.pause_reading()
            self.paused.add(one.transport)

    async def run(self, ending: asyncio.Event) -> None:
        """Store until told to end; what was taken before that is stored."""
        while not ending.is_set() or self.waiting:
            await self._pause()
            if self.waiting:
                batch, self.waiting, self.waiting_bytes = self.waiting, [], 0
                self.full.clear()
                await self._kept(batch)
                say(batch)
            for transport in self.paused:
                if not transport.is_closing():
                    transport.resume_reading()
            self.paused.clear()

    async def _pause(self) -> None:
        """Wait until it is time to store."""
        try:
            await asyncio.wait_for(self.full.wait(), self.every_s)
        except TimeoutError:
            return

    async def _kept(self, batch: Sequence[Taken]) -> None:
        """Store a batch; while that fails, say so and try again, ever more slowly."""
        wait_s = 1.0
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(self.thread, self.store, batch)
            except Exception:
                LOG.exception("chưa lưu được %d gói tin; thử lại sau %.0f giây", len(batch), wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            else:
                return


def say(batch: Sequence[Taken]) -> None:
    """Acknowledge what is stored, to each sender all at once."""
    answers: dict[asyncio.Transport, bytearray] = {}
    for one in batch:
        answers.setdefault(one.transport, bytearray()).extend(one.said)
    for transport, said in answers.items():
        if said and not transport.is_closing():
            transport.write(bytes(said))
