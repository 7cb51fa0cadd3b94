"""A workbook brought for a return: what it would change is shown first, then taken whole or not at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from hatang.accounts.models import Person
from hatang.indicators.models import Return
from hatang.indicators.services.filling.saving import LOCKED, Change, may_fill
from hatang.indicators.services.return_forms import Fault, Read, read_filled
from hatang.work.services import check_size


@dataclass(frozen=True)
class Proposed:
    """A cell that a file would change: what stands now, what the file says, and whether somebody changed it since."""

    change: Change
    label: str
    place: str
    before: str
    at: str
    overtaken: bool


@dataclass(frozen=True)
class Preview:
    """What a file would change in a return, what is wrong in it, and why there is nothing where there is not."""

    rows: list[Proposed]
    faults: list[Fault]
    nothing: str

    @property
    def overtaken(self) -> int:
        """How many cells were changed in the return after the template was taken."""
        return sum(row.overtaken for row in self.rows)


def preview_file(*, actor: Person, return_: Return, content: bytes, name: str) -> Preview:
    """Read a filled workbook against a return as it stands; nothing is stored. ValidationError when it is locked."""
    if not may_fill(actor, return_):
        raise ValidationError(LOCKED)
    check_size(len(content))
    read: Read = read_filled(return_, content, name)
    standing = {(c.item_id, c.place_id): c.revision for c in return_.cells.only("item_id", "place_id", "revision")}
    rows = []
    for cell in read.cells:
        now = standing.get((cell.item.pk, cell.place.pk), 0)
        change = Change(cell.item.code, cell.place.pk, cell.typed, now)
        overtaken = now != cell.revision
        rows.append(Proposed(change, cell.item.label, str(cell.place), cell.before, cell.at, overtaken))
    return Preview(rows, read.faults, read.nothing_words if read.nothing_new else "")


def chosen(changes: Collection[tuple[Change, bool]], ticked: Collection[str]) -> list[Change]:
    """Keep what a file says: of cells that somebody changed meanwhile only those that the person chose."""
    return [change for change, overtaken in changes if not overtaken or f"{change.item}.{change.place}" in ticked]
