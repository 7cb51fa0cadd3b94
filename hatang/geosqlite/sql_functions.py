"""The functions that a connection knows: PostGIS's names, shapely's answers. NULL in gives NULL out."""

from __future__ import annotations

import sqlite3
from typing import Any

from hatang.geosqlite import aggregates, boxes, constructions, ewkb, geodesic, measures
from hatang.geosqlite.memory import Call, Memory
from hatang.geosqlite.predicates import RULES, relation
from hatang.geosqlite.transforms import transform


def register(connection: sqlite3.Connection) -> Memory:
    """Register every function and aggregate on a connection, with a memory of its own: no geometry is shared."""
    memory = Memory()

    def add(name: str, call: Call, *counts: int) -> None:
        for count in counts:
            connection.create_function(name, count, memory.guard(call), deterministic=True)

    for name, rule in RULES.items():
        connection.create_function(name, 2, relation(rule, memory), deterministic=True)
    for functions in (boxes.functions(), measures.functions(), constructions.FUNCTIONS, geodesic.FUNCTIONS):
        for name, (call, *counts) in functions.items():
            add(name, call, *counts)
    add("ST_Transform", transform, 2)
    connection.create_function("geosqlite_fault", 4, _fault, deterministic=True)
    for name, aggregate in aggregates.AGGREGATES.items():
        connection.create_aggregate(name, 1, aggregates.guarded(aggregate, memory))
    return memory


def _fault(value: Any, code: int, srid: int, dim: int) -> int:
    return 0 if value is None else ewkb.fault(value, code, srid, dim)
