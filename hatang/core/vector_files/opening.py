"""Open a vector file: tell its kind by its content, survey it once, then give its features in WGS 84."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hatang.core import legacy_vietnamese
from hatang.core.vector_files import crs as systems
from hatang.core.vector_files import geopackage, shapes, sources
from hatang.core.vector_files.crs import Extent, Frame
from hatang.core.vector_files.faults import Choice, Limits, ShapeError, VectorFileError, too_many_fields
from hatang.core.vector_files.geojson import GeoJsonReader
from hatang.core.vector_files.geopackage import GeoPackageReader
from hatang.core.vector_files.kml import KmlReader
from hatang.core.vector_files.raw import Facts, RawFeature, Reader, Value
from hatang.core.vector_files.shapefile import ShapefileReader
from hatang.core.vector_files.sources import Source, reading
from hatang.core.vietnamese import number

HELD = 2_000_000
SAMPLED_TEXTS = 2_000
MISREAD = "Chữ trong tệp từng bị đọc sai bảng mã: đã đọc lại theo {}; kiểm tra tên trong bảng xem trước."
KINDS = {"json": "GeoJSON", "gpkg": "GeoPackage", "kml": "KML", "shp": "Shapefile"}


@dataclass(frozen=True)
class Feature:
    """One feature: its number in the layer from 1, its attributes, its geometry in WGS 84 (lon, lat), remarks.

    `geometry` is None exactly where `fault` says in a Vietnamese sentence why it cannot be used; it may be invalid
    (see `polygons.mended`). Attributes are texts (NFC, no control characters), numbers, booleans or None; dates come
    as "2025-07-01", nested values as JSON text.
    """

    number: int
    properties: dict[str, Value]
    geometry: BaseGeometry | None
    notes: tuple[str, ...] = ()
    fault: str = ""


@dataclass
class Survey:
    """What the first walk through a layer found."""

    count: int = 0
    vertices: int = 0
    cells: int = 0
    bounds: list[tuple[float, float, float, float]] = field(default_factory=list)
    with_areas: bool = False
    texts: set[str] = field(default_factory=set)
    weight: int = 0
    held: list[RawFeature] | None = field(default_factory=list)


@dataclass(frozen=True)
class VectorFile:
    """A surveyed file: everything that can refuse the whole file has been checked, features may be read many times.

    `kind` is "GeoJSON", "GeoPackage", "KML" or "Shapefile"; `crs` names what the coordinates were in, as people do;
    `crs_assumed` is the sentence to show where the file itself did not say; `notes` are sentences about the whole file;
    `count` is the number of features, faulty ones included.
    """

    name: str
    kind: str
    layers: tuple[str, ...]
    layer: str
    crs: str
    crs_assumed: str
    fields: tuple[str, ...]
    encoding: str
    count: int
    notes: tuple[str, ...]
    reader: Reader = field(repr=False)
    frame: Frame = field(repr=False)
    held: tuple[RawFeature, ...] | None = field(repr=False)
    misread: str = ""
    polygons_only: bool = False

    def features(self) -> Iterator[Feature]:
        """Give every feature in the file's order; a bad one comes with its fault and stops nothing."""
        with reading(f"tệp “{self.name}”"):
            for raw in self.held if self.held is not None else self.reader.walk():
                yield settled(respelt(raw, self.misread), self.frame, self.polygons_only)


def open_vector(
    path: Path,
    *,
    name: str = "",
    max_bytes: int = 200_000_000,
    limits: Limits | None = None,
    crs: str | None = None,
    layer: str | None = None,
    expected: Extent | None = None,
    polygons_only: bool = False,
    beside: bool = False,
) -> VectorFile:
    """Open a .geojson/.json (also .gz), .gpkg, .kml, .kmz or zipped shapefile; its kind is told by content, not name.

    `name` is what the user calls the file (for messages). `crs` ("EPSG:9210") overrides what the file says. `layer`
    chooses among several. `expected` is where the features should lie (west, south, east, north in degrees): it helps
    to find a VN-2000 zone that the file does not name. With `polygons_only` points and lines are faults. `beside`
    lets a bare .shp read the .dbf, .prj and .cpg next to it (for commands, never for uploads).
    Raises VectorFileError with a Vietnamese sentence; where its `asks` is "crs" or "layer", open again with one of its
    `choices`.
    """
    name, limits = name or path.name, limits or Limits()
    source = sources.opened_source(path, name, max_bytes, limits)
    readers = readers_of(source, limits, beside)
    with reading(f"tệp “{name}”"):
        chosen, survey = chosen_layer(readers, layer, limits)
    reader = readers[chosen]
    frame, assumed = frame_of(reader.facts, survey, crs, expected, KINDS[kind_of(reader)])
    misread = legacy_vietnamese.mistaken(survey.texts)
    return VectorFile(
        name=name,
        kind=KINDS[kind_of(reader)],
        layers=tuple(readers),
        layer=chosen,
        crs=frame.label,
        crs_assumed=assumed,
        fields=tuple(reader.facts.fields),
        encoding=reader.facts.encoding,
        count=survey.count,
        notes=(*reader.facts.notes, *frame.notes, *([MISREAD.format(misread)] if misread else [])),
        reader=reader,
        frame=frame,
        held=None if survey.held is None else tuple(survey.held),
        misread=misread,
        polygons_only=polygons_only,
    )


