"""HTML: paragraphs, numbered lists, tables; nothing is fetched, run or followed, and what is hidden is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from hatang.core.documents.encodings import decoded
from hatang.core.documents.faults import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_LINES,
    SAVE_AS_DOCX,
    DocumentError,
    too_deep,
    too_long,
)
from hatang.core.documents.layout import TOP_LINES, Cell, Table, soft_lines, table_lines
from hatang.core.documents.numerals import roman, spreadsheet_letters
from hatang.core.plan_reader.markers import SUPERSCRIPTS
from hatang.core.plan_reader.structure import Line

Element = Any

MOST_TAGS = 2_000_000
FIRST_BYTES = 4_096
DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")
UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|mso-element\s*:\s*(?:header|footer)", re.IGNORECASE
)
NO_MARKER = re.compile(r"list-style(?:-type)?\s*:\s*none", re.IGNORECASE)
BOLD = re.compile(r"font-weight\s*:\s*(bold|[6-9]00|normal|[1-5]00)", re.IGNORECASE)
RAISED = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
EDGED = re.compile(r"border(?:-(?:top|bottom|left|right))?(?:-(?:width|style))?\s*:\s*([^;]+)", re.IGNORECASE)
NO_EDGE = re.compile(r"\b(?:none|hidden)\b|(?<![\d.])0(?:px|pt)?\b", re.IGNORECASE)
SKIPPED = {
    "head", "script", "style", "noscript", "template", "svg", "iframe", "object", "select", "option", "button", "input",
    "textarea", "nav", "audio", "video", "canvas", "rp", "rt", "map", "datalist", "dialog", "del",
}  # fmt: skip
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "title", "tr", "ul", "dir", "listing",
}  # fmt: skip
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "th"}
LISTS = {"ol", "ul", "menu", "dir"}
BULLETS = {"disc": "•", "circle": "◦", "square": "▪"}
BY_DEPTH = ("disc", "circle", "square")
FIGURES = re.compile(r"[0-9()\s]*[0-9][0-9()\s]*")
NUMBERS: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": spreadsheet_letters,
    "A": lambda n: spreadsheet_letters(n).upper(),
    "i": roman,
    "I": lambda n: roman(n).upper(),
}


@dataclass
class ListAt:
    """A list that is open: how its items are marked and how far it has counted."""

    kind: str = ""
    next_number: int = 1
    step: int = 1

    def marker(self, item: Element) -> str:
        """Count on and give the next item's mark."""
        if self.kind in BULLETS:
            return BULLETS[self.kind]
        if self.kind not in NUMBERS:
            return ""
        given = item.get("value", "")
        n = int(given) if re.fullmatch("-?[0-9]{1,6}", given) else self.next_number
        self.next_number = n + self.step
        return f"{NUMBERS[item.get('type', '') if item.get('type') in NUMBERS else self.kind](n)}."


@dataclass
class TableAt:
    """A table that is open: the row and cell that are being read, and the cells that reach down from above."""

    table: Table
    row: list[Cell] | None = None
    column: int = 0
    below: dict[int, int] = field(default_factory=dict)
    edged: int = 0
    cells: int = 0
    lines: list[list[Line]] = field(default_factory=list)


