"""Small networks, and answers found another way: Dreyfus and Wagner (1971) on the whole graph, each loss tried."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.fibre import Graph, Spot

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Small:
    """A connected graph: nodes, edges with costs, terminals, the first the root."""

    count: int
    edges: NDArray[np.int32]
    costs: Numbers
    terminals: NDArray[np.int32]

    @property
    def graph(self) -> Graph:
        """The same as a graph of stretches of one way."""
        size = len(self.edges)
        nodes = np.column_stack([np.arange(self.count), np.zeros(self.count)])
        none = np.zeros(0, dtype=np.int32)
        return Graph(
            nodes=nodes,
            ones=self.edges[:, 0].copy(),
            twos=self.edges[:, 1].copy(),
            length_km=self.costs,
            cost_vnd=self.costs,
            ways=np.zeros(size, dtype=np.int8),
            lines=np.zeros(size, dtype=np.int32),
            firsts=np.arange(size + 1) * 2,
            spots=nodes[self.edges].reshape(-1, 2),
            ends=none,
            roots=none,
            joints=np.ones(self.count, dtype=bool),
        )


def grid(side: int, terminals: int, seed: int, *, whole: bool = False) -> Small:
    """Make a grid with costs by chance (whole numbers, so that many ways cost the same, if asked for)."""
    chance = np.random.default_rng(seed)
    place = np.arange(side * side).reshape(side, side)
    across = np.column_stack([place[:, :-1].ravel(), place[:, 1:].ravel()])
    down = np.column_stack([place[:-1].ravel(), place[1:].ravel()])
    edges = np.concatenate([across, down]).astype(np.int32)
    costs = chance.integers(0, 4, len(edges)).astype(float) if whole else chance.uniform(0.5, 1.5, len(edges))
    return Small(side * side, edges, costs, chance.choice(side * side, terminals, replace=False).astype(np.int32))


def distances(small: Small) -> Numbers:
    """Give the cost of the cheapest way between any two nodes (Floyd and Warshall 1962)."""
    away = np.full((small.count, small.count), np.inf)
    for (one, two), cost in zip(small.edges.tolist(), small.costs.tolist(), strict=True):
        away[one, two] = away[two, one] = min(away[one, two], cost)
    np.fill_diagonal(away, 0.0)
    for node in range(small.count):
        away = np.minimum(away, away[:, node, None] + away[node])
    return away


def least_cost(small: Small) -> float:
    """Give the cost of the cheapest Steiner tree (Dreyfus and Wagner 1971)."""
    away, *others = distances(small), *small.terminals[:-1].tolist()
    reach = {1 << place: away[terminal] for place, terminal in enumerate(others)}
    for mask in range(1, 1 << len(others)):
        if mask in reach:
            continue
        best, sub = np.full(small.count, np.inf), (mask - 1) & mask
        while sub:
            best = np.minimum(best, reach[sub] + reach[mask ^ sub])
            sub = (sub - 1) & mask
        reach[mask] = (best[:, None] + away).min(axis=0)
    return float(reach[(1 << len(others)) - 1][small.terminals[-1]])


def reached(count: int, edges: NDArray[np.int32], roots: list[int], *, without: int = -1) -> set[int]:
    """Give the nodes that roots reach when one edge is lost."""
    near: dict[int, list[int]] = {}
    for place, (one, two) in enumerate(edges.tolist()):
        if place != without:
            near.setdefault(one, []).append(two)
            near.setdefault(two, []).append(one)
    seen, waiting = set(roots), list(roots)
    while waiting:
        for other in near.get(waiting.pop(), []):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def spot(name: str, lon: float, lat: float, people: float = 0) -> Spot:
    """Make a place."""
    return Spot(name, lon, lat, people=people)