def kind_of(reader: Reader) -> str:
    """Tell the kind of file that a reader reads."""
    return {GeoJsonReader: "json", GeoPackageReader: "gpkg", KmlReader: "kml"}.get(type(reader), "shp")


def readers_of(source: Source, limits: Limits, beside: bool) -> dict[str, Reader]:
    """Give a reader for each layer of a file, by the layer's name."""
    stem = PurePosixPath(source.name).stem
    with reading(f"tệp “{source.name}”"):
        if source.kind == "json":
            return {stem: GeoJsonReader(source, limits)}
        if source.kind == "kml":
            return {stem: KmlReader(source, limits)}
        if source.kind == "gpkg" and source.path:
            return of_geopackage(source.path, limits)
        if source.kind == "zip":
            return of_zip(source, limits)
        if source.path and beside:
            return {stem: ShapefileReader(sources.beside(source.path), limits)}
        return {stem: ShapefileReader({".shp": source}, limits)}


def of_geopackage(path: Path, limits: Limits) -> dict[str, Reader]:
    """Give a reader for each layer of a GeoPackage."""
    layers = geopackage.layers_of(path, limits)
    if not layers:
        raise VectorFileError("Tệp GeoPackage không có lớp đối tượng nào.", "Xuất lớp ranh giới vào tệp rồi tải lại.")
    return {table: GeoPackageReader(path, (table, column, srs), limits) for table, column, srs in layers}


def of_zip(source: Source, limits: Limits) -> dict[str, Reader]:
    """Give a reader for each shapefile, GeoJSON or KML in a zip; a zip of KML (KMZ) is its doc.kml, if it has one."""
    readers: dict[str, Reader] = {}
    suffixes: set[str] = set()
    groups = sources.zip_sources(source, limits)
    if ".kml" in groups.get("doc", {}):
        return {PurePosixPath(source.name).stem: KmlReader(groups["doc"][".kml"], limits)}
    for stem, parts in groups.items():
        suffixes |= set(parts)
        if ".shp" in parts:
            readers[stem] = ShapefileReader(parts, limits)
        for suffix in (".geojson", ".json"):
            if suffix in parts and ".shp" not in parts:
                readers[stem] = GeoJsonReader(parts[suffix], limits)
        if ".kml" in parts and stem not in readers:
            readers[stem] = KmlReader(parts[".kml"], limits)
    if not readers:
        raise VectorFileError(*nothing_in(suffixes))
    return readers


def nothing_in(suffixes: set[str]) -> tuple[str, str]:
    """Say what is missing from a zip without a layer."""
    if ".gpkg" in suffixes:
        return "GeoPackage nằm trong tệp nén.", "Giải nén rồi tải lên tệp .gpkg."
    if suffixes & {".dbf", ".shx", ".prj"}:
        return "Tệp nén thiếu tệp .shp.", "Nén cả .shp, .dbf, .prj và .cpg vào một tệp .zip."
    return "Tệp nén không có shapefile (.shp), GeoJSON hay KML nào.", sources.ACCEPTED


def chosen_layer(readers: dict[str, Reader], layer: str | None, limits: Limits) -> tuple[str, Survey]:
    """Give the layer asked for, the only one, or the only one with polygons, with its survey."""
    if layer is not None and layer not in readers:
        raise ask_layer(readers, f"Tệp không có lớp “{layer[:60]}”.")
    if layer is not None or len(readers) == 1:
        only = layer if layer is not None else next(iter(readers))
        return only, nonempty(survey_of(readers[only], limits))
    surveys = {name: survey_of(reader, limits) for name, reader in readers.items()}
    with_areas = [name for name, survey in surveys.items() if survey.with_areas]
    if len(with_areas) != 1:
        raise ask_layer({n: readers[n] for n in with_areas or readers}, f"Tệp có {number(len(readers))} lớp.")
    only = with_areas[0]
    readers[only].facts.notes[f"Tệp có {number(len(readers))} lớp; đọc lớp “{only}”, lớp duy nhất có vùng."] = None
    return only, surveys[only]


