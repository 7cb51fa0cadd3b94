"""Read a filled workbook of a return: what was changed in it, and every fault with the cell where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl.utils import get_column_letter

from hatang.core.cells import TableError, as_text
from hatang.core.tables import Limits, from_book, kind_of
from hatang.core.vietnamese import day, number, search_key
from hatang.indicators.models import FormItem, Period, Return
from hatang.indicators.services.return_forms.entry import (
    NONE_TYPED,
    Answer,
    as_typed,
    joined,
    read_answer,
    says_none,
    typed_of,
    with_denominators,
)
from hatang.indicators.services.return_forms.workbooks import (
    ANSWER,
    CELLS_COLUMNS,
    CODE_HEADING,
    COUNTED,
    DENOMINATOR,
    FACTS_ROWS,
    HIDDEN,
    LONG_COLUMNS,
    PLACE_HEADING,
    REASON,
    SHEET,
    WIDE_KEYS_ROW,
    Ask,
    ask_of,
    parts_of,
)
from hatang.places.models import Place
from hatang.places.services import successors_on

MOST_ROWS, MOST_COLUMNS, MOST_KNOWN = 3_000, 400, 60_000
LIMITS = Limits(MOST_KNOWN, MOST_COLUMNS, 100_000_000)
AGAIN = "Tải mẫu từ trang của phiếu này rồi ghi lại."
WORDS = (FormItem.Kind.TEXT, FormItem.Kind.CHOICE)
ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!")


@dataclass(frozen=True)
class FilledCell:
    """A cell that was changed in a file: what is typed, what it means, and the revision that the file had seen."""

    item: FormItem
    place: Place
    typed: str
    answer: Answer
    revision: int
    before: str
    """What stands in the return now, as it would be typed."""
    at: str
    """Where in the file, as Excel names it."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file: at which cell (empty: the whole file), of what, and what would be right."""

    message: str
    at: str = ""
    what: str = ""

    def __str__(self) -> str:
        return " · ".join(part for part in (f"ô {self.at}" if self.at else "", self.what, self.message) if part)


@dataclass
class Read:
    """What a file holds for a return. `same` cells were changed in the file to what the return holds by now anyway."""

    cells: list[FilledCell] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    same: int = 0

    @property
    def nothing_new(self) -> bool:
        """Whether the file brings nothing: untouched, or brought before."""
        return not self.cells and not self.faults

    @property
    def nothing_words(self) -> str:
        """Say why there is nothing to store."""
        if self.same:
            return f"Tệp này đã được nạp: {number(self.same)} ô ghi trong tệp trùng với phiếu. Không có gì để lưu."
        return "Tệp chưa ghi thêm gì so với lúc tải mẫu. Không có gì để lưu."


@dataclass(frozen=True)
class Raw:
    """What a cell of the file holds, and where."""

    at: str
    value: Any
    percent: bool = False


@dataclass
class Book:
    """A workbook as it was read: its sheets' names, its own facts, what it knew of cells, and the filled lines."""

    sheets: list[str]
    facts: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    rows: list[tuple[int, list[Raw]]] = field(default_factory=list)


def read_filled(return_: Return, content: bytes, name: str) -> Read:
    """Read a filled workbook for a return; nothing is stored. What the file is not made for comes as a fault too."""
    try:
        if kind_of(content, name) != "xlsx":
            return Read(faults=[Fault(f"Tệp CSV không có mã phiếu và bản của biểu. {AGAIN}")])
        book = from_book(content, LIMITS, lambda opened, parts: read_book(opened))
    except TableError as error:
        return Read(faults=[Fault(str(error))])
    wrong = wrong_file(return_, book)
    if wrong:
        return Read(faults=[Fault(wrong)])
    ask = ask_of(return_)
    with_denominators(ask.places)
    read = Read()
    lines = wide_lines(ask, book, read) if ask.wide else long_lines(ask, book, read)
    for item, place, parts in lines:
        take(read, ask, book, item, place, parts)
    return read


def read_book(opened: Any) -> Book:
    """Read the facts and lines of a workbook that was found harmless."""
    book = Book([sheet.title for sheet in opened.worksheets])
    if HIDDEN in book.sheets:
        read_hidden(opened[HIDDEN], book)
    if SHEET in book.sheets:
        rows = opened[SHEET].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
        lines = ((n, raws_of(n, row)) for n, row in enumerate(rows, start=1))
        book.rows = [(n, raws) for n, raws in lines if any(raw.value is not None for raw in raws)]
    return book


