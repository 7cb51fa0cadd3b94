"""Which former unit passed to which unit of today, and in what shares.

A former unit that passed whole has the share 1. One that was split has a share for each of its successors, by people,
by households or by area; a share is official where a decree or a count states it, else an estimate. Where nobody has
stated a share it is made, and says so: from the unit's shares of another kind (areal weighting when that is area:
Goodchild and Lam 1980, "Areal interpolation: a variant of the traditional spatial problem", Geo-Processing 1: 297-312),
or else in equal parts, the weakest of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hatang.core.restating.faults import CrosswalkError
from hatang.core.vietnamese import number

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
TOLERANCE = 0.005
"""How far from one a unit's shares may add up: official ones are published rounded."""


class Share(StrEnum):
    """What a share is a share of."""

    PEOPLE = "people"
    HOUSEHOLDS = "households"
    AREA = "area"

    @property
    def label(self) -> str:
        """The share's name for readers."""
        return {"people": "dân số", "households": "số hộ", "area": "diện tích"}[self.value]


class Source(IntEnum):
    """Where a share came from, the firmest first."""

    WHOLE = 0
    OFFICIAL = 1
    ESTIMATED = 2
    BORROWED = 3
    EQUAL = 4

    @property
    def label(self) -> str:
        """The source's name for readers."""
        return LABELS[self]

    @property
    def stated(self) -> bool:
        """Whether somebody stated the share, or it was all."""
        return self <= Source.OFFICIAL


LABELS = {
    Source.WHOLE: "gộp trọn đơn vị cũ",
    Source.OFFICIAL: "đơn vị cũ bị chia, tỷ lệ chia chính thức",
    Source.ESTIMATED: "đơn vị cũ bị chia, tỷ lệ chia ước tính",
    Source.BORROWED: "đơn vị cũ bị chia, tỷ lệ mượn của đại lượng khác",
    Source.EQUAL: "đơn vị cũ bị chia, chưa biết tỷ lệ: chia đều",
}


@dataclass(frozen=True)
class Passing:
    """One former unit's passing to one of today; `shares` from 0 to 1, those in `official` stated, not estimated."""

    before: str
    after: str
    shares: Mapping[Share, float] = field(default_factory=dict)
    official: frozenset[Share] = frozenset()


@dataclass(frozen=True)
class Weights:
    """The shares of one kind, one for each passing: the estimate, what it lies between for certain, and its source."""

    share: Floats
    low: Floats
    high: Floats
    source: Integers

    @property
    def estimated(self) -> Flags:
        """Which passings have a share that nobody stated."""
        return self.source >= Source.ESTIMATED


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """All passings, sorted by the unit of today: `before[origin[k]]` passed to `after[target[k]]`.

    `stated[kind]` holds each passing's share, NaN where unknown; `official[kind]` which of them are official.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    origin: Integers
    target: Integers
    stated: Mapping[Share, Floats]
    official: Mapping[Share, Flags]

    @classmethod
    def of(cls, passings: Iterable[Passing]) -> Crosswalk:
        """Make a crosswalk. Raises CrosswalkError for a passing said twice, or a share outside 0 to 1.

        >>> Crosswalk.of([Passing("A", "X"), Passing("B", "X"), Passing("B", "Y")]).after
        ('X', 'Y')
        """
        rows = sorted(passings, key=lambda p: (p.after, p.before))
        for one, other in pairwise(rows):
            if (one.before, one.after) == (other.before, other.after):
                raise CrosswalkError(f"{one.before} → {one.after} có hai dòng; giữ một dòng.")
        before, after = (tuple(sorted(set(codes))) for codes in ((p.before for p in rows), (p.after for p in rows)))
        places, targets = ({code: at for at, code in enumerate(codes)} for codes in (before, after))
        return cls(
            before,
            after,
            np.array([places[p.before] for p in rows], np.int64),
            np.array([targets[p.after] for p in rows], np.int64),
            {kind: np.array([checked(p, kind) for p in rows], np.float64) for kind in Share},
            {kind: np.array([kind in p.official for p in rows], np.bool_) for kind in Share},
        )

    def parts_at(self, at: int) -> Integers:
        """Give the places in `before` of the former units of which the one at a place in `after` is made."""
        begin, end = np.searchsorted(self.target, [at, at + 1])
        return self.origin[begin:end]

    def parts_of(self, after: str) -> list[str]:
        """Name the former units of which one of today is made."""
        return [self.before[k] for k in self.parts_at(self.after.index(after))]

    def weights(self, kind: Share) -> Weights:
        """Give the shares by one kind, the unknown ones made. Raises CrosswalkError where a unit's do not add up to 1.

        >>> split = [Passing("A", "X", {Share.PEOPLE: 0.4}, frozenset({Share.PEOPLE})), Passing("A", "Y")]
        >>> [round(float(share), 3) for share in Crosswalk.of(split).weights(Share.PEOPLE).share]
        [0.4, 0.6]
        """
        official = _with_the_last(self, kind)
        firm = ~np.isnan(official)
        remainder = _remainder(self, kind, np.where(firm, official, 0.0), firm)
        share, source = np.where(firm, official, np.nan), np.full(len(official), int(Source.OFFICIAL))
        for other in (kind, *(k for k in Share if k is not kind)):
            called = Source.ESTIMATED if other is kind else Source.BORROWED
            _fill(self, share, source, remainder, self.stated[other], called)
        _fill(self, share, source, remainder, np.ones(len(share)), Source.EQUAL)
        return _bounded(self, share, source, remainder)

    def added(self, values: Floats) -> Floats:
        """Add up by former unit what stands for each passing."""
        return np.bincount(self.origin, values, minlength=len(self.before)).astype(np.float64)


def checked(passing: Passing, kind: Share) -> float:
    """Give a passing's share; NaN for an unknown one."""
    share = passing.shares.get(kind)
    if share is None:
        return np.nan
    if not 0 <= share <= 1:
        raise CrosswalkError(
            f"{passing.before} → {passing.after}: phần {kind.label} {number(100 * share, 2)} % phải từ 0 đến 100 %."
        )
    return share