def ask_layer(readers: dict[str, Reader], message: str) -> VectorFileError:
    """Ask which layer to read."""
    names = ", ".join(f"“{name}”" for name in list(readers)[:10])
    return VectorFileError(
        message, f"Chọn một lớp: {names}.", asks="layer", choices=tuple(Choice(name, name) for name in readers)
    )


def nonempty(survey: Survey) -> Survey:
    """Refuse a layer without features."""
    if survey.count == 0:
        raise VectorFileError("Tệp không có đối tượng nào.", "Chọn tệp có ranh giới.")
    return survey


def survey_of(reader: Reader, limits: Limits) -> Survey:
    """Walk a layer once: count within the limits, note each feature's bounds, hold a small layer in memory."""
    survey = Survey()
    for raw in reader.walk():
        survey.count += 1
        if survey.count > limits.features:
            raise VectorFileError(f"Tệp có hơn {number(limits.features)} đối tượng.", "Chia theo tỉnh thành nhiều tệp.")
        if raw.geometry is not None and not raw.geometry.is_empty:
            note_geometry(survey, raw.geometry, limits)
        survey.cells += len(raw.properties)
        if survey.cells > limits.cells:
            raise VectorFileError(
                f"Bảng thuộc tính có hơn {number(limits.cells)} ô (số đối tượng × số trường).",
                "Bỏ các trường thừa, chỉ giữ mã và tên, hoặc chia theo tỉnh.",
            )
        hold(survey, raw)
        if len(reader.facts.fields) > limits.fields:
            raise too_many_fields(limits)
    return survey


def hold(survey: Survey, raw: RawFeature) -> None:
    """Keep a feature while the layer is small, and some of its texts, by which misread letters are told."""
    texts = [value for value in raw.properties.values() if isinstance(value, str)]
    if len(survey.texts) < SAMPLED_TEXTS:
        survey.texts.update(text[:200] for text in texts if not text.isascii())
    if survey.held is None:
        return
    survey.held.append(raw)
    survey.weight += len(raw.properties) + sum(map(len, texts)) // 8
    if survey.vertices + survey.weight > HELD:
        survey.held = None


def note_geometry(survey: Survey, geometry: BaseGeometry, limits: Limits) -> None:
    """Note a geometry's bounds and size."""
    survey.vertices += int(shapely.get_num_coordinates(geometry))
    if survey.vertices > limits.vertices:
        raise VectorFileError(
            f"Tệp có hơn {number(limits.vertices)} đỉnh.",
            "Giản lược đường biên (QGIS: Vector → Geometry → Simplify) hoặc chia theo tỉnh.",
        )
    with np.errstate(invalid="ignore"):
        survey.bounds.append(geometry.bounds)
    survey.with_areas |= geometry.geom_type in ("Polygon", "MultiPolygon", "GeometryCollection")


def frame_of(facts: Facts, survey: Survey, crs: str | None, expected: Extent | None, kind: str) -> tuple[Frame, str]:
    """Give the coordinate system, and the sentence to show where the file does not name it; ask where it cannot be."""
    in_degrees, extent = lie_of(survey)
    if crs:
        return as_chosen(systems.chosen(crs), in_degrees), "Hệ tọa độ do người dùng chọn."
    stated = systems.parsed(facts.crs) if facts.crs else None
    if facts.crs and stated is None:
        facts.notes[f"Không hiểu hệ tọa độ ghi trong tệp: “{' '.join(facts.crs.split())[:80]}”."] = None
    frame = systems.framed(stated) if stated else None
    if frame and (in_degrees is None or frame.projected != in_degrees):
        return frame, ""
    if in_degrees is False:
        raise ask_zone(extent, expected, frame)
    return in_degree_frame(frame, extent, kind)


def as_chosen(frame: Frame, in_degrees: bool | None) -> Frame:
    """Refuse a chosen system of metres for numbers that are degrees, and the other way round."""
    if in_degrees is not None and frame.projected == in_degrees:
        are, other = ("độ", "mét") if in_degrees else ("mét", "độ")
        raise VectorFileError(
            f"Hệ {frame.label} dùng {other} nhưng các số trong tệp là {are}.", "Chọn hệ tọa độ khác.", asks="crs"
        )
    return frame


