"""The grammar of quantities: comparator, number, unit, "trở lên"; what looks like a number and is none.

The wordings stand in quantity_wordings.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from hatang.core.plan_reader.quantity_wordings import (
    AFTER,
    COMPARATORS,
    COUNTED_UNITS,
    FOR_EACH,
    GLUED_WORDS,
    LEADING_WORDS,
    MISSPELT,
    MULTIPLES,
    MULTIPLIERS,
    NOT_A_NOUN,
    NOT_QUANTITIES,
    OTHER_WHOLES,
    PER_HUNDRED,
    PERSON,
    RANKS,
    TIMES,
    UNITS,
    VERBS,
    WEAK,
    WORD_NUMBERS,
)
from hatang.core.plan_reader.wording import Wording, is_plain, one_of, reading_key, without_marks

NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?(?!\.?\d)|\d{1,3}(?: \d{3})+(?![\d.]|,\d)|\d+(?:[.,]\d+)?(?![.,]?\d))"
ONE_NUMBER = re.compile(NUMBER)
GLUED = "|".join(rf"(?<={word})" for word in GLUED_WORDS)
BEYOND = re.compile(r"\d(?:[.,]?\d){15,}|(?<![\d.,])\d{1,3}(?: \d{3}){5,}(?!\d)")
NUMBER_STARTS = Wording(r"(?:(?<![\w/.,])(?<!\w-)|" + GLUED + ")" + NUMBER)
FRACTION = Wording(r"(?<![\w/.,])(\d{1,4}) ?/ ?(\d{1,4})(?![\d/])(?! ?(?:km|s\b|(?:người )?dân\b))")
BLANK_THOUSANDS = re.compile(r"^\d{1,3}(?: \d{3})+$")
DOT_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$")
COMMA_THOUSANDS = re.compile(r"^[1-9]\d{0,2},\d{3}$")

MASK = Wording("|".join(f"(?:{row})" for row in NOT_QUANTITIES))
SIGNS = tuple(word for _, word in COMPARATORS if not word[0].isalpha())
SPOKEN = tuple(word for _, word in COMPARATORS if word[0].isalpha())
BEFORE = Wording(r"((?<!\w)" + one_of(*SPOKEN, *(wrong for wrong, _ in MISSPELT)) + "|" + one_of(*SIGNS) + r") ?$")
RANK = Wording(r"(?<!\w)" + one_of(*RANKS) + r" $")
BEHIND = Wording(r"(?: [^\s,;.:()]+){0,4}? (" + one_of(*(w for _, w in AFTER)) + r")\b")
MULTIPLIER = Wording(r" ?(" + one_of(*MULTIPLIERS) + r")\b(?! lệ)(?: (nghìn|ngàn|triệu|tỷ|tỉ)\b(?! lệ))?")
UNIT_PATTERNS = tuple(
    (Wording(r" ?(?:" + p + (r")(?!\w)" if name != "percent" else ")")), name, factor) for p, name, factor in UNITS
)
RANGE = Wording(r"(?: ?[-–—÷] ?| (?:đến|tới|lên|lên đến|lên tới) )(?=\d)")
RISEN = one_of("lên", "lên đến", "lên tới", "lên mức", "tăng lên", "xuống", "xuống còn", "còn", "thành")
RISE = Wording(
    r"(?: [^\W\d_][^\s,;.:()]*){0,6}?(?: ?\([^()]{0,60}\))?(?: (?:vào |của |trong )?(?:đầu |cuối |hết )?năm \d{4})?"
    r" (?<!trở )" + RISEN + r" (?:" + one_of(*(word for _, word in COMPARATORS)) + r" ){0,3}(?=\d)"
)
FROM = Wording(r"(?<!\w)từ (?:mức |khoảng |gần |trên |hơn |dưới |chỗ )?$")
NOUN = Wording(
    r" (?!(?:" + NOT_A_NOUN + r")\b)([^\W\d_]\w*(?: (?!" + VERBS + r"\b|(?:" + NOT_A_NOUN + r")\b)[^\W\d_]\w*){0,3})"
)
PER = Wording(
    r"(?: [^\s,;.:()/]+){0,6}?(?: ?/ ?(" + PER_HUNDRED + r"|" + PERSON + r"(?: dân)?|" + OTHER_WHOLES + r")"
    r"| " + FOR_EACH + r" (" + PER_HUNDRED + r")| (?:trên|cho) (?:mỗi|một|0?1) (" + PERSON + r"(?: dân)?))\b"
)
EACH = Wording(
    r"\b(?:mỗi|(?:bình quân|trung bình|cứ)(?: mỗi)?(?= (?:một )?(?:người|hộ|xã|thôn|dân))) ((?:[^\s;.:]+ ){1,8})$"
)
EACH_ALSO = Wording(
    r"\b(?:mỗi|bình quân mỗi|trung bình mỗi) ((?:[^\s;.:]+ ){1,24}?)"
    r"(?<=, )(?:và )?(?:có |được cấp |sở hữu |" + one_of(*(word for _, word in COMPARATORS)) + r" )*$"
)
HEADWISE = Wording(r"\b(?:bình quân|trung bình) đầu người\b|/ ?(?:đầu )?người(?: dân)?\b")
HUNDRED = Wording(r"(?:/|\b(?:trên|cho|mỗi|cứ|tính trên)) ?" + PER_HUNDRED)
NOT_EACH = Wording(one_of("năm", "tháng", "quý", "ngày", "tuần", "giai đoạn", "lần") + r"\b")
PERSONS = Wording(PERSON + r"\b")
MULTIPLE = Wording(
    r"(?<!\w)(?:tăng )?(?:gấp|nhân) (?:(?:ít nhất|tối thiểu|hơn) )?("
    + one_of(*MULTIPLES)
    + "|"
    + NUMBER
    + r")(?!\w)(?: lần\b)?"
)
COUNTED_WORD = Wording(r"(?<!\w)(" + one_of(*WORD_NUMBERS) + r")\b(?= (?!(?:" + NOT_A_NOUN + r")\b)[^\W\d_])")
LEADS = Wording(r"^\W*+(?:" + LEADING_WORDS + r"(?!\w)\W*+)*+$")
SENTENCE_START = re.compile(r"[;.!?] ")
HUNDREDFOLD = ("percent", "count", "", "TB")
YEAR_ALONE = re.compile(r"20[0-9]{2}")
LOOK_BACK = 44
CLAUSE_BACK = 160


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount and its place: `start` at the comparator, `number` at the figure, `end` after unit and "trở lên".

    `comparator` is "" for a bare amount. `value` is in `unit` (speeds in Mbps, money in VND); `high` is a range's upper
    end. `sure` from 0 to 1. `rises_from` is what it grows from, where that is told: "từ 14% lên 35%".
    """

    start: int
    number: int
    end: int
    value: float
    unit: str
    unit_written: str
    comparator: str
    high: float | None = None
    sure: float = 0.95
    figure_end: int = 0
    rises_from: float | None = None

    @property
    def subject_from(self) -> int:
        """Where the words about what is measured go on: what is counted belongs to them, a unit does not."""
        counted = self.figure_end and self.unit in COUNTED_UNITS and not self.unit_written.startswith("%")
        return self.figure_end if counted else self.end


