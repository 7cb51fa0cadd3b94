"""The way of a register file: stored, checked in the background, shown, saved whole or given up, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.cells import TableError
from hatang.places.models import Place
from hatang.systems.models import CHANGE, SystemsUpload
from hatang.systems.services.checking import Outcome, Tell, check_file
from hatang.systems.services.writing import undo_outcome, write_outcome
from hatang.work.models import Job, Upload
from hatang.work.services import (
    KINDS,
    Progress,
    UploadWay,
    store_file,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

State = Upload.State
FILE_KINDS = {name: kind for name, kind in KINDS.items() if name in (".xlsx", ".csv", ".txt")}


def silent(percent: int, message: str) -> None:
    """Tell nobody how far it is."""


def visible_upload(person: AbstractBaseUser | AnonymousUser, pk: int) -> SystemsUpload:
    """Give the upload if the person may see it; otherwise it answers as if it were not there."""
    rows = SystemsUpload.objects.visible_to(person).select_related("file", "province")
    return get_object_or_404(rows, pk=pk)


def authorise(actor: Person, row: Any) -> None:
    """Refuse somebody who does not keep the registers of the province."""
    if not actor.has_perm(CHANGE, row):
        raise PermissionDenied


def start_upload(*, actor: Person, province: Place, name: str, content: bytes) -> Job:
    """Store a file and start its check."""
    authorise(actor, SystemsUpload(province=province))
    with transaction.atomic():
        said: dict[str, Any] = {"province": province, "organisation": actor.organisation, "kinds": FILE_KINDS}
        file = store_file(actor=actor, name=name, content=content, **said)
        upload = SystemsUpload.objects.create(file=file, province=province)
        return WAY.ask_to_check(actor=actor, upload=upload)


def check_upload(upload: SystemsUpload, progress: Progress | None = None) -> None:
    """Check the stored file and keep the verdict; the registers stay as they are."""
    try:
        keep_verdict(upload, examined(upload, progress or silent))
    except TableError as error:
        where = {"sheet": error.sheet, "row": error.row, "column": error.column}
        upload.summary = {"refused": {"wrong": error.message, "right": error.right, **where}}
        upload.state = State.WRONG
    upload.save(update_fields=["summary", "state"])


def examined(upload: SystemsUpload, tell: Tell) -> Outcome:
    """Check a stored file as of today."""
    with upload.file.file.open("rb") as file:
        content = file.read()
    today = timezone.localdate()
    return check_file(content, upload.file.name, province=upload.province, today=today, tell=tell)


def keep_verdict(upload: SystemsUpload, outcome: Outcome) -> None:
    """Keep what a file would do with the upload."""
    upload.summary = outcome.summary()
    right = outcome.rows and not outcome.faults
    upload.state = State.READY if right else State.WRONG


def save_upload(*, actor: Person, upload: SystemsUpload, progress: Progress | None = None) -> bool:
    """Save a checked file whole, checked once more within the transaction; give False if the registers moved."""
    authorise(actor, upload)
    with transaction.atomic():
        row = SystemsUpload.objects.select_for_update(of=("self",)).select_related("file", "province").get(pk=upload.pk)
        if row.state != State.SAVING:
            raise ValidationError("Tệp này không còn chờ lưu: có người đã lưu hoặc đã bỏ.")
        shown = row.summary.get("fingerprint")
        try:
            outcome = examined(row, progress or silent)
        except TableError as error:
            raise ValidationError(str(error)) from error
        same = not outcome.faults and outcome.fingerprint() == shown
        keep_verdict(row, outcome)
        if same:
            row.state, row.saved_at = State.SAVED, timezone.now()
            write_outcome(outcome, actor=actor, reason=row.reason)
        else:
            row.summary |= {"moved": True}
        row.save(update_fields=["state", "saved_at", "summary"])
    return same


def may_undo(upload: SystemsUpload) -> bool:
    """Tell whether an upload can be taken back: it was saved, and not yet taken back."""
    return upload.state == State.SAVED and upload.undone_at is None


def undo_upload(*, actor: Person, upload: SystemsUpload) -> None:
    """Take a saved file back whole, or refuse in words; of two who ask at once one wins."""
    authorise(actor, upload)
    with transaction.atomic():
        row = SystemsUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if not may_undo(row):
            raise ValidationError("Tệp này không hoàn tác được: chưa lưu, hoặc đã hoàn tác rồi.")
        restored, removed = undo_outcome(row, actor=actor)
        row.undone_at = timezone.now()
        row.summary |= {"undone": {"restored": restored, "removed": removed}}
        row.save(update_fields=["undone_at", "summary"])


def upload_of(pk: int) -> SystemsUpload:
    """Read an upload with what jobs need."""
    return SystemsUpload.objects.select_related("file", "province").get(pk=pk)


WAY = UploadWay(
    path=f"{__name__}.WAY",
    page="systems:upload_detail",
    read=upload_of,
    authorise=authorise,
    check=check_upload,
    save=save_upload,
    undo=undo_upload,
    may_undo=may_undo,
)
ask_to_save, ask_to_undo, discard_upload = WAY.ask_to_save, WAY.ask_to_undo, WAY.discard
