"""How targets stand: each with its figure, the year before's, its starting point and its state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery

from hatang.core.vietnamese import day, number
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import values_of
from hatang.places.models import Place
from hatang.plans.governing import Governing, governing_of
from hatang.plans.models import Baseline, Comparator, Plan, Target
from hatang.plans.states import AT_RISK, MET, MISSED, NOT_DUE, ON_TRACK, expected_on, target_state

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

YearValues = Mapping[int, Value]


@dataclass(frozen=True)
class Start:
    """Where a target's straight line begins; `stated` when the plan itself says so."""

    value: float
    year: int
    stated: bool


@dataclass(frozen=True)
class TargetProgress:
    """A target, the figure it is held against (None: not measured), and its state with the reason in words.

    `previous` is the figure of the year before `value`'s, at the same place. The straight line begins at `baseline`.
    """

    target: Target
    indicator: Indicator
    value: Value | None
    previous: Value | None
    baseline: float | None
    baseline_year: int | None
    baseline_stated: bool
    state: str
    text: str
    series: tuple[Value, ...] = ()
    governing: Governing | None = None

    @property
    def governs(self) -> bool:
        """Whether the target is the one that holds today, among those of several documents."""
        return self.governing is None or self.governing.governs

    @property
    def simulated(self) -> bool:
        """Whether a figure shown here is simulated."""
        return any(v is not None and v.simulated for v in (self.value, self.previous))

    @property
    def change(self) -> float | None:
        """The change from the year before."""
        if self.value is None or self.previous is None or self.value.value is None or self.previous.value is None:
            return None
        return self.value.value - self.previous.value


def progress_of(
    subject: Plan | Place,
    *,
    today: date,
    person: Someone,
    up_to_year: int | None = None,
) -> list[TargetProgress]:
    """Give the progress of a plan's targets, or of those of all plans of a province that the person may see.

    A target is held against figures of the territory it was set for; only years for which a former province has none
    are answered by today's. Figures after `up_to_year` are left out: a report of a year does not know the next.
    Each says whether it governs; who counts targets counts `governing_only`. At most five queries, however many.
    """
    compared = _targets(subject, person)
    targets = [t for t in compared if not isinstance(subject, Plan) or t.plan_id == subject.pk]
    if not targets:
        return []
    values = _values(targets, targets[0].plan.province, person, up_to_year)
    governing = governing_of(compared, _replacing(compared), on=today)
    return [_progress(target, values, _stated(target), today, governing[target.pk]) for target in targets]


def governing_only(progress: Iterable[TargetProgress]) -> list[TargetProgress]:
    """Keep the targets that govern: of several documents' for one figure, the one that holds."""
    return [p for p in progress if p.governs]


def _replacing(targets: Iterable[Any]) -> list[Plan]:
    """Give the documents that replace those of the targets; one that sets no target itself is asked for."""
    plans = {t.plan_id: t.plan for t in targets}
    silent = {t.replaced_by for t in targets if t.replaced_by} - plans.keys()
    return [p for p in plans.values() if p.replaces_id and p.published] + list(Plan.objects.in_bulk(silent).values())


def _targets(subject: Plan | Place, person: Someone) -> list[Target]:
    """Read the targets, and with a plan's own those of other documents that speak of the same figures."""
    baseline = Baseline.objects.filter(plan=OuterRef("plan"), indicator=OuterRef("indicator")).order_by("pk")
    later = Plan.objects.filter(replaces=OuterRef("plan"), published=True).order_by("date", "pk")
    targets = Target.objects.select_related("indicator", "plan__territory", "plan__province").annotate(
        stated_value=Subquery(baseline.values("value")[:1]),
        stated_year=Subquery(baseline.values("year")[:1]),
        replaced_by=Subquery(later.values("pk")[:1]),
    )
    if isinstance(subject, Plan):
        figures = Target.objects.filter(plan=subject).values("indicator")
        rivals = Q(plan__province=subject.province_id, plan__published=True, indicator__in=figures)
        return list(targets.filter(Q(plan=subject) | rivals).order_by("order", "pk"))
    plans = Plan.objects.visible_to(person).filter(province=subject)
    return list(targets.filter(plan__in=plans).order_by("-plan__year_to", "plan__code", "order"))


def _values(
    targets: Iterable[Target], province: Place, person: Someone, up_to_year: int | None
) -> dict[tuple[int, int], dict[int, Value]]:
    """Read the figures of all targets at once: by indicator and place, then by year."""
    places = {t.plan.territory_id: t.plan.territory for t in targets} | {province.pk: province}
    indicators = {t.indicator_id: t.indicator for t in targets}
    found = values_of(person=person, province=province, places=places.values(), indicators=indicators.values())
    by_year: dict[tuple[int, int], dict[int, Value]] = defaultdict(dict)
    for (indicator_id, place_id, year), value in found.items():
        if up_to_year is None or year <= up_to_year:
            by_year[indicator_id, place_id][year] = value
    return by_year


def _stated(target: Any) -> Start | None:
    """Give the starting point that the plan itself states."""
    if target.stated_value is None:
        return None
    return Start(target.stated_value, target.stated_year, stated=True)


def stated_in(baselines: Iterable[Baseline]) -> dict[tuple[int, int], Start]:
    """Give the baselines that plans state, by plan and indicator."""
    return {
        (b.plan_id, b.indicator_id): Start(b.value, b.year, stated=True)
        for b in baselines
        if b.indicator_id is not None
    }


