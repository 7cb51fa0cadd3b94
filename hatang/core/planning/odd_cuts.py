"""Odd cuts: rows of whole columns added, halved and rounded up (zero-half cuts: Caprara and Fischetti 1996).

Of three works of which each two serve a village that no other serves, two are needed: w1 + w2 >= 1, w2 + w3 >= 1 and
w1 + w3 >= 1 add up to 2 (w1 + w2 + w3) >= 3, so w1 + w2 + w3 >= 2; the relaxed problem takes half of each. Which rows
to add is found by elimination modulo 2 (Koster, Zymolka and Kutschka 2009): columns that are most split first, rows
with the least slack as pivots. What a cut is broken by is half of what is missing to 1 in the rows' slack and in the
shares of the columns that come an odd number of times; a column is counted from its nearer end, 0 or 1.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.planning.program import Program

WHOLE_ROWS = frozenset({"serve", "serve_by", "any_of", "stands", "begun", "site", "apart", "group"})
"""Rows of whole factors with columns that are 0 or 1 in a whole plan, in the model of one year or years by groups."""
SPLIT, LEAST_BROKEN, NEAR = 1e-6, 0.02, 1e-6
ROOM, MOST = 1 - 2 * LEAST_BROKEN, 150

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Cut:
    """Sum of terms at least `low`; the point where it was found is so far from it."""

    terms: tuple[tuple[int, float], ...]
    low: float
    distance: float


def cut_at(values: Values, terms: Iterable[tuple[int, float]], low: float) -> Cut:
    """Measure how far a point is from keeping a cut."""
    kept = tuple((column, factor) for column, factor in terms if factor)
    missing = low - sum(factor * float(values[column]) for column, factor in kept)
    return Cut(kept, low, missing / math.sqrt(sum(factor * factor for _, factor in kept) or 1.0))


@dataclass(frozen=True)
class Row:
    """Sum of whole factors times columns, at least `low`."""

    terms: tuple[tuple[int, int], ...]
    low: int


@dataclass
class Added:
    """Rows added up, modulo 2: bits of split columns, bits of rows, whether the right side is odd, their slack."""

    columns: int
    rows: int
    odd: bool
    slack: float

    def add(self, other: Added) -> None:
        """Add other rows to these."""
        self.columns ^= other.columns
        self.rows ^= other.rows
        self.odd ^= other.odd
        self.slack += other.slack


class WholeRows:
    """The rows of whole columns of a program, each as a sum at least so much."""

    def __init__(self, program: Program) -> None:
        """Read them once."""
        self.rows = list(_whole_rows(program))
        self.columns = np.array([column for row in self.rows for column, _ in row.terms], dtype=np.int64)
        self.factors = np.array([factor for row in self.rows for _, factor in row.terms], dtype=np.int64)
        self.starts = np.cumsum([0, *(len(row.terms) for row in self.rows)])[:-1]
        self.lows = np.array([row.low for row in self.rows], dtype=np.int64)

    def cuts(self, values: Values) -> list[Cut]:
        """Give those cuts that a point of the relaxed problem breaks most, of all that one elimination finds."""
        tight = self._tight(values) if self.rows else []
        bits = {column: bit for bit, column in enumerate(dict.fromkeys(c for row in tight for c in split(row, values)))}
        shares = [min(float(values[column]), 1 - float(values[column])) for column in bits]
        added = [_begun(row, number, values, bits) for number, row in enumerate(tight)]
        found = dict(_eliminated(added, shares))
        best = sorted(found, key=lambda rows: -found[rows])[:MOST]
        return [_halved([tight[number] for number in _bits_of(rows)], values) for rows in best]

    def _tight(self, values: Values) -> list[Row]:
        """Those with little slack and a split column."""
        slack = np.add.reduceat(self.factors * values[self.columns], self.starts) - self.lows
        some = np.add.reduceat(np.abs(values - np.round(values))[self.columns] > SPLIT, self.starts)
        return [self.rows[number] for number in np.flatnonzero((slack < ROOM) & (some > 0)).tolist()]


def _whole_rows(program: Program) -> Iterator[Row]:
    for number, (name, _) in enumerate(program.rows):
        terms = program.terms_of(number) if name in WHOLE_ROWS else []
        if terms:
            low, sign = program.row_low[number], 1
            if not math.isfinite(low):
                low, sign = -program.row_high[number], -1
            whole = tuple((column, sign * round(factor)) for column, factor in terms)
            yield Row(whole, math.ceil(low - NEAR * max(1.0, abs(low))))


def split(row: Row, values: Values) -> Iterator[int]:
    """Give the columns of odd factor that are split."""
    for column, factor in row.terms:
        if factor % 2 and SPLIT < values[column] < 1 - SPLIT:
            yield column


def _begun(row: Row, number: int, values: Values, bits: dict[int, int]) -> Added:
    columns = sum(1 << bits[column] for column in split(row, values))
    slack = sum(factor * float(values[column]) for column, factor in row.terms) - row.low
    right = row.low - sum(factor for column, factor in row.terms if values[column] > 0.5)
    return Added(columns, 1 << number, right % 2 == 1, max(0.0, slack))


def _bits_of(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _eliminated(live: list[Added], shares: list[float]) -> Iterator[tuple[int, float]]:
    """Eliminate one column after the other; give the rows of each sum that makes a cut, and how much breaks it."""
    yield from _that_cut(live, shares)
    for bit in sorted(range(len(shares)), key=lambda bit: -shares[bit]):
        having = [one for one in live if one.columns >> bit & 1]
        if having:
            pivot = min(having, key=lambda one: (one.slack, one.columns.bit_count()))
            others = [one for one in having if one is not pivot]
            for one in others:
                one.add(pivot)
            yield from _that_cut(others, shares)
            live = [one for one in live if one is not pivot and one.slack < ROOM]


def _that_cut(sums: list[Added], shares: list[float]) -> Iterator[tuple[int, float]]:
    for one in sums:
        room = ROOM - one.slack
        for bit in _bits_of(one.columns if one.odd else 0):
            room -= shares[bit]
            if room <= 0:
                break
        if one.odd and room > 0:
            yield one.rows, room


def _halved(rows: list[Row], values: Values) -> Cut:
    """Add rows, halve, and round up; a column nearer to 1 is counted from there."""
    total: dict[int, int] = defaultdict(int)
    for row in rows:
        for column, factor in row.terms:
            total[column] += factor
    from_one = {column for column in total if values[column] > 0.5}
    low = -(-(sum(row.low for row in rows) - sum(total[column] for column in from_one)) // 2)
    terms = [(column, factor // 2 if column in from_one else -(-factor // 2)) for column, factor in total.items()]
    low += sum(half for column, half in terms if column in from_one)
    return cut_at(values, [(column, float(half)) for column, half in terms], float(low))
