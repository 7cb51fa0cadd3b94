"""Monthly tables of i-Speed (VNNIC): medians by area and operator that somebody else worked out; never single tests.

The releases come as prose and as tables of several shapes, and no format is published. Two shapes are read: one figure
a line (month, area, what, operator, value), and one area or operator a line with a column for each figure. The
month may stand in a column, in the lines above the table ("tháng 9/2025") or be told by who loads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from openpyxl.utils import get_column_letter

from hatang.core.cells import Cell, Fault, TableError, as_text, parse_number
from hatang.core.measurements.schema import Access
from hatang.core.tables import Row, Table, read_table
from hatang.core.vietnamese import search_key

FASTEST_MBPS = 20_000.0
SLOWEST_MS = 10_000.0
MOST_ROWS = 50_000
FIRST_MONTH = date(2019, 1, 1)
COUNTRY = {"ca nuoc", "toan quoc", "viet nam"}
MONTHLY = re.compile(r"(?:thang|t)?\s*(\d{1,2})\s*(?:[/. -]|nam)\s*(\d{4})|(\d{4})[ -](\d{1,2})(?:[ -]\d{2})?")
IN_TITLE = re.compile(r"thang\s*(\d{1,2})\s*(?:[/. -]|nam)?\s*(\d{4})")
RIGHT_MONTH = "Ghi tháng/năm, ví dụ 09/2025."
Key = tuple[date, str, str, str, str]
FIELDS = ("download_mbps", "upload_mbps", "latency_ms")
WORDS = {
    "month": ("thang", "ky", "period", "month"),
    "area": (
        "tinh",
        "tinh thanh",
        "tinh thanh pho",
        "dia phuong",
        "dia ban",
        "khu vuc",
        "pham vi",
        "area",
        "area as written",
    ),
    "operator": ("doanh nghiep", "nha mang", "nha cung cap", "nha cung cap dich vu", "operator", "isp"),
    "tests": ("so luot do", "luot do", "so mau", "tests"),
    "indicator": ("chi tieu", "chi so", "indicator"),
    "value": ("gia tri", "value", "ket qua"),
    "source": ("nguon", "source", "source url"),
    "method": ("cach do", "phuong phap", "method"),
}
KINDS = {
    "fixed": (Access.FIXED, ""),
    "co dinh": (Access.FIXED, ""),
    "mobile5g": (Access.MOBILE, "5G"),
    "mobile4g": (Access.MOBILE, "4G"),
    "mobile3g": (Access.MOBILE, "3G"),
    "5g": (Access.MOBILE, "5G"),
    "4g": (Access.MOBILE, "4G"),
    "3g": (Access.MOBILE, "3G"),
    "mobile": (Access.MOBILE, ""),
    "di dong": (Access.MOBILE, ""),
}
MEASURES = {
    "download": "download_mbps",
    "tai xuong": "download_mbps",
    "tai ve": "download_mbps",
    "upload": "upload_mbps",
    "tai len": "upload_mbps",
    "ping": "latency_ms",
    "latency": "latency_ms",
    "do tre": "latency_ms",
}
RIGHT_SHAPE = (
    "Cần cột địa bàn hoặc doanh nghiệp, và cột tốc độ ghi rõ loại mạng và chiều, ví dụ “Cố định tải xuống”, "
    "“Di động tải lên”, “5G tải xuống”."
)


@dataclass(frozen=True)
class Published:
    """A published median of a month: where (empty: the whole country), whose (empty: all operators'), of which kind."""

    month: date
    area: str
    operator: str
    access: str
    technology: str
    row: int
    download_mbps: float | None = None
    upload_mbps: float | None = None
    latency_ms: float | None = None
    tests: int | None = None
    source: str = ""

    @property
    def key(self) -> Key:
        """What makes two of them speak of the same thing."""
        return self.month, search_key(self.area), search_key(self.operator), self.access, self.technology


@dataclass
class TableRead:
    """What a table holds."""

    published: dict[Key, Published] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0
    titles: tuple[str, ...] = ()
    """The lines above the table."""
    skipped: int = 0
    """Lines that speak of something else than speed, as a table of many figures has them."""


@dataclass(frozen=True)
class Figures:
    """A column of figures: where it stands, and of which kind and measure it is."""

    place: int
    access: Access
    technology: str
    measure: str


@dataclass(frozen=True)
class Layout:
    """Where each thing stands in a table."""

    table: Table
    places: Mapping[str, int]
    figures: Sequence[Figures]
    month: date | None

    def cell(self, row: Row, name: str) -> Cell:
        """Give a row's cell by what it means; nothing where there is no such column."""
        return row.cells[self.places[name]] if name in self.places else None

    def fault(self, row: Row, place: int, error: TableError) -> Fault:
        """Say in which cell something is wrong."""
        value, letter = as_text(row.cells[place])[:60], get_column_letter(place + 1)
        return Fault(row.number, letter, self.table.headings[place], value, error.message, error.right)


def read_ispeed(content: bytes, name: str, *, month: date | None = None) -> TableRead:
    """Read a table of a release, XLSX or CSV. Raises TableError for a file that is no such table."""
    known = [word for words in WORDS.values() for word in words]
    known += [f"{kind} {measure}" for kind in KINDS for measure in MEASURES] + list(MEASURES)
    table = read_table(content, name, known=known, max_rows=MOST_ROWS)
    layout = layout_of(table, month)
    read = TableRead(rows=len(table.rows), titles=table.titles)
    for row in table.rows:
        take_row(read, layout, row)
    if not read.published and not read.faults:
        raise TableError("Không thấy dòng tốc độ nào.", RIGHT_SHAPE)
    return read


def layout_of(table: Table, month: date | None) -> Layout:
    """Find out what each column means."""
    title = search_key(" ".join((table.sheet, *table.titles)))
    places: dict[str, int] = {}
    figures: list[Figures] = []
    for place, heading in enumerate(table.headings):
        name = meaning_of(search_key(heading))
        if name:
            places.setdefault(name, place)
        elif (column := figures_of(place, search_key(heading), title)) is not None:
            figures.append(column)
    long = {"indicator", "value"} <= places.keys()
    if not long and not (figures and {"area", "operator"} & places.keys()):
        raise TableError(f"Không nhận ra bảng i-Speed; các cột: {', '.join(table.headings)[:200]}.", RIGHT_SHAPE)
    return Layout(table, places, [] if long else figures, month or month_in(title))


def meaning_of(key: str) -> str:
    """Give what a heading means besides figures, or nothing."""
    plain = key.replace("_", " ").partition("(")[0].strip()
    return next((name for name, words in WORDS.items() if plain in words), "")


def figures_of(place: int, key: str, title: str) -> Figures | None:
    """Give what a heading's figures are, its kind of network from the title where the heading has none."""
    measure = measure_in(key)
    kind = kind_in(key) or kind_in(title)
    return Figures(place, *kind, measure) if measure and kind else None


def measure_in(key: str) -> str:
    """Give the measure that a text names."""
    return next((measure for word, measure in MEASURES.items() if word in key), "")


def kind_in(key: str) -> tuple[Access, str] | None:
    """Give the kind of network that a text names.

    >>> kind_in("mobile5g_download"), kind_in("toc do co dinh")
    ((<Access.MOBILE: 'mobile'>, '5G'), (<Access.FIXED: 'fixed'>, ''))
    """
    return next((kind for word, kind in KINDS.items() if word in key), None)


def month_in(title: str) -> date | None:
    """Give the month that a title names.

    >>> month_in("trung vi toc do thang 9/2025")
    datetime.date(2025, 9, 1)
    """
    found = IN_TITLE.search(title)
    return date(int(found[2]), int(found[1]), 1) if found and 1 <= int(found[1]) <= 12 else None


def month_of(cell: Cell) -> date | None:
    """Read a month. Raises TableError.

    >>> month_of("2025-07"), month_of("Tháng 9/2025"), month_of("")
    (datetime.date(2025, 7, 1), datetime.date(2025, 9, 1), None)
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime | date):
        return date(cell.year, cell.month, 1)
    found = MONTHLY.fullmatch(search_key(as_text(cell)))
    month, year = (int(found[1] or found[4]), int(found[2] or found[3])) if found else (0, 0)
    if not 1 <= month <= 12 or not FIRST_MONTH.year <= year <= 2100:
        raise TableError(f"“{as_text(cell)[:40]}” không phải tháng.", RIGHT_MONTH)
    return date(year, month, 1)


def take_row(read: TableRead, layout: Layout, row: Row) -> None:
    """Read a row into what it publishes, or note its faults."""
    if not speaks_of_ispeed(layout, row):
        read.skipped += 1
        return
    try:
        head = head_of(layout, row)
    except TableError as error:
        place = layout.places.get(error.column, 0)
        read.faults.append(layout.fault(row, place, error))
        return
    found = list(figures_in(read, layout, row))
    for (access, technology), figures in gathered(found).items():
        keep(read, layout, row, replace(head, access=access, technology=technology, **figures))


def speaks_of_ispeed(layout: Layout, row: Row) -> bool:
    """Tell whether a row speaks of a speed, and not of one that another method gave."""
    method = search_key(as_text(layout.cell(row, "method")))
    if method and "i speed" not in method and "ispeed" not in method:
        return False
    said = search_key(as_text(layout.cell(row, "indicator")))
    return bool(layout.figures or (measure_in(said) and kind_in(said)))


def keep(read: TableRead, layout: Layout, row: Row, one: Published) -> None:
    """Put figures beside what earlier lines said of the same thing; two that differ are a fault."""
    before = read.published.get(one.key)
    if before is None:
        read.published[one.key] = one
        return
    for name in FIELDS:
        told, here = getattr(before, name), getattr(one, name)
        if told is not None and here is not None and told != here:
            wrong = f"Dòng {before.row} đã ghi {told:g} cho cùng tháng, địa bàn, doanh nghiệp, loại mạng."
            place = next((f.place for f in layout.figures if f.measure == name), layout.places.get("value", 0))
            read.faults.append(layout.fault(row, place, TableError(wrong, "Giữ một trong hai dòng.")))
            return
    more = {name: getattr(one, name) for name in FIELDS if getattr(one, name) is not None}
    read.published[one.key] = replace(before, **more)


def head_of(layout: Layout, row: Row) -> Published:
    """Read of what a row speaks."""
    try:
        month = month_of(layout.cell(row, "month")) or layout.month
    except TableError as error:
        raise TableError(error.message, error.right, column="month") from error
    if month is None:
        raise TableError("Không biết là tháng nào.", f"Thêm cột “Tháng” hoặc chọn tháng khi tải lên. {RIGHT_MONTH}")
    area = as_text(layout.cell(row, "area"))
    tests = parse_number(layout.cell(row, "tests"))
    return Published(
        month,
        "" if search_key(area) in COUNTRY else area,
        as_text(layout.cell(row, "operator")),
        "",
        "",
        row.number,
        tests=None if tests is None else int(tests),
        source=as_text(layout.cell(row, "source"))[:300],
    )


def figures_in(read: TableRead, layout: Layout, row: Row) -> Iterator[tuple[tuple[str, str], str, float]]:
    """Give the figures of a row with their kind; a wrong cell is noted."""
    columns = layout.figures
    if not columns:
        said = search_key(as_text(layout.cell(row, "indicator")))
        access, technology = kind_in(said) or (Access.UNKNOWN, "")
        columns = [Figures(layout.places["value"], access, technology, measure_in(said))]
    for column in columns:
        try:
            value = figure_of(row.cells[column.place], column.measure)
        except TableError as error:
            read.faults.append(layout.fault(row, column.place, error))
            continue
        if value is not None:
            yield (column.access.value, column.technology), column.measure, value


def figure_of(cell: Cell, measure: str) -> float | None:
    """Read a figure that can be; nothing for an empty cell or a dash."""
    if as_text(cell) in ("", "-", "–"):
        return None
    value = parse_number(cell)
    most = SLOWEST_MS if measure == "latency_ms" else FASTEST_MBPS
    if value is not None and not 0 < value <= most:
        raise TableError(f"{value:g} không thể là tốc độ hay độ trễ.", f"Lớn hơn 0, đến {most:g}.")
    return value


def gathered(found: Sequence[tuple[tuple[str, str], str, float]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Bring the figures of one kind of network together."""
    kinds: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, measure, value in found:
        kinds.setdefault(kind, {})[measure] = value
    return kinds
