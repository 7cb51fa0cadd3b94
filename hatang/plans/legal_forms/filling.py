"""Fill forms from the register: numbered lines, what is missing, and what stands above and below each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hatang.core.vietnamese import day, number, search_key
from hatang.plans.legal_forms.cells import Cell
from hatang.plans.legal_forms.extent import Day, Years
from hatang.plans.legal_forms.register import Entry, Register
from hatang.plans.legal_forms.rows import Group, grouped
from hatang.plans.legal_forms.table import BY_NUMBER, FORMS, Form
from hatang.plans.report.keeping import DEPARTMENT, committee_of

MARK = " ▒"
MARK_NOTE = f"{MARK.strip()} sau số thứ tự: dòng mô phỏng, hoặc có tính đến công trình mô phỏng."
MISSING_TITLE = "Số liệu còn thiếu"
MISSING_HEADINGS = ("Mẫu", "Cột", "Công trình", "Chủ sở hữu", "Đơn vị hành chính", "Cần nhập")
WHOLE = "(cả mẫu)"


@dataclass(frozen=True)
class Head:
    """What may be typed for the file: the decision that the forms are annexed to, and who issues it."""

    decision_no: str = ""
    decision_date: date | None = None
    issuer: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a form; `section` marks the rows that only name a group."""

    cells: tuple[Cell, ...]
    section: bool = False


@dataclass(frozen=True)
class Missing:
    """What somebody has to enter: for one thing of the register or, without one, for a column or all of a form."""

    form: int
    column: str
    what: str
    entry: Entry | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of the list, under MISSING_HEADINGS."""
        entry = self.entry
        named = (entry.thing.code, entry.owner, entry.area) if entry else (WHOLE, "", "")
        return (f"Mẫu số {self.form}", self.column, *named, self.what)


@dataclass(frozen=True)
class Gap:
    """What is missing in one column in the same way, and the things for which it is: none where it is for the form."""

    form: int
    column: str
    what: str
    entries: tuple[Entry, ...]

    @property
    def owner(self) -> str:
        """Whose the things are, where they are put together by owner."""
        return self.entries[0].owner if self.entries else ""


def gaps_of(missing: Iterable[Missing], *, by_owner: bool = False) -> list[Gap]:
    """Put together what is missing in the same column in the same way; each owner's apart, if asked for."""

    def alike(one: Missing) -> tuple[int, str, str, str]:
        return one.form, one.column, one.what, one.entry.owner if one.entry and by_owner else ""

    groups = grouped(missing, alike).items()
    return [
        Gap(form, column, what, tuple(one.entry for one in same if one.entry))
        for (form, column, what, _), same in groups
    ]


@dataclass(frozen=True)
class Filled:
    """One form, filled."""

    form: Form
    head: Head
    register: Register
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]

    @property
    def simulated(self) -> bool:
        """Whether any thing that the form is about is made up."""
        return any(entry.simulated for entry in self.form.things(self.register))

    @property
    def rows(self) -> int:
        """How many rows hold things."""
        return sum(not line.section for line in self.lines)

    @property
    def title(self) -> str:
        """What the form is, as its first line says."""
        extent = self.register.extent
        kind = "Hiện trạng" if isinstance(extent, Day) else "Phương án phát triển"
        if isinstance(extent, Years) and not self.form.of_plan:
            kind = "Kế hoạch phát triển"
        return f"{kind} {self.subject}"

    @property
    def subject(self) -> str:
        """The works; of one owner where only its things were asked for."""
        owner, subject = self.register.owner, self.form.subject
        return f"{subject.removesuffix(' của các doanh nghiệp')} của {owner}" if owner else subject

    @property
    def subtitle(self) -> str:
        """Where and for when."""
        return f"{self.register.province.name_inside}, {self.register.extent.words}"

    @property
    def decision(self) -> str:
        """The decision that the form is annexed to, with room for the pen where it is not known yet."""
        head = self.head
        when = f"ngày {day(head.decision_date)}" if head.decision_date else "ngày … tháng … năm …"
        return f"(Kèm theo Quyết định số {head.decision_no or '……'} {when} của {self.issuer})"

    @property
    def issuer(self) -> str:
        """Who issues: the committee a plan for a period, the department what belongs to a year."""
        return self.head.issuer or (self.committee if self.form.of_plan else DEPARTMENT)

    @property
    def committee(self) -> str:
        """The province's committee."""
        return committee_of(self.register.province)

    @property
    def parent_body(self) -> str:
        """Who stands above the issuer in the heading: UBND tỉnh – Sở in the forms of a year."""
        return "" if self.form.of_plan else self.committee

    @property
    def below(self) -> tuple[str, ...]:
        """The sums and notes under the table."""
        marked = (MARK_NOTE,) if self.simulated else ()
        return (*self.form.sums(self.register), *(f"Ghi chú: {note}" for note in self.form.notes), *marked)


