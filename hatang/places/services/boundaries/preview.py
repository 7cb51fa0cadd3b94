"""A small drawing of what a file brings, for the page that asks whether to save it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from hatang.places.services.boundaries.outcome import BoundaryOutcome, Drawn

WIDTH = 640
TALLEST = 900
STATES = ("unchanged", "changed", "added")
MARKED = ("wrong", "foreign", "overlap", "gap")
MOST_MARKS = 200
COUNTRY_HEIGHT_DEG = 8.0
EAST_OF_ISLANDS = 116.5
ISLANDS = (("Quần đảo Hoàng Sa (Việt Nam)", 112.0, 16.5), ("Quần đảo Trường Sa (Việt Nam)", 114.0, 9.6))


class Frame:
    """Turns degrees into whole units of a drawing, north up, true to shape in the middle."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self.west, self.north = west, north
        self.narrow = math.cos(math.radians((south + north) / 2))
        wide, tall = max((east - west) * self.narrow, 1e-6), max(north - south, 1e-6)
        self.scale = min(WIDTH / wide, TALLEST / tall)
        self.width, self.height = math.ceil(wide * self.scale), math.ceil(tall * self.scale)

    def place(self, lonlat: Any) -> Any:
        """Give units for coordinates (n, 2)."""
        return np.column_stack(
            [(lonlat[:, 0] - self.west) * self.narrow * self.scale, (self.north - lonlat[:, 1]) * self.scale]
        )

    def spot(self, lon: float, lat: float) -> tuple[int, int]:
        """Give units for one point."""
        x, y = self.place(np.array([[lon, lat]]))[0]
        return round(x), round(y)


def preview_of(outcome: BoundaryOutcome) -> dict[str, Any]:
    """Give the drawing's size, one path for each state, and marks where something is doubtful; plain JSON."""
    shapes = [d.geometry for d in outcome.drawn]
    if not shapes:
        return {}
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    country = north - south > COUNTRY_HEIGHT_DEG
    frame = Frame(west, south, max(east, EAST_OF_ISLANDS) if country else east, north)
    return {
        "width": frame.width,
        "height": frame.height,
        "paths": {state: path_of([d for d in outcome.drawn if d.state == state], frame) for state in STATES},
        "marks": marks_of(outcome, frame),
        "names": [(name, *frame.spot(lon, lat)) for name, lon, lat in ISLANDS] if country else [],
    }


def path_of(drawn: Sequence[Drawn], frame: Frame) -> str:
    """Write polygons as one path in whole units; rings that shrink to a spot are left out."""
    words = []
    for d in drawn:
        flat = shapely.simplify(shapely.transform(d.geometry, frame.place), 0.7)
        for ring in rings_of(flat):
            points = np.rint(shapely.get_coordinates(ring)).astype(int)
            points = points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]]
            if len(points) > 3:
                words.append("M" + " ".join(f"{x} {y}" for x, y in points[:-1]) + "z")
    return "".join(words)


def rings_of(geometry: Any) -> list[Any]:
    """Give all rings of polygons."""
    return list(shapely.get_rings(shapely.get_parts(geometry)))


def marks_of(outcome: BoundaryOutcome, frame: Frame) -> list[tuple[str, int, int]]:
    """Give the spots of what is doubtful."""
    lines = [f for kind in MARKED for f in outcome.told(kind) if f.lon is not None and f.lat is not None]
    return [(f.kind, *frame.spot(f.lon or 0.0, f.lat or 0.0)) for f in lines[:MOST_MARKS]]
