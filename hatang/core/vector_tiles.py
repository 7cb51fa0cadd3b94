"""Mapbox Vector Tiles 2.1: points, lines and polygons on a tile's grid of 4096 units, and their bytes.

Source: github.com/mapbox/vector-tile-spec, version 2.1, sections 4.1 to 4.4. Tiles are those of every web map: Web
Mercator, zoom `z`, column `x` from the west, row `y` from the north. Whole columns are worked on, never one feature.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.vector_tile_bytes import (
    CLOSE,
    DRAW,
    EXTENT,
    LINE,
    MOVE,
    POINT,
    POLYGON,
    Column,
    Drawn,
    Facts,
    Flags,
    Ints,
    Telling,
    TileError,
    encode_layer,
)
from hatang.core.vector_tiles_few import draw_few

BUFFER = 64
DEEPEST = 24
SAME_UNITS = 4
CELL_UNITS = 32
MOST_LAT_DEG = 85.0511287798066
FEW_VERTICES = 200

__all__ = [
    "BUFFER",
    "CELL_UNITS",
    "EXTENT",
    "Column",
    "Drawn",
    "Facts",
    "Telling",
    "TileError",
    "draw_points",
    "draw_shapes",
    "encode_layer",
    "place_points",
    "place_world",
    "shapes_to_world",
    "thin_points",
    "tile_bounds",
    "to_world",
]

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


# Where a tile lies


def check_tile(z: int, x: int, y: int) -> None:
    """Raise TileError unless the tile exists: 0 <= z <= 24, 0 <= x, y < 2**z."""
    if not (0 <= z <= DEEPEST and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise TileError(f"there is no tile {z}/{x}/{y}")


def tile_bounds(z: int, x: int, y: int, *, buffer: int = 0) -> tuple[float, float, float, float]:
    """Give a tile's west, south, east, north in degrees, widened on each side by `buffer` of its 4096 units.

    Raises TileError where there is no such tile.

    >>> [round(side, 4) for side in tile_bounds(6, 50, 28)]
    [101.25, 16.6362, 106.875, 21.943]
    """
    check_tile(z, x, y)
    west, north = (x - buffer / EXTENT) / 2**z, (y - buffer / EXTENT) / 2**z
    east, south = (x + 1 + buffer / EXTENT) / 2**z, (y + 1 + buffer / EXTENT) / 2**z
    return west * 360 - 180, _lat_deg(south), east * 360 - 180, _lat_deg(north)


def _lat_deg(down: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))


def to_world(lon_lat: Floats) -> Floats:
    """Give Web Mercator on a square of side 1 with its corner in the north-west, from degrees, shape (n, 2).

    >>> to_world(np.array([[0.0, 0.0], [180.0, -85.0511287798066]])).round(6).tolist()
    [[0.5, 0.5], [1.0, 1.0]]
    """
    lat = np.radians(np.clip(lon_lat[:, 1], -MOST_LAT_DEG, MOST_LAT_DEG))
    return np.column_stack((lon_lat[:, 0] / 360 + 0.5, 0.5 - np.arctanh(np.sin(lat)) / (2 * np.pi)))


def shapes_to_world(shapes: Shapes) -> Shapes:
    """Give shapely shapes, taken in degrees, on the square of `to_world`; heights are dropped, as are lone wrappings.

    A collection of one line or polygon becomes that one: then no tile has to take it apart.
    """
    projected: Shapes = shapely.transform(shapes, to_world)
    lone = (shapely.get_num_geometries(projected) == 1) & (shapely.get_type_id(projected) > 3)
    projected[lone] = shapely.get_geometry(projected[lone], 0)
    return projected


# What a tile shows


def place_points(lon: Floats, lat: Floats, z: int, x: int, y: int, *, buffer: int = BUFFER) -> tuple[Ints, Ints]:
    """Give which points (degrees) fall on a tile or into its buffer, and where: index (k,), units (k, 2).

    >>> index, units = place_points(np.array([106.76, 0.0]), np.array([21.85, 0.0]), 6, 50, 28)
    >>> index.tolist(), units.tolist()
    ([0], [[4012, 73]])
    """
    return place_world(to_world(np.column_stack((lon, lat))), z, x, y, buffer=buffer)


def place_world(world: Floats, z: int, x: int, y: int, *, buffer: int = BUFFER) -> tuple[Ints, Ints]:
    """Do the same for points that are already on the square of `to_world`."""
    check_tile(z, x, y)
    units = np.rint((world * 2**z - (x, y)) * EXTENT)
    right, down = ((units >= -buffer) & (units <= EXTENT + buffer)).T
    inside = right & down
    index = np.flatnonzero(inside)
    return index, units[index].astype(np.int64)


def thin_points(units: Ints, ids: Ints, *, cell: int = CELL_UNITS) -> tuple[Ints, Ints]:
    """Keep the point of least id in each square of `cell` units; give its index and for how many it stands.

    >>> index, counts = thin_points(np.array([[1, 1], [5, 9], [900, 4]]), np.array([8, 7, 9]))
    >>> index.tolist(), counts.tolist()
    ([1, 2], [2, 1])
    """
    squares = units // cell
    squares -= squares.min(axis=0, initial=0)
    square = squares[:, 0] * (int(squares[:, 1].max(initial=0)) + 1) + squares[:, 1]
    counts = np.bincount(square)
    least = np.full(len(counts), np.iinfo(np.int64).max)
    np.minimum.at(least, square, ids)
    index = np.flatnonzero(ids == least[square])
    return index, counts[square[index]]


def draw_points(units: Ints, index: Ints | None = None) -> Drawn:
    """Give the commands of single points at units (n, 2); `index` says whose they are, in order when left out."""
    n = len(units)
    commands = np.empty((n, 3), np.int64)
    commands[:, 0] = 1 << 3 | MOVE
    commands[:, 1:] = _zigzag(units)
    owners = np.arange(n) if index is None else index
    return Drawn(owners, np.full(n, POINT), commands.ravel(), np.arange(0, 3 * n + 1, 3))


def draw_shapes(shapes: Shapes, z: int, x: int, y: int, *, buffer: int = BUFFER, same: int = SAME_UNITS) -> Drawn:
    """Clip lines and polygons on the square of `to_world` to a tile, bring them to its grid and give their commands.

    Of consecutive vertices in one square of `same` units one stays, the same for two neighbours, so that no gap opens;
    what is smaller than a unit goes. Exteriors wind clockwise on the screen, holes against it; each polygon is valid.
    Raises TileError for other shapes, and where there is no such tile.
    """
    check_tile(z, x, y)
    index, clipped = _clipped(shapes, z, x, y, buffer)
    parts, owner = _parts(clipped)
    if shapely.get_num_coordinates(parts).sum() <= FEW_VERTICES and (shapely.get_type_id(parts) == 3).all():
        few = draw_few(parts, index[owner], z, x, y, same=same)
        if few is not None:
            return few
    chains = _chains(parts, owner)
    units = np.rint((chains.points * 2**z - (x, y)) * EXTENT).astype(np.int64)
    chains = _mended(_wound(_reduced(chains.moved(units), same)))
    return _commands(chains, index)


def _clipped(shapes: Shapes, z: int, x: int, y: int, buffer: int) -> tuple[Ints, Shapes]:
    """Keep what touches the tile and is not tiny, cut where it crosses the buffer's edge."""
    margin = buffer / EXTENT
    west, north, east, south = (
        (x - margin) / 2**z,
        (y - margin) / 2**z,
        (x + 1 + margin) / 2**z,
        (y + 1 + margin) / 2**z,
    )
    box = shapely.bounds(shapes)
    touches = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= south) & (box[:, 3] >= north)
    tiny = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) * 2**z * EXTENT < 1
    index = np.flatnonzero(touches & ~tiny)
    kept, box = shapes[index], box[index]
    crosses = (box[:, 0] < west) | (box[:, 2] > east) | (box[:, 1] < north) | (box[:, 3] > south)
    kept[crosses] = _cut(kept[crosses], west, north, east, south)
    return index, kept


