"""Servers for the tests: one in this process with rules of the test's own, one as a process; and their clients."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from hatang.core.ndt7 import PATH, SUBPROTOCOL
from hatang.core.ndt7.gate import Gate, Rules
from hatang.core.ndt7.server import ndt7_server, sockets_for

ROOT = Path(__file__).parents[3]
SOON_S = 20


class Scene:
    """A running server: its port, its gate, the folder of its results."""

    def __init__(self, port: int, gate: Gate, folder: Path) -> None:
        self.port = port
        self.gate = gate
        self.folder = folder

    def url(self, direction: str, host: str = "127.0.0.1") -> str:
        return f"ws://{host}:{self.port}{PATH}{direction}"

    def kept(self) -> list[str]:
        return [path.read_text() for path in sorted(self.folder.glob("*"))]

    async def empty(self) -> None:
        """Wait until the last client has gone."""
        async with asyncio.timeout(SOON_S):
            while self.gate.connections.here or self.gate.tests.here:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def serving(folder: Path, **options: Any) -> AsyncIterator[Scene]:
    """Serve on both families of loopback; tests of one second unless said otherwise."""
    rules = replace(Rules(folder=folder, seconds=1.0), **options)
    listening = sockets_for(["127.0.0.1", "::1"], 0)
    async with ndt7_server(rules, listening) as gate:
        yield Scene(listening[0].getsockname()[1], gate, folder)


def played(folder: Path, play: Callable[[Scene], Coroutine[Any, Any, None]], **options: Any) -> None:
    """Play a scene before a server; one that hangs fails."""

    async def whole() -> None:
        async with asyncio.timeout(3 * SOON_S), serving(folder, **options) as scene:
            await play(scene)

    asyncio.run(whole())


def plain_client(url: str, **options: Any) -> connect:
    """Connect by the library's own client, which knows nothing of ours."""
    given = {"subprotocols": [SUBPROTOCOL], "compression": None, "max_size": None, "proxy": None} | options
    return connect(url, **given)


async def texts_until_closed(client: ClientConnection) -> list[str]:
    """Read all that comes, load and texts, and give the texts."""
    return [message async for message in client if isinstance(message, str)]


@contextmanager
def server_process(folder: Path, *options: str) -> Iterator[int]:
    """Run the server as a process; give its port."""
    words = [sys.executable, "-m", "hatang.core.ndt7", "--folder", str(folder), "--port", "0", "--seconds", "1"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    running = subprocess.Popen([*words, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert running.stdout
        said = running.stdout.readline()
        found = re.search(r"cổng (\d+)", said)
        assert found, said
        yield int(found[1])
    finally:
        running.terminate()
        running.communicate(timeout=SOON_S)
