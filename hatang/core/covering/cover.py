"""Candidates and the demand that they cover, as arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


class CoverError(ValueError):
    """Candidates, demand or a goal that cannot be used; the message says which and what would be right."""


@dataclass(frozen=True, eq=False)
class Cover:
    """n candidates and m demand points, as compressed rows.

    `costs` (n,) what a candidate costs, at least 0, in any unit; `weights` (m,) what covering a point counts for, at
    least 0; `points[starts[j]:starts[j + 1]]` the points that candidate j covers, `starts` (n + 1,). A point named
    twice counts once. Raises CoverError where arrays do not fit together.
    """

    costs: NDArray[np.float64]
    weights: NDArray[np.float64]
    starts: NDArray[np.int64]
    points: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together, before a compiled loop reads past their ends."""
        for values, what in ((self.costs, "Chi phí của vị trí"), (self.weights, "Trọng số của điểm")):
            wrong = ~(np.isfinite(values) & (values >= 0))
            if wrong.any():
                place = int(wrong.argmax())
                raise CoverError(f"{what} thứ {place + 1} là {values[place]}; phải là số từ 0 trở lên.")
        starts = self.starts
        if len(starts) != len(self.costs) + 1 or starts[0] != 0 or starts[-1] != len(self.points):
            raise CoverError("Bảng vị trí phủ điểm không khớp: cần một mốc cho mỗi vị trí, từ 0 đến số cặp.")
        if (np.diff(starts) < 0).any():
            raise CoverError("Bảng vị trí phủ điểm không khớp: các mốc phải tăng dần.")
        if len(self.points) and not 0 <= self.points.min() <= self.points.max() < len(self.weights):
            raise CoverError(f"Số thứ tự của điểm phải từ 0 đến {len(self.weights) - 1}.")

    def covered(self, chosen: Iterable[int]) -> NDArray[np.bool_]:
        """Tell of each point (m,) whether one of the chosen candidates covers it."""
        seen = np.zeros(len(self.weights), dtype=np.bool_)
        for candidate in chosen:
            seen[self.points[self.starts[candidate] : self.starts[candidate + 1]]] = True
        return seen

    def covered_weight(self, chosen: Iterable[int]) -> float:
        """Sum the weight that the chosen candidates cover, exactly rounded."""
        return math.fsum(self.weights[self.covered(chosen)])

    def cost_of(self, chosen: Iterable[int]) -> float:
        """Sum what the chosen candidates cost, exactly rounded."""
        return math.fsum(self.costs[candidate] for candidate in chosen)


def cover_of(costs: ArrayLike, weights: ArrayLike, covers: Sequence[Sequence[int]]) -> Cover:
    """Make a cover from a list of points for each candidate.

    >>> cover = cover_of([1.0, 2.0], [5.0, 7.0, 9.0], [[0, 1], [1, 2]])
    >>> cover.covered_weight([1]), cover.cost_of([0, 1])
    (16.0, 3.0)
    """
    starts = np.concatenate([[0], np.cumsum([len(points) for points in covers])])
    points = np.concatenate([np.asarray(points, dtype=np.int32) for points in covers] or [np.zeros(0, dtype=np.int32)])
    return Cover(
        np.asarray(costs, dtype=np.float64), np.asarray(weights, dtype=np.float64), starts.astype(np.int64), points
    )
