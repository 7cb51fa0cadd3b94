"""What came into a text with its pages and tables: page numbers, running heads, notes below a rule, cells between bars.

A bare number is a page's only when it stands alone; between the cells of a table it is a cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from hatang.core.plan_reader.markers import marker_of
from hatang.core.plan_reader.structure import Line
from hatang.core.vietnamese import UPPER, search_key

RULE = re.compile(r"(?!\.{1,4}$)[\s|_=*.~–—-]+")
NOTE_RULE = re.compile(r"[_–—-]{5,}")
BELOW_RULE = re.compile(rf"[\[(]?(?P<number>[0-9]{{1,2}})[\])]?\s+[{UPPER}“\"]")
BARE_NUMBER = re.compile(r"[0-9]{1,3}")
PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:(?:trang|page)\s*)?[0-9]{1,3}(?:\s*/\s*[0-9]{1,3})?(?:\s*[-–—])?", re.IGNORECASE
)
FIRST_COLUMN = ("stt", "tt", "so tt", "so thu tu")
ORDINAL = re.compile(r"\(?(?:[0-9]{1,3}(?:\.[0-9]{1,2})*|[IVXL]{1,5}|[A-HĐ])[.)]?")
GROUP = re.compile(r"[IVXL]{1,5}|[A-HĐ]")
MOST_COLUMNS = 12
LONGEST_CELL = 40
LONGEST_TITLE = 12
CELLS_APART = 8
LEAST_RUNNING_HEAD = 12


def without_debris(lines: Iterable[Line]) -> list[Line]:
    """Drop page numbers and running heads, mark notes, and give cells between bars as rows."""
    listed = list(_rows(list(lines)))
    numbers = _page_numbers(listed)
    heads = _running_heads(listed, numbers)
    kept = [line for n, line in enumerate(listed) if n not in numbers and line.text not in heads]
    return list(_with_notes(kept))


def is_rule(line: Line) -> bool:
    """Whether a line is a rule, a bar or the like, which parts what stands around it."""
    return not line.cells and bool(RULE.fullmatch(line.text))


def _page_numbers(lines: Sequence[Line]) -> set[int]:
    """Find the lines that are page numbers."""
    bare = [n for n, line in enumerate(lines) if not line.whole and not line.cells and BARE_NUMBER.fullmatch(line.text)]
    near = {n for pair in pairwise(bare) if pair[1] - pair[0] <= CELLS_APART for n in pair}
    return {
        n
        for n, line in enumerate(lines)
        if not line.whole and not line.cells and PAGE_NUMBER.fullmatch(line.text) and n not in near
    }


def _running_heads(lines: Sequence[Line], numbers: set[int]) -> set[str]:
    """Find the texts that stand beside page numbers again and again."""
    beside = Counter(
        lines[m].text
        for n in numbers
        for m in (n - 1, n + 1)
        if 0 <= m < len(lines) and len(lines[m].text) >= LEAST_RUNNING_HEAD and marker_of(lines[m].text) is None
    )
    return {text for text, times in beside.items() if times > 1}


def _with_notes(lines: Iterable[Line]) -> Iterator[Line]:
    """Mark as notes the numbered lines below a rule at the foot of a page."""
    below = False
    for line in lines:
        if is_rule(line):
            below = bool(NOTE_RULE.fullmatch(line.text)) and not line.whole
        elif below and BELOW_RULE.match(line.text):
            line = replace(line, footnote=True)
        elif not line.footnote and (marker_of(line.text) or line.text[:1].isupper()):
            below = False
        yield line


def _rows(lines: Sequence[Line]) -> Iterator[Line]:
    """Give tables whose cells came one after the other, each ended by a bar, as rows."""
    n = 0
    while n < len(lines):
        table = _table_at(lines, n) if heads_table(lines[n].text) else None
        if table is None:
            yield lines[n]
            n += 1
        else:
            yield from table[0]
            n = table[1]


def heads_table(text: str) -> bool:
    """Whether a line is the title of a table's first column."""
    return len(text) <= LONGEST_TITLE and search_key(text) in FIRST_COLUMN


def _table_at(lines: Sequence[Line], start: int) -> tuple[list[Line], int] | None:
    """Read the table whose head begins at a line; give its rows and where the text goes on."""
    cells = list(_cells(lines, start))
    columns = next((n for n, (text, _) in enumerate(cells) if n and ORDINAL.fullmatch(text)), 0)
    if not 2 <= columns <= MOST_COLUMNS:
        return None
    rows = list(_in_rows(cells, columns))
    page = lines[start].page
    end = max(last for row in rows for _, last in row)
    return [Line(" | ".join(t for t, _ in row), page, cells=tuple(t for t, _ in row)) for row in rows], end


def _cells(lines: Sequence[Line], start: int) -> Iterator[tuple[str, int]]:
    """Give the texts between bars, each with the position after its bar; text without a bar behind it is no cell."""
    parts: list[str] = []
    for n in range(start, len(lines)):
        if lines[n].cells or len(parts) > LONGEST_CELL:
            return
        if lines[n].text == "|":
            yield " ".join(parts), n + 1
            parts = []
        elif not RULE.fullmatch(lines[n].text):
            parts.append(lines[n].text)


def _in_rows(cells: Sequence[tuple[str, int]], columns: int) -> Iterator[list[tuple[str, int]]]:
    """Part cells into rows: of so many columns, or shorter ones that name a group."""
    yield list(cells[:columns])
    at, last = columns, 0
    while at < len(cells) and ORDINAL.fullmatch(cells[at][0]):
        row = list(cells[at : at + columns])
        names_group = bool(GROUP.fullmatch(row[0][0].strip("().")))
        length = next((n for n in range(2, len(row)) if names_group and _begins_row(row[n][0], last)), len(row))
        last = int(row[0][0].strip("().")) if row[0][0].strip("().").isdigit() else last
        yield row[:length]
        at += length


def _begins_row(cell: str, last: int) -> bool:
    """Whether a cell begins the first row of a group: the numbers begin anew, or go on."""
    return cell.strip("().") in ("1", "01", "I", "1.1", str(last + 1))
