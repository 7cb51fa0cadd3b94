"""Where a figure is going: its own history, what its like do, and the works that are known to come.

The rule that chooses the method is written in docs/du-bao.md, with the back-test that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from hatang.core.foresight.borrowing import project_together
from hatang.core.foresight.projecting import LONG, Course, Method, chance_of, needed_gain, project, with_steps
from hatang.core.vietnamese import number
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.choosing import administered_by
from hatang.indicators.services.foresight.works import Gain, Works, steps_of, works_for, year_of
from hatang.indicators.services.reading import values_of
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

METHODS = {
    Method.HELD: "giữ nguyên số gần nhất",
    Method.UNCHANGED: "giữ nguyên số gần nhất",
    Method.SCENARIO: "hai kịch bản từ hai số",
    Method.DRIFT: "đi theo đà, đà giảm dần",
    Method.LOGIT: "đi theo đà, chậm lại khi gần 0 % hoặc 100 %",
    Method.DAMPED: "trung bình của đi theo đà và làm trơn hàm mũ",
    Method.BORROWED: "đi theo đà, mượn đà chung của các xã, phường",
}
PERCENT = "percent"


@dataclass(frozen=True)
class Projection:
    """Where a figure is going by the ends of `years`: middle, and the interval that is to hold 80 of 100 outcomes.

    `points` are the figures used, oldest first; `gains` the works counted, by place; `course` what the numbers come
    from, on its own scale.
    """

    indicator: Indicator
    place: Place
    years: tuple[int, ...]
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    points: tuple[Value, ...]
    gains: tuple[Gain, ...]
    course: Course

    @property
    def newest(self) -> Value:
        """The figure that the projection begins at."""
        return self.points[-1]

    @property
    def rows(self) -> list[tuple[int, float, float, float]]:
        """The years to come, each with its middle and the interval's ends, for a table."""
        return list(zip(self.years, self.values, self.low, self.high, strict=True))

    @property
    def method(self) -> str:
        """Name the method."""
        return METHODS[self.course.method]

    @property
    def simulated(self) -> bool:
        """Whether a figure used is."""
        return any(p.simulated for p in self.points)

    @property
    def scenario(self) -> bool:
        """Whether the range is one of scenarios, of which no chance can be told."""
        return not self.course.has_chance

    @property
    def gain(self) -> float:
        """The usual gain a year, from the first point to the newest."""
        return self.course.gain

    @property
    def why(self) -> str:
        """Say why this method, in one sentence."""
        return why_words(self)

    def chance(self, goal: float, year: int, *, lower: bool = False) -> float | None:
        """Give the chance, 0 to 1, of reaching a level by a year's end; None where none can be told."""
        return chance_of(self.course, self.years.index(year), goal, lower=lower) if year in self.years else None

    def needed(self, goal: float, year: int) -> float | None:
        """Give the gain a year that would reach a level by a year's end."""
        return needed_gain(self.newest.value or 0.0, year_of(self.newest.on), goal, year + 1.0)


def why_words(projection: Projection) -> str:
    """Say why a figure is projected as it is."""
    count = len(projection.points)
    words = {
        Method.HELD: "chỉ có một số, chưa biết đi hướng nào; không có khoảng tin cậy",
        Method.UNCHANGED: f"{number(count)} số đều bằng nhau, không có gì để tính khoảng",
        Method.SCENARIO: "chỉ có hai số: khoảng là từ đứng yên đến nhanh gấp đôi, không phải khoảng tin cậy",
        Method.DRIFT: f"có {number(count)} số, chưa đủ {LONG} để ước lượng đà tắt nhanh hay chậm",
        Method.LOGIT: f"có {number(count)} số, và tỷ lệ đã gần một đầu của thang 0–100 %",
        Method.DAMPED: f"có {number(count)} số liền năm, đủ để ước lượng đà tắt nhanh hay chậm",
        Method.BORROWED: f"xã chỉ có {number(count)} số, nên đà được kéo về đà chung",
    }
    return words[projection.course.method]