def _progress(
    target: Target,
    values: Mapping[tuple[int, int], YearValues],
    stated: Start | None,
    today: date,
    governing: Governing,
) -> TargetProgress:
    plan = target.plan
    own = values.get((target.indicator_id, plan.territory_id), {})
    series = {**values.get((target.indicator_id, plan.province_id), {}), **own}
    value = value_for(series, target.year, today)
    start = start_of(target, series, value, stated)
    state = state_of(target, value, start, today)
    return TargetProgress(
        target=target,
        indicator=target.indicator,
        value=value,
        previous=_year_before(series, value),
        baseline=start.value if start else None,
        baseline_year=start.year if start else None,
        baseline_stated=bool(start and start.stated),
        state=state,
        text=_text(target, value, start, state),
        series=tuple(series[year] for year in sorted(series)),
        governing=governing,
    )


def value_for(series: YearValues, year: int, today: date) -> Value | None:
    """Choose the figure a target is held against: the target's year's or the first later, else the latest before."""
    reached = [y for y in series if y >= year] if today > date(year, 12, 31) else []
    before = [y for y in series if y <= year]
    if reached:
        return series[min(reached)]
    return series[max(before)] if before else None


def _year_before(series: YearValues, value: Value | None) -> Value | None:
    """Give the figure of the year before, if it is of the same place."""
    previous = series.get(value.year - 1) if value else None
    return previous if previous and value and previous.place_id == value.place_id else None


def start_of(target: Target, series: YearValues, value: Value | None, stated: Start | None) -> Start | None:
    """Find where the line begins: a doubling's base year; else the plan's figure, the year before it, the earliest."""
    if target.comparator == Comparator.DOUBLE:
        return _base(target, series)
    if stated:
        return stated
    same = {y: v for y, v in series.items() if value and v.place_id == value.place_id and y < value.year}
    before = target.plan.year_from - 1
    first = same.get(before) or (same[min(same)] if same else None)
    return Start(first.value, first.year, stated=False) if first and first.value is not None else None


def _base(target: Target, series: YearValues) -> Start | None:
    """Give the base year's figure; a ratio to the base year is 1 in it, by definition."""
    if target.base_year is None:
        return None
    if target.indicator.unit_code == "times":
        return Start(1, target.base_year, stated=False)
    base = series.get(target.base_year)
    return Start(base.value, base.year, stated=False) if base and base.value is not None else None


def state_of(target: Target, value: Value | None, start: Start | None, today: date) -> str:
    return target_state(
        comparator=target.comparator,
        target=target.value,
        value=_as_shown(target, value.value) if value else None,
        baseline=start.value if start else None,
        baseline_year=start.year if start else None,
        year=target.year,
        today=today,
        value_on=value.on if value else None,
        direction=target.indicator.direction,
    )


def _as_shown(target: Target, value: float | None) -> float | None:
    """Round as the page does, so that a figure shown as 99,5% reaches 99,5%."""
    return None if value is None else target.indicator.unit.shown(value)


def _text(target: Target, value: Value | None, start: Start | None, state: str) -> str:
    """Say why the target is in its state, in one sentence."""
    figure = f"{value} (năm {value.year})" if value else ""
    if target.comparator == Comparator.DONE and value and state in (MET, MISSED):
        sentence = f"{'Đã' if state == MET else 'Chưa'} hoàn thành theo số liệu năm {value.year}."
    elif state in (MET, MISSED):
        sentence = f"{figure} {'đạt' if state == MET else 'không đạt'} mục tiêu {target.written}."
    elif state in (ON_TRACK, AT_RISK) and value and start:
        sentence = f"{figure} {_against_line(target, value, start)}."
    elif state == NOT_DUE:
        sentence = f"Hạn đến hết năm {target.year}; chưa hoàn thành."
    else:
        sentence = _why_not_measured(target, value, start)
    if value and value.place_id != target.plan.territory_id:
        sentence += (
            f" Số của {value.place.full_name} hiện nay; mục tiêu đặt cho địa bàn {target.plan.territory.full_name} cũ."
        )
    return sentence


def _against_line(target: Target, value: Value, start: Start) -> str:
    """Compare a figure with the straight line on its date."""
    goal = (target.value or 0) * (start.value if target.comparator == Comparator.DOUBLE else 1)
    line = expected_on(value.on, baseline=start.value, baseline_year=start.year, goal=goal, year=target.year)
    unit = target.indicator.unit
    side = "thấp hơn" if (_as_shown(target, value.value) or 0) < line else "không thấp hơn"
    return (
        f"{side} mức {number(line, unit.decimals)}{unit.sign} cần có vào ngày {day(value.on)} để đạt {target.written}"
    )


def _why_not_measured(target: Target, value: Value | None, start: Start | None) -> str:
    if value is None:
        return "Chưa có số liệu."
    latest = f"Số gần nhất là {value} của năm {value.year}"
    if target.comparator == Comparator.DOUBLE and start is None:
        return f"{latest}; chưa có số liệu năm gốc {target.base_year or '(kế hoạch không nêu)'}."
    if start is None:
        return f"{latest}; chưa có mức xuất phát để so tiến độ."
    return f"{latest}; chưa có số liệu năm {target.year}."
