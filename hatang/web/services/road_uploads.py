"""The way of a file of roads: stored, checked in the background, shown, saved whole or given up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.core.vector_files import VectorFileError
from hatang.places.models import Place
from hatang.places.services.roads import RoadsAsked, RoadsOutcome, check_roads, save_roads
from hatang.web.models import RoadUpload
from hatang.web.services.map_files import authorise, check_may_bring, opened, refusal, store_map_file
from hatang.work.models import Job
from hatang.work.services import (
    Progress,
    background,
    check_now,
    discard,
    let_wait,
    refuse_waiting,
    run_job,
    save_now,
    take,
    when_given_up,
)

State = RoadUpload.State
SAID = ("source", "licence", "simulated", "name", "number", "road_class", "skip", "whole")


def start_road_upload(
    *, actor: Person, province: Place | None, name: str, content: bytes, options: dict[str, Any]
) -> Job:
    """Store a file of roads and start its check; who may bring a territory's boundaries may bring its roads."""
    check_may_bring(actor, province)
    with transaction.atomic():
        file = store_map_file(actor=actor, province=province, name=name, content=content)
        upload = RoadUpload.objects.create(file=file, province=province, options=options)
        return run_job(check_job, actor=actor, title=f"Kiểm tra tệp đường {file.name}", upload_id=upload.pk)


def ask_to_save(*, actor: Person, upload: RoadUpload) -> Job:
    """Start saving a checked file; of two who ask at once one wins."""
    authorise(actor, upload)
    with transaction.atomic():
        take(upload, (State.READY,), State.SAVING)
        return run_job(save_job, actor=actor, title=f"Lưu tệp đường {upload.file.name}", upload_id=upload.pk)


def discard_road_upload(*, actor: Person, upload: RoadUpload) -> None:
    """Give up a file that was not saved."""
    authorise(actor, upload)
    discard(upload)


def asked_of(upload: RoadUpload) -> RoadsAsked:
    """Give what the user said about the file."""
    return RoadsAsked(province=upload.province, **{name: upload.options[name] for name in SAID})


def check_upload(upload: RoadUpload, progress: Progress | None = None) -> None:
    """Check the stored file against the roads of its source and keep the verdict; no road changes."""
    try:
        file = opened(upload)
        outcome = check_roads(file, asked=asked_of(upload), **({"tell": progress} if progress else {}))
        keep_verdict(upload, outcome, {"kind": file.kind, "crs": file.crs, "features": file.count})
    except VectorFileError as error:
        upload.summary, upload.state = {"refused": refusal(error)}, State.WRONG
    upload.save(update_fields=["summary", "state"])


def keep_verdict(upload: RoadUpload, outcome: RoadsOutcome, facts: dict[str, Any]) -> None:
    """Note what a check found."""
    upload.summary = outcome.summary() | facts
    upload.state = State.READY if outcome.usable else State.WRONG


@transaction.atomic
def save_upload(*, actor: Person, upload: RoadUpload, progress: Progress | None = None) -> bool:
    """Save a checked file whole; give False, nothing saved, if the roads of its source changed meanwhile."""
    authorise(actor, upload)
    upload.refresh_from_db(fields=["state", "summary"])
    if upload.state != State.SAVING:
        raise ValidationError("Tệp này không còn chờ lưu: có người đã lưu hoặc đã bỏ.")

    def mark_saved(at: datetime) -> None:
        take(upload, (State.SAVING,), State.SAVED)
        upload.saved_at = at
        upload.save(update_fields=["saved_at"])

    saved = save_roads(
        opened(upload),
        asked=asked_of(upload),
        actor=actor,
        reason=f"tệp đường {upload.file.name[-60:]}, nhập lần {upload.pk}",
        fingerprint=upload.summary.get("fingerprint", ""),
        when_saved=mark_saved,
        **({"tell": progress} if progress else {}),
    )
    if saved.at is None:
        facts = {name: upload.summary[name] for name in ("kind", "crs", "features")}
        keep_verdict(upload, saved.outcome, facts | {"moved": True})
        upload.save(update_fields=["summary", "state"])
    return saved.at is not None


def detail_address(upload: RoadUpload) -> str:
    """Give the address of an upload's page."""
    return reverse("web:road_upload", args=[upload.pk])


def upload_of(pk: int) -> RoadUpload:
    """Read an upload with what jobs need."""
    return RoadUpload.objects.select_related("file", "province").get(pk=pk)


@background
def check_job(progress: Progress, upload_id: int) -> str:
    """Check an upload in the background."""
    upload = upload_of(upload_id)
    check_now(upload, check_upload, progress)
    return detail_address(upload)


@when_given_up(check_job)
def check_given_up(upload_id: int) -> None:
    """Tell that a file cannot be checked; it can then be discarded."""
    refuse_waiting(
        RoadUpload, upload_id, right="Tệp có thể quá lớn hoặc hỏng: chia nhỏ rồi tải lên lại, và bỏ tệp này."
    )


@background
def save_job(progress: Progress, upload_id: int) -> str:
    """Save an upload in the background, by the person who asked."""
    upload = upload_of(upload_id)
    save_now(upload, save_upload, progress)
    return detail_address(upload)


@when_given_up(save_job)
def save_given_up(upload_id: int) -> None:
    """Let a file wait again whose saving was given up; nothing of it was stored."""
    let_wait(RoadUpload, upload_id)
