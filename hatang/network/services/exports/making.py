"""Exports as files: at once, as a stream, or in the background with a file of the person's as the result."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import BadSignature, dumps, loads
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse

from hatang.accounts.access import scopes
from hatang.accounts.models import Person
from hatang.network.services.exports.asking import Asked
from hatang.network.services.exports.columns import ALL, TABLES, Table
from hatang.network.services.exports.geopackage import write_gpkg
from hatang.network.services.exports.maps import geojson_lines, write_kml
from hatang.network.services.exports.networks import writer
from hatang.network.services.exports.reading import Sheet, rows_in, tables_for
from hatang.network.services.exports.sheets import Step, csv_lines, write_csvs, write_xlsx
from hatang.work.models import Job, StoredFile
from hatang.work.services import (
    KINDS,
    MAP_KINDS,
    Progress,
    asker,
    background,
    drop_file,
    in_lane,
    keep_file,
    run_job,
    within_limit,
)

AT_ONCE_ROWS = 1_000
"""What is made while the person waits, a second at most; more is made in the background, unless it streams."""
MANY_ROWS = 100_000
"""A file of more rows takes its turn among long work."""
KEPT_FILES = 3
MOST_AN_HOUR, HOUR = 20, 3600
MOST_AT_ONCE = 2
"""How many large files a person may have made in an hour, and at once: others wait in the same queue."""
KEPT_SECONDS = 7 * 24 * 3600
SALT = "network.export"
EXPORTING = "Xuất "
UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)
NOT_HELD = (
    "Định dạng này không chứa các loại đã chọn: KML chỉ có công trình có vị trí, OFDS chỉ có cáp và hai đầu cáp. "
    "Chọn Excel, CSV, GeoPackage hoặc GeoJSON."
)
Write = Callable[[Path, list[Sheet], Asked, Step], None]


@dataclass(frozen=True)
class Format:
    """A format: its address, name, ending and type, and how it is written; `streams` in pieces of any size."""

    slug: str
    label: str
    suffix: str
    content_type: str
    write: Write
    streams: Callable[[list[Sheet], Asked], Iterator[bytes]] | None = None
    tables: frozenset[str] = frozenset(TABLES)
    """The tables that it can hold."""


def write_geojson(path: Path, sheets: list[Sheet], asked: Asked, step: Step) -> None:
    """Write GeoJSON into a file."""
    write_pieces(path, geojson_lines(sheets, asked))


def write_csv(path: Path, sheets: list[Sheet], asked: Asked, step: Step) -> None:
    """Write one table as CSV."""
    write_pieces(path, csv_lines(sheets[0]))


def write_pieces(path: Path, pieces: Iterator[bytes]) -> None:
    """Write pieces into a file as they come."""
    with path.open("wb") as file:
        file.writelines(pieces)


PLACED = frozenset(slug for slug, table in TABLES.items() if table.geometry)
OFDS_TABLES = frozenset({"tuyen-cap", "diem-noi-cap", "nha-tram", "cot"})
OFDS_TYPE = "application/json"
CSV = Format("csv", "CSV", ".csv", KINDS[".csv"], write_csv, lambda sheets, asked: csv_lines(sheets[0]))
CSVS = Format("csv", "CSV (mỗi loại một tệp, nén zip)", ".zip", MAP_KINDS[".zip"], write_csvs)
FORMATS: dict[str, Format] = {
    one.slug: one
    for one in (
        Format("xlsx", "Excel (.xlsx)", ".xlsx", KINDS[".xlsx"], write_xlsx),
        CSV,
        Format("gpkg", "GeoPackage, có sẵn kiểu vẽ cho QGIS", ".gpkg", MAP_KINDS[".gpkg"], write_gpkg),
        Format("geojson", "GeoJSON", ".geojson", MAP_KINDS[".geojson"], write_geojson, geojson_lines),
        Format("kml", "KML (Google Earth)", ".kml", MAP_KINDS[".kml"], write_kml, tables=PLACED),
        Format("ofds", "OFDS 0.4 (mạng cáp, JSON)", ".json", OFDS_TYPE, writer("0.4"), tables=OFDS_TABLES),
        Format("ofds-0-3", "OFDS 0.3 (mạng cáp, JSON)", ".json", OFDS_TYPE, writer("0.3"), tables=OFDS_TABLES),
    )
}


@dataclass(frozen=True)
class Export:
    """An export that a person asks for: its tables, its format, what of them."""

    person: Person
    tables: tuple[Table, ...]
    form: Format
    asked: Asked

    @property
    def sheets(self) -> list[Sheet]:
        """The tables, ready to be read."""
        return [Sheet(table, self.asked, self.person) for table in self.tables]

    @property
    def name(self) -> str:
        """The file's name."""
        what = self.tables[0].slug if len(self.tables) == 1 else "ha-tang"
        what = self.form.slug if self.form.tables == OFDS_TABLES else what
        return f"{what}-{self.asked.name}{self.form.suffix}"


