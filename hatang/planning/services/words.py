"""What a scenario found, in words: the first line of its page."""

from __future__ import annotations

from typing import Any

from hatang.core.vietnamese import number
from hatang.coverage.services.runs.figures import SERVICE_WORDS
from hatang.pages.amounts import vnd_words
from hatang.planning.models import Scenario
from hatang.planning.services.figures import Figures

MEASURE_WORDS = {
    Scenario.Measure.VILLAGES: "thôn",
    Scenario.Measure.PEOPLE: "người dân",
    Scenario.Measure.HOUSEHOLDS: "hộ",
    Scenario.Measure.SITES: "khu, địa điểm",
}
NEGLIGIBLE_PERCENT = 0.005


def service_words(scenario: Scenario) -> str:
    """Name the service: băng rộng di động (3G trở lên)."""
    return SERVICE_WORDS.get(scenario.service, scenario.service)


def whom_words(scenario: Scenario) -> str:
    """Say what is counted, and where."""
    where = f" của {scenario.area.name_inside}" if scenario.area else ""
    return f"{MEASURE_WORDS[Scenario.Measure(scenario.measure)]}{where}"


def asked_words(scenario: Scenario) -> str:
    """Say what is asked: 98 % thôn có băng rộng di động vào cuối năm 2030, qua mốc 95 % năm 2028."""
    by = f"vào cuối năm {scenario.last_year}"
    if scenario.aim == Scenario.Aim.MOST_SERVED:
        whom = f"nhiều {whom_words(scenario)} có {service_words(scenario)} nhất"
        return f"{whom} {by} với kinh phí có{through_words(scenario)}"
    whom = f"{number(scenario.share_percent, 1)} % {whom_words(scenario)} có {service_words(scenario)}"
    return f"{whom} {by}{through_words(scenario)}"


def through_words(scenario: Scenario) -> str:
    """Say which shares are asked on the way; nothing where none is."""
    return f", qua mốc {told}" if (told := milestones_words(scenario)) else ""


def milestones_words(scenario: Scenario) -> str:
    """Name the shares asked at the end of earlier years: 95 % năm 2026, 97 % năm 2027."""
    return ", ".join(f"{number(share, 1)} % năm {year}" for year, share in scenario.milestones)


def finding(scenario: Scenario, figures: Figures | None = None) -> str:
    """Say what a scenario found, or why it found nothing yet."""
    state = Scenario.State(scenario.state)
    if scenario.solved and figures:
        return f"{built_words(scenario, figures)} {proof_words(scenario)}"
    if state == Scenario.State.INFEASIBLE:
        return infeasible_words(scenario)
    return {
        Scenario.State.DRAFT: f"Chưa tính. Cần: {asked_words(scenario)}.",
        Scenario.State.WAITING: f"Đang chờ tới lượt tính. Cần: {asked_words(scenario)}.",
        Scenario.State.RUNNING: f"Đang tính. Cần: {asked_words(scenario)}.",
        Scenario.State.CANCELLED: f"Lần tính vừa rồi đã huỷ trước khi có kết quả. Cần: {asked_words(scenario)}.",
    }.get(state, f"Chưa tính được. Cần: {asked_words(scenario)}.")


def built_words(scenario: Scenario, figures: Figures) -> str:
    """Say what is built, for how much, and who is served then."""
    share = number(scenario.answer.get("served_percent"), 1)
    then = f"{share} % {whom_words(scenario)} có {service_words(scenario)} vào cuối năm {scenario.last_year}"
    today = number(figures.today_percent, 1)
    if not figures.works:
        return f"Không cần xây gì: {then}, hiện nay {today} %."
    money = f"vốn {vnd_words(figures.capital_vnd)}, mỗi năm {vnd_words(figures.yearly_vnd)} khi xong"
    return f"Xây {number(len(figures.works))} công trình, {money}: {then}, hiện nay {today} %."


def late_words(figures: Figures) -> str:
    """Say why all is built in the last year, and which money is needed then; nothing where works are spread out."""
    if not figures.all_late:
        return ""
    last = figures.years[-1]
    return (
        f"Không ghi kinh phí từng năm thì mọi công trình dồn vào năm cuối, {last}: xây càng muộn, phần tiền phải trả "
        f"đến hết {last} càng ít. Số vốn cần có là {vnd_words(figures.capital_vnd)}; chi phí quy về hiện tại, "
        f"{vnd_words(figures.present_vnd)}, chỉ gồm phần trả dần và vận hành trong năm ấy."
    )


def proof_words(scenario: Scenario) -> str:
    """Say how close to the best the answer is, and whether that was asked for."""
    answer = scenario.answer
    stopped = "Dừng trước khi đạt sai số đã đặt: " if scenario.state == Scenario.State.STOPPED else ""
    gap = float(answer.get("gap_percent") or 0)
    if answer.get("aim") == Scenario.Aim.MOST_SERVED:
        best = number(bound_percent(answer), 2)
        return said(stopped, f"chứng minh được là với kinh phí này không phương án nào được quá {best} %.")
    if gap < NEGLIGIBLE_PERCENT:
        return said(stopped, "chứng minh được là không có phương án nào rẻ hơn.")
    return said(stopped, f"chứng minh được là không quá {number(gap, 2)} % đắt hơn phương án rẻ nhất.")


def said(before: str, words: str) -> str:
    """Join what goes before with what is said, as a sentence."""
    return f"{before}{words}" if before else words[0].upper() + words[1:]


def bound_percent(answer: dict[str, Any]) -> float:
    """Give the bound of what can be served, % of all weight."""
    whole = float(answer.get("whole_weight") or 0)
    return min(100.0, 100 * float(answer.get("bound") or 0) / whole) if whole else 0.0


def infeasible_words(scenario: Scenario) -> str:
    """Say that what is asked cannot be, and why in one clause."""
    why = scenario.answer.get("why", {})
    unreachable, reach = len(why.get("unreachable", [])), why.get("reach_percent", 0.0)
    at_fault = unreachable and reach < (scenario.share_percent or 0.0)
    reason = f": {number(unreachable)} nơi không có công trình nào với tới" if at_fault else ""
    return f"Không phương án nào đạt {asked_words(scenario)}{reason}."


def change_words(scenario: Scenario) -> str:
    """Say what the last solving changed against the one before; nothing for the first."""
    change, before = scenario.answer.get("change", {}), scenario.answer.get("before", {})
    if not before or not scenario.solved:
        return ""
    parts = [
        f"{words} {number(change[key])}"
        for key, words in (("added", "thêm"), ("dropped", "bớt"), ("moved", "đổi năm"))
        if change.get(key)
    ]
    works = f"{', '.join(parts)} công trình" if parts else "không công trình nào đổi"
    cost = scenario.answer["cost_vnd"] - before["cost_vnd"]
    money = f"đắt thêm {vnd_words(cost)}" if cost >= 1 else f"rẻ đi {vnd_words(-cost)}" if cost <= -1 else "giá như cũ"
    return f"So với lần tính trước: {works}; {money} (quy về hiện tại)."
