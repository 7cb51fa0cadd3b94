"""A series of former units as it would be on today's: made when it is asked for, and kept nowhere.

Figures of today's units of their own stand beside it and are never replaced by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hatang.core.restating import Restated, Share, Source, restate_ratios, restate_sums
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.choosing import chosen_formulas
from hatang.indicators.services.reading import values_of
from hatang.indicators.services.restating.basis import RATIO, Basis, basis_of, form_of
from hatang.indicators.services.storing import ROLLED_UP
from hatang.places.models import Place

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

Floats = NDArray[np.float64]
Known = Mapping[tuple[int, int], Value]


@dataclass(frozen=True)
class RestatedFigure:
    """A year's figure of a unit of today made of former ones'; `value` is None where one of them has none."""

    year: int
    value: float | None
    numerator: float | None
    denominator: float | None
    lower: float | None
    upper: float | None
    estimated_percent: float
    missing: list[Place]
    parts: int
    own: Value | None
    simulated: bool
    draft: bool

    @property
    def nothing(self) -> bool:
        """Whether not one of the former units has a figure."""
        return len(self.missing) == self.parts


@dataclass(frozen=True)
class RestatedLine:
    """A unit of today, how firm the shares are that it is made by, and its figures by year."""

    place: Place
    how: str
    figures: list[RestatedFigure]

    @property
    def newest(self) -> RestatedFigure | None:
        """The figure of the last year that has one."""
        return next((figure for figure in reversed(self.figures) if figure.value is not None), None)


@dataclass(frozen=True)
class RestatedTable:
    """A province's units with their restated figures; `refusal` says why there are none."""

    method: str = ""
    refusal: str = ""
    years: list[int] = field(default_factory=list)
    lines: list[RestatedLine] = field(default_factory=list)
    former: dict[tuple[int, int], Value] = field(default_factory=dict)
    basis: Basis | None = None

    @property
    def simulated(self) -> bool:
        """Whether anything in it is made up."""
        return any(value.simulated for value in self.former.values()) or any(
            figure.own is not None and figure.own.simulated for line in self.lines for figure in line.figures
        )

    @property
    def drafts(self) -> bool:
        """Whether a figure that is not published went into it."""
        return any(value.state != Value.State.PUBLISHED for value in self.former.values())

    @property
    def estimated_lines(self) -> list[RestatedLine]:
        """Which units have an estimated part in some year."""
        return [line for line in self.lines if any(f.estimated_percent for f in line.figures)]


def restated_table(
    *,
    person: Someone,
    indicator: Indicator,
    province: Place,
    level: str = Place.Kind.COMMUNE,
    kind: str = "people",
    only: Place | None = None,
) -> RestatedTable:
    """Restate what the person may see of the former units' figures; `kind` says by what split units are parted.

    Raises CrosswalkError where the shares in the register do not add up.
    """
    form, words = form_of(indicator)
    if not form:
        return RestatedTable(refusal=words)
    basis = basis_of(province=province, level=level)
    if basis is None:
        return RestatedTable(refusal="Các đơn vị này không gộp từ đơn vị cũ nào trong danh mục.")
    chosen = chosen_formulas(province)
    former = handed_in(person, indicator, province, list(basis.former.values()), chosen)
    if not former:
        return RestatedTable(method=words, basis=basis)
    years = sorted({year for _, year in former})
    places = [place for place in basis.present.values() if shown(place, province, only)]
    own = own_figures(person, indicator, province, places, years, chosen)
    done = restated(form, indicator, basis, former, years, kind)
    rows = [line(done, basis, place, years, former, own) for place in places]
    return RestatedTable(words, "", years, sorted(rows, key=lambda row: row.place.sort_key), former, basis)


def shown(place: Place, province: Place, only: Place | None) -> bool:
    """Tell whether a unit has a line: one that took a part of a former unit may lie in another province."""
    return place.pk in (only.pk,) if only else province.pk in (place.pk, place.province_id)


def handed_in(
    person: Someone, indicator: Indicator, province: Place, places: list[Place], chosen: Mapping[int, str]
) -> dict[tuple[int, int], Value]:
    """Give the former units' own figures, by place and year; what was rolled up to them from today's is not theirs."""
    found = values_of(person=person, province=province, places=places, indicators=[indicator], chosen=chosen)
    return {
        (place, year): value
        for (_, place, year), value in found.items()
        if not value.restated and value.source != ROLLED_UP
    }


def own_figures(
    person: Someone,
    indicator: Indicator,
    province: Place,
    places: list[Place],
    years: list[int],
    chosen: Mapping[int, str],
) -> dict[tuple[int, int], Value]:
    """Give what today's units have of their own for the same years."""
    asked = {"places": places, "indicators": [indicator], "years": years, "chosen": chosen}
    found = values_of(person=person, province=province, **asked)  # type: ignore[arg-type]
    return {(place, year): value for (_, place, year), value in found.items()}


def restated(form: str, indicator: Indicator, basis: Basis, former: Known, years: list[int], kind: str) -> Restated:
    """Lay the figures out by former unit and year, and restate them."""
    if form != RATIO:
        return restate_sums(laid_out(basis, former, years, "value"), basis.crosswalk, Share(kind))
    sides = [laid_out(basis, former, years, side) for side in ("numerator", "denominator")]
    unit = indicator.unit
    scale, whole = unit.ratio_scale or 1, unit.code == "percent"
    return restate_ratios(sides[0], sides[1], basis.crosswalk, Share(kind), scale=scale, of_whole=whole)


def laid_out(basis: Basis, former: Known, years: list[int], side: str) -> Floats:
    """Give (former units, years), NaN where there is no figure."""
    codes = basis.crosswalk.before
    out = np.full((len(codes), len(years)), np.nan)
    for row, code in enumerate(codes):
        for column, year in enumerate(years):
            value = former.get((basis.former[code].pk, year))
            number = getattr(value, side) if value else None
            out[row, column] = np.nan if number is None else number
    return out


def line(done: Restated, basis: Basis, place: Place, years: list[int], former: Known, own: Known) -> RestatedLine:
    """Give a unit's figures."""
    code = next(code for code, unit in basis.present.items() if unit.pk == place.pk)
    at = basis.crosswalk.after.index(code)
    parts = basis.parts_of(place)
    figures = [
        figure(done, basis, parts, at, n, year, former, own.get((place.pk, year))) for n, year in enumerate(years)
    ]
    return RestatedLine(place, Source(int(done.source[at])).label, figures)


def figure(
    done: Restated, basis: Basis, parts: list[Place], at: int, n: int, year: int, former: Known, own: Value | None
) -> RestatedFigure:
    """Give one figure with what it was made of."""
    code = done.crosswalk.after[at]
    used = [former[part.pk, year] for part in parts if (part.pk, year) in former]
    return RestatedFigure(
        year=year,
        value=told(done.values, at, n),
        numerator=told(done.numerators, at, n),
        denominator=told(done.denominators, at, n),
        lower=told(done.lower, at, n),
        upper=told(done.upper, at, n),
        estimated_percent=100 * (told(done.estimated, at, n) or 0),
        missing=[basis.former[part] for part in done.missing_parts(code, n)],
        parts=len(parts),
        own=own,
        simulated=any(value.simulated for value in used),
        draft=any(value.state != Value.State.PUBLISHED for value in used),
    )


def told(array: Floats | None, at: int, n: int) -> float | None:
    """Give a number of the answer, None where there is none."""
    return None if array is None or array[at, n] != array[at, n] else float(array[at, n])
