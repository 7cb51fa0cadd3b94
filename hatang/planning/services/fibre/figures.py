"""What a fibre plan found, in a sentence and in tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.planning.models import FibrePlan, Way
from hatang.planning.services.fibre.ends import TITLES

State = FibrePlan.State


@dataclass(frozen=True)
class WayRow:
    """How much of a plan goes one way: km and đồng in all, and for rings; what a km was taken to cost, and whence."""

    way: Way
    km: float
    vnd: int
    ring_km: float
    price_vnd: int
    source: str

    @property
    def label(self) -> str:
        """The way in words, as a heading writes it."""
        return str(self.way.label)


def finding(plan: FibrePlan) -> str:
    """Say in a sentence what a plan found, or why it found nothing."""
    if plan.state != State.DONE:
        return NOTHING.get(State(plan.state), "Phương án này chưa tính.")
    facts = plan.answer
    if plan.around:
        return ring_words(facts)
    joined, left = facts["joined"], facts["left"]
    if not joined:
        return f"Không nối được nơi nào trong {number(left)} {kinds_words(plan)} chưa có cáp quang."
    whole = f"Nối {number(joined)} {kinds_words(plan)} với {number(facts['length_km'], 1)} km cáp mới"
    cost = f"vốn ước tính {vnd_words(facts['capital_vnd'])}"
    if not left:
        return f"{whole}, {cost}: mọi nơi cần nối đều nối được."
    return f"{whole}, {cost}; {number(left)} nơi chưa nối được."


NEARLY_NOTHING_KM, PROVEN_PERCENT = 0.05, 0.005


def ring_words(facts: dict[str, Any]) -> str:
    """Say what closing a ring takes, and for whom."""
    whom = f"{number(facts['joined'])} thôn với {number(facts['people'])} người"
    if facts["length_km"] < NEARLY_NOTHING_KM:
        return f"Chỉ cần nối hai tuyến cáp nơi chúng gặp nhau: {whom} có đường thứ hai, không còn mất mạng vì điểm này."
    return (
        f"Thêm {number(facts['length_km'], 1)} km cáp, vốn ước tính {vnd_words(facts['capital_vnd'])}, thì {whom} có "
        "đường thứ hai, không còn mất mạng vì điểm này."
    )


NOTHING = {
    State.CANCELLED: "Việc tính đã huỷ; không có kết quả nào được lưu.",
    State.FAILED: "Phương án này chưa tính được.",
    State.WAITING: "Phương án này đang chờ tính.",
    State.RUNNING: "Phương án này đang được tính.",
}


def kinds_words(plan: FibrePlan) -> str:
    """Name what a plan joins: thôn, cột ăng ten, trụ sở."""
    return ", ".join(TITLES[kind] for kind in TITLES if kind in plan.ends) or "nơi"


def way_rows(plan: FibrePlan) -> list[WayRow]:
    """Give the ways that a plan uses, the longest first."""
    rows = (WayRow(Way(row["way"]), *(row[name] for name in WAY_FACTS)) for row in plan.answer.get("ways", ()))
    return sorted(rows, key=lambda row: -row.km)


WAY_FACTS = ("km", "vnd", "ring_km", "price_vnd", "source")


def commune_rows(plan: FibrePlan) -> list[dict[str, Any]]:
    """Give what is built and joined in each commune, where most is spent first."""
    rows: Iterable[dict[str, Any]] = plan.answer.get("communes", ())
    return sorted(rows, key=lambda row: (-row["vnd"], row["name"]))


def proof(plan: FibrePlan) -> str:
    """Say how far from the best the answer may be at most; of closing rings nothing is known."""
    if plan.around:
        return "Đường thứ hai rẻ nhất theo các đường trong sổ và đơn giá này."
    gap = plan.answer["gap_percent"]
    of = "phần nối, chưa kể khép vòng," if plan.closes_rings else "phương án này"
    if gap < PROVEN_PERCENT:
        return f"Đã chứng minh: không có cách nào rẻ hơn {of} theo các đường và đơn giá này."
    return f"Đã chứng minh: cách rẻ nhất có thể có rẻ hơn {of} nhiều nhất {number(gap, 2)} %."
