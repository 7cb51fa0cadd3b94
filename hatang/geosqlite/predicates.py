"""Relations between two geometries. One side mostly stays the same from row to row, and the other is mostly a point."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shapely import lib

from hatang.geosqlite import ewkb
from hatang.geosqlite.measures import same_srid
from hatang.geosqlite.memory import LOOK_CLOSER, SIDE, Memory, Remembered

Relation = Callable[[bytes | None, bytes | None], Any]
_coordinates_of = struct.Struct("<dd").unpack_from


@dataclass(frozen=True)
class Rule:
    """How a relation is asked of GEOS: region first. `of_point` answers for a point by its coordinates."""

    ask: Any
    of_point: Any = None
    negated: bool = False
    region_first: bool = False


RULES = {
    "ST_Within": Rule(lib.contains, lib.contains_xy),
    "ST_CoveredBy": Rule(lib.covers, lib.intersects_xy),
    "ST_Contains": Rule(lib.contains, lib.contains_xy, region_first=True),
    "ST_Covers": Rule(lib.covers, lib.intersects_xy, region_first=True),
    "ST_ContainsProperly": Rule(lib.contains_properly, lib.contains_xy, region_first=True),
    "ST_Intersects": Rule(lib.intersects, lib.intersects_xy),
    "ST_Disjoint": Rule(lib.disjoint, lib.intersects_xy, negated=True),
    "ST_Touches": Rule(lib.touches),
    "ST_Crosses": Rule(lib.crosses, region_first=True),
    "ST_Overlaps": Rule(lib.overlaps),
    "ST_Equals": Rule(lib.equals, region_first=True),
}


def relation(rule: Rule, memory: Memory) -> Relation:
    """Make the function of one connection. The shortest way is that of a point and a region asked about before.

    The region is a geometry, or the number under which the connection holds one for the statement that is running.
    """
    last, other = Remembered(), Remembered()
    held, ask, of_point, negated = memory.held, rule.ask, rule.of_point, rule.negated

    def slowly(item: bytes, region: Remembered) -> bool:
        same_srid(item, region.blob or b"")
        region.count()
        return bool(ask(region.geometry, other.read(item)))

    def call(item: bytes | None, given: bytes | int | None) -> Any:
        if item is None or given is None:
            return None
        try:
            if isinstance(given, int):
                region = held[given]
            else:
                region = last
                region.read(given)
            if of_point is None or item[:9] != region.point_head or len(item) != ewkb.POINT_BYTES:
                return slowly(item, region)
            x, y = _coordinates_of(item, 9)
            if region.grid is None:
                region.count()
                return bool(of_point(region.geometry, x, y)) is not negated
            minx, miny, maxx, maxy, per_x, per_y, cells = region.grid
            if not (minx <= x <= maxx and miny <= y <= maxy):
                return negated
            found = cells[int((x - minx) * per_x) + SIDE * int((y - miny) * per_y)]
            return (bool(of_point(region.geometry, x, y)) if found == LOOK_CLOSER else found == 1) is not negated
        except Exception as error:
            memory.fault = error
            raise

    return (lambda a, b: call(b, a)) if rule.region_first else call
