"""What every export of a scenario holds: its figures, its works in full, and the prices that went in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hatang.core.vietnamese import number
from hatang.planning.models import Candidate, Scenario
from hatang.planning.services.figures import SOURCE_WORDS, Figures, PlaceRow, WorkRow, figures_of, shares_of
from hatang.planning.services.figures_map import LEFT, NEW, OUT_OF_REACH, TODAY, state_of
from hatang.planning.services.prices import Price, prices_of

STATES = {
    TODAY: "có hôm nay",
    NEW: "thêm nhờ công trình",
    LEFT: "còn thiếu",
    OUT_OF_REACH: "không công trình nào với tới",
}

SHORT_SOURCES = {**SOURCE_WORDS, "state": "ngân sách", "fund": "Quỹ công ích", "other": "nguồn khác"}


@dataclass(frozen=True)
class Item:
    """A price as the works use it: how often, for how much in all; each year where `yearly`."""

    code: str
    label: str
    yearly: bool
    count: float
    unit_vnd: float
    amount_vnd: float
    price: Price | None


@dataclass(frozen=True)
class Content:
    """A scenario to be written: figures, the works' further facts by key, and what its money is made of."""

    scenario: Scenario
    figures: Figures
    facts: Mapping[int, Candidate]
    items: tuple[Item, ...]

    def served_by(self, work: WorkRow) -> list[PlaceRow]:
        """Give the places that a work brings the service to, which nobody serves today."""
        new = self.figures.new_places
        return [new[place] for place in self.figures.serves[work.pk] if place in new]

    def sources_words(self, work: WorkRow) -> str:
        """Say who pays how much of a work's capital."""
        return "; ".join(f"{SOURCE_WORDS[source]}: {number(paid)} đồng" for source, paid in shares_of(work).items())

    def source_names(self, work: WorkRow) -> str:
        """Name in few words who pays a work's capital."""
        return ", ".join(SHORT_SOURCES[source] for source in shares_of(work))

    def state_words(self, place: PlaceRow) -> str:
        """Say who serves a place."""
        return STATES[state_of(self.figures, place)]


def content_of(scenario: Scenario) -> Content:
    """Read a scenario for a file."""
    figures = figures_of(scenario)
    facts = {row.pk: row for row in scenario.candidates.filter(year__isnull=False)}
    return Content(scenario, figures, facts, tuple(items_of(figures, facts, prices_of(scenario.province))))


def items_of(figures: Figures, facts: Mapping[int, Candidate], prices: Mapping[str, Price]) -> Iterator[Item]:
    """Add up the lines of the works by price; those of a structure once, by the first of its works."""
    sums: dict[tuple[str, str, bool, float], list[float]] = {}
    opened: set[str] = set()
    for work in figures.works:
        for line in facts[work.pk].cost_lines:
            if line["structure"] and work.structure in opened:
                continue
            key = (line["item"], line["label"], bool(line["yearly"]), float(line["unit_vnd"]))
            told = sums.setdefault(key, [0.0, 0.0])
            told[0] += line["count"]
            told[1] += line["amount_vnd"]
        opened.add(work.structure)
    for (code, label, yearly, unit), (count, amount) in sorted(sums.items(), key=lambda one: (one[0][2], -one[1][1])):
        yield Item(code, label, yearly, count, unit, amount, prices.get(code))


def asked_pairs(content: Content) -> Iterator[tuple[str, Any]]:
    """Say what the scenario asks and found, as name and value."""
    scenario, figures = content.scenario, content.figures
    yield "Phương án", scenario.title
    yield "Tỉnh", str(scenario.province)
    yield "Trong phạm vi", str(scenario.area or "toàn tỉnh")
    yield "Dịch vụ", scenario.get_service_display()
    yield "Cần", scenario.get_aim_display()
    yield "Tính theo", scenario.get_measure_display()
    if scenario.share_percent is not None:
        yield "Mục tiêu, %", scenario.share_percent
    for year, share in scenario.milestones:
        yield f"Mốc cuối năm {year}, %", share
    yield "Xây dựng từ năm", scenario.first_year
    yield "Đạt vào cuối năm", scenario.last_year
    yield "Vùng phủ hôm nay theo", f"{scenario.run.title}"
    yield "Công trình có thể làm đã xét", figures.candidates
    yield "Lãi suất chiết khấu, %/năm", scenario.interest_percent
    yield "Thời gian khấu hao, năm", scenario.lifetime_years


def found_pairs(content: Content) -> Iterator[tuple[str, Any]]:
    """Say what the scenario found, as name and value."""
    scenario, figures = content.scenario, content.figures
    yield "Kết quả", scenario.get_state_display()
    if (gap := scenario.answer.get("gap_percent")) is not None:
        yield "Sai số đã chứng minh, %", round(float(gap), 3)
    yield "Số công trình", len(figures.works)
    yield "Vốn, đồng", figures.capital_vnd
    yield "Chi hằng năm khi xong, đồng", figures.yearly_vnd
    yield "Chi phí quy về hiện tại, đồng", round(figures.present_vnd)
    yield "Được phục vụ hôm nay, %", rounded(figures.today_percent)
    yield "Được phục vụ cuối kỳ, %", rounded(figures.served_percent)
    for words, tally in (("thêm", figures.new), ("còn thiếu", figures.left)):
        yield f"Nơi {words}", tally.places
        yield f"Hộ {words}", tally.households
        yield f"Người {words}", tally.people
    yield "Nơi không công trình nào với tới", figures.out_of_reach.places
    yield "Vị trí mới", len(figures.sites)
    yield "trong đó trên hạ tầng có sẵn", figures.shared_sites
    yield "Tỷ lệ dùng chung của vị trí mới, %", rounded(figures.shared_percent)


def rounded(percent: float | None) -> float | None:
    """Round a share to two decimals."""
    return None if percent is None else round(percent, 2)