def read_number(written: str) -> float:
    """Read a number in Vietnamese form: comma for decimals, dots or blanks for thousands, leading zeros.

    >>> [read_number(n) for n in ("01", "28,5", "1.000", "1.000,5", "12 500", "99.5")]
    [1.0, 28.5, 1000.0, 1000.5, 12500.0, 99.5]
    """
    if BLANK_THOUSANDS.match(written):
        return float(written.replace(" ", ""))
    if DOT_THOUSANDS.match(written):
        return float(written.replace(".", "").replace(",", "."))
    return float(written.replace(",", "."))


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Find every amount of composed text in order; dates, numbers of documents, 5G, 24/7 and the like are none.

    Nor is a number of more than 15 figures, which measures nothing.

    >>> found = find_quantities("Năm 2025 đạt trên 28,5 % số hộ, tốc độ từ 1 Gb/s trở lên")
    >>> [(q.comparator, q.value, q.unit) for q in found]
    [('gt', 28.5, 'percent'), ('ge', 1000.0, 'Mbps')]
    """
    key = BEYOND.sub(lambda number: "_" * len(number[0]), reading_key(text))
    taken = bytearray(len(key))
    for match in MASK.of(key).finditer(key):
        _take(taken, *match.span())
    found = [*_multiples(key)]
    for q in found:
        _take(taken, q.start, q.end)
    for q in _figures(key, text, taken):
        _take(taken, q.start, q.end)
        found.append(q)
    found += _words(key, taken)
    return tuple(sorted(found, key=lambda q: q.number))


def _take(taken: bytearray, start: int, end: int) -> None:
    """Mark a stretch whose figures are spoken for."""
    taken[start:end] = b"\1" * (end - start)


def _multiples(key: str) -> Iterator[Quantity]:
    """Find "gấp đôi", "gấp 2 lần"."""
    for match in MULTIPLE.of(key).finditer(key):
        word = match[1]
        value = _named(MULTIPLES, word, key)
        value = read_number(word) if value is None else value
        comparator = "double" if value == 2 else "ge"
        yield Quantity(match.start(), match.start(1), match.end(), value, "ratio", "lần", comparator)


def _named(table: dict[str, float], word: str, key: str) -> float | None:
    """Look a word up, in the dress of the key."""
    return (_plain_table(tuple(table.items())) if is_plain(key) else table).get(word)


@lru_cache
def _plain_table(rows: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Give a table of words without marks."""
    return {without_marks(word): value for word, value in rows}


