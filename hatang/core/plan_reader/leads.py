"""Who could lead a task that names nobody: the body whose line of work and duties speak of the same thing.

A body's likeness to a task is the sum of what the themes say (at the task's opening, further on, in the heading over
it), of whether its duties speak of the theme, and of how many rare pairs of syllables one of its duties shares with
the task. Only the best body is proposed, and none if it is not clearly the best. To add a wording, add a row to THEMES
(words without diacritics) and one to tests/core/test_leads.py.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hatang.core.plan_reader.assignments import WITH, read_names
from hatang.core.plan_reader.body_names import name_key, split_names
from hatang.core.plan_reader.structure import Body, Task, Text
from hatang.core.vietnamese import search_key

PRESS = r"^co quan (?:bao|truyen thong|thong tan|phat thanh)|^bao\b|dai phat thanh|dai truyen hinh|bao chi"
ENTERPRISES = r"^doanh nghiep\b|\b(?:vnpt|viettel|mobifone|nha mang)\b"
DIGITAL = (r"^so thong tin va truyen thong", r"^so khoa hoc va cong nghe")
ACTS_OF_STATE = (
    r"quy dinh|quy che|chinh sach|co che|the che|huong dan|cap phep|dau gia|do kiem|giam sat|thanh tra|kiem tra|thu tuc"
    r"|quy hoach|xay dung tieu chuan|ho tro (?:ho|doanh nghiep|nguoi)|ho ngheo|cong ich|tuyen truyen|pho bien|cong bo"
    r"|co quan nha nuoc|he thong thong tin|hoi thao|hoi nghi|trien lam|chu truong|dong bo voi ha tang"
)
"""What an enterprise does not do by itself, though it may be told of its networks."""

THEMES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    ((r"^cong an",), r"an ninh mang|du lieu ca nhan|phat tan thong tin|pha hoai|toi pham|tan cong mang|gian diep",
     "tuyen truyen|pho bien|hoi thao"),
    ((r"^so tai chinh",), r"ngan sach|kinh phi|bo tri von|tai san cong|thue phi|khung gia|gia (?:cho )?thue",
     "cong ich"),
    ((PRESS,), r"tuyen truyen|truyen thong ve|truyen thong (?:nang cao|pho bien)|chuyen muc|chuyen trang"
               r"|nang cao nhan thuc|ky nang so co ban", "hoi thao|hoi nghi|trien lam"),
    ((ENTERPRISES,), r"bang rong|phu song|mang di dong|tram (?:thu phat|bts|goc|5g)|bts|cot ang ten|cap quang|ipv6|5g"
                     r"|mang (?:internet van vat|truc|phan phoi)|dien thoai (?:di dong )?thong minh|nha tram"
                     r"|chuyen vung|(?:dung|su dung) chung (?:co so )?(?:ha tang|cac tuyen|cot|tram)"
                     r"|ha tang mang dung chung|vung cung cap dich vu|dich vu vien thong co ban"
                     r"|tu choi (?:hop tac|phuc vu)", ACTS_OF_STATE),
    ((r"^so xay dung", r"^so quy hoach"), r"xay dung dan dung|quy hoach (?:ha tang )?(?:ky thuat )?do thi"
                                          r"|cap (?:giay )?phep xay dung|quan ly xay dung|chat luong xay dung"
                                          r"|ha tang nganh khac|ha ngam|cap ngam|cong trinh ngam", ""),
    ((r"^ban quan ly .*\bkhu\b",), r"khu cong nghiep|khu kinh te",
     "phu song|5g|bang rong|tram|cap quang|cum cong nghiep"),
    (DIGITAL, r"chinh sach|co che(?! mot cua| cua)|the che|quy che|quy hoach (?:ha tang )?(?:ky thuat )?vien thong"
              r"|quy hoach tinh|vien thong cong ich|chi so|tieu chi|do luong|do kiem|thu thap so lieu|hoi thao"
              r"|trien lam|lgsp|truc tich hop|tich hop chia se du lieu|du lieu mo|kho du lieu dung chung|chu ky so"
              r"|hop truc tuyen|trung tam (?:tich hop )?du lieu(?: \w+){0,4} (?:tinh|thanh pho)"
              r"|truyen so lieu chuyen dung|dam may (?:cua )?tinh|ve tinh quy dao", ""),
)  # fmt: skip
"""Whose line of work it is, by the body's name (the first of these that the document has); in what words a task speaks
of it; and what says otherwise at the task's opening."""

