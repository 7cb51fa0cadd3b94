"""Make vector files, good and bad: by GDAL, by zipfile, or byte by byte."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

DONG_DANG = shapely.Polygon([(106.6, 21.9), (106.7, 21.9), (106.7, 22.0), (106.6, 22.0)])
KY_LUA = shapely.Polygon([(106.7, 21.9), (106.8, 21.9), (106.8, 22.0), (106.7, 22.0)])
UNITS = {"05977": ("Kỳ Lừa", KY_LUA), "06181": ("Đồng Đăng", DONG_DANG)}


def collection(*features: object, **members: object) -> bytes:
    """Give a FeatureCollection; geometries become features with a code."""
    ready = [isinstance(f, dict) and f.get("type") == "Feature" for f in features]
    made = [f if done else feature(f, ma="1") for f, done in zip(features, ready, strict=True)]
    return json.dumps({"type": "FeatureCollection", **members, "features": made}).encode()


def feature(geometry: object, **properties: object) -> dict[str, Any]:
    """Give a feature as GeoJSON has it."""
    shape = json.loads(shapely.to_geojson(geometry)) if isinstance(geometry, BaseGeometry) else geometry
    return {"type": "Feature", "properties": properties, "geometry": shape}


def ring(*points: Sequence[float]) -> dict[str, Any]:
    """Give a polygon of one ring as GeoJSON has it, with whatever positions."""
    return {"type": "Polygon", "coordinates": [list(points)]}


def write(
    path: Path,
    shapes: Sequence[BaseGeometry | None],
    *,
    crs: str | None = "EPSG:4326",
    texts: Mapping[str, Sequence[object]] | None = None,
    **options: Any,
) -> Path:
    """Write a layer with GDAL."""
    texts = texts if texts is not None else {"ma": [str(i) for i in range(len(shapes))]}
    geometry = np.array([s if s is None else shapely.to_wkb(s) for s in shapes], dtype=object)
    columns = [np.array(column, dtype=object) for column in texts.values()]
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}[path.suffix]
    kinds = {s.geom_type for s in shapes if s is not None}
    options.setdefault("geometry_type", kinds.pop() if len(kinds) == 1 else "Unknown")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(path, geometry, columns, list(texts), driver=driver, crs=crs, **options)
    return path


def packed(folder: Path, target: Path, without: Sequence[str] = (), under: str = "", **more: bytes) -> Path:
    """Zip a folder's files, but for some suffixes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(folder.iterdir()):
            if path.suffix not in without and path != target:
                package.write(path, under + path.name)
        for suffix, content in more.items():
            package.writestr(f"{under}{next(folder.iterdir()).stem}.{suffix}", content)
    return target


def dbf(names: Sequence[bytes], rows: Sequence[Sequence[bytes]], width: int = 40) -> bytes:
    """Write a dBASE table of texts, in whatever encoding."""
    size = 1 + width * len(names)
    head = struct.pack("<4BIHH20x", 3, 125, 7, 1, len(rows), 33 + 32 * len(names), size)
    fields = b"".join(struct.pack("<11sc4xBB14x", name, b"C", width, 0) for name in names)
    body = b"".join(b" " + b"".join(cell.ljust(width) for cell in row) for row in rows)
    return head + fields + b"\r" + body + b"\x1a"


def shp(shapes: Sequence[Sequence[Sequence[tuple[float, float]]]]) -> bytes:
    """Write polygons, each a list of rings as they are, closed or not, whichever way they turn."""
    records = io.BytesIO()
    for count, rings in enumerate(shapes, start=1):
        points = [p for r in rings for p in r]
        starts = np.cumsum([0, *(len(r) for r in rings[:-1])])
        body = struct.pack("<i4d2i", 5, 0, 0, 0, 0, len(rings), len(points))
        body += starts.astype("<i4").tobytes() + np.array(points, "<f8").tobytes()
        records.write(struct.pack(">2i", count, len(body) // 2) + body)
    content = records.getvalue()
    return (
        struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(content)) // 2)
        + struct.pack("<2i8d", 1000, 5, *[0] * 8)
        + content
    )


def zipped(**parts: bytes) -> bytes:
    """Zip parts of a shapefile called xa."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for suffix, content in parts.items():
            package.writestr(f"xa.{suffix}", content)
    return target.getvalue()
