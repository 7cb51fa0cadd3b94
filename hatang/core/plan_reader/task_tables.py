"""Tables of tasks: which column holds what, which rows are tasks, which only head a group of them.

A table may come as rows with cells, or, out of a plain text, as one cell in each paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from hatang.core.plan_reader.assignments import (
    ASSIGNING,
    Assignment,
    column_kind,
    columns_of,
    from_field,
    joined_headers,
)
from hatang.core.plan_reader.body_names import begins_body, only_names, split_names
from hatang.core.plan_reader.dates import POINT, due_day
from hatang.core.plan_reader.leaves import FINAL
from hatang.core.plan_reader.structure import Item, Part, Span, Text
from hatang.core.vietnamese import UPPER, search_key

GROUP_NUMBER = re.compile(r"^(?:[IVXL]{1,6}|[A-HĐ])\s?[.)]?$")
FIGURE = re.compile(r"^\(?(\d{1,3}(?:\.\d{1,2}){0,3})\s?[.)]?$")
INNER_MARK = re.compile(r"^(?:[-+*•–]|[a-zđ]\)|\d{1,3}(?:\.\d{1,2})*[.)])\s+")
FIGURE_AHEAD = re.compile(r"^(\d{1,3}(?:\.\d{1,2}){0,3})[.)]?\s+(?=\S)")
NO_TASKS = (Part.AIMS, Part.PRESENT, Part.TARGETS, Part.FUNDING)
TIME = re.compile(r"^(?:.{0,25}\d{4}|hang nam|thuong xuyen|quy .*|theo .*|dinh ky.*|hang quy|lien tuc)$")
FLOWING_HEADER = re.compile(
    r"(?:stt|tt|so tt) (?=.*(?:nhiem vu|noi dung|cong viec))(?=.*(?:chu tri|thuc hien|phoi hop))(?=.*(?:thoi|tien do))"
)
CALLED_FOR = (
    "của",
    "với",
    "cho",
    "tại",
    "do",
    "về",
    "thuộc",
    "và",
    "các",
    "từ",
    "giữa",
    "cùng",
    "là",
    "ở",
    "trên",
    "theo",
    ",",
)
BREAK = re.compile(rf"{''.join(f'(?<! {word})' for word in CALLED_FOR)}\s(?=[{UPPER}])")
ENDS_WITH_TIME = re.compile(rf"(?i:{POINT})$|(?i:hằng năm|hàng năm|thường xuyên)$|(?:20\d\d\s?[-–]\s?)?20\d\d$")
LONGEST_FLOW = 240
SEPARATOR = " | "
LONGEST_HEADER = 60
LOOSE_COLUMNS = 9
LONGEST_GROUP_TITLE = 160
LINES_BETWEEN = 3
FEWEST_CELLS = 3


@dataclass(frozen=True, slots=True)
class TableTask:
    """A row that is a task."""

    span: Span
    section: str
    assignment: Assignment
    sure: float


@dataclass(slots=True)
class Table:
    """A run of rows with what its columns hold."""

    headers: tuple[str, ...] = ()
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)


def rows_of(text: Text) -> Iterator[TableTask]:
    """Give the tasks of all tables of tasks, in order."""
    for table in _tables(text):
        for before, position, following in zip([None, *table.rows], table.rows, [*table.rows[1:], None], strict=False):
            if _is_task(text, table, position, following) and not _repeats(text, table, before, position):
                yield _task(text, table, position)
    for run in _loose_runs(text):
        yield from _loose_tasks(text, run)
    for run in _flowing_runs(text):
        yield from (_flowing_task(text, k) for k in run if FIGURE_AHEAD.match(_words(text, k)))


def _cells(text: Text, position: int) -> tuple[str, ...]:
    return text.blocks[text.items[position].block].cells


def _tables(text: Text) -> Iterator[Table]:
    """Give the tables whose headers say that they hold tasks; a header repeated on another page is no row."""
    table = Table()
    for position, item in enumerate(text.items):
        cells = _cells(text, position)
        if not cells or item.part in NO_TASKS:
            if not cells and not text.blocks[item.block].footnote:
                yield table
                table = Table(table.headers, table.columns) if _goes_on_over_page(text, position, table) else Table()
            continue
        found = columns_of(cells)
        if found:
            yield table
            table = Table(cells, found)
        elif table.columns and not table.rows and (lower := _with_lower(table.headers, cells)):
            table.headers = lower
            table.columns = columns_of(table.headers) or table.columns
        elif table.columns:
            table.rows.append(position)
    yield table


def _goes_on_over_page(text: Text, position: int, table: Table) -> bool:
    """Whether the same table goes on behind short lines between its rows: a page's number, a group's title."""
    if not table.columns or len(text.blocks[text.items[position].block].text) > LONGEST_GROUP_TITLE:
        return False
    following = next(filter(None, (_cells(text, k) for k in _near(text, position))), ())
    alike = FEWEST_CELLS <= len(following) <= len(table.headers)
    return alike and column_kind(following[0]) != "number"


def _near(text: Text, position: int) -> range:
    return range(position + 1, min(position + 1 + LINES_BETWEEN, len(text.items)))


def _with_lower(headers: tuple[str, ...], cells: tuple[str, ...]) -> tuple[str, ...]:
    """Give the headers with what a second row says of them; empty if it is none. It may only count the columns."""
    if all(FIGURE.match(cell) or not cell.strip() for cell in cells):
        return headers
    named = [cell for cell in cells if cell.strip()]
    if FIGURE.match(cells[0]) or any(len(cell) > LONGEST_HEADER for cell in named):
        return ()
    if sum(bool(column_kind(cell)) for cell in named) < 2:
        return ()
    return joined_headers(headers, cells)


def _cell(cells: Sequence[str], table: Table, kind: str) -> str:
    n = table.columns.get(kind)
    return cells[n].strip() if n is not None and n < len(cells) else ""


def _is_task(text: Text, table: Table, position: int, following: int | None) -> bool:
    """Whether a row is a task: it has words, and is no title over the rows that follow."""
    cells = _cells(text, position)
    words, number = _cell(cells, table, "task"), _cell(cells, table, "number")
    if not search_key(words) or FIGURE.match(words) or all(FIGURE.match(c) or not c for c in cells):
        return False
    distinct = {search_key(cell) for cell in cells if cell.strip()}
    said = _said(cells, table)
    if len(distinct) == 1 or (GROUP_NUMBER.match(number) and not (said.lead or said.deadline)):
        return len(distinct) > 1 and bool(said.support)
    return not _heads_group(text, table, position, following)


def _repeats(text: Text, table: Table, before: int | None, position: int) -> bool:
    """Whether a row only goes on with the task above, whose cell reaches down to it."""
    if before is None:
        return False
    kinds = ("number", "task")
    return all(_cell(_cells(text, before), table, kind) == _cell(_cells(text, position), table, kind) for kind in kinds)


def _heads_group(text: Text, table: Table, position: int, following: int | None) -> bool:
    """Whether a row without lead and deadline stands over finer ones."""
    cells = _cells(text, position)
    said = _said(cells, table)
    if said.lead or said.deadline or said.support or following is None:
        return False
    number, after = _cell(cells, table, "number"), _cells(text, following)
    finer = FIGURE.match(_cell(after, table, "number"))
    own = FIGURE.match(number)
    if own and finer:
        return finer[1].startswith(f"{own[1]}.")
    later = _said(after, table)
    return bool(later.lead or later.deadline)


def _said(cells: Sequence[str], table: Table) -> Assignment:
    known = Assignment()
    for kind in ASSIGNING:
        known = known.filled(from_field(kind, _cell(cells, table, kind)))
    return known


def _task(text: Text, table: Table, position: int) -> TableTask:
    item, cells = text.items[position], _cells(text, position)
    column = table.columns["task"]
    number = FIGURE.match(_cell(cells, table, "number"))
    span = cell_span(text, item, cells, column)
    return TableTask(span, _section(item, number), _said(cells, table), 0.93 if number else 0.8)


def _section(item: Item, number: re.Match[str] | None) -> str:
    return f"{item.section}.{number[1]}".lstrip(".") if number else item.section


def cell_span(text: Text, item: Item, cells: Sequence[str], column: int) -> Span:
    """Give the place of one cell's words in the text of its row, without a marker in front."""
    start = sum(len(cell) + len(SEPARATOR) for cell in cells[:column])
    words = text.blocks[item.block].text[start : start + len(cells[column])]
    return _unmarked(item, words, start)


