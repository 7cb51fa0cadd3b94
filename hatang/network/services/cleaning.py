"""Clean the cells of a sheet: each with its form's field, once for equal cells; coordinates and lines by their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError

from hatang.core.cells import Cell, as_text
from hatang.core.coordinate_columns import read_columns
from hatang.core.coordinates import EAST, NORTH, SOUTH, WEST, CoordinateError, Position, parse_position, position_of
from hatang.core.vector_files.crs import Extent, Frame
from hatang.core.vector_files.faults import Choice
from hatang.network.forms import CodeField
from hatang.network.models import Technology
from hatang.network.services.layouts import ENDS, MARK, PLACING, SHAPE, Column, Layout
from hatang.network.services.reading import Sheet
from hatang.pages.fields import FlagField

SIGNS_BETWEEN = re.compile(r"[,;+/\s]+")
WKT = re.compile(r"\s*(?:SRID=4326;)?\s*LINESTRING\s*(?:Z|ZM|M)?\s*\(([^()]*)\)\s*", re.IGNORECASE)
LONG = re.compile(r"[-+]?[0-9]{1,3}[.,][0-9]{16,40}")
DECIMALS = 7
MOST_LETTERS = 300
Answer = tuple[Any, str]


@dataclass(slots=True)
class Line:
    """One row on its way in: what was written, what it means, what is wrong with it, and what was guessed."""

    sheet: Sheet
    number: int
    cells: tuple[Cell, ...]
    values: dict[str, Any]
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    made: list[Any] = field(default_factory=list)

    def fault(self, key: str, wrong: str, right: str | None = None) -> None:
        """Note what is wrong in a cell and what would be right; its value counts no longer."""
        told = self.sheet.layout.by_key[key].right if right is None else right
        self.faults.append((key, wrong.removesuffix(told).strip(), told))
        self.values.pop(key, None)

    def wrong_in(self, part: int) -> bool:
        """Tell whether a cell of one of the row's parts is wrong."""
        by_key = self.sheet.layout.by_key
        return any(by_key[key].part == part for key, _, _ in self.faults)

    def wrong(self, key: str) -> bool:
        """Tell whether a column's cell is wrong."""
        return any(fault[0] == key for fault in self.faults)

    def written(self, key: str) -> Cell:
        """Give what stands in a column's cell."""
        place = self.sheet.places.get(key)
        return None if place is None else self.cells[place]


@dataclass(frozen=True)
class Placing:
    """How coordinates are to be understood: the system of metres, and where the province lies."""

    zone: Frame | None = None
    around: Extent | None = None


def clean_sheet(sheet: Sheet, placing: Placing) -> tuple[list[Line], tuple[Choice, ...]]:
    """Clean every row; give also the zones to choose from where coordinates are metres without a zone."""
    cleaners = [
        (key, place, Cleaner(sheet.layout, sheet.layout.by_key[key], placing))
        for key, place in sheet.places.items()
        if key not in ("lon", "lat", *PLACING)
    ]
    lines = [Line(sheet, row.number, row.cells, {}) for row in sheet.table.rows]
    for line in lines:
        clean_line(line, cleaners)
    zones = place_points(sheet, lines, placing) if "lon" in sheet.layout.by_key else ()
    if SHAPE in sheet.layout.by_key:
        for line in lines:
            draw_between_ends(line, placing)
    for place, wrong in sheet.shape_faults.items():
        key = SHAPE if SHAPE in sheet.layout.by_key else "lon"
        lines[place].faults = [fault for fault in lines[place].faults if fault[0] not in (SHAPE, "lon", "lat")]
        lines[place].fault(key, wrong, "Sửa hình trong tệp bản đồ rồi tải lên lại.")
    return lines, zones


def clean_line(line: Line, cleaners: list[tuple[str, int, Cleaner]]) -> None:
    """Clean the cells of one row."""
    cells = line.cells
    for key, place, cleaner in cleaners:
        value, wrong = cleaner(cells[place])
        if wrong:
            line.fault(key, wrong)
        elif value is not None and value != "":
            line.values[key] = value


