"""What a cell's answer rests on: a file brought to it, and everything that its cell ever held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.indicators.models import FormItem, Return, ReturnCell
from hatang.indicators.services.approval.gates import is_filer, may_be_filled
from hatang.indicators.services.filling.reading import Line
from hatang.indicators.services.filling.saving import LOCKED, contents
from hatang.places.models import Place
from hatang.work.models import StoredFile
from hatang.work.services import check_size, store_file

NONE = "chưa ghi gì"


@dataclass(frozen=True)
class Held:
    """What a cell held since an instant: the answer, the note, the file, by whom, and by which act."""

    at: datetime
    by: Person | None
    typed: str
    note: str
    file: StoredFile | None
    act: str


@transaction.atomic
def attach_evidence(
    *, actor: Person, return_: Return, item: FormItem, place: Place, upload: UploadedFile
) -> ReturnCell:
    """Keep a file as what a cell rests on; one that stood there before stays in the cell's history.

    What was typed and its revision stay, so that nobody's typing is in conflict with it.
    """
    row = may_change(actor, return_)
    check_size(upload.size or 0)
    file = store_file(
        actor=actor,
        name=upload.name or "",
        content=upload.read(),
        province=row.province,
        organisation=row.organisation,
    )
    cell = row.cells.filter(item=item, place=place).first()
    cell = cell or ReturnCell(of_return=row, item=item, place=place, revision=0, changed_at=timezone.now())
    return with_evidence(cell, file, actor, f"nộp tệp {file.name}")


@transaction.atomic
def remove_evidence(*, actor: Person, return_: Return, item: FormItem, place: Place) -> ReturnCell:
    """Take the file off a cell; it stays in the cell's history."""
    row = may_change(actor, return_)
    cell = row.cells.filter(item=item, place=place).exclude(evidence=None).select_related("evidence").first()
    if cell is None:
        raise ValidationError("Ô này không có tệp minh chứng.")
    return with_evidence(cell, None, actor, f"gỡ tệp {cell.evidence}")


def may_change(actor: Person, return_: Return) -> Return:
    """Give a return as it is now, locked, if the actor may change it."""
    if not is_filer(actor, return_):
        raise PermissionDenied
    rows = Return.objects.select_for_update(of=("self",)).select_related("period__form", "province", "organisation")
    row = rows.get(pk=return_.pk)
    if not may_be_filled(row):
        raise ValidationError(LOCKED)
    return row


def with_evidence(cell: ReturnCell, file: StoredFile | None, actor: Person, act: str) -> ReturnCell:
    """Store a cell with another file, or none."""
    cell.evidence = file
    sign(cell, actor, act[:100])
    cell.save()
    return cell


def held_by(row: Return, item: FormItem, place: Place) -> list[Held]:
    """Give what a cell held, the newest first."""
    records = ReturnCell.history.filter(of_return_id=row.pk, item_id=item.pk, place_id=place.pk)
    found = []
    for record in records.select_related("history_user", "evidence").order_by("-history_date", "-history_id"):
        cell = record.instance
        cell.item = item
        typed = contents(cell) or NONE
        if cell.counted:
            typed = f"{typed} (sổ đếm: {Line(item, place, cell, '').counted_words})"
        note = "" if cell.answer else cell.note
        act = record.history_change_reason or ""
        found.append(Held(record.history_date, record.history_user, typed, note, record.evidence, act))
    return found


def evidence_in(row: Return, pk: int) -> StoredFile | None:
    """Give a file that is or was in a cell of a return; no other file is reached by a return."""
    ever = ReturnCell.history.filter(of_return_id=row.pk, evidence__isnull=False)
    now = row.cells.filter(evidence__isnull=False)
    return StoredFile.objects.filter(
        Q(pk__in=ever.values("evidence")) | Q(pk__in=now.values("evidence")), pk=pk
    ).first()
