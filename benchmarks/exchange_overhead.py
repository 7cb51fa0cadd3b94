"""Promise: signing and logging a call of a data service cost ≤ 5 ms p50 at 200 requests/s on 2 cores.

On a scratch installation a partner calls the villages' service for 10, 100 and 500 rows through the real web server
(gunicorn as `./run` starts it) at 200 requests/s, in turns with the peer in the same run: the same server and service
whose answers are neither signed nor logged. Both count rate and quota. A time is that from sending a request until its
whole answer is there. At the end every signed answer must have its record, and the log must take them all in.

A turn ends after twice its seconds at the latest. Where the rate was not reached, requests waited for one another and
their times say nothing of the promise: then it is neither kept nor broken. What the servers used of the processor for a
call says what signing and logging cost on a busy machine, too.

Run: .venv/bin/python -m benchmarks.exchange_overhead [seconds of a turn] [requests a second] [rows ...]
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import scratch

SIZES = (10, 100, 500)
PROMISE_MS = 5.0
PART = 4
"""Turns of each kind for a size; the peer's are in between."""
CALLERS = 8
VILLAGES = 600
READY_S = 300
LATE = 2
REACHED = 0.95
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PORTS = {"signed and logged": 8750 + os.getpid() % 100, "bare": 8850 + os.getpid() % 100}
APPLICATIONS = {"signed and logged": "hatang.config.wsgi", "bare": "benchmarks.exchange_overhead:bare()"}


def bare() -> Any:
    """Give the application whose answers are neither signed nor logged."""
    from hatang.config.wsgi import application
    from hatang.exchange.services import answering

    def only_counted(caller: Any, terms: Any, code: str, asking: Any, status: int, body: bytes) -> Any:
        answering.take_turn(terms)
        return answering.Answer(status, body)

    answering.sealed = only_counted
    return application


def fill() -> tuple[str, str]:
    """Fill an installation with villages and a partner; give its key's name and secret."""
    from importlib import import_module

    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.schema_editor() as editor:
        import_module("hatang.exchange.migrations.0001_initial").add_triggers(None, editor)
    return partner_before(villages_of_a_province())


def villages_of_a_province() -> Any:
    """Make a province with a commune and its villages, each with two technologies of three operators."""
    from hatang.places.models import Place

    province = Place.objects.create(kind="province", title="Tỉnh", name="Thử", code="99")
    commune = Place.objects.create(
        kind="commune", title="Xã", name="Thử", code="99001", parent=province, province=province
    )
    rows = [
        Place(
            kind="village",
            title="Thôn",
            name=f"Thử {n}",
            code=f"V{n:04}",
            parent=commune,
            province=province,
            population=400,
            households=100,
        )
        for n in range(VILLAGES)
    ]
    for row in rows:
        row.fill_keys()
    cover(Place.objects.bulk_create(rows))
    return province


def cover(villages: list[Any]) -> None:
    """Write down which technologies are there."""
    from datetime import date

    from hatang.accounts.models import Organisation
    from hatang.coverage.models import CountedService

    operators = [Organisation.objects.create(kind="operator", name=name) for name in "ABC"]
    said = {"served": True, "level": "declared", "declared": True, "since_on": date(2025, 1, 1)}
    CountedService.objects.bulk_create(
        CountedService(place=village, operator=operator, technology=technology, **said)
        for village in villages
        for operator in operators
        for technology in ("3G", "4G")
    )


def partner_before(province: Any) -> tuple[str, str]:
    """Make a partner with an agreement without bounds, and its key."""
    from datetime import date

    from django.utils import timezone

    from hatang.accounts.models import Grant, Organisation, Person
    from hatang.exchange.models import Agreement, DataService, PartnerKey
    from hatang.exchange.services import load_services, make_key
    from hatang.exchange.services_offered import SERVICES
    from hatang.places.models import LegalReference

    load_services([province])
    DataService.objects.update(state="offered")
    body = Organisation.objects.create(kind="enterprise", name="Thử", province=province)
    officer, head = (Person.objects.create(username=name) for name in ("a", "b"))
    Grant.objects.create(person=officer, role="department_officer", province=province)
    Agreement.objects.create(
        service=DataService.objects.get(code="thon-phu-song"),
        organisation=body,
        province=province,
        state="agreed",
        purpose="đo",
        legal=LegalReference.objects.create(number="1", issuer="x"),
        fields=list(SERVICES["thon-phu-song"].fields),
        ends_on=date(2099, 1, 1),
        rate_per_minute=10**8,
        quota_per_day=10**9,
        requested_by=officer,
        proposed_by=officer,
        agreed_by=head,
        agreed_at=timezone.now(),
    )
    key = PartnerKey(province=province, organisation=body, name="đo")
    secret = make_key(actor=officer, key=key)
    return key.client_id, secret


@dataclass(frozen=True)
class Server:
    """A web server: its port, and the group of its processes."""

    port: int
    group: int

    def used_s(self) -> float:
        """Give how many seconds of the processor its processes have used."""
        told = [one for one in map(told_of, Path("/proc").glob("[0-9]*/stat")) if one]
        return sum(int(one[11]) + int(one[12]) for one in told if int(one[2]) == self.group) / TICKS_A_SECOND


def told_of(stat: Path) -> list[str]:
    """Read what the kernel tells of a process after its name; nothing of one that has ended."""
    try:
        return stat.read_text().rpartition(") ")[2].split()
    except OSError:
        return []


