"""Splitting a paragraph into sentences, clauses and the stretches that each amount speaks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hatang.core.plan_reader.quantities import LEADS, Quantity
from hatang.core.plan_reader.quantity_wordings import COUNTED_UNITS, NOT_VERBS, VERBS
from hatang.core.plan_reader.wording import Wording, one_of, reading_key

Stretch = tuple[int, int]

ABBREVIATIONS = re.compile(r"(?:^|[\s(])(?:tp|tx|tt|ths|ts|pgs|gs|đ/c|v\.v|st|no|q|p|[a-zđ])$")
SENTENCE_END = re.compile(r"[.!?](?=[\s”\")]|$)")
OPENS, CLOSES = "([“", ")]”"
FINAL_SIGNS = " \t.;,:("
FIRST_SIGNS = " \t-–—•+*·,;:"
ENUMERATOR = re.compile(r"^(?:\(?(?:[a-zđ]|\d{1,2}|[ivx]{1,4})\)|[ivx]{1,4}\.)\s+")
ANNOUNCING = re.compile(r"[,;] (?:cụ thể|trong đó|gồm|bao gồm|như sau|cụ thể như sau|gồm có)$", re.IGNORECASE)
LISTING = Wording(r"^([^:;]{0,120}):\s+\(?(?:[a-zđ]|\d{1,2}|[ivx]{1,4})\)\s+")
JOINING = Wording(r"^(?:và|với|cùng|đồng thời|trong đó|ngoài ra|còn|hoặc)(?: với)?[ ,:]+")
SEPARATOR = Wording(r"[,;]? (?:và|hoặc|cùng với|đồng thời) |[,;] | [-–] |: | \(")
INDICATOR = Wording(
    r"(?:(?:nâng|tăng|giảm|duy trì) )?"
    + one_of("tỷ lệ", "tỉ lệ", "tốc độ", "số lượng", "số", "mức", "tổng số", "độ trễ", "dung lượng", "mạng")
    + r"\b"
)
CLAUSE_STARTS = Wording(
    r"(?:" + VERBS + "|" + one_of(
        "tỷ lệ", "tỉ lệ", "số", "số lượng", "tổng số", "tốc độ", "mức", "mức độ", "dung lượng", "băng thông", "mạng",
        "hạ tầng", "phấn đấu", "trong đó", "mỗi", "trung bình", "bình quân", "tăng", "giảm", "duy trì", "nâng",
        "thu hút", "thành lập", "phổ cập", "độ trễ", "chỉ số", "hệ số", "tổng", "đưa", "tổ chức", "bố trí",
        "hệ thống", "thí điểm", "chỉnh trang", "ngầm hóa",
    ) + r")\b"
)  # fmt: skip
GOING_ON = Wording(one_of("có", "được", "sử dụng", "dùng", "truy nhập", "truy cập", "tiếp cận") + r"\b")
PREPOSITION = Wording(one_of("của", "ở", "tại", "với", "đối với", "cho", "trong", "trên") + r"\b")
REACHING = Wording(r"(?:đạt|là|:|=|bằng)(?!\w)")
VERB = Wording(r"\([^()]*\)|(?<!\w)(?:" + NOT_VERBS + r"|(" + VERBS + r"))(?!\w)")
BARE_WORDS = 4
JOINT = Wording(r"(?:,? với (?:các )?mục tiêu(?: là)?:? |,? trong đó:? |,? cụ thể(?: là)?:? |: )")


@dataclass(frozen=True, slots=True)
class Piece:
    """The stretch that one amount speaks for, and the stretches that say of what."""

    start: int
    end: int
    amount: Quantity
    about: tuple[Stretch, ...]


def trimmed(text: str, start: int, end: int) -> Stretch:
    """Take blanks, bullets, "a)" and final signs off a stretch."""
    while start < end and text[start] in FIRST_SIGNS:
        start += 1
    match = ENUMERATOR.match(text[start : start + 8].lower())
    start += match.end() if match else 0
    end = _without_final_signs(text, start, end)
    if text.endswith("”", start, end) and text.count("”", start, end) > text.count("“", start, end):
        end = _without_final_signs(text, start, end - 1)
    announcing = ANNOUNCING.search(text, max(start, end - 24), end)
    return start, _without_final_signs(text, start, announcing.start()) if announcing else end


def _without_final_signs(text: str, start: int, end: int) -> int:
    """Take blanks and final signs off an end; an ellipsis stays."""
    while end > start and text[end - 1] in FINAL_SIGNS and not text.startswith("...", end - 3):
        end -= 1
    return end


def sentences(text: str, start: int = 0) -> list[Stretch]:
    """Give the sentences of a paragraph from `start` on, without final signs.

    >>> text = "Đạt 1.000,5 km. Phủ sóng tại TP. Huế (x. y)."
    >>> [text[a:b] for a, b in sentences(text)]
    ['Đạt 1.000,5 km', 'Phủ sóng tại TP. Huế (x. y)']
    """
    cuts = [m.end() for m in SENTENCE_END.finditer(text, start) if _ends(text, m.start(), m.end())]
    outside = _outside(text, start)
    return _stretches(text, start, [cut for cut in cuts if outside[cut - 1 - start]])


def clauses(text: str) -> list[Stretch]:
    """Part a sentence at its semicolons, those in brackets excepted; "Mục tiêu: a) ..." begins with the first item.

    >>> text = "90% thôn có sóng (4G; 5G); 80% hộ có cáp quang"
    >>> [text[a:b] for a, b in clauses(text)]
    ['90% thôn có sóng (4G; 5G)', '80% hộ có cáp quang']
    """
    key = reading_key(text)
    listing = LISTING.of(key).match(key)
    start = listing.end() if listing and LEADS.of(key).match(key[: listing.end(1)]) else 0
    outside = _outside(text, start)
    return _stretches(text, start, [n + 1 for n in range(start, len(text)) if text[n] == ";" and outside[n - start]])


def _stretches(text: str, start: int, cuts: Sequence[int]) -> list[Stretch]:
    """Give what lies between the cuts, trimmed, without what is empty."""
    found = [trimmed(text, a, b) for a, b in pairwise([start, *cuts, len(text)])]
    return [(a, b) for a, b in found if a < b]


def _ends(text: str, at: int, after: int) -> bool:
    """Say whether a full stop ends a sentence: what follows does not begin small, what precedes is no abbreviation."""
    if ABBREVIATIONS.search(text[max(0, at - 6) : at].lower()):
        return False
    rest = text[after : after + 4].lstrip(' ”")')
    return not rest or not rest[0].islower()


def _outside(text: str, start: int) -> list[bool]:
    """Say of each character whether it stands outside brackets; unbalanced ones do not count."""
    body = text[start:]
    opened = sum(map(body.count, OPENS))
    if not opened or opened != sum(map(body.count, CLOSES)):
        return [True] * len(body)
    depth, found = 0, []
    for c in body:
        depth = max(0, depth + (c in OPENS) - (c in CLOSES))
        found.append(depth == 0)
    return found


def coordinated(
    key: str, start: int, end: int, amounts: Sequence[Quantity], *, beside_others: bool = False
) -> list[Piece]:
    """Give each amount of a clause the shortest stretch with its predicate; an only one keeps all words of the clause.

    "100% xã, 90% thôn được phủ sóng" shares the predicate behind, "phủ sóng 100% xã và 90% thôn" the one in front.
    """
    cuts = [start, *(_cut(key, a.end, b.start) for a, b in pairwise(amounts)), end]
    parts = [_part(key, a, b) for a, b in pairwise(cuts)]
    parts[0] = _behind_heading(key, parts, amounts)
    several = beside_others or len(amounts) > 1
    return [_piece(key, parts, amounts, n, several) for n in range(len(amounts))]


def _behind_heading(key: str, parts: Sequence[Stretch], amounts: Sequence[Quantity]) -> Stretch:
    """Take a mere heading, "Chính quyền số: ", off the first of shares that have their predicate behind the last."""
    first, amount = parts[0], amounts[0]
    colon = key.rfind(": ", first[0], amount.number)
    heads = colon >= 0 and LEADS.of(key).match(key[colon + 1 : max(colon + 1, amount.start)])
    if not heads or INDICATOR.of(key).match(key, *first) or _right(key, first, amount):
        return first
    shared = any(_right(key, p, q) and not _left(key, p, q) for p, q in zip(parts[1:], amounts[1:], strict=True))
    return (colon + 2, first[1]) if shared else first


def _cut(key: str, after: int, before: int) -> int:
    """Choose where, between two amounts, the second one's words begin."""
    between = key[after:before]
    signs = list(SEPARATOR.of(key).finditer(between))
    if not signs:
        return before
    if LEADS.of(key).match(between[signs[-1].end() :]):
        return after + signs[-1].end()
    starting = [m for m in signs if CLAUSE_STARTS.of(key).match(between, m.end())]
    ands = [m for m in signs if not m[0].strip().startswith((",", "-", "–", ":"))]
    return after + (starting or ands or signs)[0 if starting else -1].end()


