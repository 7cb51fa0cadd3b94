"""A few small polygons on a tile, drawn vertex by vertex: at deep zooms setting up arrays would take longest.

Does step by step what `core.vector_tiles` does with whole columns, and gives exactly the same.
"""

from __future__ import annotations

import struct
from itertools import chain, groupby
from operator import itemgetter

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.vector_tile_bytes import CLOSE, DRAW, EXTENT, MOVE, POLYGON, Drawn, Ints

Ring = list[tuple[int, int]]


def draw_few(polygons: NDArray[np.object_], owner: Ints, z: int, x: int, y: int, *, same: int) -> Drawn | None:
    """Bring clipped polygons to a tile's grid and give their commands; `owner` says, ascending, whose each is.

    None where one crosses itself on the grid, and has to be mended.
    """
    drawn = _on_grid(polygons, z, x, y, same)
    whose = owner.tolist()
    kept = [(whose[nth], rings) for nth, rings in enumerate(drawn) if rings]
    if not _are_valid([rings for _, rings in kept]):
        return None
    index, commands, starts = [], [], [0]
    for of, group in groupby(kept, itemgetter(0)):
        index.append(of)
        commands += _commands([ring for _, rings in group for ring in rings])
        starts.append(len(commands))
    return Drawn(
        np.array(index, np.int64), np.full(len(index), POLYGON), np.array(commands, np.int64), np.array(starts)
    )


def _on_grid(polygons: NDArray[np.object_], z: int, x: int, y: int, same: int) -> list[list[Ring]]:
    """Give each polygon's rings in units, the exterior first; none where that has no area."""
    rings, part = shapely.get_rings(polygons, return_index=True)
    units = np.rint((shapely.get_coordinates(rings) * 2**z - (x, y)) * EXTENT).astype(np.int64).tolist()
    drawn: list[list[Ring]] = [[] for _ in polygons]
    begin, last = 0, -1
    for nth, length in zip(part.tolist(), shapely.get_num_coordinates(rings).tolist(), strict=True):
        hole = nth == last
        if drawn[nth] or not hole:
            ring = _wound(_straightened(_reduced(units[begin : begin + length - 1], same)), hole)
            drawn[nth] += [ring] if ring else []
        begin, last = begin + length, nth
    return drawn


def _reduced(points: list[list[int]], same: int) -> Ring:
    """Keep the least of consecutive points in one square."""
    kept: Ring = []
    square = None
    for x, y in points:
        if (at := (x // same, y // same)) != square:
            kept.append((x, y))
            square = at
        elif (x, y) < kept[-1]:
            kept[-1] = (x, y)
    return kept


def _straightened(points: Ring) -> Ring:
    """Leave out points exactly between their neighbours around the ring, and repeated ones."""
    kept = []
    u, v = points[-1]
    for (x, y), (next_x, next_y) in zip(points, [*points[1:], points[0]], strict=True):
        back_x, back_y, on_x, on_y = x - u, y - v, next_x - x, next_y - y
        between = back_x * on_y == back_y * on_x and back_x * on_x + back_y * on_y > 0
        if not between and (back_x or back_y):
            kept.append((x, y))
        u, v = x, y
    return kept


def _wound(points: Ring, hole: bool) -> Ring:
    """Wind an exterior clockwise on the screen, a hole against it; without area there is none."""
    if len(points) < 3:
        return []
    area = sum(x * v - u * y for (x, y), (u, v) in zip(points, [*points[1:], points[0]], strict=True))
    if abs(area) < 2:
        return []
    return points[::-1] if (area < 0) != hole else points


def _are_valid(polygons: list[list[Ring]]) -> bool:
    """Tell whether no polygon crosses itself, asking for all of them at once."""
    wkb = [struct.pack("<BII", 1, shapely.GeometryType.GEOMETRYCOLLECTION, len(polygons))]
    for rings in polygons:
        wkb.append(struct.pack("<BII", 1, shapely.GeometryType.POLYGON, len(rings)))
        for ring in rings:
            closed = [*ring, ring[0]]
            wkb.append(struct.pack(f"<I{2 * len(closed)}d", len(closed), *chain.from_iterable(closed)))
    return bool(shapely.is_valid(shapely.from_wkb(b"".join(wkb))))


def _commands(rings: list[Ring]) -> list[int]:
    """Write a feature's rings as MoveTo, LineTo and ClosePath."""
    commands: list[int] = []
    u = v = 0
    for ring in rings:
        steps: list[int] = []
        for x, y in ring:
            right, down = x - u, y - v
            steps += (right << 1 ^ right >> 63, down << 1 ^ down >> 63)
            u, v = x, y
        commands += (1 << 3 | MOVE, *steps[:2], len(ring) - 1 << 3 | DRAW, *steps[2:], CLOSE)
    return commands