class Cleaner:
    """Cleans the cells of one column and remembers the answers: dates and kinds repeat."""

    def __init__(self, layout: Layout, column: Column, placing: Placing) -> None:
        self.column = column
        self.known: dict[tuple[type, Cell], Answer] = {}
        self.clean = cleaning_of(layout, column, placing)

    def __call__(self, cell: Cell) -> Answer:
        asked = (type(cell), cell)
        if asked not in self.known:
            self.known[asked] = self.answer(cell)
        return self.known[asked]

    def answer(self, cell: Cell) -> Answer:
        """Give the clean value and what is wrong, one of them empty."""
        if cell is None:
            return None, "Ô trống." if self.column.always else ""
        try:
            return self.clean(cell), ""
        except ValidationError as error:
            return None, " ".join(error.messages)


def cleaning_of(layout: Layout, column: Column, placing: Placing) -> Callable[[Cell], Any]:
    """Give what cleans a column's cells; a reference is cleaned as a code first and looked up as a set later."""
    form_field = layout.form_field(column)
    if column.name == MARK:
        return yes_or_no
    if column.key == layout.splits:
        return lambda cell: technologies(as_text(cell), cleaned(form_field, layout.model_field(column).validators))
    if column.name == "station__technology":
        return one_technology
    if form_field is None or layout.target(column) is not None:
        return CodeField(max_length=MOST_LETTERS, required=False).clean
    if column.name == SHAPE:
        return lambda cell: read_line(as_text(cell), form_field, placing)
    return cleaned(form_field, layout.model_field(column).validators)


def cleaned(form_field: Any, validators: Sequence[Callable[[Any], None]]) -> Callable[[Cell], Any]:
    """Clean as the ModelForm would: the form's field, then the validators of the model's."""

    def clean(cell: Cell) -> Any:
        value = form_field.clean(cell)
        for validate in validators if value not in (None, "") else ():
            validate(value)
        return value

    return clean


def yes_or_no(cell: Cell) -> bool:
    """Read the mark of simulated data."""
    return bool(FlagField(required=False).clean(cell))


def one_technology(cell: Cell) -> str:
    """Read one technology."""
    text = as_text(cell).upper()
    if text not in Technology.values:
        raise ValidationError(f"“{text[:40]}” không phải công nghệ.")
    return text


def technologies(text: str, clean: Callable[[Cell], Any]) -> tuple[str, ...]:
    """Read "4G, 5G" as several technologies, each once."""
    words = [word for word in SIGNS_BETWEEN.split(text.upper()) if word]
    if not words or any(word not in Technology.values for word in words):
        raise ValidationError(f"“{text[:40]}” không phải công nghệ.")
    return tuple(dict.fromkeys(clean(word) for word in words))


# Points


def place_points(sheet: Sheet, lines: list[Line], placing: Placing) -> tuple[Choice, ...]:
    """Read the coordinates of all rows at once; give the zones to choose from, if metres name none."""
    lons, lats = ([shortened(line.written(key)) for line in lines] for key in ("lon", "lat"))
    found = read_columns(lons, lats, zone=placing.zone, expected=placing.around)
    choices: tuple[Choice, ...] = ()
    for place, line in enumerate(lines):
        fault = found.faults.get(place)
        if fault:
            told = whose_fault(fault)
            line.fault(told, fault.message, fault.right)
            choices = choices or fault.choices
        elif lons[place] is not None:
            put(line, Position(float(found.lon[place]), float(found.lat[place]), found.remarks.get(place, "")))
        elif (text := line.written("position")) is not None:
            choices = place_by_text(line, as_text(text), placing) or choices
    return choices


def shortened(cell: Cell) -> Cell:
    """Give degrees that a machine wrote to more figures than anything can be measured as a number."""
    return float(cell.replace(",", ".")) if isinstance(cell, str) and LONG.fullmatch(cell) else cell


def whose_fault(fault: CoordinateError) -> str:
    """Tell in which of the two columns a fault is to be mended."""
    return "lat" if "ĩ độ" in fault.message and "inh độ" not in fault.message else "lon"


