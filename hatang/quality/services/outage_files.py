"""A table of outages: each row one commune of one outage, read whole, shown, then saved whole or given up."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hatang.accounts.models import Organisation, Person
from hatang.core.cells import Cell, TableError, as_text, grouped_count, parse_moment
from hatang.core.tables import Row, read_table
from hatang.core.vietnamese import search_key
from hatang.places.models import Place
from hatang.quality.models import Outage, OutageFile, Service
from hatang.quality.models.outages import CHANGE
from hatang.quality.services.outages import Kept, Told, compare, keep_outages, objections, operators_for
from hatang.work.models import Upload
from hatang.work.services import KINDS, discard, store_file, take

MOST_ROWS = 20_000
MOST_PEOPLE = 99_999_999
FILE_KINDS = {name: kind for name, kind in KINDS.items() if name in (".xlsx", ".csv", ".txt")}
COLUMNS: dict[str, tuple[str, str, str]] = {
    "reference": ("Mã sự cố", "Mã của doanh nghiệp; các dòng cùng mã là một sự cố ở nhiều xã.", "SC-0042"),
    "operator": ("Doanh nghiệp", "Tên, tên ngắn hoặc khóa; doanh nghiệp tự báo thì để trống.", ""),
    "service": ("Dịch vụ", "di động hoặc băng rộng cố định.", "di động"),
    "cause": ("Nguyên nhân", "; ".join(map(str, Outage.Cause.labels)) + ". Để trống: chưa rõ.", "mất điện"),
    "began_at": ("Bắt đầu", "Ngày/tháng/năm giờ:phút.", "15/03/2026 09:30"),
    "ended_at": ("Khôi phục", "Như trên; để trống khi chưa khôi phục.", "15/03/2026 14:10"),
    "commune": ("Mã xã", "Mã của xã, phường hiện nay.", "06181"),
    "people": ("Số người bị ảnh hưởng", "Trong xã ấy; chưa biết thì để trống: tính cả xã.", "1.200"),
    "remarks": ("Ghi chú", "", ""),
}
NEEDED = ("reference", "service", "began_at", "commune")
SAME_IN_ALL_ROWS = ("operator", "service", "cause", "began_at", "ended_at")
State = Upload.State


@dataclass
class OutagesRead:
    """What a file would bring, and what is wrong in which row."""

    kept: Kept = field(default_factory=Kept)
    told: list[Told] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class RowReader:
    """Reads the cells of a row; knows for whom the actor tells outages, and the communes."""

    def __init__(self, actor: Person, province: Place) -> None:
        operators = operators_for(actor, province)
        self.own = operators[0] if len(operators) == 1 else None
        words = ((word, row) for row in operators for word in (row.name, row.short_name, row.key or "") if word)
        self.operators = {search_key(word): row for word, row in words}
        communes = Place.objects.communes().in_force(timezone.localdate()).filter(province=province)
        self.communes = {row.code: row for row in communes}
        self.services = {search_key(str(label)): value for value, label in Service.choices}
        self.causes = {search_key(str(label)): value for value, label in Outage.Cause.choices}

    def read(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        """Read a row. Raises ValueError with the column and what would be right."""
        return {
            "reference": self.needed(cells, "reference")[:60],
            "operator": self.operator(as_text(cells.get("operator"))),
            "service": self.chosen(self.services, self.needed(cells, "service"), "service"),
            "cause": self.chosen(self.causes, as_text(cells.get("cause")) or Outage.Cause.UNKNOWN.label, "cause"),
            "began_at": self.moment(cells, "began_at"),
            "ended_at": self.moment(cells, "ended_at"),
            "commune": self.commune(self.needed(cells, "commune")),
            "people": self.people(cells.get("people")),
            "remarks": as_text(cells.get("remarks"))[:300],
        }

    def needed(self, cells: Mapping[str, Cell], name: str) -> str:
        text = as_text(cells.get(name))
        if not text:
            raise ValueError(f"cột “{COLUMNS[name][0]}” còn trống. {COLUMNS[name][1]}".strip())
        return text

    def operator(self, word: str) -> Organisation:
        found = self.operators.get(search_key(word)) if word else self.own
        if found is None:
            told = "; ".join(sorted({row.short_name or row.name for row in self.operators.values()}))
            raise ValueError(f"cột “Doanh nghiệp”: “{word[:40]}” không phải một trong: {told[:200]}.")
        return found

    def chosen(self, known: Mapping[str, Any], word: str, name: str) -> str:
        value = known.get(search_key(word))
        if value is None:
            heading, right, _ = COLUMNS[name]
            raise ValueError(f"cột “{heading}”: “{word[:40]}” không có trong danh sách. Ghi {right}")
        return str(value)

    def moment(self, cells: Mapping[str, Cell], name: str) -> datetime | None:
        if name in NEEDED:
            self.needed(cells, name)
        try:
            instant = parse_moment(cells.get(name))
        except TableError as error:
            raise ValueError(f"cột “{COLUMNS[name][0]}”: {error}") from error
        return timezone.make_aware(instant) if instant and timezone.is_naive(instant) else instant

    def commune(self, code: str) -> Place:
        found = self.communes.get(code.zfill(5))
        if found is None:
            raise ValueError(f"cột “Mã xã”: “{code[:40]}” không phải mã xã, phường hiện nay của tỉnh.")
        return found

    def people(self, cell: Cell) -> int | None:
        try:
            return grouped_count(cell, MOST_PEOPLE)
        except ValueError as error:
            raise ValueError(f"cột “Số người bị ảnh hưởng”: {error} không phải số người; ghi như 1.234.") from error


def read_outages(content: bytes, name: str, *, actor: Person, province: Place) -> OutagesRead:
    """Read a file of outages and compare it with what is kept; a file useless as a whole has one fault."""
    read = OutagesRead()
    try:
        table = read_table(content, name, known=[heading for heading, _, _ in COLUMNS.values()], max_rows=MOST_ROWS)
    except TableError as error:
        read.faults.append(str(error))
        return read
    at = {search_key(heading): k for k, heading in enumerate(table.headings)}
    columns = {name: at[search_key(said[0])] for name, said in COLUMNS.items() if search_key(said[0]) in at}
    lacking = [f"“{COLUMNS[name][0]}”" for name in NEEDED if name not in columns]
    if lacking:
        read.faults.append(f"Tệp thiếu cột {', '.join(lacking)}. Dùng tệp mẫu.")
        return read
    gather(read, table.rows, columns, RowReader(actor, province))
    now = timezone.now()
    read.faults += [fault for one in read.told for fault in objections(one, province, now)]
    read.kept = Kept() if read.faults else compare(province, read.told)
    return read


def gather(read: OutagesRead, rows: tuple[Row, ...], columns: Mapping[str, int], reader: RowReader) -> None:
    """Put rows of one mark together to one outage."""
    outages: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        cells = {name: row.cells[k] if k < len(row.cells) else None for name, k in columns.items()}
        try:
            said = reader.read(cells)
            commune, people = said.pop("commune"), said.pop("people")
            one = outages.setdefault(
                (said["operator"].pk, said["reference"]), {"row": row.number, "touched": {}} | said
            )
            if differing := next((name for name in SAME_IN_ALL_ROWS if one[name] != said[name]), None):
                heading = COLUMNS[differing][0]
                raise ValueError(f"cột “{heading}” khác với dòng {one['row']} của cùng sự cố {said['reference']}.")
            if commune in one["touched"]:
                raise ValueError(f"{commune} đã có ở một dòng trước của sự cố {said['reference']}.")
            one["touched"][commune] = people
        except ValueError as error:
            read.faults.append(f"Dòng {row.number}: {error}")
    for one in outages.values():
        where = f"Dòng {one.pop('row')}"
        read.told.append(Told(**one, where=where))


def check_file(*, actor: Person, province: Place, name: str, content: bytes) -> OutageFile:
    """Store a file and read it."""
    operators = operators_for(actor, province)
    if not operators:
        raise PermissionDenied
    own = None if actor.has_perm(CHANGE, province) else operators[0]
    with transaction.atomic():
        file = store_file(
            actor=actor, name=name, content=content, province=province, organisation=own, kinds=FILE_KINDS
        )
        read = read_outages(content, name, actor=actor, province=province)
        useful = not read.faults and (read.kept.added or read.kept.changed)
        return OutageFile.objects.create(file=file, province=province, state=State.READY if useful else State.WRONG)


def reread(actor: Person, upload: OutageFile) -> OutagesRead:
    """Read a stored file again, against what is kept now."""
    content = Path(upload.file.file.path).read_bytes()
    return read_outages(content, upload.file.name, actor=actor, province=upload.province)


@transaction.atomic
def save_file(*, actor: Person, upload: OutageFile) -> Kept:
    """Save the outages of a checked file, all or none."""
    take(upload, (State.READY,), State.SAVED)
    read = reread(actor, upload)
    if read.faults:
        raise ValidationError("Dữ liệu đã đổi từ khi kiểm tra. Tải tệp lên lại.")
    kept = keep_outages(actor=actor, province=upload.province, told=read.told, reason=f"tệp {upload.file.name}")
    upload.saved_at = timezone.now()
    upload.save(update_fields=["saved_at"])
    return kept


def give_up_file(upload: OutageFile) -> None:
    """Give up a file that was not saved; the caller has asked who may."""
    discard(upload)


def template_workbook() -> bytes:
    """Make the template: headings to fill, and a guide on a sheet of its own."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Sự cố"
    sheet.append([heading for heading, _, _ in COLUMNS.values()])
    guide = book.create_sheet("Hướng dẫn")
    guide.append(["Tên cột", "Bắt buộc", "Cách ghi", "Ví dụ"])
    for name, (heading, how, example) in COLUMNS.items():
        guide.append([heading, "có" if name in NEEDED else "không", how, example])
    for page, width in ((sheet, 20), (guide, 40)):
        page.freeze_panes = "A2"
        for k in range(1, page.max_column + 1):
            page.cell(1, k).font = Font(bold=True)
            page.column_dimensions[get_column_letter(k)].width = width
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
