"""Promises of things: latest value ≤ 10 ms among a million; ≥ 10,000 observations/s over MQTT at QoS 1 stored on two
cores, none lost when the writer is killed; a month of one stream drawn ≤ 300 ms.

`python -m benchmarks.sensors [--things N] [--messages N] [--rows N] [--singles N]`: each promise at three sizes, N the
largest. Single posts have no promise in the issue; 50 ms is what a page would bear.
Needs `mosquitto`. Beside the drawing, the same from a table of SQLite with an index. What FROST's users complain of is
asked of us and of another server of SensorThings by `benchmarks.sta`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.scratch import begin as scratch
from benchmarks.timing import line, median_ms

ROOT = Path(__file__).parents[1]
SENDERS = 4
AWAITED = 4_000
"""So many messages a sender has on their way."""


def fill(things: int) -> list[int]:
    """Store things with a stream each, with their latest values; give some of their keys."""
    from django.db import connection

    from hatang.places.models import Place
    from hatang.sensors.models import Datastream, ObservedProperty, Sensor, Thing

    province, _ = Place.objects.get_or_create(kind="province", title="Tỉnh", name="Thử", code="99")
    sensor = Sensor.objects.create(province=province, name="s")
    what = ObservedProperty.objects.create(province=province, name="o", definition="urn:o")
    have = Thing.objects.count()
    for begin in range(have, things, 20_000):
        numbers = range(begin, min(begin + 20_000, things))
        made = Thing.objects.bulk_create(
            Thing(province=province, code=f"T{n}", name=f"Vật {n}", lon=106 + n % 997 / 1000, lat=21) for n in numbers
        )
        now = datetime.now(UTC)
        Datastream.objects.bulk_create(
            Datastream(
                thing=one, sensor=sensor, observed_property=what, code="a", name="a", last_at=now, last_result=1.0
            )
            for one in made
        )
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return list(Thing.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, things // 50)])


def latest(things: int) -> None:
    """Ask the latest values of things, and of a page of them by SensorThings."""
    from django.test import Client

    from hatang.sensors.models import Datastream, Thing

    keys = fill(things)
    Thing.objects.filter(pk__in=keys).update(public=True)
    turn = iter(keys * 100)
    ms = median_ms(lambda: [one.last_result for one in Datastream.objects.of(Thing(pk=next(turn)))], 50)
    print(line(f"latest value of a thing among {things:,}", ms, 10, {}))
    query = {"$expand": "Datastreams", "$filter": f"id eq {keys[7]}"}
    client = Client()
    ms = median_ms(lambda: client.get("/sta/v1.1/Things", query), 5)
    print(line("  the same by SensorThings with its streams", ms, 100, {}))
    ms = median_ms(
        lambda: client.get("/sta/v1.1/Datastreams", {"$count": "true", "$orderby": "name desc", "$top": "10"}), 3
    )
    print(line("  counted and ordered page of what is public", ms, 2_000, {}))


class Load:
    """Senders that keep what is not acknowledged and send it again, as devices do."""

    def __init__(self, port: int, key: str, secret: str, many: int) -> None:
        self.port, self.key, self.secret, self.many = port, key, secret, many
        self.begin = datetime.now(UTC) - timedelta(hours=20)
        self.threads = [threading.Thread(target=self.send, args=(n,)) for n in range(SENDERS)]

    def send(self, which: int) -> None:
        """Send every SENDERS-th observation and wait until each is acknowledged."""
        from hatang.core.mqtt import packets as mqtt

        left = list(range(which, self.many, SENDERS))
        with closing(socket.create_connection(("127.0.0.1", self.port))) as wire:
            wire.sendall(mqtt.hello(f"load-{which}", self.key, self.secret, keep_alive_s=600, clean=True))
            if wire.recv(4) != b"\x20\x02\x00\x00":
                raise ConnectionRefusedError("the broker does not let the load in")
            for place in range(0, len(left), AWAITED):
                part = left[place : place + AWAITED]
                wire.sendall(b"".join(self.message(mqtt, n, number + 1) for number, n in enumerate(part)))
                got = 0
                while got < 4 * len(part):
                    answer = wire.recv(65_536)
                    if not answer:
                        raise ConnectionResetError("the broker closed the connection")
                    got += len(answer)

    def message(self, mqtt: Any, n: int, number: int) -> bytes:
        """Write one observation."""
        at = (self.begin + timedelta(milliseconds=n)).isoformat(timespec="milliseconds")
        payload = f'{{"result":{n},"phenomenonTime":"{at}"}}'.encode()
        return bytes(mqtt.message(f"hatang/{self.key}/a", payload, qos=1, number=number))

    def run(self) -> None:
        """Send all."""
        for thread in self.threads:
            thread.start()


def over_mqtt(folder: Path, many: int) -> None:
    """Send through Mosquitto, kill the writer in the middle, count what is stored."""
    from hatang.core.observations import asking
    from hatang.core.observations.table import ObservationTable
    from hatang.sensors.models import Datastream, Device
    from hatang.sensors.services.broker import export

    stream = Datastream.objects.earliest("pk")
    device = Device(thing_id=stream.thing_id)
    secret = device.new_secret()
    device.save()
    export(folder / "mqtt")
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    text = (ROOT / "deploy/mosquitto-hatang.conf").read_text().replace("/etc/mosquitto/hatang", str(folder / "mqtt"))
    text = text.replace("listener 1883 127.0.0.1", f"listener {port} 127.0.0.1")
    own = "" if os.geteuid() else "user root\n"
    (folder / "mosquitto.conf").write_text(f"{text}\n{own}persistence_location {folder}/\n")
    program = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin") or sys.exit("mosquitto is needed")
    table = ObservationTable(folder / "observations")
    before = asking.count(table, asking.Asked())

    def writer() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "hatang.sensors.writer", "--broker", f"127.0.0.1:{port}"]
        return subprocess.Popen(command, cwd=ROOT, env=os.environ | {"HATANG_DATA": str(folder)})

    broker = subprocess.Popen([program, "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL)
    process = writer()
    try:
        time.sleep(6)
        begin = time.perf_counter()
        load = Load(port, device.key, secret, many)
        load.run()
        while asking.count(table, asking.Asked()) - before < many // 2:
            if time.perf_counter() > begin + 600:
                sys.exit("half of the observations were not stored in ten minutes")
            time.sleep(0.1)
        half = time.perf_counter() - begin
        process.send_signal(signal.SIGKILL)
        process.wait()
        process, again = writer(), time.perf_counter()
        end = again + 600
        while (kept := asking.count(table, asking.Asked()) - before) < many and time.perf_counter() < end:
            time.sleep(0.1)
        print(
            f"MQTT QoS 1 through Mosquitto, {many:,} observations, one a message: half stored in {half:.1f} s = "
            f"{many / 2 / half:,.0f}/s (promise 10,000/s); writer killed, then {kept:,} stored, {many - kept:,} lost, "
            f"the rest in {time.perf_counter() - again:.1f} s with the writer's start"
        )
    finally:
        for one in (process, broker):
            one.terminate()
            one.wait()


def one_by_one(folder: Path, many: int) -> None:
    """Store observations one by one, as single posts do, and count the files; beside it a row a commit of SQLite."""
    from hatang.core.observations.schema import Observation
    from hatang.core.observations.table import ObservationTable

    table, now = ObservationTable(folder / f"single-{many}"), datetime.now(UTC)
    rows = iter([Observation(n % 10, now + timedelta(seconds=n), result=float(n)) for n in range(many)])
    peer = sqlite3.connect(folder / f"single-{many}.sqlite3", isolation_level=None)
    peer.execute("create table o (stream integer, at integer, result real)")
    begin = time.process_time()
    ms = median_ms(lambda: table.keep([next(rows)]), many - 1)
    used = 1000 * (time.process_time() - begin) / many
    beside = median_ms(lambda: peer.execute("insert into o values (1, 2, 3)"), many - 1)
    print(line(f"one observation stored by itself, {many:,} times", ms, 50, {"a commit of SQLite": beside}))
    listed, lying = len(table.folder.listing().files), len(list(table.folder.path.rglob("*.parquet")))
    print(f"  {used:.1f} ms of the processor each; {listed} files listed, {lying} on the disk")


def drawing(folder: Path, rows: int) -> None:
    """Draw a month of one stream among others, from our table and from SQLite's."""
    from hatang.core.observations import asking
    from hatang.core.observations.schema import MOMENT, ROWS
    from hatang.core.observations.table import ObservationTable

    table, begin = ObservationTable(folder / f"drawn-{rows}"), datetime(2026, 10, 1, tzinfo=UTC)
    streams = max(1, rows // 43_200)
    peer = sqlite3.connect(folder / f"peer-{rows}.sqlite3")
    peer.execute("create table o (stream integer, at integer, result real)")
    for part in range(0, 43_200, 4_320):
        minutes = np.tile(np.arange(part, part + 4_320), streams)
        of = np.repeat(np.arange(streams), 4_320)
        at = np.datetime64("2026-09-30T17:00", "us") + minutes * np.timedelta64(60_000_000, "us")
        result = np.sin(minutes / 700.0) + of
        ids = [f"{a}.{b}.00000000" for a, b in zip(of.tolist(), at.astype(np.int64).tolist(), strict=True)]
        told = {"id": ids, "load": np.zeros(len(ids), np.int64), "stream": of, "result": result}
        columns = {name: pa.array(value) for name, value in told.items()} | {"at": pa.array(at).cast(MOMENT)}
        table.append(pa.table(columns).select([name for name in ROWS.names if name in columns]))
        peer.executemany(
            "insert into o values (?, ?, ?)",
            zip(of.tolist(), at.astype(np.int64).tolist(), result.tolist(), strict=True),
        )
    peer.execute("create index o_at on o (stream, at)")
    peer.commit()
    table.tend()
    first = int(np.datetime64("2026-09-30T17:00", "us").astype(np.int64))
    width = 30 * 86_400_000_000 // 600
    question = (
        "select (at - ?) / ?, min(result), avg(result), max(result), count(*) from o where stream = 0 and at between ? "
        "and ? group by 1"
    )
    bound = (first, width, first, first + 30 * 86_400_000_000)
    start = begin - timedelta(hours=7)
    drawn = asking.series(table, 0, start, start + timedelta(days=30), 600)
    assert sum(bucket.count for bucket in drawn) == sum(row[4] for row in peer.execute(question, bound)) == 43_200
    ms = median_ms(lambda: asking.series(table, 0, start, start + timedelta(days=30), 600))
    beside = median_ms(lambda: peer.execute(question, bound).fetchall())
    print(line(f"a month of a stream drawn among {rows:,} rows", ms, 300, {"SQLite with an index": beside}))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--things", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--singles", type=int, default=10_000)
    options = parser.parse_args()
    scratch()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    folder = Path(settings.DATA)
    for part in (100, 10, 1):
        latest(options.things // part)
    for part in (20, 4, 1):
        over_mqtt(folder, options.messages // part)
    for part in (100, 10, 1):
        one_by_one(folder, options.singles // part)
    for part in (20, 4, 1):
        drawing(folder, options.rows // part)


if __name__ == "__main__":
    main()
