"""Answers are saved as they are typed: each cell by itself, never over a content that its author has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.indicators.models import FormItem, Return, ReturnCell
from hatang.indicators.services.approval.gates import is_filer, may_be_filled
from hatang.indicators.services.periods.counting import places_of
from hatang.indicators.services.return_forms import Answer, read_answer, typed_of, with_denominators
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place

LOCKED = "Phiếu đã gửi hoặc kỳ đã đóng, không sửa được nữa. Cần sửa thì xin trả lại phiếu."
MOST_NOTE = 500
BATCH = 500
WRITTEN = (
    *("numerator", "denominator", "value", "text", "none_here", "answer", "note"),
    *("revision", "changed_by", "changed_at"),
)
Key = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """What somebody typed into one cell: the line's code, the place's key, and the revision that they saw (0: none)."""

    item: str
    place: int
    typed: str
    revision: int
    note: str | None = None


@dataclass(frozen=True)
class Conflict:
    """A change of a cell that somebody else has changed meanwhile, with the cell as it stands."""

    change: Change
    cell: ReturnCell


@dataclass(frozen=True)
class Fault:
    """A change that cannot be read, and what would be right."""

    change: Change
    message: str


@dataclass
class Saved:
    """What became of some changes: the cells as they now stand, what was not written and why."""

    cells: list[ReturnCell] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    changed: int = 0

    @property
    def clean(self) -> bool:
        """Whether everything was taken."""
        return not self.conflicts and not self.faults


@dataclass(frozen=True)
class Sheet:
    """A return as it is filled: its lines by code, the places it answers for, its cells."""

    row: Return
    items: dict[str, FormItem]
    places: dict[int, Place]
    cells: dict[Key, ReturnCell]


def may_fill(person: Any, row: Return) -> bool:
    """Tell whether a person may change a return now."""
    return may_be_filled(row) and is_filer(person, row)


@transaction.atomic
def save_cells(
    *, actor: Person, return_: Return, changes: Sequence[Change], whole: bool = False, reason: str = ""
) -> Saved:
    """Write what was typed into a return, each cell by itself; with `whole` everything or nothing.

    Who saves the same twice, as after a lost answer, is not in conflict with themselves. Raises PermissionDenied, or
    ValidationError when the return is locked.
    """
    if not is_filer(actor, return_):
        raise PermissionDenied
    row = Return.objects.select_for_update(of=("self",)).select_related("period__form", "place").get(pk=return_.pk)
    if not may_be_filled(row):
        raise ValidationError(LOCKED)
    sheet = sheet_of(row, changes)
    saved, written = Saved(), list[ReturnCell]()
    for change in changes:
        take(sheet, change, actor, saved, written)
    if whole and not saved.clean:
        return replace(saved, cells=[], changed=0)
    store(written, actor, reason)
    saved.changed = len(written)
    return saved


def sheet_of(row: Return, changes: Iterable[Change]) -> Sheet:
    """Read as much of a return as some changes touch."""
    codes, keys = {c.item for c in changes}, {c.place for c in changes}
    items = {
        i.code: i
        for i in FormItem.objects.filter(version=row.period.version_id, code__in=codes).select_related("indicator")
    }
    places = {place.pk: place for place in places_of(row) if place.pk in keys}
    if any(i.denominator_from == FormItem.Denominator.VILLAGES for i in items.values()):
        places = {place.pk: place for place in with_denominators(places.values())}
    cells = row.cells.filter(item__in=items.values(), place__in=keys).select_related("changed_by")
    return Sheet(row, items, places, {(cell.item_id, cell.place_id): cell for cell in cells})


def take(sheet: Sheet, change: Change, actor: Person, saved: Saved, written: list[ReturnCell]) -> None:
    """Read one change and put it where it belongs: among what is written, in conflict, or at fault."""
    item, place = sheet.items.get(change.item), sheet.places.get(change.place)
    if item is None or place is None:
        saved.faults.append(Fault(change, f"Phiếu không có dòng “{change.item}” ở nơi này."))
        return
    try:
        answer = read_answer(item, place, change.typed)
        note = read_note(change.note)
    except ValidationError as error:
        saved.faults.append(Fault(change, " ".join(error.messages)))
        return
    cell = sheet.cells.get((item.pk, place.pk))
    if cell is not None:
        cell.item, cell.place = item, place
    if cell is not None and holds(cell, answer, note):
        saved.cells.append(cell)
    elif (cell.revision if cell else 0) != change.revision:
        saved.conflicts.append(Conflict(change, cell or ReturnCell(item=item, place=place, revision=0)))
    else:
        cell = cell or ReturnCell(of_return=sheet.row, item=item, place=place, revision=0)
        sheet.cells[(item.pk, place.pk)] = cell
        write(cell, answer, note, actor)
        saved.cells.append(cell)
        written.append(cell)


def read_note(note: str | None) -> str | None:
    """Read the note beside an answer; None leaves the one that stands."""
    if note is not None and len(note.strip()) > MOST_NOTE:
        raise ValidationError(f"Ghi chú dài quá; nhiều nhất {MOST_NOTE} ký tự.")
    return None if note is None else note.strip()


def holds(cell: ReturnCell, answer: Answer, note: str | None) -> bool:
    """Tell whether a cell holds an answer already."""
    fields = answer.fields() | ({} if note is None else {"note": note})
    return all(getattr(cell, name) == value for name, value in fields.items())


def write(cell: ReturnCell, answer: Answer, note: str | None, actor: Person) -> None:
    """Put an answer into a cell."""
    for name, value in (answer.fields() | ({} if note is None else {"note": note})).items():
        setattr(cell, name, value)
    cell.revision += 1
    cell.changed_by, cell.changed_at = actor, timezone.now()


def store(cells: Iterable[ReturnCell], actor: Person, reason: str) -> None:
    """Store cells with their history."""
    once = {(cell.item_id, cell.place_id): cell for cell in cells}.values()
    new, standing = [cell for cell in once if cell._state.adding], [cell for cell in once if not cell._state.adding]
    more: dict[str, Any] = {"batch_size": BATCH, "default_user": actor, "default_change_reason": reason[:100] or None}
    bulk_create_with_history(new, ReturnCell, **more)
    bulk_update_with_history(standing, ReturnCell, WRITTEN, **more)


def contents(cell: ReturnCell) -> str:
    """Write what a cell holds as a person would have typed it."""
    return typed_of(cell.item, cell)
