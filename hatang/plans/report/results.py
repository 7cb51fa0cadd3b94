"""Part II: how each target stands in the report's year, in tables and charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from hatang.core.vietnamese import number
from hatang.indicators.models import Component, Value
from hatang.plans.models import Comparator, Report, Target
from hatang.plans.report.letter import Bar, BarChart, TargetGroup, TargetRow, TargetTable, Trend, TrendChart
from hatang.plans.report.parts import HOW_WORDS, STATE_LABELS, STATE_WORDS
from hatang.plans.services import TargetProgress, progress_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

MARK = "\u00a0▒"
MOST_BARS, MOST_TRENDS = 14, 6
SIGNS = {
    Comparator.AT_LEAST: "≥ ",
    Comparator.MORE_THAN: "> ",
    Comparator.AT_MOST: "≤ ",
    Comparator.LESS_THAN: "< ",
    Comparator.ABOUT: "≈ ",
}


def state_day(year: int, today: date) -> date:
    """Give the day on which the report judges its targets: the year's end has passed, unless the year still runs."""
    return min(today, date(year + 1, 1, 1))


def progress_for(report: Report, *, today: date, person: Someone) -> list[TargetProgress]:
    """Give the progress of the plan's targets as the report's year left it."""
    day = state_day(report.year, today)
    return progress_of(report.plan, today=day, person=person, up_to_year=report.year)


def target_tables(progress: list[TargetProgress], year: int) -> tuple[TargetTable, ...]:
    """Put the targets of each target year in one table, grouped by component as in the plans."""
    years = sorted({p.target.year for p in progress})
    return tuple(_table(n, due, [p for p in progress if p.target.year == due], year) for n, due in enumerate(years, 1))


def _table(position: int, due: int, progress: list[TargetProgress], year: int) -> TargetTable:
    groups, start = [], 1
    for code, label in Component.choices:
        inside = [p for p in progress if p.indicator.component == code]
        rows = tuple(_row(n, p, year) for n, p in enumerate(inside, start))
        start += len(rows)
        groups += [TargetGroup(label, rows)] if rows else []
    return TargetTable(f"{position}.", f"Mục tiêu đến hết năm {due}", finding(progress), tuple(groups))


def finding(progress: Iterable[TargetProgress]) -> str:
    """Say in one sentence how many targets are in which state."""
    counted = Counter(p.state for p in progress)
    parts = [f"{counted[code]} {word}" for code, word in STATE_WORDS.items() if counted[code]]
    return f"Trong {counted.total()} mục tiêu: {', '.join(parts)}." if parts else "Kế hoạch chưa có mục tiêu."


def _row(position: int, progress: TargetProgress, year: int) -> TargetRow:
    target, indicator, value = progress.target, progress.indicator, progress.value
    return TargetRow(
        number=str(position),
        name=f"{_name(target)}{_superseded(progress)}",
        unit=indicator.unit.sign.strip() or "–",
        target=_goal_written(target),
        previous=_figure(progress.previous),
        current=_figure(value, year),
        state=STATE_LABELS[progress.state],
        state_code=progress.state,
        how=HOW_WORDS[value.how if value else ""],
        how_code=value.how if value else "",
        simulated=progress.simulated,
    )


def _name(target: Target) -> str:
    """Name the target with what bounds it: its threshold, its scope, whether it is only aspired to."""
    threshold = ""
    if target.condition_value is not None:
        sign = SIGNS.get(Comparator(target.condition_comparator or Comparator.AT_LEAST), "")
        threshold = f" (ngưỡng {sign}{number(target.condition_value, 1)} {target.condition_unit})"
    scope = f" – {target.scope}" if target.scope.lower() not in target.indicator.name.lower() else ""
    return f"{target.indicator.name}{threshold}{scope}{' (phấn đấu)' if target.aspirational else ''}"


def _superseded(progress: TargetProgress) -> str:
    """Say that a later document took the target's place."""
    return "" if progress.governs or not progress.governing else f" ({progress.governing.text})"


def _goal_written(target: Target) -> str:
    if target.value is None or target.comparator in (Comparator.DONE, Comparator.DOUBLE):
        return target.written
    unit = target.indicator.unit
    if unit.code == "yes_no":
        return "hoàn thành"
    return f"{SIGNS.get(Comparator(target.comparator), '')}{number(target.value, unit.decimals)}"


