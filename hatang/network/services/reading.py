"""Read a register file, whatever its kind, into sheets: each with its layout and the place of each known column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from hatang.accounts.models import Organisation
from hatang.core.cells import Cell, TableError, as_text
from hatang.core.ofds import OfdsError
from hatang.core.tables import Row, Table
from hatang.core.vector_files import Limits, VectorFile, VectorFileError, open_vector
from hatang.core.vector_files.crs import Extent, Frame
from hatang.core.vector_files.faults import Choice
from hatang.core.vietnamese import number, search_key
from hatang.core.vn2000_zones import zone_named
from hatang.core.workbooks import read_tables
from hatang.network.models import Thing
from hatang.network.services.layouts import BY_SLUG, GUIDES, LAYOUTS, SHAPE, Column, Layout
from hatang.network.services.ofds_sheets import NEW_ONLY, Unsaid, looks_like_ofds, ofds_tables
from hatang.pages.lists import SIMULATED_LINE

TABLE_KINDS = (".xlsx", ".csv", ".txt")
MOST_ROWS = 200_000
Headings = Mapping[str, Mapping[str, str]]


class RefusedError(ValueError):
    """Why a file cannot be checked at all: what, where, what would be right, and between what one may choose.

    `asks` is "layout", "headings", "crs", "zone" or "layer" where another answer of the person would go on.
    """

    def __init__(self, wrong: str, right: str = "", *, asks: str = "", choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(f"{wrong} {right}".strip())
        self.wrong, self.right, self.asks, self.choices = wrong, right, asks, choices
        self.sheet, self.row, self.column = "", 0, ""
        self.sheets: list[dict[str, Any]] = []

    def at(self, sheet: str, row: int = 0, column: str = "") -> RefusedError:
        """Say where it is."""
        self.sheet, self.row, self.column = sheet, row, column
        return self

    def summary(self) -> dict[str, Any]:
        """Give it for the page."""
        choices = [[choice.value, choice.label] for choice in self.choices]
        refused = {"wrong": self.wrong, "right": self.right, "sheet": self.sheet, "row": self.row}
        return {"refused": refused | {"column": self.column, "asks": self.asks, "choices": choices}} | {
            "headings": self.sheets
        }


@dataclass(frozen=True)
class Asked:
    """What the person said of a file: its layout, whose headings mean what, zone or system, layer.

    `headings` gives by layout and by heading, without accents, the key of the column that is meant; an empty one says
    that the heading is not to be read.
    """

    layout: str = ""
    headings: Headings = field(default_factory=dict)
    crs: str = ""
    layer: str = ""
    unsaid: Unsaid = field(default_factory=Unsaid)

    @property
    def zone(self) -> Frame | None:
        """The system of coordinates written in metres."""
        return zone_named(self.crs) if self.crs else None


@dataclass
class Sheet:
    """One table of a file: its layout, where each column stands, and per row what is wrong with its shape.

    In a `sparse` one an empty cell says nothing; columns `only_new` are read of what the register does not hold, and
    `fills` are the values of new rows whose cell is empty.
    """

    layout: Layout
    table: Table
    places: dict[str, int]
    ignored: list[str]
    simulated: bool
    shape_faults: dict[int, str] = field(default_factory=dict)
    sparse: bool = False
    only_new: frozenset[str] = frozenset()
    fills: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def there(self) -> frozenset[str]:
        """The keys of the columns that the sheet has."""
        return frozenset(self.places)

    @property
    def name(self) -> str:
        """How people find it: the sheet's name in the file, else what it holds."""
        return self.table.sheet or self.layout.title

    def headings(self) -> dict[str, Any]:
        """Give what the step of matching headings needs: those unknown, and the columns not yet found."""
        free = [[c.key, c.heading] for c in self.layout.columns if c.key not in self.places]
        return {"sheet": self.name, "layout": self.layout.slug, "title": self.layout.title} | {
            "unknown": self.ignored,
            "free": free,
        }


