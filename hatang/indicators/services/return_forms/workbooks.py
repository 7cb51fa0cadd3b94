"""A return as a workbook to fill in: locked headings, dropdowns, help; the file says which return and version it is of.

A return of one place has a line for each item; one by commune has a line for each commune and columns for items. A
hidden sheet keeps what stood in each cell and its revision when the file was made, so that only what was changed in
the file is taken, and nobody's later answer is overwritten unseen.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from hatang.core.vietnamese import day, within_words
from hatang.indicators.models import FormItem, Return, ReturnCell
from hatang.indicators.services.periods import places_of
from hatang.indicators.services.return_forms.entry import (
    CONFIRM_TYPED,
    DISPUTE_TYPED,
    NONE_TYPED,
    parted,
    typed_of,
)
from hatang.places.models import Place

GUIDE, SHEET, HIDDEN = "Hướng dẫn", "Số liệu", "_hatang"
ANSWER, DENOMINATOR, REASON, COUNTED = "a", "d", "r", "c"
CODE_HEADING = "Mã dòng"
PLACE_HEADING = "Mã xã"
LONG_HEADINGS = (
    *(CODE_HEADING, "Câu hỏi", "Cách ghi", "Trả lời", "Mẫu số", "Hệ thống đếm được", "Lý do nếu không đồng ý"),
    "Giải thích",
)
LONG_COLUMNS = {ANSWER: 4, DENOMINATOR: 5, COUNTED: 6, REASON: 7}
LONG_WIDTHS = (14, 52, 34, 18, 14, 18, 34, 60)
HEADING_ROW, FIRST_ROW = 3, 4
WIDE_KEYS_ROW, WIDE_WAYS_ROW, WIDE_FIRST_ROW = 2, 4, 5
FACTS_ROWS = 6
LISTS_COLUMN, CELLS_COLUMNS = 7, (1, 2, 3, 4)
PARTS = {ANSWER: "", DENOMINATOR: "mẫu số", REASON: "lý do nếu không đồng ý", COUNTED: "hệ thống đếm được"}
GREY = PatternFill("solid", fgColor="F0F2F5")
INPUT = PatternFill("solid", fgColor="FFFDF2")
LINE = Border(bottom=Side(style="hair", color="8A939E"), right=Side(style="hair", color="D4D9DF"))
OPEN = Protection(locked=False)
WRAP = Alignment(wrap_text=True, vertical="top")
YES_NO = ("có", "chưa")


@dataclass(frozen=True)
class Ask:
    """What a workbook asks: a return, its items and places, and what stands in its cells by item and place."""

    return_: Return
    items: Sequence[FormItem]
    places: Sequence[Place]
    cells: dict[tuple[int, int], ReturnCell]

    @property
    def wide(self) -> bool:
        """Whether it has a line for each place."""
        return self.return_.period.form.by_commune

    def cell(self, item: FormItem, place: Place) -> ReturnCell | None:
        """Give what stands in a cell."""
        return self.cells.get((item.pk, place.pk))


def ask_of(return_: Return) -> Ask:
    """Read what a workbook of a return asks."""
    version = return_.period.version
    items = list(version.items.select_related("indicator").order_by("order", "pk"))
    cells = {(c.item_id, c.place_id): c for c in ReturnCell.objects.filter(of_return=return_.pk)}
    return Ask(return_, items, places_of(return_), cells)


def template_of(return_: Return) -> bytes:
    """Make the workbook of a return, with what is answered already."""
    ask = ask_of(return_)
    book = Workbook()
    book.remove(book.worksheets[0])
    guide = book.create_sheet(GUIDE, 0)
    write_guide(guide, ask)
    sheet, hidden = book.create_sheet(SHEET), book.create_sheet(HIDDEN)
    lists = write_hidden(hidden, ask)
    (write_wide if ask.wide else write_long)(sheet, ask, lists)
    for page in (guide, sheet, hidden):
        page.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    hidden.sheet_state = "veryHidden"
    book.active = 1
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def write_guide(sheet: Any, ask: Ask) -> None:
    """Write what is asked of whom by when, and how to fill it in."""
    sheet.column_dimensions["A"].width = 110
    for row, (text, bold) in enumerate(guide_lines(ask), start=1):
        cell = sheet.cell(row, 1, plain(text))
        cell.alignment, cell.font = WRAP, Font(bold=bold, size=14 if row == 1 else 11)


def guide_lines(ask: Ask) -> Iterator[tuple[str, bool]]:
    """Give the lines of the guide, each with whether it is a heading."""
    period = ask.return_.period
    yield period.form.name, True
    yield f"{period.title} · {ask.return_.filer} · hạn nộp {day((ask.return_.clock or period).due_on)}", False
    if ask.return_.simulated:
        yield "DỮ LIỆU MÔ PHỎNG – không phải số liệu chính thức", True
    yield f"Căn cứ: {period.form.legal or 'theo yêu cầu của Sở'}", False
    yield period.form.help, False
    yield "Cách ghi", True
    yield f"Chỉ ghi vào ô vàng của trang “{SHEET}”. Tiêu đề, mã dòng đã khoá: tệp được đọc theo các mã ấy.", False
    yield "Số viết như 1.234,5 hoặc gõ số thẳng vào ô. Không ghi chữ, đơn vị hay dấu % cạnh số.", False
    yield f"Nơi không có thì ghi “{NONE_TYPED}”. Có mà chưa biết bao nhiêu thì để trống.", False
    yield f"Số hệ thống đã đếm thì chọn “{CONFIRM_TYPED}” hoặc “{DISPUTE_TYPED}”; không đồng ý thì ghi lý do.", False
    yield (
        "Ghi xong, tải tệp lên ở trang của phiếu. Sai ở ô nào, hệ thống chỉ đúng ô ấy; chưa hết lỗi thì chưa lưu gì.",
        False,
    )


def write_hidden(sheet: Any, ask: Ask) -> dict[int, str]:
    """Write whose file it is, what stands in each cell now, and the choices; give each list's range by item."""
    period = ask.return_.period
    facts = (
        ("phiếu", str(ask.return_.pk)),
        ("biểu", period.form.code),
        ("bản", period.version.number),
        ("kỳ", period.title),
        ("người nộp", str(ask.return_.filer)),
    )
    for row, (name, value) in enumerate(facts, start=1):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, plain(value) if isinstance(value, str) else value)
    row = FACTS_ROWS + 1
    for (item, place), cell in standing(ask):
        told = (item.code, place.pk, cell.revision, typed_of(item, cell))
        for column, value in zip(CELLS_COLUMNS, told, strict=True):
            sheet.cell(row, column, plain(value) if isinstance(value, str) else value)
        row += 1
    return write_lists(sheet, ask.items)


