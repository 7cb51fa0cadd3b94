"""Layers: for one operator and technology the best level at each pixel or point, and which cell gives it.

A layer keeps a maximum, and a tie goes to the cell that comes first: so layers merge in any order, and twice, to the
same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hatang.core.radio.bands import Technology
from hatang.core.radio.kernels.strongest import lay_over

Levels = NDArray[np.float32]
Servers = NDArray[np.int32]
NOBODY = -1
"""The server where no cell reaches; the level is -inf there."""


@dataclass(frozen=True, order=True)
class Layer:
    """One operator's service in one technology."""

    operator: str
    technology: Technology


@dataclass(frozen=True)
class Part:
    """Layers over a rectangle of a grid that begins at a row and column: levels in dBm and servers, both
    (layers, rows, columns); a server is a cell's place in the run's list.
    """

    levels_dbm: Levels
    servers: Servers
    first_row: int
    first_column: int


def empty_part(layers: int, rows: int, columns: int, first_row: int = 0, first_column: int = 0) -> Part:
    """Give layers that nobody serves."""
    shape = (layers, rows, columns)
    return Part(
        np.full(shape, -np.inf, dtype=np.float32), np.full(shape, NOBODY, dtype=np.int32), first_row, first_column
    )


def merge(whole: Part, part: Part) -> None:
    """Lay a part over the whole that encloses it: the higher level stays.

    >>> whole, part = empty_part(1, 2, 2), empty_part(1, 1, 1, first_row=1)
    >>> part.levels_dbm[:], part.servers[:] = -90, 4
    >>> merge(whole, part); merge(whole, part)
    >>> whole.levels_dbm[0].tolist(), whole.servers[0].tolist()
    ([[-inf, -inf], [-90.0, -inf]], [[-1, -1], [4, -1]])
    """
    top, left = part.first_row - whole.first_row, part.first_column - whole.first_column
    lay_over(whole.levels_dbm, whole.servers, part.levels_dbm, part.servers, top, left)
