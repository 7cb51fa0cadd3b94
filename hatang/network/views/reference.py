"""What lies near a drawing, for the eye and to snap to: things and works that the person may see, and roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import Polygon

from hatang.network.kinds import TABLE, Kind
from hatang.network.models import Chamber, JointWork, Mast, Pole, Thing
from hatang.pages.features import collection, feature, simple
from hatang.places.services.roads import roads_near

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

Box = tuple[float, float, float, float]
MARGIN_DEG = 0.02
EACH_KIND = 150
POINTS = (Mast, Pole, Chamber)


def reference_for(person: Someone, box: Box, row: Thing) -> dict[str, Any]:
    """Give the lines and the points that lines follow, within some two kilometres of a box, as GeoJSON.

    Roads are cut at that distance; `sources` names whose they are, which the page must show beside the map.
    """
    west, south, east, north = box
    around = Polygon.from_bbox((west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG))
    around.srid = 4326
    kinds = [kind for kind in TABLE if kind.is_line or kind.model in POINTS]
    things = [found for kind in kinds for found in features(kind, person, around, row)]
    roads = roads_near(person, around)
    pieces = [feature(simple(piece)) for piece in roads.pieces]
    return {**collection([*things, *works(person, around), *pieces]), "sources": roads.sources}


def works(person: Someone, around: Polygon) -> list[dict[str, Any]]:
    """Give other sectors' works as bare shapes: where streets are dug, poles and ducts may run along."""
    rows = JointWork.objects.visible_to(person).filter(shape__bboverlaps=around)
    return [feature(simple(shape)) for shape in rows.order_by("pk").values_list("shape", flat=True)[:EACH_KIND]]


def features(kind: Kind, person: Someone, around: Polygon, row: Thing) -> list[dict[str, Any]]:
    """Give things of one kind as bare shapes."""
    rows = kind.objects.visible_to(person).filter(**{f"{kind.geometry}__bboverlaps": around})
    if type(row) is kind.model and row.pk:
        rows = rows.exclude(pk=row.pk)
    shapes = rows.order_by("pk").values_list(kind.geometry, flat=True)[:EACH_KIND]
    return [feature(simple(shape)) for shape in shapes]
