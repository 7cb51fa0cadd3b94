"""What a table of sums by place may not show, since it would tell what one of few owners has.

Primary: a cell of fewer owners than allowed, or of which one owner holds more than a share (the (n, k) rule of
statistical offices; Hundepool and others, Statistical Disclosure Control, Wiley 2012, 4.2.2). Secondary: with totals
published, a withheld cell is their difference from what is shown; so cells beside it are withheld too, until nobody who
knows that amounts are not negative can place it nearer than a margin (4.3: protection intervals).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Cell = TypeVar("Cell", bound=Hashable)

FEWEST, DOMINANCE_PERCENT, MARGIN_PERCENT = 3, 85.0, 10.0


@dataclass(frozen=True)
class Withheld:
    """Cells withheld for their own sake and beside those, and the numbers of groups whose totals must be too."""

    primary: frozenset[Hashable]
    secondary: frozenset[Hashable]
    totals: frozenset[int] = frozenset()

    @property
    def cells(self) -> frozenset[Hashable]:
        """Everything that is withheld but totals."""
        return self.primary | self.secondary


def is_sensitive(
    amounts: Sequence[float], *, fewest: int = FEWEST, dominance_percent: float = DOMINANCE_PERCENT
) -> bool:
    """Tell whether a cell tells of one owner: few have a part in it, or one has more than the share of it.

    `amounts` are the owners' parts, none below zero; who has nothing is no owner here. An empty cell tells nothing.

    >>> is_sensitive([5, 5]), is_sensitive([90, 5, 5]), is_sensitive([80, 10, 10]), is_sensitive([0, 0])
    (True, True, False, False)
    """
    parts = [amount for amount in amounts if amount > 0]
    if not parts:
        return False
    return len(parts) < fewest or 100 * max(parts) > dominance_percent * sum(parts)


def withheld_cells(
    amounts: Mapping[Cell, Sequence[float]],
    groups: Sequence[Collection[Cell]],
    *,
    fewest: int = FEWEST,
    dominance_percent: float = DOMINANCE_PERCENT,
    margin_percent: float = MARGIN_PERCENT,
) -> Withheld:
    """Choose what to withhold of cells whose sums over `groups` are published.

    `groups` lie within each other or apart, as a province and the parts that it came from; a cell in no group is
    nobody's difference. The cells withheld beside others are small, but large enough that each withheld one may lie
    anywhere from nothing to `margin_percent` above itself. Where a group holds too little for that, its own total, and
    every total that it could be told from, is withheld: `totals` has their numbers.

    >>> found = withheld_cells({"a": [9], "b": [5, 5, 5], "c": [3, 3, 3], "d": [7, 7, 7]}, [["a", "b", "c", "d"]])
    >>> sorted(found.primary), sorted(found.secondary), sorted(found.totals)
    (['a'], ['c'], [])
    """
    sums = {cell: sum(parts) for cell, parts in amounts.items()}
    primary = {
        cell
        for cell, parts in amounts.items()
        if is_sensitive(parts, fewest=fewest, dominance_percent=dominance_percent)
    }
    kept = set(range(len(groups)))
    while True:
        secondary, failed = _beside(primary, sums, [set(groups[k]) for k in sorted(kept)], margin_percent / 100)
        if failed is None:
            break
        kept.discard(sorted(kept)[failed])
    return Withheld(frozenset(primary), frozenset(secondary), frozenset(range(len(groups))) - kept)


def _beside(
    primary: set[Cell], sums: Mapping[Cell, float], groups: list[set[Cell]], margin: float
) -> tuple[set[Cell], int | None]:
    """Give the cells to withhold beside, or the number of a group in which there are not enough."""
    secondary: set[Cell] = set()
    for number, atom in enumerate(_atoms(groups)):
        hidden = primary & atom
        if not hidden:
            continue
        open_ = sorted((c for c in atom - hidden if sums[c] > 0), key=lambda c: (sums[c], str(c)))
        chosen = _enough([sums[c] for c in hidden], [sums[c] for c in open_], margin)
        if chosen is None:
            return set(), number
        secondary |= {open_[k] for k in chosen}
    return secondary, None


def _atoms(groups: list[set[Cell]]) -> list[set[Cell]]:
    """Part each group into what none of the groups inside it holds: the sets whose sums can be told from totals."""
    return [
        group - set().union(*(other for k, other in enumerate(groups) if k != n and _inside(other, group, k, n)))
        for n, group in enumerate(groups)
    ]


def _inside(other: set[Cell], group: set[Cell], k: int, n: int) -> bool:
    return other < group or (other == group and k > n)


def _enough(hidden: Sequence[float], open_: Sequence[float], margin: float) -> list[int] | None:
    """Choose cells to withhold beside `hidden`, by their place in `open_` (from small to large); None: too few."""
    chosen: list[int] = []
    while True:
        together = sum(hidden) + sum(open_[k] for k in chosen)
        every = [*hidden, *(open_[k] for k in chosen)]
        lacking = max(margin * one - (together - one) for one in every)
        if lacking <= 0 and len(every) > 1:
            return chosen
        left = [k for k in range(len(open_)) if k not in chosen]
        if not left:
            return None
        chosen.append(next((k for k in left if open_[k] >= lacking), left[-1]))
