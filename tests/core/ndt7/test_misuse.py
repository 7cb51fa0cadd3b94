"""Clients that hang, flood, talk nonsense, leave or crowd: ended or refused clearly, and their place is free."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Opcode

from hatang.core.ndt7 import running
from hatang.core.ndt7.client import measure
from hatang.core.ndt7.frames import load_frame
from tests.core.ndt7.scenes import Scene, plain_client, played

REQUEST = (
    "GET /ndt/v7/{} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: net.measurementlab.ndt.v7\r\n\r\n"
)


async def refused(scene: Scene, direction: str = "download", **options: Any) -> tuple[int, str]:
    """Try to begin a test; give the status and words of the refusal."""
    with pytest.raises(InvalidStatus) as caught:
        async with plain_client(scene.url(direction), **options):
            pass
    response = caught.value.response
    assert response.status_code != HTTPStatus.SERVICE_UNAVAILABLE or response.headers["Retry-After"] == "30"
    return response.status_code, (response.body or b"").decode()


@pytest.mark.parametrize("direction", ["download", "upload"])
def test_one_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direction: str) -> None:
    """It asks for a test, then neither reads nor sends, and does not answer the closing."""
    monkeypatch.setattr(running, "STALLED_SECONDS", 0.5)
    monkeypatch.setattr(running, "CLOSING_SECONDS", 0.3)

    async def play(scene: Scene) -> None:
        with socket.create_connection(("127.0.0.1", scene.port)) as hanging:
            hanging.sendall(REQUEST.format(direction).encode())
            await asyncio.sleep(0.2)
            assert scene.gate.tests.here
            await scene.empty()
        assert scene.kept() == []

    played(tmp_path, play, seconds=30.0)


def test_one_that_reads_no_more_at_the_end_is_ended_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CLOSING_SECONDS", 0.3)

    async def play(scene: Scene) -> None:
        with socket.create_connection(("127.0.0.1", scene.port)) as hanging:
            hanging.sendall(REQUEST.format("download").encode())
            await asyncio.sleep(0.2)
            assert scene.gate.tests.here
            await scene.empty()

    played(tmp_path, play, seconds=0.5)


async def junk(client: ClientConnection) -> None:
    await client.send("xin chào")


async def no_object(client: ClientConnection) -> None:
    await client.send("[1, 2]")


async def long_text(client: ClientConnection) -> None:
    await client.send(json.dumps({"x": "y" * 2_000_000}))


async def many_texts(client: ClientConnection) -> None:
    for _ in range(2000):
        await client.send("{}")


async def many_pings(client: ClientConnection) -> None:
    for _ in range(2000):
        await client.ping()


async def unmasked(client: ClientConnection) -> None:
    client.transport.write(load_frame(5000, masked=False))


async def unknown_frames(client: ClientConnection) -> None:
    client.transport.write(bytes([0x80 | 0x5, 0x80]) + b"mask")


async def leaves(client: ClientConnection) -> None:
    client.transport.abort()


async def closes_early(client: ClientConnection) -> None:
    await client.close()


async def sends_load(client: ClientConnection) -> None:
    """Allowed when uploading only."""
    await client.send(b"x" * 5000)


MISUSES = [junk, no_object, long_text, many_texts, many_pings, unmasked, unknown_frames, leaves, closes_early]


@pytest.mark.parametrize(
    ("direction", "misuse"),
    [("upload", misuse) for misuse in MISUSES] + [("download", misuse) for misuse in [*MISUSES, sends_load]],
)
def test_misuse_ends_the_test_and_leaves_nothing(
    tmp_path: Path, direction: str, misuse: Callable[[ClientConnection], Awaitable[None]]
) -> None:
    async def play(scene: Scene) -> None:
        with contextlib.suppress(ConnectionClosed):
            async with plain_client(scene.url(direction)) as client:
                await misuse(client)
                async for _ in client:
                    pass
        assert misuse in (leaves, closes_early) or client.close_code != 1000
        await scene.empty()
        assert scene.kept() == []
        assert (await measure(f"ws://127.0.0.1:{scene.port}", "download", seconds=30)).bytes, "others are not disturbed"

    played(tmp_path, play, seconds=30.0, most_bytes=50_000_000)


def test_pings_are_answered_during_a_test(tmp_path: Path) -> None:
    async def play(scene: Scene) -> None:
        async with plain_client(scene.url("upload")) as client:
            answered = await client.ping(b"here?")
            await client.send(b"x" * 100_000)
            assert await answered >= 0

    played(tmp_path, play)


def test_too_many_at_once_are_refused_and_the_place_comes_free(tmp_path: Path) -> None:
    async def play(scene: Scene) -> None:
        async with plain_client(scene.url("upload")), plain_client(scene.url("upload")):
            status, words = await refused(scene)
            assert (status, "đã có 2 phép đo" in words) == (503, True)
        await scene.empty()
        async with plain_client(scene.url("upload")):
            pass

    played(tmp_path, play, most=2)


def test_one_address_does_not_take_all_places(tmp_path: Path) -> None:
    async def play(scene: Scene) -> None:
        async with plain_client(scene.url("upload")):
            status, words = await refused(scene)
            assert (status, "Đường truyền này" in words) == (503, True)
            async with plain_client(scene.url("upload", "[::1]")):
                pass

    played(tmp_path, play, most_per_address=1)


def test_behind_a_proxy_the_address_is_the_one_it_says(tmp_path: Path) -> None:
    """And the kernel's figures, which would be those of the proxy, are left out."""

    async def play(scene: Scene) -> None:
        first = {"additional_headers": {"X-Forwarded-For": "made up, 203.0.113.7"}}
        other = {"additional_headers": {"X-Forwarded-For": "203.0.113.8"}}
        async with plain_client(scene.url("upload"), **first) as client:
            assert list(scene.gate.tests.here) == ["203.0.113.7"]
            assert (await refused(scene, **first))[0] == 503
            async with plain_client(scene.url("upload"), **other):
                assert len(scene.gate.tests.here) == 2
            await client.send(b"x" * 1000)
            told = json.loads(await client.recv())
            assert "TCPInfo" not in told
            assert told["AppInfo"]["NumBytes"] == 1000

    played(tmp_path, play, most_per_address=1, proxies=1)


