"""A file of measurements, read and checked against what is held: nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from django.conf import settings
from django.utils import timezone

from hatang.accounts.models import Organisation
from hatang.core.cells import TableError
from hatang.core.measurements.imports.ispeed import Published, TableRead, read_ispeed
from hatang.core.measurements.imports.lines import FileRead
from hatang.core.measurements.imports.mlab import read_mlab
from hatang.core.measurements.imports.ookla import Quarter, quarter_of, read_ookla
from hatang.core.measurements.schema import ROWS
from hatang.core.measurements.suspects import BY_NAME, mark_rows
from hatang.core.vietnamese import number, search_key
from hatang.pages.lists import SIMULATED_LINE
from hatang.places.models import Place
from hatang.places.services.territory import provinces_on
from hatang.quality.models import MeasurementLoad, PublishedSpeed
from hatang.quality.services.measurements import measurement_table, operator_key
from hatang.quality.services.placing import box_of, communes_at, has_boundaries
from hatang.quality.services.row_operators import operator_table
from hatang.quality.services.rules import limits_of

Kind = MeasurementLoad.Kind
MOST_SHOWN = 500
FIGURES = ("download_mbps", "upload_mbps", "min_rtt_ms")


class RefusedError(Exception):
    """The file as a whole cannot be taken: what is wrong, and what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(f"{wrong} {right}".strip())
        self.wrong, self.right = wrong, right


@dataclass
class Outcome:
    """What a check found: rows that are new, what is known, what is wrong by cell, what is set aside and why."""

    lines: int = 0
    rows: pa.Table | None = None
    published: list[PublishedSpeed] = field(default_factory=list)
    new: int = 0
    known: int = 0
    unread: int = 0
    elsewhere: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    suspects: dict[str, int] = field(default_factory=dict)
    aside: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    simulated: bool = False

    @property
    def savable(self) -> bool:
        """Whether saving would add anything that is right."""
        return bool(self.new)

    def summary(self) -> dict[str, Any]:
        """Give what the page shows; of very many faults the first ones."""
        names = ("lines", "new", "known", "unread", "elsewhere", "suspects", "aside", "notes", "simulated")
        told = {name: getattr(self, name) for name in names}
        return told | {"errors": self.errors[:MOST_SHOWN], "set_aside": sum(self.suspects.values())}


def outcome_of(load: MeasurementLoad, *, now: datetime | None = None) -> Outcome:
    """Read a stored file and check it. Raises RefusedError for what makes it useless as a whole."""
    path = Path(load.file.file.path)
    try:
        if load.kind == Kind.ISPEED:
            return medians(load, read_ispeed(path.read_bytes(), load.file.name, month=load.month))
        read = read_ookla(path, quarter(load), box=box_of(load.province)) if load.kind == Kind.OOKLA else tests_of(load)
    except TableError as error:
        raise RefusedError(error.message, error.right) from error
    return rows_outcome(load, read, now or timezone.now())


def tests_of(load: MeasurementLoad) -> FileRead:
    """Read single tests of M-Lab; the secret of the installation makes pseudonyms, the province's table operators."""
    table = operator_table(load.province)
    return read_mlab(Path(load.file.file.path), secret=settings.SECRET_KEY.encode(), operator_of=table.operator_of)