@dataclass
class Book:
    """The sheets of a file, what is to be said of it as a whole, and which questions it leaves open how often."""

    sheets: list[Sheet]
    notes: list[str]
    unsaid: dict[str, int] = field(default_factory=dict)


def read_book(
    path: Path, name: str, *, asked: Asked, operator: Organisation | None, today: date, around: Extent | None = None
) -> Book:
    """Read a file: XLSX and CSV as tables, OFDS as nodes and spans, anything else as a map layer.

    `around` is where the province lies: it helps to find a zone that a map file does not name. Raises RefusedError.
    """
    suffix = PurePath(name).suffix.lower()
    try:
        if suffix in TABLE_KINDS:
            book = tables_book(path.read_bytes(), name, asked)
        elif suffix == ".json" and looks_like_ofds(path):
            book = ofds_book(path, asked, today)
        else:
            book = vector_book(path, name, asked, around)
    except TableError as error:
        raise RefusedError(error.message, error.right).at(error.sheet, error.row, error.column) from error
    except VectorFileError as error:
        where = f"Hình số {error.feature}: " if error.feature else ""
        wrong = f"{where}{error.message}"
        raise RefusedError(wrong, error.right, asks=error.asks, choices=error.choices) from error
    except OfdsError as error:
        raise RefusedError(error.message, error.right) from error
    check_columns(book, operator)
    return book


def ofds_book(path: Path, asked: Asked, today: date) -> Book:
    """Read nodes and spans as rows of the layouts of what they are."""
    told = ofds_tables(path, asked.unsaid, today)
    sheets = [sheet_of(BY_SLUG[slug], table, asked) for slug, table in told.tables]
    for sheet in sheets:
        sheet.sparse, sheet.only_new, sheet.fills = True, NEW_ONLY, asked.unsaid.fills(sheet.layout.slug)
    return Book(sheets, told.notes, told.unsaid)


def check_columns(book: Book, operator: Organisation | None) -> None:
    """Refuse a file of which a sheet lacks a column without which it cannot be understood."""
    for sheet in book.sheets:
        needed = (c for c in sheet.layout.columns if sheet.layout.needed(c, operator_known=operator is not None))
        missing = [f"“{c.heading}”" for c in needed if c.key not in sheet.places]
        if missing:
            seen = ", ".join(h for h in sheet.table.headings if h)
            error = RefusedError(
                f"Thiếu cột {', '.join(missing)}.",
                f"Các cột đã thấy: {seen}. Tiêu đề đúng như tệp mẫu, hoặc chọn cột tương ứng ở dưới.",
                asks="headings",
            ).at(sheet.table.sheet, sheet.table.header_row)
            error.sheets = [one.headings() for one in book.sheets]
            raise error


# Tables


def tables_book(content: bytes, name: str, asked: Asked) -> Book:
    """Read the tables of a workbook or CSV file."""
    layouts = [BY_SLUG[asked.layout]] if asked.layout else LAYOUTS
    known = {heading for layout in layouts for heading in layout.headings}
    own = {h for slug, said in asked.headings.items() if slug in {x.slug for x in layouts} for h in said}
    found = read_tables(content, name, known=known | own, passing=GUIDES, max_rows=MOST_ROWS)
    chosen = [(table, layout_of(table, asked)) for table in found.tables]
    filled = [(table, layout) for table, layout in chosen if table.rows] or chosen[:1]
    sheets = [sheet_of(layout, table, asked) for table, layout in filled]
    check_layouts(sheets)
    return Book(sheets, list(found.notes))


def check_layouts(sheets: list[Sheet]) -> None:
    """Refuse two sheets with the same name for people: messages would not tell them apart."""
    names = [sheet.name for sheet in sheets]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise TableError(f"Có hai trang tính “{twice}”.", "Đổi tên một trang.")


