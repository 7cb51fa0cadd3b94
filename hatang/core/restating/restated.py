"""Series of former units on today's: sums by shares, ratios by numerator and denominator, means by weight.

Values come as arrays (former units in the crosswalk's order, then any further axes as years and series) and leave as
(units of today, the same axes). A figure of today is missing where one of the former units that it is made of has none:
what is missing is named, never counted as zero. Medians cannot be restated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatang.core.restating.bounds import divided, free_bounds, mean_bound, share_bounds
from hatang.core.restating.crosswalk import Crosswalk, Share, Weights
from hatang.core.restating.faults import RestateError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Restated:
    """What restating gave; each array but `source` and the totals is (units of today, further axes).

    `lower` and `upper` hold the truth for certain (see `bounds`), NaN where there is no bound; `estimated` is the part
    of the figure, 0 to 1, that came by a share nobody stated (of a ratio: of its denominator; of a mean: of its
    weight). `source` is the weakest `Source` that each unit's shares came from. `lacks` tells, by former unit, what is
    missing. `before` is the total of the former units, `held_back` what of it no figure of today shows, since another
    part is missing there: before = the total of today + held back.
    """

    crosswalk: Crosswalk
    values: Floats
    lower: Floats
    upper: Floats
    estimated: Floats
    source: Integers
    lacks: Flags
    before: Floats
    held_back: Floats
    numerators: Floats | None = None
    denominators: Floats | None = None

    def missing_parts(self, after: str, *at: int) -> list[str]:
        """Name the former units whose missing figure leaves one of today without."""
        parts = self.crosswalk.parts_at(self.crosswalk.after.index(after))
        return [self.crosswalk.before[part] for part in parts if self.lacks[(part, *at)]]


def restate_sums(values: ArrayLike, crosswalk: Crosswalk, kind: Share = Share.PEOPLE) -> Restated:
    """Restate counts and other extensive sums: each part its share, added up.

    >>> from hatang.core.restating.crosswalk import Passing
    >>> walk = Crosswalk.of([Passing("A", "X"), Passing("B", "X"), Passing("B", "Y")])
    >>> done = restate_sums([100.0, 40.0], walk)
    >>> done.values, done.lower, done.upper, done.estimated.round(3)
    (array([120.,  20.]), array([100.,   0.]), array([140.,  40.]), array([0.167, 1.   ]))
    """
    work = Work.of(crosswalk, kind, values)
    low, high = work.bounds(work.given[0])
    done = work.total(work.given[0])
    return work.restated(done, low, high, work.estimated(np.abs(work.given[0])), work.given[0], done)


def restate_ratios(
    numerators: ArrayLike,
    denominators: ArrayLike,
    crosswalk: Crosswalk,
    kind: Share = Share.PEOPLE,
    *,
    scale: float = 100,
    of_whole: bool = True,
) -> Restated:
    """Restate ratios, `scale` times numerator by denominator, by restating both; totals are of the denominator.

    `of_whole` says that what is counted is part of the denominator (a percentage), which bounds it more tightly.
    Raises RestateError for a negative number, or a numerator that is more than its whole.
    """
    work = Work.of(crosswalk, kind, numerators, denominators)
    above, below = work.given
    check_ratio(crosswalk, above, below, of_whole)
    sums = work.total(above), work.total(below)
    if of_whole:
        low, high = share_bounds(work.bounds(above), work.bounds(below - above))
    else:
        low, high = free_bounds(work.bounds(above), work.bounds(below))
    value = scale * divided(*sums)
    firm = work.all_sure
    low, high = np.where(firm, value, scale * low), np.where(firm, value, scale * high)
    return work.restated(value, low, high, work.estimated(below), below, sums[1], sums)


def restate_means(values: ArrayLike, weights: ArrayLike, crosswalk: Crosswalk, kind: Share = Share.PEOPLE) -> Restated:
    """Restate means by what each of them was weighed with (people asked, samples, area); totals are of the weights.

    `weights` has the values' shape, or one weight for each former unit. Raises RestateError for a negative weight.
    """
    given = np.asarray(values, np.float64)
    heavy = np.asarray(weights, np.float64)
    heavy = np.broadcast_to(heavy.reshape(heavy.shape + (1,) * (given.ndim - heavy.ndim)), given.shape)
    work = Work.of(crosswalk, kind, given, heavy)
    value, weight = work.given
    check_not_negative(crosswalk, weight, "trọng số")
    sums = work.total(value * weight), work.total(weight)
    low, high = work.mean_bounds(value, weight)
    return work.restated(divided(*sums), low, high, work.estimated(weight), weight, sums[1], sums)


def why_not_medians() -> str:
    """Say why a median is not restated."""
    return (
        "Trung vị không tính lại được theo địa giới mới: không suy ra được trung vị của nơi gộp từ trung vị của các "
        "phần. Cần số liệu từng mẫu (từng lượt đo, từng hộ) để tính lại từ đầu."
    )


def align(codes: Sequence[str], values: ArrayLike, crosswalk: Crosswalk) -> tuple[Floats, list[str]]:
    """Put a series' units into the crosswalk's order, NaN for those without figures; and name those it does not know.

    >>> from hatang.core.restating.crosswalk import Passing
    >>> align(["B", "?"], [2.0, 5.0], Crosswalk.of([Passing("A", "X"), Passing("B", "X")]))
    (array([nan,  2.]), ['?'])
    """
    given = np.asarray(values, np.float64)
    place = {code: at for at, code in enumerate(crosswalk.before)}
    times = Counter(codes)
    if twice := next((code for code in codes if code in place and times[code] > 1), None):
        raise RestateError(f"Đơn vị {twice} có hai dòng trong chuỗi số liệu; giữ một dòng.")
    known = [(at, place[code]) for at, code in enumerate(codes) if code in place]
    out = np.full((len(place), *given.shape[1:]), np.nan)
    if known:
        rows, places = (list(side) for side in zip(*known, strict=True))
        out[places] = given[rows]
    return out, [code for code in codes if code not in place]


@dataclass(frozen=True)
class Part:
    """Some of the passings, and how to add up by unit of today what stands for them."""

    rows: Integers
    origin: Integers
    target: Integers
    units: int
    former_units: int

    @classmethod
    def of(cls, crosswalk: Crosswalk, chosen: Flags) -> Part:
        """Take the passings that are chosen."""
        rows = np.flatnonzero(chosen)
        sizes = len(crosswalk.after), len(crosswalk.before)
        return cls(rows, crosswalk.origin[rows], crosswalk.target[rows], *sizes)

    def spread(self, values: Floats, shares: Floats) -> Floats:
        """Give each unit of today its shares of the former ones: (former units, columns) in, (units, columns) out."""
        from scipy.sparse import csr_array

        at = (shares[self.rows], (self.target, self.origin))
        return np.asarray(csr_array(at, shape=(self.units, self.former_units)) @ values)


@dataclass(frozen=True)
class Work:
    """One restating: the shares, the figures as (former units, columns), zero where missing, and what is missing."""

    crosswalk: Crosswalk
    weights: Weights
    given: tuple[Floats, ...]
    lacks: Flags
    shape: tuple[int, ...]
    sure: Part
    unsure: Part
    everything: Part

    @classmethod
    def of(cls, crosswalk: Crosswalk, kind: Share, *series: ArrayLike) -> Work:
        """Check the shapes and take the missing out. Raises RestateError."""
        arrays = [np.asarray(one, np.float64) for one in series]
        for array in arrays:
            check_shape(crosswalk, array, arrays[0].shape)
        flat = [array.reshape(len(array), -1) for array in arrays]
        lacks = np.logical_or.reduce([np.isnan(one) for one in flat])
        weights = crosswalk.weights(kind)
        sure, unsure = Part.of(crosswalk, ~weights.estimated), Part.of(crosswalk, weights.estimated)
        everything = Part.of(crosswalk, np.ones(len(crosswalk.origin), np.bool_))
        given = tuple(np.where(lacks, 0.0, one) for one in flat)
        return cls(crosswalk, weights, given, lacks, arrays[0].shape[1:], sure, unsure, everything)

    def total(self, values: Floats) -> Floats:
        """Add up all parts by their shares."""
        return self.everything.spread(values, self.weights.share)

    def bounds(self, values: Floats) -> tuple[Floats, Floats]:
        """Give the least and the most that a sum may be; of a number below zero the most is least."""
        certain = self.sure.spread(values, self.weights.share)
        above, below = np.maximum(values, 0.0), np.minimum(values, 0.0)
        low, high = self.weights.low, self.weights.high
        least = self.unsure.spread(above, low) + self.unsure.spread(below, high)
        most = self.unsure.spread(above, high) + self.unsure.spread(below, low)
        return certain + least, certain + most

    def mean_bounds(self, value: Floats, weight: Floats) -> tuple[Floats, Floats]:
        """Give the least and the most that a mean may be; only units with an uncertain part are searched."""
        exact = divided(self.total(value * weight), self.total(weight))
        rows = np.flatnonzero(np.isin(self.crosswalk.target, self.unsure.target))
        units, target = np.unique(self.crosswalk.target[rows], return_inverse=True)
        origin = self.crosswalk.origin[rows]
        heavy, values = weight[origin], value[origin]
        low, high = (heavy * side[rows, None] for side in (self.weights.low, self.weights.high))
        ends = [exact.copy(), exact.copy()]
        for end, sign in zip(ends, (-1, 1), strict=True):
            end[units] = mean_bound(values, low, high, target, sign)
        return ends[0], ends[1]

    @property
    def all_sure(self) -> Flags:
        """Which units of today have no uncertain part, as a column."""
        sure = np.ones((len(self.crosswalk.after), 1), np.bool_)
        sure[self.unsure.target] = False
        return sure

    def estimated(self, sizes: Floats) -> Floats:
        """Give the part of each figure that came by shares nobody stated."""
        guessed = self.unsure.spread(sizes, self.weights.share)
        return np.nan_to_num(divided(guessed, self.total(sizes)))

    def restated(
        self,
        value: Floats,
        low: Floats,
        high: Floats,
        estimated: Floats,
        sizes: Floats,
        shown: Floats,
        sums: tuple[Floats, Floats] | None = None,
    ) -> Restated:
        """Take out what is missing, and account for all that was there before."""
        holes = self.everything.spread(self.lacks.astype(np.float64), np.ones(len(self.weights.share))) > 0
        source = np.zeros(len(self.crosswalk.after), np.int64)
        np.maximum.at(source, self.crosswalk.target, self.weights.source)

        def shaped(array: Floats) -> Floats:
            return np.where(holes, np.nan, array).reshape(len(array), *self.shape)

        numerators, denominators = map(shaped, sums) if sums else (None, None)
        return Restated(
            self.crosswalk,
            shaped(value),
            shaped(low),
            shaped(high),
            shaped(estimated),
            source,
            self.lacks.reshape(len(self.lacks), *self.shape),
            sizes.sum(axis=0).reshape(self.shape),
            np.where(holes, shown, 0.0).sum(axis=0).reshape(self.shape),
            numerators,
            denominators,
        )


def check_shape(crosswalk: Crosswalk, array: Floats, shape: tuple[int, ...]) -> None:
    """Ask for one row for each former unit, equal shapes, and numbers that are finite."""
    if array.ndim == 0 or len(array) != len(crosswalk.before) or array.shape != shape:
        raise RestateError(
            f"Chuỗi số liệu có dạng {array.shape}; phải có {len(crosswalk.before)} dòng, mỗi đơn vị cũ một dòng, và "
            "tử số, mẫu số, trọng số cùng dạng."
        )
    if np.isinf(array).any():
        raise RestateError(f"{first_unit(crosswalk, np.isinf(array))}: số liệu là vô cùng; để trống nếu chưa có.")


def check_ratio(crosswalk: Crosswalk, above: Floats, below: Floats, of_whole: bool) -> None:
    """Refuse negative numbers, and a numerator that is more than the whole it is part of."""
    check_not_negative(crosswalk, above, "tử số")
    check_not_negative(crosswalk, below, "mẫu số")
    if of_whole and np.any(wrong := above > below):
        raise RestateError(
            f"{first_unit(crosswalk, wrong)}: tử số lớn hơn mẫu số. Kiểm tra lại, hoặc khai đây không phải tỷ lệ phần "
            "trăm của mẫu số."
        )


def check_not_negative(crosswalk: Crosswalk, values: Floats, called: str) -> None:
    """Refuse numbers below 0."""
    if np.any(wrong := values < 0):
        raise RestateError(f"{first_unit(crosswalk, wrong)}: {called} âm; phải từ 0 trở lên.")


def first_unit(crosswalk: Crosswalk, wrong: Flags) -> str:
    """Name the first former unit that something is wrong with."""
    return crosswalk.before[int(np.argwhere(wrong)[0][0])]