def read_hidden(sheet: Any, book: Book) -> None:
    """Read whose file it is and what it knew of each cell."""
    for n, row in enumerate(sheet.iter_rows(max_row=MOST_KNOWN, max_col=max(CELLS_COLUMNS), values_only=True), start=1):
        if n <= FACTS_ROWS:
            book.facts[str(row[0] or "")] = str(row[1] if row[1] is not None else "")
        elif isinstance(row[1], int | float) and isinstance(row[2], int | float):
            book.known[str(row[0]), int(row[1])] = (int(row[2]), unquoted(row[3]))


def raws_of(row: int, cells: Sequence[Any]) -> list[Raw]:
    """Give what the cells of a row hold."""
    return [
        Raw(
            f"{get_column_letter(column)}{row}", blank(cell.value), "%" in str(getattr(cell, "number_format", "") or "")
        )
        for column, cell in enumerate(cells, start=1)
    ]


def blank(value: Any) -> Any:
    """Give a cell's value, nothing for blanks alone."""
    return (unquoted(value) or None) if isinstance(value, str) else value


def unquoted(value: Any) -> str:
    """Give a text without the apostrophe that kept it from being a formula."""
    text = str(value if value is not None else "").strip()
    return text[1:] if text.startswith("'=") else text


def wrong_file(return_: Return, book: Book) -> str:
    """Say why a file is not one of this return's; nothing where it is."""
    if HIDDEN not in book.sheets:
        return f"Tệp này không phải mẫu của phiếu (các trang tính: {', '.join(book.sheets[:5])}). {AGAIN}"
    if SHEET not in book.sheets:
        return f"Không thấy trang tính “{SHEET}”; tệp có: {', '.join(s for s in book.sheets if s != HIDDEN)}. {AGAIN}"
    facts, period = book.facts, return_.period
    if facts.get("phiếu") != str(return_.pk):
        theirs = f"{facts.get('người nộp', '?')}, {facts.get('kỳ', '?')}, biểu {facts.get('biểu', '?')}"
        return f"Tệp là của phiếu khác ({theirs}); phiếu này là của {return_.filer}, {period.title}. {AGAIN}"
    if facts.get("bản") != str(period.version.number):
        return (
            f"Tệp theo bản {facts.get('bản', '?')} của biểu, phiếu này theo bản {period.version.number}. "
            "Tải mẫu mới rồi chép số sang: mã dòng giữ nguyên qua các bản."
        )
    return gone_words(return_.place, period)


def gone_words(place: Place, period: Period) -> str:
    """Say that a place was no more when the period ended, and what it became; nothing where it still was."""
    today = timezone.localdate()
    if place.valid_to is None or place.valid_to >= min(period.last_on, today):
        return ""
    now = ", ".join(str(successor) for successor in successors_on(place, today))
    became = f"; nay thuộc {now}: số liệu ghi vào phiếu của nơi ấy" if now else ""
    return f"{place} không còn từ ngày {day(place.valid_to)}{became}."


Line = tuple[FormItem, Place, dict[str, Raw]]


def long_lines(ask: Ask, book: Book, read: Read) -> Iterator[Line]:
    """Walk the lines of a workbook with a line for each item."""
    by_code = {item.code: item for item in ask.items}
    head = next((n for n, row in book.rows if row and row[0].value == CODE_HEADING), None)
    if head is None:
        read.faults.append(Fault(f"Không thấy dòng tiêu đề có “{CODE_HEADING}”. {AGAIN}"))
        return
    seen: dict[str, str] = {}
    for n, row in book.rows:
        code = as_typed(row[0].value) if n > head else ""
        if not code:
            continue
        if code not in by_code:
            read.faults.append(Fault(f"biểu không có dòng mang mã “{code}”; đừng sửa cột {CODE_HEADING}.", row[0].at))
        elif code in seen:
            read.faults.append(Fault(f"mã dòng “{code}” đã có ở ô {seen[code]}; mỗi dòng chỉ ghi một lần.", row[0].at))
        else:
            seen[code] = row[0].at
            item = by_code[code]
            yield item, ask.places[0], {part: row[LONG_COLUMNS[part] - 1] for part in parts_of(item)}


def wide_lines(ask: Ask, book: Book, read: Read) -> Iterator[Line]:
    """Walk the cells of a workbook with a line for each commune."""
    keys = next((row for n, row in book.rows if n == WIDE_KEYS_ROW), [])
    columns = columns_by_item(ask, keys, read)
    head = next((n for n, row in book.rows if row and row[0].value == PLACE_HEADING), None)
    if head is None:
        read.faults.append(Fault(f"Không thấy dòng tiêu đề có “{PLACE_HEADING}”. {AGAIN}"))
        return
    by_code = {place.code: place for place in ask.places}
    seen: dict[str, str] = {}
    for n, row in book.rows:
        code = place_code(row[0].value) if n > head else ""
        if not code:
            continue
        if code not in by_code or code in seen:
            read.faults.append(Fault(strange_place(ask, code, seen), row[0].at))
            continue
        seen[code] = row[0].at
        for item, at in columns.items():
            yield item, by_code[code], {part: row[column] for part, column in at.items()}