class Amount(NamedTuple):
    """A number with its unit of the table (None: none), where the unit begins and where it ends."""

    value: float
    high: float | None
    unit: str | None
    unit_start: int
    end: int


def _figures(key: str, text: str, taken: bytearray) -> Iterator[Quantity]:
    """Find the amounts written in figures."""
    at = 0
    while match := NUMBER_STARTS.of(key).search(key, at):
        at = match.end()
        if taken[match.start()]:
            continue
        start, end = match.span()
        quantity = _fraction(key, start) or _risen(key, text, start, end) or _figure(key, text, start, end)
        if quantity:
            at = max(at, quantity.end)
            yield quantity


def _fraction(key: str, start: int) -> Quantity | None:
    """Read "2/3 số xã" as a share and "120/124 xã" as a count."""
    match = FRACTION.of(key).match(key, start)
    if not match or not 0 < int(match[1]) <= int(match[2]):
        return None
    noun = NOUN.of(key).match(key, match.end())
    share = key.startswith((" số", " so", " tổng", " tong", " diện tích", " dân số"), match.end())
    if not noun and not share:
        return None
    value = int(match[1]) / int(match[2]) if share else float(match[1])
    rank = RANK.of(key).search(key[max(0, start - LOOK_BACK) : start])
    if rank:
        return Quantity(start - len(rank[0]), start, match.end(), float(match[1]), "rank", "", "le")
    begin, comparator = comparator_before(key, start)
    end = match.end() if share or not noun else noun.end()
    named = key[match.end() : end].strip()
    return Quantity(begin, start, end, value, "ratio" if share else "count", named, comparator, None, 0.6, match.end())


def _risen(key: str, text: str, start: int, end: int) -> Quantity | None:
    """Read "từ 10% năm 2024 lên trên 25%" as its aim; what it rises from is none."""
    rise = RISE.of(key).match(key, _amount(key, 0.0, end).end)
    from_there = FROM.of(key).search(key[max(0, start - LOOK_BACK) : start])
    number = ONE_NUMBER.match(key, rise.end()) if rise and from_there else None
    aim = _figure(key, text, *number.span()) if number else None
    if not aim or not from_there:
        return None
    base = _amount(key, read_number(key[start:end]), end).value
    begin = start - len(from_there[0])
    return replace(aim, start=begin, comparator=aim.comparator or "ge", rises_from=base)


