"""What a page of a PDF shows, as lines: letters side by side joined, ruled tables and columns in reading order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hatang.core.documents.layout import Cell, Table, only_places_words, row_line
from hatang.core.plan_reader.markers import SUPERSCRIPTS
from hatang.core.plan_reader.structure import Line
from hatang.core.vietnamese import search_key

SAME_LINE = 0.45
COLUMN_GAP = 2.5
SPACE_GAP, GLUED_GAP = 0.12, 0.4
RAISED_SIZE, RAISED_BY = 0.8, 0.12
MARKER_LETTERS = 6
RIGHT_HALF = 0.58
NEAR = 2.5
MOST_EDGES = 200
FIGURES = re.compile(r"[0-9()]{1,4}")
LINES_AROUND = 8
MOST_STRETCHES_OF_A_LINE = 100
RECIPIENTS = "noi nhan"


@dataclass(slots=True)
class Run:
    """Letters side by side; lengths in points, y downward, `size` of the type; `glued` to those before by PDFium."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    glued: bool = False

    @property
    def middle(self) -> float:
        """Give the height at which the letters stand: above the lower edge by a third of the type."""
        return self.bottom - self.size / 3


@dataclass
class Stretch:
    """Runs of one line side by side, as far as no column parts them; the longest tells size and height."""

    runs: list[Run]
    longest: Run

    def add(self, runs: Iterable[Run]) -> None:
        """Take runs that follow."""
        for run in runs:
            self.runs.append(run)
            self.longest = max(self.longest, run, key=lambda one: (len(one.text), one.size))

    @property
    def left(self) -> float:
        """Give the left edge."""
        return self.runs[0].left

    @property
    def right(self) -> float:
        """Give the right edge."""
        return self.runs[-1].right

    @property
    def size(self) -> float:
        """Give the size of most of its type."""
        return self.longest.size

    @property
    def middle(self) -> float:
        """Give the height at which most of its letters stand."""
        return self.longest.middle

    @property
    def bold(self) -> bool:
        """Whether all letters are bold."""
        return all(run.bold for run in self.runs if any(map(str.isalnum, run.text)))


