"""Samples of links from files, kept by day, and each seven days judged by the circular's measure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.cells import Cell, TableError, as_text, parse_moment, parse_number
from hatang.core.link_load import DAYS, STEP, STEPS_A_DAY, Samples, rates_mbps, week_load
from hatang.core.tables import read_table
from hatang.core.vietnamese import number, search_key
from hatang.places.models import Place
from hatang.systems.models import CHANGE, DataLink, FindingRule, FindingTerms, LinkDay, LinkWeek, LoadFile
from hatang.systems.models.loads import ENOUGH_SAMPLES
from hatang.systems.services.finding_rules import LINKS_LAW, finding_rule
from hatang.work.models import Upload
from hatang.work.services import KINDS, discard, store_file, take

State = Upload.State
FILE_KINDS = {name: kind for name, kind in KINDS.items() if name in (".xlsx", ".csv", ".txt", ".json")} | {
    ".json": "application/json"
}
MOST_ROWS = 400_000
MOST_FAULTS = 100
JUMP = 1.05
"""A sample may pass the capacity by this much: counters and clocks are not exact."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "link": ("ma duong truyen", "duong truyen", "link", "circuit", "interface"),
    "at": ("thoi diem", "at", "time", "timestamp"),
    "in_mbps": ("vao, mb/s", "vao mb/s", "vao", "in mbps", "in_mbps", "inbound mbps"),
    "out_mbps": ("ra, mb/s", "ra mb/s", "ra", "out mbps", "out_mbps", "outbound mbps"),
    "in_octets": ("ifhcinoctets", "in octets", "in_octets"),
    "out_octets": ("ifhcoutoctets", "out octets", "out_octets"),
    "in_octets_32": ("ifinoctets",),
    "out_octets_32": ("ifoutoctets",),
}
PAIRS = (("in_mbps", "out_mbps", 0), ("in_octets", "out_octets", 64), ("in_octets_32", "out_octets_32", 32))
FIELD_OF = {search_key(word): name for name, words in KEYS.items() for word in words}
Days = dict[tuple[int, date], tuple[Samples, Samples]]


@dataclass
class LoadRead:
    """What a file holds: samples by link and day, and what is wrong in which row."""

    days: Days = field(default_factory=dict)
    samples: int = 0
    links: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    restarts: int = 0
    """How often a counter began anew, so that no rate could be told."""

    def summary(self) -> dict[str, Any]:
        """Give what the page shows."""
        days = sorted({on for _, on in self.days})
        return {
            "samples": self.samples,
            "links": len(self.links),
            "first": days[0].isoformat() if days else "",
            "last": days[-1].isoformat() if days else "",
            "restarts": self.restarts,
            "faults": self.faults[:MOST_FAULTS],
            "wrong": len(self.faults),
        }


@dataclass(frozen=True)
class Line:
    """A row as it stands in the file."""

    number: int
    cells: Mapping[str, Cell]


def read_load(content: bytes, name: str, *, province: Place, now: datetime) -> LoadRead:
    """Read a file of samples: a table, or JSON. What is useless as a whole is one fault."""
    read = LoadRead()
    try:
        lines = list(json_lines(content) if name.lower().endswith(".json") else table_lines(content, name))
        bits, pair = pair_of(lines)
    except TableError as error:
        read.faults.append(str(error))
        return read
    links = {row.code: row for row in DataLink.objects.there(timezone.localdate()).filter(province=province)}
    by_link: dict[str, list[tuple[int, datetime, float, float]]] = {}
    for line in lines:
        try:
            code, at, inward, outward = cleaned(line.cells, pair, links, now)
            by_link.setdefault(code, []).append((line.number, at, inward, outward))
        except TableError as error:
            read.faults.append(f"Dòng {line.number}: {error}")
    for code, rows in by_link.items():
        try:
            keep_samples(read, links[code], rated(rows, bits, read) if bits else rows)
        except ValueError as error:
            read.faults.append(f"Đường truyền {code}: {error}")
    return read


def table_lines(content: bytes, name: str) -> Iterable[Line]:
    """Read the rows of XLSX or CSV."""
    table = read_table(content, name, known=list(FIELD_OF), max_rows=MOST_ROWS)
    columns = {FIELD_OF[key]: k for k, text in enumerate(table.headings) if (key := search_key(text)) in FIELD_OF}
    for row in table.rows:
        yield Line(row.number, {name: row.cells[k] for name, k in columns.items() if k < len(row.cells)})


