"""The way of a boundary file: stored, checked in the background, shown, saved whole, and taken back if need be."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.vector_files import VectorFile, VectorFileError
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.places.services.boundaries import (
    Asked,
    BoundaryFileError,
    check_boundaries,
    illustrate,
    preview_of,
    save_boundaries,
    undo_boundaries,
)
from hatang.web.models import BoundaryUpload
from hatang.web.services.map_files import authorise, check_may_bring, opened, refusal, store_map_file
from hatang.work.models import Job
from hatang.work.services import (
    SETTLED,
    Progress,
    UploadWay,
    take,
)

log = logging.getLogger("hatang.web")

State = BoundaryUpload.State
SOURCE_NAME = 165
"""Letters of a file's name in a boundary's source: the import's number after it must not be cut off."""


def start_upload(*, actor: Person, province: Place | None, name: str, content: bytes, options: dict[str, Any]) -> Job:
    """Store a boundary file and start its check."""
    check_may_bring(actor, province)
    with transaction.atomic():
        file = store_map_file(actor=actor, province=province, name=name, content=content)
        upload = BoundaryUpload(file=file, province=province, options=options, on=timezone.localdate())
        upload.save()
        return WAY.ask_to_check(actor=actor, upload=upload)


def reread(*, actor: Person, upload: BoundaryUpload, options: dict[str, Any]) -> Job:
    """Check a file again in the way that the user chose."""
    authorise(actor, upload)
    with transaction.atomic():
        take(upload, SETTLED, State.CHECKING)
        upload.options = options
        upload.save(update_fields=["options"])
        return WAY.ask_to_check(actor=actor, upload=upload, verb="Kiểm tra lại")


def may_undo(upload: BoundaryUpload) -> bool:
    """Tell whether an import can be taken back: it was saved, and not yet taken back but for what is newer."""
    undone = upload.summary.get("undone")
    return upload.state == State.SAVED and upload.saved_at is not None and (not undone or bool(undone.get("kept")))


# Reading


def asked_of(upload: BoundaryUpload) -> Asked:
    """Give what the user said about the file."""
    said = upload.options
    return Asked(
        on=date.fromisoformat(said["on"]) if said.get("on") else None,
        kinds=(said["level"],) if said.get("level") else None,
        province=upload.province,
        code=said.get("code"),
        name=said.get("name"),
        merge=bool(said.get("merge")),
        skip=bool(said.get("skip")),
        choices={int(feature): int(pk) for feature, pk in said.get("choices", {}).items()},
    )


def checked_again(upload: BoundaryUpload) -> Asked:
    """Give the same question with the day that the check found, so that midnight changes nothing."""
    return replace(asked_of(upload), on=upload.on)


def facts_of(file: VectorFile) -> dict[str, Any]:
    """Give what the page says about the file itself."""
    return {"fields": list(file.fields)[:100], "crs": file.crs, "kind": file.kind, "layer": file.layer}


def check_upload(upload: BoundaryUpload, progress: Progress | None = None) -> None:
    """Check the stored file against the units and keep the verdict; no boundary changes."""
    upload.state = State.WRONG
    try:
        file = opened(upload, polygons_only=True)
        tell = {"tell": progress} if progress else {}
        outcome = check_boundaries(file, asked=asked_of(upload), today=timezone.localdate(), **tell)
        upload.summary = outcome.summary() | facts_of(file) | {"preview": preview_of(outcome)}
        upload.on, upload.level = outcome.found.on, outcome.found.kind
        upload.state = State.READY if outcome.drawn and not outcome.wrong else State.WRONG
    except VectorFileError as error:
        upload.summary = {"refused": refusal(error)}
    except BoundaryFileError as error:
        upload.summary = {"refused": {"wrong": error.message, "right": error.right, "asks": error.asks}}
    upload.save(update_fields=["summary", "state", "on", "level"])


# Saving


