"""MQTT as devices speak it: real clients, the door and Mosquitto, and a writer that is killed in the middle."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from django.core.management import call_command

from hatang.core.mqtt import packets as mqtt
from hatang.core.observations import asking
from hatang.core.observations.table import ObservationTable
from hatang.sensors.services import broker
from tests.migrated import ROOT
from tests.sensors.conftest import Field, make_field
from tests.worker import Elsewhere

WAIT_S = 120
pytestmark = pytest.mark.django_db(transaction=True)


def free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def until(what: Callable[[], Any], why: str) -> Any:
    """Wait for a condition."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"still not: {why}")


def reachable(port: int) -> bool:
    with closing(socket.socket()) as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


class Running:
    """The writer beside a door or Mosquitto, on a copy of the test's database."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack, self.place = folder, stack, Elsewhere(folder)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.words: list[str] = []

    def start(self, *words: str) -> None:
        """Start the writer; it is killed when the test ends."""
        self.words = list(words) or self.words
        command = [sys.executable, "-m", "hatang.sensors.writer", *self.words, "--every", "0.05", "--most", "200"]
        environment = os.environ | self.place.environment(self.folder)
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        self.stack.callback(self.kill)

    def kill(self) -> None:
        """Kill the writer as a cut of power would."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def table(self) -> ObservationTable:
        return ObservationTable(self.folder / "observations")

    def count(self) -> int:
        return asking.count(self.table(), asking.Asked())

    def refused(self) -> dict[str, int]:
        rows = self.place.rows("select reason, sum(count) from sensors_refusedinput group by reason")
        return {reason: int(count) for reason, count in rows}


@pytest.fixture
def field(world: Any) -> Field:
    return make_field(world)


@pytest.fixture
def running(field: Field, tmp_path: Path) -> Iterator[Running]:
    with ExitStack() as stack:
        yield Running(tmp_path, stack)


@contextmanager
def mosquitto(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run Mosquitto with the configuration that we deliver, its paths and port put in."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("chưa cài mosquitto")
    monkeypatch.setattr(broker.settings, "DATA", running.folder)
    call_command("export_mqtt", tmp_path / "mosquitto", verbosity=0)
    text = (ROOT / "deploy/mosquitto-hatang.conf").read_text()
    text = text.replace("/etc/mosquitto/hatang", str(tmp_path / "mosquitto"))
    text = text.replace("listener 1883 127.0.0.1", f"listener {running.port} 127.0.0.1")
    own = "" if os.geteuid() else "user root\n"
    (tmp_path / "mosquitto.conf").write_text(f"{text}\n{own}persistence_location {tmp_path}/\n")
    process = subprocess.Popen([program, "-c", str(tmp_path / "mosquitto.conf")], stderr=subprocess.DEVNULL)
    try:
        until(lambda: reachable(running.port), "Mosquitto listens")
        yield
    finally:
        process.kill()
        process.wait()


class Sender:
    """A real client (paho) that keeps what is not acknowledged and sends it again when it is back."""

    def __init__(self, field: Field, port: int) -> None:
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="may-1", clean_session=False)
        self.client.username_pw_set(field.device.key, field.secret)
        self.client.max_inflight_messages_set(100)
        self.client.reconnect_delay_set(1, 1)
        self.acknowledged = 0
        self.client.on_publish = self.count
        self.client.connect_async("127.0.0.1", port, keepalive=30)
        self.client.loop_start()

    def count(self, *told: Any) -> None:
        self.acknowledged += 1

    def send(self, field: Field, numbers: range, begin: datetime) -> None:
        for n in numbers:
            at = (begin + timedelta(milliseconds=n)).isoformat()
            payload = f'{{"result": {n}, "phenomenonTime": "{at}"}}'
            self.client.publish(f"hatang/{field.device.key}/muc-nuoc", payload, qos=1)

    def stop(self) -> None:
        self.client.loop_stop()


