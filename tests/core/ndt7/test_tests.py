"""A test from end to end: by our client, by the library's, over IPv4, IPv6 and TLS; what is said and what is kept."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.exceptions import ConnectionClosed

from hatang.core.__main__ import main
from hatang.core.ndt7 import DIRECTIONS
from hatang.core.ndt7.client import measure
from hatang.core.ndt7.gate import Rules
from hatang.core.ndt7.results import read_result, take_result
from hatang.core.ndt7.server import encryption, ndt7_server, sockets_for
from tests.core.ndt7.scenes import Scene, plain_client, played, server_process, texts_until_closed

MEGABYTE = 1_000_000


def shape(message: dict[str, Any]) -> dict[str, Any]:
    """Give the names and kinds in a message."""
    return {name: shape(value) if isinstance(value, dict) else type(value) for name, value in message.items()}


@pytest.mark.parametrize(("host", "family"), [("127.0.0.1", 4), ("[::1]", 6)])
def test_our_client_both_ways(tmp_path: Path, host: str, family: int) -> None:
    """The two sides see the same; the server's figures are kept, without an address."""

    async def play(scene: Scene) -> None:
        for direction in DIRECTIONS:
            seen = await measure(f"ws://{host}:{scene.port}", direction, seconds=1)
            (kept,) = scene.kept()
            assert "127.0.0.1" not in kept
            assert "::1" not in kept
            result = take_result(scene.folder, seen.uuid)
            assert result
            assert (result.direction, result.ip_family, seen.ip_family) == (direction, family, family)
            assert result.mbps == pytest.approx(seen.mbps, rel=0.25)
            assert result.mbps == pytest.approx(
                result.bytes * 8 / MEGABYTE / (result.ended_at - result.began_at).total_seconds(), rel=0.5
            )
            assert result.min_rtt_ms is not None
            assert (result.retransmitted_ratio is None) is (direction == "upload")
        await scene.empty()

    played(tmp_path, play, most_bytes=None)


def test_the_server_says_what_m_labs_says(tmp_path: Path, shared: Path) -> None:
    """Every field of a real trace is in our messages, of the same kind; the library's client reads them."""
    trace = (shared / "data/speed-tests/ndt7_trace/test-download.jsonl").read_text().splitlines()

    async def play(scene: Scene) -> None:
        async with plain_client(scene.url("download")) as client:
            said = [json.loads(text) for text in await texts_until_closed(client)]
            assert client.close_code == 1000
        assert len(said) >= 2
        ours = shape(said[-1])
        for theirs in map(shape, map(json.loads, trace)):
            assert {name: ours[name] for name in theirs if not isinstance(theirs[name], dict)} == {}
            for part, fields in theirs.items():
                if part != "BBRInfo" or part in ours:
                    assert fields.items() <= ours[part].items(), part
        told = [message["TCPInfo"]["BytesAcked"] for message in said]
        assert told == sorted(told)
        assert len({message["ConnectionInfo"]["UUID"] for message in said}) == 1

    played(tmp_path, play, most_bytes=None)  # the cap would end a fast machine's test before its second message


def test_an_upload_by_the_librarys_client_is_counted_to_the_byte(tmp_path: Path) -> None:
    async def play(scene: Scene) -> None:
        sent = 0
        async with plain_client(scene.url("upload")) as client:
            reading = asyncio.create_task(texts_until_closed(client))
            try:
                while True:
                    await client.send(b"x" * 50_000)
                    sent += 50_000
                    await client.send(json.dumps({"AppInfo": {"NumBytes": sent, "ElapsedTime": 1}}))
                    await asyncio.sleep(0.01)
            except ConnectionClosed:
                assert client.close_code == 1000
            said = [json.loads(text) for text in await reading]
        (kept,) = map(read_result, scene.kept())
        assert kept
        assert kept.bytes % 50_000 == 0
        assert 0 < kept.bytes <= sent
        assert said[-1]["AppInfo"]["NumBytes"] == kept.bytes
        assert all(message["Test"] == "upload" for message in said)

    played(tmp_path, play)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_cap_ends_a_test_in_order(tmp_path: Path, direction: str) -> None:
    """Long before the time; and what was measured until then counts."""

    async def play(scene: Scene) -> None:
        began = time.monotonic()
        seen = await measure(f"ws://127.0.0.1:{scene.port}", direction, seconds=30)
        assert time.monotonic() - began < 25
        result = take_result(scene.folder, seen.uuid)
        assert result
        assert seen.bytes > 0.5 * MEGABYTE
        assert result.bytes < 400 * MEGABYTE, "the cap, and what came in while looking"

    played(tmp_path, play, most_bytes=3 * MEGABYTE, seconds=30.0)


def test_a_certificate(tmp_path: Path) -> None:
    """Over TLS as over TCP; the kernel's figures are there as well."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    write_certificate(certificate, key)

    async def play() -> None:
        listening = sockets_for(["127.0.0.1"], 0)
        async with ndt7_server(Rules(tmp_path / "kept", seconds=1.0), listening, encryption(certificate, key)):
            trusted = ssl.create_default_context(cafile=str(certificate))
            address = f"wss://127.0.0.1:{listening[0].getsockname()[1]}"
            for direction in DIRECTIONS:
                seen = await measure(address, direction, encrypted=trusted, seconds=1)
                result = take_result(tmp_path / "kept", seen.uuid)
                assert result
                assert result.min_rtt_ms is not None
                assert result.bytes > 3 * MEGABYTE, "messages do not wait for each other"
            with pytest.raises(ssl.SSLCertVerificationError):
                await measure(address, "download", encrypted=ssl.create_default_context(), seconds=1)

    asyncio.run(play())


def write_certificate(certificate: Path, key: Path) -> None:
    """Make a certificate for 127.0.0.1 that trusts itself."""
    private, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def test_the_command_line_in_vietnamese_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server_process(tmp_path) as port:
        with urlopen(f"http://127.0.0.1:{port}/ndt/v7/ready") as answer:
            assert answer.status == 200
        assert main(["measure-speed", f"ws://127.0.0.1:{port}"]) == 0
        down, up = capsys.readouterr().out.splitlines()
        assert down.startswith("Tải xuống: ")
        assert up.startswith("Tải lên: ")
        assert "Mbit/s" in down
        assert "độ trễ thấp nhất" in down
        assert main(["measure-speed", f"ws://[::1]:{port}", "--json", "--only", "upload", "-6"]) == 0
        (said,) = json.loads(capsys.readouterr().out).values()
        assert said["ip_family"] == 6
        assert said["mbps"] > 0
    assert main(["measure-speed", f"ws://127.0.0.1:{port}"]) == 1
    assert "không nối được tới máy chủ" in capsys.readouterr().err
