"""Register files by API: what the upload page does, for an operator's own machines. The same functions stand behind."""

from __future__ import annotations

from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from hatang.network.models import UploadLine
from hatang.network.services import (
    ask_to_save,
    ask_to_undo,
    discard_upload,
    may_upload_for,
    start_upload,
    visible_upload,
)
from hatang.network.services.layouts import BY_SLUG
from hatang.places.services import province_by_code
from hatang.work.models import Job
from hatang.work.services import check_size

LINES_A_PAGE = 500
COUNTS = ("rows", "added", "changed", "unchanged", "missing", "wrong", "doubts")

router = Router(tags=["Sổ hạ tầng"])


class Asked(Schema):
    """How a file is to be read; what is left out is recognised."""

    layout: str = ""
    crs: str = ""
    layer: str = ""


class Accepted(Schema):
    """Work that was begun, and where to ask how far it is."""

    job: int
    state: str
    percent: int
    message: str
    upload: int | None


class Verdict(Schema):
    """What a file would change, or changed."""

    upload: int
    file: str
    state: str
    refused: str
    counts: dict[str, int]


class Line(Schema):
    """One thing that the check found: where it is, what is wrong, what would be right."""

    sheet: str
    row: int | None
    column: str
    heading: str
    subject: str
    before: str
    after: str
    wrong: str
    right: str


class Lines(Schema):
    """A page of what the check found."""

    count: int
    pages: int
    lines: list[Line]


def accepted(job: Job) -> dict[str, Any]:
    """Say how far a job is, and, once it is done, which upload it was about."""
    upload = job.result_url.rstrip("/").rpartition("/")[2]
    return {
        "job": job.pk,
        "state": job.state,
        "percent": job.done_percent,
        "message": job.message,
        "upload": int(upload) if upload.isdigit() else None,
    }


@router.post("/{code}/tai-len", response={202: Accepted}, summary="Tải một tệp lên và kiểm tra")
def upload_file(request: HttpRequest, code: str, asked: Form[Asked], file: File[UploadedFile]) -> Any:
    """Store a file and begin its check; nothing of it enters the register."""
    province = province_by_code(code)
    if not may_upload_for(request.user, province)[0]:
        raise Http404
    if asked.layout and asked.layout not in BY_SLUG:
        raise ValidationError(f"“{asked.layout[:40]}” không phải loại dữ liệu; một trong {', '.join(BY_SLUG)}.")
    check_size(file.size or 0)
    options = {name: value for name, value in asked.dict().items() if value}
    actor: Any = request.user
    job = start_upload(actor=actor, province=province, name=file.name or "", content=file.read(), options=options)
    return Status(202, accepted(job))


@router.get("/viec/{pk}", response=Accepted, summary="Việc đang chạy đến đâu")
def job_state(request: HttpRequest, pk: int) -> Any:
    """Say how far one's own job is."""
    return accepted(get_object_or_404(Job.objects.filter(asked_by=request.user.pk), pk=pk))


@router.get("/tai-len/{pk}", response=Verdict, summary="Tệp sẽ thay đổi gì")
def verdict(request: HttpRequest, pk: int) -> Any:
    """Give the counts of what a file would change, and whether it may be saved."""
    row = visible_upload(request.user, pk)
    refused = row.summary.get("refused") or {}
    return {
        "upload": row.pk,
        "file": row.file.name,
        "state": row.state,
        "refused": " ".join(filter(None, (refused.get("wrong", ""), refused.get("right", "")))),
        "counts": {name: row.summary.get(name, 0) for name in COUNTS},
    }


@router.get("/tai-len/{pk}/dong", response=Lines, summary="Lỗi theo ô, chỗ sửa, điều cần xem, dòng thiếu")
def lines(
    request: HttpRequest, pk: int, kind: Literal["wrong", "changed", "doubt", "missing"] = "wrong", page: int = 1
) -> Any:
    """Give a page of what the check found."""
    rows = UploadLine.objects.filter(upload=visible_upload(request.user, pk), kind=kind).order_by("pk")
    pages = Paginator(rows, LINES_A_PAGE)
    return {"count": pages.count, "pages": pages.num_pages, "lines": list(pages.get_page(page))}


@router.post("/tai-len/{pk}/luu", response={202: Accepted}, summary="Lưu cả tệp")
def save_file(request: HttpRequest, pk: int) -> Any:
    """Begin saving a checked file, whole or not at all."""
    actor: Any = request.user
    return Status(202, accepted(ask_to_save(actor=actor, upload=visible_upload(request.user, pk))))


@router.post("/tai-len/{pk}/hoan-tac", response={202: Accepted}, summary="Hoàn tác cả tệp đã lưu")
def undo_file(request: HttpRequest, pk: int) -> Any:
    """Begin taking a saved file back."""
    actor: Any = request.user
    return Status(202, accepted(ask_to_undo(actor=actor, upload=visible_upload(request.user, pk))))


@router.delete("/tai-len/{pk}", response={204: None}, summary="Bỏ tệp chưa lưu")
def discard_file(request: HttpRequest, pk: int) -> Any:
    """Give up a file that was not saved."""
    actor: Any = request.user
    discard_upload(actor=actor, upload=visible_upload(request.user, pk))
    return Status(204, None)