def _part(key: str, start: int, end: int) -> Stretch:
    """Trim a conjunct and take its joining word off."""
    start, end = trimmed(key, start, end)
    match = JOINING.of(key).match(key[start:end])
    end_words = re.search(r"[\s,]+(?:và|va|hoặc|hoac|với|voi)$", key[start:end])
    return start + (match.end() if match else 0), start + end_words.start() if end_words else end


def first_verb(key: str, start: int, end: int) -> int | None:
    """Give where the first predicate of a stretch begins; "người sử dụng", "dùng chung" and brackets hold none.

    >>> first_verb("người sử dụng (có điện) được kết nối", 0, 36)
    24
    """
    return next((m.start() for m in VERB.of(key).finditer(key, start, end) if m[1]), None)


def _left(key: str, part: Stretch, amount: Quantity) -> bool:
    """Say whether words other than "phấn đấu", "năm 2030" stand before the amount."""
    return not LEADS.of(key).match(key[part[0] : max(part[0], amount.start)])


def _right(key: str, part: Stretch, amount: Quantity) -> bool:
    """Say whether a predicate stands behind the amount."""
    return first_verb(key, amount.end, part[1]) is not None


def _piece(key: str, parts: Sequence[Stretch], amounts: Sequence[Quantity], n: int, several: bool) -> Piece:
    """Give one amount its stretch."""
    part, amount = parts[n], amounts[n]
    label = _shared_label(key, parts, amounts, n) if n else None
    if label is not None:
        begin = part[0] if _own_statement(key, part, amount) else parts[0][0]
        about = ((parts[0][0], label), (part[0], amount.start), (amount.subject_from, part[1]))
        return Piece(begin, part[1], amount, about)
    if n and _goes_on_with_verb(key, part, amount):
        return _sharing(key, parts, amounts, n)
    if _left(key, part, amount):
        start = _joint(key, part, amount) if several else part[0]
        return Piece(start, part[1], amount, ((start, max(start, amount.start)), (amount.subject_from, part[1])))
    if _right(key, part, amount):
        return Piece(*part, amount, ((amount.subject_from, part[1]),))
    return _sharing(key, parts, amounts, n)


