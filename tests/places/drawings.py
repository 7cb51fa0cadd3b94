"""Boundary files for tests: made of rectangles, or real ones read or altered."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from shapely.geometry import mapping

from hatang.core.polygons import geodesic_area_km2, mended
from hatang.core.vector_files import Feature, VectorFile, open_vector
from hatang.places.models import Boundary, Place
from hatang.places.services.boundaries import Asked, BoundaryOutcome, Saved, check_boundaries, save_boundaries
from tests.places.conftest import TODAY


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """Make a feature."""
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def square(lon: float, lat: float, half: float = 0.02) -> Any:
    """Make a square about a point."""
    return shapely.box(lon - half, lat - half, lon + half, lat + half)


def bound(place: Place, shape: Any, **more: Any) -> Boundary:
    """Give a place a boundary."""
    whole = mended(shape).geometry
    return Boundary.objects.create(
        place=place,
        geometry=GEOSGeometry(memoryview(shapely.to_wkb(whole)), srid=4326),
        area_km2=geodesic_area_km2(whole),
        source="thử",
        known_from=timezone.now(),
        **more,
    )


def content_of(*features: dict[str, Any]) -> bytes:
    """Write features as GeoJSON."""
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def written_file(folder: Path, *features: dict[str, Any], name: str = "ranh-gioi.geojson") -> VectorFile:
    """Write features into a file and open it."""
    path = folder / name
    path.write_bytes(content_of(*features))
    return open_vector(path, polygons_only=True)


def features_of(path: Path) -> list[dict[str, Any]]:
    """Read the features of a real, gzipped GeoJSON."""
    with gzip.open(path) as file:
        return list(json.load(file)["features"])


def read_features(path: Path) -> list[Feature]:
    """Read the features as the reader gives them."""
    return list(open_vector(path, polygons_only=True).features())


def without(features: list[Feature], *names: str) -> list[Feature]:
    """Leave out properties."""
    return [replace(f, properties={k: v for k, v in f.properties.items() if k not in names}) for f in features]


def check(path: Path, **asked: Any) -> BoundaryOutcome:
    """Check a file as of today."""
    return check_boundaries(open_vector(path, polygons_only=True), asked=Asked(**asked), today=TODAY)


def save(file: VectorFile, *, source: str = "tệp thử", sha256: str = "a" * 64, **more: Any) -> Saved:
    """Save a file as of today."""
    asked = Asked(**{k: more.pop(k) for k in list(more) if k in Asked.__dataclass_fields__})
    return save_boundaries(file, asked=asked, today=TODAY, source=source, sha256=sha256, **more)


def counts(outcome: BoundaryOutcome) -> tuple[int, int, int, int]:
    """Give added, changed, unchanged, wrong."""
    added, changed, unchanged = (outcome.count(state) for state in ("added", "changed", "unchanged"))
    return added, changed, unchanged, outcome.wrong


def words(outcome: BoundaryOutcome, kind: str = "wrong") -> str:
    """Give one list as text."""
    return "\n".join(f"{f.place}: {f.what} {f.todo}" for f in outcome.told(kind))
