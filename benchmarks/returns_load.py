"""Promises: 124 communes x 60 lines x 5 operators open in ≤ 2 s; 100 people fill at once with p95 ≤ 300 ms.

And nothing that was acknowledged is lost when the server is killed in the middle. On a scratch database of PostgreSQL
it opens a period for 124 communes and one for five operators by commune, a fifth of the lines counted from registers.
Then the real web server (gunicorn as `./run` starts it) is asked by 100 people, each in a session of their own: each
opens the return's page in the first quarter of the time and types a cell about every two seconds. After half of the
time the server's processes are killed and started anew; each person sends again what was not answered, as the page's
script does. At the end every acknowledged answer must stand in its cell or in its history. Times are those of answers
from before the kill and from when the server had begun to answer again.

The peer in the same run is the database alone: as many cells written by psycopg, each in a transaction of its own, over
as many connections as the server has threads. Bounded, on loopback.

Run: HATANG_TEST_POSTGRESQL=postgres://… .venv/bin/python -m benchmarks.returns_load [seconds]
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg

SERVER = os.environ.get("HATANG_TEST_POSTGRESQL", "postgres://hatang:hatang@127.0.0.1:5432/postgres")
NAME, PORT = f"hatang_load_{os.getpid()}", 8700 + os.getpid() % 100
PEOPLE, COMMUNES, LINES, COUNTED, OPERATORS, VILLAGES = 100, 124, 60, 12, 5, 8
WORKERS, THREADS = 2, 4
THINK_S = 2.0
PATIENCE_S = 30.0
OPEN_MS, FILL_MS = 2000, 300
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
ADDRESS = urlunsplit(urlsplit(SERVER)._replace(path=f"/{NAME}"))


def execute(statement: str) -> None:
    """Ask the server something outside any transaction."""
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def begin() -> None:
    """Make the run's database and folder, which go when it ends, and set Django up on them."""
    folder = tempfile.mkdtemp(prefix="hatang-benchmark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    execute(f'CREATE DATABASE "{NAME}"')
    atexit.register(execute, f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
    os.environ |= {
        "HATANG_DATA": folder,
        "HATANG_DATABASE_URL": ADDRESS,
        "HATANG_HOSTS": "127.0.0.1",
        "HATANG_ORIGIN": f"http://127.0.0.1:{PORT}",
        "DJANGO_SETTINGS_MODULE": "hatang.config.settings",
    }
    django.setup()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
begin()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.timing import line  # noqa: E402
from hatang.accounts.models import Grant, Organisation, Person  # noqa: E402
from hatang.accounts.roles import Role  # noqa: E402
from hatang.config.serve import gather_static  # noqa: E402
from hatang.indicators.models import FormItem, FormVersion, Period, Return, ReturnCell, ReturnForm  # noqa: E402
from hatang.indicators.services.extracts import EXTRACTS  # noqa: E402
from hatang.indicators.services.periods import open_period  # noqa: E402
from hatang.places.models import Place  # noqa: E402


@dataclass
class Filler:
    """One person at a return: the session, and what was answered; `saved` holds when each answer came, and its ms."""

    path: str
    place: int
    cookie: str
    token: str = ""
    revisions: dict[str, int] = field(default_factory=dict)
    opened_ms: list[float] = field(default_factory=list)
    saved: list[tuple[float, float]] = field(default_factory=list)
    acknowledged: list[tuple[str, int, str]] = field(default_factory=list)
    again: int = 0
    wrong: list[str] = field(default_factory=list)


# --- what there is


def make_province() -> tuple[Place, list[Place]]:
    """Make a province of communes and villages."""
    province = Place.objects.create(kind="province", title="Tỉnh", name="Thử", code="99")
    communes = [
        Place(kind="commune", title="Xã", name=f"Thử {n:03}", code=f"9{n:04}", parent=province, province=province)
        for n in range(COMMUNES)
    ]
    for commune in communes:
        commune.population, commune.households = 4000, 1000
        commune.save()
    villages = [
        Place(
            kind="village", title="Thôn", name=f"{n}", code=f"T{c.pk}-{n}", parent=c, province=province, households=90
        )
        for c in communes
        for n in range(VILLAGES)
    ]
    for village in villages:
        village.search_key = village.sort_key = village.name
    Place.objects.bulk_create(villages)
    return province, communes


def make_people(province: Place, communes: list[Place]) -> list[Person]:
    """Make an officer for each of the first communes, and an account of each operator."""
    people = []
    for n, commune in enumerate(communes[:PEOPLE]):
        person = Person.objects.create(username=f"xa{n}", is_active=True)
        Grant.objects.create(person=person, role=Role.COMMUNE_OFFICER, province=province, place=commune)
        people.append(person)
    for n in range(OPERATORS):
        operator = Organisation.objects.create(kind="operator", name=f"Doanh nghiệp {n}")
        person = Person.objects.create(username=f"dn{n}", is_active=True)
        Grant.objects.create(person=person, role=Role.OPERATOR, province=province, organisation=operator)
    return people


def make_period(province: Place, filer: str) -> Period:
    """Make a period of a form of sixty lines, planned for today."""
    form = ReturnForm.objects.create(
        province=province, code=filer, name=f"Biểu {filer}", filer=filer, by_commune=filer == "operator"
    )
    version = FormVersion.objects.create(form=form, number=1, state="published", published_at=timezone.now())
    extracts = list(EXTRACTS)
    FormItem.objects.bulk_create(
        FormItem(
            version=version,
            order=n,
            code=f"d{n}",
            label=f"Dòng {n}",
            section=f"Phần {n // 10}",
            unit_code="count",
            kind="extract" if n < COUNTED else "number",
            extract=extracts[n % len(extracts)] if n < COUNTED else "",
        )
        for n in range(LINES)
    )
    today = timezone.localdate()
    days = {"first_on": date(today.year, 1, 1), "last_on": date(today.year, 12, 31), "opens_on": today}
    due_on = today + timedelta(days=30)
    return Period.objects.create(form=form, version=version, year=today.year, title="Kỳ thử", due_on=due_on, **days)


def opened_ms(period: Period) -> tuple[float, float]:
    """Open a period; give how long that took, and how much of it this process worked itself."""
    began, worked = time.perf_counter(), time.process_time()
    open_period(period=period)
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def fillers(people: list[Person], period: Period) -> list[Filler]:
    """Sign everybody in, each to their own return."""
    found = []
    for person in people:
        client = Client()
        client.force_login(person)
        row = Return.objects.get(period=period, place=person.grants.get().place_id)
        found.append(Filler(row.get_absolute_url(), row.place_id, client.cookies["sessionid"].value))
    return found


# --- the server and who asks it


def start_server() -> subprocess.Popen[bytes]:
    """Start the web server as ./run does, in a group of its own."""
    command = [sys.executable, "-m", "gunicorn", "hatang.config.wsgi", "--bind", f"127.0.0.1:{PORT}"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "critical"]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(server: subprocess.Popen[bytes]) -> None:
    """Kill the server and its workers at once, without a last word."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


async def ask(filler: Filler, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Ask one page or send one body over a connection of its own; give the status and the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    try:
        cookies = f"sessionid={filler.cookie}" + (f"; csrftoken={filler.token}" if filler.token else "")
        head = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", f"Host: 127.0.0.1:{PORT}", f"Cookie: {cookies}"]
        if body is not None:
            head += [f"Content-Length: {len(body)}", "Content-Type: application/json", f"X-CSRFToken: {filler.token}"]
        writer.write("\r\n".join([*head, "Connection: close", "", ""]).encode() + (body or b""))
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
    finally:
        writer.close()
    if not answer:
        raise ConnectionError
    top, _, content = answer.partition(b"\r\n\r\n")
    if found := re.search(rb"csrftoken=(\w+)", top):
        filler.token = found[1].decode()
    return int(top.split(b" ", 2)[1]), content


async def answering(filler: Filler) -> None:
    """Wait for the server's first page; give up when it has none for us."""
    for _ in range(120):
        status, content, _ = await until_answered(filler, filler.path, tries=1)
        if status == 200:
            return
        await asyncio.sleep(1)
    raise SystemExit(f"the server answers {status}: {content[:300]!r}")


async def until_answered(
    filler: Filler, path: str, body: bytes | None = None, tries: int = 1000
) -> tuple[int, bytes, float]:
    """Ask until there is an answer, as the page's script does; give it and how long the answered try took, in ms."""
    for n in range(tries):
        began = time.perf_counter()
        try:
            status, content = await ask(filler, path, body)
        except (OSError, TimeoutError):
            status, content = 503, b""
        if status < 500 or n + 1 == tries:
            break
        filler.again += 1
        await asyncio.sleep(0.5 + random.random())
    return status, content, (time.perf_counter() - began) * 1000


async def fill(filler: Filler, ends: float, within_s: float) -> None:
    """Open the page at some moment, then type a cell, think, and type the next, over and over."""
    await asyncio.sleep(random.random() * within_s)
    status, _, ms = await until_answered(filler, filler.path)
    filler.opened_ms.append(ms)
    if status != 200:
        filler.wrong.append(f"{status} for the page")
    number = COUNTED
    while time.monotonic() < ends:
        item, typed = f"d{number}", str(random.randint(0, 9999))
        await type_cell(filler, item, typed)
        number = number + 1 if number + 1 < LINES else COUNTED
        await asyncio.sleep(random.expovariate(1 / THINK_S))


async def type_cell(filler: Filler, item: str, typed: str) -> None:
    """Send one cell until it is answered, and note what was acknowledged."""
    change = {"item": item, "place": filler.place, "typed": typed, "revision": filler.revisions.get(item, 0)}
    body = json.dumps({"changes": [change]}).encode()
    status, content, ms = await until_answered(filler, f"{filler.path}o", body)
    filler.saved.append((time.monotonic(), ms))
    if status != 200:
        filler.wrong.append(f"{status} for a cell: {content[:200]!r}")
        return
    cell = json.loads(content)["cells"][0]
    filler.revisions[item] = cell["revision"]
    filler.acknowledged.append((item, cell["revision"], typed))


async def load(people: list[Filler], seconds: float) -> tuple[float, float]:
    """Let everybody fill at once; kill the server in the middle and start it anew; give when it went and was back."""
    server = start_server()
    try:
        await answering(people[0])
        ends = time.monotonic() + seconds
        filling = [asyncio.create_task(fill(filler, ends, seconds / 4)) for filler in people]
        await asyncio.sleep(seconds / 2)
        gone = time.monotonic()
        kill(server)
        server = start_server()
        await answering(people[0])
        back = time.monotonic()
        await asyncio.gather(*filling)
        return gone, back
    finally:
        kill(server)


# --- what came of it


def lost(people: list[Filler], period: Period) -> int:
    """Count what was acknowledged and stands neither in its cell nor in its history."""
    kept = {
        (place, item, revision, value)
        for place, item, revision, value in ReturnCell.history.filter(of_return__period=period).values_list(
            "place", "item__code", "revision", "value"
        )
    }
    return sum((f.place, item, n, float(typed)) not in kept for f in people for item, n, typed in f.acknowledged)


def p95(times: list[float]) -> float:
    """Give the time that 95 of 100 keep."""
    return statistics.quantiles(times, n=20)[-1]


def database_alone_ms(cells: int) -> float:
    """Write as many cells with psycopg alone, from as many threads as the server has; give the p95 of one."""
    execute_in_run("CREATE TABLE peer (item text, place int, value float, revision int, PRIMARY KEY (item, place))")
    with ThreadPoolExecutor(WORKERS * THREADS) as pool:
        rounds = pool.map(write_alone, [cells // (WORKERS * THREADS)] * WORKERS * THREADS, range(WORKERS * THREADS))
        return p95([ms for times in rounds for ms in times])


def execute_in_run(statement: str) -> None:
    """Ask the run's database something."""
    with psycopg.connect(ADDRESS, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def write_alone(cells: int, place: int) -> list[float]:
    """Write cells one by one, each committed; give the times in ms."""
    times = []
    with psycopg.connect(ADDRESS, autocommit=True) as connection:
        for n in range(cells):
            began = time.perf_counter()
            values: tuple[Any, ...] = (f"d{n % LINES}", place, float(n))
            connection.execute(
                "INSERT INTO peer VALUES (%s, %s, %s, 1) ON CONFLICT (item, place) "
                "DO UPDATE SET value = excluded.value, revision = peer.revision + 1",
                values,
            )
            times.append((time.perf_counter() - began) * 1000)
    return times


def main() -> None:
    """Open, fill, kill, count."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    call_command("migrate", verbosity=0)
    gather_static(Path(settings.STATIC_ROOT), settings.ROOT)
    province, communes = make_province()
    officers = make_people(province, communes)
    Return().get_absolute_url()
    periods = {filer: make_period(province, filer) for filer in ("commune", "operator")}
    for filer, period in periods.items():
        ms, worked = opened_ms(period)
        counted = ReturnCell.objects.filter(of_return__period=period).count()
        what = f"open {period.returns.count()} returns ({filer}), {counted:,} cells counted"
        print(line(what, ms, OPEN_MS, {"of it in this process": worked}), flush=True)
    print("everybody signs in", flush=True)
    people = fillers(officers, periods["commune"])
    connections.close_all()
    gone, back = asyncio.run(load(people, seconds))
    answers = [answer for filler in people for answer in filler.saved]
    before = [ms for at, ms in answers if at < gone]
    after = [ms for at, ms in answers if at - ms / 1000 > back]
    alone = database_alone_ms(len(answers))
    print(
        f"{len(answers):,} cells by {len(people)} people in {seconds:.0f} s; load of the machine "
        f"{os.getloadavg()[0]:.1f}; the server was away for {back - gone:.1f} s"
    )
    print(line("p95 of opening the page", p95([ms for f in people for ms in f.opened_ms]), FILL_MS, {}))
    for when, times in (("before the kill", before), ("after it", after)):
        print(line(f"p95 of saving a cell {when}", p95(times), FILL_MS, {"psycopg alone p95": alone}))
        print(f"median of saving a cell {when} {statistics.median(times):,.1f} ms of {len(times):,}")
    wrong = [words for filler in people for words in filler.wrong]
    again = sum(filler.again for filler in people)
    missing = lost(people, periods["commune"])
    print(f"killed once: {again} tries unanswered, {missing} acknowledged and lost, {len(wrong)} refused")
    for words in wrong[:5]:
        print(" ", words)


if __name__ == "__main__":
    main()
