"""How a province stands: its targets by territory and component, each indicator with a small bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hatang.indicators.models import Component, Indicator, Value
from hatang.places.models import Place
from hatang.plans.models import Comparator
from hatang.plans.services import TargetProgress, finding
from hatang.plans.services.finding import Judged
from hatang.plans.states import AT_RISK, MET, MISSED, NOT_DUE, NOT_MEASURED, ON_TRACK, expected_on

WORST_FIRST = (MISSED, AT_RISK, NOT_MEASURED, ON_TRACK, MET, NOT_DUE)
HEADROOM = 1.1


@dataclass(frozen=True)
class Stretch:
    """The stretch of a strip that stands for the targets in one state."""

    state: str
    begin: int
    count: int


@dataclass(frozen=True)
class Tally:
    """Targets by state as a strip, the worst first, and how many there are."""

    strip: list[Stretch]
    total: int


@dataclass(frozen=True)
class Bar:
    """Where the marks of a small bar lie, as numbers from 0 to 100 ready for SVG, and what it shows in words."""

    value: str
    base: str
    need: str
    goals: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Row:
    """An indicator on a territory: its newest figure, its bar, and its targets by year."""

    indicator: Indicator
    value: Value | None
    bar: Bar | None
    goals: tuple[TargetProgress, ...]


@dataclass(frozen=True)
class ComponentRows:
    """One of the four components: how many targets are in which state, and its indicators."""

    label: str
    tally: Tally
    rows: list[Row]


@dataclass(frozen=True)
class Part:
    """The targets set for one territory: today's province or a former one that is part of it."""

    territory: Place
    finding: str
    components: list[ComponentRows]


def parts_of(progress: Sequence[TargetProgress], *, province: Place, today: date) -> list[Part]:
    """Group targets by the territory they were set for, today's province first."""
    territories = {p.target.plan.territory_id: p.target.plan.territory for p in progress}
    ordered = sorted(territories.values(), key=lambda t: (t.pk != province.pk, t.sort_key))
    return [part_of([p for p in progress if p.target.plan.territory_id == t.pk], t, today) for t in ordered]


def part_of(progress: Sequence[TargetProgress], territory: Place, today: date) -> Part:
    """Group one territory's targets by component."""
    groups = [(c.label, [p for p in progress if p.indicator.component == c]) for c in Component]
    components = [ComponentRows(label, tally(own), rows_of(own, today)) for label, own in groups if own]
    return Part(territory, finding(progress, today=today), components)


def tally(progress: Iterable[Judged]) -> Tally:
    """Count targets by state, the worst first."""
    counts = Counter(p.state for p in progress)
    strip: list[Stretch] = []
    for state in WORST_FIRST:
        if counts[state]:
            strip.append(Stretch(state, sum(s.count for s in strip), counts[state]))
    return Tally(strip, counts.total())


def rows_of(progress: Iterable[TargetProgress], today: date) -> list[Row]:
    """Give a row for each indicator, in the order of the list of indicators."""
    by_indicator: dict[int, list[TargetProgress]] = {}
    for p in sorted(progress, key=lambda p: (p.indicator.number, p.target.year)):
        by_indicator.setdefault(p.indicator.pk, []).append(p)
    return [row_of(goals, today) for goals in by_indicator.values()]


def row_of(goals: Sequence[TargetProgress], today: date) -> Row:
    """Give an indicator's row from its targets."""
    indicator = goals[0].indicator
    value = next((p.series[-1] for p in goals if p.series), None)
    drawn = indicator.unit_code != "yes_no" and any(goal_of(p) is not None for p in goals)
    return Row(indicator, value, bar_of(goals, value, today) if drawn else None, tuple(goals))


def goal_of(progress: TargetProgress) -> float | None:
    """Give the level to reach; of a doubling, twice the base year's."""
    target = progress.target
    if target.comparator == Comparator.DOUBLE:
        return None if progress.baseline is None else (target.value or 0) * progress.baseline
    return target.value


def bar_of(goals: Sequence[TargetProgress], value: Value | None, today: date) -> Bar:
    """Lay out the bar: the figure, where it began, where it should be today, and where it shall be."""
    levels = [level for level in map(goal_of, goals) if level is not None]
    base = next((p.baseline for p in goals if p.baseline is not None), None)
    known = [*levels, *(x for x in (base, value.value if value else None) if x is not None)]
    top = 100.0 if goals[0].indicator.unit_code == "percent" else HEADROOM * max(known, default=1) or 1.0
    return Bar(
        value=mark(value.value if value else None, top),
        base=mark(base, top),
        need=mark(needed(goals, today), top),
        goals=tuple(mark(level, top) for level in levels),
        words=words_of(goals, value),
    )


def mark(level: float | None, top: float) -> str:
    """Write a level's place on the bar; nothing where there is none."""
    return "" if level is None else f"{min(max(100 * level / top, 0), 100):.1f}"


def needed(goals: Sequence[TargetProgress], today: date) -> float | None:
    """Read where the straight line to the next target stands today."""
    for p in goals:
        level = goal_of(p)
        if p.state in (ON_TRACK, AT_RISK) and level is not None and p.baseline is not None and p.baseline_year:
            return expected_on(
                p.value.on if p.value else today,
                baseline=p.baseline,
                baseline_year=p.baseline_year,
                goal=level,
                year=p.target.year,
            )
    return None


def words_of(goals: Sequence[TargetProgress], value: Value | None) -> str:
    """Say what the bar shows."""
    now = f"Hiện có {value} (năm {value.year})" if value else "Chưa có số liệu"
    return f"{now}; mục tiêu {', '.join(f'{p.target.written} năm {p.target.year}' for p in goals)}"
