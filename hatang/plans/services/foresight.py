"""Which targets will be missed, known early: each target that is not met and not due, with its projection and chance.

What is measured keeps its state by the written rule (plans/states.py); beside it stands what is foreseen, and what
would have to happen instead, in numbers.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings

from hatang.core.foresight.projecting import SCENARIO
from hatang.core.vietnamese import number
from hatang.indicators.models import Value
from hatang.indicators.services import values_of
from hatang.indicators.services.foresight import Projection, Works, project_communes, project_values, works_for, year_of
from hatang.places.models import Place
from hatang.plans.models import Comparator
from hatang.plans.services.progress import TargetProgress
from hatang.plans.services.sketches import Sketch, sketch_of
from hatang.plans.states import (
    FORESEEN_MET,
    FORESEEN_MISSED,
    FORESEEN_UNSURE,
    FROM_ABOVE,
    MET,
    NOT_FORESEEN,
    STRICTLY,
    foreseen_state,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

WORDS = {
    FORESEEN_MET: "dự báo đạt",
    FORESEEN_UNSURE: "chưa chắc đạt",
    FORESEEN_MISSED: "dự báo trượt",
    NOT_FORESEEN: "chưa dự báo được",
}
ORDER = (FORESEEN_MISSED, FORESEEN_UNSURE, NOT_FORESEEN, FORESEEN_MET)
NAMED = 5


@dataclass(frozen=True)
class Needed:
    """What would have to happen: the gain a year that leads to the goal, and the usual one; so for the numerator.

    `more` is how much the numerator lacks, all at today's denominator; None for a figure that is no ratio.
    """

    gain: float
    usual: float
    more: float | None = None
    more_a_year: float | None = None
    usual_a_year: float | None = None

    @property
    def times(self) -> float | None:
        """How many times the usual gain is needed; None where there is none in that direction."""
        return self.gain / self.usual if self.usual and (self.gain > 0) == (self.usual > 0) else None


@dataclass(frozen=True)
class Short:
    """A commune that lacks: its figure, how much its numerator falls short of the goal, its part of all that lack."""

    place: Place
    value: Value
    lacks: float
    part_percent: float
    projection: Projection | None = None
    goal: float = 0.0

    @property
    def sketch(self) -> Sketch | None:
        """The small picture of where the commune is going."""
        return sketch_of(self.projection, self.goal) if self.projection else None


@dataclass(frozen=True)
class Foreseen:
    """A target with its projection, the chance (0 to 1) that it is met, and what that makes of it."""

    progress: TargetProgress
    goal: float
    projection: Projection
    chance: float | None
    state: str
    needed: Needed | None
    communes: tuple[Short, ...] = ()

    @property
    def lower(self) -> bool:
        """Whether lower is better."""
        return is_lower(self.progress)

    @property
    def end(self) -> tuple[float, float, float]:
        """The low end, the middle and the high end at the end of the target's year."""
        return self.projection.low[-1], self.projection.values[-1], self.projection.high[-1]

    @property
    def chance_words(self) -> str:
        """Write the chance as people say it: never quite certain."""
        return chance_words(self.chance)

    @property
    def needed_text(self) -> str:
        """Say what would have to happen, in numbers."""
        return needed_words(self)

    @property
    def works_text(self) -> str:
        """Say which works are counted."""
        return works_words(self.projection)

    @property
    def sketch(self) -> Sketch:
        """The small picture: figures, where they go, the level asked."""
        return sketch_of(self.projection, self.goal)

    @property
    def label(self) -> str:
        """Name what is foreseen."""
        return WORDS[self.state]

    @property
    def text(self) -> str:
        """Say what is foreseen, in one sentence."""
        return foreseen_words(self)


def chance_words(chance: float | None) -> str:
    """Write a chance: never 0 or 100 %, for no method knows so much.

    >>> chance_words(0.004), chance_words(0.456), chance_words(0.999)
    ('dưới\\xa01\\xa0%', '46\\xa0%', 'trên\\xa099\\xa0%')
    """
    if chance is None:
        return "không tính được"
    if chance < 0.01:
        return "dưới\xa01\xa0%"
    return "trên\xa099\xa0%" if chance > 0.99 else f"{number(100 * chance)}\xa0%"


