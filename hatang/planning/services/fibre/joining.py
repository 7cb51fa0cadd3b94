"""Joining what has no fibre to today's cables: the registers are read, the core answers, the answer is put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from hatang.core.fibre import FibreSolution, Spot, plan_fibre
from hatang.core.fibre.lines import FAR
from hatang.core.vietnamese import number
from hatang.coverage.services.runs.roads import ground_of
from hatang.planning.models import FibrePlan, Way
from hatang.planning.services.fibre.ends import NEAR_M, TITLES, End, Today, ends_of, today
from hatang.planning.services.fibre.handing import (
    LONGEST_STRAIGHT_M,
    NO_LINE,
    OFF_ROAD_M,
    core_line,
    core_prices,
    root_spots,
    straight_lines,
    walkable,
    way_code,
)
from hatang.planning.services.fibre.lines import BESIDE_M, Lines, lines_of
from hatang.planning.services.fibre.results import Answer, communes, end_row, figures, stretch_row
from hatang.planning.services.prices import Price, prices_of

Tell = Callable[[int, str], None]
READ, SOLVED, ALMOST = 15, 85, 95
NO_ENDS = "Không còn nơi nào chưa có cáp quang theo lựa chọn này: không cần phương án."
NO_NETWORK = (
    "Sổ hạ tầng chưa có tuyến cáp hay điểm nối cáp nào đang dùng mà còn sợi, còn cổng, nên chưa biết nối từ đâu. "
    "Nhập tuyến cáp hoặc điểm nối cáp rồi tính lại."
)
STRAIGHT_WORDS = (
    "Nơi không có đường nào trong sổ đi tới thì kéo thẳng trên cột mới tới đường gần nhất, hoặc qua nơi cần nối bên "
    f"cạnh, mỗi khoảng không quá {number(LONGEST_STRAIGHT_M / 1000)} km; địa hình có thể bắt phải đi dài hơn. Nhập "
    "thêm đường vào sổ thì phương án sát hơn."
)
NOTHING_NEAR = f"không có đường, tuyến cột hay nơi cần nối nào khác trong vòng {number(LONGEST_STRAIGHT_M / 1000)} km"
ASSUMED_PRICES = (
    "Đơn giá tỉnh chưa ghi thì theo giả định của hệ thống: không phải giá của cơ quan nào; sửa ở bảng đơn giá."
)


@dataclass(frozen=True)
class Inputs:
    """What a plan is computed from."""

    plan: FibrePlan
    on: date
    ends: list[End]
    unplaced: dict[str, int]
    lines: Lines
    network: Today
    prices: dict[str, Price]

    @property
    def simulated(self) -> bool:
        """Whether anything that went in is simulated."""
        lines = any(line.simulated for line in self.lines.lines)
        return self.network.simulated or lines or any(end.simulated for end in self.ends)


def joined_ends(plan: FibrePlan, on: date, tell: Tell) -> Answer:
    """Read, compute and put together. Raises ValueError where there is nothing to join, or nothing to join it to."""
    tell(0, "Đang đọc đường, tuyến cột, cống bể, cáp")
    inputs = inputs_of(plan, on)
    tell(READ, f"Đang tìm tuyến rẻ nhất tới {number(len(inputs.ends))} nơi")
    lines = walkable(inputs.lines, inputs.network)
    found = plan_fibre(
        [core_line(line) for line in (*lines, *straight_lines(inputs.ends, lines))],
        [Spot(str(at), end.lon, end.lat, end.name, end.people) for at, end in enumerate(inputs.ends)],
        root_spots(inputs.network),
        core_prices(inputs.prices),
        seconds=plan.most_seconds,
        rings=plan.closes_rings,
        longest_drop_m=OFF_ROAD_M,
        told=teller(plan, tell),
    )
    tell(ALMOST, "Đang lập bảng theo xã")
    return put_together(inputs, found)


def inputs_of(plan: FibrePlan, on: date) -> Inputs:
    """Read the registers. Raises ValueError where there is nothing to join, or nothing to join it to."""
    ends, unplaced = ends_of(plan, on)
    if not ends:
        raise ValueError(" ".join([NO_ENDS, *unplaced_words(unplaced)]))
    network = today(plan.province, on)
    if network.nothing:
        raise ValueError(NO_NETWORK)
    lines = lines_of(plan.province, on=on, last_year=plan.last_year)
    return Inputs(plan, on, ends, unplaced, lines, network, prices_of(plan.province))


def unplaced_words(unplaced: dict[str, int]) -> list[str]:
    """Say of which kinds how many have no coordinates."""
    return [
        f"{number(count)} {TITLES[FibrePlan.Ends(kind)]} chưa có tọa độ nên chưa xét: ghi tọa độ rồi tính lại."
        for kind, count in unplaced.items()
    ]


def teller(plan: FibrePlan, tell: Tell) -> Callable[[float, float | None, float | None], None]:
    """Tell how long has been searched and how cheap the best so far is."""

    def told(seconds: float, best_vnd: float | None, bound_vnd: float | None) -> None:
        share = min(seconds / max(plan.most_seconds, 1), 1)
        best = f"; rẻ nhất đến giờ {number(best_vnd / 1e9, 2)} tỷ đồng" if best_vnd is not None else ""
        tell(READ + round(share * (SOLVED - READ)), f"Đang tìm tuyến rẻ hơn{best}")

    return told


def why_words(why: str) -> str:
    """Say why a place is not joined, with the reach of straight lines where the core tells that of drops."""
    return NOTHING_NEAR if why == FAR.format(round(OFF_ROAD_M)) else why


def put_together(inputs: Inputs, found: FibreSolution) -> Answer:
    """Turn the core's answer into rows and figures."""
    plan, on = inputs.plan, inputs.on
    stretches = [stretch_row(plan, stretch) for stretch in found.stretches]
    straight_km = round(sum(row.length_km for row in stretches if row.road == NO_LINE), 2)
    why = {int(left.end): why_words(left.why) for left in found.unreachable}
    ends = [end_row(plan, end, why.get(at, "")) for at, end in enumerate(inputs.ends)]
    facts = figures(stretches, inputs.prices, on) | {
        "joined": len(inputs.ends) - len(why),
        "left": len(why),
        "gap_percent": found.gap_percent,
        "seconds": round(found.seconds, 2),
        "second_ways": sum(joined.second_way for joined in found.joined),
        "straight_km": straight_km,
        "communes": communes(plan, on, stretches, inputs.ends, why.keys()),
        "communes_note": ground_of(plan.province, on)[2],
        "unplaced": unplaced_words(inputs.unplaced),
        "assumed": list(assumptions(inputs)),
    }
    return Answer(stretches, ends, facts, inputs.simulated)


