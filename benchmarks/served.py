"""Servers that a benchmark measures over HTTP: ours or a peer's, on loopback, ended with the measuring."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

READY_S = 300


def free_port() -> int:
    """Let the system choose a port."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def gunicorn(python: str, application: str) -> list[str]:
    """Give the words that serve a WSGI application by one worker."""
    return [python, "-m", "gunicorn", "-w", "1", "-b", "127.0.0.1:PORT", "--log-level", "error", application]


@contextmanager
def serving(words: list[str], more: dict[str, str], path: str, port: int = 0) -> Iterator[str]:
    """Serve until it is measured, at the port that stands for PORT; give the address once `path` answers."""
    port = port or free_port()
    root = f"http://127.0.0.1:{port}"
    said = [word.replace("PORT", str(port)) for word in words]
    server = subprocess.Popen(said, env=os.environ | more, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(f"{root}{path}", server)
        yield root
    finally:
        server.terminate()
        server.wait(30)


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    """Ask until there is an answer."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            urlopen(address, timeout=30).read()
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.3)
    sys.exit(f"{address} does not answer")
