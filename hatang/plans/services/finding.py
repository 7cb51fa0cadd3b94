"""The first line of a page about targets: how they stand, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from hatang.core.vietnamese import number
from hatang.plans.models import Target
from hatang.plans.states import AT_RISK, MET, MISSED, NOT_DUE, NOT_MEASURED, ON_TRACK

WORDS = {
    MET: "đạt",
    MISSED: "không đạt",
    ON_TRACK: "đúng tiến độ",
    AT_RISK: "có nguy cơ",
    NOT_MEASURED: "chưa đo được",
    NOT_DUE: "chưa đến hạn",
}


class Judged(Protocol):
    """A target with its state."""

    @property
    def target(self) -> Target: ...

    @property
    def state(self) -> str: ...


def finding(progress: Sequence[Judged], *, today: date) -> str:
    """Say how the targets that are due stand, then how the others do."""
    due = [p for p in progress if today > date(p.target.year, 12, 31)]
    later = [p for p in progress if today <= date(p.target.year, 12, 31)]
    sentences = []
    if due:
        sentences.append(f"Trong {_count(due)} mục tiêu đã đến hạn: {_states(due)}.")
    if later:
        last = max(p.target.year for p in later)
        sentences.append(f"Trong {_count(later)} mục tiêu đến năm {last}: {_states(later)}.")
    return " ".join(sentences) or "Kế hoạch chưa có mục tiêu nào."


def _count(progress: Sequence[Judged]) -> str:
    return number(len(progress))


def _states(progress: Iterable[Judged]) -> str:
    states = Counter(p.state for p in progress)
    return ", ".join(f"{number(states[state])} {word}" for state, word in WORDS.items() if states[state])
