"""Aggregates over the rows of a group; NULL rows are left out, a group of nothing gives NULL."""

from __future__ import annotations

from typing import Any

import shapely

from hatang.geosqlite import ewkb
from hatang.geosqlite.constructions import collection
from hatang.geosqlite.memory import Memory


class Gathered:
    """The geometries of a group, all of one SRID."""

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self.srid: int | None = None

    def step(self, blob: bytes | None) -> None:
        """Take in a row."""
        if blob is None:
            return
        srid = ewkb.srid_of(blob)
        if self.srid not in (None, srid):
            raise ewkb.GeometryError(f"geometries of different SRID in one group: {self.srid} and {srid}")
        self.srid = srid
        self.parts.append(ewkb.read(blob))

    def finalize(self) -> Any:
        """Give the group's geometry."""
        return ewkb.write(self.result(), self.srid or 0) if self.parts else None

    def result(self) -> Any:
        """Make one geometry of the parts."""
        raise NotImplementedError


class Collect(Gathered):
    """All parts side by side."""

    def result(self) -> Any:
        """Put them together."""
        return collection(self.parts)


class Union(Gathered):
    """All parts dissolved into one."""

    def result(self) -> Any:
        """Dissolve them."""
        return shapely.union_all(self.parts)


class MakeLine(Gathered):
    """A line through points, and along lines, in the order of the rows."""

    def result(self) -> Any:
        """Join them."""
        flat = all(not shapely.has_z(part) for part in self.parts)
        coordinates = shapely.get_coordinates(self.parts, include_z=not flat)
        return shapely.linestrings(coordinates) if len(coordinates) > 1 else shapely.LineString()


class Extent:
    """The box of all parts."""

    def __init__(self) -> None:
        self.box: ewkb.Box | None = None

    def step(self, blob: bytes | None) -> None:
        """Take in a row."""
        box = None if blob is None else ewkb.box_of(ewkb.read(blob))
        if box is None:
            return
        a = self.box or box
        self.box = (min(a[0], box[0]), min(a[1], box[1]), max(a[2], box[2]), max(a[3], box[3]))

    def finalize(self) -> str | None:
        """Write the box as PostGIS does."""
        return None if self.box is None else "BOX({!r} {!r},{!r} {!r})".format(*self.box)


AGGREGATES: dict[str, type[Any]] = {
    "ST_Collect": Collect,
    "ST_Union": Union,
    "ST_MakeLine": MakeLine,
    "ST_Extent": Extent,
}


def guarded(aggregate: type[Any], memory: Memory) -> type[Any]:
    """Make an aggregate whose faults are told."""

    class Guarded(aggregate):  # type: ignore[misc]
        def step(self, blob: bytes | None) -> None:
            try:
                super().step(blob)
            except Exception as error:
                memory.fault = error
                raise

        def finalize(self) -> Any:
            try:
                return super().finalize()
            except Exception as error:
                memory.fault = error
                raise

    return Guarded