def _bounded(walk: Crosswalk, share: Floats, source: Integers, remainder: Floats) -> Weights:
    """Add up each unit's shares to exactly one, and bound those that nobody stated: none of the remainder, or all."""
    share = share / walk.added(share)[walk.origin]
    alone = walk.added(np.ones(len(share)))[walk.origin] == 1
    source = np.where(alone, int(Source.WHOLE), source)
    sure = source <= Source.OFFICIAL
    return Weights(share, np.where(sure, share, 0.0), np.where(sure, share, remainder[walk.origin]), source)


def _with_the_last(walk: Crosswalk, kind: Share) -> Floats:
    """Give the official shares; the one successor whose share is open has what the others leave."""
    official = np.where(walk.official[kind], walk.stated[kind], np.nan)
    open_ = np.isnan(official)
    last = open_ & (walk.added(open_.astype(np.float64)) == 1)[walk.origin]
    left = 1 - walk.added(np.where(open_, 0.0, official))
    stated = walk.stated[kind]
    if np.any(wrong := last & ~np.isnan(stated) & (np.abs(stated - left[walk.origin]) > TOLERANCE)):
        raise _not_one(walk, kind, int(walk.origin[wrong][0]), stated)
    return np.where(last, np.maximum(left[walk.origin], 0.0), official)


def _remainder(walk: Crosswalk, kind: Share, official: Floats, firm: Flags) -> Floats:
    """Give what the official shares leave of each unit. Raises CrosswalkError where they cannot be."""
    total, stated = walk.added(official), walk.stated[kind]
    complete = walk.added(np.isnan(np.where(firm, official, stated)).astype(np.float64)) == 0
    said = walk.added(np.where(firm, official, np.where(np.isnan(stated), 0.0, stated)))
    wrong = (total > 1 + TOLERANCE) | (complete & (np.abs(said - 1) > TOLERANCE))
    if wrong.any():
        raise _not_one(walk, kind, int(np.flatnonzero(wrong)[0]), np.where(firm, official, stated))
    return np.clip(1 - total, 0.0, 1.0)


def _not_one(walk: Crosswalk, kind: Share, unit: int, shares: Floats) -> CrosswalkError:
    """Say which unit's shares do not add up."""
    total = 100 * float(np.nansum(shares[walk.origin == unit]))
    return CrosswalkError(
        f"{walk.before[unit]}: các phần {kind.label} cộng lại là {number(total, 2)} %; phải là 100 %. "
        "Sửa tỷ lệ, hoặc thêm đơn vị mới còn thiếu."
    )


def _fill(walk: Crosswalk, share: Floats, source: Integers, remainder: Floats, guess: Floats, called: Source) -> None:
    """Part what remains of those units by a guess that is known for all their open successors."""
    open_ = np.isnan(share)
    unknown = walk.added((open_ & np.isnan(guess)).astype(np.float64)) > 0
    total = walk.added(np.where(open_ & ~np.isnan(guess), guess, 0.0))
    usable = open_ & ~unknown[walk.origin] & (total > 0)[walk.origin]
    at = walk.origin[usable]
    share[usable] = remainder[at] * guess[usable] / total[at]
    source[usable] = called
