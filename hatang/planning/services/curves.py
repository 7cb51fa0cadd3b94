"""The curve of cost and people, and the tornado of prices: asked for, computed in the background, told in words."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from math import isfinite
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from hatang.accounts.models import Person
from hatang.core.planning.curve import cost_curve
from hatang.core.planning.problem import Aim, PlanningError
from hatang.core.planning.sensitivity import tornado
from hatang.core.vietnamese import number
from hatang.pages.amounts import vnd_words
from hatang.planning.models import CHANGE, Scenario
from hatang.planning.services.prices import Price, prices_of
from hatang.planning.services.problems import problem_of
from hatang.work.models import Job
from hatang.work.services import Cancelled, Progress, background, run_job

POINTS = 20
CURVE_SECONDS, SWING_SECONDS = 60.0, 60.0
OFTEN_SECONDS = 0.5
BILLION = 10**9
NEAR = 1.0
SWINGS_DRAWN = 12
UNIT_WORDS = {
    Scenario.Measure.VILLAGES: "thôn",
    Scenario.Measure.PEOPLE: "người",
    Scenario.Measure.HOUSEHOLDS: "hộ",
    Scenario.Measure.SITES: "nơi",
}
CHANGED_MEANWHILE = "Phương án được tính lại hoặc sửa trong lúc này nên kết quả không còn khớp: làm lại."
NOT_SOLVED = "Tính phương án xong rồi mới vẽ được đường chi phí và xem giả định."


# Asking


def ask_curve(*, actor: Person, scenario: Scenario) -> Job:
    """Start to compute a solved scenario's curve in the background."""
    require_solved(actor, scenario)
    title = f"Đường chi phí: {scenario.title}"
    return run_job(curve_job, actor=actor, title=title, may_cancel=True, scenario_id=scenario.pk)


def ask_tornado(*, actor: Person, scenario: Scenario) -> Job:
    """Start to solve a scenario again at both ends of each price, in the background."""
    require_solved(actor, scenario)
    title = f"Giả định đơn giá: {scenario.title}"
    return run_job(tornado_job, actor=actor, title=title, may_cancel=True, scenario_id=scenario.pk)


def require_solved(actor: Person, scenario: Scenario) -> None:
    """Refuse who may not change the scenario's province, and a scenario without an answer."""
    if not actor.has_perm(CHANGE, scenario):
        raise PermissionDenied
    if not scenario.solved:
        raise ValidationError(NOT_SOLVED)


# Computing


class Watch:
    """Passes on how far a computation is, and hears whether somebody asked to end it, at most twice a second.

    A solver in its midst hears of it as an answer; between two solutions `told` raises Cancelled.
    """

    def __init__(self, progress: Progress, words: str) -> None:
        self.progress, self.words = progress, words
        self.asked_at, self.stopped = 0.0, False

    def told(self, seconds: float, done: float | None, whole: float | None) -> None:
        """Hear how many solutions are done, of how many."""
        share = (done or 0) / whole if whole else 0.0
        self.progress(
            min(99, int(100 * share)), f"{self.words}: {number(done)}/{number(whole)}, {number(seconds)} giây"
        )

    def cancelled(self) -> bool:
        """Tell whether somebody asked to end it."""
        if time.monotonic() - self.asked_at >= OFTEN_SECONDS:
            self.asked_at = time.monotonic()
            self.stopped = Job.objects.filter(pk=self.progress.job_id, cancel_asked=True).exists()
        return self.stopped


@background(lane=Job.Lane.LONG)
def curve_job(progress: Progress, scenario_id: int) -> str:
    """Compute a scenario's curve; give the address of what it shows."""
    scenario = Scenario.objects.select_related("province").get(pk=scenario_id)
    progress(0, "Đang đọc công trình và giá")
    watch = Watch(progress, "Đang tìm phương án cho từng mức chi")
    try:
        points = cost_curve(
            problem_of(scenario),
            points=POINTS,
            seconds=CURVE_SECONDS,
            gap_percent=scenario.gap_percent,
            told=watch.told,
            cancelled=watch.cancelled,
        )
    except PlanningError as error:
        raise ValidationError(str(error)) from error
    keep(scenario, watch, "curve", [asdict(point) for point in points])
    return f"{scenario.get_absolute_url()}#duong-chi-phi"


