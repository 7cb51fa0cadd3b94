"""What a reading holds, from the lines of a file to the statements found in them.

Everything found keeps its place: a `Span` in the text of a `Block`, so that a person can be shown the very words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Line:
    """A line or paragraph as a file's format gives it.

    `page` counts from 1 (0: the format has none). `whole` says that the format itself parts paragraphs (DOCX, HTML);
    lines of PDF and TXT may break inside a sentence. `marker` is a number that the format draws by itself ("II.", "a)",
    "-"), `cells` a table row's cells, `strong` a line set in bold, `footnote` a note's text.
    """

    text: str
    page: int = 0
    whole: bool = False
    marker: str = ""
    cells: tuple[str, ...] = ()
    strong: bool = False
    footnote: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a table row or a footnote: NFC, blanks folded, lines joined; a drawn marker stands in the text."""

    text: str
    page: int = 0
    cells: tuple[str, ...] = ()
    strong: bool = False
    footnote: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the text of block number `block`."""

    block: int
    start: int
    end: int


class Part(StrEnum):
    """The parts that documents of the genre have."""

    HEAD = "head"
    BASES = "bases"
    AIMS = "aims"
    PRESENT = "present"
    TARGETS = "targets"
    TASKS = "tasks"
    SOLUTIONS = "solutions"
    FUNDING = "funding"
    ORGANISATION = "organisation"
    CLOSING = "closing"
    RECIPIENTS = "recipients"
    ANNEX = "annex"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Item:
    """What the outline says of a block: its marker, where its own words begin, and where it stands.

    `section` is the path of labels ("P2.III.2.1.1", "III.1.a", "IV.5.-1"; a paragraph without marker has its heading's
    own). `level` counts headings from 1; 0 is no heading. `title` is a heading's text without marker and final sign.
    `above` are the positions of the headings over it, outermost first. `leaf` says that no item stands below it.
    """

    block: int
    marker: str
    start: int
    section: str
    level: int
    title: str
    above: tuple[int, ...]
    part: Part = Part.OTHER
    leaf: bool = True

    @property
    def heading(self) -> bool:
        """Whether it stands in the outline."""
        return self.level > 0


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text with its outline: `items[n]` speaks of `blocks[n]`."""

    blocks: tuple[Block, ...]
    items: tuple[Item, ...]

    def words(self, span: Span) -> str:
        """Give the characters of a span."""
        return self.blocks[span.block].text[span.start : span.end]

    def own(self, item: Item) -> str:
        """Give an item's words without its marker."""
        return self.blocks[item.block].text[item.start :]

    def of_part(self, *parts: Part) -> list[Item]:
        """List the items of these parts in order."""
        return [item for item in self.items if item.part in parts]


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of a document says of itself; None where it does not. `date` is YYYY-MM-DD."""

    kind: str | None = None
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    title: str | None = None
    signer: str | None = None
    year_from: int | None = None
    year_to: int | None = None


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A numbered document that is cited; `date` (YYYY-MM-DD) and `issuer` as the text gives them, also later."""

    number: str
    date: str | None
    issuer: str | None
    span: Span
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A threshold that the counted things must reach."""

    value: float
    unit: str
    comparator: str


@dataclass(frozen=True, slots=True)
class Target:
    """One indicator's level to be reached by the end of `due_year`.

    `comparator` is eq, ge, gt, le, lt, double, approx or none; `unit` percent, Mbps, per_100_people, per_person, ratio,
    count, km, VND, ... or none; `unit_written` as printed. `sure` (0 to 1) tells how safe the reading is.
    """

    span: Span
    quote: str
    section: str
    due_year: int | None
    comparator: str
    value: float | None
    unit: str
    subject: str
    scope: str | None = None
    condition: Condition | None = None
    base_year: int | None = None
    aspirational: bool = False
    unit_written: str = ""
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Baseline:
    """A figure of the present state; `year` where the text gives one."""

    span: Span
    quote: str
    section: str
    comparator: str
    value: float
    unit: str
    subject: str
    year: int | None = None
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """A leaf item of the task and solution parts, or a row of an annex table.

    `lead`, `support` are names as printed; `deadline` as printed, `due` (YYYY-MM-DD) where it can be said.
    `lead_proposed`, `support_proposed`: the text names none for this task, it was concluded from the bodies' duties.
    """

    span: Span
    quote: str
    section: str
    lead: str | None = None
    support: tuple[str, ...] = ()
    deadline: str | None = None
    due: str | None = None
    sure: float = 1.0
    lead_proposed: bool = False
    support_proposed: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation with duties, its name as printed; `duties` are the spans of what it is told to do."""

    span: Span
    name: str
    section: str
    duties: tuple[Span, ...] = ()
    aliases: tuple[str, ...] = ()
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class ReportDuty:
    """Results, difficulties, plans or data to be sent to somebody; `rhythm` is yearly, once, on_demand or None."""

    span: Span
    quote: str
    section: str
    who: str
    to: str | None
    when: str | None
    via: str | None = None
    rhythm: str | None = None
    month: int | None = None
    day: int | None = None
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that a reader should look at: its kind, what it is in Vietnamese, and where (None: the whole)."""

    kind: str
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class PlanRead:
    """Everything that was read out of one document.

    `mentions` are statements with a figure outside the targets part, which may be targets or not.
    """

    text: Text
    header: Header
    legal_bases: tuple[LegalBasis, ...] = ()
    other_references: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    mentions: tuple[Target, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    tasks: tuple[Task, ...] = ()
    bodies: tuple[Body, ...] = ()
    report_duties: tuple[ReportDuty, ...] = ()
    oddities: tuple[Oddity, ...] = field(default=())