def _unmarked(item: Item, words: str, start: int) -> Span:
    """Give the place of words that begin at a character of an item's block, without their marker and final sign."""
    mark = INNER_MARK.match(words)
    return Span(item.block, start + (mark.end() if mark else 0), start + len(words.rstrip(FINAL + "/")))


def _loose_runs(text: Text) -> Iterator[list[int]]:
    """Give the positions of each annex's paragraphs behind headers that stand one in a paragraph."""
    position = 0
    while position < len(text.items):
        if text.items[position].part in (Part.ANNEX, Part.RECIPIENTS, Part.TASKS) and _loose_headers(text, position):
            run = list(_until_table_ends(text, position))
            yield run
            position += len(run)
        else:
            position += 1


def _words(text: Text, position: int) -> str:
    return text.blocks[text.items[position].block].text


def _loose_headers(text: Text, position: int) -> tuple[str, ...]:
    """Read headers from paragraphs, the first of them STT or the task's; empty if these are no headers of tasks."""
    if column_kind(_words(text, position)) not in ("number", "task"):
        return ()
    headers = []
    for k in range(position, min(position + LOOSE_COLUMNS, len(text.items))):
        words = _words(text, k)
        if not _may_be_header(text, k) or FIGURE.match(words) or GROUP_NUMBER.match(words):
            break
        if k > position and not column_kind(words):
            break
        headers.append(words)
    known = columns_of(tuple(headers))
    return tuple(headers) if known and ("number" in known or len(known) >= FEWEST_CELLS) else ()


