"""Targets: what the aims say, one row for each indicator, year and value, with the words it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from hatang.core.plan_reader.amendments import amended_from, only_instructs
from hatang.core.plan_reader.amounts import Roles, roles_in
from hatang.core.plan_reader.due_years import FIRST, YearMention, base_year_of, due_year_of, find_years, first_year
from hatang.core.plan_reader.item_fields import run_in_title, told_sentences
from hatang.core.plan_reader.leaves import section_over
from hatang.core.plan_reader.left_out_units import SHARE_OF, completed_unit
from hatang.core.plan_reader.quantities import LEADS, Quantity, comparator_before, find_quantities
from hatang.core.plan_reader.statements import (
    Piece,
    Stretch,
    clauses,
    coordinated,
    first_verb,
    label_end,
    lacks_predicate,
    says_nothing_else,
    shares_predicate,
    trimmed,
)
from hatang.core.plan_reader.structure import Condition, Header, Item, Part, Span, Target, Text
from hatang.core.plan_reader.subject_phrases import lowered, noun_phrase, tells_what, unit_told, without_push
from hatang.core.plan_reader.target_tables import is_group_row, table_targets
from hatang.core.plan_reader.wording import Wording, one_of, reading_key

STRIVING = one_of("phấn đấu", "phần đấu", "phấn đầu", "khuyến khích")
ASPIRING = Wording(r"(?<!\w)" + STRIVING + r"(?!\w)|^\W*phần đầu(?!\w)")
GENERAL = Wording(r"mục tiêu (?:tổng quát|chung|khái quát)|^tổng quát")
WHOLE = Wording(r"(?<!\w)(?:tất cả|toàn bộ|mọi)(?!\w)")
LIKENED = Wording(r"(?<!\w)(?:tương đương|ngang bằng|bằng) (?:với )?(?:mức )?(?:bình quân|trung bình)")
ELABORATING = Wording(
    one_of(
        "ưu tiên", "trong đó", "cụ thể", "riêng", "chú trọng", "theo đó", "qua đó", "từ đó", "ví dụ", "lưu ý", "đây là"
    )
    + r"(?!\w)"
)
PAST = Wording(r"(?<!\w)(?:hiện nay|hiện tại|hiện có|đã đạt|đã có|đã triển khai|đã được|tính đến|hiện đã)(?!\w)")
MODAL = Wording(
    r"^(?:(?:" + one_of(
        "phấn đấu", "phần đấu", "phấn đầu", "phần đầu", "khuyến khích", "bảo đảm", "đảm bảo", "thúc đẩy", "với", "và",
        "trong đó", "đạt", "có", "đến", "hết", "cuối", "trước", "trong", "vào", "năm", "giai đoạn",
    ) + r"|(?:19|20)\d\d|-|–|[,:;]) ?)+(?!\w)"
)  # fmt: skip
SHARING = Wording(one_of("dùng chung", "sử dụng", "sử dụng chung", "chia sẻ", "truy cập", "phủ sóng") + r"(?!\w)")
FOR_WHICH = Wording(r"(?<!\w)cho ((?:mạng|khu vực|đô thị|nông thôn) [^,;]{1,40})$")
SAME_AGAIN = Wording(one_of("tỷ lệ", "con số", "chỉ tiêu", "chỉ số", "mức") + r" (?:này|trên|nêu trên)\b")
DATED = Wording(
    r",?(?:(?:^| |\()(?:vào|đến|trong|hết|cuối|tới|trước|năm|ngày|giai đoạn|thời kỳ))+ (?:\d{1,2}/\d{1,2}/)?"
    r"(?:19|20)\d\d(?: ?[-–] ?(?:19|20)\d\d)?\)?(?!\d)"
)
CHANGE = Wording(r"(giảm|tăng)(?: thêm)?(?! (?:còn|xuống|lên|đến|tới)(?!\w))(?!\w)")
TO_LEVEL = Wording(r"(?<!\w)(?:lên|xuống|còn)(?!\w)")
NEXT_STEP = Wording(r"(?<!\w)(?:tiến tới|hướng tới|hướng đến|tiến đến)(?!\w)")
NEAR = 24
BESIDE = Wording(r"^(?: ?(?:là|:|đạt|có|mới đạt|vào|của|hết|cuối|năm|thực hiện|[()]))* ?$")
DEMANDS = Wording(r"(?:về )?(?:các )?(?:yêu cầu|quan điểm|nguyên tắc)(?: chung| chỉ đạo| thực hiện| phát triển)?")
BUILDING = Wording(
    r"^(?:tiếp tục |tổ chức |triển khai |đầu tư )?(?:" + one_of(
        "xây dựng", "xây", "lắp đặt", "lắp", "phát triển", "đầu tư", "kéo", "triển khai", "bổ sung", "mở rộng",
        "ngầm hóa", "ngầm hoá", "hạ ngầm", "chỉnh trang", "nâng cấp", "phát sóng", "cải tạo",
    ) + r")(?: (?:mới|thêm|bổ sung|được|và|nâng cấp|cải tạo|chỉnh trang|phát sóng))* $"
)  # fmt: skip
MANY = 10
GENERATION = re.compile(r"\b[2-6]G\b", re.IGNORECASE)
DIRECT_PARTS = (Part.TARGETS,)
WIDER_PARTS = (Part.AIMS, Part.TASKS, Part.SOLUTIONS, Part.OTHER)
MENTION_PARTS = (Part.AIMS, Part.TASKS, Part.SOLUTIONS, Part.OTHER, Part.ORGANISATION)
Clause = tuple[int, int, list[Quantity]]
MONEY = ("VND", "USD")
WEAK_UNITS = ("count", "ratio", "", "hour", "minute", "second", "m2", "ha")
STANDARD = Wording(
    r"((?:đáp ứng|đạt|bảo đảm|đảm bảo) (?:các |yêu cầu )?(?:quy chuẩn|tiêu chuẩn|qcvn|tcvn)[^;]{0,200}?)"
    r",? với (?:các )?mục tiêu"
)
WORDY, COORDINATED, COMPLETED = 0.6, 0.08, 0.6
SHORT_STATEMENT, MOST_AMOUNTS = 4, 40


class Governing(NamedTuple):
    """What headings and lead-ins pass down to an item."""

    year: int | None
    aspiring: bool
    comparator: str
    lead: str
    first_year: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence with all that its statements need; `offset` is its place in the block."""

    item: Item
    section: str
    words: str
    key: str
    offset: int
    years: tuple[YearMention, ...]
    clauses: tuple[Stretch, ...]
    roles: Roles
    governing: Governing

    def part(self, start: int, end: int) -> Span:
        """Give the span of a stretch."""
        return Span(self.item.block, self.offset + start, self.offset + end)


