"""Verbs of files and jobs: store a file within its quota, give it back safely, run long work in the background."""

from __future__ import annotations

import functools
import hashlib
import io
import logging
import re
import secrets
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult
from PIL import Image, ImageOps

from hatang.accounts.models import Organisation, Person
from hatang.core.vietnamese import number
from hatang.places.models import Place
from hatang.work.models import Job, StoredFile

log = logging.getLogger("hatang.work")

PICTURES = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
KINDS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
MAP_KINDS = {
    ".geojson": "application/geo+json",
    ".json": "application/geo+json",
    ".gz": "application/gzip",
    ".gpkg": "application/geopackage+sqlite3",
    ".zip": "application/zip",
}
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2_000
UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


# Files


def store_file(
    *,
    actor: Person,
    name: str,
    content: bytes,
    province: Place | None,
    organisation: Organisation | None,
    kinds: Mapping[str, str] = KINDS,
) -> StoredFile:
    """Store a file for an organisation, or for a province; a picture loses what its camera wrote into it.

    Raises ValidationError when the kind is not one of ours, the file too large, or the owner's quota used up.
    """
    name = safe_name(name)
    suffix = PurePath(name).suffix.lower()
    if suffix not in kinds:
        raise ValidationError(f"Không nhận tệp loại “{suffix}”. Các loại nhận: {', '.join(sorted(kinds))}.")
    check_size(len(content))
    if suffix in PICTURES:
        content = bare_picture(content, PICTURES[suffix])
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        check_quota(len(content), province, organisation)
        row = StoredFile(name=name, sha256=digest, size_bytes=len(content), stored_by=actor)
        row.province, row.organisation = province, organisation
        row.file.save(f"{digest[:16]}-{secrets.token_hex(4)}{suffix}", ContentFile(content), save=False)
        try:
            row.save()
        except Exception:
            row.file.delete(save=False)
            raise
    return row


def safe_name(name: str) -> str:
    """Give a name without folders, control signs and signs that turn the reading direction.

    >>> safe_name("../../etc/Tra\\u0323m.xlsx")
    'Trạm.xlsx'
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    stem, dot, suffix = UNSAFE_IN_NAME.sub("_", last).strip(" .").rpartition(".")
    return f"{stem[:150]}{dot}{suffix[:10]}" or "tep"


def check_size(size_bytes: int) -> None:
    """Refuse a file above the installation's limit."""
    if size_bytes > settings.UPLOAD_BYTES:
        raise ValidationError(
            f"Tệp nặng {number(size_bytes / 1e6, 1)} MB; tối đa {number(settings.UPLOAD_BYTES / 1e6, 1)} MB."
        )


def check_quota(size_bytes: int, province: Place | None, organisation: Organisation | None) -> None:
    """Refuse what goes beyond the owner's quota; the owner's row is locked so that two uploads cannot both fit."""
    if organisation:
        Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
        files = StoredFile.objects.filter(organisation=organisation)
    else:
        Place.objects.select_for_update().filter(pk__in=[province.pk] if province else []).first()
        files = StoredFile.objects.filter(organisation=None, province=province)
    used = files.aggregate(sum=Sum("size_bytes"))["sum"] or 0
    if used + size_bytes > settings.QUOTA_BYTES:
        raise ValidationError(
            f"Đã dùng {number(used / 1e6, 1)} MB trong {number(settings.QUOTA_BYTES / 1e6, 1)} MB được lưu; "
            f"tệp này cần thêm {number(size_bytes / 1e6, 1)} MB. Nhờ quản trị tăng hạn mức."
        )


def bare_picture(content: bytes, kind: str) -> bytes:
    """Draw the picture anew, turned as its camera meant and at most 2.000 pixels long.

    Only the pixels pass: place and device in EXIF, comments, thumbnails and anything appended stay behind.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValidationError(f"Ảnh quá lớn; tối đa {number(MOST_PIXELS / 1e6)} triệu điểm ảnh.")
                return redrawn(picture, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(f"Ảnh quá lớn; tối đa {number(MOST_PIXELS / 1e6)} triệu điểm ảnh.") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(f"Tệp không phải ảnh {kind} nguyên vẹn.") from error


def redrawn(picture: Image.Image, kind: str) -> bytes:
    """Copy the pixels into a new picture and write that."""
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turned = turned.convert("RGBA" if kind != "JPEG" and turned.has_transparency_data else "RGB")
    fresh = Image.new(turned.mode, turned.size)
    fresh.paste(turned)
    target = io.BytesIO()
    fresh.save(target, kind, quality=85)
    return target.getvalue()


def drop_file(stored: StoredFile) -> None:
    """Take a file's content off the disk and the quota; the row stays for who looks back."""
    stored.size_bytes = 0
    stored.save(update_fields=["size_bytes"])
    name = str(stored.file.name)
    transaction.on_commit(lambda: stored.file.storage.delete(name))


