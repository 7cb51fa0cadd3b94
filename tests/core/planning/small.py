"""Small problems: plain ones to read, drawn ones, and a search of everything written from the docstrings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from hatang.core.planning.money import present_cost_vnd
from hatang.core.planning.problem import (
    Aim,
    Horizon,
    Need,
    Problem,
    Requirements,
    Structure,
    Wish,
    Work,
)

TWO_YEARS = Horizon(2026, 2027, 8, 5)
MILLION = 1e6
Choice = dict[str, int]


def work(name: str, serves: str, capital: float = 100, *, on: str = "", by: str = "a", **more: object) -> Work:
    """A work that serves needs named by single letters; capital in million đồng."""
    return Work(name, on or f"at-{name}", by, "4G", capital * MILLION, 0.0, tuple(serves), **more)  # type: ignore[arg-type]


def problem(needs: str, works: list[Work], *, structures: tuple[Structure, ...] = (), **asked: object) -> Problem:
    """Needs named by single letters, each of weight 1; structures that are not given stand already and cost nothing."""
    given = {structure.id for structure in structures}
    rest = dict.fromkeys(one.structure for one in works if one.structure not in given)
    return Problem(
        tuple(Need(letter, 1.0) for letter in needs),
        (*structures, *(Structure(name, existing=True) for name in rest)),
        tuple(works),
        TWO_YEARS,
        Requirements(**asked),  # type: ignore[arg-type]
    )


def best_by_search(one: Problem, aim: Aim) -> tuple[float, ...] | None:
    """Look at every choice of works and years; the best measures in order, None where nothing is allowed."""
    return min((_rank(one, aim, choice) for choice in allowed_choices(one)), default=None)


def allowed_choices(one: Problem) -> Iterator[Choice]:
    """Every choice of works and years that keeps to what is asked."""
    return (choice for choice in _choices(one) if _allowed(one, choice))


def _choices(one: Problem) -> Iterator[Choice]:
    years = [*one.horizon.years]
    options = {
        Wish.FREE: [None, *years],
        Wish.FIXED: [*years],
        Wish.FORBIDDEN: [None],
    }
    for picked in product(*(options[w.wish] for w in one.works)):
        yield {w.id: year for w, year in zip(one.works, picked, strict=True) if year is not None}


def _rank(one: Problem, aim: Aim, choice: Choice) -> tuple[float, ...]:
    standing = {structure.id for structure in one.structures if structure.existing}
    new = len({w.structure for w in one.works if w.id in choice} - standing)
    cost = cost_of(one, choice)
    served = sum(need.weight for need in served_at_end(one, choice))
    if aim is Aim.MOST_SERVED:
        return (-served, new, cost) if one.reuse_first else (-served,)
    return (new, cost) if one.reuse_first else (cost,)


def served_at_end(one: Problem, choice: Choice, year: int = 9999) -> list[Need]:
    """Needs that enough operators serve at the end of a year."""
    on_air = [w for w in one.works if choice.get(w.id, 10_000) <= year]
    least = one.requirements.least_operators
    return [
        need for need in one.needs if len(need.served_by | {w.operator for w in on_air if need.id in w.serves}) >= least
    ]


def cost_of(one: Problem, choice: Choice) -> float:
    """Present cost: each work from its year, each structure from its first work's."""
    total = sum(present_cost_vnd(w.capital_vnd, w.yearly_vnd, choice[w.id], one.horizon) for w in _built(one, choice))
    for structure in one.structures:
        years = [choice[w.id] for w in _built(one, choice) if w.structure == structure.id]
        if years:
            total += present_cost_vnd(structure.capital_vnd, structure.yearly_vnd, min(years), one.horizon)
    return total


def _built(one: Problem, choice: Choice) -> list[Work]:
    return [w for w in one.works if w.id in choice]


def _allowed(one: Problem, choice: Choice) -> bool:
    asked = one.requirements
    built = _built(one, choice)
    opened = {w.structure for w in built}
    if any(one_ in opened and other in opened for one_, other in asked.apart):
        return False
    if asked.total_vnd is not None and cost_of(one, choice) > asked.total_vnd + 1:
        return False
    return _shares_kept(one, choice) and _sites_shared(one, built) and _affordable(one, choice)


def _shares_kept(one: Problem, choice: Choice) -> bool:
    asked = one.requirements
    whole = sum(need.weight for need in one.needs)
    shares = [(one.horizon.last_year, asked.served_percent or 0.0), *asked.served_percent_by.items()]
    for year, percent in shares:
        if sum(need.weight for need in served_at_end(one, choice, year)) < percent / 100 * whole - 1e-6:
            return False
    served = served_at_end(one, choice)
    everything = {w.id: 0 for w in one.works if w.wish is not Wish.FORBIDDEN}
    reach = served_at_end(one, everything)
    for area in {need.area for need in one.needs}:
        floor = (asked.least_percent_in_area or 0.0) / 100 * sum(n.weight for n in one.needs if n.area == area)
        most = sum(n.weight for n in reach if n.area == area)
        if sum(n.weight for n in served if n.area == area) < min(floor, most) - 1e-6:
            return False
    return all(
        sum(group in n.groups for n in served) >= percent / 100 * sum(group in n.groups for n in one.needs) - 1e-6
        for group, percent in asked.least_percent_of_group.items()
    )


def _sites_shared(one: Problem, built: list[Work]) -> bool:
    if one.requirements.shared_percent is None:
        return True
    standing = {structure.id for structure in one.structures if structure.existing}
    sites = {(w.operator, w.structure) for w in built if w.new_site}
    shared = sum(structure in standing for _, structure in sites)
    return shared >= one.requirements.shared_percent / 100 * len(sites) - 1e-9


