"""The same optimum from SCIP, whose model is written here anew from the problem's docstrings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pyscipopt import Model, quicksum

from hatang.core.planning.instances import province_in_valleys
from hatang.core.planning.money import present_cost_vnd
from hatang.core.planning.problem import Aim, Problem, State
from hatang.core.planning.solving import solve

MILLION = 1e6


class Peer:
    """A plain model: on[w,y] built in a year, up[s,y] opened in a year, got[n,o] served by an operator."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.model = problem, Model()
        self.model.hideOutput()
        self.model.setParam("limits/time", 60)
        self.years = list(problem.horizon.years)
        self.on = {(w.id, y): self.model.addVar(vtype="B") for w in problem.works for y in self.years}
        self.up = {(s.id, y): self.model.addVar(vtype="B") for s in problem.structures for y in self.years}
        self.built = {w.id: quicksum(self.on[w.id, y] for y in self.years) for w in problem.works}
        self.stands = {s.id: quicksum(self.up[s.id, y] for y in self.years) for s in problem.structures}
        self.open_structures()
        self.served = self.serve()
        self.cost = self.count_cost()
        for keep in (self.keep_share, self.keep_areas, self.keep_groups, self.keep_sites, self.keep_money):
            keep()

    def open_structures(self) -> None:
        add = self.model.addCons
        for w in self.problem.works:
            add(self.built[w.id] <= 1)
            for place, year in enumerate(self.years):
                add(self.on[w.id, year] <= quicksum(self.up[w.structure, y] for y in self.years[: place + 1]))
        for s in self.problem.structures:
            add(self.stands[s.id] <= 1)
        for one, other in self.problem.requirements.apart:
            add(self.stands[one] + self.stands[other] <= 1)

    def serve(self) -> dict[str, object]:
        least = self.problem.requirements.least_operators
        served = {}
        for need in self.problem.needs:
            works = [w for w in self.problem.works if need.id in w.serves and w.operator not in need.served_by]
            got = []
            for operator in sorted({w.operator for w in works}):
                got.append(self.model.addVar(vtype="B"))
                self.model.addCons(got[-1] <= quicksum(self.built[w.id] for w in works if w.operator == operator))
            served[need.id] = self.model.addVar(vtype="B")
            self.model.addCons(least * served[need.id] <= len(need.served_by) + quicksum(got))
        return served

    def count_cost(self) -> object:
        horizon = self.problem.horizon
        price: Callable[[float, float, int], float] = lambda c, m, y: present_cost_vnd(c, m, y, horizon) / MILLION  # noqa: E731
        works = [
            price(w.capital_vnd, w.yearly_vnd, y) * self.on[w.id, y] for w in self.problem.works for y in self.years
        ]
        structures = self.problem.structures
        return quicksum(works) + quicksum(
            price(s.capital_vnd, s.yearly_vnd, y) * self.up[s.id, y] for s in structures for y in self.years
        )

    def weight(self) -> object:
        return quicksum(need.weight * self.served[need.id] for need in self.problem.needs)

    def keep_share(self) -> None:
        percent = self.problem.requirements.served_percent
        if percent is not None:
            self.model.addCons(self.weight() >= percent / 100 * sum(need.weight for need in self.problem.needs))

    def keep_areas(self) -> None:
        percent = self.problem.requirements.least_percent_in_area or 0.0
        reached = {n for w in self.problem.works for n in w.serves}
        for area in {need.area for need in self.problem.needs}:
            needs = [need for need in self.problem.needs if need.area == area]
            reach = sum(n.weight for n in needs if n.id in reached or n.served_by)
            floor = min(percent / 100 * sum(n.weight for n in needs), reach)
            self.model.addCons(quicksum(n.weight * self.served[n.id] for n in needs) >= floor)

    def keep_groups(self) -> None:
        for group, percent in self.problem.requirements.least_percent_of_group.items():
            members = [need.id for need in self.problem.needs if group in need.groups]
            self.model.addCons(quicksum(self.served[n] for n in members) >= percent / 100 * len(members))

    def keep_sites(self) -> None:
        percent = self.problem.requirements.shared_percent or 0.0
        existing = {s.id for s in self.problem.structures if s.existing}
        sites = {}
        for w in self.problem.works:
            if w.new_site:
                site = sites.setdefault((w.operator, w.structure), self.model.addVar(vtype="B"))
                self.model.addCons(site >= self.built[w.id])
        for (operator, structure), site in sites.items():
            works = [w for w in self.problem.works if (w.operator, w.structure) == (operator, structure) and w.new_site]
            self.model.addCons(site <= quicksum(self.built[w.id] for w in works))
        shared = quicksum(site for (_, structure), site in sites.items() if structure in existing)
        self.model.addCons(shared >= percent / 100 * quicksum(sites.values()))

    def keep_money(self) -> None:
        """Each work and structure is paid in its year, in parts, by sources that may pay; a structure as its works."""
        budget = self.problem.requirements.budget_vnd or {}
        drawn: dict[tuple[int, str], list[object]] = {key: [] for key in budget}
        for w in self.problem.works:
            for year in self.years:
                self.pay(w.capital_vnd * self.on[w.id, year], year, w.sources, drawn)
        for s in self.problem.structures:
            for year in self.years:
                parts = []
                for w in (w for w in self.problem.works if w.structure == s.id):
                    part = self.model.addVar(lb=0)
                    self.model.addCons(part <= s.capital_vnd / MILLION * self.on[w.id, year])
                    self.pay(part * MILLION, year, w.sources, drawn)
                    parts.append(part)
                self.model.addCons(quicksum(parts) == s.capital_vnd / MILLION * self.up[s.id, year])
        for key, parts in drawn.items():
            self.model.addCons(quicksum(parts) <= budget[key] / MILLION)

    def pay(self, bill: object, year: int, sources: frozenset[str], drawn: dict[tuple[int, str], list[object]]) -> None:
        parts = []
        for when, source in drawn:
            if when == year and (not sources or source in sources):
                parts.append(self.model.addVar(lb=0))
                drawn[when, source].append(parts[-1])
        self.model.addCons(quicksum(parts) == bill / MILLION)  # type: ignore[operator]


@pytest.mark.parametrize(("aim", "seed"), [(Aim.LEAST_COST, 1), (Aim.LEAST_COST, 3), (Aim.MOST_SERVED, 1)])
def test_scip_finds_the_same_optimum(aim: Aim, seed: int) -> None:
    one = province_in_valleys(60, 60 if aim is Aim.LEAST_COST else 30, seed)
    share = 65.0 if aim is Aim.LEAST_COST else None
    money = {(year, source): 4e8 if year < 2029 else 2e8 for year, source in one.requirements.budget_vnd or {}}
    asked = replace(one.requirements, served_percent=share, least_percent_in_area=30.0, budget_vnd=money)
    one = replace(one, requirements=replace(asked, least_percent_of_group={"border": 30.0}))
    peer = Peer(one)
    peer.model.setObjective(*((peer.cost, "minimize") if share else (peer.weight(), "maximize")))
    peer.model.optimize()
    answer = solve(one, aim, seconds=60, gap_percent=0, tidy=False)
    assert (answer.state, peer.model.getStatus()) == (State.PROVEN, "optimal")
    assert len({built.year for built in answer.built}) > 1
    assert answer.objective / (MILLION if share else 1) == pytest.approx(peer.model.getObjVal(), rel=2e-5)
