"""Check and save masts with their stations and cells from one workbook, beside a ModelForm for each row.

Promise: 10,000 masts with 30,000 stations and cells checked and saved in at most 30 s, at most 500 MB of memory, at
most 20 queries + 10 per 5,000 rows. `python -m benchmarks.register_upload [masts]`; each size is a process of its own.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from datetime import date
from typing import Any

from benchmarks.scratch import begin

SIZES = [1_000, 10_000, 50_000]
TODAY = date(2025, 9, 1)
PEER_MASTS = 250


def world() -> tuple[Any, list[Any], Any, Any]:
    """Make a province with 65 communes, an operator, and an officer."""
    from hatang.accounts.models import Grant, Organisation, Person
    from hatang.accounts.roles import Role
    from hatang.places.models import Place

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


def sheets(masts: int, communes: list[Any], height: int = 30) -> dict[str, list[dict[str, Any]]]:
    """Make the rows: each mast with a station and two cells, by the names of the forms' fields."""
    made: dict[str, list[dict[str, Any]]] = {"cot": [], "tram": [], "o": []}
    for n in range(masts):
        lon, lat = round(106.5 + n % 400 / 1000, 4), round(21.7 + n % 390 / 1000, 4)
        made["cot"].append(
            {"code": f"C{n:06}", "owner": "A", "commune": communes[n % 65].code, "lon": lon, "lat": lat}
            | {"structure": "A1", "height_m": height + n % 20, "built_on": "01/03/2020", "capacity": 3, "spare": n % 3}
        )
        made["tram"].append(
            {"code": f"T{n:06}", "mast": f"C{n:06}", "operator": "A", "technology": "4G", "on_air_on": "15/06/2023"}
        )
        for sector in (1, 2):
            made["o"].append(
                {"station": f"T{n:06}", "code": f"T{n:06}-{sector}", "band": "B3", "azimuth_deg": 120 * sector}
                | {"height_m": 28, "power_dbm": 43, "on_air_on": "15/06/2023"}
            )
    return made


def workbook(rows: dict[str, list[dict[str, Any]]]) -> bytes:
    """Write the rows under the headings of their layouts."""
    from openpyxl import Workbook

    from hatang.network.services.layouts import BY_SLUG

    book = Workbook()
    book.remove(book.worksheets[0])
    for slug, lines in rows.items():
        layout = BY_SLUG[slug]
        sheet = book.create_sheet(layout.title)
        sheet.append([layout.by_key[key].heading for key in lines[0]])
        for line in lines:
            sheet.append(list(line.values()))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def upload_once(content: bytes, province: Any, officer: Any) -> tuple[float, float, int, Any]:
    """Check and save one file: seconds on the clock and of the processor, queries, and the upload."""
    from django.db import connection

    from hatang.network.models import RegisterUpload
    from hatang.network.services import check_upload, save_upload
    from hatang.work.services import store_file

    file = store_file(actor=officer, name="so.xlsx", content=content, province=province, organisation=None)
    upload = RegisterUpload.objects.create(file=file, province=province)
    counted = [0]

    def counting(execute: Any, *given: Any) -> Any:
        counted[0] += 1
        return execute(*given)

    with connection.execute_wrapper(counting):
        started, worked = time.perf_counter(), time.process_time()
        check_upload(upload)
        assert upload.state == "ready", upload.summary
        RegisterUpload.objects.filter(pk=upload.pk).update(state="saving")
        assert save_upload(actor=officer, upload=upload), upload.summary
        return time.perf_counter() - started, time.process_time() - worked, counted[0], upload


def forms_seconds(rows: dict[str, list[dict[str, Any]]], province: Any, communes: list[Any], operator: Any) -> float:
    """Save the same rows with a ModelForm each, as django-import-export and bulk imports of the kind do."""
    from hatang.network.forms import CellForm, MastForm, StationForm
    from hatang.network.models import Mast, Station

    by_code = {place.code: place.pk for place in communes}
    more = {"province": province, "today": TODAY}
    started = time.perf_counter()
    for row in rows["cot"]:
        kept(MastForm(row | {"owner": operator.pk, "commune": by_code[row["commune"]]}, **more))
    for row in rows["tram"]:
        mast = Mast.objects.get(owner=operator, code=row["mast"])
        kept(StationForm(row | {"mast": mast.pk, "operator": operator.pk}, **more))
    for row in rows["o"]:
        station = Station.objects.get(operator=operator, code=row["station"], technology="4G")
        kept(CellForm(row | {"station": station.pk}, **more))
    return time.perf_counter() - started


def kept(form: Any) -> None:
    """Save a form that must be right."""
    assert form.is_valid(), form.errors
    form.save()


def measure(masts: int) -> None:
    """Print what one size took, beside its peer."""
    begin("tests.settings")
    from django.core.management import call_command
    from django.db import transaction

    from hatang.network.services import undo_upload

    call_command("migrate", verbosity=0)
    province, communes, operator, officer = world()
    content = workbook(sheets(masts, communes))
    seconds, worked, queries, _ = upload_once(content, province, officer)
    again, worked_again, more_queries, upload = upload_once(
        workbook(sheets(masts, communes, height=40)), province, officer
    )
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    undo_upload(actor=officer, upload=upload)
    undone = time.perf_counter() - started
    rows = masts * 4
    allowed = 20 + 10 * rows / 5_000
    print(f"{masts:>7} masts, {rows - masts} stations and cells, peak {peak_mb:.0f} MB", flush=True)
    print(f"        new {seconds:.1f} s ({worked:.1f} s of the processor) with {queries} queries")
    print(f"        every mast changed {again:.1f} s ({worked_again:.1f} s) with {more_queries}, back {undone:.1f} s")
    if masts == 10_000:
        kept_all = max(seconds, again) <= 30 and peak_mb <= 500 and max(queries, more_queries) <= 2 * allowed
        print(f"        promise of 30 s, 500 MB and {allowed:.0f} queries for each of check and save: {said(kept_all)}")
    few = min(masts, PEER_MASTS)
    with transaction.atomic():
        from hatang.network.models import Cell, Mast, Station

        for model in (Cell, Station, Mast):
            model.objects.all().delete() if masts <= 1_000 else model.objects.all()._raw_delete("default")
        forms = forms_seconds(sheets(few, communes), province, communes, operator)
        transaction.set_rollback(True)
    per_row, per_form = seconds / rows, forms / (few * 4)
    print(f"        a ModelForm for each row, on {few} masts: {per_form * 1000:.1f} ms a row, the file", end=" ")
    print(f"{per_row * 1000:.2f} ms: {per_form / per_row:.0f} times as fast", flush=True)


def said(kept_all: bool) -> str:
    return "kept" if kept_all else "BROKEN"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        for size in SIZES:
            subprocess.run([sys.executable, "-m", "benchmarks.register_upload", str(size)], check=True)
