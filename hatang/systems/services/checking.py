"""Check a file against the registers: each row is put through the form of its kind; nothing is written."""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hatang.core.cells import Cell, TableError, as_text
from hatang.core.tables import Row as TableRow
from hatang.core.tables import Table
from hatang.core.vietnamese import number, search_key
from hatang.core.workbooks import read_tables
from hatang.pages.facts import written
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place
from hatang.systems.kinds import TABLE, Kind
from hatang.systems.models import Entry, InformationSystem
from hatang.systems.services.columns import SheetColumn, columns_of
from hatang.systems.services.directory import Directory

MOST_ROWS = 20_000
MOST_LINES = 2_000
GUIDES = (GUIDE, COMMUNES, NAMES, LISTS) = ("Hướng dẫn", "Mã xã", "Tổ chức", "Danh mục")
"""Sheets of the template that hold no data."""
Tell = Callable[[int, str], object]
Lines = list[dict[str, Any]]


@dataclass
class Sheet:
    """One table of a file: what kind of rows it holds and where each column stands."""

    kind: Kind
    table: Table
    places: dict[str, int]
    ignored: list[str]

    @property
    def name(self) -> str:
        """How people find it."""
        return self.table.sheet or self.kind.plural

    @property
    def simulated(self) -> bool:
        """Whether a line above the headings says that its rows are made up."""
        return any(search_key(SIMULATED_LINE) in search_key(title) for title in self.table.titles)