@dataclass
class Walker:
    """Walks through a tree once, gathering letters into lines."""

    sink: list[Line] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=lambda: [False])
    raised: int = 0
    plain_bold: bool = True
    marker: str = ""
    preformatted: int = 0
    lists: list[ListAt] = field(default_factory=list)
    tables: list[TableAt] = field(default_factory=list)
    count: int = 0
    characters: int = 0

    def put(self, text: str | None) -> None:
        """Take letters."""
        if not text:
            return
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise too_long()
        if not self.preformatted:
            text = BLANKS.sub(" ", text)
        if text.strip():
            self.plain_bold = self.plain_bold and self.bold[-1]
            if self.raised and FIGURES.fullmatch(text):
                text = text.strip().translate(SUPERSCRIPTS)
        self.letters.append(text)

    def end_lines(self) -> None:
        """Make lines of the letters so far."""
        text = "".join(self.letters)
        strong, self.plain_bold = self.plain_bold, True
        self.letters = []
        lines = [part.rstrip() for part in text.split("\n") if part.strip()] if self.preformatted else soft_lines(text)
        for line in lines:
            self.count += 1
            if self.count > MOST_LINES:
                raise too_long()
            tidy = line if self.preformatted else BLANKS.sub(" ", line).strip()
            self.sink.append(Line(tidy, whole=not self.preformatted, marker=self.marker, strong=strong))
            self.marker = ""

    def start(self, element: Element) -> None:
        """Come to an element."""
        tag, style = element.tag, element.get("style", "")
        if tag in BLOCKS:
            self.end_lines()
        self.bold.append(weight(tag, style, self.bold[-1]))
        self.raised += tag == "sup" or bool(RAISED.search(style))
        if tag == "br":
            self.letters.append("\n")
        elif tag in STARTS:
            STARTS[tag](self, element)
        self.put(element.text)

    def end(self, element: Element) -> None:
        """Leave an element."""
        tag = element.tag
        if tag in BLOCKS:
            self.end_lines()
        self.bold.pop()
        self.raised -= tag == "sup" or bool(RAISED.search(element.get("style", "")))
        if tag in ENDS:
            ENDS[tag](self, element)

    def start_list(self, element: Element) -> None:
        """Open a list."""
        depth = sum(at.kind in BULLETS for at in self.lists)
        kind = element.get("type", "")
        if NO_MARKER.search(element.get("style", "")):
            self.lists.append(ListAt())
        elif element.tag != "ol":
            self.lists.append(ListAt(kind.lower() if kind.lower() in BULLETS else BY_DEPTH[min(depth, 2)]))
        else:
            start, backwards = element.get("start", ""), element.get("reversed") is not None
            items = sum(1 for _ in element.iterchildren("li")) if backwards else 1
            first = int(start) if re.fullmatch("-?[0-9]{1,6}", start) else items
            self.lists.append(ListAt(kind if kind in NUMBERS else "1", first, -1 if backwards else 1))

    def end_list(self, element: Element) -> None:
        """Close a list."""
        self.lists.pop()

    def start_item(self, element: Element) -> None:
        """Begin an item of a list."""
        at = self.lists[-1] if self.lists else ListAt("disc")
        marked = not NO_MARKER.search(element.get("style", ""))
        self.marker = at.marker(element) if marked else ""

    def end_item(self, element: Element) -> None:
        """End an item; one without words has no mark."""
        self.marker = ""

    def start_table(self, element: Element) -> None:
        """Open a table."""
        style, border = element.get("style", ""), element.get("border", "0")
        bordered = border not in ("", "0") or has_edges(style)
        top = not self.tables and len(self.sink) < TOP_LINES
        self.tables.append(TableAt(Table(bordered=bordered, at_top=top)))
        self.tables[-1].lines.append(self.sink)

    def end_table(self, element: Element) -> None:
        """Close a table and give its lines to what it stands in."""
        at = self.tables.pop()
        self.sink = at.lines[0]
        at.table.bordered = at.table.bordered or at.edged * 2 > at.cells
        self.sink.extend(table_lines(at.table))

    def start_row(self, element: Element) -> None:
        """Begin a row."""
        if self.tables:
            at = self.tables[-1]
            at.row, at.column = [], 0
            at.table.rows.append(at.row)

    def start_cell(self, element: Element) -> None:
        """Begin a cell; those that reach down from above stand before it."""
        if not self.tables:
            return
        at = self.tables[-1]
        if at.row is None:
            self.start_row(element)
        self.reach_down(at)
        span, down = size(element, "colspan", MOST_COLUMNS), size(element, "rowspan", MOST_LINES)
        cell = Cell([], min(at.column, MOST_COLUMNS), span)
        if down > 1:
            at.below.update(dict.fromkeys(range(at.column, min(at.column + span, MOST_COLUMNS)), down - 1))
        at.column += span
        at.cells += 1
        at.edged += has_edges(element.get("style", ""))
        if at.row is not None:
            at.row.append(cell)
        at.lines.append(self.sink)
        self.sink = cell.lines

    def end_cell(self, element: Element) -> None:
        """End a cell."""
        if self.tables and len(self.tables[-1].lines) > 1:
            self.sink = self.tables[-1].lines.pop()

    def end_row(self, element: Element) -> None:
        """End a row; what still reaches down goes on with the row above."""
        if self.tables and self.tables[-1].row is not None:
            at = self.tables[-1]
            last = max(at.below, default=-1)
            while at.column <= last:
                self.reach_down(at)
                at.column += 1
            at.row = None

    def reach_down(self, at: TableAt) -> None:
        """Put the cells that reach down from the row above before the next."""
        while at.column in at.below and at.row is not None:
            at.row.append(Cell([], at.column, 1, goes_on=True))
            at.below[at.column] -= 1
            if at.below[at.column] <= 0:
                del at.below[at.column]
            at.column += 1

    def start_pre(self, element: Element) -> None:
        """Begin text whose lines are as they are written."""
        self.preformatted += 1

    def end_pre(self, element: Element) -> None:
        """End such text."""
        self.preformatted -= 1


