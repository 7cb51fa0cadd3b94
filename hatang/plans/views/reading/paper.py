"""A document as a page shows it: headings, lists, tables and notes, with what was found in it marked.

The text is laid out here and not in a template: a document of 300 pages has some thousand paragraphs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from hatang.core.plan_reader.structure import Part
from hatang.plans.models import Statement
from hatang.plans.services.readings import Mark, Paragraph
from hatang.plans.views.reading.rows import TABS

SIGNS = {
    "target": "MT",
    "baseline": "HT",
    "task": "NV",
    "body": "CQ",
    "duty": "BC",
    "basis": "CC",
    "oddity": "!",
}
MARKS = [(str(kind), SIGNS[kind], label) for kind, label in TABS.items() if kind != Statement.Kind.ODDITY]
"""The kinds that stand for something in the plan: value, letters before the words, name."""
STATE_SIGNS = {"confirmed": "✓", "rejected": "✕"}
STAYS = "\u2060"
"""A word joiner: no line ends between a sign and its words."""
CELL_GAP = len(" | ")
SHEET_BLOCKS = 40
HEADING_TAGS = ("h3", "h4", "h5", "h6")
DEEPEST = 4
TITLE_LONG = 160
SENTENCE_ENDS = (".", ":", ";")
DEEPER = ("+", "*", "○", "o", "▪")
TABLE = '<div class="scroll" tabindex="0" role="region" aria-label="Bảng trong văn bản"><table>{}</table></div>'

Address = Callable[[Mark], str]
"""Where a click on a mark's sign leads."""


@dataclass(frozen=True)
class Sheet:
    """A stretch of a document: a page where the file has pages, otherwise some dozen paragraphs."""

    page: int
    html: SafeString


def sheets(paragraphs: Iterable[Paragraph], address: Address) -> Iterator[Sheet]:
    """Lay a document out, page by page."""
    for (page, _), stretch in groupby(paragraphs, key=_sheet_of):
        yield Sheet(page, _laid(stretch, address))


def _sheet_of(paragraph: Paragraph) -> tuple[int, int]:
    """Give the page of a paragraph and, where the file has none, its stretch."""
    return paragraph.page, 0 if paragraph.page else paragraph.number // SHEET_BLOCKS


def _laid(stretch: Iterable[Paragraph], address: Address) -> SafeString:
    """Put rows of one table together; what is no row stands by itself."""
    parts = []
    for tabular, group in groupby(stretch, key=lambda p: bool(p.cells)):
        html = _joined(paragraph_html(p, address) for p in group)
        parts.append(format_html(TABLE, html) if tabular else html)
    return _joined(parts)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def paragraph_html(paragraph: Paragraph, address: Address) -> SafeString:
    """Lay out one paragraph, heading, note or table row, with its marks."""
    number = paragraph.number
    if paragraph.cells:
        return format_html('<tr id="doan-{}" data-block="{}">{}</tr>', number, number, _cells(paragraph, address))
    tag, look = _form(paragraph)
    words = _marked(paragraph, 0, len(paragraph.text), address)
    return format_html('<{} class="{}" id="doan-{}" data-block="{}">{}</{}>', tag, look, number, number, words, tag)


def _cells(paragraph: Paragraph, address: Address) -> SafeString:
    """Lay out a row's cells; each says at which character of the paragraph its words begin."""
    cells, start = [], 0
    for cell in paragraph.cells:
        cells.append((start, _marked(paragraph, start, start + len(cell), address)))
        start += len(cell) + CELL_GAP
    return format_html_join("", '<td data-start="{}">{}</td>', cells)


def _form(paragraph: Paragraph) -> tuple[str, str]:
    """Choose the element and the look of a paragraph."""
    level, marker = paragraph.level, paragraph.text[: paragraph.start].strip()
    if paragraph.footnote:
        return "p", "note"
    if level:
        return HEADING_TAGS[min(level, len(HEADING_TAGS)) - 1], f"heading heading--{min(level, DEEPEST)}"
    if paragraph.part == Part.HEAD and len(paragraph.text) < TITLE_LONG and not paragraph.text.endswith(SENTENCE_ENDS):
        return "p", "head head--strong" if paragraph.strong else "head"
    return "p", f"item item--{2 if marker in DEEPER else 1}" if marker else "plain"


def _rank(mark: Mark) -> tuple[bool, bool, bool, int]:
    """Of several marks over the same words the shortest shows; what was rejected, further or only odd stands back."""
    odd = mark.kind == Statement.Kind.ODDITY
    return mark.state == Statement.State.REJECTED, bool(mark.why), odd, mark.end - mark.start


def _marked(paragraph: Paragraph, start: int, end: int, address: Address) -> SafeString:
    """Part the words between two characters where a mark begins or ends."""
    here = [m for m in paragraph.marks if m.start < end and m.end > start]
    if not here:
        return escape(paragraph.text[start:end])
    cuts = sorted({start, end, *(max(start, m.start) for m in here), *(min(end, m.end) for m in here)})
    return _joined(
        _piece(paragraph.text, a, b, [m for m in here if m.start < b and m.end > a], address) for a, b in pairwise(cuts)
    )


def _piece(text: str, start: int, end: int, over: Sequence[Mark], address: Address) -> SafeString:
    """Show words over which the same marks lie."""
    if not over:
        return escape(text[start:end])
    ranked = sorted(over, key=_rank)
    signs = _joined(_sign(m, address(m)) for m in ranked[::-1] if m.start == start and not m.why)
    ids = " ".join(dict.fromkeys(str(m.statement) for m in ranked))
    return format_html('<mark class="{}" data-of="{}">{}{}</mark>', _look(ranked), ids, signs, text[start:end])


def _look(ranked: Sequence[Mark]) -> str:
    """Name the classes of a piece: the first mark's kind and state, and whether others lie there too."""
    first = ranked[0]
    look = f"mark mark--{first.kind}{_state_of(first, ' mark--')}" + (" mark--further" if first.why else "")
    several = sum(not m.why and m.kind != Statement.Kind.ODDITY for m in ranked) > 1
    return look + (" mark--several" if several else "")


def _state_of(mark: Mark, stem: str) -> str:
    """Name the class of a mark's state; a published mark has none."""
    return f"{stem}{mark.state}" if mark.state else ""


def _sign(mark: Mark, url: str) -> SafeString:
    """Show the letters of a kind before the words, which lead to the row."""
    kind = Statement.Kind(mark.kind)
    letters = f"{SIGNS[kind]}{STATE_SIGNS.get(mark.state, '')}{STAYS}"
    look = f"sign sign--{kind}{_state_of(mark, ' sign--')}"
    label = f"{kind.label}, {Statement.State(mark.state).label}" if mark.state else kind.label
    return format_html(
        '<a class="{}" href="{}" data-sign="{}" aria-label="{}" draggable="false"><span>{}</span></a>',
        look,
        url,
        mark.statement,
        label,
        letters,
    )