def json_lines(content: bytes) -> Iterable[Line]:
    """Read a list of objects. Raises TableError for anything else."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TableError("Tệp không phải JSON đúng.", "Gửi một danh sách các đối tượng.") from error
    rows = said.get("samples") if isinstance(said, dict) else said
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError("Tệp JSON phải là danh sách các đối tượng.", "Mỗi đối tượng một mẫu: link, at, in_mbps …")
    if len(rows) > MOST_ROWS:
        raise TableError(f"Tệp có {number(len(rows))} mẫu.", f"Nhiều nhất {number(MOST_ROWS)}; chia tệp.")
    for k, row in enumerate(rows, 1):
        cells = {FIELD_OF[key]: value for word, value in row.items() if (key := search_key(str(word))) in FIELD_OF}
        yield Line(k, {name: v if isinstance(v, str | int | float) else None for name, v in cells.items()})


def pair_of(lines: Sequence[Line]) -> tuple[int, tuple[str, str]]:
    """Tell which two columns hold the directions: rates, or counters of so many bits."""
    there = {name for line in lines[:100] for name in line.cells}
    lacking = [name for name in ("link", "at") if name not in there]
    for inward, outward, bits in PAIRS:
        if {inward, outward} <= there and not lacking:
            return bits, (inward, outward)
    right = "Cần “Mã đường truyền”, “Thời điểm” và “Vào, Mb/s”, “Ra, Mb/s”, hoặc ifHCInOctets, ifHCOutOctets."
    raise TableError("Tệp thiếu cột, hoặc không có mẫu nào.", right)


def cleaned(
    cells: Mapping[str, Cell], pair: tuple[str, str], links: Mapping[str, DataLink], now: datetime
) -> tuple[str, datetime, float, float]:
    """Read one row's cells. Raises TableError."""
    code = as_text(cells.get("link"))
    if code not in links:
        raise TableError(f"“{code[:40]}” không phải mã đường truyền trong sổ.", "Ghi mã như trong sổ đường truyền.")
    at = instant_of(cells.get("at"))
    if at > now + STEP:
        raise TableError(f"Thời điểm {at:%d/%m/%Y %H:%M} chưa tới.", "Kiểm tra đồng hồ của máy xuất tệp.")
    inward, outward = (parse_number(cells.get(name)) for name in pair)
    if inward is None or outward is None:
        raise TableError("Thiếu số của một chiều.", "Ghi cả hai chiều; không đo được thì bỏ dòng.")
    if inward < 0 or outward < 0:
        raise TableError("Số âm.", "Tải từ 0 trở lên.")
    most = links[code].capacity_mbps * JUMP
    if pair[0] == "in_mbps" and max(inward, outward) > most:
        told = f"{number(max(inward, outward), 2)} Mb/s lớn hơn dung lượng {number(links[code].capacity_mbps, 1)} Mb/s."
        raise TableError(told, "Kiểm tra đơn vị: Mb/s, không phải kb/s; hoặc sửa dung lượng trong sổ.")
    return code, at, inward, outward


def instant_of(cell: Cell) -> datetime:
    """Read an instant, in Viet Nam's time unless it says otherwise. Raises TableError."""
    try:
        at = datetime.fromisoformat(cell) if isinstance(cell, str) and "T" in cell else parse_moment(cell)
    except ValueError as error:
        raise TableError(f"“{as_text(cell)[:40]}” không phải thời điểm.", "Ví dụ 15/03/2026 09:30.") from error
    if at is None:
        raise TableError("Thiếu thời điểm.", "Ví dụ 15/03/2026 09:30.")
    return timezone.make_aware(at) if timezone.is_naive(at) else timezone.localtime(at)


def rated(
    rows: Sequence[tuple[int, datetime, float, float]], bits: int, read: LoadRead
) -> list[tuple[int, datetime, float, float]]:
    """Turn counters into rates; where one began anew nothing can be told."""
    rows = sorted(rows, key=lambda row: row[1])
    times = [row[1] for row in rows]
    inward = rates_mbps(times, [int(row[2]) for row in rows], bits=bits)
    outward = rates_mbps(times, [int(row[3]) for row in rows], bits=bits)
    known = [
        (row[0], row[1], a, b)
        for row, a, b in zip(rows[1:], inward, outward, strict=True)
        if a is not None and b is not None
    ]
    read.restarts += len(inward) - len(known)
    return known


def keep_samples(read: LoadRead, link: DataLink, rows: Iterable[tuple[int, datetime, float, float]]) -> None:
    """Put rates into the steps of their days; the same step told twice differently is a fault."""
    for row, at, inward, outward in rows:
        local = timezone.localtime(at)
        step = (local.hour * 60 + local.minute) // 5
        day = read.days.setdefault((link.pk, local.date()), (empty_day(), empty_day()))
        before = day[0][step]
        if not np.isnan(before) and (before != np.float32(inward) or day[1][step] != np.float32(outward)):
            read.faults.append(f"Dòng {row}: đã có số khác cho {link.code} lúc {local:%H:%M %d/%m/%Y} trong tệp.")
            continue
        day[0][step], day[1][step] = inward, outward
        read.samples += 1
        read.links.add(link.code)