def columns_by_item(ask: Ask, keys: Sequence[Raw], read: Read) -> dict[FormItem, dict[str, int]]:
    """Find the columns of each item by the hidden row of keys; an item that lost one is a fault."""
    at = {str(raw.value): column for column, raw in enumerate(keys) if raw.value is not None}
    found = {}
    for item in ask.items:
        wanted = {part: f"{item.code}#{part}" for part in parts_of(item) if part != COUNTED}
        missing = [key for key in wanted.values() if key not in at]
        if missing:
            read.faults.append(Fault(f"Cột của dòng này không còn trong tệp. {AGAIN}", what=item.label))
        else:
            found[item] = {part: at[key] for part, key in wanted.items()}
    return found


def place_code(value: Any) -> str:
    """Give a commune's code; Excel may have taken it for a number."""
    return f"{value:05.0f}" if isinstance(value, int | float) else str(value or "").strip()


def strange_place(ask: Ask, code: str, seen: dict[str, str]) -> str:
    """Say what is wrong with a commune's line."""
    if code in seen:
        return f"xã mã {code} đã có ở ô {seen[code]}; mỗi xã chỉ một dòng."
    found = Place.objects.communes().filter(code=code, province=ask.return_.province).order_by("-valid_to").first()
    gone = gone_words(found, ask.return_.period) if found else ""
    return gone or f"mã “{code}” không phải xã, phường nào của phiếu này; đừng sửa cột {PLACE_HEADING}."


def take(read: Read, ask: Ask, book: Book, item: FormItem, place: Place, parts: dict[str, Raw]) -> None:
    """Take a cell if the file changed it, or say what is wrong with it."""
    at, what = parts[ANSWER].at, item.label + (f", {place}" if ask.wide else "")
    revision, known = book.known.get((item.code, place.pk), (0, ""))
    try:
        typed = typed_in(item, parts)
        if typed == known:
            return
        answer = read_answer(item, place, typed)
    except ValidationError as error:
        read.faults.append(Fault(error.messages[0], faulty_at(item, parts, at), what))
        return
    normal, now = typed_of(item, answer), typed_of(item, ask.cell(item, place))
    if normal == known:
        return
    if normal == now:
        read.same += 1
    else:
        read.cells.append(FilledCell(item, place, normal, answer, revision, now, at))


def typed_in(item: FormItem, parts: dict[str, Raw]) -> str:
    """Put what stands in the parts of a cell into the one text that is read."""
    write = raw_words if item.kind in WORDS else raw_text
    told = {part: write(raw) for part, raw in parts.items() if part != COUNTED}
    answer = told[ANSWER]
    if REASON in told:
        if told[REASON] and not answer:
            raise ValidationError("Có lý do mà chưa chọn ý kiến: chọn “xác nhận” hoặc “không đồng ý”.")
        return f"{answer}: {told[REASON]}" if told[REASON] and search_key(answer) != "xac nhan" else answer
    if DENOMINATOR not in told or (says_none(answer) and not told[DENOMINATOR]):
        return answer
    if says_none(answer):
        raise ValidationError(f"Tử số ghi “{NONE_TYPED}” mà mẫu số có số: để trống mẫu số, hoặc ghi tử số là 0.")
    return joined(answer, told[DENOMINATOR])


def raw_words(raw: Raw) -> str:
    """Write what a cell of words holds: Excel may have made a number or a day of it."""
    return day(raw.value) if isinstance(raw.value, date) else as_text(raw.value)


def raw_text(raw: Raw) -> str:
    """Write what a cell of the file holds as it would be typed."""
    if isinstance(raw.value, date):
        raise ValidationError(f"Excel đã hiểu thành ngày {day(raw.value)}; đặt ô thành kiểu số rồi ghi lại.")
    if isinstance(raw.value, str) and raw.value.upper() in ERRORS:
        if raw.value.upper() == "#N/A":
            return NONE_TYPED
        raise ValidationError(f"Công thức trong ô bị lỗi {raw.value}; ghi thẳng con số.")
    if raw.percent and isinstance(raw.value, int | float) and not isinstance(raw.value, bool):
        return f"{as_typed(raw.value * 100)}%"
    return as_typed(raw.value)


def faulty_at(item: FormItem, parts: dict[str, Raw], at: str) -> str:
    """Point at the part that cannot be read by itself; at the answer where only the two together are wrong."""
    if DENOMINATOR in parts:
        try:
            read_answer(item, Place(), f"/ {raw_text(parts[DENOMINATOR])}")
        except ValidationError:
            return parts[DENOMINATOR].at
    return at