def layout_of(table: Table, asked: Asked) -> Layout:
    """Tell which layout a table has: as the person says, by its sheet's name, or by its headings."""
    if asked.layout:
        return BY_SLUG[asked.layout]
    scores = {layout.slug: score_of(layout, table, asked) for layout in LAYOUTS}
    titled = next((x for x in LAYOUTS if search_key(x.title) == search_key(table.sheet)), None)
    if titled and scores[titled.slug][1] > 0:
        return titled
    best = max(scores.values())
    if best[1] == 0:
        right = "Chọn loại dữ liệu của tệp rồi chọn cột tương ứng, hoặc dùng tiêu đề như tệp mẫu."
        raise RefusedError("Không nhận ra tệp này ghi gì: không tiêu đề nào giống tệp mẫu.", right, asks="layout").at(
            table.sheet, table.header_row
        )
    return only_one([layout for layout in LAYOUTS if scores[layout.slug] == best])


def only_one(layouts: list[Layout]) -> Layout:
    """Give the one layout that the headings name; where several would do, the person has to say which."""
    if len(layouts) > 1:
        names = ", ".join(f"“{layout.title}”" for layout in layouts)
        raise RefusedError(f"Tiêu đề của tệp hợp với nhiều loại: {names}.", "Chọn loại dữ liệu của tệp.", asks="layout")
    return layouts[0]


def score_of(layout: Layout, table: Table, asked: Asked) -> tuple[int, int, int]:
    """Count what speaks for a layout: all needed columns are there; how many headings are known, and are labels."""
    pairs = [(search_key(heading), column) for heading, column in matched(layout, table.headings, asked) if column]
    found = {column.key for _, column in pairs}
    needed = {c.key for c in layout.columns if layout.needed(c, operator_known=True)}
    return int(needed <= found), len(found), sum(heading == column.keys[0] for heading, column in pairs)


def matched(layout: Layout, headings: Iterable[str], asked: Asked) -> list[tuple[str, Column | None]]:
    """Give each heading with its column: as its owner said, else by its words."""
    own = asked.headings.get(layout.slug, {})
    found = []
    for heading in headings:
        key = search_key(heading)
        column = layout.by_key.get(own[key]) if key in own else layout.by_heading.get(key)
        found.append((heading, column))
    return found


def sheet_of(layout: Layout, table: Table, asked: Asked) -> Sheet:
    """Place the columns of a table; two headings for one column cannot both be meant."""
    places: dict[str, int] = {}
    ignored: list[str] = []
    taken = {c.key: h for h, c in matched(layout, table.headings, asked) if c and search_key(h) == c.keys[0]}
    for place, (heading, column) in enumerate(matched(layout, table.headings, asked)):
        if column and column.key not in places and taken.get(column.key, heading) == heading:
            places[column.key] = place
        elif column and search_key(heading) in (search_key(table.headings[places.get(column.key, place)]), ""):
            raise TableError(f"Có hai cột “{column.heading}”.", "Xóa một cột.", sheet=table.sheet, row=table.header_row)
        elif heading:
            ignored.append(heading)
    simulated = any(search_key(SIMULATED_LINE) in search_key(title) for title in table.titles)
    return Sheet(layout, table, places, ignored, simulated)


# Map layers


def vector_book(path: Path, name: str, asked: Asked, around: Extent | None) -> Book:
    """Read a layer of a map file as a table: attributes are cells, its shape fills coordinates or line."""
    file = open_vector(
        path,
        name=name,
        max_bytes=settings.UPLOAD_BYTES,
        limits=Limits(features=MOST_ROWS, cells=10_000_000),
        crs=asked.crs or None,
        layer=asked.layer or None,
        expected=around,
    )
    rows = list(file.features())
    line = any(f.geometry is not None and "Line" in f.geometry.geom_type for f in rows[:100])
    heads = Table("", (), 0, tuple(file.fields), ())
    layout = layout_of_shapes(heads, asked, line=line)
    return Book([vector_sheet(file, rows, layout, asked)], notes_of(file))


