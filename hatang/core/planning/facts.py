"""A problem read once: needs that no choice can tell apart merged, works that may be built, years that matter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from hatang.core.planning.checks import check_problem
from hatang.core.planning.money import present_cost_vnd
from hatang.core.planning.problem import Need, Problem, Structure, Wish, Work

Sources = frozenset[str]


@dataclass(frozen=True)
class Demand:
    """Needs that the same works serve and the same requirements count: one variable stands for all of them.

    `works` are ids, of operators that count; `operators` theirs; `missing` how many operators are asked beyond today's.
    """

    needs: tuple[str, ...]
    weight: float
    works: tuple[str, ...]
    operators: tuple[str, ...]
    missing: int
    area: str
    groups: frozenset[str]


@dataclass
class Facts:
    """What the model is built of. `works` leaves out the forbidden ones; all orders are those of the problem."""

    problem: Problem
    works: dict[str, Work] = field(init=False)
    structures: dict[str, Structure] = field(init=False)
    on: dict[str, list[Work]] = field(init=False)

    def __post_init__(self) -> None:
        check_problem(self.problem)
        self.works = {work.id: work for work in self.problem.works if work.wish is not Wish.FORBIDDEN}
        self.structures = {structure.id: structure for structure in self.problem.structures}
        self.on = defaultdict(list)
        for work in self.works.values():
            self.on[work.structure].append(work)

    @cached_property
    def served_today(self) -> list[Need]:
        """Needs that enough operators serve already."""
        return [need for need in self.problem.needs if self.missing(need) <= 0]

    @cached_property
    def today_weight(self) -> float:
        """The weight of what is served already."""
        return sum(need.weight for need in self.served_today)

    @cached_property
    def total_weight(self) -> float:
        """The weight of everything."""
        return sum(need.weight for need in self.problem.needs)

    def missing(self, need: Need) -> int:
        """How many operators a need lacks."""
        return self.problem.requirements.least_operators - len(need.served_by)

    @cached_property
    def serving(self) -> dict[str, list[Work]]:
        """By need: the works that may be built and whose operator would be one more."""
        serving: dict[str, list[Work]] = {need.id: [] for need in self.problem.needs}
        today = {need.id: need.served_by for need in self.problem.needs}
        for work in self.works.values():
            for need in dict.fromkeys(work.serves):
                if work.operator not in today[need]:
                    serving[need].append(work)
        return serving

    @cached_property
    def unreachable(self) -> list[Need]:
        """Needs not served today that all works together would not serve."""
        return [
            need
            for need in self.problem.needs
            if 0 < self.missing(need) > len({work.operator for work in self.serving[need.id]})
        ]

    @cached_property
    def demands(self) -> list[Demand]:
        """Needs that may come to be served, merged where works and requirements do not tell them apart."""
        asked = self.problem.requirements
        out = {need.id for need in self.unreachable}
        alike: dict[tuple[object, ...], list[Need]] = defaultdict(list)
        for need in self.problem.needs:
            if self.missing(need) > 0 and need.id not in out:
                area = need.area if asked.least_percent_in_area is not None else ""
                groups = frozenset(need.groups & asked.least_percent_of_group.keys())
                works = tuple(work.id for work in self.serving[need.id])
                alike[works, self.missing(need), area, groups].append(need)
        return [self._demand(needs) for needs in alike.values()]

    def _demand(self, needs: list[Need]) -> Demand:
        first = needs[0]
        works = self.serving[first.id]
        return Demand(
            tuple(need.id for need in needs),
            sum(need.weight for need in needs),
            tuple(work.id for work in works),
            tuple(dict.fromkeys(work.operator for work in works)),
            self.missing(first),
            first.area,
            first.groups,
        )

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years in which building may be best: where money is given, before an interim share, and the last.

        Later is cheaper, so without a reason to hurry everything waits for the last year.
        """
        asked = self.problem.requirements
        funded = {year for (year, _), amount in (asked.budget_vnd or {}).items() if amount > 0}
        return tuple(sorted({*funded, *asked.served_percent_by, self.problem.horizon.last_year}))

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Sources of money that the budget names."""
        return tuple(sorted({source for _, source in self.problem.requirements.budget_vnd or {}}))

    def allowed(self, work: Work) -> Sources:
        """The sources that may pay a work's capital: its class."""
        every = frozenset(self.sources)
        return every & work.sources if work.sources else every

    def cost_vnd(self, carrier: Work | Structure, year: int) -> float:
        """The present cost of a work or structure begun in a year."""
        return present_cost_vnd(carrier.capital_vnd, carrier.yearly_vnd, year, self.problem.horizon)

    @cached_property
    def sites(self) -> dict[tuple[str, str], list[Work]]:
        """New sites: by operator and structure, its works there."""
        sites: dict[tuple[str, str], list[Work]] = defaultdict(list)
        for work in self.works.values():
            if work.new_site:
                sites[work.operator, work.structure].append(work)
        return sites

    def area_floors(self) -> dict[str, tuple[float, float]]:
        """By area: the weight that fairness asks, as far as works reach, and the area's whole weight."""
        percent = self.problem.requirements.least_percent_in_area
        if percent is None:
            return {}
        out = {need.id for need in self.unreachable}
        whole: dict[str, float] = defaultdict(float)
        reach: dict[str, float] = defaultdict(float)
        for need in self.problem.needs:
            whole[need.area] += need.weight
            reach[need.area] += 0.0 if need.id in out else need.weight
        return {area: (min(percent / 100 * whole[area], reach[area]), whole[area]) for area in whole}
