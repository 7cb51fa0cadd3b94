"""Indicators of which several returns make no one figure: medians, distinct things, whatever cannot be added up.

Nobody invents a figure for them: the department is told so before the form is published and at its desk, with what each
filer answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hatang.indicators.models import FormItem, Period, Return, ReturnCell, ReturnForm
from hatang.indicators.services.return_forms import typed_of
from hatang.indicators.services.rolling import ADDED_UP

Told = tuple[Return, str]
"""A return and what it answered, as it was typed; nothing where it answers by commune."""


@dataclass(frozen=True)
class Apart:
    """An indicator of a form that is not added up over its returns, with what each of them answered."""

    item: FormItem
    told: list[Told]


def not_added_up(form: ReturnForm, items: Iterable[FormItem]) -> list[FormItem]:
    """Give the lines of a form whose answers by several filers make no figure of the province."""
    if form.filer == ReturnForm.Filer.DEPARTMENT:
        return []
    told = [item for item in items if item.indicator is not None and not item.is_counted]
    return [item for item in told if item.indicator and item.indicator.rollup not in ADDED_UP]


def apart_in(period: Period) -> list[Apart]:
    """Give a period's indicators of which no figure of the province arises, with the answers of those who were sent.

    One filer alone tells the province's figure; communes tell their own, which stand by themselves.
    """
    lines = not_added_up(period.form, period.version.items.select_related("indicator").order_by("order", "pk"))
    rows = list(period.returns.whole().order_by("organisation__sort_key", "place__sort_key")) if lines else []
    if len(rows) < 2:
        return []
    if period.form.filer == ReturnForm.Filer.COMMUNE:
        return [Apart(item, []) for item in lines]
    sent = [row for row in rows if not row.editable]
    answers = {} if period.form.by_commune else answers_of(sent, lines)
    return [Apart(item, [(row, answers.get((row.pk, item.pk), "")) for row in sent]) for item in lines]


def answers_of(rows: Iterable[Return], lines: Iterable[FormItem]) -> dict[tuple[object, int], str]:
    """Read what returns answered to some lines."""
    cells = ReturnCell.objects.filter(of_return__in=list(rows), item__in=list(lines)).select_related("item__indicator")
    return {(cell.of_return_id, cell.item_id): typed_of(cell.item, cell) for cell in cells}