def standing(ask: Ask) -> Iterator[tuple[tuple[FormItem, Place], ReturnCell]]:
    """Walk the cells that exist."""
    for item in ask.items:
        for place in ask.places:
            if cell := ask.cell(item, place):
                yield (item, place), cell


def write_lists(sheet: Any, items: Iterable[FormItem]) -> dict[int, str]:
    """Write each item's choices in a column of its own."""
    ranges = {}
    column = LISTS_COLUMN
    for item in items:
        choices = choices_of(item)
        for row, choice in enumerate(choices, start=1):
            sheet.cell(row, column, plain(choice))
        if choices:
            letter = get_column_letter(column)
            ranges[item.pk] = f"'{HIDDEN}'!${letter}$1:${letter}${len(choices)}"
            column += 1
    return ranges


def choices_of(item: FormItem) -> tuple[str, ...]:
    """Give what an item's dropdown offers."""
    if item.is_counted:
        return CONFIRM_TYPED, DISPUTE_TYPED
    if is_yes_no(item):
        return YES_NO
    return tuple(item.options) if item.kind == FormItem.Kind.CHOICE else ()


def is_yes_no(item: FormItem) -> bool:
    """Whether an item is answered by có or chưa."""
    return item.kind == FormItem.Kind.YES_NO or (item.unit is not None and item.unit.code == "yes_no")


