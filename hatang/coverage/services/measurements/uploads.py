"""The way of a file of measurements: stored, checked in the background, shown, saved whole or given up, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.coverage.models import MEASURE, Measurement, MeasurementFile
from hatang.coverage.services.evidence.recounting import recount
from hatang.coverage.services.measurements.handing import hand_speeds
from hatang.coverage.services.measurements.reading import Outcome, RefusedError, read_measurements
from hatang.places.models import Place
from hatang.quality.services.loads import withdraw_drive_rows
from hatang.work.models import Job, Upload
from hatang.work.services import (
    KINDS,
    Progress,
    UploadWay,
    store_file,
    take,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

State = Upload.State
FILE_KINDS = {name: kind for name, kind in KINDS.items() if name in (".xlsx", ".csv", ".txt")}
BATCH = 2_000


def may_measure(person: AbstractBaseUser | AnonymousUser, province: Place) -> bool:
    """Tell whether the person brings measurements of a province."""
    return bool(person.has_perm(MEASURE, MeasurementFile(province=province)))  # type: ignore[union-attr]


def authorise(actor: Person, file: MeasurementFile) -> None:
    """Refuse somebody whose scopes do not cover the file."""
    if not actor.has_perm(MEASURE, file):
        raise PermissionDenied


def store_measurements(*, actor: Person, province: Place, name: str, content: bytes) -> MeasurementFile:
    """Store a file that waits for its check."""
    if not may_measure(actor, province):
        raise PermissionDenied
    file = store_file(actor=actor, name=name, content=content, province=province, organisation=None, kinds=FILE_KINDS)
    return MeasurementFile.objects.create(file=file, province=province)


@transaction.atomic
def start_measurements(*, actor: Person, province: Place, name: str, content: bytes) -> Job:
    """Store a file and start its check."""
    row = store_measurements(actor=actor, province=province, name=name, content=content)
    return WAY.ask_to_check(actor=actor, upload=row)


def check_measurements(file: MeasurementFile, progress: Progress | None = None) -> None:
    """Check the stored file and keep the verdict; no measurement is stored."""
    if progress:
        progress(10, "Đang đọc và kiểm tra từng ô.")
    try:
        outcome = outcome_of(file)
        file.summary = outcome.summary()
        file.state = State.READY if outcome.new and not outcome.faults else State.WRONG
    except RefusedError as error:
        file.summary = {"refused": {"wrong": error.wrong, "right": error.right}}
        file.state = State.WRONG
    file.save(update_fields=["summary", "state"])


def outcome_of(file: MeasurementFile) -> Outcome:
    """Read the stored file against the register as it is now."""
    content = Path(file.file.file.path).read_bytes()
    return read_measurements(content, file.file.name, province=file.province, now=timezone.now())


def save_measurements(*, actor: Person, upload: MeasurementFile, progress: Progress | None = None) -> int:
    """Save a checked file whole and count services anew; give how many measurements are new.

    Raises ValidationError, nothing saved, when the register changed so that the file is no longer right.
    """
    authorise(actor, upload)
    upload.refresh_from_db(fields=["state"])
    if upload.state == State.SAVED:
        return 0
    before, outcome = held_in(upload.province), savable(upload)
    if progress:
        progress(60, f"Đang lưu {len(outcome.new)} phép đo.")
    with transaction.atomic():
        take(upload, [State.SAVING], State.SAVED)
        if held_in(upload.province) != before:
            outcome = savable(upload)
        for one in outcome.new:
            one.file = upload
        Measurement.objects.bulk_create(outcome.new, batch_size=BATCH)
        upload.saved_at = timezone.now()
        upload.summary |= {"new": len(outcome.new), "known": outcome.known}
        upload.save(update_fields=["saved_at", "summary"])
        recount(province=upload.province, places={one.place_id for one in outcome.new if one.place_id})
        hand_speeds(actor=actor, file=upload, measurements=outcome.new)
    return len(outcome.new)


def held_in(province: Place) -> tuple[int | None, int]:
    """Give a mark of the measurements of a province, which says whether a file must be held against them anew."""
    held = Measurement.objects.filter(province=province).aggregate(last=Max("pk"), many=Count("pk"))
    return held["last"], held["many"]


def savable(upload: MeasurementFile) -> Outcome:
    """Read a file as it would be saved; refuse one that is no longer right."""
    try:
        outcome = outcome_of(upload)
    except RefusedError as error:
        raise ValidationError(str(error)) from error
    if outcome.faults:
        raise ValidationError("Chưa lưu gì: danh mục đã đổi từ khi kiểm tra tệp. Bỏ tệp này rồi tải lên lại.")
    return outcome


def may_undo(file: MeasurementFile) -> bool:
    """Tell whether a file can be taken back: it was saved, and not yet taken back."""
    return file.state == State.SAVED and file.undone_at is None


@transaction.atomic
def undo_measurements(*, actor: Person, upload: MeasurementFile) -> int:
    """Take the measurements of a saved file away again and count services anew; give how many."""
    authorise(actor, upload)
    row = MeasurementFile.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if not may_undo(row):
        raise ValidationError("Tệp này đã được hoàn tác.")
    rows = Measurement.objects.filter(file=row)
    places = set(rows.exclude(place=None).values_list("place_id", flat=True))
    removed, _ = rows.delete()
    row.undone_at = timezone.now()
    row.summary |= {"undone": {"removed": removed, "by": str(actor)}}
    row.save(update_fields=["undone_at", "summary"])
    recount(province=upload.province, places=places)
    withdraw_drive_rows(file=row.file)
    return removed


def file_of(pk: int) -> MeasurementFile:
    """Read a file with what jobs need."""
    return MeasurementFile.objects.whole().get(pk=pk)


def error_lines(file: MeasurementFile) -> list[list[Any]]:
    """Give the errors of a file as lines of a sheet."""
    names = ("row", "column", "heading", "value", "wrong", "right")
    told = [[error.get(name, "") for name in names] for error in file.summary.get("errors", [])]
    return [["Dòng", "Cột", "Tiêu đề", "Giá trị", "Sai ở đâu", "Ghi thế nào"], *told]


WAY = UploadWay(
    path=f"{__name__}.WAY",
    page="coverage:measurement_file",
    read=file_of,
    authorise=authorise,
    check=check_measurements,
    save=save_measurements,
    undo=undo_measurements,
    may_undo=may_undo,
    progress_words="Đang bỏ các phép đo của tệp.",
)
ask_to_save, ask_to_undo, discard_measurements = WAY.ask_to_save, WAY.ask_to_undo, WAY.discard
