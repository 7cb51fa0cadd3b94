"""Read a table out of an untrusted XLSX or CSV file.

XLSX: ECMA-376 (Office Open XML). Nothing is parsed before every part of the package was inflated under a bound and
found free of document types, so neither a zip bomb nor an entity bomb reaches the parser.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel

from hatang.core.cells import Cell, TableError, as_text, parse_number, trimmed
from hatang.core.vietnamese import number, search_key
from hatang.core.zip_packages import (
    BROKEN,
    CHUNK,
    ENCRYPTED,
    OLE,
    has_doctype,
    inflated,
    lists_too_many,
    unpacks_to_too_much,
)

Read = TypeVar("Read")

HEADER_WITHIN = 20
MOST_SHEETS = 20
MOST_MERGES = 5_000
LAST_ROW_OF_EXCEL = 1_048_576
FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)[ >]")
MERGE = re.compile(rb'mergeCell ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
RESAVE = "Mở bằng Excel hoặc LibreOffice, chọn “Lưu thành” → Excel (.xlsx), rồi tải lên lại."
HEADLESS = ("Không tìm thấy dòng tiêu đề cột.", "Dùng tệp mẫu; dòng tiêu đề nằm trong 20 dòng đầu.")


@dataclass(frozen=True)
class Row:
    """One filled row with its number in the sheet, from 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table: its sheet's name (empty for CSV), the lines above the headings, the headings, the filled rows below."""

    sheet: str
    titles: tuple[str, ...]
    header_row: int
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(
    content: bytes,
    name: str,
    *,
    known: Collection[str] = (),
    max_rows: int = 100_000,
    max_columns: int = 100,
    max_unpacked_bytes: int = 300_000_000,
) -> Table:
    """Read the table of an XLSX or CSV file, its kind told by content and checked against the name.

    `known` holds headings to look for, in any case and without accents: the row among the first 20 with most of them
    is the heading row, in whichever visible sheet; without them it is the first row with two texts. Vertically merged
    cells give their value to each row. Formulas give the value that was stored with them. Raises TableError.

    >>> table = read_table("Danh sách\\nMã;Tên\\nA1;Nà Lầm\\n".encode(), "ds.csv", known=["mã", "tên"])
    >>> table.headings, table.header_row, table.rows
    (('Mã', 'Tên'), 2, (Row(number=3, cells=('A1', 'Nà Lầm')),))
    """
    limits = Limits(max_rows, max_columns, max_unpacked_bytes)
    keys = {search_key(heading) for heading in known}
    kind = kind_of(content, name)
    return read_xlsx(content, keys, limits) if kind == "xlsx" else read_csv(content, keys, limits)


@dataclass(frozen=True)
class Limits:
    """How much a file may hold."""

    rows: int
    columns: int
    unpacked_bytes: int


def kind_of(content: bytes, name: str) -> str:
    """Tell `xlsx` or `csv`, or raise with what the file seems to be.

    >>> kind_of(b"a;b", "tram.csv")
    'csv'
    >>> kind_of(b"a;b", "tram.xlsx")
    Traceback (most recent call last):
    hatang.core.cells.TableError: Tên tệp là .xlsx nhưng nội dung không phải Excel. Kiểm tra lại tệp, hoặc ...
    """
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if not content:
        raise TableError("Tệp trống.", "Chọn tệp có dữ liệu.")
    if content.startswith(OLE):
        raise TableError(*(LOCKED if ENCRYPTED in content else OLD_EXCEL))
    if suffix not in ("xlsx", "csv", "txt"):
        raise TableError(f"Không đọc được tệp loại .{suffix[:10]}.", "Dùng tệp Excel (.xlsx) hoặc CSV (.csv).")
    zipped = content.startswith(b"PK")
    if zipped and suffix != "xlsx":
        raise TableError(f"Tên tệp là .{suffix} nhưng nội dung là tệp nén hoặc Excel.", "Đổi tên thành .xlsx.")
    if not zipped and suffix == "xlsx":
        raise TableError(
            "Tên tệp là .xlsx nhưng nội dung không phải Excel.", "Kiểm tra lại tệp, hoặc đổi tên thành .csv nếu là CSV."
        )
    return "xlsx" if zipped else "csv"


LOCKED = ("Tệp Excel có mật khẩu.", "Bỏ mật khẩu mở tệp trong Excel rồi tải lên lại.")
OLD_EXCEL = ("Tệp Excel kiểu cũ (.xls).", RESAVE)


