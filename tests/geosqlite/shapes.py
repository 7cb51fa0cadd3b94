"""Geometries for the comparison: a small integer world where things touch, overlap and coincide, and its oddities."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

WEST, SOUTH = 105, 20


def at(geometry: shapely.Geometry) -> shapely.Geometry:
    """Move the small world, 12 x 12 units, to the north of Viet Nam, a quarter degree a unit."""
    return shapely.transform(geometry, lambda c: c * 0.25 + (WEST, SOUTH))


def geos(geometry: shapely.Geometry, srid: int = 4326) -> GEOSGeometry:
    """Give it to GeoDjango."""
    return GEOSGeometry(shapely.to_wkb(geometry, hex=True, output_dimension=3), srid=srid)


def multi(geometry: GEOSGeometry) -> MultiPolygon:
    """Make one of several parts."""
    return geometry if geometry.geom_type == "MultiPolygon" else MultiPolygon(geometry, srid=geometry.srid)


WORLD = [
    "POINT (3 3)",
    "POINT (6 6)",
    "POINT (12 0)",
    "MULTIPOINT ((1 1), (3 3), (9 9))",
    "LINESTRING (0 0, 6 6)",
    "LINESTRING (3 0, 3 12)",
    "LINESTRING (0 0, 3 0, 3 3)",
    "MULTILINESTRING ((0 1, 6 1), (6 1, 6 7))",
    "POLYGON ((0 0, 6 0, 6 6, 0 6, 0 0))",
    "POLYGON ((6 0, 12 0, 12 6, 6 6, 6 0))",
    "POLYGON ((6 6, 9 6, 9 9, 6 9, 6 6))",
    "POLYGON ((1 1, 5 1, 5 5, 1 5, 1 1))",
    "POLYGON ((0 0, 6 0, 6 6, 0 6, 0 0), (2 2, 2 4, 4 4, 4 2, 2 2))",
    "POLYGON ((2 2, 4 2, 4 4, 2 4, 2 2))",
    "POLYGON ((3 -1, 9 -1, 9 7, 3 7, 3 -1))",
    "MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((2 2, 4 2, 4 4, 2 4, 2 2)))",
    "MULTIPOLYGON (((7 7, 11 7, 11 11, 7 11, 7 7), (8 8, 8 10, 10 10, 10 8, 8 8)))",
    "POLYGON ((0 0, 0 6, 6 6, 6 0, 0 0))",
]
EMPTY = ["POINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY", "MULTIPOLYGON EMPTY"]


def things() -> list[GEOSGeometry | None]:
    """List the small world, random shapes in it, empty ones and none."""
    random = np.random.default_rng(20)
    found = [at(shapely.from_wkt(text)) for text in WORLD]
    for _ in range(40):
        corner, size = random.integers(0, 10, 2), random.integers(1, 5, 2)
        found.append(at(shapely.box(*corner, *(corner + size))))
        found.append(at(shapely.Point(random.integers(0, 13, 2))))
        found.append(at(shapely.Point(random.uniform(0, 12, 2))))
        found.append(at(shapely.LineString(random.integers(0, 13, (3, 2)) + random.uniform(0, 0.5, (3, 2)))))
        star = shapely.MultiPoint(random.uniform(0, 12, (8, 2))).convex_hull
        found.append(at(star))
        found.append(at(star.difference(star.centroid.buffer(0.3, quad_segs=2))))
    return [*map(geos, found), *(geos(shapely.from_wkt(text)) for text in EMPTY), None]


def probes() -> list[GEOSGeometry]:
    """List what the things are compared with."""
    chosen = [WORLD[n] for n in (0, 3, 4, 7, 8, 10, 12, 13, 15, 16)]
    return [*(geos(at(shapely.from_wkt(text))) for text in chosen), geos(shapely.from_wkt("POLYGON EMPTY"))]


def communes(shared: Path, name: str) -> list[tuple[str, MultiPolygon]]:
    """Read real communes with their names."""
    with gzip.open(shared / "data/admin-2025" / f"{name}.geojson.gz") as file:
        features = json.load(file)["features"]
    shapes = [(f["properties"], shapely.geometry.shape(f["geometry"])) for f in features if f["geometry"]]
    return [(str(properties.get("name") or properties)[:80], multi(geos(shape))) for properties, shape in shapes]
