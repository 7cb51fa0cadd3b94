"""Where an indicator is going in each territory of a province: for its chart, its table, its targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from hatang.indicators.services.foresight import Projection, project_values, works_for
from hatang.places.models import Place
from hatang.plans.services import Foreseen, TargetProgress, foresee
from hatang.plans.services.foresight import works_words
from hatang.web.services.axis import axis_for
from hatang.web.services.trend import TerritoryLine, Trend

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

YEARS_AHEAD = 3
"""How far an indicator without an open target is projected."""


@dataclass(frozen=True)
class Outlook:
    """What an indicator's page says of years to come: the open targets, and each territory's projection."""

    foreseen: Sequence[Foreseen]
    projections: Sequence[Projection]

    @property
    def simulated(self) -> bool:
        """Whether a figure used is."""
        return any(p.simulated for p in self.projections)

    @property
    def works(self) -> list[str]:
        """Say which works are counted, once each."""
        return list(dict.fromkeys(text for p in self.projections if (text := works_words(p))))


def outlook_of(
    trend: Trend, progress: Iterable[TargetProgress], *, province: Place, person: Someone, today: date
) -> Outlook:
    """Foresee the open targets of an indicator, and project each territory that still is one or has such a target."""
    values = trend.commune_values
    foreseen = foresee(progress, province=province, person=person, today=today, commune_values=values)
    by_place = {f.projection.place.pk: f.projection for f in sorted(foreseen, key=lambda f: f.projection.years[-1])}
    bare = [line for line in trend.territories if line.values and line.territory.pk not in by_place and alive(line)]
    works = works_for(person=person, province=province, formulas={b.values[-1].formula for b in bare}, today=today)
    for line in bare:
        to_year = today.year + YEARS_AHEAD
        projection = project_values(line.values, province=province, to_year=to_year, works=works)
        if projection is not None:
            by_place[line.territory.pk] = projection
    return Outlook(foreseen, list(by_place.values()))


def alive(line: TerritoryLine) -> bool:
    """Tell whether the territory is one of today."""
    return line.territory.valid_to is None


def with_outlook(chart: dict[str, Any], outlook: Outlook) -> dict[str, Any]:
    """Add to a chart's data the projections, each by the name of its territory's line, and room for them."""
    by_name = {p.place.full_name + (" (cũ)" if p.place.valid_to else ""): p for p in outlook.projections}
    for territory in chart["territories"]:
        projection = by_name.get(territory["name"])
        territory["ahead"] = ahead_data(projection) if projection else []
    widen(chart)
    return chart


def widen(chart: dict[str, Any]) -> None:
    """Let the upright axis reach around the projections too."""
    kinds = ("points", "targets", "starts", "ahead")
    marks = [mark for t in chart["territories"] for kind in kinds for mark in t[kind]]
    ends = [mark[end] for mark in marks for end in ("level", "low", "high") if mark.get(end) is not None]
    top = 100.0 if chart["percent"] else None
    chart["axis"] = asdict(axis_for(ends or [0.0], top=top, decimals=chart["decimals"]))


def ahead_data(projection: Projection) -> list[dict[str, Any]]:
    """Give the newest figure and each year to come, with the interval; a running year's end comes with the next."""
    unit, newest = projection.indicator.unit, projection.newest
    start = {"year": newest.year, "level": newest.value, "low": newest.value, "high": newest.value, "text": ""}
    ends = zip(projection.years, projection.values, projection.low, projection.high, strict=True)
    return [start] + [
        {
            "year": year,
            "level": middle,
            "low": low,
            "high": high,
            "text": f"dự báo {unit.write(middle)}, khoảng {unit.plain(low)}–{unit.write(high)}",
        }
        for year, middle, low, high in ends
        if year > newest.year
    ]
