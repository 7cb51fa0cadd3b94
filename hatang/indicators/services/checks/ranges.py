"""Type and range: what is asked is answered, and is what its unit can be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from hatang.core.vietnamese import number
from hatang.indicators.models import FormItem, ReturnCell
from hatang.indicators.services.checks.facts import Facts, Told
from hatang.indicators.services.checks.registry import FIGURES, Ask, Found, Kind, Setting, rule

Every = tuple(Kind)
NAMED = 3


@rule(
    "Trả lời đủ",
    finds="dòng bắt buộc chưa trả lời; “không có” là một câu trả lời",
    look="Trả lời nốt; nơi không có thì ghi “không có”.",
    kinds=Every,
    always=True,
    hard=True,
)
def complete(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find returns with required items that are not answered: one finding for each return."""
    answered: dict[object, set[tuple[str, int]]] = defaultdict(set)
    for row in facts.answers(facts.own):
        if is_answered(row):
            answered[row.return_id].add((row.code, row.place_id))
    required = [code for code, item in facts.items.items() if item.required]
    for return_id in facts.focus:
        places = facts.asked_places(return_id)
        missing = [(c, p) for c in required for p in places if (c, p) not in answered[return_id]]
        if missing:
            yield Found(return_id, missing_words(facts, missing), missing[0][0], missing[0][1], tail="*")


def is_answered(row: Told) -> bool:
    """Whether a cell says anything that answers its question."""
    return row.none_here or bool(row.answer) or bool(row.text) or row.amount is not None


def missing_words(facts: Facts, missing: list[tuple[str, int]]) -> str:
    """Say how many answers are missing and name the first."""
    codes = list(dict.fromkeys(code for code, _ in missing))
    names = "; ".join(f"“{facts.label(code)}”" for code in codes[:NAMED])
    more = f" và {number(len(codes) - NAMED)} dòng khác" if len(codes) > NAMED else ""
    return f"Còn {number(len(missing))} ô chưa trả lời, ở {number(len(codes))} dòng: {names}{more}"


@rule(
    "Số hợp với đơn vị",
    finds="phần trăm quá 100, tử số lớn hơn mẫu số, số lượng không nguyên, tỷ số thiếu một số",
    look="Xem lại con số và đơn vị: số hay phần trăm, cái hay nghìn cái.",
    kinds=Every,
    always=True,
    hard=True,
)
def unit_range(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures that their unit cannot be, and ratios that lack a number."""
    for row in facts.answers(facts.own):
        item = facts.items[row.code]
        words = "" if item.is_counted or row.none_here else wrong(item, row)
        if words:
            yield Found(
                row.return_id, f"“{item.label}”{facts.place_words(row.place_id)}: {words}", row.code, row.place_id
            )


def wrong(item: FormItem, row: Told) -> str:
    """Say what is wrong with a figure by itself; nothing where it can be."""
    numbers = [x for x in (row.numerator, row.denominator, row.value) if x is not None]
    if not all(math.isfinite(x) for x in numbers):
        return "không phải một số"
    if item.is_ratio and row.amount is not None:
        return wrong_ratio(item, row)
    if item.unit is None or row.value is None:
        return ""
    if item.unit.code == "count" and not float(row.value).is_integer():
        return f"{number(row.value, 2)} phải là số nguyên"
    return against_unit(item, row.value)


def wrong_ratio(item: FormItem, row: Told) -> str:
    """Say what is wrong with a ratio's two numbers; one that the system should hold is not its filer's to add."""
    if row.numerator is not None and row.denominator is None and item.denominator_from:
        return ""
    if row.numerator is None or row.denominator is None:
        lacking = "tử số" if row.numerator is None else "mẫu số"
        return f"còn thiếu {lacking}"
    if row.numerator < 0 or row.denominator < 0 or (row.numerator and not row.denominator):
        return f"{number(row.numerator, 2)} trên {number(row.denominator, 2)} không phải một tỷ số"
    percent = item.unit is not None and item.unit.code == "percent"
    if percent and row.numerator > row.denominator:
        return f"tử số {number(row.numerator)} lớn hơn mẫu số {number(row.denominator)}, tỷ lệ quá 100 %"
    return "" if row.value is None else against_unit(item, row.value)


def against_unit(item: FormItem, value: float) -> str:
    try:
        if item.unit is not None:
            item.unit.check(value)
    except ValidationError as error:
        return error.messages[0]
    return ""


@rule(
    "Không đồng ý thì có lý do",
    finds="không đồng ý với số hệ thống đếm mà không nói vì sao",
    look="Ghi lý do vào ghi chú của ô.",
    kinds=Every,
    always=True,
    hard=True,
)
def dispute_explained(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find disputes of what the system counted that give no reason."""
    disputed = [r for r in facts.answers(facts.own) if r.answer == ReturnCell.Answer.DISPUTED and not r.note.strip()]
    for row in disputed:
        label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}"
        yield Found(row.return_id, f"{label}: không đồng ý mà chưa nêu lý do", row.code, row.place_id)


def bounds_fault(settings: Mapping[str, Any]) -> str:
    """Ask for a bound, and for bounds in their order: without them the rule would find nothing, or everything."""
    least, most = settings["least"], settings["most"]
    if least is None and most is None:
        return "ghi ít nhất, nhiều nhất, hoặc cả hai."
    return "ít nhất lớn hơn nhiều nhất: đổi lại." if None not in (least, most) and least > most else ""


@rule(
    "Trong khoảng cho phép",
    finds="số nhỏ hơn hay lớn hơn mức đặt dưới đây",
    look="Xem lại con số.",
    settings=(Setting("least", "ít nhất", least=-1e12), Setting("most", "nhiều nhất", least=-1e12)),
    settings_fault=bounds_fault,
)
def within(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures outside the bounds that the form sets."""
    least, most = ask.settings["least"], ask.settings["most"]
    for row in facts.answers(ask.items):
        figure = row.rate
        if figure is None or ((least is None or figure >= least) and (most is None or figure <= most)):
            continue
        bounds = " ".join(
            words
            for words, bound in ((f"từ {number(least, 2)}", least), (f"đến {number(most, 2)}", most))
            if bound is not None
        )
        label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}"
        yield Found(row.return_id, f"{label}: {number(figure, 2)} nằm ngoài khoảng {bounds}", row.code, row.place_id)


@rule(
    "Không được là 0",
    finds="ghi 0 ở dòng không thể là 0",
    look="Nơi không có thì ghi “không có”; có mà chưa biết thì để trống và ghi chú.",
    kinds=FIGURES,
)
def not_zero(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find zeros where nothing at all is not to be expected."""
    for row in facts.answers(ask.items):
        if row.amount == 0 and not row.none_here:
            label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}"
            yield Found(row.return_id, f"{label}: ghi 0", row.code, row.place_id)
