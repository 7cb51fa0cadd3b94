"""Tables of targets: STT, chỉ tiêu, đơn vị, a column for each year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hatang.core.plan_reader.due_years import due_year_of, year_over
from hatang.core.plan_reader.left_out_units import completed_unit
from hatang.core.plan_reader.quantities import Quantity, find_quantities
from hatang.core.plan_reader.structure import Baseline, Header, Part, Span, Target, Text
from hatang.core.vietnamese import search_key

NAME_COLUMNS = (re.compile(r"chi tieu|tieu chi|chi so|ten chi"), re.compile(r"noi dung|muc tieu|ten"))
UNIT_COLUMN = re.compile(r"don vi tinh|^don vi$|^dvt$|^dv tinh$")
AIM_COLUMN = re.compile(
    r"muc (?:phan dau|tieu|can dat)|ke hoach|chi tieu (?:nam|den|giao)|phan dau|den (?:het )?nam"
    r"|^(?:den |dinh huong |tam nhin |kh |mt )?(?:nam )?(?:19|20)\d\d|giai doan|lo trinh|^gia tri"
    r"|ket qua can dat|^muc dat"
)
PAST_COLUMN = re.compile(
    r"hien trang|^(?:uoc )?th (?:nam )?(?:19|20)\d\d|thuc hien|ket qua(?! can dat| dau ra)|uoc|thuc te|hien nay|hien co"
)
BUDGET_COLUMN = re.compile(r"kinh phi|\bvon\b|du toan|tong muc|trieu dong|ty dong|thanh tien")
TASK_COLUMN = re.compile(r"nhiem vu|cong viec|du an|giai phap|hoat dong")
GROUP_ROW = re.compile(r"^[^|]{0,8} \| [^|]+$")
NAMED_UNIT = re.compile(r"[(,] ?(?:đơn vị(?: tính)?:? ?|ĐVT:? ?)?([^(),]{1,24})\)$", re.IGNORECASE)
ASPIRING_COLUMN = re.compile(r"phan dau")
TABLE_PARTS = (Part.TARGETS, Part.ANNEX, Part.AIMS, Part.OTHER)
LONGEST_TITLE, LONGEST_YEAR = 12, 4
SURE = 0.85


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table's name, unit, aims and past figures stand; each aim's and past figure's year may be None.

    `below` says that the years stand in a second line of the head, `closing` that no other column follows them.
    """

    name: int
    unit: int | None
    aims: tuple[tuple[int, int | None, bool], ...]
    past: tuple[tuple[int, int | None], ...] = ()
    below: bool = False
    closing: bool = False

    def shifted(self, width: int) -> Columns:
        """Move the years of a head's second line, whose empty cells a copy may have lost, to a row's last cells."""
        if not self.below:
            return self
        by = max(0, width - 1 - self.aims[-1][0]) if self.closing else 0
        told = [n for n, _ in self.past]
        return replace(
            self, aims=tuple((n + by, year, strives) for n, year, strives in self.aims if n + by not in told)
        )


def table_targets(text: Text, header: Header) -> Iterator[Target]:
    """Read one target for each row and year column of the tables whose head names indicators and aims."""
    for n, columns in _rows(text):
        yield from _row(text, header, n, columns)


def table_baselines(text: Text) -> Iterator[Baseline]:
    """Read the columns of those tables that tell what was reached before."""
    for n, columns in _rows(text):
        cells = text.blocks[text.items[n].block].cells
        for column, year in columns.past:
            amount = _amount(cells, columns, column) if max(column, columns.name) < len(cells) else None
            if amount:
                yield _baseline(text, n, columns, amount, year)


def _rows(text: Text) -> Iterator[tuple[int, Columns]]:
    """Give each row of the tables of indicators with its columns; a row that names a group ends no table."""
    columns: Columns | None = None
    for n, item in enumerate(text.items):
        cells = text.blocks[item.block].cells
        if not cells or item.part not in TABLE_PARTS:
            columns = columns if cells or is_group_row(text.blocks[item.block].text) else None
            continue
        head = _columns(cells, columns)
        if columns and not head:
            yield n, columns.shifted(len(cells))
        columns = head or columns


def is_group_row(words: str) -> bool:
    """Say whether words are a table's row that names a group: "I | Viễn thông"."""
    return bool(GROUP_ROW.match(words))


def _columns(cells: Sequence[str], before: Columns | None) -> Columns | None:
    """Read a table's head; a second line of it may hold the years."""
    keys = [search_key(cell) for cell in cells]
    name = _first(keys, NAME_COLUMNS[0])
    name = _first(keys, NAME_COLUMNS[1]) if name is None else name
    if name is None or TASK_COLUMN.search(keys[name]) or any(map(BUDGET_COLUMN.search, keys)):
        return _years_below(cells, before)
    dated = [(n, due_year_of(f"năm {cell}"), keys[n]) for n, cell in enumerate(cells) if n != name]
    past = tuple((n, year) for n, year, key in dated if PAST_COLUMN.search(key))
    aims = tuple((n, year, bool(ASPIRING_COLUMN.search(key))) for n, year, key in dated if _is_aim(key))
    if not aims:
        return _years_below(cells, before)
    closing = not any(key for key in keys[aims[-1][0] + 1 :])
    return Columns(name, _first(keys, UNIT_COLUMN), aims, past, closing=closing)