@dataclass
class Outcome:
    """What a file would do: rows to add and to change, and lines for people about each change and each fault."""

    sheets: list[Sheet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: int = 0
    added: dict[type[Entry], list[Entry]] = field(default_factory=dict)
    changed: dict[type[Entry], list[Entry]] = field(default_factory=dict)
    unchanged: Counter[type[Entry]] = field(default_factory=Counter)
    seen: dict[type[Entry], dict[str, int]] = field(default_factory=dict)
    faults: Lines = field(default_factory=list)
    changes: Lines = field(default_factory=list)
    missing: Lines = field(default_factory=list)

    def fingerprint(self) -> str:
        """Give a digest of everything that saving would do, to see whether the registers moved meanwhile."""
        new = [[model.__name__, row.code] for model, rows in self.added.items() for row in rows]
        told = json.dumps([new, self.changes, self.missing], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()

    def summary(self) -> dict[str, Any]:
        """Give what the page shows and what a saving compares with."""
        wrong = len({(line["sheet"], line["row"]) for line in self.faults})
        counts = [self.count(kind) for kind in TABLE if any(sheet.kind is kind for sheet in self.sheets)]
        return {
            "rows": self.rows,
            "wrong": wrong,
            "counts": counts,
            "added": sum(line["added"] for line in counts),
            "changed": sum(line["changed"] for line in counts),
            "sheets": [{"name": s.name, "ignored": s.ignored} for s in self.sheets],
            "notes": [*self.notes, *cut_notes(self)],
            "simulated": any(sheet.simulated for sheet in self.sheets),
            "faults": self.faults[:MOST_LINES],
            "changes": self.changes[:MOST_LINES],
            "missing": self.missing[:MOST_LINES],
            "fingerprint": self.fingerprint(),
        }

    def count(self, kind: Kind) -> dict[str, Any]:
        """Count what happens to one kind."""
        added, changed = self.added.get(kind.model, []), self.changed.get(kind.model, [])
        left = sum(line["heading"] == kind.plural for line in self.missing)
        told = {"added": len(added), "changed": len(changed), "unchanged": self.unchanged[kind.model], "missing": left}
        return {"label": kind.plural, **told}


def cut_notes(outcome: Outcome) -> list[str]:
    """Say where a list of lines is not shown whole."""
    whole = {"lỗi": outcome.faults, "chỗ sửa": outcome.changes, "dòng không có trong tệp": outcome.missing}
    return [
        f"Chỉ hiện {number(MOST_LINES)} trong {number(len(x))} {w}." for w, x in whole.items() if len(x) > MOST_LINES
    ]


def check_file(content: bytes, name: str, *, province: Place, today: date, tell: Tell) -> Outcome:
    """Read a file and check every row. Raises TableError for what makes the whole file useless."""
    tell(5, "Đang đọc tệp.")
    known = {word for kind in TABLE for column in columns_of(kind) for word in column.known}
    read = read_tables(content, name, known=known, passing=GUIDES, max_rows=MOST_ROWS)
    sheets = [sheet_of(table) for table in read.tables if table.rows or len(read.tables) == 1]
    outcome = Outcome(sheets=sheets, notes=list(read.notes), rows=sum(len(sheet.table.rows) for sheet in sheets))
    directory = Directory(province, today)
    for done, kind in enumerate(TABLE):
        for sheet in sheets:
            if sheet.kind is kind:
                tell(10 + 80 * done // len(TABLE), f"Đang kiểm tra: {kind.plural}.")
                check_sheet(sheet, outcome, directory)
    for kind in TABLE:
        if any(sheet.kind is kind for sheet in sheets):
            outcome.missing += left_out(kind, outcome, directory)
    return outcome


# Which kind a sheet holds


def sheet_of(table: Table) -> Sheet:
    """Tell what a table holds, by its sheet's name, else by its headings. Raises TableError."""
    title = search_key(table.sheet)
    titled = next((kind for kind in TABLE if title.startswith(search_key(kind.plural)[:31])), None)
    kind = titled or by_headings(table)
    by_word = {word: c for c in reversed(columns_of(kind)) for word in reversed(c.known)}
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, heading in enumerate(table.headings):
        column = by_word.get(search_key(heading))
        if column is None:
            ignored += [heading] if heading else []
        elif column.name in places:
            raise TableError(f"Có hai cột “{heading}”.", "Xóa một cột.", sheet=table.sheet, row=table.header_row)
        else:
            places[column.name] = place
    if "code" not in places:
        seen = ", ".join(h for h in table.headings if h)[:300]
        wrong, right = "Thiếu cột “Mã”.", f"Các cột đã thấy: {seen}. Dùng tiêu đề như tệp mẫu."
        raise TableError(wrong, right, sheet=table.sheet, row=table.header_row)
    return Sheet(kind, table, places, ignored)


def by_headings(table: Table) -> Kind:
    """Give the one kind whose columns the headings name best. Raises TableError where none or several do."""
    words = {search_key(heading) for heading in table.headings if heading}
    scores = {kind.slug: fit(kind, words) for kind in TABLE}
    best = max(scores.values())
    fitting = [kind for kind in TABLE if scores[kind.slug] == best]
    if len(fitting) > 1 or best[1] < 2:
        right = f"Đặt tên trang tính như tệp mẫu, một trong: {'; '.join(kind.plural for kind in TABLE)}."
        raise TableError("Không nhận ra trang này ghi loại nào.", right, sheet=table.sheet, row=table.header_row)
    return fitting[0]


def fit(kind: Kind, words: set[str]) -> tuple[int, int]:
    """Tell whether all needed columns are there, and how many columns are known."""
    columns = columns_of(kind)
    found = [c for c in columns if words & set(c.known)]
    return int(all(c in found for c in columns if c.needed)), len(found)


# The rows


def check_sheet(sheet: Sheet, outcome: Outcome, directory: Directory) -> None:
    """Check the rows of a sheet; those that are part of another come after the others."""
    for row in sorted(sheet.table.rows, key=lambda row: cell_of(sheet, row, "part_of") is not None):
        check_row(sheet, row, outcome, directory)


def cell_of(sheet: Sheet, row: TableRow, name: str) -> Cell:
    """Give the cell of a column, nothing where the sheet has no such column."""
    return row.cells[sheet.places[name]] if name in sheet.places else None


def check_row(sheet: Sheet, row: TableRow, outcome: Outcome, directory: Directory) -> None:
    """Put one row through the form of its kind, and note what it would do."""
    model = sheet.kind.model
    code = as_text(cell_of(sheet, row, "code"))
    seen = outcome.seen.setdefault(model, {})
    if code and code in seen:
        fault(outcome, sheet, row, "code", f"Trùng dòng {seen[code]}: mã {code}.", "Mỗi mã một dòng.")
        return
    seen[code] = row.number
    held = directory.held(model).get(code)
    form = form_for(sheet, row, held, directory)
    if not form.is_valid():
        for name, errors in form.errors.items():
            for error in errors:
                fault(outcome, sheet, row, name, str(error))
        return
    note_row(sheet, row, outcome, directory, held, form.instance)


def form_for(sheet: Sheet, row: TableRow, held: Entry | None, directory: Directory) -> Any:
    """Give the form filled from a row: a column that is not there says nothing; an empty cell says nothing is so."""
    kind = sheet.kind
    instance = copy_of(held) if held else kind.model(simulated=sheet.simulated)
    cells = {name: cell_of(sheet, row, name) for name in sheet.places}
    form = kind.form({}, instance=instance, province=directory.province, today=directory.today, find=directory.find)
    silent = {name for name in form.fields if cells.get(name) is None and form.has_default(name)}
    form.data = {name: cell for name, cell in cells.items() if name not in silent}  # type: ignore[assignment]
    for name in list(form.fields) if held else ():
        if name not in cells or name in silent:
            del form.fields[name]
    return form


def copy_of(held: Entry) -> Entry:
    """Copy a row, so that what the register holds can be compared with what it would be."""
    told = copy.copy(held)
    told._state = copy.copy(held._state)
    told._state.fields_cache = dict(held._state.fields_cache)
    return told


def note_row(
    sheet: Sheet, row: TableRow, outcome: Outcome, directory: Directory, held: Entry | None, told: Entry
) -> None:
    """Put a row that is right among the added, changed or unchanged."""
    model = sheet.kind.model
    told.simulated = sheet.simulated
    if held is None:
        outcome.added.setdefault(model, []).append(told)
    else:
        lines = [line for name in [*sheet.kind.fields, "simulated"] if (line := change(sheet, row, held, told, name))]
        outcome.changes += lines
        if lines:
            outcome.changed.setdefault(model, []).append(told)
        else:
            outcome.unchanged[model] += 1
    told.fill_keys()
    directory.add(told)


def change(sheet: Sheet, row: TableRow, held: Entry, told: Entry, name: str) -> dict[str, Any] | None:
    """Say what a field changes from and to; nothing where it stays."""
    model_field: Any = held._meta.get_field(name)
    if not differs(held, told, model_field):
        return None
    before, after = written(model_field, getattr(held, name)), written(model_field, getattr(told, name))
    heading = str(model_field.verbose_name)
    line = {"sheet": sheet.name, "row": row.number, "subject": f"{told.code} {told.name}".strip(), "heading": heading}
    return line | {"before": before or "trống", "after": after or "trống"}


def differs(held: Entry, told: Entry, model_field: Any) -> bool:
    """Tell whether a field holds something else; a row that is yet to be added is something else."""
    named = getattr(told, model_field.name) if model_field.is_relation else None
    if named is not None and named.pk is None:
        return True
    return bool(getattr(held, model_field.attname) != getattr(told, model_field.attname))


def fault(outcome: Outcome, sheet: Sheet, row: TableRow, name: str, wrong: str, right: str = "") -> None:
    """Note what is wrong in a cell and what would be right."""
    column = next((c for c in columns_of(sheet.kind) if c.name == name), None)
    line = {"sheet": sheet.name, "row": row.number, "heading": column.heading if column else "cả dòng"}
    told = as_text(cell_of(sheet, row, name))[:200]
    outcome.faults.append(line | {"value": told, "wrong": wrong, "right": right or right_words(sheet, column)})


def right_words(sheet: Sheet, column: SheetColumn | None) -> str:
    """Say what would be right in a column; where the sheet lacks it, that it has to be added."""
    if column is None:
        return ""
    return column.right if column.name in sheet.places else f"Thêm cột “{column.heading}”. {column.right}"


def left_out(kind: Kind, outcome: Outcome, directory: Directory) -> Lines:
    """Name what the register holds, in use, and the file leaves out."""
    seen = outcome.seen.get(kind.model, {})
    rows = [row for code, row in directory.held(kind.model).items() if code not in seen and row.until_on is None]
    return [{"heading": kind.plural, "subject": f"{row.code} · {row.name}"} for row in rows]


def parts_last(rows: list[Entry]) -> list[list[Entry]]:
    """Part rows to be added into those that stand by themselves and those that are part of another."""
    whole = [row for row in rows if not (isinstance(row, InformationSystem) and row.part_of)]
    kept = {id(row) for row in whole}
    return [whole, [row for row in rows if id(row) not in kept]]
