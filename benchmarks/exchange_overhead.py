"""Promise: signing and logging a call of a data service cost ≤ 5 ms p50 at 200 requests/s on 2 cores.

On a scratch installation a partner calls the villages' service for 10, 100 and 500 rows through the real web server
(gunicorn as `./run` starts it) at 200 requests/s, in turns with the peer in the same run: the same server and service
whose answers are neither signed nor logged. Both count rate and quota. A time is that from sending a request until its
whole answer is there. At the end every signed answer must have its record, and the log must take them all in.

Run: .venv/bin/python -m benchmarks.exchange_overhead [seconds of a turn] [requests a second]
"""

from __future__ import annotations

import http.client
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import scratch

SIZES = (10, 100, 500)
PROMISE_MS = 5.0
PART = 4
"""Turns of each kind for a size; the peer's are in between."""
CALLERS = 8
VILLAGES = 600
READY_S = 300
PORTS = {"signed and logged": 8750 + os.getpid() % 100, "bare": 8850 + os.getpid() % 100}
APPLICATIONS = {"signed and logged": "hatang.config.wsgi", "bare": "benchmarks.exchange_overhead:bare()"}


def bare() -> Any:
    """Give the application whose answers are neither signed nor logged."""
    from hatang.config.wsgi import application
    from hatang.exchange.services import answering

    answering.sealed = lambda caller, code, asking, status, body: answering.Answer(status, body)
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
    """Make a province with a commune and its villages."""
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
    Place.objects.bulk_create(rows)
    return province


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


@contextmanager
def served(kind: str) -> Iterator[int]:
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
        yield port
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


def turn(port: int, rows: int, bearer: str, seconds: float, a_second: float) -> list[float]:
    """Call for some seconds at a rate, over connections that stay open; give the times in milliseconds."""
    times: list[float] = []
    begin = time.perf_counter() + 0.2

    def caller(first: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(first, int(seconds * a_second), CALLERS):
            time.sleep(max(0.0, begin + number / a_second - time.perf_counter()))
            sent = time.perf_counter()
            link.request(
                "GET", f"/dich-vu/v1/thon-phu-song?so_dong={rows}", headers={"Authorization": f"Bearer {bearer}"}
            )
            answer = link.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            times.append((time.perf_counter() - sent) * 1000)
        link.close()

    threads = [threading.Thread(target=caller, args=(first,)) for first in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def compare(rows: int, ports: dict[str, int], bearer: str, seconds: float, a_second: float) -> int:
    """Measure a size in turns and print it; give how many signed answers there were."""
    times: dict[str, list[float]] = {kind: [] for kind in ports}
    for port in ports.values():
        turn(port, rows, bearer, 1.0, 20.0)
    for _ in range(PART):
        for kind, port in ports.items():
            times[kind] += turn(port, rows, bearer, seconds, a_second)
    p50 = {kind: statistics.median(found) for kind, found in times.items()}
    p95 = {kind: statistics.quantiles(found, n=20)[18] for kind, found in times.items()}
    more = p50["signed and logged"] - p50["bare"]
    kept = "kept" if more <= PROMISE_MS else "BROKEN"
    told = "; ".join(f"{kind} p50 {p50[kind]:.1f} p95 {p95[kind]:.1f} ms" for kind in ports)
    print(
        f"{rows:>4} rows, {a_second:.0f}/s: overhead {more:+.2f} ms  promise {PROMISE_MS:.0f} ms  {kept:<6} {told}",
        flush=True,
    )
    return len(times["signed and logged"]) + 20


def main() -> None:
    """Measure."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    a_second = float(sys.argv[2]) if len(sys.argv) > 2 else 200.0
    scratch.begin()
    client_id, secret = fill()
    with served("signed and logged") as signed, served("bare") as plain:
        ports = {"signed and logged": signed, "bare": plain}
        bearer = token(signed, client_id, secret)
        answered = sum(compare(rows, ports, bearer, seconds, a_second) for rows in SIZES)
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
