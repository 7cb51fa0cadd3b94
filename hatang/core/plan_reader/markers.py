"""Markers of numbered texts: what stands before an item's own words, as NĐ 30/2020 and habit have it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from hatang.core.vietnamese import LOWER, UPPER, search_key

RAISED, PLAIN = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()"
SUPERSCRIPTS, PLAIN_FIGURES = str.maketrans(PLAIN, RAISED), str.maketrans(RAISED, PLAIN)
"""Between the figures of a line and those of a note's sign, either way."""
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
CAPITALS = "ABCDĐEGHIKLMN"
LETTERS = "abcdđeghiklmnopqrstuvxy"
ORDINALS = {
    "nhat": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip


class Rank(IntEnum):
    """The usual depth of each kind of marker, outermost first."""

    ANNEX = 0
    PART = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    CAPITAL = 5
    ROMAN = 6
    NUMBER = 7
    DECIMAL = 8
    LETTER = 9
    ENCLOSED = 10
    STAR = 11
    DASH = 12
    PLUS = 13
    NONE = 99


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker: its kind, its label ("II", "2.1.1", "đ", "-"), its place in its row (0: unknown), length and sign."""

    rank: Rank
    label: str
    ordinal: int
    end: int
    sign: str = ""

    @property
    def depth(self) -> int:
        """How many figures a decimal label has; 0 for others."""
        return self.label.count(".") + 1 if self.rank == Rank.DECIMAL else 0


SIGN = r"(?P<end>\s*[.):/]?(?:\s*[-–—:])?\s+|\s*[.:]?\s*$)"
WORDED = re.compile(
    r"(?P<word>phần|chương|mục|điều|phụ\s+lục|phan|chuong|muc|dieu|phu\s+luc)"
    r"(?:\s+(?:thứ\s+|thu\s+)?(?:số\s+|so\s+)?(?P<label>[ivxl]{1,6}|[0-9]{1,2}|[a-z]|nhất|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười"
    r"|nhat|bon|nam|sau|bay|tam|chin|muoi)(?![\w,])|(?=\s*$))" + SIGN,
    re.IGNORECASE,
)
WORDS = {
    "phan": Rank.PART, "chuong": Rank.CHAPTER, "muc": Rank.SECTION, "dieu": Rank.ARTICLE, "phu luc": Rank.ANNEX,
}  # fmt: skip
NUMBERED = (
    (Rank.NUMBER, re.compile(r"[IVXL]{1,5}\.(?P<label>[0-9]{1,2})\s?[.):/]?\s+(?=\S)")),
    (Rank.DECIMAL, re.compile(r"[IVXL]{1,5}\.(?P<label>[0-9]{1,2}(?:\.[0-9]{1,2}){1,3})\s?[.):/]?\s+(?=\S)")),
    (Rank.ROMAN, re.compile(r"\(?(?P<label>[IVXL]{1,6})(?:\s?(?:[.):]|/(?!\s?[0-9]))\s*|\s*[-–—]\s+)(?=\S)")),
    (Rank.CAPITAL, re.compile(rf"(?P<label>[A-HĐ])(?:\s?[.)/]\s*|\s*[-–—]\s+)(?=[{UPPER}]\w)")),
    (Rank.DECIMAL, re.compile(r"(?P<label>[0-9]{1,2}(?:\.[0-9]{1,2}){1,4})\s?[.):/]?(?:\s*[-–—])?\s+(?=\S)")),
    (Rank.DECIMAL, re.compile(r"(?P<label>[0-9]{1,2}(?:\.[0-9]{1,2}){1,4})[.)](?=[^\W\d_])")),
    (Rank.NUMBER, re.compile(r"(?P<label>[0-9]{1,3})(?:\s?[.)/:]\s*|\s*[-–—]\s+)(?=[^\W_]|[“\"‘(])")),
    (Rank.ENCLOSED, re.compile(r"\((?P<label>[0-9]{1,2}|[ivx]{1,4})\)\s*(?=\S)")),
    (Rank.LETTER, re.compile(rf"\(?(?P<label>[a-zđ])(?:\s?[.)/]\s*|\s*[-–—]\s+(?=[{UPPER}]))(?=\S)")),
    (Rank.PLUS, re.compile(r"(?P<label>\+)\s*(?=\S)")),
    (Rank.DASH, re.compile(r"(?P<label>[-–—−•●▪◦·*‒➢✓\uf02d\uf06e\uf0a7\uf0b7\uf0d8\uf0fc])\s*(?=\S)")),
)
NOT_NUMBER = re.compile(
    r"[0-9]{1,4}\s?/[A-ZĐ]{2}|[0-9]{1,3}-[A-ZĐ]{2}[A-ZĐ/]|[0-9]{1,3}\s?[.)/:][0-9]|[0-9]{1,2}\.[0-9]{3}"
    rf"|[0-9]{{1,3}}\s*[-–—]\s*[0-9{LOWER}]|[0-9]/[{LOWER}]"
)
NOT_LETTER = re.compile(r"[a-zđ]/[a-zđ]|[a-zđ]\.[a-zđ]\.")


@lru_cache(maxsize=1024)
def marker_of(text: str) -> Marker | None:
    """Give the marker at the beginning of a text, if there is one.

    >>> marker_of("2.1.1. Mạng di động").label, marker_of("đ) Nền tảng số").ordinal, marker_of("5G phủ sóng")
    ('2.1.1', 5, None)
    >>> marker_of("Phần thứ hai").label, marker_of("24/7 giám sát"), marker_of("1.000 trạm")
    ('2', None, None)
    """
    worded = WORDED.match(text)
    if worded and _announces(worded):
        return _worded(worded)
    for rank, pattern in NUMBERED:
        found = pattern.match(text)
        if found and not _misleading(rank, text):
            return _numbered(rank, found)
    return None


def _announces(found: re.Match[str]) -> bool:
    """Whether "Điều 2", "Phần I" ... begins something, and does not go on with a sentence that cites it."""
    if not found["word"][0].isupper():
        return False
    after = found.string[found.end() : found.end() + 1]
    signed = bool(found["end"].strip()) or not after
    return signed or (WORDS[_word(found)] in (Rank.PART, Rank.CHAPTER, Rank.ANNEX) and after.isupper())


def _word(found: re.Match[str]) -> str:
    return " ".join(search_key(found["word"]).split())


def _worded(found: re.Match[str]) -> Marker:
    rank = WORDS[_word(found)]
    label = search_key(found["label"] or "")
    ordinal = ORDINALS.get({"bon": "tu"}.get(label, label)) or _ordinal(label.upper())
    return Marker(rank, str(ordinal or label), ordinal, found.end())


def _numbered(rank: Rank, found: re.Match[str]) -> Marker:
    label = found["label"]
    if rank == Rank.DASH:
        return Marker(rank, "-", 0, found.end())
    sign = found[0][len(label) :].strip()[:1]
    if rank == Rank.NUMBER:
        label = str(int(label))
    if rank == Rank.LETTER:
        return Marker(rank, label, LETTERS.find(label) + 1, found.end())
    return Marker(rank, label, _ordinal(label.upper()), found.end(), sign)


def _misleading(rank: Rank, text: str) -> bool:
    """Whether what looks like a marker belongs to the words: dates, ratios, thousands, initials."""
    if rank == Rank.NUMBER:
        return bool(NOT_NUMBER.match(text))
    return rank == Rank.LETTER and bool(NOT_LETTER.match(text))


def _ordinal(label: str) -> int:
    """Give a label's place in its row: IV is 4, C is 3, 2.1.3 is 3; 0 where it has none."""
    if label.replace(".", "").isdigit():
        return int(label.rpartition(".")[2])
    if label and set(label) <= set(ROMAN):
        return roman_value(label)
    return CAPITALS.find(label) + 1 if len(label) == 1 else 0


def roman_value(label: str) -> int:
    """Read a Roman number.

    >>> roman_value("XIV"), roman_value("III")
    (14, 3)
    """
    values = [ROMAN[c] for c in label]
    return sum(-v if v < max(values[n:]) else v for n, v in enumerate(values))