@dataclass(slots=True)
class Shown:
    """A line as a page shows it: its words, where it stands, its type; a table's row has cells."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    cells: tuple[str, ...] = ()
    column: bool = False
    footnote: bool = False
    marker: str = ""


@dataclass
class Page:
    """A page: its number from 1, its size, its runs and the lines drawn on it."""

    number: int
    width: float
    height: float
    runs: list[Run]
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)


def shown_lines(page: Page) -> list[Shown]:
    """Give the lines of a page in reading order."""
    loose, placed = page.runs, []
    for table in ruled_tables(page.rules):
        within = [run for run in loose if table.holds(run)]
        rows = table_rows(table, within, page.number) if within else []
        if rows:
            loose = [run for run in loose if not table.holds(run)]
            placed.append((table.top, rows))
    for stretches in by_line(stretches_of(loose)):
        placed.append(
            (min(s.runs[0].top for s in stretches), [shown(s, page.number, len(stretches) > 1) for s in stretches])
        )
    placed.sort(key=lambda pair: pair[0])
    return by_column([line for _, lines in placed for line in lines], page.width)


def stretches_of(runs: Iterable[Run]) -> list[Stretch]:
    """Join runs that follow one another on a line."""
    stretches: list[Stretch] = []
    for run in runs:
        if stretches and goes_on(stretches[-1], run):
            stretches[-1].add([run])
        else:
            stretches.append(Stretch([run], run))
    return stretches


def goes_on(stretch: Stretch, run: Run) -> bool:
    """Whether letters stand just behind others on the same line, be they raised."""
    size = max(stretch.size, run.size)
    gap = run.left - stretch.right
    return abs(run.middle - stretch.middle) <= SAME_LINE * size and -size / 2 <= gap <= SPACE_GAP * 10 * size


def by_line(stretches: list[Stretch]) -> list[list[Stretch]]:
    """Put what stands at one height on one line, and join there what no column parts."""
    lines: list[list[Stretch]] = []
    for stretch in sorted(stretches, key=lambda s: (s.middle, s.left)):
        for line in lines[: -LINES_AROUND - 1 : -1]:
            if belongs(line, stretch):
                line.append(stretch)
                break
        else:
            lines.append([stretch])
    return [joined(sorted(line, key=lambda s: s.left)) for line in lines]


def belongs(line: list[Stretch], stretch: Stretch) -> bool:
    """Whether a stretch stands on a line beside the others."""
    if len(line) >= MOST_STRETCHES_OF_A_LINE:
        return False
    size = max(stretch.size, line[0].size)
    level = abs(stretch.middle - line[0].middle) <= SAME_LINE * size
    return level and all(stretch.left > s.right - size / 2 or stretch.right < s.left + size / 2 for s in line)


def joined(line: list[Stretch]) -> list[Stretch]:
    """Join the stretches of a line unless a column parts them; a number and its text belong together."""
    done = [line[0]]
    for stretch in line[1:]:
        last = done[-1]
        wide = stretch.left - last.right > COLUMN_GAP * max(last.size, stretch.size)
        marker = len(last.runs) == 1 and len(last.runs[0].text.strip()) <= MARKER_LETTERS and last is done[0]
        if wide and not marker:
            done.append(stretch)
        else:
            last.add(stretch.runs)
    return done


def shown(stretch: Stretch, page: int, column: bool) -> Shown:
    """Give a stretch as a line."""
    top, bottom = min(run.top for run in stretch.runs), max(run.bottom for run in stretch.runs)
    text = stretch_text(stretch)
    return Shown(text, page, stretch.left, top, stretch.right, bottom, stretch.size, stretch.bold, column=column)


def stretch_text(stretch: Stretch) -> str:
    """Write a stretch, blanks where letters stand apart, raised figures as such."""
    size, level = stretch.size, stretch.middle
    text = ""
    last: Run | None = None
    for run in stretch.runs:
        own = run.text
        if run.size <= RAISED_SIZE * size and level - run.middle >= RAISED_BY * size and FIGURES.fullmatch(own.strip()):
            own = own.translate(SUPERSCRIPTS)
        gap = GLUED_GAP if run.glued else SPACE_GAP
        if last and run.left - last.right > gap * size and not text.endswith(" ") and not own.startswith(" "):
            text += " "
        text += own
        last = run
    return " ".join(text.split())


def by_column(lines: list[Shown], width: float) -> list[Shown]:
    """Order lines that stand in two columns: the left one first, then the right one.

    The head and the signature of a document stand so. A band of such lines ends where a line crosses the gap, or with
    the last line on the right; the recipients' list is often longer than that.
    """
    ordered: list[Shown] = []
    at = 0
    while at < len(lines):
        end, gap = column_band(lines, at, width)
        if end > at:
            ordered.extend(line for line in lines[at:end] if line.left < gap)
            ordered.extend(line for line in lines[at:end] if line.left >= gap)
            at = end
        else:
            ordered.append(lines[at])
            at += 1
    return ordered


def column_band(lines: Sequence[Shown], start: int, width: float) -> tuple[int, float]:
    """Find where a band of two columns ends that begins here, and where its right column begins."""
    pair = lines[start : start + 2]
    if len(pair) < 2 or not all(line.column for line in pair) or not in_right_half(pair[1], width):
        return start, 0.0
    gap, least_right, end = pair[1].left, pair[0].right, start + 2
    recipients = search_key(pair[0].text).startswith(RECIPIENTS)
    for at in range(start + 2, len(lines)):
        line = lines[at]
        if line.cells:
            break
        if in_right_half(line, width) and line.left > least_right:
            gap, end = min(gap, line.left), at + 1
        elif line.right < gap:
            least_right = max(least_right, line.right)
            end = at + 1 if recipients else end
        else:
            break
    return end, gap


def in_right_half(line: Shown, width: float) -> bool:
    """Whether a line stands in the right half of a page, not merely in its middle."""
    return (line.left + line.right) / 2 > RIGHT_HALF * width


@dataclass
class Ruled:
    """A ruled table: the places of its upright and level lines, and from where to where each is drawn."""

    xs: list[float]
    ys: list[float]
    upright: list[list[tuple[float, float]]]
    level: list[list[tuple[float, float]]]

    @property
    def top(self) -> float:
        """Give the upper edge."""
        return self.ys[0]

    def holds(self, run: Run) -> bool:
        """Whether letters stand in the table."""
        x, y = (run.left + run.right) / 2, run.middle
        return self.xs[0] - NEAR <= x <= self.xs[-1] + NEAR and self.ys[0] - NEAR <= y <= self.ys[-1] + NEAR

    def place(self, run: Run) -> tuple[int, int]:
        """Give the row and column that letters stand in."""
        row = bisect_right(self.ys, run.middle) - 1
        column = bisect_right(self.xs, run.left + min(run.size / 2, (run.right - run.left) / 2)) - 1
        return min(max(row, 0), len(self.ys) - 2), min(max(column, 0), len(self.xs) - 2)

    def roots(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Give for each place of the grid the upper left place of the cell that it belongs to."""
        roots: dict[tuple[int, int], tuple[int, int]] = {}
        for row in range(len(self.ys) - 1):
            for column in range(len(self.xs) - 1):
                roots[row, column] = self.root(roots, row, column)
        return roots

    def root(self, roots: dict[tuple[int, int], tuple[int, int]], row: int, column: int) -> tuple[int, int]:
        """Look whether a place goes on with the one to the left or above."""
        middle_x = (self.xs[column] + self.xs[column + 1]) / 2
        middle_y = (self.ys[row] + self.ys[row + 1]) / 2
        if column and not drawn(self.upright[column], middle_y):
            return roots[row, column - 1]
        if row and not drawn(self.level[row], middle_x):
            return roots[row - 1, column]
        return row, column


