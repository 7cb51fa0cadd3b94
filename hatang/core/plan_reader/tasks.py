"""Tasks: what is to be done, item by item of the task and solution parts, and row by row of an annex's table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hatang.core.plan_reader.amendments import amended_from, changes_levels, only_instructs
from hatang.core.plan_reader.assignments import Assignment, Field, from_fields, labelled, said_in, with_deadline
from hatang.core.plan_reader.dates import due_day
from hatang.core.plan_reader.leaves import FINAL, is_leaf, is_plain, is_row, leads_in, over_of, own_span
from hatang.core.plan_reader.shares import is_share, is_total
from hatang.core.plan_reader.structure import Item, Part, Span, Task, Text
from hatang.core.plan_reader.task_fields import bare_label, fielded, is_aside, said_below, values_below
from hatang.core.plan_reader.task_tables import loose_positions, rows_of
from hatang.core.vietnamese import search_key

ANNOUNCES = re.compile(
    r"\b(?:tai|theo|trong|xem|co|la)(?: cac| danh muc| bieu)* (?:phu luc|phu bieu|bieu|bang|danh muc)\b"
    r"|\b(?:phu luc|bieu|bang|danh muc)\b.*\b(?:kem theo|dinh kem)\b"
)
POINTER_OPENINGS = (
    "chi tiet", "cu the", "danh muc", "cac", "noi dung", "nhiem vu", "giai phap", "du an", "chuong trinh", "de an",
    "phan cong", "co", "xem", "kem", "theo", "tai", "trong", "bang", "bieu", "phu luc", "phu bieu", "he thong",
)  # fmt: skip
POINTER_WORDS = (
    *POINTER_OPENINGS, "va", "trong tam", "chu yeu", "thuc hien", "giai doan", "nam", "den nam", "ke hoach", "nay",
    "dinh kem", "ve", "trien khai", "cong viec", "la", "duoc", "neu", "so", "quy dinh", "ban hanh", "tung", "co quan",
    "don vi", "tien do", "lo trinh", "thoi gian", "uu tien", "dau tu", "dinh huong", "phat trien", "ha tang so", "cho",
    "cua", "[ivx]{1,4}", r"\d{1,4}", "[ab]",
)  # fmt: skip
POINTS = re.compile(rf"(?:{'|'.join(POINTER_OPENINGS)})\b")
ONLY_POINTS = re.compile(
    r"(?=.*\b(?:phu luc|phu bieu|bieu|bang|danh muc)\b)(?=.*\b(?:tai|theo|kem|xem|trong)\b)"
    rf"(?:(?:{'|'.join(sorted(POINTER_WORDS, key=len, reverse=True))})(?: |$))+"
)
LONGEST_ANNOUNCEMENT = 30
LONGEST_REST = 5
TASK_ANNEX = re.compile(r"nhiem vu|giai phap|cong viec|phan cong|noi dung")
SHORTEST = 2


@dataclass(slots=True)
class Draft:
    """A task on its way, with what labels below it say."""

    span: Span
    section: str
    assignment: Assignment
    sure: float
    above: tuple[int, ...] = ()


@dataclass(slots=True)
class Drafts:
    """The tasks so far, and since which of them they wait for what labels say."""

    tasks: list[Draft] = field(default_factory=list)
    waiting: int = 0
    labels_seen: bool = False

    def add(self, draft: Draft) -> None:
        """Take a task; what labels said before is not of it."""
        if self.labels_seen:
            self.waiting, self.labels_seen = len(self.tasks), False
        self.tasks.append(draft)

    def label(self, text: Text, over: int, said: Assignment) -> None:
        """Let a labelled item speak of the tasks before it, or of the heading over it if there is none."""
        spoken_of = [draft for draft in self.tasks[self.waiting :] if over in draft.above]
        if not spoken_of and over >= 0 and text.items[over].above:
            heading = text.items[over]
            self.add(Draft(own_span(text, heading), heading.section, Assignment(), 0.8, (*heading.above, over)))
            spoken_of = self.tasks[-1:]
        for draft in spoken_of:
            draft.assignment = draft.assignment.filled(said)
        self.labels_seen = True


def find_tasks(text: Text) -> tuple[Task, ...]:
    """List the tasks in order."""
    rows = [Draft(row.span, row.section, row.assignment, row.sure) for row in rows_of(text)]
    drafts = [*_of_items(text, _in_tables(text, rows)), *rows]
    drafts.sort(key=lambda d: (d.span.block, d.span.start))
    return tuple(_task(text, draft) for draft in drafts)


def _in_tables(text: Text, rows: Sequence[Draft]) -> set[int]:
    """Give the positions of what belongs to tables: their cells, and notes in an annex that holds one."""
    annexes = {text.items[row.span.block].above[:1] for row in rows}
    beside = {n for n, item in enumerate(text.items) if item.part == Part.ANNEX and item.above[:1] in annexes}
    return beside | loose_positions(text)


def _task(text: Text, draft: Draft) -> Task:
    words = text.words(draft.span)
    known = with_deadline(draft.assignment, words)
    due = due_day(known.deadline) if known.deadline else None
    return Task(draft.span, words, draft.section, known.lead, known.support, known.deadline, due, draft.sure)


def _of_items(text: Text, in_tables: set[int]) -> list[Draft]:
    """Give the tasks that are items."""
    drafts, fields, said = Drafts(), fielded(text), set[int]()
    for n in sorted((_open_to_tasks(text) | fields) - in_tables):
        label = "" if n in said else bare_label(text, n, n in fields)
        if label:
            said.update(_take_values(text, n, label, drafts))
        elif n in said or (n in fields and is_aside(text, n)):
            continue
        elif _may_hold(text, n) or _is_label(text, n):
            _take(text, n, drafts)
    return drafts.tasks


def _take_values(text: Text, n: int, label: str, drafts: Drafts) -> list[int]:
    """Put in what stands below a bare label; give the positions that are done with."""
    values = values_below(text, n)
    if label != "task":
        drafts.label(text, over_of(text, n), said_below(text, n, values))
        return values
    goes_on = [k for k in values[:1] if is_plain(text, text.items[k]) and not (is_leaf(text, k) or leads_in(text, k))]
    for k in goes_on:
        _take(text, k, drafts)
    return goes_on


def _open_to_tasks(text: Text) -> set[int]:
    """Give the positions of what stands in the parts of tasks or in an annex of tasks."""
    of_parts = (n for n, item in enumerate(text.items) if item.part in (Part.TASKS, Part.SOLUTIONS))
    return {*of_parts, *(n for n, item in enumerate(text.items) if _in_task_annex(text, item))}


def _may_hold(text: Text, n: int) -> bool:
    """Whether an item can be a task: a leaf that is no table row and says something itself."""
    item = text.items[n]
    if is_row(text, item) or (item.heading and not item.above):
        return False
    own = text.own(item)
    if len(own.split()) < SHORTEST or only_instructs(own) or changes_levels(own):
        return False
    if _announces(text, item) or is_share(text, n):
        return False
    return is_leaf(text, n) or is_total(text, n) or (is_plain(text, item) and _opens_with(text, n) == "task")


def _is_label(text: Text, n: int) -> bool:
    """Whether a paragraph without marker, which goes on with an item, says who or when by a label."""
    return is_plain(text, text.items[n]) and _opens_with(text, n) not in ("", "task")


def _opens_with(text: Text, n: int) -> str:
    """Say which label opens an item that goes on with its value."""
    fields = labelled(text.own(text.items[n]))
    return fields[0].kind if fields and fields[0].label == 0 and fields[0].value else ""


def _announces(text: Text, item: Item) -> bool:
    """Whether a short item only says in which annex or table the tasks stand, or is the rest of such a bracket."""
    words = text.own(item)
    key = search_key(words)
    if len(key.split()) > LONGEST_ANNOUNCEMENT:
        return False
    if not item.marker and words.count(")") > words.count("("):
        return len(key.split()) <= LONGEST_REST
    pointed = bool(ANNOUNCES.search(key)) and not item.marker
    return (pointed and (words.startswith("(") or bool(POINTS.match(key)))) or bool(ONLY_POINTS.fullmatch(key))


def _in_task_annex(text: Text, item: Item) -> bool:
    """Whether an item without table stands in an annex of tasks."""
    if item.part != Part.ANNEX or not item.marker or not item.above or is_row(text, item):
        return False
    titles = " ".join(text.items[k].title for k in item.above)
    return bool(TASK_ANNEX.search(search_key(titles)))


def _take(text: Text, n: int, drafts: Drafts) -> None:
    """Put an item in: as a task, or as what labels say of the tasks before."""
    item = text.items[n]
    fields = labelled(text.blocks[item.block].text, item.start)
    opens = bool(fields) and fields[0].label <= item.start
    if opens and fields[0].kind != "task":
        drafts.label(text, over_of(text, n), from_fields(fields))
    elif opens:
        drafts.add(_draft(text, n, fields[1:]))
    else:
        drafts.add(_draft(text, n, fields))


def _task_end(words: str, start: int, label: int) -> int:
    """Give where a task's own words end before its labels: at the bracket that holds them, if one does."""
    bracket = words.rfind("(", start, label)
    return bracket if bracket > words.rfind(")", start, label) else label


def _unshut(words: str) -> str:
    """Drop a closing quotation mark that nothing opened."""
    bare = words.rstrip(FINAL)
    return bare[:-1] if bare.endswith("”") and bare.count("”") > bare.count("“") else words


def _draft(text: Text, n: int, fields: list[Field]) -> Draft:
    item = text.items[n]
    words = text.blocks[item.block].text
    start = amended_from(words, item.start)
    end = _task_end(words, start, fields[0].label) if fields else len(words)
    span = own_span(text, item, start, len(_unshut(words[start:end]).rstrip(FINAL + "(-")) + start)
    said = from_fields(fields).filled(said_in(words[start : fields[0].label if fields else len(words)]))
    return Draft(span, item.section, said, 0.95 if item.marker else 0.9, (*item.above, over_of(text, n)))