def _may_be_header(text: Text, position: int) -> bool:
    words = _words(text, position)
    return not (_cells(text, position) or text.items[position].marker or len(words) > LONGEST_HEADER or ":" in words)


def _until_table_ends(text: Text, position: int) -> Iterator[int]:
    """Go on to the next part, to rows with cells, or to a heading beside or over the one that holds the table."""
    first = text.items[position]
    outer = text.items[first.above[-1]].level if first.above else 0
    for k in range(position, len(text.items)):
        item = text.items[k]
        if item.part != first.part or _cells(text, k) or (item.heading and item.level <= outer):
            return
        yield k


def loose_positions(text: Text) -> set[int]:
    """Give the positions of the paragraphs that are cells of such tables."""
    return {k for runs in (_loose_runs(text), _flowing_runs(text)) for run in runs for k in run}


def _loose_tasks(text: Text, run: list[int]) -> Iterator[TableTask]:
    """Give the tasks of a table whose cells stand one in a paragraph, whether their figures were kept or not."""
    headers = _loose_headers(text, run[0])
    cells = run[len(headers) :]
    numbered = _by_figures(text, cells)
    for group in numbered or _by_looks(text, cells):
        if len(group) > 1:
            yield _loose_task(text, group, columns_of(headers) if numbered else {}, bool(numbered))


def _by_figures(text: Text, cells: Sequence[int]) -> list[list[int]]:
    """Part the cells into rows, each from behind its figure to the next one."""
    groups: list[list[int]] = []
    figured = False
    for k in cells:
        words = _words(text, k)
        if FIGURE.match(words) or GROUP_NUMBER.match(words):
            figured = bool(FIGURE.match(words))
            groups.extend([[]] if figured else [])
        elif figured:
            groups[-1].append(k)
    return [group for group in groups if group]


def _by_looks(text: Text, cells: Sequence[int]) -> list[list[int]]:
    """Part the cells into rows, each from words before a body's name to the next such."""
    groups: list[list[int]] = []
    looks = [_looks_like(_words(text, k), Assignment()) for k in cells]
    for k, look, following in zip(cells, looks, [*looks[1:], ""], strict=False):
        if not look and following == "lead":
            groups.append([k])
        elif groups:
            groups[-1].append(k)
    return groups


def _loose_task(text: Text, group: list[int], columns: dict[str, int], numbered: bool) -> TableTask:
    """Read one such row: by its columns where none is missing, else by what its cells look like."""
    item = text.items[group[0]]
    complete = bool(columns) and len(group) == max(columns.values())
    known = Assignment()
    for n, k in enumerate(group[1:], start=2):
        words = _words(text, k)
        kind = _kind_at(columns, n) if complete else _looks_like(words, known)
        known = known.filled(from_field(kind, words)) if kind in ASSIGNING else known
    words = _words(text, group[0])
    return TableTask(_unmarked(item, words, 0), item.section, known, 0.75 if numbered else 0.6)


def _flowing_runs(text: Text) -> Iterator[list[int]]:
    """Give the positions of the rows of each table whose cells flow one behind another in a paragraph."""
    for position, item in enumerate(text.items):
        words = _words(text, position)
        if (
            item.part in (Part.ANNEX, Part.TASKS)
            and len(words) < LONGEST_FLOW
            and FLOWING_HEADER.match(search_key(words))
        ):
            yield list(_until_table_ends(text, position))


def _flowing_task(text: Text, position: int) -> TableTask:
    """Read such a row: the task up to the first body that no word before it calls for, then who, then when."""
    item, words = text.items[position], _words(text, position)
    figure = FIGURE_AHEAD.match(words)
    start = figure.end() if figure else 0
    when = ENDS_WITH_TIME.search(words, start)
    end = when.start() if when else len(words)
    places = [m.end() for m in BREAK.finditer(words, start, end) if begins_body(words[m.end() :])]
    names = [words[one:other].strip(" ,;.") for one, other in pairwise([*places, end])]
    support = [name for joint in names[1:] for name in split_names(joint)]
    known = Assignment(names[0] if names else None, tuple(support), when.group() if when else None)
    number = FIGURE.match(figure[1]) if figure else None
    task_end = len(words[: places[0] if places else end].rstrip(FINAL))
    return TableTask(Span(item.block, start, task_end), _section(item, number), known, 0.5)


def _kind_at(columns: dict[str, int], n: int) -> str:
    return next((kind for kind, column in columns.items() if column == n), "")


def _looks_like(words: str, known: Assignment) -> str:
    if due_day(words) or TIME.match(search_key(words)):
        return "deadline"
    if only_names(words):
        return "support" if known.lead else "lead"
    return ""
