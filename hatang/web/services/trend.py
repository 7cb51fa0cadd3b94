"""How one indicator moves in a province: by year and territory, and by commune."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from hatang.indicators.formulas import FORMULAS, Formula
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services import WITHHELD_WORDS, values_of, withheld_in, worst_first
from hatang.indicators.services import Line as PlaceFigure
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place
from hatang.plans.services import TargetProgress
from hatang.web.services.axis import axis_for
from hatang.web.services.standing import HEADROOM, goal_of, mark

NO_FIGURE = "chưa có số liệu"

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class TerritoryLine:
    """A territory's figures by year and the targets set for it."""

    territory: Place
    values: list[Value]
    targets: list[TargetProgress]


@dataclass(frozen=True)
class CommuneLine:
    """A commune's figure for the year in view, its bar, and whether it reaches the level asked of its territory."""

    place: Place
    value: Value | None
    width: str
    level_mark: str
    reached: bool | None
    withheld: bool = False

    @property
    def lacking(self) -> str:
        """Say why there is no figure."""
        return WITHHELD_WORDS if self.withheld else NO_FIGURE


@dataclass(frozen=True)
class Trend:
    """An indicator in a province: territories, communes worst first for one year, and the years that have figures."""

    indicator: Indicator
    territories: list[TerritoryLine]
    communes: list[CommuneLine]
    year: int | None
    years: list[int]
    goals: list[TargetProgress]
    formula: Formula | None
    commune_values: list[Value]

    @property
    def withheld(self) -> int:
        """How many communes' figures are not published for their few owners."""
        return sum(c.withheld for c in self.communes)

    @property
    def shown(self) -> list[Value]:
        """All figures on the page."""
        values = [v for line in self.territories for v in line.values]
        return values + [c.value for c in self.communes if c.value]

    @property
    def missing(self) -> int:
        """How many communes have no figure."""
        return sum(c.value is None for c in self.communes) - self.withheld

    @property
    def alike(self) -> Value | None:
        """A figure that stands for all communes' if all came in the same way."""
        values = [c.value for c in self.communes if c.value]
        return values[0] if len({(v.how, v.simulated) for v in values}) == 1 else None

    @property
    def below(self) -> list[CommuneLine]:
        """The communes that do not reach the level."""
        return [c for c in self.communes if c.reached is False]


def trend_of(
    *,
    indicator: Indicator,
    province: Place,
    progress: Sequence[TargetProgress],
    communes: Sequence[Place],
    person: Someone,
    year: int | None,
) -> Trend:
    """Read the indicator's figures of the province, its former parts and its communes at once."""
    places = {province.pk: province} | {p.target.plan.territory_id: p.target.plan.territory for p in progress}
    found = values_of(person=person, province=province, places=[*places.values(), *communes], indicators=[indicator])
    figures = {(place, y): value for (_, place, y), value in found.items()}
    territories = [territory_line(place, figures, progress) for place in places.values()]
    kept = [line for line in territories if line.values or line.targets]
    ids = {c.pk for c in communes}
    years = sorted({y for place, y in figures if place in ids})
    shown = year if year in years else (years[-1] if years else None)
    held = {line.territory.pk: target_for(line.targets, shown) for line in kept}
    listed = worst_first([PlaceFigure(c, figures.get((c.pk, shown or 0))) for c in communes if years], indicator)
    goals = [p for p in held.values() if p]
    withheld = {pk for pk, of_year in withheld_in(indicator=indicator, places=communes) if of_year == shown}
    top = top_of([*(line.value.value for line in listed if line.value), *map(goal_of, goals)], indicator)
    return Trend(
        indicator=indicator,
        territories=kept,
        communes=[commune_line(line, level_for(line.place, held), top, indicator, withheld) for line in listed],
        year=shown,
        years=years,
        goals=goals,
        formula=FORMULAS.get(next((v.formula for v in figures.values()), "")),
        commune_values=[v for (place, _), v in figures.items() if place in ids],
    )


def territory_line(
    place: Place, figures: dict[tuple[int, int], Value], progress: Iterable[TargetProgress]
) -> TerritoryLine:
    """Give a territory's figures in order of years, and its targets."""
    values = sorted((v for (pk, _), v in figures.items() if pk == place.pk), key=lambda v: v.year)
    return TerritoryLine(place, values, [p for p in progress if p.target.plan.territory_id == place.pk])


