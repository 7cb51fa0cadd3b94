"""The digital map of a package: its villages, and points where infrastructure can stand, as GeoJSON and GeoPackage."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from hatang.pages.features import collection, feature, point
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place
from hatang.planning.services.packages.checks import Content
from hatang.planning.services.packages.offers import Spot

VILLAGES, SPOTS = "thon", "diem_dat_ha_tang"
FIELDS = {
    VILLAGES: ("ten", "ma", "xa", "so_ho", "dan_so", "dien_luoi", "luu_y"),
    SPOTS: ("ten", "loai", "xa", "phuong_an", "so_thon", "luu_y"),
}
WHOLE = {"so_ho", "dan_so", "so_thon"}


@dataclass(frozen=True)
class Layer:
    """A layer of points with the facts of each."""

    name: str
    places: list[tuple[float, float]]
    facts: list[dict[str, Any]]


def layers_of(content: Content) -> list[Layer]:
    """Give the two layers; a village without coordinates stands in the annex alone."""
    package = content.package
    placed = [v for v in content.villages if v.lon is not None and v.lat is not None]
    return [
        Layer(VILLAGES, [(float(v.lon or 0), float(v.lat or 0)) for v in placed], [_village(v) for v in placed]),
        Layer(SPOTS, [(s.lon, s.lat) for s in content.spots], [_spot(s, package.simulated) for s in content.spots]),
    ]


def _village(village: Place) -> dict[str, Any]:
    return {
        "ten": str(village),
        "ma": village.code,
        "xa": str(village.parent or ""),
        "so_ho": village.households,
        "dan_so": village.population,
        "dien_luoi": {True: "có", False: "chưa", None: ""}[village.has_grid_power],
        "luu_y": SIMULATED_LINE if village.simulated else "",
    }


def _spot(spot: Spot, simulated: bool) -> dict[str, Any]:
    return {
        "ten": spot.name,
        "loai": spot.kind,
        "xa": str(spot.commune),
        "phuong_an": "có" if spot.planned else "",
        "so_thon": len(spot.villages),
        "luu_y": SIMULATED_LINE if simulated or spot.simulated else "",
    }


def geojson(content: Content) -> bytes:
    """Write both layers as one collection (RFC 7946); `lop` names a feature's layer."""
    made = [
        feature(point(lon, lat), lop=layer.name, **facts)
        for layer in layers_of(content)
        for (lon, lat), facts in zip(layer.places, layer.facts, strict=True)
    ]
    named = collection(made) | {"name": content.package.title}
    return json.dumps(named, ensure_ascii=False).encode()


def geopackage(content: Content) -> bytes:
    """Write the layers as a GeoPackage (OGC 12-128)."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "goi.gpkg"
        for layer in layers_of(content):
            _append(path, layer)
        return path.read_bytes()


def _append(path: Path, layer: Layer) -> None:
    """Add a layer to the file, even one without points."""
    names = FIELDS[layer.name]
    columns = {name: [facts[name] for facts in layer.facts] for name in names}
    pyogrio.raw.write(
        path,
        geometry=np.asarray([shapely.to_wkb(shapely.Point(place)) for place in layer.places], dtype=object),
        field_data=[_array(name, values) for name, values in columns.items()],
        field_mask=[np.array([value is None for value in values], dtype=bool) for values in columns.values()],
        fields=list(names),
        layer=layer.name,
        driver="GPKG",
        append=path.exists(),
        geometry_type="Point",
        crs="EPSG:4326",
    )


def _array(name: str, values: Sequence[Any]) -> np.ndarray[Any, Any]:
    """Give a column as GDAL takes it."""
    if name in WHOLE:
        return np.array([value or 0 for value in values], dtype=np.int64)
    return np.array(values, dtype=object)


def shapes(content: Content) -> dict[str, Any]:
    """Give both layers for the page's map."""
    sorts = {VILLAGES: "kept", SPOTS: "candidates"}
    return collection(
        feature(point(lon, lat), name=facts["ten"], sort=sorts[layer.name])
        for layer in reversed(layers_of(content))
        for (lon, lat), facts in zip(layer.places, layer.facts, strict=True)
    )