def file_response(stored: StoredFile, *, inline: bool = False) -> HttpResponseBase:
    """Answer with a stored file under a fixed content type; the caller has asked who may see it."""
    suffix = PurePath(stored.name).suffix.lower()
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        log.exception("stored file is not on the disk", extra={"file": stored.pk})
        raise Http404("Tệp không còn trong kho lưu.") from error
    response = FileResponse(
        content,
        as_attachment=not (inline and suffix in PICTURES),
        filename=stored.name,
        content_type=(KINDS | MAP_KINDS).get(suffix, "application/octet-stream"),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    return response


# Jobs


class Progress:
    """Tells how far a job is; the page that waits for it reads this."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def __call__(self, percent: int, message: str) -> None:
        Job.objects.filter(pk=self.job_id).update(done_percent=percent, message=message[:500])


Work = Callable[..., str]
MOST_STARTS = 2
"""How often a job whose worker was killed is begun; what twice took its worker along would do so for ever."""
GIVEN_UP_WORDS = "Hệ thống đã hai lần phải dừng giữa chừng khi làm việc này nên không làm lại nữa."
GIVEN_UP: dict[str, Callable[..., None]] = {}


def background(work: Work) -> Task[..., None]:
    """Turn `work(progress, **arguments) -> address of the result` into a task that `run_job` can start."""

    @functools.wraps(work)
    def run(job_id: int, **arguments: Any) -> None:
        Job.objects.filter(pk=job_id).update(state=Job.State.RUNNING)
        try:
            ended(job_id, Job.State.DONE, result_url=work(Progress(job_id), **arguments), done_percent=100)
        except ValidationError as error:
            ended(job_id, Job.State.FAILED, message=" ".join(error.messages)[:500])
        except PermissionDenied:
            ended(job_id, Job.State.FAILED, message="Bạn không còn quyền làm việc này.")
        except Exception:
            log.exception("job failed", extra={"job": job_id})
            excuse = f"Hệ thống gặp lỗi, chưa có gì thay đổi. Báo quản trị mã việc {job_id}."
            ended(job_id, Job.State.FAILED, message=excuse)

    return task()(run)


def ended(job_id: int, state: Job.State, **more: Any) -> None:
    """Write down a job's end."""
    Job.objects.filter(pk=job_id).update(state=state, ended_at=timezone.now(), **more)


def run_job(work: Task[..., None], *, actor: Person, title: str, **arguments: Any) -> Job:
    """Start background work for a person and give the job whose page shows how far it is.

    The queue lies in the same database: within a transaction the worker sees the job only when it commits.
    """
    job = Job.objects.create(title=title[:200], asked_by=actor)
    work.enqueue(job_id=job.pk, **arguments)
    job.refresh_from_db()
    return job


def resume_interrupted_jobs() -> int:
    """Put jobs whose worker was killed back into the queue; only for a start at which no worker runs yet.

    Doing them again is safe: a check changes nothing, and a save looks first whether it was done. A job that was
    interrupted twice is given up instead: a file that ends its worker must not do so at every start.
    """
    left = list(DBTaskResult.objects.running())
    again = [row.pk for row in left if len(row.worker_ids) < MOST_STARTS]
    for row in left:
        if row.pk not in again:
            give_up(row)
    return DBTaskResult.objects.filter(pk__in=again).update(status=TaskResultStatus.READY, started_at=None)


def when_given_up(work: Task[..., None]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Name what is to happen, with the job's own arguments, when work is given up."""

    def keep(release: Callable[..., None]) -> Callable[..., None]:
        GIVEN_UP[work.module_path] = release
        return release

    return keep


def give_up(row: DBTaskResult) -> None:
    """End a job that was interrupted too often, and let go of what it held."""
    arguments = dict(row.args_kwargs["kwargs"])
    with transaction.atomic():
        row.status, row.finished_at = TaskResultStatus.FAILED, timezone.now()
        row.save(update_fields=["status", "finished_at"])
        ended(arguments.pop("job_id", 0), Job.State.FAILED, message=GIVEN_UP_WORDS)
        release = released_by(row)
        if release:
            release(**arguments)


def released_by(row: DBTaskResult) -> Callable[..., None] | None:
    """Find what lets go of a job's things; work that no longer exists holds nothing."""
    try:
        import_string(row.task_path)
    except ImportError:
        return None
    return GIVEN_UP.get(row.task_path)
