"""Check a register file as sets against the register: what it would add and change, and what is wrong in it.

Cells were cleaned row by row by the forms' fields; here references, keys and constraints are settled for all rows of a
model together, things before what stands on them. Nothing is written.
"""

from __future__ import annotations

import copy
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import Field, ForeignKey, Model

from hatang.accounts.models import Organisation
from hatang.network.models import (
    CableRoute,
    Cell,
    Chamber,
    Closure,
    House,
    Mast,
    Pole,
    PoleLine,
    Station,
    Tenancy,
    Thing,
    UndergroundWork,
)
from hatang.network.services.cleaning import Line
from hatang.network.services.constraints import broken
from hatang.network.services.layouts import MARK, SHAPE, Column, Layout, Part
from hatang.network.services.ofds_sheets import TOLD_BY_STATUS
from hatang.network.services.reading import Book, Sheet
from hatang.network.services.references import Key, References
from hatang.network.services.register import Register
from hatang.network.services.siting import Sites, locate_points
from hatang.network.services.wording import HIDDEN, remark, shown
from hatang.places.models import Place

ORDER: tuple[type[Model], ...] = (
    UndergroundWork,
    PoleLine,
    CableRoute,
    Mast,
    House,
    Chamber,
    Pole,
    Closure,
    Station,
    Cell,
    Tenancy,
)
"""The models of files, each after those to which its rows may point."""
Teller = Callable[[int, str], object]