def drawn(lines: Iterable[tuple[float, float]], through: float) -> bool:
    """Whether one of the lines at a place goes through a point."""
    return any(first - NEAR <= through <= last + NEAR for first, last in lines)


def at_places(there: list[float], lines: Iterable[tuple[float, float, float]]) -> list[list[tuple[float, float]]]:
    """Part lines by the places they stand at."""
    parted: list[list[tuple[float, float]]] = [[] for _ in there]
    for place, first, last in lines:
        parted[max(bisect_right(there, place + NEAR) - 1, 0)].append((first, last))
    return parted


def ruled_tables(rules: Sequence[tuple[float, float, float, float]]) -> list[Ruled]:
    """Find the tables that lines make: those that touch one another, at least two columns and two rows."""
    upright = [((x0 + x1) / 2, y0, y1) for x0, y0, x1, y1 in rules if x1 - x0 <= 3 < y1 - y0]
    level = [((y0 + y1) / 2, x0, x1) for x0, y0, x1, y1 in rules if y1 - y0 <= 3 < x1 - x0]
    tables = []
    for bottom, top in bands(upright):
        ups = [line for line in upright if line[2] > top and line[1] < bottom]
        flats = [line for line in level if top - NEAR <= line[0] <= bottom + NEAR]
        xs, ys = places(line[0] for line in ups), places(line[0] for line in flats)
        if 2 < len(xs) <= MOST_EDGES and 2 < len(ys) <= MOST_EDGES:
            tables.append(Ruled(xs, ys, at_places(xs, ups), at_places(ys, flats)))
    return tables


def bands(upright: Iterable[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """Give the lower and upper ends of heights that upright lines cover without a gap."""
    found: list[tuple[float, float]] = []
    for _, top, bottom in sorted(upright, key=lambda line: line[1]):
        if found and top <= found[-1][0] + NEAR:
            found[-1] = max(found[-1][0], bottom), found[-1][1]
        else:
            found.append((bottom, top))
    return found


def places(given: Iterable[float]) -> list[float]:
    """Give the different places among lines, near ones as one, the first of them."""
    found: list[float] = []
    for place in sorted(given):
        if not found or place - found[-1] > NEAR:
            found.append(place)
    return found


def table_rows(table: Ruled, runs: list[Run], page: int) -> list[Shown]:
    """Give the rows of a ruled table; empty where it only places words or frames a text."""
    roots = table.roots()
    words: dict[tuple[int, int], list[Run]] = {}
    for run in runs:
        words.setdefault(roots[table.place(run)], []).append(run)
    made = Table([list(row_cells(table, roots, words, row)) for row in range(len(table.ys) - 1)])
    if only_places_words(made) or sum(map(bool, words.values())) < 3:
        return []
    above: dict[int, str] = {}
    rows, width = [], made.width
    for number, row in enumerate(made.rows):
        if line := row_line(row, above, width):
            top, bottom = table.ys[number], table.ys[number + 1]
            size = runs[0].size
            rows.append(Shown(line.text, page, table.xs[0], top, table.xs[-1], bottom, size, line.strong, line.cells))
    return rows


def row_cells(
    table: Ruled, roots: dict[tuple[int, int], tuple[int, int]], words: dict[tuple[int, int], list[Run]], row: int
) -> Iterator[Cell]:
    """Give the cells that begin in a row, and those that go on with the row above."""
    columns = len(table.xs) - 1
    for column in range(columns):
        root = roots[row, column]
        if root[1] != column:
            continue
        span = next((n for n in range(1, columns - column) if roots[row, column + n] != root), columns - column)
        lines = cell_lines(words.get(root, [])) if root[0] == row else []
        yield Cell(lines, column, span, goes_on=root[0] != row)


def cell_lines(runs: list[Run]) -> list[Line]:
    """Give the words of a cell, line by line."""
    lines = [stretch for line in by_line(stretches_of(runs)) for stretch in line]
    return [Line(stretch_text(stretch), strong=stretch.bold) for stretch in lines]
