"""Returns that say the same as another place's: as when a workbook was passed on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hatang.core.vietnamese import number
from hatang.indicators.services.checks.facts import Facts
from hatang.indicators.services.checks.registry import Ask, Found, Setting, rule


@rule(
    "Trùng với phiếu nơi khác",
    finds="mọi con số giống hệt của xã khác; không nêu tên nơi kia",
    look="Xem có chép nhầm số của nơi khác không.",
    settings=(Setting("least", "từ bao nhiêu số khác 0", 5, least=2, most=1000),),
)
def same_as_elsewhere(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find places whose figures are all another place's. Operators are never held beside each other."""
    groups: dict[Any, list[tuple[Any, int]]] = defaultdict(list)
    for (return_id, place_id), amounts in profiles(facts, ask).items():
        if sum(1 for _, amount in amounts if amount) >= ask.number("least"):
            groups[(return_id if facts.by_places else None, frozenset(amounts))].append((return_id, place_id))
    for alike in groups.values():
        for return_id, place_id in alike if len(alike) > 1 else ():
            if return_id in facts.focus:
                yield Found(return_id, same_words(facts, place_id, len(alike) - 1), "", place_id)


def profiles(facts: Facts, ask: Ask) -> dict[tuple[Any, int], list[tuple[str, float]]]:
    """Gather the figures of each place in each return."""
    rows = facts.own if facts.by_places or facts.of_operators else facts.everybody
    found: dict[tuple[Any, int], list[tuple[str, float]]] = defaultdict(list)
    for code in ask.items:
        for row in rows.get(code, ()):
            if row.amount is not None:
                found[row.return_id, row.place_id].append((code, row.amount))
    return found


def same_words(facts: Facts, place_id: int, others: int) -> str:
    """Say how many places say the same; which ones is the department's to look up."""
    return f"Mọi con số{facts.place_words(place_id)} giống hệt của {number(others)} xã khác trong kỳ"
