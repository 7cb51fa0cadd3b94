"""Part II's maps: the figures of the annex by commune, coloured by what the plan asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import shapely

from hatang.core.map_classes import Scale, scale_of_yes_and_no, scale_with_goal, scale_without_goal
from hatang.indicators.models import Indicator, Value
from hatang.places.models import Boundary, Place
from hatang.plans.report.letter import IndicatorMap, MapArea, MapChart, MapShade
from hatang.plans.report.results import goal_of
from hatang.plans.services import TargetProgress

MOST_MAPS, MAPS_ABREAST = 4, 2
STEPS_ACROSS = 450
DECIMALS = 4
NO_FIGURE = "chưa có số liệu"

Figures = Mapping[tuple[int, int, int], Value]
Outlines = dict[int, tuple[tuple[float, ...], ...]]


def map_charts(
    *,
    indicators: Sequence[Indicator],
    progress: Sequence[TargetProgress],
    communes: Sequence[Place],
    found: Figures,
    year: int,
) -> tuple[MapChart, ...]:
    """Draw the first few indicators that differ between communes; no map where no commune has a boundary."""
    told = [i for i in indicators if len({v.value for v in _of_year(i, communes, found, year).values()}) > 1][
        :MOST_MAPS
    ]
    if not told:
        return ()
    boundaries = list(Boundary.objects.current().filter(place__in=communes))
    outlines = _outlines(boundaries)
    if not outlines:
        return ()
    maps = [_map(i, _goal(i, progress, year), _of_year(i, communes, found, year), outlines) for i in told]
    simulated = {i.pk for i in told if any(v.simulated for v in _of_year(i, communes, found, year).values())}
    note = _note(boundaries, bool(simulated))
    pairs = [maps[n : n + MAPS_ABREAST] for n in range(0, len(maps), MAPS_ABREAST)]
    return tuple(_chart(pair, year, note) for pair in pairs)


def _of_year(indicator: Indicator, communes: Iterable[Place], found: Figures, year: int) -> dict[int, Value]:
    keys = {commune.pk: (indicator.pk, commune.pk, year) for commune in communes}
    return {pk: found[key] for pk, key in keys.items() if key in found and found[key].value is not None}


def _outlines(boundaries: Sequence[Boundary]) -> Outlines:
    """Give each commune's rings as fine as paper shows them, neighbours simplified together so that no gap opens."""
    if not boundaries:
        return {}
    shapes = shapely.from_wkb([bytes(boundary.geometry.wkb) for boundary in boundaries])
    west, south, east, north = shapely.total_bounds(shapes)
    simple = shapely.coverage_simplify(shapes, max(east - west, north - south) / STEPS_ACROSS)
    return {b.place_id: _rings(shape) for b, shape in zip(boundaries, simple, strict=True)}


def _rings(shape: shapely.Geometry) -> tuple[tuple[float, ...], ...]:
    parts = shapely.get_rings(shapely.get_parts(shape))
    return tuple(tuple(shapely.get_coordinates(ring).round(DECIMALS).ravel().tolist()) for ring in parts)


def _goal(indicator: Indicator, progress: Iterable[TargetProgress], year: int) -> float | None:
    """Give what is asked at the nearest date from the year on, else at the last one before."""
    asked = sorted((p.target.year < year, abs(p.target.year - year), goal) for p, goal in _goals(indicator, progress))
    return asked[0][2] if asked else None


def _goals(indicator: Indicator, progress: Iterable[TargetProgress]) -> list[tuple[TargetProgress, float]]:
    own = [(p, goal_of(p)) for p in progress if p.indicator.pk == indicator.pk]
    return [(p, goal) for p, goal in own if goal is not None]


def _map(indicator: Indicator, goal: float | None, values: Mapping[int, Value], outlines: Outlines) -> IndicatorMap:
    figures = {pk: value.value for pk, value in values.items() if value.value is not None}
    scale = _scale(indicator, list(figures.values()), goal)
    shade = {pk: scale.key(figures[pk]) if pk in figures else "" for pk in outlines}
    keys = list(shade.values())
    shades = [MapShade(key, label, keys.count(key)) for key, label in zip(scale.keys, scale.labels, strict=True)]
    shades += [MapShade("", NO_FIGURE, keys.count(""))] if "" in keys else []
    areas = tuple(MapArea(shade[pk], rings) for pk, rings in outlines.items())
    asked = f" (mục tiêu {indicator.unit.write(goal)})" if goal is not None and indicator.unit_code != "yes_no" else ""
    return IndicatorMap(f"{indicator.short_name}{asked}", tuple(shades), areas)


def _scale(indicator: Indicator, figures: Sequence[float], goal: float | None) -> Scale:
    """Part the figures as the map page does."""
    if indicator.unit_code == "yes_no":
        return scale_of_yes_and_no()
    if goal is None:
        return scale_without_goal(figures, indicator.unit.write)
    return scale_with_goal(figures, goal, indicator.unit.write, lower=indicator.direction == Indicator.Direction.LOWER)


def _note(boundaries: Iterable[Boundary], simulated: bool) -> str:
    drawn = "ranh giới minh hoạ" if any(b.illustrative for b in boundaries) else ""
    return "".join(f"; {words}" for words in (drawn, "số liệu mô phỏng" if simulated else "") if words)


def _chart(maps: Sequence[IndicatorMap], year: int, note: str) -> MapChart:
    told = ". ".join(f"{m.name}: " + ", ".join(f"{s.label}: {s.count} xã, phường" for s in m.shades) for m in maps)
    return MapChart(f"Số liệu năm {year} theo xã, phường{note}", f"Bản đồ tô màu theo xã, phường. {told}.", tuple(maps))