def find_targets(text: Text, header: Header) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
    """Find the targets, and the mentions: statements with a figure outside the targets part, which may be targets.

    Where no part of the document is headed as aims to be reached, its numbered statements are the targets.
    """
    tables = list(table_targets(text, header))
    told = (item.part for n, item in enumerate(text.items) if _speaks(text, n))
    direct = any(part in DIRECT_PARTS for part in (*told, *(_part_of(text, t) for t in tables)))
    wanted = DIRECT_PARTS if direct else WIDER_PARTS
    targets = list(_of_parts(text, header, wanted, worded=direct))
    shown = wanted if any(t.value is not None for t in targets) else (*wanted, Part.ANNEX)
    targets += [t for t in tables if _part_of(text, t) in shown]
    other = [part for part in MENTION_PARTS if part not in wanted]
    mentions = [*_of_parts(text, header, other, worded=False), *(t for t in tables if _part_of(text, t) not in shown)]
    return _ordered(targets), _ordered(mentions)


def _part_of(text: Text, target: Target) -> Part:
    """Give the part in which a target stands."""
    return text.items[target.span.block].part


def _ordered(found: Iterable[Target]) -> tuple[Target, ...]:
    """Sort by place; of several rows of one table row the order stays."""
    return tuple(sorted(found, key=lambda t: (t.span.block, t.span.start, t.span.end)))


