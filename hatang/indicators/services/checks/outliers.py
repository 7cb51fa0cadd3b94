"""Statistical outliers: within the period's communes, and in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from hatang.core.outliers import THRESHOLD, last_is_outlier, robust_z
from hatang.core.vietnamese import number
from hatang.indicators.services.checks.facts import Facts, Told
from hatang.indicators.services.checks.registry import Ask, Found, Setting, rule

SCORE = Setting(
    "threshold",
    "ngưỡng",
    THRESHOLD,
    least=1,
    most=100,
    note="Điểm z theo trung vị và MAD (Iglewicz, Hoaglin 1993): 3,5.",
)
PER = (("", "không chia"), ("population", "dân số"), ("households", "số hộ"))


@rule(
    "Khác hẳn các xã khác",
    finds="số xa mức giữa (trung vị) của các xã trong kỳ",
    look="Nếu đúng, nói điều gì làm nơi này khác các nơi khác.",
    settings=(SCORE, Setting("per", "chia cho", "", choices=lambda: list(PER), note="Để xã đông dân không thành lạ.")),
)
def unlike_others(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures far from the median of the period's communes; an operator's are held beside its own alone."""
    rows = facts.own if facts.by_places else facts.everybody
    for code in ask.items:
        groups: dict[object, list[tuple[Told, float]]] = defaultdict(list)
        for row in rows.get(code, ()):
            figure = compared(facts, row, str(ask.settings["per"] or ""))
            if figure is not None and row.place_id != facts.province.pk:
                groups[row.return_id if facts.by_places else None].append((row, figure))
        for group in groups.values():
            yield from unlike(facts, ask, group)


def unlike(facts: Facts, ask: Ask, group: list[tuple[Told, float]]) -> Iterator[Found]:
    """Find the outliers of one group."""
    figures = [figure for _, figure in group]
    for (row, figure), score in zip(group, robust_z(figures), strict=True):
        if abs(score) > ask.number("threshold") and row.return_id in facts.focus:
            label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}"
            words = f"{label}: {number(figure, 2)}, các xã khác quanh mức {number(median(figures), 2)}"
            yield Found(row.return_id, words + per_words(ask), row.code, row.place_id)


def per_words(ask: Ask) -> str:
    """Say what figures were divided by."""
    per = dict(PER)[str(ask.settings["per"] or "")]
    return f" (trên 1.000 {per})" if ask.settings["per"] else ""


def compared(facts: Facts, row: Told, per: str) -> float | None:
    """Give the figure to compare: as it is, or for each thousand people or households of the place."""
    if not per:
        return row.rate
    place = facts.places.get(row.place_id)
    size = getattr(place, per) if place else None
    return row.amount * 1000 / size if size and row.amount is not None else None


@rule(
    "Khác hẳn nhịp các kỳ trước",
    finds="bước thay đổi của kỳ này khác hẳn các bước trước của chính nơi ấy; cần ít nhất sáu kỳ trước",
    look="Nếu đúng, nói điều gì đã xảy ra trong kỳ.",
    settings=(SCORE,),
)
def unlike_past(facts: Facts, ask: Ask) -> Iterator[Found]:
    """Find figures whose step from the last period is unlike the steps before it; six earlier periods or more."""
    for row in facts.answers(ask.items):
        earlier = [then.rate if (then := facts.was(row, answers)) else None for answers in reversed(facts.past)]
        series = [figure for figure in earlier if figure is not None]
        if row.rate is not None and last_is_outlier([*series, row.rate], ask.number("threshold")):
            label = f"“{facts.label(row.code)}”{facts.place_words(row.place_id)}"
            words = f"{label}: {number(row.rate, 2)}, các kỳ trước {', '.join(number(f, 2) for f in series[-3:])}"
            yield Found(row.return_id, words, row.code, row.place_id)
