"""Who covers what, from both sides, as compiled loops read it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

KEPT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
"""How every kernel is compiled: kept for the next start, other threads may run beside it."""
MAKES_ARRAYS: dict[str, Any] = {**KEPT, "fastmath": {"nnan", "nsz", "contract", "reassoc"}}
"""The same where the order of a sum does not matter; what is certified is summed again elsewhere, exactly."""
FAST: dict[str, Any] = {**MAKES_ARRAYS, "_nrt": False}
"""The same without counting references to arrays, which takes most of a loop's time; it cannot make arrays."""


class Links(NamedTuple):
    """n candidates that cost more than 0, m demand points of differing cover sets, and who covers what, both ways.

    `points[starts[j]:starts[j + 1]]` are the points of candidate j, `backs[back_starts[i]:back_starts[i + 1]]` the
    candidates of point i; no row is empty.
    """

    costs: NDArray[np.float64]
    weights: NDArray[np.float64]
    starts: NDArray[np.int64]
    points: NDArray[np.int32]
    back_starts: NDArray[np.int64]
    backs: NDArray[np.int32]


@njit(**KEPT)
def turned(
    starts: NDArray[np.int64], points: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Turn rows into columns: `count` columns, each names its rows in order, a row once though it named it twice.

    >>> starts, rows = turned(np.array([0, 2, 5]), np.array([0, 2, 2, 1, 2], dtype=np.int32), 3)
    >>> starts.tolist(), rows.tolist()
    ([0, 1, 2, 4], [0, 1, 0, 1])
    """
    ends = np.zeros(count + 1, dtype=np.int64)
    last = np.full(count, -1, dtype=np.int32)
    for row in range(len(starts) - 1):
        for at in range(starts[row], starts[row + 1]):
            if last[points[at]] != row:
                last[points[at]] = row
                ends[points[at] + 1] += 1
    ends = np.cumsum(ends)
    filled = ends[:-1].copy()
    rows = np.empty(ends[-1], dtype=np.int32)
    for row in range(len(starts) - 1):
        for at in range(starts[row], starts[row + 1]):
            column = points[at]
            if filled[column] == ends[column] or rows[filled[column] - 1] != row:
                rows[filled[column]] = row
                filled[column] += 1
    return ends, rows