def quarter(load: MeasurementLoad) -> Quarter:
    """Tell of which quarter and network a file of tiles is: by its name, else as it was said."""
    named = quarter_of(load.file.name)
    if named:
        return named
    if load.month is None or not load.access:
        raise RefusedError(
            "Tên tệp không cho biết quý và loại mạng.",
            "Giữ nguyên tên của Ookla (ví dụ 2026-01-01_performance_mobile_tiles.parquet), hoặc chọn quý và loại mạng "
            "khi tải lên.",
        )
    return Quarter(load.month.replace(month=3 * ((load.month.month - 1) // 3) + 1, day=1), load.access)


# Rows of the measurement table


def rows_outcome(load: MeasurementLoad, read: FileRead, now: datetime) -> Outcome:
    """Put rows on communes, mark the suspect ones, and tell new from known."""
    rows = whole_rows(load, read.rows, now)
    rows = mark_rows(rows, limits=limits_of(load.province, timezone.localdate(now)), now=now)
    fresh = unknown_rows(rows)
    outcome = Outcome(read.lines, fresh, unread=read.unread, elsewhere=read.elsewhere)
    outcome.new, outcome.known = fresh.num_rows, rows.num_rows - fresh.num_rows
    told = {"wrong": "wrong", "right": "right", "column": "heading", "line": "row", "value": "value"}
    outcome.errors = [{told[name]: value for name, value in vars(fault).items()} for fault in read.faults]
    outcome.suspects = dict(Counter(name for name in fresh["suspect"].to_pylist() if name))
    outcome.aside = aside_of(fresh)
    if not has_boundaries(load.province, timezone.localdate(now)):
        outcome.notes.append("Tỉnh chưa có ranh giới xã, nên chưa biết lượt đo nào ở xã nào.")
    outcome.notes += operator_notes(load, fresh)
    return outcome


def operator_notes(load: MeasurementLoad, rows: pa.Table) -> list[str]:
    """Say of how many rows the operator is known, and what would make more of them known."""
    unknown = rows["operator"].null_count
    if load.kind == Kind.OOKLA:
        return ["Ookla không cho biết nhà mạng: các ô này chỉ tính cho xã và loại mạng, không cho nhà mạng nào."]
    if not rows.num_rows:
        return []
    told = f"Nhà mạng: nhận ra {number(rows.num_rows - unknown)} dòng theo bảng dải địa chỉ của tỉnh"
    more = "thêm dải địa chỉ hoặc số AS của nhà mạng vào bảng rồi nạp lại để biết thêm"
    return [f"{told}; {number(unknown)} dòng chưa rõ ({more})." if unknown else f"{told}."]


def whole_rows(load: MeasurementLoad, found: Sequence[dict[str, Any]], now: datetime) -> pa.Table:
    """Make a table of what a reader gave, each row with its commune."""
    lons, lats = [row.get("lon") for row in found], [row.get("lat") for row in found]
    communes = communes_at(lons, lats, province=load.province, on=timezone.localdate(now))
    common = {"load": load.pk or 0, "province": load.province.code, "access": "", "ip_family": 0, "tests": 1}
    common |= {"is_average": False, "simulated": False}
    lines = [common | row | {"commune": commune} for row, commune in zip(found, communes, strict=True)]
    return pa.Table.from_pylist(lines, schema=ROWS)


def unknown_rows(rows: pa.Table) -> pa.Table:
    """Leave out the rows that the table holds, and of the same id in the file all but the first."""
    table = measurement_table()
    connection = table.connection()
    try:
        given = ibis.memtable(rows.select(["id"]).append_column("place", pa.array(range(rows.num_rows), pa.int64())))
        once = given.group_by("id").aggregate(place=given.place.min())
        left = once.anti_join(table.expression(connection).select("id"), "id").order_by("place")
        places = connection.to_pyarrow(left)["place"]
    finally:
        connection.disconnect()
    return rows.take(places)


def aside_of(rows: pa.Table) -> list[dict[str, Any]]:
    """Give the first of the rows that were set aside, each with the rule that did it."""
    marked = rows.filter(pa.compute.is_valid(rows["suspect"])).slice(0, MOST_SHOWN)
    wanted = ("id", "at", "lon", "lat", "suspect", *FIGURES)
    told = []
    for row in marked.select(list(wanted)).to_pylist():
        row["at"] = f"{timezone.localtime(row['at']):%d/%m/%Y %H:%M}"
        rule = BY_NAME.get(row["suspect"])
        told.append(row | {"label": rule.label if rule else row["suspect"], "why": rule.why if rule else ""})
    return told


# Published medians


def medians(load: MeasurementLoad, read: TableRead) -> Outcome:
    """Check published medians against those that are held: the same again is known, another figure is a fault."""
    outcome = Outcome(read.rows, errors=[vars(fault) for fault in read.faults], unread=len(read.faults))
    held = held_medians(read.published.values())
    provinces, operators = provinces_by_word(), operators_by_word()
    outcome.simulated = any(search_key(SIMULATED_LINE) in search_key(title) for title in read.titles)
    for one in read.published.values():
        before = held.get(one.key)
        if before is None:
            row = median_row(load, one, provinces, operators)
            row.simulated = outcome.simulated
            outcome.published.append(row)
        elif differs(before, one):
            outcome.errors.append(disagreement(before, one))
            outcome.unread += 1
        else:
            outcome.known += 1
    outcome.new = len(outcome.published)
    if read.skipped:
        outcome.notes.append(f"{read.skipped} dòng không nói về tốc độ i-Speed, bỏ qua.")
    unknown = sorted({row.area for row in outcome.published if row.area and row.area_province is None})
    if unknown:
        outcome.notes.append(f"Không phải tỉnh hiện nay, giữ tên như đã ghi: {', '.join(unknown[:20])}.")
    return outcome


def held_medians(published: Any) -> dict[Any, PublishedSpeed]:
    """Read the medians held for the same months."""
    months = {one.month for one in published}
    rows = PublishedSpeed.objects.counting().filter(month__in=months).select_related("load__file")
    return {
        (row.month, search_key(row.area), search_key(row.operator_word), row.access, row.technology): row
        for row in rows
    }


def differs(held: PublishedSpeed, one: Published) -> bool:
    """Tell whether a file says another figure than is held; what it does not say is no difference."""
    pairs = [(getattr(held, name), getattr(one, name)) for name in ("download_mbps", "upload_mbps", "latency_ms")]
    return any(here is not None and here != before for before, here in pairs)


def disagreement(held: PublishedSpeed, one: Published) -> dict[str, Any]:
    """Say that another file holds another figure."""
    where = f"{one.area or 'Cả nước'} {one.operator} {one.month:%m/%Y}".replace("  ", " ")
    told = {"row": one.row, "column": "", "heading": where, "value": f"{one.download_mbps or one.upload_mbps or ''}"}
    wrong = f"Tệp {held.load.file.name} đã ghi {held.download_mbps or held.upload_mbps or held.latency_ms:g}."
    return told | {"wrong": wrong, "right": "Rút tệp ấy trước nếu con số mới mới đúng."}


def median_row(
    load: MeasurementLoad, one: Published, provinces: dict[str, Place], operators: dict[str, Organisation]
) -> PublishedSpeed:
    """Make a row of a published median."""
    row = PublishedSpeed(
        load=load,
        row=one.row,
        month=one.month,
        area=one.area,
        area_province=provinces.get(province_word(one.area)) if one.area else None,
        operator_word=one.operator,
        operator=operators.get(search_key(one.operator)) if one.operator else None,
        access=one.access,
        technology=one.technology,
        download_mbps=one.download_mbps,
        upload_mbps=one.upload_mbps,
        latency_ms=one.latency_ms,
        tests=one.tests,
        source=one.source or load.file.name,
    )
    row.fill_keys()
    return row


def province_word(text: str) -> str:
    """Give a province's name without its title.

    >>> province_word("Tỉnh Lạng Sơn"), province_word("TP. Hồ Chí Minh")
    ('lang son', 'ho chi minh')
    """
    key = search_key(text)
    for title in ("tinh ", "thanh pho ", "tp "):
        key = key.removeprefix(title)
    return key


def provinces_by_word() -> dict[str, Place]:
    """Give today's provinces by their plain names."""
    return {province_word(place.name): place for place in provinces_on(timezone.localdate())}


def operators_by_word() -> dict[str, Organisation]:
    """Give operators by each word for them."""
    return {
        search_key(word): operator
        for operator in Organisation.objects.operators().order_by("-pk")
        for word in (operator.name, operator.short_name, operator_key(operator) or "")
        if word
    }
