"""Inequalities that every whole plan keeps and the relaxed problem breaks: without them its bound is 1 to 3 % loose.

- Floors of whole numbers are rounded up: 98.5 villages are 99.
- Cover cuts (Balas 1975, extended by what is as heavy): of villages that weigh more together than may be left out, one
  must be served.
- Odd cuts (`core.planning.odd_cuts`).

They speak of works, structures and needs, never of money or of the objective: found for one budget, they hold for all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from hatang.core.planning.engine import Limits, Relaxation, Relaxed
from hatang.core.planning.model import FLOOR_HAIR, Asked, Model
from hatang.core.planning.odd_cuts import LEAST_BROKEN, Cut, Values, WholeRows, cut_at

SUMS_OF_SERVED = frozenset({"share", "area", "group"})
NEAR, BINDING = 1e-6, 1e-6
ROUNDS, LEAST_GAIN, LEAST_S = 20, 3e-5, 0.1


def round_floors(model: Model) -> None:
    """Round what is asked up to what whole numbers reach, where only whole numbers are summed."""
    for asked in _floors(model):
        if all(factor == round(factor) for _, factor in model.program.terms_of(asked.row)):
            low = max(asked.amount, math.ceil(asked.amount - NEAR * max(1.0, abs(asked.amount))))
            model.program.row_low[asked.row] = low - FLOOR_HAIR * max(1.0, abs(low))


def tightened(model: Model, relaxation: Relaxation, relaxed: Relaxed, limits: Limits) -> Relaxed:
    """Add cuts to a relaxed problem, round after round while its bound moves; those that bind are added to the model.

    Only where all columns of works and structures are whole: in the model of one year, or of years by groups.
    """
    added, rows = list[Cut](), WholeRows(model.program)
    for _ in range(ROUNDS):
        cuts = [*cover_cuts(model, relaxed.values), *rows.cuts(relaxed.values)]
        if not cuts or limits.left < LEAST_S:
            break
        relaxation.keep_above(cuts)
        added += cuts
        before, again = relaxed, relaxation.solve(limits)
        if again is None or again.infeasible:
            break
        relaxed = again
        if abs(relaxed.objective - before.objective) <= LEAST_GAIN * abs(relaxed.objective):
            break
    for cut in added:
        if cut_at(relaxed.values, cut.terms, cut.low).distance > -BINDING:
            model.program.constrain("cut", len(model.program.rows), terms=cut.terms, low=cut.low)
    return relaxed


def cover_cuts(model: Model, values: Values) -> Iterator[Cut]:
    """Give of each floor the cover cut that a point breaks, if one is found."""
    for asked in _floors(model):
        terms = model.program.terms_of(asked.row)
        spare = sum(factor for _, factor in terms) - asked.amount + NEAR * max(1.0, abs(asked.amount))
        cut = _cover_cut(terms, spare, values)
        if cut is not None:
            yield cut


def _cover_cut(terms: Sequence[tuple[int, float]], spare: float, values: Values) -> Cut | None:
    """Of what is least served take until it weighs more than may be left out, then leave out what need not be in it."""
    order = sorted(terms, key=lambda term: (values[term[0]], -term[1]))
    weight, cover = 0.0, dict[int, float]()
    while order and weight <= spare:
        column, factor = order.pop(0)
        weight, cover[column] = weight + factor, factor
    if weight <= spare:
        return None
    for column in sorted(cover, key=lambda column: -values[column]):
        if weight - cover[column] > spare:
            weight -= cover.pop(column)
    if sum(float(values[column]) for column in cover) > 1 - LEAST_BROKEN:
        return None
    heaviest = max(cover.values(), default=0.0)
    columns = [column for column, factor in terms if column in cover or factor >= heaviest]
    return cut_at(values, [(column, 1.0) for column in columns], len(columns) - len(cover) + 1.0)


def _floors(model: Model) -> Iterator[Asked]:
    return (asked for asked in model.asked if asked.name in SUMS_OF_SERVED)