def _of_parts(text: Text, header: Header, parts: Sequence[Part], *, worded: bool) -> Iterator[Target]:
    """Read the statements of some parts; those without a figure only where `worded`."""
    leads = lead_ins(text)
    for n, item in enumerate(text.items):
        if item.part in parts and _speaks(text, n) and (worded or not _demands(text, item)):
            yield from _of_item(text, n, _governing(text, header, n, leads[n]), worded=worded)


def _demands(text: Text, item: Item) -> bool:
    """Say whether an item stands under "Yêu cầu", "Quan điểm": how to work, not what to reach."""
    keys = [reading_key(text.items[m].title).strip(" .:") for m in item.above]
    return any(DEMANDS.of(key).fullmatch(key) for key in keys)


def _speaks(text: Text, n: int) -> bool:
    """Say whether an item is a statement and not a heading, a note, a table row."""
    item, block = text.items[n], text.blocks[text.items[n].block]
    own = text.own(item)
    if block.footnote or block.cells or is_group_row(block.text) or not own.strip() or only_instructs(own):
        return False
    return not item.heading or (item.leaf and _stands_alone(text, n))


def _stands_alone(text: Text, n: int) -> bool:
    """Say whether a numbered line that nothing stands below is a statement by itself."""
    item = text.items[n]
    follows = text.items[n + 1] if n + 1 < len(text.items) else None
    if follows and follows.above and follows.above[-1] == n:
        return bool(find_quantities(text.own(item)))
    return bool(item.above) and not item.title.isupper()


def lead_ins(text: Text) -> list[tuple[int, ...]]:
    """List for each item what governs it without being a heading, the nearest first: "Phấn đấu đến năm 2030:"."""
    found: list[tuple[int, ...]] = []
    governing: list[int] = []
    for n, item in enumerate(text.items):
        beside = not (_announces(text, item) and (not item.marker or _only_leads(text, item)))
        governing = [m for m in governing if _governs(text, text.items[m], item, beside=beside)]
        found.append(tuple(reversed(governing)))
        if not item.heading and (not item.leaf or _announces(text, item)):
            governing = [*governing, n]
    return found


def _governs(text: Text, lead: Item, item: Item, *, beside: bool) -> bool:
    """Say whether a lead-in governs an item: one below it, or beside it until the next lead-in or paragraph."""
    if not lead.marker and lead.above and item.above[: len(lead.above)] == lead.above and item.above != lead.above:
        return True
    if lead.above != item.above or item.heading:
        return not lead.marker and bool(lead.above) and item.heading and lead.above == item.above
    if lead.marker and item.section.startswith(lead.section + "."):
        return True
    alike = not lead.marker or (lead.marker == item.marker and _only_leads(text, lead))
    return beside and bool(item.marker) and alike


def _announces(text: Text, item: Item) -> bool:
    """Say whether an item ends with a colon."""
    return text.own(item).rstrip().endswith(":")


def _only_leads(text: Text, item: Item) -> bool:
    """Say whether an item holds nothing but "phấn đấu đến năm 2030 đạt các chỉ tiêu sau"."""
    key = reading_key(text.own(item))
    return bool(LEADS.of(key).match(key))


def _governing(text: Text, header: Header, n: int, lead_ins_of_it: Sequence[int]) -> Governing:
    """Collect what the lead-ins and headings over an item say."""
    leads = [text.own(text.items[m]) for m in lead_ins_of_it]
    year = _year_over(text, header, n, lead_ins_of_it)
    nearest = reading_key(leads[0].rstrip(" :")) if leads else ""
    comparator = comparator_before(nearest, len(nearest))[1] if nearest else ""
    stated = comparator if comparator in ("gt", "lt", "le") else ""
    return Governing(year, any(map(_aspires, leads)), stated, leads[0] if leads else "", first_year(header))


def _aspires(words: str) -> bool:
    """Say whether words strive rather than fix."""
    key = reading_key(words)
    return bool(ASPIRING.of(key).search(key))


def _year_under(title: str, year: int | None) -> int | None:
    """Give the year for what stands under a title: none under general aims."""
    key = reading_key(title)
    return None if GENERAL.of(key).search(key) else year