def _cut(shapes: Shapes, west: float, north: float, east: float, south: float) -> Shapes:
    """Cut shapes to a rectangle; what the quick way cannot cut is mended and cut slowly."""
    try:
        cut: Shapes = shapely.clip_by_rect(shapes, west, north, east, south)
    except shapely.GEOSException:
        valid = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
        cut = shapely.intersection(valid, shapely.box(west, north, east, south))
    return cut


def _parts(shapes: Shapes) -> tuple[Shapes, Ints]:
    """Part collections into single lines and polygons; a polygon's leftovers of less dimension go."""
    family = shapely.get_dimensions(shapes)
    parts, owner = _singled(shapes)
    if (shapely.get_type_id(parts) > 3).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    if (family == 0).any():
        raise TileError("points are placed by place_points")
    kept = (shapely.get_dimensions(parts) == family[owner]) & ~shapely.is_empty(parts)
    return parts[kept], owner[kept]


def _singled(shapes: Shapes) -> tuple[Shapes, Ints]:
    """Take apart what has parts, and say of which shape each is; what is single already is not copied."""
    several = shapely.get_type_id(shapes) > 3
    whole = np.flatnonzero(~several)
    if len(whole) == len(shapes):
        return shapes, whole
    parts, owner = shapely.get_parts(shapes[several], return_index=True)
    owner = np.concatenate((whole, np.flatnonzero(several)[owner]))
    order = np.argsort(owner, kind="stable")
    return np.concatenate((shapes[whole], parts))[order], owner[order]