def fill(numbers: Sequence[int], register: Register, head: Head) -> list[Filled]:
    """Fill the forms of these numbers."""
    return [
        Filled(form, head, register, tuple(lines_of(form, register)), tuple(missing_of(form, register)))
        for form in (BY_NUMBER[number] for number in numbers)
    ]


def lines_of(form: Form, register: Register) -> Iterator[Line]:
    """Number the rows: 1, 2 …, or 1, 1.1 … under groups that have a name."""
    for first, group in enumerate(form.groups(register), 1):
        if group.name:
            yield section_line(form, f"{first}{MARK if marked(group) else ''}", group)
        before = f"{first}." if group.name else ""
        for second, row in enumerate(group.rows, 1):
            read = (column.read(row) for column in form.columns[1:])
            yield Line((f"{before}{second}{MARK if row.simulated else ''}", *read))


def section_line(form: Form, stt: str, group: Group) -> Line:
    """Give the row that names a group."""
    open_cells: tuple[Any, ...] = (None,) * (len(form.columns) - 2 - len(group.more))
    return Line((stt, group.name, *group.more, *open_cells), section=True)


def marked(group: Group) -> bool:
    """Tell whether a group's own figures read a made-up row."""
    return bool(group.more) and any(row.simulated for row in group.rows)


def missing_of(form: Form, register: Register) -> Iterator[Missing]:
    """List what the register lacks: first for the whole form, then column by column and thing by thing."""
    things = form.things(register)
    for whole in form.whole:
        if things or not whole.only_with_things:
            yield Missing(form.number, whole.column or WHOLE, whole.what)
    for ask in form.asks:
        for entry in things:
            if what := ask.says(entry):
                yield Missing(form.number, ask.column, what, entry)


def numbers_for(extent: Years | Day, *, plan: bool) -> tuple[int, ...]:
    """Give the numbers of the forms that fit: a plan's, a year's, or all of them for the present state."""
    return tuple(form.number for form in FORMS if isinstance(extent, Day) or form.of_plan is plan)


def file_name(filled: Sequence[Filled], kind: str) -> str:
    """Name a file after its forms, the province and the period."""
    first = filled[0]
    province = search_key(first.register.province.name).replace(" ", "-")
    which = f"mau-{first.form.number}" if len(filled) == 1 else "bieu-mau-163"
    return f"{which}-{province}-{first.register.extent.slug}.{kind}"


def finding(filled: Sequence[Filled]) -> str:
    """Say in a sentence what the forms hold and lack."""
    register = filled[0].register
    count, missing = len(register.entries), sum(len(one.missing) for one in filled)
    whose = f" của {register.owner}" if register.owner else ""
    if not count:
        return f"Sổ chưa có công trình nào{whose} {register.extent.words}; biểu mẫu tải về chỉ có tiêu đề."
    lacking = f"còn thiếu {number(missing)} số liệu" if missing else "không thiếu số liệu nào"
    return f"{number(count)} công trình{whose} {register.extent.words}; các biểu mẫu {lacking}."