@contextmanager
def served(kind: str) -> Iterator[Server]:
    """Run the web server of a kind."""
    port = PORTS[kind]
    command = [sys.executable, "-m", "gunicorn", APPLICATIONS[kind], "--bind", f"127.0.0.1:{port}", "--preload"]
    command += ["--workers", "2", "--threads", "4", "--log-level", "error"]
    quiet = os.environ | {"PYTHONPATH": "."}
    server = subprocess.Popen(command, start_new_session=True, env=quiet, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + READY_S
        while ask(port, "GET", "/dich-vu/khoa-ky.json")[0] != 200:
            if time.monotonic() > until or server.poll() is not None:
                raise SystemExit(f"the server ({kind}) did not start")
            time.sleep(0.2)
        yield Server(port, server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def ask(port: int, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Ask once; status 0 where nobody answers."""
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        link.request(method, path, body or None, headers or {})
        answer = link.getresponse()
        return answer.status, answer.read()
    except OSError:
        return 0, b""


def token(port: int, client_id: str, secret: str) -> str:
    """Get a token."""
    import json

    basic = b64encode(f"{client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    status, body = ask(port, "POST", "/identity/o/api/token", "grant_type=client_credentials", headers)
    assert status == 200, body
    return str(json.loads(body)["access_token"])


@dataclass
class Measured:
    """What the turns of a kind took: each call, the seconds by the clock, those of the processor."""

    times_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    used_s: float = 0.0

    @property
    def p50_ms(self) -> float:
        """Half of the calls were answered within this."""
        return statistics.median(self.times_ms)

    @property
    def words(self) -> str:
        """Say how long calls took and what they used."""
        p95 = statistics.quantiles(self.times_ms, n=20)[18]
        used = 1000 * self.used_s / len(self.times_ms)
        return f"p50 {self.p50_ms:.1f} p95 {p95:.1f} ms, {used:.1f} ms of the processor"


def turn(server: Server, rows: int, bearer: str, seconds: float, a_second: float, into: Measured) -> None:
    """Call for some seconds at a rate, over connections that stay open; a server that cannot is given up."""
    used, begin = server.used_s(), time.perf_counter() + 0.2
    head = f"GET /dich-vu/v1/thon-phu-song?so_dong={rows} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    request = f"{head}Authorization: Bearer {bearer}\r\n\r\n".encode()

    def caller(first: int) -> None:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as link:
            for number in range(first, int(seconds * a_second), CALLERS):
                time.sleep(max(0.0, begin + number / a_second - time.perf_counter()))
                sent = time.perf_counter()
                if sent > begin + LATE * seconds:
                    break
                link.sendall(request)
                take_answer(link)
                into.times_ms.append((time.perf_counter() - sent) * 1000)

    threads = [threading.Thread(target=caller, args=(first,)) for first in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    into.seconds += time.perf_counter() - begin
    into.used_s += server.used_s() - used


def take_answer(link: socket.socket) -> None:
    """Read an answer to its end: a caller that reads little itself leaves the processor to those that are measured."""
    told = b""
    while (head := told.find(b"\r\n\r\n")) < 0:
        told += link.recv(65_536)
    assert told.startswith(b"HTTP/1.1 200"), told[:200]
    length = int(told[:head].lower().partition(b"content-length:")[2].split(None, 1)[0])
    left = head + 4 + length - len(told)
    while left > 0:
        left -= len(link.recv(65_536))


def compare(rows: int, servers: dict[str, Server], bearer: str, seconds: float, a_second: float) -> int:
    """Measure a size in turns and print it; give how many signed answers there were."""
    found, warm = {kind: Measured() for kind in servers}, {kind: Measured() for kind in servers}
    for kind, server in servers.items():
        turn(server, rows, bearer, 1.0, 20.0, warm[kind])
    for _ in range(PART):
        for kind, server in servers.items():
            turn(server, rows, bearer, seconds, a_second, found[kind])
    signed, plain = found["signed and logged"], found["bare"]
    reached = min(len(one.times_ms) / one.seconds for one in found.values())
    more = signed.p50_ms - plain.p50_ms
    used = 1000 * (signed.used_s / len(signed.times_ms) - plain.used_s / len(plain.times_ms))
    kept = "kept" if more <= PROMISE_MS else "BROKEN"
    if reached < REACHED * a_second:
        kept = f"not measured: {reached:.0f} of {a_second:.0f} requests/s reached"
    print(
        f"{rows:>4} rows, {a_second:.0f}/s: overhead {more:+.2f} ms p50, {used:+.2f} ms of the processor; "
        f"promise {PROMISE_MS:.0f} ms: {kept}; " + "; ".join(f"{kind} {one.words}" for kind, one in found.items()),
        flush=True,
    )
    return len(signed.times_ms) + len(warm["signed and logged"].times_ms)


def main() -> None:
    """Measure."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    a_second = float(sys.argv[2]) if len(sys.argv) > 2 else 200.0
    sizes = [int(word) for word in sys.argv[3:]] or SIZES
    scratch.begin()
    client_id, secret = fill()
    with served("signed and logged") as signed, served("bare") as plain:
        servers = {"signed and logged": signed, "bare": plain}
        bearer = token(signed.port, client_id, secret)
        answered = sum(compare(rows, servers, bearer, seconds, a_second) for rows in sizes)
    check(answered)


def check(answered: int) -> None:
    """See that every signed answer has its record and that the log takes them in."""
    from hatang.exchange.models import CallRecord
    from hatang.exchange.services import grow_log

    began = time.perf_counter()
    head = grow_log()
    took_s = time.perf_counter() - began
    records = CallRecord.objects.count()
    assert records == answered, (records, answered)
    size = head.size if head else 0
    print(f"{records} records, all of them in the log: {size == records}; placed at {size / took_s:,.0f} a second")


if __name__ == "__main__":
    main()
