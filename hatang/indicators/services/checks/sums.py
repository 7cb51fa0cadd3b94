"""Communes against the province: what communes say together, beside what is said of the whole province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hatang.core.vietnamese import number
from hatang.indicators.models import Return, ReturnCell, ReturnForm
from hatang.indicators.services.checks.facts import Facts, Told
from hatang.indicators.services.checks.registry import Ask, Found, Setting, rule


@rule(
    "Tổng các xã so với cả tỉnh",
    look="Xem xã nào thiếu hoặc ghi thừa, hoặc xem lại số của cả tỉnh.",
    settings=(Setting("tolerance_percent", "cho phép lệch, %", 2, most=100, note="Để bù số làm tròn và thời điểm."),),
)
def communes_and_province(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures of the whole province that its communes do not add up to.

    They are held against the same return's communes, or against what communes sent of the indicator for that time.
    """
    sums = sums_within(facts, ask) if facts.by_places else sums_of_communes(facts, ask)
    for row in facts.answers(ask.items):
        total = sums.get((row.return_id if facts.by_places else None, row.code))
        if row.place_id != facts.province.pk or row.amount is None or total is None:
            continue
        if abs(row.amount - total) * 100 > ask.number("tolerance_percent") * max(abs(total), abs(row.amount)):
            words = f"“{facts.label(row.code)}”: cả tỉnh {number(row.amount, 2)}, các xã cộng lại {number(total, 2)}"
            yield Found(row.return_id, words, row.code, row.place_id)


Sums = dict[tuple[object, str], float]


def sums_within(facts: Facts, ask: Ask) -> Sums:
    """Add up the communes of each return."""
    sums: Sums = defaultdict(float)
    for row in facts.answers(ask.items):
        if row.place_id != facts.province.pk and row.amount is not None:
            sums[row.return_id, row.code] += row.amount
    return sums


def sums_of_communes(facts: Facts, ask: Ask) -> Sums:
    """Add up what communes sent of the same indicators for the same part of the year, in their own forms."""
    codes = {facts.items[c].indicator_id: c for c in ask.items if facts.items[c].indicator_id}
    sent = Return.objects.filter(
        province=facts.province,
        period__year=facts.period.year,
        period__part=facts.period.part,
        period__form__filer=ReturnForm.Filer.COMMUNE,
    ).exclude(state__in=Return.EDITABLE)
    rows = ReturnCell.objects.filter(of_return__in=sent, item__indicator__in=codes).order_by()
    sums: Sums = defaultdict(float)
    for indicator_id, numerator, value, none in rows.values_list("item__indicator", "numerator", "value", "none_here"):
        amount = Told(None, 0, "", numerator, None, value, none, "", "", "").amount
        sums[None, codes[indicator_id]] += amount or 0
    return sums