def notes_of(file: VectorFile) -> list[str]:
    """Give what is to be said of a map file."""
    kind = f"{file.kind}: {number(file.count)} hình, hệ tọa độ {file.crs}."
    return [kind, *([file.crs_assumed] if file.crs_assumed else []), *file.notes]


def layout_of_shapes(heads: Table, asked: Asked, *, line: bool) -> Layout:
    """Tell the layout of a layer; only those with the shape that it has can be meant."""
    if asked.layout:
        return BY_SLUG[asked.layout]
    fitting = [layout for layout in LAYOUTS if is_line(layout) == line and has_shape(layout)]
    scores = {layout.slug: score_of(layout, heads, asked) for layout in fitting}
    best = max(scores.values())
    if not best[0]:
        right = "Chọn loại dữ liệu của tệp rồi chọn cột tương ứng."
        raise RefusedError("Không nhận ra lớp bản đồ này ghi gì.", right, asks="layout")
    return only_one([layout for layout in fitting if scores[layout.slug] == best])


def is_line(layout: Layout) -> bool:
    """Tell whether the layout's things run along lines."""
    return SHAPE in layout.parts[0].form.base_fields


def has_shape(layout: Layout) -> bool:
    """Tell whether the layout's things lie somewhere themselves."""
    return issubclass(layout.parts[0].model, Thing)


def vector_sheet(file: VectorFile, rows: list[Any], layout: Layout, asked: Asked) -> Sheet:
    """Make the sheet of a layer: the shape comes after the attributes, in columns of its own."""
    names = [layout.by_key[key].heading for key in ((SHAPE,) if is_line(layout) else ("lon", "lat"))]
    names = names if has_shape(layout) else []
    shadowed = {search_key(name) for name in names} | ({"lon", "lat"} if names else set())
    fields = ["" if search_key(name) in shadowed else name for name in file.fields]
    faults: dict[int, str] = {}
    table_rows = []
    for place, feature in enumerate(rows):
        told = tuple(plain(feature.properties.get(name)) for name in file.fields)
        shape, faults_found = shape_cells(feature.geometry, feature.fault, is_line(layout)) if names else ((), "")
        if faults_found:
            faults[place] = faults_found
        table_rows.append(Row(feature.number, (*told, *shape)))
    table = Table("", (), 0, (*fields, *names), tuple(table_rows))
    sheet = sheet_of(layout, table, asked)
    sheet.shape_faults = faults
    return sheet


def plain(value: Any) -> Cell:
    """Give an attribute as a cell: no empty text."""
    if isinstance(value, str):
        return value.strip() or None
    return value if isinstance(value, int | float) or value is None else as_text(value)


def shape_cells(geometry: BaseGeometry | None, fault: str, line: bool) -> tuple[tuple[Cell, ...], str]:
    """Give the cells of a shape, and what is wrong with it: one point, or one line."""
    empty: tuple[Cell, ...] = (None,) if line else (None, None)
    if geometry is None:
        return empty, fault or "Không có hình."
    whole = geometry
    if line and geometry.geom_type == "MultiLineString":
        whole = shapely.line_merge(geometry)
    if len(parts := shapely.get_parts(whole)) == 1:
        whole = parts[0]
    if line and whole.geom_type == "LineString":
        return (shapely.to_wkt(shapely.force_2d(whole), rounding_precision=7),), ""
    if not line and whole.geom_type == "Point":
        return (round(whole.x, 7), round(whole.y, 7)), ""
    wanted = "một đường liền" if line else "một điểm"
    return empty, f"Hình là {WORDS.get(whole.geom_type, whole.geom_type)}, cần {wanted}."


WORDS = {
    "Point": "điểm",
    "MultiPoint": "nhiều điểm",
    "LineString": "đường",
    "MultiLineString": "đường đứt đoạn",
    "Polygon": "vùng",
    "MultiPolygon": "nhiều vùng",
    "GeometryCollection": "nhiều hình lẫn lộn",
}
