"""Money of a plan's tasks: totals by source, year, task, target and commune, beside what the plan's tasks estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.cells import Cell, TableError, as_text, grouped_count, noted
from hatang.core.tables import read_table
from hatang.core.vietnamese import search_key
from hatang.places.models import Place
from hatang.plans.models import Funding, Plan, Task

CHANGE = "plans.change_plan"
AMOUNTS = ("estimate_vnd", "appraised_vnd", "decided_vnd", "spent_vnd")
HEADINGS = (
    "Số nhiệm vụ",
    "Nhiệm vụ",
    "Năm",
    "Nguồn",
    "Mã xã",
    "Dự toán, đồng",
    "Thẩm định, đồng",
    "Được duyệt, đồng",
    "Quyết định",
    "Đã chi, đồng",
    "Ghi chú",
)
MOST_ROWS = 5_000
LARGEST_VND = 10**15


@dataclass(frozen=True)
class Total:
    """A line of totals in đồng; what nobody wrote counts as nothing, and `rows` says of how many lines."""

    label: str
    rows: int
    estimate_vnd: int
    appraised_vnd: int
    decided_vnd: int
    spent_vnd: int

    @property
    def spent_percent(self) -> float | None:
        """The share spent of what was decided."""
        return 100 * self.spent_vnd / self.decided_vnd if self.decided_vnd else None


def funding_of(plan: Plan) -> list[Funding]:
    """List the money of a plan's tasks."""
    rows = Funding.objects.filter(task__plan=plan).select_related("task", "commune", "target__indicator")
    return list(rows.order_by("task__order", "year", "source", "pk"))


def total_of(label: str, rows: Sequence[Funding]) -> Total:
    """Add lines up."""
    sums = {name: sum(getattr(row, name) or 0 for row in rows) for name in AMOUNTS}
    return Total(label, len(rows), **sums)