def parts_of(item: FormItem) -> tuple[str, ...]:
    """Give the parts in which an item is answered: one, a ratio's two, or what was counted, an opinion and a reason."""
    if item.is_counted:
        return COUNTED, ANSWER, REASON
    return (ANSWER, DENOMINATOR) if item.is_ratio and not item.denominator_from else (ANSWER,)


def contents(item: FormItem, cell: ReturnCell | None) -> dict[str, Any]:
    """Give what to write in the parts of a cell: numbers as numbers, so that Excel can add them up."""
    if cell is None:
        return {}
    typed = typed_of(item, cell)
    if item.is_counted:
        opinion, _, reason = typed.partition(": ")
        return {COUNTED: counted_words(item, cell.counted), ANSWER: opinion, REASON: reason}
    if cell.none_here or not item.is_ratio:
        return {ANSWER: cell.value if cell.value is not None and not is_yes_no(item) else typed}
    if item.denominator_from:
        return {ANSWER: cell.numerator}
    return {ANSWER: cell.numerator, DENOMINATOR: cell.denominator}


def counted_words(item: FormItem, counted: dict[str, Any] | None) -> str:
    """Say what the system counted."""
    if not counted or counted.get("value") is None:
        return (counted or {}).get("lacking") or "chưa đếm được"
    kind = item.unit
    value = kind.write(counted["value"]) if kind else f"{counted['value']:g}"
    return f"{value} (mô phỏng)" if counted.get("simulated") else value


def way_of(item: FormItem, part: str = ANSWER) -> str:
    """Say how a part of an item is written."""
    if part in (REASON, COUNTED):
        return PARTS[part]
    if item.is_counted:
        return f"{CONFIRM_TYPED} / {DISPUTE_TYPED}"
    if choices := choices_of(item):
        return " / ".join(choices) if is_yes_no(item) else "chọn trong danh sách"
    if item.is_ratio and item.indicator:
        text = item.indicator.denominator_text if part == DENOMINATOR else item.indicator.numerator_text
        return f"{'mẫu số' if part == DENOMINATOR else 'tử số'}: {within_words(text) or 'số đếm'}"
    if item.kind == FormItem.Kind.TEXT:
        return "lời"
    return item.unit.label if item.unit else "số"


def write_long(sheet: Any, ask: Ask, lists: dict[int, str]) -> None:
    """Write a line for each item."""
    write_head(sheet, ask, LONG_HEADINGS, LONG_WIDTHS)
    place, row, section = ask.places[0], FIRST_ROW, ""
    for item in ask.items:
        if item.section != section:
            section = item.section
            sheet.cell(row, 2, plain(section)).font = Font(bold=True)
            row += 1
        write_item(sheet, row, item, ask.cell(item, place))
        if item.pk in lists:
            offer(sheet, lists[item.pk], f"{get_column_letter(LONG_COLUMNS[ANSWER])}{row}")
        row += 1
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 3)


def write_head(sheet: Any, ask: Ask, headings: Sequence[str], widths: Sequence[float]) -> None:
    """Write the title, and headings with the widths of their columns."""
    period = ask.return_.period
    sheet.cell(1, 1, plain(f"{period.form.name} · {period.title} · {ask.return_.filer}")).font = Font(
        bold=True, size=13
    )
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), start=1):
        cell = sheet.cell(HEADING_ROW, column, plain(heading))
        cell.font, cell.fill, cell.alignment, cell.border = Font(bold=True), GREY, WRAP, LINE
        sheet.column_dimensions[get_column_letter(column)].width = width


