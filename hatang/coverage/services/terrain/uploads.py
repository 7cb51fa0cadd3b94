"""The way of terrain files: stored as they came, made into a terrain in the background, then let go; or given up."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from hatang.accounts.models import Person
from hatang.core.terrain import Source
from hatang.coverage.forms.terrain import Uploaded
from hatang.coverage.models import Terrain
from hatang.coverage.services.terrain.preparing import Brought, prepare
from hatang.coverage.services.terrain.storing import whole_or_nothing
from hatang.work.models import Job, StoredFile
from hatang.work.services import (
    GIVEN_UP_WORDS,
    KINDS,
    MAP_KINDS,
    RASTER_KINDS,
    Progress,
    asker,
    background,
    drop_file,
    run_job,
    store_file,
    store_large,
    when_given_up,
)

COMPUTE = "coverage.compute_run"
TABLES = {suffix: KINDS[suffix] for suffix in (".csv", ".xlsx")}
SEA_KINDS = {suffix: kind for suffix, kind in (RASTER_KINDS | MAP_KINDS).items() if suffix not in (".hgt", ".gz")}
State = Terrain.State


def ask_terrain(*, actor: Person, terrain: Terrain, uploaded: Uploaded) -> Job:
    """Store files for a new terrain and start preparing it; nothing stays if one of them is refused."""
    if not actor.has_perm(COMPUTE, terrain):
        raise PermissionDenied
    with whole_or_nothing() as files:

        def large(upload: UploadedFile, kinds: Mapping[str, str] = RASTER_KINDS) -> int:
            files.append(stored_large(actor, terrain, upload, kinds))
            return files[-1].pk

        kept: dict[str, Any] = {
            "heights": [large(upload) for upload in uploaded.heights],
            "clutter": large(uploaded.clutter) if uploaded.clutter else None,
            "classes": None,
            "sea_mask": large(uploaded.sea_mask, SEA_KINDS) if uploaded.sea_mask else None,
        }
        if uploaded.classes:
            files.append(stored_table(actor, terrain, uploaded.classes))
            kept["classes"] = files[-1].pk
        terrain.added_by, terrain.report = actor, {"files": [file.name for file in files]}
        terrain.save()
        title = f"Chuẩn bị địa hình {terrain.title}"
        job = run_job(prepare_job, actor=actor, title=title, terrain_id=terrain.pk, kept=kept, said=uploaded.said)
        Terrain.objects.filter(pk=terrain.pk).update(job=job)
        return job


def stored_large(actor: Person, terrain: Terrain, file: UploadedFile, kinds: Mapping[str, str]) -> StoredFile:
    """Store a raster or a map of the province."""
    return store_large(
        actor=actor, upload=file, most_bytes=settings.TERRAIN_BYTES, province=terrain.province, kinds=kinds
    )


def stored_table(actor: Person, terrain: Terrain, file: UploadedFile) -> StoredFile:
    """Store a table of the province."""
    name, content = file.name or "", file.read()
    return store_file(
        actor=actor, name=name, content=content, province=terrain.province, organisation=None, kinds=TABLES
    )


def prepare_terrain(progress: Progress, terrain_id: int, kept: dict[str, Any], said: dict[str, Any]) -> str:
    """Prepare a terrain from stored files, give its address, and let the files go, whether they could be used or not.

    `kept` has the keys of the stored files: `heights` (the most trusted first), `clutter`, `classes`, `sea_mask` (or
    None); `said` has `sea`, `crs`, `sea_floor`, `metres_per_unit`.
    """
    terrain = Terrain.objects.select_related("province").get(pk=terrain_id)
    if terrain.state == State.PREPARING:
        try:
            with as_named(kept, said) as brought:
                prepare(actor=asker(progress), terrain=terrain, brought=brought, tell=progress)
        except Exception as error:
            words = error.messages if isinstance(error, ValidationError) else ["Hệ thống gặp lỗi. Báo quản trị."]
            refuse(terrain_id, " ".join(words))
            raise
        finally:
            let_go(kept)
    return reverse("coverage:terrain", args=[terrain_id])


@background(lane=Job.Lane.LONG)
def prepare_job(progress: Progress, terrain_id: int, kept: dict[str, Any], said: dict[str, Any]) -> str:
    """Prepare a terrain in the background."""
    return prepare_terrain(progress, terrain_id, kept, said)


@when_given_up(prepare_job)
def terrain_given_up(terrain_id: int, kept: dict[str, Any], said: dict[str, Any]) -> None:
    """Tell that a terrain cannot be prepared; its files are let go."""
    refuse(terrain_id, f"{GIVEN_UP_WORDS} Tệp có thể quá lớn hoặc hỏng: dùng tệp nhỏ hơn.")
    let_go(kept)


def refuse(terrain_id: int, words: str) -> None:
    """Say why a terrain cannot be used."""
    row = Terrain.objects.filter(pk=terrain_id, state=State.PREPARING).first()
    if row:
        row.state, row.report = State.FAILED, row.report | {"refused": words}
        row.save()


@contextmanager
def as_named(kept: dict[str, Any], said: dict[str, Any]) -> Iterator[Brought]:
    """Lay stored files out under the names with which they came: an HGT tile's name is its place."""
    with tempfile.TemporaryDirectory(prefix="hatang-terrain-") as folder:

        def laid(key: int) -> Path:
            row = StoredFile.objects.get(pk=key)
            path = Path(folder) / str(key) / row.name
            path.parent.mkdir()
            path.symlink_to(row.file.path)
            return path

        of_files = {name: said.get(name) or default for name, default in OF_FILES.items()}
        yield Brought(
            heights=tuple(Source(laid(key), **of_files) for key in kept["heights"]),
            clutter=laid(kept["clutter"]) if kept["clutter"] else None,
            classes=laid(kept["classes"]) if kept["classes"] else None,
            sea=bool(said.get("sea")),
            sea_mask=laid(kept["sea_mask"]) if kept.get("sea_mask") else None,
        )


OF_FILES: dict[str, Any] = {"crs": "", "metres_per_unit": None, "sea_floor": False}
"""What may be said of files of heights, and what counts where nothing is said."""


def let_go(kept: dict[str, Any]) -> None:
    """Take the files off the disk and the quota: the terrain has what was in them, their owners have the files."""
    keys = [*kept["heights"], kept["clutter"], kept["classes"], kept.get("sea_mask")]
    with transaction.atomic():
        for row in StoredFile.objects.filter(pk__in=[key for key in keys if key]):
            drop_file(row)


@transaction.atomic
def discard_terrain(*, actor: Person, terrain: Terrain) -> None:
    """Remove a terrain on which nothing was computed; its files leave the disk and the quota.

    Raises ValidationError for one that a run used, or that is being prepared.
    """
    if not actor.has_perm(COMPUTE, terrain):
        raise PermissionDenied
    if terrain.state == State.PREPARING:
        raise ValidationError("Địa hình đang được chuẩn bị. Đợi xong rồi hãy bỏ.")
    if terrain.runs.exists():
        raise ValidationError("Đã có lượt tính dùng địa hình này nên phải giữ lại.")
    files = [file for file in (terrain.heights, terrain.clutter, terrain.zones) if file]
    terrain.delete()
    for file in files:
        drop_file(file)
