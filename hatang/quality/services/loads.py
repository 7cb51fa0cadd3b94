"""The way of a file of measurements: stored, checked in the background, shown, saved whole or given up, taken back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vietnamese import day
from hatang.places.models import Place
from hatang.quality.models import BRING_MEASUREMENT, MeasurementLoad, PublishedSpeed
from hatang.quality.services.load_reading import Outcome, RefusedError, outcome_of
from hatang.quality.services.measurements import keep_rows, measurement_table, withdraw_rows
from hatang.quality.services.statistics import compute_statistics
from hatang.work.models import Job, StoredFile, Upload
from hatang.work.services import (
    Progress,
    UploadWay,
    discard,
    store_large,
    take,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

State = Upload.State
Kind = MeasurementLoad.Kind
JSON, GZIP, PLAIN = "application/json", "application/gzip", "application/octet-stream"
FILE_KINDS: dict[str, dict[str, str]] = {
    Kind.MLAB: {".json": JSON, ".jsonl": JSON, ".ndjson": JSON, ".gz": GZIP, ".csv": "text/csv"},
    Kind.OOKLA: {".parquet": PLAIN, ".csv": "text/csv", ".gz": GZIP},
    Kind.ISPEED: {".xlsx": PLAIN, ".csv": "text/csv"},
}
BATCH = 2_000
FOUND_BY = "Tệp này đã nạp ngày {day} ({name}), đang được tính."


def may_bring(person: AbstractBaseUser | AnonymousUser, province: Place) -> bool:
    """Tell whether the person loads measurements of a province."""
    return bool(person.has_perm(BRING_MEASUREMENT, MeasurementLoad(province=province)))  # type: ignore[union-attr]


def authorise(actor: Person, load: MeasurementLoad) -> None:
    """Refuse somebody whose scopes do not cover the load."""
    if not actor.has_perm(BRING_MEASUREMENT, load):
        raise PermissionDenied


def store_load(
    *, actor: Person, province: Place, upload: UploadedFile, kind: str, month: date | None = None, access: str = ""
) -> MeasurementLoad:
    """Store a file that waits for its check. Raises ValidationError for one that was loaded already."""
    if not may_bring(actor, province):
        raise PermissionDenied
    file = store_large(
        actor=actor,
        upload=upload,
        most_bytes=settings.UPLOAD_BYTES if kind == Kind.ISPEED else settings.MEASUREMENT_BYTES,
        province=province,
        kinds=FILE_KINDS[kind],
    )
    refuse_again(file, province)
    return MeasurementLoad.objects.create(file=file, province=province, kind=kind, month=month, access=access)


def refuse_again(file: StoredFile, province: Place) -> None:
    """Refuse a file whose very content counts already."""
    loads = MeasurementLoad.objects.counting().filter(province=province, file__sha256=file.sha256)
    before = loads.select_related("file").first()
    if before:
        saved_on = timezone.localdate(before.saved_at) if before.saved_at else timezone.localdate()
        file.file.delete(save=False)
        file.delete()
        raise ValidationError(FOUND_BY.format(day=day(saved_on), name=before.file.name))


def start_load(
    *, actor: Person, province: Place, upload: UploadedFile, kind: str, month: date | None = None, access: str = ""
) -> Job:
    """Store a file and start its check."""
    with transaction.atomic():
        load = store_load(actor=actor, province=province, upload=upload, kind=kind, month=month, access=access)
        return WAY.ask_to_check(actor=actor, upload=load)


def check_load(load: MeasurementLoad, progress: Progress | None = None) -> None:
    """Check the stored file and keep the verdict; nothing of it counts yet."""
    if progress:
        progress(10, "Đang đọc và kiểm tra từng dòng.")
    try:
        outcome = outcome_of(load)
        load.summary = outcome.summary()
        strict = load.of_medians and outcome.errors
        load.state = State.READY if outcome.savable and not strict else State.WRONG
    except RefusedError as error:
        load.summary = {"refused": {"wrong": error.wrong, "right": error.right}}
        load.state = State.WRONG
    load.save(update_fields=["summary", "state"])


def save_load(*, actor: Person, upload: MeasurementLoad, progress: Progress | None = None) -> int:
    """Save a checked file whole and work the statistics out anew; give how many rows are new.

    The rows go to the table first, under the load's number, and hold nobody's database up: what fails after that
    withdraws them again.
    """
    authorise(actor, upload)
    upload.refresh_from_db(fields=["state"])
    if upload.state == State.SAVED:
        compute_statistics(province=upload.province)
        return 0
    try:
        outcome = outcome_of(upload)
    except RefusedError as error:
        raise ValidationError(str(error)) from error
    if progress:
        progress(50, f"Đang lưu {outcome.new} dòng.")
    keep_or_withdraw(upload, outcome)
    if progress:
        progress(80, "Đang tính lại thống kê.")
    count_anew(upload, outcome.rows)
    return outcome.new


def keep_or_withdraw(load: MeasurementLoad, outcome: Outcome) -> None:
    """Keep the rows and what the page tells of them; what fails leaves no row that counts."""
    try:
        keep_tests(load, outcome)
        with transaction.atomic():
            take(load, [State.SAVING], State.SAVED)
            PublishedSpeed.objects.bulk_create(outcome.published if load.of_medians else (), batch_size=BATCH)
            load.rows, load.set_aside = outcome.new, sum(outcome.suspects.values())
            load.saved_at, load.summary = timezone.now(), outcome.summary()
            load.save(update_fields=["saved_at", "summary", "rows", "set_aside"])
    except Exception:
        withdraw_rows(load=load.pk)
        raise


def keep_tests(load: MeasurementLoad, outcome: Outcome) -> None:
    """Put tests and averages into the measurement table; medians that somebody published go into the database."""
    if not load.of_medians and outcome.rows is not None:
        measurement_table().restore(load.pk)
        keep_rows(outcome.rows, load=load.pk)


def count_anew(load: MeasurementLoad, rows: pa.Table | None) -> None:
    """Work statistics out anew for the years that a load touches."""
    if rows is not None and rows.num_rows:
        years = {timezone.localtime(at).year for at in rows["at"].to_pylist()}
        compute_statistics(province=load.province, years=years)


def may_undo(load: MeasurementLoad) -> bool:
    """Tell whether a load can be taken back: it was saved, not yet taken back, and is not another package's."""
    return load.state == State.SAVED and load.undone_at is None and load.kind != Kind.DRIVE


