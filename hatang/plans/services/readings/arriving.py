"""The way of a plan's document: stored, read in the background, then looked through; or refused, or given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from time import thread_time
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.documents import DocumentError, read_document
from hatang.core.plan_reader.reading import TEXT_ONLY, read_plan
from hatang.core.plan_reader.structure import PlanRead
from hatang.places.models import Place
from hatang.plans.models import Plan, PlanReading, Statement
from hatang.plans.services.readings.access import authorise, may_read_plans
from hatang.plans.services.readings.facts import Known, known_for
from hatang.plans.services.readings.head import head_facts
from hatang.plans.services.readings.proposing import document_json, statements_of
from hatang.work.models import Job
from hatang.work.services import (
    KINDS,
    Progress,
    background,
    check_now,
    discard,
    refuse_waiting,
    run_job,
    store_file,
    when_given_up,
)

State = PlanReading.State
MOST_CPU_SECONDS = 60.0
PAGE_KINDS = {".html": "text/html; charset=utf-8", ".htm": "text/html; charset=utf-8"}
DOCUMENT_KINDS = {suffix: KINDS[suffix] for suffix in (".docx", ".pdf", ".txt")} | PAGE_KINDS


def start_reading(*, actor: Person, province: Place, name: str, content: bytes, against: Plan | None = None) -> Job:
    """Store a plan's document and start reading it; `against` is the plan that it may amend or replace."""
    if not may_read_plans(actor, province):
        raise PermissionDenied
    if against and against.province_id != province.pk:
        raise ValidationError("Kế hoạch để so sánh phải là của tỉnh này.")
    with transaction.atomic():
        owner = actor.organisation
        file = store_file(
            actor=actor, name=name, content=content, province=province, organisation=owner, kinds=DOCUMENT_KINDS
        )
        reading = PlanReading.objects.create(file=file, province=province, against=against)
        return run_job(read_job, actor=actor, title=f"Đọc văn bản {file.name}", reading_id=reading.pk)


def read_reading(reading: PlanReading, progress: Progress) -> None:
    """Read the stored document and propose what it holds; what cannot be read says why."""
    progress(10, "Đang mở tệp.")
    with reading.file.file.open("rb") as file:
        content = file.read()
    try:
        document = read_document(content, reading.file.name)
        progress(40, "Đang đọc văn bản.")
        read = read_plan(document.lines, patience())
    except DocumentError as error:
        refuse(reading, error)
        return
    progress(80, "Đang đối chiếu chỉ tiêu và cơ quan.")
    keep_read(reading, read, pages=document.pages, kind=document.kind)


def patience() -> Callable[[], None]:
    """Give a check that raises DocumentError once the reading of a text has used too much of the processor."""
    ends_at = thread_time() + MOST_CPU_SECONDS

    def check() -> None:
        if thread_time() > ends_at:
            raise DocumentError("Văn bản quá dài hoặc bất thường, không đọc xong.", TEXT_ONLY)

    return check


def refuse(reading: PlanReading, error: DocumentError) -> None:
    """Keep why a file cannot be read."""
    reading.summary = {"refused": {"wrong": error.message, "right": error.right, "page": error.page}}
    reading.state = State.WRONG
    reading.save(update_fields=["summary", "state"])


@transaction.atomic
def keep_read(reading: PlanReading, read: PlanRead, *, pages: int = 0, kind: str = "txt") -> None:
    """Keep what was read as rows that wait to be looked through; doing it again gives the same rows."""
    today = timezone.localdate()
    reading.facts = head_facts(read, province=reading.province, today=today, against=reading.against)
    rows = statements_of(read, reading, known_of(reading))
    reading.statements.all().delete()
    Statement.objects.bulk_create(rows)
    reading.document = document_json(read, pages=pages, kind=kind)
    reading.summary = {"found": dict(Counter(row.kind for row in rows))}
    reading.state = State.READY
    reading.save(update_fields=["document", "facts", "summary", "state"])


def known_of(reading: PlanReading) -> Known:
    """Read what the reading's words are held against, by the territory and the day in its facts."""
    territory = Place.objects.get(pk=reading.facts["territory"])
    return known_for(territory, on=day_of(reading.facts), today=timezone.localdate())


def day_of(facts: dict[str, Any]) -> date | None:
    """Give the document's day."""
    return date.fromisoformat(facts["date"]) if facts.get("date") else None


def discard_reading(*, actor: Person, reading: PlanReading) -> None:
    """Give up a document that did not become a plan, and all that was read in it."""
    authorise(actor, reading)
    with transaction.atomic():
        discard(reading)
        reading.document = {}
        reading.save(update_fields=["document"])
        reading.statements.all().delete()
        reading.acts.all().delete()


def reading_address(reading: PlanReading) -> str:
    """Give the address of the page on which a document is looked through."""
    return reverse("plans:reading", args=[reading.pk])


@background
def read_job(progress: Progress, reading_id: int) -> str:
    """Read a document in the background."""
    reading = PlanReading.objects.select_related("file", "province", "against").get(pk=reading_id)
    check_now(reading, read_reading, progress)
    return reading_address(reading)


@when_given_up(read_job)
def reading_given_up(reading_id: int) -> None:
    """Tell that a document cannot be read; it can then be discarded."""
    right = "Tệp có thể quá lớn hoặc hỏng: lưu lại từ Word thành DOCX hoặc PDF rồi tải lên lại, và bỏ tệp này."
    refuse_waiting(PlanReading, reading_id, right=right)
