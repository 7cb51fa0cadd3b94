"""Organisations with duties: the headings and opening words of the part that says who carries the plan out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hatang.core.plan_reader.body_names import (
    BEFORE_NAME,
    EXACT_NAME,
    NO_BODY,
    OF_SUBJECT,
    SEPARATOR,
    STOP,
    begins_another,
    begins_body,
    name_key,
    only_names,
)
from hatang.core.plan_reader.body_wordings import CLAUSES, POSTS
from hatang.core.plan_reader.leaves import CLOSING, below, is_leaf, is_plain, is_row, own_span, parent, under
from hatang.core.plan_reader.name_grammar import BRACKET, name_reach
from hatang.core.plan_reader.structure import Body, Item, Part, Span, Text
from hatang.core.vietnamese import search_key

RUN_IN_WORDS = (
    "chủ trì(?:,| phối hợp)", "có trách nhiệm", "chịu trách nhiệm", "căn cứ", "theo chức năng", "phối hợp (?:với|cùng)",
    "có nhiệm vụ", "là cơ quan", "là đầu mối", "là đơn vị",
)  # fmt: skip
RUN_IN = re.compile(rf"\s?:\s(?=\S)|,?\s(?=(?:{'|'.join(RUN_IN_WORDS)})(?:[\s:]|$))")
LEAD_IN_WORDS = (*RUN_IN_WORDS, "chủ trì", "lãnh đạo", "chỉ đạo", "thực hiện", "tổ chức thực hiện", "tập trung")
LEAD_IN = re.compile(rf"(?<!quan)(?<!đơn vị),?\s(?:{'|'.join(LEAD_IN_WORDS)})\b[^().;]{{0,60}}:?$")
NEW_SENTENCE = (
    "Chủ trì", "Phối hợp", "Nghiên cứu", "Triển khai", "Tham mưu", "Hướng dẫn", "Thực hiện", "Chỉ đạo", "Đẩy mạnh",
    "Căn cứ", "Trên cơ sở", "Bảo đảm", "Đảm bảo", "Tăng cường", "Hỗ trợ", "Rà soát", "Theo dõi", "Tạo điều kiện",
)  # fmt: skip
LOST_BREAK = re.compile(rf"(?<!Ban)(?<!Tổ)(?<!tâm)\s(?=(?:{'|'.join(NEW_SENTENCE)})\b)")
ENFORCEMENT = re.compile(r"chịu trách nhiệm thi hành|chịu trách nhiệm thực hiện Quyết định này", re.IGNORECASE)
SIGNATURE = re.compile(rf"(?:(?:tm|kt|tl|tuq|q) )?(?:pho |quyen )?(?:{'|'.join(POSTS)})(?: so| ubnd(?: tinh)?)?")
SUBJECT_LIST = re.compile(rf"\s?:\s(?:{OF_SUBJECT})(?:(?:,|;|\svà)\s(?:{OF_SUBJECT}))*(?!\w)")
CLAUSE = re.compile(rf"(?:{'|'.join(CLAUSES)})\b")
OF_MANY = re.compile(r"(?:sở|ban|ngành|bộ|cơ quan|đơn vị)(?: tỉnh| thành phố)?$", re.IGNORECASE)
PARENTHESIS = re.compile(r"\s?\([^()]*\)$")
LONGEST_HEADING = 420
FALLBACK_WORDS = 14


@dataclass(frozen=True, slots=True)
class Opening:
    """The name with which an item begins; `rest` is where its duties go on in the same paragraph."""

    start: int
    end: int
    rest: int
    long_form: str = ""


def find_bodies(text: Text) -> tuple[Body, ...]:
    """List the organisations that the document gives duties, in order, joint headings as one."""
    rows: list[tuple[Body, bool]] = []
    reached = -1
    for n, item in enumerate(text.items):
        if n <= reached or item.part != Part.ORGANISATION or is_row(text, item) or text.blocks[item.block].footnote:
            continue
        opening = _opening(text, n)
        if opening and not _is_group(text, n) and not (opening.rest and _in_clause(text, item)):
            rows.append((_body(text, n, opening), bool(opening.rest) and _is_loose(text, item)))
            reached = max([n, *_reach(text, n, opening)])
    return tuple(_united(_titled(rows)))


def _is_loose(text: Text, item: Item) -> bool:
    """Whether an item is a plain sentence, or an article that puts a whole plan into somebody's hands."""
    return is_plain(text, item) or item.marker.lower().startswith("điều")