def _goes_on_with_verb(key: str, part: Stretch, amount: Quantity) -> bool:
    """Say whether a conjunct has a verb and lacks a subject: "hộ có máy tính đạt 70%, có Internet đạt 90%"."""
    reached = amount.unit == "per_person" or REACHING.of(key).match(key, amount.start)
    return bool(reached) and bool(GOING_ON.of(key).match(key, part[0], amount.start))


def _own_statement(key: str, part: Stretch, amount: Quantity) -> bool:
    """Say whether a conjunct names what it measures and reaches the amount by a verb or a colon."""
    if PREPOSITION.of(key).match(key, part[0], amount.start):
        return False
    return _left(key, part, amount) and bool(REACHING.of(key).match(key, amount.start))


def _sharing(key: str, parts: Sequence[Stretch], amounts: Sequence[Quantity], n: int) -> Piece:
    """Give an amount without own predicate the next one behind it, else the last one before it."""
    part, amount = parts[n], amounts[n]
    leading = [m for m in range(n) if _left(key, parts[m], amounts[m])]
    behind = [m for m in range(n + 1, len(parts)) if _right(key, parts[m], amounts[m])]
    if behind and not leading and not _left(key, parts[behind[0]], amounts[behind[0]]):
        far = parts[behind[0]]
        verb = first_verb(key, amounts[behind[0]].end, far[1])
        return Piece(
            part[0], far[1], amount, ((amount.subject_from, part[1]), (far[1] if verb is None else verb, far[1]))
        )
    if leading:
        first = amounts[leading[-1]]
        start = _joint(key, parts[leading[-1]], first)
        counted = (amount.subject_from, part[1])
        if LEADS.of(key).match(key[slice(*counted)]):
            counted = (first.subject_from, parts[leading[-1]][1])
        return Piece(start, part[1], amount, ((start, first.start), counted))
    before = [m for m in range(n) if _right(key, parts[m], amounts[m])]
    if before:
        near = parts[before[-1]]
        verb = first_verb(key, amounts[before[-1]].end, near[1])
        return Piece(near[0], part[1], amount, ((amount.subject_from, part[1]), (verb or near[1], near[1])))
    return Piece(*part, amount, ((amount.subject_from, part[1]),))


