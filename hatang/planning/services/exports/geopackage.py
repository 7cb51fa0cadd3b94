"""A scenario as a GeoPackage (OGC 12-128): its works, its places, and lines from each work to what it serves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from hatang.pages.lists import SIMULATED_LINE
from hatang.planning.services.exports.content import Content

WORKS, PLACES, REACH = "cong_trinh", "noi", "phuc_vu"
TEXT, WHOLE, NUMBER = "text", "whole", "number"
WORK_FIELDS = (
    *(("so", WHOLE), ("loai", TEXT), ("doanh_nghiep", TEXT), ("cong_nghe", TEXT), ("nam", WHOLE), ("xa", TEXT)),
    *(("cao_m", NUMBER), ("nguon_dien", TEXT), ("truyen_dan", TEXT), ("truyen_dan_km", NUMBER), ("ket_cau", TEXT)),
    *(
        ("von_dong", WHOLE),
        ("chi_hang_nam_dong", WHOLE),
        ("nguon_von", TEXT),
        ("noi_them", WHOLE),
        ("nguoi_them", WHOLE),
    ),
    ("luu_y", TEXT),
)
PLACE_FIELDS = (
    *(("ten", TEXT), ("xa", TEXT), ("so_ho", WHOLE), ("dan_so", WHOLE), ("tinh_la", NUMBER)),
    *(("doanh_nghiep_hom_nay", WHOLE), ("trang_thai", TEXT), ("tu_nam", WHOLE), ("luu_y", TEXT)),
)
REACH_FIELDS = (("so", WHOLE), ("noi", TEXT), ("nam", WHOLE), ("moi_duoc", TEXT), ("luu_y", TEXT))


@dataclass(frozen=True)
class Layer:
    """A layer: the kind of its geometries, its fields with their kinds, and each feature with its values."""

    name: str
    geometry_type: str
    fields: Sequence[tuple[str, str]]
    features: Sequence[tuple[Any, Sequence[Any]]]


def geopackage(content: Content) -> bytes:
    """Write the layers."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "phuong-an.gpkg"
        for layer in (works(content), places(content), reach(content)):
            append(path, layer)
        return path.read_bytes()


def note(content: Content) -> str:
    """Give the mark of made-up data for each feature."""
    return SIMULATED_LINE if content.figures.simulated else ""


def works(content: Content) -> Layer:
    """Give the works as points."""
    features = []
    for work in content.figures.works:
        more, served = content.facts[work.pk], content.served_by(work)
        people = sum(place.people or 0 for place in served)
        facts = [
            *(work.number, work.kind_label, work.operator, work.technology, work.year, work.commune),
            *(more.height_m, more.get_power_display(), more.get_backhaul_display(), more.backhaul_km, work.structure),
            *(work.capital_vnd, work.yearly_vnd, content.sources_words(work), len(served), people, note(content)),
        ]
        features.append((shapely.Point(work.lon, work.lat), facts))
    return Layer(WORKS, "Point", WORK_FIELDS, features)


def places(content: Content) -> Layer:
    """Give the places that have coordinates, as points."""
    features = []
    for place in content.figures.places:
        if place.lon is None or place.lat is None:
            continue
        year = place.served_in if content.figures.is_new(place) else None
        facts = [
            *(place.name, place.commune, place.households, place.people, place.weight),
            *(place.operators_today, content.state_words(place), year, note(content)),
        ]
        features.append((shapely.Point(place.lon, place.lat), facts))
    return Layer(PLACES, "Point", PLACE_FIELDS, features)


def reach(content: Content) -> Layer:
    """Give a line from each work to each place that it serves."""
    known = {place.pk: place for place in content.figures.places if place.lon is not None and place.lat is not None}
    new = content.figures.new_places
    features = []
    for work in content.figures.works:
        for pk in content.figures.serves[work.pk]:
            if (place := known.get(pk)) is None:
                continue
            line = shapely.LineString([(work.lon, work.lat), (place.lon, place.lat)])
            is_new = "có" if pk in new else ""
            features.append((line, [work.number, place.name, work.year, is_new, note(content)]))
    return Layer(REACH, "LineString", REACH_FIELDS, features)


def append(path: Path, layer: Layer) -> None:
    """Add a layer to the file, even an empty one."""
    columns = [[facts[at] for _, facts in layer.features] for at in range(len(layer.fields))]
    pyogrio.raw.write(
        path,
        geometry=np.asarray([shapely.to_wkb(geometry) for geometry, _ in layer.features], dtype=object),
        field_data=[array(kind, values) for (_, kind), values in zip(layer.fields, columns, strict=True)],
        field_mask=[np.array([value is None for value in values], dtype=bool) for values in columns],
        fields=[name for name, _ in layer.fields],
        layer=layer.name,
        driver="GPKG",
        append=path.exists(),
        geometry_type=layer.geometry_type,
        crs="EPSG:4326",
        layer_options={"GEOMETRY_NAME": "geom", "FID": "fid"},
    )


def array(kind: str, values: Iterable[Any]) -> np.ndarray[Any, Any]:
    """Give a column as GDAL takes it; what is not there is masked."""
    if kind == WHOLE:
        return np.array([value or 0 for value in values], dtype=np.int64)
    if kind == NUMBER:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(list(values), dtype=object)
