"""What the styles of a DOCX say of letters and numbering (ECMA-376 part 1, 17.7), each with what it is based on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hatang.core.documents.docx_package import W

Element = Any

OFF = ("0", "false", "off")
UNSEEN = ("nil", "none")
LONGEST_CHAIN = 50
EDGES = ("top", "bottom", "left", "start", "right", "end", "insideH", "insideV")


def value(element: Element | None, path: str) -> str | None:
    """Give the value of a property, None where it is not set."""
    found = element.find(path) if element is not None else None
    return None if found is None else found.get(W + "val")


def whole_number(text: str | None) -> int | None:
    """Read a small number of the format, None for none or nonsense."""
    try:
        read = int(text or "")
    except ValueError:
        return None
    return read if abs(read) < 1_000_000 else None


def toggle(element: Element | None, name: str) -> bool | None:
    """Tell whether a property is on, off, or not set."""
    found = element.find(W + name) if element is not None else None
    return None if found is None else found.get(W + "val", "1") not in OFF


def has_borders(element: Element | None) -> bool | None:
    """Tell whether borders are drawn, None where nothing is said of them."""
    edges = [edge for name in EDGES if element is not None and (edge := element.find(W + name)) is not None]
    return any(edge.get(W + "val", "nil") not in UNSEEN for edge in edges) if edges else None


class Look(NamedTuple):
    """Properties of letters and paragraphs; None where not set."""

    bold: bool | None = None
    caps: bool | None = None
    hidden: bool | None = None
    raised: bool | None = None
    font: str | None = None
    num_id: int | None = None
    level: int | None = None
    borders: bool | None = None
    numbered_by: str | None = None

    def over(self, lower: Look) -> Look:
        """Give these properties, and where they are not set, the others'."""
        if self is PLAIN or lower is PLAIN:
            return lower if self is PLAIN else self
        return Look._make(own if own is not None else below for own, below in zip(self, lower, strict=True))


PLAIN = Look()


def run_look(properties: Element | None) -> Look:
    """Read the properties of a run."""
    if properties is None or len(properties) == 0:
        return PLAIN
    fonts = properties.find(W + "rFonts")
    raised = value(properties, W + "vertAlign")
    return Look(
        bold=toggle(properties, "b"),
        caps=toggle(properties, "caps"),
        hidden=toggle(properties, "vanish"),
        raised=None if raised is None else raised == "superscript",
        font=None if fonts is None else fonts.get(W + "ascii") or fonts.get(W + "hAnsi"),
    )


def paragraph_look(properties: Element | None) -> Look:
    """Read the numbering of a paragraph."""
    numbering = properties.find(W + "numPr") if properties is not None else None
    if numbering is None:
        return PLAIN
    return Look(num_id=whole_number(value(numbering, W + "numId")), level=whole_number(value(numbering, W + "ilvl")))


@dataclass
class Style:
    """One style: its kind, its name in small letters, what it is based on, its own properties."""

    kind: str
    name: str
    based_on: str | None
    look: Look


@dataclass
class Styles:
    """The styles of a document by their ids."""

    styles: dict[str, Style] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    document: Look = PLAIN
    known: dict[str, Look] = field(default_factory=dict)

    def look(self, style_id: str | None) -> Look:
        """Give a style's properties with those of the styles below it."""
        key = style_id or ""
        if key not in self.known:
            look = PLAIN
            for step, style in self.chain(style_id):
                own = style.look
                if own.num_id is not None:
                    own = own.over(Look(numbered_by=step))
                look = look.over(own)
            self.known[key] = look
        return self.known[key]

    def chain(self, style_id: str | None) -> Iterator[tuple[str, Style]]:
        """List a style and those it is based on, never in a circle."""
        seen: set[str] = set()
        while style_id in self.styles and style_id not in seen and len(seen) < LONGEST_CHAIN:
            seen.add(style_id)
            yield style_id, self.styles[style_id]
            style_id = self.styles[style_id].based_on

    def name(self, style_id: str | None) -> str:
        """Give a style's name in small letters."""
        style = self.styles.get(style_id or "")
        return style.name if style else ""


def read_styles(root: Element | None) -> Styles:
    """Read the part with the styles."""
    styles = Styles()
    if root is None:
        return styles
    styles.document = run_look(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
    for element in root.iterchildren(W + "style"):
        style_id, kind = element.get(W + "styleId", ""), element.get(W + "type", "paragraph")
        styles.styles[style_id] = read_style(element, kind)
        if element.get(W + "default", "0") not in OFF:
            styles.defaults.setdefault(kind, style_id)
    return styles


def read_style(element: Element, kind: str) -> Style:
    """Read one style."""
    letters = run_look(element.find(W + "rPr"))
    look = letters.over(paragraph_look(element.find(W + "pPr")))
    borders = has_borders(element.find(f"{W}tblPr/{W}tblBorders"))
    name = (value(element, W + "name") or "").lower()
    return Style(kind, name, value(element, W + "basedOn"), look.over(Look(borders=borders)))
