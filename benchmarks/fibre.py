"""Promises of the fibre planner, beside rustworkx in the same run, at three sizes; the worst of all seeds counts.

- The first tree (Mehlhorn in numba) costs no more than rustworkx's in at most 1/5 of its time.
- Within 10 s of search the tree is at least 1 % cheaper than rustworkx's; beside it how far it is from a lower bound.

The largest size has five seeds, smaller ones one.

Instances by `scattered_roads`: crossings jittered off a grid, one road in eight missing, costs by length and a price a
km that differs road by road; terminals by chance. CPU time of this process, the least of three runs each in turn:
neighbours on the machine count less so, and both feel them. Seconds of search are CPU seconds too. What rustworkx
needs to take the graph in is not counted; what ours needs is.

Run: .venv/bin/python -m benchmarks.fibre [--sizes 10000,30000,100000] [--seeds 5] [--seconds 10]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import rustworkx
from numpy.typing import NDArray

from hatang.core.fibre.kernels.csr import arcs_of, parts_of
from hatang.core.fibre.trees import Clock, Contracted, Tree, load_kernels, solve

NODES_A_TERMINAL = 50
FASTER, CHEAPER_PERCENT = 5.0, 1.0
RUNS = 3
WARMING_NODES, WARMING_S = 2_000, 0.5
"""Before anything is measured a small tree is searched, so that all that is compiled has been loaded."""


@dataclass(frozen=True)
class Roads:
    """A connected graph of crossings with costs, and terminals among them."""

    count: int
    ones: NDArray[np.int32]
    twos: NDArray[np.int32]
    costs: NDArray[np.float64]
    terminals: NDArray[np.int32]


def scattered_roads(nodes: int, terminals: int, seed: int) -> Roads:
    """Make an instance of about so many nodes."""
    chance, side = np.random.default_rng(seed), round(nodes**0.5)
    place = np.arange(side * side).reshape(side, side)
    across = np.column_stack([place[:, :-1].ravel(), place[:, 1:].ravel()])
    down = np.column_stack([place[:-1].ravel(), place[1:].ravel()])
    edges = np.concatenate([across, down])
    edges = edges[chance.random(len(edges)) >= 1 / 8]
    spots = np.stack(np.divmod(np.arange(side * side), side), axis=1) + chance.uniform(-0.3, 0.3, (side * side, 2))
    costs = np.hypot(*(spots[edges[:, 0]] - spots[edges[:, 1]]).T) * chance.uniform(0.6, 1.6, len(edges))
    part = parts_of(arcs_of(side * side, *edges.T.astype(np.int32).copy(), costs))
    largest = part == np.bincount(part).argmax()
    number = (np.cumsum(largest) - 1).astype(np.int32)
    kept = largest[edges[:, 0]]
    ones, twos = number[edges[kept]].T.copy()
    count = int(largest.sum())
    return Roads(count, ones, twos, costs[kept], chance.choice(count, terminals, replace=False).astype(np.int32))


def least_cpu_s(*runs: Callable[[], Any]) -> tuple[list[float], list[Any]]:
    """Run each in turn, several times; give the least CPU seconds of each and what it gave last."""
    least, gave = [float("inf")] * len(runs), [None] * len(runs)
    for _ in range(RUNS):
        for place, run in enumerate(runs):
            begin = time.process_time()
            gave[place] = run()
            least[place] = min(least[place], time.process_time() - begin)
    return least, gave


def planned(roads: Roads, seconds: float, **more: int) -> Tree:
    """Give our tree after so many CPU seconds of search."""
    problem = Contracted.of(roads.count, roads.ones, roads.twos, roads.costs, roads.terminals[:1])
    return solve(problem, problem.node_of[roads.terminals[1:]], Clock(seconds, now=time.process_time), 0, **more)


def peer_graph(roads: Roads) -> rustworkx.PyGraph:
    """Give the instance as rustworkx has it."""
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(roads.count))
    edges = zip(roads.ones.tolist(), roads.twos.tolist(), roads.costs.tolist(), strict=True)
    graph.add_edges_from(list(edges))
    return graph


def compare(nodes: int, seed: int, seconds: float) -> tuple[float, float, float]:
    """Time both on one instance and print them; give times faster, percent cheaper at first and after the search."""
    terminals = max(nodes // NODES_A_TERMINAL, 8)
    roads = scattered_roads(nodes, terminals, seed)
    graph, wanted = peer_graph(roads), roads.terminals.tolist()
    (ours_s, peer_s), (first, peer) = least_cpu_s(
        lambda: planned(roads, 0), lambda: rustworkx.steiner_tree(graph, wanted, float)
    )
    peer_cost = sum(peer.edges())
    begin = time.process_time()
    best = planned(roads, seconds)
    took = time.process_time() - begin
    faster = peer_s / ours_s
    at_first, after = (100 * (1 - tree.cost_vnd / peer_cost) for tree in (first, best))
    print(
        f"{roads.count:>7,} nodes, {terminals:>5,} terminals, seed {seed}: ours {ours_s * 1000:>7.1f} ms, "
        f"rustworkx {peer_s * 1000:>7.1f} ms, {faster:>4.1f}x; cheaper by {at_first:.2f} % at first, "
        f"{after:.2f} % after {took:.1f} s ({best.windows:,} windows), ≤ {best.gap_percent:.2f} % above the least",
        flush=True,
    )
    return faster, at_first, after


def main() -> int:
    """Run, print, and return 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,30000,100000")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0)
    words = parser.parse_args()
    load_kernels()
    planned(scattered_roads(WARMING_NODES, 40, 0), WARMING_S)
    broken = False
    sizes = [int(size) for size in words.sizes.split(",")]
    for nodes in sizes:
        seeds = words.seeds if nodes == sizes[-1] else 1
        rows = [compare(nodes, seed, words.seconds) for seed in range(seeds)]
        faster, at_first, after = (min(column) for column in zip(*rows, strict=True))
        kept = faster >= FASTER and at_first >= -1e-9 and after >= CHEAPER_PERCENT
        broken = broken or not kept
        print(
            f"{nodes:,}: worst of {len(rows)}: {faster:.1f}x (promise ≥ {FASTER:g}x), {at_first:.2f} % cheaper "
            f"at first (≥ 0), {after:.2f} % after search (≥ {CHEAPER_PERCENT:g} %): {'kept' if kept else 'BROKEN'}; "
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
            flush=True,
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