def foresee(
    progress: Iterable[TargetProgress],
    *,
    province: Place,
    person: Someone,
    today: date,
    communes: bool = False,
    commune_values: Iterable[Value] | None = None,
) -> list[Foreseen]:
    """Foresee the targets that govern, are not met and not due; likeliest to be missed first.

    `communes` also says which communes lack most, from figures that the person may see; a caller that has read those
    figures already gives them as `commune_values`.
    """
    open_ones = [p for p in progress if p.governs and p.state != MET and today <= date(p.target.year, 12, 31)]
    numeric = [(p, goal) for p in open_ones if (goal := goal_of(p)) is not None and p.series]
    newest = {series_of(p)[-1].formula for p, _ in numeric}
    works = works_for(person=person, province=province, formulas=newest, today=today) if numeric else {}
    found = [one for p, goal in numeric if (one := foresee_one(p, goal, province, works)) is not None]
    wanted = [f.progress for f in found if lacks_in_communes(f)]
    if communes and wanted:
        commune_values = values_in_communes(wanted, province=province, person=person, today=today)
    if commune_values is not None:
        found = with_communes(found, list(commune_values), province=province, works=works)
    return sorted(found, key=lambda f: (ORDER.index(f.state), 1.0 if f.chance is None else f.chance))


def foresee_one(progress: TargetProgress, goal: float, province: Place, works: Mapping[str, Works]) -> Foreseen | None:
    """Foresee one target; None where nothing can be projected."""
    series = series_of(progress)
    projection = project_values(series, province=province, to_year=progress.target.year, works=works)
    if projection is None:
        return None
    lower = is_lower(progress)
    chance = projection.chance(goal, progress.target.year, lower=lower)
    state = foreseen_state(
        chance, met_percent=settings.FORESEEN_MET_PERCENT, missed_percent=settings.FORESEEN_MISSED_PERCENT
    )
    return Foreseen(progress, goal, projection, chance, state, needed_for(projection, goal, progress.target.year))


def series_of(progress: TargetProgress) -> Sequence[Value]:
    """Give the figures to project from: the target's own territory's where they are enough, else all that it has."""
    own = [v for v in progress.series if v.place_id == progress.target.plan.territory_id]
    return own if len(own) >= SCENARIO else progress.series


def goal_of(progress: TargetProgress) -> float | None:
    """Give the level to reach: of a doubling, that many times the base; None for what is done or not."""
    target = progress.target
    if target.comparator == Comparator.DONE or target.value is None:
        return None
    if target.comparator == Comparator.DOUBLE:
        return None if progress.baseline is None else target.value * progress.baseline
    return target.value


def is_lower(progress: TargetProgress) -> bool:
    """Tell whether lower is better for a target."""
    return progress.indicator.direction == "lower" or progress.target.comparator in FROM_ABOVE


def needed_for(projection: Projection, goal: float, year: int) -> Needed | None:
    """Say which gain a year would reach the goal, and how much more of the numerator that is."""
    gain = projection.needed(goal, year)
    if gain is None:
        return None
    newest, scale = projection.newest, projection.indicator.unit.ratio_scale
    if newest.denominator is None or newest.numerator is None or scale is None:
        return Needed(gain, projection.gain)
    lacking = goal * newest.denominator / scale - newest.numerator
    left = year + 1.0 - year_of(newest.on)
    return Needed(gain, projection.gain, lacking, lacking / left, projection.gain * newest.denominator / scale)


def lacks_in_communes(foreseen: Foreseen) -> bool:
    """Tell whether it is worth asking which communes lack: the target is unsure, and its figure a ratio."""
    return foreseen.state != FORESEEN_MET and foreseen.progress.indicator.unit.ratio_scale is not None


def values_in_communes(
    progress: Iterable[TargetProgress], *, province: Place, person: Someone, today: date
) -> list[Value]:
    """Read the communes' figures of the targets' indicators, as the person may see them."""
    places = list(Place.objects.communes().in_force(today).filter(province=province))
    indicators = {p.indicator.pk: p.indicator for p in progress}
    found = values_of(person=person, province=province, places=places, indicators=indicators.values())
    return list(found.values())


def with_communes(
    found: Sequence[Foreseen], values: Sequence[Value], *, province: Place, works: Mapping[str, Works]
) -> list[Foreseen]:
    """Add to each target the communes of its territory that lack most, with where each is going."""
    by_indicator: dict[int, list[Value]] = defaultdict(list)
    for value in values:
        by_indicator[value.indicator_id].append(value)
    return [
        replace(f, communes=_short_of(f, by_indicator[f.progress.indicator.pk], province, works))
        if lacks_in_communes(f)
        else f
        for f in found
    ]


def _short_of(
    foreseen: Foreseen, values: Sequence[Value], province: Place, works: Mapping[str, Works]
) -> tuple[Short, ...]:
    """Find the communes of the target's territory that lack most, with where each is going."""
    territory = foreseen.progress.target.plan.territory_id
    read_as = foreseen.projection.newest.formula
    own = [v for v in values if v.formula == read_as and territory in (v.place.province_id, v.place.former_province_id)]
    short = shortfalls(own, foreseen.goal)[:NAMED]
    year = foreseen.progress.target.year
    going = project_communes(own, province=province, to_year=year, works=works) if short else {}
    return tuple(replace(s, projection=going.get(s.place.pk)) for s in short)


