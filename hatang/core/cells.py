"""Numbers, dates and texts out of the cells of a table, and what is wrong with one, where, and what would be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

Cell = str | int | float | bool | date | datetime | None
Read = TypeVar("Read")

PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]00:00(?::00)?)?")
ESCAPED = re.compile("'[=+@-]")
EXCEL_EPOCH = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1950, 2100
RIGHT_DATE = "Viết ngày/tháng/năm, ví dụ 31/12/2025."
RIGHT_MOMENT = "Viết ngày/tháng/năm giờ:phút, ví dụ 15/03/2026 09:30."
MOMENTS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


class TableError(ValueError):
    """What is wrong in a file or a cell, where, and what would be right."""

    def __init__(self, message: str, right: str = "", *, sheet: str = "", row: int = 0, column: str = "") -> None:
        super().__init__(f"{message} {right}".strip())
        self.message, self.right = message, right
        self.sheet, self.row, self.column = sheet, row, column


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell of a row, under which heading, and what would be right."""

    row: int
    column: str
    heading: str
    value: str
    wrong: str
    right: str = ""


def trimmed(cell: Any) -> Cell:
    """Give a cell's plain value: no blanks around, nothing for empty text, no times of day alone.

    The apostrophe that exports put before a text like a formula is taken off again.

    >>> trimmed(" '-5 Lê Lợi "), trimmed("'a"), trimmed(" ")
    ('-5 Lê Lợi', "'a", None)
    """
    if isinstance(cell, str):
        text = cell.replace("\xa0", " ").strip()
        return (text[1:] if ESCAPED.match(text) else text) or None
    if cell is None or isinstance(cell, int | float | date):
        return cell
    return str(cell)


