"""Make a cover smaller without changing what is best: free candidates taken, equal demand merged, the useless left out.

Demand points with the same candidates are one point with their weight together. Two sets are told apart by a hash and
then compared entry by entry, so that a chance likeness of hashes cannot merge what differs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.covering.cover import Cover
from hatang.core.covering.kernels.links import Links, turned

HASH_SEED = 20_260_101


@dataclass(frozen=True, eq=False)
class Reduced:
    """What is left to decide: `links` between `candidates` (k,), places in the cover; `free` are taken as they are.

    `free_weight` is what the free ones cover, `reach` what all together could.
    """

    links: Links
    candidates: NDArray[np.int64]
    free: NDArray[np.int64]
    free_weight: float
    reach: float


def reduced(cover: Cover, dearest: float = math.inf) -> Reduced:
    """Leave out what costs more than `dearest`, take what is free, merge demand with equal cover sets."""
    useful = (np.diff(cover.starts) > 0) & (cover.costs <= dearest)
    free = np.flatnonzero(useful & (cover.costs == 0))
    done = cover.covered(free)
    kept = useful & (cover.costs > 0)
    owner = np.repeat(np.arange(len(cover.costs)), np.diff(cover.starts))
    open_points = ~done & (cover.weights > 0)
    stays = kept[owner] & open_points[cover.points]
    owner, points = owner[stays], cover.points[stays]
    candidates = np.unique(owner)
    starts = np.append(np.searchsorted(owner, candidates), len(owner))
    links = _merged(cover.costs[candidates], cover.weights, *turned(starts, points, len(cover.weights)))
    free_weight = math.fsum(cover.weights[done])
    return Reduced(links, candidates, free, free_weight, free_weight + math.fsum(links.weights))


def narrowed(links: Links, candidates: NDArray[np.int64]) -> Links:
    """Leave only some candidates, and merge the demand that has become equal by it."""
    place = np.full(len(links.costs), -1, dtype=np.int32)
    place[candidates] = np.arange(len(candidates), dtype=np.int32)
    rows = place[links.backs]
    stays = rows >= 0
    ends = np.concatenate([[0], np.cumsum(stays)])
    return _merged(links.costs[candidates], links.weights, ends[links.back_starts], rows[stays])


def _merged(
    costs: NDArray[np.float64], weights: NDArray[np.float64], starts: NDArray[np.int64], backs: NDArray[np.int32]
) -> Links:
    """Merge points with equal rows of candidates; points without any fall away."""
    sizes = np.diff(starts)
    points = np.flatnonzero(sizes)
    if not len(points):
        return _links(costs, np.zeros(0), starts[:1], backs)
    dice = np.random.default_rng(HASH_SEED).integers(1, 2**63, len(costs), dtype=np.uint64)
    hashes = np.add.reduceat(dice[backs], starts[points])
    _, first, group = np.unique(hashes, return_index=True, return_inverse=True)
    stands_for = points[first[group]]
    alone = ~_alike(points, stands_for, starts, backs)
    stands_for[alone] = points[alone]
    kept, group = np.unique(stands_for, return_inverse=True)
    entries = np.repeat(starts[kept] - np.concatenate([[0], np.cumsum(sizes[kept])[:-1]]), sizes[kept])
    rows = backs[entries + np.arange(len(entries))]
    row_starts = np.concatenate([[0], np.cumsum(sizes[kept])])
    return _links(costs, np.bincount(group, weights[points]).astype(np.float64), row_starts, rows)


def _alike(
    points: NDArray[np.int64], others: NDArray[np.int64], starts: NDArray[np.int64], backs: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Tell of each point whether its row is, entry by entry, the other's."""
    sizes = np.diff(starts)
    same = sizes[points] == sizes[others]
    some = np.flatnonzero(same)
    lengths = sizes[points[some]]
    row = np.repeat(np.arange(len(some)), lengths)
    within = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    differs = backs[starts[points[some]][row] + within] != backs[starts[others[some]][row] + within]
    same[some[row[differs]]] = False
    return np.asarray(same, dtype=np.bool_)


def _links(
    costs: NDArray[np.float64], weights: NDArray[np.float64], back_starts: NDArray[np.int64], backs: NDArray[np.int32]
) -> Links:
    """Put both sides together."""
    starts, points = turned(back_starts, backs, len(costs))
    return Links(costs, weights, starts, points, back_starts.astype(np.int64), backs)
