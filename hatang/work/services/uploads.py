"""The way of an upload, the same for every register: checked in the background, saved when asked, or given up.

Each register brings what is its own: how a file is checked, and how it is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from hatang.accounts.models import Person
from hatang.work.models import Job, Upload
from hatang.work.services.files import drop_file, file_response
from hatang.work.services.jobs import GIVEN_UP_WORDS, Progress

AnUpload = TypeVar("AnUpload", bound=Upload)
State = Upload.State
SETTLED = (State.READY, State.WRONG)
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
