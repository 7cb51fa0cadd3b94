"""Foreign bytes are taken apart in a process of its own: how one is run, and how it binds itself before it looks.

The child gets its input on standard input, has no environment, and is ended after a time or an answer too long. Its
answer is data, checked before use.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

MOST_MEMORY_BYTES = 1_500_000_000
MOST_CPU_SECONDS = 20
NOBODY = 65534


def run_child(script: Path, *parts: bytes, most_seconds: float, most_answer_bytes: int) -> bytes:
    """Run a script on bytes and give its answer; empty where it was ended or died, or said too much."""
    with subprocess.Popen(
        [sys.executable, "-I", "-B", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    ) as child:
        if child.stdin is None or child.stdout is None:
            return b""
        clock = threading.Timer(most_seconds, child.kill)
        writer = threading.Thread(target=write_all, args=(child.stdin, *parts), daemon=True)
        clock.start()
        writer.start()
        try:
            answer = child.stdout.read(most_answer_bytes + 1)
        finally:
            clock.cancel()
            child.kill()
            writer.join()
    return answer if len(answer) <= most_answer_bytes else b""


def write_all(stream: IO[bytes], *parts: bytes) -> None:
    """Give the child its input; one that died takes no more."""
    with contextlib.suppress(OSError):
        for part in parts:
            stream.write(part)
    with contextlib.suppress(OSError):
        stream.close()


def bind_process() -> None:
    """Bound what this process may use: it opens nothing more and begins no process; one of root becomes nobody first.

    The system does not bind the processes of root.
    """
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MOST_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))