def shortfalls(values: Iterable[Value], goal: float) -> list[Short]:
    """List the communes whose numerator falls short of a goal at their newest figure, those that lack most first."""
    newest: dict[int, Value] = {}
    for value in sorted(values, key=lambda v: v.year):
        newest[value.place_id] = value
    lacking = [(lack, value) for value in newest.values() if (lack := _lack(value, goal)) > 0]
    total = sum(lack for lack, _ in lacking)
    ordered = sorted(lacking, key=lambda pair: (-pair[0], pair[1].place.sort_key))
    return [Short(value.place, value, lack, 100 * lack / total, None, goal) for lack, value in ordered]


def _lack(value: Value, goal: float) -> float:
    scale = value.indicator.unit.ratio_scale
    if value.numerator is None or value.denominator is None or scale is None:
        return 0.0
    return goal * value.denominator / scale - value.numerator


def foreseen_words(foreseen: Foreseen) -> str:
    """Say what is foreseen of a target: the range at its year's end, the chance, the gain that is lacking."""
    unit, target = foreseen.progress.indicator.unit, foreseen.progress.target
    low, middle, high = foreseen.end
    verb = "Kịch bản" if foreseen.projection.scenario else "Dự báo"
    told = f"{verb} hết năm {target.year}: {unit.write(middle)}, trong khoảng {unit.plain(low)}–{unit.write(high)}"
    if foreseen.chance is not None:
        told += f"; xác suất {'vượt' if target.comparator in STRICTLY else 'đạt'} {target.written}: "
        told += foreseen.chance_words
    return f"{told}."


def needed_words(foreseen: Foreseen) -> str:
    """Say what would have to happen, in numbers: the gain a year beside the usual one, and so for the numerator."""
    needed, indicator, year = foreseen.needed, foreseen.progress.indicator, foreseen.progress.target.year
    if needed is None:
        return ""
    unit = indicator.unit
    told = f"Cần {signed(needed.gain, unit.decimals)} {points_words(unit.code)}mỗi năm đến hết {year}"
    told += f"; lâu nay {signed(needed.usual, unit.decimals)} mỗi năm"
    if needed.times is not None and needed.times > 1:
        told += f", tức phải nhanh gấp {number(needed.times, 1)} lần"
    elif needed.times is not None and foreseen.state in (FORESEEN_MISSED, FORESEEN_UNSURE):
        told += ", đủ nếu đà không giảm, nhưng đà thường giảm dần"
    return f"{told}.{numerator_words(foreseen)}"


def signed(value: float, decimals: int) -> str:
    """Write a change with its sign."""
    return f"{'+' if value >= 0 else '−'}{number(abs(value), decimals)}"


def points_words(unit_code: str) -> str:
    """Name the unit of a change of a share."""
    return "điểm phần trăm " if unit_code == "percent" else ""


def numerator_words(foreseen: Foreseen) -> str:
    """Say how many more the numerator needs, in all and a year, beside the usual number."""
    needed, indicator = foreseen.needed, foreseen.progress.indicator
    if needed is None or needed.more is None or needed.more <= 0 or needed.more_a_year is None:
        return ""
    what = indicator.numerator_text or "Tử số"
    told = f" {what}: cần thêm {number(math.ceil(needed.more))}, mỗi năm {number(math.ceil(needed.more_a_year))}"
    if needed.usual_a_year is not None:
        told += f"; lâu nay mỗi năm {signed(needed.usual_a_year, 0)}"
    return f"{told}."


def works_words(projection: Projection) -> str:
    """Say which works known to come are counted."""
    if not projection.gains:
        return ""
    sources = Counter(g.coming.source for g in projection.gains)
    listed = ", ".join(f"{number(count)} theo {source}" for source, count in sources.most_common())
    return f"Đã tính {number(len(projection.gains))} nơi sẽ được phục vụ: {listed}."


def early_finding(found: Sequence[Foreseen]) -> str:
    """Say how many targets are foreseen in which way."""
    if not found:
        return "Không có mục tiêu nào chưa đạt, chưa đến hạn mà dự báo được."
    counts = [(label, sum(f.state == state for f in found)) for state, label in WORDS.items()]
    listed = ", ".join(f"{number(count)} {label}" for label, count in counts if count)
    return f"Trong {number(len(found))} mục tiêu chưa đạt và chưa đến hạn: {listed}."
