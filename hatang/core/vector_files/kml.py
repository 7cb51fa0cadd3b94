"""KML (OGC 12-007r2, and what Google Earth writes of it) read as a stream: one Placemark in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, BinaryIO

import numpy as np
import shapely
from lxml import etree
from shapely.geometry.base import BaseGeometry

from hatang.core.vector_files.faults import Limits, ShapeError, VectorFileError
from hatang.core.vector_files.raw import Facts, RawFeature, Value, clean_properties
from hatang.core.vector_files.shapes import DEEPEST, FLATTENED, Numbers, checked, polygon
from hatang.core.vector_files.sources import Source, plain, root_name
from hatang.core.vietnamese import number

HEAD = 65_536
DEEPEST_ELEMENT = 60
MOST_ELEMENTS = 200_000
PIECE = 50_000
CONTAINERS = ("kml", "Document", "Folder")
PLAIN = ("name", "description", "address", "phoneNumber")
GEOMETRIES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack", "Model")
MULTIPLE: dict[str, Callable[[list[BaseGeometry]], BaseGeometry]] = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}
DECLARED = re.compile(rb"""<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
READABLE = re.compile(r"utf-?8|utf-?16|us-ascii|ascii|iso-?8859-[0-9]{1,2}|windows-125[0-9]|cp125[0-9]", re.IGNORECASE)
AFTER_COMMA = re.compile(r",\s+")
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
LONGEST_TABLE = 200_000
FROM_TABLE = "Thuộc tính lấy từ bảng trong phần mô tả (description)."
AGAIN = "Xuất lại tệp từ Google Earth hoặc QGIS."
FOLDER = "folder"
SEPARATOR = " / "


class Watched:
    """A stream that refuses one part of a document that takes too many bytes or elements."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self.stream, self.most = stream, limits.feature_bytes
        self.left_bytes, self.left_elements = self.most, MOST_ELEMENTS

    def read(self, size: int) -> bytes:
        """Give up to `size` bytes."""
        chunk = self.stream.read(size)
        self.left_bytes -= len(chunk)
        if self.left_bytes < 0:
            raise VectorFileError(
                f"Một đối tượng KML dài hơn {number(self.most / 1e6)} MB.", "Giản lược đường biên rồi tải lên lại."
            )
        return chunk

    def count(self) -> None:
        """Count an element of the part."""
        self.left_elements -= 1
        if self.left_elements < 0:
            raise VectorFileError(
                f"Một đối tượng KML có hơn {number(MOST_ELEMENTS)} phần tử.", "Chia thành nhiều đối tượng nhỏ hơn."
            )

    def renew(self) -> None:
        """Begin the next part."""
        self.left_bytes, self.left_elements = self.most, MOST_ELEMENTS


class KmlReader:
    """A KML document; folders are no layers but the attribute `folder`, their names from the outermost in."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source, self.limits = source, limits
        self.facts = Facts(crs="EPSG:4326", encoding=encoding_of(source))
        self.schemas: dict[str, dict[str, str]] = {}

    def walk(self) -> Iterator[RawFeature]:
        """Give every Placemark."""
        with closing(self.source.open()) as stream:
            try:
                yield from self.placemarks(Watched(stream, self.limits))
            except etree.XMLSyntaxError as error:
                raise broken(error) from error

    def placemarks(self, stream: Watched) -> Iterator[RawFeature]:
        """Walk the document, keeping the names of open folders and the schemas, dropping all else behind."""
        path: list[str] = []
        folders: list[str] = []
        count = links = 0
        for event, element in parsed(stream):
            if event == "start":
                enter(path, folders, element, stream)
                continue
            name = path.pop()
            if name == "Folder":
                folders.pop()
            if not path or path[-1] not in CONTAINERS:
                continue
            if name == "Placemark":
                count += 1
                yield self.built(count, element, folders)
            elif name == "name" and path[-1] == "Folder":
                folders[-1] = text_of(element)
            elif name == "Schema":
                self.note_schema(element)
            links += name == "NetworkLink"
            forget(element)
            stream.renew()
        if links and not count:
            raise VectorFileError("Tệp KML chỉ có liên kết tới nơi khác (NetworkLink), không có đối tượng.", AGAIN)

    def note_schema(self, element: Any) -> None:
        """Keep the types of a Schema's fields, under its id and its name."""
        fields = {f.get("name", ""): f.get("type", "string") for f in children(element, "SimpleField")}
        for key in {element.get("id"), element.get("name")} - {None}:
            self.schemas[key] = fields

    def built(self, count: int, element: Any, folders: list[str]) -> RawFeature:
        """Build one feature, or say why it cannot be."""
        notes: set[str] = set()
        properties = clean_properties(self.pairs_of(element, folders, notes), notes)
        self.facts.fields.update(dict.fromkeys(properties))
        try:
            shape = gathered([child for child in element if local(child) in GEOMETRIES], notes)
        except (ShapeError, OverflowError) as fault:
            return RawFeature(count, properties, None, frozenset(notes), str(fault))
        return RawFeature(count, properties, shape, frozenset(notes))

    def pairs_of(self, element: Any, folders: list[str], notes: set[str]) -> Iterator[tuple[str, Value]]:
        """Give a Placemark's attributes: its own, the folder, those of a table in its description, of ExtendedData."""
        own = {name: text_of(child) for name in PLAIN for child in children(element, name)}
        own |= {"id": element.get("id", ""), FOLDER: SEPARATOR.join(filter(None, folders))}
        if table := table_in(own.get("description", "")):
            notes.add(FROM_TABLE)
            own["description"] = ""
        yield from ((name, text) for name, text in own.items() if text)
        yield from table
        for extended in children(element, "ExtendedData"):
            yield from self.extended(extended)

    def extended(self, extended: Any) -> Iterator[tuple[str, Value]]:
        """Give the attributes of ExtendedData, those of a schema with its types."""
        for child in extended:
            name = local(child)
            if name == "Data":
                yield child.get("name", ""), next((text_of(value) for value in children(child, "value")), "")
            elif name == "SchemaData":
                types = self.schemas.get(child.get("schemaUrl", "").rpartition("#")[2], {})
                for field in children(child, "SimpleData"):
                    yield field.get("name", ""), typed(text_of(field), types.get(field.get("name", ""), "string"))
            elif len(child) == 0 and name:
                yield name, text_of(child)


