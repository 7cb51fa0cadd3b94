"""A stated total: the department's figure of the whole province, beside its communes' approved ones."""

from __future__ import annotations

from collections.abc import Iterator

from hatang.indicators.models import ReturnForm
from hatang.indicators.services.checks.facts import Facts
from hatang.indicators.services.checks.registry import Ask, Found, rule
from hatang.indicators.services.stated import apart_from_communes


@rule(
    "Số cấp tỉnh so với số đã duyệt của các xã",
    finds="số cấp tỉnh Sở ghi khác tổng, hay tỷ số của các tổng, của các xã đã duyệt",
    look="Xem lại số của cả tỉnh, hoặc xã nào ghi thừa, ghi thiếu; nếu đúng thì nói vì sao khác.",
    always=True,
)
def stated_total(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures of the province that are not the sum, or the ratio of sums, of its communes' approved figures."""
    if facts.form.filer != ReturnForm.Filer.DEPARTMENT:
        return
    rows = [row for row in facts.answers(ask.items) if row.place_id == facts.province.pk and row.rate is not None]
    asked = [(facts.items[row.code].indicator_id, row) for row in rows]
    stated = {indicator: row.rate for indicator, row in asked if indicator and row.rate is not None}
    told = apart_from_communes(province=facts.province, year=facts.period.year, stated=stated)
    for indicator, row in asked:
        if indicator in told:
            yield Found(row.return_id, f"“{facts.label(row.code)}”: {told[indicator]}", row.code, row.place_id)
