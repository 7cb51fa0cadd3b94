"""Names of organisations: how they begin, where they end, which are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import takewhile

from hatang.core.plan_reader.body_wordings import (
    ABBREVIATIONS,
    BEFORE_NAMES,
    EXACT,
    FIRST_SYLLABLES,
    HEADS,
    MANY,
    NOT_BODIES,
    OF_PLACE,
    SUBJECTS,
    VERBS,
)
from hatang.core.plan_reader.wording import is_plain, without_marks
from hatang.core.vietnamese import search_key


def _heads(rows: Sequence[tuple[str, str]]) -> str:
    """Join heads, each not followed by what would make another word of it."""
    return "|".join(rf"(?:{head})(?! (?:{unless})\b)" if unless else f"(?:{head})" for head, unless in rows)


HEAD_WORDS = rf"(?:Các (?:{_heads(MANY)})|{_heads(HEADS)})\b"
HEAD = re.compile(HEAD_WORDS, re.IGNORECASE)
PLAIN_HEAD = re.compile(without_marks(HEAD_WORDS), re.IGNORECASE)
NO_BODY = re.compile(rf"^(?:{'|'.join(NOT_BODIES)})")
BEFORE_NAME = re.compile(rf"^(?:{'|'.join(BEFORE_NAMES)})", re.IGNORECASE)
PROVINCE_TAIL = re.compile(r" (?:tinh|thanh pho) (?!uy\b|doan\b)(?:[a-z]+ ?){1,4}$")
OF_SUBJECT = "|".join(re.escape(subject) for subject in sorted(SUBJECTS, key=len, reverse=True))
DEPARTMENT = rf"(?:Bộ trưởng\s)?(?:Sở|Bộ|Phòng)\s(?:{OF_SUBJECT})(?!\w)(?:\s(?:tỉnh|thành phố){OF_PLACE})?"
EXACT_NAME = re.compile("|".join(f"(?:{name})" for name in (DEPARTMENT, *EXACT)), re.IGNORECASE)
STOP = re.compile(rf"[;:.()“”]|\./|,\s(?=(?:{'|'.join(FIRST_SYLLABLES)})\b)|(?:,\s)?(?<!\w)(?:{'|'.join(VERBS)})(?!\w)")
PRESS = re.compile(r"Các cơ quan (?:thông tấn, )?báo(?: chí)?,? (?:và )?đài(?! (?-i:[A-ZĐ]))", re.IGNORECASE)
AREA_TAIL = re.compile(r" (?:tren dia ban|thuoc) (?:tinh|thanh pho)\b.*$")
LONGEST_FIRST = sorted(ABBREVIATIONS.items(), key=lambda row: -len(row[0]))
GROUPS = ("doanh nghiep", "co quan bao")
COMMITTEE = "uy ban nhan dan"
SEPARATOR = re.compile(r"\s?[,;]\s(?:và\s)?|\s(?:và|cùng)\s|\n")
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class BodyName:
    """A known organisation and when it existed; an unknown bound is open."""

    key: str
    name: str
    short_name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def begins_body(words: str) -> bool:
    """Whether words begin as an organisation's name does.

    >>> begins_body("Sở Xây dựng"), begins_body("Các cơ quan báo chí"), begins_body("Báo cáo kết quả")
    (True, True, False)
    """
    headed = HEAD.match(words) or (is_plain(words[:LONGEST_NAME]) and PLAIN_HEAD.match(words))
    return bool(headed) and not NO_BODY.match(search_key(words[:LONGEST_NAME]))


def read_body(words: str, at: int = 0) -> int | None:
    """Give where a name that begins at this place ends; None if none begins there.

    >>> words = "gửi Sở Văn hóa, Thể thao và Du lịch trước ngày 15"
    >>> words[4:read_body(words, 4)]
    'Sở Văn hóa, Thể thao và Du lịch'
    """
    exact = EXACT_NAME.match(words, at)
    if exact:
        return exact.end()
    if not HEAD.match(words, at):
        return None
    stop = STOP.search(words, at + 1, at + LONGEST_NAME)
    end = stop.start() if stop else min(len(words), at + LONGEST_NAME)
    return at + len(words[at:end].rstrip(" ,"))


def split_names(name: str) -> list[str]:
    """Part a joint heading into the names in it.

    >>> split_names("Sở Công Thương, Ban Quản lý Khu kinh tế; UBND các xã, phường")
    ['Sở Công Thương', 'Ban Quản lý Khu kinh tế', 'UBND các xã, phường']
    """
    parts, start = [], 0
    for found in SEPARATOR.finditer(name):
        if begins_another(name, found.end()) and not _inside_subject(name, start, found.end()):
            parts.append(name[start : found.start()])
            start = found.end()
    return [part.strip(" ,;.") for part in (*parts, name[start:]) if part.strip(" ,;.")]


def only_names(words: str) -> bool:
    """Whether words are nothing but names of organisations.

    >>> only_names("Sở Xây dựng; UBND các xã"), only_names("Sở Xây dựng lập đề án, hoàn thành trong năm")
    (True, False)
    """
    names = split_names(words)
    return bool(names) and all(begins_body(name) and read_body(name) == len(name) for name in names)


def begins_another(name: str, at: int) -> bool:
    """Whether another name begins here; in small letters only one said of many ("các doanh nghiệp")."""
    rest = name[at : at + LONGEST_NAME]
    return (rest[:1].isupper() or rest.startswith("các ")) and bool(HEAD.match(rest))


def _inside_subject(name: str, start: int, at: int) -> bool:
    """Whether the place lies inside a department's subject, as in "Sở Văn hóa, Thể thao và Du lịch"."""
    exact = EXACT_NAME.match(name, start) or PRESS.match(name, start)
    return exact is not None and exact.end() > at


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Give a name in one spelling: abbreviations written out, no diacritics, no province behind it.

    >>> name_key("Sở TT&TT tỉnh Hà Giang") == name_key("SỞ THÔNG TIN VÀ TRUYỀN THÔNG")
    True
    """
    key = f" {search_key(BEFORE_NAME.sub('', name))} "
    for short, full in LONGEST_FIRST:
        key = key.replace(f" {short} ", f" {full} ")
    key = AREA_TAIL.sub("", key.replace(" cac ", " ").strip())
    return PROVINCE_TAIL.sub(lambda m: " tinh" if _needs_tail(key, m) else "", key).strip()


def _needs_tail(key: str, found: re.Match[str]) -> bool:
    """A committee or the police are not named without saying whose."""
    return key[: found.start()] in ("uy ban nhan dan", "hoi dong nhan dan", "cong an", "bo chi huy quan su")


def match_body(name: str, known: Sequence[BodyName], on: date | None = None) -> list[tuple[str, float]]:
    """List the known organisations that a printed name may mean, with a score of 0 to 1, best first.

    A joint name gives those of each of its parts. One that did not exist on the day `on` loses a third of its score.
    """
    best: dict[str, float] = {}
    for part in split_names(name):
        for body in known:
            score = round(_likeness(part, body) * (1.0 if in_force(body, on) else 0.67), 3)
            if score >= 0.5:
                best[body.key] = max(score, best.get(body.key, 0.0))
    return sorted(best.items(), key=lambda row: (-row[1], row[0]))


def in_force(body: BodyName, on: date | None) -> bool:
    """Whether an organisation existed on a day; an unknown day or bound is open."""
    if on is None:
        return True
    return (body.valid_from is None or body.valid_from <= on) and (body.valid_to is None or on <= body.valid_to)


def _likeness(name: str, body: BodyName) -> float:
    own = name_key(name)
    return max(_shared(own, name_key(other)) for other in (body.name, body.short_name) if other)


def _shared(one: str, other: str) -> float:
    """Give how much two spellings have in common; another first word or another level makes another body."""
    if one == other:
        return 1.0
    a, b = one.split(), other.split()
    if not a or not b or a[0] != b[0] or _other_level(one, other):
        return 0.0
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
    within = 0.85 if common == min(len(a), len(b)) > 2 else 0.6 if common > 3 else 0.0
    within = max(within, 0.5 if common > 1 and one.startswith(GROUPS) else 0.0)
    return min(0.95, max(within, len(set(a) & set(b)) / len(set(a) | set(b))))


def _other_level(one: str, other: str) -> bool:
    """Whether one committee is the province's and the other is not."""
    committees = one.startswith(COMMITTEE) and other.startswith(COMMITTEE)
    return committees and (" tinh" in one) != (" tinh" in other)