def projection_of(
    *, place: Place, indicator: Indicator, to_year: int, person: Someone, today: date | None = None
) -> Projection | None:
    """Project an indicator at a place to the end of a year, from what the person may see; None without a figure."""
    today = today or timezone.localdate()
    province = place.province or administered_by(place)
    found = values_of(person=person, province=province, places=[place], indicators=[indicator])
    values = sorted(found.values(), key=lambda v: v.year)
    works = works_for(person=person, province=province, formulas={v.formula for v in values[-1:]}, today=today)
    return project_values(values, province=province, to_year=to_year, works=works)


def project_values(
    values: Sequence[Value], *, province: Place, to_year: int, works: Mapping[str, Works]
) -> Projection | None:
    """Project a place's figures, in order of years, to the end of a year; None where nothing lies ahead.

    Only figures of the newest one's formula and place are used: two readings are two series.
    """
    points = used_of(values)
    if not points or points[0].indicator.unit_code == "yes_no" or points[0].value is None:
        return None
    newest = points[-1]
    years = tuple(y for y in range(newest.on.year, to_year + 1) if y + 1.0 > year_of(newest.on))
    if not years:
        return None
    known = works.get(newest.formula, Works()).of(newest, province)
    least, most = bounds_of(newest.indicator)
    times = [year_of(p.on) for p in points]
    course = project(
        times,
        [p.value or 0.0 for p in points],
        [y + 1.0 for y in years],
        least=least,
        most=most,
        steps=steps_of(known, newest),
    )
    return told(newest.indicator, newest.place, years, points, known, course)


def told(
    indicator: Indicator,
    place: Place,
    years: tuple[int, ...],
    points: Sequence[Value],
    gains: tuple[Gain, ...],
    course: Course,
) -> Projection:
    """Write a course as a projection."""
    middle, low, high = (tuple(float(x) for x in ends) for ends in (course.middle, course.low, course.high))
    return Projection(indicator, place, years, middle, low, high, tuple(points), gains, course)


def used_of(values: Iterable[Value]) -> list[Value]:
    """Keep the figures of one reading at one place, one for each day, oldest first."""
    ordered = sorted((v for v in values if v.value is not None), key=lambda v: v.on)
    newest = ordered[-1] if ordered else None
    by_day = {v.on: v for v in ordered if newest and (v.formula, v.place_id) == (newest.formula, newest.place_id)}
    return list(by_day.values())


def bounds_of(indicator: Indicator) -> tuple[float | None, float | None]:
    """Give the ends that an indicator's values cannot pass; the upper one only of a share."""
    return indicator.unit.least, 100.0 if indicator.unit_code == PERCENT else None


def project_communes(
    values: Iterable[Value], *, province: Place, to_year: int, works: Mapping[str, Works] | None = None
) -> dict[int, Projection]:
    """Project the figures of a province's communes together, by commune: short series borrow their common pace."""
    by_place: dict[int, list[Value]] = {}
    for value in values:
        by_place.setdefault(value.place_id, []).append(value)
    used = {place: points for place, found in by_place.items() if (points := used_of(found))}
    if not used or next(iter(used.values()))[0].indicator.unit_code == "yes_no":
        return {}
    first = min(points[-1].on.year for points in used.values())
    years = tuple(range(first, to_year + 1))
    least, most = bounds_of(next(iter(used.values()))[0].indicator)
    series = {
        place: ([year_of(p.on) for p in points], [p.value or 0.0 for p in points]) for place, points in used.items()
    }
    courses = project_together(series, [y + 1.0 for y in years], least=least, most=most) if years else {}
    return {place: _of_commune(used[place], years, course, works or {}, province) for place, course in courses.items()}


def _of_commune(
    points: Sequence[Value], years: tuple[int, ...], course: Course, works: Mapping[str, Works], province: Place
) -> Projection:
    """Raise a commune's course by the works known to come there."""
    newest = points[-1]
    known = works.get(newest.formula, Works()).of(newest, province)
    raised = with_steps(course, newest.value or 0.0, steps_of(known, newest))
    begun = sum(y + 1.0 <= year_of(newest.on) for y in years)
    return told(newest.indicator, newest.place, years[begun:], points, known, raised.after(begun))
