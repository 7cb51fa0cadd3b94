"""DOCX (ECMA-376 part 1, 17): paragraphs with the numbers that Word draws, tables, notes, text boxes.

What a reader does not see is left out: deleted and moved-away text, hidden text, codes of fields, the table of
contents (it says the headings twice), headers and footers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from hatang.core.documents import old_fonts
from hatang.core.documents.docx_numbering import Numbering, drawn_bullet, ended_marker, read_numbering
from hatang.core.documents.docx_package import DAMAGED, MC, W, opened_parts
from hatang.core.documents.docx_styles import (
    PLAIN,
    Look,
    Styles,
    has_borders,
    paragraph_look,
    read_styles,
    run_look,
    value,
    whole_number,
)
from hatang.core.documents.faults import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_DEPTH,
    MOST_LINES,
    DocumentError,
    too_deep,
    too_long,
)
from hatang.core.documents.layout import TOP_LINES, Cell, Table, table_lines, untabbed
from hatang.core.plan_reader.markers import SUPERSCRIPTS
from hatang.core.plan_reader.structure import Line

Element = Any

FIGURES = re.compile(r"[0-9()]+")
THROUGH = {W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}
GONE = {
    W + name
    for name in (
        "pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "delText", "delInstrText", "rt",
        "sectPr", "tblGrid",
    )
}  # fmt: skip
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
CONTENTS = re.compile(r"\s*TOC\b")
CONTENTS_STYLE = re.compile(r"toc [1-9]")
NOTHING_DRAWN = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(frozen=True)
class Piece:
    """Letters of one look."""

    text: str
    bold: bool = False
    font: str = ""


@dataclass
class Field:
    """A field: its code, and whether what is read now is its result."""

    code: str = ""
    result: bool = False


@dataclass
class Count:
    """How many lines and letters have been read."""

    lines: int = 0
    characters: int = 0

    def add(self, line: Line) -> Line:
        """Count a line, or raise DocumentError where there are too many."""
        self.lines += 1
        self.characters += len(line.text)
        if self.lines > MOST_LINES or self.characters > MOST_CHARACTERS:
            raise too_long()
        return line


@dataclass
class Reader:
    """Reads the words of a document in their order."""

    styles: Styles
    numbering: Numbering
    notes: dict[tuple[str, str], Element]
    count: Count = field(default_factory=Count)
    fields: list[Field] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    called: list[tuple[str, Element]] = field(default_factory=list)
    notes_called: int = 0
    carried: list[Piece] = field(default_factory=list)

    def blocks(self, parent: Element, depth: int = 0, in_cell: bool = False) -> Iterator[Line]:
        """Give the lines of the paragraphs and tables in a part."""
        if depth > MOST_DEPTH:
            raise too_deep()
        for child in parent:
            if child.tag == W + "p":
                yield from self.paragraph(child, depth, in_cell)
            elif child.tag == W + "tbl":
                yield from map(self.count.add, table_lines(self.table(child, depth)))
            elif child.tag in THROUGH and not is_contents(child):
                yield from self.blocks(child, depth + 1, in_cell)
            elif child.tag == MC + "AlternateContent":
                yield from self.blocks(chosen(child), depth + 1, in_cell)

    def paragraph(self, element: Element, depth: int, in_cell: bool) -> Iterator[Line]:
        """Give a paragraph's lines, then those of its text boxes and notes."""
        properties = element.find(W + "pPr")
        style = value(properties, W + "pStyle") or self.styles.defaults.get("paragraph")
        look = paragraph_look(properties).over(self.styles.look(style))
        self.pieces, self.carried = self.carried, []
        if CONTENTS_STYLE.fullmatch(self.styles.name(style)) is None:
            self.inline(element, look.over(self.styles.document), depth)
        self.fields = [kept for kept in self.fields if kept.result]
        pieces, boxes, called = self.pieces, self.boxes, self.called
        self.boxes, self.called = [], []
        if properties is not None and is_joined(properties):
            self.carried, pieces = pieces, []
        own = value(properties, f"{W}numPr/{W}numId") is not None
        yield from self.lines(pieces, look, None if own else look.numbered_by, in_cell)
        for box in boxes:
            yield from self.blocks(box, depth + 1, in_cell)
        for sign, note in called:
            yield from self.note(sign, note, depth)

    def lines(self, pieces: list[Piece], look: Look, styled: str | None, in_cell: bool) -> Iterator[Line]:
        """Give the lines that letters make, the first with its drawn number; a lone number only in a table's cell."""
        texts = untabbed(written(pieces), at_top=not in_cell and self.count.lines < TOP_LINES)
        seen = bool(texts) or in_cell or not look.hidden
        marker = self.numbering.next_marker(look.num_id, look.level, styled, self.styles) if seen else ""
        if not in_cell:
            marker = ended_marker(marker)
        elif not texts and marker:
            texts = [""]
        strong = all(piece.bold for piece in pieces if piece.text.strip())
        for text in texts:
            yield self.count.add(Line(text, whole=True, marker=marker, strong=strong and bool(text)))
            marker = ""

    def note(self, sign: str, element: Element, depth: int) -> Iterator[Line]:
        """Give a note as one line."""
        lines = [line for line in self.blocks(element, depth + 1) if not line.footnote]
        text = " ".join(f"{line.marker} {line.text}".strip() for line in lines).removeprefix(sign).strip()
        if text:
            yield Line(text, whole=True, marker=sign, footnote=True)

    def inline(self, parent: Element, look: Look, depth: int) -> None:
        """Gather the letters in a paragraph or a part of one."""
        if depth > MOST_DEPTH:
            raise too_deep()
        for child in parent:
            if child.tag == W + "r":
                self.run(child, look, depth)
            elif child.tag == MATH_TEXT:
                self.put(child.text or "", look)
            elif child.tag == W + "txbxContent":
                self.boxes.append(child)
            elif child.tag == MC + "AlternateContent":
                self.inline(chosen(child), look, depth + 1)
            elif child.tag not in GONE:
                self.inline(child, look, depth + 1)

    def run(self, element: Element, look: Look, depth: int) -> None:
        """Gather the letters of a run."""
        properties = element.find(W + "rPr")
        if properties is not None:
            look = run_look(properties).over(self.character_style(properties, look))
        if look.hidden:
            return
        for child in element:
            name = child.tag[len(W) :] if isinstance(child.tag, str) else ""
            if action := ACTIONS.get(name) if child.tag == W + name else None:
                action(self, child, look)
            elif child.tag == MC + "AlternateContent":
                self.inline(chosen(child), look, depth + 1)
            elif child.tag not in GONE:
                self.inline(child, look, depth + 1)

    def character_style(self, properties: Element, look: Look) -> Look:
        """Give a run's look with its style's; bold in both is bold in neither (17.7.3)."""
        named = value(properties, W + "rStyle")
        if named is None:
            return look
        own = self.styles.look(named)
        both = bool(own.bold) and bool(look.bold)
        return (Look(bold=False) if both else PLAIN).over(own).over(look)

    def put(self, text: str, look: Look) -> None:
        """Take letters, unless they are a field's code or the table of contents."""
        if not text or any(not f.result or CONTENTS.match(f.code) for f in self.fields):
            return
        font = look.font or ""
        if look.caps and not old_fonts.of_font(font):
            text = text.upper()
        if look.raised and FIGURES.fullmatch(text):
            text = text.translate(SUPERSCRIPTS)
        self.pieces.append(Piece(text, bool(look.bold), font))

    def put_symbol(self, element: Element, look: Look) -> None:
        """Take a sign of a font of pictures."""
        code = element.get(W + "char", "")
        sign = chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{4}", code) else ""
        self.put(drawn_bullet(sign) if "\ue000" <= sign <= "\uf8ff" else sign, look)

    def turn_field(self, element: Element, look: Look) -> None:
        """Begin a field, come to its result, or end it."""
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            self.fields.append(Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def take_code(self, element: Element, look: Look) -> None:
        """Take a piece of a field's code."""
        if self.fields and not self.fields[-1].result:
            self.fields[-1].code += element.text or ""

    def call_note(self, element: Element, look: Look) -> None:
        """Put a note's sign and remember the note."""
        kind = element.tag[len(W) :].removesuffix("Reference")
        note = self.notes.get((kind, element.get(W + "id", "")))
        if note is None:
            return
        sign = ""
        if element.get(W + "customMarkFollows", "0") in ("0", "false", "off"):
            self.notes_called += 1
            sign = str(self.notes_called).translate(SUPERSCRIPTS)
        self.put(sign, look)
        self.called.append((sign, note))

    def table(self, element: Element, depth: int) -> Table:
        """Read a table's rows."""
        if depth > MOST_DEPTH:
            raise too_deep()
        table = Table(at_top=depth == 0 and self.count.lines < TOP_LINES)
        style = value(element, f"{W}tblPr/{W}tblStyle") or self.styles.defaults.get("table")
        own = has_borders(element.find(f"{W}tblPr/{W}tblBorders"))
        drawn = edged = 0
        for row in through(element, W + "tr"):
            properties = row.find(W + "trPr")
            if properties is not None and any(properties.find(W + gone) is not None for gone in ("del", "hidden")):
                continue
            table.rows.append(list(self.cells(row, properties, depth)))
            for cell in through(row, W + "tc"):
                edges = has_borders(cell.find(f"{W}tcPr/{W}tcBorders"))
                drawn, edged = drawn + (edges is True), edged + 1
        by_table = own if own is not None else bool(self.styles.look(style).borders)
        table.bordered = by_table or drawn * 2 > edged
        return table

    def cells(self, row: Element, properties: Element | None, depth: int) -> Iterator[Cell]:
        """Read a row's cells, each with the column it begins in."""
        column = min(whole_number(value(properties, W + "gridBefore")) or 0, MOST_COLUMNS)
        for element in through(row, W + "tc"):
            own = element.find(W + "tcPr")
            span = min(max(whole_number(value(own, W + "gridSpan")) or 1, 1), MOST_COLUMNS)
            merge = own.find(W + "vMerge") if own is not None else None
            goes_on = merge is not None and merge.get(W + "val", "continue") == "continue"
            lines = [] if goes_on else list(self.blocks(element, depth + 1, in_cell=True))
            yield Cell(lines, min(column, MOST_COLUMNS), span, goes_on)
            column += span


ACTIONS: dict[str, Callable[[Reader, Element, Look], None]] = {
    "t": lambda reader, element, look: reader.put(element.text or "", look),
    "tab": lambda reader, element, look: reader.put("\t", look),
    "ptab": lambda reader, element, look: reader.put("\t", look),
    "br": lambda reader, element, look: reader.put("\n", look),
    "cr": lambda reader, element, look: reader.put("\n", look),
    "noBreakHyphen": lambda reader, element, look: reader.put("-", look),
    "softHyphen": lambda reader, element, look: reader.put("\xad", look),
    "sym": Reader.put_symbol,
    "fldChar": Reader.turn_field,
    "instrText": Reader.take_code,
    "footnoteReference": Reader.call_note,
    "endnoteReference": Reader.call_note,
}


def through(parent: Element, tag: str) -> Iterator[Element]:
    """Give the parts of a kind, also those that stand in controls or marks of changes."""
    waiting = list(parent)[::-1]
    while waiting:
        child = waiting.pop()
        if child.tag == tag:
            yield child
        elif child.tag in THROUGH:
            waiting.extend(list(child)[::-1])


def chosen(alternatives: Element) -> Element:
    """Give the first way of saying the same that has words, as applications draw only one."""
    ways = [way for way in alternatives if way.tag in (MC + "Choice", MC + "Fallback")]
    with_words = (way for way in ways if next(way.iter(W + "t"), None) is not None)
    return next(with_words, ways[0] if ways else alternatives)


def is_contents(element: Element) -> bool:
    """Whether a control holds the table of contents."""
    gallery = value(element, f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery == "Table of Contents"


def is_joined(properties: Element) -> bool:
    """Whether a paragraph's end was deleted, so that it goes on with the next."""
    mark = properties.find(W + "rPr")
    return mark is not None and any(mark.find(W + gone) is not None for gone in ("del", "moveFrom"))


def written(pieces: Iterable[Piece]) -> str:
    """Give the letters in Unicode, those in old fonts read anew, each encoding's letters judged together."""
    parts = [(old_fonts.of_font(font), font, list(run)) for font, run in groupby(pieces, key=lambda piece: piece.font)]
    texts = ["".join(piece.text for piece in run) for _, _, run in parts]
    for encoding in {encoding for encoding, _, _ in parts if encoding}:
        places = [n for n, part in enumerate(parts) if part[0] == encoding]
        for n, text in zip(places, old_fonts.unicode_texts([texts[n] for n in places], encoding), strict=True):
            texts[n] = text.upper() if old_fonts.is_capital_font(parts[n][1]) else text
    return unicodedata.normalize("NFC", "".join(texts).replace("\xad", "").replace("\u200b", ""))


def notes_of(kind: str, root: Element | None) -> dict[tuple[str, str], Element]:
    """List the notes of a part by their ids."""
    found = root.iterchildren(W + kind) if root is not None else ()
    return {(kind, note.get(W + "id", "")): note for note in found if note.get(W + "type") not in NOTHING_DRAWN}


def read_docx(content: bytes) -> list[Line]:
    """Read the lines of a DOCX, or raise DocumentError."""
    parts = opened_parts(content)
    body = parts.document.find(W + "body")
    if body is None:
        raise DocumentError(*DAMAGED)
    notes = notes_of("footnote", parts.footnotes) | notes_of("endnote", parts.endnotes)
    reader = Reader(read_styles(parts.styles), read_numbering(parts.numbering), notes)
    return list(reader.blocks(body))