def _in_clause(text: Text, item: Item) -> bool:
    """Whether a sentence stands under a title on reports, funds or the like, which is nobody's."""
    inner = (k for k in item.above if parent(text.items[k]) in item.above)
    return any(
        text.items[parent(text.items[k])].part == Part.ORGANISATION and CLAUSE.match(search_key(text.items[k].title))
        for k in inner
    )


def _titled(rows: list[tuple[Body, bool]]) -> list[Body]:
    """Leave out plain sentences that speak to everybody where titles or numbers name the bodies."""
    named = [body for body, loose in rows if not loose]
    return named or [body for body, _ in rows]


def _reach(text: Text, n: int, opening: Opening) -> list[int]:
    """List what belongs to a body: what stands below it, or behind a bare name without marker."""
    if not is_plain(text, text.items[n]):
        return under(text, n)
    return [] if opening.rest else list(_behind(text, n))


def _behind(text: Text, n: int) -> Iterator[int]:
    """Go on to the next paragraph that opens with a name, or to another heading."""
    for k in range(n + 1, len(text.items)):
        item = text.items[k]
        if item.heading or item.part != Part.ORGANISATION or (is_plain(text, item) and _names_one(text, k)):
            return
        yield k


def _body(text: Text, n: int, opening: Opening) -> Body:
    item = text.items[n]
    words = text.blocks[item.block].text
    name = words[opening.start : opening.end].strip(" .;,:")
    aliases = tuple(a for a in (opening.long_form, PARENTHESIS.sub("", name)) if a and a != name)
    span = Span(item.block, opening.start, opening.start + len(name))
    return Body(span, name, item.section, _duties(text, n, opening), aliases, _sureness(item, opening, name))


def _sureness(item: Item, opening: Opening, name: str) -> float:
    if not begins_body(name):
        return 0.6
    if opening.rest:
        return 0.85 if item.marker else 0.75
    return 0.97 if item.heading else 0.9


def _duties(text: Text, n: int, opening: Opening) -> tuple[Span, ...]:
    """Give the leaf items of a body, what stands behind its name in the same paragraph among them."""
    item = text.items[n]
    inner = [k for k in _reach(text, n, opening) if text.items[k].part == item.part and is_leaf(text, k)]
    spans = [own_span(text, text.items[k]) for k in inner]
    said = text.blocks[item.block].text[opening.rest :].strip(" .;,")
    if opening.rest and said and not (said.endswith(":") and spans):
        spans.insert(0, own_span(text, item, opening.rest))
    return tuple(spans)


def _opening(text: Text, n: int) -> Opening | None:
    """Read the name with which an item opens; None if it opens with none."""
    item = text.items[n]
    words = text.blocks[item.block].text
    if is_plain(text, item) and (CLOSING.match(words) or SIGNATURE.fullmatch(search_key(words))):
        return None
    lead = BEFORE_NAME.match(words[item.start :])
    start = item.start + (lead.end() if lead else 0)
    if ENFORCEMENT.search(words) or NO_BODY.match(search_key(words[start:])):
        return None
    opening = _heading(text, n, start) if _stands_alone(text, n) else _run_in(words, start, bool(under(text, n)))
    if opening is None or not lead:
        return opening
    return replace(opening, long_form=words[item.start : opening.end].strip(" .;,:"))


def _stands_alone(text: Text, n: int) -> bool:
    """Whether an item is a title line over what it tells its body to do."""
    item = text.items[n]
    words = text.own(item)
    return (
        item.heading
        and len(words) <= LONGEST_HEADING
        and not _runs_in(words)
        and bool(below(text, n) or len(words) < 90)
    )


def _runs_in(words: str) -> bool:
    """Whether a title goes on with a duty, and not with the names that it gathers."""
    found = RUN_IN.search(words)
    return found is not None and not (":" in found.group() and only_names(words[found.end() :].strip(" .;:")))


def _heading(text: Text, n: int, start: int) -> Opening | None:
    words = text.blocks[text.items[n].block].text
    if begins_body(words[start:]):
        if not below(text, n):
            return _run_in(words, start, False)
        lead = LEAD_IN.search(words, start)
        return Opening(start, lead.start() if lead else len(words), 0)
    return Opening(start, len(words), 0) if _among_bodies(text, n, words[start:]) else None


