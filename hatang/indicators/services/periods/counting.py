"""What the registers count for the lines of a return: kept with the cell, so that what was confirmed can be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from hatang.accounts.models import Organisation, Person
from hatang.indicators.formulas import FORMULAS, Sums, measure, total
from hatang.indicators.models import FormItem, Period, Return, ReturnCell, ReturnForm, Value
from hatang.indicators.services.choosing import chosen_formulas
from hatang.indicators.services.extracts import EXTRACTS
from hatang.pages.histories import bulk_update_with_history
from hatang.places.models import Place
from hatang.places.services import communes_of

Counted = dict[str, Any]
"""numerator, denominator, value (each number or None), on (ISO day), simulated, lacking (why nothing is counted)."""
BATCH = 500


def places_of(return_: Return) -> list[Place]:
    """Give the places that a return answers for: its own, or each commune that was one when the period opened."""
    if not return_.period.form.by_commune:
        return [return_.place]
    opened = return_.period.opened_at
    on = timezone.localdate(opened) if opened else timezone.localdate()
    return list(communes_of(return_.province, on).order_by("sort_key"))


def count_for(returns: Sequence[Return], *, actor: Person | None = None) -> int:
    """Count the registers' lines of some returns of one period anew; give how many cells changed.

    A cell that was answered keeps what was shown when it was: the filer confirmed that, not what came after. The first
    count stands in the cell itself until it is answered or counted anew: only then does it need a row of history.
    """
    if not returns:
        return 0
    period = returns[0].period
    items = [item for item in period.version.items.select_related("indicator") if item.is_counted]
    if not items:
        return 0
    on = min(period.last_on, timezone.localdate())
    standing = {
        (c.of_return_id, c.item_id, c.place_id): c
        for c in ReturnCell.objects.filter(of_return__in=returns, item__in=items)
    }
    new, changed, replaced = [], [], []
    for row, item, place, counted in counts(returns, items, on):
        cell = standing.get((row.pk, item.pk, place.pk))
        if cell is None:
            new.append(
                ReturnCell(
                    of_return=row, item=item, place=place, counted=counted, revision=0, changed_at=timezone.now()
                )
            )
        elif not cell.answer and cell.counted != counted:
            replaced.append(copy(cell))
            cell.counted, cell.changed_at = counted, timezone.now()
            changed.append(cell)
    keep_first(replaced)
    more: dict[str, Any] = {"batch_size": BATCH, "default_user": actor, "default_change_reason": "đếm từ sổ"}
    ReturnCell.objects.bulk_create(new, batch_size=BATCH)
    bulk_update_with_history(changed, ReturnCell, ["counted", "changed_at"], **more)
    return len(new) + len(changed)


def keep_first(cells: Sequence[ReturnCell]) -> None:
    """Write into the history what was counted when the period opened, of cells of which it holds nothing yet."""
    known = set(ReturnCell.history.filter(id__in=[cell.pk for cell in cells]).values_list("id", flat=True))
    first = [cell for cell in cells if cell.pk not in known]
    for cell in first:
        cell._history_date = cell.changed_at  # type: ignore[attr-defined]
    ReturnCell.history.bulk_history_create(first, batch_size=BATCH, default_change_reason="đếm khi mở kỳ")


def counts(
    returns: Sequence[Return], items: Iterable[FormItem], on: date
) -> Iterator[tuple[Return, FormItem, Place, Counted]]:
    """Count each line once for all communes, then give every return its cells."""
    period = returns[0].period
    formulas = chosen_formulas(period.form.province)
    shared = places_of(returns[0]) if period.form.by_commune else None
    for item in items:
        whole = whole_figures(item, formulas, period, on)
        for row in returns:
            own = item.extract and row.organisation is not None
            found = own_extract(item, period.form.province, on, row.organisation) if own else whole
            for place in shared or [row.place]:
                yield row, item, place, found.get(place.pk) or uncounted(item, found, on)


def whole_figures(item: FormItem, formulas: dict[int, str], period: Period, on: date) -> dict[int, Counted]:
    """Give a line's figures of all owners, as the filers of a period may see them."""
    if item.extract:
        return own_extract(item, period.form.province, on, None)
    if period.form.filer == ReturnForm.Filer.OPERATOR:
        return published_figures(item, period)
    return counted_indicator(item, formulas, period, on)


def uncounted(item: FormItem, found: dict[int, Counted], on: date) -> Counted:
    """Say what a place without rows has: none of what the register holds elsewhere; else nothing is known."""
    return figure(None, None, 0.0, on) if item.extract and found else nothing(on)


def nothing(on: date, lacking: str = "sổ chưa có dòng nào để đếm") -> Counted:
    """Say that nothing was counted."""
    return figure(None, None, None, on, lacking=lacking)


def figure(numerator: float | None, denominator: float | None, value: float | None, on: date, **more: Any) -> Counted:
    """Write what was counted as the cell keeps it."""
    facts = {"numerator": numerator, "denominator": denominator, "value": value, "on": on.isoformat()}
    return facts | {"simulated": False, "lacking": ""} | more


def own_extract(item: FormItem, province: Place, on: date, organisation: Organisation | None) -> dict[int, Counted]:
    """Count an extract by commune and for the province; an operator's return counts its own alone."""
    extract = EXTRACTS.get(item.extract)
    if extract is None:
        return {}
    found = extract.counts(province, on, organisation)
    told = {pk: figure(None, None, count, on, simulated=marked) for pk, (count, marked) in found.items()}
    if found:
        marked = any(marked for _, marked in found.values())
        told[province.pk] = figure(None, None, sum(count for count, _ in found.values()), on, simulated=marked)
    return told


def counted_indicator(item: FormItem, formulas: dict[int, str], period: Period, on: date) -> dict[int, Counted]:
    """Count an indicator by its formula for every commune and the province; else read what is known of it."""
    assert item.indicator is not None
    formula = FORMULAS.get(formulas.get(item.indicator.pk, item.indicator.formula))
    if formula is None:
        return known_figures(item, period)
    groups = measure(formula.define(period.form.province, on))
    communes = {g.commune_id for g in groups if g.commune_id}
    told = {pk: of_sums(item, total([g for g in groups if g.commune_id == pk]), on) for pk in communes}
    told[period.form.province_id] = of_sums(item, total(groups), on)
    return told


def of_sums(item: FormItem, sums: Sums | None, on: date) -> Counted:
    """Write an indicator's sums as the cell keeps them."""
    if sums is None or item.unit is None:
        return nothing(on)
    value = item.unit.ratio(sums.numerator, sums.denominator)
    return figure(sums.numerator, sums.denominator, value, on, simulated=sums.simulated)


def known_figures(item: FormItem, period: Period) -> dict[int, Counted]:
    """Give the newest figures of an indicator that is measured or told elsewhere."""
    return of_values(Value.objects.known().filter(indicator=item.indicator, year__lte=period.year))


def published_figures(item: FormItem, period: Period) -> dict[int, Counted]:
    """Give what everybody may read of an indicator: an operator is shown no other figure of all operators."""
    public = Value.objects.visible_to(AnonymousUser()).last_published()
    return of_values(public.filter(indicator=item.indicator, year__lte=period.year))


def of_values(rows: Any) -> dict[int, Counted]:
    """Write stored figures as cells keep them, the newest of each place."""
    return {
        row.place_id: figure(row.numerator, row.denominator, row.value, row.on, simulated=row.simulated)
        for row in rows.order_by("year", "known_from")
    }