@dataclass(slots=True)
class Draft:
    """One row of the register that a file names: the lines that tell of it, what is held, what it would be."""

    layout: Layout
    position: int
    key: Key
    lines: list[Line]
    facts: dict[str, tuple[Any, Line]] = field(default_factory=dict)
    held: Any = None
    instance: Any = None
    strange: bool = False

    @property
    def part(self) -> Part:
        """What kind of thing it is."""
        return self.layout.parts[self.position]

    def faulty(self) -> bool:
        """Tell whether a cell that tells of it is wrong."""
        return any(line.faults and line.wrong_in(self.position) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a held row that a file changes, in words."""

    sheet: str
    row: int
    subject: str
    heading: str
    before: str
    after: str


@dataclass
class Outcome:
    """What a file would do to the register; `missing` names by model what it leaves out, `names` what it adds."""

    lines: list[Line] = field(default_factory=list)
    added: dict[type[Model], list[Any]] = field(default_factory=dict)
    changed: dict[type[Model], list[Any]] = field(default_factory=dict)
    unchanged: Counter[type[Model]] = field(default_factory=Counter)
    missing: dict[type[Model], list[str]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    drafts: dict[type[Model], dict[Key, Draft]] = field(default_factory=dict)

    @property
    def wrong(self) -> list[Line]:
        """The rows with a fault."""
        return [line for line in self.lines if line.faults]

    @property
    def simulated(self) -> bool:
        """Whether a row of it is simulated."""
        return any(line.values.get(MARK, line.sheet.simulated) for line in self.lines)

    def fingerprint(self) -> str:
        """Give a digest of everything that saving would do, to see whether the register moved meanwhile."""
        told = hashlib.sha256()
        for name in self.names:
            told.update(f"+{name}\n".encode())
        for model in ORDER:
            for name in self.missing.get(model, []):
                told.update(f"?{model.__name__} {name}\n".encode())
        for change in self.changes:
            told.update(f"~{change.subject} {change.heading} {change.before} {change.after}\n".encode())
        return told.hexdigest()


def check_book(book: Book, lines: list[Line], register: Register, tell: Teller) -> Outcome:
    """Check the cleaned lines of a file; `tell` hears how far it is."""
    check = Check(register, Outcome(lines))
    by_sheet: dict[int, list[Line]] = {id(sheet): [] for sheet in book.sheets}
    for line in lines:
        by_sheet[id(line.sheet)].append(line)
    check.references.expect(book, lines)
    models = [model for model in ORDER if any(part.model is model for s in book.sheets for part in s.layout.parts)]
    for done, model in enumerate(models):
        tell(45 + 40 * done // len(models), f"Đang so với sổ: {model._meta.verbose_name}.")
        for sheet in book.sheets:
            for position, part in enumerate(sheet.layout.parts):
                if part.model is model:
                    check.gather(sheet, position, by_sheet[id(sheet)])
        check.settle(model)
    return check.outcome


class Check:
    """Takes the lines of a file model by model: gathers what tells of one row, then settles each row."""

    def __init__(self, register: Register, outcome: Outcome) -> None:
        self.register, self.outcome = register, outcome
        self.operator: Organisation | None = register.operator
        self.references = References(register, outcome.drafts)
        self.sites = Sites()

    # Gathering

    def gather(self, sheet: Sheet, position: int, lines: list[Line]) -> None:
        """Resolve what the lines name, and bring the lines of one row of the register together."""
        part = sheet.layout.parts[position]
        drafts = self.outcome.drafts.setdefault(part.model, {})
        self.references.open(sheet, position, lines)
        for line in lines:
            self.references.resolve(line, position)
        self.references.hold(sheet, position, lines)
        for line in lines:
            for key in list(self.references.keys(line, position)):
                self.take(drafts, Draft(sheet.layout, position, key, [line]), line)

    def take(self, drafts: dict[Key, Draft], draft: Draft, line: Line) -> None:
        """Add a line to what tells of a row; two that tell of one row must gather, or be one."""
        first = drafts.setdefault(draft.key, draft)
        line.made.append(first)
        if first is draft:
            draft.held = self.references.held(draft.part.model, draft.key)
        elif draft.part.gathers:
            first.lines.append(line)
        elif first.lines[0] is not line:
            self.refuse_twice(draft, first, line)
        if draft.part.gathers:
            gather_facts(first, line)

    def refuse_twice(self, draft: Draft, first: Draft, line: Line) -> None:
        """Say that a row of the register is told twice."""
        where = first.lines[0]
        sheet = "" if where.sheet is line.sheet else f" của trang “{where.sheet.name}”"
        key = key_column(draft)
        told = self.references.name(draft)
        already = any(fault[1].startswith("Trùng dòng") for fault in line.faults)
        if not already:
            line.fault(
                key.key, f"Trùng dòng {where.number}{sheet}: {told}.", f"Mỗi {draft.part.noun.lower()} một dòng."
            )

    # Settling

    def settle(self, model: type[Model]) -> None:
        """Settle every row of a model, then tell what the file leaves out."""
        drafts = self.outcome.drafts.get(model, {})
        if issubclass(model, Thing):
            self.sites = locate_points(drafts.values(), self.register)
        for draft in drafts.values():
            self.settle_one(draft)
        self.references.settled(model)
        self.outcome.missing[model] = self.left_out(model, drafts)

    def settle_one(self, draft: Draft) -> None:
        """Make or match one row; note it as added, changed or unchanged unless something of it is wrong."""
        if fault := self.references.authority_fault(draft):
            for line in draft.lines:
                line.fault(*fault)
            return
        facts = self.facts_of(draft)
        if draft.strange:
            self.refuse_strange(draft, facts)
            return
        self.ask_needed(draft, facts)
        said = Said(draft, facts, self.register)
        for names, wrong in faults_between(draft, said):
            draft.lines[0].fault(column_for(draft, names).key, wrong)
        if not draft.faulty() and all(ready(value) for value in facts.values()):
            self.note(draft, facts)

    def facts_of(self, draft: Draft) -> dict[str, Any]:
        """Give what the lines say of a row by field: a cell that is there and empty says that there is nothing."""
        facts: dict[str, Any] = {}
        line = draft.lines[0]
        for column, field_ in columns_of(draft.layout, draft.position, line.sheet.there):
            value = draft.facts.get(column.key, (None, line))[0] if draft.part.gathers else line.values.get(column.key)
            if column.key == draft.layout.splits:
                value = draft.key[-1]
            if draft.held is not None and column.key in line.sheet.only_new:
                doubt_state(draft, column, value)
                continue
            if value is None and draft.held is None and not line.wrong(column.key):
                value = line.sheet.fills.get(column.key)
            if value is None:
                if draft.part.gathers or line.sheet.sparse or line.wrong(column.key):
                    continue
                if field_.has_default() or not field_.blank:
                    continue
                value = "" if field_.empty_strings_allowed and not field_.null else None
            facts[column.name] = value
        self.add_known(draft, facts)
        return facts

    def add_known(self, draft: Draft, facts: dict[str, Any]) -> None:
        """Add what follows from elsewhere: whose it is, the thing on the same row, commune and zone by the point."""
        part = draft.part
        if part.party and part.party not in facts and draft.held is None:
            facts[part.party] = self.references.organisation(draft.key[0])
        if part.gathers and draft.held is None:
            facts["code"] = draft.key[1]
        if draft.position and len(draft.lines[0].made):
            mast = draft.lines[0].made[0]
            facts["mast"] = mast.instance if mast.instance is not None else mast
        if issubclass(part.model, Thing):
            self.sites.add(draft, facts)

    def ask_needed(self, draft: Draft, facts: dict[str, Any]) -> None:
        """Say which facts a row needs and does not have."""
        line = draft.lines[0]
        for name in needed_fields(draft.part):
            if name in facts or (draft.held is not None and (draft.part.gathers or line.sheet.sparse)):
                continue
            column = column_for(draft, (name,))
            there = column.key in line.sheet.places or (name in ("lon", "lat") and "position" in line.sheet.places)
            if misplaced(line, name) or line.wrong(column.key) or (draft.held is not None and not there):
                continue
            if there and not draft.part.gathers:
                line.fault(column.key, "Ô trống.")
            else:
                told = f"{draft.part.noun} {self.references.name(draft)} chưa có trong sổ nên cần"
                heading = draft.layout.named(draft.position, name) or column
                line.fault(column.key, f"{told} {heading.heading.lower()}.", heading.right)

    def refuse_strange(self, draft: Draft, facts: dict[str, Any]) -> None:
        """Refuse changes of a thing that the operator only uses; naming it is enough for what stands on it."""
        held = draft.held
        for key, (value, line) in draft.facts.items():
            column = draft.layout.by_key[key]
            if column.name in facts and differs(held, column.name, value):
                line.fault(key, "Chỉ chủ cột hoặc Sở được sửa thông tin của cột.", "Để trống ô này.")
        if not draft.faulty():
            draft.instance = held

    # Noting

    def note(self, draft: Draft, facts: dict[str, Any]) -> None:
        """Put a row among the added, changed or unchanged."""
        line = draft.lines[0]
        simulated = bool(line.values.get(MARK)) if MARK in line.values else line.sheet.simulated
        model = draft.part.model
        if draft.held is None:
            more = {"province": self.register.province} if issubclass(model, Thing) else {}
            draft.instance = model(**more, **facts, simulated=simulated)
            self.outcome.added.setdefault(model, []).append(draft.instance)
            self.outcome.names.append(f"{model._meta.model_name} {self.references.name(draft)}")
            return
        differing = {name: value for name, value in facts.items() if differs(draft.held, name, value)}
        tells = bool(draft.facts) if draft.part.gathers else True
        marked = tells and draft.held.simulated != simulated
        draft.instance = draft.held
        if not differing and not marked:
            self.outcome.unchanged[model] += 1
            return
        draft.instance = copy.copy(draft.held)
        draft.instance._state = copy.copy(draft.held._state)
        draft.instance._state.fields_cache = dict(draft.held._state.fields_cache)
        self.tell_changes(draft, differing, simulated if marked else None)
        for name, value in differing.items():
            setattr(draft.instance, name, value)
        draft.instance.simulated = simulated if tells else draft.held.simulated
        self.outcome.changed.setdefault(model, []).append(draft.instance)

    def tell_changes(self, draft: Draft, differing: dict[str, Any], marked: bool | None) -> None:
        """Say field by field what changes."""
        line = draft.lines[0]
        subject = f"{draft.part.noun} {self.references.name(draft)}"
        for name, value in differing.items():
            column = draft.layout.named(draft.position, name)
            field_: Any = draft.part.model._meta.get_field(name)
            heading = column.heading if column else str(field_.verbose_name)
            before = self.before(draft.held, field_)
            where = draft.facts[column.key][1].number if column and column.key in draft.facts else line.number
            self.outcome.changes.append(Change(line.sheet.name, where, subject, heading, before, shown(value, field_)))
        if marked is not None:
            words = remark(marked)
            self.outcome.changes.append(Change(line.sheet.name, line.number, subject, "Dữ liệu mô phỏng", *words))

    def before(self, held: Any, field_: Field[Any, Any]) -> str:
        """Give what a field holds, in words, without asking the database."""
        if not isinstance(field_, ForeignKey):
            return shown(getattr(held, field_.name), field_)
        value = getattr(held, field_.attname)
        if field_.related_model is Organisation:
            return self.register.organisation_names.get(value, "–")
        if field_.related_model is Place:
            known = self.register.communes.get(value) or self.register.zones.get(value)
            return str(known or "–")
        return "–" if value is None else str(getattr(held, f"was_{field_.name}", None) or HIDDEN)

    def left_out(self, model: type[Model], drafts: dict[Key, Draft]) -> list[str]:
        """Name what the register holds of the same parties and the file does not name; what gathers is not listed."""
        if not drafts or model is Tenancy or all(draft.part.gathers for draft in drafts.values()):
            return []
        parties = {self.operator.pk} if self.operator else self.references.parties(model, drafts)
        return [name for key, name in self.register.held_of(model, parties) if key not in drafts]


# About one draft


@lru_cache(maxsize=100)
def columns_of(layout: Layout, position: int, there: frozenset[str]) -> tuple[tuple[Column, Any], ...]:
    """Give the columns of a part that a sheet has, or whose value comes from others, each with its model's field."""
    columns = []
    for column in layout.columns:
        if column.part != position or column.helps:
            continue
        placed = column.name in ("lon", "lat") and "position" in there
        drawn = column.name == SHAPE and "lon_from" in there
        if column.key in there or placed or drawn:
            columns.append((column, layout.model_field(column)))
    return tuple(columns)


def doubt_state(draft: Draft, column: Column, value: Any) -> None:
    """Note where a file says roughly that a thing has reached a state and the register does not."""
    if value is not None and column.name in TOLD_BY_STATUS and getattr(draft.held, column.name) is None:
        wrong = (
            f"Tệp ghi trạng thái này, sổ chưa có {column.heading.lower()}: giữ như sổ, ghi ngày bằng Excel nếu đúng."
        )
        draft.lines[0].doubts.append((column.key, wrong))


def gather_facts(draft: Draft, line: Line) -> None:
    """Add what a line says of a thing that several lines tell of; two that differ cannot both be right."""
    for column in draft.layout.columns:
        value = line.values.get(column.key)
        if column.part != draft.position or column.helps or value is None or column.name in ("code",):
            continue
        said, first = draft.facts.setdefault(column.key, (value, line))
        if said != value:
            wrong = f"Khác dòng {first.number} của cùng cột ({shown(said)})."
            line.fault(column.key, wrong, "Mỗi cột chỉ có một giá trị.")


@lru_cache(maxsize=100)
def needed_fields(part: Part) -> tuple[str, ...]:
    """Give the fields without which no row can be: required, and nothing else stands in."""
    names = []
    for name, form_field in part.form.base_fields.items():
        model_field: Any = part.model._meta.get_field(name)
        if form_field.required and not model_field.has_default():
            names.append(name)
    return tuple(names)


def misplaced(line: Line, name: str) -> bool:
    """Tell whether a coordinate is missing because the point was found wrong already."""
    return name in ("lon", "lat") and any(line.wrong(key) for key in ("lon", "lat", "position"))


def key_column(draft: Draft) -> Column:
    """Give the column in which a fault of the whole row is shown."""
    code = draft.layout.named(draft.position, "code")
    return code or next(c for c in draft.layout.columns if c.always)


def column_for(draft: Draft, names: tuple[str, ...]) -> Column:
    """Give the column in which a fault between fields is shown: the last that the sheet has, else the code's."""
    sheet = draft.lines[0].sheet
    columns = [draft.layout.named(draft.position, name) for name in reversed(names)]
    placed = [c for c in columns if c and c.key in sheet.places]
    if not placed and names[0] in ("lon", "lat") and "position" in sheet.places:
        return draft.layout.by_key["position"]
    if not placed and names[0] == SHAPE and "lon_from" in sheet.places:
        return draft.layout.by_key["lon_from"]
    named = [c for c in columns if c]
    if placed or named:
        return (placed or named)[0]
    return key_column(draft)


class Said:
    """The facts of a row as they would be: what the file says, else what is held, else the field's default."""

    def __init__(self, draft: Draft, facts: dict[str, Any], register: Register) -> None:
        self.draft, self.facts, self.register = draft, facts, register

    def get(self, name: str, default: Any = None) -> Any:
        """Give one fact; a commune that is held comes as itself."""
        if name in self.facts:
            return self.facts[name]
        draft = self.draft
        if draft.held is None:
            return default_of(draft.part.model, name)
        if name == "commune":
            return self.register.communes.get(draft.held.commune_id, default)
        return getattr(draft.held, attname(draft.part.model, name), default)

    def __getitem__(self, name: str) -> Any:
        return self.get(name)


@lru_cache(maxsize=1_000)
def default_of(model: type[Model], name: str) -> Any:
    """Give what a field of a new row holds when nothing is said; nothing where the model has no such field."""
    field_: Any = next((f for f in model._meta.fields if f.name == name), None)
    return field_.get_default() if field_ is not None and field_.has_default() else None


@lru_cache(maxsize=1_000)
def attname(model: type[Model], name: str) -> str:
    """Give the attribute that holds a field's plain value."""
    return next((f.attname for f in model._meta.fields if f.name == name), name)


def faults_between(draft: Draft, said: Said) -> Iterator[tuple[tuple[str, ...], str]]:
    """Say what the form and the table's constraints say of facts together, unless one of them is wrong itself."""
    form: Any = draft.part.form
    wrong = {draft.layout.by_key[key].name for line in draft.lines for key, _, _ in line.faults}
    yield from (((name,), told) for name, told in form.faults_between(said) if name not in wrong)
    yield from broken(draft.part.model, said, wrong)


def ready(value: Any) -> bool:
    """Tell whether a value can be stored: a row that is named and wrong itself cannot."""
    return not isinstance(value, Draft)


def differs(held: Any, name: str, value: Any) -> bool:
    """Tell whether a field holds something else than this value or named row."""
    now = getattr(held, attname(held.__class__, name))
    if isinstance(value, Model):
        return bool(now != value.pk)
    if name == SHAPE and value is not None and now is not None:
        return vertices(now) != vertices(value)
    if name in ("lon", "lat") and value is not None and now is not None:
        return bool(abs(now - value) > 1e-7)
    return bool(now != value)


def vertices(path: Any) -> list[tuple[float, float]]:
    """Give the vertices of a line to about a centimetre."""
    return [(round(x, 7), round(y, 7)) for x, y in path.coords]


def error_of(line: Line, fault: tuple[str, str, str]) -> dict[str, Any]:
    """Say where a fault is: sheet, row, column, heading, what was written, what is wrong, what would be right."""
    key, wrong, right = fault
    return {
        "sheet": line.sheet.name,
        "row": line.number,
        "place": line.sheet.places.get(key),
        "heading": line.sheet.layout.by_key[key].heading,
        "value": shown(line.written(key)) if line.written(key) is not None else "",
        "wrong": wrong,
        "right": right,
    }
