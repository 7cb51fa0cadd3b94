"""Old series handed in: figures of former communes, found by code or by name; what is not sure is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hatang.accounts.models import Person
from hatang.core.cells import TableError, as_text
from hatang.core.restating.matching import How, Match, Matcher
from hatang.core.restating.units_2025 import UnitName
from hatang.core.tables import Row, Table, number_at, read_table
from hatang.core.vietnamese import day, number, search_key
from hatang.indicators.forms.restating import SKIP, Question
from hatang.indicators.models import Indicator, Value
from hatang.indicators.services.choosing import REPORTED, require
from hatang.indicators.services.recording import Entry, FigureError, record_values
from hatang.indicators.services.restating.basis import basis_of
from hatang.indicators.services.storing import Counts
from hatang.places.models import Place
from hatang.work.models import StoredFile

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("Mã", "Mã xã cũ", "Mã đơn vị"),
    "name": ("Tên", "Xã, phường", "Tên xã cũ", "Tên đơn vị", "Xã"),
    "district": ("Huyện", "Quận, huyện", "Huyện cũ"),
    "province": ("Tỉnh", "Tỉnh cũ"),
    "year": ("Năm",),
    "numerator": ("Tử số",),
    "denominator": ("Mẫu số",),
    "value": ("Giá trị",),
}
HEADINGS = ("Mã", "Tên", "Huyện", "Tỉnh", "Năm", "Tử số", "Mẫu số")
MOST_ROWS = 20_000
LONGEST_FAULTS = 50
KEY_LENGTH = 12


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row, and what would be right."""

    row: int
    column: str
    message: str


@dataclass
class OldSeries:
    """What a file of old figures gives: entries that can be recorded, questions to be answered, faults to be mended."""

    entries: list[Entry] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    names_matched: int = 0

    @property
    def open_questions(self) -> int:
        """How many questions have no answer yet."""
        return sum(not question.answer for question in self.questions)

    @property
    def ready(self) -> bool:
        """Whether all of it can be recorded."""
        return bool(self.entries) and not self.faults and not self.open_questions

    @property
    def years(self) -> list[int]:
        """Which years it has figures of."""
        return sorted({entry.year for entry in self.entries})

    @property
    def units(self) -> int:
        """Of how many former units it has figures."""
        return len({entry.place.pk for entry in self.entries})


@dataclass(frozen=True)
class Line:
    """A row of the file with the unit it names."""

    row: Row
    code: str
    name: str
    district: str
    province: str

    @cached_property
    def key(self) -> str:
        """What the same unit is asked for by, once for all its rows."""
        names = "|".join(search_key(text) for text in (self.code, self.name, self.district, self.province))
        return sha256(names.encode()).hexdigest()[:KEY_LENGTH]

    @property
    def called(self) -> str:
        """The unit as the file names it."""
        return ", ".join(filter(None, (self.name, self.district, self.province, self.code and f"mã {self.code}")))


def former_units(province: Place) -> list[Place]:
    """Give the former communes of which a province's communes of today are made."""
    basis = basis_of(province=province)
    return sorted(basis.former.values(), key=lambda place: place.sort_key) if basis else []


def template_rows(province: Place) -> list[list[object]]:
    """Give a table to fill in: a row for each former commune, with the names by which it is found again."""
    rows: list[list[object]] = [list(HEADINGS)]
    for place in former_units(province):
        district = place.parent.full_name if place.parent else ""
        rows.append([place.code, place.full_name, district, place.province.full_name if place.province else ""])
    return rows


def read_old_series(
    *,
    content: bytes,
    name: str,
    indicator: Indicator,
    province: Place,
    answers: Mapping[str, str] | None = None,
    today: date | None = None,
) -> OldSeries:
    """Read a file of old figures; `answers` tell by a question's key the unit's code, or `0` to leave its rows out.

    Raises TableError where the file cannot be read at all.
    """
    table = read_table(content, name, known=[n for names in COLUMNS.values() for n in names], max_rows=MOST_ROWS)
    columns = columns_of(table)
    units = former_units(province)
    read = OldSeries()
    found = resolved(lines_of(table, columns, province, units), units, answers or {}, read)
    seen: dict[tuple[int, int], int] = {}
    for line, place in found:
        take(line, place, table, columns, indicator, seen, read, today or timezone.localdate())
    compare(read, indicator)
    return read


