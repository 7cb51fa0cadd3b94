"""Export 5.000, 50.000 and 500.000 masts in each format, beside pyogrio alone writing the same things in the same run.

Promise: streamed formats need the same memory at every size (within 60 MB). The peer is unfair to us on purpose: it
has every value in arrays already and asks nobody what may be seen; ours reads the database, masks and names.
`python -m benchmarks.register_export [sizes]`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.scratch import begin

begin("tests.settings")

import pyogrio.raw  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from hatang.accounts.models import Grant, Organisation, Person  # noqa: E402
from hatang.accounts.roles import Role  # noqa: E402
from hatang.network.models import Mast  # noqa: E402
from hatang.network.services.exports import Asked, export_of, write_export  # noqa: E402
from hatang.places.models import Place  # noqa: E402

SIZES = [int(word) for word in sys.argv[1:]] or [5_000, 50_000, 500_000]
TODAY = date(2026, 11, 26)
KNOWN_AT = datetime(2026, 11, 26, tzinfo=UTC)
STREAMED = ("csv", "geojson")
MOST_GROWTH_MB = 60
LARGEST = {"kml": 50_000}
"""Beyond this a format is not measured: KML is refused above 50.000."""
PEERS = {"gpkg": "GPKG", "geojson": "GeoJSON", "csv": "CSV", "xlsx": "XLSX", "kml": "KML"}


def world() -> tuple[Person, Person]:
    """Make a province with a commune, an officer and a rival operator."""
    call_command("migrate", verbosity=0)
    province = Place.objects.create(kind="province", title="Tỉnh", name="Lạng Sơn", code="20", lon=106.7, lat=21.9)
    more = {"parent": province, "province": province, "lon": 106.7, "lat": 21.9}
    Place.objects.create(kind="commune", title="Xã", name="Đồng Đăng", code="06181", **more)
    people = []
    for name, role in (("so", Role.DEPARTMENT_OFFICER), ("dn", Role.OPERATOR)):
        operator = Organisation.objects.create(kind="operator", name=f"Doanh nghiệp {name}", short_name=name)
        person = Person.objects.create_user(name, f"{name}@example.vn", "mat-khau-rat-dai")
        scope = {"organisation": operator} if role == Role.OPERATOR else {}
        Grant.objects.create(person=person, role=role, province=province, **scope)
        people.append(person)
    return people[0], people[1]


def masts(size: int) -> Iterator[Mast]:
    """Make masts, half of them the operator's, some of the others offered."""
    province = Place.objects.get(code="20")
    commune = Place.objects.get(code="06181")
    owners = list(Organisation.objects.operators().order_by("pk"))
    begin = Mast.objects.count()
    for n in range(begin, size):
        lon, lat = 106.2 + (n * 7919 % 100_003) / 100_003, 21.4 + (n * 104_729 % 99_991) / 99_991
        place = {"province": province, "commune": commune, "lon": lon, "lat": lat, "address": f"Thôn {n % 900}"}
        facts = {"height_m": 20 + n % 40, "built_on": date(2015 + n % 10, 1 + n % 12, 1), "offered": n % 3 == 0}
        yield Mast(code=f"LS-{n:06}", owner=owners[n % 2], search_key=f"ls {n:06}", **place, **facts)


def fill(size: int) -> tuple[()]:
    """Bring the register, and its history, to a size."""
    made = masts(size)
    while some := list(islice(made, 5_000)):
        Mast.objects.bulk_create(some)
    names = [field.attname for field in Mast.history.model.tracked_fields]
    kept = Mast.history.order_by("-id").values_list("id", flat=True).first() or 0
    rows = Mast.objects.filter(pk__gt=kept).values(*names).iterator(chunk_size=5_000)
    while told := list(islice(rows, 5_000)):
        Mast.history.bulk_create(Mast.history.model(**row, history_date=KNOWN_AT, history_type="+") for row in told)
    return ()


def apart(work: Callable[..., tuple[float, ...]], *given: Any) -> tuple[float, ...]:
    """Do work in a process of its own, which begins small, and give the figures that it gives."""
    connection.close()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, json.dumps(work(*given)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return tuple(json.loads(told))


def measured(work: Callable[..., object], *given: Any) -> tuple[float, float]:
    """Give seconds, and by how many MB the process grew at most while it worked."""
    Path("/proc/self/clear_refs").write_text("5")
    before = peak_mb()
    begin = time.perf_counter()
    work(*given)
    return time.perf_counter() - begin, peak_mb() - before


def peak_mb() -> float:
    """Give the most memory that the process held since it was asked to forget."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def peer(source: Path, driver: str, folder: Path) -> tuple[float]:
    """Write what the GeoPackage holds with pyogrio alone."""
    meta, _, geometry, fields = pyogrio.raw.read(source, layer="mast")
    target = folder / f"peer.{driver.lower()}"
    kind = {} if driver in ("CSV", "XLSX") else {"geometry_type": "Point", "crs": "EPSG:4326"}
    points = geometry if kind else None
    begin = time.perf_counter()
    pyogrio.raw.write(target, points, fields, meta["fields"], driver=driver, layer="mast", **kind)
    return (time.perf_counter() - begin,)


def ours(person: Person, known_at: datetime | None, form: str, path: Path) -> tuple[float, float]:
    """Write an export of ours."""
    asked = Asked(Place.objects.get(code="20"), TODAY, known_at=known_at)
    export = export_of(person=person, slugs=["cot"], form=form, asked=asked)
    return measured(write_export, export, path)


def compare(size: int, officer: Person, operator: Person) -> float:
    """Measure one size, print it, and say by how many MB streaming grew the process at most."""
    grown = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for form, driver in PEERS.items():
            if size > LARGEST.get(form, size):
                continue
            path = folder / f"ours.{form}"
            seconds, mb = apart(ours, officer, None, form, path)
            (beside,) = apart(peer, folder / "ours.gpkg", driver, folder)
            tell(size, form, seconds, mb, f"file {path.stat().st_size / 1e6:>6.1f} MB  pyogrio alone {beside:>6.2f} s")
            grown = max(grown, mb) if form in STREAMED else grown
        for words, person, known_at in (("csv as known", officer, KNOWN_AT), ("csv of an operator", operator, None)):
            seconds, mb = apart(ours, person, known_at, "csv", folder / "other.csv")
            tell(size, words, seconds, mb, "")
            grown = max(grown, mb)
    return grown


def tell(size: int, what: str, seconds: float, mb: float, more: str) -> None:
    """Print one line."""
    print(f"{size:>8,} masts  {what:<20} {seconds:>7.2f} s  grew {mb:>5.0f} MB  {more}", flush=True)


def main() -> int:
    """Measure every size and say whether the promise is kept."""
    officer, operator = world()
    worst = 0.0
    for size in SIZES:
        apart(fill, size)
        worst = max(worst, compare(size, officer, operator))
    kept = worst <= MOST_GROWTH_MB
    print(
        f"streamed formats grew by at most {worst:.0f} MB, promise ≤ {MOST_GROWTH_MB}: {'kept' if kept else 'BROKEN'}"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