def save_upload(*, actor: Person, upload: BoundaryUpload, progress: Progress | None = None) -> bool:
    """Save a checked file whole; give False, nothing saved, if the boundaries or units moved meanwhile."""
    authorise(actor, upload)
    upload.refresh_from_db(fields=["state", "saved_at", "summary"])
    if upload.state == State.SAVED:
        redraw_cells()
        return True
    if upload.state != State.SAVING:
        raise ValidationError("Tệp này không còn chờ lưu: có người đã kiểm tra lại, đã bỏ, hoặc đã trở lại.")

    def mark_saved(at: datetime) -> None:
        if not BoundaryUpload.objects.filter(pk=upload.pk, state=State.SAVING).update(state=State.SAVED, saved_at=at):
            raise ValidationError("Tệp này đã được lưu hoặc đã bỏ trong khi đang lưu.")
        upload.state, upload.saved_at = State.SAVED, at

    saved = save_boundaries(
        opened(upload, polygons_only=True),
        asked=checked_again(upload),
        today=timezone.localdate(),
        source=f"tệp {upload.file.name[-SOURCE_NAME:]}, nhập lần {upload.pk}",
        sha256=upload.file.sha256,
        fingerprint=upload.summary.get("fingerprint", ""),
        when_saved=mark_saved,
        **({"tell": progress} if progress else {}),
    )
    if saved.at is None:
        check_upload(upload, progress)
        upload.summary["moved"] = True
        upload.save(update_fields=["summary"])
        return False
    redraw_cells()
    return True


def nothing_undone(kept: int) -> str:
    """Say why taking an import back changed nothing."""
    if not kept:
        return "Lần nhập này không thay đổi ranh giới nào nên không có gì để trở lại."
    return f"Chưa trở lại được: cả {number(kept)} nơi đã có ranh giới mới hơn. Hãy trở lại lần nhập mới hơn trước."


def redraw_cells() -> None:
    """Draw illustrative cells for the units that have no boundary now.

    What was saved is saved whether or not this succeeds; the next start of the system draws them again.
    """
    try:
        illustrate(on=timezone.localdate())
    except Exception:
        log.exception("illustrative boundaries could not be drawn")


def undo_upload(*, actor: Person, upload: BoundaryUpload) -> None:
    """Take a saved import back; of two who ask at once one wins."""
    authorise(actor, upload)
    with transaction.atomic():
        row = BoundaryUpload.objects.select_for_update().get(pk=upload.pk)
        if row.saved_at is None or not may_undo(row):
            raise ValidationError("Lần nhập này đã được trở lại.")
        done = undo_boundaries(saved_at=row.saved_at, sha256=upload.file.sha256)
        if not done.restored + done.removed:
            raise ValidationError(nothing_undone(done.kept))
        told = {"at": timezone.localtime().isoformat(), "by": str(actor), "kept": done.kept}
        before = row.summary.get("undone", {})
        sums = {name: getattr(done, name) + before.get(name, 0) for name in ("restored", "removed")}
        row.summary["undone"] = told | sums
        row.save(update_fields=["summary"])
    redraw_cells()


def upload_of(pk: int) -> BoundaryUpload:
    """Read an upload with what jobs need."""
    return BoundaryUpload.objects.select_related("file", "province").get(pk=pk)


WAY = UploadWay(
    path=f"{__name__}.WAY",
    page="web:boundary_upload",
    read=upload_of,
    authorise=authorise,
    check=check_upload,
    save=save_upload,
    undo=undo_upload,
    may_undo=may_undo,
    noun="tệp ranh giới",
    undoing="Trở lại trước",
    progress_words="Đang trở lại ranh giới trước.",
    not_undone="Lần nhập này không còn trở lại được: chưa lưu, hoặc đã trở lại rồi.",
)
ask_to_save, ask_to_undo, discard_upload = WAY.ask_to_save, WAY.ask_to_undo, WAY.discard
