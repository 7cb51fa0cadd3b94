"""Taking what a check proposes: a figure typed in thousands is multiplied as if its filer had typed it anew."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.indicators.models import Finding, ReturnCell
from hatang.indicators.services.checks import run_checks
from hatang.indicators.services.checks.changes import factor_in, factor_of, factor_words
from hatang.indicators.services.filling import Change, save_cells
from hatang.indicators.services.return_forms import as_typed, joined


@transaction.atomic
def take_factor(*, actor: Person, finding: Finding) -> ReturnCell:
    """Multiply the figure of a finding by what it proposes, and check the return anew."""
    factor = factor_in(finding.key)
    if not factor or not finding.standing or finding.item is None:
        raise ValidationError("Điều này không có đề nghị nào để nhận, hoặc ô đã được sửa.")
    row = finding.of_return
    cell = row.cells.select_related("item__indicator", "place").get(item=finding.item, place=finding.place_id)
    change = Change(finding.item.code, cell.place_id, multiplied(cell, factor_of(factor)), cell.revision)
    saved = save_cells(actor=actor, return_=row, changes=[change], whole=True, reason=factor_words(factor))
    if saved.faults or saved.conflicts:
        raise ValidationError([fault.message for fault in saved.faults] or ["Người khác vừa sửa ô này."])
    run_checks(row)
    return saved.cells[0]


def multiplied(cell: ReturnCell, factor: float) -> str:
    """Write a cell's figure, multiplied, as it would be typed."""
    if not cell.item.is_ratio:
        return as_typed(None if cell.value is None else cell.value * factor)
    numerator = as_typed(None if cell.numerator is None else cell.numerator * factor)
    return joined(numerator, "" if cell.item.denominator_from else as_typed(cell.denominator))