def says_nothing_else(key: str, part: Stretch, amounts: Sequence[Quantity]) -> bool:
    """Say whether a clause is but an amount with its year, and needs the words of the clauses before it."""
    first = amounts[0]
    left, right = key[part[0] : max(part[0], first.start)], key[first.end : part[1]]
    if len(amounts) > 1 or (first.unit in COUNTED_UNITS and not left):
        return False
    return all(LEADS.of(key).match(words) for words in (left, right))


def lacks_predicate(key: str, part: Stretch, amounts: Sequence[Quantity], before: Stretch, first: Quantity) -> bool:
    """Say whether a clause is a bare share of something behind a clause whose predicate stands in front of its share.

    "Phủ sóng 5G tới 80% dân số; 100% khu công nghiệp" shares "phủ sóng 5G tới".
    """
    shared = _left(key, before, first) and first_verb(key, before[0], first.start) is not None
    bare = len(amounts) == 1 and amounts[0].unit == first.unit == "percent" and not _left(key, part, amounts[0])
    short = len(key[amounts[0].end : part[1]].split()) <= BARE_WORDS
    return shared and bare and short and not _right(key, part, amounts[0])


def shares_predicate(
    key: str, part: Stretch, amounts: Sequence[Quantity], after: Stretch, others: Sequence[Quantity]
) -> bool:
    """Say whether shares of something have no predicate but the one of the clause behind them.

    "100% xã; 90% thôn được phủ sóng" is one statement of two shares.
    """
    alike = all(q.unit == "percent" for q in (*amounts, *others))
    bare = not _left(key, part, amounts[0]) and not any(_right(key, part, q) for q in amounts)
    return alike and bare and not _left(key, after, others[0]) and _right(key, after, others[0])


def _shared_label(key: str, parts: Sequence[Stretch], amounts: Sequence[Quantity], n: int) -> int | None:
    """Give where the indicator ends whose name the first part holds and this part, a mere area or level, shares."""
    part, amount, first = parts[n], amounts[n], amounts[0]
    own = key[part[0] : max(part[0], amount.start)]
    if first_verb(key, part[0], amount.start) is not None or _right(key, part, amount) or LEADS.of(key).match(own):
        return None
    label = label_end(key, parts[0], first)
    named = INDICATOR.of(key).match(key, parts[0][0], first.start)
    if label is None and named and amount.unit == first.unit and not CLAUSE_STARTS.of(key).match(own):
        return first.start
    return label


def label_end(key: str, part: Stretch, amount: Quantity) -> int | None:
    """Give where a name ends that a colon parts into areas: "Tỷ lệ phủ sóng: đô thị 100%, nông thôn 80%".

    A mere heading, "Về viễn thông: 100% xã có 5G", is none: what it heads has its own predicate.
    """
    colon = key.find(": ", part[0], amount.number)
    if colon < 0 or LEADS.of(key).match(key[part[0] : colon]) or first_verb(key, colon, amount.start) is not None:
        return None
    if LEADS.of(key).match(key[colon + 1 : max(colon + 1, amount.start)]) or amount.start == colon:
        return None
    if CLAUSE_STARTS.of(key).match(key, colon + 2):
        return None
    return None if not INDICATOR.of(key).match(key, part[0], colon) and _right(key, part, amount) else colon


def _joint(key: str, part: Stretch, amount: Quantity) -> int:
    """Leave out what stands before "với mục tiêu", "trong đó", ":" where words enough remain."""
    if label_end(key, part, amount) is not None:
        return part[0]
    ends = [m.end() for m in JOINT.of(key).finditer(key, part[0], amount.number)]
    right = _right(key, part, amount)
    return next((e for e in reversed(ends) if right or not LEADS.of(key).match(key[e : amount.start])), part[0])
