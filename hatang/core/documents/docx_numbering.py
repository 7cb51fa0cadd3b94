"""Automatic numbers of a DOCX as Word draws them (ECMA-376 part 1, 17.9).

Lists that share a definition count on together; a list with a start of its own begins there when it is first used.
A level begins anew after a higher one was used, unless `lvlRestart` says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hatang.core.documents.docx_package import MC, W
from hatang.core.documents.docx_styles import Styles, toggle, value, whole_number
from hatang.core.documents.numerals import drawn_number

Element = Any

LEVELS = 9
LONGEST_MARKER = 60
PLACE = re.compile("%([1-9])")
LONE = re.compile(r"(?:[0-9]+|[ivxlcdm]+|[IVXLCDM]+|[a-z]|[A-Z])")
PICTURES = {
    "\uf02d": "-", "\uf0b7": "•", "\uf0a7": "▪", "\uf06e": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf02b": "+",
    "\uf02a": "*", "o": "◦", "\uf06f": "◦", "§": "▪", "·": "•", "Ø": "➢", "ü": "✓",
}  # fmt: skip
BULLETS = "-–—−+*•●▪◦‒➢✓"


@dataclass(frozen=True)
class Level:
    """How a level of a list is drawn."""

    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass
class Definition:
    """An abstract list: its levels, or the style that has them."""

    levels: dict[int, Level] = field(default_factory=dict)
    by_style: str | None = None


@dataclass
class Numbered:
    """A list: the abstract one it follows, the levels it redraws, the starts it sets."""

    abstract: int
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


@dataclass
class Numbering:
    """The lists of a document and how far each has counted."""

    definitions: dict[int, Definition] = field(default_factory=dict)
    lists: dict[int, Numbered] = field(default_factory=dict)
    counts: dict[int, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[int, int]] = field(default_factory=set)
    resolved: dict[int, tuple[int, dict[int, Level]] | None] = field(default_factory=dict)

    def next_marker(self, num_id: int | None, level: int | None, styled: str | None, styles: Styles) -> str:
        """Count on in a list and give what is drawn; empty where nothing is.

        `styled` names the style that the list came from: without `level`, the level that is tied to the style counts.
        """
        found = self.levels_of(num_id, styles) if num_id else None
        if found is None or num_id is None:
            return ""
        abstract, levels = found
        if level is None:
            level = next((n for n, drawn in levels.items() if styled and drawn.style == styled), 0)
        level = min(max(level, 0), LEVELS - 1)
        self.count(num_id, abstract, level, levels)
        return drawn_marker(level, levels, self.counts[abstract])

    def count(self, num_id: int, abstract: int, level: int, levels: dict[int, Level]) -> None:
        """Count on at a level; the levels below begin anew."""
        counts = self.counts.setdefault(abstract, {})
        starts = self.lists[num_id].starts
        first = starts.get(level, levels.get(level, Level()).start)
        for upper in range(level):
            counts.setdefault(upper, starts.get(upper, levels.get(upper, Level()).start))
        anew = level in starts and (num_id, level) not in self.begun
        self.begun.add((num_id, level))
        counts[level] = first if anew or level not in counts else counts[level] + 1
        for lower in range(level + 1, LEVELS):
            if begins_after(levels.get(lower, Level()), level):
                counts.pop(lower, None)

    def levels_of(self, num_id: int, styles: Styles) -> tuple[int, dict[int, Level]] | None:
        """Give a list's abstract number and levels, following the styles that stand for lists."""
        if num_id not in self.resolved:
            self.resolved[num_id] = self.resolve(num_id, styles)
        return self.resolved[num_id]

    def resolve(self, num_id: int, styles: Styles) -> tuple[int, dict[int, Level]] | None:
        """Look a list's levels up."""
        own = numbered = self.lists.get(num_id)
        for _ in range(LEVELS):
            definition = self.definitions.get(numbered.abstract) if numbered else None
            if definition is None or numbered is None or own is None:
                return None
            if definition.levels or not definition.by_style:
                return numbered.abstract, definition.levels | own.levels
            numbered = self.lists.get(styles.look(definition.by_style).num_id or 0)
        return None


