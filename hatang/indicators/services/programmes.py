"""Programmes for people: beneficiaries by commune, year and group, as counts alone; the indicator beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.accounts.services.history import sign
from hatang.core.cells import Cell, TableError, as_text, grouped_count, noted
from hatang.core.tables import read_table
from hatang.core.vietnamese import number, search_key
from hatang.indicators.models import Beneficiaries, Programme, Value
from hatang.indicators.services.reading import series
from hatang.pages.histories import bulk_create_with_history, bulk_update_with_history
from hatang.places.models import Place

CHANGE, RECORD, SEE = "indicators.change_programme", "indicators.record_value", "indicators.view_draft"
HEADINGS = ("Mã xã", "Xã, phường", "Năm", "Nhóm", "Số thuộc diện", "Số đã được hưởng")
OF_PEOPLE = {"ho ten", "ho va ten", "cccd", "cmnd", "so dinh danh", "ngay sinh", "so dien thoai", "dia chi"}
MOST_ROWS = 20_000
LARGEST, MOST_READ = 2_147_483_647, 9_999_999_999


@dataclass(frozen=True)
class Count:
    """What somebody counted: how many of a group are due, and how many were reached."""

    place: Place
    year: int
    group: str
    eligible: int | None
    reached: int | None


@dataclass(frozen=True)
class YearLine:
    """A year of a programme, all groups and communes together, with the indicator's figure beside."""

    year: int
    eligible: int | None
    reached: int
    communes: int
    figure: Value | None

    @property
    def percent(self) -> float | None:
        """The share reached of those due; None where not everybody due was counted."""
        return 100 * self.reached / self.eligible if self.eligible else None


@dataclass
class Kept:
    """What keeping counts did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"thêm {number(self.added)}, sửa {number(self.changed)}, giữ nguyên {number(self.unchanged)} số"


class CountsFileError(ValidationError):
    """Everything that is wrong in a file of counts; nothing of it was kept."""


def communes_for(actor: Person, province: Place) -> list[Place]:
    """List the communes of today whose counts the person may write."""
    rows = Place.objects.communes().in_force(timezone.localdate()).filter(province=province).order_by("sort_key")
    return [place for place in rows if actor.has_perm(RECORD, place)]


@transaction.atomic
def keep_programme(*, actor: Person, programme: Programme) -> None:
    """Keep a programme. Raises ValidationError where counts stand under a group that would be gone."""
    if not actor.has_perm(CHANGE, programme.province):
        raise PermissionDenied
    used = set(programme.counts.values_list("group", flat=True)) - {""} if programme.pk else set()
    gone = used - set(programme.groups)
    if gone:
        raise ValidationError({"groups": f"Nhóm “{sorted(gone)[0]}” đã có số; giữ lại nhóm này."})
    sign(programme, actor)
    programme.save()


@transaction.atomic
def keep_counts(*, actor: Person, programme: Programme, counts: Sequence[Count]) -> Kept:
    """Keep counts: all of them, or none with every reason told. One without `reached` takes the standing one away."""
    faults = [message for count in counts for message in _objections(actor, programme, count)]
    keys = [(c.place.pk, c.year, c.group) for c in counts]
    if len(set(keys)) < len(keys):
        faults.append("Một nhóm có hai số cho cùng xã và năm.")
    if faults:
        raise ValidationError(faults)
    rows = Beneficiaries.objects.select_for_update().filter(programme=programme)
    standing = {(row.place_id, row.year, row.group): row for row in rows}
    kept, new, changed = Kept(), [], []
    for count, key in zip(counts, keys, strict=True):
        row = standing.get(key)
        if count.reached is None:
            kept.changed += _taken_away(row, actor)
        elif row is None:
            new.append(_row_of(programme, count))
        elif (row.eligible, row.reached) != (count.eligible, count.reached):
            row.eligible, row.reached = count.eligible, count.reached
            changed.append(row)
        else:
            kept.unchanged += 1
    bulk_create_with_history(new, Beneficiaries, default_user=actor)
    bulk_update_with_history(changed, Beneficiaries, ["eligible", "reached"], default_user=actor)
    kept.added, kept.changed = len(new), kept.changed + len(changed)
    return kept


def _taken_away(row: Beneficiaries | None, actor: Person) -> int:
    if row is None:
        return 0
    sign(row, actor)
    row.delete()
    return 1


def _row_of(programme: Programme, count: Count) -> Beneficiaries:
    return Beneficiaries(
        programme=programme,
        place=count.place,
        year=count.year,
        group=count.group,
        eligible=count.eligible,
        reached=count.reached or 0,
    )


def _objections(actor: Person, programme: Programme, count: Count) -> list[str]:
    """Say everything that is wrong with a count."""
    if count.place.province_id != programme.province_id or not actor.has_perm(RECORD, count.place):
        raise PermissionDenied
    said, where = [], f"{count.place}, {count.year}{f', {count.group}' if count.group else ''}"
    if not programme.year_from <= count.year <= min(programme.year_to, timezone.localdate().year):
        said.append(f"{where}: năm phải từ {programme.year_from} đến {programme.year_to} và không sau năm nay.")
    if count.group and count.group not in programme.groups:
        said.append(
            f"{where}: chương trình không có nhóm này; các nhóm: {', '.join(programme.groups) or 'không chia'}."
        )
    numbers = [n for n in (count.eligible, count.reached) if n is not None]
    if any(not 0 <= n <= LARGEST for n in numbers):
        said.append(f"{where}: số phải từ 0 đến {number(LARGEST)}.")
    if count.eligible is not None and count.reached is not None and count.reached > count.eligible:
        said.append(f"{where}: đã hưởng {number(count.reached)} nhiều hơn thuộc diện {number(count.eligible)}.")
    return said


def by_year(programme: Programme, person: Person) -> list[YearLine]:
    """Sum a programme by year, with the indicator's figure of the province beside, the latest first."""
    rows = programme.counts.order_by().values("year", "place").annotate(due=Sum("eligible"), got=Sum("reached"))
    figures = _figures(programme, person)
    lines = []
    for year in sorted({row["year"] for row in rows}, reverse=True):
        of_year = [row for row in rows if row["year"] == year]
        due = [row["due"] for row in of_year]
        eligible = None if None in due else sum(due)
        lines.append(YearLine(year, eligible, sum(r["got"] for r in of_year), len(of_year), figures.get(year)))
    return lines