@dataclass
class Part:
    """What the inflating of one part of the package told: filled rows and merged areas."""

    rows: int = 0
    merges: set[str] = field(default_factory=set)
    tail: bytes = b""
    open_row: bool = False

    def feed(self, chunk: bytes) -> None:
        """Count rows that hold a value and note merged areas; refuse document types."""
        text = self.tail + chunk
        if has_doctype(text):
            raise TableError("Tệp có khai báo DTD hoặc thực thể XML, không an toàn.", RESAVE)
        *rows, rest = text.split(b"row>")
        for row in rows:
            self.rows += self.open_row or FILLED.search(row) is not None
            self.open_row = False
        self.open_row = self.open_row or FILLED.search(rest) is not None
        self.merges.update(ref.decode() for ref in MERGE.findall(text))
        self.tail = rest[-64:]


def inspect_package(content: bytes, limits: Limits) -> dict[str, Part]:
    """Inflate every part under the bound, declared and actual sizes both, before anything parses it."""
    parts: dict[str, Part] = {}
    try:
        if lists_too_many(io.BytesIO(content)):
            raise too_big(limits)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            check_members(members, len(content), limits)
            left = limits.unpacked_bytes
            for member in members:
                parts[member.filename] = Part()
                for chunk in inflated(package, member):
                    left -= len(chunk)
                    if left < 0:
                        raise too_big(limits)
                    parts[member.filename].feed(chunk)
    except BROKEN as error:
        if isinstance(error, TableError):
            raise
        raise TableError("Tệp Excel bị hỏng, không mở được.", RESAVE) from error
    return parts


def check_members(members: list[zipfile.ZipInfo], size_bytes: int, limits: Limits) -> None:
    """Refuse by the package's list of contents what is too big, locked, or another kind of file."""
    if unpacks_to_too_much(members, size_bytes, limits.unpacked_bytes):
        raise too_big(limits)
    if any(m.flag_bits & 1 for m in members):
        raise TableError(*LOCKED)
    names = {m.filename for m in members}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise TableError("Tệp Excel có macro.", "Lưu thành Excel không macro (.xlsx) rồi tải lên lại.")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook.xml") for name in names):
        raise TableError("Tệp không phải bảng tính Excel (.xlsx).", RESAVE)


def too_big(limits: Limits) -> TableError:
    """Give the error for a package that would unpack to too much."""
    megabytes = number(limits.unpacked_bytes / 1_000_000)
    return TableError(
        f"Tệp bung ra lớn hơn {megabytes} MB, không an toàn.", "Xóa các trang tính thừa hoặc chia nhỏ tệp."
    )


def too_many_rows(count: int, limits: Limits, sheet: str) -> TableError:
    """Give the error for a sheet with too many rows."""
    return TableError(
        f"Trang tính có {number(count)} dòng; tối đa {number(limits.rows)} dòng.", "Chia thành nhiều tệp.", sheet=sheet
    )


def read_xlsx(content: bytes, known: set[str], limits: Limits) -> Table:
    """Read the sheet that has most of the known headings."""
    return from_book(content, limits, lambda book, parts: best_sheet(book, parts, known, limits))


