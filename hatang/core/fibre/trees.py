"""The cheapest tree that joins terminals to a root: Mehlhorn's, improved window by window, with a lower bound.

Roots are one node: whichever closure an end hangs on, the network goes on from there. The same seed and number of
windows give the same tree; a limit of seconds gives the best tree found by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hatang.core.fibre.kernels import ascent, csr, tree, windows
from hatang.core.fibre.lines import Flags, Graph, Nodes, Numbers

Edges = NDArray[np.int64]
Told = Callable[[float, float | None, float | None], None]

LEVELS = ((4, 100), (6, 200), (8, 300))
"""How many parts a window has at most, and how many nodes round it are looked at: small windows first."""
SETTLED = 2e-4
"""A round over all terminals that saves a smaller share of the cost ends a level."""
CHUNK = 25
"""So many windows are tried between two looks at the clock."""
TOLD_EVERY_S = 0.25
LEAST_ROUND = 20
PATIENCE = 30
SHAKE = 0.5
"""By what share costs are falsified to leave a tree that no window improves; so often in vain, and the search ends."""
MOST_WORK = 400_000_000
"""How many arcs the lower bound looks at, at most: some seconds."""


@dataclass(frozen=True)
class Tree:
    """The stretches (places in the graph) of a tree, its cost and a lower bound of any tree's, đồng.

    `windows` were tried; `settled` says that the search ended by itself, not by its limit.
    """

    stretches: Edges
    cost_vnd: float
    bound_vnd: float
    windows: int
    settled: bool

    @property
    def gap_percent(self) -> float:
        """By how much, at most, a tree could be cheaper, in percent of its cost.

        >>> Tree(np.arange(2), 200.0, 190.0, 0, True).gap_percent
        5.0
        """
        return 100 * (self.cost_vnd - self.bound_vnd) / self.cost_vnd if self.cost_vnd > 0 else 0.0


@dataclass(frozen=True)
class Contracted:
    """A graph whose roots are node 0: `node_of` gives the new number of each node; edges keep theirs."""

    node_of: Nodes
    ones: Nodes
    twos: Nodes
    costs: Numbers
    count: int

    @classmethod
    def of(cls, count: int, ones: Nodes, twos: Nodes, costs: Numbers, roots: Sequence[int] | Nodes) -> Contracted:
        """Make one node of the roots."""
        single = np.ones(count, dtype=np.bool_)
        single[np.asarray(roots, dtype=np.int64)] = False
        node_of = np.where(single, np.cumsum(single), 0).astype(np.int32)
        return cls(node_of, node_of[ones], node_of[twos], costs.astype(np.float64), int(single.sum()) + 1)

    def arcs(self, costs: Numbers | None = None) -> csr.Arcs:
        """Give the graph in the kernels' form."""
        arcs: csr.Arcs = csr.arcs_of(self.count, self.ones, self.twos, self.costs if costs is None else costs)
        return arcs


class NotJoinedError(ValueError):
    """Terminals that no way leads to from a root; `terminals` are their nodes."""

    def __init__(self, terminals: Sequence[int]) -> None:
        super().__init__(f"{len(terminals)} điểm không nối được tới măng xông nào theo các tuyến đã cho.")
        self.terminals = tuple(terminals)