def columns_of(table: Table) -> dict[str, int]:
    """Find the columns. Raises TableError, naming those that miss."""
    keys = [search_key(heading) for heading in table.headings]
    found = {f: next((keys.index(k) for k in map(search_key, n) if k in keys), -1) for f, n in COLUMNS.items()}
    columns = {name: at for name, at in found.items() if at >= 0}
    wanted = ["“Năm”"] if "year" not in columns else []
    if "code" not in columns and "name" not in columns:
        wanted.append("“Mã” hoặc “Tên”")
    if "value" not in columns and not {"numerator", "denominator"} <= columns.keys():
        wanted.append("“Tử số” và “Mẫu số” (hoặc “Giá trị”)")
    if wanted:
        raise TableError(f"Thiếu cột {', '.join(wanted)}.", "Dùng tệp mẫu, hoặc đặt tên cột như vậy ở dòng tiêu đề.")
    return columns


def lines_of(table: Table, columns: Mapping[str, int], province: Place, units: Iterable[Place]) -> list[Line]:
    """Give the rows that have any figure; a code gets back the zeros that a spreadsheet took from its front."""
    codes = {place.code for place in units}
    figures = [columns[name] for name in ("numerator", "denominator", "value") if name in columns]
    lines = []
    for row in table.rows:
        if all(row.cells[at] is None for at in figures):
            continue
        texts = {n: as_text(row.cells[columns[n]]) if n in columns else "" for n in ("code", "name", "district")}
        home = as_text(row.cells[columns["province"]]) if "province" in columns else ""
        code = texts["code"]
        padded = code if code in codes else code.zfill(5) if code.isdecimal() else code
        lines.append(Line(row, padded, texts["name"], texts["district"], home))
    return lines


def resolved(
    lines: Iterable[Line], units: list[Place], answers: Mapping[str, str], read: OldSeries
) -> list[tuple[Line, Place]]:
    """Find each line's unit: what is sure is taken, what is not is asked once for all rows of the same name."""
    by_code = {place.code: place for place in units}
    matcher = Matcher(unit_name(place) for place in units)
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.key, []).append(line)
    found: list[tuple[Line, Place]] = []
    for key, same in grouped.items():
        place = settle(same, matcher, by_code, answers.get(key, ""), read)
        found += [(line, place) for line in same] if place else []
    return sorted(found, key=lambda pair: pair[0].row.number)


def settle(
    same: list[Line], matcher: Matcher, by_code: Mapping[str, Place], answer: str, read: OldSeries
) -> Place | None:
    """Find the unit of rows that name the same; an answer goes before what was found, a doubt becomes a question."""
    line = same[0]
    match = found_by_name(line, matcher)
    if match.how.sure:
        read.names_matched += 1
        return by_code[match.found[0].code]
    candidates = [by_code[unit.code] for unit in match.found]
    chosen = by_code.get(answer)
    given = answer if chosen or answer == SKIP else ""
    read.questions.append(Question(line.key, line.called, match.how.label, len(same), candidates, given))
    read.skipped += len(same) if given == SKIP else 0
    return chosen


def found_by_name(line: Line, matcher: Matcher) -> Match:
    """Look a line's unit up; where the file names no province, in each that the units came from."""
    provinces = [line.province] if line.province or line.code else sorted(matcher.provinces)
    matches = [matcher.find(UnitName(line.code, line.name, line.district, home, "")) for home in provinces]
    known = [match for match in matches if match.how is not How.UNKNOWN]
    if len(known) == 1:
        return known[0]
    pool = tuple(unit for match in known or matches for unit in match.found)
    return Match(How.SEVERAL if known else How.UNKNOWN, pool)


def unit_name(place: Place) -> UnitName:
    """Give a former unit as the matching knows it."""
    district = place.parent.full_name if place.parent else ""
    return UnitName(place.code, place.full_name, district, place.province.full_name if place.province else "", "")


