"""Years by which something is due, and years that only compare or date something else."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from hatang.core.plan_reader.structure import Header, Item, Text
from hatang.core.plan_reader.wording import Wording, one_of, reading_key

YEAR = r"(?:19|20)\d\d"
COMPARING = one_of(
    "so với",
    "so",
    "so cùng kỳ",
    "cùng kỳ",
    "kể từ",
    "từ",
    "tính từ",
    "từ đầu",
    "số liệu",
    "bằng",
    "sau",
    r"gấp (?:đôi|ba|bốn|rưỡi|[\w,.]+ lần)(?: của| mức| con số)?",
)
POINTS = one_of("năm", "cuối năm", "đầu năm", "hết năm", "cuối", "hết", "thời điểm", "mức năm", "mức", "ngày")
DISTANT = one_of("định hướng", "tầm nhìn", "hướng tới", "hướng đến")
PERIOD = Wording(r"(?<!\d)(" + YEAR + r") ?(?:-|–|—|đến|đến năm|tới|÷) ?(" + YEAR + r")(?!\d)")
COMPARED = Wording(r"(?<!\w)" + COMPARING + r"(?: với)?(?: " + POINTS + r")? ?$")
FROM = Wording(r"(?<!\w)từ (?:đầu )?(?:năm )?$")
FAR = Wording(r"(?<!\w)" + DISTANT + r"(?: (?:đến|tới|cho|phát triển|cuối|hết|năm|giai đoạn|thời kỳ))* ?$")
SINGLE = re.compile(r"(?<![\d.,])" + YEAR + r"(?![\d]|[.,]\d| ?%)")
DATED = Wording(r"(?:ngày )?\d{1,2}(?: tháng |[/.-])\d{1,2}(?: năm |[/.-])$")
LIMITED = Wording(
    r"(?<!\w)" + one_of("trước", "chậm nhất", "muộn nhất", "đến", "hết") + r"(?: (?:ngày|là|hết|đến|vào|trước))* ?$"
)
PART_OF_YEAR = Wording(r"(?:quý (?:[ivx]+|\d)|(?<![\d/.])(?:0?[1-9]|1[0-2])) ?/ ?$")
ANNOUNCED = Wording(
    r"(?:^|[^\w /]|(?<!\w)"
    + one_of("năm", "đến", "trước", "hết", "cuối", "đầu", "tới", "vào", "trong", "các", "giai đoạn", "thời kỳ")
    + r") ?$"
)
RISES = Wording(r"\)? (?:lên|xuống|tăng lên|giảm xuống)\b")
CITED = Wording(
    r"\d(?:/\d{4})?[/-] ?[a-zđ]{2,}\d*-?|(?<!\w)(?:nghị quyết|quyết định|nghị định|kế hoạch|chiến lược|đề án) số \d"
)
QUOTED = re.compile(r"“[^”]{0,300}”|\"[^\"]{0,300}\"")
LOOK_BACK = 40
FIRST, LAST = 2000, 2100
SECOND_HALF = "07"


@dataclass(frozen=True, slots=True)
class YearMention:
    """A year and what it is there for: `due`, `base` (compared with), `far` (orientation, vision) or `other`."""

    start: int
    end: int
    year: int
    role: str


def find_years(text: str) -> tuple[YearMention, ...]:
    """Find the years of composed text; a period counts with its last year.

    >>> [(y.year, y.role) for y in find_years("Đến hết năm 2026 tăng gấp đôi so với năm 2024")]
    [(2026, 'due'), (2024, 'base')]
    """
    key = reading_key(text)
    shut = [match.span() for match in QUOTED.finditer(key)]
    periods = [
        YearMention(m.start(), m.end(), int(m[2]), _period_role(key, m, shut)) for m in PERIOD.of(key).finditer(key)
    ]
    taken = [(p.start, p.end) for p in periods]
    singles = [m for m in SINGLE.finditer(key) if not _within(taken, m.start())]
    found = periods + [
        YearMention(m.start(), m.end(), int(m[0]), _role(key, m.start(), m.end(), shut)) for m in singles
    ]
    return tuple(sorted((y for y in found if FIRST <= y.year < LAST), key=lambda y: y.start))


def _within(spans: list[tuple[int, int]], at: int) -> bool:
    """Say whether a position lies in one of these spans, which stand in order and apart."""
    n = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return n >= 0 and at < spans[n][1]


def _period_role(key: str, match: re.Match[str], shut: list[tuple[int, int]]) -> str:
    """Say what a period is there for; "từ năm 2026 đến năm 2030" compares with nothing."""
    role = _role(key, match.start(), match.end(), shut)
    before = key[max(0, match.start() - LOOK_BACK) : match.start()]
    return "due" if role == "base" and FROM.of(key).search(before) else role


def _role(key: str, start: int, end: int, shut: list[tuple[int, int]]) -> str:
    """Say what a year is there for, by the words around it."""
    before = key[max(0, start - LOOK_BACK) : start]
    if _within(shut, start):
        return "other"
    day = DATED.of(key).search(before)
    if day:
        return "due" if LIMITED.of(key).search(before[: day.start()]) else "other"
    if CITED.of(key).search(key[max(0, start - 4 * LOOK_BACK) : start].rsplit(";", 1)[-1]):
        return "other"
    return "due" if PART_OF_YEAR.of(key).search(before) else _role_by_word(key, before, end)


def _role_by_word(key: str, before: str, end: int) -> str:
    """Say what a year without day or month is there for."""
    if before.endswith("/") or key.startswith("/", end):
        return "other"
    if COMPARED.of(key).search(before) or RISES.of(key).match(key, end):
        return "base"
    if FAR.of(key).search(before):
        return "far"
    return "due" if ANNOUNCED.of(key).search(before) or not key[end : end + 2].strip().isalpha() else "other"


def due_year_of(text: str) -> int | None:
    """Give the year by which a heading's or lead-in's things are due; an orientation only where no nearer year is.

    >>> due_year_of("MỤC TIÊU ĐẾN NĂM 2025, ĐỊNH HƯỚNG ĐẾN NĂM 2030"), due_year_of("Tầm nhìn đến năm 2045")
    (2025, 2045)
    """
    found = find_years(text)
    near = [y.year for y in found if y.role == "due"]
    far = [y.year for y in found if y.role == "far"]
    return next(iter(near or far), None)


def base_year_of(text: str) -> int | None:
    """Give the year that something is compared with.

    >>> base_year_of("tăng gấp đôi so với năm 2024")
    2024
    """
    return next((y.year for y in find_years(text) if y.role == "base"), None)


def first_year(header: Header) -> int:
    """Give the first year that a plan is for; one signed in a year's second half looks to the next.

    >>> [first_year(h) for h in (Header(date="2025-12-22"), Header(date="2025-01-10", year_from=2027), Header())]
    [2026, 2027, 0]
    """
    signed = header.date or ""
    after = int(signed[:4]) + (signed[5:7] >= SECOND_HALF) if signed else 0
    return max(header.year_from or 0, after)


def year_over(text: Text, item: Item) -> int | None:
    """Give the year of the nearest heading above that tells one."""
    return next((year for m in reversed(item.above) if (year := due_year_of(text.items[m].title))), None)