def from_book(content: bytes, limits: Limits, read: Callable[[Any, dict[str, Part]], Read]) -> Read:
    """Open a workbook that was inspected and give what is read of it; whatever breaks on the way is a broken file."""
    parts = inspect_package(content, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            return read(book, parts)
    except TableError:
        raise
    except Exception as error:
        raise TableError("Tệp Excel bị hỏng, không đọc được.", RESAVE) from error


def part_of(sheet: Any, parts: dict[str, Part]) -> Part:
    """Give what the inflating of a sheet told."""
    return parts.get(getattr(sheet, "_worksheet_path", ""), Part())


def best_sheet(book: Any, parts: dict[str, Part], known: set[str], limits: Limits) -> Table:
    """Choose among the visible sheets by their first rows, then read the chosen one."""
    sheets = [s for s in book.worksheets[:MOST_SHEETS] if s.sheet_state == "visible"]
    headers = [(sheet, find_header(sheet_rows(sheet, limits, HEADER_WITHIN), known)) for sheet in sheets]
    found = [(sheet, header) for sheet, header in headers if header.score > 0]
    if not found:
        raise TableError(*HEADLESS)
    sheet, header = max(found, key=lambda pair: pair[1].score)
    part = part_of(sheet, parts)
    if part.rows - header.row > limits.rows:
        raise too_many_rows(part.rows - header.row, limits, sheet.title)
    table = build_table(sheet.title, sheet_rows(sheet, limits, LAST_ROW_OF_EXCEL), header, limits)
    return with_merges(table, part.merges)


def sheet_rows(sheet: Any, limits: Limits, last: int) -> Iterator[Row]:
    """Give the rows that hold a value, to the last asked for; the size that the sheet states of itself is not read.

    openpyxl has read strings and styles; its own way through the cells takes three times as long.
    """
    reader = SheetReader(sheet, limits.columns + 1)
    with sheet._get_source() as source:
        while not reader.ended and (chunk := source.read(CHUNK // 16)):
            reader.parser.Parse(chunk)
            for row in reader.take():
                if row.number > last:
                    return
                yield row
        reader.parser.Parse(b"", True)
    yield from (row for row in reader.take() if row.number <= last)


class SheetReader:
    """Reads the cells of one sheet from its XML as the pieces come."""

    def __init__(self, sheet: Any, width: int) -> None:
        book = sheet.parent
        self.strings, self.epoch = sheet._shared_strings, book.epoch
        self.dates = book._date_formats | book._timedelta_formats
        self.width = width
        self.ended = False
        self.rows: list[Row] = []
        self.number = self.column = self.style = 0
        self.cells: list[Cell] = []
        self.kind = ""
        self.text: list[str] = []
        self.within = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype

    def take(self) -> list[Row]:
        """Give the rows read since the last time."""
        rows, self.rows = self.rows, []
        return rows

    def start(self, name: str, given: dict[str, str]) -> None:
        """Begin a row, a cell or a value."""
        name = name.rpartition(":")[2]
        if name == "c":
            letters = given.get("r", "").rstrip("0123456789")
            self.column = column_index_from_string(letters) if letters else self.column + 1
            self.kind, self.style = given.get("t", "n"), int(given.get("s", 0))
            self.text = []
        elif name in ("v", "t"):
            self.within = True
        elif name == "row":
            self.number = int(given.get("r", self.number + 1))
            self.column, self.cells = 0, [None] * self.width

    def end(self, name: str) -> None:
        """End a value, a cell or a row."""
        name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self.within = False
        elif name == "c" and self.text and self.cells:
            self.cells[min(self.column, self.width) - 1] = trimmed(self.value("".join(self.text)))
        elif name == "row":
            if any(cell is not None for cell in self.cells):
                self.rows.append(Row(self.number, tuple(self.cells)))
            self.cells = []
        elif name == "sheetData":
            self.ended = True

    def characters(self, text: str) -> None:
        """Gather a value's text."""
        if self.within:
            self.text.append(text)

    def doctype(self, *given: Any) -> None:
        """Refuse a document type in an encoding that the first look did not know."""
        raise TableError("Tệp có khai báo DTD, không an toàn.", RESAVE)

    def value(self, text: str) -> Any:
        """Give what a cell holds, by its kind and, for days, by its style."""
        if self.kind == "s":
            return self.strings[int(text)]
        if self.kind == "b":
            return text == "1"
        if self.kind != "n":
            return text
        value = int(text) if text.isdigit() and len(text) < 16 else float(text)
        return on_calendar(value, self.epoch) if self.style in self.dates else value


def on_calendar(value: float, epoch: datetime) -> Any:
    """Give the day of a serial number by the workbook's epoch, or the number itself where no calendar has it."""
    try:
        return from_excel(value, epoch)
    except (ValueError, OverflowError, TypeError):
        return value


def with_merges(table: Table, merges: set[str]) -> Table:
    """Give a vertically merged value to each of its rows, as a reader sees it."""
    if not merges:
        return table
    if len(merges) > MOST_MERGES:
        raise TableError("Trang tính có quá nhiều ô gộp.", "Bỏ gộp ô rồi tải lên lại.", sheet=table.sheet)
    by_number = {row.number: list(row.cells) for row in table.rows}
    for ref in merges:
        column, first, _, last = (int(bound or 0) for bound in range_boundaries(ref))
        if first in by_number and column <= len(table.headings):
            for below in range(first + 1, min(last, table.rows[-1].number) + 1):
                if below in by_number:
                    by_number[below][column - 1] = by_number[first][column - 1]
    rows = tuple(Row(n, tuple(cells)) for n, cells in by_number.items())
    return Table(table.sheet, table.titles, table.header_row, table.headings, rows)


def read_csv(content: bytes, known: set[str], limits: Limits) -> Table:
    """Read CSV in UTF-8, UTF-16 or Windows-1258, parted by whichever sign gives the best headings."""
    text = decoded(content)
    try:
        headers = {sign: find_header(csv_rows(text, sign, HEADER_WITHIN), known) for sign in ";,\t"}
        sign = max(headers, key=lambda s: headers[s].score)
        if headers[sign].score == 0:
            raise TableError("Không tìm thấy dòng tiêu đề cột.", "Các cột cách nhau bằng dấu chấm phẩy, phẩy hoặc tab.")
        return build_table("", csv_rows(text, sign), headers[sign], limits)
    except csv.Error as error:
        raise TableError("Tệp CSV bị hỏng, không đọc được.", RESAVE) from error


def decoded(content: bytes) -> str:
    """Give the text, by byte order mark, else UTF-8, else Windows-1258, composed (NFC).

    >>> decoded("Đồng Đăng".encode("utf-16")) == decoded("Đồng Đăng".encode("utf-8-sig")) == "Đồng Đăng"
    True
    >>> decoded("Kỳ Lừa".encode("utf-8"))
    'Kỳ Lừa'
    """
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
    marked = [encoding for mark, encoding in marks.items() if content.startswith(mark)]
    for encoding in marked or ["utf-8", "cp1258"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return unicodedata.normalize("NFC", text)
    raise TableError("Tệp không phải văn bản CSV.", "Lưu thành “CSV UTF-8” trong Excel.")


def csv_rows(text: str, sign: str, last: int | None = None) -> Iterator[Row]:
    """Give the filled rows, numbered as Excel would show them."""
    for position, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign), start=1):
        if last and position > last:
            return
        values = tuple(trimmed(cell) for cell in cells)
        if any(v is not None for v in values):
            yield Row(position, values)


@dataclass(frozen=True)
class Header:
    """Where the headings stand, how many were recognised, and what stood above."""

    score: int = 0
    row: int = 0
    headings: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def find_header(rows: Iterable[Row], known: set[str]) -> Header:
    """Give the row with most of the known headings; without known ones, the first with two texts."""
    best = Header()
    titles: list[str] = []
    for row in rows:
        texts = [as_text(cell) for cell in row.cells]
        filled = {search_key(text) for text in texts if text}
        score = len(filled & known) if known else int(len(filled) > 1)
        if score > best.score:
            best = Header(score, row.number, without_end(texts), tuple(titles))
        titles.append(" ".join(text for text in texts if text))
    return best


def build_table(sheet: str, rows: Iterable[Row], header: Header, limits: Limits) -> Table:
    """Gather the rows below the headings, each as wide as the headings."""
    width = len(header.headings)
    if width > limits.columns:
        raise TableError(f"Quá nhiều cột; tối đa {limits.columns}.", "Xóa các cột thừa.", sheet=sheet, row=header.row)
    kept: list[Row] = []
    count = 0
    for row in rows:
        if row.number <= header.row:
            continue
        count += 1
        if count <= limits.rows:
            kept.append(Row(row.number, fitted(row, width, sheet)))
    if count > limits.rows:
        raise too_many_rows(count, limits, sheet)
    return Table(sheet, header.titles, header.row, header.headings, tuple(kept))


def fitted(row: Row, width: int, sheet: str) -> tuple[Cell, ...]:
    """Give a row as wide as the headings; a value beyond them has no meaning and is an error."""
    beyond = next((i for i, cell in enumerate(row.cells[width:], start=width + 1) if cell is not None), None)
    if beyond is not None:
        raise TableError(
            f"Dòng {row.number} có giá trị ở cột {get_column_letter(beyond)}, ngoài các cột có tiêu đề.",
            "Xóa giá trị thừa, hoặc đặt trong dấu ngoặc kép nếu giá trị có dấu ngăn cột.",
            sheet=sheet,
            row=row.number,
            column=get_column_letter(beyond),
        )
    return (row.cells + (None,) * (width - len(row.cells)))[:width]


def without_end(texts: list[str]) -> tuple[str, ...]:
    """Drop empty headings at the end."""
    last = max((i for i, text in enumerate(texts) if text), default=-1)
    return tuple(texts[: last + 1])


def number_at(row: Row, heading: str, value: Cell) -> float | None:
    """Give the number in a row's cell, None for an empty one; TableError tells row and column where it is none.

    >>> number_at(Row(4, ("12,5",)), "Dân số", "12,5")
    12.5
    """
    try:
        return parse_number(value)
    except TableError as error:
        raise TableError(error.message, error.right, row=row.number, column=heading) from error