@dataclass(frozen=True)
class _Chains:
    """Lines and rings one after another: their points, where each begins, whose it is, of which part, and its role."""

    points: NDArray[Any]
    starts: Ints
    owner: Ints
    part: Ints
    ring: Flags
    hole: Flags

    def moved(self, points: NDArray[Any]) -> _Chains:
        """Give the same chains with other points, one for one."""
        return _Chains(points, self.starts, self.owner, self.part, self.ring, self.hole)

    def chain_of(self) -> Ints:
        """Give for each point its chain."""
        return np.repeat(np.arange(len(self.owner)), np.diff(self.starts))

    def keeping(self, kept: Flags) -> _Chains:
        """Keep some of the points."""
        if kept.all():
            return self
        starts = np.concatenate(([0], np.cumsum(kept)))[self.starts]
        return _Chains(self.points[kept], starts, self.owner, self.part, self.ring, self.hole)

    def only(self, kept: Flags) -> _Chains:
        """Keep some of the chains."""
        if kept.all():
            return self
        starts = np.concatenate(([0], np.cumsum(np.diff(self.starts)[kept])))
        points = self.points[np.repeat(kept, np.diff(self.starts))]
        return _Chains(points, starts, self.owner[kept], self.part[kept], self.ring[kept], self.hole[kept])

    def before_and_after(self) -> tuple[Ints, Ints]:
        """Give for each point the positions of those before and after it, around the ring."""
        at = np.arange(len(self.points))
        before, after = at - 1, at + 1
        filled = np.diff(self.starts) > 0
        first, last = self.starts[:-1][filled], self.starts[1:][filled] - 1
        before[first], after[last] = last, first
        return before, after


def _chains(parts: Shapes, owner: Ints) -> _Chains:
    """Take lines and the rings of polygons apart; a ring's closing point goes."""
    area = shapely.get_dimensions(parts) == 2
    rings, of_area = shapely.get_rings(parts[area], return_index=True)
    lines, part = parts.copy(), np.arange(len(parts))
    if area.any():
        part = np.concatenate((np.flatnonzero(~area), np.flatnonzero(area)[of_area]))
        lines = np.concatenate((parts[~area], rings))
        order = np.argsort(part, kind="stable")
        part, lines = part[order], lines[order]
    ring = area[part]
    hole = ring & np.concatenate(([False], part[1:] == part[:-1]))[: len(part)]
    points = shapely.get_coordinates(lines)
    starts = np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(lines))))
    whole = _Chains(points, starts, owner[part], part, ring, hole)
    open_points = np.ones(len(points), np.bool_)
    open_points[starts[1:][ring] - 1] = False
    return whole.keeping(open_points)


def _reduced(chains: _Chains, same: int) -> _Chains:
    """Keep one of consecutive points in a square, whichever way they are walked, and none between two in line."""
    points, starts = chains.points, chains.starts
    if not len(points):
        return chains
    squares = points // same
    begins = np.ones(len(points), np.bool_)
    right, down = (squares[1:] != squares[:-1]).T
    begins[1:] = right | down
    begins[starts[:-1]] = True
    ends = ~chains.ring
    begins[starts[1:][ends] - 1] = True
    begins[np.minimum(starts[:-1][ends] + 1, starts[1:][ends] - 1)] = True
    run = np.flatnonzero(begins)
    least = np.minimum.reduceat(points[:, 0] << 32 | points[:, 1] + (1 << 31), run)
    chosen = np.column_stack((least >> 32, (least & 0xFFFFFFFF) - (1 << 31)))
    return _straightened(chains.keeping(begins).moved(chosen))


def _straightened(chains: _Chains) -> _Chains:
    """Leave out points that lie exactly between the one before and the one after, and repeated ones."""
    before, after = chains.before_and_after()
    x, y = chains.points.T
    back_x, back_y, on_x, on_y = x - x[before], y - y[before], x[after] - x, y[after] - y
    between = (back_x * on_y == back_y * on_x) & (back_x * on_x + back_y * on_y > 0)
    ends = ~chains.ring
    between[chains.starts[:-1][ends]] = False
    between[chains.starts[1:][ends] - 1] = False
    repeated = (back_x == 0) & (back_y == 0)
    repeated[chains.starts[:-1][ends]] = False
    return chains.keeping(~between & ~repeated)