def _run_in(words: str, start: int, over: bool) -> Opening | None:
    """Read "Sở X chủ trì ...", "Sở X: ..." or a bare name over a list."""
    if not begins_body(words[start:]):
        return None
    end = _name_end(words, start)
    rest = words[end:].lstrip(" :,.;")
    if not rest:
        return Opening(start, end, 0) if over or end - start < LONGEST_HEADING else None
    return Opening(start, end, len(words) - len(rest))


def _name_end(words: str, start: int, after: int = 0) -> int:
    """Give where a name ends, with its brackets and the names that are joined to it."""
    exact = EXACT_NAME.match(words, start)
    least = max(exact.end() if exact else start + 1, after)
    found = [pattern.search(words, least) for pattern in (RUN_IN, STOP, LOST_BREAK)]
    end = min((m.start() for m in found if m), default=len(words))
    apposed = BRACKET.match(words, end) or (SUBJECT_LIST.match(words, end) if OF_MANY.search(words[:end]) else None)
    if apposed:
        return _name_end(words, start, apposed.end())
    if words[end : end + 1] == ":" and only_names(words[end + 1 :].strip(" .;:")):
        return len(words.rstrip(" .;:"))
    if not _is_sure_end(words, end, bool(exact)):
        end = _within_grammar(words, start, end, least)
    link = SEPARATOR.match(words, end)
    return _name_end(words, link.end()) if link and begins_another(words, link.end()) else end


def _is_sure_end(words: str, end: int, exact: bool) -> bool:
    """Whether a name's end is sure whatever words it has: before a duty's own words, or a colon behind a free name."""
    found = RUN_IN.match(words, end)
    return found is not None and not (exact and ":" in found.group())


def _within_grammar(words: str, start: int, end: int, least: int) -> int:
    """End a name before the first word that no name has, unless that leaves only its head."""
    reach = max(name_reach(words, start), least)
    return reach if reach < end and " " in words[start:reach] else end


def _is_group(text: Text, n: int) -> bool:
    """Whether an item only gathers bodies that stand below it ("1. Các sở, ngành: 1.1. Sở A ...")."""
    children = [k for k in _children(text, n) if not is_plain(text, text.items[k])]
    named = [k for k in children if _names_one(text, k)]
    over = parent(text.items[n])
    outermost = over < 0 or text.items[over].part != Part.ORGANISATION
    return len(named) > (0 if outermost else 1) and 2 * len(named) > len(children)


def _children(text: Text, n: int) -> list[int]:
    """List what stands directly below."""
    inner = under(text, n)
    deeper = {j for k in inner for j in under(text, k)}
    return [k for k in inner if k not in deeper]


def _names_one(text: Text, n: int) -> bool:
    """Whether an item is, or opens with, the name of a body."""
    item = text.items[n]
    words = text.own(item)
    lead = BEFORE_NAME.match(words)
    rest = words[lead.end() :] if lead else words
    return begins_body(rest) and rest[:1].isupper()


def _among_bodies(text: Text, n: int, title: str) -> bool:
    """Whether a heading with an unknown name stands in a row of headings that name bodies."""
    item = text.items[n]
    if not below(text, n) or len(title.split()) > FALLBACK_WORDS or NO_BODY.match(search_key(title)):
        return False
    row = [k for k in _siblings(text, item) if k != n]
    return len(row) > 1 and 2 * sum(_names_one(text, k) for k in row) > len(row)


def _siblings(text: Text, item: Item) -> Iterator[int]:
    over = parent(item)
    return (
        k for k, other in enumerate(text.items) if other.heading and parent(other) == over and other.part == item.part
    )


def _united(rows: list[Body]) -> list[Body]:
    """Make one row of several sentences that open with the same body."""
    kept: dict[str, Body] = {}
    for row in rows:
        key = name_key(row.name) or row.name
        known = kept.get(key)
        kept[key] = replace(known, duties=known.duties + row.duties) if known else row
    return list(kept.values())


def body_of(text: Text, bodies: tuple[Body, ...], n: int) -> Body | None:
    """Give the organisation under whose name an item stands."""
    spans = {(body.span.block): body for body in bodies}
    item = text.items[n]
    for k in (n, *reversed(item.above)):
        found = spans.get(text.items[k].block)
        if found:
            return found
    return next((b for b in bodies if item.section.startswith(f"{b.section}.")), None)
