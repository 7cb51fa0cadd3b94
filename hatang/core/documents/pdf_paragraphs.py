"""From the lines of a PDF's pages to paragraphs: no page numbers and running heads, notes set apart, lines joined.

A line goes on with the one before where that one is full, the first word of the next having no room on it, and the
next begins no item. Whatever stays in doubt is left to the reader of plain text: such lines are not `whole`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hatang.core.documents.pdf_page import Shown
from hatang.core.plan_reader.markers import PLAIN_FIGURES, SUPERSCRIPTS, marker_of
from hatang.core.plan_reader.structure import Line

MARGIN = 0.11
PAGE_NUMBER = re.compile(r"(?:trang|page|tr\.?)?\s*[-–—]?\s*([0-9]{1,4})(?:\s*/\s*[0-9]{1,4})?\s*[-–—]?", re.IGNORECASE)
FIGURES = re.compile(r"[0-9]+")
FEWEST_REPEATS = 3
REPEATED_SHARE = 0.3
LONGEST_HEAD = 160
SMALL_TYPE = 0.93
NOTE = re.compile(r"[\[(⁽]?([0-9]{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})[\])⁾]?\s*(?=\D)")
RAISED = re.compile(r"[⁽(\[]?([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})[⁾)\]]?")
BROKEN_NUMBER = re.compile(r"\d(?:/(?:[^\W\d_]{1,8}-)?|-)$")
LONGEST_NUMBER = 20
LEADERS = re.compile(r"(?:\.\s?|…\s?|_){5,}\s*[0-9]{1,4}$")
FEWEST_LEADERS = 3
CONTENTS = re.compile(r"m\s?ụ\s?c\s+l\s?ụ\s?c", re.IGNORECASE)
SURELY, HARDLY = 1.3, 0.85
FULL_WITHIN = 0.6
ITEMS_INDENTED = 0.9
NEXT_LINE = 1.75
INDENTED = 0.6
FARTHEST_HANGING = 4
CENTRED = 1.5
FEWEST_LINES = 5


def without_debris(pages: Sequence[list[Shown]], heights: Sequence[float]) -> list[list[Shown]]:
    """Leave out page numbers, heads and feet that repeat, and tables of contents with their dotted lines."""
    edges = [edge_lines(lines, height) for lines, height in zip(pages, heights, strict=True)]
    numbers = page_number_offsets(edges)
    repeated = repeated_texts(edges, len(pages))
    kept = []
    for number, (lines, edge) in enumerate(zip(pages, edges, strict=True), start=1):
        gone = {id(line) for line in edge if is_page_number(line, number, numbers) or masked(line) in repeated}
        kept.append(without_contents([line for line in lines if id(line) not in gone]))
    return kept


def edge_lines(lines: Sequence[Shown], height: float) -> list[Shown]:
    """Give the short lines in the margins at a page's head and foot."""
    return [
        line
        for line in lines
        if not line.cells
        and len(line.text) <= LONGEST_HEAD
        and (line.bottom < MARGIN * height or line.top > (1 - MARGIN) * height)
    ]


def page_number_offsets(edges: Sequence[Sequence[Shown]]) -> set[int]:
    """Give by how much the numbers in the margins differ from the pages' own count, where several agree."""
    offsets: Counter[int] = Counter()
    for number, lines in enumerate(edges, start=1):
        found = (PAGE_NUMBER.fullmatch(line.text) for line in lines)
        offsets.update({int(match[1]) - number for match in found if match})
    return {offset for offset, count in offsets.items() if count > 1 or offset == 0}


def is_page_number(line: Shown, number: int, offsets: set[int]) -> bool:
    """Whether a line is the page's number."""
    found = PAGE_NUMBER.fullmatch(line.text)
    return found is not None and int(found[1]) - number in offsets


def repeated_texts(edges: Sequence[Sequence[Shown]], pages: int) -> set[tuple[str, int]]:
    """Give the texts that stand at the same place in the margins of many pages, figures left open."""
    seen = Counter(key for lines in edges for key in {masked(line) for line in lines})
    fewest = max(FEWEST_REPEATS, int(REPEATED_SHARE * pages))
    return {key for key, count in seen.items() if count >= fewest}


def masked(line: Shown) -> tuple[str, int]:
    """Give a line's text with its figures left open, and its height on the page."""
    return FIGURES.sub("0", line.text), round(line.top / 4)