def target_for(progress: Iterable[TargetProgress], year: int | None) -> TargetProgress | None:
    """Choose the target that a year's figures of communes are held against: the next one due, else the last."""
    dated = sorted((p for p in progress if goal_of(p) is not None), key=lambda p: p.target.year)
    ahead = [p for p in dated if year is not None and p.target.year >= year]
    return ahead[0] if ahead else (dated[-1] if dated else None)


def level_for(commune: Place, held: Mapping[int, TargetProgress | None]) -> float | None:
    """Give the level asked of a commune: of the former province that it came from, else of today's."""
    target = held.get(commune.former_province_id or 0) or held.get(commune.province_id or 0)
    return goal_of(target) if target else None


def top_of(figures: Iterable[float | None], indicator: Indicator) -> float:
    """Give the figure at the bars' right end."""
    known = [x for x in figures if x is not None]
    return 100.0 if indicator.unit_code == "percent" else HEADROOM * max(known, default=1) or 1.0


def commune_line(
    line: PlaceFigure, level: float | None, top: float, indicator: Indicator, withheld: Collection[int]
) -> CommuneLine:
    """Give one commune's line."""
    figure = indicator.unit.shown(line.value.value) if line.value and line.value.value is not None else None
    if figure is None:
        return CommuneLine(line.place, None, "", "", None, line.place.pk in withheld)
    lower = indicator.direction == Indicator.Direction.LOWER
    reached = None if level is None else (figure <= level if lower else figure >= level)
    return CommuneLine(line.place, line.value, mark(figure, top), mark(level, top), reached)


def chart_data(trend: Trend) -> dict[str, Any]:
    """Give what the chart draws, as plain data."""
    unit, percent = trend.indicator.unit, trend.indicator.unit_code == "percent"
    territories = [territory_data(line, trend) for line in trend.territories]
    marks = [mark for t in territories for kind in ("points", "targets", "starts") for mark in t[kind]]
    levels = [mark["level"] for mark in marks if mark["level"] is not None]
    return {
        "unit": unit.sign.strip(),
        "decimals": unit.decimals,
        "percent": percent,
        "axis": asdict(axis_for(levels or [0.0], top=100.0 if percent else None, decimals=unit.decimals)),
        "territories": territories,
    }


def territory_data(line: TerritoryLine, trend: Trend) -> dict[str, Any]:
    """Give one territory's points, targets and the straight lines that lead to them."""
    gone = line.territory.valid_to is not None
    return {
        "name": f"{line.territory.full_name}{' (cũ)' if gone else ''}",
        "points": [point_data(v) for v in line.values],
        "targets": [
            {"year": p.target.year, "level": goal_of(p), "text": f"mục tiêu {p.target.year}: {p.target.written}"}
            for p in line.targets
            if goal_of(p) is not None
        ],
        "starts": [
            {"year": p.baseline_year, "level": p.baseline, "to": p.target.year, "goal": goal_of(p)}
            for p in line.targets
            if p.baseline is not None and goal_of(p) is not None and (p.baseline_year or 0) < p.target.year
        ],
    }


def point_data(value: Value) -> dict[str, Any]:
    """Give one point."""
    how = value.get_how_display() + (", mô phỏng" if value.simulated else "")
    return {"year": value.year, "level": value.value, "text": str(value), "how": value.how, "came": how}


def trend_table(trend: Trend) -> list[list[Any]]:
    """Give all figures on the page as a table to keep."""
    marked = [[SIMULATED_LINE]] if any(v.simulated for v in trend.shown) else []
    heading = [
        "Nơi",
        "Mã",
        "Năm",
        "Giá trị",
        "Đơn vị",
        "Tử số",
        "Mẫu số",
        "Cách có",
        "Mô phỏng",
        "Tính lại",
        "Tính đến",
    ]
    lines = [figure_line(line.territory, v, trend) for line in trend.territories for v in line.values]
    lines += [figure_line(c.place, c.value, trend, c.lacking) for c in trend.communes]
    return [*marked, [trend.indicator.name], heading, *lines]


def figure_line(place: Place, value: Value | None, trend: Trend, lacking: str = NO_FIGURE) -> list[Any]:
    """Give one figure's line; a missing one is empty, never zero."""
    if value is None:
        return [place.full_name, place.code, trend.year, "", "", "", "", lacking, "", "", ""]
    figures = ["" if x is None else x for x in (value.numerator, value.denominator)]
    marks = ["có" if value.simulated else "", "có" if value.restated else "", value.on]
    unit = trend.indicator.unit.label
    shown = None if value.value is None else trend.indicator.unit.shown(value.value)
    return [place.full_name, place.code, value.year, shown, unit, *figures, value.get_how_display(), *marks]