def _is_aim(key: str) -> bool:
    """Say whether a column's title announces what is to be reached."""
    return bool(AIM_COLUMN.search(key)) and not PAST_COLUMN.search(key) and len(key.split()) <= LONGEST_TITLE


def _first(keys: Sequence[str], title: re.Pattern[str]) -> int | None:
    """Give the first column whose title says so."""
    return next((n for n, key in enumerate(keys) if title.search(key)), None)


def _years_below(cells: Sequence[str], before: Columns | None) -> Columns | None:
    """Read a head's second line: nothing but years."""
    years = [(n, due_year_of(f"năm {cell}")) for n, cell in enumerate(cells)]
    found = tuple((n, year, False) for n, year in years if year and len(cells[n].split()) <= LONGEST_YEAR)
    if not before or not found or any(find_quantities(cell) for cell in cells):
        return None
    by = 0 if before.closing else max(0, before.aims[0][0] - found[0][0])
    return replace(before, aims=tuple((n + by, year, strives) for n, year, strives in found), below=True)


def _row(text: Text, header: Header, n: int, columns: Columns) -> Iterator[Target]:
    """Read a row's aims."""
    cells = text.blocks[text.items[n].block].cells
    if len(cells) <= max(columns.name, *(aim for aim, _, _ in columns.aims)):
        return
    for column, year, aspiring in columns.aims:
        amount = _amount(cells, columns, column)
        if amount:
            yield _target(text, header, n, columns, amount, year, aspiring)


def _amount(cells: Sequence[str], columns: Columns, column: int) -> Quantity | None:
    """Read a cell's amount with the unit of its column, or of the indicator's name."""
    name, cell = cells[columns.name].strip(), cells[column].strip()
    unit = cells[columns.unit].strip() if columns.unit is not None else ""
    unit = unit or _unit_in(name)
    if not name or not any(c.isdigit() for c in cell):
        return None
    own = find_quantities(f"{name}: {cell}")
    bare = re.fullmatch(r"[≥>≤<=~ ]*[\d.,]+", cell)
    read = find_quantities(f"{name}: {cell} {_noun(unit)}") if bare and unit else own
    return next((q for q in reversed(read) if q.number > len(name)), None)


def _unit_in(name: str) -> str:
    """Give the unit that closes an indicator's name in brackets: "Tỷ lệ hộ có cáp quang (%)"."""
    match = NAMED_UNIT.search(name)
    read = find_quantities(f"đạt 2 {match[1].strip()}") if match else ()
    return match[1].strip() if match and read and read[0].unit not in ("", "count") else ""


def _noun(unit: str) -> str:
    """Give a unit as it would stand behind a number."""
    key = search_key(unit)
    return (
        "%"
        if key in ("ty le", "phan tram", "ty le phan tram") or "%" in unit
        else unit.lower()
        if unit.istitle()
        else unit
    )


def _target(
    text: Text, header: Header, n: int, columns: Columns, q: Quantity, year: int | None, aspiring: bool
) -> Target:
    """Make the row of one cell."""
    item, block = text.items[n], text.blocks[text.items[n].block]
    name = block.cells[columns.name].strip()
    return Target(
        span=Span(item.block, item.start, len(block.text)),
        quote=text.own(item).strip(),
        section=item.section,
        due_year=year or year_over(text, item) or header.year_to,
        comparator=q.comparator or "eq",
        value=q.value,
        unit=_unit(q, name, columns),
        subject=name,
        aspirational=aspiring,
        unit_written=block.cells[columns.unit].strip() if columns.unit is not None else q.unit_written,
        sure=SURE if q.unit else 0.5,
    )


def _unit(q: Quantity, name: str, columns: Columns) -> str:
    """Give an amount's unit; a share's where only the name tells it."""
    told = q.unit if q.unit != "count" or columns.unit is not None or q.unit_written else ""
    return told or completed_unit(name)


def _baseline(text: Text, n: int, columns: Columns, q: Quantity, year: int | None) -> Baseline:
    """Make the row of a cell that tells what was reached before."""
    item, block = text.items[n], text.blocks[text.items[n].block]
    name = block.cells[columns.name].strip()
    return Baseline(
        span=Span(item.block, item.start, len(block.text)),
        quote=text.own(item).strip(),
        section=item.section,
        comparator=q.comparator or "eq",
        value=q.value,
        unit=_unit(q, name, columns),
        subject=name,
        year=year,
        sure=SURE,
    )