def _year_over(text: Text, header: Header, n: int, lead_ins_of_it: Sequence[int]) -> int | None:
    """Give the year of the nearest lead-in or heading over an item, else the plan's last; None under general aims."""
    for m in sorted((*lead_ins_of_it, *text.items[n].above), reverse=True):
        words = text.items[m].title or text.own(text.items[m])
        year = due_year_of(words)
        if year or _year_under(words, FIRST) is None:
            return year
    return header.year_to


def _of_item(text: Text, n: int, governing: Governing, *, worded: bool) -> Iterator[Target]:
    """Read an item sentence by sentence; "tỷ lệ này" takes the subject of the statement before."""
    item, words, before = text.items[n], text.blocks[text.items[n].block].text, ""
    section = section_over(text, item)
    title = run_in_title(words[item.start :])
    if title:
        governing = governing._replace(year=due_year_of(title) or _year_under(title, governing.year))
        section = item.section if item.marker else section
    begin = amended_from(words, item.start + len(title))
    governing = governing._replace(year=due_year_of(words[item.start : begin]) or governing.year)
    told = told_sentences(words, begin, results=worded)
    governing = governing._replace(year=told.due or governing.year)
    for start, end in told.stretches:
        reading = _reading(item, section, words[start:end], start, governing)
        governing = governing._replace(year=_opening_year(reading) or governing.year)
        for target in _statements(reading, announces=_announces(text, item) and end >= len(words) - 2, worded=worded):
            key = reading_key(target.subject)
            again = before if SAME_AGAIN.of(key).match(key) else ""
            before = again or target.subject
            yield replace(target, subject=before)


def _reading(item: Item, section: str, words: str, offset: int, governing: Governing) -> Reading:
    """Read what a sentence's statements need."""
    key = reading_key(words)
    roles = roles_in(key, find_quantities(words), governing.first_year)
    years = tuple(y for y in find_years(words) if not _dates_detail(key, roles, y))
    return Reading(item, section, words, key, offset, years, tuple(clauses(words)), roles, governing)


def _dates_detail(key: str, roles: Roles, year: YearMention) -> bool:
    """Say whether a year stands beside an amount that only compares: "(năm 2025: 30%)", "so với 14% năm 2025"."""
    gaps = ((min(year.end, q.end), max(year.start, q.start)) for q in roles.details)
    return any(b - a <= NEAR and BESIDE.of(key).match(key[a:b]) for a, b in gaps)


def _opening_year(reading: Reading) -> int | None:
    """Give the year with which a sentence opens, "Đến năm 2028, ...": it holds for the item's other sentences too."""
    first = _opening(reading, [y for y in reading.years if y.role == "due"])
    return first[0].year if first else None


def _statements(reading: Reading, *, announces: bool, worded: bool) -> Iterator[Target]:
    """Read a sentence: its amounts, or as a whole where it has none."""
    amounts = reading.roles.mains
    if amounts and len(amounts) <= MOST_AMOUNTS and (worded or _wanted(reading)):
        yield from _numbered(reading, worded=worded)
    elif not amounts and ((worded and not announces and _states(reading)) or _likens(reading)):
        yield _worded(reading, 0, len(reading.words))


def _wanted(reading: Reading) -> bool:
    """Say whether a sentence outside the targets part sets something to be reached."""
    amounts = reading.roles.mains
    if PAST.of(reading.key).search(reading.key) or all(q.unit in MONEY for q in amounts):
        return False
    firm = any(map(_is_firm, amounts))
    return firm or _is_set(reading)


def _is_firm(q: Quantity) -> bool:
    """Say whether an amount sets a level by itself: a share, a speed, or anything that is "at least"."""
    return q.unit not in (*WEAK_UNITS, *MONEY) or bool(q.comparator)


def _is_set(reading: Reading) -> bool:
    """Say whether a sentence makes levels of its bare counts: by a year, by striving, by building."""
    dated = any(y.role == "due" for y in reading.years)
    return dated or _builds(reading) or _strives(reading, len(reading.words))


def _builds(reading: Reading) -> bool:
    """Say whether a sentence opens with so many stations, poles or kilometres to be built."""
    first = reading.roles.mains[0]
    opening = reading.key[: first.number]
    return bool(BUILDING.of(reading.key).match(opening)) and first.value >= MANY