def _figure(key: str, text: str, start: int, end: int) -> Quantity | None:
    """Read the amount whose number stands at `start`; None where it measures and counts nothing."""
    written = key[start:end]
    read = _ranged(key, _amount(key, read_number(written), end))
    low, high, unit, at, stop = read
    if unit is None and key[stop : stop + 1].isalpha():
        return None
    begin, comparator = comparator_before(key, start)
    rank = RANK.of(key).search(key[max(0, start - LOOK_BACK) : start])
    if unit is None:
        unit, stop = ("rank", stop) if rank else _counted(key, stop)
    if YEAR_ALONE.fullmatch(written) and not unit:
        return None
    if (unit in TIMES and not comparator) or (not unit and not comparator and not PER.of(key).match(key, stop)):
        return None
    if unit == "count" and COMMA_THOUSANDS.match(written):
        low *= 1000
    unit, named = _per(key, start, stop, unit)
    comparator, stop = _behind(key, named, comparator)
    comparator = "ge" if (comparator, unit, low) == ("gt", "percent", 100) else comparator
    if rank:
        begin, comparator = start - len(rank[0]), "le"
    sure = 0.95 if unit not in ("count", "") else 0.8 if unit else 0.6
    return Quantity(begin, start, stop, _tidy(low), unit, text[at:named].strip(), comparator, high, sure, at)


def _tidy(value: float) -> float:
    """Drop what multiplying leaves behind the ninth figure."""
    return round(value, 9)


def _amount(key: str, value: float, at: int) -> Amount:
    """Read "triệu", "nghìn tỷ" and a unit of the table after a number."""
    factor, at = _multiplier(key, at)
    for pattern, name, scale in UNIT_PATTERNS:
        match = pattern.of(key).match(key, at)
        if match:
            return Amount(value * factor * scale, None, name, at, match.end())
    return Amount(value * factor, None, None, at, at)


def _multiplier(key: str, at: int) -> tuple[float, int]:
    """Give what "triệu" or "nghìn tỷ" multiplies by, and where it ends."""
    match = MULTIPLIER.of(key).match(key, at)
    if not match:
        return 1.0, at
    second = _named(MULTIPLIERS, match[2], key) if match[2] else 1.0
    return (_named(MULTIPLIERS, match[1], key) or 1.0) * (second or 1.0), match.end()


def _ranged(key: str, low: Amount) -> Amount:
    """Read "50 - 60 %", "từ 50% đến 60%": the lower end stands."""
    between = RANGE.of(key).match(key, low.end)
    number = ONE_NUMBER.match(key, between.end()) if between else None
    if not between or not number:
        return low
    high = _amount(key, read_number(number[0]), number.end())
    if low.unit not in (None, high.unit) or (high.unit is None and key[high.end : high.end + 1].isalpha()):
        return low
    first = low.value if low.unit else low.value * _scale(read_number(number[0]), high.value)
    return Amount(first, high.value, high.unit, high.unit_start, high.end) if first < high.value else low


def _scale(written: float, meant: float) -> float:
    """Give what unit and multiplier made of a number."""
    return meant / written if written else 1.0


def _counted(key: str, at: int) -> tuple[str, int]:
    """Read the noun that is counted; give `count` and where it ends, or "" where no noun follows."""
    noun = NOUN.of(key).match(key, at)
    return ("count", noun.end()) if noun else ("", at)