def parsed(stream: Watched) -> Iterator[tuple[str, Any]]:
    """Give the events of an XML document; nothing outside it is opened, no entity is followed."""
    events: Iterator[tuple[str, Any]] = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return events


def enter(path: list[str], folders: list[str], element: Any, stream: Watched) -> None:
    """Step into an element."""
    stream.count()
    path.append(local(element))
    if path[-1] == "Folder":
        folders.append("")
    if len(path) > DEEPEST_ELEMENT:
        raise VectorFileError("Tệp KML lồng nhau quá sâu.", AGAIN)


def forget(element: Any) -> None:
    """Let go of what has been read."""
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def local(element: Any) -> str:
    """Give an element's name without its namespace, empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Any, name: str) -> Iterator[Any]:
    """Give the children of a name."""
    return (child for child in element if local(child) == name)


def text_of(element: Any) -> str:
    """Give an element's own text without blanks around."""
    return (element.text or "").strip()


def table_in(description: str) -> list[tuple[str, str]]:
    """Give the rows of two cells of an HTML table, in which ArcGIS and others write a feature's attributes.

    >>> table_in("<table><tr><th>Tên</th><th>Trị</th></tr><tr><td>MA</td><td> LS-01 </td></tr></table>")
    [('MA', 'LS-01')]
    """
    if "<td" not in description.lower() or len(description) > LONGEST_TABLE:
        return []
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    root = etree.fromstring(description.encode("utf-8", "replace"), parser)
    rows = [] if root is None else [row.findall("td") for row in root.iter("tr") if row.find(".//table") is None]
    texts = [tuple(" ".join("".join(cell.itertext()).split()) for cell in cells) for cells in rows if len(cells) == 2]
    return [(name, text) for name, text in texts if name]


def typed(text: str, kind: str) -> Value:
    """Give a value by its schema's type, as text where it is none of that type.

    >>> typed("12", "int"), typed("1.5", "double"), typed("1", "bool"), typed("a", "int"), typed("012", "string")
    (12, 1.5, True, 'a', '012')
    """
    if kind in ("int", "uint", "short", "ushort") and WHOLE.fullmatch(text):
        return int(text)
    if kind == "bool" and text.lower() in ("0", "1", "true", "false"):
        return text.lower() in ("1", "true")
    if kind in ("float", "double"):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def gathered(elements: list[Any], notes: set[str], depth: int = 0) -> BaseGeometry:
    """Give the geometry of one or several elements; a broken one is left out with a note while others remain."""
    if depth > DEEPEST:
        raise ShapeError("Tập hợp hình (MultiGeometry) lồng quá sâu.")
    parts: list[BaseGeometry] = []
    broken_ones: list[ShapeError] = []
    for element in elements:
        try:
            parts.extend(shapely.get_parts(shape_of(element, notes, depth)).tolist())
        except ShapeError as fault:
            broken_ones.append(fault)
    if not parts:
        raise broken_ones[0] if broken_ones else ShapeError("Không có hình (Placemark trống).")
    notes.update(f"Bỏ một mảnh: {fault}" for fault in broken_ones)
    kinds = {part.geom_type for part in parts}
    if len(parts) == 1:
        return parts[0]
    return MULTIPLE[kinds.pop()](parts) if len(kinds) == 1 else shapely.GeometryCollection(parts)


