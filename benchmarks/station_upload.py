"""Check and save 1.000, 10.000 and 50.000 stations from a file, beside a form for each row and beside a plain read.

Promise: 10.000 stations checked and saved from XLSX in at most 10 s. `python benchmarks/station_upload.py [sizes]`.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ["HATANG_DATA"] = tempfile.mkdtemp(prefix="hatang-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from openpyxl import Workbook, load_workbook  # noqa: E402

from hatang.accounts.models import Grant, Organisation, Person  # noqa: E402
from hatang.accounts.roles import Role  # noqa: E402
from hatang.network.forms import MastForm, StationForm  # noqa: E402
from hatang.network.models import Mast, Station, StationUpload  # noqa: E402
from hatang.network.services import check_upload, save_upload  # noqa: E402
from hatang.network.services.columns import BY_KEY  # noqa: E402
from hatang.places.models import Place  # noqa: E402
from hatang.work.services import store_file  # noqa: E402

SIZES = [int(word) for word in sys.argv[1:]] or [1_000, 10_000, 50_000]
KEYS = [
    "mast_code",
    "station_code",
    "operator",
    "commune",
    "lon",
    "lat",
    "structure",
    "height_m",
    "technology",
    "on_air_on",
    "off_air_on",
    "built_on",
]
TODAY = date(2025, 9, 1)


def world() -> tuple[Place, list[Place], Organisation, Person]:
    """Make a province with 65 communes, an operator, and an officer."""
    province = Place.objects.create(kind="province", title="Tỉnh", name="Lạng Sơn", code="20")
    inside = {"province": province, "parent": province, "lon": 106.7, "lat": 21.9}
    communes = [
        Place.objects.create(kind="commune", title="Xã", name=f"Xã {n}", code=f"{6000 + n:05}", **inside)
        for n in range(65)
    ]
    operator = Organisation.objects.create(kind="operator", name="Doanh nghiệp A", short_name="A")
    officer = Person.objects.create_user("can_bo", "a@example.vn", "mat-khau-rat-dai")
    Grant.objects.create(person=officer, role=Role.DEPARTMENT_OFFICER, province=province)
    return province, communes, operator, officer


def lines(count: int, communes: list[Place]) -> list[list[Any]]:
    """Make a file's lines: a station each, about two to a mast."""
    rows = []
    for n in range(count):
        mast, place = n // 2, communes[(n // 2) % len(communes)]
        point = [round(106.5 + mast % 400 / 1000, 4), round(21.7 + mast % 390 / 1000, 4)]
        rows.append(
            [
                f"C{mast:06}",
                f"T{n:06}",
                "A",
                place.code,
                *point,
                "A1",
                30 + mast % 20,
                "4G",
                "15/06/2023",
                None,
                "01/03/2020",
            ]
        )
    return [[BY_KEY[key].heading for key in KEYS], *rows]


def as_xlsx(table: list[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Trạm")
    for line in table:
        sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_csv(table: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(table)
    return text.getvalue().encode()


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def undone(work: Callable[[], float]) -> float:
    """Run in a transaction that is taken back, so that every run begins with an empty register."""
    with transaction.atomic():
        result = work()
        transaction.set_rollback(True)
    return result


def upload_seconds(name: str, content: bytes, province: Place, officer: Person) -> float:
    """Check and save one file."""
    file = store_file(actor=officer, name=name, content=content, province=province, organisation=None)
    upload = StationUpload.objects.create(file=file, province=province)

    def check_and_save() -> None:
        check_upload(upload)
        assert save_upload(actor=officer, upload=upload), upload.summary

    return seconds(check_and_save)


def forms_seconds(table: list[list[Any]], province: Place, operator: Organisation) -> float:
    """Save the same rows with a form each, as a page would."""
    communes = dict(Place.objects.communes().values_list("code", "pk"))
    more = {"province": province, "today": TODAY}

    def row_by_row() -> None:
        for line in table[1:]:
            row = dict(zip(KEYS, line, strict=True))
            mast = Mast.objects.filter(code=row["mast_code"]).first()
            if mast is None:
                facts = row | {"code": row["mast_code"], "commune": communes[row["commune"]], "owner": operator.pk}
                form = MastForm(facts, **more)
                assert form.is_valid(), form.errors
                mast = form.save()
            station = StationForm(row | {"code": row["station_code"], "mast": mast.pk, "operator": operator.pk}, **more)
            assert station.is_valid(), station.errors
            station.save()

    return seconds(row_by_row)


def plain_read_seconds(content: bytes) -> float:
    """Read the same workbook with openpyxl alone."""

    def read() -> None:
        for _ in load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True):
            pass

    return seconds(read)


def measure(size: int, province: Place, communes: list[Place], operator: Organisation, officer: Person) -> None:
    """Print what one size took, beside its peers."""
    runs = 3 if size <= 10_000 else 1
    table = lines(size, communes)
    xlsx, as_text = as_xlsx(table), as_csv(table)

    def once(name: str, content: bytes) -> float:
        return undone(lambda: upload_seconds(name, content, province, officer))

    by_xlsx = median(once("tram.xlsx", xlsx) for _ in range(runs))
    by_csv = median(once("tram.csv", as_text) for _ in range(runs))
    read = median(plain_read_seconds(xlsx) for _ in range(runs))
    with CaptureQueriesContext(connection) as queries:
        once("tram.csv", as_text)
    promise = f", promise 10 s {'kept' if by_xlsx <= 10 else 'BROKEN'}" if size == 10_000 else ""
    print(f"{size:>7} stations: XLSX {by_xlsx:.2f} s{promise}, CSV {by_csv:.2f} s, {len(queries)} queries", flush=True)
    print(f"        one plain read by openpyxl {read:.2f} s: check and save take {by_xlsx / read:.1f} times that")
    if size == min(SIZES):
        forms = undone(lambda: forms_seconds(table, province, operator))
        print(f"        a form for each row {forms:.2f} s: {forms / by_xlsx:.1f} times as long as the file", flush=True)


def main() -> None:
    call_command("migrate", verbosity=0)
    province, communes, operator, officer = world()
    for size in SIZES:
        measure(size, province, communes, operator, officer)
    assert not Station.objects.exists()


main()
