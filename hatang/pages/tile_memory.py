"""What a process keeps between tiles: the points and outlines of a layer as of a known version, in arrays."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hatang.core.vector_tiles import (
    BUFFER,
    CELL_UNITS,
    EXTENT,
    Facts,
    Telling,
    draw_points,
    draw_shapes,
    encode_layer,
    place_world,
    thin_points,
)

MOST_VERTICES = 16_000_000

Ints = NDArray[np.int64]
Zxy = tuple[int, int, int]


class Memory:
    """Things of known size, of which the longest unused go when they are too large in all."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.things: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.lock = Lock()

    def get(self, key: Hashable) -> Any:
        """Give what is kept under the key, or None."""
        with self.lock:
            if key not in self.things:
                return None
            self.things.move_to_end(key)
            return self.things[key][0]

    def keep(self, key: Hashable, thing: Any, size: int) -> None:
        """Keep something; what alone is too large is not kept."""
        with self.lock:
            self.size -= self.things.pop(key, (None, 0))[1]
            if size > self.most:
                return
            self.things[key] = (thing, size)
            self.size += size
            while self.size > self.most:
                self.size -= self.things.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.things.clear()
            self.size = 0


@dataclass(frozen=True)
class Cloud:
    """Points from west to east, on the square of `core.vector_tiles.to_world`, and what they say."""

    keys: Ints
    ids: Ints
    world: NDArray[np.float64]
    facts: Facts
    size: int

    def on(self, z: int, x: int, y: int) -> tuple[Ints, Ints]:
        """Give which points lie on a tile or in its buffer, and their units."""
        margin = (BUFFER + 1) / EXTENT
        first, last = self.world[:, 0].searchsorted(((x - margin) / 2**z, (x + 1 + margin) / 2**z)).tolist()
        index, units = place_world(self.world[first:last], z, x, y)
        return index + first, units

    def tile(self, layer: str, zxy: Zxy, most: int | None) -> bytes:
        """Draw and encode a tile; of too many points the least key in each square stands for all there, and counts."""
        index, units = self.on(*zxy)
        if most is None or len(index) <= most:
            return encode_layer(layer, draw_points(units, index), ids=self.ids, properties=self.facts)
        kept, counts = thin_points(units, self.keys[index])
        facts = self.facts.picked(index[kept]).counted("count", counts)
        return encode_layer(layer, draw_points(units[kept]), ids=self.ids[index[kept]], properties=facts)


@dataclass(frozen=True)
class Outlines:
    """Lines and polygons on the square of `core.vector_tiles.to_world`, and what they say."""

    keys: Ints
    ids: Ints
    shapes: NDArray[np.object_]
    facts: Facts
    size: int

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Find shapes by their place."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """The box of each shape."""
        return shapely.bounds(self.shapes)  # type: ignore[no-any-return]

    def tile(self, layer: str, zxy: Zxy, most: int | None) -> bytes:
        """Draw and encode a tile; of too many lines one stands for the short ones in each square."""
        z, x, y = zxy
        margin = BUFFER / EXTENT
        box = shapely.box((x - margin) / 2**z, (y - margin) / 2**z, (x + 1 + margin) / 2**z, (y + 1 + margin) / 2**z)
        near = np.sort(self.tree.query(box))
        if most is not None and len(near) > most and shapely.get_dimensions(self.shapes[near[0]]) == 1:
            near = self.thinned(near, zxy)
        drawn = draw_shapes(self.shapes[near], *zxy)
        return encode_layer(layer, drawn, ids=self.ids[near], properties=self.facts.among(near))

    def thinned(self, near: Ints, zxy: Zxy) -> Ints:
        """Keep all lines that are as long as a square; of shorter ones whose middle shares a square, that of least key.

        They are too short there to be told apart, and would make tiles of many megabytes.
        """
        z, x, y = zxy
        west, north, east, south = self.boxes[near].T * 2**z * EXTENT
        short = np.maximum(east - west, south - north) < CELL_UNITS
        middle = np.column_stack(((west + east) / 2 - x * EXTENT, (north + south) / 2 - y * EXTENT))[short]
        kept, _ = thin_points(np.floor(middle).astype(np.int64), self.keys[near[short]])
        return np.sort(np.concatenate((near[~short], near[short][kept])))


class Gathering:
    """Rows of a layer as they are read, part by part."""

    def __init__(self, keys: Sequence[str], truths: Sequence[str]) -> None:
        self.telling = Telling(keys, truths)
        self.numbers: list[NDArray[np.int64]] = []
        self.places: list[NDArray[Any]] = []
        self.rows = self.vertices = 0

    @property
    def size(self) -> int:
        """How much memory it takes, in vertices of sixteen bytes: the places, the numbers, the different values."""
        return self.vertices + self.rows * (4 + len(self.telling.keys) // 4) + len(self.telling.values) * 8

    def take(self, columns: Mapping[str, Sequence[Any]], place: NDArray[Any]) -> None:
        """Take in the next rows, each with its point or shape."""
        self.numbers.append(np.array((columns["tile_pk"], columns["tile_id"]), np.int64))
        self.places.append(place)
        self.rows += len(place)
        self.vertices += len(place) if place.ndim == 2 else int(shapely.get_num_coordinates(place).sum())
        self.telling.take((columns[f"tile_{nth}"] for nth in range(len(self.telling.keys))), len(place))

    def things(self) -> Things | None:
        """Give all that came; None where nothing did."""
        if not self.rows:
            return None
        (keys, ids), place = np.concatenate(self.numbers, axis=1), np.concatenate(self.places)
        facts = self.telling.facts()
        points = place.ndim == 2
        order = np.argsort(place[:, 0] if points else keys)
        facts = Facts(facts.keys, facts.numbers[order], facts.values)
        if points:
            return Cloud(keys[order], ids[order], place[order], facts, self.size)
        return Outlines(keys[order], ids[order], place[order], facts, self.size)


Things = Cloud | Outlines
KEPT = Memory(MOST_VERTICES)
SPENT = Memory(most=1_000)