def put(line: Line, place: Position) -> None:
    """Note a row's point, and what was guessed of it."""
    line.values["lon"], line.values["lat"] = round(place.lon, DECIMALS), round(place.lat, DECIMALS)
    if place.remark and not place.remark.startswith("Đã chuyển"):
        line.doubts.append(("lon", place.remark))


def place_by_text(line: Line, text: str, placing: Placing) -> tuple[Choice, ...]:
    """Read a point out of one cell."""
    try:
        put(line, parse_position(text, zone=placing.zone, expected=placing.around))
    except CoordinateError as fault:
        line.fault("position", fault.message, fault.right)
        return fault.choices
    return ()


# Lines


def read_line(text: str, form_field: Any, placing: Placing) -> GEOSGeometry:
    """Read a line: WKT, GeoJSON, a vertex on each line, or vertices parted by semicolons.

    >>> read_line("LINESTRING (106.7 21.8, 106.8 21.9)", FORM_FIELD, Placing()).coords  # doctest: +SKIP
    ((106.7, 21.8), (106.8, 21.9))
    """
    if found := WKT.fullmatch(text):
        vertices = [" ".join(vertex.split()[:2]) for vertex in found[1].split(",")]
    elif text.lstrip().startswith("{") or "\n" in text:
        return form_field.clean(text)
    else:
        vertices = vertices_of(text)
    places = (plain_degrees(v) or placed(v, n, placing) for n, v in enumerate(vertices, start=1))
    return form_field.clean("\n".join(places))


def vertices_of(text: str) -> list[str]:
    """Part a text into vertices: by “;” where each piece holds two numbers, else two pieces a vertex."""
    pieces = [piece.strip() for piece in text.split(";") if piece.strip()]
    if pieces and not any(" " in piece for piece in pieces) and len(pieces) % 2 == 0:
        return [f"{lon}; {lat}" for lon, lat in zip(pieces[::2], pieces[1::2], strict=True)]
    return pieces


def plain_degrees(vertex: str) -> str:
    """Write at once a vertex that is plain degrees of Viet Nam, longitude first, as machines write them; else nothing.

    >>> plain_degrees("106.7 21.80"), plain_degrees("21.8 106.7"), plain_degrees("106,7; 21,8")
    ('106.7; 21.8', '', '')
    """
    two = vertex.split()
    try:
        lon, lat = map(float, two) if len(two) == 2 else (0.0, 0.0)
    except ValueError:
        return ""
    inside = WEST <= lon <= EAST and SOUTH <= lat <= NORTH
    return f"{round(lon, DECIMALS)}; {round(lat, DECIMALS)}" if inside else ""


def placed(vertex: str, number: int, placing: Placing) -> str:
    """Write a vertex as the field reads it."""
    two = vertex.replace(";", " ").split()
    try:
        text = "; ".join(two) if len(two) == 2 else vertex
        place = parse_position(text, zone=placing.zone, expected=placing.around)
    except CoordinateError as fault:
        raise ValidationError(f"Đỉnh {number}: {fault.message} {fault.right}") from fault
    return f"{round(place.lon, DECIMALS)}; {round(place.lat, DECIMALS)}"


def draw_between_ends(line: Line, placing: Placing) -> None:
    """Give a row that has no line but two ends the straight line between them."""
    cells = [line.written(key) for key in ENDS]
    if SHAPE in line.values or line.wrong(SHAPE) or all(cell is None for cell in cells):
        return
    texts = []
    for key, (lon, lat) in {"lon_from": cells[:2], "lon_to": cells[2:]}.items():
        try:
            place = position_of(lon, lat, zone=placing.zone, expected=placing.around)
        except CoordinateError as fault:
            line.fault(key, fault.message, fault.right)
            return
        if place is None:
            line.fault(key, "Ô trống.", "Ghi cả điểm đầu và điểm cuối.")
            return
        texts.append(f"{round(place.lon, DECIMALS)}; {round(place.lat, DECIMALS)}")
    column = line.sheet.layout.by_key[SHAPE]
    try:
        line.values[SHAPE] = line.sheet.layout.form_field(column).clean("\n".join(texts))  # type: ignore[union-attr]
    except ValidationError as error:
        line.fault("lon_from", " ".join(error.messages))