def _figure(value: Value | None, year: int | None = None) -> str:
    """Write a figure without its unit; one of an earlier year than the report's says so."""
    if value is None or value.value is None:
        return "–"
    unit = value.indicator.unit
    written = unit.plain(value.value)
    of_year = "" if year in (None, value.year) else f" (năm {value.year})"
    return f"{written}{of_year}{MARK if value.simulated else ''}"


def bar_charts(progress: list[TargetProgress]) -> tuple[BarChart, ...]:
    """Draw the targets of each target year against their goals, where both are numbers."""
    charts = []
    for due in sorted({p.target.year for p in progress}):
        bars = [bar for p in progress if p.target.year == due and (bar := _bar(p)) is not None]
        chunks = [bars[i : i + MOST_BARS] for i in range(0, len(bars), MOST_BARS)]
        charts += [_bar_chart(due, chunk) for chunk in chunks]
    return tuple(charts)


def _bar(progress: TargetProgress) -> Bar | None:
    """Give a target's bar; a yes/no target, or one without figure or goal, has none."""
    goal, value = goal_of(progress), progress.value.value if progress.value else None
    if not goal or value is None or progress.indicator.unit_code == "yes_no" or progress.indicator.direction == "lower":
        return None
    unit = progress.indicator.unit
    written = f"{number(value, unit.decimals)} trên {number(goal, unit.decimals)}{unit.sign}"
    simulated = progress.value is not None and progress.value.simulated
    return Bar(progress.indicator.short_name, round(100 * value / goal, 2), written, progress.state, simulated)


def goal_of(progress: TargetProgress) -> float | None:
    """Give what the target asks for as a number, if it is one."""
    target = progress.target
    if target.comparator == Comparator.DOUBLE and target.value is not None and progress.baseline is not None:
        return target.value * progress.baseline
    return None if target.comparator in (Comparator.DONE, Comparator.DOUBLE) else target.value


def _bar_chart(due: int, bars: list[Bar]) -> BarChart:
    told = "; ".join(f"{bar.label}: {bar.written}, {STATE_WORDS[bar.state_code]}" for bar in bars)
    alt = f"Biểu đồ thanh: mức đạt so với mục tiêu đến hết năm {due}. {told}."
    return BarChart(
        f"Mức đạt so với mục tiêu đến hết năm {due} (100% là đạt mục tiêu){_hatched(bars)}", alt, tuple(bars)
    )


def _hatched(bars: list[Bar]) -> str:
    return "; thanh gạch chéo: số liệu mô phỏng" if any(bar.simulated for bar in bars) else ""


def trend_charts(progress: list[TargetProgress]) -> tuple[TrendChart, ...]:
    """Draw the years of the first few numeric targets that have at least two at the place of the latest."""
    targets: dict[int, list[TargetProgress]] = {}
    for p in progress:
        if p.indicator.unit_code != "yes_no":
            targets.setdefault(p.indicator.pk, []).append(p)
    trends = []
    for same in targets.values():
        known = same[0].series
        line = [value for value in known if value.place_id == known[-1].place_id]
        trends += [_trend(line, same)] if len(line) > 1 else []
    return (_trend_chart(trends[:MOST_TRENDS]),) if trends else ()


def _trend(line: list[Value], progress: list[TargetProgress]) -> Trend:
    indicator = line[0].indicator
    goals = sorted({(p.target.year, goal) for p in progress if (goal := goal_of(p)) is not None})
    return Trend(
        name=indicator.short_name,
        unit=indicator.unit.sign.strip(),
        years=tuple(value.year for value in line),
        values=tuple(value.value or 0.0 for value in line),
        target_years=tuple(year for year, _ in goals),
        target_values=tuple(float(goal) for _, goal in goals),
        simulated=any(value.simulated for value in line),
    )


def _trend_chart(trends: list[Trend]) -> TrendChart:
    told = "; ".join(_told(trend) for trend in trends)
    dashed = "; nét đứt: có số liệu mô phỏng" if any(trend.simulated for trend in trends) else ""
    title = f"Diễn biến một số chỉ tiêu qua các năm (hình thoi: mục tiêu){dashed}"
    return TrendChart(title, f"Biểu đồ đường, mỗi chỉ tiêu một khung. {told}.", tuple(trends))


def _told(trend: Trend) -> str:
    years = ", ".join(f"{y}: {number(v, 2)}" for y, v in zip(trend.years, trend.values, strict=True))
    goals = ", ".join(f"{y}: {number(v, 2)}" for y, v in zip(trend.target_years, trend.target_values, strict=True))
    return f"{trend.name}: {years}{f'; mục tiêu {goals}' if goals else ''}"
