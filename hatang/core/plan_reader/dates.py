"""Dates and deadlines as documents write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from hatang.core.vietnamese import search_key

DATE = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s?(?:[/.–-]|th[áa]ng)\s?(?P<month>\d{1,2})\s?(?:[/.–-]|,?\s?n[ăa]m)\s?"
    r"(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
OPEN_ENDED = re.compile(
    r"thuong xuyen|hang nam|hang quy|hang thang|lien tuc|dinh ky|dot xuat|tiep theo|theo (?:yeu cau|tien do|lo trinh)"
)
STARTS = re.compile(r"^(?:bat dau )?tu (?:nam |thang |quy )*(?:\S+ )?\d{4}(?: tro di)?$")
BEFORE = re.compile(r"\btruoc (?:nam|thang|quy)\b")
KEY_DATE = re.compile(r"\b(\d{1,2}) (?:thang )?(\d{1,2}) (?:nam )?((?:19|20)\d\d)\b")
QUARTER = re.compile(r"\bquy (?:i{1,3}|iv|[1-4])(?: (?:va |den |quy )*(?:i{1,3}|iv|[1-4]))*\b")
MONTH = re.compile(r"\b(?:thang|truoc|den) (\d{1,2}) (?:nam )?((?:19|20)\d\d)\b|^(\d{1,2}) ((?:19|20)\d\d)$")
HALF = re.compile(r"\b6 thang dau nam\b|\bnua dau nam\b")
YEAR = re.compile(r"\b((?:19|20)\d\d)\b")

POINT = (
    r"(?:(?:ngày\s)?\d{1,2}\s?(?:[/.-]|tháng)\s?\d{1,2}\s?(?:[/.-]|năm)\s?\d{4}"
    r"|quý\s(?:[IV]{1,3}|[1-4])(?:\s?[,-]\s?(?:[IV]{1,3}|[1-4]))*\s?(?:/|năm\s|-\s?)\s?\d{4}"
    r"|tháng\s\d{1,2}\s?(?:/|năm\s)\s?\d{4}"
    r"|(?:6 tháng đầu\s|cuối\s|hết\s)?năm\s\d{4})"
)
DEADLINE = re.compile(
    r"(?:hoàn thành|xong|chậm nhất|muộn nhất)(?:\s(?:xong|chậm nhất|muộn nhất|trước|trong|vào|đến|hết|là))*"
    rf"\s{POINT}"
    rf"|(?:trước|trong|chậm nhất)(?:\s(?:trong|đến|hết|vào|là))*\s{POINT}"
    r"|hoàn thành(?:\s(?:trong|giai đoạn|năm))*\s20\d\d(?:\s?[-–]\s?20\d\d)?(?![\d/])",
    re.IGNORECASE,
)
IN_BRACKET = re.compile(rf"[;,]\s(?P<time>{POINT})\s?\)", re.IGNORECASE)
LEAD_WORDS = re.compile(r"^(?:(?:hoàn thành|xong)\s)+", re.IGNORECASE)


def iso_date(found: re.Match[str]) -> str | None:
    """Give a match of `DATE` as YYYY-MM-DD; None for a day that no calendar has.

    >>> iso_date(DATE.search("ngày 03 tháng 6 năm 2020"))
    '2020-06-03'
    """
    return iso(int(found["year"]), int(found["month"]), int(found["day"]))


def iso(year: int, month: int, day: int) -> str | None:
    """Give a day as YYYY-MM-DD; None where no calendar has it."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def last_day(year: int, month: int) -> str | None:
    """Give the last day of a month as YYYY-MM-DD."""
    return iso(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None


def due_day(deadline: str) -> str | None:
    """Give the last day (YYYY-MM-DD) that a deadline leaves; None where it is open or not a time.

    >>> due_day("Quý IV/2025"), due_day("trước ngày 30/6/2026"), due_day("2026 - 2030"), due_day("Hằng năm")
    ('2025-12-31', '2026-06-30', '2030-12-31', None)
    """
    key = search_key(deadline)
    if OPEN_ENDED.search(key) or STARTS.search(key):
        return None
    days = KEY_DATE.findall(key)
    if days:
        day, month, year = map(int, days[-1])
        return iso(year, month, day)
    return _of_quarter(key) or _of_month(key) or _of_year(key)


def _last_year(key: str) -> int:
    return max((int(year) for year in YEAR.findall(key)), default=0)


def _of_quarter(key: str) -> str | None:
    found, year = QUARTER.search(key), _last_year(key)
    if not found or not year:
        return None
    quarter = QUARTERS[found.group().split()[-1]] - bool(BEFORE.search(key))
    return last_day(year, 3 * quarter) if quarter else last_day(year - 1, 12)


def _of_month(key: str) -> str | None:
    found = MONTH.search(key)
    if not found:
        return None
    month, year = int(found[1] or found[3]), int(found[2] or found[4])
    if BEFORE.search(key):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return last_day(year, month)


def _of_year(key: str) -> str | None:
    year = _last_year(key)
    if not year:
        return None
    if HALF.search(key):
        return last_day(year, 6)
    return last_day(year - bool(BEFORE.search(key)), 12)


def deadline_in(sentence: str) -> str | None:
    """Give the words of a sentence that say until when it is to be done.

    >>> deadline_in("Xây dựng cổng dữ liệu, hoàn thành trong quý IV/2025.")
    'trong quý IV/2025'
    >>> deadline_in("Ngầm hóa cáp (Sở Xây dựng chủ trì; Quý II/2027)")
    'Quý II/2027'
    """
    found, last = DEADLINE.search(sentence), IN_BRACKET.search(sentence)
    if not found:
        return last["time"] if last else None
    return LEAD_WORDS.sub("", found.group())
