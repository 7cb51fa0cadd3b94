"""What DOCX and HTML share: lines broken by hand inside a paragraph, and tables that are tables or only place words.

The head of an administrative document (NĐ 30/2020, annex I) and its signature stand in tables without borders; these
come out as plain lines, row by row and cell by cell. Every other table gives a line with cells for each row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hatang.core.documents.faults import MOST_COLUMNS
from hatang.core.plan_reader.markers import marker_of
from hatang.core.plan_reader.structure import Line
from hatang.core.vietnamese import search_key

TOP_LINES = 12
LAYOUT_COLUMNS, LAYOUT_ROWS, HEAD_ROWS = 3, 4, 6
LINES_OF_A_PAGE = 20
HEAD = ("cong hoa xa hoi chu nghia", "doc lap tu do hanh phuc", "dang cong san viet nam")
SIGNED = re.compile(r"\s*(?:nơi nhận|(?:tm|kt|tl|tuq)\s?\.)", re.IGNORECASE)
KINDS = {
    "ke hoach", "quyet dinh", "nghi quyet", "de an", "chuong trinh", "chien luoc", "chi thi", "bao cao", "to trinh",
    "thong bao", "huong dan", "phuong an", "phu luc", "cong dien", "quy che", "quy dinh",
}  # fmt: skip
ENDS = re.compile(r"[.;:!?…]$|\./\.$")
RULE = re.compile(r"[\s_=*.~–—-]+")


@dataclass
class Cell:
    """A cell: its lines, its first column from 0, how many columns it spans, whether it goes on with the one above."""

    lines: list[Line]
    column: int
    span: int = 1
    goes_on: bool = False


@dataclass
class Table:
    """A table's rows, whether its borders are seen, and whether it stands at the document's top."""

    rows: list[list[Cell]] = field(default_factory=list)
    bordered: bool = True
    at_top: bool = False

    @property
    def width(self) -> int:
        """Give the number of columns."""
        ends = (cell.column + cell.span for row in self.rows for cell in row)
        return min(max(ends, default=0), MOST_COLUMNS)


def table_lines(table: Table) -> Iterator[Line]:
    """Give a table's rows as lines with cells, or what stands in a table that only places words as plain lines."""
    if only_places_words(table):
        for row in table.rows:
            for cell in row:
                yield from cell.lines
        return
    above: dict[int, str] = {}
    width = table.width
    for row in table.rows:
        if line := row_line(row, above, width):
            yield line
        yield from (line for cell in row for line in cell.lines if line.footnote)


def row_line(row: list[Cell], above: dict[int, str], width: int) -> Line | None:
    """Give a row as a line; a cell that goes on with the one above says the same, as a reader sees it."""
    cells = [""] * width
    for cell in row:
        text = above.get(cell.column, "") if cell.goes_on else cell_text(cell)
        above[cell.column] = text
        if cell.column < width:
            cells[cell.column] = text
    if not any(cells):
        return None
    lines = [line for cell in row for line in cell.lines if line.text and not line.footnote]
    strong = bool(lines) and all(line.strong for line in lines)
    return Line(" | ".join(cells), whole=True, cells=tuple(cells), strong=strong)


def cell_text(cell: Cell) -> str:
    """Give the words of a cell, drawn numbers with them, on one line."""
    kept = (line for line in cell.lines if not line.footnote)
    return " ".join(f"{line.marker} {line.text}".strip() for line in kept).strip()


def only_places_words(table: Table) -> bool:
    """Whether a table is only there to put words beside one another."""
    width, height = table.width, len(table.rows)
    if width == 1:
        return True
    if width > LAYOUT_COLUMNS:
        return False
    if not table.bordered and (height <= LAYOUT_ROWS or longest_cell(table) > LINES_OF_A_PAGE):
        return True
    texts = [line.text for row in table.rows[:HEAD_ROWS] for cell in row for line in cell.lines[:LINES_OF_A_PAGE]]
    head = table.at_top and height <= HEAD_ROWS and any(search_key(text).startswith(HEAD) for text in texts)
    return head or (height <= LAYOUT_ROWS and any(SIGNED.match(text) for text in texts))


def longest_cell(table: Table) -> int:
    """Give the number of lines in the fullest cell."""
    return max((len(cell.lines) for row in table.rows for cell in row), default=0)


def soft_lines(text: str) -> list[str]:
    """Part a paragraph at those of its line breaks (`\\n`) that part what it says; the others only place the words.

    >>> soft_lines("KẾ HOẠCH\\nPhát triển hạ tầng số\\ngiai đoạn 2025 - 2030")
    ['KẾ HOẠCH', 'Phát triển hạ tầng số giai đoạn 2025 - 2030']
    >>> soft_lines("- Phủ sóng 5G;\\n- Mỗi xã một điểm")
    ['- Phủ sóng 5G;', '- Mỗi xã một điểm']
    """
    if "\n" not in text:
        return [bare] if (bare := text.strip()) else []
    lines: list[str] = []
    for part in filter(None, map(str.strip, text.split("\n"))):
        if lines and not begins_anew(lines[-1], part):
            lines[-1] += " " + part
        else:
            lines.append(part)
    return lines


def begins_anew(before: str, text: str) -> bool:
    """Whether a line broken by hand begins something of its own."""
    if ENDS.search(before) or search_key(before) in KINDS or RULE.fullmatch(before) or RULE.fullmatch(text):
        return True
    shouted = before.isupper() and not text.isupper() and not text[:1].islower()
    return shouted or marker_of(text) is not None


def untabbed(text: str, *, at_top: bool) -> list[str]:
    """Part a paragraph into its lines; tabs are blanks, but part columns at a document's top and at its signature.

    >>> untabbed("1.\\tMục đích", at_top=True), untabbed("UBND TỈNH A\\tCỘNG HÒA", at_top=True)
    (['1. Mục đích'], ['UBND TỈNH A', 'CỘNG HÒA'])
    """
    lines: list[str] = []
    for line in soft_lines(text):
        parts = [part.strip() for part in line.split("\t") if part.strip()]
        columns = len(parts) > 1 and marker_of(f"{parts[0]} {parts[1]}") is None
        signed = any(SIGNED.match(part) for part in parts) if columns else False
        lines.extend(parts if columns and (at_top or signed) else [" ".join(parts)])
    return lines