def as_text(value: Cell) -> str:
    """Give a cell as text; a code that Excel took for a number loses its ".0".

    >>> as_text(6181.0), as_text(" LS-001 "), as_text(None)
    ('6181', 'LS-001', '')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def noted(faults: list[str], read: Callable[[], Read]) -> Read | None:
    """Read a cell, or note what is wrong with it and give None, so that all faults of a row are told at once.

    >>> told = []
    >>> noted(told, lambda: int("5")), noted(told, lambda: grouped_count("mười", 10)), told
    (5, None, ['“mười”'])
    """
    try:
        return read()
    except ValueError as error:
        faults.append(str(error))
        return None


def grouped_count(value: Cell, most: int) -> int | None:
    """Give a whole number, none below zero, None for an empty cell; thousands may be parted by dots or blanks.

    For columns in which only counts stand, so that a dot can mean nothing else. Raises ValueError with the cell's text.

    >>> grouped_count("1.234", 10_000), grouped_count(7.0, 10), grouped_count(" ", 10)
    (1234, 7, None)
    >>> grouped_count("mười", 10)
    Traceback (most recent call last):
    ValueError: “mười”
    """
    text = as_text(value).replace(".", "").replace(" ", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) <= most):
        raise ValueError(f"“{value}”")
    return int(text)


def parse_number(value: Cell) -> float | None:
    """Give a number, None for an empty cell; one comma or dot is the decimal sign, thousands signs are refused.

    A dot before three digits cannot be told from a thousands sign, so a number with both signs is refused too.

    >>> parse_number("106,76"), parse_number("21.85"), parse_number(45), parse_number("")
    (106.76, 21.85, 45.0, None)
    >>> parse_number("1.234,5")
    Traceback (most recent call last):
    hatang.core.cells.TableError: “1.234,5” có dấu ngăn hàng nghìn. Viết 1234,5.
    >>> parse_number("95%")
    Traceback (most recent call last):
    hatang.core.cells.TableError: “95%” có dấu %. Viết 95.
    >>> parse_number("N/A")
    Traceback (most recent call last):
    hatang.core.cells.TableError: “N/A” không phải số. Viết số bằng chữ số, ví dụ 12,5; chưa biết thì để trống ô.
    """
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return finite(value)
    text = str(value).strip()
    if PLAIN_NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    raise TableError(*number_fault(text))


def finite(value: float) -> float:
    """Refuse what is too large to be a number."""
    if not abs(value) < 1e15 or math.isnan(value):
        raise TableError("Số quá lớn.", "Kiểm tra lại giá trị của ô.")
    return float(value)


def number_fault(text: str) -> tuple[str, str]:
    """Say what is wrong with a text that should be a number, and what would be right."""
    shown = f"“{text[:40]}”"
    if text.endswith("%") and PLAIN_NUMBER.fullmatch(text[:-1].strip()):
        return f"{shown} có dấu %.", f"Viết {text[:-1].strip()}."
    if re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?", text):
        return f"{shown} có dấu ngăn hàng nghìn.", f"Viết {text.replace('.', '')}."
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", text):
        return f"{shown} có dấu ngăn hàng nghìn.", f"Viết {text.replace(',', '').replace('.', ',')}."
    if unit := re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?)\s*([^\W\d]{1,10})", text):
        return f"{shown} có đơn vị “{unit[2]}” trong ô.", f"Chỉ viết số: {unit[1]}."
    return f"{shown} không phải số.", "Viết số bằng chữ số, ví dụ 12,5; chưa biết thì để trống ô."


def parse_date(value: Cell) -> date | None:
    """Give a day, None for an empty cell, from an Excel date, its serial number, dd/mm/yyyy or yyyy-mm-dd.

    >>> parse_date("31/12/2025"), parse_date(45658), parse_date("2025-01-01")
    (datetime.date(2025, 12, 31), datetime.date(2025, 1, 1), datetime.date(2025, 1, 1))
    >>> parse_date("31/02/2025")
    Traceback (most recent call last):
    hatang.core.cells.TableError: Ngày “31/02/2025” không có trong lịch. Viết ngày/tháng/năm, ví dụ 31/12/2025.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return plausible(value.date(), value)
    if isinstance(value, date):
        return plausible(value, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return from_serial(value)
    return from_text(str(value).strip())


def from_serial(value: float) -> date:
    """Give the day of an Excel serial number (days since 30/12/1899)."""
    if not 0 < value < 100_000 or value != int(value):
        raise TableError(f"“{as_text(value)}” không phải ngày.", RIGHT_DATE)
    return plausible(EXCEL_EPOCH + timedelta(days=int(value)), as_text(value))


def from_text(text: str) -> date:
    """Give the day that a text names, day first as in Viet Nam."""
    if found := DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        raise TableError(f"“{text[:40]}” không phải ngày.", RIGHT_DATE)
    try:
        return plausible(date(year, month, day), text)
    except ValueError as error:
        if isinstance(error, TableError):
            raise
        what = f"Tháng {month} không có" if month > 12 else f"Ngày “{text}” không có trong lịch"
        raise TableError(f"{what}.", RIGHT_DATE) from error


def plausible(day: date, written: object) -> date:
    """Refuse a year that no register of ours can hold; it is nearly always a slip."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise TableError(f"Năm {day.year} trong “{str(written)[:40]}” ngoài {FIRST_YEAR}–{LAST_YEAR}.", RIGHT_DATE)
    return day


def parse_moment(value: Cell) -> datetime | None:
    """Give an instant as Excel holds it or as people write it, None for an empty cell; a day alone is its noon.

    >>> parse_moment("15/03/2026 09:30"), parse_moment("2026-03-15")
    (datetime.datetime(2026, 3, 15, 9, 30), datetime.datetime(2026, 3, 15, 12, 0))
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value
    text = " ".join(as_text(value).split())
    for form in MOMENTS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    try:
        day = parse_date(value)
    except TableError as error:
        raise TableError(f"“{text[:40]}” không phải thời điểm.", RIGHT_MOMENT) from error
    return datetime.combine(day, time(12)) if day else None