OPENING, LATER, TITLE, IN_DUTIES, SHARED = 1.0, 0.5, 0.6, 0.3, 2.0
"""What it counts: a theme at the task's opening, further on, in the heading, in the body's duties; shared words."""

OPENING_WORDS = 16
MOST_PAIRS = 200_000
LEAST, AHEAD = 1.0, 0.25
"""How much the best body must have, and how much more than the next."""

SUREST = 0.6
NEAR = 0.1
"""How much a duty must share with a task for those that it names to support the task."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they are compared: their key, how rare each pair of syllables in it is, the length of that vector."""

    said: str
    key: str
    weights: Mapping[str, float]
    length: float


@dataclass(frozen=True, slots=True)
class Theme:
    """A line of work: whose, in what words a task speaks of it, and what says otherwise."""

    who: re.Pattern[str]
    words: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that may lead: its name as printed, the words of its line of work, its duties.

    `joint` says that it is one of several under a heading, so that the duties may be another's.
    """

    name: str
    theme: Theme | None
    duties: tuple[Words, ...]
    joint: bool = False

    @property
    def told(self) -> bool:
        """Whether its duties speak of its line of work."""
        return any(self.theme.words.search(duty.key) for duty in self.duties) if self.theme else False


@dataclass(frozen=True, slots=True)
class Subject:
    """What a task is about: its words, the first of them, which tell what kind of work it is, and the title over it."""

    words: Words
    opening: str
    title: str


def with_leads(tasks: Sequence[Task], bodies: Sequence[Body], text: Text) -> tuple[Task, ...]:
    """Propose who leads the tasks that name nobody, and who supports; a task without a clear candidate stays as it is.

    A proposal is marked by `lead_proposed` and `support_proposed`, and its `sure` is 0.6 at most. Where there are more
    tasks and duties than any plan has, nothing is proposed.
    """
    if sum(1 + len(body.duties) for body in bodies) * len(tasks) > MOST_PAIRS:
        return tuple(tasks)
    rare = rarity(search_key(text.own(item)) for item in text.items)
    candidates = candidates_of(bodies, text, rare)
    return tuple(task if task.lead else _proposed(task, _subject(task, text, rare), candidates) for task in tasks)


def rarity(keys: Iterable[str]) -> Mapping[str, float]:
    """Give how rare each pair of syllables is: the logarithm of the number of items over those that have it.

    >>> round(rarity(["an ninh mang", "an ninh", "phu song"])["ninh mang"], 2)
    1.1
    """
    items = [set(_pairs(key)) for key in keys]
    seen = Counter(pair for item in items for pair in item)
    return {pair: math.log(len(items) / count) for pair, count in seen.items()}


def _pairs(key: str) -> Iterator[str]:
    """Give the pairs of neighbouring syllables; most Vietnamese words are such a pair."""
    return (f"{one} {other}" for one, other in pairwise(key.split()))


def _words(said: str, rare: Mapping[str, float]) -> Words:
    key = search_key(said)
    weights = {pair: rare.get(pair, 0.0) for pair in _pairs(key)}
    return Words(said, key, weights, math.sqrt(sum(weight**2 for weight in weights.values())))


def candidates_of(bodies: Sequence[Body], text: Text, rare: Mapping[str, float]) -> list[Candidate]:
    """List the bodies that may lead, each with its line of work if the themes know one."""
    themes = _themes_of([part for body in bodies for part in split_names(body.name)])
    return [
        Candidate(name, theme, tuple(_words(text.words(span), rare) for span in body.duties), name != body.name)
        for body in bodies
        for name, theme in _speakers(body.name, themes)
    ]


def _themes_of(names: Sequence[str]) -> list[Theme]:
    """List the themes that somebody in this document works on, by the first pattern that finds one."""
    keys = [name_key(name) for name in names]
    present = [next((p for p in row[0] if any(re.search(p, key) for key in keys)), "") for row in THEMES]
    return [_theme(who, row[1], row[2]) for who, row in zip(present, THEMES, strict=True) if who]


def _theme(who: str, words: str, unless: str) -> Theme:
    return Theme(re.compile(who), _whole(words), _whole(unless) if unless else None)


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b")


def _speakers(name: str, themes: Sequence[Theme]) -> list[tuple[str, Theme | None]]:
    """Give those of a joint name with a line of work; the whole name if all have the same or none has any."""
    parts = split_names(name)
    lines = [next((theme for theme in themes if theme.who.search(name_key(part))), None) for part in parts]
    if all(theme is lines[0] for theme in lines):
        return [(name, lines[0] if lines else None)]
    return [(part, theme) for part, theme in zip(parts, lines, strict=True) if theme]


def _subject(task: Task, text: Text, rare: Mapping[str, float]) -> Subject:
    words = _words(task.quote, rare)
    title = " ".join(search_key(text.items[n].title) for n in text.items[task.span.block].above[-1:])
    return Subject(words, " ".join(words.key.split()[:OPENING_WORDS]), title)


def _proposed(task: Task, subject: Subject, candidates: Sequence[Candidate]) -> Task:
    """Give the task with its best candidate, or as it is where none is clearly the best."""
    scores = sorted(((likeness(subject, c), n) for n, c in enumerate(candidates)), reverse=True)
    if not scores or scores[0][0] < LEAST or (len(scores) > 1 and scores[0][0] - scores[1][0] < AHEAD):
        return task
    best = candidates[scores[0][1]]
    sure = round(min(task.sure, SUREST, scores[0][0] / 2), 2)
    led = replace(task, lead=best.name, lead_proposed=True, sure=sure)
    support = () if task.support else _supporting(subject, best, candidates)
    return replace(led, support=support, support_proposed=True) if support else led


def likeness(subject: Subject, candidate: Candidate) -> float:
    """Give how much a body's line of work and duties speak of what a task is about; 0 for nothing in common.

    One of several under a heading must be in its own line of work: the duties may be another's.
    """
    own = _by_theme(subject, candidate)
    if candidate.joint and not own:
        return 0.0
    return own + SHARED * max((_shared(subject.words, duty) for duty in candidate.duties), default=0.0)


def _by_theme(subject: Subject, candidate: Candidate) -> float:
    """Count where the body's line of work is spoken of."""
    theme = candidate.theme
    if theme is None or (theme.unless and theme.unless.search(subject.opening)):
        return 0.0
    begins, says = theme.words.search(subject.opening), theme.words.search(subject.words.key)
    said = (OPENING if begins else LATER if says else 0.0) + (TITLE if theme.words.search(subject.title) else 0.0)
    return said + (IN_DUTIES if said and candidate.told else 0.0)


def _shared(one: Words, other: Words) -> float:
    """Give the cosine of the angle between two texts' rare pairs of syllables."""
    common = sum(one.weights[pair] ** 2 for pair in one.weights.keys() & other.weights.keys())
    return common / (one.length * other.length) if common else 0.0


def _supporting(subject: Subject, lead: Candidate, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Give the other bodies of the document that the duty nearest to the task tells to work with."""
    nearest = max(lead.duties, key=lambda duty: _shared(subject.words, duty), default=None)
    if nearest is None or _shared(subject.words, nearest) < NEAR:
        return ()
    known = {name_key(part) for other in candidates if other is not lead for part in split_names(other.name)}
    return tuple(name for name in _partners(nearest.said) if name_key(name) in known)


def _partners(words: str) -> Iterator[str]:
    """Read the names behind "phối hợp với"."""
    found = WITH.search(words)
    return read_names(words, found.end()) if found else iter(())
