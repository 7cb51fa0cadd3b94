"""Boxes of geometries and their comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hatang.geosqlite import ewkb
from hatang.geosqlite.ewkb import Box
from hatang.geosqlite.reach import reach

MINX, MINY, MAXX, MAXY = range(4)
REACHED = ("minx", "miny", "maxx", "maxy")

COMPARISONS: dict[str, Callable[[Box, Box], bool]] = {
    "bboverlaps": lambda a, b: a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3],
    "bbcontains": lambda a, b: a[0] <= b[0] and a[2] >= b[2] and a[1] <= b[1] and a[3] >= b[3],
    "contained": lambda a, b: b[0] <= a[0] and b[2] >= a[2] and b[1] <= a[1] and b[3] >= a[3],
    "overlaps_left": lambda a, b: a[2] <= b[2],
    "overlaps_right": lambda a, b: a[0] >= b[0],
    "overlaps_below": lambda a, b: a[3] <= b[3],
    "overlaps_above": lambda a, b: a[1] >= b[1],
    "left": lambda a, b: a[2] < b[0],
    "right": lambda a, b: a[0] > b[2],
    "strictly_below": lambda a, b: a[3] < b[1],
    "strictly_above": lambda a, b: a[1] > b[3],
}


class BoxMemory:
    """The box of the last geometry: a trigger asks for its four sides one after another."""

    def __init__(self) -> None:
        self.blob: bytes | None = None
        self.box: Box | None = None

    def read(self, blob: bytes) -> Box | None:
        """Give the box; None where the geometry is empty."""
        if ewkb.is_point(blob):
            x, y = ewkb.unpack_point(blob)[3:]
            return (x, y, x, y) if x == x else None
        if blob != self.blob:
            self.box = ewkb.box_of(ewkb.read(blob))
            self.blob = blob
        return self.box


def functions() -> dict[str, tuple[Any, int]]:
    """Make the functions of one connection."""
    memory, other = BoxMemory(), BoxMemory()

    def side(number: int) -> Callable[[bytes], float | None]:
        def call(blob: bytes) -> float | None:
            box = memory.read(blob)
            return box[number] if box else None

        return call

    def comparison(compare: Callable[[Box, Box], bool]) -> Callable[[bytes, bytes], bool]:
        def call(a: bytes, b: bytes) -> bool:
            one, two = memory.read(a), other.read(b)
            return one is not None and two is not None and compare(one, two)

        return call

    def reached(number: int) -> Callable[[bytes, float], float | None]:
        def call(blob: bytes, metres: float) -> float | None:
            box = memory.read(blob)
            return reach(box, float(metres))[number] if box else None

        return call

    sides = {"ST_XMin": MINX, "ST_YMin": MINY, "ST_XMax": MAXX, "ST_YMax": MAXY}
    made: dict[str, tuple[Any, int]] = {name: (side(number), 1) for name, number in sides.items()}
    made |= {f"geosqlite_reach_{REACHED[number]}": (reached(number), 2) for name, number in sides.items()}
    made |= {f"geosqlite_{name}": (comparison(compare), 2) for name, compare in COMPARISONS.items()}
    made["geosqlite_same_box"] = (lambda a, b: memory.read(a) == other.read(b), 2)
    return made
