"""The way of an upload, the same for every register: checked in the background, saved when asked, or given up.

Each register brings what is its own as an `UploadWay`: how a file is checked, saved and taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django_tasks.base import Task

from hatang.accounts.models import Person
from hatang.work.models import Job, Upload
from hatang.work.services.files import drop_file, file_response
from hatang.work.services.jobs import GIVEN_UP_WORDS, Progress, background, in_lane, run_job, when_given_up

AnUpload = TypeVar("AnUpload", bound=Upload)
State = Upload.State
SETTLED = (State.READY, State.WRONG)
LARGE_BYTES = 20_000_000
"""A file above this is checked and saved in the lane of long work: smaller ones do not wait for it."""
FAULT = {"wrong": "Hệ thống gặp lỗi khi kiểm tra tệp.", "right": "Báo quản trị; chưa có gì được lưu."}


def check_now(upload: AnUpload, check: Callable[[AnUpload, Progress], object], progress: Progress) -> None:
    """Check an upload that waits for it; a fault of ours leaves it refused and never waiting for ever."""
    if upload.state != State.CHECKING:
        return
    try:
        check(upload, progress)
    except Exception:
        refuse_waiting(type(upload), upload.pk, **FAULT)
        raise


def refuse_waiting(model: type[Upload], pk: int, *, wrong: str = GIVEN_UP_WORDS, right: str) -> None:
    """Tell that a file cannot be checked; it can then be discarded."""
    waiting = model._default_manager.filter(pk=pk, state=State.CHECKING)
    waiting.update(state=State.WRONG, summary={"refused": {"wrong": wrong, "right": right}})


def save_now(upload: Upload, save: Callable[..., Any], progress: Progress) -> None:
    """Save a checked upload for the person who asked; what fails lets it wait again, nothing of it stored."""
    try:
        save(actor=asker(progress), upload=upload, progress=progress)
    except Exception:
        let_wait(type(upload), upload.pk)
        raise


def let_wait(model: type[Upload], pk: int) -> None:
    """Let a file wait again whose saving ended without storing anything."""
    model._default_manager.filter(pk=pk, state=State.SAVING).update(state=State.READY)


def take(upload: Upload, before: Collection[State], after: State) -> None:
    """Move an upload from one of these states to the next, if nobody else did meanwhile."""
    if not type(upload)._default_manager.filter(pk=upload.pk, state__in=before).update(state=after):
        raise ValidationError(
            "Tệp này đã đổi trạng thái: có người đang kiểm tra, đã lưu hoặc đã bỏ. Xem lại trang này."
        )
    upload.state = after


def discard(upload: Upload) -> None:
    """Give up a file that was not saved; its content leaves the disk and the quota."""
    with transaction.atomic():
        take(upload, SETTLED, State.DISCARDED)
        upload.summary = {}
        upload.save(update_fields=["summary"])
        drop_file(upload.file)


def original_response(upload: Upload) -> HttpResponseBase:
    """Answer with the file as it was uploaded; the caller has asked who may see it. What was given up is gone."""
    if upload.state == State.DISCARDED:
        raise Http404
    return file_response(upload.file)


def job_page(request: HttpRequest, upload: Upload, page: str, ask: Callable[[], Job]) -> HttpResponse:
    """Go to the page of the job that is asked for, or back to the upload's with the reason why it cannot begin."""
    try:
        return redirect("work:job", ask().pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(page, upload.pk)


def asker(progress: Progress) -> Person:
    """Give the person who asked for a job, who must still be allowed."""
    actor = Job.objects.select_related("asked_by").get(pk=progress.job_id).asked_by
    if actor is None:
        raise PermissionDenied
    return actor


@dataclass(frozen=True)
class UploadWay:
    """What is one register's own in the way of its files; the jobs find it by its path."""

    path: str
    """Module and name under which this way stands."""
    page: str
    """Name of the address of one upload's page."""
    read: Callable[[int], Any]
    """Gives an upload by its key with what its jobs need."""
    authorise: Callable[[Person, Any], None]
    """Raises PermissionDenied for somebody who may not change what the file changes."""
    check: Callable[[Any, Progress], object]
    save: Callable[..., object]
    undo: Callable[..., object] | None = None
    may_undo: Callable[[Any], bool] = bool
    stopped: Callable[[int], None] | None = None
    """Clears what a saving that was given up may have left outside the database."""
    noun: str = "tệp"
    undoing: str = "Hoàn tác"
    progress_words: str = "Đang trả sổ về như trước khi lưu tệp."
    not_undone: str = "Tệp này không hoàn tác được: chưa lưu, hoặc đã hoàn tác rồi."

    def ask_to_check(self, *, actor: Person, upload: Upload, verb: str = "Kiểm tra") -> Job:
        """Start the check of a stored file; whoever stored it was asked whether they may."""
        return self._begin(check_job, verb, actor, upload)

    def ask_to_save(self, *, actor: Person, upload: Upload) -> Job:
        """Start saving a checked file; of two who ask at once one wins."""
        self.authorise(actor, upload)
        with transaction.atomic():
            take(upload, (State.READY,), State.SAVING)
            return self._begin(save_job, "Lưu", actor, upload)

    def ask_to_undo(self, *, actor: Person, upload: Upload) -> Job:
        """Start taking a saved file back."""
        self.authorise(actor, upload)
        if not self.may_undo(upload):
            raise ValidationError(self.not_undone)
        return self._begin(undo_job, self.undoing, actor, upload)

    def discard(self, *, actor: Person, upload: Upload) -> None:
        """Give up a file that was not saved."""
        self.authorise(actor, upload)
        discard(upload)

    def address(self, upload: Upload) -> str:
        """Give the address of an upload's page."""
        return reverse(self.page, args=[upload.pk])

    def _begin(self, work: Task[..., None], verb: str, actor: Person, upload: Upload) -> Job:
        title = f"{verb} {self.noun} {upload.file.name}"
        work = in_lane(work, long=upload.file.size_bytes > LARGE_BYTES)
        return run_job(work, actor=actor, title=title, way=self.path, upload_id=upload.pk)


def way_at(path: str) -> UploadWay:
    """Find a way where it stands."""
    way: UploadWay = import_string(path)
    return way


@background
def check_job(progress: Progress, way: str, upload_id: int) -> str:
    """Check a file in the background."""
    own = way_at(way)
    upload = own.read(upload_id)
    check_now(upload, own.check, progress)
    return own.address(upload)


@when_given_up(check_job)
def check_given_up(way: str, upload_id: int) -> None:
    """Tell that a file cannot be checked; it can then be discarded."""
    right = "Tệp có thể quá lớn hoặc hỏng: chia nhỏ rồi tải lên lại, và bỏ tệp này."
    refuse_waiting(type(way_at(way).read(upload_id)), upload_id, right=right)


@background
def save_job(progress: Progress, way: str, upload_id: int) -> str:
    """Save a file in the background, by the person who asked."""
    own = way_at(way)
    upload = own.read(upload_id)
    save_now(upload, own.save, progress)
    return own.address(upload)


@when_given_up(save_job)
def save_given_up(way: str, upload_id: int) -> None:
    """Let a file wait again whose saving was given up; nothing of it was stored."""
    own = way_at(way)
    if own.stopped:
        own.stopped(upload_id)
    let_wait(type(own.read(upload_id)), upload_id)


@background
def undo_job(progress: Progress, way: str, upload_id: int) -> str:
    """Take a file back in the background, by the person who asked."""
    own = way_at(way)
    upload = own.read(upload_id)
    if own.undo is None:
        raise ValidationError(own.not_undone)
    progress(20, own.progress_words)
    own.undo(actor=asker(progress), upload=upload)
    return own.address(upload)
