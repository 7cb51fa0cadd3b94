"""The way of a file of roads: stored, checked in the background, shown, saved whole or given up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.core.vector_files import VectorFileError
from hatang.places.models import Place
from hatang.places.services.roads import RoadsAsked, RoadsOutcome, check_roads, save_roads
from hatang.web.models import RoadUpload
from hatang.web.services.map_files import authorise, check_may_bring, opened, refusal, store_map_file
from hatang.work.models import Job
from hatang.work.services import (
    Progress,
    UploadWay,
    take,
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
        return WAY.ask_to_check(actor=actor, upload=upload)


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


def upload_of(pk: int) -> RoadUpload:
    """Read an upload with what jobs need."""
    return RoadUpload.objects.select_related("file", "province").get(pk=pk)


WAY = UploadWay(
    path=f"{__name__}.WAY",
    page="web:road_upload",
    read=upload_of,
    authorise=authorise,
    check=check_upload,
    save=save_upload,
    noun="tệp đường",
)
ask_to_save, discard_road_upload = WAY.ask_to_save, WAY.discard