def empty_day() -> Samples:
    """Give a day in which nothing was measured."""
    return np.full(STEPS_A_DAY, np.nan, dtype=np.float32)


def check_file(*, actor: Person, province: Place, name: str, content: bytes) -> LoadFile:
    """Store a file and read it."""
    if not actor.has_perm(CHANGE, province):
        raise PermissionDenied
    with transaction.atomic():
        file = store_file(
            actor=actor, name=name, content=content, province=province, organisation=None, kinds=FILE_KINDS
        )
        read = read_load(content, name, province=province, now=timezone.now())
        state = State.READY if read.samples and not read.faults else State.WRONG
        return LoadFile.objects.create(file=file, province=province, state=state, summary=read.summary())


@transaction.atomic
def save_file(*, actor: Person, upload: LoadFile) -> int:
    """Keep a checked file's samples and judge the weeks that they touch; give how many weeks."""
    if not actor.has_perm(CHANGE, upload.province):
        raise PermissionDenied
    take(upload, (State.READY,), State.SAVED)
    content = Path(upload.file.file.path).read_bytes()
    read = read_load(content, upload.file.name, province=upload.province, now=timezone.now())
    if read.faults:
        raise ValidationError("Sổ đường truyền đã đổi từ khi kiểm tra. Tải tệp lên lại.")
    merge_days(read.days)
    judged = judge_weeks(read.days)
    upload.saved_at = timezone.now()
    upload.save(update_fields=["saved_at"])
    return judged


def give_up_file(upload: LoadFile) -> None:
    """Give up a file that was not saved; the caller has asked who may."""
    discard(upload)


def merge_days(days: Days) -> None:
    """Lay new samples over what was kept; where nothing new was measured the old stays."""
    links, ons = {link for link, _ in days}, {on for _, on in days}
    kept = {(row.link_id, row.on): row for row in LinkDay.objects.filter(link__in=links, on__in=ons)}
    for (link, on), (inward, outward) in days.items():
        row = kept.get((link, on)) or LinkDay(link_id=link, on=on, inbound=b"", outbound=b"")
        old_in, old_out = row.samples()
        row.keep(np.where(np.isnan(inward), old_in, inward), np.where(np.isnan(outward), old_out, outward))
        row.save()


def judge_weeks(days: Days) -> int:
    """Judge every seven days that a changed day lies in, as far as there are samples."""
    judged = 0
    today = timezone.localdate()
    for link in DataLink.objects.filter(pk__in={link for link, _ in days}):
        changed = [on for key, on in days if key == link.pk]
        first, last = min(changed), max(changed) + timedelta(days=DAYS - 1)
        rows = LinkDay.objects.filter(link=link, on__range=(first - timedelta(days=DAYS - 1), last))
        kept = {row.on: row.samples() for row in rows}
        ends = {on + timedelta(days=k) for on in changed for k in range(DAYS)}
        weeks = [week for end in sorted(ends) if end <= today and (week := week_of(link, end, kept))]
        fields = ["inbound_mbps", "outbound_mbps", "capacity_mbps", "samples"]
        LinkWeek.objects.bulk_create(
            weeks, update_conflicts=True, unique_fields=["link", "ends_on"], update_fields=fields
        )
        judged += len(weeks)
    return judged


def week_of(link: DataLink, end: date, kept: Mapping[date, tuple[Samples, Samples]]) -> LinkWeek | None:
    """Judge the seven days to the end of a day."""
    days = [kept.get(end - timedelta(days=DAYS - 1 - k), (empty_day(), empty_day())) for k in range(DAYS)]
    load = week_load(np.concatenate([day[0] for day in days]), np.concatenate([day[1] for day in days]))
    if load is None:
        return None
    return LinkWeek(
        link=link,
        ends_on=end,
        inbound_mbps=load.inbound_mbps,
        outbound_mbps=load.outbound_mbps,
        capacity_mbps=link.capacity_mbps,
        samples=load.samples,
    )


@finding_rule(
    FindingRule.LINK_BUSY,
    DataLink,
    why="Bảy ngày liên tục gần nhất, phân vị 95 của một chiều vượt 90 % dung lượng.",
    mend="Nâng dung lượng hoặc giảm tải; ghi dung lượng mới vào sổ rồi nạp mẫu tiếp theo.",
    legal=LINKS_LAW,
)
def busy_links(province: Place, on: date, terms: FindingTerms) -> QuerySet[DataLink]:
    """Give links whose latest week with samples enough is fuller than the circular allows."""
    weeks = LinkWeek.objects.filter(link__province=province, samples__gte=ENOUGH_SAMPLES, ends_on__lte=on)
    busy = [week.link_id for week in weeks.latest_each() if week.busy]
    return DataLink.objects.in_force(on).filter(province=province, pk__in=busy)