@pytest.mark.parametrize("way", ["door", "mosquitto"])
def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(
    way: str, running: Running, field: Field, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed twice in the middle and started again: each of 2,000 observations is there, and each once."""
    many = 2_000
    if way == "mosquitto":
        running.stack.enter_context(mosquitto(running, tmp_path, monkeypatch))
        running.start("--broker", f"127.0.0.1:{running.port}")
    else:
        running.start("--door", f"127.0.0.1:{running.port}")
        until(lambda: reachable(running.port), "the door is open")
    sender = Sender(field, running.port)
    running.stack.callback(sender.stop)
    begin, half = datetime.now(UTC) - timedelta(hours=1), many // 2
    if way == "mosquitto":  # the writer's session is there from its first subscription on
        until(lambda: subscribed(running, field), "the writer has subscribed")
    sender.send(field, range(half), begin)
    until(lambda: running.count() > 0, "the first are stored")
    running.kill()
    running.start()
    sender.send(field, range(half, many), begin)
    until(lambda: running.count() > half // 2, "more are stored")
    running.kill()
    running.start()
    until(lambda: sender.acknowledged >= many, "all are acknowledged")
    until(lambda: running.count() >= many, "all are stored")
    found = asking.observations(running.table(), asking.Asked([field.stream.pk]), limit=many + 10)
    assert sorted(one.result for one in found if one.result is not None and one.result >= 0) == list(
        map(float, range(many))
    )
    latest = f"select last_result from sensors_datastream where id = {field.stream.pk}"
    assert until(lambda: running.place.rows(latest)[0][0] == many - 1, "the latest value is the last")


def subscribed(running: Running, field: Field) -> bool:
    """Tell whether the writer hears: send a probe (-1) until it is stored; it is not among those that are counted."""
    with closing(socket.create_connection(("127.0.0.1", running.port))) as line:
        line.sendall(mqtt.hello("probe", field.device.key, field.secret, keep_alive_s=60, clean=True))
        line.recv(4)
        before = (datetime.now(UTC) - timedelta(hours=20)).isoformat()
        probe = f'{{"result": -1, "phenomenonTime": "{before}"}}'.encode()
        line.sendall(mqtt.message(f"hatang/{field.device.key}/muc-nuoc", probe, qos=1, number=1))
        line.recv(4)
    time.sleep(0.3)
    return any(one.result == -1 for one in asking.observations(running.table(), asking.Asked()))


def talk(port: int, field: Field, *sent: bytes, secret: str = "", most: int = 64) -> list[bytes]:
    """Say hello and send packets; give what is answered to each, nothing where the door is closed."""
    answers = []
    with closing(socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)) as line:
        hello = mqtt.hello("x", field.device.key, secret or field.secret, keep_alive_s=60, clean=True)
        for one in (hello, *sent):
            try:
                line.sendall(one)
                answers.append(line.recv(most))
            except OSError:
                answers.append(b"")
    return answers


def test_the_door_refuses_clearly_what_is_wrong(running: Running, field: Field) -> None:
    """The table of attacks: each has its answer, is counted, and the next device is served."""
    running.start("--door", f"127.0.0.1:{running.port}")
    until(lambda: reachable(running.port), "the door is open")
    own, welcome = f"hatang/{field.device.key}", b"\x20\x02\x00\x00"
    good = mqtt.message(f"{own}/muc-nuoc", b"1.5", qos=1, number=7)
    stored = mqtt.packet(mqtt.PUBACK, mqtt.number_bytes(7))
    assert talk(running.port, field, good) == [welcome, stored]
    assert talk(running.port, field, secret="sai") == [b"\x20\x02\x00\x04"]
    assert talk(running.port, field, mqtt.message("hatang/tb-khac/muc-nuoc", b"1", qos=1, number=1))[1] == b""
    assert talk(running.port, field, mqtt.message(f"{own}khac/muc-nuoc", b"1", qos=1, number=1))[1] == b""
    assert talk(running.port, field, mqtt.message(f"{own}/muc-nuoc", b"9" * 10_000_000, qos=1, number=1))[1] == b""
    asked = mqtt.packet(mqtt.SUBSCRIBE, mqtt.number_bytes(3) + mqtt.text_bytes("#") + b"\1")
    assert talk(running.port, field, asked)[1] == mqtt.packet(mqtt.SUBACK, mqtt.number_bytes(3) + b"\x80")
    assert talk(running.port, field, b"\xff\xff\xff\xff\xff\xff")[1] == b""
    assert talk(running.port, field, b"\x30\x02\x00\x09")[1] == b""
    late = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    wrong_clock = f'{{"result": 1, "phenomenonTime": "{late}"}}'.encode()
    deep = b"[" * 100_000
    for payload in (wrong_clock, b'{"result": NaN}', deep, b"\xff\xfe", b'{"result": 1e999}', b'{"la": 1}'):
        assert talk(running.port, field, mqtt.message(f"{own}/muc-nuoc", payload, qos=1, number=7))[1] == stored
    again = b'{"result": 2, "phenomenonTime": "%s"}' % datetime.now(UTC).isoformat().encode()
    for _ in range(3):  # replayed
        assert (
            talk(running.port, field, mqtt.message(f"{own}/muc-nuoc", again, qos=2, number=7))[1][0] >> 4 == mqtt.PUBREC
        )
    wanted = {"not_own": 2, "too_large": 1, "clock": 1, "no_stream": 1, "bad_result": 1}
    refused = until(lambda: (told := running.refused()).get("unreadable", 0) >= 5 and told, "all is counted")
    assert {name: refused[name] for name in wanted} == wanted
    assert sorted(one.result or 0 for one in asking.observations(running.table(), asking.Asked())) == [1.5, 2.0]
    hello_of_5 = mqtt.packet(mqtt.CONNECT, mqtt.text_bytes("MQTT") + b"\x05\x02\x00\x3c\x00" + mqtt.text_bytes("x"))
    with closing(socket.create_connection(("127.0.0.1", running.port), timeout=WAIT_S)) as line:
        line.sendall(hello_of_5)
        assert line.recv(9) == b"\x20\x02\x00\x01"
    until(lambda: reachable(running.port), "the door is still open")


def test_mosquitto_lets_a_device_write_to_its_own_topics_only(
    running: Running, field: Field, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mosquitto(running, tmp_path, monkeypatch):
        running.start("--broker", f"127.0.0.1:{running.port}")
        until(lambda: subscribed(running, field), "the writer has subscribed")
        talk(running.port, field, mqtt.message("hatang/tb-khac/muc-nuoc", b"66", qos=1, number=1))
        assert talk(running.port, field, secret="sai") == [b"\x20\x02\x00\x05"]
        assert talk(
            running.port, field, mqtt.message(f"hatang/{field.device.key}/x", b"9" * 10_000_000, qos=1, number=1)
        )[1] in (b"", b"\x40\x02\x00\x01")
        senml = b'[{"bn":"urn:dev:1:","n":"muc-nuoc","v":77},{"n":"khac","v":1}]'
        talk(running.port, field, mqtt.message(f"hatang/{field.device.key}", senml, qos=1, number=2))
        until(lambda: {77.0} <= {one.result for one in asking.observations(running.table(), asking.Asked())}, "stored")
        assert 66.0 not in {one.result for one in asking.observations(running.table(), asking.Asked())}
        assert until(lambda: running.refused(), "counted") == {"no_stream": 1}


def test_amqtts_client_sends_through_the_door(running: Running, field: Field) -> None:
    from amqtt.client import MQTTClient

    running.start("--door", f"127.0.0.1:{running.port}")
    until(lambda: reachable(running.port), "the door is open")

    async def send() -> None:
        client = MQTTClient(config={"auto_reconnect": False})
        await client.connect(f"mqtt://{field.device.key}:{field.secret}@127.0.0.1:{running.port}/")
        for qos in (0, 1, 2):
            await client.publish(f"hatang/{field.device.key}/muc-nuoc", f"{qos}.5".encode(), qos=qos)
        await client.disconnect()

    asyncio.run(send())
    until(lambda: running.count() == 3, "all three are stored")