def _strives(reading: Reading, end: int) -> bool:
    """Say whether a lead-in or the sentence up to a place strives."""
    return reading.governing.aspiring or _aspires(reading.words[:end])


def _states(reading: Reading) -> bool:
    """Say whether words without a figure are a statement by themselves."""
    elaborates = reading.offset > reading.item.start + 3 and ELABORATING.of(reading.key).match(reading.key)
    return reading.item.leaf and not elaborates and len(reading.words.split()) >= SHORT_STATEMENT


def _likens(reading: Reading) -> bool:
    """Say whether words strive for the average of others."""
    return bool(LIKENED.of(reading.key).search(reading.key)) and _strives(reading, len(reading.words))


def _numbered(reading: Reading, *, worded: bool) -> Iterator[Target]:
    """Read a sentence with amounts: each amount the shortest stretch with its predicate."""
    parts = [(a, b, reading.roles.mains_in(a, b)) for a, b in clauses(reading.words)]
    whole = [(a, b) for a, b, q in parts if not q and worded and WHOLE.of(reading.key).search(reading.key, a, b)]
    numbered = [(a, b, amounts) for a, b, amounts in parts if amounts]
    labelled = label_end(reading.key, numbered[0][:2], numbered[0][2][0]) is not None
    labelled = labelled or any(_leans(reading.key, one, other) for one, other in pairwise(numbered))
    if labelled or (len(numbered) == 1 and not whole and len(numbered[0][2]) == 1):
        numbered = [(0, len(reading.words), list(reading.roles.mains))]
    else:
        numbered = _with_shared_predicates(reading.key, numbered)
    yield from (_worded(reading, a, b) for a, b in whole)
    for a, b, amounts in numbered:
        yield from _standard(reading, a, amounts[0].number) if worded else ()
        for piece in coordinated(reading.key, a, b, amounts, beside_others=len(numbered) > 1):
            if worded or _is_firm(piece.amount) or _is_set(reading):
                yield _target(reading, piece, alone=len(amounts) == 1)


def _with_shared_predicates(key: str, numbered: Sequence[Clause]) -> list[Clause]:
    """Join a clause that is but a share of something to the next, whose predicate it shares."""
    joined: list[Clause] = []
    for start, end, amounts in reversed(numbered):
        after = joined[0] if joined else None
        if after and shares_predicate(key, (start, end), amounts, after[:2], after[2]):
            joined[0] = (start, after[1], [*amounts, *after[2]])
        else:
            joined.insert(0, (start, end, amounts))
    return joined


def _leans(key: str, one: Clause, other: Clause) -> bool:
    """Say whether a clause needs the words of the one before it."""
    (a, b, before), (start, end, amounts) = one, other
    bare = says_nothing_else(key, (start, end), amounts)
    return bare or lacks_predicate(key, (start, end), amounts, (a, b), before[0])


def _standard(reading: Reading, start: int, end: int) -> Iterator[Target]:
    """Read "X đáp ứng quy chuẩn, với mục tiêu ..." as a statement by itself before its amounts."""
    match = STANDARD.of(reading.key).search(reading.key, start, end)
    if match:
        yield _worded(reading, *trimmed(reading.words, start, match.end(1)))


def _worded(reading: Reading, start: int, end: int) -> Target:
    """Make the row of a statement without a figure."""
    key, quote = reading.key[start:end], reading.words[start:end]
    like = LIKENED.of(reading.key).search(key)
    return Target(
        span=reading.part(start, end),
        quote=quote,
        section=reading.section,
        due_year=_year_near(reading, start),
        comparator="approx" if like else "none",
        value=None,
        unit="none",
        subject=lowered(_bare(quote)),
        scope=_whole_scope(quote),
        aspirational=_strives(reading, end),
        sure=WORDY - 0.1 * bool(like),
    )


def _whole_scope(quote: str) -> str | None:
    """Give what "tất cả các ..." names."""
    key = reading_key(quote)
    match = WHOLE.of(key).search(key)
    return quote[match.start() :] if match else None