def cheapest_tree(
    graph: Graph,
    terminals: Sequence[int] | Nodes,
    roots: Sequence[int] | Nodes,
    *,
    seconds: float = 10.0,
    seed: int = 0,
    most_windows: int | None = None,
    told: Told | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Tree:
    """Give a tree of least cost, as near as it can be found, that joins nodes of a graph to any of the roots.

    Without roots the terminals are joined to each other. `told` hears of seconds, cost and bound; `cancelled` stops
    the search, which then gives the best so far. Raises NotJoinedError for terminals that cannot be joined.
    """
    load_kernels()
    problem = Contracted.of(
        len(graph.nodes), graph.ones, graph.twos, graph.cost_vnd, roots if len(roots) else terminals[:1]
    )
    wanted = problem.node_of[np.asarray(terminals, dtype=np.int64)]
    clock = Clock(seconds, most_windows, told, cancelled)
    return solve(problem, np.unique(wanted[wanted > 0]), clock, seed)


@cache
def load_kernels() -> None:
    """Let every kernel be compiled, or read from where it is kept, before a clock runs."""
    line = np.arange(3, dtype=np.int32)
    solve(Contracted.of(4, line, line + 1, np.ones(3), [0]), line[:2] + 2, Clock(60.0, most_windows=1), 0)


@dataclass
class Clock:
    """How long the search may go on and who hears of it; `now` is wall time unless a benchmark counts otherwise."""

    seconds: float
    most_windows: int | None = None
    told: Told | None = None
    cancelled: Callable[[], bool] | None = None
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.begun = self.now()
        self.heard: tuple[float, float | None] = (0.0, -1.0)

    def over(self) -> bool:
        """Tell whether time is up or somebody said stop."""
        return self.now() - self.begun >= self.seconds or (self.cancelled is not None and self.cancelled())

    def tell(self, cost: float, bound: float | None) -> None:
        """Say how far it is, now and then; a bound at once."""
        seconds = self.now() - self.begun
        if self.told and (bound != self.heard[1] or seconds - self.heard[0] >= TOLD_EVERY_S):
            self.heard = seconds, bound
            self.told(seconds, cost, bound)


def solve(problem: Contracted, terminals: Nodes, clock: Clock, seed: int, *, most_work: int = MOST_WORK) -> Tree:
    """Give the tree of some nodes (not the root, each once) and the root."""
    if not len(terminals):
        return Tree(np.zeros(0, dtype=np.int64), 0.0, 0.0, 0, True)
    arcs, wanted = problem.arcs(), np.concatenate([[0], terminals]).astype(np.int32)
    used, whole = tree.mehlhorn(arcs, wanted, len(problem.ones))
    if not whole:
        part = csr.parts_of(arcs)
        apart = terminals[part[terminals] != part[0]]
        raise NotJoinedError(np.flatnonzero(np.isin(problem.node_of, apart)).tolist())
    cost = cost_of(problem, used)
    clock.tell(cost, None)
    if clock.over():
        return Tree(np.flatnonzero(used), cost, 0.0, 0, False)
    bound = 0.0
    if most_work:
        bound, _ = ascent.dual_ascent(arcs, wanted, most_work)
        clock.tell(cost, bound)
    search = Search(problem, wanted, clock, seed, bound, used)
    settled = search.run() or bound >= search.cost * (1 - 1e-6)
    cost = cost_of(problem, search.best)
    return Tree(np.flatnonzero(search.best), cost, min(bound, cost), search.tried, settled)


def cost_of(problem: Contracted, used: Flags) -> float:
    """Add up what a set of stretches costs."""
    return float(problem.costs[used].sum())


@dataclass
class Search:
    """A tree being improved; `best` is the cheapest seen, `cost` what it costs, `tried` the windows so far."""

    problem: Contracted
    wanted: Nodes
    clock: Clock
    seed: int
    bound: float
    best: Flags
    tried: int = 0

    def __post_init__(self) -> None:
        least = max(float(self.problem.costs.mean()), 1.0) * 1e-9
        self.costs = self.problem.costs + least
        self.arcs = self.problem.arcs(self.costs)
        self.cost = self.cost_of(self.best)

    def cost_of(self, used: Flags) -> float:
        """Add up what a tree costs."""
        return float(self.costs[used].sum())

    def over(self) -> bool:
        """Tell whether no further window may be tried."""
        return self.clock.over() or (self.clock.most_windows is not None and self.tried >= self.clock.most_windows)

    def run(self) -> bool:
        """Improve the tree level by level, then shake it until shaking helps no more; tell whether it came to that."""
        used = self.best
        for level in LEVELS:
            used = self.descended(used, level, self.costs, self.arcs)
        self.keep(used)
        idle = 0
        while idle < PATIENCE and self.cost > self.bound * (1 + 1e-6) and not self.over():
            idle = 0 if self.shaken(idle) else idle + 1
        return not self.over()

    def keep(self, used: Flags) -> bool:
        """Keep a tree where it is cheaper than the best."""
        used = tree.spanning(self.arcs, self.wanted, used)
        cost = self.cost_of(used)
        better = cost < self.cost * (1 - 1e-9)
        if better:
            self.best, self.cost = used, cost
            self.clock.tell(cost_of(self.problem, used), self.bound)
        return better

    def shaken(self, turn: int) -> bool:
        """Improve the best tree for false costs and then for the true ones again; tell whether that was cheaper."""
        chance = np.random.default_rng([self.seed, self.tried, turn])
        false = self.costs * chance.uniform(1 - SHAKE, 1 + SHAKE, len(self.costs))
        used = self.descended(self.best, LEVELS[0], false, self.problem.arcs(false), rounds=1)
        return self.keep(self.descended(used, LEVELS[-1], self.costs, self.arcs))

    def descended(
        self, used: Flags, level: tuple[int, int], costs: Numbers, arcs: csr.Arcs, *, rounds: int | None = None
    ) -> Flags:
        """Try windows of a level in rounds over all terminals, until a round saves next to nothing."""
        whole, wanted = float(costs[used].sum()), self.wanted
        work = windows.tree_of(arcs, wanted, used, self.problem.ones, self.problem.twos, costs, self.seed + self.tried)
        each, done = max(LEAST_ROUND, len(wanted) - 1), 0
        while rounds is None or done < rounds:
            saved, left = 0.0, each
            while left and not self.over():
                most = self.clock.most_windows
                count = min(CHUNK, left, CHUNK if most is None else most - self.tried)
                saved += windows.improve(arcs, work, wanted, count, *level)
                self.tried, left = self.tried + count, left - count
                if rounds is None:
                    self.clock.tell(min(whole - saved, self.cost), self.bound)
            whole, done = whole - saved, done + 1
            if left or saved <= SETTLED * whole:
                break
        improved: Flags = work.used
        return improved