def _affordable(one: Problem, choice: Choice) -> bool:
    """Hall's condition: whatever sources are picked, what only they may pay is within what they give."""
    budget = one.requirements.budget_vnd
    if budget is None:
        return True
    sources = sorted({source for _, source in budget})
    for year in one.horizon.years:
        owed = _owed(one, choice, year, frozenset(sources))
        for mask in range(2 ** len(sources)):
            some = {source for bit, source in enumerate(sources) if mask >> bit & 1}
            due = sum(amount for payers, amount in owed.items() if payers <= some)
            if due > sum(budget.get((year, source), 0.0) for source in some) + 1:
                return False
    return True


def _owed(one: Problem, choice: Choice, year: int, every: frozenset[str]) -> dict[frozenset[str], float]:
    owed: dict[frozenset[str], float] = defaultdict(float)
    payers = {w.id: every & w.sources if w.sources else every for w in one.works}
    for w in _built(one, choice):
        if choice[w.id] == year:
            owed[payers[w.id]] += w.capital_vnd
    for structure in one.structures:
        on = [w for w in _built(one, choice) if w.structure == structure.id]
        if on and min(choice[w.id] for w in on) == year:
            owed[frozenset().union(*(payers[w.id] for w in on if choice[w.id] == year))] += structure.capital_vnd
    return owed


@st.composite
def problems(draw: st.DrawFn, *, years: bool = True) -> Problem:
    """Any small problem with any mixture of requirements; often impossible, which is an answer too."""
    needs = [
        Need(
            f"n{number}",
            draw(st.sampled_from([0.0, 1.0, 2.0, 5.0])),
            draw(st.sampled_from(["x", "y"])),
            draw(st.sampled_from([frozenset(), frozenset({"border"})])),
            draw(st.sampled_from([frozenset(), frozenset({"a"})])),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    money = st.sampled_from([0.0, 10 * MILLION, 35 * MILLION, 50 * MILLION])
    structures = [Structure(f"s{n}", draw(money), draw(money) / 10, draw(st.booleans())) for n in range(3)]
    works = [
        Work(
            f"w{number}",
            f"s{draw(st.integers(0, 2))}",
            draw(st.sampled_from(["a", "b", "c"])),
            "4G",
            draw(st.sampled_from([20.0, 30.0, 45.0])) * MILLION,
            draw(st.sampled_from([0.0, 1.0, 5.0])) * MILLION,
            tuple(sorted(draw(st.sets(st.sampled_from([need.id for need in needs]), max_size=3)))),
            sources=draw(st.sampled_from([frozenset(), frozenset({"fund"}), frozenset({"firm"})])),
            wish=draw(st.sampled_from([Wish.FREE] * 8 + [Wish.FIXED, Wish.FORBIDDEN])),
            new_site=draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    asked = draw(_requirements(years))
    return Problem(
        tuple(needs), tuple(structures), tuple(works), TWO_YEARS, asked, draw(st.sampled_from([False, True]))
    )


@st.composite
def tangles(draw: st.DrawFn) -> Problem:
    """One year, needs that two or three works each serve: where relaxed problems take halves of works."""
    names = [f"w{number}" for number in range(draw(st.integers(3, 8)))]
    served_by = [draw(st.sets(st.sampled_from(names), min_size=1, max_size=3)) for _ in range(draw(st.integers(3, 9)))]
    weights = st.sampled_from([1.0, 2.0, 5.0, 7.5])
    groups = st.sampled_from([frozenset(), frozenset({"border"})])
    needs = [Need(f"n{n}", draw(weights), draw(st.sampled_from("xy")), draw(groups)) for n in range(len(served_by))]
    structures = [Structure(f"s{n}", draw(st.sampled_from([0.0, 10.0])) * MILLION) for n in range(6)]
    works = [
        Work(
            name,
            f"s{draw(st.integers(0, 5))}",
            draw(st.sampled_from("ab")),
            "4G",
            draw(st.sampled_from([20.0, 20.0, 30.0])) * MILLION,
            0.0,
            tuple(need.id for need, by in zip(needs, served_by, strict=True) if name in by),
        )
        for name in names
    ]
    asked = replace(draw(_requirements(years=False)), total_vnd=None)
    return Problem(tuple(needs), tuple(structures), tuple(works), Horizon(2026, 2026, 8, 5), asked)


@st.composite
def _requirements(draw: st.DrawFn, years: bool) -> Requirements:
    budget = st.fixed_dictionaries(
        {
            (year, source): st.sampled_from([0.0, 40.0, 70.0, 200.0]).map(lambda m: m * MILLION)
            for year in TWO_YEARS.years
            for source in ("fund", "firm")
        }
    )
    percent = st.sampled_from([25.0, 50.0, 75.0])
    return Requirements(
        served_percent=draw(st.none() | percent),
        served_percent_by=draw(st.sampled_from([{}, {}, {2026: 25.0}])) if years else {},
        least_operators=draw(st.sampled_from([1, 1, 2])),
        least_percent_in_area=draw(st.none() | percent),
        least_percent_of_group=draw(st.sampled_from([{}, {"border": 50.0}])),
        shared_percent=draw(st.none() | percent),
        budget_vnd=draw(st.none() | budget) if years else None,
        total_vnd=draw(st.sampled_from([None, None, 60 * MILLION])),
        apart=draw(st.sampled_from([frozenset(), frozenset({("s0", "s1")})])),
    )