def _figures(programme: Programme, person: Person) -> Mapping[int, Value]:
    if programme.indicator is None:
        return {}
    return {v.year: v for v in series(person=person, indicator=programme.indicator, place=programme.province)}


def read_counts(programme: Programme, content: bytes, name: str, places: Sequence[Place]) -> list[Count]:
    """Read a file of counts. Raises CountsFileError with every fault; a list of people is refused whole."""
    try:
        table = read_table(content, name, known=HEADINGS, max_rows=MOST_ROWS)
    except TableError as error:
        raise CountsFileError([str(error)]) from error
    columns = {search_key(heading): k for k, heading in enumerate(table.headings)}
    if OF_PEOPLE & set(columns):
        raise CountsFileError(
            ["Tệp có cột về từng người. Hệ thống chỉ nhận số đếm theo xã và nhóm, không nhận danh sách người."]
        )
    lacking = [h for h in HEADINGS if search_key(h) not in columns and h not in ("Xã, phường", "Nhóm")]
    if lacking:
        raise CountsFileError([f"Thiếu cột {', '.join(f'“{h}”' for h in lacking)}. Dùng tệp mẫu."])
    by_code, counts, faults = {p.code: p for p in places}, [], []
    for row in table.rows:
        cells = {h: row.cells[columns[search_key(h)]] for h in HEADINGS if search_key(h) in columns}
        try:
            counts.append(_read_count(cells, by_code))
        except ValidationError as error:
            faults += [f"Dòng {row.number}: {message}" for message in error.messages]
    if faults:
        raise CountsFileError(faults)
    return counts


def _read_count(cells: Mapping[str, Cell], places: Mapping[str, Place]) -> Count:
    """Read a line. Raises ValidationError with what is wrong in each of its cells."""
    told: list[str] = []
    place = noted(told, lambda: _place(cells["Mã xã"], places))
    year = noted(told, lambda: _year(cells["Năm"]))
    due, got = (noted(told, partial(_whole, cells[h], h)) for h in HEADINGS[4:])
    if told or place is None or year is None:
        raise ValidationError(told)
    return Count(place, year, str(cells.get("Nhóm") or "").strip(), due, got)


def _place(cell: Cell, places: Mapping[str, Place]) -> Place:
    code = as_text(cell).zfill(5)
    if code not in places:
        raise ValueError(f"cột “Mã xã”: “{code}” không phải mã xã, phường hiện nay mà bạn được ghi.")
    return places[code]


def _year(cell: Cell) -> int:
    year = _whole(cell, "Năm")
    if year is None:
        raise ValueError("cột “Năm” còn trống.")
    return year


def _whole(cell: Cell, heading: str) -> int | None:
    try:
        return grouped_count(cell, MOST_READ)
    except ValueError as error:
        raise ValueError(f"cột “{heading}”: {error} không phải số đếm; ghi như 1.234.") from error