def test_connections_that_ask_for_nothing_do_not_pile_up(tmp_path: Path) -> None:
    async def play(scene: Scene) -> None:
        idle = [socket.create_connection(("127.0.0.1", scene.port)) for _ in range(5)]
        try:
            await asyncio.sleep(0.2)
            assert scene.gate.connections.here.total() == 3
        finally:
            for one in idle:
                one.close()
        await scene.empty()

    played(tmp_path, play, most_per_address=1)


def test_what_is_no_test_is_answered(tmp_path: Path) -> None:
    async def play(scene: Scene) -> None:
        assert (await refused(scene, "elsewhere"))[0] == 404
        assert (await refused(scene, subprotocols=None))[0] == 400
        assert (await refused(scene, "download?" + "x" * 5000))[0] == 400
        assert (await refused(scene, origin="https://example.org"))[0] == 403
        async with plain_client(scene.url("upload"), origin="https://hatang.tinh.gov.vn"):
            pass
        await scene.empty()
        assert scene.kept() == []

    played(tmp_path, play, origins=("https://hatang.tinh.gov.vn",))


def test_a_full_disk_is_said_and_harms_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "a file where the folder should be"
    folder.write_text("")

    async def play(scene: Scene) -> None:
        for _ in range(2):
            assert (await measure(f"ws://127.0.0.1:{scene.port}", "download", seconds=1)).bytes
        await scene.empty()

    played(folder, play, most_bytes=1_000_000)
    assert caplog.messages == ["Một phép đo không chạy hoặc không lưu được"] * 2


def test_frames_of_the_library_are_those_meant_here() -> None:
    assert 0x5 not in set(Opcode), "an opcode that RFC 6455 leaves unused"