def begins_after(lower: Level, used: int) -> bool:
    """Whether a level begins anew when another, above it, was used."""
    return lower.restart is None or used + 1 <= lower.restart


def drawn_marker(level: int, levels: dict[int, Level], counts: dict[int, int]) -> str:
    """Write what stands before a paragraph."""
    own = levels.get(level, Level())
    if own.form == "bullet":
        return drawn_bullet(own.text)

    def number_at(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        drawn = levels.get(at, Level())
        n = counts.get(at, drawn.start)
        legal = own.legal and drawn.form != "none"
        return drawn_number(n, "decimal" if legal else drawn.form, drawn.pattern)

    return PLACE.sub(number_at, own.text)[:LONGEST_MARKER].strip()


def drawn_bullet(text: str) -> str:
    """Give a bullet as a character that every font has.

    >>> drawn_bullet("\\uf0b7"), drawn_bullet("-"), drawn_bullet("o"), drawn_bullet("\\uf0e8")
    ('•', '-', '◦', '•')
    """
    sign = text.strip()[:1]
    if not sign:
        return ""
    sign = PICTURES.get(sign, sign)
    return sign if sign in BULLETS else "•"


def ended_marker(marker: str) -> str:
    """Put a full stop after a lone number or letter, so that it does not read as part of the words.

    >>> ended_marker("IV"), ended_marker("2.1"), ended_marker("a)")
    ('IV.', '2.1', 'a)')
    """
    return f"{marker}." if LONE.fullmatch(marker) else marker


def read_numbering(root: Element | None) -> Numbering:
    """Read the part with the lists."""
    numbering = Numbering()
    for element in root.iterchildren(W + "abstractNum") if root is not None else ():
        number = whole_number(element.get(W + "abstractNumId"))
        if number is not None:
            numbering.definitions[number] = Definition(dict(read_levels(element)), value(element, W + "numStyleLink"))
    for element in root.iterchildren(W + "num") if root is not None else ():
        number, abstract = whole_number(element.get(W + "numId")), whole_number(value(element, W + "abstractNumId"))
        if number is not None and abstract is not None:
            numbering.lists[number] = read_list(element, abstract)
    return numbering


def read_list(element: Element, abstract: int) -> Numbered:
    """Read a list and where it departs from its abstract one."""
    numbered = Numbered(abstract)
    for change in element.iterchildren(W + "lvlOverride"):
        at = whole_number(change.get(W + "ilvl"))
        start = whole_number(value(change, W + "startOverride"))
        if at is None:
            continue
        if start is not None:
            numbered.starts[at] = start
        numbered.levels.update((at, level) for _, level in read_levels(change))
    return numbered


def read_levels(element: Element) -> Iterator[tuple[int, Level]]:
    """Read the levels of an abstract list, or the one that a list redraws."""
    for level in element.iterchildren(W + "lvl"):
        at = whole_number(level.get(W + "ilvl"))
        if at is not None:
            yield at, read_level(level)


def read_level(element: Element) -> Level:
    """Read how a level is drawn."""
    form = element.find(W + "numFmt")
    if form is None:
        form = element.find(f"{MC}AlternateContent/{MC}Choice/{W}numFmt")
    start = whole_number(value(element, W + "start"))
    return Level(
        start=0 if start is None else start,
        form="decimal" if form is None else form.get(W + "val", "decimal"),
        pattern="" if form is None else form.get(W + "format", ""),
        text=value(element, W + "lvlText") or "",
        restart=whole_number(value(element, W + "lvlRestart")),
        legal=bool(toggle(element, "isLgl")),
        style=value(element, W + "pStyle"),
    )