def shape_of(element: Any, notes: set[str], depth: int) -> BaseGeometry:
    """Build one geometry element."""
    name = local(element)
    if name == "MultiGeometry":
        return gathered([child for child in element if local(child) in GEOMETRIES], notes, depth + 1)
    if name == "Polygon":
        outer = [vertices_of(r, notes) for r in rings(element, "outerBoundaryIs")]
        return polygon([*outer[:1], *(vertices_of(r, notes) for r in rings(element, "innerBoundaryIs"))], notes)
    if name in ("LineString", "LinearRing", "Track"):
        points = track(element, notes) if name == "Track" else vertices_of(element, notes)
        if len(points) < 2:
            raise ShapeError("Đường có ít hơn 2 đỉnh.")
        return shapely.LineString(points)
    if name == "Point":
        points = vertices_of(element, notes)
        if len(points) > 1:
            raise ShapeError(f"Điểm có {number(len(points))} tọa độ; cần một.")
        return shapely.Point(points[0])
    raise ShapeError(f"Hình “{name}” không phải điểm, đường hay vùng.")


def rings(element: Any, side: str) -> Iterator[Any]:
    """Give the rings of a side of a polygon."""
    return (ring for boundary in children(element, side) for ring in children(boundary, "LinearRing"))


def vertices_of(element: Any, notes: set[str]) -> Numbers:
    """Give the (n, 2) vertices of an element's coordinates."""
    return positions(" ".join(text_of(child) for child in children(element, "coordinates")), notes)


def track(element: Any, notes: set[str]) -> Numbers:
    """Give the (n, 2) vertices of a track of Google Earth, whose numbers are parted by blanks."""
    return positions(" ".join(",".join(text_of(child).split()) for child in children(element, "coord")), notes)


def positions(text: str, notes: set[str]) -> Numbers:
    """Read "lon,lat[,height] lon,lat[,height] …"; heights other than 0 are dropped with a note.

    >>> positions("106.76,21.85,0 106.77, 21.86", set()).tolist()
    [[106.76, 21.85], [106.77, 21.86]]
    >>> positions("106,76 21,85 1", set())
    Traceback (most recent call last):
    hatang.core.vector_files.faults.ShapeError: Đỉnh 3 ghi “1”; cần kinh độ,vĩ độ, số thập phân dùng dấu chấm.
    """
    written = AFTER_COMMA.sub(",", text).split()
    if not written:
        raise ShapeError("Không có tọa độ.")
    pieces = [vertices_at(written, start, notes) for start in range(0, len(written), PIECE)]
    return checked(np.concatenate(pieces))


def vertices_at(written: list[str], start: int, notes: set[str]) -> Numbers:
    """Read one piece of the positions; a long line is not split whole, so that it fits in memory."""
    split = [vertex.split(",") for vertex in written[start : start + PIECE]]
    try:
        if not {len(parts) for parts in split} <= {2, 3}:
            raise ValueError
        points = [(float(parts[0]), float(parts[1])) for parts in split]
        heights = [float(parts[2]) for parts in split if len(parts) > 2]
    except ValueError as error:
        odd = next(at for at, parts in enumerate(split) if not (len(parts) in (2, 3) and all(map(is_number, parts))))
        raise ShapeError(
            f"Đỉnh {number(start + odd + 1)} ghi “{written[start + odd][:40]}”; "
            "cần kinh độ,vĩ độ, số thập phân dùng dấu chấm."
        ) from error
    if any(heights):
        notes.add(FLATTENED)
    return np.array(points, dtype=np.float64)


def is_number(text: str) -> bool:
    """Tell whether a text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def encoding_of(source: Source) -> str:
    """Prove a document's first bytes before a parser sees them: KML, no document type, an encoding that we read."""
    with closing(source.open()) as stream:
        head = stream.read(HEAD)
    text = plain(head)
    if root_name(text) != "kml":
        raise VectorFileError(
            f"Nội dung tệp “{source.name}” không phải KML, hoặc có khai báo DTD không an toàn.", AGAIN
        )
    declared = DECLARED.match(text)
    encoding = declared[1].decode() if declared else "UTF-8"
    if not READABLE.fullmatch(encoding):
        raise VectorFileError(f"Tệp KML dùng bảng mã “{encoding}” không đọc được.", "Lưu lại với bảng mã UTF-8.")
    return encoding.upper() if encoding.lower().startswith("utf") else encoding


def broken(error: Any) -> VectorFileError:
    """Give the error for a document that is no XML, at its line."""
    line = number(error.lineno or 0)
    if "huge" in str(error).lower():
        return VectorFileError(f"Tệp KML có một đoạn dài hơn 10 MB ở dòng {line}.", "Giản lược đường biên rồi tải lại.")
    if "encod" in str(error).lower() or "invalid byte" in str(error).lower():
        return VectorFileError(f"Tệp KML có chữ không đúng bảng mã ở dòng {line}.", "Lưu lại với bảng mã UTF-8.")
    return VectorFileError(f"Tệp KML bị cắt cụt, hoặc sai cú pháp XML, ở dòng {line}.", AGAIN)