def _per(key: str, start: int, stop: int, unit: str) -> tuple[str, int]:
    """Turn a count that is told for each person, household or hundred people into its own unit; give where it ends."""
    clause = _clause_before(key, start)
    match = PER.of(key).match(key, stop)
    whom = match[match.lastindex or 0] if match else ""
    if match and unit in HUNDREDFOLD and _per_whom(key, whom, unit) == "per_100_people":
        return "per_100_people", match.end()
    if unit in ("percent", "count", "") and HUNDRED.of(key).search(clause):
        return "per_100_people", stop
    if unit not in ("count", ""):
        return unit, stop
    if match and unit:
        return _per_whom(key, whom, unit), match.end()
    each = EACH.of(key).search(clause) or EACH_ALSO.of(key).search(clause)
    if each and not NOT_EACH.of(key).match(each[1]):
        return _per_whom(key, each[1], unit), stop
    return ("per_person" if HEADWISE.of(key).search(clause) else unit), stop


def _per_whom(key: str, whom: str, unit: str) -> str:
    """Name the unit by whom something is counted."""
    if whom.startswith(("100", "một trăm", "mot tram")):
        return "per_100_people"
    if PERSONS.of(key).match(whom):
        return "per_person"
    return "ratio" if unit else ""


def _clause_before(key: str, start: int) -> str:
    """Give the words before a position, back to the last sign that ends a clause."""
    before = key[max(0, start - CLAUSE_BACK) : start]
    return SENTENCE_START.split(before)[-1]


def comparator_before(key: str, start: int) -> tuple[int, str]:
    """Read the comparators that stand before a number; give where they begin and the deciding one ("" for none)."""
    before, code = key[max(0, start - LOOK_BACK) : start].rstrip(), ""
    offset = max(0, start - LOOK_BACK)
    begin = start
    for _ in range(3):
        match = BEFORE.of(key).search(before)
        if not match:
            break
        word = match[1]
        if code and not _is_weak(word, key):
            break
        code = code or _code(word, key)
        begin, before = offset + match.start(1), before[: match.start(1)].rstrip()
    return (begin, _colon(key, begin)) if code == "eq" and key[begin : begin + 1] == ":" else (begin, code)


def _is_weak(word: str, key: str) -> bool:
    """Say whether a comparator may stand before another one without deciding."""
    return word in WEAK or (is_plain(key) and word in {without_marks(w) for w in WEAK})


def _code(word: str, key: str) -> str:
    """Give a comparator's code."""
    return _codes(is_plain(key))[word]


@lru_cache
def _codes(plain: bool) -> dict[str, str]:
    """List the comparators in one dress."""
    rows = {word: code for code, word in COMPARATORS}
    rows |= {wrong: rows[right] for wrong, right in MISSPELT}
    return {without_marks(word): code for word, code in rows.items()} if plain else rows


def _colon(key: str, at: int) -> str:
    """Say what a colon means: an indicator's value, or the amounts that a lead-in announces."""
    return "ge" if LEADS.of(key).match(_clause_before(key, at)) else "eq"


def _behind(key: str, stop: int, comparator: str) -> tuple[str, int]:
    """Read "trở lên", "trở xuống" after a unit."""
    match = BEHIND.of(key).match(key, stop)
    if not match:
        return comparator, stop
    return ("le" if match[1].endswith(("xuống", "xuong")) else "ge"), match.end()


def _words(key: str, taken: bytearray) -> Iterator[Quantity]:
    """Find counts written in words: only after a clear comparator, or after "mỗi ..."."""
    for match in COUNTED_WORD.of(key).finditer(key):
        if taken[match.start()]:
            continue
        begin, comparator = comparator_before(key, match.start())
        strong = comparator and not _is_weak(key[begin : match.start()].strip(), key) and not _on_one(key, begin, match)
        unit, stop = _counted(key, match.end())
        whom, stop = _per(key, match.start(), stop, unit)
        if unit and (strong or whom in ("per_person", "ratio")):
            value, noun = _named(WORD_NUMBERS, match[1], key) or 0.0, key[match.end() : stop].strip()
            yield Quantity(begin, match.start(), stop, value, whom, noun, comparator, None, 0.6, match.end())


def _on_one(key: str, begin: int, match: re.Match[str]) -> bool:
    """Say whether "trên một đơn vị" places something on one rather than asking for more than one."""
    return _named(WORD_NUMBERS, match[1], key) == 1 and key[begin : match.start()] in ("trên ", "tren ")