def write_item(sheet: Any, row: int, item: FormItem, cell: ReturnCell | None) -> None:
    """Write an item's line: its words locked, its parts open."""
    way = "; ".join(way_of(item, part) for part in parts_of(item) if part not in (REASON, COUNTED))
    label = item.label if item.required else f"{item.label} (không bắt buộc)"
    for column, text in ((1, item.code), (2, label), (3, way), (8, item.help)):
        sheet.cell(row, column, plain(text)).alignment = WRAP
    told = contents(item, cell)
    for part in parts_of(item):
        write_part(sheet.cell(row, LONG_COLUMNS[part]), part, told.get(part))
    for column in range(1, len(LONG_HEADINGS) + 1):
        sheet.cell(row, column).border = LINE


def write_part(cell: Any, part: str, value: Any) -> None:
    """Write a part of an answer into its cell, open to be typed into unless the system counted it."""
    cell.value = plain(value) if isinstance(value, str) else value
    cell.alignment, cell.border = WRAP, LINE
    if part == COUNTED:
        cell.fill = GREY
        return
    cell.fill, cell.protection = INPUT, OPEN
    if isinstance(value, int | float):
        cell.number_format = "#,##0" if float(value).is_integer() else "#,##0.########"


def write_wide(sheet: Any, ask: Ask, lists: dict[int, str]) -> None:
    """Write a line for each commune, and columns for each item under a hidden row of their keys."""
    columns = [(item, part) for item in ask.items for part in parts_of(item)]
    headings = [item.label if part == parts_of(item)[0] else "" for item, part in columns]
    widths = [30 if part == REASON else 18 for _, part in columns]
    write_head(sheet, ask, [PLACE_HEADING, "Xã, phường", *headings], [10, 26, *widths])
    sheet.row_dimensions[WIDE_KEYS_ROW].hidden = True
    for column, (item, part) in enumerate(columns, start=3):
        sheet.cell(WIDE_KEYS_ROW, column, f"{item.code}#{part}")
        way = sheet.cell(WIDE_WAYS_ROW, column, plain(way_of(item, part)))
        way.font, way.alignment, way.fill, way.border = Font(italic=True, size=9), WRAP, GREY, LINE
        if part == ANSWER and item.pk in lists:
            letter = get_column_letter(column)
            offer(sheet, lists[item.pk], f"{letter}{WIDE_FIRST_ROW}:{letter}{WIDE_FIRST_ROW + len(ask.places) - 1}")
    for row, place in enumerate(ask.places, start=WIDE_FIRST_ROW):
        sheet.cell(row, 1, place.code).border = LINE
        sheet.cell(row, 2, plain(str(place))).border = LINE
        write_line(sheet, row, columns, ask, place)
    sheet.freeze_panes = sheet.cell(WIDE_FIRST_ROW, 3)


def write_line(sheet: Any, row: int, columns: Sequence[tuple[FormItem, str]], ask: Ask, place: Place) -> None:
    """Write a commune's answers."""
    told: dict[str, Any] = {}
    for column, (item, part) in enumerate(columns, start=3):
        if part == parts_of(item)[0]:
            told = contents(item, ask.cell(item, place))
        write_part(sheet.cell(row, column), part, told.get(part))


def offer(sheet: Any, choices: str, cells: str) -> None:
    """Offer a list in cells; other words may be typed, since “không có” may be right."""
    validation = DataValidation(type="list", formula1=choices, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(validation)
    validation.add(cells)


def plain(text: str) -> str:
    """Give a text that no program takes for a formula, nor refuses to write."""
    clean = "".join(c for c in text if c in "\n\t" or ord(c) >= 32)
    return f"'{clean}" if clean.startswith("=") else clean


def typed_parts(item: FormItem, typed: str) -> dict[str, str]:
    """Part what is typed in a cell into the parts that a workbook shows."""
    if item.is_counted:
        opinion, _, reason = typed.partition(": ")
        return {ANSWER: opinion, REASON: reason}
    if DENOMINATOR in parts_of(item):
        numerator, denominator = parted(typed)
        return {ANSWER: numerator, DENOMINATOR: denominator}
    return {ANSWER: typed}