STARTS: dict[str, Callable[[Walker, Element], None]] = {
    "table": Walker.start_table,
    "tr": Walker.start_row,
    "td": Walker.start_cell,
    "th": Walker.start_cell,
    "li": Walker.start_item,
    "pre": Walker.start_pre,
    **dict.fromkeys(LISTS, Walker.start_list),
}
ENDS: dict[str, Callable[[Walker, Element], None]] = {
    "table": Walker.end_table,
    "tr": Walker.end_row,
    "td": Walker.end_cell,
    "th": Walker.end_cell,
    "li": Walker.end_item,
    "pre": Walker.end_pre,
    **dict.fromkeys(LISTS, Walker.end_list),
}


def weight(tag: str, style: str, around: bool) -> bool:
    """Tell whether the letters in an element are bold."""
    if found := BOLD.search(style):
        return found[1].lower() not in ("normal", "100", "200", "300", "400", "500")
    return around or tag in ("b", "strong") or tag in HEADINGS


def has_edges(style: str) -> bool:
    """Tell whether a style draws a border."""
    return any(not NO_EDGE.search(found[1]) for found in EDGED.finditer(style))


def size(element: Element, name: str, most: int) -> int:
    """Read how many columns or rows a cell takes."""
    given = element.get(name, "1").strip()
    return min(max(int(given), 1), most) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def is_hidden(element: Element) -> bool:
    """Tell whether a browser would not show an element."""
    if element.tag in SKIPPED or element.get("hidden") is not None:
        return True
    return bool(UNSEEN.search(element.get("style", "")))


def walked(root: Element) -> Iterator[tuple[str, Element]]:
    """Give the beginnings, the ends and what follows each element, without what is hidden."""
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    hidden: Element | None = None
    for event, element in walk:
        if event in ("comment", "pi"):
            yield "tail", element
        elif event == "start" and is_hidden(element):
            walk.skip_subtree()
            hidden = element
        elif event == "start":
            yield event, element
        else:
            if element is not hidden:
                yield event, element
            yield "tail", element


def parsed(text: str) -> Element:
    """Give the root of a page; libxml2's own bounds on depth stay as they are."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=False)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise too_deep()
    return root


def read_html(content: bytes) -> list[Line]:
    """Read the lines of a page, or raise DocumentError."""
    declared = DECLARED.search(content[:FIRST_BYTES])
    text = decoded(content, declared[1].decode() if declared else "").replace("\0", "")
    if text.count("<") > MOST_TAGS:
        raise too_long()
    try:
        root = parsed(text)
    except (etree.LxmlError, ValueError) as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError("Tệp HTML bị hỏng, không đọc được.", SAVE_AS_DOCX) from error
    walker = Walker()
    for event, element in walked(root) if root is not None else ():
        if event == "start":
            walker.start(element)
        elif event == "end":
            walker.end(element)
        if event == "tail" and element is not root:
            walker.put(element.tail)
    walker.end_lines()
    return walker.sink
