"""One test from its first byte to its last, and the end of a client that hangs, floods or talks nonsense."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from hatang.core.ndt7 import DOWNLOAD, REPORT_SECONDS
from hatang.core.ndt7.connections import LoadServerConnection
from hatang.core.ndt7.figures import Figures
from hatang.core.ndt7.gate import Rules, address_of, direction_of
from hatang.core.ndt7.results import keep_result
from hatang.core.ndt7.tcp_info import use_bbr

STALLED_SECONDS: Final = 5.0
CLOSING_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 0.02
LEAST_SHARE: Final = 0.8
"""An upload that its client ends sooner than this share of the time is no finished test."""


class EndError(Exception):
    """A test that is no test: why, as the close frame says it."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def run_test(rules: Rules, connection: LoadServerConnection) -> None:
    """Run one test, keep its result where it finished, and close in order."""
    assert connection.request is not None
    address = address_of(connection, connection.request, rules.proxies)
    figures = Figures(
        connection, direction_of(urlsplit(connection.request.path).path), address, proxied=bool(rules.proxies)
    )
    end = EndError(CloseCode.NORMAL_CLOSURE, "")
    try:
        if await measure(rules, figures):
            keep_result(rules.folder, figures.result())
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await tell(figures)
    except EndError as error:
        end = error
    except ConnectionClosed:
        return
    finally:
        await close(connection, end)


async def measure(rules: Rules, figures: Figures) -> bool:
    """Let load flow until the time or the cap is reached; False where the client left before."""
    watching, listening = start(watch(rules, figures)), start(listen(figures))
    tasks = [watching, listening, start(report(figures))]
    if figures.direction == DOWNLOAD:
        use_bbr(figures.connection.socket())
        tasks.append(start(figures.sender.send(seconds=rules.seconds, most_bytes=rules.most_bytes)))
    try:
        await asyncio.wait((watching, listening), return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
            return True
        listening.result()
        return figures.direction != DOWNLOAD and figures.moving_seconds() >= LEAST_SHARE * rules.seconds
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Let something run beside."""
    return asyncio.get_running_loop().create_task(work)


async def watch(rules: Rules, figures: Figures) -> None:
    """Return once the time or the cap is reached; raise where nothing moves any more."""
    clock = figures.connection.loop.time
    moved, moved_at = 0, clock()
    while not is_over(rules, figures):
        await asyncio.sleep(LOOK_SECONDS)
        if figures.direction == DOWNLOAD and figures.connection.skimmer.load_bytes:
            raise EndError(CloseCode.POLICY_VIOLATION, "khi tải xuống chỉ máy chủ gửi dữ liệu")
        if (now := figures.moved_bytes(figures.tcp_info())) != moved:
            moved, moved_at = now, clock()
        elif clock() - moved_at > STALLED_SECONDS:
            raise EndError(CloseCode.POLICY_VIOLATION, "không có dữ liệu di chuyển")


def is_over(rules: Rules, figures: Figures) -> bool:
    """Tell whether load has flowed for the whole time, or up to the cap."""
    given = figures.sender.given_bytes if figures.direction == DOWNLOAD else figures.connection.skimmer.load_bytes
    capped = rules.most_bytes is not None and given >= rules.most_bytes
    return capped or figures.flowing_seconds() >= rules.seconds


async def listen(figures: Figures) -> None:
    """Read the client's own measurements, which nobody needs; return when it closes, raise where it talks nonsense."""
    async for text in figures.connection:
        try:
            said = json.loads(text)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise EndError(CloseCode.INVALID_DATA, "tin nhắn phải là JSON của ndt7")


async def report(figures: Figures) -> None:
    """Tell the client what the server measures, four times a second."""
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        await tell(figures)


async def tell(figures: Figures) -> None:
    """Send one measurement message."""
    await figures.connection.send(json.dumps(figures.message()))


async def close(connection: LoadServerConnection, end: EndError) -> None:
    """Close in order; one that does not answer is cut."""
    try:
        async with asyncio.timeout(CLOSING_SECONDS):
            await connection.close(end.code, end.reason)
    except TimeoutError:
        connection.transport.abort()
