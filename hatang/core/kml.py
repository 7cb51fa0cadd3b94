"""Write KML (OGC 12-007r2) for Google Earth, QGIS and phones: features with name, description, attributes and style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Value = str | int | float | bool | None

NAMESPACE = "http://www.opengis.net/kml/2.2"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Style:
    """How features look: colour "#rrggbb" of lines, borders and icons, width in pixels, how opaque areas are (0-100).

    `icon` is the address of a picture for points; without one a viewer draws its own.
    """

    name: str
    colour: str
    width_px: float = 2.0
    fill_percent: float = 30.0
    icon: str = ""

    def __post_init__(self) -> None:
        """Refuse what no viewer draws."""
        if not COLOUR.fullmatch(self.colour) or not 0 <= self.fill_percent <= 100 or not self.width_px >= 0:
            raise ValueError(f"Kiểu vẽ “{self.name}” sai: cần màu #rrggbb, độ đậm 0–100, bề rộng không âm.")


@dataclass(frozen=True)
class Placemark:
    """One feature: its geometry in WGS 84 (lon, lat), its attributes, the name of its style and of its folder.

    `labels` are the names by which people read attributes, where they differ from their own.
    """

    name: str
    geometry: BaseGeometry
    description: str = ""
    data: Mapping[str, Value] = field(default_factory=dict)
    style: str = ""
    folder: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def kml_document(
    name: str, placemarks: Iterable[Placemark], *, styles: Sequence[Style] = (), description: str = ""
) -> bytes:
    """Give the bytes of a KML document; features that follow one another in one folder stand in one Folder.

    Attributes that are None are left out. Raises ValueError for an empty geometry or a style that is not there.

    >>> page = kml_document("Trạm <2G>", [Placemark("LS-01", shapely.Point(106.76, 21.85), data={"cao_m": 45})])
    >>> [line.strip() for line in page.decode().splitlines() if "oint" in line or "Data " in line or "Trạm" in line]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['<name>Trạm &lt;2G&gt;</name>', '<Data name="cao_m"><value>45</value></Data>',
     '<Point><coordinates>106.76,21.85</coordinates></Point>']
    """
    known = {style.name for style in styles}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<kml xmlns="{NAMESPACE}">', "<Document>"]
    lines += [element("name", name), *([element("description", description)] if description else [])]
    for style in styles:
        lines += style_lines(style)
    for folder, members in groupby(placemarks, key=lambda placemark: placemark.folder):
        lines += ["<Folder>", element("name", folder)] if folder else []
        for placemark in members:
            lines += placemark_lines(placemark, known)
        lines += ["</Folder>"] if folder else []
    return "\n".join([*lines, "</Document>", "</kml>", ""]).encode()


def style_lines(style: Style) -> Iterator[str]:
    """Write a style that features share."""
    solid = kml_colour(style.colour, 100)
    yield f'<Style id="{clean(style.name)}">'
    icon = f"<Icon>{element('href', style.icon)}</Icon>" if style.icon else ""
    yield f"<IconStyle><color>{solid}</color>{icon}</IconStyle>"
    yield f"<LineStyle><color>{solid}</color><width>{style.width_px:g}</width></LineStyle>"
    yield f"<PolyStyle><color>{kml_colour(style.colour, style.fill_percent)}</color></PolyStyle>"
    yield "</Style>"


def kml_colour(colour: str, opaque_percent: float) -> str:
    """Give a colour as KML has it: opacity, blue, green, red.

    >>> kml_colour("#c8102e", 100), kml_colour("#c8102e", 50)
    ('ff2e10c8', '802e10c8')
    """
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opaque_percent * 255 / 100):02x}{blue}{green}{red}".lower()


def placemark_lines(placemark: Placemark, known: set[str]) -> Iterator[str]:
    """Write one feature, its parts in the order of the schema."""
    yield "<Placemark>"
    yield element("name", placemark.name)
    if placemark.description:
        yield element("description", placemark.description)
    if placemark.style:
        if placemark.style not in known:
            raise ValueError(f"Không có kiểu vẽ “{placemark.style}”.")
        yield f"<styleUrl>#{clean(placemark.style)}</styleUrl>"
    given = [(name, value) for name, value in placemark.data.items() if value is not None]
    if given:
        yield "<ExtendedData>"
        yield from (datum(name, value, placemark.labels.get(name, "")) for name, value in given)
        yield "</ExtendedData>"
    yield geometry_text(placemark.geometry)
    yield "</Placemark>"


def datum(name: str, value: Value, label: str) -> str:
    """Write an attribute.

    >>> datum("height_m", 45.5, "Chiều cao, m")
    '<Data name="height_m"><displayName>Chiều cao, m</displayName><value>45.5</value></Data>'
    """
    told = element("displayName", label) if label else ""
    return f'<Data name="{clean(name)}">{told}{element("value", as_text(value))}</Data>'


def geometry_text(geometry: BaseGeometry) -> str:
    """Write a geometry; outer rings turn against the clock, as the standard asks.

    >>> geometry_text(shapely.LineString([(106.5, 21.25), (107, 21)]))
    '<LineString><tessellate>1</tessellate><coordinates>106.5,21.25 107,21</coordinates></LineString>'
    """
    if geometry.is_empty:
        raise ValueError("Hình rỗng không ghi được vào KML.")
    kind = geometry.geom_type
    if kind == "Point":
        return f"<Point>{coordinates(geometry)}</Point>"
    if kind in ("LineString", "LinearRing"):
        return f"<LineString><tessellate>1</tessellate>{coordinates(geometry)}</LineString>"
    if kind == "Polygon":
        return polygon_text(shapely.orient_polygons(geometry))
    parts = "".join(geometry_text(part) for part in shapely.get_parts(geometry))
    return f"<MultiGeometry>{parts}</MultiGeometry>"


def polygon_text(polygon: shapely.Polygon) -> str:
    """Write a polygon's rings."""
    sides = [("outerBoundaryIs", polygon.exterior), *(("innerBoundaryIs", ring) for ring in polygon.interiors)]
    rings = "".join(f"<{side}><LinearRing>{coordinates(ring)}</LinearRing></{side}>" for side, ring in sides)
    return f"<Polygon>{rings}</Polygon>"


def coordinates(geometry: BaseGeometry) -> str:
    """Write vertices, longitude first, with as many decimals as tell them apart."""
    points: NDArray[np.float64] = shapely.get_coordinates(geometry)
    written = " ".join(",".join(np.format_float_positional(value, trim="-") for value in point) for point in points)
    return f"<coordinates>{written}</coordinates>"


def element(name: str, text: str) -> str:
    """Write an element of text."""
    return f"<{name}>{clean(text)}</{name}>"


def clean(text: str) -> str:
    """Escape text for XML, without the control characters that XML cannot hold.

    >>> clean('a < "b" & c\\x07')
    'a &lt; &quot;b&quot; &amp; c'
    """
    return escape(NOT_XML.sub("", text))


def as_text(value: Value) -> str:
    """Write a value as text that reads back as itself."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