def export_of(*, person: Person, slugs: list[str], form: str, asked: Asked) -> Export:
    """Give an export of tables, or of all of which the person may see rows, that the format can hold.

    Raises Http404 for a table or format that there is not, or not for the person; ValidationError when the format
    holds none of the tables.
    """
    allowed = {table.slug: table for table in tables_for(person, asked.province)}
    if form not in FORMATS or not allowed or set(slugs) - {ALL, *allowed}:
        raise Http404
    chosen = [table for slug, table in allowed.items() if ALL in slugs or slug in slugs]
    tables = tuple(table for table in chosen if table.slug in FORMATS[form].tables)
    if not tables:
        raise ValidationError(NOT_HELD)
    several = form == CSV.slug and len(tables) > 1
    return Export(person, tables, CSVS if several else FORMATS[form], asked)


def too_large(export: Export, sheets: list[Sheet]) -> bool:
    """Tell whether the person should not wait for the file."""
    return export.form.streams is None and rows_in(sheets) > AT_ONCE_ROWS


def response(export: Export, sheets: list[Sheet]) -> HttpResponseBase:
    """Answer with the file: in pieces where the format allows, otherwise made whole first."""
    if export.form.streams:
        answer: HttpResponseBase = StreamingHttpResponse(
            export.form.streams(sheets, export.asked), content_type=export.form.content_type
        )
        answer["Content-Disposition"] = f'attachment; filename="{export.name}"'
        return answer
    with tempfile.TemporaryDirectory(prefix="hatang-export-") as folder:
        path = Path(folder) / export.name
        export.form.write(path, sheets, export.asked, lambda done: None)
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=export.name, content_type=export.form.content_type
        )


def write_export(export: Export, path: Path) -> int:
    """Write an export into a file and say how many rows it holds."""
    sheets = export.sheets
    export.form.write(path, sheets, export.asked, lambda done: None)
    return rows_in(sheets)


def start_export(*, actor: Person, export: Export) -> Job:
    """Start making a file in the background; raises ValidationError while enough are being made for this person."""
    running = Job.objects.filter(asked_by=actor, state__in=UNDER_WAY, title__startswith=EXPORTING).count()
    if running >= MOST_AT_ONCE:
        raise ValidationError(f"Đang làm {running} tệp cho bạn. Đợi xong một tệp rồi yêu cầu tệp khác.")
    if not within_limit(action="export", who=str(actor.pk), most=MOST_AN_HOUR, seconds=HOUR):
        raise ValidationError(f"Trong một giờ bạn đã yêu cầu {MOST_AN_HOUR} tệp lớn. Đợi sang giờ sau, hoặc lọc bớt.")
    title = f"{EXPORTING}{export.name}"
    slugs = [table.slug for table in export.tables]
    form, arguments = export.form.slug, export.asked.arguments()
    work = in_lane(export_job, long=rows_in(export.sheets) > MANY_ROWS)
    return run_job(work, actor=actor, title=title, slugs=slugs, form=form, asked=arguments)


@background
def export_job(progress: Progress, slugs: list[str], form: str, asked: dict[str, Any]) -> str:
    """Make a file as its asker may see it now, keep it for them, and drop what they had made before the last few."""
    actor = asker(progress)
    try:
        export = export_of(person=actor, slugs=slugs, form=form, asked=Asked.of(asked))
    except Http404 as error:
        raise PermissionDenied from error
    sheets = export.sheets
    total = max(1, rows_in(sheets))

    def step(done: int) -> None:
        progress(min(95, 95 * done // total), f"Đã ghi {done} trong {total} dòng.")

    with tempfile.TemporaryDirectory(prefix="hatang-export-") as folder:
        path = Path(folder) / export.name
        export.form.write(path, sheets, export.asked, step)
        drop_older(actor)
        kept = keep_file(actor=actor, path=path, province=export.asked.province, organisation=actor.organisation)
    return address_of(kept, actor)


def rights(person: Person) -> str:
    """Sum up what a person sees of the register, to notice when that changes."""
    held = [*scopes(person, "network.view_thing"), *scopes(person, "network.view_station")]
    return hashlib.sha256(repr(sorted(map(repr, held))).encode()).hexdigest()[:16]


def address_of(file: StoredFile, person: Person) -> str:
    """Give the address of a file made for a person: it holds for some days, while their rights stay the same."""
    key = dumps({"file": file.pk, "rights": rights(person)}, salt=SALT)
    return reverse("network:export_result", args=[key])


def file_of(key: str, person: Person) -> StoredFile:
    """Give the file of an address, or answer 404 to others, to who has other rights by now, and after some days."""
    try:
        told = loads(key, salt=SALT, max_age=KEPT_SECONDS)
    except BadSignature as error:
        raise Http404 from error
    file = StoredFile.objects.visible_to(person).filter(pk=told["file"], size_bytes__gt=0).first()
    if file is None or told["rights"] != rights(person):
        raise Http404
    return file


def made_for(person: Person) -> list[tuple[Job, StoredFile]]:
    """Give the files made for a person that are still there, newest first, each with the job that made it."""
    found = []
    start = reverse("network:export_result", args=["-"]).removesuffix("-")
    jobs = Job.objects.visible_to(person).filter(state=Job.State.DONE, result_url__startswith=start)
    for job in jobs.order_by("-pk")[: 2 * KEPT_FILES]:
        try:
            found.append((job, file_of(job.result_url.removeprefix(start), person)))
        except Http404:
            continue
    return found


def drop_older(person: Person) -> None:
    """Make room: of the files made for a person only the last few are kept."""
    for _, file in made_for(person)[KEPT_FILES - 1 :]:
        drop_file(file)
