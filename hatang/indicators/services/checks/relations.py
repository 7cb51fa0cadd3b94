"""Between items of one return: what cannot be more than another, and what others add up to."""

from __future__ import annotations

from collections.abc import Iterator

from hatang.core.vietnamese import number
from hatang.indicators.services.checks.facts import Facts, Told
from hatang.indicators.services.checks.registry import Ask, Found, Setting, rule

TOLERANCE = Setting("tolerance_percent", "cho phép lệch, %", 0, most=100)


@rule(
    "Không hơn dòng khác",
    finds="dòng thứ nhất lớn hơn dòng thứ hai; ví dụ người dùng điện thoại thông minh nhiều hơn dân số",
    look="Một trong hai con số sai: xem lại cả hai.",
    least_items=2,
)
def at_most(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find first items that are more than the second: smartphone users are no more than people."""
    lower, upper = ask.items[:2]
    for row in facts.answers([lower]):
        other = facts.at.get((row.return_id, upper, row.place_id))
        if other and row.amount is not None and other.amount is not None and row.amount > other.amount:
            here, there = (f"“{facts.label(r.code)}” ({number(r.amount, 2)})" for r in (row, other))
            words = f"{here} nhiều hơn {there}"
            yield Found(row.return_id, words + facts.place_words(row.place_id), lower, row.place_id, tail=upper)


@rule(
    "Bằng tổng các dòng khác",
    finds="dòng thứ nhất khác tổng của các dòng còn lại",
    look="Cộng lại các dòng thành phần, hoặc xem lại dòng tổng.",
    settings=(TOLERANCE,),
    least_items=2,
)
def adds_up(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find first items that are not the sum of the others; where a part is not answered nothing is said."""
    whole, *parts = ask.items
    for row in facts.answers([whole]):
        told = [facts.at.get((row.return_id, part, row.place_id)) for part in parts]
        total = sum_of(told)
        if total is None or row.amount is None:
            continue
        if abs(row.amount - total) * 100 > ask.number("tolerance_percent") * abs(total) + 1e-6:
            words = f"“{facts.label(whole)}” là {number(row.amount, 2)}, tổng các dòng thành phần là {number(total, 2)}"
            yield Found(row.return_id, words + facts.place_words(row.place_id), whole, row.place_id)


def sum_of(told: list[Told | None]) -> float | None:
    """Add answers up; nothing where one is missing."""
    amounts = [row.amount if row else None for row in told]
    return None if None in amounts else sum(a for a in amounts if a is not None)