def _target(reading: Reading, piece: Piece, *, alone: bool) -> Target:
    """Make the row of an amount."""
    q, quote, subject = piece.amount, reading.words[piece.start : piece.end], _subject(reading, piece)
    if TO_LEVEL.of(reading.key).search(reading.key, q.start, q.number):
        subject = without_push(subject)
    own = subject.split(" (")[0]
    unit = q.unit or _completed(own, subject)
    return Target(
        span=reading.part(piece.start, piece.end),
        quote=quote,
        section=reading.section,
        due_year=_year_near(reading, q.number),
        comparator=_comparator(reading, piece),
        value=q.value,
        unit=unit,
        subject=noun_phrase(f"{_measure(subject, q, unit, _change(reading.key, q))}{subject}", unit),
        scope=_scope(reading, piece, unit),
        condition=_condition(_threshold(reading, piece)),
        base_year=base_year_of(_without_notes(reading, piece.start, piece.end)),
        aspirational=_strives(reading, piece.end),
        unit_written=unit_told(q.unit_written, quote, unit),
        sure=round((q.sure if q.unit else COMPLETED) - COORDINATED * (not alone), 2),
    )


def _measure(subject: str, q: Quantity, unit: str, changes: str) -> str:
    """Give the words that make a measure of a bare thing: the share of it, the number of what is counted.

    `changes` says that the share is of a change: "giảm 50% số thôn lõm sóng".
    """
    own = reading_key(subject.split(" (")[0])
    if unit == "percent" and not SHARE_OF.of(own).search(own):
        return f"tỷ lệ {changes}" if changes else "tỷ lệ "
    noun = reading_key(q.unit_written)
    return "số " if unit in ("count", "per_person") and noun and own.startswith(noun) else ""


def _change(key: str, q: Quantity) -> str:
    """Give "giảm " or "tăng " where an amount says by how much, and not to where."""
    found = CHANGE.of(key).match(key, q.start, q.number)
    return f"{found[1]} " if found else ""


def _completed(own: str, subject: str) -> str:
    """Give the unit that a subject's own words want, else the words of its lead-in."""
    unit = completed_unit(own)
    return completed_unit(subject) if unit == "count" else unit


def _comparator(reading: Reading, piece: Piece) -> str:
    """Give an amount's comparator; a bare one means at least, where the lead-in says nothing else.

    A colon before words with their own predicate is a heading's, not an indicator's.
    """
    q, key = piece.amount, reading.key
    heads = q.comparator == "eq" and key[q.start] == ":" and first_verb(key, q.end, piece.end) is not None
    if q.comparator in ("", "eq"):
        return reading.governing.comparator or ("ge" if heads else q.comparator or "ge")
    return q.comparator


def _threshold(reading: Reading, piece: Piece) -> Quantity | None:
    """Give an amount's threshold: its own, or one behind the words that it shares with a later amount."""
    own = reading.roles.condition_of(piece.amount)
    shared = (q for _, q in reading.roles.conditions if piece.amount.end <= q.start < piece.end)
    return own or (next(shared, None) if piece.amount.unit == "percent" else None)


def _condition(q: Quantity | None) -> Condition | None:
    """Give the threshold that an amount counts by."""
    if q is None:
        return None
    return Condition(q.value, q.unit or "none", q.comparator if q.comparator not in ("", "eq") else "ge")


def _year_near(reading: Reading, at: int) -> int | None:
    """Give the year of an amount: told behind it, else before it, else at the sentence's end, else from above."""
    start, end = next(((a, b) for a, b in reading.clauses if a <= at < b), (0, len(reading.words)))
    years = [y for y in reading.years if y.role in ("due", "far") and not _of_next_step(reading.key, at, y)]
    own = [y for y in years if start <= y.start < end]
    mates = [q.number for q in reading.roles.mains_in(start, end)]
    following = min((n for n in mates if n > at), default=end)
    behind = [y for y in own if at < y.start < following]
    near = [y for y in behind if not _parted(reading.key, at, y)]
    before = [y for y in own if y.start < at]
    each = any(min(mates, default=end) < y.start < max(mates, default=0) for y in own)
    last = [] if each else [y for y in own if y.start > max(mates, default=0)]
    chosen = near[:1] or before[-1:] or (behind[:1] if following == end else []) or last[:1] or _opening(reading, years)
    return chosen[0].year if chosen else reading.governing.year


