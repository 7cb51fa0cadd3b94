"""Roads near a place on the map, cut to what is near, with whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from django.contrib.gis.geos import LineString, Polygon

from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Road

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

MOST = 300
"""Roads that are given at once: a page must stay light."""


@dataclass(frozen=True)
class RoadsNear:
    """The pieces of roads inside a box, in WGS 84, and the sources to be named beside them."""

    pieces: list[LineString]
    sources: list[str]


def roads_near(person: AbstractBaseUser | AnonymousUser, box: Polygon) -> RoadsNear:
    """Give the roads through a box (WGS 84), at most 300 of them, cut at its edges; one query."""
    rows = list(Road.objects.visible_to(person).through(box).order_by("pk")[:MOST])
    edges = box.extent
    pieces = [piece for row in rows for piece in cut(row.path, edges)]
    return RoadsNear(pieces, sorted({source_words(row) for row in rows}))


def cut(path: LineString, edges: tuple[float, float, float, float]) -> list[LineString]:
    """Cut a line at the edges of a box (west, south, east, north in degrees)."""
    inside = shapely.clip_by_rect(shapely.from_wkb(bytes(path.wkb)), *edges)
    return [LineString(list(part.coords), srid=path.srid) for part in shapely.get_parts(inside) if part.length > 0]


def source_words(road: Road) -> str:
    """Name a road's source with its licence, and whether it is made up."""
    mark = f", {SIMULATED_LINE}" if road.simulated else ""
    return f"{road.source} ({road.licence}){mark}"