def take(
    line: Line,
    place: Place,
    table: Table,
    columns: Mapping[str, int],
    indicator: Indicator,
    seen: dict[tuple[int, int], int],
    read: OldSeries,
    today: date,
) -> None:
    """Read a row's year and figures into an entry, or note what is wrong with it."""
    try:
        year = year_at(line.row, columns["year"], place, today)
        above, below, value = figures_at(line.row, table, columns)
    except TableError as error:
        read.faults.append(Fault(line.row.number, error.column, f"{error.message} {error.right}".strip()))
        return
    if (place.pk, year) in seen:
        message = f"{place.full_name} năm {year} đã có ở dòng {seen[place.pk, year]}; xóa một dòng."
        read.faults.append(Fault(line.row.number, "Năm", message))
        return
    seen[place.pk, year] = line.row.number
    read.entries.append(Entry(indicator, place, year, above, below, value, on=last_day(place, year)))


def year_at(row: Row, column: int, place: Place, today: date) -> int:
    """Read the year, in which the unit must have existed. Raises TableError."""
    text = as_text(row.cells[column])
    if not (text.isdecimal() and len(text) == 4):
        raise TableError(f"“{text}” không phải năm.", "Ghi bốn chữ số, như 2019.", column="Năm")
    year = int(text)
    if year > today.year:
        raise TableError(f"Năm {year} chưa tới.", "Sửa năm.", column="Năm")
    if place.valid_to and year > place.valid_to.year:
        raise TableError(
            f"{place.full_name} chỉ còn đến {day(place.valid_to)}, không có số liệu năm {year}.",
            "Số liệu từ ngày ấy ghi cho đơn vị mới, ở trang “Ghi số liệu”.",
            column="Năm",
        )
    if place.valid_from and year < place.valid_from.year:
        raise TableError(f"{place.full_name} chỉ có từ {day(place.valid_from)}.", "Sửa năm hoặc đơn vị.", column="Năm")
    return year


def figures_at(row: Row, table: Table, columns: Mapping[str, int]) -> tuple[float | None, ...]:
    """Read a row's numerator, denominator, and value where there is no ratio. Raises TableError with the column."""
    named = ("numerator", "denominator", "value")
    found = [number_at(row, table.headings[columns[n]], row.cells[columns[n]]) if n in columns else None for n in named]
    return (*found[:2], None if None not in found[:2] else found[2])


def last_day(place: Place, year: int) -> date | None:
    """Give the day a figure of a unit's last year is of; None leaves the year's end."""
    return place.valid_to if place.valid_to and place.valid_to.year == year else None


def compare(read: OldSeries, indicator: Indicator) -> None:
    """Count what would be added, changed and left as it stands."""
    places = {entry.place.pk for entry in read.entries}
    rows = Value.objects.known().filter(indicator=indicator, formula=REPORTED, place__in=places)
    standing = {(value.place_id, value.year): value for value in rows}
    for entry in read.entries:
        value = standing.get((entry.place.pk, entry.year))
        if value is None:
            read.added += 1
        elif same_figures(value, entry):
            read.unchanged += 1
        else:
            read.changed += 1


def same_figures(value: Value, entry: Entry) -> bool:
    """Tell whether a figure that stands says what the file says."""
    sides = (entry.numerator, entry.denominator)
    if None not in sides:
        return (value.numerator, value.denominator) == sides
    return value.value == entry.value


@transaction.atomic
def record_old_series(
    *, actor: Person, read: OldSeries, province: Place, file: StoredFile, source: str, reason: str = ""
) -> Counts:
    """Store a file's figures as drafts with the file as evidence: all of them, or none with every reason told.

    `reason` stays with the figures; where some correct what stands, it must be told.
    """
    require(actor, "indicators.record_value", province)
    if not read.ready:
        raise ValidationError("Chưa ghi được: còn lỗi hoặc câu hỏi chưa trả lời.")
    if read.changed and not reason.strip():
        raise ValidationError(f"Tệp sửa {number(read.changed)} số đang có: ghi lý do sửa.")
    try:
        return record_values(actor=actor, rows=read.entries, source=source, evidence=file, reason=reason.strip())
    except ValidationError as error:
        raise ValidationError([objection_words(fault) for fault in error.error_list]) from error


def objection_words(fault: ValidationError) -> str:
    """Say an objection with the place it is about."""
    if isinstance(fault, FigureError):
        return f"{fault.place.full_name}: {fault.reason}"
    return "; ".join(fault.messages)
