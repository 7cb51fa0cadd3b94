"""Against the last period: jumps, thousands where units are meant, a figure that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from hatang.core.vietnamese import number
from hatang.indicators.services.checks.facts import Facts, Told
from hatang.indicators.services.checks.registry import Ask, Found, Setting, rule

THOUSAND = 1000
BAND = 3.0
"""A figure counts as a thousandth of another when a thousand times it lies within a third and three times of it."""
FEWEST = 5


@rule(
    "Nhảy so với kỳ trước",
    finds="số tăng hay giảm quá nhiều so với phiếu kỳ trước của chính nơi ấy",
    look="Nếu đúng, nói vì sao tăng hoặc giảm nhiều như vậy.",
    settings=(
        Setting("percent", "khác quá, %", 50, least=1, most=10_000, note="Pháp luật không quy định; tỉnh tự đặt."),
        Setting("least", "bỏ qua khi chênh ít hơn", 5, note="Để số nhỏ không báo động vì vài đơn vị."),
    ),
)
def jump(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures that changed by more than so many percent since the last period."""
    percent, least = ask.number("percent"), ask.number("least")
    for row in facts.answers(ask.items):
        before = facts.was(row, facts.before)
        then, now = (before.rate if before else None), row.rate
        if then is None or now is None or thousandfold_of(now, then):
            continue
        if abs(now - then) >= least and abs(now - then) * 100 > percent * abs(then):
            yield Found(row.return_id, jump_words(facts, row, then, now), row.code, row.place_id)


def jump_words(facts: Facts, row: Told, then: float, now: float) -> str:
    """Say from what to what a figure went."""
    label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}"
    change = f", {'tăng' if now > then else 'giảm'} {number(abs(now - then) * 100 / abs(then), 0)} %" if then else ""
    return f"{label}: kỳ trước {number(then, 2)}, nay {number(now, 2)}{change}"


@rule(
    "Nghìn hay đơn vị",
    finds="số bằng khoảng một phần nghìn, hoặc gấp nghìn lần, kỳ trước hay mức thường gặp trong kỳ",
    look="Nếu phải, bấm nút để sửa; nếu không, nói vì sao.",
)
def thousandfold(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures typed in thousands where units are meant, or the reverse: by the last period, else by the others."""
    usual = usual_amounts(facts, ask)
    for row in facts.answers(ask.items):
        before = facts.was(row, facts.before)
        other = before.amount if before and before.amount else usual.get(row.code)
        factor = thousandfold_of(row.amount, other)
        if factor and row.amount is not None and other is not None:
            whose = "kỳ trước" if before and before.amount else "mức thường gặp trong kỳ"
            label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}"
            mean = f"có phải ý là {number(row.amount * factor_of(factor), 2)} ({factor_words(factor)})?"
            words = f"{label}: {number(row.amount, 2)}, {whose} là {number(other, 2)}; {mean}"
            yield Found(row.return_id, words, row.code, row.place_id, tail=factor)


UP, DOWN = "x1000", "/1000"


def factor_of(factor: str) -> float:
    """Give the number by which a figure is to be multiplied."""
    return THOUSAND if factor == UP else 1 / THOUSAND


def factor_words(factor: str) -> str:
    """Write the factor as people here do."""
    return "× 1.000" if factor == UP else "÷ 1.000"


def factor_in(key: str) -> str:
    """Read the factor that a finding proposes out of its key; nothing where it proposes none."""
    name, _, rest = key.partition(":")
    tail = rest.rpartition(":")[2]
    return tail if name == thousandfold.__name__ and tail in (UP, DOWN) else ""


def thousandfold_of(now: float | None, other: float | None) -> str:
    """Tell whether a figure is about a thousandth of another, or a thousand times it; nothing where it is neither."""
    if not now or not other or (now < 0) != (other < 0):
        return ""
    times = other / now
    if THOUSAND / BAND <= times <= THOUSAND * BAND:
        return UP
    return DOWN if THOUSAND / BAND <= 1 / times <= THOUSAND * BAND else ""


def usual_amounts(facts: Facts, ask: Ask) -> dict[str, float]:
    """Give by item the median of the period's figures that are not zero, where there are enough of them.

    An operator's figures are held beside its own places' alone.
    """
    rows = facts.own if facts.of_operators else facts.everybody
    found = {code: [row.amount for row in rows.get(code, ()) if row.amount] for code in ask.items}
    return {code: median(amounts) for code, amounts in found.items() if len(amounts) >= FEWEST}


@rule(
    "Giữ nguyên như kỳ trước",
    finds="phiếu chép lại số của kỳ trước; cần ít nhất năm con số",
    look="Nếu không có gì thay đổi, nói vì sao.",
    settings=(Setting("share_percent", "báo khi giống từ, %", 100, least=50, most=100),),
)
def unchanged(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find returns that repeat the last period's figures, as when it was only copied."""
    for return_id, rows in facts.by_return(ask.items).items():
        pairs = [(row.amount, before.amount) for row in rows if (before := facts.was(row, facts.before))]
        told = [(now, then) for now, then in pairs if now or then]
        same = sum(now == then for now, then in told)
        if len(told) >= FEWEST and same * 100 >= ask.number("share_percent") * len(told):
            yield Found(return_id, f"{number(same)} trên {number(len(told))} số giống hệt kỳ trước")
