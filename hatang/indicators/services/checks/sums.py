"""Communes against the province: what communes say together, beside what is said of the whole province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from hatang.core.vietnamese import number
from hatang.indicators.models import FormItem, Return, ReturnCell, ReturnForm
from hatang.indicators.services.checks.facts import FIELDS, Facts, Told
from hatang.indicators.services.checks.registry import Ask, Found, Setting, rule
from hatang.indicators.services.stated import ADDED_UP


class Together(NamedTuple):
    """What some places make together, and how many they are."""

    total: float
    places: int


@rule(
    "Tổng các xã so với cả tỉnh",
    finds="số của cả tỉnh khác tổng các xã của cùng khoảng thời gian: xã tự gửi, hoặc phiếu chia theo xã của cùng "
    "doanh nghiệp; còn xã chưa gửi thì chỉ nhắc khi các xã đã gửi cộng lại đã hơn cả tỉnh",
    look="Xem xã nào thiếu hoặc ghi thừa, hoặc xem lại số của cả tỉnh.",
    settings=(Setting("tolerance_percent", "cho phép lệch, %", 2, most=100, note="Để bù số làm tròn và thời điểm."),),
)
def communes_and_province(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures of the whole province that its communes do not add up to, whichever of the two is checked.

    The other side is what was sent of the same for the same days. While communes are missing, only a province that
    has less than they already make is told.
    """
    codes = [code for code in ask.items if adds_up_over_places(facts.items[code])]
    elsewhere = told_elsewhere(facts, codes) if codes else {}
    for (return_id, code), here in told_here(facts, codes).items():
        there = elsewhere.get((facts.filers[return_id][1], code))
        if there is None:
            continue
        communes, whole = (here, there) if facts.by_places else (there, here)
        if apart(communes, whole.total, len(facts.communes), ask.number("tolerance_percent")):
            place_id = None if facts.by_places else facts.province.pk
            yield Found(return_id, words(facts, code, communes, whole.total), code, place_id)


def adds_up_over_places(item: FormItem) -> bool:
    """Whether communes' answers make the province's by adding: a plain number, a sum, a ratio's numerator."""
    return item.indicator is None or item.indicator.rollup in ADDED_UP


def apart(communes: Together, whole: float, asked: int, tolerance_percent: float) -> bool:
    """Tell whether a whole is further from its communes than is allowed, as far as those that answered can say."""
    far = abs(whole - communes.total) * 100 > tolerance_percent * max(abs(communes.total), abs(whole))
    return far and (communes.places >= asked or whole < communes.total)


def words(facts: Facts, code: str, communes: Together, whole: float) -> str:
    """Say both figures, and how many communes the second is of."""
    asked = f"{number(communes.places)} trên {number(len(facts.communes))} xã, phường đã ghi"
    return f"“{facts.label(code)}”: cả tỉnh {number(whole, 2)}, các xã cộng lại {number(communes.total, 2)} ({asked})"


def told_here(facts: Facts, codes: list[str]) -> dict[tuple[UUID | None, str], Together]:
    """Add up the answers of each return in focus."""
    amounts: dict[tuple[UUID | None, str], list[float]] = defaultdict(list)
    for row in facts.answers(codes):
        if row.amount is not None and facts.by_places != (row.place_id == facts.province.pk):
            amounts[row.return_id, row.code].append(row.amount)
    return {key: Together(sum(found), len(found)) for key, found in amounts.items()}


def told_elsewhere(facts: Facts, codes: list[str]) -> dict[tuple[int | None, str], Together]:
    """Add up what was sent of the same for the same days in other forms, by the organisation that sent it.

    Asked twice, a place's later answer counts.
    """
    of_indicator = {facts.items[code].indicator_id: code for code in codes if facts.items[code].indicator_id}
    plain = [code for code in codes if not facts.items[code].indicator_id]
    same = Q(item__indicator__in=of_indicator) | Q(item__indicator=None, item__code__in=plain)
    cells = ReturnCell.objects.filter(same, of_return__in=sent_elsewhere(facts)).order_by(
        "of_return__period__opened_at"
    )
    last: dict[tuple[int | None, str], dict[int, float]] = defaultdict(dict)
    for organisation, indicator, *told in cells.values_list("of_return__organisation", "item__indicator", *FIELDS):
        row = Told(*told)
        if row.amount is not None:
            last[organisation, of_indicator.get(indicator, row.code)][row.place_id] = row.amount
    return {key: Together(sum(by_place.values()), len(by_place)) for key, by_place in last.items()}


def sent_elsewhere(facts: Facts) -> QuerySet[Return]:
    """Find the sent returns of the same days that hold the other side: communes where the whole is told, or it."""
    days = {"period__first_on": facts.period.first_on, "period__last_on": facts.period.last_on}
    sent = Return.objects.filter(province=facts.province, **days).exclude(state__in=Return.EDITABLE).order_by()
    if facts.of_operators:
        sent = sent.filter(organisation__in=facts.organisations)
        return sent.filter(period__form__by_commune=not facts.by_places)
    department = Q(period__form__filer=ReturnForm.Filer.DEPARTMENT, period__form__by_commune=not facts.by_places)
    communes = Q(period__form__filer=ReturnForm.Filer.COMMUNE)
    return sent.filter(department if facts.by_places else department | communes)