def lie_of(survey: Survey) -> tuple[bool | None, Extent]:
    """Tell whether most features lie in degrees (None without any), and the extent of those that agree."""
    bounds = np.array(survey.bounds, dtype=np.float64).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return None, (0.0, 0.0, 0.0, 0.0)
    small = (np.abs(bounds) <= 361).all(axis=1)
    in_degrees = bool(small.mean() >= 0.5)
    agreeing = bounds[small == in_degrees]
    low, high = agreeing[:, :2].min(axis=0), agreeing[:, 2:].max(axis=0)
    return in_degrees, (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def in_degree_frame(stated: Frame | None, extent: Extent, kind: str) -> tuple[Frame, str]:
    """Give WGS 84 for degrees in or near Viet Nam, or in GeoJSON, where nothing else is stated; else ask."""
    wgs84 = systems.chosen("EPSG:4326")
    if stated:
        raise VectorFileError(
            f"Tệp ghi hệ tọa độ {stated.label} (mét) nhưng các số giống độ.",
            "Chọn đúng hệ tọa độ rồi đọc lại.",
            asks="crs",
            choices=DEGREES,
        )
    corners = np.array([extent[:2], extent[2:]])
    if shapes.within(corners, shapes.VIETNAM) or shapes.within(corners[:, ::-1], shapes.VIETNAM):
        return wgs84, f"{systems.ASSUMED} {systems.IF_VN2000}" if kind != "GeoJSON" else ""
    if kind == "GeoJSON":
        return wgs84, ""
    raise VectorFileError(
        "Tệp không ghi hệ tọa độ (thiếu .prj) và các số không nằm trong Việt Nam.",
        "Thêm tệp .prj hoặc chọn hệ tọa độ.",
        asks="crs",
        choices=DEGREES,
    )


DEGREES = (
    Choice("EPSG:4326", "EPSG:4326 WGS 84 (kinh độ, vĩ độ)"),
    Choice("EPSG:4756", "EPSG:4756 VN-2000 (kinh độ, vĩ độ)"),
)


def ask_zone(extent: Extent, expected: Extent | None, stated: Frame | None) -> VectorFileError:
    """Ask for the system of metres that the file does not name: the zones that fit, or what to look for."""
    said = f"Tệp ghi hệ {stated.label} nhưng các số" if stated else "Tệp không ghi hệ tọa độ; các số"
    zones = tuple(systems.fitting(extent, expected))
    if not zones:
        return VectorFileError(
            f"{said} không phải kinh độ, vĩ độ và không khớp múi VN-2000 nào.", systems.RIGHT_CODE, asks="crs"
        )
    best = f" Khớp nhất: {zones[0].label}." if expected else ""
    return VectorFileError(
        f"{said} là mét, khớp với {number(len(zones))} múi chiếu.{best}",
        "Chọn múi chiếu của tỉnh (kinh tuyến trục) rồi đọc lại.",
        asks="crs",
        choices=zones,
    )


def respelt(raw: RawFeature, misread: str) -> RawFeature:
    """Read a feature's texts again where the file's were read in the wrong encoding."""
    if not misread:
        return raw
    texts = {
        name: (legacy_vietnamese.corrected(value, misread) or value) if isinstance(value, str) else value
        for name, value in raw.properties.items()
    }
    return replace(raw, properties=texts)


def settled(raw: RawFeature, frame: Frame, polygons_only: bool) -> Feature:
    """Bring a feature into WGS 84 in two dimensions, or say why it cannot be."""
    notes = set(raw.notes)
    if raw.geometry is None:
        return Feature(raw.number, raw.properties, None, tuple(sorted(notes)), raw.fault)
    try:
        shape = shapes.simple(shapes.flattened(raw.geometry, notes), notes)
        if polygons_only and shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise ShapeError(f"Hình là {shapes.KINDS.get(shape.geom_type, shape.geom_type)}; cần vùng (Polygon).")
        shape = shapes.swapped(shape, frame.extent, notes)
        if frame.moves:
            shape = shapely.transform(shape, frame.to_wgs84)
        shape = shapes.on_earth(shape, notes)
    except ShapeError as fault:
        return Feature(raw.number, raw.properties, None, tuple(sorted(notes)), str(fault))
    return Feature(raw.number, raw.properties, shape, tuple(sorted(notes)))