def _of_next_step(key: str, at: int, year: YearMention) -> bool:
    """Say whether a year is of a further step behind an amount: "80% trung tâm xã, tiến tới 100% vào năm 2030"."""
    return bool(NEXT_STEP.of(key).search(key, at, max(at, year.start)))


def _opening(reading: Reading, years: Sequence[YearMention]) -> list[YearMention]:
    """Give the year with which a sentence opens."""
    return [y for y in years[:1] if LEADS.of(reading.key).match(reading.key[: y.start])]


def _parted(key: str, at: int, year: YearMention) -> bool:
    """Say whether a sign or "và" stands between an amount and a year, or the year leads what comes: "năm 2027: ..."."""
    return key.startswith(":", year.end) or any(sign in key[at : year.start] for sign in (", ", ";", " và ", " va "))


def _subject(reading: Reading, piece: Piece) -> str:
    """Say in free wording what is measured."""
    words = [_without_notes(reading, a, b).strip(" ,;:") for a, b in _told_once(reading.key, piece) if a < b]
    if len(piece.about) == 3 and GENERATION.search(words[1]):
        words[0] = GENERATION.sub("", words[0])
    subject = lowered(_bare(_undated(" ".join(words))))
    lead = reading.governing.lead.strip(" :.")
    key = reading_key(subject)
    short = len(key.split()) < SHORT_STATEMENT or first_verb(key, 0, len(key)) is None
    return f"{subject} ({lowered(_bare(lead))})" if short and tells_what(lead) else subject


def _told_once(key: str, piece: Piece) -> list[Stretch]:
    """Give the stretches that say of what, without a counted noun that stands before the amount too."""
    q = piece.amount
    left = " ".join(key[a:b] for a, b in piece.about if b <= q.start)
    noun = key[q.subject_from : q.end].split("/")[0].split()[:1]
    told = bool(left) and (noun == [] or noun[0] in left.split())
    return [(q.end if told and a == q.subject_from else a, b) for a, b in piece.about]


def _without_notes(reading: Reading, start: int, end: int) -> str:
    """Give a stretch's words without what only compares."""
    notes = [(a, b) for a, b in reading.roles.notes(reading.key) if start <= b and a < end]
    first = min((a for a, _ in notes), default=end)
    last = max((b for _, b in notes), default=end)
    return reading.words[start : max(start, first)] + reading.words[min(last, end) : end]


def _undated(words: str) -> str:
    """Take deadlines out; "so với năm 2024" stays."""
    key = reading_key(words)
    spans = [m.span() for m in DATED.of(key).finditer(key) if not key[: m.start()].endswith(("so với", "so voi"))]
    for start, end in reversed(spans):
        words = words[:start] + words[end:]
    return words


def _bare(words: str) -> str:
    """Take "phấn đấu đến năm 2030" off the beginning."""
    key = reading_key(words)
    match = MODAL.of(key).match(key)
    rest = words[match.end() :] if match and match.end() < len(words) else words
    return " ".join(rest.strip(" ,;:").split())


def _scope(reading: Reading, piece: Piece, unit: str) -> str | None:
    """Give what is counted, or for which network or area, where the text states it."""
    key, (first, last) = reading.key, (piece.about[0], piece.about[-1])
    named = FOR_WHICH.of(key).search(key[last[0] : last[1]])
    if named:
        return reading.words[last[0] + named.start(1) : last[1]]
    share = SHARE_OF.of(key).match(key, first[0])
    if unit != "percent" or first[0] == first[1]:
        return None
    if share:
        return None if SHARING.of(key).match(key, share.end()) else _until_verb(reading, share.end(), first[1])
    counted = next(((a, b) for a, b in piece.about if a >= piece.amount.end), None)
    return _until_verb(reading, *counted) if counted else None


def _until_verb(reading: Reading, start: int, end: int) -> str | None:
    """Cut words before their first verb."""
    verb = first_verb(reading.key, start, end)
    return reading.words[start : end if verb is None else verb].strip(" ,;:.") or None