def assumptions(inputs: Inputs) -> Iterator[str]:
    """Give what the answer rests on, a sentence each."""
    counts, lines = inputs.lines.counts, inputs.lines
    source = f" (nguồn {lines.roads_source})" if lines.roads_source else ""
    yield (
        f"Cáp đi dọc theo: {number(counts['roads'])} đoạn đường{source}, {number(counts['pole_lines'])} tuyến cột, "
        f"{number(counts['underground'])} công trình ngầm còn ống trống, và dọc các tuyến cáp hiện có. Trên tuyến cột "
        "còn chỗ hoặc chưa ghi còn bao nhiêu chỗ thì treo; dọc đường thì dựng cột mới hoặc chôn, cách nào rẻ hơn."
    )
    yield (
        f"Nối từ {number(len(inputs.network.cables))} tuyến cáp và {number(len(inputs.network.closures))} điểm nối cáp "
        "đang dùng mà sổ không ghi là hết sợi, hết cổng, của bất kỳ doanh nghiệp nào; ai làm và thuê của ai thì các "
        "bên thoả thuận."
    )
    yield (
        f"Công trình của ngành khác xong đến năm {inputs.plan.last_year}: đường nằm trong vòng {number(BESIDE_M)} m "
        "thì có thể đi chung hào với giá chung hào."
    )
    if {FibrePlan.Ends.MASTS, FibrePlan.Ends.OFFICES} & set(inputs.plan.ends):
        yield f"Cột, trụ sở có cáp chạy qua trong vòng {number(NEAR_M)} m được coi là đã có cáp quang."
    yield STRAIGHT_WORDS
    if any(inputs.prices[way_code(way)].assumed for way in Way):
        yield ASSUMED_PRICES