def without_contents(lines: list[Shown]) -> list[Shown]:
    """Leave out a table of contents: from its title, or its first dotted line, to its last dotted line."""
    dotted = [at for at, line in enumerate(lines) if LEADERS.search(line.text)]
    titles = [at for at, line in enumerate(lines) if CONTENTS.fullmatch(line.text.strip())]
    if len(dotted) < (1 if titles else FEWEST_LEADERS):
        return lines
    first = min([at for at in titles if at < dotted[-1]] + dotted[:1])
    return lines[:first] + lines[dotted[-1] + 1 :]


def type_size(pages: Iterable[Iterable[Shown]]) -> float:
    """Give the size of type in which most is written outside tables."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            if not line.cells:
                sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=12.0)


def with_notes(lines: list[Shown], body_size: float) -> list[Shown]:
    """Mark the notes at a page's foot: small type, numbers that are raised in the text above."""
    first = len(lines)
    while first and lines[first - 1].size < SMALL_TYPE * body_size and not lines[first - 1].cells:
        first -= 1
    signs = {sign.translate(PLAIN_FIGURES) for line in lines[:first] for sign in RAISED.findall(line.text)}
    starts = [at for at in range(first, len(lines)) if note_number(lines[at].text) in signs]
    if not starts:
        return lines
    notes = [note_of(lines[at:end]) for at, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    return lines[: starts[0]] + notes


def joined(texts: Sequence[str]) -> str:
    """Join lines with blanks, and what was broken inside a number ("06/", "749/QĐ-", "2025-") without.

    >>> joined(["Kế hoạch số 06/", "KH-UBND của", "Ủy ban"])
    'Kế hoạch số 06/KH-UBND của Ủy ban'
    """
    whole = texts[0]
    for text in texts[1:]:
        whole += text if BROKEN_NUMBER.search(whole[-LONGEST_NUMBER:]) else f" {text}"
    return whole


def note_number(text: str) -> str:
    """Give the number that a note begins with, or nothing."""
    found = NOTE.match(text)
    return found[1].translate(PLAIN_FIGURES) if found else ""


def note_of(lines: Sequence[Shown]) -> Shown:
    """Join the lines of one note."""
    text = joined([line.text for line in lines])
    found = NOTE.match(text)
    end = found.end() if found else 0
    marker = note_number(text).translate(SUPERSCRIPTS)
    return replace(lines[0], text=text[end:].strip(), marker=marker, footnote=True, bold=False)


@dataclass(frozen=True)
class Measure:
    """Where the lines of a page begin and end, and how far they stand apart."""

    left: float
    right: float
    pitch: float


def measure_of(lines: Sequence[Shown], body_size: float) -> Measure | None:
    """Find a page's measure from its lines of the usual type; None where there are too few."""
    usual = [line for line in lines if not line.cells and not line.footnote and abs(line.size - body_size) < 1]
    if len(usual) < FEWEST_LINES:
        return None
    lefts = Counter(round(line.left) for line in usual)
    left = (
        min(place for place, count in lefts.items() if count >= max(2, len(usual) // 10))
        if max(lefts.values()) > 1
        else min(lefts)
    )
    *_, next_right, right = sorted(line.right for line in usual)
    right = right if right - next_right < 2 * body_size else next_right
    steps = sorted(b.top - a.top for a, b in pairwise(usual) if b.top > a.top)
    return Measure(left, right, steps[len(steps) // 2] if steps else body_size * 1.3)


def items_indented(pages: Sequence[list[Shown]], measures: Sequence[Measure | None]) -> bool:
    """Whether items with a marker begin to the right of the lines that go on; then one at the left edge is no item."""
    indented = flush = 0
    for lines, measure in zip(pages, measures, strict=True):
        for before, line in pairwise(lines):
            if measure and not before.cells and room_after(before, line, measure) > SURELY and marker_of(line.text):
                inner = line.left > measure.left + INDENTED * line.size
                indented, flush = indented + inner, flush + (not inner)
    return indented > ITEMS_INDENTED * (indented + flush)


@dataclass
class Paragraph:
    """Lines that belong together, and whether both its ends are sure."""

    lines: list[Shown]
    begins: bool = True
    ends: bool = True

    def line(self) -> Line:
        """Give the paragraph as a line."""
        first = self.lines[0]
        text = joined([line.text for line in self.lines])
        whole = bool(first.cells) or first.footnote or (self.begins and self.ends)
        strong = all(line.bold for line in self.lines)
        return Line(text, first.page, whole, first.marker, first.cells, strong, first.footnote)


ROWS_OF_A_HEAD = 3
GOES_ON, IN_DOUBT, PARTED = "goes on", "in doubt", "parted"


def without_repeated_heads(pages: Sequence[list[Shown]]) -> Iterator[list[Shown]]:
    """Leave out the first rows of a table where they are drawn again on top of the next page."""
    head: list[tuple[str, ...]] = []
    in_table = False
    for lines in pages:
        again = 0
        while in_table and again < min(len(lines), len(head)) and lines[again].cells == head[again]:
            again += 1
        for line in lines[again:]:
            head = [] if not in_table and line.cells else head
            in_table = bool(line.cells)
            if in_table and len(head) < ROWS_OF_A_HEAD:
                head.append(line.cells)
        yield lines[again:]


def paragraphs(pages: Sequence[list[Shown]], body_size: float) -> Iterator[Line]:
    """Join the lines of all pages; a paragraph goes on over a page's end, its notes come after it."""
    open_one: Paragraph | None = None
    waiting: list[Line] = []
    usual = measure_of([line for lines in pages for line in lines], body_size)
    measures = [measure_of(lines, body_size) or usual for lines in pages]
    indented = items_indented(pages, measures)
    for lines, measure in zip(without_repeated_heads(pages), measures, strict=True):
        for line in lines:
            if line.footnote:
                waiting.append(Paragraph([line]).line())
                continue
            how = PARTED if open_one is None else relation(open_one.lines, line, measure, indented)
            if open_one and how == GOES_ON:
                open_one.lines.append(line)
                continue
            if open_one:
                open_one.ends = how == PARTED
                yield open_one.line()
                yield from waiting
                waiting.clear()
            open_one = Paragraph([line], begins=how == PARTED)
    if open_one:
        yield open_one.line()
    yield from waiting


def relation(paragraph: Sequence[Shown], line: Shown, measure: Measure | None, indented: bool) -> str:
    """Tell whether a line goes on with a paragraph, begins something of its own, or either."""
    before = paragraph[-1]
    if before.cells or line.cells or before.column != line.column:
        return PARTED
    if measure is None or before.column or abs(before.size - line.size) > 1:
        return IN_DOUBT
    if is_centred(before, measure) or is_centred(line, measure):
        return IN_DOUBT
    room = room_after(before, line, measure)
    if room > SURELY:
        return PARTED
    if room > HARDLY and before.right < measure.right - FULL_WITHIN * before.size:
        return IN_DOUBT
    if line.page == before.page and line.top - before.top > NEXT_LINE * measure.pitch:
        return IN_DOUBT
    return relation_by_left(paragraph, line, measure.left + INDENTED * line.size, indented)


def relation_by_left(paragraph: Sequence[Shown], line: Shown, inner: float, indented: bool) -> str:
    """Tell the same after a full line by where the lines begin; right of `inner` they are indented."""
    before, size = paragraph[-1], line.size
    marker = marker_of(line.text) is not None
    hangs = len(paragraph) == 1 and marker_of(before.text) is not None and not marker
    if hangs and INDENTED * size < line.left - before.left < FARTHEST_HANGING * size:
        return GOES_ON
    if line.left > inner >= before.left:
        return PARTED
    if line.bold != before.bold or (marker and (line.left > inner or not indented)):
        return IN_DOUBT
    level = len(paragraph) > 1 and abs(line.left - before.left) < size / 4
    return GOES_ON if level or line.left <= max(inner, before.left - INDENTED * size) else IN_DOUBT


def room_after(before: Shown, line: Shown, measure: Measure) -> float:
    """Estimate how often the first word of a line would have fitted on the one before."""
    first = line.text.split(" ", 1)[0]
    width = (line.right - line.left) * len(first) / max(len(line.text), 1)
    return (measure.right - before.right - before.size / 4) / max(width, 1.0)


def is_centred(line: Shown, measure: Measure) -> bool:
    """Whether a line stands in the middle, with room on both sides."""
    left, right = line.left - measure.left, measure.right - line.right
    return left > CENTRED * line.size and right > CENTRED * line.size and abs(left - right) < CENTRED * line.size