def _wound(chains: _Chains) -> _Chains:
    """Drop lines of one point and rings without area, and wind exteriors clockwise on the screen, holes against it."""
    if not chains.ring.any():
        return chains.only(np.diff(chains.starts) > 1)
    _, after = chains.before_and_after()
    x, y = chains.points.T
    cross = x * y[after] - x[after] * y
    sums = np.concatenate(([0], np.cumsum(cross)))
    area = sums[chains.starts[1:]] - sums[chains.starts[:-1]]
    length = np.diff(chains.starts)
    kept = np.where(chains.ring, (np.abs(area) >= 2) & (length > 2), length > 1)
    gone = np.zeros(int(chains.part.max(initial=-1)) + 1, np.bool_)
    gone[chains.part[~kept & ~chains.hole]] = True
    kept &= ~(chains.hole & gone[chains.part])
    turned = chains.ring & ((area < 0) != chains.hole)
    if not turned.any():
        return chains.only(kept)
    chain = chains.chain_of()
    at = np.arange(len(chain))
    mirrored = (chains.starts[:-1] + chains.starts[1:] - 1)[chain] - at
    return chains.moved(chains.points[np.where(turned[chain], mirrored, at)]).only(kept)


def _mended(chains: _Chains) -> _Chains:
    """Replace polygons that cross themselves on the grid by valid ones."""
    if not chains.ring.any():
        return chains
    areas = chains.only(chains.ring)
    polygons = _polygons(areas)
    exteriors = ~areas.hole
    wrong = ~shapely.is_valid(polygons)
    if not wrong.any():
        return chains
    whole, owner = _areas(shapely.make_valid(polygons[wrong], method="structure", keep_collapsed=False))
    parts, inner = _areas(shapely.set_precision(whole, 1.0))
    anew = _chains(parts, areas.owner[exteriors][wrong][owner[inner]])
    anew = _wound(_straightened(anew.moved(np.rint(anew.points).astype(np.int64))))
    bad = np.isin(chains.part, areas.part[exteriors][wrong])
    return _joined(chains.only(~bad), anew)


def _areas(shapes: Shapes) -> tuple[Shapes, Ints]:
    """Give the single polygons in what a repair made, and of which shape each is."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    kept = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    return parts[kept], owner[kept]


def _polygons(areas: _Chains) -> Shapes:
    """Build the polygons of rings that begin with an exterior each."""
    length = np.diff(areas.starts)
    closed = np.insert(areas.points, areas.starts[1:], areas.points[areas.starts[:-1]], axis=0)
    rings = np.concatenate(([0], np.cumsum(length + 1)))
    polygons = np.append(np.flatnonzero(~areas.hole), len(length))
    built: Shapes = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, closed.astype(np.float64), (rings, polygons)
    )
    return built


def _joined(one: _Chains, other: _Chains) -> _Chains:
    """Put two sets of chains together, ordered by whose they are."""
    owner = np.concatenate((one.owner, other.owner))
    part = np.concatenate((one.part, other.part + one.part.max(initial=-1) + 1))
    ring, hole = np.concatenate((one.ring, other.ring)), np.concatenate((one.hole, other.hole))
    points = np.concatenate((one.points, other.points))
    length = np.concatenate((np.diff(one.starts), np.diff(other.starts)))
    begins = np.concatenate(([0], np.cumsum(length)))[:-1]
    order = np.lexsort((np.arange(len(owner)), owner))
    starts = np.concatenate(([0], np.cumsum(length[order])))
    taken = np.repeat(begins[order] - starts[:-1], length[order]) + np.arange(len(points))
    return _Chains(points[taken], starts, owner[order], part[order], ring[order], hole[order])


def _commands(chains: _Chains, index: Ints) -> Drawn:
    """Write chains as MoveTo, LineTo and ClosePath, a feature's first point from the corner, others from the last."""
    length = np.diff(chains.starts)
    sizes = 2 * length + 2 + chains.ring
    begins = np.concatenate(([0], np.cumsum(sizes)))
    first = np.concatenate(([True], chains.owner[1:] != chains.owner[:-1]))[: len(length)]
    steps = chains.points.copy()
    steps[1:] -= chains.points[:-1]
    steps[chains.starts[:-1][first]] = chains.points[chains.starts[:-1][first]]
    commands = np.empty(begins[-1], np.int64)
    commands[begins[:-1]] = 1 << 3 | MOVE
    commands[begins[:-1] + 3] = (length - 1) << 3 | DRAW
    commands[begins[1:][chains.ring] - 1] = CLOSE
    at = np.arange(len(steps)) - np.repeat(chains.starts[:-1], length)
    at = np.repeat(begins[:-1], length) + 2 * at + 2 - (at == 0)
    commands[at], commands[at + 1] = _zigzag(steps).T
    kinds = np.where(chains.ring, POLYGON, LINE)[first]
    starts = np.append(begins[:-1][first], begins[-1])
    return Drawn(index[chains.owner[first]], kinds, commands, starts)


def _zigzag(numbers: Ints) -> Ints:
    return numbers << 1 ^ numbers >> 63