@background(lane=Job.Lane.LONG)
def tornado_job(progress: Progress, scenario_id: int) -> str:
    """Solve a scenario at both ends of each price that it uses; give the address of what that shows."""
    scenario = Scenario.objects.select_related("province").get(pk=scenario_id)
    progress(0, "Đang đọc công trình và giá")
    used = prices_used(scenario)
    watch = Watch(progress, "Đang giải lại ở hai đầu của từng đơn giá")
    try:
        swings = tornado(
            lambda prices: problem_of(scenario, prices),
            {code: (float(p.low_vnd), float(p.amount_vnd), float(p.high_vnd)) for code, p in used.items()},
            seconds=SWING_SECONDS,
            gap_percent=scenario.gap_percent,
            aim=Aim(scenario.aim),
            told=watch.told,
            cancelled=watch.cancelled,
        )
    except PlanningError as error:
        raise ValidationError(str(error)) from error
    keep(scenario, watch, "tornado", [finite(asdict(swing)) | price_facts(used[swing.item]) for swing in swings])
    return f"{scenario.get_absolute_url()}#gia-dinh"


def finite(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Leave empty what is no number: the cost of an end that is impossible."""
    return {name: None if isinstance(fact, float) and not isfinite(fact) else fact for name, fact in facts.items()}


def keep(scenario: Scenario, watch: Watch, field: str, found: list[dict[str, Any]]) -> None:
    """Store what was found with the moment, unless somebody ended it or the scenario was solved again meanwhile."""
    if watch.stopped:
        raise Cancelled
    here = Scenario.objects.filter(pk=scenario.pk, solved_at=scenario.solved_at)
    if not here.update(**{field: {"at": timezone.now().isoformat(), "rows": found}}):
        raise ValidationError(CHANGED_MEANWHILE)


def prices_used(scenario: Scenario) -> dict[str, Price]:
    """Give the prices that have a range and of which any candidate of the scenario has a line."""
    items = {line["item"] for lines in scenario.candidates.values_list("cost_lines", flat=True) for line in lines}
    prices = prices_of(scenario.province)
    return {code: price for code, price in prices.items() if code in items and price.low_vnd < price.high_vnd}


def price_facts(price: Price) -> dict[str, Any]:
    """Give what the tornado tells of a price."""
    return {
        "label": price.label,
        "per": price.per,
        "low_vnd": price.low_vnd,
        "base_vnd": price.amount_vnd,
        "high_vnd": price.high_vnd,
        "assumed": price.assumed,
        "source": price.source,
    }


# Telling


def kept_rows(kept: Any) -> tuple[list[dict[str, Any]], datetime | None]:
    """Read what was stored: its rows, and when."""
    if not kept:
        return [], None
    return kept["rows"], parse_datetime(kept["at"])


@dataclass(frozen=True)
class CurveRow:
    """A point of the curve; `per_billion` is what a tỷ more bought since the point of the hull before it.

    `capital_vnd` is None for a curve that was computed before capital was kept with it.
    """

    cost_vnd: float
    served_weight: float
    served_percent: float
    gap_percent: float
    on_hull: bool
    capital_vnd: float | None
    per_billion: float | None


@dataclass(frozen=True)
class CurveTold:
    """A scenario's curve with what it says; empty where none was computed."""

    rows: list[CurveRow]
    sentences: list[str]
    chart: dict[str, Any]
    at: datetime | None
    unit: str


def curve_told(scenario: Scenario) -> CurveTold:
    """Tell a scenario's curve."""
    points, at = kept_rows(scenario.curve)
    points = sorted(points, key=lambda point: (point["cost_vnd"], point["served_weight"]))
    unit = UNIT_WORDS[Scenario.Measure(scenario.measure)]
    rows = with_gains(points)
    chart = {
        "points": [[row.cost_vnd / BILLION, row.served_percent, row.on_hull] for row in rows],
        "here": here(scenario),
    }
    return CurveTold(rows, least_bought(rows, unit), chart if rows else {}, at, unit)


def here(scenario: Scenario) -> list[float] | None:
    """Give where the scenario's own answer lies: tỷ đồng, percent."""
    cost, percent = scenario.answer.get("cost_vnd"), scenario.answer.get("served_percent")
    return None if cost is None or percent is None else [cost / BILLION, percent]


def with_gains(points: Sequence[Mapping[str, Any]]) -> list[CurveRow]:
    """Add to each point of the hull what a tỷ bought since the one before.

    >>> ends = {"gap_percent": 0.0, "on_hull": True}
    >>> cheap = {"cost_vnd": 0, "served_weight": 40, "served_percent": 40} | ends
    >>> dear = {"cost_vnd": 2e9, "served_weight": 100, "served_percent": 100} | ends
    >>> [row.per_billion for row in with_gains([cheap, dear])]
    [None, 30.0]
    """
    rows: list[CurveRow] = []
    before: Mapping[str, Any] | None = None
    for point in points:
        gain = None
        if point["on_hull"]:
            gain = gain_between(before, point)
            before = point
        facts = {
            name: point[name] for name in ("cost_vnd", "served_weight", "served_percent", "gap_percent", "on_hull")
        }
        rows.append(CurveRow(**facts, capital_vnd=point.get("capital_vnd"), per_billion=gain))
    return rows


def gain_between(before: Mapping[str, Any] | None, point: Mapping[str, Any]) -> float | None:
    """Give how much weight a tỷ more buys from one point to another; None where money did not change."""
    if before is None or point["cost_vnd"] - before["cost_vnd"] < NEAR:
        return None
    return BILLION * (point["served_weight"] - before["served_weight"]) / (point["cost_vnd"] - before["cost_vnd"])


def least_bought(rows: Sequence[CurveRow], unit: str) -> list[str]:
    """Say where a further đồng buys most, where least, and where it begins to buy much less."""
    hull = [row for row in rows if row.on_hull]
    steps = [(a, b) for a, b in pairwise(hull) if b.per_billion]
    if not steps:
        return []
    first, last = steps[0], steps[-1]
    sentences = [f"Đồng tiếp theo mua được ít nhất ở đoạn cuối: {step_words(last, unit)}."]
    if first is not last:
        sentences.append(f"Đoạn đầu mua được nhiều nhất: {step_words(first, unit)}.")
        sentences.extend(knee_words(hull, unit))
    return sentences


def step_words(step: tuple[CurveRow, CurveRow], unit: str) -> str:
    """Say what a step of the hull buys."""
    low, high = step
    gain = number(high.per_billion, 0 if (high.per_billion or 0) >= 10 else 1)
    before, after = told_apart(low.served_percent, high.served_percent)
    return f"từ {before} % lên {after} %, mỗi tỷ đồng thêm {gain} {unit}"


def told_apart(low: float, high: float) -> tuple[str, str]:
    """Write two shares with as many decimals as tell them apart, at least one and at most three.

    >>> told_apart(97.2, 99.1), told_apart(99.58, 99.62)
    (('97,2', '99,1'), ('99,58', '99,62'))
    """
    for decimals in (1, 2, 3):
        before, after = number(low, decimals), number(high, decimals)
        if before != after:
            break
    return before, after


def knee_words(hull: Sequence[CurveRow], unit: str) -> list[str]:
    """Say where a further đồng begins to buy much less: at the hull's point farthest above the line from end to end."""
    first, last = hull[0], hull[-1]
    money, weight = last.cost_vnd - first.cost_vnd, last.served_weight - first.served_weight

    def above(row: CurveRow) -> float:
        return (row.served_weight - first.served_weight) / weight - (row.cost_vnd - first.cost_vnd) / money

    knee = max(hull[1:-1], key=above)
    before, after = (
        BILLION * (high.served_weight - low.served_weight) / (high.cost_vnd - low.cost_vnd)
        for low, high in ((first, knee), (knee, last))
    )
    capital = "" if knee.capital_vnd is None else f"vốn {vnd_words(knee.capital_vnd)}, "
    return [
        f"Gãy rõ nhất ở {number(knee.served_percent, 1)} % ({capital}{vnd_words(knee.cost_vnd)} quy về hiện tại): "
        f"trước đó mỗi tỷ đồng thêm trung bình {gain_words(before)} {unit}, sau đó {gain_words(after)} {unit}."
    ]


def gain_words(gain: float) -> str:
    """Write what a tỷ buys: small numbers with a decimal."""
    return number(gain, 0 if gain >= 10 else 1)


@dataclass(frozen=True)
class SwingRow:
    """What the answer comes to with one price at its low and at its high end; how many works change then.

    `low`, `base` and `high` are present cost, đồng, or, for most people for the money, what is served; None where the
    scenario is impossible at that end.
    """

    label: str
    per: str
    source: str
    low_vnd: int
    base_vnd: int
    high_vnd: int
    low: float | None
    base: float
    high: float | None
    changed_works: int

    @property
    def swing(self) -> float:
        """How far apart the two ends are; without end where one is impossible."""
        return float("inf") if self.low is None or self.high is None else abs(self.high - self.low)


@dataclass(frozen=True)
class SwingsTold:
    """Which assumptions move a scenario's answer, and in what: đồng, or people; empty where that was not computed."""

    rows: list[SwingRow]
    sentences: list[str]
    chart: dict[str, Any]
    at: datetime | None
    of_money: bool
    unit: str


def swings_told(scenario: Scenario) -> SwingsTold:
    """Tell which assumptions move a scenario's answer, the one that moves it most first."""
    kept, at = kept_rows(scenario.tornado)
    of_money = scenario.aim == Scenario.Aim.LEAST_COST
    unit = "đồng" if of_money else UNIT_WORDS[Scenario.Measure(scenario.measure)]
    rows = sorted((swing_row(row, of_money=of_money) for row in kept), key=lambda row: -row.swing)
    size = BILLION if of_money else 1
    chart = {
        "unit": "tỷ đồng" if of_money else unit,
        "base": rows[0].base / size if rows else 0,
        "rows": [
            [row.label, *(None if end is None else end / size for end in (row.low, row.high))]
            for row in rows[:SWINGS_DRAWN]
            if row.swing >= NEAR
        ],
    }
    return SwingsTold(rows, swing_words(rows, unit), chart if rows else {}, at, of_money, unit)


def swing_row(kept: Mapping[str, Any], *, of_money: bool) -> SwingRow:
    """Read a swing as it was stored."""
    quantity = "cost_vnd" if of_money else "served_weight"
    return SwingRow(
        **{name: kept[name] for name in ("label", "per", "source", "low_vnd", "base_vnd", "high_vnd")},
        **{end: kept[f"{end}_{quantity}"] for end in ("low", "base", "high")},
        changed_works=max(kept["changed_works_low"], kept["changed_works_high"]),
    )


def amount_words(amount: float | None, unit: str) -> str:
    """Say what the answer comes to at one end."""
    if amount is None:
        return "không đạt được"
    return vnd_words(amount) if unit == "đồng" else f"{number(amount)} {unit}"


def swing_words(rows: Sequence[SwingRow], unit: str) -> list[str]:
    """Say which assumption moves the answer most, and whether any changes what is built."""
    if not rows:
        return []
    top, what = rows[0], "chi phí" if unit == "đồng" else "số được phục vụ"
    if top.swing < NEAR:
        return [f"Không đơn giá nào trong khoảng đã cho làm đổi {what} của phương án."]
    sentences = [
        f"Giả định làm đổi kết quả nhiều nhất là “{top.label}”: đơn giá từ {vnd_words(top.low_vnd)} đến "
        f"{vnd_words(top.high_vnd)} thì {what} đi từ {amount_words(top.low, unit)} đến {amount_words(top.high, unit)} "
        f"(ở đơn giá đang dùng: {amount_words(top.base, unit)})."
    ]
    moving = [row for row in rows if row.changed_works]
    if not moving:
        return [*sentences, "Dù đơn giá nào đổi trong khoảng ấy, những công trình nên làm vẫn như cũ."]
    most = max(moving, key=lambda row: row.changed_works)
    return [
        *sentences,
        f"{number(len(moving))} đơn giá làm đổi cả việc nên làm công trình nào; nhiều nhất là “{most.label}”: "
        f"{number(most.changed_works)} công trình.",
    ]