def undo_load(*, actor: Person, upload: MeasurementLoad) -> int:
    """Take a saved load back: its rows count no more, and the statistics are worked out anew; give how many."""
    authorise(actor, upload)
    with transaction.atomic():
        row = MeasurementLoad.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if not may_undo(row):
            raise ValidationError("Tệp này đã được rút.")
        row.undone_at = timezone.now()
        row.summary |= {"undone": {"removed": row.rows, "by": str(actor)}}
        row.save(update_fields=["undone_at", "summary"])
        withdraw_rows(load=row.pk)
    if not row.of_medians:
        compute_statistics(province=row.province)
    return row.rows


def discard_load(*, actor: Person, load: MeasurementLoad) -> None:
    """Give up a file that was not saved."""
    authorise(actor, load)
    discard(load)


# Speeds of drive tests, which coverage loads


@transaction.atomic
def keep_drive_rows(*, actor: Person, province: Place, file: StoredFile, rows: pa.Table) -> MeasurementLoad:
    """Keep the speeds of a file that another package saved: one load for a file, however often it is saved."""
    load, made = MeasurementLoad.objects.get_or_create(
        file=file, province=province, kind=Kind.DRIVE, defaults={"state": State.SAVED}
    )
    load.saved_at, load.undone_at, load.rows = timezone.now(), None, rows.num_rows
    load.save()
    if not made:
        measurement_table().restore(load.pk)
    keep_rows(rows, load=load.pk)
    return load


@transaction.atomic
def withdraw_drive_rows(*, file: StoredFile) -> None:
    """Let the speeds of a file that another package took back count no more."""
    for load in MeasurementLoad.objects.filter(file=file, kind=Kind.DRIVE, undone_at=None).select_related("file"):
        load.undone_at = timezone.now()
        load.save(update_fields=["undone_at"])
        withdraw_rows(load=load.pk)


def load_of(pk: int) -> MeasurementLoad:
    """Read a load with what jobs need."""
    return MeasurementLoad.objects.whole().get(pk=pk)


def error_lines(load: MeasurementLoad) -> list[list[Any]]:
    """Give the errors of a file, and the rows that it sets aside, as lines of a sheet."""
    names = ("row", "column", "heading", "value", "wrong", "right")
    told = [[error.get(name, "") for name in names] for error in load.summary.get("errors", [])]
    aside = [
        ["", "", one["id"], one["label"], one["why"], "Giữ lại nhưng xếp riêng"]
        for one in load.summary.get("aside", [])
    ]
    return [["Dòng", "Cột", "Tiêu đề, mã", "Giá trị, quy tắc", "Sai ở đâu", "Ghi thế nào"], *told, *aside]


def withdraw_unsaved(pk: int) -> None:
    """Let what a saving that was given up had brought count no more."""
    if MeasurementLoad.objects.filter(pk=pk, state=State.SAVING).exists():
        withdraw_rows(load=pk)


WAY = UploadWay(
    path=f"{__name__}.WAY",
    page="quality:load",
    read=load_of,
    authorise=authorise,
    check=check_load,
    save=save_load,
    undo=undo_load,
    may_undo=may_undo,
    stopped=withdraw_unsaved,
    undoing="Rút",
    progress_words="Đang rút các dòng của tệp.",
    not_undone="Tệp này không rút được ở đây: chưa lưu, đã rút, hoặc là tệp đo sóng (rút ở trang đo sóng).",
)
ask_to_save, ask_to_undo = WAY.ask_to_save, WAY.ask_to_undo
