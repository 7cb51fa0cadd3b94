"""Withheld cells stay hidden from an attacker who knows every total and that nothing is negative."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from hatang.core.disclosure import MARGIN_PERCENT, is_sensitive, withheld_cells

parts = st.lists(st.integers(0, 200), min_size=1, max_size=5)


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[int, list[int]], list[list[int]]]:
    """Draw cells of a province, of which some may come from one or two former ones."""
    cells = draw(st.lists(parts, min_size=1, max_size=10))
    amounts = dict(enumerate(cells))
    border = draw(st.integers(0, len(cells)))
    end = draw(st.integers(border, len(cells)))
    groups = [list(range(len(cells))), list(range(border)), list(range(border, end))]
    return amounts, [group for group in groups if group]


def reach(amounts: dict[int, list[int]], groups: list[list[int]], hidden: set[int], cell: int) -> tuple[float, float]:
    """Let the attacker find the least and the most that a hidden cell can be."""
    order = sorted(hidden)
    rows = [[1.0 if cell in group else 0.0 for cell in order] for group in groups]
    known = [sum(sum(amounts[c]) for c in group if c in hidden) for group in groups]
    goal = np.array([1.0 if c == cell else 0.0 for c in order])
    ends = [linprog(sign * goal, A_eq=rows or None, b_eq=known or None, bounds=(0, 1e6)) for sign in (1, -1)]
    return float(ends[0].fun), -float(ends[1].fun)


@given(tables())
def test_no_attacker_places_a_withheld_cell_nearer_than_the_margin(
    table: tuple[dict[int, list[int]], list[list[int]]],
) -> None:
    amounts, groups = table
    found = withheld_cells(amounts, groups)
    published = [group for k, group in enumerate(groups) if k not in found.totals]
    hidden = {int(str(cell)) for cell in found.cells}
    for cell in hidden:
        least, most = reach(amounts, published, hidden, cell)
        true = sum(amounts[cell])
        assert least <= 1e-6
        assert most >= true * (1 + MARGIN_PERCENT / 100) - 1e-6


@given(tables())
def test_every_sensitive_cell_is_withheld_and_nothing_where_there_is_none(
    table: tuple[dict[int, list[int]], list[list[int]]],
) -> None:
    amounts, groups = table
    found = withheld_cells(amounts, groups)
    assert found.primary == {cell for cell, owned in amounts.items() if is_sensitive(owned)}
    if not found.primary:
        assert not found.secondary
        assert not found.totals


def test_a_lone_commune_of_a_former_province_hides_that_provinces_total() -> None:
    amounts = {"a": [5], "b": [4, 4, 4], "c": [6, 6, 6]}
    found = withheld_cells(amounts, [["a", "b", "c"], ["a"]])
    assert found.totals == {1}
    assert found.secondary == {"b"}