def totals(rows: Iterable[Funding], key: Callable[[Funding], str]) -> list[Total]:
    """Add lines up by what the key says of them, in the order in which that first comes."""
    groups: dict[str, list[Funding]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [total_of(label, group) for label, group in groups.items()]


def all_totals(rows: Sequence[Funding]) -> list[tuple[str, list[Total]]]:
    """Give every way to add the lines up, under its heading."""
    by_year = sorted(rows, key=lambda row: row.year)
    return [
        ("Theo nguồn", totals(rows, lambda row: row.get_source_display())),
        ("Theo năm", totals(by_year, lambda row: str(row.year))),
        ("Theo nhiệm vụ", totals(rows, lambda row: row.task.title)),
        ("Theo mục tiêu", totals(rows, lambda row: str(row.target or "không gắn mục tiêu"))),
        ("Theo xã, phường", totals(rows, lambda row: str(row.commune or "cả tỉnh"))),
    ]


@dataclass(frozen=True)
class AgainstPlan:
    """What a task's own estimate says beside the sum of its lines."""

    task: Task
    planned_vnd: int
    lines_vnd: int

    @property
    def apart_vnd(self) -> int:
        """How much more the lines estimate than the task."""
        return self.lines_vnd - self.planned_vnd


def against_plan(plan: Plan, rows: Sequence[Funding]) -> list[AgainstPlan]:
    """List the tasks whose lines do not add up to their own estimate, the furthest apart first."""
    sums: dict[int, int] = {}
    for row in rows:
        sums[row.task_id] = sums.get(row.task_id, 0) + (row.estimate_vnd or 0)
    tasks = plan.tasks.filter(estimate_vnd__isnull=False)
    found = [AgainstPlan(task, task.estimate_vnd or 0, sums.get(task.pk, 0)) for task in tasks]
    apart = [one for one in found if one.apart_vnd and one.task.pk in sums]
    return sorted(apart, key=lambda one: -abs(one.apart_vnd))


@transaction.atomic
def keep_funding(*, actor: Person, row: Funding) -> None:
    """Keep a line. Raises ValidationError with every rule that it breaks."""
    _require(actor, row.task.plan)
    row.full_clean()
    sign(row, actor)
    row.save()


@transaction.atomic
def remove_funding(*, actor: Person, row: Funding) -> None:
    """Take a line away; its history stays."""
    _require(actor, row.task.plan)
    sign(row, actor)
    row.delete()


def _require(actor: Person, plan: Plan) -> None:
    if not actor.has_perm(CHANGE, plan.province):
        raise PermissionDenied


@transaction.atomic
def import_funding(*, actor: Person, plan: Plan, content: bytes, name: str) -> tuple[int, int, int]:
    """Take a file up whole, or nothing with every fault told; give how many lines were added, changed, left alike."""
    _require(actor, plan)
    tasks = list(plan.tasks.order_by("order"))
    communes = {p.code: p for p in Place.objects.communes().filter(province=plan.province)}
    faults, rows = [], []
    for number, cells in _lines(content, name):
        try:
            rows.append((number, _read(cells, tasks, communes)))
        except ValidationError as error:
            faults += [f"Dòng {number}: {message}" for message in error.messages]
    standing = {_key(row): row for row in Funding.objects.filter(task__plan=plan)}
    counts = [0, 0, 0]
    for number, row in rows:
        before = standing.get(_key(row))
        try:
            counts[_kept(actor, row, before)] += 1
        except ValidationError as error:
            faults += [f"Dòng {number}: {message}" for message in error.messages]
        standing[_key(row)] = before or row
    if faults:
        raise ValidationError(faults)
    return counts[0], counts[1], counts[2]


def _kept(actor: Person, row: Funding, before: Funding | None) -> int:
    """Keep a line of a file; 0: added, 1: changed, 2: left alike."""
    names = (*AMOUNTS, "decision", "note")
    if before is None:
        keep_funding(actor=actor, row=row)
        return 0
    if all(getattr(before, name) == getattr(row, name) for name in names):
        return 2
    for name in names:
        setattr(before, name, getattr(row, name))
    keep_funding(actor=actor, row=before)
    return 1


def _key(row: Funding) -> tuple[int, int, str, int | None, int | None]:
    return (row.task_id, row.year, row.source, row.commune_id, row.target_id)


def _lines(content: bytes, name: str) -> Iterable[tuple[int, Mapping[str, Cell]]]:
    try:
        table = read_table(content, name, known=HEADINGS, max_rows=MOST_ROWS)
    except TableError as error:
        raise ValidationError(str(error)) from error
    columns = {search_key(heading): k for k, heading in enumerate(table.headings)}
    lacking = [h for h in ("Số nhiệm vụ", "Năm", "Nguồn") if search_key(h) not in columns]
    if lacking:
        raise ValidationError(f"Thiếu cột {', '.join(f'“{h}”' for h in lacking)}. Dùng tệp mẫu.")
    for row in table.rows:
        yield row.number, {h: row.cells[columns[search_key(h)]] for h in HEADINGS if search_key(h) in columns}


def _read(cells: Mapping[str, Cell], tasks: Sequence[Task], communes: Mapping[str, Place]) -> Funding:
    """Read a line. Raises ValidationError with what is wrong in each of its cells."""
    told: list[str] = []
    headings = ("Dự toán, đồng", "Thẩm định, đồng", "Được duyệt, đồng", "Đã chi, đồng")
    task = noted(told, lambda: _task(cells["Số nhiệm vụ"], tasks))
    year = noted(told, lambda: _whole(cells["Năm"], "Năm"))
    source = noted(told, lambda: _source(cells["Nguồn"]))
    commune = noted(told, lambda: _commune(cells.get("Mã xã"), communes))
    amounts = {name: noted(told, partial(_whole, cells.get(h), h)) for name, h in zip(AMOUNTS, headings, strict=True)}
    if told or task is None or source is None:
        raise ValidationError(told)
    decision, note = (str(cells.get(h) or "").strip() for h in ("Quyết định", "Ghi chú"))
    more = {"decision": decision[:200], "note": note[:300], **amounts}
    return Funding(task=task, year=year or 0, source=source, commune=commune, **more)


def _task(cell: Cell, tasks: Sequence[Task]) -> Task:
    number = _whole(cell, "Số nhiệm vụ")
    if number is None or not 1 <= number <= len(tasks):
        raise ValueError(f"cột “Số nhiệm vụ”: phải từ 1 đến {len(tasks)}, theo tệp mẫu.")
    return tasks[number - 1]


def _source(cell: Cell) -> str:
    sources = {search_key(source.label): source.value for source in Funding.Source}
    found = sources.get(search_key(str(cell or "")))
    if found is None:
        raise ValueError(f"cột “Nguồn”: phải là một trong: {'; '.join(s.label for s in Funding.Source)}.")
    return found


def _commune(cell: Cell, communes: Mapping[str, Place]) -> Place | None:
    code = as_text(cell)
    if code and code.zfill(5) not in communes:
        raise ValueError(f"cột “Mã xã”: “{code}” không phải mã xã, phường của tỉnh.")
    return communes[code.zfill(5)] if code else None


def _whole(cell: Cell, heading: str) -> int | None:
    try:
        return grouped_count(cell, LARGEST_VND)
    except ValueError as error:
        raise ValueError(f"cột “{heading}”: {error} không phải số nguyên không âm; ghi như 1.500.000.") from error
